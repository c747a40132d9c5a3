//! Errors in a file, and where they are.

use std::fmt;

use thiserror::Error;

use crate::clock::{length, written_fully};
use crate::shown::plain;
pub use crate::times::Unit;

/// Why a file cannot be read, with its name and the place of the error.
#[derive(Debug, Error)]
#[error("{}, {place}: {fault}", plain(file))]
pub struct DataError {
    /// The file name that the caller passed.
    pub file: String,
    #[allow(missing_docs)] // the names say it
    pub place: Place,
    #[allow(missing_docs)]
    pub fault: Fault,
}

/// A place in a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Place {
    /// Counts from 1, including the header.
    pub line: u64,
    /// The entry of a JSON list, counted from 1: such a list is often all on one line.
    pub entry: Option<u64>,
}

impl Place {
    /// A line without an entry.
    pub fn line(line: u64) -> Self {
        Place { line, entry: None }
    }
}

impl fmt::Display for Place {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "line {}", self.line)?;
        self.entry.map_or(Ok(()), |entry| write!(out, ", entry {entry}"))
    }
}

/// An error in a file.
#[derive(Debug, Error, PartialEq)]
#[non_exhaustive]
#[expect(missing_docs, reason = "each text says what happened and what its fields are")]
pub enum Fault {
    #[error(
        "the header \"{found}\" has no column for {missing}: expected \"{expected}\", or columns named as venues name \
         them"
    )]
    Header { found: String, missing: String, expected: &'static str },
    /// A day without an hour, where a value must not be known before its time.
    #[error(
        "the header \"{found}\" has no column for the time, and a day (\"{day}\") is not a time: call that column \"time\" if \
         each value was known at 00:00 UTC"
    )]
    DayAlone { found: String, day: String },
    #[error(
        "\"{found}\" is neither JSON nor a line of fields with commas, semicolons or tabs between them; expected \
         \"{expected}\""
    )]
    NoTable { found: String, expected: &'static str },
    /// No venue publishes this number of columns without a header.
    #[error("no header and {found} columns: name them in a first line, such as \"{expected}\"")]
    NoHeader { found: usize, expected: &'static str },
    /// Columns without names whose rows fit no known order. The fault is that of the order that fits the most rows.
    #[error(
        "{fault}, if the columns are {order}: they have no names, and no other known order fits the file better; add a \
         first line that names them, such as \"{expected}\""
    )]
    InOrder { fault: Box<Fault>, order: &'static str, expected: &'static str },
    #[error(
        "the columns have no names and may be {first} or {second}: add a first line that names them, such as \
         \"{expected}\""
    )]
    TwoOrders { first: &'static str, second: &'static str, expected: &'static str },
    /// Columns without names, in an order in which bars do not open near the previous close.
    #[error(
        "the columns have no names; read as {order}, no bar opens near the previous close, but with open and close \
         swapped they all do: add a first line that names them, such as \"{expected}\""
    )]
    Turned { order: &'static str, expected: &'static str },
    #[error(
        "lists of five numbers without names: {venue} stamps them with the close, other venues with the open; use a table \
         whose first line names them, such as \"{expected}\", or \"close_time\" for the time"
    )]
    Unnamed { venue: &'static str, expected: &'static str },
    #[error(
        "lists of {venue} without names have the bar's length and the previous close before the prices, which may be \
         scaled: use a table whose first line names them, such as \"{expected}\""
    )]
    Prefixed { venue: &'static str, expected: &'static str },
    #[error("two columns are called \"{name}\": rename the one you do not mean")]
    SameName {
        /// In lower case, without spaces and punctuation.
        name: String,
    },
    #[error(
        "{venue} publishes rates in dollars per coin, as its column \"{column}\" shows: divide each by its price, and \
         save them as \"timestamp_ms,funding_rate\""
    )]
    RatePerCoin { venue: &'static str, column: &'static str },
    #[error(
        "{column} is \"{second}\", but \"{first}\" in the lines before: keep the rows of one of them, and put each in its \
         own file"
    )]
    ManyNames { column: String, first: String, second: String },
    #[error(
        "with a column \"{column}\" beside each row's time, these rates are predictions made before a payment: keep the \
         last row before each payment, and save them as \"timestamp_ms,funding_rate\" with the time of the payment"
    )]
    Foreseen { column: &'static str },
    #[error("this line opens a quote and does not close it: close it, or remove the column")]
    OpenQuote,
    #[error("a line of {length} bytes, at most {max} are read: is this a table of prices or rates?")]
    LongLine { length: usize, max: usize },
    #[error("more than {max} rows: split the file")]
    ManyRows { max: usize },
    #[error("{found} fields, expected {expected}")]
    Fields { found: usize, expected: usize },
    #[error("{column} \"{text}\" is not a number")]
    NotANumber { column: &'static str, text: String },
    #[error(
        "the comma in \"{text}\" may be a decimal comma or separate thousands, and no other number in the file shows \
         which: use a decimal point and no thousands separator"
    )]
    UnclearNumber { text: String },
    #[error(
        "\"{text}\" uses another decimal separator than the numbers before it: write all numbers of a file the same way"
    )]
    MixedNumbers { text: String },
    #[error("\"{text}\": some rates have a percent sign and some do not; write all of them the same way")]
    MixedPercent { text: String },
    #[error(
        "timestamp_ms {found} is outside of 1973 to 2286: it must be milliseconds since 1970; if it is in another unit, \
         call the column \"timestamp\""
    )]
    Timestamp { found: u64 },
    #[error(
        "\"{text}\" is not a time between 1973 and 2286: use seconds, milliseconds or microseconds since 1970, or a date \
         such as 2020-03-12T10:00:00Z or 2020-03-12T05:00:00-05:00"
    )]
    NoTime { text: String },
    #[error("\"{text}\" may start with the day or the month: write dates from the year on, such as 2025-02-01 03:00")]
    DayOrMonth { text: String },
    #[error(
        "a time {found}, but those before are {before}: use one unit per file; split the file here, or convert one part"
    )]
    MixedTimes { found: Unit, before: Unit },
    #[error("{column} {value} is not positive")]
    NotPositive { column: &'static str, value: f64 },
    #[error("{column} {value} is outside of the accepted 0.000001 to 1000000000")]
    Price { column: &'static str, value: f64 },
    #[error(
        "{column} {value} is outside of the accepted {min} to {max}: it must be what the staked coin sells for over what \
         it is redeemed for, so near 1"
    )]
    Ratio { column: &'static str, value: f64, min: f64, max: f64 },
    #[error("a yearly rate of {value} is outside of 0 to 100 %")]
    Yield { value: f64 },
    #[error(
        "rates from {min} to {max} may be fractions or per cent: call their column \"apr_pct\" or \"apy_pct\" if they are \
         per cent, and divide them by 100 if they are not all written the same way"
    )]
    UnclearYield { min: f64, max: f64 },
    #[error("one row only: until when its value holds is unknown, so at least two are needed")]
    OneRow,
    #[error("high {high} is below low {low}")]
    HighBelowLow { high: f64, low: f64 },
    #[error("{column} {value} is outside of low {low} to high {high}")]
    OutsideOfBar { column: &'static str, value: f64, low: f64, high: f64 },
    #[error(
        "{column} {value} is some 100 times off the bars beside it ({low} to {high}): an error in the source? Correct the \
         line, or accept it with --allow-spikes"
    )]
    Spike {
        column: &'static str,
        value: f64,
        /// Lowest price of the bars before and after.
        low: f64,
        /// Their highest price.
        high: f64,
    },
    /// Neither later than the line before nor, in a file that goes backwards, earlier.
    #[error(
        "the time {} is out of order after {} in the line before: sort the file by time",
        written_fully(*found),
        written_fully(*before)
    )]
    OutOfOrder { found: u64, before: u64 },
    #[error("funding_rate {value} is more than the whole position: it must be a plain fraction for one interval")]
    Rate { value: f64 },
    #[error(
        "funding_rate {value} in {hours} h is more than any venue charges: an error in the source, or percent? It must be \
         a plain fraction; correct the line, or accept it with --allow-spikes"
    )]
    RateSpike { value: f64, hours: u64 },
    #[error(
        "the file says that each rate is for {said}, but payments come every {paid}: choose one with --funding-interval, \
         such as 8h"
    )]
    IntervalColumn { said: String, paid: String },
    #[error("only one payment, so its interval is unknown: set it with --funding-interval, such as 8h")]
    OnePayment,
    #[error(
        "payments are usually {} apart, but venues pay every 1 to 8 whole hours: say how many hours a rate is for with \
         --funding-interval, such as 8h",
        length(minutes.saturating_mul(60_000))
    )]
    Rhythm {
        /// The most common distance between two payments.
        minutes: u64,
    },
    #[error("an interval of {hours} hours: expected 1 to 24 whole hours")]
    Interval { hours: f64 },
    #[error(
        "bars are usually {} apart, expected one minute to one day: use a file with bars of another length",
        length(*milliseconds)
    )]
    BarLength {
        /// The most common distance between two bars.
        milliseconds: u64,
    },
    #[error(
        "from this line on bars are {other} apart, but most of the file's are {usual} apart: split the file, one bar \
         length each"
    )]
    TwoLengths { usual: String, other: String },
    #[error("the file has no line after the header")]
    Empty,
    #[error("the file is empty")]
    Blank,
    #[error("this JSON has no list of candles or payments: {found}")]
    NoList {
        /// The start of the text.
        found: String,
    },
    #[error("this JSON has {found} lists: expected one, of one pair")]
    ManyLists { found: usize },
    #[error("{found} is not an entry like the first")]
    NotAnEntry { found: String },
    #[error("the archive has {files} files, expected one: unpack it, and use one of them")]
    Archive { files: usize },
    #[error("not readable: {0}")]
    Unreadable(String),
}
