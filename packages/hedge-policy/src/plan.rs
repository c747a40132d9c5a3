//! Builds orders: settle, trade to a hedge ratio, move margin to a leverage. Every plan is simulated with the venue's
//! own rules of payment, so that the result is known in advance.

use ballast_math::{mul_ceil, mul_div_floor, sum_sizes, Money, Purse};
use ballast_types::oracle::{Flag, PriceUse};
use ballast_types::policy::PolicyParams;
use ballast_types::venue::{MarketAction, Order, Settle};
use cosmwasm_std::{Decimal256, SignedDecimal256, Uint128};

use crate::companion::venue;
use crate::hedge::Hedge;
use crate::targets::{Aims, Levels, INITIAL_CUSHION};
use crate::venue::{Direction, Trade, Venue};
use crate::{Result, State};

/// Costs paid in coins change the coins to hedge; the size is corrected this many times.
const SIZING_ROUNDS: usize = 8;

/// Which trades an order may contain.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Scope {
    pub grow: bool,
    pub shrink: bool,
}

impl Scope {
    pub const NONE: Scope = Scope { grow: false, shrink: false };
}

/// An order and the hedge after it.
#[derive(Clone, Debug)]
pub(crate) struct Plan {
    pub order: Order,
    pub after: Hedge,
}

impl Plan {
    pub fn trade(&self) -> Trade {
        Trade::from_delta(self.order.delta())
    }

    /// Whether it neither trades nor moves margin.
    pub fn moves_nothing(&self) -> bool {
        let order = &self.order;
        self.trade() == Trade::None && order.attached.is_empty() && order.exact_margin_out().is_empty()
    }
}

/// A state with everything that the rules need, computed once.
pub(crate) struct Desk<'a> {
    pub state: &'a State,
    pub params: &'a PolicyParams,
    pub venue: Box<dyn Venue>,
    pub hedge: Hedge,
    pub aims: Aims,
    /// Leverage levels with the quote that is now at the venue.
    pub levels: Levels,
    pub nav: Money,
}

