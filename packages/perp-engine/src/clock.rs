//! Clocks that run only while something is possible.
//!
//! Each message sees the market when it starts and when it ends. If something was possible at the end of one message
//! and is at the start of the next, the time in between counts, but only as far as the oracle's feed was usable: an
//! outage that no message saw does not count either.

use ballast_math::{stored_as_list, Quote};
use ballast_types::market::{MarketAction, MarketParams};
use ballast_types::oracle::{Flag, Reading};
use cosmwasm_std::Decimal256;

use crate::books::{Books, Market};
use crate::reserve::{headroom, slack};

const NANOSECONDS: u64 = 1_000_000_000;

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[expect(missing_docs, reason = "the clocks of a market")]
pub struct Clocks {
    /// Whether the switches allowed a hedge to grow at the end of the last message.
    pub open: bool,
    /// Total seconds in which it could grow.
    pub open_seconds: u64,
    /// Whether the switches and the reserve allowed paying shares under notice at the end of the last message.
    pub payable: bool,
    /// Total seconds in which they could be paid.
    pub payable_seconds: u64,
    /// The last of these seconds.
    pub payable_until: u64,
    pub feed: FeedClock,
}

stored_as_list!(Clocks { open, open_seconds, payable, payable_seconds, payable_until, feed });

/// How long the feed has been usable, by the oracle's last reading.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct FeedClock {
    /// Total usable seconds; `None` if the feed does not count them.
    pub usable: Option<u64>,
    /// When the price of a feed that does not count becomes stale; `None` if the price has a flag.
    pub fresh_until: Option<u64>,
}

stored_as_list!(FeedClock { usable, fresh_until });

impl FeedClock {
    /// Takes the next reading, which got these flags. If it is missing or not a price, what was known stays.
    pub fn next(self, reading: Option<&Reading>, flags: &[Flag]) -> FeedClock {
        let told =
            flags.iter().all(|flag| matches!(flag, Flag::Stale | Flag::Jump | Flag::Uncertain | Flag::Secondary));
        match reading.filter(|_| told) {
            None => FeedClock { fresh_until: None, ..self },
            Some(Reading { usable_seconds: None, stale_at, .. }) => {
                FeedClock { usable: None, fresh_until: flags.is_empty().then(|| stale_at.seconds()) }
            }
            Some(reading) => FeedClock { usable: reading.usable_seconds, fresh_until: None },
        }
    }

    /// Seconds since `last` in which the price was usable: by the feed's own count, but at most the time passed. If it
    /// has none, while the last price was fresh.
    pub fn seconds_until(self, next: FeedClock, (last, now): (u64, u64)) -> u64 {
        let counted = match (self.usable, next.usable) {
            (Some(before), Some(after)) => after.saturating_sub(before),
            _ => self.fresh_until.unwrap_or_default().saturating_sub(last),
        };
        counted.min(now.saturating_sub(last))
    }
}

/// What is possible at one moment.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Possible {
    /// Whether the switches allow growing a hedge: to increase, to add margin, and to reduce again.
    pub grow: bool,
    /// Whether the switches and the reserve allow paying at least a tenth of what is under notice; false if nothing is.
    pub withdraw: bool,
}

impl Possible {
    /// In a market that has had a price. Whether that is usable now does not matter here: the feed counts it.
    pub fn of(market: &Market<'_>, books: &Books) -> ballast_math::Result<Possible> {
        let on = |action| market.permit_action(action).is_ok();
        let grow = [MarketAction::Increase, MarketAction::MarginIn, MarketAction::Reduce].into_iter().all(on);
        let withdraw = !books.notice.is_zero() && on(MarketAction::PoolOut) && pays_a_part(books, market)?;
        Ok(Possible { grow, withdraw })
    }
}

/// Whether the reserve leaves a tenth of what is under notice. With this limit, nobody keeps an option to leave by
/// requesting more than there is, and no window runs out while next to nothing can be taken.
fn pays_a_part(books: &Books, market: &Market<'_>) -> ballast_math::Result<bool> {
    let payable = slack(books, market.params.long_reserve)?.minus(headroom(books, market)?)?;
    let asked = Quote(books.pool.quote).minus(books.remaining_quote()?)?.money();
    Ok(payable.is_positive() && payable >= asked.mul_ceil(PART_PAID)?)
}

const PART_PAID: Decimal256 = Decimal256::percent(10);

impl Clocks {
    /// When a message starts: counts the time since the last message, at `last`. The pool's base ages by it too, up to
    /// the age of the full discount, so that old base does not make new base old.
    ///
    /// `collateral` are the seconds in which the margin coin's own price was usable, in a market of two prices: what
    /// needs both prices counts the smaller number, the sale of base that one alone.
    pub fn begin(
        &mut self,
        books: &mut Books,
        params: &MarketParams,
        possible: Possible,
        (last, now): (u64, u64),
        feed: FeedClock,
        collateral: Option<u64>,
    ) {
        let counted = self.feed.seconds_until(feed, (last, now));
        let for_sale = collateral.unwrap_or(counted);
        let counted = counted.min(for_sale);
        if self.payable && possible.withdraw {
            self.payable_seconds = self.payable_seconds.saturating_add(counted);
            self.payable_until = now;
        }
        if self.open && possible.grow {
            let oldest = params.base_discount_time.saturating_mul(NANOSECONDS);
            books.base_age = books.base_age.saturating_add(for_sale.saturating_mul(NANOSECONDS)).min(oldest);
            self.open_seconds = self.open_seconds.saturating_add(counted);
        }
        self.feed = feed;
        self.end(possible);
    }

    /// When a message ends.
    pub fn end(&mut self, possible: Possible) {
        self.open = possible.grow;
        self.payable = possible.withdraw;
    }
}
