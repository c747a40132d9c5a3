use ballast_math::{add_signed, div_ceil, mul_signed_floor, signed, sub_or_zero, years, MathError};
use ballast_types::policy::{PolicyParams, StressCase, StressResponse};
use ballast_types::venue::Prices;
use cosmwasm_std::{Decimal256, SignedDecimal256};

use crate::companion::venue;
use crate::held_back::repriced;
use crate::{apply, hedge_state, next_action, PolicyError, Result, State};

/// The hedge in a scenario, before and after the policy reacts. First the price moves, and with it the block's range
/// and a price that is held back; the price's flags stay as they are. Then funding runs for the hours at the new price.
/// If the venue would refuse the reaction at the assumed cost, `after` equals `before`.
///
/// # Errors
/// Before the first price, for a price change of -1 and below or one that leaves the accepted range, and if a number
/// overflows.
pub fn stress(state: &State, params: &PolicyParams, case: &StressCase) -> Result<StressResponse> {
    let stressed = stressed(state, case)?;
    let before = hedge_state(&stressed, params)?;
    let due = next_action(&stressed, params)?;
    let after = match apply(&stressed, params, &due, case.cost) {
        Ok(after) => hedge_state(&after, params)?,
        Err(PolicyError::Uncovered {} | PolicyError::Unreserved { .. }) => before,
        Err(PolicyError::Math(MathError::Negative { .. })) => before,
        Err(error) => return Err(error),
    };
    Ok(StressResponse {
        price: stressed.prices.index,
        collateral_price: stressed.prices.collateral,
        discount: discount(&stressed.prices)?,
        before,
        decision: due.decision(),
        after,
    })
}

fn stressed(state: &State, case: &StressCase) -> Result<State> {
    let factor = add_signed(SignedDecimal256::one(), case.price_change)?;
    if factor <= SignedDecimal256::zero() {
        return Err(PolicyError::NoPriceLeft { price_change: case.price_change.into() });
    }
    let factor = ballast_math::abs(factor);
    let prices = &state.prices;
    let mut stressed = repriced(state, moved(prices.index, factor)?, moved(prices.collateral, factor)?)?;
    stressed.prices.index_low = moved(prices.index_low, factor)?;
    stressed.prices.index_high = moved(prices.index_high, factor)?;
    stressed.prices.held_back = prices.held_back.map(|price| moved(price, factor)).transpose()?;
    stressed.base_for_sale.price = moved(state.base_for_sale.price, factor)?;
    stressed.capacity.headroom = state.capacity.headroom.mul_ceil(factor)?;

    let yearly = mul_signed_floor(state.funding.short, case.funding_multiple)?;
    let hours = years(u64::from(case.hours).saturating_mul(3600))?;
    let rate = mul_signed_floor(yearly, signed(hours)?)?;
    let funding = venue(&stressed)?.notional(&stressed.position)?.mul_signed_floor(rate)?;
    stressed.position.funding = stressed.position.funding.plus(funding)?;
    Ok(stressed)
}

fn moved(price: Decimal256, factor: Decimal256) -> Result<Decimal256, MathError> {
    ballast_math::mul_floor(price, factor)
}

/// By how much less the margin coin sells than it is redeemed for; none in a market of one price.
fn discount(prices: &Prices) -> Result<Option<Decimal256>, MathError> {
    let Some(range) = &prices.collateral_range else { return Ok(None) };
    let sold = div_ceil(prices.collateral, range.redemption)?;
    Ok(Some(sub_or_zero(Decimal256::one(), sold)))
}
