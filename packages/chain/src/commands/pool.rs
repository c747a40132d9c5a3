//! The market's pool: settlement coin in, both coins out after a notice.
//!
//! The market has no preview of either, so the minimum to accept comes from a simulation of the message itself.

mod explain;

use ballast_types::market::{
    ExecuteMsg, PoolDepositResponse, PoolRequestResponse, PoolResponse, PoolWithdrawResponse, QueryMsg,
};
use ballast_types::Purse;
use cosmwasm_std::{Coin, Uint128};
use serde_json::json;

use super::redeem::{asked, wanted};
use super::system::{less, System};
use crate::args::{PoolCancelArgs, PoolDepositArgs, PoolRequestArgs, PoolWithdrawArgs};
use crate::figures::{grouped, time};
use crate::session::Session;
use crate::{amount, Error, Result};

/// Runs `ballast-chain pool-deposit`.
///
/// # Errors
/// [`Error::User`] for an amount of another coin; [`Error::Chain`] with the market's text when it refuses.
pub fn deposit(session: &Session, args: &PoolDepositArgs) -> Result<()> {
    let signer = session.own_signer()?;
    let amount_of = |denom: &str| amount::some_of(&args.amount, &session.file.coins, denom);
    amount_of(&session.file.quote.denom)?;
    let system = System::load(session)?;
    let units = &system.units;
    let amount = amount_of(&units.quote.denom)?;
    let message = |min_shares| {
        let msg = ExecuteMsg::PoolDeposit { market: system.config.market.clone(), min_shares };
        system.market_call(&msg, &[Coin { denom: units.quote.denom.clone(), amount }])
    };
    let (_, preview) = session.client.try_out(&signer, &[message(None)?])?;
    let preview: PoolDepositResponse = preview.data(0)?;
    let min_shares = less(preview.shares, args.slippage)?;
    let what = format!(
        "put {} into the pool of '{}' for about {} of its shares, at least {}",
        units.quote(amount),
        system.config.market,
        count(preview.shares),
        count(min_shares)
    );
    let sent = session.confirm_and_send(&signer, &[message(Some(min_shares))?], &what)?;
    let done: PoolDepositResponse = sent.data(0)?;
    session.say(format_args!("minted {} shares of the pool", count(done.shares)))?;
    session.answer(&json!({"min_shares": min_shares, "done": done, "transaction": sent.summary()}))
}

/// Runs `ballast-chain pool-request`.
///
/// # Errors
/// [`Error::User`] for more shares than the account has; [`Error::Chain`] with the market's text when it refuses, for
/// example in the first days after a deposit.
pub fn request(session: &Session, args: &PoolRequestArgs) -> Result<()> {
    let signer = session.own_signer()?;
    asked(&args.shares, 0)?;
    let system = System::load(session)?;
    let market = system.config.market.clone();
    let pool = provider(session, &system, signer.address())?;
    let shares = wanted(&args.shares, pool.shares, 0).map_err(|why| {
        Error::user(format!("{} has {} units of the pool's shares: {why}", signer.address(), pool.shares))
    })?;
    let what = format!("give notice of {} of {} shares of the pool of '{market}'", count(shares), count(pool.shares));
    let msg = system.market_call(&ExecuteMsg::PoolRequest { market, shares }, &[])?;
    let sent = session.confirm_and_send(&signer, &[msg], &what)?;
    let done: PoolRequestResponse = sent.data(0)?;
    let (from, until) = (time(done.request.from), time(done.request.until));
    session.say(format_args!("to be withdrawn from {from}, at least until {until}"))?;
    session.answer(&json!({"done": done, "transaction": sent.summary()}))
}

/// Runs `ballast-chain pool-cancel`.
///
/// # Errors
/// [`Error::Chain`] with the market's text when it refuses, for example because there is no request.
pub fn cancel(session: &Session, args: &PoolCancelArgs) -> Result<()> {
    let signer = session.own_signer()?;
    let provider = args.provider.as_deref().map(|name| session.file.address(name)).transpose()?;
    let system = System::load(session)?;
    let market = system.config.market.clone();
    let whose = provider.as_deref().unwrap_or(signer.address());
    let what = format!("end the request of {whose} to leave the pool of '{market}'");
    let msg = system.market_call(&ExecuteMsg::PoolCancel { market, provider: provider.clone() }, &[])?;
    let sent = session.confirm_and_send(&signer, &[msg], &what)?;
    session.answer(&json!({"transaction": sent.summary()}))
}

fn provider(session: &Session, system: &System, address: &str) -> Result<PoolResponse> {
    let query = QueryMsg::Pool { market: system.config.market.clone(), provider: Some(address.to_owned()) };
    session.client.query(&system.at.market, &query)
}

/// Runs `ballast-chain pool-withdraw`.
///
/// # Errors
/// [`Error::User`] for more shares than were requested; [`Error::Chain`] with the market's text when it refuses, for
/// example outside the request's window.
pub fn withdraw(session: &Session, args: &PoolWithdrawArgs) -> Result<()> {
    let signer = session.own_signer()?;
    asked(&args.shares, 0)?;
    let system = System::load(session)?;
    let (units, market) = (&system.units, system.config.market.clone());
    let pool = provider(session, &system, signer.address())?;
    let noticed = pool.request.map(|request| request.shares).unwrap_or_default();
    let shares = wanted(&args.shares, noticed, 0).map_err(|why| {
        Error::user(format!("{} has {noticed} units of the pool's shares under notice: {why}", signer.address()))
    })?;
    let message = |min_paid| {
        let msg = ExecuteMsg::PoolWithdraw { market: market.clone(), shares: Some(shares), min_paid };
        system.market_call(&msg, &[])
    };
    let tried = session.client.try_out(&signer, &[message(None)?]);
    let (_, preview) = tried.map_err(|error| explain::explained(session, &system, shares, error))?;
    let preview: PoolWithdrawResponse = preview.data(0)?;
    let least = Purse::new(less(preview.paid.base, args.slippage)?, less(preview.paid.quote, args.slippage)?);
    let what = format!(
        "give up {} of {} shares of the pool of '{market}' for about {}, at least {}",
        count(shares),
        count(pool.shares),
        units.purse(preview.paid),
        units.purse(least)
    );
    let sent = session.confirm_and_send(&signer, &[message(Some(least))?], &what)?;
    let done: PoolWithdrawResponse = sent.data(0)?;
    session.say(format_args!("paid {}", units.purse(done.paid)))?;
    session.answer(&json!({"min": least, "done": done, "transaction": sent.summary()}))
}

/// Pool shares are not a token and have no name, so they are counted in units.
fn count(shares: Uint128) -> String {
    grouped(&shares.to_string())
}
