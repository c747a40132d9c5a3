//! Values that hold from their time until the next: prices of another coin, ratios, yearly rates.

use std::io::Read;

use crate::bars::{self, Bar, Bars};
use crate::clock::{distances, length, most_common, snapped, written};
use crate::columns::{Kind, Order, Stamp};
use crate::fault::{DataError, Fault, Place};
use crate::rows::{Head, Row};
use crate::table::{Table, Unpacked};
use crate::{Spikes, HOUR_MS};

/// What a staked coin may sell for over what it is redeemed for.
const ACCEPTED: std::ops::RangeInclusive<f64> = 0.1..=1.5;

/// What errors call a price.
const PRICE: &str = "price";

/// A value and the time from which it is known.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Point {
    /// Milliseconds since 1970.
    pub time_ms: u64,
    #[allow(missing_docs)] // the struct says it
    pub value: f64,
}

/// The values of a file, oldest first, without repeats.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Points {
    /// At least two.
    pub points: Vec<Point>,
    /// The most common distance between two of them. For so long the last one holds.
    pub length_ms: u64,
    /// What was inferred and what is worth knowing, one line each.
    pub notes: Vec<String>,
}

impl Points {
    /// The last value known at a time; `None` before the first, and when the last one no longer holds.
    pub fn at(&self, time_ms: u64) -> Option<f64> {
        let (_, until) = self.span();
        let after = self.points.partition_point(|point| point.time_ms <= time_ms);
        self.points.get(after.checked_sub(1)?).filter(|_| time_ms < until).map(|point| point.value)
    }

    /// From the first value until the last one no longer holds, in milliseconds since 1970.
    pub fn span(&self) -> (u64, u64) {
        let time = |point: Option<&Point>| point.map_or(0, |point| point.time_ms);
        (time(self.points.first()), time(self.points.last()).saturating_add(self.length_ms))
    }

    /// The lowest and the highest value.
    pub fn range(&self) -> (f64, f64) {
        let values = || self.points.iter().map(|point| point.value);
        (values().fold(f64::INFINITY, f64::min), values().fold(f64::NEG_INFINITY, f64::max))
    }

    /// Those of a table.
    pub(crate) fn of_rows(table: &Table<1>, spikes: Spikes) -> Result<Self, (Place, Fault)> {
        let mut notes = table.notes.clone();
        let mut kept: Vec<(Place, Point)> = Vec::with_capacity(table.rows.len());
        let mut again: Option<(Place, usize)> = None;
        for Row { place, time_ms, values: [value], .. } in &table.rows {
            let point = Point { time_ms: snapped(*time_ms, HOUR_MS), value: *value };
            match kept.last().is_some_and(|(_, last)| last.time_ms == point.time_ms) {
                true => {
                    again =
                        Some((again.map_or(*place, |(first, _)| first), again.map_or(1, |(_, n)| n.saturating_add(1))))
                }
                false => kept.push((*place, point)),
            }
        }
        if spikes == Spikes::Refuse {
            let flat = |(place, point): &(Place, Point)| (*place, flat(point));
            let checked = bars::refuse_spikes(&kept.iter().map(flat).collect::<Vec<_>>());
            checked.map_err(|(place, fault)| (place, of_one_price(fault)))?;
        }
        let times: Vec<u64> = kept.iter().map(|(_, point)| point.time_ms).collect();
        let length_ms = most_common(distances(&times)).ok_or((table.end, Fault::OneRow))?;
        notes.push(format!("a row every {}, known at its time", length(length_ms)));
        notes.extend(gaps(&kept, length_ms));
        notes.extend(
            again.map(|(first, count)| {
                format!("repeated rows: {count}, the first at {first}; the first of each counts")
            }),
        );
        Ok(Points { points: kept.into_iter().map(|(_, point)| point).collect(), length_ms, notes })
    }

    /// The closes of bars, each known when its bar ends.
    fn of_bars(bars: Bars) -> Self {
        let Bars { bars, length_ms, mut notes, .. } = bars;
        let close = |bar: &Bar| Point { time_ms: bar.opens_ms.saturating_add(length_ms), value: bar.close };
        notes.push("each close is known when its bar ends".to_owned());
        Points { points: bars.iter().map(close).collect(), length_ms, notes }
    }
}

