//! A market of ATOM in dollars (6 decimals each) at 10, with a pool of 100,000 dollars and rich traders.

use std::str::FromStr;

use ballast_types::market::*;
use ballast_types::oracle::{self, Flag, Reading};
use ballast_types::{CoinInfo, Money, OwnershipAction, Purse};
use cosmwasm_std::{
    coin, from_json, to_json_binary, Addr, BankMsg, Binary, Coin, Decimal256, Deps, DepsMut, Empty, Env, Int128,
    MessageInfo, Response, SignedDecimal256, StdResult, Timestamp, Uint128,
};
use cw_multi_test::{App, AppResponse, ContractWrapper, Executor};
use cw_storage_plus::{Item, Map};
use perp_engine::EngineError;
use serde::de::DeserializeOwned;

pub use ballast_perp_market::ContractError;

pub const BASE: &str = "uatom";
pub const QUOTE: &str = "uusd";
pub const NAME: &str = "atom-usd";
pub const START: u64 = 1_700_000_000;
/// One whole coin, base or quote.
pub const ONE: u128 = 1_000_000;
pub const POOL: u128 = 100_000 * ONE;
pub const HOUR: u64 = 3600;
pub const DAY: u64 = 24 * HOUR;
/// Notice, window and bar of a pool withdrawal by default.
pub const NOTICE: u64 = DAY;
pub const WINDOW: u64 = 12 * HOUR;
pub const BAR: u64 = 3 * DAY;

/// A scripted oracle.
mod mock_oracle {
    use super::*;

    pub const READINGS: Map<&str, Reading> = Map::new("readings");
    pub const FAILS: Item<bool> = Item::new("fails");
    pub const LONGEST_CLOSING: Map<&str, u64> = Map::new("longest_closing");
    pub const MAX_JUMP: Map<&str, Decimal256> = Map::new("max_jump");

    #[cosmwasm_schema::cw_serde]
    pub enum Tell {
        Reading(Reading),
        Fail(bool),
        MaxJump { feed: String, jump: Decimal256 },
        LongestClosing { feed: String, seconds: u64 },
    }

    /// The part of a feed that a market reads.
    #[cosmwasm_schema::cw_serde]
    struct Feed {
        feed: String,
        config: Bounds,
    }

    #[cosmwasm_schema::cw_serde]
    struct Bounds {
        max_age: u64,
        max_confidence: Decimal256,
        max_jump: Decimal256,
    }

    pub fn instantiate(deps: DepsMut, _: Env, _: MessageInfo, _: Empty) -> StdResult<Response> {
        FAILS.save(deps.storage, &false)?;
        Ok(Response::new())
    }

    pub fn execute(deps: DepsMut, _: Env, _: MessageInfo, msg: Tell) -> StdResult<Response> {
        match msg {
            Tell::Reading(reading) => READINGS.save(deps.storage, &reading.feed.clone(), &reading)?,
            Tell::Fail(fails) => FAILS.save(deps.storage, &fails)?,
            Tell::MaxJump { feed, jump } => MAX_JUMP.save(deps.storage, &feed, &jump)?,
            Tell::LongestClosing { feed, seconds } => LONGEST_CLOSING.save(deps.storage, &feed, &seconds)?,
        }
        Ok(Response::new())
    }

    pub fn query(deps: Deps, _: Env, msg: oracle::QueryMsg) -> StdResult<Binary> {
        if FAILS.load(deps.storage)? {
            READINGS.load(deps.storage, "told to fail")?;
        }
        match msg {
            oracle::QueryMsg::Readings { feeds } => {
                let readings = feeds.iter().map(|feed| READINGS.load(deps.storage, feed));
                to_json_binary(&readings.collect::<StdResult<Vec<_>>>()?)
            }
            oracle::QueryMsg::Feed { feed } => {
                let max_confidence = Decimal256::permille(8);
                let max_jump = MAX_JUMP.may_load(deps.storage, &feed)?.unwrap_or(Decimal256::percent(10));
                let config = Bounds { max_age: 60, max_confidence, max_jump };
                to_json_binary(&Feed { feed, config })
            }
            // As if they closed at the same time.
            oracle::QueryMsg::LongestClosing { feeds } => {
                let each = feeds.iter().map(|feed| LONGEST_CLOSING.may_load(deps.storage, feed));
                let seconds = each.collect::<StdResult<Vec<_>>>()?.into_iter().flatten().max();
                to_json_binary(&oracle::LongestClosingResponse { seconds })
            }
            _ => panic!("only Readings, Feed and LongestClosing"),
        }
    }
}

