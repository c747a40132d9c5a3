//! Anyone may liquidate.

use ballast_types::market::{LiquidateResponse, MarketAction};
use cosmwasm_std::{to_json_binary, DepsMut, Env, MessageInfo, Response};
use perp_engine::{liquidate, position_state};

use crate::error::Result;
use crate::events;
use crate::session::Session;
use crate::state::position;

/// Liquidates the position of `owner`; the sender gets the reward.
pub fn execute(deps: DepsMut, env: Env, info: MessageInfo, market: String, owner: String) -> Result<Response> {
    cw_utils::nonpayable(&info)?;
    let owner = deps.api.addr_validate(&owner)?;
    let mut session = Session::open(deps.as_ref(), &env, market)?;
    let before = position(deps.storage, &session.name, &owner)?;

    let market = session.market()?;
    market.permit_action(MarketAction::Liquidate)?;
    let done = liquidate(&market, &session.state.books, &before)?;
    let answer = LiquidateResponse {
        before: position_state(&session.state.books, &before, &market)?,
        after: position_state(&done.books, &done.position, &market)?,
        settled: done.settled,
        closed: done.closed,
        reward: done.reward,
        insured: done.insured,
        bad_debt: done.bad_debt,
    };

    session.save_position(deps.storage, &owner, &before, &done.position)?;
    session.state.books = done.books;
    let event = events::liquidate(&session.name, &owner, &info.sender, &done);
    let reward = session.pay(&info.sender, done.reward);
    session.close(deps.storage)?;

    Ok(Response::new().add_event(event).add_messages(reward).set_data(to_json_binary(&answer)?))
}
