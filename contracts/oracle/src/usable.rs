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
    /// Until when that goes on if nothing new comes, in seconds.
    until: u64,
}

stored_as_list!(Usable { since, before, until });

impl Usable {
    /// Seconds until `now`.
    pub fn seconds(self, now: Timestamp) -> u64 {
        let end = now.seconds().min(self.until);
        let running = self.since.map(|since| end.saturating_sub(since));
        self.before.saturating_add(running.unwrap_or_default())
    }

    /// Not usable since `now`, or since it went silent before.
    #[must_use]
    pub fn stop(self, now: Timestamp) -> Usable {
        Usable { since: None, before: self.seconds(now), ..self }
    }

    /// Usable at `now`, and until then if nothing new comes.
    #[must_use]
    pub fn go_on(self, now: Timestamp, until: Timestamp) -> Usable {
        let next_second = now.seconds().saturating_add(u64::from(now.subsec_nanos() > 0));
        let running = if next_second > self.until { self.stop(now) } else { self };
        Usable { since: running.since.or(Some(next_second)), until: until.seconds(), ..running }
    }
}
