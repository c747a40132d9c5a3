mod prices;
mod questions;

pub use prices::published;

use std::collections::BTreeMap;
use std::str::FromStr;

use anyhow::Context;
use ballast_types::market::{self, Adjust, AdjustResponse};
use ballast_types::oracle::{self, Source};
use ballast_types::vault::{
    self, DepositResponse, ExtensionExecuteMsg, RebalanceResponse, RedeemResponse, SellBaseResponse,
};
use ballast_types::Purse;
use cosmwasm_std::{
    coin, from_json, Addr, BankMsg, Coin, CosmosMsg, Decimal256, Empty, Int128, SignedDecimal256, Timestamp, Uint128,
};
use cw_multi_test::{App, AppResponse, BankSudo, Executor, SudoMsg};
use serde::de::DeserializeOwned;
use serde::Serialize;

use crate::collateral::PAIR;
use crate::invariants::{self, Moment, Step};
use crate::{Codes, Collateral, Setup};

/// Name of the price feed.
pub const PRICE_FEED: &str = "base/quote";
/// Name of the funding feed.
pub const RATE_FEED: &str = "base/funding";
/// Name of the market.
pub const MARKET: &str = "base-quote";

/// When the sanity invariants are checked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sanity {
    /// After every message; panics with the name of a broken invariant.
    EveryStep,
    /// Only on request.
    OnDemand,
}

/// The error of a message, as text with all its causes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Failed(pub String);

impl Failed {
    /// Panics unless the text contains `part`.
    #[track_caller]
    pub fn says(&self, part: &str) {
        assert!(self.0.contains(part), "expected «{part}» in: {}", self.0);
    }
}

impl std::fmt::Display for Failed {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.0.fmt(f)
    }
}

impl std::error::Error for Failed {}

impl From<anyhow::Error> for Failed {
    fn from(error: anyhow::Error) -> Self {
        // The embedded chain adds each failed message before the reason, in Rust's debug format.
        let causes =
            error.chain().map(ToString::to_string).filter(|cause| !cause.starts_with("Error executing WasmMsg"));
        Failed(causes.collect::<Vec<_>>().join(": "))
    }
}

/// The result of a step.
pub type Result<T, E = Failed> = std::result::Result<T, E>;

/// Parses a price or another unsigned decimal.
pub fn decimal(text: &str) -> Decimal256 {
    Decimal256::from_str(text).expect("a decimal")
}

/// Parses a signed decimal.
pub fn signed(text: &str) -> SignedDecimal256 {
    SignedDecimal256::from_str(text).expect("a signed decimal")
}

/// A whole system on an embedded chain.
pub struct Suite {
    /// The chain.
    pub app: App,
    /// How it was set up.
    pub setup: Setup,
    /// The oracle contract.
    pub oracle: Addr,
    /// The market contract.
    pub market: Addr,
    /// The vault contract.
    pub vault: Addr,
    /// When invariants are checked.
    pub sanity: Sanity,
    price: SignedDecimal256,
    reference: SignedDecimal256,
    collateral: Collateral,
    minted: BTreeMap<String, u128>,
    donated: Purse,
    /// The system after the last step that the market took part in.
    last: Option<Moment>,
}

impl Suite {
    /// A system with default set-up.
    pub fn new(codes: Codes) -> Suite {
        Suite::with(codes, Setup::default())
    }

    /// A system with this set-up. Panics if a contract refuses it; see [`Suite::try_with`].
    pub fn with(codes: Codes, setup: Setup) -> Suite {
        Suite::try_with(codes, setup).expect("the set-up is accepted")
    }

