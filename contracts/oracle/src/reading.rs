//! Evaluates a feed now: its value, and the flags from checks that do not depend on the source.

use ballast_math::{abs, Variance, MAX_PRICE, MIN_PRICE};
use ballast_types::oracle::{AcceptedPrice, FeedConfig, FeedKind, Flag, Reading};
use cosmwasm_std::{Decimal256, QuerierWrapper, SignedDecimal256, Storage, Timestamp};

use crate::error::ContractError;
use crate::history::{History, Verdict};
use crate::hours::Closings;
use crate::redemption_rate::limited;
use crate::source::{self, after, Observation};
use crate::state::{self, Feed, Ledger};
use crate::usable::Usable;

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
    /// The clock of the history; `None` without a value, and for what never varies.
    pub clock: Option<Timestamp>,
    /// When its market is closed.
    closings: Closings,
}

/// Reads feeds at one moment, each at most once. Writes nothing.
pub struct Reader<'a> {
    storage: &'a dyn Storage,
    pub querier: QuerierWrapper<'a>,
    pub now: Timestamp,
    known: Vec<(Reading, Option<Timestamp>, Closings)>,
}

impl<'a> Reader<'a> {
    pub fn new(storage: &'a dyn Storage, querier: QuerierWrapper<'a>, now: Timestamp) -> Self {
        Reader { storage, querier, now, known: vec![] }
    }

    /// The reading of a feed; an error with it is a flag.
    pub fn read(&mut self, feed: &str) -> Reading {
        self.look_up(feed).0
    }

    /// A feed from which another one is computed.
    pub fn factor(&mut self, feed: &str) -> Observation {
        let (reading, clock, closings) = self.look_up(feed);
        let Reading { value, upper, confidence, time, stale_at, usable_seconds, confirm_from, flags, .. } = reading;
        Observation {
            value,
            upper,
            redemption: None,
            confidence,
            time,
            clock,
            stale_at,
            good_until: stale_at,
            usable: usable_seconds,
            confirm_from,
            closings,
            sound: flags.is_empty(),
            flags,
        }
    }

    fn look_up(&mut self, feed: &str) -> (Reading, Option<Timestamp>, Closings) {
        if let Some(known) = self.known.iter().find(|(reading, ..)| reading.feed == feed) {
            return known.clone();
        }
        let evaluation = state::load(self.storage, feed).and_then(|state| self.stored(feed, &state));
        let known = match evaluation {
            Ok(Evaluation { reading, clock, closings, .. }) => (reading, clock, closings),
            Err(_) => (missing(feed), None, Closings::default()),
        };
        self.known.push(known.clone());
        known
    }

    /// Evaluates a feed as it is stored.
    pub fn stored(&mut self, feed: &str, state: &Feed) -> Result<Evaluation, ContractError> {
        let closings = Closings::of(self.storage, feed, state, self.now)?;
        Ok(self.evaluate(feed, &state.config, &state.ledger, closings)?)
    }

    /// Reads the source of a feed and judges its value. The closings are those of its own hours.
    fn evaluate(
        &mut self,
        feed: &str,
        config: &FeedConfig,
        ledger: &Ledger,
        closings: Closings,
    ) -> ballast_math::Result<Evaluation> {
        let (now, history) = (self.now, ledger.history.clone());
        let mut seen = match source::observe(self, config, ledger, &closings)? {
            Some(seen) if !seen.flags.contains(&Flag::Missing) => seen,
            none => {
                let missing = missing(feed);
                let flags = none.map_or(missing.flags, |none| none.flags);
                let reading = Reading { flags, ..missing };
                return Ok(Evaluation { reading, history, verdict: None, clock: None, closings });
            }
        };
        seen.closings = seen.closings.and(closings);
        let told = seen.value;
        let seen = limited(seen, config, history.as_ref())?;
        let (flags, history, mut verdict) = judge(&seen, config, history, now)?;
        if verdict == Some(Verdict::Accepted) && seen.value < told {
            verdict = Some(Verdict::Limited);
        }
        let (average, volatility) = statistics(&seen, config, history.as_ref())?;
        let usable_seconds = usable_seconds(&seen, config, history.as_ref(), now);
        let confirm_from = confirm_from(&seen, config, history.as_ref(), now).max(seen.confirm_from);
        let Observation { value, upper, redemption, confidence, time, clock, stale_at, closings, .. } = seen;
        let reading = Reading {
            feed: feed.to_string(),
            value,
            upper,
            redemption,
            confidence,
            average,
            volatility,
            time,
            stale_at,
            usable_seconds,
            confirm_from,
            flags,
        };
        Ok(Evaluation { reading, history, verdict, clock, closings })
    }
}

