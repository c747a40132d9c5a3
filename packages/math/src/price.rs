use cosmwasm_std::{Decimal256, Uint128, Uint256};

use crate::ratio::{mul_div, to_u128, Round};
use crate::{MathError, MathResult, Money};

/// Least accepted price, quote per base: below it less than 12 significant digits would be left.
pub const MIN_PRICE: Decimal256 = Decimal256::raw(1_000_000_000_000);
/// Greatest accepted price, quote per base.
pub const MAX_PRICE: Decimal256 = Decimal256::raw(1_000_000_000_000_000_000_000_000_000);
/// Most decimals of a coin.
pub const MAX_DECIMALS: u8 = 18;

const ONE: Uint256 = Decimal256::one().atomics();

/// What one unit of base is worth in units of quote, as a ratio of integers: exact for coins of any decimals.
///
/// A price per smallest unit in a decimal of 18 digits would lose 3 % on a cheap coin of 18 decimals; the ratio
/// loses nothing. Products run through 512 bits; what does not fit its type is an error.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Price {
    decimal: Decimal256,
    /// 10^(quote decimals - base decimals), 1 when negative; the opposite power is in `denominator`.
    scale: Uint256,
    numerator: Uint256,
    denominator: Uint256,
}

impl Price {
    /// From a price as oracles publish it (whole quote per whole base) and the decimals of the two coins.
    pub fn new(price: Decimal256, base_decimals: u8, quote_decimals: u8) -> MathResult<Price> {
        if !(MIN_PRICE..=MAX_PRICE).contains(&price) {
            return Err(MathError::PriceOutOfRange { price, min: MIN_PRICE, max: MAX_PRICE });
        }
        for decimals in [base_decimals, quote_decimals] {
            if decimals > MAX_DECIMALS {
                return Err(MathError::TooManyDecimals { decimals, max: MAX_DECIMALS });
            }
        }
        let scale = ten_to(quote_decimals.saturating_sub(base_decimals))?;
        let down = ten_to(base_decimals.saturating_sub(quote_decimals))?;
        let denominator = ONE.checked_mul(down).map_err(MathError::overflow("a price"))?;
        Price::from_parts(price, scale, denominator)
    }

    fn from_parts(decimal: Decimal256, scale: Uint256, denominator: Uint256) -> MathResult<Price> {
        let numerator = decimal.atomics().checked_mul(scale).map_err(MathError::overflow("a price"))?;
        Ok(Price { decimal, scale, numerator, denominator })
    }

    /// The price in whole quote per whole base.
    pub const fn decimal(&self) -> Decimal256 {
        self.decimal
    }

    /// This price times `ratio`, rounded down at the 18th digit: the low end of a band, a discount. Not held to
    /// the accepted range, since a band may reach past it.
    pub fn times_floor(&self, ratio: Decimal256) -> MathResult<Price> {
        self.times(ratio, Round::Down)
    }

    /// This price times `ratio`, rounded up at the 18th digit: the high end of a band, a mark-up.
    pub fn times_ceil(&self, ratio: Decimal256) -> MathResult<Price> {
        self.times(ratio, Round::Up)
    }

    fn times(&self, ratio: Decimal256, round: Round) -> MathResult<Price> {
        let decimal = Decimal256::new(mul_div(self.decimal.atomics(), ratio.atomics(), ONE, round)?);
        if decimal.is_zero() {
            return Err(MathError::DivideByZero { operation: "a price of zero" });
        }
        Price::from_parts(decimal, self.scale, self.denominator)
    }

    /// Value of `amount` of base in quote, to 18 digits below the unit, rounded down there.
    pub fn value(&self, amount: Uint128) -> MathResult<Money> {
        let scaled = self.numerator.checked_mul(ONE);
        let atomics = match scaled {
            Ok(scaled) => mul_div(amount.into(), scaled, self.denominator, Round::Down)?,
            Err(_) => mul_div(
                mul_div(amount.into(), self.numerator, Uint256::one(), Round::Down)?,
                ONE,
                self.denominator,
                Round::Down,
            )?,
        };
        Money::from_parts(false, atomics)
    }

    /// Value of `amount` of base in whole units of quote, rounded down.
    pub fn value_floor(&self, amount: Uint128) -> MathResult<Uint128> {
        to_u128(mul_div(amount.into(), self.numerator, self.denominator, Round::Down)?)
    }

    /// Value of `amount` of base in whole units of quote, rounded up.
    pub fn value_ceil(&self, amount: Uint128) -> MathResult<Uint128> {
        to_u128(mul_div(amount.into(), self.numerator, self.denominator, Round::Up)?)
    }

    /// Units of base that `value` buys, rounded down; an error for negative money.
    pub fn amount_floor(&self, value: Money) -> MathResult<Uint128> {
        self.amount(value, Round::Down)
    }

    /// Units of base worth at least `value`, rounded up; an error for negative money.
    pub fn amount_ceil(&self, value: Money) -> MathResult<Uint128> {
        self.amount(value, Round::Up)
    }

    /// `scale * price`, for indices that carry more digits than money.
    pub(crate) fn times_ratio(&self, scale: Uint256, round: Round) -> MathResult<Uint256> {
        mul_div(scale, self.numerator, self.denominator, round)
    }

    fn amount(&self, value: Money, round: Round) -> MathResult<Uint128> {
        if value.is_negative() {
            return Err(MathError::NegativeAmount { money: value.to_string() });
        }
        let divisor = self.numerator.checked_mul(ONE).map_err(MathError::overflow("a price"))?;
        to_u128(mul_div(value.abs().atomics(), self.denominator, divisor, round)?)
    }
}

fn ten_to(exponent: u8) -> MathResult<Uint256> {
    Uint256::from(10u8).checked_pow(exponent.into()).map_err(MathError::overflow("a power of ten"))
}