    /// A system with this set-up, or the error of the contract that refused it.
    pub fn try_with(codes: Codes, mut setup: Setup) -> Result<Suite> {
        if setup.collateral == Collateral::Equal {
            setup.policy.assumed_discount = Decimal256::zero();
        }
        let mut app = App::default();
        app.update_block(|b| {
            b.time = Timestamp::from_seconds(setup.start);
            b.height = 1;
        });
        let oracle_code = app.store_code(codes.oracle);
        let market_code = app.store_code(codes.market);
        let vault_code = app.store_code(codes.vault);
        let owner = app.api().addr_make("owner");
        let guardian = app.api().addr_make("guardian");

        let msg = oracle::InstantiateMsg { owner: owner.to_string(), guardian: Some(guardian.to_string()) };
        let admin = Some(owner.to_string());
        let oracle = app.instantiate_contract(oracle_code, owner.clone(), &msg, &[], "oracle", admin.clone())?;
        let msg = market::InstantiateMsg { owner: owner.to_string(), guardian: Some(guardian.to_string()) };
        let market = app.instantiate_contract(market_code, owner.clone(), &msg, &[], "market", admin.clone())?;

        let mut suite = Suite {
            price: signed(&setup.price.to_string()),
            reference: setup.reference,
            collateral: setup.collateral,
            vault: market.clone(),
            app,
            setup,
            oracle,
            market,
            sanity: Sanity::OnDemand,
            minted: BTreeMap::new(),
            donated: Purse::EMPTY,
            last: None,
        };
        suite.create_feeds_and_market()?;
        let msg = vault::InstantiateMsg {
            owner: owner.to_string(),
            guardian: Some(guardian.to_string()),
            name: "Ballast hedged atom".into(),
            symbol: "bATOM".into(),
            venue: suite.market.to_string(),
            market: MARKET.into(),
            policy: suite.setup.policy.clone(),
            deposit_cap: suite.setup.deposit_cap,
        };
        suite.vault = suite.app.instantiate_contract(vault_code, owner, &msg, &[], "vault", admin)?;
        suite.name_the_hedger()?;
        if suite.setup.pool_quote > 0 {
            let amount = suite.setup.pool_quote * suite.setup.whole_quote();
            suite.pool_deposit("lp", amount)?;
        }
        suite.sanity = Sanity::EveryStep;
        suite.check();
        Ok(suite)
    }

    fn create_feeds_and_market(&mut self) -> Result<()> {
        let publishers = self.publishers().iter().map(|name| self.account(name).to_string()).collect();
        let source = Source::Published { publishers, quorum: self.setup.quorum() };
        let mut price = self.setup.price_feed.clone();
        price.source = source.clone();
        let mut rate = self.setup.rate_feed.clone();
        rate.source = source;
        let collateral = self.collateral.feeds(&price);
        for (feed, config) in [(PRICE_FEED, price), (RATE_FEED, rate)].into_iter().chain(collateral) {
            let msg = oracle::ExecuteMsg::SetFeed { feed: feed.into(), config };
            self.exec("owner", &self.oracle.clone(), &msg, &[])?;
        }
        if matches!(self.collateral, Collateral::Own(_)) {
            let [base_feed, index_feed] = PAIR.map(str::to_owned);
            self.exec("owner", &self.oracle.clone(), &oracle::ExecuteMsg::SetPair { base_feed, index_feed }, &[])?;
        }
        if self.setup.hours.is_some() {
            self.set_hours(self.setup.hours.clone())?;
        }
        self.publish()?;
        let msg = market::ExecuteMsg::CreateMarket(market::CreateMarket {
            market: MARKET.into(),
            base: self.setup.base.clone(),
            quote: self.setup.quote.clone(),
            oracle: self.oracle.to_string(),
            index_feed: PRICE_FEED.into(),
            collateral_feed: self.collateral.feed(),
            reference: self.setup.market_reference(),
            params: self.setup.market.clone(),
        });
        self.exec("owner", &self.market.clone(), &msg, &[])?;
        Ok(())
    }

    /// Makes the vault the market's hedger.
    fn name_the_hedger(&mut self) -> Result<()> {
        let msg = market::ExecuteMsg::SetHedger { market: MARKET.into(), hedger: Some(self.vault.to_string()) };
        self.exec("owner", &self.market.clone(), &msg, &[]).map(drop)
    }

    // ---- accounts and coins ----

    /// The address of a named account.
    pub fn account(&self, name: &str) -> Addr {
        self.app.api().addr_make(name)
    }

    /// Mints coins for an account.
    pub fn mint(&mut self, to: &Addr, coin: Coin) {
        if coin.amount.is_zero() {
            return;
        }
        *self.minted.entry(coin.denom.clone()).or_default() += coin.amount.u128();
        let msg = BankSudo::Mint { to_address: to.to_string(), amount: vec![coin] };
        self.app.sudo(SudoMsg::Bank(msg)).expect("minting never fails");
    }

    /// All coins minted so far.
    pub fn minted(&self) -> &BTreeMap<String, u128> {
        &self.minted
    }

    /// Base and quote that strangers sent to the market.
    pub fn donated(&self) -> Purse {
        self.donated
    }

    /// Balance of an address in base and quote.
    pub fn purse_of(&self, address: &Addr) -> Purse {
        Purse::new(self.balance(address, &self.setup.base.denom), self.balance(address, &self.setup.quote.denom))
    }

    fn balance(&self, address: &Addr, denom: &str) -> Uint128 {
        self.app.wrap().query_balance(address, denom).expect("a balance").amount
    }

    /// Base and quote of a named account.
    pub fn coins(&self, name: &str) -> Purse {
        self.purse_of(&self.account(name))
    }

    /// Units of base as a coin.
    pub fn base(&self, amount: u128) -> Coin {
        coin(amount, &self.setup.base.denom)
    }

