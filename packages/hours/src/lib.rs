//! Files of bars and of funding rates, read into one strict form, with the line number in every complaint.
//!
//! The strict form. Bars: `timestamp_ms,open,high,low,close`; the timestamp is the *opening* of the bar, as exchanges
//! publish it, so its close is known one bar later. Funding: `timestamp_ms,funding_rate`; the timestamp is the moment of
//! payment, the rate a plain fraction for the interval that ends there, positive when longs pay. A stamp within a minute
//! of a whole hour is that hour, in both.
//!
//! What venues and tools publish is read into it by what it contains, never by the name of the file: archives (gzip, zip),
//! tables with commas, semicolons or tabs, with their columns in any order or without names, times as dates or numbers,
//! from the newest to the oldest, and the JSON in which venues answer. What was inferred is in the `notes`; nothing is
//! repaired, and what does not fit is an error. So is what fits in two ways: columns without names are tried in the orders
//! that venues have, numbers with commas in the ways that people write them, and only what one of them can read is read.

use std::io::Read;

mod bars;
mod clock;
mod columns;
mod document;
mod fault;
mod funding;
mod json;
mod numbers;
mod reading;
mod rhythm;
mod rows;
mod separated;
mod shown;
mod table;
mod text;
mod times;
mod unpack;
mod values;
mod venues;

pub use bars::{Bar, Bars};
pub use fault::{DataError, Fault, Place, Unit};
pub use funding::{Funding, Interval};

/// Milliseconds of an hour.
pub const HOUR_MS: u64 = 3_600_000;
/// Hours of a year, in which all rates are given.
pub const HOURS_PER_YEAR: f64 = 8_760.0;
/// Hours that a rate may be for.
const INTERVALS: std::ops::RangeInclusive<u64> = 1..=24;

/// What happens to a price that is some 100 times off the bars beside it, and to a rate that no venue charges.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Spikes {
    /// The file is refused.
    #[default]
    Refuse,
    /// It is a price like any other.
    Allow,
}

/// Milliseconds of a funding interval on a command line: `8h`, or `8`.
///
/// # Errors
/// In words, for anything but 1 to 24 whole hours.
pub fn parse_interval(text: &str) -> Result<u64, String> {
    let hours = text.strip_suffix('h').unwrap_or(text).parse::<u64>().ok().filter(|hours| INTERVALS.contains(hours));
    let hours = hours.ok_or_else(|| format!("\"{text}\" is no funding interval: 1 to 24 whole hours, such as 8h"))?;
    Ok(hours.saturating_mul(HOUR_MS))
}

/// Reads bars; `file` is the name used in complaints.
///
/// # Errors
/// [`DataError`] with the first line that is malformed or goes back in time. A repeated opening is no error: the first
/// line stays.
pub fn read_bars(file: &str, text: impl Read, spikes: Spikes) -> Result<Bars, DataError> {
    bars::bars(file, table::read(file, text, &bars::KIND)?, spikes)
}

/// Reads funding rates and makes yearly ones of them; `interval_ms` is how long each rate is for, where the file is not
/// to say so by its rhythm. Rates that no venue charges are slips like prices that stand alone.
///
/// # Errors
/// [`DataError`] with the first line that is malformed or goes back in time, and where no interval is known. A repeated
/// payment is no error: the first line stays.
pub fn read_funding(
    file: &str,
    text: impl Read,
    interval_ms: Option<u64>,
    spikes: Spikes,
) -> Result<Funding, DataError> {
    funding::funding(file, table::read(file, text, &funding::KIND)?, interval_ms, spikes)
}
