//! Anyone may update histories.

use cosmwasm_std::{DepsMut, Env, Response};

use super::check_count;
use crate::error::ContractError;
use crate::events;
use crate::pairs::{self, Seen};
use crate::reading::Reader;
use crate::state::{self, FEEDS};

/// Reads the sources of these feeds now. A source that does not respond changes nothing and does not affect the other
/// feeds; an unknown feed is an error.
pub fn execute(deps: DepsMut, env: Env, feeds: Vec<String>) -> Result<Response, ContractError> {
    check_count(feeds.len())?;

    let mut response = Response::new();
    let mut seen = vec![];
    for feed in feeds {
        let mut state = state::load(deps.storage, &feed)?;
        let evaluation = Reader::new(deps.storage, deps.querier, env.block.time).stored(&feed, &state)?;

        if evaluation.history != state.ledger.history {
            state.ledger.history = evaluation.history;
            FEEDS.save(deps.storage, &feed, &state)?;
        }
        response = response.add_event(events::observe(&feed, evaluation.verdict));
        seen.push(Seen::new(feed, state.config, &evaluation.reading, evaluation.clock));
    }
    Ok(response.add_events(pairs::observe(deps.storage, &seen)?))
}
