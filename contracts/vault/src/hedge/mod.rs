//! Connects the books with the policy: gives the policy its input and returns its decisions.

pub mod auction;
pub mod checks;

use ballast_math::{Base, MathError, Money, Price, Purse, Quote};
use ballast_types::oracle::Flag;
use ballast_types::policy::{HedgeState, PolicyParams, Rule, Targets};
use ballast_types::vault::VaultAction;
use ballast_types::venue::{Order, PositionResponse};
use cosmwasm_std::Timestamp;
use hedge_policy::{Action, Due, Forecast, State, VaultPart};

use crate::error::ContractError;
use crate::state::{Books, Config};
use crate::valuation;
use auction::auction;

/// The vault and its position at one time, as the policy sees them.
pub struct Hedge<'a> {
    config: &'a Config,
    /// Input of the policy.
    pub state: State,
    /// The venue's counter of open seconds.
    pub open_seconds: u64,
    /// Seconds on the auction's clock, if there is an auction.
    clock: Option<u64>,
}

impl<'a> Hedge<'a> {
    /// Updates the memory with the venue's response and combines both. Ends the auction if it has nothing left to
    /// offer.
    pub fn read(
        config: &'a Config,
        books: &mut Books,
        position: PositionResponse,
        now: Timestamp,
    ) -> Result<Hedge<'a>, ContractError> {
        books.observe(now, &position, &config.policy)?;
        let nav = valuation::nav(&position.prices, &config.base, &config.quote, books.idle, &position.position)?;
        let spent = books.memory.spent(now, nav, &config.policy)?;
        let open_seconds = position.open_seconds;
        let state = State::new(position, vault_part(config, books, books.idle, spent));
        let mut hedge = Hedge { config, state, open_seconds, clock: None };
        if let Some(started) = books.memory.auction_started {
            // While the venue accepts no fills, the clock does not run and the auction is not ended.
            let open = checks::assert_open(&hedge.state.status, &hedge.state.prices).is_ok();
            if !open || hedge.auction_goes_on()? {
                hedge.clock = Some(open_seconds.saturating_sub(started));
            } else {
                books.memory.auction_started = None;
                hedge.state.auction = auction(config, books);
            }
        }
        Ok(hedge)
    }

    /// The policy's targets.
    pub fn targets(&self) -> Result<Targets, ContractError> {
        Ok(hedge_policy::targets(&self.state, &self.config.policy)?)
    }

    /// The state of the hedge.
    pub fn measured(&self) -> Result<HedgeState, ContractError> {
        Ok(hedge_policy::hedge_state(&self.state, &self.config.policy)?)
    }

    /// What the policy decides.
    pub fn next_action(&self) -> Result<Due, ContractError> {
        Ok(hedge_policy::next_action(&self.state, &self.config.policy)?)
    }

    /// Rule 2 or 3, if due, without increasing the short.
    pub fn rescue(&self) -> Result<Due, ContractError> {
        let due = hedge_policy::rescue(&self.state, &self.config.policy)?;
        Ok(due.unwrap_or(Due { rule: None, action: Action::None }))
    }

    /// The order that hedges a deposit of `amount`.
    pub fn deposit_order(&self, amount: Base) -> Result<Order, ContractError> {
        Ok(hedge_policy::deposit_order(&self.state, &self.config.policy, amount)?)
    }

    /// The order that hedges `amount` of base, for which at most `quote` of the idle quote will still be paid.
    pub fn fill_order(&self, amount: Base, quote: Quote) -> Result<Order, ContractError> {
        Ok(hedge_policy::fill_order(&self.state, &self.config.policy, amount, quote)?)
    }

    fn index(&self) -> Result<Price, MathError> {
        Price::new(self.state.prices.index, self.config.base.decimals, self.config.quote.decimals)
    }

    /// The price of coins.
    fn collateral(&self) -> Result<Price, MathError> {
        Price::new(self.state.prices.collateral, self.config.base.decimals, self.config.quote.decimals)
    }
}

impl Books {
    /// Updates the funding means since the last observation. If the collateral price is discounted now, this time does
    /// not count for the auction.
    pub fn observe(
        &mut self,
        now: Timestamp,
        position: &PositionResponse,
        policy: &PolicyParams,
    ) -> Result<(), ContractError> {
        if position.prices.collateral_is(Flag::Discount) {
            self.memory.stop_auction_clock(now, position.open_seconds);
        }
        self.memory = self.memory.clone().observe(now, &position.funding, policy.forecast_half_life)?;
        Ok(())
    }
}

/// The vault's part of the policy's input.
pub fn vault_part(config: &Config, books: &Books, idle: Purse, cost_spent: Money) -> VaultPart {
    let stopped = if config.stopped.contains(&VaultAction::Rebalance) {
        vec![Rule::Settle, Rule::HedgeBand, Rule::LeverageLow, Rule::IdleQuote]
    } else {
        vec![]
    };
    VaultPart {
        idle,
        base_decimals: config.base.decimals,
        quote_decimals: config.quote.decimals,
        forecast: Forecast { reference_mean: books.memory.reference_mean.0, paid_mean: books.memory.paid_mean.0 },
        cost_spent,
        stopped,
        auction: auction(config, books),
    }
}

/// Whether the policy counts the position as lost; if it cannot tell, it is not.
pub fn is_lost(config: &Config, books: &Books, position: &PositionResponse) -> bool {
    let state = State::new(position.clone(), vault_part(config, books, books.idle, Money::ZERO));
    hedge_policy::is_lost(&state).unwrap_or(false)
}
