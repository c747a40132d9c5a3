//! The rows of a file.

use std::io::{BufRead, BufReader, Read};

use crate::fault::{DataError, Fault, Place};

/// 1973 to 2286: seconds and microseconds, the usual mix-ups, lie outside.
const TIMESTAMPS_MS: std::ops::RangeInclusive<u64> = 100_000_000_000..=9_999_999_999_999;
/// What is not such a file at all may have a very long first line.
const MOST_HEADER_SHOWN: usize = 80;

/// A row: its time and its numbers.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Row<const N: usize> {
    /// Where it stands.
    pub place: Place,
    /// Milliseconds since 1970.
    pub time_ms: u64,
    /// In the order of the columns asked for.
    pub values: [f64; N],
}

/// All rows in the order of time (equal times allowed), and the last line.
pub fn read_rows<const N: usize>(
    file: &str,
    text: impl Read,
    columns: &[&'static str],
    check: impl Fn([f64; N]) -> Result<(), Fault>,
) -> Result<(Vec<Row<N>>, Place), DataError> {
    let mut rows = Vec::new();
    let mut last_line = 1;
    let mut before = None;
    let mut header = true;
    for (line, text) in (1..).zip(BufReader::new(text).split(b'\n')) {
        let place = Place::line(line);
        let fail = |fault| DataError { file: file.to_owned(), place, fault };
        last_line = line;
        let bytes = text.map_err(|error| fail(Fault::Unreadable(error.to_string())))?;
        let text = std::str::from_utf8(&bytes).map_err(|error| fail(Fault::Unreadable(error.to_string())))?;
        let fields: Vec<&str> = text.trim_start_matches('\u{feff}').split(',').map(str::trim).collect();
        if fields == [""] {
            continue;
        }
        if header {
            header = false;
            check_header(&fields, columns).map_err(fail)?;
            continue;
        }
        let (time, numbers) = parse_line(&fields, columns).map_err(fail)?;
        if let Some(before) = before.filter(|&before| time < before) {
            return Err(fail(Fault::BackInTime { found: time, before }));
        }
        before = Some(time);
        let Ok(values) = numbers.try_into() else { continue };
        check(values).map_err(fail)?;
        rows.push(Row { place, time_ms: time, values });
    }
    Ok((rows, Place::line(last_line)))
}

fn check_header(fields: &[&str], columns: &[&'static str]) -> Result<(), Fault> {
    if fields == columns {
        return Ok(());
    }
    let found = fields.join(",").chars().take(MOST_HEADER_SHOWN).collect();
    Err(Fault::Header { found, expected: columns.join(",") })
}

fn parse_line(fields: &[&str], columns: &[&'static str]) -> Result<(u64, Vec<f64>), Fault> {
    if fields.len() != columns.len() {
        return Err(Fault::Fields { found: fields.len(), expected: columns.len() });
    }
    let mut fields = columns.iter().copied().zip(fields.iter().copied());
    let (column, text) = fields.next().unwrap_or_default();
    let time = text.parse().map_err(|_| Fault::NotANumber { column, text: text.to_owned() })?;
    if !TIMESTAMPS_MS.contains(&time) {
        return Err(Fault::Timestamp { found: time });
    }
    let number = |(column, text): (&'static str, &str)| {
        let value = text.parse::<f64>().ok().filter(|value| value.is_finite());
        value.ok_or_else(|| Fault::NotANumber { column, text: text.to_owned() })
    };
    Ok((time, fields.map(number).collect::<Result<_, _>>()?))
}
