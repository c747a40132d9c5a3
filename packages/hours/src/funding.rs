//! Funding rates from the rows of a file.
//!
//! A row at `T` is what was paid for the interval that ends at `T`, so it was the reference in force from the row before
//! it. How long that interval is, the file or its reader says, or else the rhythm of the payments around it: where the
//! row before is further away, payments are missing, and nothing is known of their time.

use crate::clock::{counted, distances, length, most_common, nearest, snapped, written, JITTER_MS};
use crate::columns::{Kind, Order, Stamp};
use crate::fault::{DataError, Fault, Place};
use crate::table::{Row, Table};
use crate::{HOURS_PER_YEAR, HOUR_MS};

/// Venues pay every hour at the most often. Two stamps that are nearer are one payment.
const SHORTEST_INTERVAL_MS: u64 = HOUR_MS;
/// And every eight hours at the least often.
const LONGEST_INTERVAL_MS: u64 = 8 * HOUR_MS;
/// What a file may say, in hours.
const INTERVALS_H: std::ops::RangeInclusive<f64> = 1.0..=24.0;
/// Deribit's rates of the hour that ends and of the eight hours that end, and what they are for.
const HOURLY: &str = "interest1h";
const OF_EIGHT_HOURS: &str = "interest8h";
const BY_NAME: [(&str, u64); 2] = [(HOURLY, HOUR_MS), (OF_EIGHT_HOURS, 8 * HOUR_MS)];
/// Drift's price of a coin, which its rates are to be divided by.
const DRIFT: (&str, &str) = ("oraclepricetwap", "oraclePriceTwap");
/// Payments before and after one that say what the rhythm there is.
const NEIGHBOURS: usize = 3;

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
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Funding {
    /// One interval a payment; where payments are missing there is a hole.
    pub intervals: Vec<Interval>,
    /// Payments that came again; the first line stayed.
    pub duplicates: Vec<u64>,
    /// What was inferred, and what is worth knowing: a line each.
    pub notes: Vec<String>,
}

impl Funding {
    /// The same yearly rate at all times.
    pub fn constant(yearly: f64) -> Self {
        Funding { intervals: vec![Interval { from_ms: 0, to_ms: u64::MAX, yearly }], ..Funding::default() }
    }

    /// The yearly rate in force at a time, `None` where the file knows none.
    pub fn at(&self, time_ms: u64) -> Option<f64> {
        let after = self.intervals.partition_point(|interval| interval.from_ms <= time_ms);
        let interval = self.intervals.get(after.checked_sub(1)?)?;
        (time_ms < interval.to_ms).then_some(interval.yearly)
    }
}

/// Where the strict form has them, and what else they are called. What was paid goes before what was foreseen (OKX), a
/// fraction before an amount (Kraken).
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

