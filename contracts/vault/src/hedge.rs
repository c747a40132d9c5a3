//! Between the books and the policy: what the policy is told, the orders it asks for, and the auction.

use ballast_math::{
    abs, add, div_ceil, div_floor, mul_ceil, mul_floor, sub_or_zero, sum_sizes, MathError, Money, Price, Purse,
};
use ballast_types::market::{
    AdjustResponse, FundingRates, Leverage, MarginOut, OrderSize, PositionResponse, Settle, Terms,
};
use ballast_types::policy::{Decision, HedgeAction, HedgeState, PolicyParams, Rule, Targets};
use ballast_types::vault::{AuctionResponse, VaultAction};
use cosmwasm_std::{Decimal256, Int128, SignedDecimal256, Timestamp, Uint128};
use hedge_policy::{Auction, DepositOrder, Forecast, State, VaultPart};

use crate::checks;
use crate::error::{ContractError, LeverageText};
use crate::state::{Books, Config};
use crate::valuation::{self, End, PriceAt};
use crate::venue::{total_cost, Order};

/// An order pays at most four times, and what it pays in base is rounded up by less than a unit of base each time: a
/// settled loss, the loss of the part that it closes, and its costs; an exit its loss and its costs from two purses.
const ROUNDING_OF_BASE: Uint128 = Uint128::new(4);
/// Fee, spread and two losses are rounded up by less than a unit of quote each, and so is the conversion of each payment.
const ROUNDING_OF_COSTS: Uint128 = Uint128::new(8);

/// The vault and its position at one moment, as the policy sees them.
pub struct Hedge<'a> {
    config: &'a Config,
    /// What the policy sees.
    pub state: State,
    /// What the venue's clock of open seconds shows.
    pub open_seconds: u64,
    /// Seconds that the auction's clock shows, if there is an auction.
    clock: Option<u64>,
}

