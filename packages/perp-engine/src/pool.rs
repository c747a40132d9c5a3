//! The pool: its value at the worse end of the price band, its shares, and the base that it sells.
//!
//! Its value is its coins less traders' unsettled gains plus their unsettled losses, from the sums over each side. A
//! sum over longs ignores the caps of individual longs and so overstates their gains. That is safe for withdrawals;
//! deposits wait while a long is at its cap, so that the sum is exact.
//!
//! A sum over a side also ignores who can pay: it nets a loser's debt against a winner's claim or another's margin. A
//! deposit counts debts in full, which is safe. A withdrawal counts only the hedger's debt, up to the hedger's margin,
//! and the gains of others by groups that win or lose together (see `entries`). The debts of others count once they are
//! settled, which anybody may do (see `settle_loss`).

use ballast_math::{add, mul_ceil, mul_div_floor, sub_or_zero, Base, Money, Price, Purse, Quote, Shares};
use ballast_types::market::{BaseForSale, MarketAction};
use ballast_types::oracle::PriceUse;
use cosmwasm_std::{Decimal256, Uint128};

use crate::books::{Books, Market};
use crate::entries::Entries;
use crate::marks::{value_ceil, MIN_END};
use crate::position::{Direction, Position};
use crate::profit::is_at_cap;
use crate::reserve::{headroom, require_slack};
use crate::{EngineError, Result};

/// Unsettled price PnL of positions at a price, for longs at most their cap; rounded up if the pool owes it.
fn price_pnl(
    (direction, entries): (Direction, &Entries),
    price: &Price,
    long_reserve: Decimal256,
    rounding: Rounding,
) -> ballast_math::Result<Money> {
    let entry = Money::from_amount(entries.entry_value);
    match direction {
        Direction::Long => {
            let profit = rounding.value(price, entries.size)?.minus(entry)?;
            Ok(profit.min(entry.mul_ceil(long_reserve)?))
        }
        Direction::Short => entry.minus(rounding.opposite().value(price, entries.size)?),
    }
}

/// Which way traders' claims are rounded.
#[derive(Clone, Copy)]
enum Rounding {
    Down,
    Up,
}

impl Rounding {
    fn opposite(self) -> Rounding {
        match self {
            Rounding::Down => Rounding::Up,
            Rounding::Up => Rounding::Down,
        }
    }

    fn value(self, price: &Price, size: Uint128) -> ballast_math::Result<Money> {
        match self {
            Rounding::Down => price.value(size),
            Rounding::Up => value_ceil(price, size),
        }
    }
}

/// The pool's value for deposits: base at the upper end of the band, traders' gains at the end that makes them
/// smallest, and their losses in full.
pub fn value_high(books: &Books, market: &Market<'_>) -> ballast_math::Result<Money> {
    let (marks, long_reserve) = (&market.marks, market.params.long_reserve);
    let claim = |direction, price| {
        let side = books.side(direction);
        let pnl = price_pnl((direction, &side.entries()), &price, long_reserve, Rounding::Down)?;
        pnl.plus(side.funding_floor()?)
    };
    let longs = claim(Direction::Long, marks.index_low()?)?;
    let shorts = claim(Direction::Short, marks.index_high()?)?;
    purse_value(books.pool, &marks.collateral_high()?)?.minus(longs.plus(shorts)?)
}

/// The pool's value for withdrawals: base at the lower end of the band, traders' gains at the end that makes them
/// largest, and none of their losses, except for the hedger's as far as its margin after haircut covers it, at what the
/// coins that will pay it sell for now. `strangers` are all positions but the hedger's, in groups that win or lose together.
pub fn value_low(
    books: &Books,
    market: &Market<'_>,
    strangers: &[(Direction, Entries)],
) -> ballast_math::Result<Money> {
    let mut gains = Money::ZERO;
    for (direction, entries) in strangers {
        gains = gains.plus(claim(books, market, *direction, entries)?.or_zero())?;
    }
    let mut debt = Money::ZERO;
    if let Some((position, direction)) = market.hedger.and_then(|hedger| Some((hedger, Direction::of(hedger.size)?))) {
        let hedger = claim(books, market, direction, &Entries::default().plus(&position)?)?;
        gains = gains.plus(hedger.or_zero())?;
        debt = hedger.loss()?.div_floor(market.marks.lasting_over_sold())?.min(covered_by_hedger(market)?);
    }
    purse_value(books.pool, &market.marks.collateral_low()?)?.plus(debt)?.minus(gains)
}

