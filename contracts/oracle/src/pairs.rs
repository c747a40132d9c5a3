//! How the hourly returns of two price feeds depend on each other, for hedges of a coin with a relative's perpetual.

use ballast_math::{abs, clamp_signed, negate, signed, signed_return, stored_as_list, Covariance, Variance};
use ballast_types::oracle::{FeedConfig, Reading, RegressionResponse};
use cosmwasm_std::{Decimal256, Event, Order, SignedDecimal256, StdResult, Storage, Timestamp};

use crate::error::ContractError;
use crate::events;
use crate::history::{jump_bound, seconds_between, HOUR};
use crate::state::PAIRS;

/// Covariance of both feeds' returns and variance of the index feed's, one return an hour.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Pair {
    /// The prices of base and index from which the next returns are measured, and when both had been observed.
    sampled: Option<(Decimal256, Decimal256, Timestamp)>,
    covariance: Covariance,
    variance: Variance,
    /// Returns counted, and the seconds that they cover.
    returns: u64,
    seconds: u64,
}

stored_as_list!(Pair { sampled, covariance, variance, returns, seconds });

/// A feed that was just observed.
pub struct Seen {
    feed: String,
    config: FeedConfig,
    /// Its price and the time of its history; `None` if the price has a flag, or never varies.
    price: Option<(Decimal256, Timestamp)>,
}

impl Seen {
    pub fn new(feed: String, config: FeedConfig, reading: &Reading, clock: Option<Timestamp>) -> Seen {
        let clock = clock.filter(|_| config.kind.is_price() && reading.flags.is_empty());
        let price = clock.map(|clock| (abs(reading.value), clock));
        Seen { feed, config, price }
    }

    /// The return from an earlier price, limited to the bound on jumps: a single absurd price would otherwise count for
    /// weeks.
    fn counted(&self, from: Decimal256, to: Decimal256, gap: u64) -> ballast_math::Result<SignedDecimal256> {
        let bound = signed(jump_bound(self.config.max_jump, gap)?)?;
        Ok(clamp_signed(signed_return(from, to)?, negate(bound)?, bound))
    }
}

/// Updates the pairs of which both feeds are among these.
pub fn observe(storage: &mut dyn Storage, seen: &[Seen]) -> Result<Vec<Event>, ContractError> {
    let mut changed = vec![];
    // One feed is no pair, and needs no look.
    if seen.len() < 2 {
        return Ok(changed);
    }
    let pairs = PAIRS.range(storage, None, None, Order::Ascending).collect::<StdResult<Vec<_>>>()?;
    for ((base_feed, index_feed), pair) in pairs {
        let named = |feed: &str| seen.iter().find(|seen| seen.feed == feed);
        let (Some(base), Some(index)) = (named(&base_feed), named(&index_feed)) else { continue };
        if let Some(pair) = pair.next(base, index)? {
            PAIRS.save(storage, (&base_feed, &index_feed), &pair)?;
            changed.push(events::observe_pair(&base_feed, &index_feed, &pair.response()?));
        }
    }
    Ok(changed)
}

impl Pair {
    /// After prices that are an hour newer than those before; `None` if they are not, or one of them is not usable. By
    /// the times at which both had been observed, so that asking more often changes nothing.
    fn next(self, base: &Seen, index: &Seen) -> ballast_math::Result<Option<Pair>> {
        let (Some((base_price, base_time)), Some((index_price, index_time))) = (base.price, index.price) else {
            return Ok(None);
        };
        let sample = (base_price, index_price, base_time.min(index_time));
        let Some((base_before, index_before, before)) = self.sampled else {
            return Ok(Some(Pair { sampled: Some(sample), ..self }));
        };
        let gap = seconds_between(before, sample.2);
        if gap < HOUR {
            return Ok(None);
        }
        let of_base = base.counted(base_before, base_price, gap)?;
        let of_index = index.counted(index_before, index_price, gap)?;
        let tau = index.config.variance_tau;
        Ok(Some(Pair {
            sampled: Some(sample),
            covariance: self.covariance.observe(of_base, of_index, gap, tau)?,
            variance: self.variance.observe(abs(of_index), gap, tau)?,
            returns: self.returns.saturating_add(1),
            seconds: self.seconds.saturating_add(gap),
        }))
    }

    pub fn response(self) -> ballast_math::Result<RegressionResponse> {
        let Pair { sampled, covariance, variance, returns, seconds } = self;
        let (ratio, time) = (covariance.over(variance)?, sampled.map(|(_, _, time)| time));
        Ok(RegressionResponse { covariance: covariance.0, variance: variance.0, ratio, returns, seconds, time })
    }
}
