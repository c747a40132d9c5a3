//! An order: the one code path of `Adjust` and `PreviewOrder`.
//!
//! What each thing that it does needs is asked first; then coins are attached, everything is settled where asked, the
//! trade is done, its costs are paid, margin leaves; what must hold is tested once, on the end state.

use ballast_math::{mul_div_ceil, sum_sizes, Purse};
use ballast_types::market::{Adjust, Costs, MarginOut, MarketAction, OrderSize, Part, Realised, Settle};
use ballast_types::oracle::PriceUse;
use cosmwasm_std::{Int128, Uint128};

use crate::account::{add_realised, charged, Account, Settlement};
use crate::books::{Books, Market};
use crate::position::{profit_and_cap, Direction, Health, Position};
use crate::reserve::{check_caps, headroom, require_slack};
use crate::{EngineError, EngineResult, Money};

/// What an order leaves behind.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Outcome {
    /// The market's books.
    pub books: Books,
    /// The position.
    pub position: Position,
    /// Whether everything was settled.
    pub settled: bool,
    /// What was realised.
    pub realised: Realised,
    /// What it cost.
    pub costs: Costs,
    /// Margin for the sender.
    pub margin_out: Purse,
    /// Attached coins that go back to the sender.
    pub refund: Purse,
}

/// A trade, its size above zero.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Trade {
    None,
    Grow(Direction, Uint128),
    Shrink(Uint128),
}

/// Applies an order with `attached` coins to a position and its market. Nothing is changed in place.
///
/// # Errors
/// Whatever refuses the order, with its numbers.
pub fn apply(
    market: &Market<'_>,
    books: &Books,
    position: &Position,
    order: &Adjust,
    attached: Purse,
) -> EngineResult<Outcome> {
    let trade = trade(position, order)?;
    if order.margin_out == MarginOut::Part {
        return leave(market, books, position, order, trade, attached);
    }
    permit(market, order, trade, attached)?;
    match order.settle {
        Settle::No => step(market, books, position, order, trade, attached, false),
        Settle::Required => {
            market.permit_price(PriceUse::Settle)?;
            step(market, books, position, order, trade, attached, true)
        }
        // Where the settlement is what is refused, the same order without it is not.
        Settle::IfReserved => market
            .permit_price(PriceUse::Settle)
            .and_then(|()| step(market, books, position, order, trade, attached, true))
            .or_else(|_| step(market, books, position, order, trade, attached, false)),
    }
}

/// What an order trades.
fn trade(position: &Position, order: &Adjust) -> EngineResult<Trade> {
    match order.size {
        OrderSize::Delta { amount } => by_delta(position.size, amount, order.reduce_only),
        OrderSize::Part(part) => by_part(position, part),
    }
}

fn by_delta(size: Int128, delta: Int128, reduce_only: bool) -> EngineResult<Trade> {
    let amount = delta.unsigned_abs();
    let (Some(direction), held) = (Direction::of(delta), size.unsigned_abs()) else { return Ok(Trade::None) };
    match Direction::of(size) {
        Some(own) if own != direction && amount <= held => Ok(Trade::Shrink(amount)),
        Some(own) if own != direction && reduce_only => Ok(Trade::Shrink(held)),
        Some(own) if own != direction => Err(EngineError::ThroughZero { size, delta }),
        _ if reduce_only => Err(EngineError::WouldGrow { size, delta }),
        _ => Ok(Trade::Grow(direction, amount)),
    }
}

fn by_part(position: &Position, part: Part) -> EngineResult<Trade> {
    let Part { numerator, denominator } = part;
    if denominator.is_zero() || numerator > denominator {
        return Err(EngineError::NotAPart { numerator, denominator });
    }
    if position.is_empty() {
        return Err(EngineError::NoPosition {});
    }
    match mul_div_ceil(position.size.unsigned_abs(), numerator, denominator)? {
        size if size.is_zero() => Ok(Trade::None),
        size => Ok(Trade::Shrink(size)),
    }
}

