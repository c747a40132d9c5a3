//! The independent model: unbounded fractions, and what makes a result right.

use ballast_math::{Covariance, FundingBasis, FundingIndex, MathError, Mean, Money, Price, Variance};
use cosmwasm_std::{Decimal256, Int256, SignedDecimal256, Uint128, Uint256};
use num_bigint::{BigInt, BigUint, Sign};
use num_rational::BigRational;
use std::str::FromStr;

pub type Fraction = BigRational;

#[derive(Clone, Copy, Debug)]
pub enum Toward {
    Minus,
    Plus,
}

/// A type of this crate as a bounded integer with a fixed number of extra digits.
pub trait Fixed: Copy {
    const DIGITS: u32;
    fn integer(self) -> BigInt;
    fn least() -> BigInt;
    fn greatest() -> BigInt;

    fn exact(self) -> Fraction {
        Fraction::new(self.integer(), ten(Self::DIGITS))
    }
}

macro_rules! fixed {
    ($type:ty, $digits:expr, $value:ident => $integer:expr, $least:expr, $greatest:expr) => {
        impl Fixed for $type {
            const DIGITS: u32 = $digits;
            fn integer(self) -> BigInt {
                let $value = self;
                $integer
            }
            fn least() -> BigInt {
                $least
            }
            fn greatest() -> BigInt {
                $greatest
            }
        }
    };
}

fixed!(Uint128, 0, v => v.u128().into(), 0.into(), two(128) - 1);
fixed!(Decimal256, 18, v => unsigned(v.atomics()), 0.into(), two(256) - 1);
fixed!(SignedDecimal256, 18, v => signed(v.atomics()), -two(255), two(255) - 1);
fixed!(Money, 18, v => signed(v.units().atomics()), -two(255), two(255) - 1);
fixed!(FundingIndex, 36, v => signed(v.0), -two(255), two(255) - 1);
fixed!(FundingBasis, 36, v => signed(v.0), -two(255), two(255) - 1);
fixed!(Variance, 18, v => unsigned(v.0.atomics()), 0.into(), two(256) - 1);
fixed!(Covariance, 18, v => signed(v.0.atomics()), -two(255), two(255) - 1);
fixed!(Mean, 18, v => signed(v.0.atomics()), -two(255), two(255) - 1);
// A price after `times`, as its decimal.
fixed!(Price, 18, v => unsigned(v.decimal().atomics()), 0.into(), two(256) - 1);

pub fn unsigned(value: Uint256) -> BigInt {
    BigInt::from_biguint(Sign::Plus, BigUint::from_bytes_be(&value.to_be_bytes()))
}

pub fn signed(value: Int256) -> BigInt {
    BigInt::from_signed_bytes_be(&value.to_be_bytes())
}

pub fn ten(exponent: u32) -> BigInt {
    BigInt::from(10).pow(exponent)
}

pub fn two(exponent: u32) -> BigInt {
    BigInt::from(2).pow(exponent)
}

pub fn whole(value: impl Into<BigInt>) -> Fraction {
    Fraction::from_integer(value.into())
}

/// The integer that stands for `exact` in `T`, rounded.
pub fn rounded<T: Fixed>(exact: &Fraction, toward: Toward) -> BigInt {
    let scaled = exact * whole(ten(T::DIGITS));
    match toward {
        Toward::Minus => scaled.floor().to_integer(),
        Toward::Plus => scaled.ceil().to_integer(),
    }
}

/// `result` must be `exact`, rounded as named, or an overflow if that does not fit its type.
#[track_caller]
pub fn assert_right<T: Fixed + std::fmt::Debug>(result: ballast_math::Result<T>, exact: &Fraction, toward: Toward) {
    let expected = rounded::<T>(exact, toward);
    let fits = T::least() <= expected && expected <= T::greatest();
    match result {
        Ok(value) => assert_eq!(value.integer(), expected, "{value:?} is not {exact} rounded toward {toward:?}"),
        Err(MathError::Overflow { .. }) if !fits => {}
        Err(error) => panic!("{error}: expected {expected}"),
    }
}

/// As [`assert_right`], but a result at the edge of its type may also be the named error, for an overflow in between.
#[track_caller]
pub fn assert_right_or_overflow<T: Fixed + std::fmt::Debug>(
    result: ballast_math::Result<T>,
    exact: &Fraction,
    toward: Toward,
) {
    if !matches!(result, Err(MathError::Overflow { .. })) {
        assert_right(result, exact, toward);
    }
}

#[track_caller]
pub fn assert_overflow<T: std::fmt::Debug>(result: ballast_math::Result<T>) {
    assert!(matches!(result, Err(MathError::Overflow { .. })), "{result:?}");
}

#[track_caller]
pub fn assert_divides_by_zero<T: std::fmt::Debug>(result: ballast_math::Result<T>) {
    assert!(matches!(result, Err(MathError::DivideByZero { .. })), "{result:?}");
}

// Short names for hand-written values.

pub fn units(amount: u128) -> Uint128 {
    Uint128::new(amount)
}

pub fn decimal(text: &str) -> Decimal256 {
    Decimal256::from_str(text).unwrap()
}

pub fn rate(text: &str) -> SignedDecimal256 {
    SignedDecimal256::from_str(text).unwrap()
}

pub fn money(text: &str) -> Money {
    Money::new(rate(text))
}
