//! Explains why a deposit was refused and what to do about it.

use ballast_types::market::{PoolResponse, QueryMsg};
use ballast_types::policy::StressResponse;
use ballast_types::vault::{ExtensionQueryMsg, VaultPositionResponse};

use super::min_deposit;
use crate::commands::system::System;
use crate::session::Session;
use crate::{Error, Result};

/// Adds what to do to a refusal if the vault's own text does not say.
pub fn explained(session: &Session, system: &System, error: Error) -> Error {
    let Error::Chain(text) = &error else { return error };
    let more = if text.contains("the market takes 0 more") {
        no_room(session, system)
    } else if text.contains("a position of ") && text.contains(" is below the minimum of ") {
        min_first(session, system)
    } else {
        return error;
    };
    // If the queries fail, the contract's own words remain.
    more.ok().flatten().map_or(error, Error::chain)
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
