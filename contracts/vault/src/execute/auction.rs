//! Rule 7's auction: anyone brings coins and takes idle quote; the coins are hedged in the same transaction.

use ballast_math::{Money, Purse};
use ballast_types::vault::{SellBaseResponse, VaultAction};
use ballast_types::venue::AdjustResponse;
use cosmwasm_std::{to_json_binary, BankMsg, DepsMut, Env, MessageInfo, Response, Storage, Uint128};

use crate::companion;
use crate::error::ContractError;
use crate::events;
use crate::hedge::checks::{self, Check};
use crate::session::Session;
use crate::state::{Pending, PendingSellBase};
use crate::valuation::{End, PriceAt};

/// Takes the attached base, and sends the order that hedges it.
pub fn execute(deps: DepsMut, env: Env, info: MessageInfo, min_quote: Uint128) -> Result<Response, ContractError> {
    let mut session = Session::open(deps.storage, &env)?;
    let base = cw_utils::must_pay(&info, &session.config.base.denom)?;
    session.config.assert_on(VaultAction::Deposit)?;
    let position = session.position(deps.querier)?;
    checks::assert_open(&position)?;
    let idle_before = session.books.idle;
    let hedge = session.hedge(position)?;

    hedge.assert_leverage()?;
    let offer = hedge.offer()?;
    if base > offer.base {
        return Err(ContractError::AuctionTooLarge { base, most: offer.base });
    }
    let (_, most) = hedge.auction_terms(offer.bonus)?;
    let order = hedge.fill_order(base, most.value_ceil(base)?.min(offer.quote))?;
    hedge.assert_capacity(&order)?;

    session.receive(Purse::base(base))?;
    let context = PendingSellBase {
        sender: info.sender,
        base,
        attached: order.attached,
        idle_before,
        bonus: offer.bonus,
        excess: offer.quote,
        min_quote,
        max_cost: order.limit_cost,
    };
    session.send(deps.storage, order, Pending::SellBase(context))
}

/// Pays for the base: its value at the low end of the band, less what hedging it cost, plus the bonus.
pub fn finish(
    storage: &mut dyn Storage,
    mut session: Session,
    context: PendingSellBase,
    answer: AdjustResponse,
) -> Result<Response, ContractError> {
    let (base, quote_coin) = (session.config.base.clone(), session.config.quote.clone());
    checks::assert_cost(&answer.costs, context.max_cost)?;
    let low = PriceAt::new(&answer.prices, &base, &quote_coin, End::Low)?.collateral;
    let spot = PriceAt::new(&answer.prices, &base, &quote_coin, End::Spot)?.collateral;
    let worth = spot.value(context.base)?;
    let hedging = Money::from_amount(companion::total_cost(&answer.costs)?);
    let quote =
        low.value(context.base)?.plus(worth.mul_floor(context.bonus)?)?.minus(hedging)?.or_zero().amount_floor()?;
    if quote > context.excess {
        let most = context.base.min(low.amount_floor(Money::from_amount(context.excess))?);
        return Err(ContractError::AuctionTooLarge { base: context.base, most });
    }
    if quote.is_zero() || quote < context.min_quote {
        let denom = quote_coin.denom;
        return Err(ContractError::TooLittlePaid { denom, paid: quote, min: context.min_quote.max(Uint128::one()) });
    }
    // What the vault gave up: quote and the cost of the hedge, less the coins. Below zero it gained.
    let premium = Money::from_amount(quote).minus(worth)?;
    checks::assert_better(&session, context.idle_before, &answer, Check::LeverageAndHedge)?;
    session.give(Purse::quote(quote))?;
    session.spend(&answer, premium)?;
    session.close(storage)?;

    let coins = Purse::quote(quote).coins(&base.denom, &quote_coin.denom);
    Ok(Response::new()
        .add_message(BankMsg::Send { to_address: context.sender.to_string(), amount: coins })
        .add_event(events::sell_base(&context.sender, context.base, quote))
        .set_data(to_json_binary(&SellBaseResponse { base: context.base, quote })?))
}
