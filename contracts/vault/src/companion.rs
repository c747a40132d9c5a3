//! The adapter to the companion market: the only file that knows its messages. Another venue would be another file.

use ballast_math::{sum_sizes, Base, Purse, Quote};
use ballast_types::market::{Adjust, PreviewedOrder};
use ballast_types::venue::{AdjustResponse, BuyBaseResponse, Costs, FeedBounds, Order, PositionResponse};
use ballast_types::{answered, CoinInfo};
use ballast_wire::wire;
use cosmwasm_schema::serde::de::DeserializeOwned;
use cosmwasm_schema::serde::Serialize;
use cosmwasm_std::{coins, from_json, to_json_binary, Addr, QuerierWrapper, SubMsg, SubMsgResponse, Uint128, WasmMsg};

use crate::error::ContractError;
use crate::state::Config;

/// Id of all replies of the venue; [`crate::state::PENDING`] says which order a reply belongs to.
pub const REPLY: u64 = 1;

/// The messages that a vault sends. The market's own `ExecuteMsg` would bring code that writes all others.
#[derive(Serialize)]
#[serde(crate = "cosmwasm_schema::serde", rename_all = "snake_case")]
enum Message<'a> {
    Adjust(Adjust),
    BuyBase { market: &'a str, min_base: Option<Uint128> },
}

