//! Sums over strangers' positions in groups with a similar entry price and entry funding index.
//!
//! A sum over a whole side nets what losers owe against what winners have won, even if the losers cannot pay. Sums over
//! narrow groups do not: the positions of a group win or lose together, except for the width of the group, at most 3.2
//! % of entry value by price and as much by funding. That is less than the margin that any usual initial ratio
//! requires.
//!
//! A group exists only while a position is in it, so their number depends on how far price and funding have moved, not
//! on how many positions there are.

use ballast_math::{stored_as_list, sub_sizes, sum_sizes, FundingBasis, MathError};
use cosmwasm_std::{Uint128, Uint256};

use crate::position::{Direction, Position};

/// A group of positions, by what they have in common.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Group {
    #[allow(missing_docs)]
    pub direction: Direction,
    /// The step of the entry price; a doubling has 32 steps.
    pub price: u16,
    /// The step of funding index at entry over entry price; a step is 1/32.
    pub funding: i32,
}

/// Sums over a group of positions.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Entries {
    /// Units of base.
    pub size: Uint128,
    /// Sum of entry values, units of quote.
    pub entry_value: Uint128,
    /// Sum of the positions' funding bases.
    pub funding: FundingBasis,
}

stored_as_list!(Entries { size, entry_value, funding });

impl Entries {
    /// Adds a position.
    pub fn plus(self, position: &Position) -> ballast_math::Result<Entries> {
        Ok(Entries {
            size: sum_sizes(self.size, position.size.unsigned_abs())?,
            entry_value: sum_sizes(self.entry_value, position.entry_value)?,
            funding: self.funding.plus(position.funding)?,
        })
    }

    /// Removes a position.
    pub fn minus(self, position: &Position) -> ballast_math::Result<Entries> {
        Ok(Entries {
            size: sub_sizes(self.size, position.size.unsigned_abs())?,
            entry_value: sub_sizes(self.entry_value, position.entry_value)?,
            funding: self.funding.minus(position.funding)?,
        })
    }
}

impl Group {
    /// The group of a position; `None` without a size.
    pub fn of(position: &Position) -> ballast_math::Result<Option<Group>> {
        let Some(direction) = Direction::of(position.size) else { return Ok(None) };
        let price = price_step(position)?;
        let funding = position.funding.steps_floor(position.entry_value, STEPS.into())?;
        Ok(Some(Group { direction, price, funding }))
    }
}

/// The position of the leading binary digit of the entry price, followed by the five digits after it.
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
