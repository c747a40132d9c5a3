//! Who publishes the price of a step, and how well. From three publishers on one of them is rough: the feed must not
//! care, since the honest ones are a quorum.

use ballast_types::oracle::{Flag, PublishedValue};
use cosmwasm_std::{SignedDecimal256, Timestamp};

use super::{order, Settle, Step, World};
use crate::suite::{published, Outcome, PRICE_FEED, RATE_FEED};
use crate::{decimal, signed};

/// Publishers from which on one of them is rough: with fewer the others are no quorum.
const ROUGH_FROM: u32 = 3;
/// How often the rough one is silent, wrong, or late: parts of its publications.
const SILENT: f64 = 0.08;
const WRONG: f64 = 0.08;
const LATE: f64 = 0.04;
/// How far a wrong value lies from the honest one, and how wide its confidence interval is.
const OFF: (f64, f64) = (0.002, 0.008);
const WIDE: (f64, f64) = (0.01, 0.2);
/// Seconds by which a late value is older than the others.
const LATENESS: u64 = 45;
/// A rate that did not change is published again after this time.
const RATE_AGAIN: u64 = 8 * 3600;

impl World {
    /// Publishes the step's price with its age before the keeper's block and, when it changed or grows old, the
    /// reference; then touches the market, whose stored rate would otherwise stay. Says whether the oracle held the
    /// price back at first.
    pub(super) fn publish(&mut self, step: Step) -> Outcome<bool> {
        self.move_to(step.time - self.params.price_age);
        self.suite.set_price(signed(&step.price.to_string()));
        self.suite.set_reference(step.reference);
        let due = match self.published_reference {
            Some((rate, time)) => rate != step.reference || step.time >= time + RATE_AGAIN,
            None => true,
        };
        self.publish_by_all(due.then_some(step.reference))?;
        let held_back = self.suite.reading().flags.contains(&Flag::Jump);
        if held_back {
            self.suite.advance(self.suite.confirmed_after());
            self.publish_by_all(None)?;
        }
        if due {
            self.published_reference = Some((step.reference, step.time));
            self.suite.adjust("feeder", order(0, Settle::No), &[])?;
        }
        self.grow_old();
        Ok(held_back)
    }

    /// Nobody leaves at a price that has a flag: all publishers send the last price again, this time well.
    pub(super) fn wait_for_a_price(&mut self) -> Outcome<()> {
        if self.suite.reading().flags.is_empty() {
            return Ok(());
        }
        self.suite.advance(self.suite.confirmed_after());
        self.suite.publish()
    }

    /// Lets the price grow as old as it is when a keeper acts.
    pub(super) fn grow_old(&mut self) {
        if self.params.price_age > 0 {
            self.suite.advance(self.params.price_age);
        }
    }

    /// One message of each publisher: the suite's price, and a reference where there is a new one.
    pub(super) fn publish_by_all(&mut self, reference: Option<SignedDecimal256>) -> Outcome<()> {
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
        Ok(())
    }

    /// What the rough publisher makes of an honest value, so many seconds after its last; nothing when it is silent.
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
            // no publisher goes back in time
            let time = Timestamp::from_seconds(now - LATENESS.min(since));
            return Some(PublishedValue { time: Some(time), ..honest });
        }
        Some(honest)
    }
}
