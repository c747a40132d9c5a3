//! Storage. Whatever a reading needs of a feed is one record without names of fields: whoever asks for a price pays for
//! each record and each byte that is read. The addresses of publishers are stored apart.

use ballast_math::stored_as_list;
pub use ballast_roles::GUARDIAN;
use ballast_types::oracle::{FeedConfig, FeedKind, Source};
use ballast_wire::{Items, Read, Value};
use cosmwasm_schema::serde::ser::SerializeSeq;
use cosmwasm_schema::serde::{Serialize, Serializer};
use cosmwasm_std::{Decimal256, SignedDecimal256, StdResult, Storage, Timestamp};
use cw_storage_plus::Map;

use crate::error::ContractError;
use crate::history::History;
use crate::hours::Hours;
use crate::pairs::Pair;

/// Feeds by name.
pub const FEEDS: Map<&str, Feed> = Map::new("feeds");

/// Validated addresses by name of the feed; of published feeds only.
pub const PUBLISHERS: Map<&str, Vec<String>> = Map::new("publishers");

/// Trading hours by name of the feed; only of feeds that have some.
pub const HOURS: Map<&str, Hours> = Map::new("hours");

/// By base feed and index feed; at most 10.
pub const PAIRS: Map<(&str, &str), Pair> = Map::new("pairs");

/// The feed without its [`publishers`].
pub fn load(storage: &dyn Storage, feed: &str) -> Result<Feed, ContractError> {
    FEEDS.may_load(storage, feed)?.ok_or_else(|| ContractError::UnknownFeed { feed: feed.to_string() })
}

/// Addresses that may publish; none for other sources.
pub fn publishers(storage: &dyn Storage, feed: &str) -> StdResult<Vec<String>> {
    Ok(PUBLISHERS.may_load(storage, feed)?.unwrap_or_default())
}

/// A feed with its publishers.
pub fn save(storage: &mut dyn Storage, name: &str, feed: &Feed) -> StdResult<()> {
    match &feed.config.source {
        Source::Published { publishers, .. } => PUBLISHERS.save(storage, name, publishers)?,
        _ => PUBLISHERS.remove(storage, name),
    }
    FEEDS.save(storage, name, feed)
}

pub fn remove(storage: &mut dyn Storage, feed: &str) {
    FEEDS.remove(storage, feed);
    PUBLISHERS.remove(storage, feed);
    HOURS.remove(storage, feed);
}

/// What a reading needs of a feed.
#[derive(Clone, Debug, PartialEq)]
pub struct Feed {
    pub config: FeedConfig,
    pub ledger: Ledger,
    /// Whether it has [`HOURS`]: a feed without pays for no look.
    pub has_hours: bool,
}

/// `[config, ledger]`, and a 1 behind them if it has hours.
impl Serialize for Feed {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let config = ListedConfig(self.config.clone());
        match self.has_hours {
            true => (config, &self.ledger, 1).serialize(serializer),
            false => (config, &self.ledger).serialize(serializer),
        }
    }
}

impl Read for Feed {
    fn read(value: Value<'_>) -> ballast_wire::Result<Feed> {
        let has_hours = matches!(&value, Value::List(items) if items.len() > 2);
        let mut items = Items::of(value)?;
        let feed = Feed { config: items.take::<ListedConfig>()?.0, ledger: items.take()?, has_hours };
        if has_hours {
            items.take::<u8>()?;
        }
        items.end()?;
        Ok(feed)
    }
}

ballast_wire::deserialize_as_read!(Feed);

/// The values of a feed, their history, and the publishers who do not count.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Ledger {
    /// The latest value of each publisher, in the order of their first values.
    pub published: Vec<Published>,
    /// For prices that vary, from the first accepted price on.
    pub history: Option<History>,
    /// Places of publishers whose values do not count; they may still publish.
    pub silenced: Vec<u8>,
}

stored_as_list!(Ledger { published, history, silenced });

/// A publisher's value, stored with the publisher's place in the list.
#[derive(Clone, Debug, PartialEq)]
pub struct Published {
    pub place: u8,
    pub value: SignedDecimal256,
    pub confidence: Decimal256,
    pub time: Timestamp,
}

stored_as_list!(Published { place, value, confidence, time });

/// The place of an address in a list of publishers.
pub fn place(publishers: &[String], publisher: &str) -> Option<u8> {
    (0..=u8::MAX).zip(publishers).find(|(_, named)| *named == publisher).map(|(place, _)| place)
}

impl Ledger {
    /// Stops the clock of usable time until the next accepted price, for changes of publishers or rules.
    pub fn stop_clock(&mut self, now: Timestamp) {
        if let Some(history) = &mut self.history {
            history.usable = history.usable.stop(now);
        }
    }
}

/// A configuration stored as a list of its fields, in the order of their declaration. Only that of a redemption rate ends
/// with `max_growth`, so that all others are stored without it, as by versions that did not know it.
struct ListedConfig(FeedConfig);

impl Serialize for ListedConfig {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let FeedConfig {
            kind,
            source,
            max_age,
            max_confidence,
            max_jump,
            confirm_after,
            variance_tau,
            initial_volatility,
            max_growth,
        } = &self.0;
        let source = ListedSource(source.clone());
        let mut list = serializer.serialize_seq(None)?;
        list.serialize_element(&ListedKind(*kind))?;
        list.serialize_element(&source)?;
        list.serialize_element(max_age)?;
        list.serialize_element(max_confidence)?;
        list.serialize_element(max_jump)?;
        list.serialize_element(confirm_after)?;
        list.serialize_element(variance_tau)?;
        list.serialize_element(initial_volatility)?;
        if let Some(max_growth) = max_growth {
            list.serialize_element(max_growth)?;
        }
        list.end()
    }
}

impl Read for ListedConfig {
    fn read(value: Value<'_>) -> ballast_wire::Result<ListedConfig> {
        let mut items = Items::of(value)?;
        let kind = items.take::<ListedKind>()?.0;
        let config = FeedConfig {
            kind,
            source: items.take::<ListedSource>()?.0,
            max_age: items.take()?,
            max_confidence: items.take()?,
            max_jump: items.take()?,
            confirm_after: items.take()?,
            variance_tau: items.take()?,
            initial_volatility: items.take()?,
            max_growth: match kind {
                FeedKind::RedemptionRate => Some(items.take()?),
                FeedKind::Price | FeedKind::Rate => None,
            },
        };
        items.end()?;
        Ok(ListedConfig(config))
    }
}

/// A kind, of which the one with the longest name is stored as a number.
struct ListedKind(FeedKind);

impl Serialize for ListedKind {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match &self.0 {
            FeedKind::RedemptionRate => 2u8.serialize(serializer),
            kind => kind.serialize(serializer),
        }
    }
}

impl Read for ListedKind {
    fn read(value: Value<'_>) -> ballast_wire::Result<ListedKind> {
        Ok(ListedKind(match value {
            Value::Number(_) => FeedKind::RedemptionRate,
            kind => FeedKind::read(kind)?,
        }))
    }
}

/// A source of which, if it is published, only the quorum is stored.
struct ListedSource(Source);

impl Serialize for ListedSource {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match &self.0 {
            Source::Published { quorum, .. } => quorum.serialize(serializer),
            source => source.serialize(serializer),
        }
    }
}

impl Read for ListedSource {
    fn read(value: Value<'_>) -> ballast_wire::Result<ListedSource> {
        Ok(ListedSource(match value {
            Value::Number(_) => Source::Published { publishers: vec![], quorum: Read::read(value)? },
            source => Source::read(source)?,
        }))
    }
}
