//! The policy's results in the form that the vault returns them: decisions without limits, a short and the margin
//! posted for it.

use ballast_math::{Base, Quote};
use ballast_types::policy::{Decision, HedgeAction, PolicyParams};
use ballast_types::venue::Order;
use cosmwasm_std::{Decimal256, Uint128};
use hedge_policy::{Action, Due, PolicyError, State};

pub fn next_action(state: &State, params: &PolicyParams) -> Result<Decision, PolicyError> {
    Ok(hedge_policy::next_action(state, params)?.decision())
}

pub fn rescue(state: &State, params: &PolicyParams) -> Result<Option<Decision>, PolicyError> {
    Ok(hedge_policy::rescue(state, params)?.map(|due| due.decision()))
}

pub fn apply(
    state: &State,
    params: &PolicyParams,
    decision: &Decision,
    cost: Decimal256,
) -> Result<State, PolicyError> {
    let action = match decision.action {
        HedgeAction::None => Action::None,
        HedgeAction::Adjust { delta, settle, margin_in, margin_out } => {
            Action::Order(Order { settle, attached: margin_in, ..Order::trading(delta) }.taking(margin_out))
        }
        HedgeAction::BuyBase { quote } => Action::BuyBase { quote: Quote(quote), min_base: Base::ZERO },
        HedgeAction::OpenAuction { quote } => Action::OpenAuction { quote: Quote(quote) },
    };
    hedge_policy::apply(state, params, &Due { rule: decision.rule, action }, cost)
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

pub fn deposit_order(state: &State, params: &PolicyParams, amount: Uint128) -> Result<DepositOrder, PolicyError> {
    hedge_policy::deposit_order(state, params, Base(amount)).map(Into::into)
}

pub fn fill_order(
    state: &State,
    params: &PolicyParams,
    amount: Uint128,
    quote: Uint128,
) -> Result<DepositOrder, PolicyError> {
    hedge_policy::fill_order(state, params, Base(amount), Quote(quote)).map(Into::into)
}
