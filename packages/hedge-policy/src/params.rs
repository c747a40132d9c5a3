use ballast_math::{add, div_floor, mul_ceil};
use ballast_types::market::{FeedBounds, Terms};
use ballast_types::policy::PolicyParams;
use cosmwasm_std::Decimal256;

use crate::targets::{full_posting_leverage, FULL_POSTING_MULTIPLE};
use crate::{PolicyError, PolicyResult};

const HOUR: u64 = 3600;
const DAY: u64 = 24 * HOUR;

/// `L_max` stays at least this multiple of `L*`, or rules 3 and 6 would undo each other.
const LEAST_DISTANCE: Decimal256 = Decimal256::raw(1_100_000_000_000_000_000);

/// Refuses parameters outside of the hard bounds of DESIGN section 8, and sets of parameters under which levels of
/// leverage could cross at a venue with these terms.
pub fn validate(params: &PolicyParams, terms: &Terms, _feed: Option<&FeedBounds>) -> PolicyResult<()> {
    for (name, value, min, max) in ratio_bounds(params) {
        within(name, value, Decimal256::bps(min), Decimal256::bps(max))?;
    }
    for (name, value, min, max) in time_bounds(params) {
        within(name, seconds(value), seconds(min), seconds(max))?;
    }
    ordered(("hedge_min", params.hedge_min), ("hedge_max", params.hedge_max))?;
    ordered(("max_leverage_low", params.max_leverage_low), ("max_leverage_high", params.max_leverage_high))?;
    leverage_levels(params, terms)
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
        ("max_cost", params.max_cost, 5, 500),
        ("cost_budget", params.cost_budget, 10, 2_000),
        ("auction_bonus", params.auction_bonus, 0, 200),
        ("venue_share", params.venue_share, 1_000, 10_000),
        ("exit_cost", params.exit_cost, 10, 2_000),
    ]
}

/// Name, value, least and greatest value, in seconds.
fn time_bounds(params: &PolicyParams) -> [(&'static str, u64, u64, u64); 4] {
    [
        ("reaction_time", params.reaction_time, HOUR, 72 * HOUR),
        ("forecast_half_life", params.forecast_half_life, 8 * HOUR, 720 * HOUR),
        ("cost_budget_refill", params.cost_budget_refill, DAY, 365 * DAY),
        ("auction_time", params.auction_time, HOUR, 72 * HOUR),
    ]
}

fn seconds(value: u64) -> Decimal256 {
    Decimal256::from_ratio(value, 1u64)
}

fn within(name: &'static str, value: Decimal256, min: Decimal256, max: Decimal256) -> PolicyResult<()> {
    if (min..=max).contains(&value) {
        return Ok(());
    }
    Err(PolicyError::OutOfBounds { name, value: value.into(), min: min.into(), max: max.into() })
}

fn ordered(low: (&'static str, Decimal256), high: (&'static str, Decimal256)) -> PolicyResult<()> {
    if low.1 <= high.1 {
        return Ok(());
    }
    Err(PolicyError::Crossed { low_name: low.0, low: low.1.into(), high_name: high.0, high: high.1.into() })
}

/// `L*` is at most the greater of `L_max / target_divisor` (whose bound is above 1.1) and 1.1 times the leverage of
/// all coins posted; so `L_max >= 1.1 * L*` wherever the least `L_max` is 1.1 times the second.
fn leverage_levels(params: &PolicyParams, terms: &Terms) -> PolicyResult<()> {
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
