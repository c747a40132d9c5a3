//! Switches: the guardian switches actions off, the owner on.
//!
//! The actions that exits need (`reduce`, `margin_in`, `margin_out`) and `liquidate` come back by themselves: all
//! together, a fixed time after the first was paused, and none can be paused again before a cooldown has passed. So
//! their pauses never add up, not even in turns. Liquidation also waits while nobody can defend a position (without
//! `reduce` or `margin_in`), and for a grace period after that.

use ballast_math::stored_as_list;
use ballast_types::market::{MarketAction, MarketParams, Status};
use cosmwasm_schema::serde::Serialize;
use cosmwasm_std::Timestamp;

use crate::{EngineError, Result};

/// A pause that ends by itself.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(crate = "cosmwasm_schema::serde", transparent)]
pub struct Timed {
    /// When the last pause ends or ended, in seconds; `None` before the first.
    pub until: Option<u64>,
}

impl ballast_wire::Read for Timed {
    fn read(value: ballast_wire::Value<'_>) -> ballast_wire::Result<Timed> {
        Option::read(value).map(|until| Timed { until })
    }
}

ballast_wire::deserialize_as_read!(Timed);

impl Timed {
    /// The end of the current pause, if there is one.
    fn running(&self, now: u64) -> Option<u64> {
        self.until.filter(|until| now < *until)
    }

    /// When it may be paused again, if the last pause is over and the cooldown is not.
    fn free_from(&self, now: u64, cooldown: u64) -> Option<u64> {
        let from = self.until.filter(|until| *until <= now)?.saturating_add(cooldown);
        Some(from).filter(|from| now < *from)
    }
}

/// What is switched off in a market, and for how long.
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
        let before = self.timed();
        let running = before.iter().filter_map(|timed| timed.running(now)).max();
        let until = running.unwrap_or(now.saturating_add(params.defence_pause));
        for action in actions {
            let Some(timed) = self.timed_mut(*action) else {
                if !self.off.contains(action) {
                    self.off.push(*action);
                }
                continue;
            };
            let free_from = |timed: &Timed| timed.free_from(now, params.defence_pause_cooldown);
            let any = before.iter().filter_map(free_from).max().filter(|_| running.is_none());
            if let Some(from) = free_from(timed).max(any) {
                return Err(EngineError::DefenceCooldown { action: *action, from });
            }
            *timed = Timed { until: Some(until) };
        }
        self.off.sort();
        Ok(())
    }

    /// Switches actions on. A pause that would end by itself ends now; its cooldown and the grace period start now.
    pub fn resume(&mut self, actions: &[MarketAction], now: u64) {
        for action in actions {
            match self.timed_mut(*action) {
                Some(timed) if timed.running(now).is_some() => timed.until = Some(now),
                Some(_) => {}
                None => self.off.retain(|off| off != action),
            }
        }
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

    fn timed(&self) -> [Timed; 4] {
        [self.reduce, self.margin_in, self.margin_out, self.liquidate]
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
        off.extend(timed.into_iter().filter(|(_, from)| from.is_some()).map(|(action, _)| action));
        off.sort();
        Status {
            off,
            reduce_from: reduce_from.map(Timestamp::from_seconds),
            margin_in_from: margin_in_from.map(Timestamp::from_seconds),
            margin_out_from: margin_out_from.map(Timestamp::from_seconds),
            liquidation_from: liquidation_from.map(Timestamp::from_seconds),
        }
    }
}
