//! The auction of rule 7: whether it goes on, and its terms.

use ballast_math::{
    abs, add, div_ceil, div_floor, mul_ceil, mul_floor, sub_or_zero, Base, MathError, Money, Price, Quote,
};
use ballast_types::policy::Rule;
use ballast_types::vault::{AuctionResponse, VaultAction};
use ballast_types::venue::Prices;
use ballast_types::CoinInfo;
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
        let (prices, Config { base, quote, .. }) = (&self.state.prices, self.config);
        let band = CoinBand::new(prices, base, quote)?;
        // Coins pay for it at the lowest price of the block, less spread and conversion charge.
        let paying = mul_ceil(hedge_policy::conversion_gross(&self.state.terms)?, band.spot_over_lowest()?)?;
        let cost = mul_ceil(self.selling_rate()?, paying)?;
        let (whole_base, whole_quote) = (whole(base)?, Money::from_amount(whole(quote)?));
        let hedged = self.targets()?.hedge_target;
        let hedging = band.spot.value(whole_base)?.mul_ceil(hedged)?.mul_ceil(cost)?;
        let price = band.paid(whole_base, bonus, hedged, hedging)?.or_zero().ratio_floor(whole_quote)?;
        let most = div_ceil(add(band.low.decimal(), mul_ceil(prices.collateral, bonus)?)?, prices.collateral)?;
        Ok((abs(price), band.spot.times_ceil(most)?))
    }

    /// Cost of selling over its value: fee, spread, and the distance to the lowest price of the block.
    fn selling_rate(&self) -> Result<Decimal256, MathError> {
        let prices = &self.state.prices;
        let way = sub_or_zero(Decimal256::one(), div_floor(prices.index_low, prices.index)?);
        add(add(self.state.terms.taker_fee, prices.spread)?, way)
    }

    /// Maximum base that can be hedged at the market; zero while fills are refused or their hedge costs too much.
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
        if self.selling_rate()? > self.config.policy.max_cost {
            return Ok(Uint128::zero());
        }
        // The hedge ratio compares values: a coin is worth more or less than a unit of the short.
        let units = Money::from_amount(self.state.capacity.short);
        let worth = units.mul_floor(div_floor(prices.index, prices.collateral)?)?;
        let capacity = worth.div_floor(target)?;
        Ok(capacity.amount_floor().unwrap_or(Uint128::MAX))
    }
}

/// The price of coins that are brought: now, at its lowest in this block, and at the low end of its band.
pub struct CoinBand {
    /// Now.
    pub spot: Price,
    lowest: Price,
    /// The low end.
    pub low: Price,
}

impl CoinBand {
    /// Of the venue's prices.
    pub fn new(prices: &Prices, base: &CoinInfo, quote: &CoinInfo) -> ballast_math::Result<CoinBand> {
        let at = |end| -> ballast_math::Result<Price> { Ok(PriceAt::new(prices, base, quote, end)?.collateral) };
        let [spot, lowest, low] = [End::Spot, End::Lowest, End::Low].map(at);
        Ok(CoinBand { spot: spot?, lowest: lowest?, low: low? })
    }

    /// The price now over the lowest of the block, rounded up.
    fn spot_over_lowest(&self) -> ballast_math::Result<Decimal256> {
        div_ceil(self.spot.decimal(), self.lowest.decimal())
    }

    /// What the auction pays for `brought` base, of whose value `hedged` is hedged at a cost of `hedging`: its value at the
    /// lowest price, plus the bonus, minus that cost and the spread of what is left without a hedge. The cost has the
    /// spread of what is hedged in it; where the coins' own spread is more than all of this, that is taken off instead.
    pub fn paid(
        &self,
        brought: Uint128,
        bonus: Decimal256,
        hedged: Decimal256,
        hedging: Money,
    ) -> ballast_math::Result<Money> {
        let (worth, lowest) = (self.spot.value(brought)?, self.lowest.value(brought)?);
        let spread = lowest.minus(self.low.value(brought)?)?;
        let open = spread.mul_ceil(sub_or_zero(Decimal256::one(), hedged))?;
        lowest.plus(worth.mul_floor(bonus)?)?.minus(hedging.plus(open)?.max(spread))
    }
}

/// Units of a whole coin.
fn whole(coin: &CoinInfo) -> ballast_math::Result<Uint128> {
    let ten = Uint128::new(10);
    ten.checked_pow(coin.decimals.into()).map_err(|_| MathError::Overflow { operation: "a whole coin" })
}

/// The auction as rule 7 sees it; while fills are paused none can be opened.
pub(super) fn auction(config: &Config, books: &Books) -> Auction {
    if books.memory.auction_started.is_some() || config.stopped.contains(&VaultAction::Deposit) {
        return Auction::Open;
    }
    Auction::Closed
}
