//! How long a feed has been usable: auctions that depend on time count only time in which somebody could buy.

use ballast_math::stored_as_list;
use cosmwasm_std::Timestamp;

/// Total whole seconds in which prices were accepted and fresh.
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

    /// Usable at `now`, and until `until` without new values.
    #[must_use]
    pub fn go_on(self, now: Timestamp, until: Timestamp) -> Usable {
        let next_second = now.seconds().saturating_add(u64::from(now.subsec_nanos() > 0));
        let running = if next_second > self.until { self.stop(now) } else { self };
        Usable { since: running.since.or(Some(next_second)), until: until.seconds(), ..running }
    }
}
