use cosmwasm_schema::cw_serde;
use cosmwasm_std::{Decimal256, Int256, SignedDecimal256, Uint128, Uint256};

use crate::ratio::{mul_div, with_sign, Round, SECONDS_PER_YEAR};
use crate::{MathError, MathResult, Money, Price};

/// Digits of an index below one unit of quote per unit of base.
const INDEX_DIGITS: u32 = 36;

/// Funding that one unit of base has earned since the market began, in units of quote with 36 further digits.
#[cw_serde]
#[derive(Copy, Default, Eq)]
pub struct FundingIndex(pub Int256);

/// `size * index` summed over the moments at which size was added: what an index says of a position is
/// `size * index - basis`. Like an entry value it adds up exactly over positions, which an averaged index does not.
#[cw_serde]
#[derive(Copy, Default, Eq)]
pub struct FundingBasis(pub Int256);

impl FundingIndex {
    /// What a unit of base accrues in `seconds` at `price` and a yearly `rate`, times `part / whole`, rounded
    /// toward minus infinity at the 36th digit.
    pub fn step_floor(
        price: &Price,
        rate: SignedDecimal256,
        seconds: u64,
        part: Uint128,
        whole: Uint128,
    ) -> MathResult<FundingIndex> {
        // quote per unit with 36 digits = price ratio * 1e36 * |rate| * seconds / year * part / whole
        let round = if rate.is_negative() { Round::Up } else { Round::Down };
        let scale = ten_to(INDEX_DIGITS)?;
        let per_unit = price.times_ratio(scale, Round::Down)?;
        let rated = mul_div(per_unit, crate::abs(rate).atomics(), Decimal256::one().atomics(), round)?;
        let timed = mul_div(rated, seconds.into(), SECONDS_PER_YEAR.into(), round)?;
        let step = mul_div(timed, part.into(), whole.into(), round)?;
        with_sign(rate.is_negative(), step).map(FundingIndex)
    }

    /// `self + step`.
    pub fn plus(self, step: FundingIndex) -> MathResult<FundingIndex> {
        self.0.checked_add(step.0).map(FundingIndex).map_err(MathError::overflow("a funding index"))
    }

    /// `self`, or zero when it is negative.
    pub fn or_zero(self) -> FundingIndex {
        FundingIndex(self.0.max(Int256::zero()))
    }

    /// Basis of `size` added at this index.
    pub fn basis(self, size: Uint128) -> MathResult<FundingBasis> {
        let size = Int256::try_from(Uint256::from(size)).map_err(MathError::overflow("a size"))?;
        self.0.checked_mul(size).map(FundingBasis).map_err(MathError::overflow("funding of a position"))
    }

    /// What `size` with `basis` has accrued and not settled, in quote, rounded toward minus infinity.
    pub fn accrued_floor(self, size: Uint128, basis: FundingBasis) -> MathResult<Money> {
        self.accrued(size, basis, true)
    }

    /// What `size` with `basis` has accrued and not settled, in quote, rounded toward plus infinity.
    pub fn accrued_ceil(self, size: Uint128, basis: FundingBasis) -> MathResult<Money> {
        self.accrued(size, basis, false)
    }

    fn accrued(self, size: Uint128, basis: FundingBasis, toward_minus: bool) -> MathResult<Money> {
        let whole = self.basis(size)?.minus(basis)?.0;
        let round = if whole.is_negative() == toward_minus { Round::Up } else { Round::Down };
        let atomics = mul_div(whole.unsigned_abs(), Uint256::one(), ten_to(INDEX_DIGITS - 18)?, round)?;
        Money::from_parts(whole.is_negative(), atomics)
    }

    /// The index step that credits `money` to `size` units, rounded down; `money` must not be negative.
    pub fn credit_floor(money: Money, size: Uint128) -> MathResult<FundingIndex> {
        if money.is_negative() {
            return Err(MathError::NegativeAmount { money: money.to_string() });
        }
        let step = mul_div(money.abs().atomics(), ten_to(INDEX_DIGITS - 18)?, size.into(), Round::Down)?;
        with_sign(false, step).map(FundingIndex)
    }
}

impl FundingBasis {
    /// `self + other`.
    pub fn plus(self, other: FundingBasis) -> MathResult<FundingBasis> {
        self.0.checked_add(other.0).map(FundingBasis).map_err(MathError::overflow("funding of a position"))
    }

    /// `self - other`.
    pub fn minus(self, other: FundingBasis) -> MathResult<FundingBasis> {
        self.0.checked_sub(other.0).map(FundingBasis).map_err(MathError::overflow("funding of a position"))
    }

    /// The part `part / whole` of this basis, rounded toward plus infinity (against who closes that part).
    pub fn portion_ceil(self, part: Uint128, whole: Uint128) -> MathResult<FundingBasis> {
        let round = if self.0.is_negative() { Round::Down } else { Round::Up };
        let magnitude = mul_div(self.0.unsigned_abs(), part.into(), whole.into(), round)?;
        with_sign(self.0.is_negative(), magnitude).map(FundingBasis)
    }
}

fn ten_to(exponent: u32) -> MathResult<Uint256> {
    Uint256::from(10u8).checked_pow(exponent).map_err(MathError::overflow("a power of ten"))
}
