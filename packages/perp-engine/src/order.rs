//! Orders: `Adjust` and `PreviewOrder` share this code.
//!
//! First, every part of the order must be permitted. Then attached coins come in, everything is settled if requested,
//! the trade is done, its costs are paid, and margin leaves. Limits are checked once, on the final state.

use ballast_math::{mul_div_ceil, sum_sizes, Purse};
use ballast_types::market::{Adjust, Costs, MarginOut, MarketAction, OrderSize, Part, Realised, Settle, Status};
use ballast_types::oracle::PriceUse;
use cosmwasm_std::{Int128, Uint128};

use crate::account::{add_realised, charged, Account, Settlement};
use crate::books::{permit_action, Books, Market, Party};
use crate::caps::{admit, count_reduce, require_settlement_slack, Increase};
use crate::position::{Direction, Health, Position};
use crate::profit::profit_and_cap;
use crate::{EngineError, Money, Result};

/// The result of an order.
#[derive(Clone, Copy, Debug, PartialEq)]
#[expect(missing_docs, reason = "books and position after the order, what it realised and cost")]
pub struct Outcome {
    pub books: Books,
    pub position: Position,
    /// Whether everything was settled first.
    pub settled: bool,
    pub realised: Realised,
    pub costs: Costs,
    /// Margin for the sender.
    pub margin_out: Purse,
    /// Attached coins that go back to the sender.
    pub refund: Purse,
}

/// What an order trades; sizes are above zero.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Trade {
    None,
    Grow(Direction, Uint128),
    Shrink(Uint128),
}

/// An order with everything that it applies to.
#[derive(Clone, Copy)]
struct Request<'a> {
    market: &'a Market<'a>,
    books: &'a Books,
    position: &'a Position,
    order: &'a Adjust,
    attached: Purse,
    trade: Trade,
    /// Whether dust is closed in addition to the requested size.
    sweeps: bool,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Attempt {
    Settling,
    AsItIs,
}

/// Applies an order with `attached` coins to a position and its market. Nothing is modified in place.
///
/// # Errors
/// If a rule of the market refuses the order.
pub fn apply(
    market: &Market<'_>,
    books: &Books,
    position: &Position,
    order: &Adjust,
    attached: Purse,
) -> Result<Outcome> {
    if let Some(done) = move_margin(market.status, books, position, order, attached)? {
        return Ok(done);
    }
    let (trade, sweeps) = with_dust(market, position, trade(position, order)?)?;
    let request = Request { market, books, position, order, attached, trade, sweeps };
    if order.margin_out == MarginOut::Part {
        return request.leave();
    }
    // Its holders did not choose this order, and an exit is its owner's choice.
    let lasting = (market.party == Party::Hedger).then(|| market.at_lasting());
    let request = Request { market: lasting.as_ref().unwrap_or(market), ..request };
    request.permit()?;
    match order.settle {
        Settle::No => request.attempt(Attempt::AsItIs),
        Settle::Required => request.attempt(Attempt::Settling),
        // If the reserve or the price forbids settling, try the same order without it. An order that its margin does
        // not cover, or that costs too much, must fail instead.
        Settle::IfReserved => request.attempt(Attempt::Settling).or_else(|error| match error {
            EngineError::Slack { .. }
            | EngineError::PriceFlagged { price_use: PriceUse::Settle, .. }
            | EngineError::CollateralFlagged { price_use: PriceUse::Settle, .. } => request.attempt(Attempt::AsItIs),
            error => Err(error),
        }),
    }
}

/// Applies an order that only moves margin of a position without size: it needs no price. `None` for any other order.
///
/// # Errors
/// If a rule of the market refuses the order.
pub fn move_margin(
    status: &Status,
    books: &Books,
    position: &Position,
    order: &Adjust,
    attached: Purse,
) -> Result<Option<Outcome>> {
    if !position.size.is_zero() || trade(position, order)? != Trade::None {
        return Ok(None);
    }
    let held = position.margin;
    // Coins attached to an exit in kind pay what its part of the margin cannot: nothing here, so they go back.
    let (margin_in, margin_out, refund) = match (&order.margin_out, &order.size) {
        (MarginOut::None, _) => (attached, Purse::EMPTY, Purse::EMPTY),
        (MarginOut::Exact(purse), _) => (attached, *purse, Purse::EMPTY),
        (MarginOut::Part, OrderSize::Part(part)) => {
            not_settled(order)?;
            (Purse::EMPTY, held.portion_floor(part.numerator, part.denominator)?, attached)
        }
        (MarginOut::Part, OrderSize::Delta { .. }) => return Err(PART_OF_PART),
    };
    if !margin_in.is_empty() {
        permit_action(status, MarketAction::MarginIn)?;
    }
    if !margin_out.is_empty() {
        permit_action(status, MarketAction::MarginOut)?;
    }
    let held = held.plus(margin_in)?;
    let margin = held.minus(margin_out).map_err(|_| too_small(margin_out, held))?;
    let mut books = *books;
    books.margins = books.margins.plus(margin_in)?.minus(margin_out)?;
    Ok(Some(Outcome {
        books,
        position: Position { margin, ..*position },
        settled: order.settle != Settle::No && order.margin_out != MarginOut::Part,
        realised: Realised::default(),
        costs: Costs::default(),
        margin_out,
        refund,
    }))
}

