//! Explains why a deposit was refused and what to do about it.

use ballast_types::market::{PoolResponse, QueryMsg};
use ballast_types::policy::StressResponse;
use ballast_types::vault::{ExtensionQueryMsg, VaultPositionResponse};

use super::min_deposit;
use crate::commands::system::{percent, System};
use crate::session::Session;
use crate::{Error, Result};

/// Adds what to do to a refusal if the vault's own text does not say.
pub fn explained(session: &Session, system: &System, error: Error) -> Error {
    let Error::Chain(text) = &error else { return error };
    let more = if text.contains("the market takes 0 more") {
        no_room(session, system)
    } else if text.contains("a position of ") && text.contains(" is below the minimum of ") {
        min_first(session, system)
    } else if is_discounted(text) {
        discounted(session, system)
    } else {
        return unusable(error);
    };
    // If the queries fail, the contract's own words remain.
    more.ok().flatten().map_or(error, Error::chain)
}

/// Whether the vault waits because the deposited coin sells far below what it is redeemed for.
fn is_discounted(text: &str) -> bool {
    text.contains("discount") || text.contains("less than it is redeemed for")
}

/// The discount now and until when deposits wait.
fn discounted(session: &Session, system: &System) -> Result<Option<String>> {
    let position: VaultPositionResponse = system.ask_vault(session, ExtensionQueryMsg::Position {})?;
    Ok(position.venue.prices.collateral_range.map(|range| {
        format!(
            "the deposited coin sells at a discount: for {} less than it is redeemed for, {} in the mean of a day. \
             Deposits wait until it is within {TOLERATED} points of its mean, which follows it; redemptions do not. \
             ballast-chain status shows both",
            percent(range.discount),
            percent(range.mean_discount)
        )
    }))
}

/// Percentage points by which the market lets a discount be above its mean.
const TOLERATED: u8 = 3;

/// Adds which price it is, where the deposited coin has one of its own and that cannot be used.
pub fn unusable(error: Error) -> Error {
    match &error {
        Error::Chain(text) if text.contains("the collateral price may not be used for") => Error::chain(format!(
            "{text}. That is the deposited coin's own price, beside the index: `ballast-chain status` shows what is wrong \
             with it, `ballast-chain publish --market-price`, `--redemption-rate` renew it"
        )),
        _ => error,
    }
}

/// Why the market has no capacity, and who can change that.
fn no_room(session: &Session, system: &System) -> Result<Option<String>> {
    let query = QueryMsg::Pool { market: system.config.market.clone(), provider: None };
    let pool: PoolResponse = session.client.query(&system.at.market, &query)?;
    let quote = &system.units.quote_name;
    Ok(Some(if pool.pool.quote.is_zero() {
        format!(
            "the market's pool is empty: there is no liquidity to hedge against, so no deposit can be taken yet. \
             Somebody must fill it first, with about twice what is to be hedged: ballast-chain pool-deposit \
             100000{quote} --from NAME"
        )
    } else if pool.notice >= pool.total_shares {
        format!(
            "the market's pool has no room for a hedge: all of its shares are under notice to leave. Somebody must put \
             more into it first: ballast-chain pool-deposit 100000{quote} --from NAME"
        )
    } else {
        format!(
            "the market's pool has no room for a hedge: it is used up by open positions and what is under notice to \
             leave. Wait until positions are closed, or somebody puts more into it: ballast-chain pool-deposit \
             100000{quote} --from NAME"
        )
    }))
}

/// The minimum of a first deposit.
fn min_first(session: &Session, system: &System) -> Result<Option<String>> {
    let position: VaultPositionResponse = system.ask_vault(session, ExtensionQueryMsg::Position {})?;
    let health: StressResponse = system.ask_vault(session, ExtensionQueryMsg::Health {})?;
    let units = &system.units;
    Ok(min_deposit(&position, &health, units).map(|least| {
        let worth = units.quote(position.venue.terms.min_position);
        format!(
            "that is too little for a first deposit: its hedge must be worth {worth}, which takes {} now",
            units.base(least)
        )
    }))
}
