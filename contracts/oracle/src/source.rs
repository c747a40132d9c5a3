//! Where values come from: one observation of each kind of source. Whether it is any good is judged elsewhere.

use ballast_math::{abs, add_signed, div_ceil, mul_signed_floor, sub_signed, MathResult};
use ballast_types::oracle::{ContractPrice, ContractPriceQuery, FeedConfig, FeedKind, PublisherValue, Source};
use cosmwasm_std::{Decimal256, QuerierWrapper, SignedDecimal256, Timestamp};

/// What never becomes stale becomes so at the end of time.
const NEVER: Timestamp = Timestamp::from_nanos(u64::MAX);

/// What a source says at this moment.
pub struct Observation {
    /// A price, or a yearly rate.
    pub value: SignedDecimal256,
    /// Relative half-width of the confidence interval.
    pub confidence: Decimal256,
    /// Its age: when the oldest value that it was taken from was observed.
    pub time: Timestamp,
    /// The history's clock: the latest moment from which on a quorum has been observed. Unlike `time` it never goes
    /// back while the publishers are the same.
    pub quorum_time: Timestamp,
    /// When it becomes stale: `quorum_time` and the greatest age.
    pub stale_at: Timestamp,
}

impl Observation {
    fn new(
        value: SignedDecimal256,
        confidence: Decimal256,
        time: Timestamp,
        quorum_time: Timestamp,
        max_age: u64,
    ) -> Self {
        Observation { value, confidence, time, quorum_time, stale_at: after(quorum_time, max_age) }
    }
}

/// Asks the source of a feed; `None` when it has no value: too few publishers have one, or the contract does not
/// answer.
pub fn observe(
    querier: QuerierWrapper,
    config: &FeedConfig,
    published: &[PublisherValue],
    now: Timestamp,
) -> MathResult<Option<Observation>> {
    match &config.source {
        Source::Published { quorum, .. } => median(config, *quorum, published, now),
        Source::Contract { address } => {
            let answer = querier.query_wasm_smart::<ContractPrice>(address, &ContractPriceQuery::Price {});
            Ok(answer.ok().map(|answer| {
                let ContractPrice { price, time, confidence } = answer;
                Observation::new(price, confidence.unwrap_or_default(), time, time, config.max_age)
            }))
        }
        Source::Fixed { value } => Ok(Some(Observation {
            value: *value,
            confidence: Decimal256::zero(),
            time: now,
            quorum_time: now,
            stale_at: NEVER,
        })),
    }
}

/// The median of all fresh values, or, when they are fewer than the quorum, of the `quorum` newest, which is stale.
///
/// Each number errs in the direction that makes a consumer more careful: the age is that of the oldest value used, and
/// the confidence the widest of them and, where two values stand in the middle, at least wide enough to reach both.
/// It becomes stale when, without new values, the quorum would be lost.
fn median(
    config: &FeedConfig,
    quorum: u32,
    published: &[PublisherValue],
    now: Timestamp,
) -> MathResult<Option<Observation>> {
    let quorum = quorum as usize;
    let mut newest_first: Vec<&PublisherValue> = published.iter().collect();
    newest_first.sort_by_key(|value| std::cmp::Reverse(value.time));

    let fresh = newest_first.iter().take_while(|value| now <= after(value.time, config.max_age)).count();
    let Some(used) = newest_first.get(..fresh.max(quorum)) else { return Ok(None) };
    let (Some(last_of_quorum), Some(oldest)) = (used.get(quorum.saturating_sub(1)), used.last()) else {
        return Ok(None);
    };
    let widest = used.iter().map(|value| value.confidence).max().unwrap_or_default();

    let mut values: Vec<SignedDecimal256> = used.iter().map(|value| value.value).collect();
    values.sort_unstable();
    let Some((lower, upper)) = middle(&values) else { return Ok(None) };
    let value = mul_signed_floor(add_signed(lower, upper)?, SignedDecimal256::percent(50))?;
    let confidence = match config.kind {
        FeedKind::Price => widest.max(reach(lower, upper)?),
        FeedKind::Rate => widest,
    };
    Ok(Some(Observation::new(value, confidence, oldest.time, last_of_quorum.time, config.max_age)))
}

/// The two values in the middle of a sorted list; twice the same one when their number is odd.
fn middle(sorted: &[SignedDecimal256]) -> Option<(SignedDecimal256, SignedDecimal256)> {
    let upper = sorted.len() / 2;
    let lower = sorted.len().checked_sub(1)? / 2;
    Some((*sorted.get(lower)?, *sorted.get(upper)?))
}

/// Half the distance of two positive values over their mean, rounded up.
fn reach(lower: SignedDecimal256, upper: SignedDecimal256) -> MathResult<Decimal256> {
    if lower == upper {
        return Ok(Decimal256::zero());
    }
    div_ceil(abs(sub_signed(upper, lower)?), abs(add_signed(upper, lower)?))
}

/// `seconds` after `time`, at most the end of time: a contract may answer any time, and `Timestamp` would panic.
fn after(time: Timestamp, seconds: u64) -> Timestamp {
    Timestamp::from_nanos(time.nanos().saturating_add(seconds.saturating_mul(1_000_000_000)))
}
