//! Bars from the rows of a file.

use crate::clock::{counted, distances, length, most_common, nearest, snapped, written, JITTER_MS};
use crate::columns::{Kind, Order, Stamp};
use crate::fault::{DataError, Fault, Place};
use crate::rows::Row;
use crate::table::Table;
use crate::{Spikes, HOUR_MS};

/// Bars shorter than a minute are no path for hourly keepers, and neither are those longer than a day.
const BAR_LENGTHS_MS: std::ops::RangeInclusive<u64> = 60_000..=24 * HOUR_MS;
/// What the contracts accept (quote per base).
const PRICES: std::ops::RangeInclusive<f64> = 1e-6..=1e9;
/// A price so many times off the bars on both sides is a slip of the source.
const SPIKE: f64 = 100.0;
/// The price itself moves: off one of the bars beside it, a slip of 100 times may be a tenth less.
const NEARLY: f64 = 90.0;

/// Columns of the archives and answers of Binance, which no other venue has.
const ARCHIVE: usize = 12;
/// How many times nearer closes must be to the opens before them than opens to the closes before them.
const TURNED: f64 = 2.0;

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
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Bars {
    /// The bars.
    pub bars: Vec<Bar>,
    /// The usual distance of two bars, which is how long each lasts.
    pub length_ms: u64,
    /// Openings that came again; the first line stayed.
    pub duplicates: Vec<u64>,
    /// What was inferred, and what is worth knowing: a line each.
    pub notes: Vec<String>,
}

/// Where the strict form has them, and what else they are called.
pub const KIND: Kind<4> = Kind {
    strict: "timestamp_ms,open,high,low,close",
    times: &[
        "timestampms",
        "opentime",
        "opentimems",
        "timeopen",
        "timeperiodstart",
        "starttime",
        "start",
        "startat",
        "startedat",
        "unix",
        "unixtimestamp",
        "unixtime",
        "timestamp",
        "time",
        "datetime",
        "timeutc",
        "dateutc",
        "gmttime",
        "date",
        "ticks",
        "ts",
        "t",
        "id",
    ],
    closings: &["closetime", "timeclose", "timeperiodend", "endtime"],
    values: [
        &["open", "openprice", "o", "O"],
        &["high", "highprice", "h", "H"],
        &["low", "lowprice", "l", "L"],
        &["close", "closeprice", "c", "C"],
    ],
    labels: ["open", "high", "low", "close"],
    extra: &["confirm"],
    extra_label: "confirm",
    orders,
    signs,
    percent: false,
    check: |row| check(row.values),
    is_turned,
};

/// Orders of candles without names.
fn orders(width: usize) -> Vec<Order<4>> {
    let order = |called, places: [usize; 4]| {
        let [open, high, low, close] = places;
        Order { called, day: None, time: 0, values: [open, high, low, close], extra: None, number: None }
    };
    let usual = order("time, open, high, low, close", [1, 2, 3, 4]);
    let coinbase = order("time, low, high, open, close, as at Coinbase", [3, 2, 1, 4]);
    let bitfinex = order("time, open, close, high, low, as at Bitfinex and KuCoin", [1, 3, 4, 2]);
    let gate = order("time, volume, close, high, low, open, as at Gate", [5, 3, 4, 2]);
    let gate = Order { number: Some(1), ..gate };
    let called = "day, time, open, high, low, close, as MetaTrader writes them";
    let metatrader = Order { called, day: Some(0), time: 1, values: [2, 3, 4, 5], extra: None, number: None };
    match width {
        0..=4 => vec![],
        5 => vec![usual, coinbase, bitfinex],
        6..=8 => vec![usual, coinbase, bitfinex, gate, metatrader],
        _ => vec![usual],
    }
}

/// BitMEX stamps its buckets with their end, and is known by what no one else has.
fn signs(names: &[String]) -> Result<Stamp, Fault> {
    let has = |name: &str| names.iter().any(|one| one == name);
    let is_bitmex = has("homenotional") && has("foreignnotional");
    Ok(if is_bitmex { Stamp::BitMex } else { Stamp::Opening })
}

/// A bar opens near the close before it. Where it does not, but closes near the open before it, open and close have changed
/// places, which no single bar shows.
fn is_turned(width: usize, rows: &[Row<4>]) -> bool {
    let open = |row: &Row<4>| row.values.first().copied().unwrap_or_default();
    let close = |row: &Row<4>| row.values.last().copied().unwrap_or_default();
    let jumps = |from: fn(&Row<4>) -> f64, to: fn(&Row<4>) -> f64| -> f64 {
        rows.windows(2).map(|pair| if let [a, b] = pair { (to(b) - from(a)).abs() } else { 0.0 }).sum()
    };
    width != ARCHIVE && jumps(open, close) < jumps(close, open) / TURNED
}

