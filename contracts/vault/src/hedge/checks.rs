//! Checks. Before an order: whether the venue accepts it. After it, from the venue's response: what it cost, and
//! whether it improved the hedge.

use ballast_math::{MathError, Money, Price, Purse};
use ballast_types::oracle::{Flag, PriceUse};
use ballast_types::policy::{HedgeState, Rule, Targets};
use ballast_types::venue::{
    AdjustResponse, Costs, MarketAction, Order, PositionResponse, PositionState, Prices, Status, Terms,
};
use cosmwasm_std::{Int128, Uint128};
use hedge_policy::{State, VenuePart};

use super::{vault_part, Hedge};
use crate::companion::total_cost;
use crate::error::{ContractError, HedgeAfter, LeverageText};
use crate::session::Session;
use crate::state::{Config, Redemption};

impl Hedge<'_> {
    /// Refuses while leverage is above its maximum, unless the position is dust.
    pub fn assert_leverage(&self) -> Result<(), ContractError> {
        let HedgeState { leverage, targets, .. } = self.measured()?;
        let dust = is_dust(&self.index()?, self.state.position.size, &self.state.terms)?;
        if leverage.is_above(targets.leverage_max) && !dust {
            return Err(ContractError::LeverageTooHigh { leverage: LeverageText(leverage), max: targets.leverage_max });
        }
        Ok(())
    }

    /// Refuses an order that sells more than the venue's capacity.
    pub fn assert_capacity(&self, order: &Order) -> Result<(), ContractError> {
        let (needed, capacity) = (order.delta().unsigned_abs(), self.state.capacity.short);
        if needed > capacity {
            return Err(ContractError::Capacity { needed, capacity });
        }
        Ok(())
    }
}

/// The hedge before or after an order, from the venue's response.
fn by_answer(
    Session { config, books, .. }: &Session,
    answer: &AdjustResponse,
    idle: Purse,
    position: PositionState,
) -> Result<HedgeState, ContractError> {
    let venue = VenuePart::answered(answer, position);
    let state = State::new(venue, vault_part(config, books, idle, Money::ZERO));
    Ok(hedge_policy::hedge_state(&state, &config.policy)?)
}

/// What an order must improve, unless it is within limits anyway.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Check {
    /// Only leverage: for deposits, and for rules that keep the hedge alive without trading.
    Leverage,
    /// Leverage and hedge ratio.
    LeverageAndHedge,
}

impl Check {
    /// Rules 1 to 3 keep the hedge alive. If they only add margin, they must not fail because of the hedge ratio, which
    /// they do not change.
    fn of(rule: Option<Rule>, answer: &AdjustResponse) -> Check {
        let keeps_alive = matches!(rule, Some(Rule::SafeMode | Rule::Emergency | Rule::LeverageHigh));
        if keeps_alive && answer.before.size == answer.after.size {
            return Check::Leverage;
        }
        Check::LeverageAndHedge
    }
}

/// Checks, from the venue's response, that leverage is at most its maximum, or lower than before, or the position was
/// dust; and that the hedge ratio is in its band or no further from its target than before.
pub fn assert_better(
    session: &Session,
    idle_before: Purse,
    answer: &AdjustResponse,
    check: Check,
) -> Result<(), ContractError> {
    let before = by_answer(session, answer, idle_before, answer.before)?;
    let after = by_answer(session, answer, session.books.idle, answer.after)?;
    let lower = hedge_policy::lowers_leverage(before.margin_ratio, after.margin_ratio);
    let max = after.targets.leverage_max;
    let index = session.config.index(answer)?;
    if after.leverage.is_above(max) && !lower && !is_dust(&index, answer.before.size, &answer.terms)? {
        return Err(ContractError::LeverageAfter {
            before: LeverageText(before.leverage),
            after: LeverageText(after.leverage),
            max,
        });
    }
    if check == Check::Leverage {
        return Ok(());
    }
    if !hedge_policy::keeps_hedge(&after.targets, before.hedge_ratio, after.hedge_ratio) {
        let Targets { hedge_low: low, hedge_high: high, .. } = after.targets;
        let (before, after) = (before.hedge_ratio, after.hedge_ratio);
        return Err(ContractError::HedgeAfter(Box::new(HedgeAfter { before, after, low, high })));
    }
    Ok(())
}

/// Refuses a cost above the order's limit.
pub fn assert_cost(costs: &Costs, limit: Option<Uint128>) -> Result<(), ContractError> {
    let cost = total_cost(costs)?.amount();
    match limit.filter(|max| cost > *max) {
        Some(max) => Err(ContractError::CostTooHigh { cost, max }),
        None => Ok(()),
    }
}

