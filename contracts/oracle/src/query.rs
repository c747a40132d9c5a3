//! Queries. A reading is what a message would see at this moment; nothing is written.

use ballast_types::oracle::{
    FeedEntry, FeedKind, FeedResponse, FeedsResponse, LongestClosingResponse, PublisherValue, Reading,
    RegressionResponse, Source,
};
use cosmwasm_std::{Addr, Deps, Env, Order, StdResult};
use cw_storage_plus::Bound;

use crate::error::ContractError;
use crate::execute::{check_count, MAX_FEEDS};
use crate::hours::{self, Hours};
use crate::reading::Reader;
use crate::state::{self, Feed, Published, FEEDS, HOURS, PAIRS};

const DEFAULT_LIMIT: u32 = 10;
const MAX_LIMIT: u32 = 30;

pub fn price(deps: Deps, env: Env, feed: String) -> Result<Reading, ContractError> {
    of_kind(deps, env, feed, FeedKind::Price)
}

pub fn rate(deps: Deps, env: Env, feed: String) -> Result<Reading, ContractError> {
    of_kind(deps, env, feed, FeedKind::Rate)
}

fn of_kind(deps: Deps, env: Env, feed: String, asked: FeedKind) -> Result<Reading, ContractError> {
    let state = state::load(deps.storage, &feed)?;
    let kind = state.config.kind;
    if kind.is_price() != asked.is_price() {
        return Err(ContractError::WrongKind { feed, kind, asked });
    }
    let mut reader = Reader::new(deps.storage, deps.querier, env.block.time);
    Ok(reader.stored(&feed, &state)?.reading)
}

/// Several feeds of any kind, in the requested order. An error with one of them is a flag of that one.
pub fn readings(deps: Deps, env: Env, feeds: Vec<String>) -> Result<Vec<Reading>, ContractError> {
    if feeds.len() > MAX_FEEDS {
        return Err(ContractError::TooManyFeeds { asked: feeds.len(), max: MAX_FEEDS });
    }
    let mut reader = Reader::new(deps.storage, deps.querier, env.block.time);
    Ok(feeds.iter().map(|feed| reader.read(feed)).collect())
}

pub fn feed(deps: Deps, env: Env, feed: String) -> Result<FeedResponse, ContractError> {
    let state = state::load(deps.storage, &feed)?;
    let counted = hours::of(deps.storage, &feed, &state)?;
    let closing = hours::next(&counted, env.block.time);
    let longest_closing = hours::longest_closing(&counted, env.block.time);
    let Feed { mut config, ledger, .. } = state;
    let hours = HOURS.may_load(deps.storage, &feed)?.map(Hours::told);
    let publishers = state::publishers(deps.storage, &feed)?;
    let at = |place: u8| publishers.get(usize::from(place)).map(Addr::unchecked);
    let told = |Published { place, value, confidence, time }| {
        Some(PublisherValue { publisher: at(place)?, value, confidence, time })
    };
    let published = ledger.published.into_iter().filter_map(told).collect();
    let silenced = ledger.silenced.into_iter().filter_map(at).collect();
    let (accepted, held_back) = match ledger.history {
        Some(history) => (Some(history.accepted), history.held_back),
        None => (None, None),
    };
    if let Source::Published { publishers: named, .. } = &mut config.source {
        *named = publishers;
    }
    Ok(FeedResponse { feed, config, published, silenced, accepted, held_back, hours, closing, longest_closing })
}

/// Of all feeds from which these are computed together.
pub fn longest_closing(deps: Deps, env: Env, feeds: Vec<String>) -> Result<LongestClosingResponse, ContractError> {
    check_count(feeds.len())?;
    let mut counted = vec![];
    for feed in feeds {
        counted.append(&mut hours::of(deps.storage, &feed, &state::load(deps.storage, &feed)?)?);
    }
    Ok(LongestClosingResponse { seconds: hours::longest_closing(&counted, env.block.time) })
}

pub fn regression(deps: Deps, base_feed: String, index_feed: String) -> Result<RegressionResponse, ContractError> {
    let pair = PAIRS.may_load(deps.storage, (&base_feed, &index_feed))?;
    Ok(pair.ok_or(ContractError::UnknownPair { base_feed, index_feed })?.response()?)
}

/// Names and kinds, in the order of names.
pub fn feeds(deps: Deps, start_after: Option<String>, limit: Option<u32>) -> Result<FeedsResponse, ContractError> {
    let limit = limit.unwrap_or(DEFAULT_LIMIT).min(MAX_LIMIT) as usize;
    let start = start_after.as_deref().map(Bound::exclusive);
    let feeds = FEEDS
        .range(deps.storage, start, None, Order::Ascending)
        .take(limit)
        .map(|entry| entry.map(|(feed, state)| FeedEntry { feed, kind: state.config.kind }))
        .collect::<StdResult<Vec<_>>>()?;
    Ok(FeedsResponse { feeds })
}
