//! A working copy of a position and its books, for orders and liquidations.

use ballast_math::{mul_div_ceil, mul_div_floor, sub_sizes, sum_sizes, MathError, Purse};
use ballast_types::market::{Costs, PositionState, Realised};
use cosmwasm_std::Uint128;

use crate::books::{Books, Market};
use crate::marks::value_ceil;
use crate::payment::{pay, Payment};
use crate::position::{price_pnl, Direction, Health, Position};
use crate::Result;

/// A working copy. Until [`Account::close_up`], the books' margins do not include this position's.
#[derive(Clone, Debug)]
pub(crate) struct Account<'a> {
    pub market: &'a Market<'a>,
    pub books: Books,
    pub position: Position,
}

/// The result of realising PnL and funding.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Settlement {
    pub realised: Realised,
    /// Units of quote that the position owes for it; zero if it gained.
    pub owed: Uint128,
}

impl<'a> Account<'a> {
    pub fn new(market: &'a Market<'a>, books: &Books, position: &Position) -> Result<Account<'a>> {
        let mut books = *books;
        books.margins = books.margins.minus(position.margin)?;
        Ok(Account { market, books, position: *position })
    }

    /// Books and position, with the margin back in the books.
    pub fn close_up(mut self) -> Result<(Books, Position)> {
        self.books.margins = self.books.margins.plus(self.position.margin)?;
        Ok((self.books, self.position))
    }

    pub fn direction(&self) -> Option<Direction> {
        Direction::of(self.position.size)
    }

    pub fn size(&self) -> Uint128 {
        self.position.size.unsigned_abs()
    }

    /// The position at the marks.
    pub fn state(&self) -> Result<PositionState> {
        state(&self.books, &self.position, self.market)
    }

    pub fn health(&self) -> Result<Health> {
        Ok(Health::new(&self.state()?, &self.market.marks, &self.market.terms)?)
    }

    /// Opens `size` more. The entry value is rounded against the trader: down for a short, up for a long.
    pub fn grow(&mut self, direction: Direction, size: Uint128) -> Result<()> {
        let index = &self.market.marks.index;
        let entry = match direction {
            Direction::Short => index.value_floor(size)?,
            Direction::Long => index.value_ceil(size)?,
        };
        let side = self.books.side_mut(direction);
        let (funding, owed) = (side.index.basis(size)?, side.owed_index.basis(size)?);
        side.size = sum_sizes(side.size, size)?;
        side.entry_value = sum_sizes(side.entry_value, entry)?;
        side.funding = side.funding.plus(funding)?;
        side.owed = side.owed.plus(owed)?;
        let position = &mut self.position;
        position.size = direction.sign(sum_sizes(position.size.unsigned_abs(), size)?)?;
        position.entry_value = sum_sizes(position.entry_value, entry)?;
        position.funding = position.funding.plus(funding)?;
        position.owed = position.owed.plus(owed)?;
        Ok(())
    }

    /// Closes `size`, which must not exceed the position, and returns what that realises. Nothing is paid yet.
    pub fn shrink(&mut self, size: Uint128) -> Result<Settlement> {
        let (whole, before) = (self.size(), self.position);
        let Some(direction) = self.direction().filter(|_| !size.is_zero()) else { return Ok(Settlement::default()) };
        // The part of the entry value is rounded against whoever closes: down for a short, up for a long.
        let entry = match direction {
            Direction::Short => mul_div_floor(before.entry_value, size, whole)?,
            Direction::Long => mul_div_ceil(before.entry_value, size, whole)?,
        };
        let funding = before.funding.portion_ceil(size, whole)?;
        let owed = before.owed.portion_ceil(size, whole)?;
        let market = self.market;
        let realised = Realised {
            price_pnl: price_pnl(direction.sign(size)?, entry, &market.marks.index, market.params.long_reserve)?,
            funding: self.books.side(direction).index.accrued_floor(size, funding)?,
        };
        let side = self.books.side_mut(direction);
        side.size = sub_sizes(side.size, size)?;
        side.entry_value = sub_sizes(side.entry_value, entry)?;
        side.funding = side.funding.minus(funding)?;
        side.owed = side.owed.minus(owed)?;
        self.position.size = direction.sign(sub_sizes(whole, size)?)?;
        self.position.entry_value = sub_sizes(before.entry_value, entry)?;
        self.position.funding = before.funding.minus(funding)?;
        self.position.owed = before.owed.minus(owed)?;
        settlement(realised)
    }

    /// Realises everything without trading, as if all were closed and reopened at the same price.
    pub fn settle(&mut self) -> Result<Settlement> {
        let Some(direction) = self.direction() else { return Ok(Settlement::default()) };
        let size = self.size();
        let settlement = self.shrink(size)?;
        self.grow(direction, size)?;
        Ok(settlement)
    }

    /// Pays a realised gain from the pool into `purse`, rounded down.
    pub fn receive(&mut self, purse: &mut Purse, settlement: &Settlement) -> Result<()> {
        let net = settlement.realised.price_pnl.plus(settlement.realised.funding)?;
        let gain = net.or_zero().amount_floor()?;
        self.books.pool.quote = sub_sizes(self.books.pool.quote, gain)?;
        purse.quote = sum_sizes(purse.quote, gain)?;
        Ok(())
    }

    /// Takes `owed` from `purse`; the caller decides who receives it.
    pub fn take(&self, purse: &mut Purse, owed: Uint128) -> Result<Payment> {
        Ok(pay(purse, owed, &self.market.marks, self.market.params.conversion_charge)?)
    }

    /// Fee and spread of an order that buys (long) or sells (short) `size`, each rounded up.
    pub fn order_costs(&self, size: Uint128, direction: Direction) -> Result<Costs> {
        let value = value_ceil(&self.market.marks.index, size)?;
        Ok(Costs {
            fee: value.mul_ceil(self.market.params.taker_fee)?.amount_ceil()?,
            spread: value.mul_ceil(self.market.marks.order_spread(direction)?)?.amount_ceil()?,
            conversion: Uint128::zero(),
        })
    }
}

/// A position at the current prices, with its side's funding.
pub(crate) fn state(books: &Books, position: &Position, market: &Market<'_>) -> Result<PositionState> {
    let index = Direction::of(position.size).map(|direction| books.side(direction).index).unwrap_or_default();
    Ok(position.state(index, &market.marks, market.params.long_reserve)?)
}

fn settlement(realised: Realised) -> Result<Settlement> {
    let net = realised.price_pnl.plus(realised.funding)?;
    Ok(Settlement { realised, owed: net.loss()?.amount_ceil()? })
}

/// Fee plus spread.
pub(crate) fn charged(costs: &Costs) -> Result<Uint128, MathError> {
    sum_sizes(costs.fee, costs.spread)
}

pub(crate) fn add_realised(sum: &mut Realised, more: &Realised) -> Result<(), MathError> {
    sum.price_pnl = sum.price_pnl.plus(more.price_pnl)?;
    sum.funding = sum.funding.plus(more.funding)?;
    Ok(())
}
