//! The whole system at a glance.

mod closing;
mod collateral;
mod lapse;
mod view;

pub use view::name;

use ballast_types::market::{MarketResponse, PoolResponse, Reference, SolvencyResponse};
use ballast_types::policy::{Decision, StressResponse};
use ballast_types::vault::{ConfigResponse, ExtensionQueryMsg, VaultPositionResponse};
use ballast_types::{market, oracle};
use cosmwasm_std::SignedDecimal256;
use serde::Serialize;

use super::deposit::min_deposit;
use super::feeds::behind;
use super::system::System;
use crate::readable::readable;
use crate::session::Session;
use crate::{Error, Result};

/// A response, or the contract's error: for example, before the first price the vault has no value.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(untagged)]
pub enum Part<T> {
    /// The response.
    Known(T),
    /// There is none.
    Unknown {
        /// Why.
        error: String,
    },
}

impl<T> Part<T> {
    /// The response, if there is one.
    pub fn known(&self) -> Option<&T> {
        match self {
            Part::Known(answer) => Some(answer),
            Part::Unknown { .. } => None,
        }
    }

    /// Maps the response.
    pub fn map<U>(self, of: impl FnOnce(T) -> U) -> Part<U> {
        match self {
            Part::Known(answer) => Part::Known(of(answer)),
            Part::Unknown { error } => Part::Unknown { error },
        }
    }
}

/// Everything that the command shows.
#[derive(Debug, Clone, Serialize)]
pub struct Status {
    /// Id of the chain.
    pub chain: String,
    /// Its last block.
    pub height: u64,
    /// The time of the responses, seconds since 1970.
    pub time: u64,
    /// Address of the vault.
    pub vault: String,
    /// Address of the market.
    pub market_contract: String,
    /// Address of the oracle.
    pub oracle: String,
    /// Supply of shares, units.
    pub supply: cosmwasm_std::Uint128,
    /// Value of one whole share in whole quote; none without shares.
    pub share_price: Option<SignedDecimal256>,
    /// The vault's configuration and what is stopped.
    pub config: ConfigResponse,
    /// Its books and its position.
    pub position: Part<VaultPositionResponse>,
    /// The hedge and its targets.
    pub health: Part<StressResponse>,
    /// What is due.
    pub next_action: Part<Decision>,
    /// The market.
    pub market: MarketResponse,
    /// The market's pool.
    pub pool: Part<PoolResponse>,
    /// Whether winners can be paid.
    pub solvency: Part<SolvencyResponse>,
    /// The feeds: the price, and the rate if there is one.
    pub feeds: Vec<oracle::Reading>,
    /// The feed of the deposited coin's own price and those that it is computed from; empty without one.
    pub collateral_feeds: Part<Vec<oracle::Reading>>,
    /// The oracle's estimate of the hedge ratio of least variance; none if the owner has not set the pair of the market's
    /// feeds.
    pub regression: Option<oracle::RegressionResponse>,
    /// The price that is held back, and since when; none if there is none.
    pub held_back: Option<oracle::AcceptedPrice>,
    /// The closing of now of the index feed, or its next one; none if its market never closes.
    pub closing: Option<oracle::Closing>,
    /// Seconds since the price was observed.
    pub price_age: Option<u64>,
    /// When the market's stored funding rate became stale, seconds since 1970: from then until the market's next
    /// message nobody earns the reference. None while it is fresh.
    pub funding_lapsed_at: Option<u64>,
    /// Minimum units of base of a first deposit; none if there are shares, or before the first price.
    pub min_deposit: Option<cosmwasm_std::Uint128>,
    /// What is paused or refused now, and why.
    pub paused: Vec<String>,
}

/// Runs `ballast-chain status`.
///
/// # Errors
/// [`Error::Network`]; [`Error::User`] without a deployment.
pub fn run(session: &Session) -> Result<()> {
    let system = System::load(session)?;
    let status = look(session, &system)?;
    session.say(view::render(&status, &system.units))?;
    session.answer(&status)
}

