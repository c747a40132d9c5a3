//! The guardian silences publishers. A guardian can only stop: one publisher, or the whole feed by silencing two. Only
//! the owner restores.

use ballast_roles::{assert_guardian, assert_owner};
use ballast_types::oracle::FeedConfig;
use cosmwasm_std::{Addr, DepsMut, Env, MessageInfo, Response};

use crate::error::ContractError;
use crate::events;
use crate::state::{feed_config, GUARDIAN, LEDGERS};

/// Guardian or owner: stops counting a publisher's values. With two silenced the feed has no value.
pub fn silence(
    deps: DepsMut,
    env: Env,
    info: MessageInfo,
    feed: String,
    publisher: String,
) -> Result<Response, ContractError> {
    assert_guardian(deps.storage, &GUARDIAN.load(deps.storage)?, &info)?;
    let config = feed_config(deps.storage, &feed)?;
    let publisher = named(&config, &feed, publisher)?;
    let mut ledger = LEDGERS.may_load(deps.storage, &feed)?.unwrap_or_default();
    if ledger.silenced.contains(&publisher) {
        return Err(ContractError::SilencedAlready { feed, publisher: publisher.into() });
    }

    ledger.silenced.push(publisher.clone());
    ledger.stop_clock(env.block.time);
    LEDGERS.save(deps.storage, &feed, &ledger)?;

    Ok(Response::new().add_event(events::silence(&feed, &publisher, &info.sender, ledger.silenced.len())))
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
    assert_published(&feed_config(deps.storage, &feed)?, &feed)?;
    let mut ledger = LEDGERS.may_load(deps.storage, &feed)?.unwrap_or_default();
    let Some(at) = ledger.silenced.iter().position(|silenced| silenced.as_str() == publisher) else {
        return Err(ContractError::NotSilenced { feed, publisher });
    };

    let publisher = ledger.silenced.remove(at);
    ledger.stop_clock(env.block.time);
    LEDGERS.save(deps.storage, &feed, &ledger)?;

    Ok(Response::new().add_event(events::restore(&feed, &publisher, ledger.silenced.len())))
}

/// Owner: sets the guardian.
pub fn set_guardian(deps: DepsMut, info: MessageInfo, guardian: String) -> Result<Response, ContractError> {
    assert_owner(deps.storage, &info)?;

    let guardian = deps.api.addr_validate(&guardian)?;
    GUARDIAN.save(deps.storage, &guardian)?;

    Ok(Response::new().add_event(events::set_guardian(&guardian)))
}

/// A publisher of the feed, as an address that was validated when the feed was set.
fn named(config: &FeedConfig, feed: &str, publisher: String) -> Result<Addr, ContractError> {
    assert_published(config, feed)?;
    if !config.source.publishers().contains(&publisher) {
        return Err(ContractError::UnknownPublisher { feed: feed.to_string(), publisher });
    }
    Ok(Addr::unchecked(publisher))
}

fn assert_published(config: &FeedConfig, feed: &str) -> Result<(), ContractError> {
    match config.source.is_published() {
        true => Ok(()),
        false => Err(ContractError::NotPublished { feed: feed.to_string() }),
    }
}
