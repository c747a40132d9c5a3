//! A position: its PnL, equity, leverage and liquidation price.

use ballast_math::{
    abs, add, div_ceil, mul_floor, stored_as_list, sub_or_zero, FundingBasis, FundingIndex, ListedPurse, MathError,
    Money, Price, Purse,
};
use ballast_types::market::{Leverage, LiquidationPrice, Measures, PositionState, Prices, Terms};
use cosmwasm_std::{Decimal256, Int128, SignedDecimal256, Uint128};

use crate::marks::{value_ceil, Marks};
use crate::{EngineError, Result};

/// Which way a position wins.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Direction {
    /// Wins when the price rises.
    Long,
    /// Wins when the price falls.
    Short,
}

impl Direction {
    /// The direction of a signed size; `None` for zero.
    pub fn of(size: Int128) -> Option<Direction> {
        match (size.is_zero(), size.is_negative()) {
            (true, _) => None,
            (false, true) => Some(Direction::Short),
            (false, false) => Some(Direction::Long),
        }
    }

    /// The other direction.
    pub const fn opposite(self) -> Direction {
        match self {
            Direction::Long => Direction::Short,
            Direction::Short => Direction::Long,
        }
    }

    /// Gives a size the sign of this direction.
    pub fn sign(self, size: Uint128) -> ballast_math::Result<Int128> {
        const TOO_LARGE: MathError = MathError::Overflow { operation: "a size" };
        let size = Int128::try_from(size).map_err(|_| TOO_LARGE)?;
        match self {
            Direction::Long => Ok(size),
            Direction::Short => Int128::zero().checked_sub(size).map_err(|_| TOO_LARGE),
        }
    }
}

/// A position as stored: with entry values and funding bases instead of averages, because these add up exactly.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Position {
    /// Units of base; short < 0.
    pub size: Int128,
    /// Value at entry, units of quote.
    pub entry_value: Uint128,
    /// The sum over its units of the side's funding index when each was added.
    pub funding: FundingBasis,
    /// The same for the index of credits alone, which limits what the position can claim.
    pub owed: FundingBasis,
    #[allow(missing_docs)]
    pub margin: Purse,
}

stored_as_list!(Position { size, entry_value, funding, owed, margin as ListedPurse });

impl Position {
    /// Whether it has neither size nor margin.
    pub fn is_empty(&self) -> bool {
        self.size.is_zero() && self.margin.is_empty()
    }

    /// The position at these prices and its side's funding index.
    pub fn state(
        &self,
        index: FundingIndex,
        marks: &Marks,
        long_reserve: Decimal256,
    ) -> ballast_math::Result<PositionState> {
        Ok(PositionState {
            size: self.size,
            entry_value: self.entry_value,
            margin: self.margin,
            price_pnl: price_pnl(self.size, self.entry_value, &marks.index, long_reserve)?,
            funding: index.accrued_floor(self.size.unsigned_abs(), self.funding)?,
        })
    }
}

/// Unsettled price PnL: `entry - |size| * P` for a short, `min(|size| * P - entry, long_reserve * entry)` for a long;
/// rounded against the position at the 18th digit.
pub fn price_pnl(
    size: Int128,
    entry_value: Uint128,
    index: &Price,
    long_reserve: Decimal256,
) -> ballast_math::Result<Money> {
    let entry = Money::from_amount(entry_value);
    match Direction::of(size) {
        None => Ok(Money::ZERO),
        Some(Direction::Short) => entry.minus(value_ceil(index, size.unsigned_abs())?),
        Some(Direction::Long) => {
            let profit = index.value(size.unsigned_abs())?.minus(entry)?;
            Ok(profit.min(long_cap(entry_value, long_reserve)?))
        }
    }
}

/// The maximum profit of a long: `long_reserve * entry`.
pub fn long_cap(entry_value: Uint128, long_reserve: Decimal256) -> ballast_math::Result<Money> {
    Money::from_amount(entry_value).mul_floor(long_reserve)
}