impl<'a> Desk<'a> {
    pub fn new(state: &'a State, params: &'a PolicyParams) -> Result<Desk<'a>> {
        let venue = venue(state)?;
        let hedge = Hedge::of(state);
        let aims = Aims::new(state, params)?;
        let levels = aims.levels(&*venue, &hedge)?;
        let nav = venue.nav(&hedge)?;
        Ok(Desk { state, params, venue, hedge, aims, levels, nav })
    }

    /// The leverage levels after a plan: they depend on the quote at the venue.
    pub fn levels_after(&self, after: &Hedge) -> Result<Levels> {
        self.aims.levels(&*self.venue, after)
    }

    /// Whether the venue's status and the flags of the prices allow this.
    pub fn venue_allows(&self, action: MarketAction, price_use: PriceUse) -> bool {
        self.state.status.allows(action) && self.price_allows(price_use)
    }

    /// Whether the flags of the prices allow this.
    pub fn price_allows(&self, price_use: PriceUse) -> bool {
        self.flags().all(|flag| price_use.tolerates(*flag))
    }

    /// Flags of the prices that decisions depend on: of the index, and of the collateral price if the vault has any base.
    /// The venue asks less and looks at its margin alone, but the size of the hedge follows all base, so a price that is
    /// unknown for idle base is no price to trade by either.
    pub fn flags(&self) -> impl Iterator<Item = &Flag> {
        self.state.prices.flags.iter().chain(self.collateral_flags())
    }

    /// Flags of the collateral price if the vault has any base.
    pub fn collateral_flags(&self) -> &[Flag] {
        let Hedge { idle, position, .. } = &self.hedge;
        if idle.base.is_zero() && position.margin.base.is_zero() {
            return &[];
        }
        self.state.prices.collateral_flags()
    }

    /// Whether the margin coin's discount is far above its mean: somebody may have pushed the price down, and at such a
    /// price nobody's coins should move.
    pub fn is_discounted(&self) -> bool {
        self.collateral_flags().contains(&Flag::Discount)
    }

    /// Whether coins may go to the venue. Never once the position is lost: it would swallow the coins that are left.
    pub fn can_post(&self) -> Result<bool> {
        Ok(self.venue_allows(MarketAction::MarginIn, PriceUse::MarginIn) && !self.venue.is_lost(self.hedge)?)
    }

    pub fn can_withdraw(&self) -> bool {
        self.venue_allows(MarketAction::MarginOut, PriceUse::MarginOut)
    }

    /// The trades that the venue allows.
    pub fn scope(&self) -> Scope {
        Scope {
            grow: self.venue_allows(MarketAction::Increase, PriceUse::Increase),
            shrink: self.venue_allows(MarketAction::Reduce, PriceUse::Reduce),
        }
    }

    /// Whether a trade now costs at most `max_cost`. In a block with a range, one direction may be expensive and the
    /// other not.
    pub fn affords(&self, direction: Direction) -> Result<bool> {
        Ok(self.venue.trade_rate(direction)? <= self.params.max_cost)
    }

    /// The trades of a scope that cost at most `max_cost`.
    pub fn affordable(&self, scope: Scope) -> Result<Scope> {
        Ok(Scope {
            grow: scope.grow && self.affords(Direction::Sell)?,
            shrink: scope.shrink && self.affords(Direction::Buy)?,
        })
    }

    /// Equity over notional; none without a position.
    pub fn margin_ratio(&self) -> Result<Option<SignedDecimal256>> {
        Ok(self.venue.margin_ratio(&self.hedge.position)?)
    }

    /// Minimum value of an action. Relative to coins if NAV is not positive, so that dust stays dust.
    pub fn min_value(&self) -> Result<Money> {
        let whole = if self.nav.is_positive() { self.nav } else { self.venue.coin_value(&self.hedge)? };
        Ok(whole.mul_ceil(self.params.min_action)?)
    }

    /// Whether notional over equity is above a level: `E < notional / level`.
    pub fn stands_above(&self, hedge: &Hedge, level: Decimal256) -> Result<bool> {
        Ok(self.surplus(hedge, level)?.is_negative())
    }

    /// Equity minus what a leverage of `level` needs.
    pub fn surplus(&self, hedge: &Hedge, level: Decimal256) -> Result<Money> {
        let health = self.venue.health(&hedge.position)?;
        Ok(health.equity.minus(health.notional.div_floor(level)?)?)
    }

    /// Secured equity minus what the venue requires for an increase or a withdrawal, with a cushion.
    pub fn secured_surplus(&self, hedge: &Hedge) -> Result<Money> {
        let initial = mul_ceil(self.state.terms.initial_ratio, INITIAL_CUSHION)?;
        let health = self.venue.health(&hedge.position)?;
        Ok(health.secured_equity.minus(health.notional.mul_ceil(initial)?)?)
    }

    /// Trades to the hedge target, within `scope` and capacity, unless the trade would be too small. None if the margin
    /// does not cover what the trade owes.
    pub fn resized(&self, start: Hedge, scope: Scope) -> Result<Option<(Trade, Hedge)>> {
        let Some((trade, after)) = self.sized(start, scope)? else { return Ok(None) };
        let small = self.venue.index().value(trade.size())? < self.min_value()?;
        let too_small_position = matches!(trade, Trade::Grow(_))
            && self.venue.notional(&after.position)? < Money::from_amount(self.state.terms.min_position);
        if small || too_small_position {
            return Ok(Some((Trade::None, start)));
        }
        Ok(Some((trade, after)))
    }

    /// Costs and losses may be paid in coins, which then need no hedge, so the size follows the coins that are left. If
    /// every coin less frees nearly as much loss, this takes more rounds than a binary search.
    fn sized(&self, start: Hedge, scope: Scope) -> Result<Option<(Trade, Hedge)>> {
        let mut target = self.target_size(&start)?;
        for _ in 0..SIZING_ROUNDS {
            let trade = self.clipped(&start, Trade::between(start.short(), target), scope)?;
            let Some(after) = self.venue.trade(start, trade)? else { return Ok(None) };
            let corrected = self.target_size(&after)?;
            if corrected == target {
                return Ok(Some((trade, after)));
            }
            target = corrected;
        }
        let leaves_too_much = |closed: Uint128| -> Result<bool> {
            let after = self.venue.trade(start, Trade::between(closed, Uint128::zero()))?;
            after.map_or(Ok(false), |after| Ok(after.short() >= self.target_size(&after)?))
        };
        let trade = match Trade::between(start.short(), target) {
            Trade::Shrink(_) => Trade::Shrink(bisect(Uint128::zero(), start.short(), &leaves_too_much)?),
            trade => trade,
        };
        let trade = self.clipped(&start, trade, scope)?;
        Ok(self.venue.trade(start, trade)?.map(|after| (trade, after)))
    }

    /// `h*` of all coins, rounded down.
    fn target_size(&self, hedge: &Hedge) -> Result<Uint128> {
        let value = self.venue.coin_value(hedge)?.mul_floor(self.aims.hedge)?;
        Ok(self.venue.index().amount_floor(value)?)
    }

    fn clipped(&self, start: &Hedge, trade: Trade, scope: Scope) -> Result<Trade> {
        Ok(match trade {
            Trade::Grow(size) if scope.grow => Trade::between(Uint128::zero(), size.min(self.venue.room(start)?)),
            Trade::Shrink(size) if scope.shrink => Trade::Shrink(size),
            _ => Trade::None,
        })
    }

    /// Attaches coins, settles if asked to, and trades. None if the margin does not cover it, or if the reserve does
    /// not allow the settlement.
    pub fn traded(&self, attached: Purse, settle: Settle, scope: Scope) -> Result<Option<Plan>> {
        let mut start = self.hedge.attach(attached)?;
        if settle != Settle::No {
            let Some(settled) = self.venue.settle(start)? else { return Ok(None) };
            start = settled;
        }
        let Some((trade, after)) = self.resized(start, scope)? else { return Ok(None) };
        if settle != Settle::No && !self.venue.lets_settle(&after) {
            return Ok(None);
        }
        let order = Order { settle, attached, ..Order::trading(trade.delta()?) };
        Ok(Some(Plan { order, after }))
    }

    /// The same with this much quote and all idle coins, minus the coins that are not needed at `L*`.
    pub fn posted(&self, quote: Uint128, settle: Settle, scope: Scope) -> Result<Option<Plan>> {
        let attached = Purse::new(self.hedge.idle.base, quote);
        let Some(plan) = self.traded(attached, settle, scope)? else { return Ok(None) };
        self.without_spare_coins(plan).map(Some)
    }

    /// Leaves out the coins that are not needed. Possible because neither `g` nor costs depend on them.
    fn without_spare_coins(&self, mut plan: Plan) -> Result<Plan> {
        let spare = self.venue.margin_floor(self.spare(&plan)?)?;
        let spare = Purse::base(spare.min(plan.order.attached.base).min(plan.after.position.margin.base));
        plan.order.attached = plan.order.attached.minus(spare)?;
        plan.after = plan.after.detach(spare)?;
        Ok(plan)
    }

    /// Equity above what `L*` needs, and after an increase also above what the venue requires; negative if there is too
    /// little.
    pub fn spare(&self, plan: &Plan) -> Result<Money> {
        let after = &plan.after;
        let target = self.levels_after(after)?.target;
        let spare = self.surplus(after, target)?;
        match plan.trade() {
            Trade::Grow(_) => Ok(spare.min(self.secured_surplus(after)?)),
            Trade::None | Trade::Shrink(_) => Ok(spare),
        }
    }

    /// Margin that can be withdrawn until leverage is at `L*`: first quote, then coins, as far as the venue allows.
    pub fn withdrawable(&self, hedge: &Hedge) -> Result<Purse> {
        let margin = hedge.position.margin;
        if hedge.short().is_zero() {
            return Ok(margin);
        }
        let quote = self.withdrawable_quote(hedge)?;
        let mut out = Purse::quote(quote);
        if quote == margin.quote {
            let left = hedge.detach(out)?;
            let spare = self.withdrawable_value(&left)?;
            out.base = self.venue.margin_floor(spare)?.min(margin.base);
        }
        Ok(out)
    }

    /// Value that can be withdrawn as coins; negative if leverage is above `L*`.
    fn withdrawable_value(&self, hedge: &Hedge) -> Result<Money> {
        let target = self.levels_after(hedge)?.target;
        Ok(self.surplus(hedge, target)?.min(self.secured_surplus(hedge)?))
    }

    /// Maximum quote that can be withdrawn so that leverage stays at most `L*`, which rises as quote is withdrawn.
    fn withdrawable_quote(&self, hedge: &Hedge) -> Result<Uint128> {
        let fits = |quote: Uint128| -> Result<bool> {
            Ok(!self.withdrawable_value(&hedge.detach(Purse::quote(quote))?)?.is_negative())
        };
        let all = hedge.position.margin.quote;
        if fits(all)? {
            return Ok(all);
        }
        if !fits(Uint128::zero())? {
            return Ok(Uint128::zero());
        }
        bisect(Uint128::zero(), all, &fits)
    }

    /// Adds a withdrawal down to `L*` to a plan, if the venue allows it.
    pub fn with_withdrawal(&self, mut plan: Plan) -> Result<Plan> {
        if self.can_withdraw() {
            let out = self.withdrawable(&plan.after)?;
            plan.order = plan.order.taking(out);
            plan.after = plan.after.detach(out)?;
        }
        Ok(plan)
    }

    /// Whether the margin that a plan adds keeps the venue's share of NAV within `venue_share`.
    pub fn within_venue_share(&self, plan: &Plan) -> Result<bool> {
        if plan.order.attached.is_empty() {
            return Ok(true);
        }
        let posted = self.venue.value(plan.after.position.margin)?;
        Ok(posted <= self.venue.nav(&plan.after)?.or_zero().mul_floor(self.params.venue_share)?)
    }

    /// Share of NAV at the venue, rounded down; zero if NAV is not positive.
    pub fn venue_share(&self, hedge: &Hedge) -> Result<SignedDecimal256> {
        let nav = self.venue.nav(hedge)?;
        if !nav.is_positive() {
            return Ok(SignedDecimal256::zero());
        }
        Ok(self.venue.value(hedge.position.margin)?.ratio_floor(nav)?)
    }

    /// Whether what a plan trades, moves or settles is at least `min_action`.
    pub fn is_worthwhile(&self, plan: &Plan) -> Result<bool> {
        let Order { attached, settle, .. } = &plan.order;
        let traded = self.venue.index().value(plan.trade().size())?;
        let moved = self.venue.value(*attached)?.max(self.venue.value(plan.order.exact_margin_out())?);
        let settled = match settle {
            Settle::No => Money::ZERO,
            Settle::IfReserved | Settle::Required => Money::positive(self.hedge.unsettled()?.abs())?,
        };
        let value = traded.max(moved).max(settled);
        Ok(value.is_positive() && value >= self.min_value()?)
    }
}

/// Binary search for the largest amount that fits, between `yes` (which fits) and `no` (which does not).
pub(crate) fn bisect(mut yes: Uint128, mut no: Uint128, fits: &dyn Fn(Uint128) -> Result<bool>) -> Result<Uint128> {
    loop {
        let middle = midpoint(yes, no)?;
        if middle == yes || middle == no {
            return Ok(yes);
        }
        if fits(middle)? {
            yes = middle;
        } else {
            no = middle;
        }
    }
}

/// The middle of two amounts, rounded down.
fn midpoint(a: Uint128, b: Uint128) -> Result<Uint128> {
    let (low, high) = (a.min(b), a.max(b));
    let half = mul_div_floor(high.abs_diff(low), Uint128::one(), Uint128::new(2))?;
    Ok(sum_sizes(low, half)?)
}
