//! Anyone may settle the large losses of others.

use ballast_math::Purse;
use ballast_types::market::SettleLossResponse;
use cosmwasm_std::{to_json_binary, Addr, DepsMut, Env, MessageInfo, Response};
use perp_engine::{Position, SettledLoss, SettledLosses};

use crate::error::{ContractError, Result};
use crate::events;
use crate::session::Session;
use crate::state::position;

/// Limits the gas of one message.
const MAX_POSITIONS: usize = 16;

/// Settles the positions of `owners`, all of them or none.
pub fn execute(deps: DepsMut, env: Env, info: MessageInfo, market: String, owners: Vec<String>) -> Result<Response> {
    cw_utils::nonpayable(&info)?;
    if owners.len() > MAX_POSITIONS {
        return Err(ContractError::TooManyPositions { positions: owners.len(), max: MAX_POSITIONS });
    }
    let mut session = Session::open(deps.as_ref(), &env, market)?;
    session.load_hedger(deps.storage)?;
    let owners = owners.into_iter().map(|owner| deps.api.addr_validate(&owner)).collect::<Result<Vec<_>, _>>()?;

    let market = session.market()?;
    let mut losses = SettledLosses::begin(&market, &session.prices, &session.state.books)?;
    let mut settled: Vec<(Addr, Position, SettledLoss)> = vec![];
    let mut paid = Purse::EMPTY;
    for owner in owners {
        if session.config.hedger.as_ref() == Some(&owner) {
            return Err(ContractError::IsHedger { owner: owner.into_string() });
        }
        // For an owner who is listed twice, continue with the settled position.
        let again = settled.iter().find(|(before, ..)| *before == owner).map(|(_, _, done)| done.position);
        let before = again.map_or_else(|| position(deps.storage, &session.name, &owner), Ok)?;
        let done = losses.settle(&before).map_err(|error| of(&owner, error))?;
        paid = paid.plus(done.paid)?;
        settled.push((owner, before, done));
    }
    let books = losses.finish()?;

    let mut response = Response::new();
    for (owner, before, done) in &settled {
        session.save_position(deps.storage, owner, before, &done.position)?;
        response = response.add_event(events::settle_loss(&session.name, owner, &info.sender, done));
    }
    session.state.books = books;
    session.close(deps.storage)?;
    Ok(response.set_data(to_json_binary(&SettleLossResponse { paid })?))
}

fn of(owner: &Addr, error: perp_engine::EngineError) -> ContractError {
    ContractError::Position { owner: owner.to_string(), error: Box::new(error) }
}
