//! Rows of cells, where they stand, and what is read from them.

use std::borrow::Cow;

use crate::fault::{Fault, Place};

/// Who takes the chosen cells of a row.
pub type Take<'t> = &'t mut dyn FnMut(Place, &[Cow<'_, str>]) -> Result<(), Fault>;

/// What is known of the columns.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Head {
    /// Their names.
    Names(Vec<String>),
    /// Only how many there are.
    Width(usize),
}

impl Head {
    /// How many columns there are.
    pub fn width(&self) -> usize {
        match self {
            Head::Names(names) => names.len(),
            Head::Width(width) => *width,
        }
    }

    /// The name of a column; empty where it has none.
    pub fn name(&self, column: usize) -> &str {
        match self {
            Head::Names(names) => names.get(column).map_or("", String::as_str),
            Head::Width(_) => "",
        }
    }
}

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

/// Line numbers of bytes that come in their order.
pub struct Lines<'a> {
    text: &'a [u8],
    byte: usize,
    line: u64,
}

impl<'a> Lines<'a> {
    /// Counting begins at a byte of which the line is known.
    pub fn from(text: &'a str, byte: usize, line: u64) -> Self {
        Lines { text: text.as_bytes(), byte, line }
    }

    /// The line of the first character from this byte on that ends no line.
    pub fn at(&mut self, byte: usize) -> u64 {
        let rest = self.text.get(byte..).unwrap_or_default();
        let blank = rest.iter().take_while(|byte| matches!(byte, b'\r' | b'\n')).count();
        let to = byte.saturating_add(blank);
        let passed = self.text.get(self.byte..to).unwrap_or_default();
        let ends = passed.iter().filter(|byte| **byte == b'\n').count() as u64;
        (self.byte, self.line) = (to.max(self.byte), self.line.saturating_add(ends));
        self.line
    }
}
