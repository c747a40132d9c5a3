//! Arithmetic on unsigned integers and ratios with the rounding in each name, and checked signed ratios.

use cosmwasm_std::{Decimal256, Int256, Int512, SignedDecimal256, Uint128, Uint256, Uint512};

use crate::{MathError, Result};

/// Seconds in a year of 365 days (8,760 hours); all yearly rates use it.
pub const SECONDS_PER_YEAR: u64 = 365 * 24 * 3600;

pub(crate) const ONE: Uint256 = Decimal256::one().atomics();

/// Which way a division rounds: toward minus or plus infinity, for negative values too.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Round {
    Down,
    Up,
}

impl Round {
    /// How to round the magnitude of a value with this sign.
    fn on_magnitude(self, negative: bool) -> Round {
        match (self, negative) {
            (Round::Down, true) => Round::Up,
            (Round::Up, true) => Round::Down,
            (round, false) => round,
        }
    }
}

/// `a * b / c` on magnitudes; the product may be larger than 256 bits.
pub(crate) fn mul_div(a: Uint256, b: Uint256, c: Uint256, round: Round) -> Result<Uint256> {
    if c.is_zero() {
        return Err(MathError::DivideByZero { operation: "a ratio" });
    }
    // Amounts and rates mostly fit in native integers. If not, use products of 256 bits, then of 512: each is several
    // times more expensive.
    if let (Ok(a), Ok(b), Ok(c)) = (Uint128::try_from(a), Uint128::try_from(b), Uint128::try_from(c)) {
        if let Ok(product) = a.checked_mul(b) {
            let quotient = product.checked_div(c).map_err(MathError::overflow("a ratio"))?;
            let exact = round == Round::Down || quotient.checked_mul(c).is_ok_and(|back| back == product);
            return round_up_unless(exact, quotient.into());
        }
    }
    if let Ok(product) = a.checked_mul(b) {
        let quotient = product.checked_div(c).map_err(MathError::overflow("a ratio"))?;
        let exact = round == Round::Down || quotient.checked_mul(c).is_ok_and(|back| back == product);
        return round_up_unless(exact, quotient);
    }
    div_512(a.full_mul(b), c.into(), round)
}

/// `a / c` on magnitudes of 512 bits.
pub(crate) fn div_512(a: Uint512, c: Uint512, round: Round) -> Result<Uint256> {
    let quotient = a.checked_div(c).map_err(|_| MathError::DivideByZero { operation: "a ratio" })?;
    let exact = round == Round::Down || quotient.checked_mul(c).is_ok_and(|back| back == a);
    round_up_unless(exact, Uint256::try_from(quotient).map_err(MathError::overflow("a ratio"))?)
}

fn round_up_unless(exact: bool, quotient: Uint256) -> Result<Uint256> {
    if exact {
        return Ok(quotient);
    }
    quotient.checked_add(Uint256::one()).map_err(MathError::overflow("rounding up"))
}

/// `a * b / c` with a sign.
pub(crate) fn mul_div_signed(a: Int256, b: Uint256, c: Uint256, round: Round) -> Result<Int256> {
    let negative = a.is_negative();
    with_sign(negative, mul_div(a.unsigned_abs(), b, c, round.on_magnitude(negative))?)
}

/// `a / c` with a sign, on a dividend of 512 bits.
pub(crate) fn div_512_signed(a: Int512, c: Uint512, round: Round) -> Result<Int256> {
    let negative = a.is_negative();
    with_sign(negative, div_512(a.unsigned_abs(), c, round.on_magnitude(negative))?)
}

/// A magnitude with a sign.
pub(crate) fn with_sign(negative: bool, magnitude: Uint256) -> Result<Int256> {
    // The minimum of Int256 cannot be made by negating a positive value.
    if negative && magnitude == Int256::MIN.unsigned_abs() {
        return Ok(Int256::MIN);
    }
    let value = Int256::try_from(magnitude).map_err(MathError::overflow("a signed number"))?;
    if negative {
        return Int256::zero().checked_sub(value).map_err(MathError::overflow("a signed number"));
    }
    Ok(value)
}

pub(crate) fn to_u128(value: Uint256) -> Result<Uint128> {
    Uint128::try_from(value).map_err(MathError::overflow("an amount of coins"))
}

/// `10^exponent`.
pub(crate) fn ten_to(exponent: u8) -> Result<Uint256> {
    match 10u128.checked_pow(exponent.into()) {
        Some(power) => Ok(Uint256::from_u128(power)),
        None => Err(MathError::Overflow { operation: "a power of ten" }),
    }
}

