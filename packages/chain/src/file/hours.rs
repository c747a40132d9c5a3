//! The sections `[oracle.hours]` and `[collateral.hours]`: when the market of a published price is open.

use ballast_types::oracle::{Closing, Session, TradingHours};
use cosmrs::tendermint::Time;
use cosmwasm_std::Timestamp;
use serde::Deserialize;
use toml::value::Datetime;

use crate::{Error, Result};

const DAYS: [&str; 7] = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"];
const DAY: u32 = 1_440;
const WEEK: u32 = 10_080;

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

/// Seconds of the longest break of a week, without holidays.
pub(super) fn longest_break(hours: &TradingHours) -> u64 {
    let sessions = &hours.sessions;
    let next = sessions.iter().skip(1).map(|next| next.opens);
    let next = next.chain(sessions.first().map(|first| first.opens.saturating_add(WEEK)));
    let closes = |one: &Session| if one.closes < one.opens { one.closes.saturating_add(WEEK) } else { one.closes };
    let longest = sessions.iter().zip(next).map(|(one, next)| next.saturating_sub(closes(one))).max();
    u64::from(longest.unwrap_or(WEEK)).saturating_mul(60)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
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
        assert_eq!(longest_break(&hours), 49 * 3_600);
        assert_eq!(longest_break(&read("sessions = ['Mon 00:00 - Sun 24:00']").unwrap()), 0);
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