/// Price PnL at the end of the band that is worse for whoever leaves, plus funding, both rounded up.
fn claim(books: &Books, market: &Market<'_>, direction: Direction, entries: &Entries) -> ballast_math::Result<Money> {
    let price = match direction {
        Direction::Long => market.marks.index_high()?,
        Direction::Short => market.marks.index_low()?,
    };
    let profit = price_pnl((direction, entries), &price, market.params.long_reserve, Rounding::Up)?;
    profit.plus(books.side(direction).index.accrued_ceil(entries.size, entries.funding)?)
}

/// The hedger's margin at the lower end of the band, after haircut.
fn covered_by_hedger(market: &Market<'_>) -> ballast_math::Result<Money> {
    let Some(Position { margin, .. }) = market.hedger else { return Ok(Money::ZERO) };
    let kept = sub_or_zero(Decimal256::one(), market.params.haircut);
    let base = market.marks.collateral_low()?.value(margin.base)?.mul_floor(kept)?;
    base.plus(Money::from_amount(margin.quote))
}

fn purse_value(purse: Purse, price: &Price) -> ballast_math::Result<Money> {
    price.value(purse.base)?.plus(Money::from_amount(purse.quote))
}

/// Shares that nobody owns, worth one unit. They keep the first depositor from making a share so expensive that the
/// second one's deposit rounds down to zero shares. With a million of them, rounding costs less than a millionth.
pub const VIRTUAL_SHARES: Shares = Shares(Uint128::new(1_000_000));

/// Value of the virtual shares, units of quote.
const VIRTUAL_VALUE: Quote = Quote(Uint128::one());

/// The result of a deposit into the pool.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Deposited {
    #[allow(missing_docs)]
    pub books: Books,
    /// Shares minted, rounded down.
    pub shares: Shares,
}

/// Adds quote to the pool for shares. `lowest_long` is the long with the lowest entry price, the first to reach its
/// cap.
///
/// # Errors
/// If a rule of the market refuses it, if it rounds down to zero shares, or if the pool is worth nothing.
pub fn deposit(market: &Market<'_>, books: &Books, amount: Quote, lowest_long: Option<&Position>) -> Result<Deposited> {
    market.permit(MarketAction::PoolIn, PriceUse::Pool)?;
    market.permit_collateral(PriceUse::Pool, books.pool)?;
    if let Some(long) = lowest_long {
        if is_at_cap(long, market)? {
            return Err(EngineError::LongAtCap {});
        }
    }
    let value = value_high(books, market)?;
    if !value.is_positive() && !books.shares.is_zero() {
        return Err(EngineError::PoolWorthless { value });
    }
    let all = books.shares.plus(VIRTUAL_SHARES)?;
    let value = Quote(value.or_zero().amount_ceil()?).plus(VIRTUAL_VALUE)?;
    let shares = Shares(mul_div_floor(amount.amount(), all.amount(), value.amount())?);
    if shares.is_zero() {
        return Err(EngineError::Nothing { what: "shares" });
    }
    let mut after = *books;
    after.pool = after.pool.plus(amount.purse())?;
    after.shares = after.shares.plus(shares)?;
    Ok(Deposited { books: after, shares })
}

/// The result of a withdrawal from the pool.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Withdrawn {
    #[allow(missing_docs)]
    pub books: Books,
    /// Coins for the provider, rounded down.
    pub paid: Purse,
}

