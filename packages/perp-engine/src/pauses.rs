//! Switches: the guardian switches actions off, the owner on.
//!
//! The actions that exits need (`reduce`, `margin_in`, `margin_out`) and `liquidate` come back by themselves: all
//! together, a fixed time after the first was paused, and none can be paused again before a cooldown has passed. So
//! their pauses never add up, not even in turns. Liquidation also waits while nobody can defend a position (without
//! `reduce` or `margin_in`), and for a grace period after that.

use ballast_math::stored_as_list;
use ballast_roles::{switch_off, switch_on, NextPause, Terms, Timed};
use ballast_types::market::{MarketAction, MarketParams, Status};
use cosmwasm_std::Timestamp;

use crate::{EngineError, Result};

/// What is switched off in a market.
#[derive(Clone, Debug, Default, PartialEq)]
#[expect(missing_docs, reason = "the pause of each action that comes back by itself")]
pub struct Pauses {
    /// Actions that stay off until the owner switches them on; never one of those below.
    pub off: Vec<MarketAction>,
    pub reduce: Timed,
    pub margin_in: Timed,
    pub margin_out: Timed,
    pub liquidate: Timed,
}

stored_as_list!(Pauses { off, reduce, margin_in, margin_out, liquidate });

impl Pauses {
    /// Switches actions off. A current pause does not become longer, and one that starts during another ends with it.
    ///
    /// # Errors
    /// If an action that comes back by itself did so less than a cooldown ago. If none is paused now, this counts for
    /// any of them: otherwise one could keep exits or liquidation off by turns.
    pub fn pause(&mut self, actions: &[MarketAction], params: &MarketParams, now: u64) -> Result<()> {
        let terms = Terms { pause: params.defence_pause, cooldown: params.defence_pause_cooldown };
        let next = NextPause::of(&[self.reduce, self.margin_in, self.margin_out, self.liquidate], terms, now);
        for &action in actions {
            match self.timed_mut(action) {
                Some(timed) => next
                    .begin(timed)
                    .map_err(|cooldown| EngineError::DefenceCooldown { action, from: cooldown.from })?,
                None => switch_off(&mut self.off, action),
            }
        }
        Ok(())
    }

    /// Switches actions on. A pause that would end by itself ends now; its cooldown and the grace period start now.
    pub fn resume(&mut self, actions: &[MarketAction], now: u64) {
        for action in actions {
            if let Some(timed) = self.timed_mut(*action) {
                timed.resume(now);
            }
        }
        switch_on(&mut self.off, actions);
    }

    /// Refuses a longer grace period while it would lengthen or revive that of the last pause.
    ///
    /// # Errors
    /// [`EngineError::GraceCounts`].
    pub fn keep_grace(&self, old: &MarketParams, new: &MarketParams, now: u64) -> Result<()> {
        let longer = new.liquidation_grace > old.liquidation_grace;
        match self.graced(new).running(now).filter(|_| longer) {
            Some(from) => Err(EngineError::GraceCounts { from }),
            None => Ok(()),
        }
    }

    /// Until when liquidation waits, so that owners can defend their positions.
    fn graced(&self, params: &MarketParams) -> Timed {
        let defended_from = self.reduce.until.max(self.margin_in.until);
        Timed { until: defended_from.map(|from| from.saturating_add(params.liquidation_grace)) }
    }

    fn timed_mut(&mut self, action: MarketAction) -> Option<&mut Timed> {
        match action {
            MarketAction::Reduce => Some(&mut self.reduce),
            MarketAction::MarginIn => Some(&mut self.margin_in),
            MarketAction::MarginOut => Some(&mut self.margin_out),
            MarketAction::Liquidate => Some(&mut self.liquidate),
            MarketAction::Increase | MarketAction::PoolIn | MarketAction::PoolOut => None,
        }
    }

    /// What is off at `now`, and until when.
    pub fn status(&self, params: &MarketParams, now: u64) -> Status {
        let from = |timed: &Timed| timed.running(now);
        let (reduce_from, margin_in_from) = (from(&self.reduce), from(&self.margin_in));
        let margin_out_from = from(&self.margin_out);
        let liquidation_from = from(&self.liquidate).max(from(&self.graced(params)));

        let timed = [
            (MarketAction::Reduce, reduce_from),
            (MarketAction::MarginIn, margin_in_from),
            (MarketAction::MarginOut, margin_out_from),
            (MarketAction::Liquidate, liquidation_from),
        ];
        let mut off = self.off.clone();
        for (action, _) in timed.into_iter().filter(|(_, from)| from.is_some()) {
            switch_off(&mut off, action);
        }
        Status {
            off,
            reduce_from: reduce_from.map(Timestamp::from_seconds),
            margin_in_from: margin_in_from.map(Timestamp::from_seconds),
            margin_out_from: margin_out_from.map(Timestamp::from_seconds),
            liquidation_from: liquidation_from.map(Timestamp::from_seconds),
        }
    }
}
