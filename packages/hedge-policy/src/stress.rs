use ballast_math::{add_signed, mul_floor, mul_signed_floor, signed, years, MathError, MAX_PRICE, MIN_PRICE};
use ballast_types::policy::{PolicyParams, StressCase, StressResponse};
use ballast_types::venue::{CollateralRange, Prices};
use cosmwasm_std::{Decimal256, SignedDecimal256};

use crate::companion::{discount, mark_discount, venue};
use crate::held_back::repriced;
use crate::{apply, hedge_state, next_action, PolicyError, Pricing, Result, State};

/// The hedge in a scenario, before and after the policy reacts. First the prices move, and with them the block's ranges
/// and prices that are held back; flags stay as they are, except for the one of a sudden discount. Then funding runs for
/// the hours at the new price. If the venue would refuse the reaction at the assumed cost, `after` equals `before`.
///
/// # Errors
/// Before the first price, for a change of -1 and below or one that leaves the accepted range, for a change of the
/// collateral price against the index price (`collateral_change`, `correlation_break`) where both are one, and if a
/// number overflows.
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
    let factors = Factors::new(&state.prices, case)?;
    let Factors { index, redemption, collateral } = factors;
    let prices = &state.prices;
    let moved_index = in_range(mul_floor(prices.index, index)?)?;
    let mut stressed = repriced(state, moved_index, in_range(mul_floor(prices.collateral, collateral)?)?)?;
    let then = &mut stressed.prices;
    then.index_low = mul_floor(prices.index_low, index)?;
    then.index_high = mul_floor(prices.index_high, index)?;
    then.held_back = prices.held_back.map(|price| mul_floor(price, index)).transpose()?;
    if let Some(range) = &prices.collateral_range {
        then.collateral_range = Some(factors.moved(range)?);
        if redemption != collateral {
            mark_discount(then)?;
        }
    }
    stressed.base_for_sale.price = mul_floor(state.base_for_sale.price, redemption)?;
    stressed.capacity.headroom = state.capacity.headroom.mul_ceil(index)?;

    let yearly = mul_signed_floor(state.funding.short, case.funding_multiple)?;
    let hours = years(u64::from(case.hours).saturating_mul(3600))?;
    let rate = mul_signed_floor(yearly, signed(hours)?)?;
    let funding = venue(&stressed)?.notional(&stressed.position)?.mul_signed_floor(rate)?;
    stressed.position.funding = stressed.position.funding.plus(funding)?;
    Ok(stressed)
}

/// What the index price and both worths of the margin coin are multiplied by.
struct Factors {
    index: Decimal256,
    redemption: Decimal256,
    collateral: Decimal256,
}

impl Factors {
    fn new(prices: &Prices, case: &StressCase) -> Result<Factors> {
        let price_change = case.price_change;
        let index = factor(price_change).ok_or(PolicyError::NoPriceLeft { price_change: price_change.into() })?;
        let one_price = Pricing::of(prices) == Pricing::One;
        let own = |name, change: Option<SignedDecimal256>| {
            let change = change.unwrap_or_default();
            if one_price && !change.is_zero() {
                return Err(PolicyError::OnePrice { name, change: change.into() });
            }
            factor(change).ok_or_else(|| PolicyError::NoCollateralPriceLeft { name, change: change.into() })
        };
        let redemption = mul_floor(index, own("correlation_break", case.correlation_break)?)?;
        let collateral = mul_floor(redemption, own("collateral_change", case.collateral_change)?)?;
        Ok(Factors { index, redemption, collateral })
    }

    /// What the coin sells for moves by all changes, what it is redeemed for not by `collateral_change`: that deepens the
    /// discount.
    fn moved(&self, range: &CollateralRange) -> Result<CollateralRange> {
        Ok(CollateralRange {
            low: mul_floor(range.low, self.collateral)?,
            high: mul_floor(range.high, self.redemption)?,
            redemption: mul_floor(range.redemption, self.redemption)?,
            lasting_low: mul_floor(range.lasting_low, self.redemption)?.max(mul_floor(range.low, self.collateral)?),
            lasting_high: mul_floor(range.lasting_high, self.redemption)?.max(mul_floor(range.low, self.collateral)?),
            held_back: range.held_back.map(|price| mul_floor(price, self.collateral)).transpose()?,
            ..range.clone()
        })
    }
}

/// `1 + change`; none if that is zero or below.
fn factor(change: SignedDecimal256) -> Option<Decimal256> {
    let factor = add_signed(SignedDecimal256::one(), change).ok()?;
    (factor > SignedDecimal256::zero()).then(|| ballast_math::abs(factor))
}

fn in_range(price: Decimal256) -> Result<Decimal256, MathError> {
    if (MIN_PRICE..=MAX_PRICE).contains(&price) {
        return Ok(price);
    }
    Err(MathError::PriceOutOfRange { price: price.into() })
}
