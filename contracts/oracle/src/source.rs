//! Where values come from: one observation of each kind of source. Whether it is any good is judged elsewhere.

use ballast_math::{abs, add_signed, clamp_signed, div_ceil, mul_signed_floor, sub_signed};
use ballast_types::oracle::{
    AcceptedPrice, ContractPrice, ContractPriceQuery, FeedConfig, FeedKind, PublisherValue, Source,
};
use cosmwasm_std::{Decimal256, QuerierWrapper, SignedDecimal256, Timestamp};

use crate::state::Ledger;

/// What never becomes stale becomes so at the end of time.
const NEVER: Timestamp = Timestamp::from_nanos(u64::MAX);

/// What a source says at this moment.
pub struct Observation {
    /// A price, or a yearly rate.
    pub value: SignedDecimal256,
    /// Relative half-width of the confidence interval.
    pub confidence: Decimal256,
    /// Its age, and the history's clock: of published values, the latest moment since when a quorum, or half of those
    /// used, has observed.
    pub time: Timestamp,
    /// When it becomes stale: the greatest age after the moment since when a quorum has observed.
    pub stale_at: Timestamp,
    /// Until when a price is good if nothing new comes: then what is left of the published values, once the oldest are too
    /// old, is too wide or lies elsewhere, or the price is stale.
    pub good_until: Timestamp,
}

impl Observation {
    fn new(value: SignedDecimal256, confidence: Decimal256, time: Timestamp, max_age: u64) -> Self {
        let stale_at = after(time, max_age);
        Observation { value, confidence, time, stale_at, good_until: stale_at }
    }
}

/// Asks the source of a feed; `None` when it has no value: too few publishers have one, or the contract does not
/// answer.
pub fn observe(
    querier: QuerierWrapper,
    config: &FeedConfig,
    ledger: &Ledger,
    now: Timestamp,
) -> ballast_math::Result<Option<Observation>> {
    match &config.source {
        // A guardian who silences one, and a minority of the others, must not make a value.
        Source::Published { .. } if ledger.silenced.len() > 1 => Ok(None),
        Source::Published { quorum, .. } => median(config, *quorum, ledger, now),
        Source::Contract { address } => {
            let answer = querier.query_wasm_smart::<ContractPrice>(address, &ContractPriceQuery::Price {});
            Ok(answer.ok().map(|answer| {
                let ContractPrice { price, time, confidence } = answer;
                Observation::new(price, confidence.unwrap_or_default(), time, config.max_age)
            }))
        }
        Source::Fixed { value } => {
            let (confidence, stale_at, good_until) = (Decimal256::zero(), NEVER, NEVER);
            Ok(Some(Observation { value: *value, confidence, time: now, stale_at, good_until }))
        }
    }
}

/// The median of all fresh values, or, when they are fewer than the quorum, of the `quorum` newest, which is stale.
/// Silenced publishers do not count.
///
/// Each number is one that a minority below half of the values used cannot move: the value and its confidence are in
/// the middle, the age is that of the quorum. A half can widen the interval, at least so far that it reaches both values
/// in the middle. A rate has no interval, so a half can bring it toward zero and no further: that is what a rate
/// becomes when it is stale, which a half can bring about by silence.
fn median(
    config: &FeedConfig,
    quorum: u32,
    ledger: &Ledger,
    now: Timestamp,
) -> ballast_math::Result<Option<Observation>> {
    let quorum = quorum as usize;
    let counts = |value: &&PublisherValue| !ledger.silenced.contains(&value.publisher);
    let mut newest_first: Vec<&PublisherValue> = ledger.published.iter().filter(counts).collect();
    newest_first.sort_by_key(|value| std::cmp::Reverse(value.time));

    let fresh = newest_first.iter().take_while(|value| now <= after(value.time, config.max_age)).count();
    let Some(used) = newest_first.get(..fresh.max(quorum)) else { return Ok(None) };
    let Some(last_of_quorum) = used.get(quorum.saturating_sub(1)) else { return Ok(None) };
    // With just a quorum left the age of the last of them would be in one publisher's hand.
    let middle_of_used = used.get(used.len() / 2).unwrap_or(last_of_quorum);
    let time = last_of_quorum.time.max(middle_of_used.time);
    let Some((value, confidence)) = in_the_middle(config.kind, used)? else { return Ok(None) };
    let stale_at = after(last_of_quorum.time, config.max_age);
    let good_until = match config.kind {
        FeedKind::Price => good_until(config, quorum, used, (ledger, now))?.min(stale_at),
        FeedKind::Rate => stale_at,
    };
    Ok(Some(Observation { value, confidence, time, stale_at, good_until }))
}

