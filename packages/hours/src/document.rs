//! A text as rows of cells, whatever its form.

use crate::fault::{Fault, Place};
use crate::json::Json;
use crate::rows::{Head, Take};
use crate::separated::Separated;

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
