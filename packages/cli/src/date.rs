//! Days, times and durations on the command line and in reports.

use jiff::civil::Date;
use jiff::tz::TimeZone;
use jiff::Timestamp;
use thiserror::Error;

/// Seconds in a day.
pub const DAY: u64 = 86_400;
/// Seconds in an hour.
pub const HOUR: u64 = 3_600;

/// What is wrong with a date or a duration on the command line.
#[derive(Debug, Error, PartialEq, Eq)]
pub enum DateError {
    /// Not of the form YYYY-MM-DD, or the day does not exist.
    #[error("\"{0}\" is not a day between 1970-01-01 and 2199-12-31, written YYYY-MM-DD")]
    NoSuchDay(String),
    /// Not a whole number and a unit.
    #[error("\"{0}\" is not a duration: a whole number above zero and a unit, such as 30m, 8h or 2d")]
    NoDuration(String),
}

/// Parses a day `YYYY-MM-DD` into seconds since 1970 at its start (UTC).
///
/// # Errors
/// [`DateError::NoSuchDay`] if the text has another form or the day does not exist.
pub fn parse_day(text: &str) -> Result<u64, DateError> {
    let refused = || DateError::NoSuchDay(text.to_owned());
    let day: Date = text.parse().map_err(|_| refused())?;
    if day.to_string() != text || !(1970..2200).contains(&day.year()) {
        return Err(refused());
    }
    let midnight = day.to_zoned(TimeZone::UTC).map_err(|_| refused())?;
    u64::try_from(midnight.timestamp().as_second()).map_err(|_| refused())
}

/// The day (UTC) of a time in seconds since 1970, as `YYYY-MM-DD`.
pub fn format_day(seconds: u64) -> String {
    timestamp(seconds).strftime("%Y-%m-%d").to_string()
}

/// A time in seconds since 1970, as `YYYY-MM-DDThh:mm:ssZ`.
pub fn format_time(seconds: u64) -> String {
    timestamp(seconds).to_string()
}

/// The end of the year 9999 for anything later.
fn timestamp(seconds: u64) -> Timestamp {
    i64::try_from(seconds).ok().and_then(|seconds| Timestamp::from_second(seconds).ok()).unwrap_or(Timestamp::MAX)
}

/// Parses a duration such as `90s`, `30m`, `8h` or `2d` into seconds.
///
/// # Errors
/// [`DateError::NoDuration`] for anything else, and for zero.
pub fn parse_duration(text: &str) -> Result<u64, DateError> {
    let refused = || DateError::NoDuration(text.to_owned());
    let digits = text.trim_end_matches(|letter: char| !letter.is_ascii_digit());
    let unit = match text.strip_prefix(digits) {
        Some("s") => 1,
        Some("m") => 60,
        Some("h") => HOUR,
        Some("d") => DAY,
        _ => return Err(refused()),
    };
    let plain = digits.bytes().all(|byte| byte.is_ascii_digit());
    let count: u64 = plain.then(|| digits.parse().ok()).flatten().ok_or_else(refused)?;
    let seconds = count.checked_mul(unit).ok_or_else(refused)?;
    if seconds == 0 {
        return Err(refused());
    }
    Ok(seconds)
}

/// A duration in its largest whole unit, for people: `14 d`, `36 h`, `90 min`, `1 s`.
pub fn format_duration(seconds: u64) -> String {
    let units = [(DAY, "d"), (HOUR, "h"), (60, "min")];
    let whole = units.into_iter().find(|(unit, _)| seconds.checked_rem(*unit) == Some(0));
    let (unit, name) = whole.unwrap_or((1, "s"));
    format!("{} {name}", seconds.checked_div(unit).unwrap_or_default())
}
