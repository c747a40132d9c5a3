//! Net asset value, from the vault's books and the position that the venue reported, at the corners of the bands of both
//! prices.

use ballast_math::{Money, Price, Purse};
use ballast_types::venue::{PositionState, Prices};
use ballast_types::CoinInfo;
use cosmwasm_std::{Decimal256, Int128, Uint128};

/// A point of a band.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum End {
    /// The lowest price of the block; of coins at most what they certainly sell for.
    Lowest,
    /// That times `1 - spread`, rounded down.
    Low,
    /// The price without spread.
    Spot,
    /// The highest price of the block times `1 + spread`, rounded up.
    High,
}

/// An index price and a collateral price.
#[derive(Clone, Copy, Debug)]
pub struct PriceAt {
    /// Price of the position.
    pub index: Price,
    /// Price of the coins.
    pub collateral: Price,
}

impl PriceAt {
    /// Both of the venue's prices at the same point of their bands; an error if they are not usable numbers. In a market
    /// of one price both are the index.
    pub fn new(prices: &Prices, base: &CoinInfo, quote: &CoinInfo, end: End) -> ballast_math::Result<PriceAt> {
        let one = Decimal256::one();
        let at = |spot, low, high, spread| {
            let price = |price| Price::new(price, base.decimals, quote.decimals);
            match end {
                End::Spot => price(spot),
                End::Lowest => price(low),
                End::Low => price(low)?.times_floor(one.saturating_sub(spread)),
                End::High => price(high)?.times_ceil(one.saturating_add(spread)),
            }
        };
        let index = at(prices.index, prices.index_low, prices.index_high, prices.spread)?;
        let collateral = match &prices.collateral_range {
            Some(range) => {
                let low = range.low.min(range.certain(prices.collateral)?);
                at(prices.collateral, low, range.high, range.spread)?
            }
            None => index,
        };
        Ok(PriceAt { index, collateral })
    }
}

/// NAV at the prices themselves: idle and posted coins at the collateral price, plus unsettled PnL and funding, without
/// haircut or costs. It does not need the bands, which may not exist if a price is very old.
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

/// The bands of both prices.
#[derive(Clone, Copy, Debug)]
pub struct Bands {
    /// The low ends.
    pub low: PriceAt,
    /// The prices without spread.
    pub spot: PriceAt,
    /// The high ends.
    pub high: PriceAt,
}

impl Bands {
    /// The bands of the venue's prices.
    pub fn new(prices: &Prices, base: &CoinInfo, quote: &CoinInfo) -> ballast_math::Result<Bands> {
        let at = |end| PriceAt::new(prices, base, quote, end);
        Ok(Bands { low: at(End::Low)?, spot: at(End::Spot)?, high: at(End::High)? })
    }

    /// The corners between which both prices lie. Prices that are the same, with the same bands, are one price and move
    /// together: two corners. Otherwise each moves on its own: four.
    pub fn corners(&self) -> Vec<PriceAt> {
        let Bands { low, spot, high } = *self;
        let mut corners = vec![low, high];
        if [low, spot, high].iter().any(|at| at.index != at.collateral) {
            corners.push(PriceAt { index: low.index, collateral: high.collateral });
            corners.push(PriceAt { index: high.index, collateral: low.collateral });
        }
        corners
    }

    /// NAV at the corners, in their order.
    pub fn navs(&self, idle: Purse, position: &PositionState) -> ballast_math::Result<Vec<Money>> {
        self.corners().iter().map(|at| self.nav(at, idle, position)).collect()
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
