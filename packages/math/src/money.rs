use ballast_wire::wire;
use cosmwasm_std::{Decimal256, Int256, SignedDecimal256, Uint128, Uint256};
use std::fmt;

use crate::ratio::{mul_div, mul_div_signed, to_u128, Round, ONE};
use crate::{MathError, Result};

/// Money with a sign: units of quote with 18 further digits, on the wire a decimal string.
///
/// It stays fractional until coins move; then it is rounded once, by [`Money::amount_floor`] (a payout) or
/// [`Money::amount_ceil`] (a charge). Holds up to 5.7e58 units.
#[wire]
#[derive(Copy, Default, Eq, PartialOrd, Ord)]
pub struct Money(SignedDecimal256);

impl Money {
    /// Nothing.
    pub const ZERO: Money = Money(SignedDecimal256::zero());

    /// Whole units of quote. Never overflows: 128 bits and 18 digits fit.
    pub fn from_amount(amount: Uint128) -> Money {
        let atomics = Uint256::from(amount).saturating_mul(ONE);
        Money(SignedDecimal256::new(Int256::from_be_bytes(atomics.to_be_bytes())))
    }

    /// Quote units as a signed decimal.
    pub const fn new(units: SignedDecimal256) -> Money {
        Money(units)
    }

    /// Non-negative quote units; an error above the maximum.
    pub fn positive(units: Decimal256) -> Result<Money> {
        crate::signed(units).map(Money)
    }

    pub(crate) const fn from_atomics(atomics: Int256) -> Money {
        Money(SignedDecimal256::new(atomics))
    }

    /// Quote units as a signed decimal.
    pub const fn units(self) -> SignedDecimal256 {
        self.0
    }

    /// Whether it is below zero.
    pub const fn is_negative(self) -> bool {
        self.0.is_negative()
    }

    /// Whether it is exactly zero.
    pub const fn is_zero(self) -> bool {
        self.0.is_zero()
    }

    /// Whether it is above zero.
    pub const fn is_positive(self) -> bool {
        !self.0.is_negative() && !self.0.is_zero()
    }

    /// `self + other`.
    pub fn plus(self, other: Money) -> Result<Money> {
        self.0.checked_add(other.0).map(Money).map_err(MathError::overflow("a sum of money"))
    }

    /// `self - other`.
    pub fn minus(self, other: Money) -> Result<Money> {
        self.0.checked_sub(other.0).map(Money).map_err(MathError::overflow("a difference of money"))
    }

    /// `-self`; an error for the minimum, which has no positive counterpart.
    pub fn negated(self) -> Result<Money> {
        Money::ZERO.minus(self)
    }

    /// `self`, or zero when it is negative.
    pub fn or_zero(self) -> Money {
        self.max(Money::ZERO)
    }

    /// The loss: the magnitude of `self` if it is negative, else zero.
    pub fn loss(self) -> Result<Money> {
        self.min(Money::ZERO).negated()
    }

    /// The magnitude, in quote units.
    pub fn abs(self) -> Decimal256 {
        crate::abs(self.0)
    }

    fn scaled(self, numerator: Uint256, denominator: Uint256, round: Round) -> Result<Money> {
        mul_div_signed(self.0.atomics(), numerator, denominator, round).map(Money::from_atomics)
    }

    /// `self * ratio`, rounded toward minus infinity.
    pub fn mul_floor(self, ratio: Decimal256) -> Result<Money> {
        self.scaled(ratio.atomics(), ONE, Round::Down)
    }

    /// `self * ratio`, rounded toward plus infinity.
    pub fn mul_ceil(self, ratio: Decimal256) -> Result<Money> {
        self.scaled(ratio.atomics(), ONE, Round::Up)
    }

    /// `self * ratio` for a signed ratio, rounded toward minus infinity.
    pub fn mul_signed_floor(self, ratio: SignedDecimal256) -> Result<Money> {
        crate::mul_signed_floor(self.0, ratio).map(Money)
    }

    /// `self / ratio`, rounded toward minus infinity.
    pub fn div_floor(self, ratio: Decimal256) -> Result<Money> {
        self.scaled(ONE, ratio.atomics(), Round::Down)
    }

    /// `self * part / whole`, rounded toward minus infinity.
    pub fn portion_floor(self, part: Uint128, whole: Uint128) -> Result<Money> {
        self.scaled(part.into(), whole.into(), Round::Down)
    }

    /// `self * part / whole`, rounded toward plus infinity.
    pub fn portion_ceil(self, part: Uint128, whole: Uint128) -> Result<Money> {
        self.scaled(part.into(), whole.into(), Round::Up)
    }

    /// `self / other` as a ratio, rounded toward minus infinity; `other` must be positive.
    pub fn ratio_floor(self, other: Money) -> Result<SignedDecimal256> {
        if other.is_zero() {
            return Err(MathError::DivideByZero { operation: "a ratio of money" });
        }
        if other.is_negative() {
            return Err(MathError::NegativeDivisor { money: other.to_string() });
        }
        self.scaled(ONE, other.0.atomics().unsigned_abs(), Round::Down).map(Money::units)
    }

    /// Whole units to pay out: rounded down. An error when negative or above 128 bits.
    pub fn amount_floor(self) -> Result<Uint128> {
        self.amount(Round::Down)
    }

    /// Whole units to charge: rounded up. An error when negative or above 128 bits.
    pub fn amount_ceil(self) -> Result<Uint128> {
        self.amount(Round::Up)
    }

    fn amount(self, round: Round) -> Result<Uint128> {
        if self.is_negative() {
            return Err(MathError::NegativeAmount { money: self.to_string() });
        }
        to_u128(mul_div(self.0.atomics().unsigned_abs(), Uint256::one(), ONE, round)?)
    }
}

impl fmt::Display for Money {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}