/// Value and confidence in the middle of these values; none of none.
fn in_the_middle(
    kind: FeedKind,
    used: &[&PublisherValue],
) -> ballast_math::Result<Option<(SignedDecimal256, Decimal256)>> {
    let values = sorted(used, |value| value.value);
    let confidences = sorted(used, |value| value.confidence);
    let (Some((lower, upper)), Some((_, confidence))) = (middle(&values), middle(&confidences)) else {
        return Ok(None);
    };
    Ok(Some(match kind {
        FeedKind::Price => (mean(lower, upper)?, confidence.max(reach(lower, upper)?)),
        FeedKind::Rate => (clamp_signed(SignedDecimal256::zero(), lower, upper), confidence),
    }))
}

/// When the oldest of these values, newest first, grow too old one after the other, and what is left of them, a quorum at
/// least, is a price too wide to sell at or one that would be held back. No single old value brings that about.
fn good_until(
    config: &FeedConfig,
    quorum: usize,
    newest_first: &[&PublisherValue],
    (ledger, now): (&Ledger, Timestamp),
) -> ballast_math::Result<Timestamp> {
    let reaches = |price| match &ledger.history {
        Some(history) => history.reaches(&AcceptedPrice { price, time: now }, config.max_jump),
        None => Ok(true),
    };
    for left in (quorum..newest_first.len()).rev() {
        let (Some(rest), Some(oldest)) = (newest_first.get(..left), newest_first.get(left)) else { break };
        let good = match in_the_middle(config.kind, rest)? {
            Some((price, confidence)) => confidence <= config.max_confidence && reaches(abs(price))?,
            None => false,
        };
        if !good {
            return Ok(after(oldest.time, config.max_age));
        }
    }
    Ok(NEVER)
}

fn sorted<T: Ord>(values: &[&PublisherValue], part: impl Fn(&PublisherValue) -> T) -> Vec<T> {
    let mut parts: Vec<T> = values.iter().map(|value| part(value)).collect();
    parts.sort_unstable();
    parts
}

/// The two in the middle of a sorted list; twice the same one when their number is odd.
fn middle<T: Copy>(sorted: &[T]) -> Option<(T, T)> {
    let upper = sorted.len() / 2;
    let lower = sorted.len().checked_sub(1)? / 2;
    Some((*sorted.get(lower)?, *sorted.get(upper)?))
}

/// The mean of two values, rounded down.
fn mean(lower: SignedDecimal256, upper: SignedDecimal256) -> ballast_math::Result<SignedDecimal256> {
    mul_signed_floor(add_signed(lower, upper)?, SignedDecimal256::percent(50))
}

/// Half the distance of two positive values over their mean, rounded up.
fn reach(lower: SignedDecimal256, upper: SignedDecimal256) -> ballast_math::Result<Decimal256> {
    if lower == upper {
        return Ok(Decimal256::zero());
    }
    div_ceil(abs(sub_signed(upper, lower)?), abs(add_signed(upper, lower)?))
}

/// `seconds` after `time`, at most the end of time: a contract may answer any time, and `Timestamp` would panic.
pub fn after(time: Timestamp, seconds: u64) -> Timestamp {
    Timestamp::from_nanos(time.nanos().saturating_add(seconds.saturating_mul(1_000_000_000)))
}
