//! Prices that the oracle holds back. Nothing trades at them, but they may be confirmed, and liquidations start in the same
//! block. So coins must be at the venue before that.

use ballast_math::{div_floor, mul_floor, MAX_PRICE, MIN_PRICE};
use ballast_types::policy::PolicyParams;
use ballast_types::venue::Prices;
use cosmwasm_std::Decimal256;

use crate::companion::venue;
use crate::hedge::Hedge;
use crate::plan::Desk;
use crate::{Result, State};

/// The state at each combination of prices that may be confirmed; none without a price that is held back or without a
/// position.
pub(crate) fn at_held_back_prices(state: &State) -> Result<Vec<State>> {
    if state.position.size.is_zero() {
        return Ok(vec![]);
    }
    let range = MIN_PRICE..=MAX_PRICE;
    let mut states = vec![];
    for (index, collateral) in possible(&state.prices)? {
        if range.contains(&index) && range.contains(&collateral) {
            states.push(repriced(state, index, collateral)?);
        }
    }
    Ok(states)
}

/// The pairs of index and collateral price that may be confirmed. Prices that are equal, now and held back, are one price
/// and move together. A collateral price that is not held back itself may stay or move along with the index.
fn possible(prices: &Prices) -> Result<Vec<(Decimal256, Decimal256)>> {
    let Prices { index, collateral, .. } = *prices;
    let own = prices.collateral_range.as_ref().map(|range| range.held_back);
    let one_price = index == collateral && own.unwrap_or(prices.held_back) == prices.held_back;
    Ok(match (prices.held_back, own.flatten()) {
        (None, None) => vec![],
        (Some(index), _) if one_price => vec![(index, index)],
        (Some(held), None) => {
            let along = (held, div_floor(mul_floor(collateral, held)?, index)?);
            if own.is_some() {
                vec![along, (held, collateral)]
            } else {
                vec![along]
            }
        }
        (None, Some(held)) => vec![(index, held)],
        (Some(held), Some(own)) => vec![(held, own), (held, collateral), (index, own)],
    })
}

/// The state at other prices, with the price PnL recomputed. The block's range does not apply to another price: payments
/// would be valued at its far end.
pub(crate) fn repriced(state: &State, index: Decimal256, collateral: Decimal256) -> Result<State> {
    let mut then = state.clone();
    let prices = &mut then.prices;
    if prices.index != index {
        (prices.index_low, prices.index_high) = (index, index);
    }
    if let Some(range) = prices.collateral_range.as_mut().filter(|_| prices.collateral != collateral) {
        // Coins only count for what they would sell for, also as payment.
        (range.low, range.high) = (collateral, collateral);
        (range.lasting_low, range.lasting_high) = (collateral, collateral);
        (range.redemption, range.discount, range.mean_discount) = (collateral, Decimal256::zero(), Decimal256::zero());
    }
    (prices.index, prices.collateral) = (index, collateral);
    let mut hedge = Hedge::of(&then);
    venue(&then)?.mark(&mut hedge)?;
    then.position = hedge.position;
    Ok(then)
}

impl<'a> Desk<'a> {
    /// The desks at held-back prices at which the margin ratio is lower, the lowest first. Rules 2 and 3 then judge
    /// leverage by them.
    pub fn worse(&self, held_back: &'a [State], params: &'a PolicyParams) -> Result<Vec<Desk<'a>>> {
        let mut worse = vec![];
        for state in held_back {
            let there = Desk::new(state, params)?;
            let ratio = there.margin_ratio()?;
            if ratio < self.margin_ratio()? {
                worse.push((ratio, there));
            }
        }
        worse.sort_by_key(|(ratio, _)| *ratio);
        Ok(worse.into_iter().map(|(_, desk)| desk).collect())
    }
}
