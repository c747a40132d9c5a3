//! Trading hours: a table of the week and holidays, and the closings that follow from both.

use ballast_math::stored_as_list;
use ballast_types::oracle::{Closing, FeedConfig, FeedKind, Session, Source, TradingHours};
use cosmwasm_std::{StdResult, Storage, Timestamp};

use crate::error::ContractError;
use crate::source::{after, NEVER};
use crate::state::{Feed, HOURS};
use crate::validate::within;

const MINUTE: u64 = 60;
const WEEK: u64 = 604_800;
/// Minutes of a week.
const MINUTES: u32 = 10_080;
/// The first Monday, in seconds: 1970 began on a Thursday.
const FIRST_MONDAY: u64 = 345_600;

const MAX_SESSIONS: u32 = 10;
const MAX_HOLIDAYS: u32 = 20;
/// The longest closing, in seconds: the longest reaction time that a vault can count with.
const MAX_CLOSING: u64 = 432_000;

/// The trading hours of a feed, as they are stored.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Hours {
    /// Minutes of the week at which it opens and closes, sorted.
    sessions: Vec<(u32, u32)>,
    /// Seconds at which it closes and opens again, sorted and apart from each other.
    holidays: Vec<(u64, u64)>,
}

stored_as_list!(Hours { sessions, holidays });

impl Hours {
    /// Checks each number of a table. How long its closings are is checked by [`assert_short`].
    pub fn new(hours: &TradingHours, now: Timestamp) -> Result<Hours, ContractError> {
        let TradingHours { sessions, holidays } = hours;
        within("sessions", u32::try_from(sessions.len()).unwrap_or(u32::MAX), 1, MAX_SESSIONS)?;
        sessions.iter().try_for_each(possible)?;
        let pairs = sessions.iter().zip(sessions.iter().skip(1));
        let around = sessions.last().zip(sessions.first()).filter(|(last, _)| last.closes < last.opens);
        // Only the last one may run on into the next week.
        let early = pairs.filter(|(one, next)| next.opens < one.closes || one.closes < one.opens);
        let late = around.filter(|(last, first)| first.opens < last.closes);
        if let Some((one, next)) = early.chain(late).next() {
            let (opens, closes, next) = (one.opens, one.closes, next.opens);
            return Err(ContractError::SessionsOverlap { opens, closes, next });
        }
        let sessions = sessions.iter().map(|session| (session.opens, session.closes)).collect();
        Hours { sessions, holidays: vec![] }.with(holidays, Timestamp::default(), now)
    }

    /// With more holidays, and without those that ended by `known`.
    pub fn with(mut self, holidays: &[Closing], known: Timestamp, now: Timestamp) -> Result<Hours, ContractError> {
        self.holidays.retain(|(_, until)| *until > known.seconds());
        for Closing { from, until } in holidays.iter().copied() {
            if from >= until || until <= now {
                return Err(ContractError::NoHoliday { from, until, now });
            }
            self.holidays.push((from.seconds(), after(until, 1).minus_nanos(1).seconds()));
        }
        self.holidays = merged(self.holidays);
        within("holidays", u32::try_from(self.holidays.len()).unwrap_or(u32::MAX), 0, MAX_HOLIDAYS)?;
        Ok(self)
    }

    /// With the holidays of the table before that are over, but after the last accepted price: they still tell that the next
    /// one is the first after a closing.
    pub fn after(mut self, before: &Hours, known: Timestamp, now: Timestamp) -> Hours {
        let over = |(_, until): &&(u64, u64)| *until > known.seconds() && *until <= now.seconds();
        self.holidays.extend(before.holidays.iter().filter(over));
        Hours { holidays: merged(self.holidays), ..self }
    }

    /// In every session a price can be confirmed.
    pub fn assert_confirms(&self, confirm_after: u64) -> Result<(), ContractError> {
        let minutes = |(opens, closes): &(u32, u32)| {
            if closes < opens { closes.saturating_add(MINUTES) } else { *closes }.saturating_sub(*opens)
        };
        let shortest = self.sessions.iter().map(minutes).min().unwrap_or_default();
        let seconds = u64::from(shortest).saturating_mul(MINUTE);
        if seconds <= confirm_after {
            return Err(ContractError::SessionTooShort { seconds, confirm_after });
        }
        Ok(())
    }

