//! Reads lists of candles and payments in JSON, as the large venues respond with them.
//!
//! The list may be anywhere in the response: it is the only one with entries. Entries are lists (candles of most
//! venues) or objects with names (funding everywhere). Deribit and MEXC have one list per column. Without a surrounding
//! list, there may be one entry per line.

use std::borrow::Cow;

use serde_json::value::RawValue;

use crate::fault::{Fault, Place};
use crate::rows::{Head, Lines, Take};
use crate::shown::shown;
use crate::times;
use crate::values::{cell, list, object, List};
use crate::venues::Venue;

/// How deep in an answer the list may be.
const MAX_DEPTH: usize = 3;
/// Columns of answers with one list a column, of which these are the times: Deribit, MEXC, and what charts are drawn from.
const TIMES: [&str; 3] = ["ticks", "time", "t"];

/// The list in a response.
pub struct Json<'a> {
    text: &'a str,
    rows: Rows<'a>,
    pub head: Head,
    pub notes: Vec<String>,
}

enum Rows<'a> {
    Lists(List<'a>),
    Objects(List<'a>),
    /// One list per column.
    Columns(Vec<List<'a>>),
}

impl<'a> Json<'a> {
    /// Finds the list.
    pub fn open(text: &'a str) -> Result<Self, (Place, Fault)> {
        let values = serde_json::Deserializer::from_str(text).into_iter();
        let mut values: List = values.collect::<Result<_, _>>().map_err(|error| not_json(&error))?;
        if values.len() > 1 {
            return Ok(Json::of_entries(text, values, vec!["JSON, one entry per line".to_owned()]));
        }
        let Some(whole) = values.pop() else { return Err((Place::line(1), Fault::Empty)) };
        let fail = |fault| (Place::line(1), fault);
        if let Some(columns) = columns(whole, MAX_DEPTH) {
            let (names, columns): (Vec<String>, Vec<List>) = columns.into_iter().unzip();
            let notes = vec!["JSON, one list per column".to_owned()];
            return Ok(Json { text, rows: Rows::Columns(columns), head: Head::Names(names), notes });
        }
        let mut found = vec![];
        find(whole, MAX_DEPTH, &mut found);
        if found.len() > 1 {
            return Err(fail(Fault::ManyLists { found: found.len() }));
        }
        let Some(mut entries) = found.pop() else {
            return Err(fail(Fault::NoList { found: shown(text.trim()) }));
        };
        let mut notes = vec!["JSON, one list".to_owned()];
        notes.extend(leave_out_unfinished(whole, &mut entries));
        match entries.is_empty() {
            true => Err(fail(Fault::Empty)),
            false => Json::of_list(text, whole, entries, notes).map_err(fail),
        }
    }

    /// Names the columns of a list by the response around it and by the form of its entries.
    fn of_list(text: &'a str, whole: &RawValue, entries: List<'a>, notes: Vec<String>) -> Result<Self, Fault> {
        let mut json = Json::of_entries(text, entries, notes);
        if let Rows::Lists(entries) = &json.rows {
            if let Some(names) = names_beside(whole, json.head.width(), MAX_DEPTH) {
                json.notes.push("columns named by the list of names beside them".to_owned());
                json.head = Head::Names(names);
            } else if let Some(venue) = Venue::of(whole, entries, json.head.width())? {
                json.notes.push(format!("candles in the form of {venue}"));
                json.head = Head::Names(venue.names(json.head.width()));
            }
        }
        Ok(json)
    }

    fn of_entries(text: &'a str, entries: List<'a>, notes: Vec<String>) -> Self {
        let first = entries.first();
        if let Some(names) = first.and_then(|first| object(first)) {
            return Json { text, head: Head::Names(names.into_keys().collect()), rows: Rows::Objects(entries), notes };
        }
        let width = first.and_then(|first| list(first)).map_or(0, |first| first.len());
        Json { text, head: Head::Width(width), rows: Rows::Lists(entries), notes }
    }

    /// Passes these columns of each entry to `take`.
    pub fn each(&self, columns: &[usize], take: Take<'_>) -> Result<Place, (Place, Fault)> {
        let mut lines = Lines::from(self.text, 0, 1);
        let mut place = Place::line(1);
        for (number, index) in (1..).zip(0..self.rows.len()) {
            let offset = |value: &RawValue| value.get().as_ptr() as usize;
            let byte =
                self.rows.value(index).map_or(0, |value| offset(value).saturating_sub(self.text.as_ptr() as usize));
            place = Place { line: lines.at(byte), entry: Some(number) };
            let cells = self.cells(index, columns).map_err(|fault| (place, fault))?;
            take(place, &cells).map_err(|fault| (place, fault))?;
        }
        Ok(place)
    }

    fn cells(&self, index: usize, columns: &[usize]) -> Result<Vec<Cow<'a, str>>, Fault> {
        let no_entry = |entry: &RawValue| Fault::NotAnEntry { found: shown(entry.get()) };
        let text = |value: Option<&&'a RawValue>| value.map_or(Cow::Borrowed(""), |value| cell(value));
        match &self.rows {
            Rows::Columns(lists) => {
                let of = |column: &usize| text(lists.get(*column).and_then(|list| list.get(index)));
                Ok(columns.iter().map(of).collect())
            }
            Rows::Objects(entries) => {
                let Some(entry) = entries.get(index) else { return Ok(vec![]) };
                let values = object(entry).ok_or_else(|| no_entry(entry))?;
                Ok(columns.iter().map(|column| text(values.get(self.head.name(*column)))).collect())
            }
            Rows::Lists(entries) => {
                let Some(entry) = entries.get(index) else { return Ok(vec![]) };
                let values = list(entry).ok_or_else(|| no_entry(entry))?;
                if values.len() != self.head.width() {
                    return Err(Fault::Fields { found: values.len(), expected: self.head.width() });
                }
                Ok(columns.iter().map(|column| text(values.get(*column))).collect())
            }
        }
    }
}

impl<'a> Rows<'a> {
    fn len(&self) -> usize {
        match self {
            Rows::Lists(entries) | Rows::Objects(entries) => entries.len(),
            Rows::Columns(columns) => columns.iter().map(Vec::len).max().unwrap_or_default(),
        }
    }

    /// The text of an entry, for its place in the file.
    fn value(&self, index: usize) -> Option<&'a RawValue> {
        let list = match self {
            Rows::Lists(entries) | Rows::Objects(entries) => Some(entries),
            Rows::Columns(columns) => columns.first(),
        };
        list?.get(index).copied()
    }
}

