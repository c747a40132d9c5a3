//! Pauses that end by themselves. All times are seconds.

use cosmwasm_schema::serde::Serialize;
use thiserror::Error;

/// A pause that ends by itself.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(crate = "cosmwasm_schema::serde", transparent)]
pub struct Timed {
    /// When the last pause ends or ended; none before the first one.
    pub until: Option<u64>,
}

impl ballast_wire::Read for Timed {
    fn read(value: ballast_wire::Value<'_>) -> ballast_wire::Result<Timed> {
        Option::read(value).map(|until| Timed { until })
    }
}

ballast_wire::deserialize_as_read!(Timed);

impl Timed {
    /// When the current pause ends, if there is one.
    pub fn running(&self, now: u64) -> Option<u64> {
        self.until.filter(|until| now < *until)
    }

    /// Ends the current pause. A pause that has ended is not changed.
    pub fn resume(&mut self, now: u64) {
        if self.running(now).is_some() {
            self.until = Some(now);
        }
    }

    /// The earliest time of the next pause, after the last one has ended.
    fn free_from(&self, now: u64, cooldown: u64) -> Option<u64> {
        let from = self.until.filter(|until| *until <= now)?.saturating_add(cooldown);
        Some(from).filter(|from| now < *from)
    }
}

/// Duration of a group's pauses, and of the cooldown after them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Terms {
    /// Length of a pause.
    pub pause: u64,
    /// Time from the end of a pause until the next may begin.
    pub cooldown: u64,
}

/// It cannot be paused again so soon.
#[derive(Error, Clone, Copy, Debug, PartialEq, Eq)]
#[error("cannot be paused again before {from} (seconds)")]
pub struct Cooldown {
    /// The earliest time of the next pause.
    pub from: u64,
}

/// A pause of a group of actions that come back together: it ends when a current pause of the group ends.
#[derive(Clone, Copy, Debug)]
pub struct NextPause {
    now: u64,
    cooldown: u64,
    until: u64,
    /// The time until which no pause of the group may begin.
    barred: Option<u64>,
}

impl NextPause {
    /// Computed from the group before anything is paused at `now`.
    pub fn of(group: &[Timed], terms: Terms, now: u64) -> NextPause {
        let Terms { pause, cooldown } = terms;
        let running = group.iter().filter_map(|timed| timed.running(now)).max();
        let barred = match running {
            Some(_) => None,
            None => group.iter().filter_map(|timed| timed.free_from(now, cooldown)).max(),
        };
        NextPause { now, cooldown, until: running.unwrap_or(now.saturating_add(pause)), barred }
    }

    /// Pauses one action of the group.
    ///
    /// # Errors
    /// If it came back on less than a cooldown ago or, while none of the group is paused, if any of them did. Otherwise
    /// actions could be kept off in turns.
    pub fn begin(&self, timed: &mut Timed) -> Result<(), Cooldown> {
        if let Some(from) = timed.free_from(self.now, self.cooldown).max(self.barred) {
            return Err(Cooldown { from });
        }
        timed.until = Some(self.until);
        Ok(())
    }
}