impl<'a> Hedge<'a> {
    /// Brings the memory up to date with the venue's answer, and looks at both: an auction that has nothing to offer
    /// any more is over.
    pub fn read(
        config: &'a Config,
        books: &mut Books,
        position: PositionResponse,
        now: Timestamp,
    ) -> Result<Hedge<'a>, ContractError> {
        books.observe(now, &position.funding, &config.policy)?;
        let nav = valuation::nav(&position.prices, &config.base, &config.quote, books.idle, &position.position)?;
        let spent = books.memory.spent(now, nav, &config.policy)?;
        let open_seconds = position.open_seconds;
        let state = State::new(position, vault_part(config, books, books.idle, spent));
        let mut hedge = Hedge { config, state, open_seconds, clock: None };
        if let Some(started) = books.memory.auction_started {
            // While the venue takes no fill for a time, the clock stands still and nothing is judged.
            let open = checks::is_open(&hedge.state.status, &hedge.state.prices.flags);
            if !open || hedge.auction_goes_on()? {
                hedge.clock = Some(open_seconds.saturating_sub(started));
            } else {
                books.memory.auction_started = None;
                hedge.state.auction = auction(config, books);
            }
        }
        Ok(hedge)
    }

    /// What the policy aims at.
    pub fn targets(&self) -> Result<Targets, ContractError> {
        Ok(hedge_policy::targets(&self.state, &self.config.policy)?)
    }

    /// The hedge as it is.
    pub fn measured(&self) -> Result<HedgeState, ContractError> {
        Ok(hedge_policy::hedge_state(&self.state, &self.config.policy)?)
    }

    /// What is due.
    pub fn next_action(&self) -> Result<Decision, ContractError> {
        Ok(hedge_policy::next_action(&self.state, &self.config.policy)?)
    }

    /// Rule 2 or 3, if due, without a larger short.
    pub fn rescue(&self) -> Result<Decision, ContractError> {
        let due = hedge_policy::rescue(&self.state, &self.config.policy)?;
        Ok(due.unwrap_or(Decision { rule: None, action: HedgeAction::None }))
    }

    /// Short and margin for a deposit of `amount`.
    pub fn deposit_order(&self, amount: Uint128) -> Result<(Order, Uint128), ContractError> {
        let order = hedge_policy::deposit_order(&self.state, &self.config.policy, amount)?;
        self.opening(order)
    }

    /// Short and margin for `amount` of base, for which at most `quote` of the idle quote is still to leave.
    pub fn fill_order(&self, amount: Uint128, quote: Uint128) -> Result<(Order, Uint128), ContractError> {
        let order = hedge_policy::fill_order(&self.state, &self.config.policy, amount, quote)?;
        self.opening(order)
    }

    fn opening(&self, order: DepositOrder) -> Result<(Order, Uint128), ContractError> {
        let delta = negative(order.short)?;
        let action = HedgeAction::Adjust {
            delta,
            settle: Settle::No,
            margin_in: Purse::base(order.margin),
            margin_out: Purse::EMPTY,
        };
        Ok((self.order(&action)?, order.short))
    }

    /// The order that an action asks for; one that only reads where it asks for none.
    pub fn order(&self, action: &HedgeAction) -> Result<Order, ContractError> {
        let (delta, settle, attached, out) = match action {
            HedgeAction::Adjust { delta, settle, margin_in, margin_out } => (*delta, *settle, *margin_in, *margin_out),
            HedgeAction::None | HedgeAction::BuyBase { .. } | HedgeAction::OpenAuction { .. } => {
                (Int128::zero(), Settle::No, Purse::EMPTY, Purse::EMPTY)
            }
        };
        Ok(Order {
            size: OrderSize::Delta { amount: delta },
            reduce_only: !delta.is_negative(),
            settle,
            limit_cost: Some(self.cost_limit(delta, settle)?),
            margin_out: if out.is_empty() { MarginOut::None } else { MarginOut::Exact(out) },
            attached,
        })
    }

    /// The most that an order may cost, units of quote: `max_cost` of the value traded, where base pays for it grossed
    /// up for the venue's conversion, and that conversion on the losses that the order realises. The last two are the
    /// venue's constant terms, not a price to wait for.
    fn cost_limit(&self, delta: Int128, settle: Settle) -> Result<Uint128, ContractError> {
        let loss = self.realised_loss(delta, settle)?;
        Ok(most_cost(&self.index()?, &self.state.terms, delta.unsigned_abs(), self.config.policy.max_cost, loss)?)
    }

    fn gross(&self) -> Result<Decimal256, MathError> {
        conversion_gross(&self.state.terms)
    }

    /// Losses that an order turns into coins: all when it settles, else those of the part that it closes.
    fn realised_loss(&self, delta: Int128, settle: Settle) -> Result<Money, MathError> {
        let position = &self.state.position;
        let loss = position.price_pnl.loss()?.plus(position.funding.loss()?)?;
        let (closed, size) = (delta.unsigned_abs(), position.size.unsigned_abs());
        if settle != Settle::No || (!delta.is_negative() && closed >= size) {
            return Ok(loss);
        }
        if delta.is_negative() {
            return Ok(Money::ZERO);
        }
        loss.portion_ceil(closed, size)
    }

    fn index(&self) -> Result<Price, MathError> {
        Price::new(self.state.prices.index, self.config.base.decimals, self.config.quote.decimals)
    }

    /// The least base that `quote` must buy: at the price plus `max_cost`, rounded down.
    pub fn least_base(&self, quote: Uint128) -> Result<Uint128, ContractError> {
        let dearest = self.index()?.times_ceil(add(Decimal256::one(), self.config.policy.max_cost)?)?;
        Ok(dearest.amount_floor(Money::from_amount(quote))?)
    }

    /// Refuses while leverage is above its maximum, but for dust.
    pub fn assert_leverage(&self) -> Result<(), ContractError> {
        let HedgeState { leverage, targets, .. } = self.measured()?;
        let dust = is_dust(&self.index()?, self.state.position.size, &self.state.terms)?;
        if above(leverage, targets.leverage_max) && !dust {
            return Err(ContractError::LeverageTooHigh { leverage: LeverageText(leverage), max: targets.leverage_max });
        }
        Ok(())
    }

    /// Refuses a short that the market does not take.
    pub fn assert_capacity(&self, needed: Uint128) -> Result<(), ContractError> {
        let capacity = self.state.capacity.short;
        if needed > capacity {
            return Err(ContractError::Capacity { needed, capacity });
        }
        Ok(())
    }

    /// Whether rule 7 still has something to offer, and somebody could take it. Not while it buys from the pool: a bonus
    /// for coins that are for sale there would only go to who carries them.
    fn auction_goes_on(&self) -> Result<bool, ContractError> {
        let (nav, policy) = (hedge_policy::nav(&self.state)?, &self.config.policy);
        let stopped = self.state.stopped.contains(&Rule::IdleQuote);
        if !nav.is_positive() || stopped || hedge_policy::pool_sells_base(&self.state, policy)? {
            return Ok(false);
        }
        let offered = Money::from_amount(self.state.idle.quote) >= hedge_policy::offered_above(nav, policy)?;
        let earning = self.targets()?.funding_forecast > SignedDecimal256::zero();
        let least = nav.mul_ceil(policy.min_action)?.max(self.least_hedged()?);
        let affordable = Money::from_amount(self.state.idle.quote) >= least;
        let worthwhile = self.index()?.amount_ceil(least)?;
        let taken = || self.fill_order(worthwhile, least.amount_floor()?);
        Ok(offered && earning && affordable && self.room_for_fill()? >= worthwhile && taken().is_ok())
    }

    /// Value of the least base whose hedge leaves a position that the venue takes.
    fn least_hedged(&self) -> Result<Money, ContractError> {
        let short = self.index()?.value(self.state.position.size.unsigned_abs())?;
        let lacking = Money::from_amount(self.state.terms.min_position).minus(short)?.or_zero();
        let target = self.targets()?.hedge_target;
        if target.is_zero() || !lacking.is_positive() {
            return Ok(Money::ZERO);
        }
        Ok(lacking.div_floor(target)?.plus(Money::from_amount(Uint128::one()))?)
    }

    /// The auction; an error while there is none.
    pub fn offer(&self) -> Result<AuctionResponse, ContractError> {
        let quote = self.state.idle.quote;
        let Some(clock) = self.clock else { return Err(ContractError::NoAuction { quote }) };
        let bonus = self.bonus(clock)?.min(self.affordable_bonus()?);
        let (price, most) = self.auction_terms(bonus)?;
        let base = most.amount_floor(Money::from_amount(quote))?.min(self.room_for_fill()?);
        Ok(AuctionResponse { clock: Some(clock), bonus, price, quote, base })
    }

    /// Rises evenly from zero to `auction_bonus` after `auction_time`, and never above `max_cost`.
    fn bonus(&self, clock: u64) -> Result<Decimal256, MathError> {
        let policy = &self.config.policy;
        let time = policy.auction_time.max(1);
        let progress = Decimal256::checked_from_ratio(clock.min(time), time)
            .map_err(|_| MathError::DivideByZero { operation: "the auction's progress" })?;
        Ok(mul_floor(policy.auction_bonus, progress)?.min(policy.max_cost))
    }

    /// The bonus at which all that the idle quote buys costs what is left of the budget: fills cost no more than their bonus.
    fn affordable_bonus(&self) -> Result<Decimal256, ContractError> {
        let left = hedge_policy::budget_left(&self.state, &self.config.policy)?;
        let at = |end| PriceAt::new(&self.state.prices, &self.config.base, &self.config.quote, end);
        let most = at(End::Low)?.collateral.amount_ceil(Money::from_amount(self.state.idle.quote))?;
        Ok(abs(left.ratio_floor(at(End::Spot)?.collateral.value(most)?)?))
    }

    /// What a whole base fetches after the cost of its hedge, and the price before that cost, which bounds how much
    /// base fits.
    pub fn auction_terms(&self, bonus: Decimal256) -> Result<(Decimal256, Price), ContractError> {
        let (prices, fee) = (&self.state.prices, self.state.terms.taker_fee);
        let low = PriceAt::new(prices, &self.config.base, &self.config.quote, End::Low)?.collateral.decimal();
        let most = add(low, mul_ceil(prices.collateral, bonus)?)?;
        // The hedge is sold, so it pays the way to the lowest price of the block besides fee and spread.
        let way = sub_or_zero(Decimal256::one(), div_floor(prices.index_low, prices.index)?);
        let cost = mul_ceil(add(add(fee, prices.spread)?, way)?, self.gross()?)?;
        let hedging = mul_ceil(cost, self.targets()?.hedge_target)?;
        let fetched = add(low, mul_floor(prices.collateral, bonus)?)?;
        let price = sub_or_zero(fetched, mul_ceil(prices.collateral, hedging)?);
        Ok((price, self.index()?.times_ceil(div_ceil(most, prices.index)?)?))
    }

    /// Most base whose hedge the market takes; none while fills are refused.
    fn room_for_fill(&self) -> Result<Uint128, ContractError> {
        let stopped = self.config.stopped.contains(&VaultAction::Deposit);
        let open = checks::is_open(&self.state.status, &self.state.prices.flags);
        if stopped || !open || self.assert_leverage().is_err() {
            return Ok(Uint128::zero());
        }
        let target = self.targets()?.hedge_target;
        if target.is_zero() {
            return Ok(Uint128::MAX);
        }
        let capacity = Money::from_amount(self.state.capacity.short).div_floor(target)?;
        Ok(capacity.amount_floor().unwrap_or(Uint128::MAX))
    }
}

