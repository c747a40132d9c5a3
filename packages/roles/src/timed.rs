//! Pauses that end by themselves. All times are seconds.

use cosmwasm_schema::serde::Serialize;
use thiserror::Error;

/// A pause that ends by itself.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(crate = "cosmwasm_schema::serde", transparent)]
pub struct Timed {
    /// When the last pause ends or ended; none before the first.
    pub until: Option<u64>,
}

impl ballast_wire::Read for Timed {
    fn read(value: ballast_wire::Value<'_>) -> ballast_wire::Result<Timed> {
        Option::read(value).map(|until| Timed { until })
    }
}

ballast_wire::deserialize_as_read!(Timed);

impl Timed {
    /// When the pause that runs ends.
    pub fn running(&self, now: u64) -> Option<u64> {
        self.until.filter(|until| now < *until)
    }

    /// Ends the pause that runs. One that is over stays as it is.
    pub fn resume(&mut self, now: u64) {
        if self.running(now).is_some() {
            self.until = Some(now);
        }
    }

    /// From when on it may be paused again, given that the last pause is over.
    fn free_from(&self, now: u64, cooldown: u64) -> Option<u64> {
        let from = self.until.filter(|until| *until <= now)?.saturating_add(cooldown);
        Some(from).filter(|from| now < *from)
    }
}

/// How long pauses of a group last, and how long after them none may begin.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Terms {
    /// Length of a pause.
    pub pause: u64,
    /// From the end of a pause until the next.
    pub cooldown: u64,
}

/// Paused again too soon.
#[derive(Error, Clone, Copy, Debug, PartialEq, Eq)]
#[error("cannot be paused again before {from} (seconds)")]
pub struct Cooldown {
    /// From when on it can be.
    pub from: u64,
}

/// A pause of a group that comes back together: it ends with one that runs already.
#[derive(Clone, Copy, Debug)]
pub struct NextPause {
    now: u64,
    cooldown: u64,
    until: u64,
    /// Until when no pause of the group may begin.
    barred: Option<u64>,
}

impl NextPause {
    /// Of a group as it is before anything is paused at `now`.
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
    /// When it came back less than a cooldown ago, or, where none of the group is paused now, when any of it did: else
    /// one could keep them off by turns.
    pub fn begin(&self, timed: &mut Timed) -> Result<(), Cooldown> {
        if let Some(from) = timed.free_from(self.now, self.cooldown).max(self.barred) {
            return Err(Cooldown { from });
        }
        timed.until = Some(self.until);
        Ok(())
    }
}
