//! The publishers of a world. With three or more, one of them is unreliable; that must not matter to the feed, because
//! the honest ones are a quorum.

use ballast_types::oracle::{Flag, PublishedValue};
use cosmwasm_std::{SignedDecimal256, Timestamp};

use super::sample::signed_number;
use super::{order, Settle, Step, World};
use crate::suite::{published, Result, PRICE_FEED, RATE_FEED};
use crate::{decimal, signed};

/// From this many publishers on one is unreliable; with fewer the others would not be a quorum.
const ROUGH_FROM: u32 = 3;
/// Which part of its publications the unreliable publisher omits, gets wrong, or sends late.
const SILENT: f64 = 0.08;
const WRONG: f64 = 0.08;
const LATE: f64 = 0.04;
/// How far off a wrong value is, and how wide its confidence interval.
const OFF: (f64, f64) = (0.002, 0.008);
const WIDE: (f64, f64) = (0.01, 0.2);
/// How much older than the others a late value is, in seconds.
const LATENESS: u64 = 45;
/// After this time, in seconds, an unchanged rate is published again.
const RATE_AGAIN: u64 = 8 * 3600;
/// Longest time without a price.
const PRICE_AGAIN: u64 = 3600;

/// The integral of the reference over time.
pub(super) struct Accrual {
    since: u64,
    reference: f64,
    /// Yearly rate times years, so far.
    sum: f64,
}

impl Accrual {
    pub(super) fn new(since: u64, reference: SignedDecimal256) -> Self {
        Accrual { since, reference: signed_number(reference), sum: 0.0 }
    }

    /// Changes the reference from this time on.
    fn go_on(&mut self, time: u64, reference: SignedDecimal256) {
        self.sum += self.reference * (time - self.since) as f64 / (8760.0 * 3600.0);
        (self.since, self.reference) = (time, signed_number(reference));
    }

    /// Nothing accrues until this time.
    pub(super) fn pause(&mut self, until: u64) {
        self.since = self.since.max(until);
    }

    /// At a step: returns the sum since the last step.
    pub(super) fn change(&mut self, time: u64, reference: SignedDecimal256) -> f64 {
        self.go_on(time, reference);
        std::mem::take(&mut self.sum)
    }
}

impl World {
    /// Changes the reference between two steps, at least half an hour before the next. The price does not change.
    pub fn change_reference(&mut self, time: u64, reference: SignedDecimal256) -> Result<()> {
        self.feed_until(time)?;
        self.move_to(time);
        self.suite.set_reference(reference);
        self.accrual.go_on(time, reference);
        self.publish_again(time)
    }

    /// Publishers repeat the last price at least once an hour until this time, exclusive.
    pub(super) fn feed_until(&mut self, time: u64) -> Result<()> {
        let from = self.published_at;
        let parts = time.saturating_sub(from).div_ceil(PRICE_AGAIN);
        for part in 1..parts {
            let next = from + (time - from) * part / parts;
            self.move_to(next);
            self.publish_again(next)?;
        }
        Ok(())
    }

    /// Publishes the last price again, and the reference if it is due.
    fn publish_again(&mut self, time: u64) -> Result<()> {
        let reference = self.suite.last_reference();
        let due = self.reference_is_due(reference, time);
        self.publish_by_all(due.then_some(reference))?;
        self.settle_reference(due.then_some(reference), time)
    }

    fn reference_is_due(&self, reference: SignedDecimal256, time: u64) -> bool {
        self.published_reference.map_or(true, |(rate, at)| rate != reference || time >= at + RATE_AGAIN)
    }

    /// Touches the market, so that it stores the new rate.
    fn settle_reference(&mut self, published: Option<SignedDecimal256>, time: u64) -> Result<()> {
        if let Some(reference) = published {
            self.published_reference = Some((reference, time));
            self.suite.adjust("feeder", order(0, Settle::No), &[])?;
        }
        Ok(())
    }

    /// Publishes the step's price before the keeper's block, so that it has the right age then, and the reference if it
    /// changed or is old. Returns whether the oracle held the price back at first.
    pub(super) fn publish(&mut self, step: Step) -> Result<bool> {
        self.move_to(step.time - self.params.price_age);
        self.suite.set_price(signed(&step.price.to_string()));
        self.suite.set_reference(step.reference);
        if let Some(margin) = step.margin {
            self.suite.set_collateral(margin);
        }
        let due = self.reference_is_due(step.reference, step.time);
        self.publish_by_all(due.then_some(step.reference))?;
        let held_back = self.suite.is_flagged(Flag::Jump);
        if held_back {
            self.suite.advance(self.suite.confirmed_after());
            self.publish_by_all(None)?;
        }
        self.settle_reference(due.then_some(step.reference), step.time)?;
        self.grow_old();
        Ok(held_back)
    }

    /// Nobody can leave while the price has a flag: all publishers send the last price again, without errors.
    pub(super) fn wait_for_a_price(&mut self) -> Result<()> {
        let of_margin = self.suite.collateral_reading();
        if [Some(self.suite.reading()), of_margin].iter().flatten().all(|reading| reading.flags.is_empty()) {
            return Ok(());
        }
        self.suite.advance(self.suite.confirmed_after());
        self.suite.publish()
    }

    /// Lets the price reach the age that it has when a keeper acts.
    pub(super) fn grow_old(&mut self) {
        if self.params.price_age > 0 {
            self.suite.advance(self.params.price_age);
        }
    }

    /// Sends one message from each publisher: the suite's price, and the reference if there is a new one.
    pub(super) fn publish_by_all(&mut self, reference: Option<SignedDecimal256>) -> Result<()> {
        let since = self.suite.now().saturating_sub(std::mem::replace(&mut self.published_at, self.suite.now()));
        let rate = reference.map(|rate| published(RATE_FEED, rate));
        let honest = published(PRICE_FEED, self.suite.last_price());
        let mut turns: Vec<(String, Option<PublishedValue>)> =
            self.suite.publishers().into_iter().map(|name| (name, Some(honest.clone()))).collect();
        if self.suite.setup.publishers >= ROUGH_FROM {
            turns[0].1 = self.rough(honest, since);
            if self.chance.part(self.suite.now(), "rough turn") < 0.5 {
                turns.rotate_left(1);
            }
        }
        for (name, price) in turns {
            if let Some(price) = price {
                self.suite.publish_as(&name, std::iter::once(price).chain(rate.clone()).collect())?;
            }
        }
        self.suite.observe()
    }

    /// What the unreliable publisher sends instead of an honest value, this many seconds after its last; `None` if it
    /// sends nothing.
    fn rough(&self, honest: PublishedValue, since: u64) -> Option<PublishedValue> {
        let now = self.suite.now();
        let mood = self.chance.part(now, "rough");
        if mood < SILENT {
            return None;
        }
        if mood < SILENT + WRONG {
            let off = self.chance.between(OFF.0, OFF.1, now, "off");
            let factor = if self.chance.part(now, "up") < 0.5 { 1.0 + off } else { 1.0 - off };
            let value = honest.value * signed(&format!("{factor:.6}"));
            let confidence = self.chance.between(WIDE.0, WIDE.1, now, "wide");
            return Some(PublishedValue { value, confidence: Some(decimal(&format!("{confidence:.6}"))), ..honest });
        }
        if mood < SILENT + WRONG + LATE {
            // the oracle refuses a value older than the publisher's last
            let time = Timestamp::from_seconds(now - LATENESS.min(since));
            return Some(PublishedValue { time: Some(time), ..honest });
        }
        Some(honest)
    }
}
