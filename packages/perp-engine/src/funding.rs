//! Funding: the rate, its piecewise accrual, and what each side earns.
//!
//! `r = clamp(reference, -cap, cap) + slope * clamp(k / K, -1, 1)` with `k` the skew and `K` its scale, both in quote.
//! Longs pay when `r > 0`. The pool receives in full what an unmatched side owes it, but pays an unmatched side only
//! the fraction `pass_through`: liquidity providers earn the difference. What a unit of short notional really received
//! is summed over time, so that the mean over any period is a difference of two sums, and the rate of a single block
//! weighs no more than one block.

use ballast_math::{
    add_signed, clamp_signed, mul_div_floor, mul_floor, mul_signed_floor, negate, signed, sum_sizes, years,
    FundingBasis, FundingIndex, Money, Price,
};
use ballast_types::market::{FundingRates, MarketParams};
use cosmwasm_std::{Decimal256, SignedDecimal256, Timestamp, Uint128};

use crate::books::Books;
use crate::reserve::slack;
use crate::Direction;

impl Books {
    /// Accrues funding up to `now` (seconds) at the rate and price in force until now, piecewise before and after the
    /// reference becomes stale. Before the first price there are no positions, and only the time advances.
    pub fn accrue(&mut self, price: Option<&Price>, params: &MarketParams, now: u64) -> ballast_math::Result<()> {
        let from = self.funding.accrued_at;
        if now <= from {
            return Ok(());
        }
        if let Some(price) = price {
            let stale_at = self.funding.stale_at.unwrap_or(u64::MAX).clamp(from, now);
            let fresh = add_signed(self.funding.reference, self.funding.slope)?;
            self.step(price, params, fresh, stale_at.saturating_sub(from))?;
            self.step(price, params, self.funding.slope, now.saturating_sub(stale_at))?;
        }
        self.funding.accrued_at = now;
        Ok(())
    }

    /// Accrues for a time with a constant rate.
    fn step(
        &mut self,
        price: &Price,
        params: &MarketParams,
        rate: SignedDecimal256,
        seconds: u64,
    ) -> ballast_math::Result<()> {
        if rate.is_zero() || seconds == 0 {
            return Ok(());
        }
        let (payer, receiver) = payer_and_receiver(rate);
        let earned = if rate.is_negative() { negate(rate)? } else { rate };
        let received = *self.side(receiver);
        // The part of the rate that a unit of the receiving side gets (on an empty side: its first unit would get).
        let share = if received.size.is_zero() {
            self.received_share(receiver, params)?
        } else {
            let paid_size = self.receiving_size(receiver, params.pass_through)?;
            let step = FundingIndex::step_floor(price, earned, seconds, paid_size, received.size)?;
            let payable = self.payable(step, received.size, params.long_reserve)?;
            let side = self.side_mut(receiver);
            side.index = side.index.plus(payable)?;
            side.owed_index = side.owed_index.plus(payable)?;
            mul_floor(Decimal256::from_ratio(paid_size, received.size), payable.share_floor(step)?)?
        };
        let short_rate = match receiver {
            Direction::Short => mul_signed_floor(earned, signed(share)?)?,
            Direction::Long => rate,
        };
        let short_earned = mul_signed_floor(short_rate, signed(years(seconds)?)?)?;
        self.funding.short_earned = add_signed(self.funding.short_earned, short_earned)?;
        if !self.side(payer).size.is_zero() {
            let step = FundingIndex::step_floor(price, negate(earned)?, seconds, Uint128::one(), Uint128::one())?;
            let side = self.side_mut(payer);
            side.index = side.index.plus(step)?;
        }
        Ok(())
    }

    /// Limits a credit to the slack: what cannot be paid is not owed.
    fn payable(
        &self,
        step: FundingIndex,
        size: Uint128,
        long_reserve: Decimal256,
    ) -> ballast_math::Result<FundingIndex> {
        let slack = slack(self, long_reserve)?.or_zero();
        if step.accrued_ceil(size, FundingBasis::default())? <= slack {
            return Ok(step);
        }
        FundingIndex::credit_floor(slack, size)
    }

