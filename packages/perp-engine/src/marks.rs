//! The price of a block: what is accepted from the oracle, the band around it, and what base is worth in it.

use ballast_math::{
    mul_ceil, mul_floor, stored_as_list, sub_or_zero, years, MathResult, Money, Price, Purse, MAX_PRICE, MIN_PRICE,
};
use ballast_types::market::{MarketParams, Prices};
use ballast_types::oracle::{Flag, Reading};
use cosmwasm_std::{Decimal256, Timestamp, Uint128};

use crate::{EngineError, EngineResult};

/// Widest spread: a confidence interval wider than the price must not charge more than the trade is worth, nor leave a
/// band without a lower end.
const WIDEST_SPREAD: Decimal256 = Decimal256::raw(500_000_000_000_000_000);

/// The last accepted price of a market, as it is stored.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Mark {
    /// Whole quote per whole base; zero before the first price.
    pub index: Decimal256,
    /// Relative half-width of its confidence interval.
    pub confidence: Decimal256,
    /// Yearly volatility.
    pub volatility: Decimal256,
    /// When it was observed.
    pub time: Timestamp,
    /// What was wrong with the oracle's reading when it was last asked; the numbers above are then older.
    pub flags: Vec<Flag>,
    /// Height of the block in which it was accepted.
    pub height: u64,
}

stored_as_list!(Mark { index, confidence, volatility, time, flags, height });

impl Mark {
    /// Whether a price was accepted at this height: then the block has its price, and the oracle is not asked.
    pub fn holds_at(&self, height: u64) -> bool {
        !self.index.is_zero() && self.height == height
    }

    /// Takes the oracle's reading: accepts its price unless it is unusable, else keeps the old one with new flags.
    pub fn take(&mut self, reading: Option<&Reading>, now: Timestamp, height: u64) {
        let Some(reading) = reading else {
            self.flags = vec![Flag::Missing];
            return;
        };
        let mut flags = reading.flags.clone();
        let index = ballast_math::abs(reading.value);
        if !flags.contains(&Flag::Missing) {
            let in_range = (MIN_PRICE..=MAX_PRICE).contains(&index) && !reading.value.is_negative();
            if !in_range && !flags.contains(&Flag::Invalid) {
                flags.push(Flag::Invalid);
            }
            if reading.time > now && !flags.contains(&Flag::Future) {
                flags.push(Flag::Future);
            }
        }
        // A wide confidence is covered by the spread; everything else, also what a later oracle may add, is unusable.
        if flags.iter().all(|flag| *flag == Flag::Uncertain) {
            self.index = index;
            self.confidence = reading.confidence;
            self.volatility = reading.volatility;
            self.time = reading.time;
            self.height = height;
        }
        self.flags = flags;
    }

    /// The prices to use now.
    pub fn prices(&self, params: &MarketParams, now: Timestamp) -> MathResult<Prices> {
        Ok(Prices {
            index: self.index,
            index_low: self.index,
            index_high: self.index,
            collateral: self.index,
            spread: self.spread(params, now)?,
            held_back: None,
            volatility: self.volatility,
            time: self.time,
            flags: self.flags.clone(),
        })
    }

    /// `max(min_spread, confidence, z * sigma * sqrt(age))`, at most half of the price.
    fn spread(&self, params: &MarketParams, now: Timestamp) -> MathResult<Decimal256> {
        // Before the first price there is no age, and afterwards none that matters above the widest spread.
        if self.index.is_zero() {
            return Ok(params.min_spread);
        }
        let nanos = now.nanos().saturating_sub(self.time.nanos());
        let age = years(nanos.div_ceil(1_000_000_000))?;
        let deviation = mul_ceil(params.spread_z, mul_ceil(self.volatility, age.sqrt())?)?;
        Ok(params.min_spread.max(self.confidence).max(deviation).min(WIDEST_SPREAD))
    }
}

/// The prices of a block, ready for arithmetic.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Marks {
    /// Of the position.
    pub index: Price,
    /// Of the margin coin.
    pub collateral: Price,
    /// Half-width of the band, relative.
    pub spread: Decimal256,
}

impl Marks {
    /// From the wire.
    ///
    /// # Errors
    /// Before the first price, and for prices out of range.
    pub fn new(prices: &Prices, base_decimals: u8, quote_decimals: u8) -> EngineResult<Marks> {
        if prices.index.is_zero() {
            return Err(EngineError::NoPrice {});
        }
        Ok(Marks {
            index: Price::new(prices.index, base_decimals, quote_decimals)?,
            collateral: Price::new(prices.collateral, base_decimals, quote_decimals)?,
            spread: prices.spread,
        })
    }

    fn below(&self) -> Decimal256 {
        sub_or_zero(Decimal256::one(), self.spread)
    }

    fn above(&self) -> Decimal256 {
        Decimal256::one().saturating_add(self.spread)
    }

    /// Lower end of the band of the index.
    pub fn index_low(&self) -> MathResult<Price> {
        self.index.times_floor(self.below())
    }

    /// Upper end of the band of the index.
    pub fn index_high(&self) -> MathResult<Price> {
        self.index.times_ceil(self.above())
    }

    /// Lower end of the band of the collateral price.
    pub fn collateral_low(&self) -> MathResult<Price> {
        self.collateral.times_floor(self.below())
    }

    /// Upper end of the band of the collateral price.
    pub fn collateral_high(&self) -> MathResult<Price> {
        self.collateral.times_ceil(self.above())
    }

    /// What base pays for a debt in quote: the low collateral price less the conversion charge.
    pub fn paying(&self, conversion_charge: Decimal256) -> MathResult<Price> {
        self.collateral.times_floor(mul_floor(self.below(), sub_or_zero(Decimal256::one(), conversion_charge))?)
    }

    /// Value of both coins of a purse at the collateral price.
    pub fn value(&self, purse: Purse) -> MathResult<Money> {
        self.collateral.value(purse.base)?.plus(Money::from_amount(purse.quote))
    }
}

/// Value of `amount`, rounded up at the 18th digit: what a short owes, and what charges are measured by.
pub(crate) fn value_ceil(price: &Price, amount: Uint128) -> MathResult<Money> {
    let floor = price.value(amount)?;
    // The value was exact if it buys the whole amount back.
    if price.amount_floor(floor)? >= amount {
        return Ok(floor);
    }
    floor.plus(SMALLEST)
}

/// One at the 18th digit below a unit of quote.
const SMALLEST: Money = Money::new(cosmwasm_std::SignedDecimal256::raw(1));
