//! What a price feed remembers: the last accepted price, one that is held back, the price of an hour ago, average and
//! volatility.
//!
//! All of it runs on the times at which values were observed, so that reading a source twice teaches nothing.

use ballast_math::{div_floor, mul_floor, return_between, signed, stored_as_list, Mean, Variance};
use ballast_types::oracle::{AcceptedPrice, FeedConfig};
use ballast_wire::{Read, Value};
use cosmwasm_schema::serde::{Serialize, Serializer};
use cosmwasm_std::{Decimal256, Timestamp};

use crate::usable::Usable;

/// Seconds between two samples of the variance: more often would lower it. Also how old an anchor is at least.
const HOUR: u64 = 3600;

const NANOS: u64 = 1_000_000_000;

/// The history of one price feed, from its first accepted price on.
#[derive(Clone, Debug, PartialEq)]
pub struct History {
    /// The last accepted price: jumps are measured from it, and from what was accepted an hour ago.
    pub accepted: AcceptedPrice,
    /// Whether its interval was no wider than the feed allows. One that was confirmed with a wide interval stands for
    /// jumps, but never enters the average.
    pub certain: bool,
    /// The price that waits to be confirmed, with the block's time at which it was seen here, so that no backdated
    /// value can be its own confirmation.
    pub held_back: Option<AcceptedPrice>,
    /// The accepted price at which the variance was sampled last.
    pub sampled: AcceptedPrice,
    /// What jumps are measured from while `sampled` is younger than an hour (the price before it), or where it is newer
    /// than `sampled` (a price that was confirmed). Its time is the one from which on its age counts.
    pub before: AcceptedPrice,
    /// Mean of accepted prices, each weighted by the time until the next.
    pub average: Mean,
    /// Yearly variance of accepted prices.
    pub variance: Variance,
    /// How long prices have been usable: not while one is held back, is too wide to sell at, or is too old.
    pub usable: Usable,
}

stored_as_list!(History {
    accepted as ListedPrice,
    certain,
    held_back,
    sampled as ListedPrice,
    before as ListedPrice,
    average,
    variance,
    usable
});

/// A price as it is stored: `[price, time]`.
struct ListedPrice(AcceptedPrice);

impl Serialize for ListedPrice {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        (self.0.price, self.0.time).serialize(serializer)
    }
}

impl Read for ListedPrice {
    fn read(value: Value<'_>) -> ballast_wire::Result<ListedPrice> {
        Read::read(value).map(|(price, time)| ListedPrice(AcceptedPrice { price, time }))
    }
}

/// What became of an observation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// It passed.
    Accepted,
    /// It lies beyond the bound and waits for one that is published later.
    HeldBack,
    /// It lies within the bound, but its interval is too wide to learn from.
    TooWide,
}

impl History {
    /// The first price of a feed, which nothing can be measured against, with the volatility assumed before anything
    /// is observed.
    pub fn start(first: AcceptedPrice, initial_volatility: Decimal256) -> ballast_math::Result<History> {
        Ok(History {
            average: Mean(signed(first.price)?),
            variance: Variance::of_volatility(initial_volatility)?,
            sampled: first.clone(),
            before: first.clone(),
            accepted: first,
            certain: true,
            held_back: None,
            usable: Usable::default(),
        })
    }

    /// After a price was observed at its time and seen here at `now`. Pure: a query evaluates by it, a message saves
    /// what it returns.
    ///
    /// A price that moved further than the bound is held back, until one that is published `confirm_after` later lies
    /// near it, which is accepted whatever its interval. One within the bound clears it, and is accepted unless its
    /// interval is too wide.
    pub fn observe(
        self,
        seen: AcceptedPrice,
        confidence: Decimal256,
        now: Timestamp,
        config: &FeedConfig,
    ) -> ballast_math::Result<(History, Verdict)> {
        let certain = confidence <= config.max_confidence;
        if !self.reaches(&seen, config.max_jump)? {
            return match self.confirmed_by(&seen, config)? {
                true => Ok((self.confirm(seen, certain, config)?, Verdict::Accepted)),
                false => Ok((self.hold_back(seen.price, now, config.max_jump)?, Verdict::HeldBack)),
            };
        }
        let history = History { held_back: None, ..self };
        if !certain {
            return Ok((history, Verdict::TooWide));
        }
        // Not newer than what is accepted: nothing to learn. Else values of one moment could walk away step by step.
        if seen.time <= history.accepted.time {
            return Ok((history, Verdict::Accepted));
        }
        Ok((history.accept(seen, config)?, Verdict::Accepted))
    }