/// `amount * numerator / denominator`, rounded down.
pub fn mul_div_floor(amount: Uint128, numerator: Uint128, denominator: Uint128) -> Result<Uint128> {
    to_u128(mul_div(amount.into(), numerator.into(), denominator.into(), Round::Down)?)
}

/// `amount * numerator / denominator`, rounded up.
pub fn mul_div_ceil(amount: Uint128, numerator: Uint128, denominator: Uint128) -> Result<Uint128> {
    to_u128(mul_div(amount.into(), numerator.into(), denominator.into(), Round::Up)?)
}

/// `a * b` of ratios, rounded down at the 18th digit.
pub fn mul_floor(a: Decimal256, b: Decimal256) -> Result<Decimal256> {
    mul_div(a.atomics(), b.atomics(), ONE, Round::Down).map(Decimal256::new)
}

/// `a * b` of ratios, rounded up at the 18th digit.
pub fn mul_ceil(a: Decimal256, b: Decimal256) -> Result<Decimal256> {
    mul_div(a.atomics(), b.atomics(), ONE, Round::Up).map(Decimal256::new)
}

/// `a / b` of ratios, rounded down at the 18th digit.
pub fn div_floor(a: Decimal256, b: Decimal256) -> Result<Decimal256> {
    mul_div(a.atomics(), ONE, b.atomics(), Round::Down).map(Decimal256::new)
}

/// `a / b` of ratios, rounded up at the 18th digit.
pub fn div_ceil(a: Decimal256, b: Decimal256) -> Result<Decimal256> {
    mul_div(a.atomics(), ONE, b.atomics(), Round::Up).map(Decimal256::new)
}

/// `a + b`.
pub fn add(a: Decimal256, b: Decimal256) -> Result<Decimal256> {
    a.checked_add(b).map_err(MathError::overflow("a sum of ratios"))
}

/// `a - b`; an error when `b > a`.
pub fn sub(a: Decimal256, b: Decimal256) -> Result<Decimal256> {
    a.checked_sub(b).map_err(|_| MathError::negative(a.atomics(), b.atomics()))
}

/// `a - b`, or zero if `b > a`.
pub fn sub_or_zero(a: Decimal256, b: Decimal256) -> Decimal256 {
    a.saturating_sub(b)
}

/// An unsigned ratio as a signed one; an error from 2^255 atomics (5.8e58) on.
pub fn signed(a: Decimal256) -> Result<SignedDecimal256> {
    Int256::try_from(a.atomics()).map(SignedDecimal256::new).map_err(MathError::overflow("a signed ratio"))
}

/// Magnitude of a signed ratio.
pub fn abs(a: SignedDecimal256) -> Decimal256 {
    Decimal256::new(a.atomics().unsigned_abs())
}

/// `a + b` of signed ratios.
pub fn add_signed(a: SignedDecimal256, b: SignedDecimal256) -> Result<SignedDecimal256> {
    a.checked_add(b).map_err(MathError::overflow("a sum of ratios"))
}

/// `a - b` of signed ratios.
pub fn sub_signed(a: SignedDecimal256, b: SignedDecimal256) -> Result<SignedDecimal256> {
    a.checked_sub(b).map_err(MathError::overflow("a difference of ratios"))
}

/// `-a`; an error for the minimum, which has no positive counterpart.
pub fn negate(a: SignedDecimal256) -> Result<SignedDecimal256> {
    sub_signed(SignedDecimal256::zero(), a)
}

/// `a * b`, rounded toward minus infinity at the 18th digit.
pub fn mul_signed_floor(a: SignedDecimal256, b: SignedDecimal256) -> Result<SignedDecimal256> {
    let negative = a.is_negative() != b.is_negative();
    let round = Round::Down.on_magnitude(negative);
    let magnitude = mul_div(a.atomics().unsigned_abs(), b.atomics().unsigned_abs(), ONE, round)?;
    with_sign(negative, magnitude).map(SignedDecimal256::new)
}

/// `a` clamped to `[low, high]`; `low` if `low > high`.
pub fn clamp_signed(a: SignedDecimal256, low: SignedDecimal256, high: SignedDecimal256) -> SignedDecimal256 {
    a.min(high).max(low)
}

/// The sum of two amounts of coins.
pub fn sum_sizes(a: Uint128, b: Uint128) -> Result<Uint128> {
    a.checked_add(b).map_err(MathError::overflow("a sum of amounts"))
}

/// `from - taken` of two amounts of coins; an error if `taken` is larger.
pub fn sub_sizes(from: Uint128, taken: Uint128) -> Result<Uint128> {
    from.checked_sub(taken).map_err(|_| MathError::negative(from, taken))
}
