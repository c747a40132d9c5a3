//! The rules, one function each, in the order in which they are tried. A rule returns an action, or none if it does not
//! apply, if the venue would refuse the action, or if it is not worth doing.

use ballast_math::{add, mul_floor, Base, Money, Price, Purse, Quote};
use ballast_types::oracle::{Flag, PriceUse};
use ballast_types::policy::{PolicyParams, Rule};
use ballast_types::venue::{MarketAction, Order, Settle};
use cosmwasm_std::{Decimal256, Int128, SignedDecimal256, Uint128};

use crate::hedge::Hedge;
use crate::held_back::at_held_back_prices;
use crate::plan::{bisect, Desk, Plan, Scope};
use crate::state::ratio_of;
use crate::venue::{Direction, Trade};
use crate::{better, budget, Action, Auction, Due, Result, State};

/// A rule: returns an action, if any.
type Ask = fn(&Desk) -> Result<Option<Action>>;

/// The first rule that applies, and its action.
///
/// # Errors
/// Before the first price, for a position that is not a short, and if a number overflows.
pub fn next_action(state: &State, params: &PolicyParams) -> Result<Due> {
    let desk = Desk::new(state, params)?;
    let held_back = at_held_back_prices(state)?;
    let worse = desk.worse(&held_back, params)?;
    for (rule, asks) in RULES {
        if !desk.is_tried(rule) {
            continue;
        }
        let judged = if matches!(rule, Rule::Emergency | Rule::LeverageHigh) { worse.as_slice() } else { &[] };
        // If nothing can be saved at a held-back price, the rule is still tried at the others.
        for judge in judged.iter().chain([&desk]) {
            if let Some(action) = asks(judge)? {
                return desk.due(rule, action);
            }
        }
    }
    Ok(Due { rule: None, action: Action::None })
}

/// The rescue before a redemption: rules 2 and 3, without increasing the short; at a held-back price that is worse they
/// only add coins.
///
/// # Errors
/// As [`next_action`].
pub fn rescue(state: &State, params: &PolicyParams) -> Result<Option<Due>> {
    let desk = Desk::new(state, params)?;
    let held_back = at_held_back_prices(state)?;
    let worse = desk.worse(&held_back, params)?;
    for judge in worse.iter().chain([&desk]) {
        let shrink_only = Scope { grow: false, ..judge.scope() };
        let (rule, action) = if judge.is_emergency()? {
            (Rule::Emergency, judge.rescue(shrink_only)?)
        } else if judge.is_above_max()? {
            (Rule::LeverageHigh, judge.back_to_target(shrink_only)?)
        } else {
            continue;
        };
        if let Some(action) = action {
            return desk.due(rule, action).map(Some);
        }
    }
    Ok(None)
}

const RULES: [(Rule, Ask); 7] = [
    (Rule::SafeMode, safe_mode),
    (Rule::Emergency, emergency),
    (Rule::LeverageHigh, leverage_high),
    (Rule::Settle, settle),
    (Rule::HedgeBand, hedge_band),
    (Rule::LeverageLow, leverage_low),
    (Rule::IdleQuote, idle_quote),
];

/// 1: the venue cannot trade: withdraws margin down to `L*`.
fn safe_mode(desk: &Desk) -> Result<Option<Action>> {
    if !desk.is_safe_mode() {
        return Ok(None);
    }
    desk.withdrawal()
}

/// 2: `L >= L_emergency` or `E <= 0`: settles, resizes, and adds quote and coins as margin, in one order. If the
/// position is lost it adds nothing, because idle coins are all that is left.
fn emergency(desk: &Desk) -> Result<Option<Action>> {
    if !desk.is_emergency()? {
        return Ok(None);
    }
    desk.rescue(desk.scope())
}

/// 3: `L > L_max`: adds coins to get back to `L*`; if they are not enough, does the same as 2.
fn leverage_high(desk: &Desk) -> Result<Option<Action>> {
    if !desk.is_above_max()? {
        return Ok(None);
    }
    desk.back_to_target(desk.scope())
}

