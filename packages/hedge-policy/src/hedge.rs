//! What the vault and its position hold at one price, and what each part of an order does to it: the venue's rules of
//! payment seen from one position.

use ballast_math::{add, mul_div_floor, sub, sum_sizes, MathError, Money, Price, Purse};
use ballast_types::venue::{Measures, PositionState, Terms};
use cosmwasm_std::{Decimal256, Int128, Uint128};
use perp_engine::{measures_at, pay, price_pnl, Direction, Health, Marks};

use crate::{PolicyError, Result, State};

/// The coins of the vault, its position, and the slack of the venue's reserve.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Hedge {
    pub idle: Purse,
    pub position: PositionState,
    pub slack: Money,
    /// Gains that the pool has paid on the way here: caps are shares of the quote that it is left with.
    pub credited: Uint128,
    /// Entry value that a settlement has added on the way here: caps count it.
    pub raised: Uint128,
}

impl Hedge {
    pub fn of(state: &State) -> Hedge {
        Hedge {
            idle: state.idle,
            position: state.position,
            slack: state.capacity.slack,
            credited: Uint128::zero(),
            raised: Uint128::zero(),
        }
    }

    /// Base that the vault owns: idle and posted.
    pub fn coins(&self) -> ballast_math::Result<Uint128> {
        sum_sizes(self.idle.base, self.position.margin.base)
    }

    /// Units sold short.
    pub fn short(&self) -> Uint128 {
        short(&self.position)
    }

    /// Unsettled price PnL and funding.
    pub fn unsettled(&self) -> ballast_math::Result<Money> {
        self.position.price_pnl.plus(self.position.funding)
    }

    /// With coins moved from the vault to the venue.
    pub fn attach(mut self, purse: Purse) -> ballast_math::Result<Hedge> {
        self.idle = self.idle.minus(purse)?;
        self.position.margin = self.position.margin.plus(purse)?;
        Ok(self)
    }

    /// With coins moved from the venue to the vault.
    pub fn detach(mut self, purse: Purse) -> ballast_math::Result<Hedge> {
        self.position.margin = self.position.margin.minus(purse)?;
        self.idle = self.idle.plus(purse)?;
        Ok(self)
    }
}

/// Units sold short by a position; a long is none.
pub(crate) fn short(position: &PositionState) -> Uint128 {
    if position.size.is_negative() {
        position.size.unsigned_abs()
    } else {
        Uint128::zero()
    }
}

/// A trade of the hedge.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Trade {
    None,
    /// Sell this much more short.
    Grow(Uint128),
    /// Buy this much back.
    Shrink(Uint128),
}

impl Trade {
    /// From one short to another.
    pub fn between(from: Uint128, to: Uint128) -> Trade {
        match (to.checked_sub(from), from.checked_sub(to)) {
            (Ok(more), _) if !more.is_zero() => Trade::Grow(more),
            (_, Ok(less)) if !less.is_zero() => Trade::Shrink(less),
            _ => Trade::None,
        }
    }

    /// From a change of the signed size.
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
            Trade::Grow(_) => Direction::Short,
            Trade::None | Trade::Shrink(_) => Direction::Long,
        }
    }

    /// Change of the signed size.
    pub fn delta(self) -> ballast_math::Result<Int128> {
        self.direction().sign(self.size())
    }
}

/// The venue's prices and terms, ready for use.
#[derive(Clone, Debug)]
pub(crate) struct Venue {
    pub terms: Terms,
    marks: Marks,
    /// Index price.
    pub index: Price,
    /// Collateral price.
    pub collateral: Price,
    /// Collateral price after the haircut: what a coin of margin counts in equity.
    counted: Price,
    /// Taker fee and least spread.
    closing_rate: Decimal256,
    /// A cost of trading to be assumed instead of fee and spread.
    assumed: Option<Decimal256>,
}

impl Venue {
    /// # Errors
    /// Before the first price, and for a position that is not a short.
    pub fn new(state: &State) -> Result<Venue> {
        let (prices, terms) = (&state.prices, &state.terms);
        if prices.index.is_zero() {
            return Err(PolicyError::NoPrice {});
        }
        if state.position.size > Int128::zero() {
            return Err(PolicyError::Long { size: state.position.size.into() });
        }
        let marks = Marks::new(prices, terms.min_spread, state.base_decimals, state.quote_decimals)?;
        Ok(Venue {
            terms: *terms,
            marks,
            index: marks.index,
            collateral: marks.collateral,
            counted: marks.collateral.times_floor(sub(Decimal256::one(), terms.haircut)?)?,
            closing_rate: add(terms.taker_fee, terms.min_spread)?,
            assumed: None,
        })
    }

    /// With another cost of trading.
    pub fn with_trade_rate(mut self, rate: Decimal256) -> Venue {
        self.assumed = Some(rate);
        self
    }