/// Bars of a table.
pub fn bars(file: &str, table: Table<4>, spikes: Spikes) -> Result<Bars, DataError> {
    let fail = |place, fault| DataError { file: file.to_owned(), place, fault };
    let Table { mut rows, end, stamp, notes: mut said, .. } = table;
    let read = rows.len();
    rows.retain(|row| row.extra != Some(0.0));
    let left_out = read.saturating_sub(rows.len());
    if left_out > 0 {
        said.push(format!("bars not confirmed yet, left out: {left_out}"));
    }
    if rows.is_empty() {
        return Err(fail(end, Fault::Empty));
    }
    let times: Vec<u64> = rows.iter().map(|row| row.time_ms).collect();
    let length_ms = usual_length(&times);
    if !BAR_LENGTHS_MS.contains(&length_ms) {
        return Err(fail(end, Fault::BarLength { milliseconds: length_ms }));
    }
    let grid = Some(length_ms.min(HOUR_MS)).filter(|grid| HOUR_MS.checked_rem(*grid) == Some(0));
    let is_close = stamp != Stamp::Opening;
    if is_close {
        let by = if stamp == Stamp::BitMex { ", as BitMEX does it" } else { "" };
        said.push(format!("times are those of closes{by}: each bar opens {} before", length(length_ms)));
    }
    let mut again = Again::default();
    let mut kept: Vec<(Place, Bar)> = Vec::with_capacity(rows.len());
    for row in &rows {
        let stamped_ms = grid.map_or(row.time_ms, |grid| snapped(row.time_ms, grid));
        let opens_ms = if is_close { stamped_ms.saturating_sub(length_ms) } else { stamped_ms };
        match kept.last() {
            Some((_, last)) if last.opens_ms == opens_ms => again.add(row.place, last, &bar(opens_ms, row.values)),
            _ => kept.push((row.place, bar(opens_ms, row.values))),
        }
    }
    if spikes == Spikes::Refuse {
        refuse_spikes(&kept).map_err(|(place, fault)| fail(place, fault))?;
    }
    refuse_two_lengths(&kept, length_ms).map_err(|(place, fault)| fail(place, fault))?;
    said.extend(notes(&kept, length_ms));
    said.extend(again.note());
    Ok(Bars { bars: kept.into_iter().map(|(_, bar)| bar).collect(), length_ms, duplicates: again.times, notes: said })
}

/// Bars that come again.
#[derive(Default)]
struct Again {
    times: Vec<u64>,
    first: Option<Place>,
    /// How many have other prices than the one that stays, and the first of them.
    others: usize,
    first_other: Option<Place>,
}

impl Again {
    fn add(&mut self, place: Place, stays: &Bar, again: &Bar) {
        self.times.push(again.opens_ms);
        self.first.get_or_insert(place);
        if stays != again {
            self.others = self.others.saturating_add(1);
            self.first_other.get_or_insert(place);
        }
    }

    fn note(&self) -> Option<String> {
        let (first, count, others) = (self.first?, self.times.len(), self.others);
        let at = self.first_other.map_or(String::new(), |place| format!(" (the first at {place})"));
        Some(format!(
            "bars that come again: {count}, the first at {first}, with other prices: {others}{at}; the first of each stays"
        ))
    }
}

fn bar(opens_ms: u64, [open, high, low, close]: [f64; 4]) -> Bar {
    Bar { opens_ms, open, high, low, close }
}

/// The most common distance of openings on their hours; where bars are shorter than that, the most common one by the
/// second.
fn usual_length(times: &[u64]) -> u64 {
    let usual =
        |times: &[u64], step| most_common(distances(times).map(|distance| nearest(distance, step)).filter(|d| *d > 0));
    let hours: Vec<u64> = times.iter().map(|time| snapped(*time, HOUR_MS)).collect();
    let by_the_hour = usual(&hours, JITTER_MS).filter(|length| *length >= HOUR_MS);
    by_the_hour.or_else(|| usual(times, 1_000)).unwrap_or(HOUR_MS)
}

/// Whether a row is a bar that the contracts would accept.
///
/// # Errors
/// The first of its prices that is wrong.
fn check([open, high, low, close]: [f64; 4]) -> Result<(), Fault> {
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
    // The open last: BitMEX has it outside.
    for (column, value) in [("close", close), ("open", open)] {
        if value < low || value > high {
            return Err(Fault::OutsideOfBar { column, value, low, high });
        }
    }
    Ok(())
}

