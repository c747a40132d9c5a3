//! The policy's results in the form that the vault returns them: decisions without limits, a short and the margin
//! posted for it.
//!
//! Each question about a market of one price is asked again about a market of two prices that are equal, without an
//! assumed discount, and must have the same answer to the unit.

use std::fmt::Debug;

use ballast_math::{Base, Money, Price, Quote};
use ballast_types::policy::{Decision, HedgeAction, HedgeState, PolicyParams, StressCase, StressResponse, Targets};
use ballast_types::venue::{CollateralRange, FeedBounds, Order, Terms};
use cosmwasm_std::{Decimal256, Uint128};
use hedge_policy::{Action, Due, PolicyError, Pricing, State};

type Result<T> = std::result::Result<T, PolicyError>;

/// The same state in a market of two prices that are equal, now and held back.
pub fn with_equal_prices(state: &State) -> State {
    let prices = &state.prices;
    let range = CollateralRange {
        low: prices.index_low,
        high: prices.index_high,
        redemption: prices.index,
        spread: prices.spread,
        discount: Decimal256::zero(),
        mean_discount: Decimal256::zero(),
        lasting_low: prices.index_low,
        lasting_high: prices.index_high,
        held_back: prices.held_back,
        time: prices.time,
        flags: prices.flags.clone(),
    };
    let mut equal = state.clone();
    equal.prices.collateral_range = Some(range);
    equal
}

fn without_discount(params: &PolicyParams) -> PolicyParams {
    PolicyParams { assumed_discount: Decimal256::zero(), ..params.clone() }
}

/// Asks in a market of one price, and again with two equal prices.
fn both<T: PartialEq + Debug>(state: &State, params: &PolicyParams, ask: impl Fn(&State, &PolicyParams) -> T) -> T {
    let answer = ask(state, params);
    if state.prices.collateral_range.is_none() {
        assert_eq!(answer, ask(&with_equal_prices(state), &without_discount(params)), "with two equal prices");
    }
    answer
}

/// With limits.
pub fn due(state: &State, params: &PolicyParams) -> Result<Due> {
    both(state, params, hedge_policy::next_action)
}

/// With limits.
pub fn due_rescue(state: &State, params: &PolicyParams) -> Result<Option<Due>> {
    both(state, params, hedge_policy::rescue)
}

pub fn next_action(state: &State, params: &PolicyParams) -> Result<Decision> {
    Ok(due(state, params)?.decision())
}

pub fn rescue(state: &State, params: &PolicyParams) -> Result<Option<Decision>> {
    Ok(due_rescue(state, params)?.map(|due| due.decision()))
}

pub fn hedge_state(state: &State, params: &PolicyParams) -> Result<HedgeState> {
    both(state, params, hedge_policy::hedge_state)
}

pub fn targets(state: &State, params: &PolicyParams) -> Result<Targets> {
    both(state, params, hedge_policy::targets)
}

pub fn nav(state: &State) -> Result<Money> {
    both(state, &PolicyParams::default(), |state, _| hedge_policy::nav(state))
}

pub fn nav_at(state: &State, index: &Price, collateral: &Price) -> Result<Money> {
    both(state, &PolicyParams::default(), |state, _| hedge_policy::nav_at(state, index, collateral))
}

pub fn stress(state: &State, params: &PolicyParams, case: &StressCase) -> Result<StressResponse> {
    let one_price = state.prices.collateral_range.is_none();
    both(state, params, |state, params| {
        let mut answer = hedge_policy::stress(state, params, case)?;
        if one_price {
            // The only field that says which market it is.
            assert!(answer.discount.unwrap_or_default().is_zero());
            answer.discount = None;
        }
        Ok(answer)
    })
}

pub fn apply(state: &State, params: &PolicyParams, decision: &Decision, cost: Decimal256) -> Result<State> {
    let action = match decision.action {
        HedgeAction::None => Action::None,
        HedgeAction::Adjust { delta, settle, margin_in, margin_out } => {
            Action::Order(Order { settle, attached: margin_in, ..Order::trading(delta) }.taking(margin_out))
        }
        HedgeAction::BuyBase { quote } => Action::BuyBase { quote: Quote(quote), min_base: Base::ZERO },
        HedgeAction::OpenAuction { quote } => Action::OpenAuction { quote: Quote(quote) },
    };
    let due = Due { rule: decision.rule, action };
    both(state, params, |asked, params| {
        let mut after = hedge_policy::apply(asked, params, &due, cost)?;
        after.prices = state.prices.clone();
        Ok(after)
    })
}

/// The hedge for coins that are deposited or bought.
#[derive(Debug, PartialEq)]
pub struct DepositOrder {
    /// Units sold short.
    pub short: Uint128,
    /// Base posted for it.
    pub margin: Uint128,
}

impl From<Order> for DepositOrder {
    fn from(order: Order) -> DepositOrder {
        DepositOrder { short: order.delta().unsigned_abs(), margin: order.attached.base }
    }
}

/// With its limit.
pub fn whole_deposit_order(state: &State, params: &PolicyParams, amount: Base) -> Result<Order> {
    both(state, params, |state, params| hedge_policy::deposit_order(state, params, amount))
}

/// With its limit.
pub fn whole_fill_order(state: &State, params: &PolicyParams, amount: Base, quote: Quote) -> Result<Order> {
    both(state, params, |state, params| hedge_policy::fill_order(state, params, amount, quote))
}

pub fn deposit_order(state: &State, params: &PolicyParams, amount: Uint128) -> Result<DepositOrder> {
    whole_deposit_order(state, params, Base(amount)).map(Into::into)
}

pub fn fill_order(state: &State, params: &PolicyParams, amount: Uint128, quote: Uint128) -> Result<DepositOrder> {
    whole_fill_order(state, params, Base(amount), Quote(quote)).map(Into::into)
}

pub fn validate(params: &PolicyParams, terms: &Terms, feed: Option<&FeedBounds>) -> Result<()> {
    let answer = hedge_policy::validate(params, terms, feed, Pricing::One);
    assert_eq!(answer, hedge_policy::validate(&without_discount(params), terms, feed, Pricing::Two));
    answer
}
