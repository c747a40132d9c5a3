//! A market that closes: its publishers are silent then, and keepers come in vain.

use ballast_types::oracle::Closing;

use super::{HourReport, Step, World};
use crate::suite::Result;

/// How long before a closing its owner says so, in seconds.
const NOTICE: u64 = 7 * 86_400;
/// How often a keeper comes while it is closed, in seconds.
const VISITS: u64 = 8 * 3600;

impl World {
    /// When the market opened again, if it was closed since the last step.
    pub(super) fn closed_until(&self, step: Step) -> Option<u64> {
        let opens = step.time.checked_sub(self.params.closes_after?)?;
        self.last.as_ref().filter(|last| opens > last.time).map(|_| opens)
    }

    /// The owner of the oracle adds the holidays that are near.
    pub(super) fn announce_closings(&mut self, now: u64) -> Result<()> {
        let is_near = |closing: &&Closing| closing.from.seconds() <= now + NOTICE;
        let due: Vec<Closing> = self.params.closings.iter().skip(self.announced).take_while(is_near).cloned().collect();
        if due.is_empty() {
            return Ok(());
        }
        self.announced += due.len();
        self.suite.add_holidays(due)
    }

    /// Nobody publishes until the market opens. A keeper comes all the same.
    pub(super) fn wait_for_opening(&mut self, opens: u64, report: &mut HourReport) {
        while self.suite.now() + VISITS < opens {
            self.suite.advance(VISITS);
            self.look(&self.suite.vault_position());
            self.keeper(report);
            self.look_after_order(&self.suite.vault_position());
        }
        self.accrual.pause(opens);
        self.published_at = opens;
    }
}
