//! Evaluates a feed now: its value, and the flags from checks that do not depend on the source.

use ballast_math::{abs, Variance, MAX_PRICE, MIN_PRICE};
use ballast_types::oracle::{AcceptedPrice, FeedConfig, FeedKind, Flag, Reading, Source};
use cosmwasm_std::{Decimal256, QuerierWrapper, SignedDecimal256, Timestamp};

use crate::history::{History, Verdict};
use crate::source::{self, after, Observation};
use crate::state::Ledger;

/// Maximum magnitude of a yearly rate: a hundred times the widest clamp of a market, and three times the widest funding
/// that an exchange ever allowed (4 % an hour). Anything beyond is a mistake in units.
pub const MAX_RATE: Decimal256 = Decimal256::raw(1_000_000_000_000_000_000_000);

/// The result of evaluating a feed.
pub struct Evaluation {
    pub reading: Reading,
    /// The updated history; unchanged if nothing usable was observed.
    pub history: Option<History>,
    /// `None` if there was nothing to judge: a rate, a constant, no value, or an unusable one.
    pub verdict: Option<Verdict>,
}

/// Reads the source of a feed and judges its value. Writes nothing.
pub fn evaluate(
    querier: QuerierWrapper,
    feed: &str,
    config: &FeedConfig,
    ledger: &Ledger,
    now: Timestamp,
) -> ballast_math::Result<Evaluation> {
    let history = ledger.history.clone();
    let Some(seen) = source::observe(querier, config, ledger, now)? else {
        return Ok(Evaluation { reading: missing(feed), history, verdict: None });
    };
    let (flags, history, verdict) = judge(&seen, config, history, now)?;
    let (average, volatility) = statistics(&seen, config, history.as_ref())?;
    let usable_seconds = usable_seconds(config, history.as_ref(), now);
    let confirm_from = confirm_from(config, history.as_ref());
    let Observation { value, confidence, time, stale_at, .. } = seen;
    let reading = Reading {
        feed: feed.to_string(),
        value,
        upper: None,
        confidence,
        average,
        volatility,
        time,
        stale_at,
        usable_seconds,
        confirm_from,
        flags,
    };
    Ok(Evaluation { reading, history, verdict })
}

/// The reading of a feed that has no value or does not exist.
pub fn missing(feed: &str) -> Reading {
    Reading {
        feed: feed.to_string(),
        value: SignedDecimal256::zero(),
        upper: None,
        confidence: Decimal256::zero(),
        average: SignedDecimal256::zero(),
        volatility: Decimal256::zero(),
        time: Timestamp::default(),
        stale_at: Timestamp::default(),
        usable_seconds: None,
        confirm_from: None,
        flags: vec![Flag::Missing],
    }
}

/// Whether a value can be a price.
pub fn price_in_range(value: SignedDecimal256) -> bool {
    !value.is_negative() && (MIN_PRICE..=MAX_PRICE).contains(&abs(value))
}

/// Whether a value can be a yearly rate.
pub fn rate_in_range(value: SignedDecimal256) -> bool {
    abs(value) <= MAX_RATE
}

/// Whether a relative half-width keeps the price above zero.
pub fn confidence_in_range(confidence: Decimal256) -> bool {
    confidence < Decimal256::one()
}

/// The flags, and the history after this observation. Only usable prices are judged. One with a wide confidence
/// interval is usable; the bound on jumps applies to it too.
fn judge(
    seen: &Observation,
    config: &FeedConfig,
    history: Option<History>,
    now: Timestamp,
) -> ballast_math::Result<(Vec<Flag>, Option<History>, Option<Verdict>)> {
    let mut flags = vec![];
    let valid = match config.kind {
        FeedKind::Price => price_in_range(seen.value) && confidence_in_range(seen.confidence),
        FeedKind::Rate => rate_in_range(seen.value),
    };
    if !valid {
        flags.push(Flag::Invalid);
    }
    if seen.time > now {
        flags.push(Flag::Future);
    }
    if now > seen.stale_at {
        flags.push(Flag::Stale);
    }
    if config.kind == FeedKind::Rate {
        return Ok((flags, history, None));
    }

    let (history, verdict) = match flags.is_empty() && varies(config) {
        true => learn(seen, config, history, now)?,
        false => (history, None),
    };
    if verdict == Some(Verdict::HeldBack) {
        flags.push(Flag::Jump);
    }
    if seen.confidence > config.max_confidence {
        flags.push(Flag::Uncertain);
    }
    Ok((flags, history, verdict))
}

fn varies(config: &FeedConfig) -> bool {
    !matches!(config.source, Source::Fixed { .. })
}

/// The history after a usable price.
fn learn(
    seen: &Observation,
    config: &FeedConfig,
    history: Option<History>,
    now: Timestamp,
) -> ballast_math::Result<(Option<History>, Option<Verdict>)> {
    let price = AcceptedPrice { price: abs(seen.value), time: seen.time };
    let certain = seen.confidence <= config.max_confidence;
    let (mut history, verdict) = match history {
        Some(history) => history.observe(price, seen.confidence, now, config)?,
        None if !certain => return Ok((None, Some(Verdict::TooWide))),
        None => (History::start(price, config.initial_volatility)?, Verdict::Accepted),
    };
    history.usable = match verdict {
        Verdict::Accepted if certain => history.usable.go_on(now, seen.good_until),
        _ => history.usable.stop(now),
    };
    Ok((Some(history), Some(verdict)))
}

/// Average and volatility from the history. Rates and constants are their own average with zero volatility; before the
/// first observation, it is the value with the configured initial volatility.
fn statistics(
    seen: &Observation,
    config: &FeedConfig,
    history: Option<&History>,
) -> ballast_math::Result<(SignedDecimal256, Decimal256)> {
    match history {
        Some(history) => Ok((history.average.0, history.variance.volatility())),
        None if config.kind == FeedKind::Rate || !varies(config) => Ok((seen.value, Decimal256::zero())),
        None => Ok((seen.value, Variance::of_volatility(config.initial_volatility)?.volatility())),
    }
}

/// How long a published price has been usable. For a contract only observations could tell, and a market that queries
/// the oracle sees as many.
fn usable_seconds(config: &FeedConfig, history: Option<&History>, now: Timestamp) -> Option<u64> {
    match config.source {
        Source::Published { .. } => history.map(|history| history.usable.seconds(now)),
        Source::Contract { .. } | Source::Fixed { .. } => None,
    }
}

/// When a newly published value may confirm the price that is held back.
fn confirm_from(config: &FeedConfig, history: Option<&History>) -> Option<Timestamp> {
    let held_back = history?.held_back.as_ref()?;
    Some(after(held_back.time, config.confirm_after))
}