pub struct Chain {
    pub app: App,
    pub oracle: Addr,
    pub market: Addr,
    /// The other fields of the next readings.
    pub volatility: Decimal256,
    pub confidence: Decimal256,
    pub flags: Vec<Flag>,
    pub age: u64,
    /// Seconds in which the feed was not usable.
    pub broken: u64,
    /// Whether the feed counts them.
    pub counts: bool,
    /// Of the margin coin.
    pub collateral: Collateral,
    pub collateral_flags: Vec<Flag>,
    /// Seconds in which the feed of the margin coin was not usable; `None` if it does not count them.
    pub collateral_broken: Option<u64>,
}

/// How the margin coin is priced.
#[derive(Clone, Debug, PartialEq)]
pub enum Collateral {
    /// By the index feed.
    OnePrice,
    /// By a feed of its own that always says what the index feed says.
    Equal,
    /// By a feed of its own: what it sells for, and what it is redeemed for.
    Own { sells: String, redeemed: String },
}

impl Collateral {
    /// `BALLAST_TWO_PRICES` runs all tests in markets of two equal prices: nothing may differ.
    fn of_all_tests() -> Collateral {
        match std::env::var_os("BALLAST_TWO_PRICES") {
            Some(_) => Collateral::Equal,
            None => Collateral::OnePrice,
        }
    }
}

/// Feed of the margin coin's own price.
pub const COLLATERAL_FEED: &str = "statom/usd";

pub fn dec(text: &str) -> Decimal256 {
    Decimal256::from_str(text).unwrap()
}

pub fn signed(text: &str) -> SignedDecimal256 {
    SignedDecimal256::from_str(text).unwrap()
}

pub fn money(text: &str) -> Money {
    Money::new(signed(text))
}

pub fn base(amount: u128) -> Purse {
    Purse::base(Uint128::new(amount))
}

pub fn quote(amount: u128) -> Purse {
    Purse::quote(Uint128::new(amount))
}

pub fn purse(base: u128, quote: u128) -> Purse {
    Purse::new(Uint128::new(base), Uint128::new(quote))
}

/// No funding from skew, so that debts come only from trades. An initial ratio of 10 % and a minimum position of 10
/// dollars make round numbers; otherwise the defaults.
pub fn params() -> MarketParams {
    MarketParams {
        slope: Decimal256::zero(),
        initial_ratio: Decimal256::percent(10),
        min_position: Uint128::new(10 * ONE),
        ..MarketParams::defaults(6)
    }
}

/// No funding but what skew adds.
pub fn no_reference() -> Reference {
    Reference::Constant { rate: SignedDecimal256::zero() }
}

/// An order that does nothing yet.
pub fn order() -> Adjust {
    Adjust {
        market: NAME.into(),
        size: OrderSize::Delta { amount: Int128::zero() },
        reduce_only: false,
        settle: Settle::No,
        limit_cost: None,
        margin_out: MarginOut::None,
    }
}

pub fn delta(amount: i128) -> Adjust {
    Adjust { size: OrderSize::Delta { amount: Int128::new(amount) }, ..order() }
}

pub fn take_out(purse: Purse) -> Adjust {
    Adjust { margin_out: MarginOut::Exact(purse), ..order() }
}

pub fn settle() -> Adjust {
    Adjust { settle: Settle::Required, ..order() }
}

pub fn part(numerator: u128, denominator: u128) -> OrderSize {
    OrderSize::Part(Part { numerator: numerator.into(), denominator: denominator.into() })
}

/// An exit in kind.
pub fn leave(numerator: u128, denominator: u128) -> Adjust {
    Adjust { size: part(numerator, denominator), margin_out: MarginOut::Part, reduce_only: true, ..order() }
}

impl Chain {
    /// With default parameters, no funding, and a pool.
    pub fn new() -> Chain {
        Chain::with(params())
    }

    pub fn with(params: MarketParams) -> Chain {
        Chain::with_reference(params, Reference::Constant { rate: SignedDecimal256::zero() })
    }