/// The most that a trade of `size` at `rate` may cost with all that the venue's conversion adds, and with roundings.
pub fn most_cost(
    index: &Price,
    terms: &Terms,
    size: Uint128,
    rate: Decimal256,
    loss: Money,
) -> Result<Uint128, MathError> {
    let gross = conversion_gross(terms)?;
    let trading = index.value(size)?.mul_ceil(rate)?.mul_ceil(gross)?;
    let conversion = loss.mul_ceil(sub_or_zero(gross, Decimal256::one()))?;
    sum_sizes(trading.plus(conversion)?.amount_ceil()?, rounding(index)?)
}

/// What roundings add to the cost of an order at most, units of quote.
fn rounding(index: &Price) -> Result<Uint128, MathError> {
    sum_sizes(index.value_ceil(ROUNDING_OF_BASE)?, ROUNDING_OF_COSTS)
}

/// What one unit of quote that is owed costs when it is paid in base: `1 / ((1 - least spread) * (1 - conversion))`,
/// rounded up.
pub fn conversion_gross(terms: &Terms) -> Result<Decimal256, MathError> {
    let one = Decimal256::one();
    div_ceil(one, mul_floor(sub_or_zero(one, terms.min_spread), sub_or_zero(one, terms.conversion_charge))?)
}

