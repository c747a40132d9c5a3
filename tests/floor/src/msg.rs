//! Messages: a tree of calls.

use cosmwasm_std::Coin;
use serde::{Deserialize, Serialize};

/// Messages.
#[derive(Serialize, Deserialize, Clone, Debug, PartialEq, Eq)]
#[serde(rename_all = "snake_case")]
pub enum ExecuteMsg {
    /// Does what [`Run`] says.
    Run(Run),
    /// Writes what a later [`Run`] or [`Look`] with the same slot will read.
    Fill {
        /// The slot.
        s: u8,
        /// The area of that `Run` or `Look`.
        r: Area,
    },
}

/// Queries.
#[derive(Serialize, Deserialize, Clone, Debug, PartialEq, Eq)]
#[serde(rename_all = "snake_case")]
pub enum QueryMsg {
    /// Reads, and queries others. Returns an empty string.
    Look(Look),
}

/// What one execution does, in this order: reads, queries, writes, removals; then its messages: payments, calls.
#[derive(Serialize, Deserialize, Clone, Debug, Default, PartialEq, Eq)]
#[serde(default)]
pub struct Run {
    /// Slot: separates the keys of this execution from those of others; below [`crate::SLOTS`].
    #[serde(skip_serializing_if = "is_zero")]
    pub s: u8,
    /// What to read; must have been filled before.
    #[serde(skip_serializing_if = "Area::is_empty")]
    pub r: Area,
    /// What to write.
    #[serde(skip_serializing_if = "Area::is_empty")]
    pub w: Area,
    /// Number of keys to remove.
    #[serde(skip_serializing_if = "is_zero")]
    pub d: u8,
    /// Queries.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub q: Vec<Query>,
    /// Payments out of the contract's own coins.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub p: Vec<Payment>,
    /// Calls.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub x: Vec<Call>,
}

/// What one query does.
#[derive(Serialize, Deserialize, Clone, Debug, Default, PartialEq, Eq)]
#[serde(default)]
pub struct Look {
    /// Slot.
    #[serde(skip_serializing_if = "is_zero")]
    pub s: u8,
    /// What to read; must have been filled before.
    #[serde(skip_serializing_if = "Area::is_empty")]
    pub r: Area,
    /// Queries.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub q: Vec<Query>,
}

/// A number of keys and bytes.
#[derive(Serialize, Deserialize, Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Area {
    /// Keys.
    pub k: u8,
    /// Bytes of keys and values together.
    pub b: u32,
}

/// A query of another contract.
#[derive(Serialize, Deserialize, Clone, Debug, PartialEq, Eq)]
pub struct Query {
    /// The contract to query.
    pub c: String,
    /// The message.
    pub l: Look,
}

/// A payment.
#[derive(Serialize, Deserialize, Clone, Debug, PartialEq, Eq)]
pub struct Payment {
    /// The recipient.
    pub t: String,
    /// The coins.
    pub f: Vec<Coin>,
}

/// A call of another contract.
#[derive(Serialize, Deserialize, Clone, Debug, PartialEq, Eq)]
pub struct Call {
    /// The contract to call.
    pub c: String,
    /// The message.
    pub m: Run,
    /// The coins to attach.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub f: Vec<Coin>,
    /// Whether the caller is loaded again after it.
    pub a: Answer,
}

/// Whether the caller is loaded again after the call.
#[derive(Serialize, Deserialize, Clone, Copy, Debug, PartialEq, Eq)]
pub enum Answer {
    /// It is.
    #[serde(rename = "y")]
    Reply,
    /// It is not.
    #[serde(rename = "n")]
    None,
}

impl Area {
    /// Whether there is nothing to read or write.
    pub fn is_empty(&self) -> bool {
        self.k == 0
    }
}

fn is_zero(number: &u8) -> bool {
    *number == 0
}
