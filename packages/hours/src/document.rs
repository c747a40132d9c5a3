//! A text as rows of cells, whatever its form.

use std::borrow::Cow;

use crate::fault::{Fault, Place};
use crate::json::Json;
use crate::separated::Separated;

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

/// A text in one of the forms that are read.
pub enum Document<'a> {
    /// Lines of fields.
    Separated(Separated<'a>),
    /// An answer of a venue.
    Json(Json<'a>),
}

impl<'a> Document<'a> {
    /// By the first character.
    pub fn open(text: &'a str) -> Result<Self, (Place, Fault)> {
        match text.trim_start().starts_with(['[', '{']) {
            true => Json::open(text).map(Document::Json),
            false => Separated::open(text).map(Document::Separated),
        }
    }

    /// What is known of the columns.
    pub fn head(&self) -> &Head {
        match self {
            Document::Separated(table) => &table.head,
            Document::Json(json) => &json.head,
        }
    }

    /// Whether a number in it may have a comma.
    pub fn may_have_commas(&self) -> bool {
        match self {
            Document::Separated(table) => table.may_have_commas(),
            Document::Json(_) => false,
        }
    }

    /// Where its first row or header is.
    pub fn begins(&self) -> Place {
        match self {
            Document::Separated(table) => table.begins(),
            Document::Json(_) => Place::line(1),
        }
    }

    /// What was inferred.
    pub fn notes(&self) -> &[String] {
        match self {
            Document::Separated(table) => &table.notes,
            Document::Json(json) => &json.notes,
        }
    }

    /// Hands these columns of each row to `take`; the last place.
    pub fn each(&self, columns: &[usize], take: Take<'_>) -> Result<Place, (Place, Fault)> {
        match self {
            Document::Separated(table) => table.each(columns, take),
            Document::Json(json) => json.each(columns, take),
        }
    }
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
