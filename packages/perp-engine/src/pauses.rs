//! Switches. The guardian switches off, the owner on.
//!
//! What an exit needs (`reduce`, `margin_in`, `margin_out`) and `liquidate` come back by themselves: all of them together,
//! a set time after the first was paused, and none can be paused again before a cooldown has passed. So their pauses never
//! add up, by turns or otherwise. Liquidation waits besides while nobody can defend a position, without `reduce` or
//! `margin_in`, and for a grace time after.

use ballast_math::stored_as_list;
use ballast_types::market::{MarketAction, MarketParams, Status};
use cosmwasm_schema::serde::Serialize;
use cosmwasm_std::Timestamp;

use crate::{EngineError, Result};

/// A pause that ends by itself.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(crate = "cosmwasm_schema::serde", transparent)]
pub struct Timed {
    /// When the last pause ends or ended, in seconds; none before the first.
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
    fn running(&self, now: u64) -> Option<u64> {
        self.until.filter(|until| now < *until)
    }

    /// From when on it may be paused again, given that the last pause is over.
    fn free_from(&self, now: u64, cooldown: u64) -> Option<u64> {
        let from = self.until.filter(|until| *until <= now)?.saturating_add(cooldown);
        Some(from).filter(|from| now < *from)
    }
}

/// What is switched off in a market.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Pauses {
    /// Off until the owner switches it on: none of those below.
    pub off: Vec<MarketAction>,
    /// Pause of `reduce`.
    pub reduce: Timed,
    /// Pause of `margin_in`.
    pub margin_in: Timed,
    /// Pause of `margin_out`.
    pub margin_out: Timed,
    /// Pause of `liquidate`.
    pub liquidate: Timed,
}

stored_as_list!(Pauses { off, reduce, margin_in, margin_out, liquidate });

impl Pauses {
    /// Switches off. A pause that runs is not made longer, and one that begins while another runs ends with it.
    ///
    /// # Errors
    /// When an action that comes back by itself did so less than a cooldown ago, and, where none is paused now, when any
    /// other did: else one could keep exits off, or liquidation, by turns.
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

    /// Switches on. A pause that would end by itself ends now; its cooldown and the grace count from now.
    pub fn resume(&mut self, actions: &[MarketAction], now: u64) {
        for action in actions {
            match self.timed_mut(*action) {
                Some(timed) if timed.running(now).is_some() => timed.until = Some(now),
                Some(_) => {}
                None => self.off.retain(|off| off != action),
            }
        }
    }

    /// Refuses a longer grace while it would lengthen or revive that of the last pause.
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

    /// Until when liquidation waits for defence.
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

    /// What is off at `now`.
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
