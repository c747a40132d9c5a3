//! Liquidity providers.

use ballast_math::{sum_sizes, Purse};
use ballast_types::market::{PoolDepositResponse, PoolWithdrawResponse};
use cosmwasm_std::{to_json_binary, DepsMut, Env, MessageInfo, Response, Uint128};
use perp_engine::{deposit as into_pool, withdraw as out_of_pool};

use crate::error::{ContractError, ContractResult};
use crate::events;
use crate::session::Session;
use crate::state::{lowest_long, Provider, PROVIDERS};

/// Adds the attached quote to the pool for shares of it; begins the sender's cooldown anew.
pub fn deposit(
    deps: DepsMut,
    env: Env,
    info: MessageInfo,
    market: String,
    min_shares: Option<Uint128>,
) -> ContractResult<Response> {
    let mut session = Session::open(deps.as_ref(), &env, market)?;
    let amount = cw_utils::must_pay(&info, &session.config.quote.denom)?;

    let lowest = lowest_long(deps.storage, &session.name)?;
    let done = into_pool(&session.market()?, &session.state.books, amount, lowest.as_ref())?;
    if let Some(min) = min_shares.filter(|min| done.shares < *min) {
        return Err(ContractError::TooFewShares { shares: done.shares, min });
    }

    let key = (session.name.as_str(), &info.sender);
    let held = PROVIDERS.may_load(deps.storage, key)?.unwrap_or_default();
    let shares = sum_sizes(held.shares, done.shares)?;
    PROVIDERS.save(deps.storage, key, &Provider { shares, deposited_at: session.seconds() })?;
    session.state.books = done.books;
    let event = events::pool_deposit(&session.name, &info.sender, amount, done.shares);
    session.close(deps.storage)?;

    Ok(Response::new().add_event(event).set_data(to_json_binary(&PoolDepositResponse { shares: done.shares })?))
}

/// Takes the sender's shares out of the pool, in kind.
pub fn withdraw(
    deps: DepsMut,
    env: Env,
    info: MessageInfo,
    market: String,
    shares: Uint128,
    min_paid: Option<Purse>,
) -> ContractResult<Response> {
    cw_utils::nonpayable(&info)?;
    let mut session = Session::open(deps.as_ref(), &env, market)?;
    let key = (session.name.as_str(), &info.sender);
    let mut held = PROVIDERS.may_load(deps.storage, key)?.unwrap_or_default();
    let from = held.deposited_at.saturating_add(session.config.params.pool_cooldown);
    if session.seconds() < from {
        return Err(ContractError::Cooldown { from });
    }
    let Ok(left) = held.shares.checked_sub(shares) else {
        return Err(ContractError::NotEnoughShares { asked: shares, shares: held.shares });
    };

    let done = out_of_pool(&session.market()?, &session.state.books, shares)?;
    require_at_least(done.paid, min_paid.unwrap_or_default())?;

    held.shares = left;
    if left.is_zero() {
        PROVIDERS.remove(deps.storage, key);
    } else {
        PROVIDERS.save(deps.storage, key, &held)?;
    }
    session.state.books = done.books;
    let event = events::pool_withdraw(&session.name, &info.sender, shares, done.paid);
    let payout = session.pay(&info.sender, done.paid);
    session.close(deps.storage)?;

    let data = to_json_binary(&PoolWithdrawResponse { paid: done.paid })?;
    Ok(Response::new().add_event(event).add_messages(payout).set_data(data))
}

fn require_at_least(paid: Purse, min: Purse) -> ContractResult<()> {
    for (coin, paid, min) in [("base", paid.base, min.base), ("quote", paid.quote, min.quote)] {
        if paid < min {
            return Err(ContractError::TooLittle { coin, paid, min });
        }
    }
    Ok(())
}
