//! The auction of rule 7: whether it goes on, and its terms.

use ballast_math::{
    abs, add, div_ceil, div_floor, mul_ceil, mul_floor, sub_or_zero, Base, MathError, Money, Price, Quote,
};
use ballast_types::policy::Rule;
use ballast_types::vault::{AuctionResponse, VaultAction};
use cosmwasm_std::{Decimal256, SignedDecimal256, Uint128};
use hedge_policy::Auction;

use super::{checks, Hedge};
use crate::error::ContractError;
use crate::state::{Books, Config};
use crate::valuation::{End, PriceAt};

impl Hedge<'_> {
    /// Whether rule 7 still has something to offer that somebody could take. Not while it can buy from the pool: a
    /// bonus for coins that the pool sells would only pay somebody for carrying them over.
    pub(super) fn auction_goes_on(&self) -> Result<bool, ContractError> {
        let (nav, policy) = (hedge_policy::nav(&self.state)?, &self.config.policy);
        let stopped = self.state.stopped.contains(&Rule::IdleQuote);
        if !nav.is_positive() || stopped || hedge_policy::pool_sells_base(&self.state, policy)? {
            return Ok(false);
        }
        let offered = Money::from_amount(self.state.idle.quote) >= hedge_policy::offered_above(nav, policy)?;
        let earning = self.targets()?.funding_forecast > SignedDecimal256::zero();
        let least = nav.mul_ceil(policy.min_action)?.max(self.min_hedged()?);
        let affordable = Money::from_amount(self.state.idle.quote) >= least;
        let worthwhile = self.collateral()?.amount_ceil(least)?;
        let taken = || self.fill_order(Base(worthwhile), Quote(least.amount_floor()?));
        Ok(offered && earning && affordable && self.room_for_fill()? >= worthwhile && taken().is_ok())
    }

    /// Value of the smallest fill whose hedge leaves at least the venue's minimum position.
    fn min_hedged(&self) -> Result<Money, ContractError> {
        let short = self.index()?.value(self.state.position.size.unsigned_abs())?;
        let lacking = Money::from_amount(self.state.terms.min_position).minus(short)?.or_zero();
        let target = self.targets()?.hedge_target;
        if target.is_zero() || !lacking.is_positive() {
            return Ok(Money::ZERO);
        }
        Ok(lacking.div_floor(target)?.plus(Money::from_amount(Uint128::one()))?)
    }

    /// The auction's current terms; an error if there is none.
    pub fn offer(&self) -> Result<AuctionResponse, ContractError> {
        let quote = self.state.idle.quote;
        let Some(clock) = self.clock else { return Err(ContractError::NoAuction { quote }) };
        let bonus = self.bonus(clock)?.min(self.affordable_bonus()?);
        let (price, most) = self.auction_terms(bonus)?;
        let room = most.amount_floor(Money::from_amount(quote))?.min(self.room_for_fill()?);
        let base = hedge_policy::fill_within_share(&self.state, &self.config.policy, Base(room), &most)?.amount();
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

    /// The bonus at which spending all idle quote uses up the rest of the cost budget. A fill costs at most its bonus.
    fn affordable_bonus(&self) -> Result<Decimal256, ContractError> {
        let left = hedge_policy::budget_left(&self.state, &self.config.policy)?;
        let at = |end| PriceAt::new(&self.state.prices, &self.config.base, &self.config.quote, end);
        let most = at(End::Low)?.collateral.amount_ceil(Money::from_amount(self.state.idle.quote))?;
        Ok(abs(left.ratio_floor(at(End::Spot)?.collateral.value(most)?)?))
    }

    /// What the auction pays for a whole base after what it takes off for the hedge, and the price before that, which
    /// limits how much base fits.
    pub fn auction_terms(&self, bonus: Decimal256) -> Result<(Decimal256, Price), ContractError> {
        let (prices, fee) = (&self.state.prices, self.state.terms.taker_fee);
        let at = |end| PriceAt::new(prices, &self.config.base, &self.config.quote, end);
        let (lowest, low) = (at(End::Lowest)?.collateral.decimal(), at(End::Low)?.collateral.decimal());
        let most = add(low, mul_ceil(prices.collateral, bonus)?)?;
        // The hedge sells, so besides fee and spread it costs the distance to the lowest price of the block.
        let way = sub_or_zero(Decimal256::one(), div_floor(prices.index_low, prices.index)?);
        let cost = mul_ceil(add(add(fee, prices.spread)?, way)?, hedge_policy::conversion_gross(&self.state.terms)?)?;
        let hedged = self.targets()?.hedge_target;
        let hedging = mul_ceil(prices.collateral, mul_ceil(cost, hedged)?)?;
        let spread = sub_or_zero(lowest, low);
        let open = mul_ceil(spread, sub_or_zero(Decimal256::one(), hedged))?;
        let fetched = add(lowest, mul_floor(prices.collateral, bonus)?)?;
        let price = sub_or_zero(fetched, add(hedging, open)?.max(spread));
        Ok((price, self.collateral()?.times_ceil(div_ceil(most, prices.collateral)?)?))
    }

    /// Maximum base that can be hedged at the market; zero while fills are refused.
    fn room_for_fill(&self) -> Result<Uint128, ContractError> {
        let stopped = self.config.stopped.contains(&VaultAction::Deposit);
        let prices = &self.state.prices;
        let open = checks::assert_open(&self.state.status, prices).is_ok();
        if stopped || !open || self.assert_leverage().is_err() {
            return Ok(Uint128::zero());
        }
        let target = self.targets()?.hedge_target;
        if target.is_zero() {
            return Ok(Uint128::MAX);
        }
        // The hedge ratio compares values: a coin is worth more or less than a unit of the short.
        let units = Money::from_amount(self.state.capacity.short);
        let worth = units.mul_floor(div_floor(prices.index, prices.collateral)?)?;
        let capacity = worth.div_floor(target)?;
        Ok(capacity.amount_floor().unwrap_or(Uint128::MAX))
    }
}

/// The auction as rule 7 sees it; while fills are paused none can be opened.
pub(super) fn auction(config: &Config, books: &Books) -> Auction {
    if books.memory.auction_started.is_some() || config.stopped.contains(&VaultAction::Deposit) {
        return Auction::Open;
    }
    Auction::Closed
}
