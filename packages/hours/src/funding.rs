//! Reads funding rates from the rows of a file.
//!
//! A row at `T` was paid for the interval that ends at `T`, so its rate was in force since the previous row. The
//! caller, the file or else the time between payments says how long that interval is. If the previous row is further
//! away than that, payments are missing, and the rate in that time is unknown.

use crate::clock::{length, nearest, snapped, written, JITTER_MS};
use crate::columns::{Kind, Order, Stamp};
use crate::fault::{DataError, Fault, Place};
use crate::rhythm::{Rhythm, LATE_MS};
use crate::rows::Row;
use crate::table::Table;
use crate::{Spikes, HOURS_PER_YEAR, HOUR_MS};

/// Venues pay once an hour at most. Two timestamps less than half of that apart are one payment.
const ONE_PAYMENT_MS: u64 = HOUR_MS / 2;
/// No venue charges a tenth of a position in eight hours: they cap rates at 0.3 % to 4 %.
const HIGHEST_RATE: f64 = 0.1;
const OF_THE_HIGHEST_H: f64 = 8.0;
/// Intervals that a file may give, in hours.
const INTERVALS_H: std::ops::RangeInclusive<f64> = 1.0..=24.0;
/// Deribit has a rate for the last hour and one for the last eight hours.
const HOURLY: &str = "interest1h";
const OF_EIGHT_HOURS: &str = "interest8h";
const BY_NAME: [(&str, u64); 2] = [(HOURLY, HOUR_MS), (OF_EIGHT_HOURS, 8 * HOUR_MS)];
/// Drift's column with the price of the coin, by which its rates must be divided.
const DRIFT: (&str, &str) = ("oraclepricetwap", "oraclePriceTwap");
/// Tardis' column with the time of the next payment.
const TARDIS: (&str, &str) = ("fundingtimestamp", "funding_timestamp");

/// The funding rate in force over an interval.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Interval {
    /// Start, in milliseconds since 1970.
    pub from_ms: u64,
    /// End: when the rate is paid.
    pub to_ms: u64,
    /// Yearly rate, positive when longs pay.
    pub yearly: f64,
}

/// The funding rates of a file, oldest first.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Funding {
    /// One interval per payment; missing payments leave gaps.
    pub intervals: Vec<Interval>,
    /// Times of repeated payments, of which the first one counts.
    pub duplicates: Vec<u64>,
    /// What was inferred and what is worth knowing, one line each.
    pub notes: Vec<String>,
}

impl Funding {
    /// The same yearly rate at all times.
    pub fn constant(yearly: f64) -> Self {
        Funding { intervals: vec![Interval { from_ms: 0, to_ms: u64::MAX, yearly }], ..Funding::default() }
    }

    /// The yearly rate in force at a time, `None` in gaps of the file.
    pub fn at(&self, time_ms: u64) -> Option<f64> {
        let after = self.intervals.partition_point(|interval| interval.from_ms <= time_ms);
        let interval = self.intervals.get(after.checked_sub(1)?)?;
        (time_ms < interval.to_ms).then_some(interval.yearly)
    }
}

/// The columns of funding files, and what venues call them. A paid rate is preferred to a predicted one (OKX), a
/// fraction to an amount (Kraken).
pub const KIND: Kind<1> = Kind {
    strict: "timestamp_ms,funding_rate",
    times: &[
        "timestampms",
        "calctime",
        "fundingtime",
        "settletime",
        "timepoint",
        "fundingratetimestamp",
        "fundingtimestamp",
        "effectiveat",
        "unix",
        "unixtimestamp",
        "timestamp",
        "time",
        "datetime",
        "timeutc",
        "dateutc",
        "date",
        "ts",
        "t",
    ],
    closings: &[],
    values: [&[
        "realizedrate",
        "relativefundingrate",
        "lastfundingrate",
        "fundingrate",
        HOURLY,
        OF_EIGHT_HOURS,
        "rate",
        "r",
    ]],
    labels: ["funding_rate"],
    extra: &["fundingintervalhours", "intervalhours", "fundinginterval", "collectcycle"],
    extra_label: "funding_interval_hours",
    orders,
    signs,
    percent: true,
    check,
    is_turned: |_, _| false,
};

