//! [`Venue`] for the companion market: the only file of the policy that knows its engine. Another venue would be
//! another such file.

use ballast_math::{add, div_ceil, mul_div_floor, mul_floor, sub, sub_or_zero, sum_sizes, MathError, Money, Price};
use ballast_types::oracle::Flag;
use ballast_types::venue::{Capacity, Measures, PositionState, Prices, Terms};
use cosmwasm_std::{Decimal256, Int128, SignedDecimal256, Uint128};
use perp_engine::{measures_at, pay, price_pnl, Marks};

use crate::hedge::Hedge;
use crate::venue::{Direction, Health, Trade, Venue};
use crate::{PolicyError, Result, State};

/// Rounding error allowed for in the reserve, units of quote: no settlement should be refused because of rounding.
const ROUNDINGS: Money = Money::new(SignedDecimal256::raw(4_000_000_000_000_000_000));

/// Upper bound of a market's open interest cap over its pool's quote.
const GREATEST_CAP: Decimal256 = Decimal256::raw(3_000_000_000_000_000_000);

/// An order makes at most four payments, each rounded up by less than a unit of base: a settled loss, the loss of the
/// closed part, and its costs; an exit pays its loss and its costs from two purses each.
const ROUNDING_OF_BASE: Uint128 = Uint128::new(4);
/// Fee, spread and two losses are each rounded up by less than a unit of quote, and so is the conversion of each
/// payment.
const ROUNDING_OF_COSTS: Uint128 = Uint128::new(8);

/// The vault's venue, with the prices and terms of a state.
///
/// # Errors
/// Before the first price, and for a position that is not a short.
pub(crate) fn venue(state: &State) -> Result<Box<dyn Venue>> {
    Ok(Box::new(Companion::new(state, None)?))
}

/// The same, but a trade costs `rate` of its value instead of fee and spread.
///
/// # Errors
/// As [`venue`].
pub(crate) fn venue_with_rate(state: &State, rate: Decimal256) -> Result<Box<dyn Venue>> {
    Ok(Box::new(Companion::new(state, Some(rate))?))
}

/// The market's prices, terms and capacity, prepared for calculations.
#[derive(Clone, Debug)]
struct Companion {
    terms: Terms,
    capacity: Capacity,
    marks: Marks,
    counted: Price,
    /// Taker fee plus minimum spread.
    closing_rate: Decimal256,
    /// Cost of trading to assume instead of fee and spread.
    assumed: Option<Decimal256>,
}

impl Companion {
    fn new(state: &State, assumed: Option<Decimal256>) -> Result<Companion> {
        let (prices, terms) = (&state.prices, &state.terms);
        if prices.index.is_zero() || prices.collateral.is_zero() {
            return Err(PolicyError::NoPrice {});
        }
        if state.position.size > Int128::zero() {
            return Err(PolicyError::Long { size: state.position.size.into() });
        }
        let marks = Marks::new(prices, terms.min_spread, state.base_decimals, state.quote_decimals)?.at_lasting();
        Ok(Companion {
            terms: *terms,
            capacity: state.capacity,
            marks,
            counted: marks.collateral.times_floor(sub(Decimal256::one(), terms.haircut)?)?,
            closing_rate: add(terms.taker_fee, terms.min_spread)?,
            assumed,
        })
    }

    /// The spread, including the distance to the worse end of the block's range.
    fn order_spread(&self, direction: Direction) -> ballast_math::Result<Decimal256> {
        self.marks.order_spread(match direction {
            Direction::Sell => perp_engine::Direction::Short,
            Direction::Buy => perp_engine::Direction::Long,
        })
    }

    /// Fee and spread over the value of a trade. An assumed cost replaces both.
    fn trade_rates(&self, direction: Direction) -> ballast_math::Result<[Decimal256; 2]> {
        let rates = [self.terms.taker_fee, self.order_spread(direction)?];
        let own = self.trade_rate(direction)?;
        Ok(self.assumed.filter(|rate| *rate != own).map_or(rates, |rate| [rate, Decimal256::zero()]))
    }

    /// Value of `size`, rounded up at the 18th digit: what a short with an entry value of zero would owe.
    fn owed_by_short(&self, size: Uint128) -> ballast_math::Result<Money> {
        self.pnl(size, Uint128::zero())?.negated()
    }

    /// Price PnL of a short, computed by the engine.
    fn pnl(&self, size: Uint128, entry: Uint128) -> ballast_math::Result<Money> {
        price_pnl(short_of(size)?, entry, &self.marks.index, self.terms.long_reserve)
    }