/// Equity and what it is measured against, units of quote.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Health {
    /// `|size| * P`.
    pub notional: Money,
    /// Taker fee and minimum spread on the notional, rounded up.
    pub closing_cost: Money,
    /// See [`Measures::equity`].
    pub equity: Money,
    /// See [`Measures::secured_equity`].
    pub secured_equity: Money,
}

impl Health {
    /// The health of a position at these prices.
    pub fn new(position: &PositionState, marks: &Marks, terms: &Terms) -> ballast_math::Result<Health> {
        let notional = marks.index.value(position.size.unsigned_abs())?;
        let closing_cost = notional.mul_ceil(closing_rate(terms)?)?;
        let base = marks.collateral.value(position.margin.base)?;
        let rest = Money::from_amount(position.margin.quote).minus(closing_cost)?;
        let (price_pnl, funding) = (position.price_pnl, position.funding);
        let losses = price_pnl.min(Money::ZERO).plus(funding.min(Money::ZERO))?;
        let counted = base.mul_floor(counted_part(terms))?;
        let secured = base.mul_floor(secured_part(position.size, terms)?)?;
        Ok(Health {
            notional,
            closing_cost,
            equity: counted.plus(rest)?.plus(price_pnl)?.plus(funding)?,
            secured_equity: secured.plus(rest)?.plus(losses)?,
        })
    }

    /// Whether equity is strictly below maintenance.
    pub fn is_liquidatable(&self, terms: &Terms) -> ballast_math::Result<bool> {
        Ok(!self.notional.is_zero() && self.equity < self.notional.mul_floor(terms.maintenance_ratio)?)
    }

    /// Equity over notional, rounded down; `None` without a position.
    pub fn margin_ratio(&self) -> ballast_math::Result<Option<SignedDecimal256>> {
        if self.notional.is_zero() {
            return Ok(None);
        }
        self.equity.ratio_floor(self.notional).map(Some)
    }

    /// Notional over equity, rounded up.
    pub fn leverage(&self) -> ballast_math::Result<Leverage> {
        if self.notional.is_zero() {
            return Ok(Leverage::None);
        }
        if !self.equity.is_positive() {
            return Ok(Leverage::Infinite);
        }
        div_ceil(self.notional.abs(), self.equity.abs()).map(Leverage::Finite)
    }
}

/// The rate of the closing cost: taker fee plus minimum spread.
pub(crate) fn closing_rate(terms: &Terms) -> ballast_math::Result<Decimal256> {
    add(terms.taker_fee, terms.min_spread)
}

/// Value of base margin in equity: at the collateral price after the haircut.
pub(crate) fn counted_base(base: Uint128, marks: &Marks, terms: &Terms) -> ballast_math::Result<Money> {
    marks.collateral.value(base)?.mul_floor(counted_part(terms))
}

fn counted_part(terms: &Terms) -> Decimal256 {
    sub_or_zero(Decimal256::one(), terms.haircut)
}

/// The part of base margin that secures a position of this size. When the price falls, a long and its base margin lose
/// together. So this margin counts at most for what it pays after a fall by the initial ratio, the largest that the
/// feed accepts unconfirmed within an hour. Otherwise somebody who is long and short at once could leave the loss of
/// one side to the pool.
pub(crate) fn secured_part(size: Int128, terms: &Terms) -> ballast_math::Result<Decimal256> {
    let counted = counted_part(terms);
    if Direction::of(size) != Some(Direction::Long) {
        return Ok(counted);
    }
    let kept = |taken| sub_or_zero(Decimal256::one(), taken);
    let pays = mul_floor(kept(terms.min_spread), kept(terms.conversion_charge))?;
    Ok(counted.min(mul_floor(kept(terms.initial_ratio), pays)?))
}