/// Pays shares under notice from the pool in kind: the same part of each coin, the smaller one of what the margin coin
/// sells for and of what it is redeemed for (valued at the one and paid at the other, who leaves would bear the whole
/// discount). Coins that remain when nobody has shares
/// or positions any more go to insurance.
///
/// # Errors
/// If a rule of the market refuses it, if reserve and headroom would not be left, or for shares that are not under
/// notice.
pub fn withdraw(
    market: &Market<'_>,
    books: &Books,
    shares: Shares,
    strangers: &[(Direction, Entries)],
) -> Result<Withdrawn> {
    market.permit(MarketAction::PoolOut, PriceUse::Pool)?;
    let of_hedger = market.hedger.map_or(Purse::EMPTY, |hedger| hedger.margin);
    market.permit_collateral(PriceUse::Pool, books.pool.plus(of_hedger)?)?;
    if shares > books.notice {
        return Err(EngineError::TooManyShares { asked: shares.amount(), notice: books.notice.amount() });
    }
    let mut paid = books.pool;
    for marks in market.marks.worths()? {
        let at = payable(books, &Market { marks, ..market.clone() }, shares, strangers)?;
        paid = Purse::new(paid.base.min(at.base), paid.quote.min(at.quote));
    }
    if paid.is_empty() {
        return Err(EngineError::Nothing { what: "coins" });
    }
    let mut after = *books;
    after.pool = after.pool.minus(paid)?;
    after.shares = after.shares.minus(shares)?;
    after.end_notice(shares)?;
    require_slack(&after, market, headroom(&after, market)?)?;
    // What rounding and the band leave after the last provider belongs to nobody: the next provider starts with an
    // empty pool.
    if after.shares.is_zero() && after.no_positions() {
        after.insurance = after.insurance.plus(after.pool)?;
        after.pool = Purse::EMPTY;
    }
    Ok(Withdrawn { books: after, paid })
}

/// What shares are worth of the pool in kind, at one worth of the margin coin.
fn payable(
    books: &Books,
    market: &Market<'_>,
    shares: Shares,
    strangers: &[(Direction, Entries)],
) -> ballast_math::Result<Purse> {
    let all = books.shares.plus(VIRTUAL_SHARES)?;
    let worth = value_low(books, market, strangers)?.or_zero().portion_floor(shares.amount(), all.amount())?;
    let worth = worth.amount_floor()?;
    let held = purse_value(books.pool, &market.marks.collateral_high()?)?.amount_ceil()?;
    if worth >= held {
        return Ok(books.pool);
    }
    books.pool.portion_floor(worth, held)
}

/// The current price of the pool's base: with its age it falls linearly from `C * (1 + spread)` to
/// `C * (1 - lasting_discount - base_discount)`, rounded up; `C` is the top of this block's range of the collateral price,
/// for a coin at a discount what it is redeemed for. A discount that lasts does not keep the base unsold, and one that
/// somebody made an hour ago does not give it away.
fn base_price(books: &Books, market: &Market<'_>) -> ballast_math::Result<Price> {
    let params = market.params;
    let span = params.base_discount_time.max(1).saturating_mul(NANOSECONDS);
    let age = books.base_age.min(span);
    let band = market.marks.collateral_band;
    let start = add(Decimal256::one(), band.spread)?;
    let fall = add(add(band.spread, params.base_discount)?, market.marks.lasting_discount)?;
    let fallen = ballast_math::mul_floor(fall, Decimal256::from_ratio(age, span))?;
    let end = mul_ceil(band.range_high, sub_or_zero(start, fallen).max(MIN_END))?;
    market.marks.collateral.times_ceil(end)
}

const NANOSECONDS: u64 = 1_000_000_000;

/// The base that the pool sells, and its price.
pub fn base_for_sale(books: &Books, market: &Market<'_>) -> ballast_math::Result<BaseForSale> {
    Ok(BaseForSale { amount: books.pool.base, price: base_price(books, market)?.decimal() })
}

/// The result of buying base from the pool.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Bought {
    #[allow(missing_docs)]
    pub books: Books,
    /// Base for the buyer, rounded down.
    pub base: Base,
    /// Quote charged, rounded up.
    pub quote: Quote,
    /// Quote that goes back.
    pub refund: Quote,
}

/// Sells the pool's base for `attached` quote. It needs an increase to be permitted and a usable collateral price, but no
/// headroom and no caps: it can only raise slack.
///
/// # Errors
/// If a rule of the market refuses it, or if the quote buys nothing.
pub fn buy(market: &Market<'_>, books: &Books, attached: Quote) -> Result<Bought> {
    market.permit_action(MarketAction::Increase)?;
    market.permit_base_price(PriceUse::BuyBase)?;
    let price = base_price(books, market)?;
    let base = Base(price.amount_floor(attached.money()).unwrap_or(Uint128::MAX).min(books.pool.base));
    if base.is_zero() {
        return Err(EngineError::Nothing { what: "base" });
    }
    let quote = Quote(price.value_ceil(base.amount())?);
    let refund = attached.minus(quote)?;
    let mut after = *books;
    after.pool = after.pool.minus(base.purse())?.plus(quote.purse())?;
    Ok(Bought { books: after, base, quote, refund })
}
