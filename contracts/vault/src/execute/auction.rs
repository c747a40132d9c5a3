//! The auction of rule 7: anyone sells base to the vault for idle quote; the base is hedged in the same transaction.

use ballast_math::{abs, Base, Quote};
use ballast_types::vault::{SellBaseResponse, VaultAction};
use ballast_types::venue::AdjustResponse;
use cosmwasm_std::{to_json_binary, BankMsg, DepsMut, Env, MessageInfo, Response, Storage, Uint128};

use crate::companion;
use crate::error::ContractError;
use crate::events;
use crate::hedge::auction::CoinBand;
use crate::hedge::checks::{self, Check};
use crate::session::Session;
use crate::state::{Pending, PendingSellBase};

/// Accepts the attached base and sends the order that hedges it.
pub fn execute(deps: DepsMut, env: Env, info: MessageInfo, min_quote: Quote) -> Result<Response, ContractError> {
    let mut session = Session::open(deps.storage, &env)?;
    let attached = cw_utils::must_pay(&info, &session.config.base.denom)?;
    session.config.assert_on(VaultAction::Deposit)?;
    let position = session.position(deps.querier)?;
    checks::assert_open(&position.status, &position.prices)?;
    let idle_before = session.books.idle;
    let hedge = session.hedge(position)?;

    hedge.assert_leverage()?;
    let offer = hedge.offer()?;
    if attached > offer.base {
        return Err(ContractError::AuctionTooLarge { base: attached, most: offer.base });
    }
    let (_, most) = hedge.auction_terms(offer.bonus)?;
    let base = Base(attached);
    let order = hedge.fill_order(base, Quote(most.value_ceil(attached)?.min(offer.quote)))?;
    hedge.assert_capacity(&order)?;

    session.receive(base.purse())?;
    let context = PendingSellBase {
        sender: info.sender,
        base,
        attached: order.attached,
        idle_before,
        bonus: offer.bonus,
        excess: Quote(offer.quote),
        min_quote,
        max_cost: order.limit_cost,
    };
    session.send(deps.storage, order, Pending::SellBase(context))
}

/// Pays for the base, as [`CoinBand::paid`] says.
pub fn finish(
    storage: &mut dyn Storage,
    mut session: Session,
    context: PendingSellBase,
    answer: AdjustResponse,
) -> Result<Response, ContractError> {
    let (base, quote_coin) = (session.config.base.clone(), session.config.quote.clone());
    checks::assert_cost(&answer.costs, context.max_cost)?;
    let band = CoinBand::new(&answer.prices, &base, &quote_coin)?;
    let (brought, hedging) = (context.base.amount(), companion::total_cost(&answer.costs)?.money());
    let worth = band.spot.value(brought)?;
    let sold = answer.after.size.unsigned_abs().saturating_sub(answer.before.size.unsigned_abs());
    let hedged = abs(session.config.index(&answer)?.value(sold)?.ratio_floor(worth)?);
    let quote = Quote(band.paid(brought, context.bonus, hedged, hedging)?.or_zero().amount_floor()?);
    if quote > context.excess {
        let most = brought.min(band.low.amount_floor(context.excess.money())?);
        return Err(ContractError::AuctionTooLarge { base: brought, most });
    }
    if quote.is_zero() || quote < context.min_quote {
        let (denom, min) = (quote_coin.denom, context.min_quote.amount().max(Uint128::one()));
        return Err(ContractError::TooLittlePaid { denom, paid: quote.amount(), min });
    }
    // What the fill cost the vault besides the order: quote paid minus value of the base; negative for a gain.
    let premium = quote.money().minus(worth)?;
    checks::assert_better(&session, context.idle_before, &answer, Check::LeverageAndHedge)?;
    session.give(quote.purse())?;
    session.spend(&answer, premium)?;
    session.close(storage)?;

    let coins = quote.purse().coins(&base.denom, &quote_coin.denom);
    Ok(Response::new()
        .add_message(BankMsg::Send { to_address: context.sender.to_string(), amount: coins })
        .add_event(events::sell_base(&context.sender, context.base, quote))
        .set_data(to_json_binary(&SellBaseResponse { base: brought, quote: quote.amount() })?))
}
