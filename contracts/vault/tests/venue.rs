//! A scripted venue: plain books at one price or two, with costs, prices and failures set by the tests. The real market's
//! arithmetic is tested elsewhere; these tests are about the vault.

use ballast_math::SECONDS_PER_YEAR;
use ballast_types::market::{
    Adjust, AdjustResponse, BaseForSale, BuyBaseResponse, Capacity, CollateralRange, Costs, ExecuteMsg, FeedBounds,
    FundingRates, Leverage, LiquidationPrice, MarginOut, MarketParams, MarketResponse, Measures, OrderSize,
    PositionResponse, PositionState, Prices, QueryMsg, Realised, Reference, Settle, Status, Terms,
};
use ballast_types::vault::ExecuteMsg as VaultMsg;
use ballast_types::{CoinInfo, Money, Purse};
use cosmwasm_schema::cw_serde;
use cosmwasm_std::{
    to_json_binary, Addr, BankMsg, Binary, Coin, Decimal256, Deps, DepsMut, Empty, Env, Int128, MessageInfo, Reply,
    Response, StdError, StdResult, SubMsg, Timestamp, Uint128, WasmMsg,
};
use cw_storage_plus::Item;

use crate::suite::{BASE, QUOTE};

pub const SCRIPT: Item<Script> = Item::new("script");

#[cw_serde]
pub struct Script {
    pub position: PositionState,
    pub prices: Prices,
    /// Prices of an order's response, if they differ from those of the query.
    pub order_prices: Option<Prices>,
    /// Rates; `short_earned` is its value at `funding_since`.
    pub funding: FundingRates,
    pub funding_since: Timestamp,
    /// Seconds in which the venue was closed.
    pub closed: u64,
    pub min_position: Uint128,
    pub feed: Option<FeedBounds>,
    pub capacity: Capacity,
    pub base_for_sale: BaseForSale,
    pub status: Status,
    /// The cost in the response to an order that trades.
    pub costs: Costs,
    /// What the order takes from the margin.
    pub charge: Purse,
    /// Response to the next order, instead of the true one.
    pub next: Option<Answer>,
    /// Response to each order that changes the size (even by zero), instead of the true one.
    pub deltas: Option<Answer>,
    /// A message to the vault while the order runs.
    pub reenter: Option<VaultMsg>,
    /// Whether that message may fail.
    pub reenter_may_fail: bool,
    /// The result of that message.
    pub reentered: Option<String>,
    /// A query to the vault while the order runs, and its response.
    pub probe: Option<ballast_types::vault::QueryMsg>,
    pub probed: Option<Result<Binary, String>>,
    /// Number of orders so far.
    pub orders: Vec<(Adjust, Purse)>,
}

#[cw_serde]
pub enum Answer {
    /// The order fails.
    Fail,
    /// Success without data.
    Empty,
    /// Success with data that is not a response.
    Garbage,
    /// Success with this response, whatever the order did.
    Told(Box<AdjustResponse>),
    /// Success with a larger refund than the attached coins.
    Boast,
}

impl Script {
    pub fn set_price(&mut self, price: Decimal256) {
        self.set_range(price, price, price);
    }

    /// The price, and the lowest and the highest of its block. With two prices, this is the index.
    pub fn set_range(&mut self, price: Decimal256, low: Decimal256, high: Decimal256) {
        let prices = &mut self.prices;
        (prices.index, prices.index_low, prices.index_high) = (price, low, high);
        if prices.collateral_range.is_none() {
            prices.collateral = price;
        }
        self.mark();
    }

    /// A price of its own for the margin coin: what it sells for and what it is redeemed for, which are the range of its
    /// block. The discount has always been what it is now.
    pub fn set_collateral(&mut self, sold: Decimal256, redeemed: Decimal256) {
        let discount = Decimal256::one() - sold / redeemed;
        self.prices.collateral = sold;
        self.prices.collateral_range = Some(CollateralRange {
            low: sold,
            high: redeemed,
            redemption: redeemed,
            spread: self.prices.spread,
            discount,
            mean_discount: discount,
            lasting_low: sold,
            lasting_high: sold,
            held_back: None,
            time: self.prices.time,
            flags: vec![],
        });
    }

    /// A change of the margin coin's own price.
    pub fn collateral(&mut self, change: impl FnOnce(&mut CollateralRange)) {
        change(self.prices.collateral_range.as_mut().unwrap());
    }

    /// Rates until `now`, with what a short has earned from them.
    pub fn rates(&self, now: Timestamp) -> FundingRates {
        let seconds = Uint128::from(now.seconds() - self.funding_since.seconds());
        let earned = Money::new(self.funding.short).portion_floor(seconds, SECONDS_PER_YEAR.into()).unwrap();
        let short_earned = self.funding.short_earned + earned.units();
        FundingRates { short_earned, ..self.funding }
    }