fn not_json(error: &serde_json::Error) -> (Place, Fault) {
    (Place::line(error.line().max(1) as u64), Fault::Unreadable(format!("JSON: {error}")))
}

/// All lists in a value whose entries are lists or objects.
fn find<'a>(value: &'a RawValue, depth: usize, found: &mut Vec<List<'a>>) {
    if let Some(list) = list(value) {
        if list.first().is_some_and(|first| first.get().starts_with(['[', '{'])) {
            found.push(list);
        }
        return;
    }
    for inner in object(value).filter(|_| depth > 0).unwrap_or_default().into_values() {
        find(inner, depth.saturating_sub(1), found);
    }
}

/// The lists of the first object that has a list of times.
fn columns<'a>(value: &'a RawValue, depth: usize) -> Option<Vec<(String, List<'a>)>> {
    let inside = object(value)?;
    if TIMES.into_iter().any(|name| inside.get(name).is_some_and(|times| list(times).is_some())) {
        return Some(inside.into_iter().filter_map(|(name, value)| Some((name, list(value)?))).collect());
    }
    let depth = depth.checked_sub(1)?;
    inside.into_values().find_map(|inner| columns(inner, depth))
}

/// A list with one name per column, as pandas writes it beside the rows.
fn names_beside(value: &RawValue, width: usize, depth: usize) -> Option<Vec<String>> {
    let inside = object(value)?;
    let is_name = |text: &str| text.parse::<f64>().is_err() && times::parse(text).is_none();
    let names = |value: &RawValue| serde_json::from_str::<Vec<String>>(value.get()).ok();
    let fits = |names: &Vec<String>| names.len() == width && names.iter().all(|name| is_name(name));
    let here = inside.values().find_map(|value| names(value).filter(fits));
    let depth = depth.checked_sub(1);
    here.or_else(|| inside.values().find_map(|inner| names_beside(inner, width, depth?)))
}

/// Removes Kraken's last candle, which is not over yet: `last` is the time of the one before it.
fn leave_out_unfinished(whole: &RawValue, entries: &mut List<'_>) -> Option<String> {
    let result = object(object(whole)?.get("result")?)?;
    let last: u64 = cell(result.get("last")?).parse().ok()?;
    let before = entries.len();
    let time = |entry: &RawValue| list(entry).and_then(|values| cell(values.first()?).parse::<u64>().ok());
    entries.retain(|entry| time(entry).map_or(true, |time| time <= last));
    let left_out = before.saturating_sub(entries.len());
    (left_out > 0).then(|| format!("bars not over yet, after \"last\", left out: {left_out}"))
}