    fn grow(&self, mut hedge: Hedge, size: Uint128) -> ballast_math::Result<Hedge> {
        let entry = self.marks.index.value_floor(size)?;
        hedge.position.size = short_of(sum_sizes(hedge.short(), size)?)?;
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
        release(&mut hedge, entry, funding)?;
        hedge.position.size = short_of(rest)?;
        hedge.position.entry_value =
            hedge.position.entry_value.checked_sub(entry).map_err(|_| MathError::Overflow { operation: "an entry" })?;
        hedge.position.funding = hedge.position.funding.minus(funding)?;
        self.mark(&mut hedge)?;
        Ok(self.realise(hedge, pnl.plus(funding)?)?)
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

    /// Pays what the position owes, as the engine does: first from quote, then in base at the low price minus the
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

impl Venue for Companion {
    fn index(&self) -> &Price {
        &self.marks.index
    }

    fn collateral(&self) -> &Price {
        &self.marks.collateral
    }

    /// The collateral price after the haircut.
    fn counted(&self) -> &Price {
        &self.counted
    }

    fn payment_ceil(&self, owed: Money) -> ballast_math::Result<Uint128> {
        self.marks.paying(self.terms.conversion_charge)?.amount_ceil(owed)
    }

    fn closing_cost(&self, notional: Money) -> ballast_math::Result<Money> {
        notional.mul_ceil(self.closing_rate)
    }

    /// Fee and spread, including the distance to the worse end of the block's range.
    fn trade_rate(&self, direction: Direction) -> ballast_math::Result<Decimal256> {
        add(self.terms.taker_fee, self.order_spread(direction)?)
    }

    /// Fee and spread are each rounded up.
    fn trade_cost(&self, trade: Trade) -> ballast_math::Result<Uint128> {
        let value = self.owed_by_short(trade.size())?;
        let [fee, spread] = self.trade_rates(trade.direction())?;
        sum_sizes(value.mul_ceil(fee)?.amount_ceil()?, value.mul_ceil(spread)?.amount_ceil()?)
    }

    fn max_cost_of(&self, size: Uint128, rate: Decimal256, loss: Money) -> ballast_math::Result<Uint128> {
        max_cost_of((&self.marks.index, &self.marks.payment_price()?), &self.terms, size, rate, loss)
    }

    fn health(&self, position: &PositionState) -> ballast_math::Result<Health> {
        let perp_engine::Health { notional, equity, secured_equity, .. } =
            perp_engine::Health::new(position, &self.marks, &self.terms)?;
        Ok(Health { notional, equity, secured_equity })
    }

    fn margin_ratio(&self, position: &PositionState) -> ballast_math::Result<Option<SignedDecimal256>> {
        perp_engine::Health::new(position, &self.marks, &self.terms)?.margin_ratio()
    }

    fn measures(&self, position: &PositionState) -> ballast_math::Result<Measures> {
        measures_at(position, &self.marks, &self.terms)
    }

    fn mark(&self, hedge: &mut Hedge) -> ballast_math::Result<()> {
        hedge.position.price_pnl = self.pnl(hedge.short(), hedge.position.entry_value)?;
        Ok(())
    }

    fn settle(&self, mut hedge: Hedge) -> ballast_math::Result<Option<Hedge>> {
        let realised = hedge.unsettled()?;
        let (old, funding) = (hedge.position.entry_value, hedge.position.funding);
        let entry = self.marks.index.value_floor(hedge.short())?;
        release(&mut hedge, old, funding)?;
        hedge.raised = sum_sizes(hedge.raised, entry.saturating_sub(old))?;
        hedge.position.entry_value = entry;
        hedge.position.funding = Money::ZERO;
        hedge.slack = hedge.slack.minus(Money::from_amount(entry))?;
        self.mark(&mut hedge)?;
        self.realise(hedge, realised)
    }

    fn trade(&self, hedge: Hedge, trade: Trade) -> Result<Option<Hedge>> {
        let traded = match trade {
            Trade::None => return Ok(Some(hedge)),
            Trade::Grow(size) => Some(self.grow(hedge, size)?),
            Trade::Shrink(size) => self.shrink(hedge, size)?,
        };
        let Some(traded) = traded else { return Ok(None) };
        Ok(self.pay(traded, Money::from_amount(self.trade_cost(trade)?), Purpose::Cost)?)
    }

    /// The market's capacity, minus what a settlement took out of the pool.
    fn room(&self, hedge: &Hedge) -> ballast_math::Result<Uint128> {
        let free = hedge.slack.minus(self.capacity.headroom)?.minus(ROUNDINGS)?.or_zero();
        // Each unit needs its own entry value and headroom over it.
        let each = add(Decimal256::one(), self.terms.headroom)?;
        let by_slack = self.marks.index.amount_floor(free.div_floor(each)?)?;
        // Caps limit entry value to a multiple of the pool's quote, at most three; gains that were paid out reduce that
        // quote.
        let credited = Money::from_amount(hedge.credited).mul_ceil(GREATEST_CAP)?;
        let taken = credited.plus(Money::from_amount(hedge.raised))?;
        let by_caps = self.capacity.short.saturating_sub(self.marks.index.amount_ceil(taken)?);
        Ok(by_slack.min(by_caps))
    }

    fn lets_settle(&self, hedge: &Hedge) -> bool {
        hedge.slack >= ROUNDINGS
    }

    fn capacity_after(&self, hedge: &Hedge, trade: Trade) -> ballast_math::Result<Capacity> {
        let mut capacity = Capacity { slack: hedge.slack, ..self.capacity };
        let headroom = self.marks.index.value(trade.size())?.mul_ceil(self.terms.headroom)?;
        match trade {
            Trade::None => {}
            Trade::Grow(size) => {
                capacity.headroom = capacity.headroom.plus(headroom)?;
                capacity.short = capacity.short.saturating_sub(size);
            }
            Trade::Shrink(size) => {
                capacity.headroom = capacity.headroom.minus(headroom)?.or_zero();
                capacity.short = capacity.short.saturating_add(size);
            }
        }
        Ok(capacity)
    }
}

/// By how much less the margin coin sells than it is redeemed for; none in a market of one price.
pub(crate) fn discount(prices: &Prices) -> ballast_math::Result<Option<Decimal256>> {
    let range = prices.collateral_range.as_ref();
    range.map(|range| perp_engine::discount(prices.collateral, range.redemption)).transpose()
}

/// Recomputes the discount after a move of the prices, and raises or lowers [`Flag::Discount`] as the market would. The
/// mean stays.
pub(crate) fn mark_discount(prices: &mut Prices) -> ballast_math::Result<()> {
    let discount = discount(prices)?;
    let (Some(discount), Some(range)) = (discount, &mut prices.collateral_range) else { return Ok(()) };
    range.discount = discount;
    range.flags.retain(|flag| *flag != Flag::Discount);
    if perp_engine::is_unusual(discount, range.mean_discount) {
        range.flags.push(Flag::Discount);
    }
    Ok(())
}

/// The signed size of a short.
fn short_of(size: Uint128) -> ballast_math::Result<Int128> {
    perp_engine::Direction::Short.sign(size)
}

/// Frees the reserve for this much entry value and funding, which becomes slack.
fn release(hedge: &mut Hedge, entry: Uint128, funding: Money) -> ballast_math::Result<()> {
    hedge.slack = hedge.slack.plus(Money::from_amount(entry))?.plus(funding.or_zero())?;
    Ok(())
}

/// What a payment is for. Part of the costs goes to insurance, so only losses count toward the reserve.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Purpose {
    Loss,
    Cost,
}

/// Maximum cost of a trade of `size` at `rate`, units of quote, including roundings and the conversion charge on cost
/// and `loss`. `index` is the price of what is traded, `paying` what base counts for that pays.
pub fn max_cost_of(
    (index, paying): (&Price, &Price),
    terms: &Terms,
    size: Uint128,
    rate: Decimal256,
    loss: Money,
) -> ballast_math::Result<Uint128> {
    let gross = conversion_gross(terms)?;
    let trading = index.value(size)?.mul_ceil(rate)?.mul_ceil(gross)?;
    let conversion = loss.mul_ceil(sub_or_zero(gross, Decimal256::one()))?;
    sum_sizes(trading.plus(conversion)?.amount_ceil()?, rounding(paying)?)
}

/// Maximum that roundings add to the cost of an order, units of quote.
fn rounding(paying: &Price) -> ballast_math::Result<Uint128> {
    sum_sizes(paying.value_ceil(ROUNDING_OF_BASE)?, ROUNDING_OF_COSTS)
}

/// Cost of paying one unit of quote in base: `1 / ((1 - min_spread) * (1 - conversion_charge))`, rounded up.
pub fn conversion_gross(terms: &Terms) -> ballast_math::Result<Decimal256> {
    let one = Decimal256::one();
    div_ceil(one, mul_floor(sub_or_zero(one, terms.min_spread), sub_or_zero(one, terms.conversion_charge))?)
}
