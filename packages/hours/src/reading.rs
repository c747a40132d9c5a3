//! A document read by one choice of its columns, and which choice it is where columns have no names.

use std::borrow::Cow;

use crate::columns::{Columns, Kind, Stamp};
use crate::document::Document;
use crate::fault::{Fault, Place, Unit};
use crate::numbers::{Evidence, Style};
use crate::rows::Row;
use crate::shown::shown;
use crate::times;
use crate::HOUR_MS;

/// What the strict form calls its times: they are in milliseconds and nothing else.
const STRICT: &str = "_ms";
const TIMESTAMP: &str = "timestamp_ms";
const NUMBER: &str = "volume";
/// Minutes of 19 years.
const MOST_ROWS: usize = 10_000_000;
const YEAR_2000: &str = "2000-01-01";

/// The rows by a choice of columns.
pub struct Reading<const N: usize> {
    /// As they stand.
    pub rows: Vec<Row<N>>,
    /// Where the file ends.
    pub end: Place,
    /// Name of the column that the first value is from; empty where there are no names.
    pub first: String,
    /// What the times are.
    pub stamp: Stamp,
    /// The order that was taken where columns have no names.
    pub order: Option<&'static str>,
    /// What was inferred.
    pub notes: Vec<String>,
}

/// The only reading of a document. Columns without names may have several orders: in one alone every row must be right, or
/// all that are right must say the same.
pub fn only<const N: usize>(document: &Document<'_>, kind: &Kind<N>) -> Result<Reading<N>, (Place, Fault)> {
    let choices = Columns::choose(document.head(), kind).map_err(|fault| (document.begins(), fault))?;
    let is_choice = choices.len() > 1;
    let mut found: Option<Reading<N>> = None;
    let mut fit = 0usize;
    let mut wrong: Option<(Place, Fault)> = None;
    for columns in choices {
        let reading = Reading::of(document, kind, &columns);
        fit = fit.saturating_add(usize::from(reading.is_ok()));
        match (reading, &found) {
            (Ok(reading), None) => found = Some(reading),
            (Ok(reading), Some(other)) if reading.rows != other.rows => {
                let [first, second] = [other.order, reading.order].map(Option::unwrap_or_default);
                return Err((document.begins(), Fault::TwoOrders { first, second, expected: kind.strict }));
            }
            (Ok(_), Some(_)) => {}
            // The order that is right for the most rows is the one that was meant.
            (Err((place, fault)), _) => {
                if wrong.as_ref().map_or(true, |(before, _)| (before.line, before.entry) < (place.line, place.entry)) {
                    wrong = Some((place, named(fault, columns.order.filter(|_| is_choice), kind.strict)));
                }
            }
        }
    }
    if let Some(reading) = found.as_mut().filter(|_| is_choice && fit == 1) {
        reading.notes.push("no other order of columns that venues have fits the file".to_owned());
    }
    found.ok_or_else(|| wrong.unwrap_or((document.begins(), Fault::Empty)))
}

/// What is wrong with the shape of a row may be the order of its columns.
fn named(fault: Fault, order: Option<&'static str>, expected: &'static str) -> Fault {
    match (order, &fault) {
        (
            Some(order),
            Fault::HighBelowLow { .. } | Fault::OutsideOfBar { .. } | Fault::Rate { .. } | Fault::Interval { .. },
        ) => Fault::InOrder { fault: Box::new(fault), order, expected },
        _ => fault,
    }
}

impl<const N: usize> Reading<N> {
    fn of(document: &Document<'_>, kind: &Kind<N>, columns: &Columns<N>) -> Result<Self, (Place, Fault)> {
        let style = style(document, columns)?;
        let is_strict = document.head().name(columns.time).to_ascii_lowercase().ends_with(STRICT);
        let mut reader =
            Reader { kind, columns, style, is_strict, unit: None, percent: None, accepted: 0, rows: vec![] };
        let used = columns.all();
        let mut whose = vec![String::new(); columns.whose.len()];
        let wanted: Vec<usize> = used.iter().chain(&columns.whose).copied().collect();
        let end = document.each(&wanted, &mut |place, cells| {
            let (cells, names) = cells.split_at_checked(used.len()).unwrap_or((cells, &[]));
            let column = |place: usize| columns.whose.get(place).map_or("", |column| document.head().name(*column));
            for (place, (name, before)) in names.iter().zip(&mut whose).enumerate() {
                is_same(column(place), before, name.trim())?;
            }
            reader.take(place, cells)
        })?;
        let mut notes: Vec<String> = columns.note(document.head()).into_iter().collect();
        notes.extend(reader.notes());
        let first = columns.first(document.head());
        Ok(Reading { rows: reader.rows, end, first, stamp: columns.stamp, order: columns.order, notes })
    }
}

/// A file is of one coin at one venue: rows of another would be taken for its hours, or for the same ones again.
fn is_same(column: &str, before: &mut String, name: &str) -> Result<(), Fault> {
    if before.is_empty() {
        name.clone_into(before);
    }
    match name.is_empty() || before == name {
        true => Ok(()),
        false => Err(Fault::ManyNames { column: shown(column), first: shown(before), second: shown(name) }),
    }
}

/// How the numbers of a table are written; nobody writes JSON in any other way than one.
fn style<const N: usize>(document: &Document<'_>, columns: &Columns<N>) -> Result<Style, (Place, Fault)> {
    if !document.may_have_commas() {
        return Ok(Style::Plain);
    }
    let mut evidence = Evidence::default();
    let mut unclear = document.begins();
    document.each(&columns.values, &mut |place, cells| {
        let was_unclear = evidence.is_unclear();
        cells.iter().try_for_each(|cell| evidence.add(cell.trim()))?;
        if evidence.is_unclear() && !was_unclear {
            unclear = place;
        }
        Ok(())
    })?;
    evidence.style().map_err(|fault| (unclear, fault))
}

