//! The sections `[oracle.hours]` and `[collateral.hours]`: when the market of a published price is open.

use std::cmp::Reverse;

use ballast_types::oracle::{Closing, Session, TradingHours};
use cosmrs::tendermint::Time;
use cosmwasm_std::Timestamp;
use serde::Deserialize;
use toml::value::Datetime;

use crate::{Error, Result};

const DAYS: [&str; 7] = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"];
const DAY: u32 = 1_440;
const WEEK: u32 = 10_080;
const WEEK_SECONDS: u64 = 604_800;
/// The first Monday of 1970, in seconds, and the one after it.
const FIRST_MONDAY: u64 = 345_600;
const SECOND_MONDAY: u64 = 950_400;

/// What the oracle takes at most.
const MOST_SESSIONS: usize = 10;
const MOST_HOLIDAYS: usize = 20;
/// In seconds: the longest reaction time that a vault can have.
const LONGEST_CLOSING: u64 = 432_000;

/// A section before its times are read.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Written {
    sessions: Vec<String>,
    #[serde(default)]
    holidays: Vec<WrittenHoliday>,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
struct WrittenHoliday {
    from: Datetime,
    until: Datetime,
}

impl Written {
    /// The hours, with the sessions in the order in which the oracle wants them.
    ///
    /// # Errors
    /// [`Error::User`] for a time that cannot be read, in this section.
    pub(super) fn read(self, section: &str) -> Result<TradingHours> {
        let Written { sessions, holidays } = self;
        let mut sessions = sessions.iter().map(|text| session(section, text)).collect::<Result<Vec<_>>>()?;
        sessions.sort_by_key(|session| session.opens);
        let closing = |WrittenHoliday { from, until }| {
            Ok(Closing { from: moment(section, from)?, until: moment(section, until)? })
        };
        Ok(TradingHours { sessions, holidays: holidays.into_iter().map(closing).collect::<Result<_>>()? })
    }
}

/// `Sun 23:00 - Mon 22:00`.
fn session(section: &str, text: &str) -> Result<Session> {
    let times = text.split_once('-').and_then(|(opens, closes)| Some((minute(opens)?, minute(closes)?)));
    let (opens, closes) = times.ok_or_else(|| {
        Error::user(format!("[{section}] '{text}' is no session: write one as 'Sun 23:00 - Mon 22:00', in UTC"))
    })?;
    Ok(Session { opens, closes })
}

/// Minutes from Monday 00:00 to this time of a week.
fn minute(text: &str) -> Option<u32> {
    let (day, time) = text.trim().split_once(' ')?;
    let (hour, minute) = time.trim().split_once(':')?;
    let day = (0..).zip(DAYS).find(|(_, name)| *name == day)?.0;
    let (hour, minute): (u32, u32) = (hour.parse().ok()?, minute.parse().ok()?);
    let of_day = hour.checked_mul(60)?.checked_add(minute)?;
    (minute < 60 && of_day <= DAY).then(|| DAY.saturating_mul(day).saturating_add(of_day))
}

fn moment(section: &str, at: Datetime) -> Result<Timestamp> {
    let text = at.to_string();
    let time = Time::parse_from_rfc3339(&text).ok().and_then(|time| u64::try_from(time.unix_timestamp()).ok());
    time.map(Timestamp::from_seconds).ok_or_else(|| {
        Error::user(format!("[{section}] {text} is no time of a holiday: write it as 2026-12-24T18:00:00Z"))
    })
}

/// Refuses hours that the oracle would refuse, at this second.
///
/// # Errors
/// [`Error::User`] with the numbers.
pub(super) fn check(section: &str, hours: &TradingHours, now: u64) -> Result<()> {
    let TradingHours { sessions, holidays } = hours;
    let refused = |text: String| Err(Error::user(format!("[{section}] {text}")));
    if sessions.is_empty() || sessions.len() > MOST_SESSIONS {
        return refused(format!("has {} sessions: 1 to {MOST_SESSIONS} are possible", sessions.len()));
    }
    if let Some(Session { opens, closes }) = sessions.iter().find(|one| one.opens >= WEEK || one.opens == one.closes) {
        let (opens, closes) = (of_week(*opens), of_week(*closes));
        return refused(format!("'{opens} - {closes}' is no session: it opens before Sun 24:00 and closes later"));
    }
    let ends = sessions.iter().map(closes);
    if let Some((one, next)) = sessions
        .iter()
        .zip(following(sessions))
        .zip(ends)
        .find_map(|((one, next), ends)| (next < ends).then_some((one, next)))
    {
        let [opens, closes, next] = [one.opens, one.closes, next].map(of_week);
        return refused(format!("the session '{opens} - {closes}' goes on after the next one opens, at {next}"));
    }
    for Closing { from, until } in holidays {
        let shown = [from, until].map(|at| utc(at.seconds()));
        let [starts, ends] = &shown;
        if from >= until {
            return refused(format!("a holiday from {starts} until {ends} ends before it begins"));
        }
        if until.seconds() <= now {
            return refused(format!("the holiday from {starts} until {ends} is over: take it out"));
        }
    }
    // Those that touch are one.
    let count = joined(periods(holidays).collect()).len();
    if count > MOST_HOLIDAYS {
        return refused(format!("has {count} holidays: at most {MOST_HOLIDAYS} are possible"));
    }
    let (from, until) = longest_closing(&[hours]);
    let seconds = until.saturating_sub(from);
    match seconds > LONGEST_CLOSING {
        true => refused(format!("it is closed for {seconds} seconds {}: at most {LONGEST_CLOSING}", when(from, until))),
        false => Ok(()),
    }
}

