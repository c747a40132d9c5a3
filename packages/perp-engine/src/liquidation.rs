//! Liquidation: settle first; if that is not enough, close the minimum size that restores equity.
//!
//! A position can be liquidated if its equity is below maintenance at the price and at both ends of the confidence
//! interval; with two prices, at the corners of both intervals. It is liquidated at the price; but if a price is flagged
//! as uncertain, at the corner that is best for the position, so that widening an interval takes nobody's margin.

use ballast_math::Purse;
use ballast_types::oracle::PriceUse;
use cosmwasm_std::{SignedDecimal256, Uint128};

use crate::account::{state, Account};
use crate::books::{Books, Market};
use crate::marks::{value_ceil, Marks};
use crate::position::{Health, Position};
use crate::reserve::slack;
use crate::{EngineError, Money, Result};

/// The result of a liquidation.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Liquidated {
    #[allow(missing_docs)]
    pub books: Books,
    /// The position; the rest of its margin stays the owner's.
    pub position: Position,
    /// Whether everything was settled first.
    pub settled: bool,
    /// Units closed; zero if settling was enough.
    pub closed: Uint128,
    /// The liquidator's reward.
    pub reward: Purse,
    /// Deficit that insurance paid, units of quote.
    pub insured: Uint128,
    /// Deficit that the pool bore, units of quote.
    pub bad_debt: Uint128,
}

/// Liquidates a position whose equity is below maintenance.
///
/// # Errors
/// If it is healthy, or the price may not be used. Never for lack of slack.
pub fn liquidate(market: &Market<'_>, books: &Books, position: &Position) -> Result<Liquidated> {
    market.permit_price(PriceUse::Liquidate)?;
    let market = &market.for_liquidation(position.margin)?;
    let judged = Judged::new(books, position, market)?;
    if !judged.liquidatable {
        let margin_ratio = judged.margin_ratio;
        return Err(EngineError::NotLiquidatable { margin_ratio, maintenance: market.params.maintenance_ratio });
    }
    // The interval is always around the market's price, even if the liquidation is done at one end of it.
    let marks = if market.is_uncertain(position.margin) { judged.favours } else { market.marks };
    let executed = Market { marks: marks.without_range().at_lasting(), ..market.clone() };
    let account = Account::new(&executed, books, position)?;

    let (account, settled) = match settle(&account)? {
        Some(account) => (account, true),
        None => (account, false),
    };
    let closed = if settled && !Judged::new(&account.books, &account.position, market)?.liquidatable {
        Uint128::zero()
    } else if account.health()?.equity.is_negative() {
        account.size()
    } else {
        min_size(&account)?
    };
    let closing = close(&account, closed)?;
    let (books, position) = closing.account.close_up()?;
    Ok(Liquidated {
        books,
        position,
        settled,
        closed,
        reward: closing.reward,
        insured: closing.insured,
        bad_debt: closing.bad_debt,
    })
}

/// Whether a position can be liquidated, regardless of switches and price flags: its equity is below maintenance at the
/// price and at both ends of the confidence interval.
pub fn is_liquidatable(books: &Books, position: &Position, market: &Market<'_>) -> Result<bool> {
    Ok(Judged::new(books, position, &market.for_liquidation(position.margin)?)?.liquidatable)
}

/// A position judged at the prices and at the corners of their confidence intervals.
struct Judged {
    /// Whether equity is below maintenance at all of them.
    liquidatable: bool,
    /// The best margin ratio of them.
    margin_ratio: SignedDecimal256,
    /// The prices with that margin ratio.
    favours: Marks,
}

impl Judged {
    fn new(books: &Books, position: &Position, market: &Market<'_>) -> Result<Judged> {
        let mut judged = Judged::at(market.marks, books, position, market)?;
        for end in market.marks.confidence_corners()? {
            let other = Judged::at(end, books, position, market)?;
            let liquidatable = judged.liquidatable && other.liquidatable;
            let better = if other.margin_ratio > judged.margin_ratio { other } else { judged };
            judged = Judged { liquidatable, ..better };
        }
        Ok(judged)
    }

