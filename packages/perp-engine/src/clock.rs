//! Clocks that run only while what they are about is possible.
//!
//! Each message sees the market at its beginning and at its end. Of the time between two messages counts, where something
//! was possible at the end of the one and is at the beginning of the other, as much as the oracle's feed was usable in it: a
//! break that no message saw does not count either.

use ballast_math::{stored_as_list, MathResult};
use ballast_types::market::{MarketAction, MarketParams};
use ballast_types::oracle::PriceUse;

use crate::books::{Books, Market};
use crate::caps::remaining_slack;
use crate::reserve::headroom;

const NANOSECONDS: u64 = 1_000_000_000;

/// The clocks of a market.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Clocks {
    /// Whether positions could be increased and base could be bought at the end of the last message.
    pub open: bool,
    /// Seconds in which they could, all together.
    pub open_seconds: u64,
    /// Whether shares under notice could be paid at the end of the last message.
    pub payable: bool,
    /// Seconds in which they could, all together.
    pub payable_seconds: u64,
    /// When the last of these seconds was.
    pub payable_until: u64,
    /// What the oracle said last of how long its feed has been usable, in seconds.
    pub usable: u64,
}

stored_as_list!(Clocks { open, open_seconds, payable, payable_seconds, payable_until, usable });

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
    /// At the beginning of a message: counts the time since the last one at `last`, in which the pool's base ages too, up to
    /// the age at which its discount is full: what is older must not make what arrives old. `usable` is what the oracle says
    /// now; whatever it says, no more counts than has passed.
    pub fn begin(
        &mut self,
        books: &mut Books,
        params: &MarketParams,
        possible: Possible,
        (last, now): (u64, u64),
        usable: u64,
    ) {
        let counted = usable.saturating_sub(self.usable).min(now.saturating_sub(last));
        if self.payable && possible.withdraw {
            self.payable_seconds = self.payable_seconds.saturating_add(counted);
            self.payable_until = now;
        }
        if self.open && possible.increase {
            let oldest = params.base_discount_time.saturating_mul(NANOSECONDS);
            books.base_age = books.base_age.saturating_add(counted.saturating_mul(NANOSECONDS)).min(oldest);
            self.open_seconds = self.open_seconds.saturating_add(counted);
        }
        self.usable = usable;
        self.end(possible);
    }

    /// At the end of a message.
    pub fn end(&mut self, possible: Possible) {
        self.open = possible.increase;
        self.payable = possible.withdraw;
    }
}
