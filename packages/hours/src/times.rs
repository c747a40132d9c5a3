//! Times as people write them.

use std::fmt;

use jiff::civil::DateTime;
use jiff::tz::TimeZone;
use jiff::Timestamp;

/// 1973 to 2286 in milliseconds: in these years the number of digits tells seconds, milliseconds and microseconds
/// apart.
pub const MILLISECONDS: std::ops::RangeInclusive<u64> = 100_000_000_000..=9_999_999_999_999;

/// How a time is written; numbers count from 1970.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[expect(missing_docs, reason = "the names say it")]
pub enum Unit {
    Seconds,
    Milliseconds,
    Microseconds,
    /// A date with a time zone.
    Zoned,
    /// A date without a time zone, taken as UTC.
    Plain,
}

impl fmt::Display for Unit {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(match self {
            Unit::Seconds => "in seconds since 1970",
            Unit::Milliseconds => "in milliseconds since 1970",
            Unit::Microseconds => "in microseconds since 1970",
            Unit::Zoned => "as dates with a time zone",
            Unit::Plain => "as dates without a time zone, taken as UTC",
        })
    }
}

/// How a time is written, and its milliseconds since 1970; `None` unless it is a time between 1973 and 2286.
pub fn parse(text: &str) -> Option<(Unit, u64)> {
    let (unit, time) = since_1970(text).or_else(|| date(text))?;
    MILLISECONDS.contains(&time).then_some((unit, time))
}

/// A number since 1970; its digits show the unit. Only seconds keep their fraction.
fn since_1970(text: &str) -> Option<(Unit, u64)> {
    let (whole, fraction) = text.split_once('.').unwrap_or((text, "0"));
    let digits = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    if !digits(whole) || !digits(fraction) {
        return None;
    }
    let number: u64 = whole.parse().ok()?;
    match whole.len() {
        // 2020010113 is an hour of 2020 rather than a second of 2034.
        10 | 12 if civil(whole).is_some() => None,
        9..=10 => {
            let part: String = fraction.chars().chain("000".chars()).take(3).collect();
            Some((Unit::Seconds, number.checked_mul(1_000)?.checked_add(part.parse().ok()?)?))
        }
        12..=13 => Some((Unit::Milliseconds, number)),
        15..=16 => Some((Unit::Microseconds, number.checked_div(1_000)?)),
        _ => None,
    }
}

/// `20200101130000`, also without seconds or minutes.
fn civil(digits: &str) -> Option<DateTime> {
    let (day, clock) = digits.split_at_checked(8).filter(|_| digits.starts_with("19") || digits.starts_with("20"))?;
    format!("{day}T{clock:0<6}").parse().ok()
}

/// Whether a text starts like a date with the day or the month first: `01/02/2025`, `1.2.2025`, `01-02-25`.
pub fn is_day_or_month_first(text: &str) -> bool {
    let mut parts = text.splitn(3, ['/', '.', '-']);
    let short = |part: Option<&str>| part.is_some_and(|part| matches!(part.len(), 1..=2) && part.parse::<u8>().is_ok());
    let starts = short(parts.next()) && short(parts.next());
    starts && parts.next().is_some_and(|year| year.bytes().take(2).filter(u8::is_ascii_digit).count() == 2)
}

/// ISO 8601, also with a space instead of the T, with dots or slashes in the date, or with UTC at the end.
fn date(text: &str) -> Option<(Unit, u64)> {
    if text.len() == 14 {
        let time = civil(text).and_then(|time| TimeZone::UTC.to_timestamp(time).ok())?;
        return Some((Unit::Plain, u64::try_from(time.as_millisecond()).ok()?));
    }
    let text = match text.as_bytes() {
        [_, _, _, _, b'.' | b'/', ..] => {
            let (day, time) = text.split_at_checked(10)?;
            format!("{}{time}", day.replace(['.', '/'], "-"))
        }
        _ => text.to_owned(),
    };
    let milliseconds = |time: Timestamp| u64::try_from(time.as_millisecond()).ok();
    if let Ok(time) = text.parse::<Timestamp>() {
        return Some((Unit::Zoned, milliseconds(time)?));
    }
    let (unit, text) = match text.strip_suffix("UTC") {
        Some(text) => (Unit::Zoned, text.trim_end()),
        None => (Unit::Plain, text.as_str()),
    };
    // Do not ignore a zone after a date without an offset, or an offset before "UTC".
    if text.chars().skip(10).any(|letter| matches!(letter, '+' | '-' | '[' | 'Z' | 'z')) {
        return None;
    }
    let time = TimeZone::UTC.to_timestamp(text.parse::<DateTime>().ok()?).ok()?;
    Some((unit, milliseconds(time)?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_moment_in_every_writing() {
        let moment = 1_577_836_800_000;
        for (text, unit) in [
            ("1577836800", Unit::Seconds),
            ("1577836800.0", Unit::Seconds),
            ("1577836800000", Unit::Milliseconds),
            ("1577836800000000", Unit::Microseconds),
            ("2020-01-01T00:00:00Z", Unit::Zoned),
            ("2020-01-01T00:00:00.000Z", Unit::Zoned),
            ("2020-01-01T01:00:00+01:00", Unit::Zoned),
            ("2020-01-01 00:00:00+00:00", Unit::Zoned),
            ("2020-01-01 00:00:00 UTC", Unit::Zoned),
            ("2019-12-31T19:00:00-05:00[America/New_York]", Unit::Zoned),
            ("2020-01-01 00:00:00", Unit::Plain),
            ("2020-01-01T00:00", Unit::Plain),
            ("2020-01-01", Unit::Plain),
            ("20200101", Unit::Plain),
            ("2020.01.01 00:00:00", Unit::Plain),
            ("2020/01/01 00:00", Unit::Plain),
            ("20200101000000", Unit::Plain),
            ("20200101 000000", Unit::Plain),
        ] {
            assert_eq!(parse(text), Some((unit, moment)), "{text}");
        }
        assert_eq!(parse("1577836800.25"), Some((Unit::Seconds, moment + 250)));
        assert_eq!(parse("1577836800007999"), Some((Unit::Microseconds, moment + 7)));
    }

    #[test]
    fn what_is_no_time_is_none() {
        for text in [
            "",
            "x",
            "0",
            "-5",
            "10",
            "1e12",
            "157783680000000000",
            "01/02/2020",
            "2020010113",
            "202001011300",
            "20200101250000",
            "2020-13-01",
            "00:00:00",
            "1969-12-31",
            "1577836800.",
            "é.é.é.é.é.é",
            "2300-01-01",
            "2024-01-19T00:00:00[America/New_York]",
            "2024-01-19T00:00[America/New_York]",
            "2024-01-19[America/New_York]",
            "20240119T000000[America/New_York]",
            "2024-01-19 00:00:00-05:00 UTC",
            "2024-01-19 00:00:00+05 UTC",
        ] {
            assert_eq!(parse(text), None, "{text}");
        }
    }

    #[test]
    fn the_day_or_month_may_be_first_and_the_year_is_not() {
        for text in ["01/02/2025", "1.2.2025 03:00", "31-12-25", "12/31/2025 1:00"] {
            assert!(is_day_or_month_first(text), "{text}");
        }
        for text in ["2025-01-02", "25", "1577836800.5", "1/2", "a/b/2025", "1.2.x", "01/02/"] {
            assert!(!is_day_or_month_first(text), "{text}");
        }
    }
}