    /// Cost of a trade over its value: fee, spread, and the way to the worse end of the block's range.
    pub fn trade_rate(&self, direction: Direction) -> ballast_math::Result<Decimal256> {
        add(self.terms.taker_fee, self.marks.order_spread(direction)?)
    }

    /// Fee and spread over the value of a trade; an assumed cost that is not their sum stands for both.
    fn trade_rates(&self, direction: Direction) -> ballast_math::Result<[Decimal256; 2]> {
        let rates = [self.terms.taker_fee, self.marks.order_spread(direction)?];
        let own = self.trade_rate(direction)?;
        Ok(self.assumed.filter(|rate| *rate != own).map_or(rates, |rate| [rate, Decimal256::zero()]))
    }

    /// Value of the short at the index.
    pub fn notional(&self, position: &PositionState) -> ballast_math::Result<Money> {
        self.index.value(short(position))
    }

    /// Value of both coins, base at the collateral price.
    pub fn value(&self, purse: Purse) -> ballast_math::Result<Money> {
        self.marks.value(purse)
    }

    /// Idle and posted coins and unsettled PnL and funding, without haircut and closing cost.
    pub fn nav(&self, hedge: &Hedge) -> ballast_math::Result<Money> {
        let base = self.collateral.value(hedge.coins()?)?;
        let quote = sum_sizes(hedge.idle.quote, hedge.position.margin.quote)?;
        base.plus(Money::from_amount(quote))?.plus(hedge.unsettled()?)
    }

    /// Value of all coins at the collateral price.
    pub fn coin_value(&self, hedge: &Hedge) -> ballast_math::Result<Money> {
        self.collateral.value(hedge.coins()?)
    }

    /// Base that `value` needs as margin, rounded up.
    pub fn margin_ceil(&self, value: Money) -> ballast_math::Result<Uint128> {
        self.counted.amount_ceil(value.or_zero())
    }

    /// Base that margin with `value` to spare can do without, rounded down.
    pub fn margin_floor(&self, value: Money) -> ballast_math::Result<Uint128> {
        self.counted.amount_floor(value.or_zero())
    }

    /// Base that pays `owed`, rounded up; an error when the spread is the whole price.
    pub fn payment_ceil(&self, owed: Money) -> ballast_math::Result<Uint128> {
        self.marks.paying(self.terms.conversion_charge)?.amount_ceil(owed)
    }

    /// Closing cost of a short of this value.
    pub fn closing_cost(&self, notional: Money) -> ballast_math::Result<Money> {
        notional.mul_ceil(self.closing_rate)
    }

    /// Equity at the venue.
    pub fn equity(&self, position: &PositionState) -> ballast_math::Result<Money> {
        Ok(self.health(position)?.equity)
    }

    /// Equity, secured equity and notional of a position, by the venue's own functions.
    pub fn health(&self, position: &PositionState) -> ballast_math::Result<Health> {
        Health::new(position, &self.marks, &self.terms)
    }

    /// Everything that the venue's rules make of a position.
    pub fn measures(&self, position: &PositionState) -> ballast_math::Result<Measures> {
        measures_at(position, &self.marks, &self.terms)
    }

    /// `g = max(0, quote margin + unsettled PnL and funding) / notional`; zero without a position.
    pub fn quote_share(&self, position: &PositionState) -> ballast_math::Result<Decimal256> {
        let notional = self.notional(position)?;
        if notional.is_zero() {
            return Ok(Decimal256::zero());
        }
        let quote = Money::from_amount(position.margin.quote).plus(position.price_pnl)?.plus(position.funding)?;
        Ok(ballast_math::abs(quote.or_zero().ratio_floor(notional)?))
    }

    /// Cost of a trade, in quote units, fee and spread each rounded up.
    pub fn trade_cost(&self, trade: Trade) -> ballast_math::Result<Uint128> {
        let value = self.owed_by_short(trade.size())?;
        let [fee, spread] = self.trade_rates(trade.direction())?;
        sum_sizes(value.mul_ceil(fee)?.amount_ceil()?, value.mul_ceil(spread)?.amount_ceil()?)
    }

    /// Value of `size`, rounded up at the 18th digit: what a short with no entry would owe.
    fn owed_by_short(&self, size: Uint128) -> ballast_math::Result<Money> {
        self.pnl(size, Uint128::zero())?.negated()
    }

    /// Price PnL of a short, by the venue's own function.
    fn pnl(&self, size: Uint128, entry: Uint128) -> ballast_math::Result<Money> {
        price_pnl(Direction::Short.sign(size)?, entry, &self.index, self.terms.long_reserve)
    }

    /// All unsettled PnL and funding turned into coins. None when the margin does not cover a loss.
    pub fn settle(&self, mut hedge: Hedge) -> ballast_math::Result<Option<Hedge>> {
        let realised = hedge.unsettled()?;
        let entry = self.index.value_floor(hedge.short())?;
        hedge.release(hedge.position.entry_value, hedge.position.funding)?;
        hedge.raised = sum_sizes(hedge.raised, entry.saturating_sub(hedge.position.entry_value))?;
        hedge.position.entry_value = entry;
        hedge.position.funding = Money::ZERO;
        hedge.slack = hedge.slack.minus(Money::from_amount(entry))?;
        self.mark(&mut hedge)?;
        self.realise(hedge, realised)
    }