/// Queries everything.
fn look(session: &Session, system: &System) -> Result<Status> {
    let (client, at) = (&session.client, &system.at);
    let head = client.head()?;
    let name = || system.config.market.clone();
    let market: MarketResponse = client.query(&at.market, &market::QueryMsg::Market { market: name() })?;
    let feeds = client.query(&at.oracle, &oracle::QueryMsg::Readings { feeds: feeds(&market) })?;
    let feed = oracle::QueryMsg::Feed { feed: market.index_feed.clone() };
    let feed: Part<oracle::FeedResponse> = part(session, client.query(&at.oracle, &feed))?;
    let position: Part<VaultPositionResponse> =
        part(session, system.ask_vault(session, ExtensionQueryMsg::Position {}))?;
    let supply = system.token.total_supply;
    let share_price = position.known().and_then(|position| system.units.share_price(position.nav, supply));
    let mut status = Status {
        chain: client.chain().id.clone(),
        height: head.height,
        time: position.known().map_or_else(|| head.seconds().unwrap_or_default(), |position| position.time.seconds()),
        vault: at.vault.clone(),
        market_contract: at.market.clone(),
        oracle: at.oracle.clone(),
        supply,
        share_price,
        config: system.config.clone(),
        health: part(session, system.ask_vault(session, ExtensionQueryMsg::Health {}))?,
        next_action: part(session, system.ask_vault(session, ExtensionQueryMsg::NextAction {}))?,
        pool: part(session, client.query(&at.market, &market::QueryMsg::Pool { market: name(), provider: None }))?,
        solvency: part(session, client.query(&at.market, &market::QueryMsg::Solvency { market: name() }))?,
        collateral_feeds: part(session, collateral_feeds(session, system, &market))?,
        regression: regression(session, system, &market)?,
        held_back: feed.known().and_then(|feed| feed.held_back.clone()),
        closing: feed.known().and_then(|feed| feed.closing),
        price_age: None,
        funding_lapsed_at: None,
        min_deposit: None,
        paused: vec![],
        position,
        market,
        feeds,
    };
    status.price_age = age(&status);
    status.funding_lapsed_at = lapse::lapsed_at(session, system, &status.market, status.time)?;
    if let (Some(position), Some(health), true) = (status.position.known(), status.health.known(), supply.is_zero()) {
        status.min_deposit = min_deposit(position, health, &system.units);
    }
    status.paused = view::paused(&status);
    Ok(status)
}

fn feeds(market: &MarketResponse) -> Vec<String> {
    let rate = match &market.reference {
        Reference::Feed { feed } => Some(feed.clone()),
        Reference::Constant { .. } => None,
    };
    std::iter::once(market.index_feed.clone()).chain(rate).collect()
}

fn collateral_feeds(session: &Session, system: &System, market: &MarketResponse) -> Result<Vec<oracle::Reading>> {
    let Some(feed) = &market.collateral_feed else { return Ok(vec![]) };
    let (client, at) = (&session.client, &system.at.oracle);
    let behind = behind(client, at, vec![feed.clone()])?;
    let feeds = behind.into_iter().map(|state| state.feed).filter(|feed| *feed != market.index_feed).collect();
    client.query(at, &oracle::QueryMsg::Readings { feeds })
}

fn regression(
    session: &Session,
    system: &System,
    market: &MarketResponse,
) -> Result<Option<oracle::RegressionResponse>> {
    let Some(base_feed) = market.collateral_feed.clone() else { return Ok(None) };
    let query = oracle::QueryMsg::Regression { base_feed, index_feed: market.index_feed.clone() };
    match session.client.query(&system.at.oracle, &query) {
        Ok(known) => Ok(Some(known)),
        // The oracle keeps it for the pairs that its owner asked for.
        Err(Error::Chain(_)) => Ok(None),
        Err(error) => Err(error),
    }
}

/// Seconds since the price was observed.
fn age(status: &Status) -> Option<u64> {
    let price = status.feeds.first().filter(|price| !price.flags.contains(&oracle::Flag::Missing))?;
    Some(status.time.saturating_sub(price.time.seconds()))
}

/// A response, or the contract's error.
///
/// # Errors
/// Errors that are not a contract's.
pub fn part<T>(session: &Session, answer: Result<T>) -> Result<Part<T>> {
    match answer {
        Ok(answer) => Ok(Part::Known(answer)),
        Err(Error::Chain(error)) => Ok(Part::Unknown { error: readable(&error, &session.file) }),
        Err(error) => Err(error),
    }
}
