//! Storage. A feed's configuration and its changing values are stored apart, so that a publication writes one item.

use ballast_math::stored_as_list;
pub use ballast_roles::GUARDIAN;
use ballast_types::oracle::{FeedConfig, PublisherValue};
use ballast_wire::{Read, Value};
use cosmwasm_schema::serde::{Serialize, Serializer};
use cosmwasm_std::{Addr, Decimal256, SignedDecimal256, Storage, Timestamp};
use cw_storage_plus::Map;

use crate::error::ContractError;
use crate::history::History;
use crate::pairs::Pair;

/// Configurations by name of feed. Addresses in them are validated.
pub const FEEDS: Map<&str, FeedConfig> = Map::new("feeds");

/// By name of the feed; absent until it has a value or a silenced publisher.
pub const LEDGERS: Map<&str, Ledger> = Map::new("ledgers");

/// By base feed and index feed; at most 10.
pub const PAIRS: Map<(&str, &str), Pair> = Map::new("pairs");

pub fn feed_config(storage: &dyn Storage, feed: &str) -> Result<FeedConfig, ContractError> {
    FEEDS.may_load(storage, feed)?.ok_or_else(|| ContractError::UnknownFeed { feed: feed.to_string() })
}

/// The values of a feed, their history, and the publishers who do not count.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Ledger {
    /// The latest value of each publisher, in the order of their first values.
    pub published: Vec<PublisherValue>,
    /// For prices that vary, from the first accepted price on.
    pub history: Option<History>,
    /// Publishers whose values do not count; they may still publish.
    pub silenced: Vec<Addr>,
}

stored_as_list!(Ledger { published as ListedValues, history, silenced });

impl Ledger {
    /// Stops the clock of usable time until the next accepted price, for changes of publishers or rules.
    pub fn stop_clock(&mut self, now: Timestamp) {
        if let Some(history) = &mut self.history {
            history.usable = history.usable.stop(now);
        }
    }
}

/// Values stored as `[publisher, value, confidence, time]`.
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
