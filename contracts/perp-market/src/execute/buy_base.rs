//! Anyone may buy the pool's base.

use ballast_math::{Base, Quote};
use ballast_types::market::BuyBaseResponse;
use cosmwasm_std::{to_json_binary, DepsMut, Env, MessageInfo, Response};
use perp_engine::buy;

use crate::error::{ContractError, Result};
use crate::events;
use crate::session::Session;

/// Sells base for the attached quote, at a price that depends on the base's age; unused quote goes back.
pub fn execute(deps: DepsMut, env: Env, info: MessageInfo, market: String, min_base: Option<Base>) -> Result<Response> {
    let mut session = Session::open(deps.as_ref(), &env, market)?;
    let attached = Quote(cw_utils::must_pay(&info, &session.config.quote.denom)?);

    let done = buy(&session.market()?, &session.state.books, attached)?;
    if let Some(min) = min_base.filter(|min| done.base < *min) {
        return Err(ContractError::TooLittle { coin: "base", paid: done.base.amount(), min: min.amount() });
    }

    session.state.books = done.books;
    let event = events::buy_base(&session.name, &info.sender, &done);
    let payout = session.pay(&info.sender, done.base.purse().plus(done.refund.purse())?);
    session.close(deps.storage)?;

    let data = BuyBaseResponse { base: done.base.amount(), quote: done.quote.amount(), refund: done.refund.amount() };
    Ok(Response::new().add_event(event).add_messages(payout).set_data(to_json_binary(&data)?))
}