    pub fn told(self) -> TradingHours {
        let sessions = self.sessions.into_iter().map(|(opens, closes)| Session { opens, closes }).collect();
        TradingHours { sessions, holidays: self.holidays.into_iter().map(told).collect() }
    }

    /// All closings of two weeks before to one week after this second, and all holidays.
    fn closings(&self, around: u64) -> Closings {
        let monday = around.saturating_sub(around.saturating_sub(FIRST_MONDAY) % WEEK);
        let known_from = monday.saturating_sub(WEEK);
        let mondays = [known_from.saturating_sub(WEEK), known_from, monday, monday.saturating_add(WEEK)];
        let breaks = mondays.into_iter().flat_map(|monday| self.breaks(monday));
        Closings { known_from, periods: merged(breaks.chain(self.holidays.iter().copied()).collect()) }
    }

    /// The breaks after each session of the week that begins on this Monday.
    fn breaks(&self, monday: u64) -> impl Iterator<Item = (u64, u64)> + '_ {
        let at = move |minute: u32| monday.saturating_add(u64::from(minute).saturating_mul(MINUTE));
        let next_week = self.sessions.first().map(|(opens, _)| opens.saturating_add(MINUTES));
        let next = self.sessions.iter().skip(1).map(|(opens, _)| *opens).chain(next_week);
        self.sessions.iter().zip(next).map(move |((opens, closes), next)| {
            let closes = if closes < opens { closes.saturating_add(MINUTES) } else { *closes };
            (at(closes), at(next))
        })
    }
}

/// The longest closing that all of these hours give together may be as long as a vault can bear.
pub fn assert_short(feed: &str, hours: &[Hours], now: Timestamp) -> Result<(), ContractError> {
    match longest(hours, now) {
        Some((from, until)) if until.saturating_sub(from) > MAX_CLOSING => Err(ContractError::ClosingTooLong {
            feed: feed.to_string(),
            from: moment(from),
            until: moment(until),
            seconds: until.saturating_sub(from),
            max: MAX_CLOSING,
        }),
        _ => Ok(()),
    }
}

fn possible(session: &Session) -> Result<(), ContractError> {
    let Session { opens, closes } = *session;
    if opens >= MINUTES || closes > MINUTES || opens == closes {
        return Err(ContractError::NoSession { opens, closes, max: MINUTES });
    }
    Ok(())
}

fn told((from, until): (u64, u64)) -> Closing {
    Closing { from: moment(from), until: moment(until) }
}

fn moment(seconds: u64) -> Timestamp {
    after(Timestamp::default(), seconds)
}

/// Sorted, and joined where they touch or overlap.
fn merged(mut periods: Vec<(u64, u64)>) -> Vec<(u64, u64)> {
    periods.retain(|(from, until)| from < until);
    periods.sort_unstable();
    let mut merged: Vec<(u64, u64)> = vec![];
    for (from, until) in periods {
        match merged.last_mut() {
            Some(last) if from <= last.1 => last.1 = last.1.max(until),
            _ => merged.push((from, until)),
        }
    }
    merged
}

/// When the market of a feed is closed, in seconds. It is open at both ends of each period.
#[derive(Clone, Debug, Default)]
pub struct Closings {
    /// Since when the periods are all that there were.
    known_from: u64,
    /// In order and apart from each other.
    periods: Vec<(u64, u64)>,
}

impl Closings {
    /// Those of a feed's own hours around `now`.
    pub fn of(storage: &dyn Storage, name: &str, feed: &Feed, now: Timestamp) -> StdResult<Closings> {
        match feed.has_hours {
            true => Ok(HOURS.load(storage, name)?.closings(now.seconds())),
            false => Ok(Closings::default()),
        }
    }

    /// Those of two feeds together.
    pub fn and(mut self, other: Closings) -> Closings {
        if other.periods.is_empty() {
            return self;
        }
        self.periods.extend(other.periods);
        Closings { known_from: self.known_from.max(other.known_from), periods: merged(self.periods) }
    }

