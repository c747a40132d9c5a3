//! Net asset value, from the vault's books and the position that the venue answered, at either end of the band.

use ballast_math::{MathResult, Money, Price, Purse};
use ballast_types::market::{PositionState, Prices};
use ballast_types::CoinInfo;
use cosmwasm_std::{Decimal256, Int128, Uint128};

/// Where in the band a value is taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum End {
    /// `price * (1 - spread)`, rounded down.
    Low,
    /// The price itself.
    Spot,
    /// `price * (1 + spread)`, rounded up.
    High,
}

/// The index price and the collateral price at one place in the band.
#[derive(Clone, Copy, Debug)]
pub struct PriceAt {
    /// Of the position.
    pub index: Price,
    /// Of the coins.
    pub collateral: Price,
}

impl PriceAt {
    /// The venue's prices at one place in their band; an error when they are not usable numbers.
    pub fn new(prices: &Prices, base: &CoinInfo, quote: &CoinInfo, end: End) -> MathResult<PriceAt> {
        let at = |price: Decimal256| {
            let price = Price::new(price, base.decimals, quote.decimals)?;
            match end {
                End::Spot => Ok(price),
                End::Low => price.times_floor(Decimal256::one().saturating_sub(prices.spread)),
                End::High => price.times_ceil(Decimal256::one().saturating_add(prices.spread)),
            }
        };
        Ok(PriceAt { index: at(prices.index)?, collateral: at(prices.collateral)? })
    }
}

/// The two ends of the band and what lies between.
#[derive(Clone, Copy, Debug)]
pub struct Band {
    /// The low end.
    pub low: PriceAt,
    /// The price itself.
    pub spot: PriceAt,
    /// The high end.
    pub high: PriceAt,
}

impl Band {
    /// From the venue's prices.
    pub fn new(prices: &Prices, base: &CoinInfo, quote: &CoinInfo) -> MathResult<Band> {
        let at = |end| PriceAt::new(prices, base, quote, end);
        Ok(Band { low: at(End::Low)?, spot: at(End::Spot)?, high: at(End::High)? })
    }

    /// NAV at the two ends, low first.
    pub fn navs(&self, idle: Purse, position: &PositionState) -> MathResult<[Money; 2]> {
        Ok([self.nav(&self.low, idle, position)?, self.nav(&self.high, idle, position)?])
    }

    /// NAV at the price itself.
    pub fn nav_spot(&self, idle: Purse, position: &PositionState) -> MathResult<Money> {
        self.nav(&self.spot, idle, position)
    }

    /// NAV at one place: idle and posted coins, plus unsettled PnL there and funding, without haircut or costs.
    pub fn nav(&self, at: &PriceAt, idle: Purse, position: &PositionState) -> MathResult<Money> {
        let coins = idle.plus(position.margin)?;
        let pnl = position.price_pnl.plus(self.price_shift(at, position.size)?)?;
        at.collateral.value(coins.base)?.plus(Money::from_amount(coins.quote))?.plus(pnl)?.plus(position.funding)
    }

    /// Change of the unsettled price PnL of `size` when the index moves from the price itself to `at`.
    fn price_shift(&self, at: &PriceAt, size: Int128) -> MathResult<Money> {
        let units: Uint128 = size.unsigned_abs();
        let shift = at.index.value(units)?.minus(self.spot.index.value(units)?)?;
        if size.is_negative() {
            return shift.negated();
        }
        Ok(shift)
    }
}
