//! Values in JSON: objects, lists, and cells of either.

use std::borrow::Cow;
use std::collections::BTreeMap;

use serde_json::value::RawValue;

/// An object.
pub type Object<'a> = BTreeMap<String, &'a RawValue>;
/// A list.
pub type List<'a> = Vec<&'a RawValue>;

/// The object that a value is.
pub fn object<'a>(value: &'a RawValue) -> Option<Object<'a>> {
    serde_json::from_str(value.get()).ok()
}

/// The list that a value is.
pub fn list<'a>(value: &'a RawValue) -> Option<List<'a>> {
    serde_json::from_str(value.get()).ok()
}

/// Text or number; nothing for null.
pub fn cell(value: &RawValue) -> Cow<'_, str> {
    match value.get() {
        "null" => Cow::Borrowed(""),
        text if text.starts_with('"') => serde_json::from_str(text).map_or(Cow::Borrowed(text), Cow::Owned),
        text => Cow::Borrowed(text),
    }
}