    /// Price PnL of a short at the current price; all amounts in the tests are whole.
    pub fn mark(&mut self) {
        let value = value(&self.prices, self.position.size.unsigned_abs());
        let position = &mut self.position;
        position.price_pnl = Money::from_amount(position.entry_value).minus(Money::from_amount(value)).unwrap();
    }
}

/// `BALLAST_TWO_PRICES` runs all tests at a venue of two equal prices, with no assumed discount: nothing may differ.
pub fn of_two_prices() -> bool {
    std::env::var_os("BALLAST_TWO_PRICES").is_some()
}

/// The prices as the venue tells them.
fn as_told(mut prices: Prices) -> Prices {
    if of_two_prices() && prices.collateral_range.is_none() {
        prices.collateral_range = Some(CollateralRange {
            low: prices.index_low,
            high: prices.index_high,
            redemption: prices.collateral,
            spread: prices.spread,
            discount: Decimal256::zero(),
            mean_discount: Decimal256::zero(),
            lasting_low: prices.index_low,
            lasting_high: prices.index_high,
            held_back: prices.held_back,
            time: prices.time,
            flags: prices.flags.clone(),
        });
    }
    prices
}

/// Converts to units of quote; both coins have six decimals.
pub fn value(prices: &Prices, base: Uint128) -> Uint128 {
    Uint128::try_from(cosmwasm_std::Uint256::from(base).mul_floor(prices.index)).unwrap()
}

pub fn terms() -> Terms {
    let initial_ratio = Decimal256::percent(15);
    let min_position = Uint128::new(100_000_000);
    Terms::from(&MarketParams { initial_ratio, min_position, ..MarketParams::defaults(6) })
}

pub fn coin(denom: &str) -> CoinInfo {
    CoinInfo { denom: denom.into(), decimals: 6 }
}

pub fn instantiate(deps: DepsMut, env: Env, _info: MessageInfo, _msg: Empty) -> StdResult<Response> {
    let prices = Prices {
        collateral_range: None,
        index: Decimal256::percent(1000),
        index_low: Decimal256::percent(1000),
        index_high: Decimal256::percent(1000),
        collateral: Decimal256::percent(1000),
        spread: Decimal256::bps(2),
        held_back: None,
        volatility: Decimal256::percent(50),
        time: env.block.time,
        flags: vec![],
    };
    let plenty = Uint128::new(1_000_000_000_000);
    SCRIPT.save(
        deps.storage,
        &Script {
            position: PositionState::default(),
            prices,
            order_prices: None,
            funding: FundingRates::default(),
            funding_since: env.block.time,
            closed: 0,
            min_position: terms().min_position,
            feed: None,
            capacity: Capacity {
                long: plenty,
                short: plenty,
                slack: Money::from_amount(plenty),
                headroom: Money::ZERO,
            },
            base_for_sale: BaseForSale::default(),
            status: Status::default(),
            costs: Costs::default(),
            charge: Purse::EMPTY,
            next: None,
            deltas: None,
            reenter: None,
            reenter_may_fail: false,
            reentered: None,
            probe: None,
            probed: None,
            orders: vec![],
        },
    )?;
    Ok(Response::new())
}

pub fn query(deps: Deps, env: Env, msg: QueryMsg) -> StdResult<Binary> {
    let script = SCRIPT.load(deps.storage)?;
    match msg {
        QueryMsg::Market { .. } => to_json_binary(&MarketResponse {
            market: "atom".into(),
            base: coin(BASE),
            quote: coin(QUOTE),
            oracle: Addr::unchecked("oracle"),
            index_feed: "atom/usd".into(),
            collateral_feed: None,
            reference: Reference::Constant { rate: Default::default() },
            params: MarketParams::defaults(6),
            long: Default::default(),
            short: Default::default(),
            prices: as_told(script.prices),
            status: script.status,
            hedger: None,
            feed: script.feed,
        }),
        QueryMsg::Position { .. } => to_json_binary(&PositionResponse {
            position: script.position,
            measures: measures(),
            withdrawable: Purse::EMPTY,
            funding: script.rates(env.block.time),
            prices: as_told(script.prices),
            terms: Terms { min_position: script.min_position, ..terms() },
            capacity: script.capacity,
            base_for_sale: script.base_for_sale,
            status: script.status,
            open_seconds: env.block.time.seconds() - script.closed,
        }),
        QueryMsg::PreviewOrder { order, funds, after, .. } => {
            let mut script = script.clone();
            if let Some(before) = after {
                previewed(&mut script, &before.order, before.funds)?;
            }
            to_json_binary(&previewed(&mut script, &order, funds)?)
        }
        _ => Err(StdError::generic_err("not in the script")),
    }
}