const PART_OF_PART: EngineError = EngineError::Contradiction { what: "margin_out: part needs a size of part" };

fn not_settled(order: &Adjust) -> Result<()> {
    match order.settle {
        Settle::Required => Err(EngineError::Contradiction { what: "margin_out: part cannot be settled first" }),
        Settle::No | Settle::IfReserved => Ok(()),
    }
}

fn too_small(asked: Purse, margin: Purse) -> EngineError {
    EngineError::MarginTooSmall { asked, margin }
}

/// A reduce that would leave less than the minimum position closes everything: dust would not pay a liquidator. The
/// hedger is exempt, because its exits are exact parts. Returns whether dust is closed.
fn with_dust(market: &Market<'_>, position: &Position, trade: Trade) -> Result<(Trade, bool)> {
    let (held, Trade::Shrink(size)) = (position.size.unsigned_abs(), trade) else { return Ok((trade, false)) };
    let rest = market.marks.index.value(held.saturating_sub(size))?;
    if market.party == Party::Hedger || size == held || rest >= Money::from_amount(market.params.min_position) {
        return Ok((trade, false));
    }
    Ok((Trade::Shrink(held), true))
}

fn trade(position: &Position, order: &Adjust) -> Result<Trade> {
    match order.size {
        OrderSize::Delta { amount } => by_delta(position.size, amount, order.reduce_only),
        OrderSize::Part(part) => by_part(position, part),
    }
}

