//! Strangers' positions summed by the price that they were entered at.
//!
//! The sum over a whole side nets what its losers owe against what its winners have won, whether the losers can pay or not.
//! Sums over narrow steps of the entry price do not: the positions of a step win or lose together, but for its width of at
//! most 3.2 %, which is less than a position must have as margin under any usual initial ratio.
//!
//! Funding follows another order than the entry price: beside a price that has lost, what has been credited counts without
//! what has been charged.
//!
//! There are 32 steps in each doubling of the price. A step exists while a position is in it, so their number is bounded by
//! how far the price has moved, not by how many positions there are.

use ballast_math::{stored_as_list, sub_sizes, sum_sizes, FundingBasis, MathError, MathResult};
use cosmwasm_std::{Uint128, Uint256};

use crate::position::{Direction, Position};

/// Sums over the positions of one side that were entered within one step of the price.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Entries {
    /// Units of base.
    pub size: Uint128,
    /// Sum of entry values, units of quote.
    pub entry_value: Uint128,
    /// Sum of the positions' bases of their side's funding index.
    pub funding: FundingBasis,
    /// The same of the index that counts credits only.
    pub owed: FundingBasis,
}

stored_as_list!(Entries { size, entry_value, funding, owed });

impl Entries {
    /// With a position more.
    pub fn plus(self, position: &Position) -> MathResult<Entries> {
        Ok(Entries {
            size: sum_sizes(self.size, position.size.unsigned_abs())?,
            entry_value: sum_sizes(self.entry_value, position.entry_value)?,
            funding: self.funding.plus(position.funding)?,
            owed: self.owed.plus(position.owed)?,
        })
    }

    /// Without a position that is in it.
    pub fn minus(self, position: &Position) -> MathResult<Entries> {
        Ok(Entries {
            size: sub_sizes(self.size, position.size.unsigned_abs())?,
            entry_value: sub_sizes(self.entry_value, position.entry_value)?,
            funding: self.funding.minus(position.funding)?,
            owed: self.owed.minus(position.owed)?,
        })
    }
}

/// Side and step of a position's entry price; none without a size.
pub fn entry_step(position: &Position) -> MathResult<Option<(Direction, u16)>> {
    let overflow = || MathError::Overflow { operation: "an entry price" };
    let Some(direction) = Direction::of(position.size) else { return Ok(None) };
    let shifted = Uint256::from(position.entry_value).checked_shl(128).map_err(|_| overflow())?;
    let price = shifted.checked_div(position.size.unsigned_abs().into()).map_err(|_| overflow())?;
    if price.is_zero() {
        return Ok(Some((direction, 0)));
    }
    // The place of the leading digit, and the five digits after it.
    let doublings = price.ilog2();
    let leading = match doublings.checked_sub(DIGITS) {
        Some(down) => price.checked_shr(down),
        None => price.checked_shl(DIGITS.saturating_sub(doublings)),
    };
    let [.., after] = leading.map_err(|_| overflow())?.to_be_bytes();
    let step = doublings.saturating_mul(STEPS).saturating_add(u32::from(after) % STEPS);
    Ok(Some((direction, u16::try_from(step).map_err(|_| overflow())?)))
}

const DIGITS: u32 = 5;
const STEPS: u32 = 1 << DIGITS;
