use ballast_wire::wire;
use cosmwasm_std::{Coin, Uint128};

use crate::ratio::{mul_div_floor, sum_sizes};
use crate::{MathError, Result};

/// A pair of amounts: margin, pool, insurance and the books of the vault are purses.
#[wire]
#[derive(Copy, Default, Eq)]
pub struct Purse {
    /// Units of the hedged coin.
    pub base: Uint128,
    /// Units of the settlement coin.
    pub quote: Uint128,
}

impl Purse {
    /// No coins.
    pub const EMPTY: Purse = Purse { base: Uint128::zero(), quote: Uint128::zero() };

    /// Both amounts.
    pub const fn new(base: Uint128, quote: Uint128) -> Purse {
        Purse { base, quote }
    }

    /// Base alone.
    pub const fn base(amount: Uint128) -> Purse {
        Purse { base: amount, quote: Uint128::zero() }
    }

    /// Quote alone.
    pub const fn quote(amount: Uint128) -> Purse {
        Purse { base: Uint128::zero(), quote: amount }
    }

    /// Whether both amounts are zero.
    pub const fn is_empty(&self) -> bool {
        self.base.is_zero() && self.quote.is_zero()
    }

    /// The sum of both purses.
    pub fn plus(self, other: Purse) -> Result<Purse> {
        Ok(Purse { base: sum_sizes(self.base, other.base)?, quote: sum_sizes(self.quote, other.quote)? })
    }

    /// The difference; an error if `other` has more of either coin.
    pub fn minus(self, other: Purse) -> Result<Purse> {
        Ok(Purse { base: take(self.base, other.base)?, quote: take(self.quote, other.quote)? })
    }

    /// Each amount times `numerator / denominator`, rounded down.
    pub fn portion_floor(self, numerator: Uint128, denominator: Uint128) -> Result<Purse> {
        Ok(Purse {
            base: mul_div_floor(self.base, numerator, denominator)?,
            quote: mul_div_floor(self.quote, numerator, denominator)?,
        })
    }

    /// The amounts that are not zero as coins of two different denoms, sorted as the bank requires.
    pub fn coins(&self, base_denom: &str, quote_denom: &str) -> Vec<Coin> {
        let mut coins: Vec<Coin> = [(self.base, base_denom), (self.quote, quote_denom)]
            .into_iter()
            .filter(|(amount, _)| !amount.is_zero())
            .map(|(amount, denom)| Coin { denom: denom.to_string(), amount })
            .collect();
        coins.sort_by(|a, b| a.denom.cmp(&b.denom));
        coins
    }
}

fn take(from: Uint128, taken: Uint128) -> Result<Uint128> {
    from.checked_sub(taken).map_err(|_| MathError::negative(from, taken))
}
