//! What a redemption rate may do between two observations: grow by a little a day, and not fall.

use ballast_math::{abs, add, mul_ceil, mul_floor, signed};
use ballast_types::oracle::FeedConfig;
use cosmwasm_std::{Decimal256, Timestamp};

use crate::history::History;
use crate::reading::price_in_range;
use crate::source::Observation;

/// Nanoseconds.
const DAY: u64 = 86_400_000_000_000;

/// The part of a rate by which rounding may lower it: a millionth.
const ROUNDING: Decimal256 = Decimal256::raw(1_000_000_000_000);

/// The observation of a redemption rate at no more than the last accepted one may have grown to by its time: a source
/// that is wrong or lies raises it no faster, however often it speaks. What is no price at all stays that.
pub fn limited(seen: Observation, config: &FeedConfig, history: Option<&History>) -> ballast_math::Result<Observation> {
    let (Some(max_growth), Some(history), Some(clock)) = (config.max_growth, history, seen.clock) else {
        return Ok(seen);
    };
    // What has not grown needs no limit, and is what most readings find.
    if !price_in_range(seen.value) || abs(seen.upper.unwrap_or(seen.value)) <= history.accepted.price {
        return Ok(seen);
    }
    let most = signed(grown(history, clock, max_growth)?)?;
    let upper = seen.upper.map(|upper| upper.min(most));
    Ok(Observation { value: seen.value.min(most), upper, ..seen })
}

/// What the last accepted rate may have grown to, rounded down: in proportion to the time since it was observed.
fn grown(history: &History, time: Timestamp, max_growth: Decimal256) -> ballast_math::Result<Decimal256> {
    // By the nanosecond: whole seconds would be lost where blocks are shorter.
    let since = time.nanos().saturating_sub(history.accepted.time.nanos());
    let growth = mul_floor(max_growth, Decimal256::from_ratio(since, DAY))?;
    mul_floor(history.accepted.price, add(Decimal256::one(), growth)?)
}

/// Whether a rate is below the last accepted one or an anchor by more than rounding: from the anchors too, or it could
/// fall by a millionth with each observation. A price confirmed since the newest sample is the only anchor.
pub fn has_fallen(history: &History, price: Decimal256) -> ballast_math::Result<bool> {
    let History { accepted, sampled, before, .. } = history;
    let sample = if sampled.time >= before.time { sampled.price } else { before.price };
    let highest = accepted.price.max(before.price).max(sample);
    Ok(price < highest && add(price, mul_ceil(highest, ROUNDING)?)? < highest)
}