/// Switches and price flags of what the order does.
fn permit(market: &Market<'_>, order: &Adjust, trade: Trade, attached: Purse) -> EngineResult<()> {
    match trade {
        Trade::None => {}
        Trade::Grow(..) => market.permit(MarketAction::Increase, PriceUse::Increase)?,
        Trade::Shrink(_) => market.permit(MarketAction::Reduce, PriceUse::Reduce)?,
    }
    if !attached.is_empty() {
        market.permit(MarketAction::MarginIn, PriceUse::MarginIn)?;
    }
    if !margin_out(order).is_empty() {
        market.permit(MarketAction::MarginOut, PriceUse::MarginOut)?;
    }
    Ok(())
}

fn margin_out(order: &Adjust) -> Purse {
    match order.margin_out {
        MarginOut::Exact(purse) => purse,
        MarginOut::None | MarginOut::Part => Purse::EMPTY,
    }
}

/// Coins in, settlement, trade, costs, margin out; then the tests of the end state.
fn step(
    market: &Market<'_>,
    books: &Books,
    position: &Position,
    order: &Adjust,
    trade: Trade,
    attached: Purse,
    settled: bool,
) -> EngineResult<Outcome> {
    let mut account = Account::new(market, books, position)?;
    let mut purse = position.margin.plus(attached)?;
    let mut tally = Tally::default();
    if settled {
        let settlement = account.settle()?;
        tally.realise(&mut account, &mut [&mut purse], settlement)?;
    }
    tally.trade(&mut account, &mut [&mut purse], trade)?;

    let out = margin_out(order);
    account.position.margin =
        purse.minus(out).map_err(|_| EngineError::MarginTooSmall { asked: out, margin: purse })?;
    let (after, position) = account.close_up()?;
    let done = Outcome {
        books: after,
        position,
        settled,
        realised: tally.realised,
        costs: tally.costs,
        margin_out: out,
        refund: Purse::EMPTY,
    };
    check(market, books, &done, order, trade)?;
    Ok(done)
}

/// What must hold after an order.
fn check(market: &Market<'_>, before: &Books, done: &Outcome, order: &Adjust, trade: Trade) -> EngineResult<()> {
    check_cost(&done.costs, order)?;
    if done.settled {
        require_slack(&done.books, market, Money::ZERO)?;
    }
    // A reduce is never refused for slack: what it realises, its own reserve held. Moving margin leaves slack alone.
    let grown = matches!(trade, Trade::Grow(..));
    if !grown && done.margin_out.is_empty() {
        return Ok(());
    }
    let health = health(market, done)?;
    if let Trade::Grow(direction, _) = trade {
        let min = market.params.min_position;
        if health.notional < Money::from_amount(min) {
            return Err(EngineError::PositionTooSmall { notional: health.notional, min });
        }
        check_caps(before, &done.books, market, direction)?;
        require_slack(&done.books, market, headroom(&done.books, market)?)?;
    }
    let required = health.notional.mul_ceil(market.params.initial_ratio)?;
    if health.secured_equity < required {
        return Err(EngineError::InitialMargin { secured_equity: health.secured_equity, required });
    }
    Ok(())
}

fn check_cost(costs: &Costs, order: &Adjust) -> EngineResult<()> {
    let cost = sum_sizes(charged(costs)?, costs.conversion)?;
    match order.limit_cost {
        Some(limit) if cost > limit => Err(EngineError::CostLimit { cost, limit }),
        _ => Ok(()),
    }
}

fn health(market: &Market<'_>, done: &Outcome) -> EngineResult<Health> {
    let state = crate::account::state(&done.books, &done.position, market)?;
    Ok(Health::new(&state, &market.marks, &market.terms)?)
}

/// An exit in kind: closes a part of the position and pays that part of the purse as it was before, plus what the closed
/// part realised, less its whole cost. Attached coins pay what that purse cannot; the rest of them goes back.
///
/// What leaves is a proportional reduce whatever the price does, so it needs the price of a reduce only: the spread
/// covers a wide confidence.
fn leave(
    market: &Market<'_>,
    books: &Books,
    position: &Position,
    order: &Adjust,
    trade: Trade,
    attached: Purse,
) -> EngineResult<Outcome> {
    let OrderSize::Part(part) = order.size else {
        return Err(EngineError::Contradiction { what: "margin_out: part goes with a size of part only" });
    };
    if order.settle == Settle::Required {
        return Err(EngineError::Contradiction { what: "a part that leaves with its margin is never settled first" });
    }
    market.permit(MarketAction::Reduce, PriceUse::Reduce)?;
    market.permit_action(MarketAction::MarginOut)?;

    let mut account = Account::new(market, books, position)?;
    let before = account.health()?;
    let mut own = position.margin.portion_floor(part.numerator, part.denominator)?;
    account.position.margin = position.margin.minus(own)?;
    let mut refund = attached;
    let mut tally = Tally::default();
    tally.trade(&mut account, &mut [&mut own, &mut refund], trade)?;
    require_ratio_kept(&before, &account.health()?)?;

    let (after, position) = account.close_up()?;
    let done = Outcome {
        books: after,
        position,
        settled: false,
        realised: tally.realised,
        costs: tally.costs,
        margin_out: own,
        refund,
    };
    check_cost(&done.costs, order)?;
    Ok(done)
}

