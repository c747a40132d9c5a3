//! Finds out what already exists on the chain.

use ballast_types::market::{self, MarketsResponse};
use ballast_types::{oracle, vault, Ownership};
use cosmwasm_std::{Addr, HexBinary};

use super::artifacts::Kind;
use crate::pages::{Pages, PAGE};
use crate::{Addresses, ChainFile, Client, Error, Feed, Result};

/// The code with this hash: the recorded one if it matches, otherwise one of the chain's latest that anybody may
/// instantiate.
///
/// # Errors
/// Those of [`Client::call`].
pub fn code(client: &Client, hash: &HexBinary, recorded: Option<u64>) -> Result<Option<u64>> {
    if let Some(code_id) = recorded {
        if client.code_hash(code_id)?.as_ref() == Some(hash) {
            return Ok(Some(code_id));
        }
    }
    client.latest_code_with(hash)
}

/// Whether the oracle has the feed.
///
/// # Errors
/// Those of [`Client::query`].
pub fn has_feed(client: &Client, feed: &Feed, at: &Addresses) -> Result<bool> {
    let query = oracle::QueryMsg::Feed { feed: feed.feed.clone() };
    match client.query::<oracle::FeedResponse>(&at.oracle, &query) {
        Ok(_) => Ok(true),
        Err(Error::Chain(_)) => Ok(false),
        Err(error) => Err(error),
    }
}

/// Whether the feed has trading hours.
///
/// # Errors
/// Those of [`Client::query`].
pub fn has_hours(client: &Client, feed: &str, at: &Addresses) -> Result<bool> {
    let query = oracle::QueryMsg::Feed { feed: feed.to_owned() };
    Ok(client.query::<oracle::FeedResponse>(&at.oracle, &query)?.hours.is_some())
}

/// Whether the market contract has the market.
///
/// # Errors
/// Those of [`Client::query`].
pub fn has_market(client: &Client, file: &ChainFile, at: &Addresses) -> Result<bool> {
    let mut pages = Pages::new(client.stop());
    loop {
        let query = market::QueryMsg::Markets { start_after: pages.after(), limit: Some(PAGE) };
        let answer: MarketsResponse = client.query(&at.market, &query)?;
        if answer.markets.contains(&file.market) {
            return Ok(true);
        }
        if !pages.turn(&answer.markets, String::clone)? {
            return Ok(false);
        }
    }
}

/// The account for which the market reserves capacity.
///
/// # Errors
/// Those of [`Client::query`].
pub fn hedger(client: &Client, file: &ChainFile, at: &Addresses) -> Result<Option<Addr>> {
    let query = market::QueryMsg::Market { market: file.market.clone() };
    let answer: market::MarketResponse = client.query(&at.market, &query)?;
    Ok(answer.hedger)
}

/// Owner and pending owner of one contract.
///
/// # Errors
/// Those of [`Client::query`].
pub fn ownership(client: &Client, kind: Kind, at: &Addresses) -> Result<Ownership<Addr>> {
    match kind {
        Kind::Oracle => client.query(&at.oracle, &oracle::QueryMsg::Ownership {}),
        Kind::Market => client.query(&at.market, &market::QueryMsg::Ownership {}),
        Kind::Vault => {
            client.query(&at.vault, &vault::QueryMsg::VaultExtension(vault::ExtensionQueryMsg::Ownership {}))
        }
    }
}
