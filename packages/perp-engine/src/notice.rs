//! Notice of liquidity providers: who wants to leave says so, waits, and then has a window in which to do it.
//!
//! So nobody keeps an option to leave, or leaves ahead of a price or a debt that is known and not booked yet, and
//! liquidity that is about to leave can be seen. The notice is real time; the window stands still while payment is
//! forbidden (see [`Clocks`]), so that nobody's request lapses by somebody else's pause.

use ballast_math::{stored_as_list, Shares};
use ballast_types::market::{MarketParams, PoolNotice};
use cosmwasm_std::Timestamp;

use crate::books::Books;
use crate::clock::Clocks;
use crate::{EngineError, Result};

/// A provider's request to withdraw. Notice and window are those of its first moment: other parameters change nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Request {
    /// Shares under notice.
    pub shares: Shares,
    /// When the window begins, in seconds.
    pub from: u64,
    /// Lapses when the market's clock of payable seconds shows this: notice and window after what it showed.
    pub lapses: u64,
}

stored_as_list!(Request { shares, from, lapses });

impl Request {
    /// Of this moment. The clock counts no faster than time passes: it never lapses before notice and window are over.
    pub fn new(shares: Shares, params: &MarketParams, clocks: &Clocks, now: u64) -> Request {
        Request {
            shares,
            from: now.saturating_add(params.pool_notice),
            lapses: clocks.payable_seconds.saturating_add(params.pool_notice).saturating_add(params.pool_window),
        }
    }

    /// When it lapsed, in seconds: at the latest then, where the clock has stood still in between.
    pub fn lapsed_at(&self, clocks: &Clocks) -> Option<u64> {
        let over = clocks.payable_seconds.checked_sub(self.lapses)?;
        Some(clocks.payable_until.saturating_sub(over))
    }

    /// When it lapses, in seconds, if payment is possible until then; not ahead of `now` once it has.
    pub fn until(&self, clocks: &Clocks, now: u64) -> u64 {
        let left = self.lapses.saturating_sub(clocks.payable_seconds);
        self.lapsed_at(clocks).unwrap_or(now.saturating_add(left))
    }

    /// An error unless `now` is within its window.
    pub fn require_window(&self, clocks: &Clocks, now: u64) -> Result<()> {
        if let Some(at) = self.lapsed_at(clocks) {
            return Err(EngineError::RequestLapsed { at });
        }
        if now < self.from {
            return Err(EngineError::UnderNotice { from: self.from });
        }
        Ok(())
    }

    /// As the wire tells it.
    pub fn state(&self, clocks: &Clocks, now: u64) -> PoolNotice {
        PoolNotice {
            shares: self.shares.amount(),
            from: Timestamp::from_seconds(self.from),
            until: Timestamp::from_seconds(self.until(clocks, now)),
        }
    }
}

impl Books {
    /// Shares come under notice.
    pub fn give_notice(&mut self, shares: Shares) -> ballast_math::Result<()> {
        self.notice = self.notice.plus(shares)?;
        Ok(())
    }

    /// Shares are no longer under notice: withdrawn, lapsed or taken back.
    pub fn end_notice(&mut self, shares: Shares) -> ballast_math::Result<()> {
        self.notice = self.notice.minus(shares)?;
        Ok(())
    }
}
