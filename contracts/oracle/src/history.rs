//! What a price feed remembers: the last accepted price, one that is held back, average and volatility.
//!
//! All of it runs on the times at which values were observed, so that reading a source twice teaches nothing.

use ballast_math::{div_floor, mul_floor, return_between, signed, stored_as_list, MathResult, Mean, Variance};
use ballast_types::oracle::{AcceptedPrice, FeedConfig};
use cosmwasm_std::{Decimal256, Timestamp};

use crate::state::ListedPrice;

/// Seconds between two samples of the variance: more often would lower it (DESIGN section 5).
const SAMPLE_INTERVAL: u64 = 3600;

/// Seconds after which a second observation may confirm one that is held back (DESIGN section 6).
const CONFIRM_AFTER: u64 = 600;

const NANOS: u64 = 1_000_000_000;

/// The history of one price feed, from its first accepted price on.
#[derive(Clone, Debug, PartialEq)]
pub struct History {
    /// The last accepted price: jumps are measured from it.
    pub accepted: AcceptedPrice,
    /// The first price beyond the bound on its side, with the block's time at which it was seen here, so that no
    /// backdated value can be its own confirmation.
    pub held_back: Option<AcceptedPrice>,
    /// The accepted price at which the variance was sampled last.
    pub sampled: AcceptedPrice,
    /// Mean of accepted prices, each weighted by the time until the next.
    pub average: Mean,
    /// Yearly variance of accepted prices.
    pub variance: Variance,
}

stored_as_list!(History { accepted as ListedPrice, held_back, sampled as ListedPrice, average, variance });

/// What became of an observation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// It passed.
    Accepted,
    /// It lies beyond the bound and waits for a second one.
    HeldBack,
}

impl History {
    /// The first price of a feed, which nothing can be measured against, with the volatility assumed before anything
    /// is observed.
    pub fn start(first: AcceptedPrice, initial_volatility: Decimal256) -> MathResult<History> {
        Ok(History {
            average: Mean(signed(first.price)?),
            variance: Variance::of_volatility(initial_volatility)?,
            sampled: first.clone(),
            accepted: first,
            held_back: None,
        })
    }

    /// After a price was observed at its time and seen here at `now`. Pure: a query evaluates by it, a message saves
    /// what it returns.
    ///
    /// A price that moved further from the last accepted one than the bound is held back, until a second observation
    /// at least ten minutes later lies beyond the bound on the same side; one within the bound clears it.
    pub fn observe(self, seen: AcceptedPrice, now: Timestamp, config: &FeedConfig) -> MathResult<(History, Verdict)> {
        let gap = seconds_between(self.accepted.time, seen.time);
        let moved = return_between(self.accepted.price, seen.price)?;
        if moved > jump_bound(config.max_jump, gap)? && !self.confirmed_by(&seen) {
            return Ok((self.hold_back(seen.price, now), Verdict::HeldBack));
        }
        // Not newer than what is accepted: nothing to learn. Else values of one moment could walk away step by step.
        if seen.time <= self.accepted.time {
            return Ok((self, Verdict::Accepted));
        }
        Ok((self.accept(seen, gap, config)?, Verdict::Accepted))
    }

    fn confirmed_by(&self, seen: &AcceptedPrice) -> bool {
        self.held_back.as_ref().is_some_and(|held| {
            self.rose_to(held.price) == self.rose_to(seen.price)
                && seconds_between(held.time, seen.time) >= CONFIRM_AFTER
        })
    }

    fn rose_to(&self, price: Decimal256) -> bool {
        price > self.accepted.price
    }

    /// Keeps the first of several on the same side: its ten minutes run on.
    fn hold_back(mut self, price: Decimal256, now: Timestamp) -> History {
        let waits = self.held_back.as_ref().is_some_and(|held| self.rose_to(held.price) == self.rose_to(price));
        if !waits {
            self.held_back = Some(AcceptedPrice { price, time: now });
        }
        self
    }

    /// `gap`: seconds since the last accepted price.
    fn accept(mut self, seen: AcceptedPrice, gap: u64, config: &FeedConfig) -> MathResult<History> {
        self.average = self.average.observe(signed(self.accepted.price)?, gap, config.variance_tau)?;
        self.sample(&seen, config)?;
        self.accepted = seen;
        self.held_back = None;
        Ok(self)
    }

    /// Exactly one return an hour, over its real time, and at most the jump bound: one absurd print would keep the
    /// volatility high for weeks.
    fn sample(&mut self, seen: &AcceptedPrice, config: &FeedConfig) -> MathResult<()> {
        let gap = seconds_between(self.sampled.time, seen.time);
        if gap < SAMPLE_INTERVAL {
            return Ok(());
        }
        let counted = return_between(self.sampled.price, seen.price)?.min(jump_bound(config.max_jump, gap)?);
        self.variance = self.variance.observe(counted, gap, config.variance_tau)?;
        self.sampled = seen.clone();
        Ok(())
    }
}

/// Greatest return that passes unconfirmed after `gap` seconds: `max_jump` times the root of the hours, at least one
/// hour; rounded down.
fn jump_bound(max_jump: Decimal256, gap: u64) -> MathResult<Decimal256> {
    if gap <= SAMPLE_INTERVAL {
        return Ok(max_jump);
    }
    let hours = div_floor(Decimal256::raw(gap.into()), Decimal256::raw(SAMPLE_INTERVAL.into()))?;
    mul_floor(max_jump, hours.sqrt())
}

/// Whole seconds from `earlier` to `later`, zero when they are the other way round.
fn seconds_between(earlier: Timestamp, later: Timestamp) -> u64 {
    later.nanos().saturating_sub(earlier.nanos()) / NANOS
}
