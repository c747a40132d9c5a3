use ballast_wire::wire;
use cosmwasm_std::{Decimal256, Int256, Int512, SignedDecimal256, Uint128, Uint256};

use crate::ratio::{div_512_signed, mul_div, mul_div_signed, with_sign, Round, ONE, SECONDS_PER_YEAR};
use crate::{MathError, Money, Price, Result};

const STEP: &str = "a funding step";
const POSITION: &str = "funding of a position";

/// Funding that one unit of base has earned since the market was created, in units of quote with 36 extra digits.
#[wire]
#[derive(Copy, Default, Eq)]
pub struct FundingIndex(pub Int256);

/// The sum of `size * index` each time size was added: a position has accrued `size * index - basis`. Like an entry
/// value it adds up exactly over positions, which an average index does not.
#[wire]
#[derive(Copy, Default, Eq)]
pub struct FundingBasis(pub Int256);

impl FundingIndex {
    /// What a unit of base accrues in `seconds` at `price` and a yearly `rate`, times `part / whole`; rounded once,
    /// toward minus infinity, at the 36th digit.
    pub fn step_floor(
        price: &Price,
        rate: SignedDecimal256,
        seconds: u64,
        part: Uint128,
        whole: Uint128,
    ) -> Result<FundingIndex> {
        // numerator/(down*1e18) * rate/1e18 * seconds/year * part/whole, with 36 digits: the powers of ten cancel.
        let (numerator, down) = price.fraction();
        let rated = Int256::try_from(numerator)
            .map_err(MathError::overflow(STEP))?
            .checked_mul(rate.atomics())
            .map_err(MathError::overflow(STEP))?;
        let share = Uint256::from(seconds).checked_mul(part.into()).map_err(MathError::overflow(STEP))?;
        let year = Uint256::from(SECONDS_PER_YEAR).checked_mul(down).map_err(MathError::overflow(STEP))?;
        let divisor = year.checked_mul(whole.into()).map_err(MathError::overflow(STEP))?;
        mul_div_signed(rated, share, divisor, Round::Down).map(FundingIndex)
    }

    /// `self + step`.
    pub fn plus(self, step: FundingIndex) -> Result<FundingIndex> {
        self.0.checked_add(step.0).map(FundingIndex).map_err(MathError::overflow("a funding index"))
    }

    /// `self`, or zero when it is negative.
    pub fn or_zero(self) -> FundingIndex {
        FundingIndex(self.0.max(Int256::zero()))
    }

    /// Basis of `size` added at this index.
    pub fn basis(self, size: Uint128) -> Result<FundingBasis> {
        self.0.checked_mul(size.into()).map(FundingBasis).map_err(MathError::overflow(POSITION))
    }

    /// Unsettled funding of `size` with `basis`, in quote, rounded toward minus infinity.
    pub fn accrued_floor(self, size: Uint128, basis: FundingBasis) -> Result<Money> {
        self.accrued(size, basis, Round::Down)
    }

    /// Unsettled funding of `size` with `basis`, in quote, rounded toward plus infinity.
    pub fn accrued_ceil(self, size: Uint128, basis: FundingBasis) -> Result<Money> {
        self.accrued(size, basis, Round::Up)
    }

    fn accrued(self, size: Uint128, basis: FundingBasis, round: Round) -> Result<Money> {
        // From the index's 36 digits to the 18 of money.
        let atomics = match self.basis(size).and_then(|now| now.minus(basis)) {
            Ok(FundingBasis(accrued)) => mul_div_signed(accrued, Uint256::one(), ONE, round)?,
            // An old position must remain closable if only the product needs more than 256 bits.
            Err(_) => {
                let now = Int512::from(self.0).checked_mul(size.into()).map_err(MathError::overflow(POSITION))?;
                let accrued = now.checked_sub(basis.0.into()).map_err(MathError::overflow(POSITION))?;
                div_512_signed(accrued, ONE.into(), round)?
            }
        };
        Ok(Money::from_atomics(atomics))
    }

    /// `self / whole`, rounded down; zero unless both are positive.
    pub fn share_floor(self, whole: FundingIndex) -> Result<Decimal256> {
        if self.0 <= Int256::zero() || whole.0 <= Int256::zero() {
            return Ok(Decimal256::zero());
        }
        mul_div(self.0.unsigned_abs(), ONE, whole.0.unsigned_abs(), Round::Down).map(Decimal256::new)
    }

    /// The index step that credits `money` to `size` units, rounded down; `money` must not be negative.
    pub fn credit_floor(money: Money, size: Uint128) -> Result<FundingIndex> {
        if money.is_negative() {
            return Err(MathError::NegativeAmount { money: money.to_string() });
        }
        let step = mul_div(money.abs().atomics(), ONE, size.into(), Round::Down)?;
        with_sign(false, step).map(FundingIndex)
    }
}

impl FundingBasis {
    /// `self + other`.
    pub fn plus(self, other: FundingBasis) -> Result<FundingBasis> {
        self.0.checked_add(other.0).map(FundingBasis).map_err(MathError::overflow(POSITION))
    }

    /// `self - other`.
    pub fn minus(self, other: FundingBasis) -> Result<FundingBasis> {
        self.0.checked_sub(other.0).map(FundingBasis).map_err(MathError::overflow(POSITION))
    }

    /// `self / value` (units of quote) in steps of `1 / steps`, rounded toward minus infinity; zero if `value` is zero.
    pub fn steps_floor(self, value: Uint128, steps: Uint128) -> Result<i32> {
        if value.is_zero() {
            return Ok(0);
        }
        let digits = Uint256::from_u128(10u128.saturating_pow(36));
        let divisor = digits.checked_mul(value.into()).map_err(MathError::overflow(POSITION))?;
        let counted = mul_div_signed(self.0, steps.into(), divisor, Round::Down)?;
        let bounded = counted.max(i32::MIN.into()).min(i32::MAX.into());
        let bytes = bounded.to_be_bytes();
        let [.., a, b, c, d] = bytes;
        Ok(i32::from_be_bytes([a, b, c, d]))
    }

    /// `self * part / whole`, rounded toward plus infinity: against whoever closes that part.
    pub fn portion_ceil(self, part: Uint128, whole: Uint128) -> Result<FundingBasis> {
        mul_div_signed(self.0, part.into(), whole.into(), Round::Up).map(FundingBasis)
    }
}
