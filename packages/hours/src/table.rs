//! The rows of a file in the one strict form: their times in milliseconds, in their order, and the numbers asked for.

use std::borrow::Cow;
use std::io::Read;

use crate::columns::{Columns, Kind};
use crate::document::Document;
use crate::fault::{DataError, Fault, Place, Unit};
use crate::times;
use crate::unpack::unpack;
use crate::HOUR_MS;

/// What the strict form calls its times: they are in milliseconds and nothing else.
const STRICT: &str = "_ms";
const TIMESTAMP: &str = "timestamp_ms";
const YEAR_2000: &str = "2000-01-01";

/// A row: its time and its numbers.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Row<const N: usize> {
    /// Where it stands.
    pub place: Place,
    /// Milliseconds since 1970.
    pub time_ms: u64,
    /// In the order of the kind.
    pub values: [f64; N],
    /// Of the column that not every file has.
    pub extra: Option<f64>,
}

/// All rows of a file.
pub struct Table<const N: usize> {
    /// From the oldest to the newest.
    pub rows: Vec<Row<N>>,
    /// Where the file ends.
    pub end: Place,
    /// Name of the column that the first value is from; empty where there are no names.
    pub first: String,
    /// What was inferred, a line each.
    pub notes: Vec<String>,
}

/// Reads a file of a kind.
pub fn read<const N: usize>(file: &str, text: impl Read, kind: &Kind<N>) -> Result<Table<N>, DataError> {
    read_rows(text, kind).map_err(|(place, fault)| DataError { file: file.to_owned(), place, fault })
}

fn read_rows<const N: usize>(text: impl Read, kind: &Kind<N>) -> Result<Table<N>, (Place, Fault)> {
    let (bytes, unpacked) = unpack(text).map_err(|fault| (Place::line(1), fault))?;
    let text = utf8(&bytes)?.trim_start_matches('\u{feff}');
    let document = Document::open(text).map_err(|(place, fault)| (place, kind.expecting(fault)))?;
    let columns = Columns::choose(document.head(), kind).map_err(|fault| (document.begins(), fault))?;
    let mut reader = Reader { kind, columns: &columns, is_strict: false, unit: None, percent: 0, rows: vec![] };
    reader.is_strict = document.head().name(columns.time).to_ascii_lowercase().ends_with(STRICT);
    let end = document.each(&columns.all(), &mut |place, cells| reader.take(place, cells))?;
    let Reader { is_strict, unit, percent, mut rows, .. } = reader;
    let mut notes: Vec<String> = unpacked.into_iter().chain(document.notes().iter().cloned()).collect();
    notes.extend(columns.note(document.head()));
    if columns.is_positional {
        notes.extend((kind.other_order)(&mut rows));
    }
    notes.extend(unit.filter(|_| !is_strict).map(|unit| format!("times {unit}")));
    if percent > 0 {
        notes.push(format!("rates in per cent: {percent}"));
    }
    for row in &rows {
        (kind.check)(row).map_err(|fault| (row.place, fault))?;
    }
    notes.extend(in_order(&mut rows)?);
    Ok(Table { rows, end, first: columns.first(document.head()), notes })
}

fn utf8(bytes: &[u8]) -> Result<&str, (Place, Fault)> {
    std::str::from_utf8(bytes).map_err(|error| {
        let good = bytes.get(..error.valid_up_to()).unwrap_or_default();
        let line = good.iter().filter(|byte| **byte == b'\n').count() as u64;
        (Place::line(line.saturating_add(1)), Fault::Unreadable(error.to_string()))
    })
}

struct Reader<'k, const N: usize> {
    kind: &'k Kind<N>,
    columns: &'k Columns<N>,
    is_strict: bool,
    unit: Option<Unit>,
    /// Values with a sign of per cent.
    percent: u64,
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
        self.rows.push(Row { place, time_ms, values, extra });
        Ok(())
    }

    fn value(&mut self, column: &'static str, text: &str) -> Result<f64, Fault> {
        match text.strip_suffix('%').filter(|_| self.kind.percent) {
            Some(percent) => {
                self.percent = self.percent.saturating_add(1);
                number(column, percent.trim_end()).map(|value| value / 100.0)
            }
            None => number(column, text),
        }
    }

    /// The time of a line, which must be of the same unit as those before it. Some files have the day in a column of its
    /// own.
    fn time(&mut self, text: &str, day: Option<&str>) -> Result<u64, Fault> {
        let with_day = || times::parse(&format!("{} {text}", day?));
        let parsed = times::parse(text).or_else(with_day);
        let (unit, time) = parsed.ok_or_else(|| Fault::NoTime { text: text.to_owned() })?;
        match self.unit.replace(unit) {
            Some(before) if before != unit => Err(Fault::MixedTimes { found: unit, before }),
            _ => Ok(time),
        }
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
    match text {
        "true" => Ok(1.0),
        "false" => Ok(0.0),
        // BitMEX writes 8 hours as 2000-01-01T08:00:00.000Z.
        _ if text.starts_with(YEAR_2000) => {
            let since =
                times::parse(text).zip(times::parse(YEAR_2000)).map(|((_, time), (_, start))| time.abs_diff(start));
            since.map(|time| time as f64 / HOUR_MS as f64).ok_or_else(|| not_a_number(column, text))
        }
        _ => number(column, text.strip_suffix('h').unwrap_or(text)),
    }
}

fn number(column: &'static str, text: &str) -> Result<f64, Fault> {
    let value = text.parse::<f64>().ok().filter(|value| value.is_finite());
    value.ok_or_else(|| not_a_number(column, text))
}

fn not_a_number(column: &'static str, text: &str) -> Fault {
    Fault::NotANumber { column, text: text.to_owned() }
}

/// Turns rows that go backwards around. Equal times may stand beside each other, anything else must be in order.
fn in_order<const N: usize>(rows: &mut [Row<N>]) -> Result<Option<String>, (Place, Fault)> {
    let count = |is: fn(u64, u64) -> bool| {
        rows.windows(2).filter(|pair| matches!(pair, [a, b] if is(a.time_ms, b.time_ms))).count()
    };
    let backwards = count(|before, after| after < before) > count(|before, after| after > before);
    for pair in rows.windows(2) {
        let [before, row] = pair else { continue };
        let wrong = if backwards { row.time_ms > before.time_ms } else { row.time_ms < before.time_ms };
        if wrong {
            return Err((row.place, Fault::OutOfOrder { found: row.time_ms, before: before.time_ms }));
        }
    }
    if backwards {
        rows.reverse();
    }
    Ok(backwards.then(|| "the newest line is the first: read from the last one on".to_owned()))
}
