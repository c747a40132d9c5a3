//! What is stored. A feed's configuration and what changes with its values lie apart: a publication writes once.

use ballast_math::stored_as_list;
pub use ballast_roles::GUARDIAN;
use ballast_types::oracle::{FeedConfig, PublisherValue};
use ballast_wire::{Read, Value};
use cosmwasm_schema::serde::{Serialize, Serializer};
use cosmwasm_std::{Addr, Decimal256, SignedDecimal256, Storage, Timestamp};
use cw_storage_plus::Map;

use crate::error::ContractError;
use crate::history::History;

/// Configurations by name of feed. Addresses in them are validated.
pub const FEEDS: Map<&str, FeedConfig> = Map::new("feeds");

/// What feeds have learned, by name; nothing before the first value, or before a publisher is silenced.
pub const LEDGERS: Map<&str, Ledger> = Map::new("ledgers");

/// Of a feed by name.
pub fn feed_config(storage: &dyn Storage, feed: &str) -> Result<FeedConfig, ContractError> {
    FEEDS.may_load(storage, feed)?.ok_or_else(|| ContractError::UnknownFeed { feed: feed.to_string() })
}

/// The values of one feed, what was learned from them, and whose values do not count.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Ledger {
    /// Latest value of each publisher that has one, in order of their first.
    pub published: Vec<PublisherValue>,
    /// Only of prices that vary, and from the first accepted one on.
    pub history: Option<History>,
    /// Publishers who are silenced: they may publish, but their values do not count.
    pub silenced: Vec<Addr>,
}

stored_as_list!(Ledger { published as ListedValues, history, silenced });

impl Ledger {
    /// Somebody changes whose values count, or by which rules: the clock stops until the next accepted price.
    pub fn stop_clock(&mut self, now: Timestamp) {
        if let Some(history) = &mut self.history {
            history.usable = history.usable.stop(now);
        }
    }
}

/// Values as they are stored: `[publisher, value, confidence, time]` each.
struct ListedValues(Vec<PublisherValue>);

impl Serialize for ListedValues {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let lists = self
            .0
            .iter()
            .map(|PublisherValue { publisher, value, confidence, time }| (publisher, value, confidence, time));
        serializer.collect_seq(lists)
    }
}

impl Read for ListedValues {
    fn read(value: Value<'_>) -> ballast_wire::Result<ListedValues> {
        let lists = Vec::<(Addr, SignedDecimal256, Decimal256, Timestamp)>::read(value)?;
        let value = |(publisher, value, confidence, time)| PublisherValue { publisher, value, confidence, time };
        Ok(ListedValues(lists.into_iter().map(value).collect()))
    }
}
