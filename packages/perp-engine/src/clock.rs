//! Clocks that run only while what they are about is possible.
//!
//! Each message sees the market at its beginning and at its end. The time between two messages counts where something
//! was possible at the end of the one and is at the beginning of the other, and then from when the oracle's feed has been
//! usable without a break: a break that nobody saw does not count either.

use ballast_math::{stored_as_list, MathResult};
use ballast_types::market::{MarketAction, MarketParams};
use ballast_types::oracle::PriceUse;
use cosmwasm_std::Timestamp;

use crate::books::{Books, Market};
use crate::caps::remaining_slack;
use crate::reserve::headroom;

const NANOSECONDS: u64 = 1_000_000_000;

/// The clocks of a market.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Clocks {
    /// Since when positions could be increased and base could be bought without a break, in seconds; none while they
    /// could not.
    pub open_since: Option<u64>,
    /// Whether shares under notice could be paid at the end of the last message.
    pub payable: bool,
    /// Seconds in which they could, all together.
    pub payable_seconds: u64,
    /// When the last of these seconds was.
    pub payable_until: u64,
}

stored_as_list!(Clocks { open_since, payable, payable_seconds, payable_until });

/// What is possible at a moment.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Possible {
    /// To increase positions and to buy base, as far as switches and price say.
    pub increase: bool,
    /// To pay all shares under notice; false while there are none.
    pub withdraw: bool,
}

impl Possible {
    /// In a market that has a price.
    pub fn of(market: &Market<'_>, books: &Books) -> MathResult<Possible> {
        let increase = market.permit(MarketAction::Increase, PriceUse::BuyBase).is_ok();
        let withdraw = !books.notice.is_zero()
            && market.permit(MarketAction::PoolOut, PriceUse::Pool).is_ok()
            && remaining_slack(books, market.params)? >= headroom(books, market)?;
        Ok(Possible { increase, withdraw })
    }
}

impl Clocks {
    /// At the beginning of a message: counts the time since the last one, in which the pool's base ages too, up to the age
    /// at which its discount is full: what is older must not make what arrives old.
    pub fn begin(
        &mut self,
        books: &mut Books,
        params: &MarketParams,
        possible: Possible,
        last: u64,
        usable_since: Timestamp,
        now: u64,
    ) {
        let usable_since = whole_seconds_up(usable_since).min(now);
        let counted = now.saturating_sub(usable_since.max(last));
        if self.payable && possible.withdraw {
            self.payable_seconds = self.payable_seconds.saturating_add(counted);
            self.payable_until = now;
        }
        self.open_since = match self.open_since.filter(|_| possible.increase) {
            Some(since) => {
                let oldest = params.base_discount_time.saturating_mul(NANOSECONDS);
                books.base_age = books.base_age.saturating_add(counted.saturating_mul(NANOSECONDS)).min(oldest);
                Some(since.max(usable_since))
            }
            None => possible.increase.then_some(now),
        };
        self.payable = possible.withdraw;
    }

    /// At the end of a message.
    pub fn end(&mut self, possible: Possible, now: u64) {
        self.open_since = possible.increase.then(|| self.open_since.unwrap_or(now));
        self.payable = possible.withdraw;
    }
}

fn whole_seconds_up(time: Timestamp) -> u64 {
    time.seconds().saturating_add(u64::from(time.subsec_nanos() > 0))
}
