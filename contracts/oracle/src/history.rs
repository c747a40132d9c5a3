//! What a price feed remembers: the last accepted price, a price that is held back, the price of an hour ago, average
//! and volatility.
//!
//! All of it uses the times at which values were observed, so reading a source twice changes nothing.

use ballast_math::{div_floor, mul_floor, return_between, signed, stored_as_list, Mean, Variance};
use ballast_types::oracle::{AcceptedPrice, FeedConfig, FeedKind};
use ballast_wire::{Read, Value};
use cosmwasm_schema::serde::{Serialize, Serializer};
use cosmwasm_std::{Decimal256, Timestamp};

use crate::hours::Closings;
use crate::redemption_rate::has_fallen;
use crate::usable::Usable;

/// Seconds between two samples of the variance: more often would lower it. Also how old an anchor is at least.
pub const HOUR: u64 = 3600;

const NANOS: u64 = 1_000_000_000;

/// The history of a price feed, from its first accepted price on.
#[derive(Clone, Debug, PartialEq)]
pub struct History {
    /// The last accepted price: jumps are measured from it, and from the one accepted an hour ago.
    pub accepted: AcceptedPrice,
    /// Whether its confidence interval was no wider than the feed allows. A price confirmed with a wide interval counts
    /// for jumps but never enters the average.
    pub certain: bool,
    /// The price that waits to be confirmed, with the time of the block that saw it first, so that a backdated value
    /// cannot confirm itself.
    pub held_back: Option<AcceptedPrice>,
    /// The accepted price of the last variance sample.
    pub sampled: AcceptedPrice,
    /// The price from which jumps are measured while `sampled` is younger than an hour (the price before it), or if it
    /// is newer than `sampled` (a confirmed price). Its time is when its age starts to count.
    pub before: AcceptedPrice,
    /// Mean of accepted prices, each weighted by the time until the next one.
    pub average: Mean,
    /// Yearly variance of accepted prices.
    pub variance: Variance,
    /// How long prices have been usable: not while one is held back, too uncertain to sell at, or too old. Of a price
    /// computed from other feeds: how long it alone was not.
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
    Accepted,
    /// A redemption rate above what it may have grown to, and accepted as that.
    Limited,
    /// It jumped further than the bound and waits for confirmation by a later value.
    HeldBack,
    /// It is within the bound, but its confidence interval is too wide to learn from.
    TooWide,
}

impl History {
    /// Starts with the first price of a feed, which cannot be compared with anything, and the configured initial
    /// volatility.
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

    /// Adds a price that was observed at its own time and seen here at `now`. A query uses the result for its response,
    /// a message saves it.
    ///
    /// A price that moved further than the bound is held back until a price published `confirm_after` later is near it;
    /// that one is accepted even with a wide interval. A price within the bound discards the one held back, and is
    /// accepted unless its interval is too wide (not `certain`). The first price after a closing is beyond any bound.
    pub fn observe(
        self,
        seen: AcceptedPrice,
        certain: bool,
        now: Timestamp,
        (config, closings): (&FeedConfig, &Closings),
    ) -> ballast_math::Result<(History, Verdict)> {
        let history = self.since_opening(seen.time, closings);
        if !history.continues(&seen, config, closings)? {
            return match history.confirmed_by(&seen, config)? {
                true => Ok((history.confirm(seen, certain, (config, closings))?, Verdict::Accepted)),
                false => Ok((history.hold_back(seen.price, now, config.max_jump)?, Verdict::HeldBack)),
            };
        }
        let history = History { held_back: None, ..history };
        if !certain {
            return Ok((history, Verdict::TooWide));
        }
        // Not newer than the accepted price: nothing to learn. Otherwise values of the same time could move it step by
        // step.
        if seen.time <= history.accepted.time {
            return Ok((history, Verdict::Accepted));
        }
        Ok((history.accept(seen, (config, closings))?, Verdict::Accepted))
    }

    /// Sees a price computed from feeds of which one is held back. If it jumped here too, it starts to wait together
    /// with that feed, not after it.
    pub fn foresee(
        self,
        seen: &AcceptedPrice,
        now: Timestamp,
        (config, closings): (&FeedConfig, &Closings),
    ) -> ballast_math::Result<History> {
        let history = self.since_opening(seen.time, closings);
        match history.continues(seen, config, closings)? {
            true => Ok(history),
            false => history.hold_back(seen.price, now, config.max_jump),
        }
    }

    /// Without a price that was held back before the last opening: what comes after that confirms it no more.
    fn since_opening(mut self, now: Timestamp, closings: &Closings) -> History {
        self.held_back = self.held_back.filter(|held| !closings.opened_between(held.time, now));
        self
    }

