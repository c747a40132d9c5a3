//! Liquidity providers deposit at once and withdraw after a notice.

use ballast_math::{Purse, Quote, Shares};
use ballast_types::market::{PoolDepositResponse, PoolRequestResponse, PoolWithdrawResponse};
use cosmwasm_std::{to_json_binary, DepsMut, Env, MessageInfo, Response, Storage};
use perp_engine::{deposit as into_pool, withdraw as out_of_pool, EngineError, Request};

use crate::error::{ContractError, Result};
use crate::events;
use crate::session::Session;
use crate::state::{
    lowest_long, save_provider, save_request, strangers, MarketState, Provider, ProviderKey, PROVIDERS, REQUESTS,
};

/// Adds the attached quote to the pool for shares. For some time after that the sender cannot request a withdrawal.
pub fn deposit(
    deps: DepsMut,
    env: Env,
    info: MessageInfo,
    market: String,
    min_shares: Option<Shares>,
) -> Result<Response> {
    let mut session = Session::open(deps.as_ref(), &env, market)?;
    let amount = Quote(cw_utils::must_pay(&info, &session.config.quote.denom)?);

    let lowest = lowest_long(deps.storage, &session.name)?;
    let done = into_pool(&session.market()?, &session.state.books, amount, lowest.as_ref())?;
    if let Some(min) = min_shares.filter(|min| done.shares < *min) {
        return Err(ContractError::TooFewShares { shares: done.shares.amount(), min: min.amount() });
    }

    let key = (session.name.as_str(), &info.sender);
    let held = PROVIDERS.may_load(deps.storage, key)?.unwrap_or_default();
    let shares = held.shares.plus(done.shares)?;
    PROVIDERS.save(deps.storage, key, &Provider { shares, barred_at: session.seconds() })?;
    session.state.books = done.books;
    let event = events::pool_deposit(&session.name, &info.sender, amount, done.shares);
    session.close(deps.storage)?;

    let data = to_json_binary(&PoolDepositResponse { shares: done.shares.amount() })?;
    Ok(Response::new().add_event(event).set_data(data))
}

/// Puts shares of the sender under notice, after clearing a lapsed request of theirs.
pub fn request(deps: DepsMut, env: Env, info: MessageInfo, market: String, shares: Shares) -> Result<Response> {
    cw_utils::nonpayable(&info)?;
    let mut session = Session::open(deps.as_ref(), &env, market)?;
    let (now, sender) = (session.seconds(), &info.sender);
    let key = (session.name.as_str(), sender);
    let mut held = PROVIDERS.may_load(deps.storage, key)?.unwrap_or_default();
    if let Some(standing) = REQUESTS.may_load(deps.storage, key)? {
        if !clear_lapsed(&mut session.state, &standing, &mut held)? {
            let until = standing.until(&session.state.clocks, now);
            return Err(ContractError::RequestStands { shares: standing.shares.amount(), until });
        }
    }
    let from = held.barred_at.saturating_add(session.config.params.pool_bar);
    if now < from {
        return Err(ContractError::Barred { from });
    }
    if shares.is_zero() {
        return Err(EngineError::Nothing { what: "shares" }.into());
    }
    if shares > held.shares {
        return Err(ContractError::NotEnoughShares { asked: shares.amount(), shares: held.shares.amount() });
    }

    let request = Request::new(shares, &session.config.params, &session.state.clocks, now);
    session.state.books.give_notice(shares)?;
    REQUESTS.save(deps.storage, key, &request)?;
    PROVIDERS.save(deps.storage, key, &held)?;
    let answer = PoolRequestResponse { request: request.state(&session.state.clocks, now) };
    let event = events::pool_request(&session.name, sender, &answer.request);
    session.close(deps.storage)?;

    Ok(Response::new().add_event(event).set_data(to_json_binary(&answer)?))
}

