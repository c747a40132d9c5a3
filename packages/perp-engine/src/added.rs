//! Size added of late, in buckets that drain.

use ballast_math::{mul_div_floor, stored_as_list, sum_sizes};
use cosmwasm_std::Uint128;

use crate::{EngineError, Result};

const HOUR: u128 = 3600;

/// Entry value added that has not drained yet.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Bucket {
    /// How much there was, units of quote
    pub level: Uint128,
    /// at this time, in seconds.
    pub at: u64,
}

/// Size added of late: by strangers to each side, and by the hedger beyond its share.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Added {
    /// Strangers' longs.
    pub long: Bucket,
    /// Strangers' shorts.
    pub short: Bucket,
    /// The hedger.
    pub hedger: Bucket,
}

stored_as_list!(Bucket { level, at });
stored_as_list!(Added { long, short, hedger });

impl Bucket {
    /// What has not drained at `now`; half of the hourly cap drains in an hour.
    fn level_at(&self, now: u64, half: Uint128) -> Uint128 {
        let seconds = now.saturating_sub(self.at);
        let drained = mul_div_floor(half, seconds.into(), Uint128::new(HOUR)).unwrap_or(Uint128::MAX);
        self.level.saturating_sub(drained)
    }

    /// How much more goes into a bucket of this size.
    pub(crate) fn room(&self, now: u64, half: Uint128, size: Uint128) -> Uint128 {
        size.saturating_sub(self.level_at(now, half))
    }

    /// Adds to it, up to its size.
    pub(crate) fn fill(&mut self, added: Uint128, now: u64, half: Uint128, size: Uint128) -> Result<()> {
        let max = self.room(now, half, size);
        if added > max {
            return Err(EngineError::SizeAddedCap { added, max });
        }
        *self = Bucket { level: sum_sizes(self.level_at(now, half), added)?, at: now };
        Ok(())
    }

    pub(crate) fn drain(&mut self, closed: Uint128, now: u64, half: Uint128) {
        if !self.level.is_zero() {
            *self = Bucket { level: self.level_at(now, half).saturating_sub(closed), at: now };
        }
    }
}