    pub fn with_reference(params: MarketParams, reference: Reference) -> Chain {
        let mut chain = Chain::without_pool(params, reference);
        chain.fund_pool("lp", POOL).unwrap();
        // So that the provider may request a withdrawal.
        chain.seconds(BAR);
        chain.say("10");
        chain
    }

    pub fn without_pool(params: MarketParams, reference: Reference) -> Chain {
        Chain::priced(params, reference, Collateral::of_all_tests())
    }

    /// A margin coin that sells for one price and is redeemed for another, and a pool.
    pub fn staked(sells: &str, redeemed: &str) -> Chain {
        let own = Collateral::Own { sells: sells.into(), redeemed: redeemed.into() };
        let mut chain = Chain::priced(params(), Reference::Constant { rate: SignedDecimal256::zero() }, own);
        chain.fund_pool("lp", POOL).unwrap();
        chain
    }

    pub fn priced(params: MarketParams, reference: Reference, collateral: Collateral) -> Chain {
        let mut app = App::default();
        app.update_block(|block| {
            block.time = Timestamp::from_seconds(START);
            block.height = 1;
        });
        let code = ContractWrapper::new(mock_oracle::execute, mock_oracle::instantiate, mock_oracle::query);
        let oracle_code = app.store_code(Box::new(code));
        let code = ContractWrapper::new(
            ballast_perp_market::contract::execute,
            ballast_perp_market::contract::instantiate,
            ballast_perp_market::contract::query,
        )
        .with_migrate(ballast_perp_market::contract::migrate);
        let market_code = app.store_code(Box::new(code));
        let owner = app.api().addr_make("owner");
        let guardian = app.api().addr_make("guardian").to_string();
        let oracle = app.instantiate_contract(oracle_code, owner.clone(), &Empty {}, &[], "oracle", None).unwrap();
        let msg = InstantiateMsg { owner: owner.to_string(), guardian: Some(guardian) };
        let market =
            app.instantiate_contract(market_code, owner.clone(), &msg, &[], "market", Some(owner.to_string())).unwrap();
        let mut chain = Chain {
            app,
            oracle,
            market,
            volatility: Decimal256::zero(),
            confidence: Decimal256::zero(),
            flags: vec![],
            age: 0,
            broken: 0,
            counts: true,
            collateral,
            collateral_flags: vec![],
            collateral_broken: Some(0),
        };
        for who in ["lp", "alice", "bob", "carol", "dave", "keeper", "owner", "guardian"] {
            let to = chain.who(who).to_string();
            let amount = vec![coin(10u128.pow(15), BASE), coin(10u128.pow(15), QUOTE), coin(10u128.pow(9), "ujunk")];
            let mint = cw_multi_test::BankSudo::Mint { to_address: to, amount };
            chain.app.sudo(cw_multi_test::SudoMsg::Bank(mint)).unwrap();
        }
        chain.say("10");
        chain.reference("0", 0, vec![]);
        chain.send("owner", &ExecuteMsg::CreateMarket(chain.create_msg(params, reference)), Purse::EMPTY).unwrap();
        chain
    }

    pub fn create_msg(&self, params: MarketParams, reference: Reference) -> CreateMarket {
        CreateMarket {
            market: NAME.into(),
            base: CoinInfo { denom: BASE.into(), decimals: 6 },
            quote: CoinInfo { denom: QUOTE.into(), decimals: 6 },
            oracle: self.oracle.to_string(),
            index_feed: "atom/usd".into(),
            collateral_feed: (self.collateral != Collateral::OnePrice).then(|| COLLATERAL_FEED.into()),
            reference,
            params,
        }
    }

    pub fn who(&self, name: &str) -> Addr {
        self.app.api().addr_make(name)
    }

    // ---- time and prices ----

    /// The next block, this much later; the oracle's price keeps its age.
    pub fn seconds(&mut self, seconds: u64) {
        self.app.update_block(|block| {
            block.time = block.time.plus_seconds(seconds);
            block.height += 1;
        });
        if let Ok(reading) = self.reading("atom/usd") {
            let value = reading.value.to_string();
            self.say(&value);
        }
    }

