//! Switches. The guardian switches off, the owner on; `reduce` and `margin_in`, without which nobody can defend a
//! position, come back by themselves, and liquidation waits for them and for a grace time.

use ballast_math::stored_as_list;
use ballast_types::market::{MarketAction, MarketParams, Status};
use cosmwasm_schema::serde::{Deserialize, Serialize};
use cosmwasm_std::Timestamp;

use crate::{EngineError, EngineResult};

/// A pause of `reduce` or of `margin_in`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(crate = "cosmwasm_schema::serde", transparent)]
pub struct Defence {
    /// When the last pause ends or ended, in seconds; none before the first.
    pub until: Option<u64>,
}

impl Defence {
    fn is_off(&self, now: u64) -> bool {
        self.until.is_some_and(|until| now < until)
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
    /// Off until the owner switches it on; never `reduce` or `margin_in`.
    pub off: Vec<MarketAction>,
    /// Pause of `reduce`.
    pub reduce: Defence,
    /// Pause of `margin_in`.
    pub margin_in: Defence,
}

stored_as_list!(Pauses { off, reduce, margin_in });

impl Pauses {
    /// Switches off. A pause that runs is not made longer.
    ///
    /// # Errors
    /// When `reduce` or `margin_in` came back less than a cooldown ago: else one could keep both off, and with them
    /// liquidation, by turns.
    pub fn pause(&mut self, actions: &[MarketAction], params: &MarketParams, now: u64) -> EngineResult<()> {
        let before = self.clone();
        for action in actions {
            let Some(defence) = self.defence_mut(*action) else {
                if !self.off.contains(action) {
                    self.off.push(*action);
                }
                continue;
            };
            if defence.is_off(now) {
                continue;
            }
            *defence = Defence { until: Some(now.saturating_add(params.defence_pause)) };
            let cooldown = params.defence_pause_cooldown;
            let free_from = before.reduce.free_from(now, cooldown).max(before.margin_in.free_from(now, cooldown));
            if let Some(from) = free_from {
                return Err(EngineError::DefenceCooldown { action: *action, from });
            }
        }
        self.off.sort();
        Ok(())
    }

    /// Switches on. A pause of `reduce` or `margin_in` ends now; its cooldown and the grace count from now.
    pub fn resume(&mut self, actions: &[MarketAction], now: u64) {
        for action in actions {
            match self.defence_mut(*action) {
                Some(defence) if defence.is_off(now) => defence.until = Some(now),
                Some(_) => {}
                None => self.off.retain(|off| off != action),
            }
        }
    }

    fn defence_mut(&mut self, action: MarketAction) -> Option<&mut Defence> {
        match action {
            MarketAction::Reduce => Some(&mut self.reduce),
            MarketAction::MarginIn => Some(&mut self.margin_in),
            MarketAction::Increase
            | MarketAction::MarginOut
            | MarketAction::Liquidate
            | MarketAction::PoolIn
            | MarketAction::PoolOut => None,
        }
    }

    /// What is off at `now`.
    pub fn status(&self, params: &MarketParams, now: u64) -> Status {
        let liquidation_from = self.reduce.until.max(self.margin_in.until);
        let liquidation_from = liquidation_from.map(|until| until.saturating_add(params.liquidation_grace));
        let liquidation_from = liquidation_from.filter(|from| now < *from);
        let running = |defence: &Defence| defence.until.filter(|until| now < *until);
        let (reduce_from, margin_in_from) = (running(&self.reduce), running(&self.margin_in));

        let mut off = self.off.clone();
        let derived = [
            (MarketAction::Reduce, reduce_from.is_some()),
            (MarketAction::MarginIn, margin_in_from.is_some()),
            (MarketAction::Liquidate, liquidation_from.is_some()),
        ];
        off.extend(
            derived.into_iter().filter(|(action, is_off)| *is_off && !self.off.contains(action)).map(|(a, _)| a),
        );
        off.sort();
        Status {
            off,
            reduce_from: reduce_from.map(Timestamp::from_seconds),
            margin_in_from: margin_in_from.map(Timestamp::from_seconds),
            liquidation_from: liquidation_from.map(Timestamp::from_seconds),
        }
    }
}
