//! The owner names pairs of feeds whose covariance is kept.

use ballast_roles::assert_owner;
use cosmwasm_std::{DepsMut, MessageInfo, Order, Response};

use crate::error::ContractError;
use crate::events;
use crate::pairs::Pair;
use crate::state::{load, PAIRS};
use crate::validate::is_price;

/// An observation looks at all pairs.
const MAX_PAIRS: usize = 10;

/// Owner: keeps a pair, from scratch on.
pub fn set(deps: DepsMut, info: MessageInfo, base_feed: String, index_feed: String) -> Result<Response, ContractError> {
    assert_owner(deps.storage, &info)?;
    if base_feed == index_feed {
        return Err(ContractError::PairOfOne { feed: base_feed });
    }
    for feed in [&base_feed, &index_feed] {
        is_price(feed, load(deps.storage, feed)?.config.kind)?;
    }
    let pair = (base_feed.as_str(), index_feed.as_str());
    let kept = PAIRS.keys_raw(deps.storage, None, None, Order::Ascending).count();
    if kept >= MAX_PAIRS && !PAIRS.has(deps.storage, pair) {
        return Err(ContractError::TooManyPairs { max: MAX_PAIRS });
    }

    PAIRS.save(deps.storage, pair, &Pair::default())?;

    Ok(Response::new().add_event(events::set_pair(&base_feed, &index_feed)))
}

/// Owner: forgets a pair.
pub fn remove(
    deps: DepsMut,
    info: MessageInfo,
    base_feed: String,
    index_feed: String,
) -> Result<Response, ContractError> {
    assert_owner(deps.storage, &info)?;
    let pair = (base_feed.as_str(), index_feed.as_str());
    if !PAIRS.has(deps.storage, pair) {
        return Err(ContractError::UnknownPair { base_feed, index_feed });
    }

    PAIRS.remove(deps.storage, pair);

    Ok(Response::new().add_event(events::remove_pair(&base_feed, &index_feed)))
}
