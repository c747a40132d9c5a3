use ballast_math::{add, div_floor, mul_ceil, mul_floor, sub};
use ballast_types::parameters::{Outside, Quantity};
use ballast_types::policy::PolicyParams;
use ballast_types::venue::{FeedBounds, Terms};
use cosmwasm_std::Decimal256;

use crate::targets::{calm_margin, full_posting_leverage, kept_ratio, FULL_POSTING_MULTIPLE};
use crate::{PolicyError, Pricing, Result};

/// `L_max` is at least this multiple of `L*`; otherwise rules 3 and 6 would undo each other.
const MIN_DISTANCE: Decimal256 = Decimal256::raw(1_100_000_000_000_000_000);

/// Refuses parameters out of bounds, and combinations that cannot work at a venue with these terms, this index feed and
/// so many prices: leverage levels that could cross, a `max_cost` that no trade meets, a `venue_share` too small for the
/// target leverage, a `min_action` too large for what the rules do, or a `reaction_time` shorter than the longest
/// closing of the feeds: while they are closed nothing can be done but to add margin.
///
/// Without the feed's bounds `max_cost` is compared with the spread alone, and `reaction_time` with nothing.
pub fn validate(params: &PolicyParams, terms: &Terms, feed: Option<&FeedBounds>, pricing: Pricing) -> Result<()> {
    within_bounds(params)?;
    ordered(("hedge_min", params.hedge_min), ("hedge_max", params.hedge_max))?;
    ordered(("max_leverage_low", params.max_leverage_low), ("max_leverage_high", params.max_leverage_high))?;
    leverage_levels(params, terms, pricing)?;
    let needed = calm_margin(terms, params, pricing)?;
    ordered(("what the target leverage needs", needed), ("venue_share", params.venue_share))?;
    let dearest = dearest_trade(terms, feed)?;
    ordered(dearest, ("max_cost", params.max_cost))?;
    ordered(dearest, ("exit_cost", params.exit_cost))?;
    let closing = feed.and_then(|feed| feed.longest_closing).unwrap_or_default();
    ordered(("longest_closing", closing.number()), ("reaction_time", params.reaction_time.number()))?;
    min_action_serves(params)
}

/// Maximum cost of a trade at a good price, with a second fee as reserve. Rules that waited for cheaper trades than the
/// venue offers would let a loss grow until it cannot be settled.
fn dearest_trade(terms: &Terms, feed: Option<&FeedBounds>) -> Result<(&'static str, Decimal256)> {
    let confidence = feed.map_or(Decimal256::zero(), |feed| feed.max_confidence);
    let fees = add(terms.taker_fee, terms.taker_fee)?;
    if confidence > terms.max_spread {
        return Ok(("2 * taker_fee + max_confidence", add(fees, confidence)?));
    }
    Ok(("2 * taker_fee + max_spread", add(fees, terms.max_spread)?))
}

/// Whatever triggers rules 4 and 5 must be worth an action. Otherwise the trade that a settled loss makes necessary
/// would be left out, the hedge would be worse than before, and the rule would be due again. A hedge that may go down
/// to zero has no minimum.
fn min_action_serves(params: &PolicyParams) -> Result<()> {
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

/// `L*` is at most the larger of `L_max / target_divisor` (at least 1.2) and 1.1 times the leverage with all coins
/// posted. So `L_max >= 1.1 * L*` if the minimum of `L_max` is 1.1 times the second.
fn leverage_levels(params: &PolicyParams, terms: &Terms, pricing: Pricing) -> Result<()> {
    let value = params.max_leverage_low;
    let posted = full_posting_leverage(terms, params.hedge_max)?;
    let needed = mul_ceil(MIN_DISTANCE, mul_ceil(FULL_POSTING_MULTIPLE, posted)?)?;
    if value < needed {
        return Err(PolicyError::LeverageTooLow {
            value: value.into(),
            hedge_max: params.hedge_max.into(),
            needed: needed.into(),
        });
    }
    // The minimum must not lift `L_max` to where the venue liquidates after the assumed discount alone: the emergency
    // level has to be in between.
    let discount = pricing.assumed_discount(params);
    let most = div_floor(sub(Decimal256::one(), discount)?, kept_ratio(terms, params, discount)?)?;
    if value > most {
        return Err(PolicyError::LeverageTooHigh { value: value.into(), most: most.into() });
    }
    Ok(())
}