/// 4: unsettled PnL and funding are large: settles, resizes, and moves margin to `L*`, in one order. At a sudden discount
/// only gains are settled, without resizing.
fn settle(desk: &Desk) -> Result<Option<Action>> {
    if !desk.much_is_unsettled()? || desk.flags().any(|flag| *flag != Flag::Discount) {
        return Ok(None);
    }
    let scope = match desk.is_discounted() {
        true if desk.hedge.unsettled()?.is_negative() => return Ok(None),
        true => Scope::NONE,
        false => desk.scope(),
    };
    for scope in [scope, Scope { grow: false, ..scope }] {
        let Some(plan) = desk.to_target(Settle::Required, scope)? else { continue };
        if let Some(action) = desk.accepted(plan)? {
            return Ok(Some(action));
        }
    }
    Ok(None)
}

/// 5: the hedge ratio is out of its band: trades back to `h*`, and moves margin only if leverage needs it. Not at a
/// sudden discount.
fn hedge_band(desk: &Desk) -> Result<Option<Action>> {
    if desk.is_discounted() {
        return Ok(None);
    }
    let ratio = ratio_of(&*desk.venue, &desk.hedge)?;
    let band = desk.aims.hedge_low..=desk.aims.hedge_high;
    if band.contains(&ratio) {
        return Ok(None);
    }
    let Some(plan) = desk.within_levels(desk.scope())? else { return Ok(None) };
    if plan.trade() == Trade::None {
        return Ok(None);
    }
    desk.accepted(plan)
}

/// 6: `L < L_min`, or margin without a position: withdraws margin down to `L*`.
fn leverage_low(desk: &Desk) -> Result<Option<Action>> {
    if desk.stands_at_or_above(&desk.hedge, desk.levels.min)? {
        return Ok(None);
    }
    desk.withdrawal()
}

/// 7: idle quote is above its buffer, and a short earns: buys coins for all of it, from the pool or else by auction. It
/// buys base, so it needs a collateral price without flags even if the vault has none yet.
fn idle_quote(desk: &Desk) -> Result<Option<Action>> {
    let idle = Quote(desk.hedge.idle.quote);
    if idle.is_zero()
        || !desk.state.prices.collateral_flags().is_empty()
        || idle.money() < offered_above(desk.nav, desk.params)?
        || desk.aims.forecast <= SignedDecimal256::zero()
        || desk.is_above_max()?
        || !desk.scope().grow
        || !desk.can_post()?
        || !desk.affords(Direction::Sell)?
    {
        return Ok(None);
    }
    if desk.pool_has_base()? {
        desk.purchase(idle)
    } else {
        desk.auction(idle)
    }
}

/// Idle quote from which rule 7 spends all of it on coins: its buffer, but at least the minimum value of an action.
pub fn offered_above(nav: Money, params: &PolicyParams) -> Result<Money> {
    let nav = nav.or_zero();
    Ok(nav.mul_ceil(params.quote_buffer)?.max(nav.mul_ceil(params.min_action)?))
}

/// Whether rule 7 buys from the venue's pool instead of by auction: the pool sells more than dust, at an acceptable
/// price.
///
/// # Errors
/// As [`next_action`].
pub fn pool_sells_base(state: &State, params: &PolicyParams) -> Result<bool> {
    Desk::new(state, params)?.pool_has_base()
}

