//! Rule 7's auction: anyone brings coins and takes idle quote; the coins are hedged in the same transaction.

use ballast_math::{Money, Purse};
use ballast_types::market::AdjustResponse;
use ballast_types::vault::{SellBaseResponse, VaultAction};
use cosmwasm_std::{to_json_binary, BankMsg, DepsMut, Env, MessageInfo, Response, Uint128};

use crate::checks::{self, Check};
use crate::error::ContractError;
use crate::events;
use crate::hedge::{self, Hedge};
use crate::state::{Pending, PendingSellBase, BOOKS, CONFIG, PENDING};
use crate::valuation::{End, PriceAt};
use crate::venue;

/// Takes the attached base, and sends the order that hedges it.
pub fn execute(deps: DepsMut, env: Env, info: MessageInfo, min_quote: Uint128) -> Result<Response, ContractError> {
    let config = CONFIG.load(deps.storage)?;
    let base = cw_utils::must_pay(&info, &config.base.denom)?;
    config.assert_on(VaultAction::Deposit)?;
    let mut books = BOOKS.load(deps.storage)?;
    let position = venue::position(deps.querier, &config, &env.contract.address)?;
    checks::assert_open(&position)?;
    let idle_before = books.idle;
    let hedge = Hedge::read(&config, &mut books, position, env.block.time)?;

    hedge.assert_leverage()?;
    let offer = hedge.offer()?;
    if base > offer.base {
        return Err(ContractError::AuctionTooLarge { base, most: offer.base });
    }
    let (_, most) = hedge.auction_terms(offer.bonus)?;
    let (order, short) = hedge.fill_order(base, most.value_ceil(base)?.min(offer.quote))?;
    hedge.assert_capacity(short)?;

    books.idle = idle_before.plus(Purse::base(base))?.minus(order.attached)?;
    BOOKS.save(deps.storage, &books)?;
    PENDING.save(
        deps.storage,
        &Pending::SellBase(PendingSellBase {
            sender: info.sender,
            base,
            attached: order.attached,
            idle_before,
            bonus: offer.bonus,
            excess: offer.quote,
            min_quote,
            max_cost: order.limit_cost,
        }),
    )?;
    Ok(Response::new().add_submessage(venue::adjust(&config, order)?))
}

/// Pays for the base: its value at the low end of the band, less what hedging it cost, plus the bonus.
pub fn finish(
    deps: DepsMut,
    env: Env,
    context: PendingSellBase,
    answer: AdjustResponse,
) -> Result<Response, ContractError> {
    let config = CONFIG.load(deps.storage)?;
    let mut books = BOOKS.load(deps.storage)?;

    books.idle = books.idle.plus(answer.refund)?.plus(answer.margin_out)?;
    checks::assert_cost(&answer.costs, context.max_cost)?;
    let low = PriceAt::new(&answer.prices, &config.base, &config.quote, End::Low)?.collateral;
    let spot = PriceAt::new(&answer.prices, &config.base, &config.quote, End::Spot)?.collateral;
    let worth = spot.value(context.base)?;
    let hedging = Money::from_amount(venue::total_cost(&answer.costs)?);
    let quote =
        low.value(context.base)?.plus(worth.mul_floor(context.bonus)?)?.minus(hedging)?.or_zero().amount_floor()?;
    if quote > context.excess {
        let most = context.base.min(low.amount_floor(Money::from_amount(context.excess))?);
        return Err(ContractError::AuctionTooLarge { base: context.base, most });
    }
    if quote.is_zero() || quote < context.min_quote {
        let denom = config.quote.denom;
        return Err(ContractError::TooLittlePaid { denom, paid: quote, min: context.min_quote.max(Uint128::one()) });
    }
    // What the vault gave up: quote and the cost of the hedge, less the coins. Below zero it gained.
    let premium = Money::from_amount(quote).minus(worth)?;
    checks::assert_better(&config, &books, context.idle_before, &answer, Check::LeverageAndHedge)?;
    books.idle = books.idle.minus(Purse::quote(quote))?;
    hedge::spend(&config, &mut books, &answer, premium, env.block.time)?;

    BOOKS.save(deps.storage, &books)?;
    let coins = Purse::quote(quote).coins(&config.base.denom, &config.quote.denom);
    Ok(Response::new()
        .add_message(BankMsg::Send { to_address: context.sender.to_string(), amount: coins })
        .add_event(events::sell_base(&context.sender, context.base, quote))
        .set_data(to_json_binary(&SellBaseResponse { base: context.base, quote })?))
}
