//! Who watches the publishers. A guardian can only stop: one publisher, or with two a whole feed; the owner decides.

use ballast_types::oracle::{FeedConfig, Source};
use cosmwasm_std::{Addr, DepsMut, Env, MessageInfo, Response, Storage, Timestamp};

use crate::error::ContractError;
use crate::events;
use crate::state::{Ledger, FEEDS, GUARDIAN, LEDGERS};

/// Guardian or owner: a publisher's values count no more. With two silenced the feed has no value.
pub fn silence(
    deps: DepsMut,
    env: Env,
    info: MessageInfo,
    feed: String,
    publisher: String,
) -> Result<Response, ContractError> {
    assert_guardian(deps.storage, &info.sender)?;
    let publisher = named(deps.storage, &feed, publisher)?;
    let mut ledger = LEDGERS.may_load(deps.storage, &feed)?.unwrap_or_default();
    if ledger.silenced.contains(&publisher) {
        return Err(ContractError::SilencedAlready { feed, publisher: publisher.into() });
    }

    ledger.silenced.push(publisher.clone());
    save(deps.storage, &feed, &mut ledger, env.block.time)?;

    Ok(Response::new().add_event(events::silence(&feed, &publisher, &info.sender, ledger.silenced.len())))
}

/// Owner: a silenced publisher's values count again, the last one too where it is fresh.
pub fn restore(
    deps: DepsMut,
    env: Env,
    info: MessageInfo,
    feed: String,
    publisher: String,
) -> Result<Response, ContractError> {
    cw_ownable::assert_owner(deps.storage, &info.sender)?;
    if !FEEDS.has(deps.storage, &feed) {
        return Err(ContractError::UnknownFeed { feed });
    }
    let mut ledger = LEDGERS.may_load(deps.storage, &feed)?.unwrap_or_default();
    let Some(at) = ledger.silenced.iter().position(|silenced| silenced.as_str() == publisher) else {
        return Err(ContractError::NotSilenced { feed, publisher });
    };

    let publisher = ledger.silenced.remove(at);
    save(deps.storage, &feed, &mut ledger, env.block.time)?;

    Ok(Response::new().add_event(events::restore(&feed, &publisher, ledger.silenced.len())))
}

/// Owner: names another guardian.
pub fn set_guardian(deps: DepsMut, info: MessageInfo, guardian: String) -> Result<Response, ContractError> {
    cw_ownable::assert_owner(deps.storage, &info.sender)?;

    let guardian = deps.api.addr_validate(&guardian)?;
    GUARDIAN.save(deps.storage, &guardian)?;

    Ok(Response::new().add_event(events::set_guardian(&guardian)))
}

fn assert_guardian(storage: &dyn Storage, sender: &Addr) -> Result<(), ContractError> {
    if GUARDIAN.load(storage)? == *sender || cw_ownable::is_owner(storage, sender)? {
        return Ok(());
    }
    Err(ContractError::NotGuardian { sender: sender.to_string() })
}

/// A publisher of the feed, as an address that was validated when the feed was set.
fn named(storage: &dyn Storage, feed: &str, publisher: String) -> Result<Addr, ContractError> {
    match FEEDS.may_load(storage, feed)? {
        None => Err(ContractError::UnknownFeed { feed: feed.to_string() }),
        Some(FeedConfig { source: Source::Published { publishers, .. }, .. }) if publishers.contains(&publisher) => {
            Ok(Addr::unchecked(publisher))
        }
        Some(FeedConfig { source: Source::Published { .. }, .. }) => {
            Err(ContractError::UnknownPublisher { feed: feed.to_string(), publisher })
        }
        Some(_) => Err(ContractError::NotPublished { feed: feed.to_string() }),
    }
}

/// Whether the feed has a value may have changed, so clocks that need one count from here.
fn save(storage: &mut dyn Storage, feed: &str, ledger: &mut Ledger, now: Timestamp) -> Result<(), ContractError> {
    if let Some(history) = &mut ledger.history {
        history.usable_since = now;
    }
    LEDGERS.save(storage, feed, ledger)?;
    Ok(())
}