/// A price is a spike when it is 100 times off the bar before or after, and nearly so off the other. At the ends there is
/// only one of them, and what counts is its price at the end that they share: it may itself fall to a hundredth.
fn refuse_spikes(bars: &[(Place, Bar)]) -> Result<(), (Place, Fault)> {
    for (index, (place, bar)) in bars.iter().enumerate() {
        let before = index.checked_sub(1).and_then(|before| bars.get(before)).map(|(_, bar)| bar);
        let after = bars.get(index.saturating_add(1)).map(|(_, bar)| bar);
        let alone = |value: f64| match (before, after) {
            (Some(before), Some(after)) => {
                let (low, high) = (before.low.min(after.low), before.high.max(after.high));
                let (higher, lower) = (before.low.max(after.low), before.high.min(after.high));
                (value >= low * SPIKE && value >= higher * NEARLY) || (value * SPIKE <= high && value * NEARLY <= lower)
            }
            (Some(Bar { close: beside, .. }), None) | (None, Some(Bar { open: beside, .. })) => {
                value >= beside * NEARLY || value * NEARLY <= *beside
            }
            (None, None) => false,
        };
        let prices = [("open", bar.open), ("high", bar.high), ("low", bar.low), ("close", bar.close)];
        if let Some((column, value)) = prices.into_iter().find(|(_, value)| alone(*value)) {
            let beside = || before.into_iter().chain(after);
            let low = beside().map(|bar| bar.low).fold(f64::INFINITY, f64::min);
            let high = beside().map(|bar| bar.high).fold(0.0, f64::max);
            return Err((*place, Fault::Spike { column, value, low, high }));
        }
    }
    Ok(())
}

/// So many bars in a row that are further apart, or less far, are bars of another length.
const IN_A_ROW: usize = 3;
/// Every second or third hour may be missing from a source for a while. Days among hours are days.
const OTHER_LENGTH: u64 = 4;

/// What is known at the close of a bar would be known hours before, if bars of a day stood among those of an hour.
fn refuse_two_lengths(bars: &[(Place, Bar)], length_ms: u64) -> Result<(), (Place, Fault)> {
    let times: Vec<u64> = bars.iter().map(|(_, bar)| bar.opens_ms).collect();
    let distances: Vec<u64> = distances(&times).collect();
    let mut from = 0usize;
    for run in distances.chunk_by(|before, after| before == after) {
        let distance = run.first().copied().unwrap_or(length_ms);
        let is_other = distance < length_ms || distance >= length_ms.saturating_mul(OTHER_LENGTH);
        if let Some((place, _)) = bars.get(from).filter(|_| is_other && run.len() >= IN_A_ROW) {
            return Err((*place, Fault::TwoLengths { usual: length(length_ms), other: length(distance) }));
        }
        from = from.saturating_add(run.len());
    }
    Ok(())
}

fn notes(bars: &[(Place, Bar)], length_ms: u64) -> Vec<String> {
    let mut notes = vec![format!("bars of {}", length(length_ms))];
    notes.extend(largest_moves(bars));
    let times: Vec<u64> = bars.iter().map(|(_, bar)| bar.opens_ms).collect();
    let early: u64 = counted(distances(&times)).range(..length_ms).map(|(_, count)| *count).sum();
    if early > 0 {
        notes.push(format!("bars that open before the one before them has closed: {early}"));
    }
    notes.extend(missing(bars, length_ms));
    notes
}

/// From close to close; and, where a high or low is further off than that, to it.
fn largest_moves(bars: &[(Place, Bar)]) -> Option<String> {
    let largest = |price: fn(&Bar) -> f64| {
        let moves = bars.windows(2).filter_map(|pair| match pair {
            [(_, before), (place, after)] => Some((price(after) / before.close, place, after.opens_ms)),
            _ => None,
        });
        // A fall to a half is as large as a rise to the double.
        moves.max_by(|left, right| left.0.ln().abs().total_cmp(&right.0.ln().abs()))
    };
    let said = |(factor, place, opens_ms): (f64, &Place, u64)| {
        format!("{:+.2} %, {place} ({})", (factor - 1.0) * 100.0, written(opens_ms))
    };
    let (close, high, low) = (largest(|bar| bar.close)?, largest(|bar| bar.high)?, largest(|bar| bar.low)?);
    let (name, far) = if high.0.ln().abs() > low.0.ln().abs() { ("high", high) } else { ("low", low) };
    let also =
        if far.0.ln().abs() > close.0.ln().abs() { format!("; to a {name} {}", said(far)) } else { String::new() };
    Some(format!("the largest move from close to close is {}{also}", said(close)))
}

/// Bars that should stand between others.
fn missing(bars: &[(Place, Bar)], length_ms: u64) -> Option<String> {
    let gap = |pair: &[(Place, Bar)]| match pair {
        [(_, before), (place, after)] => {
            let distance = nearest(after.opens_ms.saturating_sub(before.opens_ms), length_ms);
            let missing = distance.checked_div(length_ms)?.checked_sub(1).filter(|missing| *missing > 0)?;
            Some((missing, *place, before.opens_ms, after.opens_ms))
        }
        _ => None,
    };
    let gaps: Vec<_> = bars.windows(2).filter_map(gap).collect();
    let (_, place, from, to) = gaps.first()?;
    let count: u64 = gaps.iter().map(|(missing, ..)| missing).sum();
    let (gaps, from, to) = (gaps.len(), written(*from), written(*to));
    Some(format!("bars missing: {count}, gaps: {gaps}, the first before {place}, from {from} to {to}"))
}
