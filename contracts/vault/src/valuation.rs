//! Net asset value, from the vault's books and the position that the venue reported, at either end of the band.

use ballast_math::{Money, Price, Purse};
use ballast_types::venue::{PositionState, Prices};
use ballast_types::CoinInfo;
use cosmwasm_std::{Decimal256, Int128, Uint128};

/// A point of the band.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum End {
    /// The lowest price of the block times `1 - spread`, rounded down.
    Low,
    /// The index price without spread.
    Spot,
    /// The highest price of the block times `1 + spread`, rounded up.
    High,
}

/// The index price and the collateral price at one point of the band.
#[derive(Clone, Copy, Debug)]
pub struct PriceAt {
    /// Price of the position.
    pub index: Price,
    /// Price of the coins.
    pub collateral: Price,
}

impl PriceAt {
    /// The venue's prices at one point of their band; an error if they are not usable numbers.
    pub fn new(prices: &Prices, base: &CoinInfo, quote: &CoinInfo, end: End) -> ballast_math::Result<PriceAt> {
        let price = |price: Decimal256| Price::new(price, base.decimals, quote.decimals);
        let one = Decimal256::one();
        let both = match end {
            End::Spot => return Ok(PriceAt { index: price(prices.index)?, collateral: price(prices.collateral)? }),
            End::Low => price(prices.index_low)?.times_floor(one.saturating_sub(prices.spread))?,
            End::High => price(prices.index_high)?.times_ceil(one.saturating_add(prices.spread))?,
        };
        // The market has one price, so both have the same range.
        Ok(PriceAt { index: both, collateral: both })
    }
}

/// NAV at the index price: idle and posted coins, plus unsettled PnL and funding, without haircut or costs. It does not
/// need the band, which may not exist if the price is very old.
pub fn nav(
    prices: &Prices,
    base: &CoinInfo,
    quote: &CoinInfo,
    idle: Purse,
    position: &PositionState,
) -> ballast_math::Result<Money> {
    nav_at(&PriceAt::new(prices, base, quote, End::Spot)?.collateral, idle, position)
}

/// Coins at `collateral`, with PnL and funding as the venue reported them.
fn nav_at(collateral: &Price, idle: Purse, position: &PositionState) -> ballast_math::Result<Money> {
    let coins = idle.plus(position.margin)?;
    let unsettled = position.price_pnl.plus(position.funding)?;
    collateral.value(coins.base)?.plus(Money::from_amount(coins.quote))?.plus(unsettled)
}

/// Prices at both ends of the band, and the index price.
#[derive(Clone, Copy, Debug)]
pub struct Band {
    /// The low end.
    pub low: PriceAt,
    /// The index price without spread.
    pub spot: PriceAt,
    /// The high end.
    pub high: PriceAt,
}

impl Band {
    /// The band of the venue's prices.
    pub fn new(prices: &Prices, base: &CoinInfo, quote: &CoinInfo) -> ballast_math::Result<Band> {
        let at = |end| PriceAt::new(prices, base, quote, end);
        Ok(Band { low: at(End::Low)?, spot: at(End::Spot)?, high: at(End::High)? })
    }

    /// NAV at the two ends, low first.
    pub fn navs(&self, idle: Purse, position: &PositionState) -> ballast_math::Result<[Money; 2]> {
        Ok([self.nav(&self.low, idle, position)?, self.nav(&self.high, idle, position)?])
    }

    fn nav(&self, at: &PriceAt, idle: Purse, position: &PositionState) -> ballast_math::Result<Money> {
        nav_at(&at.collateral, idle, position)?.plus(self.price_shift(at, position.size)?)
    }

    /// Change of the unsettled price PnL of `size` if the index moved to `at`.
    fn price_shift(&self, at: &PriceAt, size: Int128) -> ballast_math::Result<Money> {
        let units: Uint128 = size.unsigned_abs();
        let shift = at.index.value(units)?.minus(self.spot.index.value(units)?)?;
        if size.is_negative() {
            return shift.negated();
        }
        Ok(shift)
    }
}
