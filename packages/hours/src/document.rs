//! Reads any supported text as rows of cells.

use crate::fault::{Fault, Place};
use crate::json::Json;
use crate::rows::{Head, Take};
use crate::separated::Separated;

/// A text in one of the forms that are read.
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
