//! Reads values from each kind of source. Other modules judge them.

use ballast_math::{abs, add_signed, clamp_signed, div_ceil, mul_signed_floor, sub_signed};
use ballast_types::oracle::{AcceptedPrice, ContractPrice, ContractPriceQuery, FeedConfig, FeedKind, Flag, Source};
use cosmwasm_std::{Decimal256, SignedDecimal256, Timestamp};

use crate::hours::Closings;
use crate::reading::Reader;
use crate::state::{Ledger, Published};
use crate::{derived, secondary, stork};

/// When a constant becomes stale.
pub const NEVER: Timestamp = Timestamp::from_nanos(u64::MAX);

/// The current value of a source.
pub struct Observation {
    /// A price, or a yearly rate.
    pub value: SignedDecimal256,
    /// The higher end of a price that has two.
    pub upper: Option<SignedDecimal256>,
    /// What a staked coin is redeemed for.
    pub redemption: Option<SignedDecimal256>,
    /// Relative half-width of the confidence interval.
    pub confidence: Decimal256,
    /// When it was observed. For published values, the latest time since which a quorum, or half of the values used,
    /// has observed.
    pub time: Timestamp,
    /// The history's clock: the time, or for a price computed from other feeds that of the newest of them. `None` for
    /// what never varies.
    pub clock: Option<Timestamp>,
    /// When it becomes stale: `max_age` after the time since which a quorum has observed.
    pub stale_at: Timestamp,
    /// Until when a price stays good without new values. After that it is stale, or the oldest values are too old and
    /// the rest make a price that is too uncertain or too far away.
    pub good_until: Timestamp,
    /// Usable seconds that do not depend on a history; `None` if there is no such number.
    pub usable: Option<u64>,
    /// When the feeds from which it is computed may be confirmed, if one of them is held back.
    pub confirm_from: Option<Timestamp>,
    /// When its market is closed, or one of those of the feeds from which it is computed.
    pub closings: Closings,
    /// Whether nothing is wrong with the feeds from which it is computed.
    pub sound: bool,
    /// What is wrong with it already: the flags of these feeds, and of a part that is no feed.
    pub flags: Vec<Flag>,
}

impl Observation {
    pub fn new(value: SignedDecimal256, confidence: Decimal256, time: Timestamp, stale_at: Timestamp) -> Self {
        Observation {
            value,
            upper: None,
            redemption: None,
            confidence,
            time,
            clock: Some(time),
            stale_at,
            good_until: stale_at,
            usable: None,
            confirm_from: None,
            closings: Closings::default(),
            sound: true,
            flags: vec![],
        }
    }
}

/// Reads the source of a feed; `None` if it has no value because too few publishers have one or the contract does not
/// respond.
pub fn observe(
    reader: &mut Reader,
    config: &FeedConfig,
    ledger: &Ledger,
    closings: &Closings,
) -> ballast_math::Result<Option<Observation>> {
    let now = reader.now;
    match &config.source {
        // A guardian who silences some publishers must not make a value together with a minority of the others.
        Source::Published { .. } if ledger.silenced.len() > 1 => Ok(None),
        Source::Published { quorum, .. } => median(config, *quorum, ledger, (closings, now)),
        Source::Contract { address } => {
            let answer = reader.querier.query_wasm_smart::<ContractPrice>(address, &ContractPriceQuery::Price {});
            Ok(answer.ok().map(|answer| {
                let ContractPrice { price, time, confidence } = answer;
                let stale_at = closings.stale_at(time, config.max_age);
                Observation::new(price, confidence.unwrap_or_default(), time, stale_at)
            }))
        }
        Source::Stork { contract, id } => {
            Ok(stork::observe(reader, contract, id, |time| closings.stale_at(time, config.max_age)))
        }
        Source::Fixed { value } => {
            let fresh = Observation::new(*value, Decimal256::zero(), now, NEVER);
            Ok(Some(Observation { clock: None, usable: Some(now.seconds()), ..fresh }))
        }
        Source::Product { feeds } => derived::product(reader, feeds),
        Source::Lower { feeds } => derived::lower(reader, feeds),
        Source::Ratio { numerator, denominator } => derived::ratio(reader, numerator, denominator).map(Some),
        Source::Primary { primary, secondary, max_difference } => {
            secondary::observe(reader, (primary, secondary), *max_difference, ledger.history.as_ref()).map(Some)
        }
        Source::Staked { market, index, rate } => derived::staked(reader, config, market, (index, rate)).map(Some),
    }
}

