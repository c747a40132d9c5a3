//! What the policy needs from a venue's maths. Rules, plans and stress tests use [`Venue`]; only `companion.rs` knows
//! which venue it is.

use ballast_math::{sum_sizes, MathError, Money, Price, Purse};
use ballast_types::venue::{Capacity, Measures, PositionState};
use cosmwasm_std::{Decimal256, Int128, SignedDecimal256, Uint128};

use crate::hedge::{short, Hedge};
use crate::Result;

/// Direction of a trade.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Direction {
    Sell,
    Buy,
}

/// A trade of the hedge.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Trade {
    None,
    /// Increase the short by this many units.
    Grow(Uint128),
    /// Buy back this many units.
    Shrink(Uint128),
}

impl Trade {
    /// The trade from one short to another.
    pub fn between(from: Uint128, to: Uint128) -> Trade {
        match (to.checked_sub(from), from.checked_sub(to)) {
            (Ok(more), _) if !more.is_zero() => Trade::Grow(more),
            (_, Ok(less)) if !less.is_zero() => Trade::Shrink(less),
            _ => Trade::None,
        }
    }

    /// The trade for a change of the signed size.
    pub fn from_delta(delta: Int128) -> Trade {
        let size = delta.unsigned_abs();
        match (size.is_zero(), delta.is_negative()) {
            (true, _) => Trade::None,
            (false, true) => Trade::Grow(size),
            (false, false) => Trade::Shrink(size),
        }
    }

    /// Units traded.
    pub fn size(self) -> Uint128 {
        match self {
            Trade::None => Uint128::zero(),
            Trade::Grow(size) | Trade::Shrink(size) => size,
        }
    }

    /// Whether it sells or buys.
    pub fn direction(self) -> Direction {
        match self {
            Trade::Grow(_) => Direction::Sell,
            Trade::None | Trade::Shrink(_) => Direction::Buy,
        }
    }

    /// Change of the signed size.
    pub fn delta(self) -> ballast_math::Result<Int128> {
        const TOO_LARGE: MathError = MathError::Overflow { operation: "a size" };
        let size = Int128::try_from(self.size()).map_err(|_| TOO_LARGE)?;
        match self.direction() {
            Direction::Sell => Int128::zero().checked_sub(size).map_err(|_| TOO_LARGE),
            Direction::Buy => Ok(size),
        }
    }
}

/// Equity and notional, units of quote.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Health {
    pub notional: Money,
    pub equity: Money,
    /// Equity without unsettled gains, for increases and withdrawals.
    pub secured_equity: Money,
}

/// A venue's prices and rules.
pub(crate) trait Venue {
    /// Index price.
    fn index(&self) -> &Price;

    /// Price of the margin coin.
    fn collateral(&self) -> &Price;

    /// Price at which the margin coin counts in equity.
    fn counted(&self) -> &Price;

    /// Base that pays `owed`, rounded up; an error if the price at which base pays is zero.
    fn payment_ceil(&self, owed: Money) -> ballast_math::Result<Uint128>;

    /// Closing cost that equity accounts for, for a short of this value.
    fn closing_cost(&self, notional: Money) -> ballast_math::Result<Money>;

    /// Cost of a trade over its value.
    fn trade_rate(&self, direction: Direction) -> ballast_math::Result<Decimal256>;

    /// Cost of a trade, in quote units, rounded up.
    fn trade_cost(&self, trade: Trade) -> ballast_math::Result<Uint128>;

    /// Maximum cost of a trade of `size` at `rate` in quote units, if the margin pays for it and for `loss` in base.
    fn max_cost_of(&self, size: Uint128, rate: Decimal256, loss: Money) -> ballast_math::Result<Uint128>;

    fn health(&self, position: &PositionState) -> ballast_math::Result<Health>;

    /// Equity over notional; none without a position.
    fn margin_ratio(&self, position: &PositionState) -> ballast_math::Result<Option<SignedDecimal256>>;

    /// Equity, leverage and the like of a position.
    fn measures(&self, position: &PositionState) -> ballast_math::Result<Measures>;

    /// Recomputes the price PnL at the index.
    fn mark(&self, hedge: &mut Hedge) -> ballast_math::Result<()>;

    /// Realises all unsettled PnL and funding. None if the margin does not cover a loss.
    fn settle(&self, hedge: Hedge) -> ballast_math::Result<Option<Hedge>>;

    /// Trades and pays the cost. None if the margin does not cover what it owes; an error if there is less to close.
    fn trade(&self, hedge: Hedge, trade: Trade) -> Result<Option<Hedge>>;

    /// Units by which the short may still grow.
    fn room(&self, hedge: &Hedge) -> ballast_math::Result<Uint128>;

    /// Whether the venue certainly allows a settlement that leads to this.
    fn lets_settle(&self, after: &Hedge) -> bool;

    /// The venue's capacity after a trade that has led to `hedge`.
    fn capacity_after(&self, hedge: &Hedge, trade: Trade) -> ballast_math::Result<Capacity>;
}

impl dyn Venue + '_ {
    /// Value of the short at the index.
    pub fn notional(&self, position: &PositionState) -> ballast_math::Result<Money> {
        self.index().value(short(position))
    }

    /// Value of both coins, base at the collateral price.
    pub fn value(&self, purse: Purse) -> ballast_math::Result<Money> {
        self.collateral().value(purse.base)?.plus(Money::from_amount(purse.quote))
    }

    /// Idle coins, margin, and unsettled PnL and funding, without haircut and closing cost.
    pub fn nav(&self, hedge: &Hedge) -> ballast_math::Result<Money> {
        let quote = sum_sizes(hedge.idle.quote, hedge.position.margin.quote)?;
        self.coin_value(hedge)?.plus(Money::from_amount(quote))?.plus(hedge.unsettled()?)
    }

    /// Value of all coins at the collateral price.
    pub fn coin_value(&self, hedge: &Hedge) -> ballast_math::Result<Money> {
        self.collateral().value(hedge.coins()?)
    }

    /// Base that counts as `value` in equity, rounded up.
    pub fn margin_ceil(&self, value: Money) -> ballast_math::Result<Uint128> {
        self.counted().amount_ceil(value.or_zero())
    }

    /// Base that counts as `value` in equity, rounded down.
    pub fn margin_floor(&self, value: Money) -> ballast_math::Result<Uint128> {
        self.counted().amount_floor(value.or_zero())
    }

    /// `g = (quote margin + unsettled PnL and funding) / notional`, rounded down; zero without a position.
    pub fn quote_share(&self, position: &PositionState) -> ballast_math::Result<SignedDecimal256> {
        let notional = self.notional(position)?;
        if notional.is_zero() {
            return Ok(SignedDecimal256::zero());
        }
        let quote = Money::from_amount(position.margin.quote).plus(position.price_pnl)?.plus(position.funding)?;
        quote.ratio_floor(notional)
    }

    /// Whether the position is lost: closing it would leave no coins at all, after the loss, the cost of the trade, and
    /// the conversion charge on both.
    pub fn is_lost(&self, hedge: Hedge) -> Result<bool> {
        let closed = self.trade(hedge.attach(hedge.idle)?, Trade::between(hedge.short(), Uint128::zero()))?;
        Ok(match closed {
            Some(closed) => closed.position.margin.is_empty(),
            None => true,
        })
    }
}
