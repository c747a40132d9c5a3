//! Clocks that run only while what they are about is possible.
//!
//! Each message sees the market at its beginning and at its end. Of the time between two messages counts, where something
//! was possible at the end of the one and is at the beginning of the other, as much as the oracle's feed was usable in it: a
//! break that no message saw does not count either.

use ballast_math::{stored_as_list, Quote};
use ballast_types::market::{MarketAction, MarketParams};
use ballast_types::oracle::{Flag, Reading};
use cosmwasm_std::Decimal256;

use crate::books::{Books, Market};
use crate::reserve::{headroom, slack};

const NANOSECONDS: u64 = 1_000_000_000;

/// The clocks of a market.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Clocks {
    /// Whether the switches let a hedge grow at the end of the last message.
    pub open: bool,
    /// Seconds in which it could, all together.
    pub open_seconds: u64,
    /// Whether switch and reserve let shares under notice be paid at the end of the last message.
    pub payable: bool,
    /// Seconds in which they could, all together.
    pub payable_seconds: u64,
    /// When the last of these seconds was.
    pub payable_until: u64,
    /// What the oracle said last.
    pub feed: FeedClock,
}

stored_as_list!(Clocks { open, open_seconds, payable, payable_seconds, payable_until, feed });

/// What the oracle says of how long its feed has been usable.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct FeedClock {
    /// Seconds all together; none of a feed that does not count them.
    pub usable: Option<u64>,
    /// When the price of such a feed becomes stale; none where it has a flag.
    pub fresh_until: Option<u64>,
}

stored_as_list!(FeedClock { usable, fresh_until });

impl FeedClock {
    /// What a reading says that was taken with these flags. While it says nothing, because it is missing or no price, what
    /// was said before stands.
    pub fn next(self, reading: Option<&Reading>, flags: &[Flag]) -> FeedClock {
        let told = flags.iter().all(|flag| matches!(flag, Flag::Stale | Flag::Jump | Flag::Uncertain));
        match reading.filter(|_| told) {
            None => FeedClock { fresh_until: None, ..self },
            Some(Reading { usable_seconds: None, stale_at, .. }) => {
                FeedClock { usable: None, fresh_until: flags.is_empty().then(|| stale_at.seconds()) }
            }
            Some(reading) => FeedClock { usable: reading.usable_seconds, fresh_until: None },
        }
    }

    /// Of the time since `last` those seconds in which the price was usable, by the feed's own count, whatever it says no
    /// more than have passed. Where it has none: as long as the last price was fresh.
    fn seconds_until(self, next: FeedClock, (last, now): (u64, u64)) -> u64 {
        let counted = match (self.usable, next.usable) {
            (Some(before), Some(after)) => after.saturating_sub(before),
            _ => self.fresh_until.unwrap_or_default().saturating_sub(last),
        };
        counted.min(now.saturating_sub(last))
    }
}

/// What is possible at a moment.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Possible {
    /// To grow a hedge, as far as the switches say: to increase, with margin, what can be reduced again.
    pub grow: bool,
    /// To pay a tenth of what is under notice at least, as far as switch and reserve say; false while there is nothing.
    pub withdraw: bool,
}

impl Possible {
    /// In a market that has had a price. Whether it is usable is the feed's to count.
    pub fn of(market: &Market<'_>, books: &Books) -> ballast_math::Result<Possible> {
        let on = |action| market.permit_action(action).is_ok();
        let grow = [MarketAction::Increase, MarketAction::MarginIn, MarketAction::Reduce].into_iter().all(on);
        let withdraw = !books.notice.is_zero() && on(MarketAction::PoolOut) && pays_a_part(books, market)?;
        Ok(Possible { grow, withdraw })
    }
}

/// Whether the reserve leaves a tenth of what is under notice: so neither who asks for more than there is keeps an option
/// to leave, nor does a window run out while next to nothing can be taken.
fn pays_a_part(books: &Books, market: &Market<'_>) -> ballast_math::Result<bool> {
    let payable = slack(books, market.params.long_reserve)?.minus(headroom(books, market)?)?;
    let asked = Quote(books.pool.quote).minus(books.remaining_quote()?)?.money();
    Ok(payable.is_positive() && payable >= asked.mul_ceil(PART_PAID)?)
}

const PART_PAID: Decimal256 = Decimal256::percent(10);

impl Clocks {
    /// At the beginning of a message: counts the time since the last one at `last`, in which the pool's base ages too, up to
    /// the age at which its discount is full: what is older must not make what arrives old.
    pub fn begin(
        &mut self,
        books: &mut Books,
        params: &MarketParams,
        possible: Possible,
        (last, now): (u64, u64),
        feed: FeedClock,
    ) {
        let counted = self.feed.seconds_until(feed, (last, now));
        if self.payable && possible.withdraw {
            self.payable_seconds = self.payable_seconds.saturating_add(counted);
            self.payable_until = now;
        }
        if self.open && possible.grow {
            let oldest = params.base_discount_time.saturating_mul(NANOSECONDS);
            books.base_age = books.base_age.saturating_add(counted.saturating_mul(NANOSECONDS)).min(oldest);
            self.open_seconds = self.open_seconds.saturating_add(counted);
        }
        self.feed = feed;
        self.end(possible);
    }

    /// At the end of a message.
    pub fn end(&mut self, possible: Possible) {
        self.open = possible.grow;
        self.payable = possible.withdraw;
    }
}
