//! The vault during one message: loads it, combines it with the venue's response, sends orders, resumes on the reply
//! with the coins that came back, and saves it.

use ballast_math::{Base, Money, Purse, Quote};
use ballast_types::venue::{AdjustResponse, Order, PositionResponse, PositionState, Prices};
use cosmwasm_std::{Addr, Env, QuerierWrapper, Response, Storage, Timestamp};

use crate::companion;
use crate::error::ContractError;
use crate::hedge::Hedge;
use crate::state::{Books, Config, Pending, BOOKS, CONFIG, PENDING};
use crate::valuation;

/// The vault's configuration and books, its address, and the time.
#[derive(Clone, Debug)]
pub struct Session {
    /// The configuration.
    pub config: Config,
    /// The books.
    pub books: Books,
    /// The block's time.
    pub now: Timestamp,
    vault: Addr,
}

impl Session {
    /// Loads configuration and books.
    pub fn open(storage: &dyn Storage, env: &Env) -> Result<Session, ContractError> {
        let (config, books) = (CONFIG.load(storage)?, BOOKS.load(storage)?);
        Ok(Session { config, books, now: env.block.time, vault: env.contract.address.clone() })
    }

    /// Loads the vault for the reply to an order, and books the coins that came back.
    pub fn resume(storage: &dyn Storage, env: &Env, answer: &AdjustResponse) -> Result<Session, ContractError> {
        let mut session = Session::open(storage, env)?;
        session.receive(answer.refund.plus(answer.margin_out)?)?;
        Ok(session)
    }

    /// Queries the vault's position, with prices, terms and capacity. It is never stored.
    pub fn position(&self, querier: QuerierWrapper) -> Result<PositionResponse, ContractError> {
        companion::position(querier, &self.config, &self.vault)
    }

    /// Previews `order` at the venue, after another order in the same block if there is one.
    pub fn preview(
        &self,
        querier: QuerierWrapper,
        order: Order,
        after: Option<Order>,
    ) -> Result<AdjustResponse, ContractError> {
        companion::preview(querier, &self.config, &self.vault, order, after)
    }

    /// The hedge as the policy sees it; updates the memory.
    pub fn hedge(&mut self, position: PositionResponse) -> Result<Hedge<'_>, ContractError> {
        Hedge::read(&self.config, &mut self.books, position, self.now)
    }

    /// Net asset value of the books and a position, at the index price without spread.
    pub fn nav(&self, prices: &Prices, position: &PositionState) -> Result<Money, ContractError> {
        let Config { base, quote, .. } = &self.config;
        Ok(valuation::nav(prices, base, quote, self.books.idle, position)?)
    }

    /// Adds coins to the books.
    pub fn receive(&mut self, coins: Purse) -> Result<(), ContractError> {
        self.books.idle = self.books.idle.plus(coins)?;
        Ok(())
    }

    /// Removes coins from the books; an error if there are not enough.
    pub fn give(&mut self, coins: Purse) -> Result<(), ContractError> {
        self.books.idle = self.books.idle.minus(coins)?;
        Ok(())
    }

    /// Sends an order with its attached coins; `context` is stored for the reply.
    pub fn send(
        mut self,
        storage: &mut dyn Storage,
        order: Order,
        context: Pending,
    ) -> Result<Response, ContractError> {
        self.give(order.attached)?;
        let message = companion::adjust(&self.config, order)?;
        PENDING.save(storage, &context)?;
        self.close(storage)?;
        Ok(Response::new().add_submessage(message))
    }

    /// Spends `quote` on at least `min_base` of the venue's pool; `context` is stored for the reply.
    pub fn buy_base(
        mut self,
        storage: &mut dyn Storage,
        quote: Quote,
        min_base: Base,
        context: Pending,
    ) -> Result<Response, ContractError> {
        self.give(quote.purse())?;
        let message = companion::buy_base(&self.config, quote, min_base)?;
        PENDING.save(storage, &context)?;
        self.close(storage)?;
        Ok(Response::new().add_submessage(message))
    }

    /// Adds the cost of a keeper's trade and a `premium` (negative for a gain) to the spent budget, and ends an auction
    /// that has nothing left to offer. Returns the cost that was added.
    pub fn spend(&mut self, answer: &AdjustResponse, premium: Money) -> Result<Money, ContractError> {
        let cost = companion::total_cost(&answer.costs)?.money().plus(premium)?.or_zero();
        let nav = self.nav(&answer.prices, &answer.after)?;
        let memory = self.books.memory.clone();
        self.books.memory = memory.spend(self.now, nav, &self.config.policy, cost)?;
        self.end_auction(nav)?;
        Ok(cost)
    }

    /// Ends the auction if the idle quote left is no more than rule 7 keeps.
    pub fn end_auction(&mut self, nav: Money) -> Result<(), ContractError> {
        if Money::from_amount(self.books.idle.quote) < hedge_policy::offered_above(nav, &self.config.policy)? {
            self.books.memory.auction_started = None;
        }
        Ok(())
    }

    /// Saves the books.
    pub fn close(self, storage: &mut dyn Storage) -> Result<(), ContractError> {
        Ok(BOOKS.save(storage, &self.books)?)
    }
}
