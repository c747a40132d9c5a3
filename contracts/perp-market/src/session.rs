//! A market during one message or query: loaded, with funding accrued at the old rate and price, and the oracle's
//! current price accepted.

use ballast_math::{Price, Purse};
use ballast_types::market::{Prices, Status, Terms};
use cosmwasm_std::{Addr, BankMsg, Coin, Deps, Env, Storage, Timestamp};
use perp_engine::{Confidence, EngineError, Market, Marks, Party, Position, Possible};

use crate::error::{ContractError, Result};
use crate::oracle::{self, Readings, ReferenceRate};
use crate::state::{move_entries, position, save_position, MarketConfig, MarketState, CONFIGS, STATES};

/// A market, up to date.
#[derive(Clone, Debug)]
pub struct Session {
    pub name: String,
    pub config: MarketConfig,
    pub state: MarketState,
    /// Current prices, with the range of this block.
    pub prices: Prices,
    pub status: Status,
    /// The block's time.
    pub now: Timestamp,
    reference: ReferenceRate,
    hedger: Option<Position>,
    party: Party,
}

impl Session {
    /// Loads a market, accrues its funding, and takes the oracle's price. Every message queries the oracle: nobody may
    /// trade at a price when everybody can already see a newer one.
    pub fn open(deps: Deps, env: &Env, name: String) -> Result<Session> {
        let Some(config) = CONFIGS.may_load(deps.storage, &name)? else {
            return Err(ContractError::NoSuchMarket { market: name });
        };
        let mut state = STATES.load(deps.storage, &name)?;
        let now = env.block.time;
        let last = state.books.funding.accrued_at;
        let price = index_price(&config, &state)?;
        let accrued = price.map(|price| state.mark.funding_price(&price)).transpose()?;
        state.books.accrue(accrued.as_ref(), &config.params, now.seconds())?;

        let Readings { index, collateral, reference } = oracle::ask(deps.querier, &config);
        state.mark.take(index.as_ref(), now, env.block.height);
        let mut prices = state.mark.prices(&config.params, now)?;
        prices.held_back = state.mark.held_back(index.as_ref());
        let feed = state.clocks.feed.next(index.as_ref(), &prices.flags);
        let mut usable = None;
        if let Some(mark) = &mut state.collateral {
            let clock = mark.clock;
            mark.take(collateral.as_ref(), now, env.block.height)?;
            mark.complete(&mut prices, collateral.as_ref(), &config.params, now)?;
            usable = Some(clock.seconds_until(mark.clock, (last, now.seconds())));
        }
        let status = state.pauses.status(&config.params, now.seconds());
        let (hedger, party) = (None, Party::Stranger);
        let mut session = Session { name, config, state, prices, status, now, reference, hedger, party };
        let possible = session.possible()?;
        let MarketState { books, clocks, .. } = &mut session.state;
        clocks.begin(books, &session.config.params, possible, (last, now.seconds()), feed, usable);
        session.set_rate()?;
        Ok(session)
    }

    /// Loads the hedger's position: the rules for everybody else and the pool's value depend on it.
    pub fn load_hedger(&mut self, storage: &dyn Storage) -> Result<()> {
        self.hedger = match &self.config.hedger {
            Some(hedger) => Some(position(storage, &self.name, hedger)?),
            None => None,
        };
        Ok(())
    }

    /// Saves a position, and updates the sums over strangers unless it is the hedger's.
    pub fn save_position(
        &self,
        storage: &mut dyn Storage,
        owner: &Addr,
        before: &Position,
        after: &Position,
    ) -> Result<()> {
        if self.config.hedger.as_ref() != Some(owner) {
            move_entries(storage, &self.name, before, after)?;
        }
        save_position(storage, &self.name, owner, before, after)
    }

    /// From here on the session applies the rules for `owner`.
    pub fn serve(&mut self, owner: &Addr) -> Party {
        self.party = match &self.config.hedger {
            Some(hedger) if hedger == owner => Party::Hedger,
            _ => Party::Stranger,
        };
        self.party
    }