/// The scripted response to an order; none for the true one.
fn told(script: &mut Script, order: &Adjust) -> Option<Answer> {
    let delta = matches!(order.size, OrderSize::Delta { .. });
    script.next.take().or(script.deltas.clone().filter(|_| delta))
}

/// Simulates an order, including scripted failures and responses.
fn previewed(script: &mut Script, order: &Adjust, funds: Purse) -> StdResult<AdjustResponse> {
    let next = told(script, order);
    if next == Some(Answer::Fail) {
        return Err(StdError::generic_err("the venue refuses"));
    }
    let answer = trade(script, order, funds)?;
    Ok(match next {
        Some(Answer::Told(told)) => *told,
        _ => answer,
    })
}

/// The vault computes its own values and reads nothing of this.
fn measures() -> Measures {
    Measures {
        notional: Money::ZERO,
        closing_cost: Money::ZERO,
        equity: Money::ZERO,
        secured_equity: Money::ZERO,
        leverage: Leverage::None,
        margin_ratio: None,
        liquidation_price: LiquidationPrice::Never,
    }
}

pub fn execute(deps: DepsMut, env: Env, info: MessageInfo, msg: ExecuteMsg) -> StdResult<Response> {
    let mut script = SCRIPT.load(deps.storage)?;
    let attached = purse_of(&info.funds);
    let response = match msg {
        ExecuteMsg::Adjust(order) => {
            script.orders.push((order.clone(), attached));
            adjust(deps.as_ref(), &mut script, &info.sender, order, attached)?
        }
        ExecuteMsg::BuyBase { .. } => buy_base(&mut script, &info.sender, attached)?,
        _ => return Err(StdError::generic_err(format!("not in the script, {}", env.contract.address))),
    };
    SCRIPT.save(deps.storage, &script)?;
    Ok(response)
}

pub fn reply(deps: DepsMut, _env: Env, reply: Reply) -> StdResult<Response> {
    let mut script = SCRIPT.load(deps.storage)?;
    script.reentered = Some(match reply.result.into_result() {
        Ok(_) => "done".into(),
        Err(error) => error,
    });
    SCRIPT.save(deps.storage, &script)?;
    Ok(Response::new())
}

fn adjust(deps: Deps, script: &mut Script, sender: &Addr, order: Adjust, attached: Purse) -> StdResult<Response> {
    let mut response = Response::new();
    if let Some(probe) = &script.probe {
        let answer: Result<cosmwasm_std::Binary, _> = raw_query(deps, sender, probe);
        script.probed = Some(answer);
    }
    if let Some(msg) = script.reenter.take() {
        let msg = WasmMsg::Execute { contract_addr: sender.to_string(), msg: to_json_binary(&msg)?, funds: vec![] };
        let message = if script.reenter_may_fail { SubMsg::reply_always(msg, 7) } else { SubMsg::new(msg) };
        response = response.add_submessage(message);
    }
    let next = told(script, &order);
    if next == Some(Answer::Fail) {
        return Err(StdError::generic_err("the venue refuses"));
    }
    let answer = trade(script, &order, attached)?;
    let paid = answer.margin_out.plus(answer.refund).unwrap().coins(BASE, QUOTE);
    if !paid.is_empty() {
        response = response.add_message(BankMsg::Send { to_address: sender.to_string(), amount: paid });
    }
    Ok(match next {
        None | Some(Answer::Fail) => response.set_data(to_json_binary(&answer)?),
        Some(Answer::Empty) => response,
        Some(Answer::Garbage) => response.set_data(b"garbage"),
        Some(Answer::Told(told)) => response.set_data(to_json_binary(&told)?),
        Some(Answer::Boast) => {
            let refund = attached.plus(Purse::new(Uint128::one(), Uint128::zero())).unwrap();
            response.set_data(to_json_binary(&AdjustResponse { refund, ..answer })?)
        }
    })
}

fn raw_query(deps: Deps, vault: &Addr, probe: &ballast_types::vault::QueryMsg) -> Result<Binary, String> {
    let query =
        cosmwasm_std::WasmQuery::Smart { contract_addr: vault.to_string(), msg: to_json_binary(probe).unwrap() };
    let raw = cosmwasm_std::to_json_vec(&cosmwasm_std::QueryRequest::<Empty>::from(query)).unwrap();
    match deps.querier.raw_query(&raw) {
        cosmwasm_std::SystemResult::Ok(cosmwasm_std::ContractResult::Ok(answer)) => Ok(answer),
        cosmwasm_std::SystemResult::Ok(cosmwasm_std::ContractResult::Err(error)) => Err(error),
        cosmwasm_std::SystemResult::Err(error) => Err(error.to_string()),
    }
}

