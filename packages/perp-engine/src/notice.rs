//! Notice of liquidity providers: whoever wants to leave requests it, waits, and then has a window to withdraw.
//!
//! So nobody holds a standing option to leave, nobody leaves ahead of a price or debt that is known but not yet booked,
//! and liquidity that is about to leave is visible. The notice period is real time. The window stops while payment is
//! impossible (see [`Clocks`]), so that nobody's request lapses because of somebody else's pause.

use ballast_math::{stored_as_list, Shares};
use ballast_types::market::{MarketParams, PoolNotice};
use cosmwasm_std::Timestamp;

use crate::books::Books;
use crate::clock::Clocks;
use crate::{EngineError, Result};

/// A provider's request to withdraw. Notice and window are those in force when it was made; later parameters do not
/// change it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Request {
    /// Shares under notice.
    pub shares: Shares,
    /// When the window starts, in seconds.
    pub from: u64,
    /// The request lapses when the market's count of payable seconds reaches this: the count at the request, plus
    /// notice and window.
    pub lapses: u64,
}

stored_as_list!(Request { shares, from, lapses });

impl Request {
    /// A request made now. The count of payable seconds is never faster than real time, so a request never lapses
    /// before notice and window are over.
    pub fn new(shares: Shares, params: &MarketParams, clocks: &Clocks, now: u64) -> Request {
        Request {
            shares,
            from: now.saturating_add(params.pool_notice),
            lapses: clocks.payable_seconds.saturating_add(params.pool_notice).saturating_add(params.pool_window),
        }
    }

    /// When it lapsed, in seconds; earlier if the clock stopped since.
    pub fn lapsed_at(&self, clocks: &Clocks) -> Option<u64> {
        let over = clocks.payable_seconds.checked_sub(self.lapses)?;
        Some(clocks.payable_until.saturating_sub(over))
    }

    /// When it lapses, in seconds, if payment stays possible; in the past if it has lapsed.
    pub fn until(&self, clocks: &Clocks, now: u64) -> u64 {
        let left = self.lapses.saturating_sub(clocks.payable_seconds);
        self.lapsed_at(clocks).unwrap_or(now.saturating_add(left))
    }

    /// Fails unless `now` is within its window.
    pub fn require_window(&self, clocks: &Clocks, now: u64) -> Result<()> {
        if let Some(at) = self.lapsed_at(clocks) {
            return Err(EngineError::RequestLapsed { at });
        }
        if now < self.from {
            return Err(EngineError::UnderNotice { from: self.from });
        }
        Ok(())
    }

    /// For responses.
    pub fn state(&self, clocks: &Clocks, now: u64) -> PoolNotice {
        PoolNotice {
            shares: self.shares.amount(),
            from: Timestamp::from_seconds(self.from),
            until: Timestamp::from_seconds(self.until(clocks, now)),
        }
    }
}

impl Books {
    /// Puts shares under notice.
    pub fn give_notice(&mut self, shares: Shares) -> ballast_math::Result<()> {
        self.notice = self.notice.plus(shares)?;
        Ok(())
    }

    /// Ends the notice of shares that were withdrawn, cancelled or have lapsed.
    pub fn end_notice(&mut self, shares: Shares) -> ballast_math::Result<()> {
        self.notice = self.notice.minus(shares)?;
        Ok(())
    }
}
