//! CSV files of bars and of funding rates: read strictly, with the line number in every complaint.
//!
//! Bars: `timestamp_ms,open,high,low,close`; the timestamp is the *opening* of the bar, as exchanges publish it, so its close is known one bar
//! later. Funding: `timestamp_ms,funding_rate`; the timestamp is the moment of payment, the rate a plain fraction for the interval that ends
//! there, positive when longs pay.

use std::collections::btree_map::Entry;
use std::collections::BTreeMap;
use std::io::{BufRead, BufReader, Read};

use thiserror::Error;

/// Milliseconds of an hour.
pub const HOUR_MS: u64 = 3_600_000;
/// Hours of a year, in which all rates are given.
pub const HOURS_PER_YEAR: f64 = 8_760.0;
/// The longest time that one funding payment stands for.
const LONGEST_INTERVAL_MS: u64 = 8 * HOUR_MS;
/// Exchanges stamp payments some milliseconds late; what is this near to a whole hour is that hour.
const STAMP_JITTER_MS: u64 = 60_000;
/// Bars shorter than a minute are a file in seconds, longer than a day no path for hourly keepers.
const BAR_LENGTHS_MS: std::ops::RangeInclusive<u64> = 60_000..=24 * HOUR_MS;
/// 1973 to 2286: seconds and microseconds, the usual mix-ups, lie outside.
const TIMESTAMPS_MS: std::ops::RangeInclusive<u64> = 100_000_000_000..=9_999_999_999_999;
/// What the contracts accept (quote per base).
const PRICES: std::ops::RangeInclusive<f64> = 1e-6..=1e9;
/// What is not such a file at all may have a very long first line.
const MOST_HEADER_SHOWN: usize = 80;
const BAR_COLUMNS: [&str; 5] = ["timestamp_ms", "open", "high", "low", "close"];
const FUNDING_COLUMNS: [&str; 2] = ["timestamp_ms", "funding_rate"];

/// A file that cannot be used, and the line that says why.
#[derive(Debug, Error)]
#[error("{file}, line {line}: {fault}")]
pub struct DataError {
    /// The file as the caller named it.
    pub file: String,
    /// Counted from 1, the header included.
    pub line: u64,
    /// What is wrong there.
    pub fault: Fault,
}

/// What can be wrong with a line.
#[derive(Debug, Error, PartialEq)]
#[non_exhaustive]
pub enum Fault {
    /// The header is not the one expected.
    #[error("the header is \"{found}\", expected \"{expected}\"")]
    Header {
        /// As found.
        found: String,
        /// As documented.
        expected: String,
    },
    /// Too few or too many fields.
    #[error("{found} fields, expected {expected}")]
    Fields {
        /// As found.
        found: usize,
        /// As documented.
        expected: usize,
    },
    /// Not a finite number.
    #[error("{column} \"{text}\" is not a number")]
    NotANumber {
        /// Name of the column.
        column: &'static str,
        /// As found.
        text: String,
    },
    /// A timestamp that cannot be milliseconds since 1970.
    #[error("timestamp_ms {found} lies outside of 1973 to 2286: it must be in milliseconds since 1970")]
    Timestamp {
        /// As found.
        found: u64,
    },
    /// A price of zero or below.
    #[error("{column} {value} is not positive")]
    NotPositive {
        /// Name of the column.
        column: &'static str,
        /// As found.
        value: f64,
    },
    /// A price that the contracts refuse.
    #[error("{column} {value} lies outside of the accepted 0.000001 to 1000000000")]
    Price {
        /// Name of the column.
        column: &'static str,
        /// As found.
        value: f64,
    },
    /// The high lies below the low.
    #[error("high {high} is below low {low}")]
    HighBelowLow {
        /// As found.
        high: f64,
        /// As found.
        low: f64,
    },
    /// Open or close lie outside of the bar.
    #[error("{column} {value} lies outside of low {low} to high {high}")]
    OutsideOfBar {
        /// Name of the column.
        column: &'static str,
        /// As found.
        value: f64,
        /// As found.
        low: f64,
        /// As found.
        high: f64,
    },
    /// An earlier line has a later time.
    #[error("timestamp_ms {found} goes back in time, the line before has {before}")]
    BackInTime {
        /// As found.
        found: u64,
        /// Of the line before.
        before: u64,
    },
    /// A rate above 100 % in one interval.
    #[error("funding_rate {value} is more than the whole position: it must be a plain fraction for one interval")]
    Rate {
        /// As found.
        value: f64,
    },
    /// Bars that are too short or too long.
    #[error("bars of {milliseconds} ms, expected one minute to one day")]
    BarLength {
        /// The most common distance of two bars.
        milliseconds: u64,
    },
    /// A file without one usable line.
    #[error("no line after the header")]
    Empty,
    /// Not readable as text.
    #[error("not readable: {0}")]
    Unreadable(String),
}