    /// A new block in which the oracle has this price, observed `age` ago.
    pub fn price(&mut self, price: &str) {
        self.app.update_block(|block| {
            block.time = block.time.plus_seconds(5);
            block.height += 1;
        });
        self.say(price);
    }

    /// The oracle has this price from now on in this block.
    pub fn say(&mut self, price: &str) {
        let now = self.app.block_info().time;
        let index = Reading {
            feed: "atom/usd".into(),
            value: signed(price),
            upper: None,
            redemption: None,
            confidence: self.confidence,
            average: signed(price),
            volatility: self.volatility,
            time: now.minus_seconds(self.age),
            stale_at: now.plus_seconds(60),
            usable_seconds: self.counts.then(|| now.seconds() - START - self.broken),
            confirm_from: None,
            flags: self.flags.clone(),
        };
        let of_collateral = Reading { feed: COLLATERAL_FEED.into(), ..index.clone() };
        self.tell(index);
        match self.collateral.clone() {
            Collateral::OnePrice => {}
            Collateral::Equal => self.tell(of_collateral),
            Collateral::Own { sells, redeemed } => self.tell(Reading {
                value: signed(&sells).min(signed(&redeemed)),
                upper: Some(signed(&sells).max(signed(&redeemed))),
                redemption: Some(signed(&redeemed)),
                usable_seconds: self.collateral_broken.map(|broken| now.seconds() - START - broken),
                flags: self.collateral_flags.clone(),
                ..of_collateral
            }),
        }
    }

    /// In a new block the margin coin sells for one price and is redeemed for another; the index stays.
    pub fn revalue(&mut self, sells: &str, redeemed: &str) {
        self.collateral = Collateral::Own { sells: sells.into(), redeemed: redeemed.into() };
        let index = self.reading("atom/usd").unwrap().value.to_string();
        self.price(&index);
    }

    /// The oracle has this reference, stale after this many seconds.
    pub fn reference(&mut self, rate: &str, fresh_for: u64, flags: Vec<Flag>) {
        let now = self.app.block_info().time;
        self.tell(Reading {
            feed: "atom/funding".into(),
            value: signed(rate),
            upper: None,
            redemption: None,
            confidence: Decimal256::zero(),
            average: signed(rate),
            volatility: Decimal256::zero(),
            time: now,
            stale_at: now.plus_seconds(fresh_for),
            usable_seconds: None,
            confirm_from: None,
            flags,
        });
    }

    fn tell(&mut self, reading: Reading) {
        let owner = self.who("owner");
        let oracle = self.oracle.clone();
        self.app.execute_contract(owner, oracle, &mock_oracle::Tell::Reading(reading), &[]).unwrap();
    }

    pub fn oracle_fails(&mut self, fails: bool) {
        let (owner, oracle) = (self.who("owner"), self.oracle.clone());
        self.app.execute_contract(owner, oracle, &mock_oracle::Tell::Fail(fails), &[]).unwrap();
    }

    /// Sets the largest jump that the feed accepts unconfirmed.
    pub fn max_jump(&mut self, jump: &str) {
        for feed in ["atom/usd", COLLATERAL_FEED] {
            self.max_jump_of(feed, jump);
        }
    }

    pub fn max_jump_of(&mut self, feed: &str, jump: &str) {
        self.tell_oracle(&mock_oracle::Tell::MaxJump { feed: feed.into(), jump: dec(jump) });
    }

    /// The longest closing of a feed, in seconds.
    pub fn closes(&mut self, feed: &str, seconds: u64) {
        self.tell_oracle(&mock_oracle::Tell::LongestClosing { feed: feed.into(), seconds });
    }

    fn tell_oracle(&mut self, tell: &mock_oracle::Tell) {
        self.app.execute_contract(self.who("owner"), self.oracle.clone(), tell, &[]).unwrap();
    }

    fn reading(&self, feed: &str) -> StdResult<Reading> {
        let store = self.app.contract_storage(&self.oracle);
        mock_oracle::READINGS.load(&*store, feed)
    }

    // ---- messages ----

    pub fn send(&mut self, who: &str, msg: &ExecuteMsg, funds: Purse) -> Result<AppResponse, ContractError> {
        let funds = funds.coins(BASE, QUOTE);
        self.send_coins(who, msg, &funds)
    }

