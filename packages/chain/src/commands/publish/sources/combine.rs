//! One value from those of several sources.

use std::time::Duration;

use ballast_math::{abs, MAX_PRICE, MIN_PRICE};
use cosmwasm_std::{Decimal256, SignedDecimal256, Uint256};

use super::fault::{Fault, Kind};
use super::file::Feed;
use super::observe::Observed;
use crate::commands::system::percent;

/// How far a source's clock may be ahead of this machine's.
const AHEAD: Duration = Duration::from_secs(5);
/// Maximum magnitude of a yearly rate that the oracle takes.
const MAX_RATE: u128 = 1_000;

/// What a source contributed, or why nothing.
pub type Said = Result<Observed, Fault>;

/// What all sources agree on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Agreed {
    /// The median.
    pub value: SignedDecimal256,
    /// Half of the distance between the lowest and the highest value, as a part of the median; for a rate as a rate.
    pub spread: Decimal256,
    /// Time of the oldest value used, nanoseconds since 1970.
    pub time: u64,
    /// How many sources it comes from.
    pub sources: usize,
}

impl Agreed {
    /// The published confidence; a rate has none.
    pub fn confidence(&self, feed: &Feed) -> Option<Decimal256> {
        (!feed.kind.is_rate()).then(|| self.spread.max(feed.min_confidence))
    }
}

/// The median of the usable values that are close to it, or why there is none. What is not usable becomes a fault in
/// `said`.
pub fn combine(feed: &Feed, said: &mut [Said], now: u64) -> Result<Agreed, String> {
    for said in said.iter_mut() {
        if let Ok(observed) = said {
            if let Some(fault) = unusable(feed, observed, now) {
                *said = Err(fault);
            }
        }
    }
    let answered = quorum(feed, said, "")?;
    let center = median(&answered).ok_or("values are too large")?;
    for said in said.iter_mut() {
        let far = said.as_ref().ok().and_then(|observed| outlier(feed, observed.value, center));
        if let Some(fault) = far {
            *said = Err(fault);
        }
    }
    let left = quorum(feed, said, " close to each other")?;
    let value = median(&left).ok_or("values are too large")?;
    let spread = spread(feed, &left, value).ok_or("values are too large")?;
    let time = said.iter().flatten().map(|observed| observed.time.min(now)).min().unwrap_or(now);
    if !feed.kind.is_rate() && spread >= Decimal256::one() {
        return Err(format!("the values differ by {}", percent(spread)));
    }
    Ok(Agreed { value, spread, time, sources: left.len() })
}

/// The usable values in order, if there are enough.
fn quorum(feed: &Feed, said: &[Said], which: &str) -> Result<Vec<SignedDecimal256>, String> {
    let mut values: Vec<_> = said.iter().flatten().map(|observed| observed.value).collect();
    values.sort_unstable();
    match values.len() >= feed.quorum {
        true => Ok(values),
        false => {
            Err(format!("{} of {} sources usable{which}, the quorum is {}", values.len(), said.len(), feed.quorum))
        }
    }
}

/// Why a value does not count, whatever the others say.
fn unusable(feed: &Feed, observed: &Observed, now: u64) -> Option<Fault> {
    let Observed { value, time } = *observed;
    let taken = match feed.kind.is_rate() {
        true => abs(value) <= Decimal256::from_ratio(MAX_RATE, 1u8),
        false => !value.is_negative() && (MIN_PRICE..=MAX_PRICE).contains(&abs(value)),
    };
    if !taken {
        let text = match feed.kind.is_rate() {
            true => format!("{value} a year: the oracle takes rates up to {MAX_RATE} (100,000 %)"),
            false => format!("{value}: the oracle takes {MIN_PRICE} to {MAX_PRICE}"),
        };
        return Some(Fault::new(Kind::BadValue, text));
    }
    let (age, ahead) = (Duration::from_nanos(now.saturating_sub(time)), Duration::from_nanos(time.saturating_sub(now)));
    if ahead > AHEAD {
        return Some(Fault::new(Kind::Future, format!("{} s ahead of this machine's clock", ahead.as_secs())));
    }
    let stale = || format!("{} s old, at most {} s are allowed", age.as_secs(), feed.max_age.as_secs_f64());
    (age > feed.max_age).then(|| Fault::new(Kind::Stale, stale()))
}

/// Whether a value is too far from the median.
fn outlier(feed: &Feed, value: SignedDecimal256, center: SignedDecimal256) -> Option<Fault> {
    let distance = distance(feed, value, center)?;
    let text = match feed.kind.is_rate() {
        true => format!("{value} is {} a year from the median {center}", shown(distance)),
        false => format!("{value} is {} from the median {center}", shown(distance)),
    };
    (distance > feed.max_deviation).then(|| Fault::new(Kind::Outlier, text))
}

fn shown(part: Decimal256) -> String {
    percent(part)
}

/// From one value to another: as a part of the second, or as a yearly rate. Rounded up.
pub fn distance(feed: &Feed, value: SignedDecimal256, from: SignedDecimal256) -> Option<Decimal256> {
    let distance = value.abs_diff(from);
    match feed.kind.is_rate() {
        true => Some(distance),
        false => part(distance.atomics(), abs(from).atomics()),
    }
}

/// The middle value, or the mean of the middle two.
fn median(sorted: &[SignedDecimal256]) -> Option<SignedDecimal256> {
    let half = sorted.len().checked_div(2)?;
    let upper = *sorted.get(half)?;
    if sorted.len().checked_rem(2)? == 1 {
        return Some(upper);
    }
    let lower = *sorted.get(half.checked_sub(1)?)?;
    lower.checked_add(upper).ok()?.checked_div(SignedDecimal256::from_ratio(2, 1)).ok()
}

fn spread(feed: &Feed, sorted: &[SignedDecimal256], median: SignedDecimal256) -> Option<Decimal256> {
    let (lowest, highest) = (*sorted.first()?, *sorted.last()?);
    let width = highest.abs_diff(lowest).atomics();
    let whole = if feed.kind.is_rate() { Decimal256::one() } else { abs(median) };
    part(width, whole.atomics().checked_mul(Uint256::from(2u8)).ok()?)
}

/// A part of a whole, rounded up.
fn part(part: Uint256, whole: Uint256) -> Option<Decimal256> {
    part.checked_mul_ceil((Decimal256::one().atomics(), whole)).ok().map(Decimal256::new)
}

#[cfg(test)]
mod tests;