/// Whether rule 7 finds an auction on; while fills are stopped there is none to open.
fn auction(config: &Config, books: &Books) -> Auction {
    if books.memory.auction_started.is_some() || config.stopped.contains(&VaultAction::Deposit) {
        return Auction::Open;
    }
    Auction::Closed
}

/// Ends the auction where what is left is no more than rule 7 keeps.
pub fn end_auction(config: &Config, books: &mut Books, nav: Money) -> Result<(), ContractError> {
    if Money::from_amount(books.idle.quote) < hedge_policy::offered_above(nav, &config.policy)? {
        books.memory.auction_started = None;
    }
    Ok(())
}

impl Books {
    /// Weighs in the rates since the last look.
    pub fn observe(
        &mut self,
        now: Timestamp,
        rates: &FundingRates,
        policy: &PolicyParams,
    ) -> Result<(), ContractError> {
        self.memory = self.memory.clone().observe(now, rates, policy.forecast_half_life)?;
        Ok(())
    }
}

/// What the policy has to know of the vault.
pub fn vault_part(config: &Config, books: &Books, idle: Purse, cost_spent: Money) -> VaultPart {
    let stopped = if config.stopped.contains(&VaultAction::Rebalance) {
        vec![Rule::Settle, Rule::HedgeBand, Rule::LeverageLow, Rule::IdleQuote]
    } else {
        vec![]
    };
    VaultPart {
        idle,
        base_decimals: config.base.decimals,
        quote_decimals: config.quote.decimals,
        forecast: Forecast { reference_mean: books.memory.reference_mean.0, paid_mean: books.memory.paid_mean.0 },
        cost_spent,
        stopped,
        auction: auction(config, books),
    }
}

/// Whether the position is lost, by the policy; what cannot be told is not.
pub fn is_lost(config: &Config, books: &Books, position: &PositionResponse) -> bool {
    let state = State::new(position.clone(), vault_part(config, books, books.idle, Money::ZERO));
    hedge_policy::is_lost(&state).unwrap_or(false)
}

/// Counts the cost of a keeper's trade, with a `premium` paid besides (negative: a gain). Answers what was counted.
pub fn spend(
    config: &Config,
    books: &mut Books,
    answer: &AdjustResponse,
    premium: Money,
    now: Timestamp,
) -> Result<Money, ContractError> {
    let cost = Money::from_amount(total_cost(&answer.costs)?).plus(premium)?.or_zero();
    let nav = valuation::nav(&answer.prices, &config.base, &config.quote, books.idle, &answer.after)?;
    books.memory = books.memory.clone().spend(now, nav, &config.policy, cost)?;
    end_auction(config, books, nav)?;
    Ok(cost)
}

/// A position below the venue's minimum is dust that others left: it can hurt nobody, and must not lock the vault.
pub fn is_dust(index: &Price, size: Int128, terms: &Terms) -> Result<bool, MathError> {
    Ok(!size.is_zero() && index.value(size.unsigned_abs())? < Money::from_amount(terms.min_position))
}

/// Whether leverage is above a level.
pub fn above(leverage: Leverage, level: Decimal256) -> bool {
    match leverage {
        Leverage::None => false,
        Leverage::Finite(leverage) => leverage > level,
        Leverage::Infinite => true,
    }
}

fn negative(size: Uint128) -> Result<Int128, MathError> {
    let too_large = |_| MathError::Overflow { operation: "a size" };
    let size = Int128::try_from(size).map_err(|_| MathError::Overflow { operation: "a size" })?;
    Int128::zero().checked_sub(size).map_err(too_large)
}