    pub fn send_coins(&mut self, who: &str, msg: &ExecuteMsg, funds: &[Coin]) -> Result<AppResponse, ContractError> {
        let sender = self.who(who);
        let market = self.market.clone();
        let result = self.app.execute_contract(sender, market, msg, funds);
        let result = result.map_err(|error| error.downcast::<ContractError>().expect("an error of the market"));
        self.check_sums();
        result
    }

    pub fn adjust(&mut self, who: &str, order: Adjust, funds: Purse) -> Result<AdjustResponse, ContractError> {
        self.send(who, &ExecuteMsg::Adjust(order), funds).map(data)
    }

    /// Opens or changes a position, which must succeed.
    pub fn trade(&mut self, who: &str, amount: i128, funds: Purse) -> AdjustResponse {
        self.adjust(who, delta(amount), funds).unwrap()
    }

    pub fn liquidate(&mut self, who: &str) -> Result<LiquidateResponse, ContractError> {
        let msg = ExecuteMsg::Liquidate { market: NAME.into(), owner: self.who(who).to_string() };
        self.send("keeper", &msg, Purse::EMPTY).map(data)
    }

    pub fn close_at_cap(&mut self, who: &str) -> Result<CloseAtCapResponse, ContractError> {
        let msg = ExecuteMsg::CloseAtCap { market: NAME.into(), owner: self.who(who).to_string() };
        self.send("keeper", &msg, Purse::EMPTY).map(data)
    }

    pub fn fund_pool(&mut self, who: &str, amount: u128) -> Result<PoolDepositResponse, ContractError> {
        let msg = ExecuteMsg::PoolDeposit { market: NAME.into(), min_shares: None };
        self.send(who, &msg, quote(amount)).map(data)
    }

    pub fn request(&mut self, who: &str, shares: Uint128) -> Result<PoolRequestResponse, ContractError> {
        self.send(who, &ExecuteMsg::PoolRequest { market: NAME.into(), shares }, Purse::EMPTY).map(data)
    }

    pub fn cancel(&mut self, who: &str, provider: Option<&str>) -> Result<AppResponse, ContractError> {
        let provider = provider.map(|provider| self.who(provider).to_string());
        self.send(who, &ExecuteMsg::PoolCancel { market: NAME.into(), provider }, Purse::EMPTY)
    }

    /// Withdraws what is under notice from the pool.
    pub fn withdraw(&mut self, who: &str, shares: Option<Uint128>) -> Result<PoolWithdrawResponse, ContractError> {
        let msg = ExecuteMsg::PoolWithdraw { market: NAME.into(), shares, min_paid: None };
        self.send(who, &msg, Purse::EMPTY).map(data)
    }

    /// Requests a withdrawal of shares, waits, and withdraws them.
    pub fn leave_pool(&mut self, who: &str, shares: Uint128) -> Result<PoolWithdrawResponse, ContractError> {
        self.request(who, shares)?;
        self.seconds(NOTICE);
        self.withdraw(who, Some(shares))
    }

    pub fn settle_loss(&mut self, owners: &[&str]) -> Result<SettleLossResponse, ContractError> {
        let owners = owners.iter().map(|owner| self.who(owner).to_string()).collect();
        self.send("keeper", &ExecuteMsg::SettleLoss { market: NAME.into(), owners }, Purse::EMPTY).map(data)
    }

    pub fn buy_base(&mut self, who: &str, amount: u128) -> Result<BuyBaseResponse, ContractError> {
        let msg = ExecuteMsg::BuyBase { market: NAME.into(), min_base: None };
        self.send(who, &msg, quote(amount)).map(data)
    }

    pub fn pause(&mut self, who: &str, actions: &[MarketAction]) -> Result<AppResponse, ContractError> {
        self.send(who, &ExecuteMsg::Pause { market: NAME.into(), actions: actions.to_vec() }, Purse::EMPTY)
    }

    pub fn resume(&mut self, who: &str, actions: &[MarketAction]) -> Result<AppResponse, ContractError> {
        self.send(who, &ExecuteMsg::Resume { market: NAME.into(), actions: actions.to_vec() }, Purse::EMPTY)
    }