/// Rates that are dollars for each coin would be taken for fractions.
fn signs(names: &[String]) -> Result<Stamp, Fault> {
    let (plain, column) = DRIFT;
    match names.iter().any(|name| name == plain) {
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
    /// How long that is, where the file or its reader says so.
    interval_ms: Option<u64>,
}

/// Funding of a table; `interval_ms` is how long each rate is for, whatever the table says.
pub fn funding(file: &str, table: Table<1>, interval_ms: Option<u64>) -> Result<Funding, DataError> {
    let fail = |place, fault| DataError { file: file.to_owned(), place, fault };
    let Table { rows, end, first: name, notes: mut said, .. } = table;
    let is_called = |(called, _): &(&str, u64)| name.replace('_', "").eq_ignore_ascii_case(called);
    let by_name = BY_NAME.into_iter().find(is_called).map(|(_, interval_ms)| interval_ms);
    let payment = |row: &Row<1>| {
        let Row { place, time_ms: paid_ms, values: [rate], extra } = *row;
        let by_column = extra.map(|hours| (hours as u64).saturating_mul(HOUR_MS));
        Payment { place, paid_ms, rate, interval_ms: interval_ms.or(by_column).or(by_name) }
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
        let around = rhythm.around(index);
        let length_ms = payment.interval_ms.or(around).ok_or_else(|| fail(first.place, rhythm.fault()))?;
        notes.lengths.push(length_ms);
        // A rate for eight hours may be paid every hour.
        let known_ms = around.map_or(length_ms, |around| around.min(length_ms));
        let known_from = payment.paid_ms.saturating_sub(known_ms);
        let from_ms = match before {
            Some(before) if before.paid_ms.saturating_add(JITTER_MS) < known_from => {
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
    let duplicates = repeated.iter().map(|payment| payment.paid_ms).collect();
    said.extend(notes.written(&kept, &intervals, &repeated));
    Ok(Funding { intervals, duplicates, notes: said })
}

/// Each payment once, on its hour; and those that came again.
fn once(payments: &[Payment]) -> (Vec<Payment>, Vec<Payment>) {
    let (mut kept, mut repeated): (Vec<Payment>, Vec<Payment>) = (Vec::with_capacity(payments.len()), vec![]);
    for payment in payments {
        let payment = Payment { paid_ms: snapped(payment.paid_ms, HOUR_MS), ..*payment };
        let again = |last: &Payment| payment.paid_ms < last.paid_ms.saturating_add(SHORTEST_INTERVAL_MS);
        match kept.last().is_some_and(again) {
            true => repeated.push(payment),
            false => kept.push(payment),
        }
    }
    (kept, repeated)
}

/// How far payments are apart, as far as that may be an interval.
struct Rhythm {
    /// From each payment to the next, in whole hours where it is that but for a minute.
    distances: Vec<u64>,
    /// Of the whole file.
    usual: Option<u64>,
}

impl Rhythm {
    fn of(times: &[u64]) -> Self {
        let distances: Vec<u64> = distances(times).map(|distance| snapped(distance, HOUR_MS)).collect();
        let usual = most_common(distances.iter().copied().filter(may_be_interval));
        Rhythm { distances, usual }
    }

    /// The interval that ends with a payment: the distance to the one before, unless a shorter one is more common around
    /// it. Of the first payment, what is most common after it.
    fn around(&self, index: usize) -> Option<u64> {
        let own = index.checked_sub(1).and_then(|before| self.distances.get(before)).copied();
        let from = index.saturating_sub(NEIGHBOURS.saturating_add(1));
        let near = self.distances.iter().skip(from).take(index.saturating_sub(from).saturating_add(NEIGHBOURS));
        let counts = counted(near.copied().filter(may_be_interval));
        let count = |distance: u64| counts.get(&distance).copied().unwrap_or_default();
        let common = counts.iter().max_by(|left, right| left.1.cmp(right.1).then(right.0.cmp(left.0)));
        let common = common.map(|(distance, _)| *distance).or(self.usual);
        match (own.filter(may_be_interval), common) {
            (Some(own), Some(common)) if own < common || count(own) == count(common) => Some(own),
            (_, common) => common,
        }
    }

    fn fault(&self) -> Fault {
        match most_common(self.distances.iter().copied()) {
            Some(distance) => {
                Fault::Rhythm { minutes: nearest(distance, 60_000).checked_div(60_000).unwrap_or_default() }
            }
            None => Fault::OnePayment,
        }
    }
}

fn may_be_interval(distance: &u64) -> bool {
    let whole = distance.checked_rem(HOUR_MS) == Some(0);
    whole && (SHORTEST_INTERVAL_MS..=LONGEST_INTERVAL_MS).contains(distance)
}

/// What is said of a file.
#[derive(Default)]
struct Notes {
    /// Where intervals are from.
    source: &'static str,
    lengths: Vec<u64>,
    gaps: u64,
    missing: u64,
    first_gap: Option<String>,
}

impl Notes {
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
        let each = ends.map(|(least, most)| match least == most {
            true => length(*most),
            false => format!("{} to {}", length(*least), length(*most)),
        });
        let each = each.unwrap_or_default();
        let (source, mean) = (self.source, mean(intervals) * 100.0);
        let mut notes = vec![format!("rates for {each} each, {source}; {mean:+.2} % a year in the mean")];
        if let Some(first) = self.first_gap {
            let (missing, gaps) = (self.missing, self.gaps);
            notes.push(format!("payments missing: {missing}, gaps: {gaps}, the first before {first}; no rate there"));
        }
        if let Some(first) = repeated.first() {
            let other = |payment: &&Payment| kept_rate(kept, payment).is_some_and(|rate| rate != payment.rate);
            let others = repeated.iter().filter(other).count();
            let (count, place) = (repeated.len(), first.place);
            notes.push(format!(
                "payments that come again: {count}, the first at {place}, with another rate: {others}; the first of each stays"
            ));
        }
        notes
    }
}

/// Weighed by time.
fn mean(intervals: &[Interval]) -> f64 {
    let hours = |interval: &Interval| interval.to_ms.saturating_sub(interval.from_ms) as f64;
    let weighed: f64 = intervals.iter().map(|interval| interval.yearly * hours(interval)).sum();
    weighed / intervals.iter().map(hours).sum::<f64>().max(1.0)
}

/// The rate of the payment that stayed.
fn kept_rate(kept: &[Payment], repeated: &Payment) -> Option<f64> {
    let after = kept.partition_point(|payment| payment.paid_ms <= repeated.paid_ms);
    kept.get(after.checked_sub(1)?).map(|payment| payment.rate)
}
