//! Sends the market a message now and then. Between two messages the market uses the funding rate that the last one
//! found, and none once that is stale; and in a market of two prices the mean discount stands still. If nobody trades and
//! nothing is due, the keeper has to send the message.

use ballast_types::market::{Adjust, ExecuteMsg, FundingRates, MarginOut, OrderSize, PositionResponse, Prices, Settle};
use cosmwasm_std::Int128;

use super::{Keeper, System, Task};
use crate::log::{self, Level};
use crate::{Error, Result};

/// Maximum seconds for which the market may use the same reference rate.
const LONGEST: u64 = 3600;

/// The reference rate that the market got from this keeper: when it becomes stale, and how much newer a rate must be
/// for a message.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Touched {
    stale_at: u64,
    worth: u64,
}

impl Touched {
    /// From the rates at `now`; none if the reference is a constant.
    fn at(rates: &FundingRates, now: u64) -> Option<Touched> {
        let stale_at = rates.stale_at?.seconds();
        Some(Touched { stale_at, worth: (stale_at.saturating_sub(now) / 2).min(LONGEST) })
    }

    /// Whether a sufficiently newer rate is available.
    fn is_old(self, rates: &FundingRates) -> bool {
        rates.stale_at.is_some_and(|at| at.seconds() >= self.stale_at.saturating_add(self.worth.max(1)))
    }
}

/// The mean discount of a market of two prices moves with its messages alone, and counts an hour between two at most.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Counted(u64);

/// Whether to send a message: the reference rate is old, or an hour is to be counted in a market of two prices. After a
/// start neither is known, so it is due.
fn is_due(touched: Option<Touched>, counted: Option<Counted>, rates: &FundingRates, prices: &Prices) -> bool {
    let now = prices.time.seconds();
    let rate = touched.map_or(rates.stale_at.is_some(), |touched| touched.is_old(rates));
    let mean = counted.map_or(true, |Counted(at)| now >= at.saturating_add(LONGEST));
    rate || (mean && prices.collateral_range.is_some())
}

impl Keeper<'_> {
    /// Sends an empty order if the market's reference rate is old or its mean discount is to be counted.
    pub(super) fn touch(&mut self, system: &System, venue: &PositionResponse) -> Result<bool> {
        let rates = &venue.funding;
        if !is_due(self.touched, self.counted, rates, &venue.prices)
            || !self.backoff.allows(&Task::Touch, self.start.elapsed())
        {
            return Ok(true);
        }
        let order = Adjust {
            market: system.config.market.clone(),
            size: OrderSize::Delta { amount: Int128::zero() },
            reduce_only: false,
            settle: Settle::No,
            limit_cost: None,
            margin_out: MarginOut::None,
        };
        let sent = self.session.client.execute(&self.signer, &[system.market_call(&ExecuteMsg::Adjust(order), &[])?]);
        if matches!(sent, Ok(_) | Err(Error::MayHaveHappened { .. })) {
            let now = venue.prices.time.seconds();
            (self.touched, self.counted) = (Touched::at(rates, now), Some(Counted(now)));
        }
        match sent {
            Ok(sent) => {
                self.backoff.done(&Task::Touch);
                let fields =
                    [("height", sent.height.to_string()), ("gas", sent.gas_used.to_string()), ("tx", sent.hash)];
                log::line(Level::Info, "market_touched", &fields);
                Ok(true)
            }
            Err(error) => self.failed(Task::Touch, error),
        }
    }
}

#[cfg(test)]
mod tests {
    use ballast_types::market::CollateralRange;
    use cosmwasm_std::Timestamp;

    use super::*;

    /// In a market of one price.
    fn due(touched: Option<Touched>, rates: &FundingRates) -> bool {
        is_due(touched, None, rates, &Prices::default())
    }

    #[test]
    fn in_a_market_of_two_prices_an_hour_is_counted_each_hour() {
        let constant = FundingRates::default();
        let at = |seconds| Prices {
            time: Timestamp::from_seconds(seconds),
            collateral_range: Some(CollateralRange::default()),
            ..Prices::default()
        };
        assert!(is_due(None, None, &constant, &at(5_000)));
        assert!(!is_due(None, Some(Counted(5_000)), &constant, &at(8_599)));
        assert!(is_due(None, Some(Counted(5_000)), &constant, &at(8_600)));
        let one_price = Prices { collateral_range: None, ..at(90_000) };
        assert!(!is_due(None, Some(Counted(5_000)), &constant, &one_price));
    }

    fn stale_at(seconds: Option<u64>) -> FundingRates {
        FundingRates { stale_at: seconds.map(Timestamp::from_seconds), ..FundingRates::default() }
    }

    #[test]
    fn the_market_is_touched_at_the_start_and_for_readings_an_hour_newer() {
        // Valid for twelve hours from 1,000 on.
        let first = stale_at(Some(44_200));
        assert!(due(None, &first));
        let touched = Touched::at(&first, 1_000);
        for (newer, expected) in [(0, false), (3_599, false), (3_600, true), (90_000, true)] {
            assert_eq!(due(touched, &stale_at(Some(44_200 + newer))), expected, "{newer}");
        }
        // A rate that is not newer, or already stale, is not worth a message.
        assert!(!due(touched, &stale_at(None)));
    }

    #[test]
    fn readings_of_a_short_life_are_renewed_in_the_middle_of_it() {
        let touched = Touched::at(&stale_at(Some(1_600)), 1_000);
        assert!(!due(touched, &stale_at(Some(1_899))));
        assert!(due(touched, &stale_at(Some(1_900))));
        let stale = Touched::at(&stale_at(Some(900)), 1_000);
        assert!(!due(stale, &stale_at(Some(900))) && due(stale, &stale_at(Some(901))));
    }

    #[test]
    fn a_constant_needs_nobody() {
        assert!(!due(None, &stale_at(None)));
        assert_eq!(Touched::at(&stale_at(None), 1_000), None);
    }
}
