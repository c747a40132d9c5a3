//! How a purse pays what is owed: from quote first, then in base at the low end of the collateral price's least spread, less
//! the conversion charge.

use ballast_math::{sub_sizes, sum_sizes, Money, Purse};
use cosmwasm_std::{Decimal256, Uint128};

use crate::books::{Books, Market};
use crate::marks::Marks;

/// What a purse paid.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Payment {
    /// Coins that left the purse.
    pub paid: Purse,
    /// Value of the base at the collateral price less what it paid, units of quote, rounded up.
    pub conversion: Uint128,
    /// Owed and not covered at the paying price, units of quote; then the purse is empty.
    pub missing: Uint128,
    /// Owed and not received, base counted at the collateral price, rounded up: a deficit. At most what is missing.
    pub deficit: Uint128,
}

/// Takes `owed` units of quote from `purse`, or all that it holds. Base is rounded up.
pub fn pay(
    purse: &mut Purse,
    owed: Uint128,
    marks: &Marks,
    conversion_charge: Decimal256,
) -> ballast_math::Result<Payment> {
    let quote = owed.min(purse.quote);
    let rest = sub_sizes(owed, quote)?;
    let mut payment = Payment { paid: Purse::quote(quote), ..Payment::default() };
    if !rest.is_zero() {
        let paying = marks.paying(conversion_charge)?;
        let needed = paying.amount_ceil(Money::from_amount(rest)).unwrap_or(Uint128::MAX);
        let (base, covered) =
            if needed <= purse.base { (needed, rest) } else { (purse.base, paying.value_floor(purse.base)?.min(rest)) };
        payment.paid.base = base;
        payment.missing = sub_sizes(rest, covered)?;
        if !payment.missing.is_zero() {
            payment.deficit = rest.saturating_sub(marks.collateral.value_floor(base)?);
        }
        payment.conversion = marks.collateral.value_ceil(base)?.saturating_sub(covered);
    }
    *purse = purse.minus(payment.paid)?;
    Ok(payment)
}

impl Books {
    /// A paid loss: all of it is the pool's.
    pub(crate) fn receive_loss(&mut self, paid: Purse) -> ballast_math::Result<()> {
        self.pool_receive(paid)
    }

    /// Paid costs of an order: a quarter of the fee is insurance's until that is full, the rest is the pool's.
    pub(crate) fn receive_costs(
        &mut self,
        paid: Purse,
        fee: Uint128,
        costs: Uint128,
        market: &Market<'_>,
    ) -> ballast_math::Result<()> {
        let mut insured = Purse::EMPTY;
        if !fee.is_zero() && !self.insurance_is_full(market)? {
            let quarters = costs.checked_mul(Uint128::new(4)).unwrap_or(Uint128::MAX);
            insured = paid.portion_floor(fee, quarters)?;
        }
        self.insurance = self.insurance.plus(insured)?;
        self.pool_receive(paid.minus(insured)?)
    }

    fn insurance_is_full(&self, market: &Market<'_>) -> ballast_math::Result<bool> {
        let target = self.open_notional(&market.marks)?.mul_ceil(market.params.insurance_target)?;
        Ok(market.marks.value(self.insurance)? >= target)
    }

    /// A deficit: insurance pays the pool what it can, quote first, then base at the low end of its least spread; what the
    /// pool has not received then is its own and counted. Returns both parts, units of quote.
    pub(crate) fn bear_deficit(
        &mut self,
        deficit: Uint128,
        market: &Market<'_>,
    ) -> ballast_math::Result<(Uint128, Uint128)> {
        let mut insurance = self.insurance;
        let payment = pay(&mut insurance, deficit, &market.marks, Decimal256::zero())?;
        self.insurance = insurance;
        self.pool_receive(payment.paid)?;
        let insured = sub_sizes(deficit, payment.deficit)?;
        self.insured = sum_sizes(self.insured, insured)?;
        self.bad_debt = sum_sizes(self.bad_debt, payment.deficit)?;
        Ok((insured, payment.deficit))
    }
}