    /// When a value of this time becomes stale: when it is too old, or its market closes. A value of a time at which the
    /// market is closed always was.
    pub fn stale_at(&self, time: Timestamp, max_age: u64) -> Timestamp {
        let closing = self.not_over(time).map_or(NEVER, |(from, _)| moment(from));
        after(time, max_age).min(closing)
    }

    /// Whether the market has opened after the one time, by the other: nothing of the one says anything about the other.
    pub fn opened_between(&self, earlier: Timestamp, later: Timestamp) -> bool {
        self.not_over(earlier).is_some_and(|(_, until)| until <= later.seconds())
    }

    /// Whether the market has closed after the one time, before the other.
    pub fn closed_between(&self, earlier: Timestamp, later: Timestamp) -> bool {
        self.not_over(earlier).is_some_and(|(from, _)| moment(from) < later)
    }

    /// Whether the market is closed at the later time, or was since the earlier one.
    pub fn any_between(&self, earlier: Timestamp, later: Timestamp) -> bool {
        self.not_over(earlier).is_some_and(|(from, _)| from <= later.seconds())
    }

    /// Whole seconds from `earlier` to `later` in which the market was open.
    pub fn open_seconds(&self, earlier: Timestamp, later: Timestamp) -> u64 {
        // What lies further back counts as closed. Between whole seconds, so that no time is lost where blocks are shorter.
        let (start, end) = (earlier.seconds().max(self.known_from), later.seconds());
        let closed = |(from, until): &(u64, u64)| (*until).min(end).saturating_sub((*from).max(start));
        let closed = self.periods.iter().map(closed).fold(0, u64::saturating_add);
        end.saturating_sub(start).saturating_sub(closed)
    }

    /// The first one that is not over at this time.
    fn not_over(&self, time: Timestamp) -> Option<(u64, u64)> {
        self.periods.iter().find(|(_, until)| *until > time.seconds()).copied()
    }
}

/// The closing of now, or the next one, of a market for which all of these hours count.
pub fn next(hours: &[Hours], now: Timestamp) -> Option<Closing> {
    together(hours, now.seconds()).not_over(now).map(told)
}

/// Seconds of the longest closing from now on.
pub fn longest_closing(hours: &[Hours], now: Timestamp) -> Option<u64> {
    longest(hours, now).map(|(from, until)| until.saturating_sub(from))
}

/// The longest closing that the weeks alone give, or that a holiday gives with all that touches it.
fn longest(hours: &[Hours], now: Timestamp) -> Option<(u64, u64)> {
    let weeks: Vec<Hours> =
        hours.iter().map(|hours| Hours { sessions: hours.sessions.clone(), holidays: vec![] }).collect();
    let ordinary = together(&weeks, now.seconds()).periods;
    let holidays = hours.iter().flat_map(|hours| &hours.holidays);
    let special = holidays.flat_map(|(from, _)| together(hours, *from).periods);
    let to_come = ordinary.into_iter().chain(special).filter(|(_, until)| *until > now.seconds());
    to_come.max_by_key(|(from, until)| until.saturating_sub(*from))
}

fn together(hours: &[Hours], around: u64) -> Closings {
    hours.iter().fold(Closings::default(), |before, hours| before.and(hours.closings(around)))
}

/// Whether a feed may have hours of its own.
pub fn may_have(config: &FeedConfig) -> bool {
    config.kind == FeedKind::Price
        && matches!(config.source, Source::Published { .. } | Source::Contract { .. } | Source::Stork { .. })
}

/// The hours of a feed, or of all feeds from which it is computed.
pub fn of(storage: &dyn Storage, name: &str, feed: &Feed) -> Result<Vec<Hours>, ContractError> {
    if feed.has_hours {
        return Ok(vec![HOURS.load(storage, name)?]);
    }
    let mut hours = vec![];
    for factor in feed.config.source.feeds() {
        hours.append(&mut of(storage, factor, &crate::state::load(storage, factor)?)?);
    }
    Ok(hours)
}
