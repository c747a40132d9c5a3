//! Reads any supported text as rows of cells.

use std::borrow::Cow;

use crate::fault::{Fault, Place};
use crate::json::Json;
use crate::separated::Separated;

/// Callback for the selected cells of each row.
pub type Take<'t> = &'t mut dyn FnMut(Place, &[Cow<'_, str>]) -> Result<(), Fault>;

/// What is known about the columns.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Head {
    Names(Vec<String>),
    /// They have no names; only their number is known.
    Width(usize),
}

impl Head {
    pub fn width(&self) -> usize {
        match self {
            Head::Names(names) => names.len(),
            Head::Width(width) => *width,
        }
    }

    /// The name of a column; empty if it has none.
    pub fn name(&self, column: usize) -> &str {
        match self {
            Head::Names(names) => names.get(column).map_or("", String::as_str),
            Head::Width(_) => "",
        }
    }
}

/// A text in one of the supported formats.
pub enum Document<'a> {
    Separated(Separated<'a>),
    Json(Json<'a>),
}

impl<'a> Document<'a> {
    /// Chooses the format by the first character.
    pub fn open(text: &'a str) -> Result<Self, (Place, Fault)> {
        match text.trim_start().starts_with(['[', '{']) {
            true => Json::open(text).map(Document::Json),
            false => Separated::open(text).map(Document::Separated),
        }
    }

    pub fn head(&self) -> &Head {
        match self {
            Document::Separated(table) => &table.head,
            Document::Json(json) => &json.head,
        }
    }

    /// Whether numbers may contain commas.
    pub fn may_have_commas(&self) -> bool {
        match self {
            Document::Separated(table) => table.may_have_commas(),
            Document::Json(_) => false,
        }
    }

    /// The place of the first row or header.
    pub fn begins(&self) -> Place {
        match self {
            Document::Separated(table) => table.begins(),
            Document::Json(_) => Place::line(1),
        }
    }

    pub fn notes(&self) -> &[String] {
        match self {
            Document::Separated(table) => &table.notes,
            Document::Json(json) => &json.notes,
        }
    }

    /// Passes these columns of each row to `take`; returns the place of the last row.
    pub fn each(&self, columns: &[usize], take: Take<'_>) -> Result<Place, (Place, Fault)> {
        match self {
            Document::Separated(table) => table.each(columns, take),
            Document::Json(json) => json.each(columns, take),
        }
    }
}

/// Line numbers of byte offsets, which must be asked in ascending order.
pub struct Lines<'a> {
    text: &'a [u8],
    byte: usize,
    line: u64,
}

impl<'a> Lines<'a> {
    /// Starts at a byte whose line is known.
    pub fn from(text: &'a str, byte: usize, line: u64) -> Self {
        Lines { text: text.as_bytes(), byte, line }
    }

    /// The line of this byte, or of the next one that is not a line break.
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
