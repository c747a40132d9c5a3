//! Bars from the rows of a file.

use crate::clock::{counted, distances, length, most_common, nearest, snapped, written, JITTER_MS};
use crate::columns::{Kind, Order, Stamp};
use crate::fault::{DataError, Fault, Place};
use crate::rows::Row;
use crate::table::Table;
use crate::{Spikes, HOUR_MS};

/// Bars outside of a minute to a day are of no use for keepers who come hourly.
const BAR_LENGTHS_MS: std::ops::RangeInclusive<u64> = 60_000..=24 * HOUR_MS;
/// Prices that the contracts accept (quote per base).
pub const PRICES: std::ops::RangeInclusive<f64> = 1e-6..=1e9;
/// A price this many times off the bars on both sides is an error in the source.
const SPIKE: f64 = 100.0;
/// The price itself moves too, so the second neighbour may be a tenth less than [`SPIKE`] away.
const NEARLY: f64 = 90.0;

/// Number of columns in Binance's archives and responses; no other venue has as many.
const ARCHIVE: usize = 12;
/// Open and close count as swapped when that makes the jumps between bars this many times smaller.
const TURNED: f64 = 2.0;

/// One bar; prices are quote per base.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Bar {
    /// When it opens, in milliseconds since 1970.
    pub opens_ms: u64,
    #[allow(missing_docs)] // like the others below: every bar has these four
    pub open: f64,
    #[allow(missing_docs)]
    pub high: f64,
    #[allow(missing_docs)]
    pub low: f64,
    #[allow(missing_docs)]
    pub close: f64,
}

/// The bars of a file, oldest first, without repeats.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Bars {
    #[allow(missing_docs)]
    pub bars: Vec<Bar>,
    /// How long each bar lasts: the most common distance between two of them.
    pub length_ms: u64,
    /// Opening times of repeated bars, of which the first one counts.
    pub duplicates: Vec<u64>,
    /// What was inferred and what is worth knowing, one line each.
    pub notes: Vec<String>,
}

/// The columns of bars, and what venues call them.
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

/// Column orders of candles without names.
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

/// BitMEX stamps its buckets with their end. It is recognised by two columns that no other venue has.
fn signs(names: &[String]) -> Result<Stamp, Fault> {
    let has = |name: &str| names.iter().any(|one| one == name);
    let is_bitmex = has("homenotional") && has("foreignnotional");
    Ok(if is_bitmex { Stamp::BitMex } else { Stamp::Opening })
}

/// Bars open near the previous close. If they do not, but close near the previous open, then open and close are
/// swapped. A single bar does not show that.
fn is_turned(width: usize, rows: &[Row<4>]) -> bool {
    let open = |row: &Row<4>| row.values.first().copied().unwrap_or_default();
    let close = |row: &Row<4>| row.values.last().copied().unwrap_or_default();
    let jumps = |from: fn(&Row<4>) -> f64, to: fn(&Row<4>) -> f64| -> f64 {
        rows.windows(2).map(|pair| if let [a, b] = pair { (to(b) - from(a)).abs() } else { 0.0 }).sum()
    };
    width != ARCHIVE && jumps(open, close) < jumps(close, open) / TURNED
}

/// The bars of a table.
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

/// Repeated bars.
#[derive(Default)]
struct Again {
    times: Vec<u64>,
    first: Option<Place>,
    /// How many have other prices than the first one, and where the first of those is.
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
            "repeated bars: {count}, the first at {first}, with other prices: {others}{at}; the first of each counts"
        ))
    }
}

fn bar(opens_ms: u64, [open, high, low, close]: [f64; 4]) -> Bar {
    Bar { opens_ms, open, high, low, close }
}

/// The most common distance between bars, in whole hours; for bars shorter than an hour, in seconds.
pub fn usual_length(times: &[u64]) -> u64 {
    let usual =
        |times: &[u64], step| most_common(distances(times).map(|distance| nearest(distance, step)).filter(|d| *d > 0));
    let hours: Vec<u64> = times.iter().map(|time| snapped(*time, HOUR_MS)).collect();
    let by_the_hour = usual(&hours, JITTER_MS).filter(|length| *length >= HOUR_MS);
    by_the_hour.or_else(|| usual(times, 1_000)).unwrap_or(HOUR_MS)
}

/// Checks that the contracts would accept these prices.
///
/// # Errors
/// For the first price that is wrong.
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
    // The open comes last: at BitMEX it may be outside.
    for (column, value) in [("close", close), ("open", open)] {
        if value < low || value > high {
            return Err(Fault::OutsideOfBar { column, value, low, high });
        }
    }
    Ok(())
}

/// A price is a spike when it is 100 times off one neighbour and nearly as far off the other. The first and the last
/// bar have only one neighbour: there it is measured from the price at which the two meet, because a bar itself may
/// fall to a hundredth.
pub fn refuse_spikes(bars: &[(Place, Bar)]) -> Result<(), (Place, Fault)> {
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

/// This many bars in a row at another distance are bars of another length.
const IN_A_ROW: usize = 3;
/// A source may miss every second or third hour for a while; from this many hours on it has other bars, such as daily
/// ones.
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
        notes.push(format!("bars that open before the previous one closes: {early}"));
    }
    notes.extend(missing(bars, length_ms));
    notes
}

/// The largest move from close to close, and to a high or low if that is larger.
fn largest_moves(bars: &[(Place, Bar)]) -> Option<String> {
    let largest = |price: fn(&Bar) -> f64| {
        let moves = bars.windows(2).filter_map(|pair| match pair {
            [(_, before), (place, after)] => Some((price(after) / before.close, place, after.opens_ms)),
            _ => None,
        });
        // Halving is as large a move as doubling.
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

/// The bars missing between others.
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