/// A bar that does not move.
fn flat(point: &Point) -> Bar {
    let Point { time_ms, value } = *point;
    Bar { opens_ms: time_ms, open: value, high: value, low: value, close: value }
}

/// A row has one price and not the four of a bar.
fn of_one_price(fault: Fault) -> Fault {
    match fault {
        Fault::Spike { value, low, high, .. } => Fault::Spike { column: PRICE, value, low, high },
        other => other,
    }
}

/// The rows missing between others, over which the row before holds.
fn gaps(kept: &[(Place, Point)], length_ms: u64) -> Option<String> {
    let gap = |pair: &[(Place, Point)]| match pair {
        [(_, before), (place, after)] => {
            let distance = after.time_ms.saturating_sub(before.time_ms);
            (distance > length_ms.saturating_add(length_ms)).then_some((distance, *place, before.time_ms))
        }
        _ => None,
    };
    let gaps: Vec<_> = kept.windows(2).filter_map(gap).collect();
    let (distance, place, from) = gaps.iter().max_by_key(|(distance, ..)| *distance)?;
    Some(format!(
        "gaps: {}, the longest of {} from {} on, before {place}; the row before holds",
        gaps.len(),
        length(*distance),
        written(*from)
    ))
}

/// The columns of prices without bars, and what tools call them. A close beside the time at which a bar opens would be
/// known before its time, and so would one beside a day.
pub const PRICES: Kind<1> = Kind {
    strict: "timestamp_ms,price",
    times: &[
        "timestampms",
        "snappedat",
        "unix",
        "unixtimestamp",
        "unixtime",
        "timestamp",
        "time",
        "datetime",
        "timeutc",
        "ts",
        "t",
    ],
    closings: &[],
    values: [&["price", "value"]],
    labels: [PRICE],
    extra: &[],
    extra_label: "",
    orders: |width| pair(width, "time, price"),
    signs: |_| Ok(Stamp::Opening),
    percent: false,
    check: |row| {
        let ([value], column) = (row.values, PRICE);
        match value {
            _ if value <= 0.0 => Err(Fault::NotPositive { column, value }),
            _ if !bars::PRICES.contains(&value) => Err(Fault::Price { column, value }),
            _ => Ok(()),
        }
    },
    is_turned: |_, _| false,
};

/// The columns of what a staked coin sells for over what it is redeemed for.
pub const RATIOS: Kind<1> = Kind {
    strict: "timestamp_ms,ratio",
    values: [&["ratio", "price", "value"]],
    labels: ["ratio"],
    orders: |width| pair(width, "time, ratio"),
    check: |row| ratio("ratio", row.values[0]),
    ..PRICES
};

/// Columns without names: two of them are time and value.
pub fn pair(width: usize, called: &'static str) -> Vec<Order<1>> {
    let order = Order { called, day: None, time: 0, values: [1], extra: None, number: None };
    (width == 2).then_some(order).into_iter().collect()
}

fn ratio(column: &'static str, value: f64) -> Result<(), Fault> {
    let (min, max) = (*ACCEPTED.start(), *ACCEPTED.end());
    match ACCEPTED.contains(&value) {
        true => Ok(()),
        false => Err(Fault::Ratio { column, value, min, max }),
    }
}

/// The values of a file: bars where it has their columns, rows of one value otherwise.
pub fn points(file: &str, text: impl Read, kind: &Kind<1>, spikes: Spikes) -> Result<Points, DataError> {
    let fail = |(place, fault)| DataError { file: file.to_owned(), place, fault };
    let unpacked = Unpacked::of(text).map_err(fail)?;
    let is_bars = |head: &Head| bars::KIND.fits(head);
    if !unpacked.head().as_ref().is_some_and(is_bars) {
        return unpacked.rows(kind).and_then(|table| Points::of_rows(&table, spikes)).map_err(fail);
    }
    let table = unpacked.rows(&bars::KIND).map_err(fail)?;
    // The columns of ratios may be those of bars as well.
    let check = |row: &Row<4>| {
        let one = Row { place: row.place, time_ms: row.time_ms, values: [row.values[3]], extra: None };
        (kind.check)(&one).map_err(|fault| fail((row.place, fault)))
    };
    table.rows.iter().try_for_each(check)?;
    Ok(Points::of_bars(bars::bars(file, table, spikes)?))
}
