//! Reads files of bars and of funding rates into one strict form; every error has its line number.
//!
//! The strict form. Bars: `timestamp_ms,open,high,low,close`; the timestamp is when the bar *opens*, as exchanges
//! publish it, so its close is known one bar later. Funding: `timestamp_ms,funding_rate`; the timestamp is when it is
//! paid, the rate a plain fraction for the interval that ends there, positive when longs pay. A timestamp within a
//! minute of a whole hour counts as that hour, in both.
//!
//! Files of venues and tools are recognised by their content, never by their name: archives (gzip, zip), tables with
//! commas, semicolons or tabs, columns in any order or without names, times as dates or numbers, newest row first, and
//! the JSON that venues respond with. The `notes` say what was inferred. Nothing is repaired: what does not fit is an
//! error, and so is what can be read in two ways. Columns without names are tried in the orders that venues use,
//! numbers with commas in the ways that people write them, and the file is read only if exactly one of them works.

use std::io::Read;

mod bars;
mod clock;
mod columns;
mod document;
mod fault;
mod funding;
mod json;
mod numbers;
mod points;
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
mod yields;

pub use bars::{Bar, Bars};
pub use fault::{DataError, Fault, Place, Unit};
pub use funding::{Funding, Interval};
pub use points::{Point, Points};
pub use yields::{Paid, Yields};

/// Milliseconds of an hour.
pub const HOUR_MS: u64 = 3_600_000;
/// Hours in a year: all rates are yearly.
pub const HOURS_PER_YEAR: f64 = 8_760.0;
/// How many hours a rate may be for.
const INTERVALS: std::ops::RangeInclusive<u64> = 1..=24;

/// How to treat a price that is some 100 times off the bars beside it, or a rate that no venue charges.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Spikes {
    /// Refuse the file.
    #[default]
    Refuse,
    /// Accept it like any other value.
    Allow,
}

/// Parses a funding interval from the command line, `8h` or `8`, into milliseconds.
///
/// # Errors
/// A text for the user, for anything but 1 to 24 whole hours.
pub fn parse_interval(text: &str) -> Result<u64, String> {
    let hours = text.strip_suffix('h').unwrap_or(text).parse::<u64>().ok().filter(|hours| INTERVALS.contains(hours));
    let hours =
        hours.ok_or_else(|| format!("\"{text}\" is not a funding interval: use 1 to 24 whole hours, such as 8h"))?;
    Ok(hours.saturating_mul(HOUR_MS))
}

/// Reads bars; `file` is the name shown in errors.
///
/// # Errors
/// [`DataError`] with the first line that is malformed or goes back in time. Repeated bars are not an error: the first
/// one counts.
pub fn read_bars(file: &str, text: impl Read, spikes: Spikes) -> Result<Bars, DataError> {
    bars::bars(file, table::read(file, text, &bars::KIND)?, spikes)
}

/// Reads the prices of another coin: rows of `timestamp_ms,price`, each known at its time, or bars, of which each close
/// is known when the bar ends.
///
/// # Errors
/// [`DataError`] with the first line that is malformed or goes back in time, or with a price 100 times off its
/// neighbours.
pub fn read_prices(file: &str, text: impl Read, spikes: Spikes) -> Result<Points, DataError> {
    points::points(file, text, &points::PRICES, spikes)
}

/// Reads what a staked coin sells for over what it is redeemed for, in the same forms.
///
/// # Errors
/// As [`read_prices`], and for a ratio outside of 0.1 to 1.5.
pub fn read_ratios(file: &str, text: impl Read) -> Result<Points, DataError> {
    points::points(file, text, &points::RATIOS, Spikes::Refuse)
}

/// Reads yearly rates of staking: rows of `timestamp_ms,apr_pct`, each in force from its time on. Per cent or fractions
/// by the name of the column; without a sign there, by the values, if all of them allow only one.
///
/// # Errors
/// [`DataError`] with the first line that is malformed or goes back in time, for a rate that is negative or above 100 %,
/// and for rates that may be per cent or fractions.
pub fn read_yields(file: &str, text: impl Read) -> Result<Yields, DataError> {
    yields::yields(file, text)
}

/// Reads funding rates and converts them to yearly ones. `interval_ms` is how long each rate is for; without it, that
/// comes from the file: from a column, or from the time between payments. A rate that no venue charges is treated like
/// a price spike.
///
/// # Errors
/// [`DataError`] with the first line that is malformed or goes back in time, or when the interval cannot be told.
/// Repeated payments are not an error: the first one counts.
pub fn read_funding(
    file: &str,
    text: impl Read,
    interval_ms: Option<u64>,
    spikes: Spikes,
) -> Result<Funding, DataError> {
    funding::funding(file, table::read(file, text, &funding::KIND)?, interval_ms, spikes)
}
