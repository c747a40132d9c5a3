//! What a long has won, and whether that is all it can win.

use ballast_math::{mul_floor, sub_or_zero, Money, Price};
use ballast_types::oracle::Flag;
use cosmwasm_std::Decimal256;

use crate::books::Market;
use crate::marks::MIN_END;
use crate::position::{long_cap, Direction, Position};

/// Uncapped profit of a long at the price, and its cap.
pub(crate) fn profit_and_cap(position: &Position, market: &Market<'_>) -> ballast_math::Result<(Money, Money)> {
    profit_and_cap_at(position, &market.marks.index, market)
}

/// The same at the lowest price of the block and, where publishers disagree, at the low end of the confidence interval: a
/// long is at its cap only where all of them say so, since nobody sells for it and no spread is paid.
pub(crate) fn surest_profit_and_cap(position: &Position, market: &Market<'_>) -> ballast_math::Result<(Money, Money)> {
    let marks = &market.marks;
    let width = if market.flags.contains(&Flag::Uncertain) { marks.confidence.index } else { Decimal256::zero() };
    let low = mul_floor(marks.index_band.range_low, sub_or_zero(Decimal256::one(), width))?;
    profit_and_cap_at(position, &marks.index.times_floor(low.max(MIN_END))?, market)
}

fn profit_and_cap_at(position: &Position, price: &Price, market: &Market<'_>) -> ballast_math::Result<(Money, Money)> {
    let value = price.value(position.size.unsigned_abs())?;
    let profit = value.minus(Money::from_amount(position.entry_value))?;
    Ok((profit, long_cap(position.entry_value, market.params.long_reserve)?))
}

/// Whether a position is a long whose profit has reached its cap for sure.
pub fn is_at_cap(position: &Position, market: &Market<'_>) -> ballast_math::Result<bool> {
    if Direction::of(position.size) != Some(Direction::Long) {
        return Ok(false);
    }
    let (profit, cap) = surest_profit_and_cap(position, market)?;
    Ok(profit >= cap)
}
