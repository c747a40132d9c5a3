//! What the policy remembers between messages: the means of the funding rates, the cost of keepers' trades, and the
//! clock of the auction.

use ballast_math::{stored_as_list, sub_signed, Mean, Money, SECONDS_PER_YEAR};
use ballast_types::policy::PolicyParams;
use ballast_types::venue::FundingRates;
use cosmwasm_std::{SignedDecimal256, Timestamp};

use crate::error::ContractError;

/// What the policy remembers.
#[derive(Clone, Debug, PartialEq)]
pub struct Memory {
    /// Mean of the reference rate.
    pub reference_mean: Mean,
    /// Mean of what the venue paid to a short.
    pub paid_mean: Mean,
    /// The rates seen last, in force since then.
    pub last: Option<Observed>,
    /// Cost of keepers' trades that was not yet refilled at `cost_time`, units of quote.
    pub cost_spent: Money,
    /// When it was counted last.
    pub cost_time: Timestamp,
    /// What the venue's clock of open seconds showed when the auction began.
    pub auction_started: Option<u64>,
}

/// Rates as seen at a moment.
#[derive(Clone, Debug, PartialEq)]
pub struct Observed {
    /// The reference, yearly.
    pub reference: SignedDecimal256,
    /// When it counts for nothing any more.
    pub stale_at: Option<Timestamp>,
    /// What a short had earned until then: see [`FundingRates::short_earned`].
    pub earned: SignedDecimal256,
    /// When.
    pub time: Timestamp,
}

stored_as_list!(Memory { reference_mean, paid_mean, last, cost_spent, cost_time, auction_started });
stored_as_list!(Observed { reference, stale_at, earned, time });

impl Memory {
    /// Of a new vault: no forecast, which leaves the hedge at its neutral ratio, and nothing spent.
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

    /// Weighs in the rates since the last look.
    ///
    /// The reference counts as it was seen last, until it went stale, and as zero afterwards. What the venue paid
    /// follows the skew, which anyone can move for a moment: it counts by what a short has earned in between, so that a
    /// rate that stood for one block counts for one block, whoever looks in it.
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

    /// Cost that is not refilled yet at `now`.
    pub fn spent(&self, now: Timestamp, nav: Money, params: &PolicyParams) -> Result<Money, ContractError> {
        let seconds = now.seconds().saturating_sub(self.cost_time.seconds());
        Ok(hedge_policy::refill(self.cost_spent, seconds, nav, params)?)
    }

    /// Counts the cost of a keeper's trade.
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

/// `tau` of a mean that forgets half in `half_life`: `half_life / ln 2`.
fn decay_time(half_life: u64) -> u64 {
    const INVERSE_LN_2: (u64, u64) = (1_442_695, 1_000_000);
    half_life.saturating_mul(INVERSE_LN_2.0).checked_div(INVERSE_LN_2.1).unwrap_or(half_life).max(1)
}