/// All measures of a position.
///
/// # Errors
/// Before the first price, and if a number does not fit its type.
pub fn measures(
    position: &PositionState,
    prices: &Prices,
    terms: &Terms,
    base_decimals: u8,
    quote_decimals: u8,
) -> Result<Measures> {
    if prices.index.is_zero() || prices.collateral.is_zero() {
        return Err(EngineError::NoPrice {});
    }
    let marks = Marks::new(prices, terms.min_spread, base_decimals, quote_decimals)?;
    Ok(measures_at(position, &marks, terms)?)
}

/// All measures of a position at the marks.
pub fn measures_at(position: &PositionState, marks: &Marks, terms: &Terms) -> ballast_math::Result<Measures> {
    let health = Health::new(position, marks, terms)?;
    Ok(Measures {
        notional: health.notional,
        closing_cost: health.closing_cost,
        equity: health.equity,
        secured_equity: health.secured_equity,
        leverage: health.leverage()?,
        margin_ratio: health.margin_ratio()?,
        liquidation_price: liquidation_price(position, &health, marks, terms)?,
    })
}

/// The index price at which the position can be liquidated, if the price of its base margin moves along.
///
/// With `x` the multiple of today's price, equity less maintenance is `fixed - moving * x`: for a short `fixed` is
/// quote + unsettled + notional, and `moving` is `notional * (1 + mu + c)` less the counted base. A long's is the lesser
/// of two such lines, one before its cap and one at it.
pub fn liquidation_price(
    position: &PositionState,
    health: &Health,
    marks: &Marks,
    terms: &Terms,
) -> ballast_math::Result<LiquidationPrice> {
    let Some(direction) = Direction::of(position.size) else { return Ok(LiquidationPrice::Never) };
    if health.is_liquidatable(terms)? {
        return Ok(LiquidationPrice::Now);
    }
    let quote = Money::from_amount(position.margin.quote).plus(position.funding)?;
    let entry = Money::from_amount(position.entry_value);
    let kept = health.notional.mul_ceil(add(closing_rate(terms)?, terms.maintenance_ratio)?)?;
    let needed = kept.minus(counted_base(position.margin.base, marks, terms)?)?;
    match direction {
        Direction::Short => threshold(quote.plus(entry)?, needed.plus(health.notional)?, marks),
        Direction::Long => {
            let below = threshold(quote.minus(entry)?, needed.minus(health.notional)?, marks)?;
            let cap = long_cap(position.entry_value, terms.long_reserve)?;
            let capped = threshold(quote.plus(cap)?, needed, marks)?;
            Ok(nearer(below, capped))
        }
    }
}

/// The price at which `fixed - moving * x < 0`, given that this does not hold at `x = 1`.
fn threshold(fixed: Money, moving: Money, marks: &Marks) -> ballast_math::Result<LiquidationPrice> {
    let (above, fixed, moving) = match (moving.is_positive(), fixed.is_negative()) {
        (true, false) => (true, fixed, moving),
        (false, true) if moving.is_negative() => (false, fixed.negated()?, moving.negated()?),
        _ => return Ok(LiquidationPrice::Never),
    };
    let index = marks.index.decimal();
    if above {
        // Rounded toward the current price, so never too late. A result that does not fit is beyond any price.
        let price = fixed.ratio_floor(moving).and_then(|multiple| mul_floor(index, abs(multiple)));
        return Ok(price.map_or(LiquidationPrice::Never, LiquidationPrice::Above));
    }
    let price = ballast_math::mul_ceil(index, div_ceil(fixed.abs(), moving.abs())?)?;
    Ok(LiquidationPrice::Below(price))
}

/// The threshold that a fall reaches first, else the one that a rise reaches first.
fn nearer(a: LiquidationPrice, b: LiquidationPrice) -> LiquidationPrice {
    use LiquidationPrice::{Above, Below, Never, Now};
    match (a, b) {
        (Now, _) | (_, Now) => Now,
        (Below(a), Below(b)) => Below(a.max(b)),
        (Below(a), _) | (_, Below(a)) => Below(a),
        (Above(a), Above(b)) => Above(a.min(b)),
        (Above(a), Never) | (Never, Above(a)) => Above(a),
        (Never, Never) => Never,
    }
}
