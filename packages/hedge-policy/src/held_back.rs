//! A price that the oracle holds back. Nothing trades at it, but it may be confirmed, and liquidations start in the
//! same block. So coins must be at the venue before that.

use ballast_math::{div_floor, mul_floor, MAX_PRICE, MIN_PRICE};
use ballast_types::policy::PolicyParams;
use cosmwasm_std::Decimal256;

use crate::companion::venue;
use crate::hedge::Hedge;
use crate::plan::Desk;
use crate::{Result, State};

/// The state at the price that is held back now; none without such a price or without a position.
pub(crate) fn at_held_back_price(state: &State) -> Result<Option<State>> {
    let Some(index) = state.prices.held_back.filter(|_| !state.position.size.is_zero()) else { return Ok(None) };
    let collateral = moved_along(state, index)?;
    let range = MIN_PRICE..=MAX_PRICE;
    if !range.contains(&index) || !range.contains(&collateral) {
        return Ok(None);
    }
    let mut then = repriced(state, index, collateral)?;
    // The block's range does not apply to another price: payments would be valued at its far end.
    (then.prices.index_low, then.prices.index_high) = (index, index);
    Ok(Some(then))
}

/// The collateral price at another index price.
fn moved_along(state: &State, index: Decimal256) -> Result<Decimal256> {
    let prices = &state.prices;
    if prices.collateral == prices.index {
        return Ok(index);
    }
    Ok(div_floor(mul_floor(prices.collateral, index)?, prices.index)?)
}

/// The state at other prices, with the price PnL recomputed.
pub(crate) fn repriced(state: &State, index: Decimal256, collateral: Decimal256) -> Result<State> {
    let mut then = state.clone();
    then.prices.index = index;
    then.prices.collateral = collateral;
    let mut hedge = Hedge::of(&then);
    venue(&then)?.mark(&mut hedge)?;
    then.position = hedge.position;
    Ok(then)
}

impl<'a> Desk<'a> {
    /// The desk at the held-back price, if its margin ratio is lower. Rules 2 and 3 then judge leverage by it.
    pub fn worse(&self, held_back: Option<&'a State>, params: &'a PolicyParams) -> Result<Option<Desk<'a>>> {
        let Some(state) = held_back else { return Ok(None) };
        let there = Desk::new(state, params)?;
        let is_worse = there.margin_ratio()? < self.margin_ratio()?;
        Ok(is_worse.then_some(there))
    }
}