fn orders(width: usize) -> Vec<Order<1>> {
    let order = |called, rate, extra| Order { called, day: None, time: 0, values: [rate], extra, number: None };
    match width {
        2 => vec![order("time, rate", 1, None)],
        3 => vec![order("time, hours, rate", 2, Some(1)), order("time, rate, hours", 1, Some(2))],
        _ => vec![],
    }
}

/// Refuses rates in dollars per coin, which look like fractions, and predictions, which look like payments.
fn signs(names: &[String]) -> Result<Stamp, Fault> {
    let (plain, column) = DRIFT;
    let has = |name: &str| names.iter().any(|one| one == name);
    if has(TARDIS.0) && (has("timestamp") || has("localtimestamp")) {
        return Err(Fault::Foreseen { column: TARDIS.1 });
    }
    match has(plain) {
        true => Err(Fault::RatePerCoin { venue: "Drift", column }),
        false => Ok(Stamp::Opening),
    }
}

fn check(row: &Row<1>) -> Result<(), Fault> {
    let [value] = row.values;
    if value.abs() > 1.0 {
        return Err(Fault::Rate { value });
    }
    match row.extra {
        Some(hours) if !INTERVALS_H.contains(&hours) || hours.fract() != 0.0 => Err(Fault::Interval { hours }),
        _ => Ok(()),
    }
}

/// A row of a file.
#[derive(Debug, Clone, Copy)]
struct Payment {
    place: Place,
    paid_ms: u64,
    /// A plain fraction for one interval.
    rate: f64,
    /// How long the interval is, if the file or the caller says so.
    interval_ms: Option<u64>,
    /// Whether that comes from a column, which the payments may contradict.
    by_column: bool,
}

impl Payment {
    /// How long its rate is for. A column may say eight hours although payments come every four: each is paid for the
    /// time since the previous one.
    fn length_ms(&self, index: usize, rhythm: &Rhythm) -> Option<u64> {
        let contradicts = |before: &u64| self.interval_ms.is_some_and(|said| *before < said);
        let sooner = rhythm.since_before(index).filter(|_| self.by_column).filter(contradicts);
        sooner.or(self.interval_ms).or(rhythm.around(index))
    }

    fn refuse_spike(&self, length_ms: u64) -> Result<(), Fault> {
        let highest = HIGHEST_RATE * (length_ms as f64 / HOUR_MS as f64 / OF_THE_HIGHEST_H).max(1.0);
        match self.rate.abs() > highest {
            true => {
                Err(Fault::RateSpike { value: self.rate, hours: length_ms.checked_div(HOUR_MS).unwrap_or_default() })
            }
            false => Ok(()),
        }
    }
}