/// The longest closing, in seconds, that the weeks alone give or a holiday with all that touches it, where each of
/// these hours counts. Those of the weeks alone are of 1970.
pub(super) fn longest_closing(hours: &[&TradingHours]) -> (u64, u64) {
    let holidays: Vec<(u64, u64)> = hours.iter().flat_map(|hours| periods(&hours.holidays)).collect();
    let mondays = std::iter::once(SECOND_MONDAY).chain(holidays.iter().map(|(from, _)| monday(*from)));
    let closings = mondays.flat_map(|monday| {
        let mondays = [monday.saturating_sub(WEEK_SECONDS), monday, monday.saturating_add(WEEK_SECONDS)];
        let breaks = mondays.into_iter().flat_map(|monday| hours.iter().flat_map(move |hours| breaks(hours, monday)));
        joined(breaks.chain(holidays.iter().copied()).collect())
    });
    closings.max_by_key(|(from, until)| (until.saturating_sub(*from), Reverse(*from))).unwrap_or_default()
}

/// How to say when a closing is: one of 1970 is that of every week.
pub(super) fn when(from: u64, until: u64) -> String {
    match from < SECOND_MONDAY.saturating_add(WEEK_SECONDS.saturating_mul(2)) {
        true => "each week".to_owned(),
        false => format!("from {} until {}", utc(from), utc(until)),
    }
}

/// The breaks after each session of the week that begins on this Monday, in seconds.
fn breaks(hours: &TradingHours, monday: u64) -> impl Iterator<Item = (u64, u64)> + '_ {
    let at = move |minute: u32| monday.saturating_add(u64::from(minute).saturating_mul(60));
    hours.sessions.iter().zip(following(&hours.sessions)).map(move |(one, next)| (at(closes(one)), at(next)))
}

/// The minute at which it closes, counted from the Monday before it opens.
fn closes(one: &Session) -> u32 {
    if one.closes < one.opens {
        one.closes.saturating_add(WEEK)
    } else {
        one.closes
    }
}

/// The minutes at which the next session after each one opens.
fn following(sessions: &[Session]) -> impl Iterator<Item = u32> + '_ {
    let around = sessions.first().map(|first| first.opens.saturating_add(WEEK));
    sessions.iter().skip(1).map(|next| next.opens).chain(around)
}

fn periods(holidays: &[Closing]) -> impl Iterator<Item = (u64, u64)> + '_ {
    holidays.iter().map(|Closing { from, until }| (from.seconds(), until.seconds()))
}

/// Sorted, and joined where they touch or overlap.
fn joined(mut closings: Vec<(u64, u64)>) -> Vec<(u64, u64)> {
    closings.retain(|(from, until)| from < until);
    closings.sort_unstable();
    let mut joined: Vec<(u64, u64)> = vec![];
    for (from, until) in closings {
        match joined.last_mut() {
            Some(last) if from <= last.1 => last.1 = last.1.max(until),
            _ => joined.push((from, until)),
        }
    }
    joined
}

fn monday(second: u64) -> u64 {
    second.saturating_sub(second.saturating_sub(FIRST_MONDAY).checked_rem(WEEK_SECONDS).unwrap_or_default())
}

/// A minute of the week as a file writes it.
fn of_week(minute: u32) -> String {
    let minute = if minute > WEEK { minute.saturating_sub(WEEK) } else { minute };
    let parts = |number: u32, of: u32| (number.checked_div(of).unwrap_or(0), number.checked_rem(of).unwrap_or(0));
    let (day, rest) = if minute == WEEK { (6, DAY) } else { parts(minute, DAY) };
    let (hour, minute) = parts(rest, 60);
    let name = usize::try_from(day).ok().and_then(|day| DAYS.get(day)).copied().unwrap_or_default();
    format!("{name} {hour:02}:{minute:02}")
}

