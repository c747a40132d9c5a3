use ballast_math::{add, div_floor, mul_ceil, mul_floor};
use ballast_types::parameters::Outside;
use ballast_types::policy::PolicyParams;
use ballast_types::venue::{FeedBounds, Terms};
use cosmwasm_std::Decimal256;

use crate::targets::{calm_margin, full_posting_leverage, FULL_POSTING_MULTIPLE};
use crate::{PolicyError, Result};

/// `L_max` stays at least this multiple of `L*`, or rules 3 and 6 would undo each other.
const LEAST_DISTANCE: Decimal256 = Decimal256::raw(1_100_000_000_000_000_000);

/// Refuses parameters outside of their hard bounds, and sets of parameters that cannot work at a venue
/// with these terms, whose price comes from a feed with these bounds: levels of leverage that could cross, a cost that no
/// trade keeps to, a share of the venue that the target leverage cannot live with, an action too large for what is due.
///
/// Without the feed's bounds `max_cost` is held against the spread alone.
pub fn validate(params: &PolicyParams, terms: &Terms, feed: Option<&FeedBounds>) -> Result<()> {
    within_bounds(params)?;
    ordered(("hedge_min", params.hedge_min), ("hedge_max", params.hedge_max))?;
    ordered(("max_leverage_low", params.max_leverage_low), ("max_leverage_high", params.max_leverage_high))?;
    leverage_levels(params, terms)?;
    ordered(("what the target leverage needs", calm_margin(terms, params)?), ("venue_share", params.venue_share))?;
    let dearest = dearest_trade(terms, feed)?;
    ordered(dearest, ("max_cost", params.max_cost))?;
    ordered(dearest, ("exit_cost", params.exit_cost))?;
    least_action(params)
}

/// What a trade costs at most where the price is good, with a fee to spare: rules that wait for a cheaper trade than the
/// venue has would let a loss grow until it cannot be settled.
fn dearest_trade(terms: &Terms, feed: Option<&FeedBounds>) -> Result<(&'static str, Decimal256)> {
    let confidence = feed.map_or(Decimal256::zero(), |feed| feed.max_confidence);
    let fees = add(terms.taker_fee, terms.taker_fee)?;
    if confidence > terms.max_spread {
        return Ok(("2 * taker_fee + max_confidence", add(fees, confidence)?));
    }
    Ok(("2 * taker_fee + max_spread", add(fees, terms.max_spread)?))
}

/// What makes rules 4 and 5 due must be worth an action: else the trade that a settled loss makes necessary is left out,
/// the hedge is worse than before, and the same is due again. A hedge that may go down to nothing has no least one.
fn least_action(params: &PolicyParams) -> Result<()> {
    let least = ("min_action", params.min_action);
    ordered(least, ("hedge_band", params.hedge_band))?;
    if params.hedge_min.is_zero() {
        return Ok(());
    }
    for (name, threshold) in
        [("settle_above * hedge_min", params.settle_above), ("settle_below * hedge_min", params.settle_below)]
    {
        ordered(least, (name, mul_floor(threshold, params.hedge_min)?))?;
    }
    Ok(())
}

fn within_bounds(params: &PolicyParams) -> Result<()> {
    let Some(Outside { name, value, min, max }) = params.first_outside() else { return Ok(()) };
    Err(PolicyError::OutOfBounds { name, value: value.into(), min: min.into(), max: max.into() })
}

fn ordered(low: (&'static str, Decimal256), high: (&'static str, Decimal256)) -> Result<()> {
    if low.1 <= high.1 {
        return Ok(());
    }
    Err(PolicyError::Crossed { low_name: low.0, low: low.1.into(), high_name: high.0, high: high.1.into() })
}

/// `L*` is at most the greater of `L_max / target_divisor` (whose bound is above 1.1) and 1.1 times the leverage of
/// all coins posted; so `L_max >= 1.1 * L*` wherever the least `L_max` is 1.1 times the second.
fn leverage_levels(params: &PolicyParams, terms: &Terms) -> Result<()> {
    let value = params.max_leverage_low;
    let posted = full_posting_leverage(terms, params.hedge_max)?;
    let needed = mul_ceil(LEAST_DISTANCE, mul_ceil(FULL_POSTING_MULTIPLE, posted)?)?;
    if value < needed {
        return Err(PolicyError::LeverageTooLow {
            value: value.into(),
            hedge_max: params.hedge_max.into(),
            needed: needed.into(),
        });
    }
    // The lower clamp must not lift `L_max` to where the venue liquidates: the emergency level lies between them.
    let most = div_floor(Decimal256::one(), add(terms.maintenance_ratio, params.leverage_buffer)?)?;
    if value > most {
        return Err(PolicyError::LeverageTooHigh { value: value.into(), most: most.into() });
    }
    Ok(())
}
