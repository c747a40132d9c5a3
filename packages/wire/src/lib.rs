//! How messages, answers and storage are read from JSON.
//!
//! Serde makes a parser of every type for every field: in a contract that is a third of its Wasm. Here JSON becomes a
//! [`Value`] first, by one piece of code for all types, and each type takes its fields from that by name: [`Read`]. The
//! attribute [`macro@wire`] derives it together with what `cosmwasm_schema::cw_serde` derives besides. What is read, and what
//! is refused, is the same (`tests/same.rs`).

mod leaves;
mod value;

pub use ballast_wire_derive::{wire, Read};
#[doc(hidden)]
pub use cosmwasm_schema::serde;
pub use value::{Fields, Items, Value};

use std::fmt;

use serde::de::Error as _;
use serde::{Deserialize, Deserializer};

/// What is wrong with some JSON, in words.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Error(String);

impl Error {
    /// In these words.
    pub fn new(words: impl fmt::Display) -> Self {
        Error(words.to_string())
    }
}

impl fmt::Display for Error {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(&self.0)
    }
}

/// Alias for what reading returns.
pub type Result<T> = std::result::Result<T, Error>;

/// Something that is read from JSON.
pub trait Read: Sized {
    /// From the tree.
    ///
    /// # Errors
    /// Whatever is wrong with it.
    fn read(value: Value<'_>) -> Result<Self>;

    /// In place of a field that is not there.
    fn missing() -> Option<Self> {
        None
    }
}

/// Reads with any of serde's deserializers that knows the kinds of what it reads, such as JSON.
///
/// # Errors
/// Those of the deserializer; [`Error`] in its words.
pub fn deserialize<'de, T: Read, D: Deserializer<'de>>(deserializer: D) -> std::result::Result<T, D::Error> {
    T::read(Value::deserialize(deserializer)?).map_err(D::Error::custom)
}

/// Implements `Deserialize` by [`Read`].
#[macro_export]
macro_rules! deserialize_as_read {
    ($type:ty) => {
        impl<'de> $crate::serde::Deserialize<'de> for $type {
            fn deserialize<D>(deserializer: D) -> ::std::result::Result<Self, D::Error>
            where
                D: $crate::serde::Deserializer<'de>,
            {
                $crate::deserialize(deserializer)
            }
        }
    };
}

/// The error for a variant that an enum has not.
#[cold]
#[inline(never)]
pub fn unknown_variant(name: &str, known: &[&str]) -> Error {
    Error(format!("unknown variant `{name}`, expected one of `{}`", known.join("`, `")))
}
