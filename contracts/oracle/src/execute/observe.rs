//! Anyone may update histories.

use cosmwasm_std::{DepsMut, Env, Response};

use super::check_count;
use crate::error::ContractError;
use crate::events;
use crate::pairs::{self, Seen};
use crate::reading::Reader;
use crate::state::{feed_config, LEDGERS};

/// Reads the sources of these feeds now. A source that does not respond changes nothing and does not affect the other
/// feeds; an unknown feed is an error.
pub fn execute(deps: DepsMut, env: Env, feeds: Vec<String>) -> Result<Response, ContractError> {
    check_count(feeds.len())?;

    let mut response = Response::new();
    let mut seen = vec![];
    for feed in feeds {
        let config = feed_config(deps.storage, &feed)?;
        let mut ledger = LEDGERS.may_load(deps.storage, &feed)?.unwrap_or_default();
        let evaluation = Reader::new(deps.storage, deps.querier, env.block.time).evaluate(&feed, &config, &ledger)?;

        if evaluation.history != ledger.history {
            ledger.history = evaluation.history;
            LEDGERS.save(deps.storage, &feed, &ledger)?;
        }
        response = response.add_event(events::observe(&feed, evaluation.verdict));
        seen.push(Seen::new(feed, config, &evaluation.reading, evaluation.clock));
    }
    Ok(response.add_events(pairs::observe(deps.storage, &seen)?))
}