    /// Whether the price can be accepted without waiting: no closing lies before it, and it is within the bounds.
    pub fn continues(
        &self,
        seen: &AcceptedPrice,
        config: &FeedConfig,
        closings: &Closings,
    ) -> ballast_math::Result<bool> {
        Ok(!closings.opened_between(self.accepted.time, seen.time) && self.reaches(seen, config)?)
    }

    /// Whether the price is within the bounds around the last accepted price and around the anchor, the price accepted
    /// at least an hour ago: small steps, each within the bound, cannot drift away from the anchor.
    ///
    /// Only one price per hour is kept. While the newest sample is younger than an hour, the anchor was accepted
    /// between the sample before it and the newest one, and both must be within the bound. So a price may be held back
    /// for `confirm_after` that a longer memory would accept. A price confirmed since the newest sample is the only
    /// anchor.
    ///
    /// A redemption rate has not fallen below any of these; what it grew by is limited before.
    pub fn reaches(&self, seen: &AcceptedPrice, config: &FeedConfig) -> ballast_math::Result<bool> {
        if config.kind == FeedKind::RedemptionRate {
            return Ok(!has_fallen(self, seen.price)?);
        }
        let max_jump = config.max_jump;
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

    /// `seen.time` is never after the current block, so one comparison covers both: when the price was published, and
    /// when it is seen here.
    fn confirmed_by(&self, seen: &AcceptedPrice, config: &FeedConfig) -> ballast_math::Result<bool> {
        match &self.held_back {
            Some(held) if seconds_between(held.time, seen.time) >= config.confirm_after => {
                near(held.price, seen.price, config.max_jump)
            }
            _ => Ok(false),
        }
    }

    /// If a price near the new one is held back already, its clock continues; a price elsewhere restarts it.
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

    /// Accepts a price beyond the bound; from now on jumps are measured from it alone.
    fn confirm(
        mut self,
        seen: AcceptedPrice,
        certain: bool,
        rules: (&FeedConfig, &Closings),
    ) -> ballast_math::Result<History> {
        self = match certain {
            true => self.accept(seen.clone(), rules)?,
            false => History { accepted: seen.clone(), certain, ..self },
        };
        Ok(History { before: seen, held_back: None, ..self })
    }

    fn accept(
        mut self,
        seen: AcceptedPrice,
        (config, closings): (&FeedConfig, &Closings),
    ) -> ballast_math::Result<History> {
        if self.certain {
            let gap = closings.open_seconds(self.accepted.time, seen.time);
            self.average = self.average.observe(signed(self.accepted.price)?, gap, config.variance_tau)?;
        }
        self.sample(&seen, config, closings)?;
        self.accepted = seen;
        self.certain = true;
        Ok(self)
    }

    /// Samples one return per hour, over its real time, limited to the jump bound: a single absurd price would
    /// otherwise keep the volatility high for weeks.
    ///
    /// A return over a closing counts in full, but only with the hours in which the market was open: closed ones, in
    /// which no price can move, would lower the volatility.
    fn sample(&mut self, seen: &AcceptedPrice, config: &FeedConfig, closings: &Closings) -> ballast_math::Result<()> {
        let gap = seconds_between(self.sampled.time, seen.time);
        if gap < HOUR {
            return Ok(());
        }
        let counted = return_between(self.sampled.price, seen.price)?.min(jump_bound(config.max_jump, gap)?);
        let open = closings.open_seconds(self.sampled.time, seen.time);
        self.variance = self.variance.observe(counted, open, config.variance_tau)?;
        self.move_anchor(seen.time);
        self.sampled = seen.clone();
        Ok(())
    }

    /// Sets the anchor until the new sample, taken at `at`, is an hour old. A price that was in force for an hour or
    /// more is the anchor with its real age. Otherwise it is the previous sample, whose age counts from the last
    /// accepted price on: the true anchor is not younger than that. A price confirmed since then stays the anchor.
    fn move_anchor(&mut self, at: Timestamp) {
        if seconds_between(self.accepted.time, at) >= HOUR {
            self.before = self.accepted.clone();
        } else if self.sampled.time >= self.before.time {
            self.before = AcceptedPrice { price: self.sampled.price, time: self.accepted.time };
        }
    }
}

/// The largest return accepted unconfirmed after `gap` seconds: `max_jump` times the square root of the hours, of at
/// least one hour; rounded down.
pub fn jump_bound(max_jump: Decimal256, gap: u64) -> ballast_math::Result<Decimal256> {
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

/// Whole seconds from `earlier` to `later`; zero if they are in the wrong order.
pub fn seconds_between(earlier: Timestamp, later: Timestamp) -> u64 {
    later.nanos().saturating_sub(earlier.nanos()) / NANOS
}
