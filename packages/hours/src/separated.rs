//! Reads tables separated by commas, semicolons or tabs, with or without quotes.

use std::borrow::Cow;

use csv::{ReaderBuilder, StringRecord, Trim};

use crate::fault::{Fault, Place};
use crate::rows::{Head, Lines, Take};
use crate::shown::shown;
use crate::times;

/// Field separators and their names.
const SEPARATORS: [(u8, &str); 3] = [(b'\t', "tabs"), (b';', "semicolons"), (b',', "commas")];
/// How many lines, such as an address or a title, may come before the table.
const MAX_ABOVE: usize = 4;
/// Start of the line that Excel puts first.
const EXCEL: &str = "sep=";
const COMMENT: char = '#';
/// A row of a table is far shorter; splitting such a line into fields would take many times its size.
const MAX_LINE: usize = 1 << 20;

pub struct Separated<'a> {
    text: &'a str,
    separator: u8,
    /// Byte and line at which the table starts.
    begins: (usize, u64),
    /// Its first line.
    top: &'a str,
    /// Number of fields in each line.
    width: usize,
    pub head: Head,
    pub notes: Vec<String>,
}

impl<'a> Separated<'a> {
    /// Finds separator and header.
    pub fn open(text: &'a str) -> Result<Self, (Place, Fault)> {
        refuse_long_lines(text)?;
        let mut notes = vec![];
        let mut first = None;
        let mut found = None;
        let lines = filled_lines(text);
        let mut rest = filled_lines(text).filter(|(_, _, line)| !line.starts_with(COMMENT)).peekable();
        for (line, begins, text) in lines {
            first.get_or_insert((line, text));
            while rest.next_if(|(next, ..)| *next <= line).is_some() {}
            let mut names = || rest.peek().is_some_and(|(_, _, next)| names_columns(text, next));
            if text.starts_with(COMMENT) && !names() {
                continue;
            }
            let above = text.to_lowercase().starts_with(EXCEL);
            found = separator(text).filter(|_| !above).map(|separator| (line, begins, text, separator));
            if found.is_some() || notes.len() == MAX_ABOVE {
                break;
            }
            notes.push(format!("line {line} is not part of the table: \"{}\"", shown(text)));
        }
        let (first_line, first) = first.ok_or((Place::line(1), Fault::Blank))?;
        let Some((line, begins, top, (separator, called))) = found else {
            return Err((Place::line(first_line), Fault::NoTable { found: shown(first), expected: "" }));
        };
        if separator != b',' {
            notes.push(format!("fields are separated by {called}"));
        }
        let (begins, head) = ((begins, line), Head::Width(0));
        let mut table = Separated { text, separator, begins, top, width: 0, head, notes };
        table.read_head();
        table.count_what_is_left_out();
        Ok(table)
    }

    /// Notes comments and repeated headers (of concatenated files), which are left out.
    fn count_what_is_left_out(&mut self) {
        let mut comments = filled_lines(self.text)
            .filter(|(line, _, text)| text.starts_with(COMMENT) && *line != self.begins.1)
            .map(|(line, _, text)| (line, text));
        if let Some((line, text)) = comments.next() {
            let count = comments.count().saturating_add(1);
            self.notes.push(format!("comments left out: {count}, the first at line {line}: \"{}\"", shown(text)));
        }
        let again = filled_lines(self.text).filter(|(line, _, text)| *line > self.begins.1 && self.is_header(text));
        let count = again.count();
        if count > 0 {
            self.notes.push(format!("lines that repeat the header, left out: {count}"));
        }
    }

    fn is_header(&self, line: &str) -> bool {
        matches!(self.head, Head::Names(_)) && line == self.top
    }

    fn is_row(&self, line: &str) -> bool {
        let first = line.split(char::from(self.separator)).next().unwrap_or_default();
        times::parse(first.trim_matches(['"', ' '])).is_some()
    }

    /// Whether fields may contain commas.
    pub fn may_have_commas(&self) -> bool {
        self.separator != b',' || self.text.contains('"')
    }

    fn read_head(&mut self) {
        let mut record = StringRecord::new();
        let read = self.reader().read_record(&mut record).is_ok();
        self.width = record.len();
        let is_time = |text: &str| times::parse(text).is_some() || times::is_day_or_month_first(text);
        let is_header = !record.iter().next().is_some_and(is_time);
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

    pub fn begins(&self) -> Place {
        Place::line(self.begins.1)
    }

    /// Passes these columns of each row to `take`.
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
            let byte = self.begins.0.saturating_add(usize::try_from(begins).unwrap_or_default());
            place = Place::line(lines.at(byte));
            let ends = self.begins.0.saturating_add(usize::try_from(reader.position().byte()).unwrap_or_default());
            let mut further = self.text.get(byte..ends).unwrap_or_default().trim().split('\n').skip(1).peekable();
            let is_header = std::mem::take(&mut header);
            // The name of a column may span two lines, if neither is a row.
            if further.peek().is_some() && (!is_header || further.any(|line| self.is_row(line))) {
                return Err((place, Fault::OpenQuote));
            }
            let is_blank = record.len() == 1 && record.get(0) == Some("");
            let line = line_at(self.text, byte);
            if is_header || is_blank || line.starts_with(COMMENT) || self.is_header(line) {
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

fn refuse_long_lines(text: &str) -> Result<(), (Place, Fault)> {
    let long = (1u64..).zip(text.split('\n')).find(|(_, line)| line.len() > MAX_LINE);
    long.map_or(Ok(()), |(number, line)| {
        Err((Place::line(number), Fault::LongLine { length: line.len(), max: MAX_LINE }))
    })
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

/// The first line from a byte on, without blank lines.
fn line_at(text: &str, byte: usize) -> &str {
    let rest = text.get(byte..).unwrap_or_default().trim_start();
    rest.split('\n').next().unwrap_or_default().trim_end()
}

/// Whether a comment names the columns of the line below, as NumPy writes it.
fn names_columns(comment: &str, next: &str) -> bool {
    let Some((separator, _)) = separator(next) else { return false };
    let fields = |line: &str| line.bytes().filter(|byte| *byte == separator).count();
    let first = next.split(char::from(separator)).next().unwrap_or_default();
    fields(comment) == fields(next) && times::parse(first.trim_matches(['"', ' '])).is_some()
}

/// The separator of a line. Between tabs or semicolons each field may contain a comma.
fn separator(line: &str) -> Option<(u8, &'static str)> {
    let count = |byte: u8| line.bytes().filter(|found| *found == byte).count();
    let commas = count(b',');
    let holds = |(byte, _): &(u8, &str)| match (*byte, count(*byte)) {
        (_, 0) => false,
        (b',', _) => true,
        (_, found) => commas <= found.saturating_add(1),
    };
    SEPARATORS.into_iter().find(holds)
}
