//! How long a feed has been usable: what is sold by a clock counts only time in which somebody could buy.

use ballast_math::stored_as_list;
use cosmwasm_std::Timestamp;

/// Whole seconds in which prices were accepted and fresh, all together.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Usable {
    /// Since when they have been without a break, in seconds; none while they are not.
    since: Option<u64>,
    /// Seconds before that.
    before: u64,
}

stored_as_list!(Usable { since, before });

impl Usable {
    /// Seconds until `end`.
    pub fn seconds(self, end: Timestamp) -> u64 {
        let running = self.since.map(|since| end.seconds().saturating_sub(since));
        self.before.saturating_add(running.unwrap_or_default())
    }

    /// Not usable since `end`.
    #[must_use]
    pub fn stop(self, end: Timestamp) -> Usable {
        Usable { since: None, before: self.seconds(end) }
    }

    /// Usable from `now` on, if it was not.
    #[must_use]
    pub fn resume(self, now: Timestamp) -> Usable {
        let next_second = now.seconds().saturating_add(u64::from(now.subsec_nanos() > 0));
        Usable { since: self.since.or(Some(next_second)), ..self }
    }
}