fn utc(seconds: u64) -> String {
    let time = i64::try_from(seconds).ok().and_then(|seconds| Time::from_unix_timestamp(seconds, 0).ok());
    time.map_or_else(|| seconds.to_string(), |time| time.to_rfc3339())
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::arithmetic_side_effects)]
    use super::*;

    fn read(text: &str) -> Result<TradingHours> {
        toml::from_str::<Written>(text).unwrap().read("oracle.hours")
    }

    #[test]
    fn a_week_is_read_in_any_order_and_its_weekend_is_the_longest_break() {
        let hours = read(
            "sessions = ['Sun 23:00 - Mon 22:00', 'Mon 23:00-Tue 22:00', 'Thu 23:00 - Fri 22:00']\n\
             holidays = [{ from = 2026-12-24T18:45:00Z, until = 2026-12-25T23:00:00Z }]",
        )
        .unwrap();
        let sessions: Vec<_> = hours.sessions.iter().map(|session| (session.opens, session.closes)).collect();
        assert_eq!(sessions, [(1_380, 2_760), (5_700, 7_080), (10_020, 1_320)]);
        let holiday = hours.holidays[0];
        assert_eq!((holiday.from.seconds(), holiday.until.seconds()), (1_798_137_900, 1_798_239_600));
        // From Friday 22:00 to Sunday 23:00 are 49 h, from Tuesday 22:00 to Thursday 23:00 too.
        let longest = |hours: &TradingHours| {
            let (from, until) = longest_closing(&[hours]);
            until - from
        };
        assert_eq!(longest(&TradingHours { holidays: vec![], ..hours.clone() }), 49 * 3_600);
        // The holiday has Thursday's session: from Tuesday to Sunday.
        assert_eq!(longest(&hours), (49 + 23 + 49) * 3_600);
        assert_eq!(longest(&read("sessions = ['Mon 00:00 - Sun 24:00']").unwrap()), 0);
    }

    const NOW: u64 = 4_000_000_000;
    const WEEKDAYS: &str = "sessions = ['Sun 23:00 - Mon 22:00', 'Mon 23:00 - Tue 22:00', 'Tue 23:00 - Wed 22:00', \
                            'Wed 23:00 - Thu 22:00', 'Thu 23:00 - Fri 22:00']";

    fn holidays(all: &[(&str, &str)]) -> TradingHours {
        let all: Vec<_> = all.iter().map(|(from, until)| format!("{{ from = {from}, until = {until} }}")).collect();
        read(&format!("{WEEKDAYS}\nholidays = [{}]", all.join(", "))).unwrap()
    }

    #[test]
    fn a_holiday_counts_with_the_breaks_and_the_holidays_that_it_touches() {
        let longest = |all: &[(&str, &str)]| {
            let (from, until) = longest_closing(&[&holidays(all)]);
            (when(from, until), until - from)
        };
        // The weekend, from Friday 22:00 to Sunday 23:00.
        assert_eq!(longest(&[]), ("each week".to_owned(), 49 * 3_600));
        // 2099-12-24 is a Thursday: 5.25 h of it, 24 h of Friday, 24 h of Saturday and 23 h of Sunday.
        let eve = ("2099-12-24T18:45:00Z", "2099-12-25T23:00:00Z");
        let closed = "from 2099-12-24T18:45:00Z until 2099-12-27T23:00:00Z".to_owned();
        assert_eq!(longest(&[eve]), (closed, 274_500));
        // Monday, too: 24 h more, 1 h of Sunday, and no break before Monday 23:00.
        let monday = ("2099-12-27T23:00:00Z", "2099-12-28T23:00:00Z");
        let closed = "from 2099-12-24T18:45:00Z until 2099-12-28T23:00:00Z".to_owned();
        assert_eq!(longest(&[monday, eve]), (closed, 274_500 + 24 * 3_600));
        // Another market's holiday, where both count.
        let (from, until) = longest_closing(&[&holidays(&[eve]), &holidays(&[monday])]);
        assert_eq!(until - from, 274_500 + 24 * 3_600);
    }

    #[test]
    fn hours_that_the_oracle_would_refuse_are_refused_with_the_numbers() {
        let refused = |hours: &TradingHours| check("oracle.hours", hours, NOW).unwrap_err().to_string();
        let sessions = |text: &str| refused(&read(&format!("sessions = [{text}]")).unwrap());
        assert_eq!(check("oracle.hours", &read(WEEKDAYS).unwrap(), NOW), Ok(()));
        assert_eq!(sessions(""), "[oracle.hours] has 0 sessions: 1 to 10 are possible");
        let eleven: Vec<_> = (0..11).map(|hour| format!("'Mon {hour}:00 - Mon {hour}:30'")).collect();
        assert_eq!(sessions(&eleven.join(", ")), "[oracle.hours] has 11 sessions: 1 to 10 are possible");
        assert_eq!(
            sessions("'Tue 21:00 - Wed 22:00', 'Mon 23:00 - Tue 22:00'"),
            "[oracle.hours] the session 'Mon 23:00 - Tue 22:00' goes on after the next one opens, at Tue 21:00"
        );
        assert_eq!(
            sessions("'Sun 23:00 - Mon 22:00', 'Mon 21:59 - Tue 22:00'"),
            "[oracle.hours] the session 'Sun 23:00 - Mon 22:00' goes on after the next one opens, at Mon 21:59"
        );
        // One that is not the last runs on into the next week.
        assert!(sessions("'Mon 23:00 - Mon 22:00', 'Tue 23:00 - Wed 22:00'").contains("at Tue 23:00"));
        assert!(sessions("'Mon 10:00 - Mon 10:00'").contains("'Mon 10:00 - Mon 10:00' is no session"));
        assert!(sessions("'Sun 24:00 - Mon 10:00'").contains("'Sun 24:00 - Mon 10:00' is no session"));
        let backward = holidays(&[("2099-12-25T23:00:00Z", "2099-12-24T18:45:00Z")]);
        assert_eq!(
            refused(&backward),
            "[oracle.hours] a holiday from 2099-12-25T23:00:00Z until 2099-12-24T18:45:00Z ends before it begins"
        );
        // 4,000,000,000 is 2096-10-02T07:06:40Z.
        let past = |until| holidays(&[("2096-10-01T00:00:00Z", until)]);
        assert_eq!(
            refused(&past("2096-10-02T07:06:40Z")),
            "[oracle.hours] the holiday from 2096-10-01T00:00:00Z until 2096-10-02T07:06:40Z is over: take it out"
        );
        assert_eq!(check("oracle.hours", &past("2096-10-02T07:06:41Z"), NOW), Ok(()));
        // Every day an hour at noon: the twenty-first is one too many, unless it touches another one.
        let noon = |day: u32| (format!("2099-12-{day:02}T12:00:00Z"), format!("2099-12-{day:02}T13:00:00Z"));
        let mut days: Vec<_> = (1..=20).map(noon).collect();
        let of = |days: &[(String, String)]| {
            let days: Vec<_> = days.iter().map(|(from, until)| (from.as_str(), until.as_str())).collect();
            check("oracle.hours", &holidays(&days), NOW).map_err(|error| error.to_string())
        };
        days.push(("2099-12-20T13:00:00Z".to_owned(), "2099-12-20T14:00:00Z".to_owned()));
        assert_eq!(of(&days), Ok(()));
        days.push(noon(21));
        assert_eq!(of(&days), Err("[oracle.hours] has 21 holidays: at most 20 are possible".to_owned()));
    }

    #[test]
    fn a_market_is_closed_for_five_days_at_most() {
        // From Monday 23:00 to Saturday 23:00 are 120 h.
        assert_eq!(check("oracle.hours", &read("sessions = ['Sat 23:00 - Mon 23:00']").unwrap(), NOW), Ok(()));
        let longer = check("oracle.hours", &read("sessions = ['Sat 23:01 - Mon 23:00']").unwrap(), NOW);
        let why = "[oracle.hours] it is closed for 432060 seconds each week: at most 432000";
        assert_eq!(longer.unwrap_err().to_string(), why);
        // From Thursday 18:45 over the weekend to Tuesday 18:45 are 120 h, of two holidays.
        let until = |tuesday| {
            let all = [("2099-12-24T18:45:00Z", "2099-12-25T23:00:00Z"), ("2099-12-27T22:00:00Z", tuesday)];
            check("oracle.hours", &holidays(&all), NOW).map_err(|error| error.to_string())
        };
        assert_eq!(until("2099-12-29T18:45:00Z"), Ok(()));
        let why =
            "[oracle.hours] it is closed for 432001 seconds from 2099-12-24T18:45:00Z until 2099-12-29T18:45:01Z: \
                   at most 432000";
        assert_eq!(until("2099-12-29T18:45:01Z"), Err(why.to_owned()));
    }

    #[test]
    fn what_is_no_time_is_said_with_how_to_write_it() {
        for text in ["Sunday 23:00 - Mon 22:00", "Sun 23 - Mon 22", "Sun 24:01 - Mon 22:00", "Sun 23:60 - Mon 1:00", ""]
        {
            let error = read(&format!("sessions = ['{text}']")).unwrap_err().to_string();
            assert!(error.contains("[oracle.hours]") && error.contains("'Sun 23:00 - Mon 22:00', in UTC"), "{error}");
        }
        let error =
            read("sessions = ['Mon 00:00 - Fri 22:00']\nholidays = [{ from = 2026-12-24, until = 2026-12-25 }]");
        assert!(error.unwrap_err().to_string().contains("2026-12-24 is no time of a holiday"));
    }
}
