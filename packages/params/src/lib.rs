//! Parameter files: TOML sections that override documented defaults, parsed strictly and printed with documentation.
//!
//! The documentation comes from the message types themselves, so a printed file always matches the contracts.

mod readme;

pub use readme::{keep_table, table};

use std::collections::BTreeMap;

use ballast_types::parameters::{Outside, Parameter};
use cosmwasm_schema::schemars::schema::{RootSchema, Schema};
use cosmwasm_schema::schemars::{schema_for, JsonSchema};
use serde::de::DeserializeOwned;
use serde::Serialize;
use thiserror::Error;

/// Maximum digits of a number printed without quotes; a longer one would lose digits as a TOML float.
const MAX_BARE_DIGITS: usize = 15;

/// Why a parameter file cannot be used.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum ParamsError {
    /// Not TOML.
    #[error("not TOML: {0}")]
    Syntax(#[from] toml::de::Error),
    /// A section that does not exist.
    #[error("[{section}]: no such section, there are {known}")]
    UnknownSection {
        /// As found.
        section: String,
        /// All there are.
        known: String,
    },
    /// A parameter that does not exist.
    #[error("[{section}] {key}: no such parameter, there are {known}")]
    UnknownKey {
        /// Where it was found.
        section: &'static str,
        /// As found.
        key: String,
        /// All there are.
        known: String,
    },
    /// A value of the wrong type.
    #[error("[{section}]: {reason}")]
    Value {
        /// Where it was found.
        section: &'static str,
        /// What is wrong.
        reason: String,
    },
    /// A value out of bounds.
    #[error("[{section}] {key} = {value}: must be {bounds}")]
    Bounds {
        /// Where it was found.
        section: &'static str,
        /// The parameter.
        key: &'static str,
        /// As found.
        value: String,
        /// What is accepted.
        bounds: String,
    },
    /// A parameter that TOML or JSON cannot hold.
    #[error("cannot be written: {0}")]
    Unwritable(String),
}

/// These parameters, or the first one outside of its bounds. A contract would refuse it too, but after fees were paid for
/// what comes before.
///
/// # Errors
/// [`ParamsError::Bounds`].
pub fn within_bounds<T>(
    section: &'static str,
    params: T,
    first_outside: impl FnOnce(&T) -> Option<Outside>,
) -> Result<T, ParamsError> {
    let Some(Outside { name: key, value, min, max }) = first_outside(&params) else { return Ok(params) };
    let bounds = if min == max { "left out here".to_owned() } else { format!("{min} to {max}") };
    Err(ParamsError::Bounds { section, key, value: value.to_string(), bounds })
}

/// One section of these parameters with a comment above each, in their order; other fields are left out.
///
/// # Errors
/// [`ParamsError::Unwritable`] for a type that TOML does not have, and for a parameter that is not a field.
pub fn document<T: Serialize + JsonSchema>(
    section: &str,
    params: &T,
    parameters: &[Parameter],
) -> Result<String, ParamsError> {
    let values = toml::Table::try_from(params).map_err(|error| ParamsError::Unwritable(error.to_string()))?;
    let comments = descriptions(&schema_for!(T));
    let mut names: Vec<&str> = parameters.iter().map(|parameter| parameter.name).collect();
    names.dedup();
    let mut text = format!("[{section}]\n");
    for name in names {
        let Some(value) = values.get(name) else {
            // A parameter that does not exist in this case.
            if comments.contains_key(name) {
                continue;
            }
            return Err(ParamsError::Unwritable(format!("[{section}] {name}")));
        };
        if let Some(comment) = comments.get(name) {
            comment.lines().for_each(|line| text.push_str(&format!("# {line}\n")));
        }
        text.push_str(&format!("{name} = {}\n", bare(&value.to_string())));
    }
    Ok(text)
}

/// Removes the quotes of a number if it stays the same number.
fn bare(value: &str) -> &str {
    let inner = value.trim_matches('"');
    let plain = inner.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.');
    if plain && !inner.is_empty() && inner.len() <= MAX_BARE_DIGITS {
        inner
    } else {
        value
    }
}

fn descriptions(schema: &RootSchema) -> BTreeMap<String, String> {
    let Some(object) = schema.schema.object.as_ref() else {
        return BTreeMap::new();
    };
    let description = |schema: &Schema| match schema {
        Schema::Object(object) => object.metadata.as_ref()?.description.clone(),
        Schema::Bool(_) => None,
    };
    let described = object.properties.iter().filter_map(|(key, schema)| Some((key.clone(), description(schema)?)));
    described.collect()
}

/// Overrides the defaults with a section. Decimals may be written with or without quotes.
///
/// # Errors
/// [`ParamsError::UnknownKey`] and [`ParamsError::Value`], which name the parameter.
pub fn overlay<T>(section: &'static str, defaults: &T, given: toml::Table) -> Result<T, ParamsError>
where
    T: Serialize + DeserializeOwned,
{
    let refused = |error: serde_json::Error| ParamsError::Value { section, reason: error.to_string() };
    let mut values = match serde_json::to_value(defaults).map_err(refused)? {
        serde_json::Value::Object(values) => values,
        other => return Err(ParamsError::Unwritable(other.to_string())),
    };
    for (key, value) in given {
        let known = values.keys().map(String::as_str).collect::<Vec<_>>().join(", ");
        let Some(slot) = values.get_mut(&key) else {
            return Err(ParamsError::UnknownKey { section, key, known });
        };
        if let Some(hint) = hint(slot, &value) {
            return Err(ParamsError::Value { section, reason: format!("{key} = {value}: {hint}") });
        }
        let value = match value {
            toml::Value::Integer(number) if slot.is_string() => number.to_string().into(),
            toml::Value::Float(number) if slot.is_string() => number.to_string().into(),
            other => serde_json::to_value(other).map_err(refused)?,
        };
        *slot = value;
        // One by one, so that the error names the parameter.
        serde_json::from_value::<T>(serde_json::Value::Object(values.clone()))
            .map_err(|error| ParamsError::Value { section, reason: format!("{key}: {error}") })?;
    }
    serde_json::from_value(serde_json::Value::Object(values)).map_err(refused)
}

/// What to write instead, where a value has a unit as in the comments of a printed file.
fn hint(default: &serde_json::Value, given: &toml::Value) -> Option<&'static str> {
    let text = given.as_str()?;
    if default.is_string() && text.contains('%') {
        return Some("write a plain number, such as 0.02 for 2 %");
    }
    default.is_number().then_some("write a whole number without quotes; times are in seconds, such as 28800 for 8 h")
}
