use ballast_math::{Money, Price, Purse};
use ballast_types::policy::{Decision, HedgeAction, PolicyParams};
use ballast_types::venue::Settle;
use cosmwasm_std::{Decimal256, Uint128};

use crate::hedge::{Hedge, Trade, Venue};
use crate::orders::fill_order;
use crate::{Auction, PolicyError, Result, State};

/// The state after a decision, at unchanged prices, where a trade costs `cost` over its value.
///
/// # Errors
/// What the venue would refuse: a margin that does not cover what the order owes, a settlement that the reserve does
/// not allow, more coins than there are.
pub fn apply(state: &State, params: &PolicyParams, decision: &Decision, cost: Decimal256) -> Result<State> {
    match decision.action {
        HedgeAction::None => Ok(state.clone()),
        HedgeAction::Adjust { delta, settle, margin_in, margin_out } => {
            Step::new(state, cost)?.adjust(Order { trade: Trade::from_delta(delta), settle, margin_in, margin_out })
        }
        HedgeAction::BuyBase { quote } => buy_base(state, params, quote, cost),
        HedgeAction::OpenAuction { .. } => Ok(State { auction: Auction::Open, ..state.clone() }),
    }
}

struct Order {
    trade: Trade,
    settle: Settle,
    margin_in: Purse,
    margin_out: Purse,
}

struct Step<'a> {
    state: &'a State,
    venue: Venue,
}

impl<'a> Step<'a> {
    fn new(state: &'a State, cost: Decimal256) -> Result<Self> {
        Ok(Step { state, venue: Venue::new(state)?.with_trade_rate(cost) })
    }

    /// In the venue's order: coins in, settle, trade with its cost, coins out.
    fn adjust(&self, order: Order) -> Result<State> {
        let attached = Hedge::of(self.state).attach(order.margin_in)?;
        let traded = match order.settle {
            Settle::No => self.trade(attached, order.trade)?,
            Settle::Required => self.settle_and_trade(attached, order.trade)?,
            Settle::IfReserved => match self.settle_and_trade(attached, order.trade) {
                Err(PolicyError::Uncovered {} | PolicyError::Unreserved { .. }) => self.trade(attached, order.trade)?,
                settled => settled?,
            },
        };
        self.state_after(traded.detach(order.margin_out)?, order.trade)
    }

    fn trade(&self, hedge: Hedge, trade: Trade) -> Result<Hedge> {
        self.venue.trade(hedge, trade)?.ok_or(PolicyError::Uncovered {})
    }

    fn settle_and_trade(&self, hedge: Hedge, trade: Trade) -> Result<Hedge> {
        let settled = self.venue.settle(hedge)?.ok_or(PolicyError::Uncovered {})?;
        let traded = self.trade(settled, trade)?;
        if traded.slack.is_negative() {
            return Err(PolicyError::Unreserved { slack: traded.slack.into() });
        }
        Ok(traded)
    }

    fn state_after(&self, hedge: Hedge, trade: Trade) -> Result<State> {
        let mut state = self.state.clone();
        state.idle = hedge.idle;
        state.position = hedge.position;
        state.cost_spent = state.cost_spent.plus(Money::from_amount(self.venue.trade_cost(trade)?))?;
        let capacity = &mut state.capacity;
        capacity.slack = hedge.slack;
        let headroom = self.venue.index.value(trade.size())?.mul_ceil(self.venue.terms.headroom)?;
        match trade {
            Trade::None => {}
            Trade::Grow(size) => {
                capacity.headroom = capacity.headroom.plus(headroom)?;
                capacity.short = capacity.short.saturating_sub(size);
            }
            Trade::Shrink(size) => {
                capacity.headroom = capacity.headroom.minus(headroom)?.or_zero();
                capacity.short = capacity.short.saturating_add(size);
            }
        }
        Ok(state)
    }
}

/// Base for quote from the venue's pool, then its hedge.
fn buy_base(state: &State, params: &PolicyParams, quote: Uint128, cost: Decimal256) -> Result<State> {
    let offer = state.base_for_sale;
    let price = Price::new(offer.price, state.base_decimals, state.quote_decimals)?;
    let base = price.amount_floor(Money::from_amount(quote))?.min(offer.amount);
    let paid = price.value_ceil(base)?;
    let order = fill_order(state, params, base, paid)?;
    let mut bought = state.clone();
    bought.idle = bought.idle.minus(Purse::quote(paid))?.plus(Purse::base(base))?;
    bought.base_for_sale.amount = offer.amount.saturating_sub(base);
    bought.capacity.slack = bought.capacity.slack.plus(Money::from_amount(paid))?;
    Step::new(&bought, cost)?.adjust(Order {
        trade: Trade::between(Uint128::zero(), order.short),
        settle: Settle::No,
        margin_in: Purse::base(order.margin),
        margin_out: Purse::EMPTY,
    })
}
