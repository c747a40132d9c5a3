//! When the market of a file is closed, as its bars show it.

use anyhow::{ensure, Result};
use ballast_types::oracle::{Closing, Session, TradingHours};
use ballast_types::policy::PolicyParams;
use cosmwasm_std::Timestamp;

use crate::data::{Bar, HOUR_MS};
use crate::date::{format_duration, HOUR};
use crate::tape::Hour;

const HOURS_OF_A_WEEK: u64 = 168;
/// 1970 began on a Thursday; weeks begin on Monday.
const FIRST_MONDAY_H: u64 = 96;
const MINUTES_OF_A_WEEK: u64 = HOURS_OF_A_WEEK * 60;
/// A pause of fewer hours of trading makes no price stale.
const MIN_HOLIDAY_H: u64 = 3;
const DAYS: [&str; 7] = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"];

/// When a market is closed.
#[derive(Debug, Clone, PartialEq)]
pub struct Closings {
    /// Each week.
    pub week: TradingHours,
    /// Beside that, in order: pauses of three hours or more within the weekly hours.
    pub holidays: Vec<Closing>,
}

impl Closings {
    /// Those of a run: of the week, the hours in which the file never has a bar; beside that, the gaps between the hours
    /// of the run.
    ///
    /// # Errors
    /// If the bars are longer than an hour, or there is one in each hour of the week.
    pub fn of(bars: &[Bar], bar: u64, hours: &[Hour]) -> Result<Closings> {
        ensure!(
            bar <= HOUR,
            "--closings needs bars of an hour at most: longer ones do not show when a market is closed"
        );
        let mut is_open = [false; HOURS_OF_A_WEEK as usize];
        for bar in bars {
            mark(&mut is_open, bar.opens_ms.checked_div(HOUR_MS).unwrap_or_default());
        }
        let sessions = sessions(&is_open);
        ensure!(!sessions.is_empty(), "--closings: the file has a bar in each hour of the week, so it never closes");
        let gaps = hours.windows(2).filter_map(|pair| match pair {
            [before, after] => Some((before.time, after.time.saturating_sub(bar))),
            _ => None,
        });
        let open_hours = |(from, until): &(u64, u64)| {
            let hours = from.div_ceil(HOUR)..until.checked_div(HOUR).unwrap_or_default();
            hours.filter(|hour| of_week(&is_open, *hour)).count() as u64
        };
        let holidays = gaps.filter(|gap| open_hours(gap) >= MIN_HOLIDAY_H);
        let closing =
            |(from, until)| Closing { from: Timestamp::from_seconds(from), until: Timestamp::from_seconds(until) };
        let week = TradingHours { sessions, holidays: vec![] };
        Ok(Closings { week, holidays: holidays.map(closing).collect() })
    }

    /// In a note.
    pub fn name(&self) -> String {
        let session = |session: &Session| format!("{} to {}", minute(session.opens), minute(session.closes));
        let sessions: Vec<String> = self.week.sessions.iter().map(session).collect();
        let longest = self.holidays.iter().map(lasts).max();
        let longest = longest.map_or(String::new(), |longest| format!(", the longest of {}", format_duration(longest)));
        let count = self.holidays.len();
        format!("open each week from {} (UTC); other closings in this run: {count}{longest}", sessions.join(", from "))
    }

    /// Seconds of the longest closing, of the week or beside it.
    fn longest(&self) -> u64 {
        let sessions = &self.week.sessions;
        let next = sessions.iter().cycle().skip(1);
        let pauses = sessions.iter().zip(next).map(|(session, next)| {
            let opens = u64::from(next.opens).saturating_add(MINUTES_OF_A_WEEK);
            let minutes = opens.saturating_sub(session.closes.into()).checked_rem(MINUTES_OF_A_WEEK);
            minutes.unwrap_or_default().saturating_mul(60)
        });
        pauses.chain(self.holidays.iter().map(lasts)).max().unwrap_or_default()
    }

    /// Nobody can act on a price until the market opens again, so a vault must be able to wait for that.
    ///
    /// # Errors
    /// If `reaction_time` is shorter than the longest closing.
    pub fn check(&self, policy: &PolicyParams) -> Result<()> {
        let longest = self.longest();
        let is_possible = PolicyParams { reaction_time: longest, ..policy.clone() }.first_outside().is_none();
        let todo = match is_possible {
            true => format!("set `reaction_time = {longest}` in [policy] of a file, and pass that with --params"),
            false => {
                "no reaction_time may be that long, so choose bars without it (--from, --to, another file)".to_owned()
            }
        };
        ensure!(
            longest <= policy.reaction_time,
            "--closings: the longest closing lasts {} h, and reaction_time is {} h: it must be at least as long; {todo}",
            in_hours(longest),
            in_hours(policy.reaction_time),
        );
        Ok(())
    }
}

fn lasts(closing: &Closing) -> u64 {
    closing.until.seconds().saturating_sub(closing.from.seconds())
}

/// In hours, to the hundredth.
fn in_hours(seconds: u64) -> f64 {
    (seconds as f64 / HOUR as f64 * 100.0).round() / 100.0
}

fn place(hour: u64) -> usize {
    let since = hour.saturating_add(HOURS_OF_A_WEEK).saturating_sub(FIRST_MONDAY_H);
    since.checked_rem(HOURS_OF_A_WEEK).unwrap_or_default() as usize
}

fn mark(is_open: &mut [bool], hour: u64) {
    if let Some(open) = is_open.get_mut(place(hour)) {
        *open = true;
    }
}

fn of_week(is_open: &[bool], hour: u64) -> bool {
    is_open.get(place(hour)).copied().unwrap_or_default()
}

/// The runs of open hours; none if no hour is closed. One that runs on into the next week comes last.
fn sessions(is_open: &[bool]) -> Vec<Session> {
    let Some(closed) = is_open.iter().position(|open| !open) else { return vec![] };
    let mut sessions: Vec<Session> = vec![];
    let mut opened: Option<u64> = None;
    let from = closed as u64;
    for hour in from..=from.saturating_add(HOURS_OF_A_WEEK) {
        let open =
            is_open.get(hour.checked_rem(HOURS_OF_A_WEEK).unwrap_or_default() as usize).copied().unwrap_or_default();
        match (open, opened) {
            (true, None) => opened = Some(hour),
            (false, Some(since)) => {
                sessions.push(Session { opens: of_minutes(since, 0), closes: of_minutes(hour, MINUTES_OF_A_WEEK) });
                opened = None;
            }
            _ => {}
        }
    }
    sessions.sort_by_key(|session| session.opens);
    sessions
}

/// The minute of the week at which an hour begins; `midnight` for that of Monday.
fn of_minutes(hour: u64, midnight: u64) -> u32 {
    let minute = hour.saturating_mul(60).checked_rem(MINUTES_OF_A_WEEK).unwrap_or_default();
    u32::try_from(if minute == 0 { midnight } else { minute }).unwrap_or_default()
}

fn minute(of_week: u32) -> String {
    let hours = of_week.checked_div(60).unwrap_or_default();
    let (day, hour) = (hours.checked_div(24).unwrap_or_default(), hours.checked_rem(24).unwrap_or_default());
    match DAYS.get(day as usize) {
        Some(day) => format!("{day} {hour:02}:00"),
        None => "Sun 24:00".to_owned(),
    }
}