/// The reading of a feed that has no value or does not exist.
pub fn missing(feed: &str) -> Reading {
    Reading {
        feed: feed.to_string(),
        value: SignedDecimal256::zero(),
        upper: None,
        redemption: None,
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

/// Adds a flag, unless it is there. They are in the order in which they are declared.
pub fn raise(flags: &mut Vec<Flag>, flag: Flag) {
    let at = flags.partition_point(|raised| *raised < flag);
    if flags.get(at) != Some(&flag) {
        flags.insert(at, flag);
    }
}

/// The flags, and the history after this observation. Only usable prices are judged. One with a wide confidence
/// interval is usable; the bound on jumps applies to it too.
fn judge(
    seen: &Observation,
    config: &FeedConfig,
    history: Option<History>,
    now: Timestamp,
) -> ballast_math::Result<(Vec<Flag>, Option<History>, Option<Verdict>)> {
    let mut flags = without_history(seen, config, now);
    if config.kind == FeedKind::Rate {
        return Ok((flags, history, None));
    }
    let (mut history, verdict) = learn(seen, &flags, config, history, now)?;
    if verdict == Some(Verdict::HeldBack) {
        raise(&mut flags, Flag::Jump);
    }
    if let Some(history) = &mut history {
        let fine = flags.is_empty();
        history.usable = match config.source.is_published() {
            true => usable(history.usable, seen, verdict.map(|_| fine), now),
            false => flagged_alone(history.usable, seen, fine, now),
        };
    }
    Ok((flags, history, verdict))
}

/// The clock of a published price; a price that was not judged leaves it as it is.
fn usable(clock: Usable, seen: &Observation, fine: Option<bool>, now: Timestamp) -> Usable {
    match fine {
        Some(true) => clock.go_on(now, seen.good_until),
        Some(false) => clock.stop(now),
        None => clock,
    }
}

/// The clock of a computed price, which runs from the observation that finds a flag of its own, in whole seconds, to the
/// one that finds none at all.
fn flagged_alone(clock: Usable, seen: &Observation, fine: bool, now: Timestamp) -> Usable {
    match (fine, seen.sound && seen.usable.is_some()) {
        (true, _) => clock.stop_after(now),
        (false, true) => clock.start_with(now),
        (false, false) => clock,
    }
}

/// Its flags, and those for which nothing has to be remembered.
pub fn without_history(seen: &Observation, config: &FeedConfig, now: Timestamp) -> Vec<Flag> {
    let mut flags = seen.flags.clone();
    let valid = match config.kind.is_price() {
        true => {
            let upper = seen.upper.unwrap_or(seen.value);
            price_in_range(seen.value) && price_in_range(upper) && confidence_in_range(seen.confidence)
        }
        false => rate_in_range(seen.value),
    };
    if !valid {
        raise(&mut flags, Flag::Invalid);
    }
    if seen.time > now {
        raise(&mut flags, Flag::Future);
    }
    if now > seen.stale_at {
        raise(&mut flags, Flag::Stale);
    }
    if config.kind.is_price() && seen.confidence > config.max_confidence {
        raise(&mut flags, Flag::Uncertain);
    }
    flags
}

/// The history after a price, if that is usable or, when a feed from which it is computed is held back, would be.
fn learn(
    seen: &Observation,
    flags: &[Flag],
    config: &FeedConfig,
    history: Option<History>,
    now: Timestamp,
) -> ballast_math::Result<(Option<History>, Option<Verdict>)> {
    let judged = |flag: &Flag| matches!(flag, Flag::Jump | Flag::Uncertain | Flag::Secondary);
    let Some(clock) = seen.clock.filter(|_| flags.iter().all(judged)) else { return Ok((history, None)) };
    let price = AcceptedPrice { price: abs(seen.value), time: clock };
    if flags.contains(&Flag::Jump) {
        let history = history.map(|history| history.foresee(&price, now, (config, &seen.closings))).transpose()?;
        return Ok((history, None));
    }
    if flags.contains(&Flag::Secondary) {
        // What the secondary says alone is no anchor and confirms nothing.
        let near = match &history {
            Some(history) => history.continues(&price, config, &seen.closings)?,
            None => false,
        };
        return Ok((history, Some(if near { Verdict::TooWide } else { Verdict::HeldBack })));
    }
    let certain = !flags.contains(&Flag::Uncertain);
    let (history, verdict) = match history {
        Some(history) => history.observe(price, certain, now, (config, &seen.closings))?,
        None if !certain => return Ok((None, Some(Verdict::TooWide))),
        None => (History::start(price, config.initial_volatility)?, Verdict::Accepted),
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
        None if config.kind == FeedKind::Rate || seen.clock.is_none() => Ok((seen.value, Decimal256::zero())),
        None => Ok((seen.value, Variance::of_volatility(config.initial_volatility)?.volatility())),
    }
}

/// [`Reading::usable_seconds`]. For a contract only observations could tell, and a market that queries the oracle sees as
/// many. The history of a computed price counts what took it alone.
fn usable_seconds(seen: &Observation, config: &FeedConfig, history: Option<&History>, now: Timestamp) -> Option<u64> {
    if config.kind == FeedKind::Rate {
        return None;
    }
    let counted = history.map(|history| history.usable.seconds(now));
    match config.source.is_published() {
        true => counted,
        false => Some(seen.usable?.saturating_sub(counted.unwrap_or_default())),
    }
}

/// When a newly published value may confirm the price that is held back; none once its market has closed.
fn confirm_from(
    seen: &Observation,
    config: &FeedConfig,
    history: Option<&History>,
    now: Timestamp,
) -> Option<Timestamp> {
    let held_back = history?.held_back.as_ref().filter(|held| !seen.closings.closed_between(held.time, now))?;
    Some(after(held_back.time, config.confirm_after))
}