/// An order on plain books: gains are paid in quote, losses from quote and then in base at the price.
fn trade(script: &mut Script, order: &Adjust, attached: Purse) -> StdResult<AdjustResponse> {
    if let Some(prices) = script.order_prices.clone() {
        script.prices = prices;
    }
    script.mark();
    let before = script.position;
    let (mut costs, mut charge) = (Costs::default(), Purse::EMPTY);
    let (mut margin_out, mut refund) = (Purse::EMPTY, Purse::EMPTY);
    let mut price_pnl = Money::ZERO;

    let settled = order.settle != Settle::No;
    if settled {
        let size = script.position.size.unsigned_abs();
        script.position.margin = script.position.margin.plus(attached).unwrap();
        realise(script, size, false);
        script.position.margin = script.position.margin.minus(attached).unwrap();
    }
    match &order.size {
        OrderSize::Delta { amount } => {
            script.position.margin = script.position.margin.plus(attached).unwrap();
            if amount.is_negative() {
                let entry = value(&script.prices, amount.unsigned_abs());
                script.position.size = script.position.size.checked_add(*amount).unwrap();
                script.position.entry_value += entry;
            } else if !amount.is_zero() {
                realise(script, amount.unsigned_abs(), true);
            }
            if !amount.is_zero() {
                (costs, charge) = (script.costs, script.charge);
            }
            script.position.margin = script.position.margin.minus(charge).map_err(refused)?;
            if let MarginOut::Exact(out) = order.margin_out {
                margin_out = out;
                script.position.margin = script.position.margin.minus(out).map_err(refused)?;
            }
        }
        OrderSize::Part(part) => {
            assert_eq!(order.margin_out, MarginOut::Part);
            let whole = script.position.margin;
            let own = whole.portion_floor(part.numerator, part.denominator).unwrap();
            let closed =
                ballast_math::mul_div_ceil(script.position.size.unsigned_abs(), part.numerator, part.denominator);
            script.position.margin = own;
            price_pnl = realise(script, closed.unwrap(), true);
            (costs, charge) = (script.costs, script.charge);
            margin_out = script.position.margin.minus(charge).map_err(refused)?;
            script.position.margin = whole.minus(own).unwrap();
            refund = attached;
        }
    }
    if let Some(limit) = order.limit_cost {
        let cost = costs.fee + costs.spread + costs.conversion;
        if cost > limit {
            return Err(StdError::generic_err(format!("the order costs {cost}, the limit is {limit}")));
        }
    }
    script.mark();
    Ok(AdjustResponse {
        before,
        after: script.position,
        prices: as_told(script.prices.clone()),
        terms: terms(),
        settled,
        realised: Realised { price_pnl, ..Default::default() },
        costs,
        margin_out,
        refund,
    })
}

fn refused(error: impl ToString) -> StdError {
    StdError::generic_err(error.to_string())
}

/// Turns the PnL of `closed` units into coins, which leave the position or are entered anew.
fn realise(script: &mut Script, closed: Uint128, leave: bool) -> Money {
    let size = script.position.size.unsigned_abs();
    if size.is_zero() {
        return Money::ZERO;
    }
    let entry = script.position.entry_value.multiply_ratio(closed, size);
    let worth = value(&script.prices, closed);
    let margin = &mut script.position.margin;
    if entry >= worth {
        margin.quote += entry - worth;
    } else {
        let loss = worth - entry;
        let quote = loss.min(margin.quote);
        margin.quote -= quote;
        margin.base -=
            Uint128::try_from(cosmwasm_std::Uint256::from(loss - quote).div_ceil(script.prices.collateral)).unwrap();
    }
    script.position.entry_value -= entry;
    if leave {
        let rest = Int128::try_from(size - closed).unwrap();
        script.position.size = Int128::zero().checked_sub(rest).unwrap();
    } else {
        script.position.entry_value += worth;
    }
    Money::from_amount(entry).minus(Money::from_amount(worth)).unwrap()
}

fn buy_base(script: &mut Script, sender: &Addr, attached: Purse) -> StdResult<Response> {
    let price = script.base_for_sale.price;
    let base = Uint128::try_from(cosmwasm_std::Uint256::from(attached.quote).div_floor(price)).unwrap();
    let base = base.min(script.base_for_sale.amount);
    let quote = Uint128::try_from(cosmwasm_std::Uint256::from(base).mul_ceil(price)).unwrap();
    let refund = attached.quote - quote;
    script.base_for_sale.amount -= base;
    let paid = Purse::new(base, refund).coins(BASE, QUOTE);
    let answer = to_json_binary(&BuyBaseResponse { base, quote, refund })?;
    Ok(Response::new().add_message(BankMsg::Send { to_address: sender.to_string(), amount: paid }).set_data(answer))
}

fn purse_of(funds: &[Coin]) -> Purse {
    let amount = |denom: &str| funds.iter().find(|coin| coin.denom == denom).map_or(Uint128::zero(), |c| c.amount);
    Purse::new(amount(BASE), amount(QUOTE))
}
