use ballast_math::{mul_ceil, Base, Money, Price, Purse, Quote};
use ballast_types::policy::PolicyParams;
use ballast_types::venue::Order;
use cosmwasm_std::{Decimal256, Int128, Uint128};

use crate::hedge::Hedge;
use crate::plan::{bisect, Desk, Plan};
use crate::state::ratio_of;
use crate::targets::INITIAL_CUSHION;
use crate::venue::Trade;
use crate::{PolicyError, Result, State};

/// The hedge of a deposit of `amount` base, which is not in `state` yet. It uses the current hedge ratio within `h_min`
/// and `h_max`, so that a deposit does not change it, or `h*` without one. Margin is the base that this short needs to
/// be at `L*` on its own.
///
/// # Errors
/// Before the first price, if a number overflows, and if the margin would raise the share of NAV at the venue above
/// `venue_share`. The deposit is refused rather than given less margin, because others would carry its risk. If the
/// share is already above its cap (rules 2 and 3 may exceed it), a deposit that lowers it is accepted.
pub fn deposit_order(state: &State, params: &PolicyParams, amount: Base) -> Result<Order> {
    let desk = Desk::new(state, params)?;
    let unhedged = desk.hedge.coins()?.is_zero() || desk.hedge.short().is_zero();
    let ratio = match unhedged {
        true => desk.aims.hedge,
        false => ratio_of(&*desk.venue, &desk.hedge)?.min(params.hedge_max).max(params.hedge_min),
    };
    desk.shared(amount, Quote::ZERO, ratio)
}

/// The hedge of base bought by rule 7, from the pool or by auction: `h*` of `amount` base, at `L*`. At most `quote` of
/// what `state` holds will be paid for it.
///
/// # Errors
/// As [`deposit_order`].
pub fn fill_order(state: &State, params: &PolicyParams, amount: Base, quote: Quote) -> Result<Order> {
    let desk = Desk::new(state, params)?;
    desk.shared(amount, quote, desk.aims.hedge)
}

/// The largest part of `amount` base, bought for at most `price` each, whose hedge stays within `venue_share`; zero if
/// none does.
///
/// # Errors
/// As [`deposit_order`], except for `venue_share`.
pub fn fill_within_share(state: &State, params: &PolicyParams, amount: Base, price: &Price) -> Result<Base> {
    let desk = Desk::new(state, params)?;
    let quote = state.idle.quote;
    let fits = |base: Uint128| {
        let paid = Quote(price.value_ceil(base)?.min(quote));
        match desk.shared(Base(base), paid, desk.aims.hedge) {
            Ok(_) => Ok(true),
            Err(PolicyError::VenueShare { .. }) => Ok(false),
            Err(error) => Err(error),
        }
    };
    if fits(amount.amount())? {
        return Ok(amount);
    }
    Ok(Base(bisect(Uint128::zero(), amount.amount(), &fits)?))
}

impl Desk<'_> {
    /// The order, if it stays within `venue_share`.
    fn shared(&self, amount: Base, quote: Quote, ratio: Decimal256) -> Result<Order> {
        let order = self.added(amount, ratio)?;
        let idle = self.hedge.idle.plus(amount.purse())?.minus(quote.purse())?;
        let order = self.limited(order)?;
        // If it cannot pay its cost, the venue will refuse it.
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

    /// Minimum base with which an added short is at `L*` after paying for its own order.
    fn own_margin(&self, short: Uint128) -> Result<Uint128> {
        let notional = self.venue.index().value(short)?;
        let needed = notional.div_floor(self.levels.target)?.plus(self.lost_at_once(notional)?)?;
        self.with_cost(self.venue.margin_ceil(needed)?, short)
    }

    /// Minimum base with which the whole position meets the venue's initial margin. Unsettled gains count for leverage,
    /// but not there.
    fn shared_margin(&self, short: Uint128) -> Result<Uint128> {
        let notional = self.venue.index().value(short)?;
        let initial = mul_ceil(self.state.terms.initial_ratio, INITIAL_CUSHION)?;
        let needed = notional.mul_ceil(initial)?.plus(self.lost_at_once(notional)?)?;
        let spare = self.secured_surplus(&self.hedge)?;
        self.with_cost(self.venue.margin_ceil(needed.minus(spare)?)?, short)
    }

    /// Closing cost, plus the unit by which an entry value may be rounded down.
    fn lost_at_once(&self, notional: Money) -> Result<Money> {
        Ok(self.venue.closing_cost(notional)?.plus(Money::from_amount(Uint128::one()))?)
    }

    fn with_cost(&self, margin: Uint128, short: Uint128) -> Result<Uint128> {
        let cost = Money::from_amount(self.venue.trade_cost(Trade::Grow(short))?);
        Ok(margin.saturating_add(self.venue.payment_ceil(cost)?))
    }

    /// The plan of a fill: buys `base` for `quote` and hedges it. None if its margin would not cover its cost.
    pub fn filled(&self, base: Base, quote: Quote) -> Result<Option<Plan>> {
        let idle = self.hedge.idle.minus(quote.purse())?.plus(base.purse())?;
        self.arrived(idle, self.added(base, self.aims.hedge)?)
    }

    /// The plan of an order, with these idle coins instead of the state's.
    fn arrived(&self, idle: Purse, order: Order) -> Result<Option<Plan>> {
        let hedge = Hedge { idle, ..self.hedge }.attach(order.attached)?;
        let after = self.venue.trade(hedge, Trade::from_delta(order.delta()))?;
        Ok(after.map(|after| Plan { order, after }))
    }
}
