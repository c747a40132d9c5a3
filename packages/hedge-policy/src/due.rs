use ballast_math::{add, Base, Money, Quote};
use ballast_types::policy::{Decision, HedgeAction, Rule};
use ballast_types::venue::{Order, Settle};
use cosmwasm_std::Decimal256;

use crate::plan::Desk;
use crate::venue::Trade;
use crate::Result;

/// What to do, and why.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Due {
    /// The rule that applies; none if nothing is due.
    pub rule: Option<Rule>,
    /// What to do.
    pub action: Action,
}

/// What a rule asks for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Action {
    /// Nothing.
    None,
    /// One order at the venue.
    Order(Order),
    /// Buy base from the venue's pool and hedge it.
    BuyBase {
        /// Quote to spend.
        quote: Quote,
        /// Minimum amount of base to buy.
        min_base: Base,
    },
    /// Start an auction of idle quote.
    OpenAuction {
        /// Quote on offer.
        quote: Quote,
    },
}

impl Due {
    /// The decision that the vault reports, without limits.
    pub fn decision(&self) -> Decision {
        let action = match &self.action {
            Action::None => HedgeAction::None,
            Action::Order(order) => order.into(),
            Action::BuyBase { quote, .. } => HedgeAction::BuyBase { quote: quote.amount() },
            Action::OpenAuction { quote } => HedgeAction::OpenAuction { quote: quote.amount() },
        };
        Decision { rule: self.rule, action }
    }
}

impl Desk<'_> {
    /// What is due by `rule`, with a limit at this desk's price, even if the action was planned at a price that is held
    /// back: nothing is paid at that one.
    pub fn due(&self, rule: Rule, action: Action) -> Result<Due> {
        let action = match action {
            Action::Order(order) => Action::Order(self.limited(order)?),
            Action::None | Action::BuyBase { .. } | Action::OpenAuction { .. } => action,
        };
        Ok(Due { rule: Some(rule), action })
    }

    /// Adds the limit to an order: `max_cost` of the value traded, plus the venue's conversion charge on it and on
    /// realised losses if base pays for them. That charge is constant, so waiting would not make it cheaper.
    pub fn limited(&self, order: Order) -> Result<Order> {
        let size = Trade::from_delta(order.delta()).size();
        let limit = self.venue.max_cost_of(size, self.params.max_cost, self.realised_loss(&order)?)?;
        Ok(Order { limit_cost: Some(limit), ..order })
    }

    /// Losses that an order realises: all if it settles, otherwise those of the closed part.
    fn realised_loss(&self, order: &Order) -> Result<Money> {
        let position = &self.hedge.position;
        let loss = position.price_pnl.loss()?.plus(position.funding.loss()?)?;
        let (delta, size) = (order.delta(), self.hedge.short());
        if order.settle != Settle::No {
            return Ok(loss);
        }
        match Trade::from_delta(delta) {
            Trade::Shrink(closed) if closed < size => Ok(loss.portion_ceil(closed, size)?),
            Trade::Shrink(_) => Ok(loss),
            Trade::None | Trade::Grow(_) => Ok(Money::ZERO),
        }
    }

    /// Minimum base that `quote` must buy: at the price of coins plus `max_cost`, rounded down.
    pub fn min_base_for(&self, quote: Quote) -> Result<Base> {
        let dearest = self.venue.collateral().times_ceil(add(Decimal256::one(), self.params.max_cost)?)?;
        Ok(Base(dearest.amount_floor(quote.money())?))
    }
}
