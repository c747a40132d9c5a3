//! Between the books and the policy: what the policy is told, and what it says is due.

mod auction;
pub mod checks;

use ballast_math::{Base, MathError, Money, Price, Purse, Quote};
use ballast_types::policy::{HedgeState, PolicyParams, Rule, Targets};
use ballast_types::vault::VaultAction;
use ballast_types::venue::{FundingRates, Order, PositionResponse};
use cosmwasm_std::Timestamp;
use hedge_policy::{Action, Due, Forecast, State, VaultPart};

use crate::error::ContractError;
use crate::state::{Books, Config};
use crate::valuation;
use auction::auction;

/// The vault and its position at one moment, as the policy sees them.
pub struct Hedge<'a> {
    config: &'a Config,
    /// What the policy sees.
    pub state: State,
    /// What the venue's clock of open seconds shows.
    pub open_seconds: u64,
    /// Seconds that the auction's clock shows, if there is an auction.
    clock: Option<u64>,
}

impl<'a> Hedge<'a> {
    /// Brings the memory up to date with the venue's answer, and looks at both: an auction that has nothing to offer
    /// any more is over.
    pub fn read(
        config: &'a Config,
        books: &mut Books,
        position: PositionResponse,
        now: Timestamp,
    ) -> Result<Hedge<'a>, ContractError> {
        books.observe(now, &position.funding, &config.policy)?;
        let nav = valuation::nav(&position.prices, &config.base, &config.quote, books.idle, &position.position)?;
        let spent = books.memory.spent(now, nav, &config.policy)?;
        let open_seconds = position.open_seconds;
        let state = State::new(position, vault_part(config, books, books.idle, spent));
        let mut hedge = Hedge { config, state, open_seconds, clock: None };
        if let Some(started) = books.memory.auction_started {
            // While the venue takes no fill for a time, the clock stands still and nothing is judged.
            let open = checks::is_open(&hedge.state.status, &hedge.state.prices.flags);
            if !open || hedge.auction_goes_on()? {
                hedge.clock = Some(open_seconds.saturating_sub(started));
            } else {
                books.memory.auction_started = None;
                hedge.state.auction = auction(config, books);
            }
        }
        Ok(hedge)
    }

    /// What the policy aims at.
    pub fn targets(&self) -> Result<Targets, ContractError> {
        Ok(hedge_policy::targets(&self.state, &self.config.policy)?)
    }

    /// The hedge as it is.
    pub fn measured(&self) -> Result<HedgeState, ContractError> {
        Ok(hedge_policy::hedge_state(&self.state, &self.config.policy)?)
    }

    /// What is due.
    pub fn next_action(&self) -> Result<Due, ContractError> {
        Ok(hedge_policy::next_action(&self.state, &self.config.policy)?)
    }

    /// Rule 2 or 3, if due, without a larger short.
    pub fn rescue(&self) -> Result<Due, ContractError> {
        let due = hedge_policy::rescue(&self.state, &self.config.policy)?;
        Ok(due.unwrap_or(Due { rule: None, action: Action::None }))
    }

    /// The order that hedges a deposit of `amount`.
    pub fn deposit_order(&self, amount: Base) -> Result<Order, ContractError> {
        Ok(hedge_policy::deposit_order(&self.state, &self.config.policy, amount)?)
    }

    /// The order that hedges `amount` of base, for which at most `quote` of the idle quote is still to leave.
    pub fn fill_order(&self, amount: Base, quote: Quote) -> Result<Order, ContractError> {
        Ok(hedge_policy::fill_order(&self.state, &self.config.policy, amount, quote)?)
    }

    fn index(&self) -> Result<Price, MathError> {
        Price::new(self.state.prices.index, self.config.base.decimals, self.config.quote.decimals)
    }
}

impl Books {
    /// Updates the funding means since the last observation.
    pub fn observe(
        &mut self,
        now: Timestamp,
        rates: &FundingRates,
        policy: &PolicyParams,
    ) -> Result<(), ContractError> {
        self.memory = self.memory.clone().observe(now, rates, policy.forecast_half_life)?;
        Ok(())
    }
}

/// What the policy has to know of the vault.
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

/// Whether the position is lost, by the policy; what cannot be told is not.
pub fn is_lost(config: &Config, books: &Books, position: &PositionResponse) -> bool {
    let state = State::new(position.clone(), vault_part(config, books, books.idle, Money::ZERO));
    hedge_policy::is_lost(&state).unwrap_or(false)
}