fn by_delta(size: Int128, delta: Int128, reduce_only: bool) -> Result<Trade> {
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

fn by_part(position: &Position, part: Part) -> Result<Trade> {
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

impl Request<'_> {
    /// Checks the switches and price flags for everything that the order does.
    fn permit(&self) -> Result<()> {
        match self.trade {
            Trade::None => {}
            Trade::Grow(..) => self.permit_trade(MarketAction::Increase, PriceUse::Increase)?,
            Trade::Shrink(_) => self.permit_trade(MarketAction::Reduce, PriceUse::Reduce)?,
        }
        if !self.attached.is_empty() {
            self.market.permit(MarketAction::MarginIn, PriceUse::MarginIn)?;
        }
        if !self.margin_out().is_empty() {
            self.market.permit_action(MarketAction::MarginOut)?;
            // Margin that no position needs any more may leave at any price.
            if !self.closes_all() {
                self.market.permit_prices(PriceUse::MarginOut, self.coins()?)?;
            }
        }
        Ok(())
    }

    fn permit_trade(&self, action: MarketAction, price_use: PriceUse) -> Result<()> {
        self.market.permit_action(action)?;
        self.market.permit_prices(price_use, self.coins()?)
    }

    /// The margin, and what is attached.
    fn coins(&self) -> Result<Purse> {
        Ok(self.position.margin.plus(self.attached)?)
    }

    fn closes_all(&self) -> bool {
        self.trade == Trade::Shrink(self.position.size.unsigned_abs())
    }

    fn margin_out(&self) -> Purse {
        match self.order.margin_out {
            MarginOut::Exact(purse) => purse,
            MarginOut::None | MarginOut::Part => Purse::EMPTY,
        }
    }

    /// Coins in, settlement, trade, costs, margin out; then checks the final state.
    fn attempt(&self, attempt: Attempt) -> Result<Outcome> {
        let mut account = Account::new(self.market, self.books, self.position)?;
        let mut purse = self.position.margin.plus(self.attached)?;
        let mut tally = Tally::default();
        if attempt == Attempt::Settling {
            self.market.permit_prices(PriceUse::Settle, purse)?;
            let settlement = account.settle()?;
            tally.realise(&mut account, &mut [&mut purse], settlement)?;
        }
        tally.trade(&mut account, &mut [&mut purse], self.trade)?;

        let margin_out = self.margin_out();
        account.position.margin = purse.minus(margin_out).map_err(|_| too_small(margin_out, purse))?;
        let (mut books, position) = account.close_up()?;
        if attempt == Attempt::Settling {
            require_settlement_slack(&books, self.market)?;
        }
        self.count(&mut books, &position, &tally)?;
        let done = Outcome {
            books,
            position,
            settled: attempt == Attempt::Settling,
            realised: tally.realised,
            costs: tally.costs,
            margin_out,
            refund: Purse::EMPTY,
        };
        self.check(&done)?;
        Ok(done)
    }

    /// Checks an increase against its caps and counts it; counts what a reduce has closed.
    fn count(&self, books: &mut Books, position: &Position, tally: &Tally) -> Result<()> {
        match self.trade {
            Trade::None => Ok(()),
            Trade::Shrink(_) => count_reduce(books, self.market, tally.closed),
            Trade::Grow(direction, _) => {
                let min = self.market.params.min_position;
                let notional = self.market.marks.index.value(position.size.unsigned_abs())?;
                if notional < Money::from_amount(min) {
                    return Err(EngineError::PositionTooSmall { notional, min });
                }
                admit(books, self.market, &Increase { direction, added: tally.added, position: *position })
            }
        }
    }

    /// Checks the position after an order. A reduce is never refused for lack of slack: the reserve already held what
    /// it realises. Moving margin does not change slack.
    fn check(&self, done: &Outcome) -> Result<()> {
        let (market, books) = (self.market, &done.books);
        check_cost(&done.costs, self.order)?;
        let grown = matches!(self.trade, Trade::Grow(..));
        if done.position.size.is_zero() || (!grown && done.margin_out.is_empty()) {
            return Ok(());
        }
        let state = crate::account::state(books, &done.position, market)?;
        let health = Health::new(&state, &market.marks, &market.terms)?;
        let required = health.notional.mul_ceil(market.params.initial_ratio)?;
        if health.secured_equity < required {
            return Err(EngineError::InitialMargin { secured_equity: health.secured_equity, required });
        }
        Ok(())
    }

    /// An exit in kind: closes a part of the position and pays out the same part of the margin as it was before, plus
    /// what the closed part realised, less all of its costs. Attached coins pay what this margin cannot; the rest of
    /// them goes back.
    ///
    /// This is a proportional reduce at any price, so it only needs a price that permits a reduce: the spread covers a
    /// wide confidence interval.
    ///
    /// If dust is closed too, all of the margin pays for closing the whole position, and the part is taken of what is
    /// left; the rest stays as margin without a position.
    fn leave(&self) -> Result<Outcome> {
        let OrderSize::Part(Part { numerator, denominator }) = self.order.size else { return Err(PART_OF_PART) };
        not_settled(self.order)?;
        self.permit_trade(MarketAction::Reduce, PriceUse::Reduce)?;
        self.market.permit_action(MarketAction::MarginOut)?;

        let mut account = Account::new(self.market, self.books, self.position)?;
        let before = account.health()?;
        let margin = self.position.margin;
        let leaving = |purse: Purse| purse.portion_floor(numerator, denominator);
        let mut own = if self.sweeps { margin } else { leaving(margin)? };
        account.position.margin = margin.minus(own)?;
        let mut refund = self.attached;
        let mut tally = Tally::default();
        tally.trade(&mut account, &mut [&mut own, &mut refund], self.trade)?;
        if self.sweeps {
            account.position.margin = own.minus(leaving(own)?)?;
            own = leaving(own)?;
        }
        require_ratio_kept(&before, &account.health()?, self.market)?;
        check_cost(&tally.costs, self.order)?;

        let (mut books, position) = account.close_up()?;
        self.count(&mut books, &position, &tally)?;
        let Tally { realised, costs, .. } = tally;
        Ok(Outcome { books, position, settled: false, realised, costs, margin_out: own, refund })
    }
}

fn check_cost(costs: &Costs, order: &Adjust) -> Result<()> {
    let cost = sum_sizes(charged(costs)?, costs.conversion)?;
    match order.limit_cost {
        Some(limit) if cost > limit => Err(EngineError::CostLimit { cost, limit }),
        _ => Ok(()),
    }
}

/// The margin ratio of the rest must not fall. It cannot, because every rounding is against whoever leaves, with one
/// exception: a long's entry value is rounded by up to one unit, which also changes its cap. The check allows for that.
fn require_ratio_kept(before: &Health, after: &Health, market: &Market<'_>) -> Result<()> {
    if before.notional.is_zero() || after.notional.is_zero() {
        return Ok(());
    }
    let ratio = before.equity.ratio_floor(before.notional)?;
    let rounding = Money::from_amount(Uint128::one()).plus(Money::positive(market.params.long_reserve)?)?;
    let required = after.notional.mul_signed_floor(ratio)?.minus(rounding)?;
    if after.equity < required {
        return Err(EngineError::RatioFalls { equity: after.equity, required });
    }
    Ok(())
}

/// A long's cap grows with its entry value, so a long beyond its cap must settle before it grows.
fn require_within_cap(account: &Account<'_>) -> Result<()> {
    if account.direction() != Some(Direction::Long) {
        return Ok(());
    }
    let (profit, cap) = profit_and_cap(&account.position, account.market)?;
    if profit > cap {
        return Err(EngineError::BeyondCap { profit, cap });
    }
    Ok(())
}

/// The realised PnL and the costs of an order so far.
#[derive(Clone, Copy, Debug, Default)]
struct Tally {
    realised: Realised,
    costs: Costs,
    /// Entry value added by the trade.
    added: Uint128,
    /// Entry value closed by the trade.
    closed: Uint128,
}

impl Tally {
    /// Does a trade; the purses pay for it in turn.
    fn trade(&mut self, account: &mut Account<'_>, purses: &mut [&mut Purse], trade: Trade) -> Result<()> {
        let entry = account.position.entry_value;
        // Reducing trades in the opposite direction.
        let (size, direction) = match trade {
            Trade::None => return Ok(()),
            Trade::Grow(direction, size) => {
                require_within_cap(account)?;
                account.grow(direction, size)?;
                self.added = account.position.entry_value.saturating_sub(entry);
                (size, direction)
            }
            Trade::Shrink(size) => {
                let own = account.direction();
                let settlement = account.shrink(size)?;
                self.closed = entry.saturating_sub(account.position.entry_value);
                self.realise(account, purses, settlement)?;
                (size, own.map_or(Direction::Long, Direction::opposite))
            }
        };
        let costs = account.order_costs(size, direction)?;
        let owed = charged(&costs)?;
        let paid = self.charge(account, purses, owed)?;
        let market = account.market;
        account.books.receive_costs(paid, costs.fee, owed, market)?;
        self.costs.fee = sum_sizes(self.costs.fee, costs.fee)?;
        self.costs.spread = sum_sizes(self.costs.spread, costs.spread)?;
        Ok(())
    }

    /// Pays a gain into the first purse; the purses pay a loss in turn.
    fn realise(&mut self, account: &mut Account<'_>, purses: &mut [&mut Purse], settlement: Settlement) -> Result<()> {
        add_realised(&mut self.realised, &settlement.realised)?;
        if let Some(first) = purses.first_mut() {
            account.receive(first, &settlement)?;
        }
        let paid = self.charge(account, purses, settlement.owed)?;
        account.books.receive_loss(paid)?;
        Ok(())
    }

    /// Takes a debt from the purses in turn.
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

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use crate::Marks;
    use ballast_types::market::{MarketParams, Prices, Status, Terms};
    use cosmwasm_std::Decimal256;

    #[test]
    fn an_exit_that_lowered_the_margin_ratio_would_be_refused() {
        let params = MarketParams::defaults(6);
        let one = Decimal256::one();
        let prices = Prices { index: one, collateral: one, ..Prices::default() };
        let status = Status::default();
        let marks = Marks::new(&prices, params.min_spread, 6, 6).unwrap();
        let market = Market {
            params: &params,
            terms: Terms::from(&params),
            marks,
            flags: &[],
            collateral_flags: None,
            status: &status,
            hedger: None,
            party: Party::Stranger,
            now: 0,
        };
        let health = |notional: u128, equity: u128| {
            let equity = Money::from_amount(equity.into());
            let notional = Money::from_amount(notional.into());
            Health { notional, equity, secured_equity: equity, closing_cost: Money::ZERO }
        };
        let before = health(1_000, 200);
        // Half of the size needs half of the equity, less one unit and half a unit for a long's rounding.
        assert!(require_ratio_kept(&before, &health(500, 99), &market).is_ok());
        assert!(require_ratio_kept(&before, &health(500, 98), &market).is_err());
        assert!(require_ratio_kept(&before, &health(0, 0), &market).is_ok());
    }
}
