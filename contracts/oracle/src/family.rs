//! Which feeds are computed from which: checked whenever one is set or removed, so that reading one always ends.

use ballast_types::oracle::FeedConfig;
use cosmwasm_std::{Order, StdResult, Storage, Timestamp};

use crate::error::ContractError;
use crate::hours;
use crate::state::{self, Feed, FEEDS, PAIRS};
use crate::validate::is_price;

/// Maximum number of levels of feeds, such as a lowest of products of published prices.
const MAX_LEVELS: u32 = 3;

/// The feeds from which this one is computed exist, are prices, and are not computed from it; those that are computed
/// from it still get a price.
pub fn check(storage: &dyn Storage, feed: &str, config: &FeedConfig) -> Result<(), ContractError> {
    if !config.kind.is_price() {
        return assert_unused(storage, feed);
    }
    let below = levels_below(storage, feed, (feed, config))?;
    let above = if below > 0 { levels_above(storage, feed)? } else { 0 };
    let levels = below.saturating_add(1).saturating_add(above);
    if levels > MAX_LEVELS {
        return Err(ContractError::TooDeep { feed: feed.to_string(), levels, max: MAX_LEVELS });
    }
    Ok(())
}

/// No other feed is computed from this one, and it belongs to no pair.
pub fn assert_unused(storage: &dyn Storage, feed: &str) -> Result<(), ContractError> {
    if let Some(by) = users(storage, feed)?.into_iter().next() {
        return Err(ContractError::InUse { feed: feed.to_string(), by });
    }
    for pair in PAIRS.keys(storage, None, None, Order::Ascending) {
        let (base_feed, index_feed) = pair?;
        if base_feed == feed || index_feed == feed {
            return Err(ContractError::InPair { feed: feed.to_string(), base_feed, index_feed });
        }
    }
    Ok(())
}

/// The longest chain of feeds from which the named one is computed. None leads back to `feed`.
fn levels_below(storage: &dyn Storage, feed: &str, (name, config): (&str, &FeedConfig)) -> Result<u32, ContractError> {
    let mut most = 0;
    for factor in config.source.feeds() {
        if factor == feed {
            return Err(ContractError::Circular { feed: feed.to_string(), by: name.to_string() });
        }
        let below = state::load(storage, factor)?.config;
        is_price(factor, below.kind)?;
        most = most.max(levels_below(storage, feed, (factor, &below))?.saturating_add(1));
    }
    Ok(most)
}

/// The longest chain of feeds that are computed from this one.
fn levels_above(storage: &dyn Storage, feed: &str) -> Result<u32, ContractError> {
    let mut most = 0;
    for user in users(storage, feed)? {
        most = most.max(levels_above(storage, &user)?.saturating_add(1));
    }
    Ok(most)
}

/// The hours of this feed and of all that are computed from it make no closing that is too long.
pub fn assert_short_closings(storage: &dyn Storage, feed: &str, now: Timestamp) -> Result<(), ContractError> {
    hours::assert_short(feed, &hours::of(storage, feed, &state::load(storage, feed)?)?, now)?;
    users(storage, feed)?.iter().try_for_each(|user| assert_short_closings(storage, user, now))
}

/// The feeds that name this one, by name.
fn users(storage: &dyn Storage, feed: &str) -> StdResult<Vec<String>> {
    let names_it = |state: &Feed| state.config.source.feeds().contains(&feed);
    FEEDS
        .range(storage, None, None, Order::Ascending)
        .filter_map(|entry| entry.map(|(user, state)| names_it(&state).then_some(user)).transpose())
        .collect()
}