    fn at(marks: Marks, books: &Books, position: &Position, market: &Market<'_>) -> Result<Judged> {
        let position = state(books, position, &Market { marks, ..market.clone() })?;
        let health = Health::new(&position, &marks, &market.terms)?;
        Ok(Judged {
            liquidatable: health.is_liquidatable(&market.terms)?,
            margin_ratio: health.margin_ratio()?.unwrap_or(SignedDecimal256::MAX),
            favours: marks,
        })
    }
}

/// Settles everything; `None` if the margin does not cover it, or if slack would be negative.
fn settle<'a>(account: &Account<'a>) -> Result<Option<Account<'a>>> {
    let mut account = account.clone();
    let mut purse = account.position.margin;
    let settlement = account.settle()?;
    account.receive(&mut purse, &settlement)?;
    let payment = account.take(&mut purse, settlement.owed)?;
    if !payment.missing.is_zero() {
        return Ok(None);
    }
    account.books.receive_loss(payment.paid)?;
    account.position.margin = purse;
    if slack(&account.books, account.market.params.long_reserve)?.is_negative() {
        return Ok(None);
    }
    Ok(Some(account))
}

/// The minimum size that must be closed to restore the initial ratio, found by bisection; the whole position if no part
/// is enough, or if the rest would be below the minimum position.
fn min_size(account: &Account<'_>) -> Result<Uint128> {
    let whole = account.size();
    // `low` is not enough; `high` is, or it is the whole position.
    let (mut low, mut high) = (Uint128::zero(), whole);
    loop {
        let middle = low.saturating_add(high.saturating_sub(low).checked_div(Uint128::new(2)).unwrap_or_default());
        if middle == low {
            break;
        }
        if cures(account, middle)? {
            high = middle;
        } else {
            low = middle;
        }
    }
    let rest = account.market.marks.index.value(whole.saturating_sub(high))?;
    if rest < Money::from_amount(account.market.params.min_position) {
        return Ok(whole);
    }
    Ok(high)
}

/// Whether closing `size` restores the initial ratio. It does not if the margin cannot pay for it: then no margin is
/// left.
fn cures(account: &Account<'_>, size: Uint128) -> Result<bool> {
    let health = close(account, size)?.account.health()?;
    Ok(health.equity >= health.notional.mul_ceil(account.market.params.initial_ratio)?)
}

/// The result of closing a part in a liquidation.
struct Closing<'a> {
    account: Account<'a>,
    reward: Purse,
    insured: Uint128,
    bad_debt: Uint128,
}

/// Closes `size`: margin receives gains and pays losses (insurance bears a deficit first, then the pool), then the fee,
/// as far as margin is left. Half of the fee in each coin goes to the liquidator, the rest to insurance. No taker fee,
/// no spread.
fn close<'a>(account: &Account<'a>, size: Uint128) -> Result<Closing<'a>> {
    let mut account = account.clone();
    let market = account.market;
    let mut purse = account.position.margin;
    let settlement = account.shrink(size)?;
    account.receive(&mut purse, &settlement)?;
    let loss = account.take(&mut purse, settlement.owed)?;
    account.books.receive_loss(loss.paid)?;
    let (insured, bad_debt) = account.books.bear_deficit(loss.deficit, market)?;

    let value = value_ceil(&market.marks.index, size)?;
    let fee = account.take(&mut purse, value.mul_ceil(market.params.liquidation_fee)?.amount_ceil()?)?;
    let reward = fee.paid.portion_floor(Uint128::one(), Uint128::new(2))?;
    account.books.insurance = account.books.insurance.plus(fee.paid.minus(reward)?)?;
    account.position.margin = purse;
    Ok(Closing { account, reward, insured, bad_debt })
}
