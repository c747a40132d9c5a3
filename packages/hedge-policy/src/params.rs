use ballast_math::{add, div_floor, mul_ceil, mul_floor};
use ballast_types::policy::PolicyParams;
use ballast_types::venue::{FeedBounds, Terms};
use cosmwasm_std::Decimal256;

use crate::targets::{calm_margin, full_posting_leverage, FULL_POSTING_MULTIPLE};
use crate::{PolicyError, Result};

const HOUR: u64 = 3600;
const DAY: u64 = 24 * HOUR;

/// `L_max` stays at least this multiple of `L*`, or rules 3 and 6 would undo each other.
const LEAST_DISTANCE: Decimal256 = Decimal256::raw(1_100_000_000_000_000_000);

/// Refuses parameters outside of their hard bounds, and sets of parameters that cannot work at a venue
/// with these terms, whose price comes from a feed with these bounds: levels of leverage that could cross, a cost that no
/// trade keeps to, a share of the venue that the target leverage cannot live with, an action too large for what is due.
///
/// Without the feed's bounds `max_cost` is held against the spread alone.
pub fn validate(params: &PolicyParams, terms: &Terms, feed: Option<&FeedBounds>) -> Result<()> {
    for (name, value, min, max) in ratio_bounds(params) {
        within(name, value, Decimal256::bps(min), Decimal256::bps(max))?;
    }
    for (name, value, min, max) in time_bounds(params) {
        within(name, seconds(value), seconds(min), seconds(max))?;
    }
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

/// Name, value, least and greatest value, these two in units of 0.01 %.
fn ratio_bounds(params: &PolicyParams) -> [(&'static str, Decimal256, u64, u64); 21] {
    [
        ("leverage_buffer", params.leverage_buffer, 50, 2_000),
        ("volatility_multiple", params.volatility_multiple, 10_000, 100_000),
        ("jump_floor", params.jump_floor, 500, 20_000),
        ("volatility_floor", params.volatility_floor, 1_000, 30_000),
        ("max_leverage_low", params.max_leverage_low, 10_500, 100_000),
        ("max_leverage_high", params.max_leverage_high, 10_500, 100_000),
        ("target_divisor", params.target_divisor, 12_000, 40_000),
        ("min_leverage_share", params.min_leverage_share, 3_000, 9_000),
        ("settle_above", params.settle_above, 500, 6_000),
        ("settle_below", params.settle_below, 500, 6_000),
        ("hedge_band", params.hedge_band, 50, 2_000),
        ("gamma", params.gamma, 5_000, 200_000),
        ("hedge_min", params.hedge_min, 0, 12_000),
        ("hedge_max", params.hedge_max, 0, 12_000),
        ("quote_buffer", params.quote_buffer, 0, 5_000),
        ("min_action", params.min_action, 5, 500),
        ("max_cost", params.max_cost, 10, 500),
        ("cost_budget", params.cost_budget, 10, 1_000),
        ("auction_bonus", params.auction_bonus, 0, 200),
        ("venue_share", params.venue_share, 1_000, 10_000),
        ("exit_cost", params.exit_cost, 10, 2_000),
    ]
}

/// Name, value, least and greatest value, in seconds.
fn time_bounds(params: &PolicyParams) -> [(&'static str, u64, u64, u64); 4] {
    [
        ("reaction_time", params.reaction_time, HOUR, 120 * HOUR),
        ("forecast_half_life", params.forecast_half_life, 8 * HOUR, 720 * HOUR),
        ("cost_budget_refill", params.cost_budget_refill, 7 * DAY, 365 * DAY),
        ("auction_time", params.auction_time, HOUR, 72 * HOUR),
    ]
}

fn seconds(value: u64) -> Decimal256 {
    Decimal256::from_ratio(value, 1u64)
}

fn within(name: &'static str, value: Decimal256, min: Decimal256, max: Decimal256) -> Result<()> {
    if (min..=max).contains(&value) {
        return Ok(());
    }
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
