use ballast_math::{mul_ceil, Base, Money, Purse, Quote};
use ballast_types::policy::PolicyParams;
use ballast_types::venue::Order;
use cosmwasm_std::{Decimal256, Int128, Uint128};

use crate::hedge::Hedge;
use crate::plan::{Desk, Plan};
use crate::state::ratio_of;
use crate::targets::INITIAL_CUSHION;
use crate::venue::Trade;
use crate::{PolicyError, Result, State};

/// The hedge of a deposit of `amount` base, which is not in `state` yet: the hedge ratio of now within `h_min` and
/// `h_max`, so that a deposit leaves it where it is, or `h*` where there is none; and the base that this short needs
/// to stand at `L*` on its own.
///
/// # Errors
/// Before the first price, when a number does not fit its type, and where posting for it would raise the share of NAV at
/// the venue above `venue_share`: it is refused, not cut, since a deposit with less margin would be carried by that of
/// others. Where the share is above its cap already (rules 2 and 3 may pass it), one that lowers it is welcome.
pub fn deposit_order(state: &State, params: &PolicyParams, amount: Base) -> Result<Order> {
    let desk = Desk::new(state, params)?;
    let unhedged = desk.hedge.coins()?.is_zero() || desk.hedge.short().is_zero();
    let ratio = match unhedged {
        true => desk.aims.hedge,
        false => ratio_of(&*desk.venue, &desk.hedge)?.min(params.hedge_max).max(params.hedge_min),
    };
    desk.shared(amount, Quote::ZERO, ratio)
}

/// The hedge of a fill of rule 7, from the pool or by auction: `h*` of `amount` base, at `L*`. At most `quote` of what
/// `state` holds leaves for it.
///
/// # Errors
/// As [`deposit_order`].
pub fn fill_order(state: &State, params: &PolicyParams, amount: Base, quote: Quote) -> Result<Order> {
    let desk = Desk::new(state, params)?;
    desk.shared(amount, quote, desk.aims.hedge)
}

impl Desk<'_> {
    /// An order within the venue's share.
    fn shared(&self, amount: Base, quote: Quote, ratio: Decimal256) -> Result<Order> {
        let order = self.added(amount, ratio)?;
        let idle = self.hedge.idle.plus(amount.purse())?.minus(quote.purse())?;
        let order = self.limited(order)?;
        // What cannot pay its cost is the venue's to refuse.
        let Some(plan) = self.arrived(idle, order.clone())? else { return Ok(order) };
        let share = self.venue_share(&plan.after)?;
        if self.within_venue_share(&plan)? || share <= self.venue_share(&self.hedge)? {
            return Ok(order);
        }
        Err(PolicyError::VenueShare { share: share.into(), max: self.params.venue_share.into() })
    }

    /// The order that hedges `ratio` of `amount`, with the margin that it needs.
    fn added(&self, amount: Base, ratio: Decimal256) -> Result<Order> {
        let value = self.venue.collateral().value(amount.amount())?.mul_floor(ratio)?;
        let short = self.venue.index().amount_floor(value)?;
        if short.is_zero() {
            return Ok(Order::trading(Int128::zero()));
        }
        let margin = self.own_margin(short)?.max(self.shared_margin(short)?).min(amount.amount());
        Ok(Order { attached: Purse::base(margin), ..Order::trading(Trade::Grow(short).delta()?) })
    }

    /// Least base with which an added short stands at `L*` after paying for its own order.
    fn own_margin(&self, short: Uint128) -> Result<Uint128> {
        let notional = self.venue.index().value(short)?;
        let needed = notional.div_floor(self.levels.target)?.plus(self.lost_at_once(notional)?)?;
        self.with_cost(self.venue.margin_ceil(needed)?, short)
    }

    /// Least base with which the whole position passes the venue's initial margin: unsettled gains, which count
    /// for leverage, do not count there.
    fn shared_margin(&self, short: Uint128) -> Result<Uint128> {
        let notional = self.venue.index().value(short)?;
        let initial = mul_ceil(self.state.terms.initial_ratio, INITIAL_CUSHION)?;
        let needed = notional.mul_ceil(initial)?.plus(self.lost_at_once(notional)?)?;
        let spare = self.secured_surplus(&self.hedge)?;
        self.with_cost(self.venue.margin_ceil(needed.minus(spare)?)?, short)
    }

    /// Closing cost, and the unit that an entry value is rounded down by.
    fn lost_at_once(&self, notional: Money) -> Result<Money> {
        Ok(self.venue.closing_cost(notional)?.plus(Money::from_amount(Uint128::one()))?)
    }

    fn with_cost(&self, margin: Uint128, short: Uint128) -> Result<Uint128> {
        let cost = Money::from_amount(self.venue.trade_cost(Trade::Grow(short))?);
        Ok(margin.saturating_add(self.venue.payment_ceil(cost)?))
    }

    /// The plan of a fill: `base` for `quote`, hedged and margined. None when its margin would not cover its cost.
    pub fn filled(&self, base: Base, quote: Quote) -> Result<Option<Plan>> {
        let idle = self.hedge.idle.minus(quote.purse())?.plus(base.purse())?;
        self.arrived(idle, self.added(base, self.aims.hedge)?)
    }

    /// The plan of an order with idle coins of which some have just arrived.
    fn arrived(&self, idle: Purse, order: Order) -> Result<Option<Plan>> {
        let hedge = Hedge { idle, ..self.hedge }.attach(order.attached)?;
        let after = self.venue.trade(hedge, Trade::from_delta(order.delta()))?;
        Ok(after.map(|after| Plan { order, after }))
    }
}
