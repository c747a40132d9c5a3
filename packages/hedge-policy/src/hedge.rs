use ballast_math::{sum_sizes, Money, Purse};
use ballast_types::venue::PositionState;
use cosmwasm_std::Uint128;

use crate::State;

/// The vault's coins, its position, and the slack of the venue.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Hedge {
    pub idle: Purse,
    pub position: PositionState,
    pub slack: Money,
    /// Gains that the pool has paid so far in this plan, which reduce the pool's quote and with it the caps.
    pub credited: Uint128,
    /// Entry value that settlements have added so far in this plan, which counts toward the caps.
    pub raised: Uint128,
}

impl Hedge {
    pub fn of(state: &State) -> Hedge {
        Hedge {
            idle: state.idle,
            position: state.position,
            slack: state.capacity.slack,
            credited: Uint128::zero(),
            raised: Uint128::zero(),
        }
    }

    /// Base that the vault owns, idle and margin.
    pub fn coins(&self) -> ballast_math::Result<Uint128> {
        sum_sizes(self.idle.base, self.position.margin.base)
    }

    /// Units sold short.
    pub fn short(&self) -> Uint128 {
        short(&self.position)
    }

    /// Unsettled price PnL and funding.
    pub fn unsettled(&self) -> ballast_math::Result<Money> {
        self.position.price_pnl.plus(self.position.funding)
    }

    /// Moves coins from the vault to the venue.
    pub fn attach(mut self, purse: Purse) -> ballast_math::Result<Hedge> {
        self.idle = self.idle.minus(purse)?;
        self.position.margin = self.position.margin.plus(purse)?;
        Ok(self)
    }

    /// Moves coins from the venue to the vault.
    pub fn detach(mut self, purse: Purse) -> ballast_math::Result<Hedge> {
        self.position.margin = self.position.margin.minus(purse)?;
        self.idle = self.idle.plus(purse)?;
        Ok(self)
    }
}

/// Units sold short by a position; zero for a long.
pub(crate) fn short(position: &PositionState) -> Uint128 {
    if position.size.is_negative() {
        position.size.unsigned_abs()
    } else {
        Uint128::zero()
    }
}