/// One bar; prices are quote per base.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Bar {
    /// Opening, in milliseconds since 1970.
    pub opens_ms: u64,
    /// First price.
    pub open: f64,
    /// Highest price.
    pub high: f64,
    /// Lowest price.
    pub low: f64,
    /// Last price.
    pub close: f64,
}

/// A file of bars, in the order of time, each opening once.
#[derive(Debug, Clone, PartialEq)]
pub struct Bars {
    /// The bars.
    pub bars: Vec<Bar>,
    /// The usual distance of two bars, which is how long each lasts.
    pub length_ms: u64,
    /// Openings that came again; the first line stayed.
    pub duplicates: Vec<u64>,
}

/// The funding rate in force over an interval.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Interval {
    /// Beginning, in milliseconds since 1970; from here on the rate is known.
    pub from_ms: u64,
    /// End: when it is paid.
    pub to_ms: u64,
    /// Yearly rate, positive when longs pay.
    pub yearly: f64,
}

/// A file of funding rates, in the order of time.
#[derive(Debug, Clone, PartialEq)]
pub struct Funding {
    /// One interval a payment; where payments are missing there is a hole.
    pub intervals: Vec<Interval>,
    /// Payments that came again; the first line stayed.
    pub duplicates: Vec<u64>,
}

impl Funding {
    /// The yearly rate in force at a time, `None` where the file knows none.
    pub fn at(&self, time_ms: u64) -> Option<f64> {
        let after = self.intervals.partition_point(|interval| interval.from_ms <= time_ms);
        let interval = self.intervals.get(after.checked_sub(1)?)?;
        (time_ms < interval.to_ms).then_some(interval.yearly)
    }
}

/// Reads bars; `file` is the name used in complaints.
///
/// # Errors
/// [`DataError`] with the first line that is malformed or goes back in time. A repeated opening is no error: the first line stays.
pub fn read_bars(file: &str, text: impl Read) -> Result<Bars, DataError> {
    let mut bars: BTreeMap<u64, Bar> = BTreeMap::new();
    let mut duplicates = Vec::new();
    let last_line = read_lines(file, text, &BAR_COLUMNS, |opens_ms, numbers| {
        let &[open, high, low, close] = numbers else {
            return Ok(());
        };
        let bar = check_bar(Bar { opens_ms, open, high, low, close })?;
        keep_first(&mut bars, &mut duplicates, opens_ms, bar);
        Ok(())
    })?;
    let bars: Vec<Bar> = bars.into_values().collect();
    let fault = |fault| DataError { file: file.to_owned(), line: last_line, fault };
    if bars.is_empty() {
        return Err(fault(Fault::Empty));
    }
    let length_ms = usual_distance(bars.iter().map(|bar| bar.opens_ms)).unwrap_or(HOUR_MS);
    if !BAR_LENGTHS_MS.contains(&length_ms) {
        return Err(fault(Fault::BarLength { milliseconds: length_ms }));
    }
    Ok(Bars { bars, length_ms, duplicates })
}

/// Reads funding rates and makes yearly ones of them.
///
/// A row at `T` is what was paid for the interval that ends at `T`, so it was the reference in force from the row before it: the interval is the
/// distance to that row, rounded to whole hours where the stamp is seconds off, and 8 h where it is longer (a payment is missing then). The first
/// row has none before it and takes the distance to the next.
///
/// # Errors
/// [`DataError`] with the first line that is malformed or goes back in time. A repeated payment is no error: the first line stays.
pub fn read_funding(file: &str, text: impl Read) -> Result<Funding, DataError> {
    let mut rates: BTreeMap<u64, f64> = BTreeMap::new();
    let mut duplicates = Vec::new();
    let last_line = read_lines(file, text, &FUNDING_COLUMNS, |paid_ms, numbers| {
        let &[rate] = numbers else {
            return Ok(());
        };
        if rate.abs() > 1.0 {
            return Err(Fault::Rate { value: rate });
        }
        keep_first(&mut rates, &mut duplicates, paid_ms, rate);
        Ok(())
    })?;
    if rates.is_empty() {
        return Err(DataError { file: file.to_owned(), line: last_line, fault: Fault::Empty });
    }
    Ok(Funding { intervals: intervals(&rates), duplicates })
}

fn keep_first<T>(lines: &mut BTreeMap<u64, T>, duplicates: &mut Vec<u64>, time: u64, line: T) {
    match lines.entry(time) {
        Entry::Vacant(free) => {
            free.insert(line);
        }
        Entry::Occupied(_) => duplicates.push(time),
    }
}

