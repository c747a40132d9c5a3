//! The orders that the policy asks for, and what they may cost.

use ballast_math::{add, div_ceil, mul_floor, sub_or_zero, sum_sizes, MathError, Money, Price, Purse};
use ballast_types::policy::HedgeAction;
use ballast_types::venue::{MarginOut, OrderSize, Settle, Terms};
use cosmwasm_std::{Decimal256, Int128, Uint128};
use hedge_policy::DepositOrder;

use super::Hedge;
use crate::companion::Order;
use crate::error::ContractError;

/// An order pays at most four times, and what it pays in base is rounded up by less than a unit of base each time: a
/// settled loss, the loss of the part that it closes, and its costs; an exit its loss and its costs from two purses.
const ROUNDING_OF_BASE: Uint128 = Uint128::new(4);
/// Fee, spread and two losses are rounded up by less than a unit of quote each, and so is the conversion of each payment.
const ROUNDING_OF_COSTS: Uint128 = Uint128::new(8);

impl Hedge<'_> {
    /// Short and margin for a deposit of `amount`.
    pub fn deposit_order(&self, amount: Uint128) -> Result<(Order, Uint128), ContractError> {
        let order = hedge_policy::deposit_order(&self.state, &self.config.policy, amount)?;
        self.opening(order)
    }

    /// Short and margin for `amount` of base, for which at most `quote` of the idle quote is still to leave.
    pub fn fill_order(&self, amount: Uint128, quote: Uint128) -> Result<(Order, Uint128), ContractError> {
        let order = hedge_policy::fill_order(&self.state, &self.config.policy, amount, quote)?;
        self.opening(order)
    }

    fn opening(&self, order: DepositOrder) -> Result<(Order, Uint128), ContractError> {
        let delta = negative(order.short)?;
        let action = HedgeAction::Adjust {
            delta,
            settle: Settle::No,
            margin_in: Purse::base(order.margin),
            margin_out: Purse::EMPTY,
        };
        Ok((self.order(&action)?, order.short))
    }

    /// The order that an action asks for; one that only reads where it asks for none.
    pub fn order(&self, action: &HedgeAction) -> Result<Order, ContractError> {
        let (delta, settle, attached, out) = match action {
            HedgeAction::Adjust { delta, settle, margin_in, margin_out } => (*delta, *settle, *margin_in, *margin_out),
            HedgeAction::None | HedgeAction::BuyBase { .. } | HedgeAction::OpenAuction { .. } => {
                (Int128::zero(), Settle::No, Purse::EMPTY, Purse::EMPTY)
            }
        };
        Ok(Order {
            size: OrderSize::Delta { amount: delta },
            reduce_only: !delta.is_negative(),
            settle,
            limit_cost: Some(self.cost_limit(delta, settle)?),
            margin_out: if out.is_empty() { MarginOut::None } else { MarginOut::Exact(out) },
            attached,
        })
    }

    /// The most that an order may cost, units of quote: `max_cost` of the value traded, where base pays for it grossed
    /// up for the venue's conversion, and that conversion on the losses that the order realises. The last two are the
    /// venue's constant terms, not a price to wait for.
    fn cost_limit(&self, delta: Int128, settle: Settle) -> Result<Uint128, ContractError> {
        let loss = self.realised_loss(delta, settle)?;
        Ok(most_cost(&self.index()?, &self.state.terms, delta.unsigned_abs(), self.config.policy.max_cost, loss)?)
    }

    pub(super) fn gross(&self) -> Result<Decimal256, MathError> {
        conversion_gross(&self.state.terms)
    }

    /// Losses that an order turns into coins: all when it settles, else those of the part that it closes.
    fn realised_loss(&self, delta: Int128, settle: Settle) -> Result<Money, MathError> {
        let position = &self.state.position;
        let loss = position.price_pnl.loss()?.plus(position.funding.loss()?)?;
        let (closed, size) = (delta.unsigned_abs(), position.size.unsigned_abs());
        if settle != Settle::No || (!delta.is_negative() && closed >= size) {
            return Ok(loss);
        }
        if delta.is_negative() {
            return Ok(Money::ZERO);
        }
        loss.portion_ceil(closed, size)
    }

    /// The least base that `quote` must buy: at the price plus `max_cost`, rounded down.
    pub fn least_base(&self, quote: Uint128) -> Result<Uint128, ContractError> {
        let dearest = self.index()?.times_ceil(add(Decimal256::one(), self.config.policy.max_cost)?)?;
        Ok(dearest.amount_floor(Money::from_amount(quote))?)
    }
}

/// The most that a trade of `size` at `rate` may cost with all that the venue's conversion adds, and with roundings.
pub fn most_cost(
    index: &Price,
    terms: &Terms,
    size: Uint128,
    rate: Decimal256,
    loss: Money,
) -> Result<Uint128, MathError> {
    let gross = conversion_gross(terms)?;
    let trading = index.value(size)?.mul_ceil(rate)?.mul_ceil(gross)?;
    let conversion = loss.mul_ceil(sub_or_zero(gross, Decimal256::one()))?;
    sum_sizes(trading.plus(conversion)?.amount_ceil()?, rounding(index)?)
}

/// What roundings add to the cost of an order at most, units of quote.
fn rounding(index: &Price) -> Result<Uint128, MathError> {
    sum_sizes(index.value_ceil(ROUNDING_OF_BASE)?, ROUNDING_OF_COSTS)
}

/// What one unit of quote that is owed costs when it is paid in base: `1 / ((1 - least spread) * (1 - conversion))`,
/// rounded up.
pub fn conversion_gross(terms: &Terms) -> Result<Decimal256, MathError> {
    let one = Decimal256::one();
    div_ceil(one, mul_floor(sub_or_zero(one, terms.min_spread), sub_or_zero(one, terms.conversion_charge))?)
}

fn negative(size: Uint128) -> Result<Int128, MathError> {
    let too_large = |_| MathError::Overflow { operation: "a size" };
    let size = Int128::try_from(size).map_err(|_| MathError::Overflow { operation: "a size" })?;
    Int128::zero().checked_sub(size).map_err(too_large)
}
