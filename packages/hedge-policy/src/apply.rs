use ballast_math::{Base, Money, Price, Quote};
use ballast_types::policy::PolicyParams;
use ballast_types::venue::{Order, Settle};
use cosmwasm_std::Decimal256;

use crate::companion::venue_with_rate;
use crate::hedge::Hedge;
use crate::orders::fill_order;
use crate::venue::{Trade, Venue};
use crate::{Action, Auction, Due, PolicyError, Result, State};

/// The state after `due`, at unchanged prices, if a trade costs `cost` over its value. The order's limit is ignored.
///
/// # Errors
/// If the venue would refuse: the margin does not cover what the order owes, the reserve does not allow the settlement,
/// or there are not enough coins.
pub fn apply(state: &State, params: &PolicyParams, due: &Due, cost: Decimal256) -> Result<State> {
    match &due.action {
        Action::None => Ok(state.clone()),
        Action::Order(order) => Step::new(state, cost)?.adjust(order),
        Action::BuyBase { quote, .. } => buy_base(state, params, *quote, cost),
        Action::OpenAuction { .. } => Ok(State { auction: Auction::Open, ..state.clone() }),
    }
}

struct Step<'a> {
    state: &'a State,
    venue: Box<dyn Venue>,
}

impl<'a> Step<'a> {
    fn new(state: &'a State, cost: Decimal256) -> Result<Self> {
        Ok(Step { state, venue: venue_with_rate(state, cost)? })
    }

    /// In the same order as the venue: coins in, settle, trade with its cost, coins out.
    fn adjust(&self, order: &Order) -> Result<State> {
        let attached = Hedge::of(self.state).attach(order.attached)?;
        let trade = Trade::from_delta(order.delta());
        let traded = match order.settle {
            Settle::No => self.trade(attached, trade)?,
            Settle::Required => self.settle_and_trade(attached, trade)?,
            Settle::IfReserved => match self.settle_and_trade(attached, trade) {
                Err(PolicyError::Uncovered {} | PolicyError::Unreserved { .. }) => self.trade(attached, trade)?,
                settled => settled?,
            },
        };
        self.state_after(traded.detach(order.exact_margin_out())?, trade)
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
        let cost = Money::from_amount(self.venue.trade_cost(trade)?);
        Ok(State {
            idle: hedge.idle,
            position: hedge.position,
            cost_spent: self.state.cost_spent.plus(cost)?,
            capacity: self.venue.capacity_after(&hedge, trade)?,
            ..self.state.clone()
        })
    }
}

/// Buys base from the venue's pool, then hedges it.
fn buy_base(state: &State, params: &PolicyParams, quote: Quote, cost: Decimal256) -> Result<State> {
    let offer = state.base_for_sale;
    let price = Price::new(offer.price, state.base_decimals, state.quote_decimals)?;
    let base = Base(price.amount_floor(quote.money())?.min(offer.amount));
    let paid = Quote(price.value_ceil(base.amount())?);
    let order = fill_order(state, params, base, paid)?;
    let mut bought = state.clone();
    bought.idle = bought.idle.minus(paid.purse())?.plus(base.purse())?;
    bought.base_for_sale.amount = offer.amount.saturating_sub(base.amount());
    bought.capacity.slack = bought.capacity.slack.plus(paid.money())?;
    Step::new(&bought, cost)?.adjust(&order)
}
