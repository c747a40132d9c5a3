//! What is stored. A feed's configuration and what changes with its values lie apart: a publication writes once.

use ballast_types::oracle::{FeedConfig, PublisherValue};
use cosmwasm_schema::cw_serde;
use cw_storage_plus::Map;

use crate::history::History;

/// Configurations by name of feed. Addresses in them are validated.
pub const FEEDS: Map<&str, FeedConfig> = Map::new("feeds");

/// What feeds have learned, by name; nothing before the first value.
pub const LEDGERS: Map<&str, Ledger> = Map::new("ledgers");

/// The values of one feed, and what was learned from them.
#[cw_serde]
#[derive(Default)]
pub struct Ledger {
    /// Latest value of each publisher that has one, in order of their first.
    pub published: Vec<PublisherValue>,
    /// Only of prices that vary, and from the first accepted one on.
    pub history: Option<History>,
}
