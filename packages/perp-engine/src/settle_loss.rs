//! Anyone may settle large losses of others, so that the pool collects them before a provider leaves.

use ballast_math::{mul_floor, Money, Purse};
use ballast_types::market::{Prices, Realised};
use ballast_types::oracle::PriceUse;
use cosmwasm_std::Decimal256;

use crate::account::Account;
use crate::books::{Books, Market};
use crate::caps::require_strangers_slack;
use crate::position::Position;
use crate::reserve::slack;
use crate::{EngineError, Result};

/// Others may settle a position only if it owes more than this part of its notional.
const MIN_LOSS: Decimal256 = Decimal256::percent(5);

/// Settles losses one position after the other; nothing takes effect before [`SettledLosses::finish`].
#[derive(Debug)]
#[must_use]
pub struct SettledLosses<'a> {
    market: &'a Market<'a>,
    prices: &'a Prices,
    books: Books,
    /// Slack before the first of them.
    slack: Money,
}

/// A position whose loss was settled.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct SettledLoss {
    #[allow(missing_docs)]
    pub position: Position,
    #[allow(missing_docs)]
    pub realised: Realised,
    /// What its margin paid for it.
    pub paid: Purse,
}

fn require_narrow(low: Decimal256, high: Decimal256, widest: Decimal256) -> Result<()> {
    if high <= low.saturating_add(mul_floor(low, widest)?) {
        return Ok(());
    }
    Err(EngineError::WideRange { low: Box::new(low), high: Box::new(high), widest: Box::new(widest) })
}

impl<'a> SettledLosses<'a> {
    /// Starts with the books of a market.
    ///
    /// # Errors
    /// If a price has any flag, or if it moved in this block by more than the minimum spread: a price that lasted for only
    /// a part of a block must not settle anybody.
    pub fn begin(market: &'a Market<'a>, prices: &'a Prices, books: &Books) -> Result<SettledLosses<'a>> {
        market.permit_price(PriceUse::Settle)?;
        let widest = market.params.min_spread;
        require_narrow(prices.index_low, prices.index_high, widest)?;
        let slack = slack(books, market.params.long_reserve)?;
        Ok(SettledLosses { market, prices, books: *books, slack })
    }

    /// Settles one position.
    ///
    /// # Errors
    /// If it does not owe enough, if its margin does not cover what it owes (that takes a liquidation), or if it has base
    /// and the collateral price has a flag or moved in this block.
    pub fn settle(&mut self, position: &Position) -> Result<SettledLoss> {
        self.require_calm_collateral(position.margin)?;
        let market = self.market.at_lasting();
        let mut account = Account::new(&market, &self.books, position)?;
        let notional = account.health()?.notional;
        let settlement = account.settle()?;
        let realised = settlement.realised;
        let (loss, min) = (realised.price_pnl.plus(realised.funding)?.loss()?, notional.mul_ceil(MIN_LOSS)?);
        if loss <= min {
            return Err(EngineError::OwesTooLittle { loss, min });
        }
        let (mut purse, owed) = (position.margin, settlement.owed);
        let payment = account.take(&mut purse, owed)?;
        if !payment.missing.is_zero() {
            return Err(EngineError::MarginUncovered { owed, missing: payment.missing });
        }
        account.books.receive_loss(payment.paid)?;
        account.position.margin = purse;
        let (books, position) = account.close_up()?;
        self.books = books;
        Ok(SettledLoss { position, realised, paid: payment.paid })
    }

    /// Coins are taken only at a price without any flag that lasted for the whole block.
    fn require_calm_collateral(&self, margin: Purse) -> Result<()> {
        let (Some(range), Some(flags)) = (&self.prices.collateral_range, self.market.collateral_flags) else {
            return Ok(());
        };
        if margin.base.is_zero() {
            return Ok(());
        }
        if !flags.is_empty() {
            return Err(EngineError::CollateralFlagged { price_use: PriceUse::Settle, flags: flags.to_vec() });
        }
        require_narrow(range.lasting_low, range.lasting_high, self.market.params.min_spread)
    }

    /// The market's books after all of them.
    ///
    /// # Errors
    /// If slack fell and is below what a stranger's increase must leave: losses paid in base raise the reserve, but not
    /// the quote behind it. Losses paid in quote are always accepted. Otherwise whoever owns most of the pool could
    /// block them until somebody has left.
    pub fn finish(self) -> Result<Books> {
        if slack(&self.books, self.market.params.long_reserve)? < self.slack {
            require_strangers_slack(&self.books, self.market)?;
        }
        Ok(self.books)
    }
}
