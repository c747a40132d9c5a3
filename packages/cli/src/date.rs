//! Days and times of day without a calendar crate: what `--from`, `--to` and the axes of the picture need.

use thiserror::Error;

/// Seconds of a day.
pub const DAY: u64 = 86_400;
/// Seconds of an hour.
pub const HOUR: u64 = 3_600;

/// What is wrong with a date or a duration on the command line.
#[derive(Debug, Error, PartialEq, Eq)]
pub enum DateError {
    /// Not of the form YYYY-MM-DD, or no such day.
    #[error("\"{0}\" is not a day between 1970-01-01 and 2199-12-31, written YYYY-MM-DD")]
    NoSuchDay(String),
    /// Not a whole number and a unit.
    #[error("\"{0}\" is not a duration: a whole number above zero and a unit, such as 30m, 8h or 2d")]
    NoDuration(String),
}

/// Seconds since 1970 at the beginning of a day (UTC) written `YYYY-MM-DD`.
///
/// # Errors
/// [`DateError::NoSuchDay`] when the text has another form or the calendar no such day.
pub fn parse_day(text: &str) -> Result<u64, DateError> {
    let refused = || DateError::NoSuchDay(text.to_owned());
    let mut parts = text.split('-');
    let mut number = |digits: usize| -> Option<u64> {
        let part = parts.next()?;
        let plain = part.len() == digits && part.bytes().all(|byte| byte.is_ascii_digit());
        plain.then(|| part.parse().ok()).flatten()
    };
    let (year, month, day) = match (number(4), number(2), number(2)) {
        (Some(year), Some(month), Some(day)) => (year, month, day),
        _ => return Err(refused()),
    };
    if parts.next().is_some() || !(1970..2200).contains(&year) || !(1..=12).contains(&month) {
        return Err(refused());
    }
    if day == 0 || day > days_of_month(year, month) {
        return Err(refused());
    }
    let years: u64 = (1970..year).map(days_of_year).sum();
    let months: u64 = (1..month).map(|month| days_of_month(year, month)).sum();
    let days = years.saturating_add(months).saturating_add(day.saturating_sub(1));
    Ok(days.saturating_mul(DAY))
}

/// The day (UTC) of a time in seconds since 1970, as `YYYY-MM-DD`.
pub fn format_day(seconds: u64) -> String {
    let mut days = seconds.checked_div(DAY).unwrap_or_default();
    let mut year = 1970;
    while days >= days_of_year(year) && year < 9999 {
        days = days.saturating_sub(days_of_year(year));
        year = year.saturating_add(1);
    }
    let mut month = 1;
    while month < 12 && days >= days_of_month(year, month) {
        days = days.saturating_sub(days_of_month(year, month));
        month = month.saturating_add(1);
    }
    format!("{year:04}-{month:02}-{:02}", days.saturating_add(1))
}

/// Seconds of a duration such as `90s`, `30m`, `8h`, `2d`.
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

fn is_leap(year: u64) -> bool {
    let divides = |by: u64| year.checked_rem(by) == Some(0);
    divides(4) && (!divides(100) || divides(400))
}

fn days_of_year(year: u64) -> u64 {
    if is_leap(year) {
        366
    } else {
        365
    }
}

fn days_of_month(year: u64, month: u64) -> u64 {
    match month {
        2 if is_leap(year) => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    }
}
