//! Reads messages, responses and storage from JSON.
//!
//! Serde generates a parser for each type, in a contract a third of its Wasm. Here JSON first becomes a [`Value`], by
//! the same code for all types, and each type then takes its fields from it by name: [`Read`]. The attribute
//! [`macro@wire`] derives it together with everything else that `cosmwasm_schema::cw_serde` derives. It accepts and
//! refuses the same JSON as serde (`tests/same.rs`), but for numbers: a fraction, or a whole number beyond 64 bits, is
//! refused in a field that the type does not know, too. Answers of other people's contracts are read by serde for that.

mod leaves;
mod value;

pub use ballast_wire_derive::{wire, Read};
#[doc(hidden)]
pub use cosmwasm_schema::serde;
pub use value::{Fields, Items, Value};

use std::fmt;

use serde::de::Error as _;
use serde::{Deserialize, Deserializer};

/// Why some JSON was refused.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Error(String);

impl Error {
    /// An error with this text.
    pub fn new(words: impl fmt::Display) -> Self {
        Error(words.to_string())
    }
}

impl fmt::Display for Error {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(&self.0)
    }
}

#[allow(missing_docs)] // the usual alias
pub type Result<T> = std::result::Result<T, Error>;

/// A type that can be read from JSON.
pub trait Read: Sized {
    /// Reads the type from a parsed value.
    ///
    /// # Errors
    /// If the value does not fit the type.
    fn read(value: Value<'_>) -> Result<Self>;

    /// The value for a missing field, if it may be missing.
    fn missing() -> Option<Self> {
        None
    }
}

/// Reads with any of serde's self-describing deserializers, such as that of JSON.
///
/// # Errors
/// Those of the deserializer, and [`Error`] as its custom error.
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

/// The error for an unknown variant of an enum.
#[cold]
#[inline(never)]
pub fn unknown_variant(name: &str, known: &[&str]) -> Error {
    Error(format!("unknown variant `{name}`, expected one of `{}`", known.join("`, `")))
}