/// What a vault asks.
#[derive(Serialize)]
#[serde(crate = "cosmwasm_schema::serde", rename_all = "snake_case")]
enum Question<'a> {
    Market { market: &'a str },
    Position { market: &'a str, owner: &'a Addr },
    PreviewOrder { owner: &'a Addr, order: Adjust, funds: Purse, after: Option<PreviewedOrder> },
}

/// What a vault copies from a market, and what its parameters must be compatible with.
#[wire]
pub struct Market {
    /// The hedged and margin coin.
    pub base: CoinInfo,
    /// The settlement coin.
    pub quote: CoinInfo,
    /// Bounds of the price feed, if the oracle responds.
    pub feed: Option<FeedBounds>,
    /// The margin coin's own price feed, in a market of two prices.
    pub collateral_feed: Option<String>,
}

/// Queries a market, when a vault is created or configured.
pub fn market(querier: QuerierWrapper, venue: &Addr, market: &str) -> Result<Market, ContractError> {
    Ok(querier.query_wasm_smart(venue, &Question::Market { market })?)
}

/// Queries the vault's position, with prices, terms and capacity. It is never stored.
pub fn position(querier: QuerierWrapper, config: &Config, vault: &Addr) -> Result<PositionResponse, ContractError> {
    let query = Question::Position { market: &config.market, owner: vault };
    Ok(querier.query_wasm_smart(&config.venue, &query)?)
}

/// Previews `order` at the venue, after another order in the same block if there is one.
pub fn preview(
    querier: QuerierWrapper,
    config: &Config,
    vault: &Addr,
    order: Order,
    after: Option<Order>,
) -> Result<AdjustResponse, ContractError> {
    let (order, funds) = message(config, order);
    let after = after.map(|order| {
        let (order, funds) = message(config, order);
        PreviewedOrder { order, funds }
    });
    let query = Question::PreviewOrder { owner: vault, order, funds, after };
    Ok(querier.query_wasm_smart(&config.venue, &query)?)
}

/// Converts an order to the market's message and the coins to attach.
fn message(config: &Config, order: Order) -> (Adjust, Purse) {
    let Order { size, reduce_only, settle, limit_cost, margin_out, attached } = order;
    (Adjust { market: config.market.clone(), size, reduce_only, settle, limit_cost, margin_out }, attached)
}

/// The message that sends `order`.
pub fn adjust(config: &Config, order: Order) -> Result<SubMsg, ContractError> {
    let (adjust, attached) = message(config, order);
    let msg = WasmMsg::Execute {
        contract_addr: config.venue.to_string(),
        msg: to_json_binary(&Message::Adjust(adjust))?,
        funds: attached.coins(&config.base.denom, &config.quote.denom),
    };
    Ok(SubMsg::reply_on_success(msg, REPLY))
}

/// The message that spends `quote` on the base of the venue's pool.
pub fn buy_base(config: &Config, quote: Quote, min_base: Base) -> Result<SubMsg, ContractError> {
    let msg = Message::BuyBase { market: &config.market, min_base: Some(min_base.amount()) };
    let msg = WasmMsg::Execute {
        contract_addr: config.venue.to_string(),
        msg: to_json_binary(&msg)?,
        funds: coins(quote.amount().u128(), &config.quote.denom),
    };
    Ok(SubMsg::reply_on_success(msg, REPLY))
}

/// Reads the response to [`adjust`]. No more than the `attached` coins can be refunded.
pub fn read_adjust(response: SubMsgResponse, attached: Purse) -> Result<AdjustResponse, ContractError> {
    let answer: AdjustResponse = read(response)?;
    at_most("refund of base", answer.refund.base, attached.base)?;
    at_most("refund of quote", answer.refund.quote, attached.quote)?;
    Ok(answer)
}

/// Reads the response to [`buy_base`]. All of `quote` is either spent or refunded.
pub fn read_buy_base(response: SubMsgResponse, quote: Quote) -> Result<BuyBaseResponse, ContractError> {
    let answer: BuyBaseResponse = read(response)?;
    at_most("quote spent and sent back", sum_sizes(answer.quote, answer.refund)?, quote.amount())?;
    Ok(answer)
}

fn read<T: DeserializeOwned>(response: SubMsgResponse) -> Result<T, ContractError> {
    let unreadable = |reason: String| ContractError::VenueAnswer { reason };
    from_json(answered(response).map_err(unreadable)?).map_err(|error| unreadable(error.to_string()))
}

fn at_most(what: &'static str, answered: Uint128, most: Uint128) -> Result<(), ContractError> {
    if answered > most {
        return Err(ContractError::VenueAmounts { what, answered, most });
    }
    Ok(())
}

/// Total cost of an order.
pub fn total_cost(costs: &Costs) -> Result<Quote, ContractError> {
    Ok(Quote(sum_sizes(sum_sizes(costs.fee, costs.spread)?, costs.conversion)?))
}

#[cfg(test)]
mod tests {
    use super::*;
    use ballast_types::market::{ExecuteMsg, MarginOut, OrderSize, QueryMsg, Settle};
    use cosmwasm_std::{to_json_string, Binary, Int128, MsgResponse};

    #[test]
    fn messages_and_questions_are_written_as_the_market_writes_its_own() {
        let order = Adjust {
            market: "atom-usdc".into(),
            size: OrderSize::Delta { amount: Int128::new(-5) },
            reduce_only: false,
            settle: Settle::IfReserved,
            limit_cost: Some(Uint128::new(9)),
            margin_out: MarginOut::Exact(Purse::base(Uint128::new(3))),
        };
        let (market, owner, funds) = ("atom-usdc", Addr::unchecked("vault"), Purse::quote(Uint128::new(4)));
        let (named, min_base) = (market.to_string(), Some(Uint128::new(2)));
        for (ours, theirs) in [
            (Message::Adjust(order.clone()), ExecuteMsg::Adjust(order.clone())),
            (Message::BuyBase { market, min_base }, ExecuteMsg::BuyBase { market: named.clone(), min_base }),
        ] {
            assert_eq!(to_json_string(&ours).unwrap(), to_json_string(&theirs).unwrap());
        }
        let after = Some(PreviewedOrder { order: order.clone(), funds });
        let (ours, theirs) = (&owner, owner.to_string());
        for (ours, theirs) in [
            (Question::Market { market }, QueryMsg::Market { market: named.clone() }),
            (Question::Position { market, owner: ours }, QueryMsg::Position { market: named, owner: theirs.clone() }),
            (
                Question::PreviewOrder { owner: ours, order: order.clone(), funds, after: after.clone() },
                QueryMsg::PreviewOrder { owner: theirs, order, funds, after },
            ),
        ] {
            assert_eq!(to_json_string(&ours).unwrap(), to_json_string(&theirs).unwrap());
        }
    }

    const ANSWER: &[u8] = br#"{"base":"5","quote":"7","refund":"2"}"#;

    /// `MsgExecuteContractResponse` with `data`: field 1, length-delimited.
    fn encoded(data: &[u8]) -> Binary {
        let mut bytes = vec![0x0a, u8::try_from(data.len()).unwrap()];
        bytes.extend_from_slice(data);
        bytes.into()
    }

    #[allow(deprecated)]
    fn response(data: Option<Binary>, message: Option<Binary>) -> SubMsgResponse {
        let type_url = "/cosmwasm.wasm.v1.MsgExecuteContractResponse".to_string();
        let msg_responses =
            message.into_iter().map(|value| MsgResponse { type_url: type_url.clone(), value }).collect();
        SubMsgResponse { events: vec![], data, msg_responses }
    }

    fn bought(data: Option<Binary>, message: Option<Binary>) -> Result<BuyBaseResponse, ContractError> {
        read_buy_base(response(data, message), Quote(Uint128::new(9)))
    }

    #[test]
    fn an_answer_is_found_where_old_chains_and_where_new_ones_put_it() {
        let expected = BuyBaseResponse { base: 5u128.into(), quote: 7u128.into(), refund: 2u128.into() };
        assert_eq!(bought(Some(encoded(ANSWER)), None).unwrap(), expected);
        assert_eq!(bought(None, Some(encoded(ANSWER))).unwrap(), expected);
        assert_eq!(bought(Some(encoded(ANSWER)), Some(encoded(ANSWER))).unwrap(), expected);
    }

    #[test]
    fn what_is_no_answer_is_an_error() {
        for (data, message) in [
            (None, None),
            (Some(Binary::default()), None),
            (None, Some(Binary::default())),
            (Some(encoded(b"{}")), None),
            (Some(Binary::from(ANSWER)), None),
        ] {
            let error = bought(data, message).unwrap_err();
            assert!(matches!(error, ContractError::VenueAnswer { .. }), "{error}");
        }
    }

    #[test]
    fn more_quote_than_was_sent_cannot_be_spent_and_sent_back() {
        let error = read_buy_base(response(Some(encoded(ANSWER)), None), Quote(Uint128::new(8))).unwrap_err();
        let what = "quote spent and sent back";
        assert_eq!(error, ContractError::VenueAmounts { what, answered: 9u128.into(), most: 8u128.into() });
    }
}
