//! What the oracle says of a market's two feeds.

use ballast_types::market::{FeedBounds, Reference};
use ballast_types::oracle::{QueryMsg, Reading};
use ballast_wire::wire;
use cosmwasm_std::{Addr, QuerierWrapper, SignedDecimal256, StdResult};

use crate::state::MarketConfig;

/// A funding reference and the moment from which it is zero, in seconds.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct ReferenceRate {
    /// Yearly; longs pay when positive.
    pub rate: SignedDecimal256,
    /// Never for a constant.
    pub stale_at: Option<u64>,
}

/// One answer of the oracle, for both feeds. A query that fails, or an answer that cannot be read, says nothing.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Readings {
    /// The index price.
    pub index: Option<Reading>,
    /// The reference; zero with any flag.
    pub reference: ReferenceRate,
}

/// Asks the oracle once.
pub fn ask(querier: QuerierWrapper, config: &MarketConfig) -> Readings {
    let mut feeds = vec![config.index_feed.clone()];
    if let Reference::Feed { feed } = &config.reference {
        feeds.push(feed.clone());
    }
    let answer: Vec<Reading> =
        querier.query_wasm_smart(&config.oracle, &QueryMsg::Readings { feeds }).unwrap_or_default();
    let mut answer = answer.into_iter();
    let index = answer.next().filter(|reading| reading.feed == config.index_feed);
    let reference = match &config.reference {
        Reference::Constant { rate } => ReferenceRate { rate: *rate, stale_at: None },
        Reference::Feed { feed } => answer
            .next()
            .filter(|reading| reading.feed == *feed && reading.flags.is_empty())
            .map(|reading| ReferenceRate { rate: reading.value, stale_at: Some(reading.stale_at.seconds()) })
            .unwrap_or_default(),
    };
    Readings { index, reference }
}

/// Of the oracle's answer on a feed what a market needs.
#[wire]
struct FeedAnswer {
    config: FeedBounds,
}

/// Bounds of a price feed.
pub fn feed_bounds(querier: QuerierWrapper, oracle: &Addr, feed: &str) -> StdResult<FeedBounds> {
    let answer: FeedAnswer = querier.query_wasm_smart(oracle, &QueryMsg::Feed { feed: feed.to_string() })?;
    Ok(answer.config)
}