/// Refuses the result of a rebalance that cost too much or did not improve the hedge.
pub fn assert_done(
    session: &Session,
    (rule, idle_before, max_cost): (Option<Rule>, Purse, Option<Uint128>),
    answer: &AdjustResponse,
) -> Result<(), ContractError> {
    assert_cost(&answer.costs, max_cost)?;
    assert_better(session, idle_before, answer, Check::of(rule, answer))
}

/// Refuses an exit without bounds if it costs more than `exit_cost` of the value that it closes. The venue's conversion
/// charge on that cost and on the realised loss is allowed on top.
pub fn assert_exit_cost(
    config: &Config,
    redemption: &Redemption,
    answer: &AdjustResponse,
) -> Result<(), ContractError> {
    let cost = total_cost(&answer.costs)?.amount();
    // Margin without a position can be withdrawn for free, without any price.
    if redemption.min_base.is_some() || redemption.min_quote.is_some() || cost.is_zero() {
        return Ok(());
    }
    let index = config.index(answer)?;
    let closed = answer.before.size.unsigned_abs().saturating_sub(answer.after.size.unsigned_abs());
    let loss = answer.realised.price_pnl.loss()?.plus(answer.realised.funding.loss()?)?;
    let prices = (&index, &config.collateral(answer)?);
    let max = hedge_policy::max_cost_of(prices, &answer.terms, closed, config.policy.exit_cost, loss)?;
    if cost > max {
        return Err(ContractError::ExitCost { cost, max });
    }
    Ok(())
}

impl Config {
    /// The index price of a response.
    pub fn index(&self, answer: &AdjustResponse) -> Result<Price, MathError> {
        Price::new(answer.prices.index, self.base.decimals, self.quote.decimals)
    }

    /// The collateral price of a response.
    fn collateral(&self, answer: &AdjustResponse) -> Result<Price, MathError> {
        Price::new(answer.prices.collateral, self.base.decimals, self.quote.decimals)
    }
}

/// If the venue does not allow this: which of `needed` are off, and the flags of the index price.
fn closed(
    status: &Status,
    flags: &[Flag],
    needed: &[MarketAction],
    price_use: PriceUse,
) -> Option<(Vec<MarketAction>, Vec<Flag>)> {
    let off: Vec<_> = needed.iter().copied().filter(|action| !status.allows(*action)).collect();
    if off.is_empty() && price_use.allowed_by(flags) {
        return None;
    }
    Some((off, flags.to_vec()))
}

/// What must be on at the venue before the position may grow: nobody should be let in who could not leave again.
const OPENING: [MarketAction; 3] = [MarketAction::Increase, MarketAction::MarginIn, MarketAction::Reduce];

/// Refuses to take coins in while the venue does not let the position grow, while a price has a flag, and while the
/// coins' discount is unusual.
pub fn assert_open(status: &Status, prices: &Prices) -> Result<(), ContractError> {
    if let Some((off, flags)) = closed(status, &prices.flags, &OPENING, PriceUse::Increase) {
        return Err(ContractError::VenueClosed { off, flags });
    }
    match &prices.collateral_range {
        Some(range) if range.flags == [Flag::Discount] => {
            Err(ContractError::Discount { discount: range.discount, mean: range.mean_discount })
        }
        _ => assert_collateral(prices.collateral_flags(), PriceUse::Increase),
    }
}

/// Refuses if there is a position and the venue does not let it be reduced.
pub fn assert_reducible(position: &PositionResponse, idle: Purse) -> Result<(), ContractError> {
    let PositionResponse { position, status, prices, .. } = position;
    if position.size.is_zero() {
        return Ok(());
    }
    if let Some((off, flags)) = closed(status, &prices.flags, &[MarketAction::Reduce], PriceUse::Reduce) {
        return Err(ContractError::VenueStuck { off, flags });
    }
    assert_collateral(exit_flags(position, prices, idle)?, PriceUse::Reduce)
}

/// Flags of the collateral price that matter for an exit: none if there is no base in the margin and in `idle`.
pub fn exit_flags<'a>(position: &PositionState, prices: &'a Prices, idle: Purse) -> Result<&'a [Flag], MathError> {
    if position.margin.plus(idle)?.base.is_zero() {
        return Ok(&[]);
    }
    Ok(prices.collateral_flags())
}

/// Refuses if the collateral price, with these flags, may not be used for this.
fn assert_collateral(flags: &[Flag], price_use: PriceUse) -> Result<(), ContractError> {
    if price_use.allowed_by(flags) {
        return Ok(());
    }
    Err(ContractError::CollateralFlagged { price_use, flags: flags.to_vec() })
}

/// A position below the venue's minimum is dust that earlier exits left. It can hurt nobody, and must not lock the
/// vault.
fn is_dust(index: &Price, size: Int128, terms: &Terms) -> Result<bool, MathError> {
    Ok(!size.is_zero() && index.value(size.unsigned_abs())? < Money::from_amount(terms.min_position))
}