    pub fn set_hedger(&mut self, hedger: Option<&str>) {
        let hedger = hedger.map(|who| self.who(who).to_string());
        let msg = ExecuteMsg::SetHedger { market: NAME.into(), hedger };
        self.send("owner", &msg, Purse::EMPTY).unwrap();
    }

    pub fn ownership(&mut self, who: &str, action: OwnershipAction) -> Result<AppResponse, ContractError> {
        self.send(who, &ExecuteMsg::UpdateOwnership(action), Purse::EMPTY)
    }

    pub fn donate(&mut self, who: &str, coins: &[Coin]) {
        let (from, to_address) = (self.who(who), self.market.to_string());
        self.app.execute(from, BankMsg::Send { to_address, amount: coins.to_vec() }.into()).unwrap();
    }

    // ---- questions ----

    pub fn ask<T: DeserializeOwned>(&self, msg: QueryMsg) -> T {
        self.app.wrap().query_wasm_smart(&self.market, &msg).unwrap()
    }

    pub fn position(&self, who: &str) -> PositionResponse {
        self.ask(QueryMsg::Position { market: NAME.into(), owner: self.who(who).to_string() })
    }

    pub fn positions(&self) -> Vec<PositionEntry> {
        let msg = QueryMsg::Positions { market: NAME.into(), start_after: None, limit: Some(30) };
        self.ask::<PositionsResponse>(msg).positions
    }

    pub fn solvency(&self) -> SolvencyResponse {
        self.ask(QueryMsg::Solvency { market: NAME.into() })
    }

    pub fn pool(&self, who: &str) -> PoolResponse {
        self.ask(QueryMsg::Pool { market: NAME.into(), provider: Some(self.who(who).to_string()) })
    }

    pub fn state(&self) -> MarketResponse {
        self.state_of(NAME)
    }

    pub fn state_of(&self, market: &str) -> MarketResponse {
        self.ask(QueryMsg::Market { market: market.into() })
    }

    pub fn funding(&self) -> FundingResponse {
        self.ask(QueryMsg::Funding { market: NAME.into(), at: None })
    }

    pub fn held(&self, address: &Addr) -> Purse {
        let amount = |denom| self.app.wrap().query_balance(address, denom).unwrap().amount;
        Purse::new(amount(BASE), amount(QUOTE))
    }

    pub fn wallet(&self, who: &str) -> Purse {
        self.held(&self.who(who))
    }

    /// Invariants after every message: purses are covered, sums match the positions, winners are reserved.
    fn check_sums(&self) {
        let solvency = self.solvency();
        let books = solvency.pool.plus(solvency.insurance).unwrap().plus(solvency.margins).unwrap();
        assert!(solvency.held.minus(books).is_ok(), "holds {:?}, purses are {books:?}", solvency.held);
        assert!(!solvency.slack.is_negative(), "slack {}", solvency.slack);
        crate::entries::check(self);
        let (state, positions) = (self.state(), self.positions());
        let margins = positions.iter().try_fold(Purse::EMPTY, |sum, p| sum.plus(p.position.margin)).unwrap();
        assert_eq!(margins, solvency.margins);
        for (side, is_long) in [(state.long, true), (state.short, false)] {
            let on_side = |p: &&PositionEntry| !p.position.size.is_zero() && p.position.size.is_negative() != is_long;
            let members: Vec<&PositionEntry> = positions.iter().filter(on_side).collect();
            let size: u128 = members.iter().map(|p| p.position.size.i128().unsigned_abs()).sum();
            let entry: u128 = members.iter().map(|p| p.position.entry_value.u128()).sum();
            assert_eq!((side.size.u128(), side.entry_value.u128()), (size, entry));
            let claims = members.iter().try_fold(Money::ZERO, |sum, p| sum.plus(p.position.funding.or_zero())).unwrap();
            assert!(side.owed >= claims, "owed {} is less than what can be claimed: {claims}", side.owed);
        }
    }
}

pub fn data<T: DeserializeOwned>(response: AppResponse) -> T {
    from_json(response.data.expect("data")).expect("typed data")
}

/// The rule of the market that refused.
#[track_caller]
pub fn refused<T: std::fmt::Debug>(result: Result<T, ContractError>) -> EngineError {
    match result.expect_err("a refusal") {
        ContractError::Engine(error) => *error,
        other => panic!("not a rule of the market: {other}"),
    }
}