impl Desk<'_> {
    /// Whether a rule is tried in this state: rules 4 to 7 stop in safe mode, or if the guardian stops them.
    fn is_tried(&self, rule: Rule) -> bool {
        rule <= Rule::LeverageHigh || !(self.is_safe_mode() || self.state.stopped.contains(&rule))
    }

    /// The venue does not even let the hedge shrink, or a price is unusable. If only increases are off, the hedge can
    /// still be reduced.
    fn is_safe_mode(&self) -> bool {
        // A wide confidence interval makes trades expensive, but the price stays usable: the spread covers it. Rules for a
        // sudden discount decide on their own.
        let unusable = self.flags().any(|flag| !matches!(flag, Flag::Uncertain | Flag::Secondary | Flag::Discount));
        !self.state.status.allows(MarketAction::Reduce) || unusable
    }

    /// `L >= L_emergency`, or equity is zero or below.
    fn is_emergency(&self) -> Result<bool> {
        Ok(!self.hedge.short().is_zero() && !self.surplus(&self.hedge, self.levels.emergency)?.is_positive())
    }

    /// `L > L_max`.
    fn is_above_max(&self) -> Result<bool> {
        self.stands_above(&self.hedge, self.levels.max)
    }

    /// Unsettled PnL and funding are above or below their shares of notional.
    fn much_is_unsettled(&self) -> Result<bool> {
        let notional = self.venue.notional(&self.hedge.position)?;
        let unsettled = self.hedge.unsettled()?;
        let gains = unsettled > notional.mul_floor(self.params.settle_above)?;
        Ok(gains || unsettled.loss()? > notional.mul_floor(self.params.settle_below)?)
    }

    /// Rule 2's order. Losses are settled only together with the trade that they make necessary, because coins that pay
    /// a loss no longer need a hedge. So a planned settlement of a loss must happen, while a gain may stay unsettled.
    fn rescue(&self, scope: Scope) -> Result<Option<Action>> {
        for (settle, scope) in self.attempts(self.affordable(scope)?)? {
            let Some(plan) = self.rescued(settle, scope)? else { continue };
            let cost = Money::from_amount(self.venue.trade_cost(plan.trade())?);
            if !self.fits_budget(cost)? && self.is_saved_by_posting()? {
                continue;
            }
            // The short is only increased if the position is sound afterwards: the venue must never refuse a rescue.
            if matches!(plan.trade(), Trade::Grow(_)) && self.spare(&plan)?.is_negative() {
                continue;
            }
            // An order that only adds margin does not affect the hedge ratio.
            let keeps_hedge = plan.trade() == Trade::None || self.keeps_hedge(&plan)?;
            if keeps_hedge && self.helps(&plan)? {
                return Ok(Some(Action::Order(plan.order)));
            }
        }
        Ok(None)
    }

    /// What a rescue tries: with a settlement and a trade first, only posting last. At a sudden discount the other way
    /// round: coins that paid a loss then would be gone for less than they are worth, while coins that were posted come
    /// back. It trades only in an emergency that posting cannot end, and settles last of all.
    fn attempts(&self, scope: Scope) -> Result<Vec<(Settle, Scope)>> {
        let shrink_only = Scope { grow: false, ..scope };
        let posting = (Settle::No, Scope::NONE);
        let settle = if self.hedge.unsettled()?.is_negative() { Settle::Required } else { Settle::IfReserved };
        let settles = scope.shrink && self.price_allows(PriceUse::Settle);
        if self.is_discounted() {
            if !self.is_emergency()? || self.is_saved_by_posting()? {
                return Ok(vec![posting]);
            }
            let last = settles.then_some((settle, shrink_only));
            return Ok([(Settle::No, shrink_only), posting].into_iter().chain(last).collect());
        }
        let first = settles.then_some([(settle, scope), (settle, shrink_only)]).into_iter().flatten();
        Ok(first.chain([(Settle::No, scope), (Settle::No, shrink_only), posting]).collect())
    }

    /// Whether adding margin alone (if any is needed) brings leverage to `L_max` or below. Then a trade is an ordinary
    /// change of the hedge and must fit the budget: changing the policy back and forth must not spend NAV through rule
    /// 2.
    fn is_saved_by_posting(&self) -> Result<bool> {
        match self.rescued(Settle::No, Scope::NONE)? {
            Some(plan) => Ok(!self.stands_above(&plan.after, self.levels_after(&plan.after)?.max)?),
            None => Ok(false),
        }
    }

    /// Adds the minimum of idle quote that brings the position back to `L*`; otherwise all quote and the minimum of
    /// coins, or all coins.
    fn rescued(&self, settle: Settle, scope: Scope) -> Result<Option<Plan>> {
        if !self.can_post()? {
            return self.traded(Purse::EMPTY, settle, scope);
        }
        let with_quote = |quote: Uint128| self.traded(Purse::quote(quote), settle, scope);
        let suffices = |quote: Uint128| -> Result<bool> {
            match with_quote(quote)? {
                Some(plan) => Ok(!self.spare(&plan)?.is_negative()),
                None => Ok(false),
            }
        };
        let all = self.hedge.idle.quote;
        if !suffices(all)? {
            return self.posted(all, settle, scope);
        }
        if suffices(Uint128::zero())? {
            return with_quote(Uint128::zero());
        }
        with_quote(bisect(all, Uint128::zero(), &suffices)?)
    }

    /// Whether a rescue improves anything. A settlement alone does only if it pays a loss: paying in coins frees their
    /// haircut.
    fn helps(&self, plan: &Plan) -> Result<bool> {
        let settles_loss = plan.order.settle != Settle::No && self.hedge.unsettled()?.loss()? >= self.min_value()?;
        Ok((!plan.moves_nothing() || settles_loss) && self.is_no_thinner(plan)?)
    }

    /// Whether leverage is at most `L_max` afterwards, or lower than before. The vault refuses orders that make things
    /// worse, for instance by their cost, and a refused order would be due forever.
    fn is_no_thinner(&self, plan: &Plan) -> Result<bool> {
        let levels = self.levels_after(&plan.after)?;
        if !self.stands_above(&plan.after, levels.max)? {
            return Ok(true);
        }
        Ok(better::lowers_leverage(self.margin_ratio()?, self.venue.margin_ratio(&plan.after.position)?))
    }

    /// Rule 3's order: only coins, if they are enough.
    fn back_to_target(&self, scope: Scope) -> Result<Option<Action>> {
        if self.can_post()? {
            if let Some(plan) = self.posted(Uint128::zero(), Settle::No, Scope::NONE)? {
                if !self.spare(&plan)?.is_negative() {
                    return Ok(Some(Action::Order(plan.order)));
                }
            }
        }
        self.rescue(scope)
    }

    /// Rule 4's order: margin to `L*`, in or out.
    fn to_target(&self, settle: Settle, scope: Scope) -> Result<Option<Plan>> {
        let mut plan = self.traded(Purse::EMPTY, settle, scope)?;
        if let Some(bare) = &plan {
            if !self.spare(bare)?.is_negative() {
                return self.with_withdrawal(bare.clone()).map(Some);
            }
        }
        if self.can_post()? {
            for quote in [Uint128::zero(), self.hedge.idle.quote] {
                let Some(posted) = self.posted(quote, settle, scope)? else { continue };
                let suffices = !self.spare(&posted)?.is_negative();
                plan = Some(posted);
                if suffices {
                    break;
                }
            }
        }
        Ok(plan)
    }

    /// Rule 5's order: moves margin only if leverage would leave its levels, and then to `L*`.
    fn within_levels(&self, scope: Scope) -> Result<Option<Plan>> {
        let bare = self.traded(Purse::EMPTY, Settle::No, scope)?;
        if let Some(plan) = &bare {
            let levels = self.levels_after(&plan.after)?;
            if self.is_sound(plan)? {
                let low = !self.stands_at_or_above(&plan.after, levels.min)?;
                return if low { self.with_withdrawal(plan.clone()).map(Some) } else { Ok(bare) };
            }
        }
        if self.can_post()? {
            for quote in [Uint128::zero(), self.hedge.idle.quote] {
                let Some(plan) = self.posted(quote, Settle::No, scope)? else { continue };
                if self.is_sound(&plan)? {
                    return Ok(Some(plan));
                }
            }
        }
        // Buying back improves any position, even one that margin cannot bring back to `L*`.
        Ok(bare.filter(|plan| matches!(plan.trade(), Trade::Shrink(_))))
    }

    /// `L >= level`; false without a position.
    fn stands_at_or_above(&self, hedge: &Hedge, level: Decimal256) -> Result<bool> {
        Ok(!hedge.short().is_zero() && !self.surplus(hedge, level)?.is_positive())
    }

    /// Whether leverage is at most `L_max` afterwards, and after an increase the venue's initial margin is met.
    fn is_sound(&self, plan: &Plan) -> Result<bool> {
        let grown = matches!(plan.trade(), Trade::Grow(_));
        if grown && self.secured_surplus(&plan.after)?.is_negative() {
            return Ok(false);
        }
        let levels = self.levels_after(&plan.after)?;
        Ok(!self.stands_above(&plan.after, levels.max)?)
    }

    /// Accepts a plan of rules 4 and 5 if it is worth doing, fits the budget and `venue_share`, and the venue would
    /// accept it.
    fn accepted(&self, plan: Plan) -> Result<Option<Action>> {
        let grown = matches!(plan.trade(), Trade::Grow(_));
        if plan.trade() != Trade::None && !self.affords(plan.trade().direction())? {
            return Ok(None);
        }
        let refused = (grown && !self.is_sound(&plan)?) || !self.is_no_thinner(&plan)? || !self.keeps_hedge(&plan)?;
        let cost = Money::from_amount(self.venue.trade_cost(plan.trade())?);
        if refused || !self.fits_budget(cost)? || !self.within_venue_share(&plan)? || !self.is_worthwhile(&plan)? {
            return Ok(None);
        }
        Ok(Some(Action::Order(plan.order)))
    }

    /// A loss paid in coins without the trade that it makes necessary would be refused by the vault, and be due
    /// forever.
    fn keeps_hedge(&self, plan: &Plan) -> Result<bool> {
        let (before, after) = (ratio_of(&*self.venue, &self.hedge)?, ratio_of(&*self.venue, &plan.after)?);
        Ok(better::keeps_hedge(&self.aims.targets(self.levels), before, after))
    }

    fn fits_budget(&self, cost: Money) -> Result<bool> {
        budget::fits(cost, self.state.cost_spent, self.nav, self.params)
    }

    /// Withdraws margin down to `L*`, if the venue allows it.
    fn withdrawal(&self) -> Result<Option<Action>> {
        let nothing = Plan { order: Order::trading(Int128::zero()), after: self.hedge };
        let plan = self.with_withdrawal(nothing)?;
        if !self.is_worthwhile(&plan)? {
            return Ok(None);
        }
        Ok(Some(Action::Order(plan.order)))
    }

    /// Whether the pool sells more than dust, at a price that rule 7 accepts.
    fn pool_has_base(&self) -> Result<bool> {
        let offer = &self.state.base_for_sale;
        let most = mul_floor(self.venue.collateral().decimal(), add(Decimal256::one(), self.params.max_cost)?)?;
        let value = self.venue.collateral().value(offer.amount)?;
        Ok(!offer.amount.is_zero() && value >= self.min_value()? && offer.price <= most)
    }

    /// Rule 7 from the pool: as much as the idle quote can buy, the pool has, and the venue lets us hedge.
    fn purchase(&self, idle: Quote) -> Result<Option<Action>> {
        let offer = &self.state.base_for_sale;
        let price = Price::new(offer.price, self.state.base_decimals, self.state.quote_decimals)?;
        let affordable = price.amount_floor(idle.money())?;
        let base = affordable.min(offer.amount).min(self.hedgeable()?);
        let quote = Quote(price.value_ceil(base)?);
        let premium = price.value(base)?.minus(self.venue.collateral().value(base)?)?.or_zero();
        if !self.fill_is_due(Base(base), quote, premium)? {
            return Ok(None);
        }
        Ok(Some(Action::BuyBase { quote, min_base: self.min_base_for(quote)? }))
    }

    /// Rule 7 by auction, which starts if a fill could be hedged.
    fn auction(&self, idle: Quote) -> Result<Option<Action>> {
        if self.state.auction == Auction::Open {
            return Ok(None);
        }
        let affordable = self.venue.collateral().amount_floor(idle.money())?;
        let base = affordable.min(self.hedgeable()?);
        if !self.fill_is_due(Base(base), Quote(self.venue.collateral().value_ceil(base)?), Money::ZERO)? {
            return Ok(None);
        }
        Ok(Some(Action::OpenAuction { quote: idle }))
    }

    /// Maximum base that can be hedged at the venue now.
    fn hedgeable(&self) -> Result<Uint128> {
        if self.aims.hedge.is_zero() {
            return Ok(Uint128::MAX);
        }
        let room = self.venue.index().value(self.venue.room(&self.hedge)?)?;
        Ok(self.venue.collateral().amount_floor(room.div_floor(self.aims.hedge)?)?)
    }

    /// Whether buying coins for this quote is worth it and within the budget, and the venue would accept their hedge.
    fn fill_is_due(&self, base: Base, quote: Quote, premium: Money) -> Result<bool> {
        let Some(fill) = self.filled(base, quote)? else { return Ok(false) };
        let cost = Money::from_amount(self.venue.trade_cost(fill.trade())?).plus(premium)?;
        let worthwhile = quote.money() >= self.min_value()?;
        let large_enough = fill.trade() == Trade::None
            || self.venue.notional(&fill.after.position)? >= Money::from_amount(self.state.terms.min_position);
        Ok(worthwhile
            && large_enough
            && self.fits_budget(cost)?
            && self.is_sound(&fill)?
            && self.keeps_hedge(&fill)?
            && self.within_venue_share(&fill)?)
    }
}
