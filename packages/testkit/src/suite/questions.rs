//! Queries to the three contracts.

use ballast_types::market::{self, PositionResponse, SolvencyResponse};
use ballast_types::oracle::{self, Reading, RegressionResponse};
use ballast_types::policy::{Decision, StressCase, StressResponse, Targets};
use ballast_types::vault::{self, AuctionResponse, ExtensionQueryMsg, VaultPositionResponse};
use ballast_types::{CoinInfo, Purse};
use cosmwasm_std::{Addr, Uint128};
use hedge_policy::{Auction, Forecast, State, VaultPart};
use serde::de::DeserializeOwned;
use serde::Serialize;

use crate::collateral::PAIR;
use crate::invariants::System;

use super::{Failed, Result, Suite, MARKET, PRICE_FEED};

impl Suite {
    fn query<A: DeserializeOwned>(&self, contract: &Addr, msg: &impl Serialize) -> Result<A> {
        let answer = self.app.wrap().query_wasm_smart(contract, msg);
        answer.map_err(|e| Failed(e.to_string()))
    }

    /// Queries the market.
    pub fn ask_market<A: DeserializeOwned>(&self, msg: market::QueryMsg) -> Result<A> {
        self.query(&self.market, &msg)
    }

    /// Queries the vault.
    pub fn ask_vault<A: DeserializeOwned>(&self, msg: vault::QueryMsg) -> Result<A> {
        self.query(&self.vault, &msg)
    }

    /// Queries the vault's extension.
    pub fn ask_extension<A: DeserializeOwned>(&self, msg: ExtensionQueryMsg) -> Result<A> {
        self.query(&self.vault, &vault::QueryMsg::VaultExtension(msg))
    }

    /// The oracle's price.
    pub fn reading(&self) -> Reading {
        self.query(&self.oracle, &oracle::QueryMsg::Price { feed: PRICE_FEED.into() }).expect("the feed exists")
    }

    /// The oracle's reading of the margin coin's own price; none in a market of one price.
    pub fn collateral_reading(&self) -> Option<Reading> {
        let feed = self.setup.collateral.feed()?;
        Some(self.query(&self.oracle, &oracle::QueryMsg::Price { feed }).expect("the feed exists"))
    }

    /// How the returns of the margin coin depend on those of the index; none unless it is a coin of its own.
    pub fn regression(&self) -> Option<RegressionResponse> {
        let [base_feed, index_feed] = PAIR.map(str::to_owned);
        self.query(&self.oracle, &oracle::QueryMsg::Regression { base_feed, index_feed }).ok()
    }

    /// The oracle's price feed in full, with the last value of each publisher.
    pub fn price_feed(&self) -> oracle::FeedResponse {
        self.query(&self.oracle, &oracle::QueryMsg::Feed { feed: PRICE_FEED.into() }).expect("the feed exists")
    }

    /// Shares of a named account.
    pub fn shares(&self, who: &str) -> Uint128 {
        let address = self.account(who).to_string();
        let answer: cw20::BalanceResponse = self.ask_vault(vault::QueryMsg::Balance { address }).expect("a balance");
        answer.balance
    }

    /// Total supply of shares.
    pub fn supply(&self) -> Uint128 {
        self.ask_vault(vault::QueryMsg::TotalVaultTokenSupply {}).expect("a supply")
    }

    /// The vault's books and position.
    pub fn vault_position(&self) -> VaultPositionResponse {
        self.ask_extension(ExtensionQueryMsg::Position {}).expect("the vault's position")
    }

    /// The vault's health.
    pub fn health(&self) -> StressResponse {
        self.ask_extension(ExtensionQueryMsg::Health {}).expect("the vault's health")
    }

    /// A stress test of the vault.
    pub fn stress(&self, case: StressCase) -> StressResponse {
        self.ask_extension(ExtensionQueryMsg::Stress(case)).expect("a stress test")
    }

    /// The policy's targets for this position, computed by the policy with the parameters of the set-up: the same as in
    /// `health`, but without a query.
    pub fn targets(&self, position: &VaultPositionResponse) -> Targets {
        let vault = VaultPart {
            idle: position.idle,
            base_decimals: self.setup.base.decimals,
            quote_decimals: self.setup.quote.decimals,
            forecast: Forecast { reference_mean: position.reference_mean, paid_mean: position.paid_mean },
            cost_spent: position.cost_spent,
            stopped: vec![],
            auction: Auction::Closed,
        };
        let state = State::new(position.venue.clone(), vault);
        hedge_policy::targets(&state, &self.setup.policy).expect("a position that the vault answered has targets")
    }

    /// What `rebalance` would do now.
    pub fn next_action(&self) -> Decision {
        self.ask_extension(ExtensionQueryMsg::NextAction {}).expect("the next action")
    }

    /// The vault's auction.
    pub fn auction(&self) -> AuctionResponse {
        self.ask_extension(ExtensionQueryMsg::Auction {}).expect("the auction")
    }

    /// An account's position at the market.
    pub fn position(&self, owner: &Addr) -> PositionResponse {
        let msg = market::QueryMsg::Position { market: MARKET.into(), owner: owner.to_string() };
        self.ask_market(msg).expect("a position")
    }

    /// The market in full.
    pub fn market_state(&self) -> market::MarketResponse {
        self.ask_market(market::QueryMsg::Market { market: MARKET.into() }).expect("the market")
    }

    /// The market's solvency.
    pub fn solvency(&self) -> SolvencyResponse {
        self.ask_market(market::QueryMsg::Solvency { market: MARKET.into() }).expect("solvency")
    }

    /// The market's pool, with a provider's shares.
    pub fn pool(&self, provider: &str) -> market::PoolResponse {
        let provider = Some(self.account(provider).to_string());
        self.ask_market(market::QueryMsg::Pool { market: MARKET.into(), provider }).expect("the pool")
    }
}

impl System for Suite {
    fn market(&self) -> &str {
        MARKET
    }

    fn base(&self) -> &CoinInfo {
        &self.setup.base
    }

    fn quote(&self) -> &CoinInfo {
        &self.setup.quote
    }

    fn ask_market<A: DeserializeOwned>(&self, msg: &market::QueryMsg) -> Result<A, String> {
        self.query(&self.market, msg).map_err(|failed| failed.0)
    }

    fn ask_vault<A: DeserializeOwned>(&self, msg: &vault::QueryMsg) -> Result<A, String> {
        self.query(&self.vault, msg).map_err(|failed| failed.0)
    }

    fn held_by_market(&self) -> Result<Purse, String> {
        Ok(self.purse_of(&self.market))
    }

    fn held_by_vault(&self) -> Result<Purse, String> {
        Ok(self.purse_of(&self.vault))
    }

    fn donated_to_market(&self) -> Purse {
        self.donated()
    }

    fn supplies(&self) -> Result<Vec<(String, Uint128, Uint128)>, String> {
        let supply = |(denom, minted): (&String, &u128)| {
            let now = self.app.wrap().query_supply(denom).map_err(|e| e.to_string())?.amount;
            Ok((denom.clone(), now, Uint128::new(*minted)))
        };
        self.minted().iter().map(supply).collect()
    }
}
