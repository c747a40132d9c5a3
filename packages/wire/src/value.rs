//! JSON as a tree.

use std::borrow::Cow;
use std::fmt;

use serde::de::{Deserialize, Deserializer, MapAccess, SeqAccess, Visitor};

use crate::{Error, Read, Result};

/// A parsed JSON value, which borrows its texts if possible. Only whole numbers: there are no others on a chain.
#[derive(Debug, Clone, PartialEq)]
#[expect(missing_docs, reason = "the kinds of JSON")]
pub enum Value<'de> {
    Null,
    Bool(bool),
    /// Zero or above.
    Number(u64),
    /// Below zero.
    Negative(i64),
    Text(Cow<'de, str>),
    List(Vec<Value<'de>>),
    /// Names and values, in the order of the JSON.
    Object(Vec<(Cow<'de, str>, Value<'de>)>),
}

impl<'de> Value<'de> {
    /// The kind of the value, for error texts.
    fn kind(&self) -> &'static str {
        match self {
            Value::Null => "null",
            Value::Bool(_) => "a boolean",
            Value::Number(_) | Value::Negative(_) => "a number",
            Value::Text(_) => "a string",
            Value::List(_) => "a list",
            Value::Object(_) => "an object",
        }
    }

    /// The error for a value of another kind than expected.
    #[cold]
    #[inline(never)]
    pub fn unexpected(&self, expected: &str) -> Error {
        Error::new(format_args!("invalid type: {}, expected {expected}", self.kind()))
    }

    /// The text.
    ///
    /// # Errors
    /// For any other kind of value.
    pub fn text(self) -> Result<Cow<'de, str>> {
        match self {
            Value::Text(text) => Ok(text),
            other => Err(other.unexpected("a string")),
        }
    }

    /// The list.
    ///
    /// # Errors
    /// For any other kind of value.
    pub fn list(self) -> Result<Vec<Value<'de>>> {
        match self {
            Value::List(list) => Ok(list),
            other => Err(other.unexpected("a list")),
        }
    }

    /// The name of an enum's variant, and its content.
    ///
    /// # Errors
    /// For anything but a text or an object with one field.
    pub fn variant(self) -> Result<(Cow<'de, str>, Option<Value<'de>>)> {
        match self {
            Value::Text(name) => Ok((name, None)),
            Value::Object(mut fields) if fields.len() == 1 => match fields.pop() {
                Some((name, value)) => Ok((name, Some(value))),
                None => Err(Error::new("an empty object")),
            },
            other => Err(other.unexpected("a variant: a string, or an object of one field")),
        }
    }
}

/// The fields of an object, to be taken one by one.
pub struct Fields<'de>(Vec<(Cow<'de, str>, Value<'de>)>);

impl<'de> Fields<'de> {
    /// The fields of an object.
    ///
    /// # Errors
    /// For anything else.
    pub fn of(value: Value<'de>) -> Result<Self> {
        match value {
            Value::Object(fields) => Ok(Fields(fields)),
            other => Err(other.unexpected("an object")),
        }
    }

    fn find(&mut self, name: &str) -> Option<Value<'de>> {
        let place = self.0.iter().position(|(found, _)| found == name)?;
        Some(self.0.swap_remove(place).1)
    }

    fn has(&self, name: &str) -> bool {
        self.0.iter().any(|(found, _)| found == name)
    }

    /// Takes the field with this name.
    ///
    /// # Errors
    /// If the field is missing, occurs twice, or does not fit the type.
    #[inline(never)]
    pub fn take<T: Read>(&mut self, name: &str) -> Result<T> {
        match self.find(name) {
            Some(_) if self.has(name) => Err(named("duplicate", name)),
            Some(value) => T::read(value),
            None => T::missing().ok_or_else(|| named("missing", name)),
        }
    }

    /// Refuses fields that were not taken.
    ///
    /// # Errors
    /// With the name of one of them.
    pub fn end(self) -> Result<()> {
        match self.0.first() {
            None => Ok(()),
            Some((name, _)) => Err(named("unknown", name)),
        }
    }
}

/// The items of a list, to be taken in order.
pub struct Items<'de>(std::vec::IntoIter<Value<'de>>);

impl<'de> Items<'de> {
    /// The items of a list.
    ///
    /// # Errors
    /// For anything else.
    pub fn of(value: Value<'de>) -> Result<Self> {
        value.list().map(|list| Items(list.into_iter()))
    }

    /// The next one.
    ///
    /// # Errors
    /// When there is none, or it is wrong.
    #[inline(never)]
    pub fn take<T: Read>(&mut self) -> Result<T> {
        match self.0.next() {
            Some(value) => T::read(value),
            None => Err(Error::new("the list is too short")),
        }
    }

    /// Makes sure that no item is left.
    ///
    /// # Errors
    /// When one is.
    pub fn end(mut self) -> Result<()> {
        match self.0.next() {
            None => Ok(()),
            Some(_) => Err(Error::new("the list is too long")),
        }
    }
}

#[cold]
#[inline(never)]
fn named(what: &str, name: &str) -> Error {
    Error::new(format_args!("{what} field `{name}`"))
}

/// A text that is borrowed where it can be.
struct Name<'de>(Cow<'de, str>);

impl<'de> Deserialize<'de> for Name<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> std::result::Result<Self, D::Error> {
        match Value::deserialize(deserializer)?.text() {
            Ok(text) => Ok(Name(text)),
            Err(error) => Err(serde::de::Error::custom(error)),
        }
    }
}

impl<'de> Deserialize<'de> for Value<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> std::result::Result<Self, D::Error> {
        deserializer.deserialize_any(Tree)
    }
}

struct Tree;

impl<'de> Visitor<'de> for Tree {
    type Value = Value<'de>;

    fn expecting(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("JSON without fractions")
    }

    fn visit_bool<E>(self, value: bool) -> std::result::Result<Value<'de>, E> {
        Ok(Value::Bool(value))
    }

    fn visit_i64<E>(self, value: i64) -> std::result::Result<Value<'de>, E> {
        Ok(u64::try_from(value).map_or(Value::Negative(value), Value::Number))
    }

    fn visit_u64<E>(self, value: u64) -> std::result::Result<Value<'de>, E> {
        Ok(Value::Number(value))
    }

    fn visit_borrowed_str<E>(self, value: &'de str) -> std::result::Result<Value<'de>, E> {
        Ok(Value::Text(Cow::Borrowed(value)))
    }

    fn visit_str<E>(self, value: &str) -> std::result::Result<Value<'de>, E> {
        Ok(Value::Text(Cow::Owned(value.to_owned())))
    }

    fn visit_string<E>(self, value: String) -> std::result::Result<Value<'de>, E> {
        Ok(Value::Text(Cow::Owned(value)))
    }

    fn visit_unit<E>(self) -> std::result::Result<Value<'de>, E> {
        Ok(Value::Null)
    }

    fn visit_none<E>(self) -> std::result::Result<Value<'de>, E> {
        Ok(Value::Null)
    }

    fn visit_some<D: Deserializer<'de>>(self, deserializer: D) -> std::result::Result<Value<'de>, D::Error> {
        Value::deserialize(deserializer)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> std::result::Result<Value<'de>, A::Error> {
        let mut list = Vec::new();
        while let Some(item) = items.next_element()? {
            list.push(item);
        }
        Ok(Value::List(list))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut entries: A) -> std::result::Result<Value<'de>, A::Error> {
        let mut fields = Vec::new();
        while let Some((Name(name), value)) = entries.next_entry()? {
            fields.push((name, value));
        }
        Ok(Value::Object(fields))
    }
}