/// The funding rates of a table; `interval_ms` overrides the interval that the table gives.
pub fn funding(file: &str, table: Table<1>, interval_ms: Option<u64>, spikes: Spikes) -> Result<Funding, DataError> {
    let fail = |place, fault| DataError { file: file.to_owned(), place, fault };
    let Table { rows, end, first: name, notes: mut said, .. } = table;
    let is_called = |(called, _): &(&str, u64)| name.replace('_', "").eq_ignore_ascii_case(called);
    let by_name = BY_NAME.into_iter().find(is_called).map(|(_, interval_ms)| interval_ms);
    let payment = |row: &Row<1>| {
        let Row { place, time_ms: paid_ms, values: [rate], extra } = *row;
        let by_column = extra.map(|hours| (hours as u64).saturating_mul(HOUR_MS));
        let by_column = by_column.filter(|_| interval_ms.is_none());
        let said_ms = interval_ms.or(by_column).or(by_name);
        Payment { place, paid_ms, rate, interval_ms: said_ms, by_column: by_column.is_some() }
    };
    let (kept, repeated) = once(&rows.iter().map(payment).collect::<Vec<_>>());
    let Some(first) = kept.first() else {
        return Err(fail(end, Fault::Empty));
    };
    let times: Vec<u64> = kept.iter().map(|payment| payment.paid_ms).collect();
    let rhythm = Rhythm::of(&times);
    let source = match first.interval_ms {
        _ if interval_ms.is_some() => "as given",
        Some(_) => "as the file says",
        None => "by the rhythm of the payments",
    };
    let mut notes = Notes { source, ..Notes::default() };
    let mut intervals = Vec::with_capacity(kept.len());
    let mut before: Option<&Payment> = None;
    for (index, payment) in kept.iter().enumerate() {
        let length_ms = payment.length_ms(index, &rhythm).ok_or_else(|| fail(first.place, rhythm.fault()))?;
        if spikes == Spikes::Refuse {
            payment.refuse_spike(length_ms).map_err(|fault| fail(payment.place, fault))?;
        }
        notes.length(payment, length_ms);
        // A rate for eight hours may be paid every hour.
        let around = rhythm.around(index).filter(|_| !payment.by_column);
        let known_ms = around.map_or(length_ms, |around| around.min(length_ms));
        let known_from = payment.paid_ms.saturating_sub(known_ms);
        let from_ms = match before {
            Some(before) if before.paid_ms.saturating_add(LATE_MS) < known_from => {
                notes.gap(before, payment, known_ms);
                known_from
            }
            Some(before) => before.paid_ms,
            None => known_from,
        };
        let yearly = payment.rate * HOURS_PER_YEAR / (length_ms as f64 / HOUR_MS as f64);
        intervals.push(Interval { from_ms, to_ms: payment.paid_ms, yearly });
        before = Some(payment);
    }
    notes.refuse_column(kept.len()).map_err(|(place, fault)| fail(place, fault))?;
    let duplicates = repeated.iter().map(|payment| payment.paid_ms).collect();
    said.extend(notes.written(&kept, &intervals, &repeated));
    Ok(Funding { intervals, duplicates, notes: said })
}

/// Splits payments into the first of each, moved to its hour, and the repeated ones.
fn once(payments: &[Payment]) -> (Vec<Payment>, Vec<Payment>) {
    let (mut kept, mut repeated): (Vec<Payment>, Vec<Payment>) = (Vec::with_capacity(payments.len()), vec![]);
    for payment in payments {
        let payment = Payment { paid_ms: snapped(payment.paid_ms, HOUR_MS), ..*payment };
        let again = |last: &Payment| payment.paid_ms < last.paid_ms.saturating_add(ONE_PAYMENT_MS);
        match kept.last().is_some_and(again) {
            true => repeated.push(payment),
            false => kept.push(payment),
        }
    }
    (kept, repeated)
}

/// Collects the notes on a file.
#[derive(Default)]
struct Notes {
    /// Where the intervals come from.
    source: &'static str,
    lengths: Vec<u64>,
    gaps: u64,
    missing: u64,
    first_gap: Option<String>,
    /// How many payments come sooner than their column says.
    sooner: usize,
    /// The first of them: its place, the interval in the column, the time since the previous payment.
    first_sooner: Option<(Place, u64, u64)>,
}

impl Notes {
    fn length(&mut self, payment: &Payment, length_ms: u64) {
        self.lengths.push(length_ms);
        if let Some(said_ms) = payment.interval_ms.filter(|said_ms| *said_ms != length_ms) {
            self.sooner = self.sooner.saturating_add(1);
            self.first_sooner.get_or_insert((payment.place, said_ms, length_ms));
        }
    }

