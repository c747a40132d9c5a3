//! Orders of traders.

use ballast_math::Purse;
use ballast_types::market::{Adjust, AdjustResponse, OrderSize, PositionState, Settle};
use cosmwasm_std::{to_json_binary, Addr, DepsMut, Env, MessageInfo, Response, Storage};
use perp_engine::{apply, move_margin, position_state, Outcome, Party, Position};

use crate::error::Result;
use crate::events;
use crate::session::Session;
use crate::state::position;

/// Applies an order to the sender's position.
pub fn execute(deps: DepsMut, env: Env, info: MessageInfo, order: Adjust) -> Result<Response> {
    let mut session = Session::open(deps.as_ref(), &env, order.market.clone())?;
    let attached = session.purse_of(&info.funds)?;
    let before = position(deps.storage, &session.name, &info.sender)?;
    prepare(&mut session, deps.storage, &info.sender, &order)?;

    let (done, answer) = compute(&session, &before, &order, attached)?;

    session.save_position(deps.storage, &info.sender, &before, &done.position)?;
    session.state.books = done.books;
    let event = events::adjust(&session.name, &info.sender, &answer);
    let payout = session.pay(&info.sender, done.margin_out.plus(done.refund)?);
    session.close(deps.storage)?;

    Ok(Response::new().add_event(event).add_messages(payout).set_data(to_json_binary(&answer)?))
}

/// The outcome of an order, and the response to it. Previews use the same code.
pub fn compute(
    session: &Session,
    before: &Position,
    order: &Adjust,
    attached: Purse,
) -> Result<(Outcome, AdjustResponse)> {
    let books = &session.state.books;
    let (done, states) = match move_margin(&session.status, books, before, order, attached)? {
        Some(done) => (done, [unsized_state(before), unsized_state(&done.position)]),
        None => {
            let market = session.market()?;
            let done = apply(&market, books, before, order, attached)?;
            let after = position_state(&done.books, &done.position, &market)?;
            (done, [position_state(books, before, &market)?, after])
        }
    };
    let [before, after] = states;
    let answer = AdjustResponse {
        before,
        after,
        prices: session.prices.clone(),
        terms: session.terms(),
        settled: done.settled,
        realised: done.realised,
        costs: done.costs,
        margin_out: done.margin_out,
        refund: done.refund,
    };
    Ok((done, answer))
}

/// The state of margin without a position, which needs no price.
pub fn unsized_state(position: &Position) -> PositionState {
    PositionState { margin: position.margin, ..PositionState::default() }
}

/// Serves `owner`. If their order may add size or settle, it also needs the hedger's position.
pub fn prepare(session: &mut Session, storage: &dyn Storage, owner: &Addr, order: &Adjust) -> Result<()> {
    let trades = match &order.size {
        OrderSize::Delta { amount } => !amount.is_zero() && !order.reduce_only,
        OrderSize::Part(_) => false,
    };
    if session.serve(owner) == Party::Stranger && (trades || order.settle != Settle::No) {
        session.load_hedger(storage)?;
    }
    Ok(())
}