/// Ends the sender's own request, or somebody else's that has lapsed.
pub fn cancel(
    deps: DepsMut,
    env: Env,
    info: MessageInfo,
    market: String,
    provider: Option<String>,
) -> Result<Response> {
    cw_utils::nonpayable(&info)?;
    let provider = match provider {
        Some(provider) => deps.api.addr_validate(&provider)?,
        None => info.sender.clone(),
    };
    let mut session = Session::open(deps.as_ref(), &env, market)?;
    let now = session.seconds();
    let key = (session.name.as_str(), &provider);
    let standing = standing_request(deps.storage, key)?;
    let mut held = PROVIDERS.may_load(deps.storage, key)?.unwrap_or_default();
    if !clear_lapsed(&mut session.state, &standing, &mut held)? {
        if provider != info.sender {
            let until = standing.until(&session.state.clocks, now);
            return Err(ContractError::NotLapsed { provider: provider.into_string(), until });
        }
        session.state.books.end_notice(standing.shares)?;
        held.barred_at = now;
    }

    REQUESTS.remove(deps.storage, key);
    PROVIDERS.save(deps.storage, key, &held)?;
    let event = events::pool_cancel(&session.name, &provider, &info.sender, standing.shares);
    session.close(deps.storage)?;

    Ok(Response::new().add_event(event))
}

/// Pays out shares of the sender's request in kind, within its window.
pub fn withdraw(
    deps: DepsMut,
    env: Env,
    info: MessageInfo,
    market: String,
    shares: Option<Shares>,
    min_paid: Option<Purse>,
) -> Result<Response> {
    cw_utils::nonpayable(&info)?;
    let mut session = Session::open(deps.as_ref(), &env, market)?;
    session.load_hedger(deps.storage)?;
    let key = (session.name.as_str(), &info.sender);
    let mut request = standing_request(deps.storage, key)?;
    request.require_window(&session.state.clocks, session.seconds())?;
    let shares = shares.unwrap_or(request.shares);
    if shares > request.shares {
        return Err(ContractError::NotEnoughShares { asked: shares.amount(), shares: request.shares.amount() });
    }

    let strangers = strangers(deps.storage, &session.name)?;
    let done = out_of_pool(&session.market()?, &session.state.books, shares, &strangers)?;
    require_at_least(done.paid, min_paid.unwrap_or_default())?;

    let mut held = PROVIDERS.may_load(deps.storage, key)?.unwrap_or_default();
    held.shares = held.shares.minus(shares)?;
    request.shares = request.shares.minus(shares)?;
    save_provider(deps.storage, key, &held)?;
    save_request(deps.storage, key, &request)?;
    session.state.books = done.books;
    let event = events::pool_withdraw(&session.name, &info.sender, shares, done.paid);
    let payout = session.pay(&info.sender, done.paid);
    session.close(deps.storage)?;

    let data = to_json_binary(&PoolWithdrawResponse { paid: done.paid })?;
    Ok(Response::new().add_event(event).add_messages(payout).set_data(data))
}

fn standing_request(storage: &dyn Storage, key: ProviderKey<'_>) -> Result<Request> {
    let none = || ContractError::NoRequest { provider: key.1.to_string() };
    REQUESTS.may_load(storage, key)?.ok_or_else(none)
}

/// Ends the notice of a request that has lapsed and bars its provider from that time on. Returns false if it has not
/// lapsed.
fn clear_lapsed(state: &mut MarketState, request: &Request, held: &mut Provider) -> Result<bool> {
    let Some(at) = request.lapsed_at(&state.clocks) else { return Ok(false) };
    state.books.end_notice(request.shares)?;
    held.barred_at = held.barred_at.max(at);
    Ok(true)
}

fn require_at_least(paid: Purse, min: Purse) -> Result<()> {
    for (coin, paid, min) in [("base", paid.base, min.base), ("quote", paid.quote, min.quote)] {
        if paid < min {
            return Err(ContractError::TooLittle { coin, paid, min });
        }
    }
    Ok(())
}
