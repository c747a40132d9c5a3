//! The source file as it is written.

use std::collections::BTreeMap;
use std::path::PathBuf;

use ballast_types::oracle::FeedKind;
use serde::Deserialize;
use toml::Spanned;

/// A number with or without quotes, and where the file has it: a bare one would be rounded otherwise.
pub type Number = Spanned<toml::Value>;

use crate::{file, Error, Result};

/// # Errors
/// [`Error::User`] with the line and what is wanted there, but no value of the file: it may be a key.
pub fn read(text: &str) -> Result<File> {
    toml::from_str(text).map_err(|error| without_value(misread(text, &error)))
}

/// The error with its line, and of a missing field with its section.
fn misread(text: &str, error: &toml::de::Error) -> Error {
    let missing = error.message().strip_prefix("missing field `").map(|field| field.trim_end_matches('`'));
    let section = match missing {
        None => return file::misread(text, error),
        Some("feed") => "the file",
        Some("value") => "[[feed.source]]",
        Some(_) => "[[feed]]",
    };
    Error::user(format!("{} in {section}", file::misread(text, error)))
}

/// `line 7: invalid type: string "…", expected a map` without the string.
fn without_value(error: Error) -> Error {
    let Error::User(text) = &error else { return error };
    for what in ["invalid type", "invalid value", "invalid length"] {
        let told = text.split_once(&format!("{what}: ")).zip(text.rsplit_once(", expected "));
        if let Some(((place, _), (_, wanted))) = told {
            return Error::user(format!("{place}{what}, expected {wanted}"));
        }
    }
    error
}

/// The whole file.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct File {
    /// Seconds to wait for a whole answer.
    #[serde(default = "five")]
    pub timeout: f64,
    pub feed: Vec<Feed>,
}

/// A feed of the oracle.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Feed {
    pub name: String,
    pub kind: Kind,
    pub quorum: usize,
    /// Seconds.
    pub max_age: f64,
    pub max_deviation: Number,
    pub deviation: Number,
    /// Seconds.
    pub heartbeat: f64,
    pub min_confidence: Option<Number>,
    pub source: Vec<Source>,
}

/// An HTTP endpoint that knows the feed's value.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Source {
    pub name: Option<String>,
    pub url: Option<String>,
    pub node: Option<String>,
    pub contract: Option<String>,
    pub query: Option<String>,
    pub body: Option<String>,
    #[serde(default)]
    pub headers: BTreeMap<String, String>,
    /// Names of environment variables.
    #[serde(default)]
    pub headers_from_env: BTreeMap<String, String>,
    /// File with the only certificates to trust.
    pub certificates: Option<PathBuf>,
    pub timeout: Option<f64>,
    pub value: String,
    pub time: Option<String>,
    pub time_unit: Option<Unit>,
    #[serde(default)]
    pub inverse: bool,
    pub scale: Option<Number>,
    /// `8h`, or where the answer has it.
    pub interval: Option<String>,
    pub interval_unit: Option<Span>,
}

/// What the values of a feed are.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// Whole quote per whole base.
    Price,
    /// Yearly.
    FundingRate,
    /// How much of another coin one is redeemed for.
    RedemptionRate,
}

impl Kind {
    /// That of a feed of the oracle.
    pub fn of(kind: FeedKind) -> Kind {
        match kind {
            FeedKind::Price => Kind::Price,
            FeedKind::Rate => Kind::FundingRate,
            FeedKind::RedemptionRate => Kind::RedemptionRate,
        }
    }

    /// Its name in the file.
    pub fn name(self) -> &'static str {
        match self {
            Kind::Price => "price",
            Kind::FundingRate => "funding_rate",
            Kind::RedemptionRate => "redemption_rate",
        }
    }

    /// Whether differences are counted in yearly rates instead of parts of the value.
    pub fn is_rate(self) -> bool {
        self == Kind::FundingRate
    }
}

/// How a source writes times.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
pub enum Unit {
    #[serde(rename = "s")]
    Seconds,
    #[serde(rename = "ms")]
    Milliseconds,
    #[serde(rename = "us")]
    Microseconds,
    #[serde(rename = "ns")]
    Nanoseconds,
    #[serde(rename = "rfc3339")]
    Rfc3339,
}

impl Unit {
    /// As a file writes it.
    pub fn name(self) -> &'static str {
        match self {
            Unit::Seconds => "s",
            Unit::Milliseconds => "ms",
            Unit::Microseconds => "us",
            Unit::Nanoseconds => "ns",
            Unit::Rfc3339 => "rfc3339",
        }
    }
}

/// How a source writes the interval of its rates.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
pub enum Span {
    #[serde(rename = "h")]
    Hours,
    #[serde(rename = "s")]
    Seconds,
    #[serde(rename = "ms")]
    Milliseconds,
}

impl Span {
    /// Its milliseconds.
    pub fn millis(self) -> u64 {
        match self {
            Span::Hours => 3_600_000,
            Span::Seconds => 1_000,
            Span::Milliseconds => 1,
        }
    }
}

fn five() -> f64 {
    5.0
}
