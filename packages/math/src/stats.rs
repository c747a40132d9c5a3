//! Exponentially weighted statistics of observations at irregular times.
//!
//! `V' = (tau*V + r^2)/(tau + dt)` and `M' = (tau*M + dt*x)/(tau + dt)` (DESIGN section 5): the rational form of an
//! exponential average, which needs no exponential and forgets nothing twice when observations come close together.

use cosmwasm_schema::cw_serde;
use cosmwasm_std::{Decimal256, SignedDecimal256, Uint128};

use crate::ratio::{add, add_signed, div_floor, mul_floor, mul_signed_floor, SECONDS_PER_YEAR};
use crate::{MathError, MathResult};

/// `seconds` in years of 365 days, rounded down at the 18th digit.
pub fn years(seconds: u64) -> MathResult<Decimal256> {
    ratio_of(seconds, SECONDS_PER_YEAR)
}

fn ratio_of(numerator: u64, denominator: u64) -> MathResult<Decimal256> {
    Decimal256::checked_from_ratio(Uint128::from(numerator), Uint128::from(denominator))
        .map_err(|_| MathError::DivideByZero { operation: "a ratio of times" })
}

/// Simple return from `from` to `to`, as a magnitude: `|to - from| / from`, rounded down.
pub fn return_between(from: Decimal256, to: Decimal256) -> MathResult<Decimal256> {
    div_floor(to.abs_diff(from), from)
}

/// Yearly variance of simple returns.
#[cw_serde]
#[derive(Copy, Default, Eq)]
pub struct Variance(pub Decimal256);

impl Variance {
    /// The variance of a yearly volatility.
    pub fn of_volatility(volatility: Decimal256) -> MathResult<Variance> {
        mul_floor(volatility, volatility).map(Variance)
    }

    /// After a return of magnitude `r` over `dt` seconds: `(tau*V + r^2)/(tau + dt)` with times in years.
    pub fn observe(self, r: Decimal256, dt: u64, tau: u64) -> MathResult<Variance> {
        let weighted = mul_floor(years(tau)?, self.0)?;
        let total = years(tau.checked_add(dt).ok_or(MathError::Overflow { operation: "a time" })?)?;
        div_floor(add(weighted, mul_floor(r, r)?)?, total).map(Variance)
    }

    /// Yearly volatility: the root, rounded down.
    pub fn volatility(self) -> Decimal256 {
        self.0.sqrt()
    }
}

/// Mean of a signed yearly rate.
#[cw_serde]
#[derive(Copy, Default, Eq)]
pub struct Mean(pub SignedDecimal256);

impl Mean {
    /// After the rate `x` was in force for `dt` seconds: `(tau*M + dt*x)/(tau + dt)`.
    pub fn observe(self, x: SignedDecimal256, dt: u64, tau: u64) -> MathResult<Mean> {
        let total = tau.checked_add(dt).ok_or(MathError::Overflow { operation: "a time" })?;
        let kept = mul_signed_floor(self.0, crate::signed(ratio_of(tau, total)?)?)?;
        let new = mul_signed_floor(x, crate::signed(ratio_of(dt, total)?)?)?;
        add_signed(kept, new).map(Mean)
    }
}
