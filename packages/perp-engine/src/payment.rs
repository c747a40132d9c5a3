//! How a purse pays a debt: in quote first, then in base at what it counts for less the minimum spread and the
//! conversion charge.

use ballast_math::{sub_sizes, sum_sizes, Money, Purse};
use cosmwasm_std::{Decimal256, Uint128};

use crate::books::{Books, Market};
use crate::marks::Marks;

/// How a debt was paid.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Payment {
    /// Coins that left the purse.
    pub paid: Purse,
    /// What the base counted for less what it paid for, units of quote, rounded up.
    pub conversion: Uint128,
    /// The part of the debt that the purse did not cover, units of quote; if above zero, the purse is empty.
    pub missing: Uint128,
    /// Like `missing`, but with base counted without spread and charge: what the receiver really lacks, units of
    /// quote, rounded up. At most `missing`.
    pub deficit: Uint128,
}

/// Takes `owed` units of quote from `purse`, or everything if that is less. Base is rounded up.
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
        let (paying, full) = (marks.paying(conversion_charge)?, marks.payment_price()?);
        let needed = paying.amount_ceil(Money::from_amount(rest)).unwrap_or(Uint128::MAX);
        let (base, covered) =
            if needed <= purse.base { (needed, rest) } else { (purse.base, paying.value_floor(purse.base)?.min(rest)) };
        payment.paid.base = base;
        payment.missing = sub_sizes(rest, covered)?;
        if !payment.missing.is_zero() {
            payment.deficit = rest.saturating_sub(full.value_floor(base)?);
        }
        payment.conversion = full.value_ceil(base)?.saturating_sub(covered);
    }
    *purse = purse.minus(payment.paid)?;
    Ok(payment)
}

impl Books {
    /// Books a paid loss: all of it goes to the pool.
    pub(crate) fn receive_loss(&mut self, paid: Purse) -> ballast_math::Result<()> {
        self.pool_receive(paid)
    }

    /// Books the paid costs of an order: a quarter of the fee goes to insurance until that is full, the rest to the
    /// pool.
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

    /// Books a deficit: insurance pays the pool what it can, in quote first, then in base less the minimum spread; the
    /// pool bears the rest, and the books count it as bad debt. Returns both parts, units of quote.
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