/// The margin ratio of what stays must not fall: one unit of quote is left for the rounding of a long's entry.
fn require_ratio_kept(before: &Health, after: &Health) -> EngineResult<()> {
    if before.notional.is_zero() || after.notional.is_zero() {
        return Ok(());
    }
    let ratio = before.equity.ratio_floor(before.notional)?;
    let required = after.notional.mul_signed_floor(ratio)?.minus(Money::from_amount(Uint128::one()))?;
    if after.equity < required {
        return Err(EngineError::RatioFalls { equity: after.equity, required });
    }
    Ok(())
}

/// A long's cap is a part of its entry value, which grows with it: beyond its cap it must settle before it grows.
fn require_within_cap(account: &Account<'_>) -> EngineResult<()> {
    if account.direction() != Some(Direction::Long) {
        return Ok(());
    }
    let (profit, cap) = profit_and_cap(&account.position, account.market)?;
    if profit > cap {
        return Err(EngineError::BeyondCap { profit, cap });
    }
    Ok(())
}

/// What an order has realised and cost so far.
#[derive(Clone, Copy, Debug, Default)]
struct Tally {
    realised: Realised,
    costs: Costs,
}

impl Tally {
    /// A trade and its costs, paid by the purses in turn.
    fn trade(&mut self, account: &mut Account<'_>, purses: &mut [&mut Purse], trade: Trade) -> EngineResult<()> {
        let size = match trade {
            Trade::None => return Ok(()),
            Trade::Grow(direction, size) => {
                require_within_cap(account)?;
                account.grow(direction, size)?;
                size
            }
            Trade::Shrink(size) => {
                let settlement = account.shrink(size)?;
                self.realise(account, purses, settlement)?;
                size
            }
        };
        let costs = account.order_costs(size)?;
        let owed = charged(&costs)?;
        let paid = self.charge(account, purses, owed)?;
        let market = account.market;
        account.books.receive_costs(paid, costs.fee, owed, market)?;
        self.costs.fee = sum_sizes(self.costs.fee, costs.fee)?;
        self.costs.spread = sum_sizes(self.costs.spread, costs.spread)?;
        Ok(())
    }

    /// A gain goes to the first purse; a loss is paid by the purses in turn.
    fn realise(
        &mut self,
        account: &mut Account<'_>,
        purses: &mut [&mut Purse],
        settlement: Settlement,
    ) -> EngineResult<()> {
        add_realised(&mut self.realised, &settlement.realised)?;
        if let Some(first) = purses.first_mut() {
            account.receive(first, &settlement)?;
        }
        let paid = self.charge(account, purses, settlement.owed)?;
        account.books.receive_loss(paid, account.market.now)?;
        Ok(())
    }

    /// Takes what is owed from the purses in turn.
    fn charge(
        &mut self,
        account: &Account<'_>,
        purses: &mut [&mut Purse],
        owed: Uint128,
    ) -> Result<Purse, EngineError> {
        let (mut paid, mut missing) = (Purse::EMPTY, owed);
        for purse in purses.iter_mut() {
            if missing.is_zero() {
                break;
            }
            let payment = account.take(purse, missing)?;
            paid = paid.plus(payment.paid)?;
            missing = payment.missing;
            self.costs.conversion = sum_sizes(self.costs.conversion, payment.conversion)?;
        }
        if !missing.is_zero() {
            return Err(EngineError::MarginUncovered { owed, missing });
        }
        Ok(paid)
    }
}
