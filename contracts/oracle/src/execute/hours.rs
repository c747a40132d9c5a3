//! The owner sets trading hours.

use ballast_roles::assert_owner;
use ballast_types::oracle::{Closing, TradingHours};
use cosmwasm_std::{DepsMut, Env, MessageInfo, Response, Timestamp};

use crate::error::ContractError;
use crate::hours::{may_have, Hours};
use crate::state::{load, Feed, FEEDS, HOURS};
use crate::{events, family};

/// Owner: replaces the trading hours of a feed, or removes them.
pub fn set(
    deps: DepsMut,
    env: Env,
    info: MessageInfo,
    feed: String,
    hours: Option<TradingHours>,
) -> Result<Response, ContractError> {
    assert_owner(deps.storage, &info)?;
    let state = load(deps.storage, &feed)?;
    if !may_have(&state.config) {
        return Err(ContractError::NoHours { feed });
    }
    let now = env.block.time;
    let before = HOURS.may_load(deps.storage, &feed)?.unwrap_or_default();
    let known = last_accepted(&state, now);
    let hours =
        hours.map(|hours| Ok::<_, ContractError>(Hours::new(&hours, now)?.after(&before, known, now))).transpose()?;

    save(deps, env, feed, state, hours)
}

/// Owner: adds holidays to the table and the holidays that the feed has.
pub fn add_holidays(
    deps: DepsMut,
    env: Env,
    info: MessageInfo,
    feed: String,
    holidays: Vec<Closing>,
) -> Result<Response, ContractError> {
    assert_owner(deps.storage, &info)?;
    let state = load(deps.storage, &feed)?;
    if !state.has_hours {
        return Err(ContractError::NoTable { feed });
    }
    let now = env.block.time;
    // Holidays since the last accepted price still tell that the next one is the first after a closing.
    let hours = HOURS.load(deps.storage, &feed)?.with(&holidays, last_accepted(&state, now), now)?;

    save(deps, env, feed, state, Some(hours))
}

fn last_accepted(state: &Feed, now: Timestamp) -> Timestamp {
    state.ledger.history.as_ref().map_or(now, |history| history.accepted.time)
}

/// The clock of usable seconds may have been set to run beyond the new closing.
fn save(
    deps: DepsMut,
    env: Env,
    feed: String,
    mut state: Feed,
    hours: Option<Hours>,
) -> Result<Response, ContractError> {
    let now = env.block.time;
    state.has_hours = hours.is_some();
    state.ledger.stop_clock(now);
    match &hours {
        Some(hours) => {
            hours.assert_confirms(state.config.confirm_after)?;
            HOURS.save(deps.storage, &feed, hours)?;
        }
        None => HOURS.remove(deps.storage, &feed),
    }
    FEEDS.save(deps.storage, &feed, &state)?;
    family::assert_short_closings(deps.storage, &feed, now)?;

    Ok(Response::new().add_event(events::set_hours(&feed, hours.map(Hours::told))))
}