    /// Units of quote as a coin.
    pub fn quote(&self, amount: u128) -> Coin {
        coin(amount, &self.setup.quote.denom)
    }

    /// Sends a stranger's coins to a contract without a message.
    pub fn donate(&mut self, to: &Addr, gift: Coin) -> Result<()> {
        let stranger = self.account("stranger");
        self.mint(&stranger, gift.clone());
        if *to == self.market {
            let purse =
                if gift.denom == self.setup.base.denom { Purse::base(gift.amount) } else { Purse::quote(gift.amount) };
            self.donated = self.donated.plus(purse).expect("donations are small");
        }
        let before = self.begin_step();
        let msg = CosmosMsg::<Empty>::Bank(BankMsg::Send { to_address: to.to_string(), amount: vec![gift] });
        self.app.execute(stranger, msg)?;
        self.end_step(Step::Gift, before, false);
        Ok(())
    }

    // ---- messages ----

    /// Sends a message from a named account that has the coins, then checks the invariants.
    pub fn exec<T: Serialize + std::fmt::Debug>(
        &mut self,
        sender: &str,
        contract: &Addr,
        msg: &T,
        funds: &[Coin],
    ) -> Result<AppResponse> {
        let sender = self.account(sender);
        self.exec_as(&sender, contract, msg, funds)
    }

    /// Sends a message from any address that has the coins, then checks the invariants.
    pub fn exec_as<T: Serialize + std::fmt::Debug>(
        &mut self,
        sender: &Addr,
        contract: &Addr,
        msg: &T,
        funds: &[Coin],
    ) -> Result<AppResponse> {
        let before = self.begin_step();
        let result = self.app.execute_contract(sender.clone(), contract.clone(), msg, funds);
        self.end_step(Step::Message, before, result.is_ok() && *contract == self.market);
        Ok(result?)
    }

    /// Mints the funds, sends the message and reads its typed response.
    pub fn ask<A: DeserializeOwned, T: Serialize + std::fmt::Debug>(
        &mut self,
        sender: &str,
        contract: &Addr,
        msg: &T,
        funds: &[Coin],
    ) -> Result<A> {
        let account = self.account(sender);
        let before = self.purse_of(&account);
        for coin in funds {
            self.mint(&account, coin.clone());
        }
        let response = self.exec(sender, contract, msg, funds);
        if response.is_err() {
            self.burn_down_to(&account, before);
        }
        Ok(read_data(&response?)?)
    }

    /// Burns what was minted for a message that failed.
    fn burn_down_to(&mut self, account: &Addr, before: Purse) {
        let surplus = self.purse_of(account).minus(before).expect("coins were minted");
        let coins = surplus.coins(&self.setup.base.denom, &self.setup.quote.denom);
        if coins.is_empty() {
            return;
        }
        for coin in &coins {
            *self.minted.entry(coin.denom.clone()).or_default() -= coin.amount.u128();
        }
        let msg = CosmosMsg::<Empty>::Bank(BankMsg::Burn { amount: coins });
        self.app.execute(account.clone(), msg).expect("minted coins burn");
    }

    /// Deposits `amount` newly minted units of base into the vault.
    pub fn deposit(&mut self, who: &str, amount: u128) -> Result<DepositResponse> {
        let msg = vault::ExecuteMsg::Deposit { amount: amount.into(), recipient: None };
        let funds = [self.base(amount)];
        self.ask(who, &self.vault.clone(), &msg, &funds)
    }

    /// Redeems shares.
    pub fn redeem(&mut self, who: &str, shares: Uint128) -> Result<RedeemResponse> {
        let msg = vault::ExecuteMsg::Redeem { amount: shares, recipient: None };
        self.ask(who, &self.vault.clone(), &msg, &[])
    }

    /// Redeems all shares of an account.
    pub fn redeem_all(&mut self, who: &str) -> Result<RedeemResponse> {
        let shares = self.shares(who);
        self.redeem(who, shares)
    }

    /// Calls `rebalance` as a keeper.
    pub fn rebalance(&mut self) -> Result<RebalanceResponse> {
        let msg = vault::ExecuteMsg::VaultExtension(ExtensionExecuteMsg::Rebalance {});
        self.ask("keeper", &self.vault.clone(), &msg, &[])
    }

    /// Rebalances until nothing is due, at most `max` times; returns what was done, in order.
    pub fn keep(&mut self, max: usize) -> Result<Vec<RebalanceResponse>> {
        let mut done = vec![];
        for _ in 0..max {
            let response = self.rebalance()?;
            if response.decision.rule.is_none() {
                break;
            }
            done.push(response);
        }
        Ok(done)
    }