    /// A trade with its cost. None when the margin does not cover what it owes; an error when there is less to close.
    pub fn trade(&self, hedge: Hedge, trade: Trade) -> Result<Option<Hedge>> {
        let traded = match trade {
            Trade::None => return Ok(Some(hedge)),
            Trade::Grow(size) => Some(self.grow(hedge, size)?),
            Trade::Shrink(size) => self.shrink(hedge, size)?,
        };
        let Some(traded) = traded else { return Ok(None) };
        Ok(self.pay(traded, Money::from_amount(self.trade_cost(trade)?), Purpose::Cost)?)
    }

    /// Whether the position is lost: closing all of it leaves nothing of all that there is, after the loss, the cost of the
    /// trade, and the conversion of both.
    pub fn is_lost(&self, hedge: Hedge) -> Result<bool> {
        let closed = self.trade(hedge.attach(hedge.idle)?, Trade::between(hedge.short(), Uint128::zero()))?;
        Ok(match closed {
            Some(closed) => closed.position.margin.is_empty(),
            None => true,
        })
    }

    fn grow(&self, mut hedge: Hedge, size: Uint128) -> ballast_math::Result<Hedge> {
        let entry = self.index.value_floor(size)?;
        hedge.position.size = Direction::Short.sign(sum_sizes(hedge.short(), size)?)?;
        hedge.position.entry_value = sum_sizes(hedge.position.entry_value, entry)?;
        hedge.slack = hedge.slack.minus(Money::from_amount(entry))?;
        self.mark(&mut hedge)?;
        Ok(hedge)
    }

    fn shrink(&self, mut hedge: Hedge, closed: Uint128) -> Result<Option<Hedge>> {
        let size = hedge.short();
        let Ok(rest) = size.checked_sub(closed) else {
            return Err(PolicyError::TooLarge { closed: closed.into(), size: size.into() });
        };
        let entry = mul_div_floor(hedge.position.entry_value, closed, size)?;
        let funding = hedge.position.funding.portion_floor(closed, size)?;
        let pnl = self.pnl(closed, entry)?;
        hedge.release(entry, funding)?;
        hedge.position.size = Direction::Short.sign(rest)?;
        hedge.position.entry_value =
            hedge.position.entry_value.checked_sub(entry).map_err(|_| MathError::Overflow { operation: "an entry" })?;
        hedge.position.funding = hedge.position.funding.minus(funding)?;
        self.mark(&mut hedge)?;
        Ok(self.realise(hedge, pnl.plus(funding)?)?)
    }

    /// Marks the price PnL at the index.
    pub fn mark(&self, hedge: &mut Hedge) -> ballast_math::Result<()> {
        hedge.position.price_pnl = self.pnl(hedge.short(), hedge.position.entry_value)?;
        Ok(())
    }

    /// A gain is paid in quote by the pool, rounded down; a loss is paid by the margin, rounded up.
    fn realise(&self, mut hedge: Hedge, realised: Money) -> ballast_math::Result<Option<Hedge>> {
        if realised.is_negative() {
            return self.pay(hedge, realised.negated()?, Purpose::Loss);
        }
        let gain = realised.amount_floor()?;
        hedge.position.margin.quote = sum_sizes(hedge.position.margin.quote, gain)?;
        hedge.slack = hedge.slack.minus(Money::from_amount(gain))?;
        hedge.credited = sum_sizes(hedge.credited, gain)?;
        Ok(Some(hedge))
    }

    /// What the position owes, by the venue's own function: from quote first, then base at the low price less the
    /// conversion charge.
    fn pay(&self, mut hedge: Hedge, owed: Money, purpose: Purpose) -> ballast_math::Result<Option<Hedge>> {
        let owed = owed.amount_ceil()?;
        let payment = pay(&mut hedge.position.margin, owed, &self.marks, self.terms.conversion_charge)?;
        if !payment.missing.is_zero() {
            return Ok(None);
        }
        if purpose == Purpose::Loss {
            hedge.slack = hedge.slack.plus(Money::from_amount(payment.paid.quote))?;
        }
        Ok(Some(hedge))
    }
}

/// What a payment is for: a part of costs goes to insurance, so that only losses are counted on for the reserve.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Purpose {
    Loss,
    Cost,
}

impl Hedge {
    /// The reserve that this much entry value and funding no longer needs.
    fn release(&mut self, entry: Uint128, funding: Money) -> ballast_math::Result<()> {
        self.slack = self.slack.plus(Money::from_amount(entry))?.plus(funding.or_zero())?;
        Ok(())
    }
}
