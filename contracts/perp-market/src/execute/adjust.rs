//! A trader's whole step.

use ballast_math::Purse;
use ballast_types::market::{Adjust, AdjustResponse};
use cosmwasm_std::{to_json_binary, DepsMut, Env, MessageInfo, Response};
use perp_engine::{apply, position_state, Outcome, Position};

use crate::error::ContractResult;
use crate::events;
use crate::session::Session;
use crate::state::{position, save_position};

/// Applies an order of the sender to the sender's own position.
pub fn execute(deps: DepsMut, env: Env, info: MessageInfo, order: Adjust) -> ContractResult<Response> {
    let mut session = Session::open(deps.as_ref(), &env, order.market.clone())?;
    let attached = session.purse_of(&info.funds)?;
    let before = position(deps.storage, &session.name, &info.sender)?;

    let (done, answer) = compute(&session, &before, &order, attached)?;

    save_position(deps.storage, &session.name, &info.sender, &before, &done.position)?;
    session.state.books = done.books;
    let event = events::adjust(&session.name, &info.sender, &answer);
    let payout = session.pay(&info.sender, done.margin_out.plus(done.refund)?);
    session.close(deps.storage)?;

    Ok(Response::new().add_event(event).add_messages(payout).set_data(to_json_binary(&answer)?))
}

/// The order's outcome and answer; the code path of previews too.
pub fn compute(
    session: &Session,
    before: &Position,
    order: &Adjust,
    attached: Purse,
) -> ContractResult<(Outcome, AdjustResponse)> {
    let market = session.market()?;
    let done = apply(&market, &session.state.books, before, order, attached)?;
    let answer = AdjustResponse {
        before: position_state(&session.state.books, before, &market)?,
        after: position_state(&done.books, &done.position, &market)?,
        prices: session.prices.clone(),
        terms: market.terms,
        settled: done.settled,
        realised: done.realised,
        costs: done.costs,
        margin_out: done.margin_out,
        refund: done.refund,
    };
    Ok((done, answer))
}
