//! Tables with a separator: comma, semicolon or tab, quotes or none.

use std::borrow::Cow;

use csv::{ReaderBuilder, StringRecord, Trim};

use crate::document::{Head, Lines, Take};
use crate::fault::{Fault, Place};
use crate::times;

/// What may stand between two fields, and what it is called.
const SEPARATORS: [(u8, &str); 3] = [(b',', "commas"), (b';', "semicolons"), (b'\t', "tabs")];
/// Lines with an address or a title that may stand above a table, and how Excel's begins.
const MOST_ABOVE: usize = 4;
const EXCEL: &str = "sep=";
/// What is not such a file at all may have a very long first line.
const MOST_HEADER_SHOWN: usize = 80;

/// A table.
pub struct Separated<'a> {
    text: &'a str,
    separator: u8,
    /// Where its records begin: byte and line.
    begins: (usize, u64),
    /// How many fields each line has.
    width: usize,
    /// Names of the columns, where it has them.
    pub head: Head,
    /// What was inferred.
    pub notes: Vec<String>,
}

impl<'a> Separated<'a> {
    /// Finds separator and header.
    pub fn open(text: &'a str) -> Result<Self, (Place, Fault)> {
        let mut notes = vec![];
        let mut first = None;
        let mut found = None;
        for (line, begins, text) in filled_lines(text).take(MOST_ABOVE.saturating_add(1)) {
            first.get_or_insert((line, text));
            let above = text.to_lowercase().starts_with(EXCEL);
            found = separator(text).filter(|_| !above).map(|separator| (line, begins, separator));
            if found.is_some() {
                break;
            }
            notes.push(format!("line {line} is no part of the table: \"{}\"", shown(text)));
        }
        let (first_line, first) = first.ok_or((Place::line(1), Fault::Empty))?;
        let Some((line, begins, (separator, called))) = found else {
            return Err((Place::line(first_line), Fault::NoTable { found: shown(first), expected: "" }));
        };
        if separator != b',' {
            notes.push(format!("fields are separated by {called}"));
        }
        let mut table = Separated { text, separator, begins: (begins, line), width: 0, head: Head::Width(0), notes };
        table.read_head();
        Ok(table)
    }

    fn read_head(&mut self) {
        let mut record = StringRecord::new();
        let read = self.reader().read_record(&mut record).is_ok();
        self.width = record.len();
        let is_header = !record.iter().next().is_some_and(|first| times::parse(first).is_some());
        self.head = match read && is_header {
            true => Head::Names(record.iter().map(str::to_owned).collect()),
            false => Head::Width(self.width),
        };
    }

    fn reader(&self) -> csv::Reader<&'a [u8]> {
        let text = self.text.get(self.begins.0..).unwrap_or_default();
        let mut builder = ReaderBuilder::new();
        builder.has_headers(false).flexible(true).delimiter(self.separator).trim(Trim::All).from_reader(text.as_bytes())
    }

    /// Its first line.
    pub fn begins(&self) -> Place {
        Place::line(self.begins.1)
    }

    /// Hands these columns of each line to `take`.
    pub fn each(&self, columns: &[usize], take: Take<'_>) -> Result<Place, (Place, Fault)> {
        let mut reader = self.reader();
        let mut record = StringRecord::new();
        let mut lines = Lines::from(self.text, self.begins.0, self.begins.1);
        let mut place = self.begins();
        let mut header = matches!(self.head, Head::Names(_));
        loop {
            let more =
                reader.read_record(&mut record).map_err(|error| (place, Fault::Unreadable(error.to_string())))?;
            let begins = record.position().map_or(0, |position| position.byte());
            if !more {
                return Ok(place);
            }
            place = Place::line(lines.at(self.begins.0.saturating_add(usize::try_from(begins).unwrap_or_default())));
            let is_blank = record.len() == 1 && record.get(0) == Some("");
            if std::mem::take(&mut header) || is_blank {
                continue;
            }
            if record.len() != self.width {
                return Err((place, Fault::Fields { found: record.len(), expected: self.width }));
            }
            let cells: Vec<Cow<'_, str>> =
                columns.iter().map(|column| Cow::Borrowed(record.get(*column).unwrap_or_default())).collect();
            take(place, &cells).map_err(|fault| (place, fault))?;
        }
    }
}

/// Number, first byte and text of each line that is not blank.
fn filled_lines(text: &str) -> impl Iterator<Item = (u64, usize, &str)> {
    let mut begins: usize = 0;
    let lines = (1u64..).zip(text.split('\n')).map(move |(number, line)| {
        let here = begins;
        begins = begins.saturating_add(line.len()).saturating_add(1);
        (number, here, line.trim())
    });
    lines.filter(|(_, _, line)| !line.is_empty())
}

/// The separator that a line has most of.
fn separator(line: &str) -> Option<(u8, &'static str)> {
    let count = |byte: u8| line.bytes().filter(|found| *found == byte).count();
    // Of equally many the first.
    SEPARATORS.into_iter().rev().max_by_key(|(byte, _)| count(*byte)).filter(|(byte, _)| count(*byte) > 0)
}

/// As much of a line as a complaint has room for.
pub fn shown(line: &str) -> String {
    line.chars().take(MOST_HEADER_SHOWN).collect()
}
