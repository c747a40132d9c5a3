//! Queries the oracle for a market's feeds.

use ballast_types::market::{FeedBounds, Reference};
use ballast_types::oracle::{LongestClosingResponse, QueryMsg, Reading};
use ballast_wire::wire;
use cosmwasm_std::{Addr, QuerierWrapper, SignedDecimal256, StdResult};

use crate::state::MarketConfig;

/// A funding reference, and when it becomes stale and counts as zero.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct ReferenceRate {
    /// Yearly; longs pay if it is positive.
    pub rate: SignedDecimal256,
    /// In seconds; `None` for a constant.
    pub stale_at: Option<u64>,
}

/// The oracle's readings of a market's feeds. If the query fails or the response cannot be read, they are missing.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Readings {
    pub index: Option<Reading>,
    /// Of the margin coin's own price, in a market of two prices.
    pub collateral: Option<Reading>,
    /// Zero if the reading has any flag.
    pub reference: ReferenceRate,
}

/// Reads all feeds with one query.
pub fn ask(querier: QuerierWrapper, config: &MarketConfig) -> Readings {
    let reference = match &config.reference {
        Reference::Feed { feed } => Some(feed),
        Reference::Constant { .. } => None,
    };
    let feeds = [Some(&config.index_feed), config.collateral_feed.as_ref(), reference];
    let feeds = feeds.into_iter().flatten().cloned().collect();
    let answer: Vec<Reading> =
        querier.query_wasm_smart(&config.oracle, &QueryMsg::Readings { feeds }).unwrap_or_default();
    let mut answer = answer.into_iter();
    let mut next = |feed: &String| answer.next().filter(|reading| reading.feed == *feed);
    let index = next(&config.index_feed);
    let collateral = config.collateral_feed.as_ref().and_then(&mut next);
    let reference = match &config.reference {
        Reference::Constant { rate } => ReferenceRate { rate: *rate, stale_at: None },
        Reference::Feed { feed } => next(feed)
            .filter(|reading| reading.flags.is_empty())
            .map(|reading| ReferenceRate { rate: reading.value, stale_at: Some(reading.stale_at.seconds()) })
            .unwrap_or_default(),
    };
    Readings { index, collateral, reference }
}

/// The part of the oracle's response on a feed that a market needs.
#[wire]
struct FeedAnswer {
    config: FeedBounds,
}

/// The bounds of a price feed.
pub fn feed_bounds(querier: QuerierWrapper, oracle: &Addr, feed: &str) -> StdResult<FeedBounds> {
    let answer: FeedAnswer = querier.query_wasm_smart(oracle, &QueryMsg::Feed { feed: feed.to_string() })?;
    Ok(answer.config)
}

/// The bounds of the index feed, with the longest closing of both feeds together; `None` if the oracle does not respond.
pub fn index_bounds(querier: QuerierWrapper, config: &MarketConfig) -> Option<FeedBounds> {
    let index = feed_bounds(querier, &config.oracle, &config.index_feed).ok()?;
    let feeds = [Some(&config.index_feed), config.collateral_feed.as_ref()].into_iter().flatten().cloned().collect();
    let query = QueryMsg::LongestClosing { feeds };
    let closing: LongestClosingResponse = querier.query_wasm_smart(&config.oracle, &query).ok()?;
    Some(FeedBounds { longest_closing: closing.seconds, ..index })
}
