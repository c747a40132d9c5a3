//! The owner's list of feeds.

use ballast_types::oracle::FeedConfig;
use cosmwasm_std::{DepsMut, Env, MessageInfo, Response};

use crate::error::ContractError;
use crate::reading::evaluate;
use crate::state::{Ledger, FEEDS, LEDGERS};
use crate::{events, validate};

/// Owner: creates a feed or replaces its configuration. With another source or kind its values and history are
/// forgotten: returns from one source to another mean nothing. A contract as source is asked at once, so that its jumps
/// are measured from the first price on also when nobody calls `Observe` soon.
pub fn set(
    deps: DepsMut,
    env: Env,
    info: MessageInfo,
    feed: String,
    config: FeedConfig,
) -> Result<Response, ContractError> {
    cw_ownable::assert_owner(deps.storage, &info.sender)?;
    validate::name(&feed)?;
    validate::config(deps.api, &feed, &config)?;

    let before = FEEDS.may_load(deps.storage, &feed)?;
    let goes_on = before.is_some_and(|before| before.source == config.source && before.kind == config.kind);
    let event = events::set_feed(&feed, &config, !goes_on);
    if goes_on {
        FEEDS.save(deps.storage, &feed, &config)?;
        return Ok(Response::new().add_event(event));
    }
    let first = evaluate(deps.querier, &feed, &config, &Ledger::default(), env.block.time)?;

    FEEDS.save(deps.storage, &feed, &config)?;
    LEDGERS.remove(deps.storage, &feed);
    if first.history.is_some() {
        LEDGERS.save(deps.storage, &feed, &Ledger { published: vec![], history: first.history })?;
    }

    Ok(Response::new().add_event(event))
}

/// Owner: forgets a feed and all that it learned.
pub fn remove(deps: DepsMut, info: MessageInfo, feed: String) -> Result<Response, ContractError> {
    cw_ownable::assert_owner(deps.storage, &info.sender)?;
    if !FEEDS.has(deps.storage, &feed) {
        return Err(ContractError::UnknownFeed { feed });
    }

    FEEDS.remove(deps.storage, &feed);
    LEDGERS.remove(deps.storage, &feed);

    Ok(Response::new().add_event(events::remove_feed(&feed)))
}