    /// Whether the price is within the bounds of the last accepted one and of the anchor, the one accepted at least an
    /// hour ago: steps that are each within the bound cannot walk away from it.
    ///
    /// Only one price an hour is kept. While the newest sample is younger than an hour, the anchor was accepted between
    /// the sample before and the newest, and both must be within the bound: a price may be held back for
    /// `confirm_after` that a longer memory would let pass. Where a price was confirmed since the newest sample, it is
    /// the only anchor.
    pub fn reaches(&self, seen: &AcceptedPrice, max_jump: Decimal256) -> ballast_math::Result<bool> {
        let since = seconds_between(self.accepted.time, seen.time);
        if !near(self.accepted.price, seen.price, jump_bound(max_jump, since)?)? {
            return Ok(false);
        }
        if since >= HOUR {
            return Ok(true);
        }
        if self.sampled.time >= self.before.time {
            let near = near(self.sampled.price, seen.price, max_jump)?;
            if !near || seconds_between(self.sampled.time, seen.time) >= HOUR {
                return Ok(near);
            }
        }
        near(self.before.price, seen.price, jump_bound(max_jump, seconds_between(self.before.time, seen.time))?)
    }

    /// `seen.time` is never after its own block, so it counts for both: when the price was published, and when it is
    /// seen here.
    fn confirmed_by(&self, seen: &AcceptedPrice, config: &FeedConfig) -> ballast_math::Result<bool> {
        match &self.held_back {
            Some(held) if seconds_between(held.time, seen.time) >= config.confirm_after => {
                near(held.price, seen.price, config.max_jump)
            }
            _ => Ok(false),
        }
    }

    /// Keeps the first of several near each other: its clock runs on. One that lies elsewhere starts anew.
    fn hold_back(mut self, price: Decimal256, now: Timestamp, max_jump: Decimal256) -> ballast_math::Result<History> {
        let waits = match &self.held_back {
            Some(held) => near(held.price, price, max_jump)?,
            None => false,
        };
        if !waits {
            self.held_back = Some(AcceptedPrice { price, time: now });
        }
        Ok(self)
    }

    /// Takes a price beyond the bound as the only one that jumps are measured from.
    fn confirm(mut self, seen: AcceptedPrice, certain: bool, config: &FeedConfig) -> ballast_math::Result<History> {
        self = match certain {
            true => self.accept(seen.clone(), config)?,
            false => History { accepted: seen.clone(), certain, ..self },
        };
        Ok(History { before: seen, held_back: None, ..self })
    }

    fn accept(mut self, seen: AcceptedPrice, config: &FeedConfig) -> ballast_math::Result<History> {
        if self.certain {
            let gap = seconds_between(self.accepted.time, seen.time);
            self.average = self.average.observe(signed(self.accepted.price)?, gap, config.variance_tau)?;
        }
        self.sample(&seen, config)?;
        self.accepted = seen;
        self.certain = true;
        Ok(self)
    }

    /// Exactly one return an hour, over its real time, and at most the jump bound: one absurd print would keep the
    /// volatility high for weeks.
    fn sample(&mut self, seen: &AcceptedPrice, config: &FeedConfig) -> ballast_math::Result<()> {
        let gap = seconds_between(self.sampled.time, seen.time);
        if gap < HOUR {
            return Ok(());
        }
        let counted = return_between(self.sampled.price, seen.price)?.min(jump_bound(config.max_jump, gap)?);
        self.variance = self.variance.observe(counted, gap, config.variance_tau)?;
        self.move_anchor(seen.time);
        self.sampled = seen.clone();
        Ok(())
    }

    /// What the anchor is until the new sample, taken at `at`, is an hour old. A price that stood for an hour or more
    /// is the anchor with its real age. Else it is the sample until now, whose age counts from the last accepted price
    /// on: the true anchor is not younger than that. A price that was confirmed since then stays the anchor.
    fn move_anchor(&mut self, at: Timestamp) {
        if seconds_between(self.accepted.time, at) >= HOUR {
            self.before = self.accepted.clone();
        } else if self.sampled.time >= self.before.time {
            self.before = AcceptedPrice { price: self.sampled.price, time: self.accepted.time };
        }
    }
}

/// Greatest return that passes unconfirmed after `gap` seconds: `max_jump` times the root of the hours, at least one
/// hour; rounded down.
fn jump_bound(max_jump: Decimal256, gap: u64) -> ballast_math::Result<Decimal256> {
    if gap <= HOUR {
        return Ok(max_jump);
    }
    let hours = div_floor(Decimal256::raw(gap.into()), Decimal256::raw(HOUR.into()))?;
    mul_floor(max_jump, hours.sqrt())
}

/// Whether the return from one price to the other is within the bound.
fn near(from: Decimal256, to: Decimal256, bound: Decimal256) -> ballast_math::Result<bool> {
    Ok(return_between(from, to)? <= bound)
}

/// Whole seconds from `earlier` to `later`, zero when they are the other way round.
fn seconds_between(earlier: Timestamp, later: Timestamp) -> u64 {
    later.nanos().saturating_sub(earlier.nanos()) / NANOS
}