    /// The size of the receiving side that gets the rate: what the other side matches, and a part of the rest.
    fn receiving_size(&self, receiver: Direction, pass_through: Decimal256) -> ballast_math::Result<Uint128> {
        let size = self.side(receiver).size;
        let matched = size.min(self.long.size.min(self.short.size));
        let rest = ballast_math::sub_sizes(size, matched)?;
        // The pass-through as a fraction of 10^18.
        let digits = Uint128::try_from(pass_through.atomics()).unwrap_or(ONE);
        sum_sizes(matched, mul_div_floor(rest, digits, ONE)?)
    }

    /// The rate that skew adds: `slope * clamp(k / K, -1, 1)`.
    pub fn skew_rate(&self, price: &Price, params: &MarketParams) -> ballast_math::Result<SignedDecimal256> {
        let skew = price.value(self.net())?;
        let scale = Money::from_amount(self.pool.quote).mul_floor(params.skew_scale)?;
        let share = if skew.is_zero() {
            SignedDecimal256::zero()
        } else if skew >= scale {
            SignedDecimal256::one()
        } else {
            skew.ratio_floor(scale)?
        };
        let rate = mul_signed_floor(signed(params.slope)?, share)?;
        if self.long.size < self.short.size {
            return negate(rate);
        }
        Ok(rate)
    }

    /// Puts the current rate in force.
    pub fn set_rate(
        &mut self,
        price: &Price,
        params: &MarketParams,
        reference: SignedDecimal256,
        stale_at: Option<u64>,
    ) -> ballast_math::Result<()> {
        let cap = signed(params.funding_cap)?;
        self.funding.reference = clamp_signed(reference, negate(cap)?, cap);
        self.funding.stale_at = stale_at;
        self.funding.slope = self.skew_rate(price, params)?;
        Ok(())
    }

    /// The rates in force at `now`, and what a unit of notional of each side earns.
    pub fn rates(&self, params: &MarketParams, now: u64) -> ballast_math::Result<FundingRates> {
        let stale = self.funding.stale_at.is_some_and(|at| at <= now);
        let reference = if stale { SignedDecimal256::zero() } else { self.funding.reference };
        let rate = add_signed(reference, self.funding.slope)?;
        let mut rates = FundingRates {
            reference,
            rate,
            stale_at: self.funding.stale_at.map(Timestamp::from_seconds),
            short_earned: self.funding.short_earned,
            ..FundingRates::default()
        };
        if rate.is_zero() {
            return Ok(rates);
        }
        let (_, receiver) = payer_and_receiver(rate);
        let magnitude = if rate.is_negative() { negate(rate)? } else { rate };
        let received = mul_signed_floor(magnitude, signed(self.received_share(receiver, params)?)?)?;
        let paid = negate(magnitude)?;
        (rates.long, rates.short) = match receiver {
            Direction::Long => (received, paid),
            Direction::Short => (paid, received),
        };
        Ok(rates)
    }

    /// The part of the rate that the receiving side gets; for an empty side, what its first unit would get.
    fn received_share(&self, receiver: Direction, params: &MarketParams) -> ballast_math::Result<Decimal256> {
        // With slack below one unit nothing can be paid.
        if slack(self, params.long_reserve)? < Money::from_amount(Uint128::one()) {
            return Ok(Decimal256::zero());
        }
        let size = self.side(receiver).size;
        if !size.is_zero() {
            return Ok(Decimal256::from_ratio(self.receiving_size(receiver, params.pass_through)?, size));
        }
        Ok(if self.no_positions() { params.pass_through } else { Decimal256::one() })
    }
}

const ONE: Uint128 = Uint128::new(1_000_000_000_000_000_000);

fn payer_and_receiver(rate: SignedDecimal256) -> (Direction, Direction) {
    if rate.is_negative() {
        (Direction::Short, Direction::Long)
    } else {
        (Direction::Long, Direction::Short)
    }
}