    /// Puts the new funding rate in force and saves.
    pub fn close(mut self, storage: &mut dyn Storage) -> Result<()> {
        self.status = self.state.pauses.status(&self.config.params, self.seconds());
        let possible = self.possible()?;
        self.state.clocks.end(possible);
        self.set_rate()?;
        STATES.save(storage, &self.name, &self.state)?;
        Ok(())
    }

    fn possible(&self) -> Result<Possible> {
        match self.market_if_priced()? {
            Some(market) => Ok(Possible::of(&market, &self.state.books)?),
            None => Ok(Possible::default()),
        }
    }

    fn set_rate(&mut self) -> Result<()> {
        if let Some(price) = index_price(&self.config, &self.state)? {
            let ReferenceRate { rate, stale_at } = self.reference;
            self.state.books.set_rate(&price, &self.config.params, rate, stale_at)?;
        }
        Ok(())
    }

    /// The block's time in seconds.
    pub fn seconds(&self) -> u64 {
        self.now.seconds()
    }

    /// The last accepted price; `None` before the first.
    pub fn price(&self) -> Result<Option<Price>> {
        index_price(&self.config, &self.state)
    }

    /// The market in the form that the engine needs.
    ///
    /// # Errors
    /// Before the first price of each feed.
    pub fn market(&self) -> Result<Market<'_>> {
        if !self.is_priced() {
            return Err(EngineError::NoPrice {}.into());
        }
        let of_index = self.state.mark.confidence;
        let of_collateral = self.state.collateral.as_ref().map_or(of_index, |collateral| collateral.mark.confidence);
        Ok(Market {
            params: &self.config.params,
            terms: self.terms(),
            marks: Marks::new(
                &self.prices,
                self.config.params.min_spread,
                self.config.base.decimals,
                self.config.quote.decimals,
            )?
            .with_confidence(Confidence { index: of_index, collateral: of_collateral }),
            flags: &self.prices.flags,
            collateral_flags: self.prices.collateral_range.as_ref().map(|range| range.flags.as_slice()),
            status: &self.status,
            hedger: self.hedger,
            party: self.party,
            now: self.seconds(),
        })
    }

    /// As [`Session::market`], but `None` before the first price.
    pub fn market_if_priced(&self) -> Result<Option<Market<'_>>> {
        if !self.is_priced() {
            return Ok(None);
        }
        self.market().map(Some)
    }

    /// Whether every feed of the market has had a price.
    fn is_priced(&self) -> bool {
        !self.prices.index.is_zero() && !self.prices.collateral.is_zero()
    }

    /// The parameters that determine equity and margin.
    pub fn terms(&self) -> Terms {
        Terms::from(&self.config.params)
    }

    /// The attached coins as a purse; an error for other coins than this market's.
    pub fn purse_of(&self, funds: &[Coin]) -> Result<Purse> {
        let (base, quote) = (&self.config.base.denom, &self.config.quote.denom);
        funds.iter().try_fold(Purse::EMPTY, |purse, coin| {
            let coin = match &coin.denom {
                denom if denom == base => Purse::base(coin.amount),
                denom if denom == quote => Purse::quote(coin.amount),
                denom => {
                    return Err(ContractError::WrongCoin {
                        denom: denom.clone(),
                        base: base.clone(),
                        quote: quote.clone(),
                    })
                }
            };
            Ok(purse.plus(coin)?)
        })
    }

    /// The message that pays a purse; `None` if it is empty.
    pub fn pay(&self, to: impl Into<String>, purse: Purse) -> Option<BankMsg> {
        let amount = purse.coins(&self.config.base.denom, &self.config.quote.denom);
        (!amount.is_empty()).then(|| BankMsg::Send { to_address: to.into(), amount })
    }
}

fn index_price(config: &MarketConfig, state: &MarketState) -> Result<Option<Price>> {
    if state.mark.index.is_zero() {
        return Ok(None);
    }
    Ok(Some(Price::new(state.mark.index, config.base.decimals, config.quote.decimals)?))
}