    /// Fills the vault's auction with minted base.
    pub fn sell_base(&mut self, who: &str, amount: u128, min_quote: u128) -> Result<SellBaseResponse> {
        let msg = vault::ExecuteMsg::VaultExtension(ExtensionExecuteMsg::SellBase { min_quote: min_quote.into() });
        let funds = [self.base(amount)];
        self.ask(who, &self.vault.clone(), &msg, &funds)
    }

    /// Places an order with minted coins attached.
    pub fn adjust(&mut self, who: &str, order: Adjust, funds: &[Coin]) -> Result<AdjustResponse> {
        self.ask(who, &self.market.clone(), &market::ExecuteMsg::Adjust(order), funds)
    }

    /// Places an empty order, so that the market accrues funding, takes the block's price and stores the current rate.
    pub fn adjust_nothing(&mut self, who: &str) -> AdjustResponse {
        let order = Adjust {
            market: MARKET.into(),
            size: market::OrderSize::Delta { amount: Int128::zero() },
            reduce_only: false,
            settle: market::Settle::No,
            limit_cost: None,
            margin_out: market::MarginOut::None,
        };
        self.adjust(who, order, &[]).expect("a zero order is always allowed")
    }

    /// Deposits minted quote into the pool.
    pub fn pool_deposit(&mut self, who: &str, amount: u128) -> Result<market::PoolDepositResponse> {
        let msg = market::ExecuteMsg::PoolDeposit { market: MARKET.into(), min_shares: None };
        let funds = [self.quote(amount)];
        self.ask(who, &self.market.clone(), &msg, &funds)
    }

    /// Requests a pool withdrawal.
    pub fn pool_request(&mut self, who: &str, shares: Uint128) -> Result<market::PoolRequestResponse> {
        let msg = market::ExecuteMsg::PoolRequest { market: MARKET.into(), shares };
        self.ask(who, &self.market.clone(), &msg, &[])
    }

    /// Withdraws shares under notice from the pool.
    pub fn pool_withdraw(&mut self, who: &str, shares: Uint128) -> Result<market::PoolWithdrawResponse> {
        let msg = market::ExecuteMsg::PoolWithdraw { market: MARKET.into(), shares: Some(shares), min_paid: None };
        self.ask(who, &self.market.clone(), &msg, &[])
    }

    /// Buys base from the pool with minted quote.
    pub fn buy_base(&mut self, who: &str, quote: u128) -> Result<market::BuyBaseResponse> {
        let msg = market::ExecuteMsg::BuyBase { market: MARKET.into(), min_base: None };
        let funds = [self.quote(quote)];
        self.ask(who, &self.market.clone(), &msg, &funds)
    }

    /// Liquidates an account's position.
    pub fn liquidate(&mut self, liquidator: &str, owner: &Addr) -> Result<market::LiquidateResponse> {
        let msg = market::ExecuteMsg::Liquidate { market: MARKET.into(), owner: owner.to_string() };
        self.ask(liquidator, &self.market.clone(), &msg, &[])
    }

    // ---- invariants ----

    /// The sanity invariants that are broken now, and how.
    pub fn broken(&self) -> Vec<String> {
        invariants::broken(self).expect("the contracts answer")
    }

    /// Checks the sanity invariants now; panics with the names of broken ones.
    #[track_caller]
    pub fn check(&self) {
        none_broken(&self.broken());
    }

    /// The system before a step, if invariants are checked; panics if time or a price has broken one.
    #[track_caller]
    fn begin_step(&mut self) -> Option<Moment> {
        if self.sanity == Sanity::OnDemand {
            self.last = None;
            return None;
        }
        let now = Moment::read(self).expect("the contracts answer");
        if let Some(last) = &self.last {
            none_broken(&invariants::broken_meanwhile(last, &now));
        }
        Some(now)
    }

    /// Checks what the step has changed and where it has led. `to_market` says that the market has taken its message,
    /// and with it the price at which funding goes on.
    #[track_caller]
    fn end_step(&mut self, step: Step, before: Option<Moment>, to_market: bool) {
        let Some(before) = before else { return };
        let now = Moment::read(self).expect("the contracts answer");
        none_broken(&invariants::broken_by(step, &before, &now));
        none_broken(&invariants::broken_at(self, &now));
        if to_market || now.market_differs(&before) {
            self.last = Some(now);
        }
    }
}

#[track_caller]
fn none_broken(broken: &[String]) {
    assert!(broken.is_empty(), "broken invariants:\n{}", broken.join("\n"));
}

/// The typed data of a response.
fn read_data<A: DeserializeOwned>(response: &AppResponse) -> anyhow::Result<A> {
    let data = response.data.as_ref().context("the message answered without data")?;
    Ok(from_json(data)?)
}
