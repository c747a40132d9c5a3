//! Why a source's answer does not count.

use std::fmt;
use std::time::Duration;

/// The kind of a fault: a label of the metrics.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Kind {
    /// No connection or no whole answer in time.
    Timeout,
    /// No connection, or a broken one.
    Connection,
    /// A certificate that is not trusted, or no TLS.
    Tls,
    /// An HTTP status of an error.
    Status,
    /// Asked too often, or not asked again yet.
    RateLimited,
    /// A redirect that is not followed.
    Redirect,
    /// A longer answer than any endpoint needs.
    TooLarge,
    /// Not JSON.
    BadJson,
    /// Nothing at the pointer.
    NoValue,
    /// No number, or none that the oracle takes.
    BadValue,
    /// Its key is not in the environment: of a trial alone, because nothing else starts without it.
    NoKey,
    /// Older than `max_age`.
    Stale,
    /// From the future.
    Future,
    /// Too far from the median.
    Outlier,
}

impl Kind {
    /// All kinds that a run counts, in order.
    pub const ALL: [Kind; 13] = [
        Kind::Timeout,
        Kind::Connection,
        Kind::Tls,
        Kind::Status,
        Kind::RateLimited,
        Kind::Redirect,
        Kind::TooLarge,
        Kind::BadJson,
        Kind::NoValue,
        Kind::BadValue,
        Kind::Stale,
        Kind::Future,
        Kind::Outlier,
    ];

    /// Its name in logs and metrics.
    pub fn name(self) -> &'static str {
        match self {
            Kind::Timeout => "timeout",
            Kind::Connection => "connection",
            Kind::Tls => "tls",
            Kind::Status => "status",
            Kind::RateLimited => "rate_limited",
            Kind::Redirect => "redirect",
            Kind::TooLarge => "too_large",
            Kind::BadJson => "bad_json",
            Kind::NoValue => "no_value",
            Kind::BadValue => "bad_value",
            Kind::NoKey => "no_key",
            Kind::Stale => "stale",
            Kind::Future => "future",
            Kind::Outlier => "outlier",
        }
    }
}

/// Why an answer does not count. Its text has no address and no header: they may have keys.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fault {
    pub kind: Kind,
    pub text: String,
    /// How long the source asks to be left alone.
    pub wait: Option<Duration>,
}

impl Fault {
    pub fn new(kind: Kind, text: impl Into<String>) -> Fault {
        Fault { kind, text: text.into(), wait: None }
    }

    /// No whole answer in time.
    pub fn late(timeout: Duration) -> Fault {
        Fault::new(Kind::Timeout, format!("no whole answer within {} s", timeout.as_secs_f64()))
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.kind.name(), self.text)
    }
}
