//! The vault during one message: loaded, looked at through the venue's answer, sent to the venue with an order, resumed on
//! its reply with the coins that came back, and saved.

use ballast_math::{Base, Money, Purse, Quote};
use ballast_types::venue::{AdjustResponse, Order, PositionResponse, PositionState, Prices};
use cosmwasm_std::{Addr, Env, QuerierWrapper, Response, Storage, Timestamp};

use crate::companion;
use crate::error::ContractError;
use crate::hedge::Hedge;
use crate::state::{Books, Config, Pending, BOOKS, CONFIG, PENDING};
use crate::valuation;

/// The vault's configuration and books, and who and when it is.
#[derive(Clone, Debug)]
pub struct Session {
    /// What the owner configures.
    pub config: Config,
    /// What messages change.
    pub books: Books,
    /// The block's time.
    pub now: Timestamp,
    vault: Addr,
}

impl Session {
    /// Loads them.
    pub fn open(storage: &dyn Storage, env: &Env) -> Result<Session, ContractError> {
        let (config, books) = (CONFIG.load(storage)?, BOOKS.load(storage)?);
        Ok(Session { config, books, now: env.block.time, vault: env.contract.address.clone() })
    }

    /// On the reply to an order: what it sent back is in the books again.
    pub fn resume(storage: &dyn Storage, env: &Env, answer: &AdjustResponse) -> Result<Session, ContractError> {
        let mut session = Session::open(storage, env)?;
        session.receive(answer.refund.plus(answer.margin_out)?)?;
        Ok(session)
    }

    /// The vault's position and everything around it, always read, never remembered.
    pub fn position(&self, querier: QuerierWrapper) -> Result<PositionResponse, ContractError> {
        companion::position(querier, &self.config, &self.vault)
    }

    /// What the venue would answer to `order`, after another one in the same block where that is given.
    pub fn preview(
        &self,
        querier: QuerierWrapper,
        order: Order,
        after: Option<Order>,
    ) -> Result<AdjustResponse, ContractError> {
        companion::preview(querier, &self.config, &self.vault, order, after)
    }

    /// The hedge as the policy sees it; the memory is brought up to date.
    pub fn hedge(&mut self, position: PositionResponse) -> Result<Hedge<'_>, ContractError> {
        Hedge::read(&self.config, &mut self.books, position, self.now)
    }

    /// Net asset value of the books and a position, at the price itself.
    pub fn nav(&self, prices: &Prices, position: &PositionState) -> Result<Money, ContractError> {
        let Config { base, quote, .. } = &self.config;
        Ok(valuation::nav(prices, base, quote, self.books.idle, position)?)
    }

    /// Coins come into the books.
    pub fn receive(&mut self, coins: Purse) -> Result<(), ContractError> {
        self.books.idle = self.books.idle.plus(coins)?;
        Ok(())
    }

    /// Coins leave the books; an error when they are not there.
    pub fn give(&mut self, coins: Purse) -> Result<(), ContractError> {
        self.books.idle = self.books.idle.minus(coins)?;
        Ok(())
    }

    /// Sends an order with the coins attached to it; `context` is what the reply needs.
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

    /// Spends `quote` on at least `min_base` of the venue's pool; `context` is what the reply needs.
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

    /// Counts the cost of a keeper's trade, with a `premium` paid besides (negative: a gain), and ends an auction for which
    /// nothing is left. Returns what was counted.
    pub fn spend(&mut self, answer: &AdjustResponse, premium: Money) -> Result<Money, ContractError> {
        let cost = companion::total_cost(&answer.costs)?.money().plus(premium)?.or_zero();
        let nav = self.nav(&answer.prices, &answer.after)?;
        let memory = self.books.memory.clone();
        self.books.memory = memory.spend(self.now, nav, &self.config.policy, cost)?;
        self.end_auction(nav)?;
        Ok(cost)
    }

    /// Ends the auction where what is left is no more than rule 7 keeps.
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
