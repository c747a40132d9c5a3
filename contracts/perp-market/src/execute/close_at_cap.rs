//! Anyone may close a long at its cap.

use ballast_types::market::CloseAtCapResponse;
use cosmwasm_std::{to_json_binary, DepsMut, Env, MessageInfo, Response};
use perp_engine::close_at_cap;

use crate::error::Result;
use crate::events;
use crate::session::Session;
use crate::state::position;

/// Closes the long of `owner` and pays out profit and margin, unless margin out is off.
pub fn execute(deps: DepsMut, env: Env, info: MessageInfo, market: String, owner: String) -> Result<Response> {
    cw_utils::nonpayable(&info)?;
    let owner = deps.api.addr_validate(&owner)?;
    let mut session = Session::open(deps.as_ref(), &env, market)?;
    let before = position(deps.storage, &session.name, &owner)?;

    let done = close_at_cap(&session.market()?, &session.state.books, &before)?;

    session.save_position(deps.storage, &owner, &before, &done.position)?;
    session.state.books = done.books;
    let event = events::close_at_cap(&session.name, &owner, &info.sender, &done);
    let payout = session.pay(&owner, done.paid);
    session.close(deps.storage)?;

    let data = to_json_binary(&CloseAtCapResponse { paid: done.paid })?;
    Ok(Response::new().add_event(event).add_messages(payout).set_data(data))
}
