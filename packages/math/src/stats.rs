//! Exponentially weighted statistics of observations at irregular times.
//!
//! `V' = (tau*V + r^2)/(tau + dt)` and `M' = (tau*M + dt*x)/(tau + dt)`: the rational form of an exponential average.
//! It needs no exponential function, and observations close together do not make it forget faster.

use ballast_wire::wire;
use cosmwasm_std::{Decimal256, Int512, SignedDecimal256, Uint512};

use crate::ratio::{
    div_512, div_512_signed, div_floor, mul_div, mul_div_signed, mul_floor, with_sign, Round, ONE, SECONDS_PER_YEAR,
};
use crate::{MathError, Result};

/// `seconds` in years of 365 days, rounded down at the 18th digit.
pub fn years(seconds: u64) -> Result<Decimal256> {
    mul_div(seconds.into(), ONE, SECONDS_PER_YEAR.into(), Round::Down).map(Decimal256::new)
}

/// Simple return from `from` to `to`, as a magnitude: `|to - from| / from`, rounded down; an error when
/// `from` is zero.
pub fn return_between(from: Decimal256, to: Decimal256) -> Result<Decimal256> {
    div_floor(to.abs_diff(from), from)
}

/// Simple return from `from` to `to`, rounded toward zero; an error when `from` is zero.
pub fn signed_return(from: Decimal256, to: Decimal256) -> Result<SignedDecimal256> {
    with_sign(to < from, return_between(from, to)?.atomics()).map(SignedDecimal256::new)
}

/// Yearly variance of simple returns.
#[wire]
#[derive(Copy, Default, Eq)]
pub struct Variance(pub Decimal256);

impl Variance {
    /// The variance of a yearly volatility, rounded down.
    pub fn of_volatility(volatility: Decimal256) -> Result<Variance> {
        mul_floor(volatility, volatility).map(Variance)
    }

    /// After a return of magnitude `r` over `dt` seconds: `(tau*V + r^2)/(tau + dt)` with times in years, rounded
    /// down once. An error if both times are zero.
    pub fn observe(self, r: Decimal256, dt: u64, tau: u64) -> Result<Variance> {
        // With times in seconds, and V and r as integers of 18 digits:
        // (tau*V*1e18 + year*r^2) / ((tau + dt)*1e18)
        let too_much = || MathError::overflow("a variance");
        let one = Uint512::from(ONE);
        let kept = self.0.atomics().full_mul(tau).checked_mul(one).map_err(too_much())?;
        let squared = r.atomics().full_mul(r.atomics());
        let new = squared.checked_mul(SECONDS_PER_YEAR.into()).map_err(too_much())?;
        let sum = kept.checked_add(new).map_err(too_much())?;
        let total = one.checked_mul(total(tau, dt).into()).map_err(too_much())?;
        div_512(sum, total, Round::Down).map(|atomics| Variance(Decimal256::new(atomics)))
    }

    /// Yearly volatility: the root, rounded down (above 1e41 to fewer than 18 digits).
    pub fn volatility(self) -> Decimal256 {
        self.0.sqrt()
    }
}

/// Yearly covariance of two series of simple returns.
#[wire]
#[derive(Copy, Default, Eq)]
pub struct Covariance(pub SignedDecimal256);

impl Covariance {
    /// After returns `a` and `b` over the same `dt` seconds: `(tau*C + a*b)/(tau + dt)` with times in years, rounded
    /// once, toward minus infinity. An error if both times are zero.
    pub fn observe(self, a: SignedDecimal256, b: SignedDecimal256, dt: u64, tau: u64) -> Result<Covariance> {
        // In integers as the variance: (tau*C*1e18 + year*a*b) / ((tau + dt)*1e18)
        let too_much = || MathError::overflow("a covariance");
        let one = Uint512::from(ONE);
        let kept = self.0.atomics().full_mul(tau).checked_mul(ONE.into()).map_err(too_much())?;
        let product = a.atomics().full_mul(b.atomics());
        let new = product.checked_mul(SECONDS_PER_YEAR.into()).map_err(too_much())?;
        let sum = kept.checked_add(new).map_err(too_much())?;
        let total = one.checked_mul(total(tau, dt).into()).map_err(too_much())?;
        div_512_signed(sum, total, Round::Down).map(|atomics| Covariance(SignedDecimal256::new(atomics)))
    }

    /// The covariance over the variance of one of the two: how far the other moves with each move of that one. Rounded
    /// toward minus infinity; `None` if the variance is zero.
    pub fn over(self, variance: Variance) -> Result<Option<SignedDecimal256>> {
        if variance.0.is_zero() {
            return Ok(None);
        }
        let ratio = mul_div_signed(self.0.atomics(), ONE, variance.0.atomics(), Round::Down)?;
        Ok(Some(SignedDecimal256::new(ratio)))
    }
}

/// Mean of a signed yearly rate.
#[wire]
#[derive(Copy, Default, Eq)]
pub struct Mean(pub SignedDecimal256);

impl Mean {
    /// After the rate `x` was in force for `dt` seconds: `(tau*M + dt*x)/(tau + dt)`, rounded once, toward minus
    /// infinity. An error if both times are zero.
    pub fn observe(self, x: SignedDecimal256, dt: u64, tau: u64) -> Result<Mean> {
        let too_much = || MathError::overflow("a mean");
        let kept = Int512::from(self.0.atomics()).checked_mul(tau.into()).map_err(too_much())?;
        let new = Int512::from(x.atomics()).checked_mul(dt.into()).map_err(too_much())?;
        let sum = kept.checked_add(new).map_err(too_much())?;
        let mean = div_512_signed(sum, total(tau, dt).into(), Round::Down)?;
        Ok(Mean(SignedDecimal256::new(mean)))
    }
}

/// The sum of two times, in a wider type so that it cannot overflow.
fn total(tau: u64, dt: u64) -> u128 {
    u128::from(tau).saturating_add(dt.into())
}
