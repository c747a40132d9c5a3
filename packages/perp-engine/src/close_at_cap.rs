//! Anyone may close a long at its cap: while there is one, deposits into the pool must wait.

use ballast_math::Purse;
use ballast_types::market::MarketAction;
use ballast_types::oracle::PriceUse;
use cosmwasm_std::Uint128;

use crate::account::Account;
use crate::books::{Books, Market};
use crate::position::{Direction, Position};
use crate::profit::surest_profit_and_cap;
use crate::{EngineError, Result};

/// A long closed at its cap.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct ClosedAtCap {
    #[allow(missing_docs)]
    pub books: Books,
    /// What is left: no size, and margin only if it cannot be paid out now.
    pub position: Position,
    /// Units closed.
    pub closed: Uint128,
    /// Margin, capped profit and funding for the owner, if margin can be paid out now.
    pub paid: Purse,
}

/// A debt is charged in whole units, so dust may owe a unit because of rounding.
const ROUNDING: Uint128 = Uint128::one();

/// Closes a long whose profit has certainly reached its cap, at that payout and without any charge. If rounding leaves
/// a debt of one unit, the pool bears it. While margin out is off, the payout stays as the owner's margin.
///
/// # Errors
/// If it is not at its cap, if the price may not be used, or if its debts exceed margin and profit: then it can be
/// liquidated.
pub fn close_at_cap(market: &Market<'_>, books: &Books, position: &Position) -> Result<ClosedAtCap> {
    market.permit(MarketAction::Reduce, PriceUse::Reduce)?;
    let (profit, cap) = surest_profit_and_cap(position, market)?;
    if Direction::of(position.size) != Some(Direction::Long) || profit < cap {
        return Err(EngineError::NotAtCap { profit, cap });
    }

    let market = &market.at_lasting();
    let mut account = Account::new(market, books, position)?;
    let closed = account.size();
    let mut payout = position.margin;
    let settlement = account.shrink(closed)?;
    account.receive(&mut payout, &settlement)?;
    let payment = account.take(&mut payout, settlement.owed)?;
    if payment.missing > ROUNDING {
        return Err(EngineError::MarginUncovered { owed: settlement.owed, missing: payment.missing });
    }
    market.permit_collateral(PriceUse::Reduce, payment.paid)?;
    account.books.receive_loss(payment.paid)?;
    let leaves = market.permit_action(MarketAction::MarginOut).is_ok();
    let (kept, paid) = if leaves { (Purse::EMPTY, payout) } else { (payout, Purse::EMPTY) };
    account.position.margin = kept;
    let (books, position) = account.close_up()?;
    Ok(ClosedAtCap { books, position, closed, paid })
}
