//! Reads a file into rows: times in milliseconds, ascending, and the requested numbers.

use std::io::Read;

use crate::columns::{Kind, Stamp};
use crate::document::Document;
use crate::fault::{DataError, Fault, Place};
use crate::reading;
use crate::rows::{Head, Row};
use crate::shown::plain;
use crate::text::decode;
use crate::unpack::unpack;

/// Longer notes, such as one with all columns of a wide table, are cut.
const MAX_NOTE: usize = 500;

/// All rows of a file.
pub struct Table<const N: usize> {
    /// Oldest first.
    pub rows: Vec<Row<N>>,
    /// The place of the last row.
    pub end: Place,
    /// Name of the first value's column; empty if columns have no names.
    pub first: String,
    pub stamp: Stamp,
    pub notes: Vec<String>,
}

pub fn read<const N: usize>(file: &str, text: impl Read, kind: &Kind<N>) -> Result<Table<N>, DataError> {
    let table = Unpacked::of(text).and_then(|unpacked| unpacked.rows(kind));
    table.map_err(|(place, fault)| DataError { file: file.to_owned(), place, fault })
}

/// The bytes of a file, which may be read as one kind or another.
pub struct Unpacked {
    bytes: Vec<u8>,
    note: Option<String>,
}

impl Unpacked {
    pub fn of(text: impl Read) -> Result<Self, (Place, Fault)> {
        let (bytes, note) = unpack(text).map_err(|fault| (Place::line(1), fault))?;
        Ok(Unpacked { bytes, note })
    }

    /// What is known of the columns; none if this is no table.
    pub fn head(&self) -> Option<Head> {
        let (text, _) = decode(&self.bytes).ok()?;
        Document::open(&text).ok().map(|document| document.head().clone())
    }

    pub fn rows<const N: usize>(&self, kind: &Kind<N>) -> Result<Table<N>, (Place, Fault)> {
        rows(self, kind)
    }
}

fn rows<const N: usize>(file: &Unpacked, kind: &Kind<N>) -> Result<Table<N>, (Place, Fault)> {
    let (text, decoded) = decode(&file.bytes)?;
    let document = Document::open(&text).map_err(|(place, fault)| (place, kind.expecting(fault)))?;
    let mut reading = reading::only(&document, kind)?;
    let unpacked = file.note.clone();
    let mut notes: Vec<String> = unpacked.into_iter().chain(decoded).chain(document.notes().iter().cloned()).collect();
    notes.extend(reading.notes);
    notes.extend(in_order(&mut reading.rows)?);
    let is_turned = || (kind.is_turned)(document.head().width(), &reading.rows);
    if let Some(order) = reading.order.filter(|_| is_turned()) {
        return Err((document.begins(), Fault::Turned { order, expected: kind.strict }));
    }
    let notes = notes.iter().map(|note| one_line(note)).collect();
    Ok(Table { rows: reading.rows, end: reading.end, first: reading.first, stamp: reading.stamp, notes })
}

/// Notes quote the file, which may contain any characters.
fn one_line(note: &str) -> String {
    let whole = plain(note);
    let mut line: String = whole.chars().take(MAX_NOTE).collect();
    if whole.len() > line.len() {
        line.push('…');
    }
    line
}

/// Reverses rows that go backwards. Consecutive rows may have the same time; otherwise they must be in order.
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
        // A stable sort: of equal times the first line stays first.
        rows.sort_by_key(|row| row.time_ms);
    }
    Ok(backwards.then(|| "the newest line is the first: read in reverse".to_owned()))
}
