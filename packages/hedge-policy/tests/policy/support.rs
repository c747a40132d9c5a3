//! A hedge for calculations by hand: 1,000 coins at 10, all sold short, both coins of 6 decimals, default terms (fee
//! 0.05 %, spread 0.02 %, haircut 10 %, maintenance 2.5 %, initial 15 %, conversion 0.1 %).

use ballast_math::{Money, Purse};
use ballast_types::market::{
    BaseForSale, Capacity, FundingRates, MarketAction, MarketParams, PositionState, Prices, Settle, Status, Terms,
};
use ballast_types::oracle::Flag;
use ballast_types::policy::{Decision, HedgeAction, PolicyParams, Rule};
use ballast_types::venue::CollateralRange;
use cosmwasm_std::{Decimal256, Int128, SignedDecimal256, Uint128};
use hedge_policy::{Auction, Forecast, State};

use crate::told::next_action;

/// Units of a whole coin.
pub const COIN: u128 = 1_000_000;

pub fn dec(text: &str) -> Decimal256 {
    text.parse().unwrap()
}

pub fn signed(text: &str) -> SignedDecimal256 {
    text.parse().unwrap()
}

pub fn money(units: i128) -> Money {
    Money::new(SignedDecimal256::from_ratio(units, 1))
}

pub fn base(units: u128) -> Purse {
    Purse::base(Uint128::new(units))
}

pub fn quote(units: u128) -> Purse {
    Purse::quote(Uint128::new(units))
}

pub fn default_terms() -> Terms {
    Terms {
        initial_ratio: dec("0.15"),
        min_position: Uint128::new(100 * COIN),
        ..Terms::from(&MarketParams::defaults(6))
    }
}

/// 1,000 coins, 1,000 sold short at 10, with `posted` units of base at the venue.
pub fn posted(posted: u128) -> State {
    State {
        idle: base(1000 * COIN - posted),
        position: PositionState {
            size: Int128::new(-1_000_000_000),
            entry_value: Uint128::new(10_000_000_000),
            margin: base(posted),
            price_pnl: Money::ZERO,
            funding: Money::ZERO,
        },
        prices: Prices {
            index: dec("10"),
            index_low: dec("10"),
            index_high: dec("10"),
            collateral: dec("10"),
            spread: dec("0.0002"),
            volatility: dec("0.5"),
            ..Prices::default()
        },
        terms: default_terms(),
        capacity: Capacity {
            long: Uint128::new(1_000_000 * COIN),
            short: Uint128::new(1_000_000 * COIN),
            slack: money(1_000_000_000_000_000),
            headroom: Money::ZERO,
        },
        base_for_sale: BaseForSale::default(),
        status: Status::default(),
        funding: FundingRates::default(),
        base_decimals: 6,
        quote_decimals: 6,
        forecast: Forecast::default(),
        cost_spent: Money::ZERO,
        stopped: vec![],
        auction: Auction::Closed,
    }
}

/// At `L*`: (717/2600*1.75 + 0.0007)/0.9 of the coins posted.
pub fn calm() -> State {
    posted(536_995_727)
}

/// The same state at another price, with its price PnL.
pub fn at_price(mut state: State, price: &str) -> State {
    state.prices.index = dec(price);
    state.prices.index_low = dec(price);
    state.prices.index_high = dec(price);
    state.prices.collateral = dec(price);
    let short = state.position.size.unsigned_abs().u128();
    let value = SignedDecimal256::try_from(dec(price)).unwrap();
    let notional = value * SignedDecimal256::from_ratio(i128::try_from(short).unwrap(), 1);
    let entry = SignedDecimal256::from_ratio(i128::try_from(state.position.entry_value.u128()).unwrap(), 1);
    state.position.price_pnl = Money::new(entry - notional);
    state
}

/// The state with a different short, entered at 10.
pub fn with_short(mut state: State, short: u128) -> State {
    state.position.size = Int128::new(-i128::try_from(short).unwrap());
    state.position.entry_value = Uint128::new(short * 10);
    state
}

pub fn due(state: &State) -> Decision {
    next_action(state, &PolicyParams::default()).unwrap()
}

pub fn rule(state: &State) -> Option<Rule> {
    due(state).rule
}

#[derive(Debug, PartialEq)]
pub struct Order {
    pub delta: i128,
    pub settle: Settle,
    pub margin_in: Purse,
    pub margin_out: Purse,
}

pub fn order_of(decision: &Decision) -> Order {
    match decision.action {
        HedgeAction::Adjust { delta, settle, margin_in, margin_out } => {
            Order { delta: delta.i128(), settle, margin_in, margin_out }
        }
        ref other => panic!("no order: {other:?}"),
    }
}

pub fn order(state: &State) -> Order {
    order_of(&due(state))
}

pub fn rule_with(state: &State, change: impl FnOnce(&mut PolicyParams)) -> Option<Rule> {
    let mut params = PolicyParams::default();
    change(&mut params);
    next_action(state, &params).unwrap().rule
}

pub fn off(mut state: State, actions: &[MarketAction]) -> State {
    state.status.off = actions.to_vec();
    state
}

pub fn flagged(mut state: State, flag: Flag) -> State {
    state.prices.flags = vec![flag];
    state
}

/// The state with prices from `low` to `high` accepted in this block.
pub fn ranged(mut state: State, low: &str, high: &str) -> State {
    state.prices.index_low = dec(low);
    state.prices.index_high = dec(high);
    state
}

/// The state while the oracle holds back this price.
pub fn held_back(state: State, price: &str) -> State {
    let mut state = flagged(state, Flag::Jump);
    state.prices.held_back = Some(dec(price));
    state
}

/// The state in a market of two prices, its coins selling for this and redeemed for as much.
pub fn selling_for(mut state: State, price: &str) -> State {
    let price = dec(price);
    state.prices.collateral = price;
    state.prices.collateral_range = Some(CollateralRange {
        low: price,
        high: price,
        redemption: price,
        lasting_low: price,
        spread: dec("0.0002"),
        ..CollateralRange::default()
    });
    state
}

/// The state while the collateral price has this flag.
pub fn collateral_flagged(mut state: State, flag: Flag) -> State {
    state.prices.collateral_range.as_mut().unwrap().flags = vec![flag];
    state
}
