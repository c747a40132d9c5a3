//! Reads a document with a choice of columns, and decides between choices if the columns have no names.

use std::borrow::Cow;

use crate::columns::{Columns, Kind, Stamp};
use crate::document::Document;
use crate::fault::{Fault, Place, Unit};
use crate::numbers::{Evidence, Style};
use crate::rows::Row;
use crate::shown::shown;
use crate::times;
use crate::HOUR_MS;

/// Suffix of the time column in the strict form: always milliseconds.
const STRICT: &str = "_ms";
const TIMESTAMP: &str = "timestamp_ms";
const NUMBER: &str = "volume";
/// Minutes in 19 years.
const MAX_ROWS: usize = 10_000_000;
const YEAR_2000: &str = "2000-01-01";

/// The rows as read with one choice of columns.
pub struct Reading<const N: usize> {
    /// In the order of the file.
    pub rows: Vec<Row<N>>,
    /// The place of the last row.
    pub end: Place,
    /// Name of the first value's column; empty if columns have no names.
    pub first: String,
    pub stamp: Stamp,
    /// The assumed order, if columns have no names.
    pub order: Option<&'static str>,
    pub notes: Vec<String>,
}

/// Reads a document. Columns without names may have several orders: only one of them may fit every row, or all that do
/// must give the same rows.
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
            // Report the error of the order that fits the most rows: it is probably the one that was meant.
            (Err((place, fault)), _) => {
                if wrong.as_ref().map_or(true, |(before, _)| (before.line, before.entry) < (place.line, place.entry)) {
                    wrong = Some((place, named(fault, columns.order.filter(|_| is_choice), kind.strict)));
                }
            }
        }
    }
    if let Some(reading) = found.as_mut().filter(|_| is_choice && fit == 1) {
        reading.notes.push("no other known order of columns fits the file".to_owned());
    }
    found.ok_or_else(|| wrong.unwrap_or((document.begins(), Fault::Empty)))
}

/// Names the assumed order in errors that a wrong order may cause.
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

/// A file must be about one coin at one venue: rows of another would count as its hours, or as repeated ones.
fn is_same(column: &str, before: &mut String, name: &str) -> Result<(), Fault> {
    if before.is_empty() {
        name.clone_into(before);
    }
    match name.is_empty() || before == name {
        true => Ok(()),
        false => Err(Fault::ManyNames { column: shown(column), first: shown(before), second: shown(name) }),
    }
}

/// How the numbers of a table are written; in JSON there is only one way.
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
    /// Whether values have a percent sign, and how many do.
    percent: Option<(bool, u64)>,
    /// Rows with a fault that their venue always publishes.
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
        if self.rows.len() == MAX_ROWS {
            return Err(Fault::ManyRows { max: MAX_ROWS });
        }
        let row = Row { place, time_ms, values, extra };
        match (self.kind.check)(&row) {
            Err(fault) if self.columns.accepts(&fault) => self.accepted = self.accepted.saturating_add(1),
            checked => checked?,
        }
        self.rows.push(row);
        Ok(())
    }

    /// Either all rates have a percent sign or none: 0.01 would be a hundred times 0.01 %.
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

    /// The time of a line, which must have the same unit as those before it. Some files have the day in its own column.
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
            Some((true, count)) => notes.push(format!("rates in percent: {count}")),
            _ if self.columns.percent => notes.push("rates in percent, as the name of their column says".to_owned()),
            _ => {}
        }
        if self.accepted > 0 {
            let count = self.accepted;
            notes.push(format!("opens outside of their bars, because BitMEX opens at the previous close: {count}"));
        }
        notes
    }
}

/// A time in the strict form.
fn milliseconds(text: &str) -> Result<u64, Fault> {
    let found = text.parse().map_err(|_| not_a_number(TIMESTAMP, text))?;
    match times::MILLISECONDS.contains(&found) {
        true => Ok(found),
        false => Err(Fault::Timestamp { found }),
    }
}

/// The value of the optional column: a number, a number of hours, or true or false.
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
