//! Strangers' positions summed by what they were entered at: price, and funding index of their side.
//!
//! The sum over a whole side nets what its losers owe against what its winners have won, whether the losers can pay or not.
//! Sums over narrow groups do not: the positions of a group win or lose together, but for its width of at most 3.2 % of their
//! entry value by the price and as much by funding, which is less than a position must have as margin under any usual
//! initial ratio.
//!
//! A group exists while a position is in it, so their number is bounded by how far price and funding have moved, not by how
//! many positions there are.

use ballast_math::{stored_as_list, sub_sizes, sum_sizes, FundingBasis, MathError};
use cosmwasm_std::{Uint128, Uint256};

use crate::position::{Direction, Position};

/// What the positions of a group have in common.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Group {
    /// Their side.
    pub direction: Direction,
    /// Step of the entry price: 32 in each doubling.
    pub price: u16,
    /// Step of the funding index at entry over the entry price, each a 32nd part of it.
    pub funding: i32,
}

/// Sums over the positions of a group.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Entries {
    /// Units of base.
    pub size: Uint128,
    /// Sum of entry values, units of quote.
    pub entry_value: Uint128,
    /// Sum of the positions' bases of their side's funding index.
    pub funding: FundingBasis,
}

stored_as_list!(Entries { size, entry_value, funding });

impl Entries {
    /// With a position more.
    pub fn plus(self, position: &Position) -> ballast_math::Result<Entries> {
        Ok(Entries {
            size: sum_sizes(self.size, position.size.unsigned_abs())?,
            entry_value: sum_sizes(self.entry_value, position.entry_value)?,
            funding: self.funding.plus(position.funding)?,
        })
    }

    /// Without a position that is in it.
    pub fn minus(self, position: &Position) -> ballast_math::Result<Entries> {
        Ok(Entries {
            size: sub_sizes(self.size, position.size.unsigned_abs())?,
            entry_value: sub_sizes(self.entry_value, position.entry_value)?,
            funding: self.funding.minus(position.funding)?,
        })
    }
}

impl Group {
    /// Of a position; none without a size.
    pub fn of(position: &Position) -> ballast_math::Result<Option<Group>> {
        let Some(direction) = Direction::of(position.size) else { return Ok(None) };
        let price = price_step(position)?;
        let funding = position.funding.steps_floor(position.entry_value, STEPS.into())?;
        Ok(Some(Group { direction, price, funding }))
    }
}

/// The place of the leading binary digit of the entry price, and the five digits after it.
fn price_step(position: &Position) -> ballast_math::Result<u16> {
    let overflow = || MathError::Overflow { operation: "an entry price" };
    let shifted = Uint256::from(position.entry_value).checked_shl(128).map_err(|_| overflow())?;
    let price = shifted.checked_div(position.size.unsigned_abs().into()).map_err(|_| overflow())?;
    if price.is_zero() {
        return Ok(0);
    }
    let doublings = price.ilog2();
    let leading = match doublings.checked_sub(DIGITS) {
        Some(down) => price.checked_shr(down),
        None => price.checked_shl(DIGITS.saturating_sub(doublings)),
    };
    let [.., after] = leading.map_err(|_| overflow())?.to_be_bytes();
    let step = doublings.saturating_mul(STEPS).saturating_add(u32::from(after) % STEPS);
    u16::try_from(step).map_err(|_| overflow())
}

const DIGITS: u32 = 5;
const STEPS: u32 = 1 << DIGITS;