/// The median of all fresh values or, if there are fewer than the quorum, of the `quorum` newest, which is stale.
/// Silenced publishers do not count.
///
/// A minority, less than half of the values used, cannot move any of these numbers: value and confidence are medians,
/// the age is that of the quorum. Exactly half can widen the interval, at least until it reaches both values in the
/// middle. A rate has no interval; half can move it toward zero and no further. Zero is also what a rate becomes when
/// it is stale, which half can cause by silence.
fn median(
    config: &FeedConfig,
    quorum: u32,
    ledger: &Ledger,
    (closings, now): (&Closings, Timestamp),
) -> ballast_math::Result<Option<Observation>> {
    let quorum = quorum as usize;
    let stale_at = |value: &Published| closings.stale_at(value.time, config.max_age);
    let counts = |value: &&Published| !ledger.silenced.contains(&value.place);
    let mut newest_first: Vec<&Published> = ledger.published.iter().filter(counts).collect();
    newest_first.sort_by_key(|value| std::cmp::Reverse(value.time));

    let fresh = newest_first.iter().take_while(|value| now <= stale_at(value)).count();
    let Some(used) = newest_first.get(..fresh.max(quorum)) else { return Ok(None) };
    let Some(last_of_quorum) = used.get(quorum.saturating_sub(1)) else { return Ok(None) };
    // With only a quorum left, a single publisher could set the age of the last of them.
    let middle_of_used = used.get(used.len() / 2).unwrap_or(last_of_quorum);
    let time = last_of_quorum.time.max(middle_of_used.time);
    let Some((value, confidence)) = in_the_middle(config.kind, used)? else { return Ok(None) };
    let stale_at = stale_at(last_of_quorum);
    let seen = Observation::new(value, confidence, time, stale_at);
    let good_until = match config.kind.is_price() {
        true => good_until(config, quorum, used, (ledger, now))?.min(stale_at),
        false => stale_at,
    };
    Ok(Some(Observation { good_until, ..seen }))
}

/// The medians of value and confidence; `None` without values.
fn in_the_middle(kind: FeedKind, used: &[&Published]) -> ballast_math::Result<Option<(SignedDecimal256, Decimal256)>> {
    let values = sorted(used, |value| value.value);
    let confidences = sorted(used, |value| value.confidence);
    let (Some((lower, upper)), Some((_, confidence))) = (middle(&values), middle(&confidences)) else {
        return Ok(None);
    };
    Ok(Some(match kind.is_price() {
        true => (mean(lower, upper)?, confidence.max(reach(lower, upper)?)),
        false => (clamp_signed(SignedDecimal256::zero(), lower, upper), confidence),
    }))
}

/// When the oldest of these values (newest first) become too old one after the other, the time at which the rest, at
/// least a quorum, make a price that is too uncertain to sell at or would be held back. A single old value alone cannot
/// cause that.
fn good_until(
    config: &FeedConfig,
    quorum: usize,
    newest_first: &[&Published],
    (ledger, now): (&Ledger, Timestamp),
) -> ballast_math::Result<Timestamp> {
    let reaches = |price| match &ledger.history {
        Some(history) => history.reaches(&AcceptedPrice { price, time: now }, config),
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

fn sorted<T: Ord>(values: &[&Published], part: impl Fn(&Published) -> T) -> Vec<T> {
    let mut parts: Vec<T> = values.iter().map(|value| part(value)).collect();
    parts.sort_unstable();
    parts
}

/// The two middle items of a sorted list; the same one twice if their number is odd.
fn middle<T: Copy>(sorted: &[T]) -> Option<(T, T)> {
    let upper = sorted.len() / 2;
    let lower = sorted.len().checked_sub(1)? / 2;
    Some((*sorted.get(lower)?, *sorted.get(upper)?))
}

/// The mean of two values, rounded down.
fn mean(lower: SignedDecimal256, upper: SignedDecimal256) -> ballast_math::Result<SignedDecimal256> {
    mul_signed_floor(add_signed(lower, upper)?, SignedDecimal256::percent(50))
}

/// Half the distance between two positive values over their mean, rounded up.
fn reach(lower: SignedDecimal256, upper: SignedDecimal256) -> ballast_math::Result<Decimal256> {
    if lower == upper {
        return Ok(Decimal256::zero());
    }
    div_ceil(abs(sub_signed(upper, lower)?), abs(add_signed(upper, lower)?))
}

/// `seconds` after `time`, saturating: a contract may respond with any time, and `Timestamp` would panic.
pub fn after(time: Timestamp, seconds: u64) -> Timestamp {
    Timestamp::from_nanos(time.nanos().saturating_add(seconds.saturating_mul(1_000_000_000)))
}
