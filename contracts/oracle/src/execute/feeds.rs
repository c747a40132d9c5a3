//! The owner sets and removes feeds.

use std::mem::discriminant;

use ballast_roles::assert_owner;
use ballast_types::oracle::FeedConfig;
use cosmwasm_std::{DepsMut, Env, MessageInfo, Response, Timestamp};

use crate::error::ContractError;
use crate::hours::may_have;
use crate::reading::Reader;
use crate::state::{self, place, Feed, Ledger, Published, FEEDS, HOURS};
use crate::{events, family, validate};

/// Owner: creates a feed or replaces its configuration. Its history survives a change of publishers, quorum, contract
/// or bounds, so that nobody new starts with a price that nothing is compared with. Only another kind of feed or of
/// source starts from scratch. Trading hours stay wherever there may be some. The source is read at once, so that a contract's jumps are measured from its first price
/// on even if nobody calls `Observe` soon.
pub fn set(
    deps: DepsMut,
    env: Env,
    info: MessageInfo,
    feed: String,
    config: FeedConfig,
) -> Result<Response, ContractError> {
    assert_owner(deps.storage, &info)?;
    validate::name(&feed)?;
    validate::config(deps.api, &feed, &config)?;
    family::check(deps.storage, &feed, &config)?;

    let now = env.block.time;
    let before = FEEDS.may_load(deps.storage, &feed)?;
    let goes_on = before.as_ref().is_some_and(|Feed { config: before, .. }| {
        before.kind == config.kind && discriminant(&before.source) == discriminant(&config.source)
    });
    let had_hours = before.as_ref().is_some_and(|before| before.has_hours);
    let has_hours = had_hours && may_have(&config);
    if had_hours && !has_hours {
        HOURS.remove(deps.storage, &feed);
    }
    let ledger = before.map(|before| before.ledger).unwrap_or_default();
    let ledger = kept(ledger, goes_on, (&state::publishers(deps.storage, &feed)?, config.source.publishers()), now);
    let mut state = Feed { config, ledger, has_hours };
    state.ledger.history = Reader::new(deps.storage, deps.querier, now).stored(&feed, &state)?.history;

    state::save(deps.storage, &feed, &state)?;
    if has_hours {
        HOURS.load(deps.storage, &feed)?.assert_confirms(state.config.confirm_after)?;
    }
    family::assert_short_closings(deps.storage, &feed, now)?;

    Ok(Response::new().add_event(events::set_feed(&feed, &state.config, !goes_on)))
}

/// The part of a ledger that a new configuration keeps, for publishers that remain: values, silenced publishers and
/// history if the feed continues, only the silenced publishers if it starts from scratch.
fn kept(mut ledger: Ledger, goes_on: bool, (before, after): (&[String], &[String]), now: Timestamp) -> Ledger {
    let moved = |at: u8| before.get(usize::from(at)).and_then(|publisher| place(after, publisher));
    ledger.silenced = ledger.silenced.into_iter().filter_map(moved).collect();
    if !goes_on {
        return Ledger { silenced: ledger.silenced, ..Ledger::default() };
    }
    let kept = |value: Published| Some(Published { place: moved(value.place)?, ..value });
    ledger.published = ledger.published.into_iter().filter_map(kept).collect();
    ledger.stop_clock(now);
    ledger
}

/// Owner: removes a feed and its history.
pub fn remove(deps: DepsMut, info: MessageInfo, feed: String) -> Result<Response, ContractError> {
    assert_owner(deps.storage, &info)?;
    if !FEEDS.has(deps.storage, &feed) {
        return Err(ContractError::UnknownFeed { feed });
    }
    family::assert_unused(deps.storage, &feed)?;

    state::remove(deps.storage, &feed);

    Ok(Response::new().add_event(events::remove_feed(&feed)))
}
