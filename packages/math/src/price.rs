use cosmwasm_std::{Decimal256, Uint128, Uint256};

use crate::ratio::{mul_div, ten_to, to_u128, with_sign, Round, ONE};
use crate::{MathError, Money, Result};

/// Lowest accepted price, quote per base: a lower one would have fewer than 12 significant digits.
pub const MIN_PRICE: Decimal256 = Decimal256::raw(1_000_000_000_000);
/// Highest accepted price, quote per base.
pub const MAX_PRICE: Decimal256 = Decimal256::raw(1_000_000_000_000_000_000_000_000_000);
/// Maximum decimals of a coin.
pub const MAX_DECIMALS: u8 = 18;

/// What one unit of base is worth in units of quote, as a ratio of integers: exact for any decimals of the coins.
///
/// A decimal of 18 digits per smallest unit would lose 3 % on a cheap coin with 18 decimals; the ratio loses nothing.
/// Products use 512 bits; a result that does not fit its type is an error.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Price {
    decimal: Decimal256,
    /// 10^(quote decimals - base decimals), 1 when that is negative; the opposite power is `down`.
    up: Uint256,
    /// 10^(base decimals - quote decimals), 1 when that is negative.
    down: Uint256,
    /// `decimal * up` with 18 digits: the price is `numerator / (down * 10^18)`.
    numerator: Uint256,
}

impl Price {
    /// From an oracle's price (whole quote per whole base) and the decimals of both coins.
    pub fn new(price: Decimal256, base_decimals: u8, quote_decimals: u8) -> Result<Price> {
        if !(MIN_PRICE..=MAX_PRICE).contains(&price) {
            return Err(MathError::PriceOutOfRange { price: Box::new(price) });
        }
        for decimals in [base_decimals, quote_decimals] {
            if decimals > MAX_DECIMALS {
                return Err(MathError::TooManyDecimals { decimals, max: MAX_DECIMALS });
            }
        }
        let up = ten_to(quote_decimals.saturating_sub(base_decimals))?;
        let down = ten_to(base_decimals.saturating_sub(quote_decimals))?;
        Price::from_parts(price, up, down)
    }

    fn from_parts(decimal: Decimal256, up: Uint256, down: Uint256) -> Result<Price> {
        let numerator = decimal.atomics().checked_mul(up).map_err(MathError::overflow("a price"))?;
        Ok(Price { decimal, up, down, numerator })
    }

    /// The price in whole quote per whole base.
    pub const fn decimal(&self) -> Decimal256 {
        self.decimal
    }

    /// This price times `ratio`, rounded down at the 18th digit, for the low end of a band or a discount. The result
    /// may be outside of the accepted range, as the band of a price at its edge is, but is never zero.
    pub fn times_floor(&self, ratio: Decimal256) -> Result<Price> {
        self.times(ratio, Round::Down)
    }

    /// This price times `ratio`, rounded up at the 18th digit, for the high end of a band or a mark-up.
    pub fn times_ceil(&self, ratio: Decimal256) -> Result<Price> {
        self.times(ratio, Round::Up)
    }

    fn times(&self, ratio: Decimal256, round: Round) -> Result<Price> {
        let decimal = Decimal256::new(mul_div(self.decimal.atomics(), ratio.atomics(), ONE, round)?);
        if decimal.is_zero() {
            return Err(MathError::PriceOutOfRange { price: Box::new(decimal) });
        }
        Price::from_parts(decimal, self.up, self.down)
    }

    /// Value of `amount` of base in quote, rounded down at the 18th digit below the unit.
    pub fn value(&self, amount: Uint128) -> Result<Money> {
        // The 18 digits of money cancel those of the price.
        let atomics = mul_div(amount.into(), self.numerator, self.down, Round::Down)?;
        with_sign(false, atomics).map(Money::from_atomics)
    }

    /// Value of `amount` of base in whole units of quote, rounded down.
    pub fn value_floor(&self, amount: Uint128) -> Result<Uint128> {
        self.whole_value(amount, Round::Down)
    }

    /// Value of `amount` of base in whole units of quote, rounded up.
    pub fn value_ceil(&self, amount: Uint128) -> Result<Uint128> {
        self.whole_value(amount, Round::Up)
    }

    fn whole_value(&self, amount: Uint128, round: Round) -> Result<Uint128> {
        let denominator = ONE.checked_mul(self.down).map_err(MathError::overflow("a price"))?;
        to_u128(mul_div(amount.into(), self.numerator, denominator, round)?)
    }

    /// Units of base that `value` buys, rounded down; an error if it is negative.
    pub fn amount_floor(&self, value: Money) -> Result<Uint128> {
        self.amount(value, Round::Down)
    }

    /// Units of base worth at least `value`, rounded up; an error if it is negative.
    pub fn amount_ceil(&self, value: Money) -> Result<Uint128> {
        self.amount(value, Round::Up)
    }

    fn amount(&self, value: Money, round: Round) -> Result<Uint128> {
        if value.is_negative() {
            return Err(MathError::NegativeAmount { money: value.to_string() });
        }
        to_u128(mul_div(value.abs().atomics(), self.down, self.numerator, round)?)
    }

    /// Quote units per base unit as a fraction; the numerator has 18 extra digits.
    pub(crate) const fn fraction(&self) -> (Uint256, Uint256) {
        (self.numerator, self.down)
    }
}