    /// If most payments contradict the column, there is no telling which one is right.
    fn refuse_column(&self, payments: usize) -> Result<(), (Place, Fault)> {
        match self.first_sooner {
            Some((place, said_ms, paid_ms)) if self.sooner.saturating_mul(2) > payments.saturating_sub(1) => {
                Err((place, Fault::IntervalColumn { said: length(said_ms), paid: length(paid_ms) }))
            }
            _ => Ok(()),
        }
    }

    fn gap(&mut self, before: &Payment, after: &Payment, every_ms: u64) {
        let distance = after.paid_ms.saturating_sub(before.paid_ms);
        let payments = nearest(distance, every_ms).checked_div(every_ms).unwrap_or_default();
        self.gaps = self.gaps.saturating_add(1);
        self.missing = self.missing.saturating_add(payments.saturating_sub(1));
        let (from, to) = (written(before.paid_ms), written(after.paid_ms));
        self.first_gap.get_or_insert_with(|| format!("{}, from {from} to {to}", after.place));
    }

    fn written(self, kept: &[Payment], intervals: &[Interval], repeated: &[Payment]) -> Vec<String> {
        let ends = self.lengths.iter().min().zip(self.lengths.iter().max());
        let each = ends.map(|(min, max)| match min == max {
            true => length(*max),
            false => format!("{} to {}", length(*min), length(*max)),
        });
        let each = each.unwrap_or_default();
        let (source, mean) = (self.source, mean(intervals) * 100.0);
        let mut notes = vec![format!("rates for {each} each, {source}; {mean:+.2} % a year in the mean")];
        if let Some((place, said_ms, paid_ms)) = self.first_sooner {
            let (count, said, paid) = (self.sooner, length(said_ms), length(paid_ms));
            notes.push(format!(
                "payments sooner than the file says: {count}, the first at {place} after {paid} instead of {said}; each \
                counts for the time since the previous one, unless --funding-interval says otherwise"
            ));
        }
        notes.extend(late(kept));
        if let Some(first) = self.first_gap {
            let (missing, gaps) = (self.missing, self.gaps);
            notes.push(format!(
                "payments missing: {missing}, gaps: {gaps}, the first before {first}; no rate is known there"
            ));
        }
        if let Some(first) = repeated.first() {
            let other = |payment: &&Payment| kept_rate(kept, payment).is_some_and(|rate| rate != payment.rate);
            let others = repeated.iter().filter(other).count();
            let (count, place) = (repeated.len(), first.place);
            notes.push(format!(
                "repeated payments: {count}, the first at {place}, with another rate: {others}; the first of each counts"
            ));
        }
        notes
    }
}

/// A note on payments that are too late to be moved to their hour, but not late enough to be meant.
fn late(kept: &[Payment]) -> Option<String> {
    let by = |payment: &&Payment| payment.paid_ms.abs_diff(nearest(payment.paid_ms, HOUR_MS));
    let mut late = kept.iter().filter(|payment| by(payment) > JITTER_MS && by(payment) <= LATE_MS);
    let (place, count) = (late.next()?.place, late.count().saturating_add(1));
    Some(format!(
        "payments more than a minute off their hour: {count}, the first at {place}; each counts from its own time"
    ))
}

/// The mean rate, weighted by time.
fn mean(intervals: &[Interval]) -> f64 {
    let hours = |interval: &Interval| interval.to_ms.saturating_sub(interval.from_ms) as f64;
    let weighed: f64 = intervals.iter().map(|interval| interval.yearly * hours(interval)).sum();
    weighed / intervals.iter().map(hours).sum::<f64>().max(1.0)
}

/// The rate of the first one of a repeated payment.
fn kept_rate(kept: &[Payment], repeated: &Payment) -> Option<f64> {
    let after = kept.partition_point(|payment| payment.paid_ms <= repeated.paid_ms);
    kept.get(after.checked_sub(1)?).map(|payment| payment.rate)
}
