//! The guardian silences publishers. A guardian can only stop: one publisher, or the whole feed by silencing two. Only
//! the owner restores.

use ballast_roles::{assert_guardian, assert_owner};
use ballast_types::oracle::FeedConfig;
use cosmwasm_std::{DepsMut, Env, MessageInfo, Response};

use crate::error::ContractError;
use crate::events;
use crate::state::{load, place, publishers, FEEDS, GUARDIAN};

/// Guardian or owner: stops counting a publisher's values. With two silenced the feed has no value.
pub fn silence(
    deps: DepsMut,
    env: Env,
    info: MessageInfo,
    feed: String,
    publisher: String,
) -> Result<Response, ContractError> {
    assert_guardian(deps.storage, &GUARDIAN.load(deps.storage)?, &info)?;
    let mut state = load(deps.storage, &feed)?;
    assert_published(&state.config, &feed)?;
    let Some(place) = place(&publishers(deps.storage, &feed)?, &publisher) else {
        return Err(ContractError::UnknownPublisher { feed, publisher });
    };
    let ledger = &mut state.ledger;
    if ledger.silenced.contains(&place) {
        return Err(ContractError::SilencedAlready { feed, publisher });
    }

    ledger.silenced.push(place);
    ledger.stop_clock(env.block.time);
    let silenced = ledger.silenced.len();
    FEEDS.save(deps.storage, &feed, &state)?;

    Ok(Response::new().add_event(events::silence(&feed, &publisher, &info.sender, silenced)))
}

/// Owner: counts a silenced publisher's values again, including the last one if it is fresh.
pub fn restore(
    deps: DepsMut,
    env: Env,
    info: MessageInfo,
    feed: String,
    publisher: String,
) -> Result<Response, ContractError> {
    assert_owner(deps.storage, &info)?;
    let mut state = load(deps.storage, &feed)?;
    assert_published(&state.config, &feed)?;
    let place = place(&publishers(deps.storage, &feed)?, &publisher);
    let ledger = &mut state.ledger;
    let Some(at) = ledger.silenced.iter().position(|silenced| Some(*silenced) == place) else {
        return Err(ContractError::NotSilenced { feed, publisher });
    };

    ledger.silenced.remove(at);
    ledger.stop_clock(env.block.time);
    let silenced = ledger.silenced.len();
    FEEDS.save(deps.storage, &feed, &state)?;

    Ok(Response::new().add_event(events::restore(&feed, &publisher, silenced)))
}

/// Owner: sets the guardian.
pub fn set_guardian(deps: DepsMut, info: MessageInfo, guardian: String) -> Result<Response, ContractError> {
    assert_owner(deps.storage, &info)?;

    let guardian = deps.api.addr_validate(&guardian)?;
    GUARDIAN.save(deps.storage, &guardian)?;

    Ok(Response::new().add_event(events::set_guardian(&guardian)))
}

fn assert_published(config: &FeedConfig, feed: &str) -> Result<(), ContractError> {
    match config.source.is_published() {
        true => Ok(()),
        false => Err(ContractError::NotPublished { feed: feed.to_string() }),
    }
}
