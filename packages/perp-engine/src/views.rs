//! Calculations that only queries need.

use ballast_math::{FundingBasis, Money, Price, Purse};
use ballast_types::market::{FundingResponse, MarketAction, MarketParams, PositionState};
use ballast_types::oracle::PriceUse;
use cosmwasm_std::{Timestamp, Uint128};

use crate::account::state;
use crate::books::{Books, Market, Side};
use crate::position::{secured_part, Health, Position};
use crate::reserve::slack;
use crate::Result;

/// A position at the current prices, with its side's funding.
pub fn position_state(books: &Books, position: &Position, market: &Market<'_>) -> Result<PositionState> {
    state(books, position, market)
}

/// The most base, or alternatively the most quote, that can be withdrawn from the margin now; zero while a switch or
/// the price forbids it. Without a position, all of both.
pub fn withdrawable(position: &PositionState, market: &Market<'_>) -> Result<Purse> {
    if position.size.is_zero() {
        let off = market.permit_action(MarketAction::MarginOut).is_err();
        return Ok(if off { Purse::EMPTY } else { position.margin });
    }
    let prices = market.permit_prices(PriceUse::MarginOut, position.margin);
    if market.permit_action(MarketAction::MarginOut).is_err() || prices.is_err() {
        return Ok(Purse::EMPTY);
    }
    let health = Health::new(position, &market.marks, &market.terms)?;
    let required = health.notional.mul_ceil(market.params.initial_ratio)?;
    let spare = health.secured_equity.minus(required)?.or_zero();
    let quote = spare.amount_floor().unwrap_or(Uint128::MAX).min(position.margin.quote);
    let kept = secured_part(position.size, &market.terms)?;
    // Values are rounded at the 18th digit, which may be worth a unit of base either way: check what would be left.
    let value = spare.div_floor(kept)?;
    let nearest = market.marks.collateral.amount_floor(value).unwrap_or(Uint128::MAX);
    let mut base = nearest.saturating_add(Uint128::one()).min(position.margin.base);
    for _ in 0..2 {
        if !base.is_zero() && !leaves_enough(position, base, market)? {
            base = base.saturating_sub(Uint128::one());
        }
    }
    Ok(Purse { base, quote })
}

fn leaves_enough(position: &PositionState, base: Uint128, market: &Market<'_>) -> Result<bool> {
    let margin = position.margin.minus(Purse::base(base))?;
    let health = Health::new(&PositionState { margin, ..*position }, &market.marks, &market.terms)?;
    Ok(health.secured_equity >= health.notional.mul_ceil(market.params.initial_ratio)?)
}

/// Funding from now until `at` (not before now), if skew, price and reference do not change.
pub fn funding_at(
    books: &Books,
    price: Option<&Price>,
    params: &MarketParams,
    whole_base: Uint128,
    at: Timestamp,
) -> Result<FundingResponse> {
    let mut then = *books;
    then.accrue(price, params, at.seconds())?;
    let earned = |now: &Side, then: &Side| -> Result<Money> {
        let basis: FundingBasis = now.index.basis(whole_base)?;
        Ok(then.index.accrued_floor(whole_base, basis)?)
    };
    Ok(FundingResponse {
        at,
        rates: then.rates(params, at.seconds())?,
        long_per_base: earned(&books.long, &then.long)?,
        short_per_base: earned(&books.short, &then.short)?,
        owed: then.long.owed_ceil()?.plus(then.short.owed_ceil()?)?,
        slack: slack(&then, params.long_reserve)?,
    })
}
