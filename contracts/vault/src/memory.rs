//! What is stored for the policy between messages: means of the funding rates, the cost of keepers' trades, and the
//! start of the auction.

use ballast_math::{stored_as_list, sub_signed, Mean, Money, SECONDS_PER_YEAR};
use ballast_types::policy::PolicyParams;
use ballast_types::venue::FundingRates;
use cosmwasm_std::{SignedDecimal256, Timestamp};

use crate::error::ContractError;

/// What is stored for the policy.
#[derive(Clone, Debug, PartialEq)]
pub struct Memory {
    /// Mean of the reference rate.
    pub reference_mean: Mean,
    /// Mean of the rate that the venue paid to shorts.
    pub paid_mean: Mean,
    /// The last observation.
    pub last: Option<Observed>,
    /// Cost of keepers' trades not refilled at `cost_time`, units of quote.
    pub cost_spent: Money,
    /// When `cost_spent` was last updated.
    pub cost_time: Timestamp,
    /// The venue's counter of open seconds when the auction started.
    pub auction_started: Option<u64>,
}

/// Rates observed at a time.
#[derive(Clone, Debug, PartialEq)]
pub struct Observed {
    /// The yearly reference rate.
    pub reference: SignedDecimal256,
    /// When the reference becomes stale; it counts as zero then.
    pub stale_at: Option<Timestamp>,
    /// What a short had earned by then: see [`FundingRates::short_earned`].
    pub earned: SignedDecimal256,
    /// Time of the observation.
    pub time: Timestamp,
}

stored_as_list!(Memory { reference_mean, paid_mean, last, cost_spent, cost_time, auction_started });
stored_as_list!(Observed { reference, stale_at, earned, time });

impl Memory {
    /// The memory of a new vault: no forecast, so the hedge target is neutral, and no cost.
    pub fn new(now: Timestamp) -> Memory {
        Memory {
            reference_mean: Mean::default(),
            paid_mean: Mean::default(),
            last: None,
            cost_spent: Money::ZERO,
            cost_time: now,
            auction_started: None,
        }
    }

    /// Updates the funding means since the last observation.
    ///
    /// The reference counts with its last value until it became stale, and as zero afterwards. The rate that the venue
    /// pays depends on the skew, which anyone can move for a moment. It is therefore measured by what a short has
    /// earned in between, so that a rate that lasted one block counts for one block, even if it was observed in that
    /// block.
    pub fn observe(mut self, now: Timestamp, rates: &FundingRates, half_life: u64) -> ballast_math::Result<Memory> {
        if let Some(last) = &self.last {
            let (tau, end) = (decay_time(half_life), now.seconds());
            let start = last.time.seconds().min(end);
            let stale = last.stale_at.map_or(end, |at| at.seconds()).clamp(start, end);
            let (fresh, after, all) =
                (stale.saturating_sub(start), end.saturating_sub(stale), end.saturating_sub(start));
            self.reference_mean = self.reference_mean.observe(last.reference, fresh, tau)?;
            self.reference_mean = self.reference_mean.observe(SignedDecimal256::zero(), after, tau)?;
            if all > 0 {
                let earned = Money::new(sub_signed(rates.short_earned, last.earned)?);
                let paid = earned.portion_floor(SECONDS_PER_YEAR.into(), all.into())?.units();
                self.paid_mean = self.paid_mean.observe(paid, all, tau)?;
            }
        }
        let FundingRates { reference, stale_at, short_earned: earned, .. } = *rates;
        self.last = Some(Observed { reference, stale_at, earned, time: now });
        Ok(self)
    }

    /// Takes the time since the last observation off the auction's clock.
    pub fn stop_auction_clock(&mut self, now: Timestamp, open_seconds: u64) {
        let (Some(started), Some(last)) = (self.auction_started, &self.last) else { return };
        let passed = now.seconds().saturating_sub(last.time.seconds());
        self.auction_started = Some(started.saturating_add(passed).min(open_seconds));
    }

    /// Cost not refilled at `now`.
    pub fn spent(&self, now: Timestamp, nav: Money, params: &PolicyParams) -> Result<Money, ContractError> {
        let seconds = now.seconds().saturating_sub(self.cost_time.seconds());
        Ok(hedge_policy::refill(self.cost_spent, seconds, nav, params)?)
    }

    /// Adds the cost of a keeper's trade.
    pub fn spend(
        mut self,
        now: Timestamp,
        nav: Money,
        params: &PolicyParams,
        cost: Money,
    ) -> Result<Memory, ContractError> {
        self.cost_spent = self.spent(now, nav, params)?.plus(cost.or_zero())?;
        self.cost_time = now;
        Ok(self)
    }
}

/// `tau` of a mean with this half-life: `half_life / ln 2`.
fn decay_time(half_life: u64) -> u64 {
    const INVERSE_LN_2: (u64, u64) = (1_442_695, 1_000_000);
    half_life.saturating_mul(INVERSE_LN_2.0).checked_div(INVERSE_LN_2.1).unwrap_or(half_life).max(1)
}
