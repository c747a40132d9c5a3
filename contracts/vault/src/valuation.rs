//! Net asset value, from the vault's books and the position that the venue answered, at either end of the band.

use ballast_math::{Money, Price, Purse};
use ballast_types::venue::{PositionState, Prices};
use ballast_types::CoinInfo;
use cosmwasm_std::{Decimal256, Int128, Uint128};

/// Where in the band a value is taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum End {
    /// The lowest price of the block times `1 - spread`, rounded down.
    Low,
    /// The price itself.
    Spot,
    /// The highest price of the block times `1 + spread`, rounded up.
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
    pub fn new(prices: &Prices, base: &CoinInfo, quote: &CoinInfo, end: End) -> ballast_math::Result<PriceAt> {
        let price = |price: Decimal256| Price::new(price, base.decimals, quote.decimals);
        let one = Decimal256::one();
        let both = match end {
            End::Spot => return Ok(PriceAt { index: price(prices.index)?, collateral: price(prices.collateral)? }),
            End::Low => price(prices.index_low)?.times_floor(one.saturating_sub(prices.spread))?,
            End::High => price(prices.index_high)?.times_ceil(one.saturating_add(prices.spread))?,
        };
        // A market of one price tells one range.
        Ok(PriceAt { index: both, collateral: both })
    }
}

/// NAV at the price itself: idle and posted coins, plus unsettled PnL and funding, without haircut or costs. It needs no
/// band: a price that is old enough has none below it.
pub fn nav(
    prices: &Prices,
    base: &CoinInfo,
    quote: &CoinInfo,
    idle: Purse,
    position: &PositionState,
) -> ballast_math::Result<Money> {
    nav_at(&PriceAt::new(prices, base, quote, End::Spot)?.collateral, idle, position)
}

/// Coins at `collateral`, with PnL and funding as the venue told them.
fn nav_at(collateral: &Price, idle: Purse, position: &PositionState) -> ballast_math::Result<Money> {
    let coins = idle.plus(position.margin)?;
    let unsettled = position.price_pnl.plus(position.funding)?;
    collateral.value(coins.base)?.plus(Money::from_amount(coins.quote))?.plus(unsettled)
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

    /// Change of the unsettled price PnL of `size` when the index moves from the price itself to `at`.
    fn price_shift(&self, at: &PriceAt, size: Int128) -> ballast_math::Result<Money> {
        let units: Uint128 = size.unsigned_abs();
        let shift = at.index.value(units)?.minus(self.spot.index.value(units)?)?;
        if size.is_negative() {
            return shift.negated();
        }
        Ok(shift)
    }
}
