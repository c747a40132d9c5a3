//! Rounding by name on unsigned integers and ratios, and checked signed ratios.

use cosmwasm_std::{Decimal256, Int256, SignedDecimal256, Uint128, Uint256, Uint512};

use crate::{MathError, MathResult};

/// Seconds in a year of 365 days (8,760 hours), the year of every yearly rate.
pub const SECONDS_PER_YEAR: u64 = 365 * 24 * 3600;

/// Whether a division rounds down or up (away from zero on magnitudes).
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Round {
    Down,
    Up,
}

/// `a * b / c` on magnitudes with a 512-bit product.
pub(crate) fn mul_div(a: Uint256, b: Uint256, c: Uint256, round: Round) -> MathResult<Uint256> {
    if c.is_zero() {
        return Err(MathError::DivideByZero { operation: "a ratio" });
    }
    // The product of most amounts and rates fits 256 bits, where division is several times cheaper.
    if let Ok(product) = a.checked_mul(b) {
        let quotient = product.checked_div(c).map_err(MathError::overflow("a ratio"))?;
        let exact = quotient.checked_mul(c).map_err(MathError::overflow("a ratio"))? == product;
        return round_up_unless(exact, quotient, round);
    }
    let (product, divisor) = (a.full_mul(b), Uint512::from(c));
    let quotient = product.checked_div(divisor).map_err(MathError::overflow("a ratio"))?;
    let back = quotient.checked_mul(divisor).map_err(MathError::overflow("a ratio"))?;
    let quotient256 = Uint256::try_from(quotient).map_err(MathError::overflow("a product"))?;
    round_up_unless(back == product, quotient256, round)
}

fn round_up_unless(exact: bool, quotient: Uint256, round: Round) -> MathResult<Uint256> {
    if exact || round == Round::Down {
        return Ok(quotient);
    }
    quotient.checked_add(Uint256::one()).map_err(MathError::overflow("rounding up"))
}

pub(crate) fn to_u128(value: Uint256) -> MathResult<Uint128> {
    Uint128::try_from(value).map_err(MathError::overflow("an amount of coins"))
}

/// `amount * numerator / denominator`, rounded down.
pub fn mul_div_floor(amount: Uint128, numerator: Uint128, denominator: Uint128) -> MathResult<Uint128> {
    to_u128(mul_div(amount.into(), numerator.into(), denominator.into(), Round::Down)?)
}

/// `amount * numerator / denominator`, rounded up.
pub fn mul_div_ceil(amount: Uint128, numerator: Uint128, denominator: Uint128) -> MathResult<Uint128> {
    to_u128(mul_div(amount.into(), numerator.into(), denominator.into(), Round::Up)?)
}

const ONE: Uint256 = Decimal256::one().atomics();

/// `a * b` of ratios, rounded down at the 18th digit.
pub fn mul_floor(a: Decimal256, b: Decimal256) -> MathResult<Decimal256> {
    mul_div(a.atomics(), b.atomics(), ONE, Round::Down).map(Decimal256::new)
}

/// `a * b` of ratios, rounded up at the 18th digit.
pub fn mul_ceil(a: Decimal256, b: Decimal256) -> MathResult<Decimal256> {
    mul_div(a.atomics(), b.atomics(), ONE, Round::Up).map(Decimal256::new)
}

/// `a / b` of ratios, rounded down at the 18th digit.
pub fn div_floor(a: Decimal256, b: Decimal256) -> MathResult<Decimal256> {
    mul_div(a.atomics(), ONE, b.atomics(), Round::Down).map(Decimal256::new)
}

/// `a / b` of ratios, rounded up at the 18th digit.
pub fn div_ceil(a: Decimal256, b: Decimal256) -> MathResult<Decimal256> {
    mul_div(a.atomics(), ONE, b.atomics(), Round::Up).map(Decimal256::new)
}

/// `a + b`.
pub fn add(a: Decimal256, b: Decimal256) -> MathResult<Decimal256> {
    a.checked_add(b).map_err(MathError::overflow("a sum of ratios"))
}

/// `a - b`; an error when `b > a`.
pub fn sub(a: Decimal256, b: Decimal256) -> MathResult<Decimal256> {
    a.checked_sub(b).map_err(|_| MathError::Negative { from: a.atomics(), taken: b.atomics() })
}

/// `a - b`, zero when `b > a`.
pub fn sub_or_zero(a: Decimal256, b: Decimal256) -> Decimal256 {
    a.saturating_sub(b)
}

/// An unsigned ratio as a signed one.
pub fn signed(a: Decimal256) -> MathResult<SignedDecimal256> {
    Int256::try_from(a.atomics()).map(SignedDecimal256::new).map_err(MathError::overflow("a signed ratio"))
}

/// Magnitude of a signed ratio.
pub fn abs(a: SignedDecimal256) -> Decimal256 {
    Decimal256::new(a.atomics().unsigned_abs())
}

/// `a + b` of signed ratios.
pub fn add_signed(a: SignedDecimal256, b: SignedDecimal256) -> MathResult<SignedDecimal256> {
    a.checked_add(b).map_err(MathError::overflow("a sum of ratios"))
}

/// `a - b` of signed ratios.
pub fn sub_signed(a: SignedDecimal256, b: SignedDecimal256) -> MathResult<SignedDecimal256> {
    a.checked_sub(b).map_err(MathError::overflow("a difference of ratios"))
}

/// `-a`.
pub fn negate(a: SignedDecimal256) -> MathResult<SignedDecimal256> {
    sub_signed(SignedDecimal256::zero(), a)
}

/// `a * b`, rounded toward minus infinity at the 18th digit.
pub fn mul_signed_floor(a: SignedDecimal256, b: SignedDecimal256) -> MathResult<SignedDecimal256> {
    let negative = a.is_negative() != b.is_negative();
    let round = if negative { Round::Up } else { Round::Down };
    let magnitude = mul_div(a.atomics().unsigned_abs(), b.atomics().unsigned_abs(), ONE, round)?;
    with_sign(negative, magnitude).map(SignedDecimal256::new)
}

/// `a` held within `[low, high]`; `low` when the two cross.
pub fn clamp_signed(a: SignedDecimal256, low: SignedDecimal256, high: SignedDecimal256) -> SignedDecimal256 {
    a.min(high).max(low)
}

/// Sum of two amounts of coins.
pub fn sum_sizes(a: Uint128, b: Uint128) -> MathResult<Uint128> {
    a.checked_add(b).map_err(MathError::overflow("a sum of amounts"))
}

/// A magnitude with a sign.
pub(crate) fn with_sign(negative: bool, magnitude: Uint256) -> MathResult<Int256> {
    let value = Int256::try_from(magnitude).map_err(MathError::overflow("signed money"))?;
    if negative {
        return Int256::zero().checked_sub(value).map_err(MathError::overflow("signed money"));
    }
    Ok(value)
}
