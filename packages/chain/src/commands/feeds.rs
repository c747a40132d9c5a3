//! The oracle's feeds behind a market's prices.

use std::collections::VecDeque;

use ballast_types::market::MarketResponse;
use ballast_types::oracle::{FeedResponse, QueryMsg};

use crate::{Client, Result};

/// More feeds than the prices of a market can be computed from: two prices, three levels of at most three.
const MOST: usize = 26;

/// The price feeds that a market names: of the index, and of the deposited coin where it has its own.
pub fn named(market: &MarketResponse) -> Vec<String> {
    std::iter::once(market.index_feed.clone()).chain(market.collateral_feed.clone()).collect()
}

/// These feeds and all that they are computed from, each once and before those that it is computed from.
///
/// # Errors
/// Those of [`Client::query`], for example for a feed that does not exist.
pub fn behind(client: &Client, oracle: &str, feeds: Vec<String>) -> Result<Vec<FeedResponse>> {
    let mut open = VecDeque::from(feeds);
    let mut found: Vec<FeedResponse> = vec![];
    while let Some(feed) = open.pop_front().filter(|_| found.len() < MOST) {
        if found.iter().any(|known| known.feed == feed) {
            continue;
        }
        let mut state: FeedResponse = client.query(oracle, &QueryMsg::Feed { feed: feed.clone() })?;
        // By the name that was asked for, whatever a node says.
        state.feed = feed;
        open.extend(state.config.source.feeds().into_iter().map(str::to_owned));
        found.push(state);
    }
    Ok(found)
}
