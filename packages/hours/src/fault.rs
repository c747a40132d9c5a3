//! What can be wrong with a file, and where.

use std::fmt;

use thiserror::Error;

use crate::clock::{length, written_fully};
use crate::shown::plain;
pub use crate::times::Unit;

/// A file that cannot be used, and the line that says why.
#[derive(Debug, Error)]
#[error("{}, {place}: {fault}", plain(file))]
pub struct DataError {
    /// The file as the caller named it.
    pub file: String,
    /// Where in it.
    pub place: Place,
    /// What is wrong there.
    pub fault: Fault,
}

/// A place in a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Place {
    /// Counted from 1, the header included.
    pub line: u64,
    /// Of a list in JSON, which often stands on one line: the entry, counted from 1.
    pub entry: Option<u64>,
}

impl Place {
    /// A line of a table.
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

/// What can be wrong with a line.
#[derive(Debug, Error, PartialEq)]
#[non_exhaustive]
pub enum Fault {
    /// The columns are not those expected.
    #[error(
        "the header is \"{found}\", without a column for {missing}; expected \"{expected}\" or columns by the names \
         that venues give them"
    )]
    Header {
        /// As found.
        found: String,
        /// What no column has the name of.
        missing: String,
        /// The strict form.
        expected: &'static str,
    },
    /// No table at all.
    #[error("\"{found}\" is neither JSON nor a line with commas, semicolons or tabs, expected \"{expected}\"")]
    NoTable {
        /// As found.
        found: String,
        /// The strict form.
        expected: &'static str,
    },
    /// No header, and another number of columns than is known.
    #[error("no header and {found} columns: name them in a first line, such as \"{expected}\"")]
    NoHeader {
        /// As found.
        found: usize,
        /// The strict form.
        expected: &'static str,
    },
    /// Columns without names whose rows fit no order; this is what is wrong in the one that fits longest.
    #[error(
        "{fault}, where the columns are {order}: they have no names, and the file fits no other order better; give a table \
         whose first line names them, such as \"{expected}\""
    )]
    InOrder {
        /// What is wrong.
        fault: Box<Fault>,
        /// The order.
        order: &'static str,
        /// The strict form.
        expected: &'static str,
    },
    /// Columns without names whose rows fit two orders.
    #[error(
        "the columns have no names, and may be {first} or {second}: give a table whose first line names them, such as \
         \"{expected}\""
    )]
    TwoOrders {
        /// One order.
        first: &'static str,
        /// Another.
        second: &'static str,
        /// The strict form.
        expected: &'static str,
    },
    /// Columns without names in an order in which no bar opens where the one before closed.
    #[error(
        "the columns have no names, and as {order} no bar opens near the close before it, but with open and close \
         exchanged they do: give a table whose first line names them, such as \"{expected}\""
    )]
    Turned {
        /// The order.
        order: &'static str,
        /// The strict form.
        expected: &'static str,
    },
    /// An answer whose times may be openings or closes.
    #[error(
        "lists of five numbers without names: {venue} stamps them with the close, others with the opening; give a table \
         whose first line names them, such as \"{expected}\", or with \"close_time\" for the time"
    )]
    Unnamed {
        /// Who answers so.
        venue: &'static str,
        /// The strict form.
        expected: &'static str,
    },
    /// An answer with other numbers in front of the prices.
    #[error(
        "lists of {venue} without names: the length of the bar and the close before stand in front of the prices, which may \
         be scaled; give a table whose first line names them, such as \"{expected}\""
    )]
    Prefixed {
        /// Who answers so.
        venue: &'static str,
        /// The strict form.
        expected: &'static str,
    },
    /// Two columns of the same name.
    #[error("two columns are called \"{name}\": rename the one that is not meant")]
    SameName {
        /// Without capitals, spaces and signs.
        name: String,
    },
    /// A rate in dollars for each coin.
    #[error(
        "the rates of {venue} are an amount for each coin, which \"{column}\" beside them says: divide each by its price, \
         and give \"timestamp_ms,funding_rate\""
    )]
    RatePerCoin {
        /// Who publishes so.
        venue: &'static str,
        /// The column that says it.
        column: &'static str,
    },
    /// Rows of several coins or venues.
    #[error(
        "{column} is \"{second}\", and \"{first}\" in the lines before: keep the rows of one of them, and give each its own \
         file"
    )]
    ManyNames {
        /// The column that says it.
        column: String,
        /// The one before.
        first: String,
        /// The one of this line.
        second: String,
    },
    /// Rates as they were foreseen, again and again before each payment.
    #[error(
        "rates with \"{column}\" beside the time of each row are those foreseen before a payment: keep the last row before \
         each payment, and give \"timestamp_ms,funding_rate\" with the time of the payment"
    )]
    Foreseen {
        /// The column that says it.
        column: &'static str,
    },
    /// A quote that goes on over the end of its line.
    #[error("a quote begins in this line and is not closed in it: close it, or leave out the column")]
    OpenQuote,
    /// A line that is no row of a table.
    #[error("a line of {length} bytes, at most {most} were expected: is this a table of prices or rates?")]
    LongLine {
        /// As found.
        length: usize,
        /// What is read.
        most: usize,
    },
    /// More rows than are read.
    #[error("more than {most} rows: split the file")]
    ManyRows {
        /// What is read.
        most: usize,
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
    /// A number that may be one or a thousand times as much.
    #[error(
        "\"{text}\" may be a number with a decimal comma or with a comma between thousands, and no other number of the file \
         says which: write it with a decimal point and nothing between thousands"
    )]
    UnclearNumber {
        /// As found.
        text: String,
    },
    /// Numbers written in two ways.
    #[error(
        "\"{text}\" is written with another decimal sign than the numbers before: one way of writing numbers a file"
    )]
    MixedNumbers {
        /// As found.
        text: String,
    },
    /// Rates with and without a sign of per cent.
    #[error("\"{text}\": some rates have a sign of per cent and some have none; write all of them the same way")]
    MixedPercent {
        /// As found.
        text: String,
    },
    /// A timestamp that cannot be milliseconds since 1970.
    #[error(
        "timestamp_ms {found} lies outside of 1973 to 2286: it must be in milliseconds since 1970; where it is in another \
         unit, call the column \"timestamp\""
    )]
    Timestamp {
        /// As found.
        found: u64,
    },
    /// Not a time between 1973 and 2286.
    #[error(
        "\"{text}\" is no time between 1973 and 2286: seconds, milliseconds or microseconds since 1970 or a date such as \
         2020-03-12T10:00:00Z or 2020-03-12T05:00:00-05:00 were expected"
    )]
    NoTime {
        /// As found.
        text: String,
    },
    /// A date that begins with its day, or its month.
    #[error(
        "\"{text}\" may begin with the day or with the month: write dates from the year on, such as 2025-02-01 03:00"
    )]
    DayOrMonth {
        /// As found.
        text: String,
    },
    /// Times in two units.
    #[error("a time {found}, and those before are {before}: one unit a file; split it there, or convert one part")]
    MixedTimes {
        /// Of this line.
        found: Unit,
        /// Of the lines before.
        before: Unit,
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
    /// A price that stands alone.
    #[error(
        "{column} {value} is some 100 times off the bars beside it ({low} to {high}): a slip of the source? \
         Correct the line, or let it pass with --allow-spikes"
    )]
    Spike {
        /// Name of the column.
        column: &'static str,
        /// As found.
        value: f64,
        /// Least price of the bars before and after.
        low: f64,
        /// Greatest price of them.
        high: f64,
    },
    /// Neither later than the line before nor, in a file that goes backwards, earlier.
    #[error(
        "the time {} is out of order after {} of the line before: sort the file by its times",
        written_fully(*found),
        written_fully(*before)
    )]
    OutOfOrder {
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
    /// A rate that no venue charges.
    #[error(
        "funding_rate {value} in {hours} h is more than any venue charges: a slip of the source, or per cent? It must be a \
         plain fraction; correct the line, or let it pass with --allow-spikes"
    )]
    RateSpike {
        /// As found.
        value: f64,
        /// What it is for.
        hours: u64,
    },
    /// A column of intervals that most payments contradict.
    #[error(
        "the file says that each rate is for {said}, but payments come every {paid}: say which one it is with \
         --funding-interval, such as 8h"
    )]
    IntervalColumn {
        /// What the column says.
        said: String,
        /// The time since the payment before.
        paid: String,
    },
    /// One payment alone.
    #[error("one payment only: how many hours it is for is not known; say so with --funding-interval, such as 8h")]
    OnePayment,
    /// Payments at distances that no venue has.
    #[error(
        "payments are usually {} apart, and venues pay every 1 to 8 whole hours: say how many hours a \
         rate is for with --funding-interval, such as 8h",
        length(minutes.saturating_mul(60_000))
    )]
    Rhythm {
        /// The most common distance of two payments.
        minutes: u64,
    },
    /// An interval of funding that is none.
    #[error("an interval of {hours} hours: 1 to 24 whole hours were expected")]
    Interval {
        /// As found.
        hours: f64,
    },
    /// Bars that are too short or too long.
    #[error(
        "bars are usually {} apart, expected one minute to one day: give a file of shorter or longer ones",
        length(*milliseconds)
    )]
    BarLength {
        /// The most common distance of two bars.
        milliseconds: u64,
    },
    /// Bars of two lengths.
    #[error(
        "from here on bars are {other} apart, and most of the file's {usual}: one length of bars a file; split it"
    )]
    TwoLengths {
        /// How far most are apart.
        usual: String,
        /// How far these are.
        other: String,
    },
    /// A file without one usable line.
    #[error("no line after the header")]
    Empty,
    /// An answer in JSON without entries, as after a wrong question.
    #[error("no list of candles or payments in this JSON: {found}")]
    NoList {
        /// How it begins.
        found: String,
    },
    /// More than one list.
    #[error("{found} lists in this JSON: one was expected, of one pair")]
    ManyLists {
        /// How many.
        found: usize,
    },
    /// An entry of another kind than the first.
    #[error("{found} is no entry like the first")]
    NotAnEntry {
        /// How it begins.
        found: String,
    },
    /// An archive of none or many files.
    #[error("{files} files in the archive, expected one: unpack it, and give one of them")]
    Archive {
        /// How many.
        files: usize,
    },
    /// Not readable as text.
    #[error("not readable: {0}")]
    Unreadable(String),
}