fn intervals(rates: &BTreeMap<u64, f64>) -> Vec<Interval> {
    let mut times = rates.keys();
    let first_distance = match (times.next(), times.next()) {
        (Some(first), Some(second)) => second.saturating_sub(*first),
        _ => LONGEST_INTERVAL_MS,
    };
    let mut before: Option<u64> = None;
    let mut intervals = Vec::with_capacity(rates.len());
    for (&to_ms, &rate) in rates {
        let distance = before.map_or(first_distance, |before| to_ms.saturating_sub(before));
        let length = whole_hours(distance).clamp(1, LONGEST_INTERVAL_MS);
        // A stamp some milliseconds late must not tear a hole between two intervals.
        let from_ms = match before {
            Some(before) if length >= whole_hours(distance) => before,
            _ => to_ms.saturating_sub(length),
        };
        let yearly = rate * HOURS_PER_YEAR / (length as f64 / HOUR_MS as f64);
        intervals.push(Interval { from_ms, to_ms, yearly });
        before = Some(to_ms);
    }
    intervals
}

fn whole_hours(distance_ms: u64) -> u64 {
    let nearest =
        distance_ms.saturating_add(HOUR_MS / 2).checked_div(HOUR_MS).unwrap_or_default().saturating_mul(HOUR_MS);
    if nearest > 0 && nearest.abs_diff(distance_ms) <= STAMP_JITTER_MS {
        nearest
    } else {
        distance_ms
    }
}

/// The most common distance of neighbours, the shorter of two equally common ones; `None` for fewer than two.
fn usual_distance(times: impl Iterator<Item = u64>) -> Option<u64> {
    let mut counts: BTreeMap<u64, u64> = BTreeMap::new();
    let mut before = None;
    for time in times {
        if let Some(before) = before.replace(time) {
            let count = counts.entry(time.saturating_sub(before)).or_default();
            *count = count.saturating_add(1);
        }
    }
    counts
        .into_iter()
        .max_by(|left, right| left.1.cmp(&right.1).then(right.0.cmp(&left.0)))
        .map(|(distance, _)| distance)
}

fn check_bar(bar: Bar) -> Result<Bar, Fault> {
    let Bar { open, high, low, close, .. } = bar;
    for (column, value) in [("open", open), ("high", high), ("low", low), ("close", close)] {
        if value <= 0.0 {
            return Err(Fault::NotPositive { column, value });
        }
        if !PRICES.contains(&value) {
            return Err(Fault::Price { column, value });
        }
    }
    if high < low {
        return Err(Fault::HighBelowLow { high, low });
    }
    for (column, value) in [("open", open), ("close", close)] {
        if value < low || value > high {
            return Err(Fault::OutsideOfBar { column, value, low, high });
        }
    }
    Ok(bar)
}

/// Hands each line's time and numbers to `take`, in the order of time (equal times allowed), and returns the number of the last line.
fn read_lines(
    file: &str,
    text: impl Read,
    columns: &[&'static str],
    mut take: impl FnMut(u64, &[f64]) -> Result<(), Fault>,
) -> Result<u64, DataError> {
    let mut last_line = 1;
    let mut before = None;
    let mut header = true;
    for (line, text) in (1..).zip(BufReader::new(text).split(b'\n')) {
        let fail = |fault| DataError { file: file.to_owned(), line, fault };
        last_line = line;
        let bytes = text.map_err(|error| fail(Fault::Unreadable(error.to_string())))?;
        let text = std::str::from_utf8(&bytes).map_err(|error| fail(Fault::Unreadable(error.to_string())))?;
        let fields: Vec<&str> = text.trim_start_matches('\u{feff}').split(',').map(str::trim).collect();
        if fields == [""] {
            continue;
        }
        if header {
            header = false;
            check_header(&fields, columns).map_err(fail)?;
            continue;
        }
        let (time, numbers) = parse_line(&fields, columns).map_err(fail)?;
        if let Some(before) = before.filter(|&before| time < before) {
            return Err(fail(Fault::BackInTime { found: time, before }));
        }
        before = Some(time);
        take(time, &numbers).map_err(fail)?;
    }
    Ok(last_line)
}

fn check_header(fields: &[&str], columns: &[&'static str]) -> Result<(), Fault> {
    if fields == columns {
        return Ok(());
    }
    let found = fields.join(",").chars().take(MOST_HEADER_SHOWN).collect();
    Err(Fault::Header { found, expected: columns.join(",") })
}

fn parse_line(fields: &[&str], columns: &[&'static str]) -> Result<(u64, Vec<f64>), Fault> {
    if fields.len() != columns.len() {
        return Err(Fault::Fields { found: fields.len(), expected: columns.len() });
    }
    let mut fields = columns.iter().copied().zip(fields.iter().copied());
    let (column, text) = fields.next().unwrap_or_default();
    let time = text.parse().map_err(|_| Fault::NotANumber { column, text: text.to_owned() })?;
    if !TIMESTAMPS_MS.contains(&time) {
        return Err(Fault::Timestamp { found: time });
    }
    let number = |(column, text): (&'static str, &str)| {
        let value = text.parse::<f64>().ok().filter(|value| value.is_finite());
        value.ok_or_else(|| Fault::NotANumber { column, text: text.to_owned() })
    };
    Ok((time, fields.map(number).collect::<Result<_, _>>()?))
}
