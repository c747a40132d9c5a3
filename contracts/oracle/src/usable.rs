//! How long a feed has been usable: auctions that depend on time count only time in which somebody could buy.

use ballast_math::stored_as_list;
use cosmwasm_std::Timestamp;

use crate::source::after;

/// Twice the latest time that there is, in seconds.
const CEILING: u64 = u64::MAX / 1_000_000_000 * 2;

/// The usable seconds of a price computed from two: it loses what either of them loses. Both unusable at once is lost
/// twice, so it never grows by more than the time in which both were usable. Neither this number nor what is left of it
/// after the computed price's own seconds is ever below zero: time is at most half of the ceiling.
pub fn of_both(a: Option<u64>, b: Option<u64>, now: Timestamp) -> Option<u64> {
    Some(a?.saturating_add(b?).saturating_add(CEILING.saturating_sub(now.seconds())))
}

/// Total whole seconds in which prices were accepted and fresh. In the history of a computed price: in which that price
/// alone had a flag.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Usable {
    /// Start of the current usable period, in seconds; `None` while there is none.
    since: Option<u64>,
    /// Usable seconds before that.
    before: u64,
    /// When the current period ends without new values, in seconds.
    until: u64,
}

stored_as_list!(Usable { since, before, until });

impl Usable {
    /// Total seconds until `now`.
    pub fn seconds(self, now: Timestamp) -> u64 {
        let end = now.seconds().min(self.until);
        let running = self.since.map(|since| end.saturating_sub(since));
        self.before.saturating_add(running.unwrap_or_default())
    }

    /// Ends the current period at `now`, or earlier if it ran out before.
    #[must_use]
    pub fn stop(self, now: Timestamp) -> Usable {
        Usable { since: None, before: self.seconds(now), ..self }
    }

    /// Ends the current period with the second of `now`.
    #[must_use]
    pub fn stop_after(self, now: Timestamp) -> Usable {
        self.stop(after(Timestamp::default(), next_second(now)))
    }

    /// Usable at `now`, and until `until` without new values.
    #[must_use]
    pub fn go_on(self, now: Timestamp, until: Timestamp) -> Usable {
        let next_second = next_second(now);
        let running = if next_second > self.until { self.stop(now) } else { self };
        Usable { since: running.since.or(Some(next_second)), until: until.seconds(), ..running }
    }

    /// Starts a period without an end with the second of `now`, if there is none.
    #[must_use]
    pub fn start_with(self, now: Timestamp) -> Usable {
        Usable { since: self.since.or(Some(now.seconds())), until: u64::MAX, ..self }
    }
}

/// `now` in whole seconds, rounded up.
fn next_second(now: Timestamp) -> u64 {
    now.seconds().saturating_add(u64::from(now.subsec_nanos() > 0))
}