struct Reader<'k, const N: usize> {
    kind: &'k Kind<N>,
    columns: &'k Columns<N>,
    style: Style,
    is_strict: bool,
    unit: Option<Unit>,
    /// Whether values have a sign of per cent, and how many do.
    percent: Option<(bool, u64)>,
    /// Rows that are wrong as their venue publishes them.
    accepted: u64,
    rows: Vec<Row<N>>,
}

impl<const N: usize> Reader<'_, N> {
    fn take(&mut self, place: Place, cells: &[Cow<'_, str>]) -> Result<(), Fault> {
        let cell = |index: usize| cells.get(index).map_or("", |cell| cell.trim());
        let time_ms = match self.is_strict {
            true => milliseconds(cell(0))?,
            false => self.time(cell(0), self.columns.day.map(|_| cell(1)))?,
        };
        let first = 1usize.saturating_add(usize::from(self.columns.day.is_some()));
        let mut values = [0.0; N];
        for (index, (value, column)) in values.iter_mut().zip(self.kind.labels).enumerate() {
            *value = self.value(column, cell(first.saturating_add(index)))?;
        }
        let extra =
            self.columns.extra.map(|_| extra(self.kind.extra_label, cell(first.saturating_add(N)))).transpose()?;
        if self.columns.number.is_some() {
            self.value(NUMBER, cells.last().map_or("", |cell| cell.trim()))?;
        }
        if self.rows.len() == MOST_ROWS {
            return Err(Fault::ManyRows { most: MOST_ROWS });
        }
        let row = Row { place, time_ms, values, extra };
        match (self.kind.check)(&row) {
            Err(fault) if self.columns.accepts(&fault) => self.accepted = self.accepted.saturating_add(1),
            checked => checked?,
        }
        self.rows.push(row);
        Ok(())
    }

    /// Rates with a sign of per cent stand beside none without one: 0.01 would be a hundred times 0.01 %.
    fn value(&mut self, column: &'static str, text: &str) -> Result<f64, Fault> {
        let number = |text: &str| self.style.parse(text).ok_or_else(|| not_a_number(column, text));
        let Some(percent) = text.strip_suffix('%').filter(|_| self.kind.percent) else {
            let value = number(text)?;
            if value != 0.0 && self.percent.replace((false, 0)).is_some_and(|(percent, _)| percent) {
                return Err(Fault::MixedPercent { text: shown(text) });
            }
            return Ok(if self.columns.percent { value / 100.0 } else { value });
        };
        let value = number(percent.trim_end())?;
        match self.percent {
            Some((false, _)) => Err(Fault::MixedPercent { text: shown(text) }),
            before => {
                self.percent = Some((true, before.map_or(1, |(_, count)| count.saturating_add(1))));
                Ok(value / 100.0)
            }
        }
    }

    /// The time of a line, which must be of the same unit as those before it. Some files have the day in a column of its
    /// own.
    fn time(&mut self, text: &str, day: Option<&str>) -> Result<u64, Fault> {
        let with_day = || times::parse(&format!("{} {text}", day?));
        let parsed = times::parse(text).or_else(with_day);
        let (unit, time) = parsed.ok_or_else(|| match times::is_day_or_month_first(day.unwrap_or(text)) {
            true => Fault::DayOrMonth { text: shown(day.unwrap_or(text)) },
            false => Fault::NoTime { text: shown(text) },
        })?;
        match self.unit.replace(unit) {
            Some(before) if before != unit => Err(Fault::MixedTimes { found: unit, before }),
            _ => Ok(time),
        }
    }

    fn notes(&self) -> Vec<String> {
        let mut notes: Vec<String> = self.unit.iter().map(|unit| format!("times {unit}")).collect();
        notes.extend(self.style.note());
        match self.percent {
            Some((true, count)) => notes.push(format!("rates in per cent: {count}")),
            _ if self.columns.percent => notes.push("rates in per cent, as the name of their column says".to_owned()),
            _ => {}
        }
        if self.accepted > 0 {
            let count = self.accepted;
            notes.push(format!("opens outside of their bars, as BitMEX opens at the close before: {count}"));
        }
        notes
    }
}

/// A time of the strict form.
fn milliseconds(text: &str) -> Result<u64, Fault> {
    let found = text.parse().map_err(|_| not_a_number(TIMESTAMP, text))?;
    match times::MILLISECONDS.contains(&found) {
        true => Ok(found),
        false => Err(Fault::Timestamp { found }),
    }
}

/// A number, a number of hours, or whether something is so.
fn extra(column: &'static str, text: &str) -> Result<f64, Fault> {
    let number = |text: &str| Style::Plain.parse(text).ok_or_else(|| not_a_number(column, text));
    match text {
        "true" => Ok(1.0),
        "false" => Ok(0.0),
        // BitMEX writes 8 hours as 2000-01-01T08:00:00.000Z.
        _ if text.starts_with(YEAR_2000) => {
            let since =
                times::parse(text).zip(times::parse(YEAR_2000)).map(|((_, time), (_, start))| time.abs_diff(start));
            since.map(|time| time as f64 / HOUR_MS as f64).ok_or_else(|| not_a_number(column, text))
        }
        _ => number(text.strip_suffix('h').unwrap_or(text)),
    }
}

fn not_a_number(column: &'static str, text: &str) -> Fault {
    Fault::NotANumber { column, text: shown(text) }
}
