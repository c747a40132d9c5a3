//! The prices of a block: which readings of the oracle are accepted, the block's price range, the band around the
//! price, and what base is worth.

use ballast_math::{
    abs, add, div_ceil, div_floor, mul_ceil, mul_floor, stored_as_list, sub, sub_or_zero, years, Money, Price, Purse,
    MAX_PRICE, MIN_PRICE,
};
use ballast_types::market::{MarketParams, Prices};
use ballast_types::oracle::{Flag, Reading};
use cosmwasm_std::{Decimal256, Timestamp, Uint128};

use crate::Direction;

/// Minimum of the low end of a band or confidence interval, as a fraction of the price: no end is zero or below the
/// smallest possible price.
pub(crate) const MIN_END: Decimal256 = Decimal256::raw(1_000_000_000_000);

/// The last accepted price of a market, as stored.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Mark {
    /// Whole quote per whole base; zero before the first price.
    pub index: Decimal256,
    /// Lowest price accepted in the block of `height`.
    pub low: Decimal256,
    /// Highest price accepted in the block of `height`.
    pub high: Decimal256,
    /// Relative half-width of the confidence interval.
    pub confidence: Decimal256,
    /// Yearly volatility.
    pub volatility: Decimal256,
    /// When it was observed.
    pub time: Timestamp,
    /// Flags of the oracle's last reading; if it was not accepted, the fields above are older.
    pub flags: Vec<Flag>,
    /// Height of the block that accepted it.
    pub height: u64,
}

stored_as_list!(Mark { index, low, high, confidence, volatility, time, flags, height });

impl Mark {
    /// Takes the oracle's reading of one price: accepts it if usable, else keeps the old one with the new flags. The
    /// first price of a block starts its range, later ones widen it.
    pub fn take(&mut self, reading: Option<&Reading>, now: Timestamp, height: u64) {
        self.accept(reading, None, now, height);
    }

    /// Takes a reading whose price reaches up to `upper`, which defaults to the price itself. Returns whether it was
    /// accepted.
    pub(crate) fn accept(
        &mut self,
        reading: Option<&Reading>,
        upper: Option<Decimal256>,
        now: Timestamp,
        height: u64,
    ) -> bool {
        if height != self.height {
            (self.low, self.high) = (self.index, self.index);
        }
        let Some(reading) = reading else {
            self.flags = vec![Flag::Missing];
            return false;
        };
        let mut flags = reading.flags.clone();
        let index = abs(reading.value);
        let upper = upper.unwrap_or(index);
        if !flags.contains(&Flag::Missing) {
            // A confidence interval that reaches zero says nothing about the price.
            let valid = (MIN_PRICE..=MAX_PRICE).contains(&index)
                && (index..=MAX_PRICE).contains(&upper)
                && !reading.value.is_negative()
                && reading.confidence < Decimal256::one();
            if !valid && !flags.contains(&Flag::Invalid) {
                flags.push(Flag::Invalid);
            }
            if reading.time > now && !flags.contains(&Flag::Future) {
                flags.push(Flag::Future);
            }
        }
        // The spread covers a wide confidence interval; any other flag, even one that a later oracle may add, makes a
        // price unusable.
        let accepted = flags.iter().all(|flag| matches!(flag, Flag::Uncertain | Flag::Secondary));
        if accepted {
            let first = height != self.height || self.index.is_zero();
            (self.low, self.high) = if first { (index, upper) } else { (self.low.min(index), self.high.max(upper)) };
            self.index = index;
            self.confidence = reading.confidence;
            self.volatility = reading.volatility;
            self.time = reading.time;
            self.height = height;
        }
        self.flags = flags;
        accepted
    }

    /// The price of a reading that was refused only because it jumped.
    pub fn held_back(&self, reading: Option<&Reading>) -> Option<Decimal256> {
        let jumps = self.flags.contains(&Flag::Jump);
        let usable = self.flags.iter().all(|flag| matches!(flag, Flag::Jump | Flag::Uncertain | Flag::Secondary));
        reading.filter(|_| jumps && usable).map(|reading| abs(reading.value))
    }

    /// The price for funding until the next message. If publishers disagree, it is the low end of the confidence
    /// interval, so that half of them cannot make funding large.
    pub fn funding_price(&self, price: &Price) -> ballast_math::Result<Price> {
        if !self.flags.contains(&Flag::Uncertain) {
            return Ok(*price);
        }
        price.times_floor(sub_or_zero(Decimal256::one(), self.confidence).max(MIN_END))
    }

    /// The current prices.
    pub fn prices(&self, params: &MarketParams, now: Timestamp) -> ballast_math::Result<Prices> {
        Ok(Prices {
            index: self.index,
            index_low: self.low,
            index_high: self.high,
            collateral: self.index,
            spread: self.spread(params, now)?,
            held_back: None,
            volatility: self.volatility,
            time: self.time,
            flags: self.flags.clone(),
            collateral_range: None,
        })
    }

    /// `max(min_spread, confidence, min(max_spread, z * sigma * sqrt(max(age, latency))))`.
    pub(crate) fn spread(&self, params: &MarketParams, now: Timestamp) -> ballast_math::Result<Decimal256> {
        // Before the first price there is neither age nor confidence.
        if self.index.is_zero() {
            return Ok(params.min_spread);
        }
        let nanos = now.nanos().saturating_sub(self.time.nanos());
        let age = years(nanos.div_ceil(1_000_000_000).max(params.spread_latency))?;
        let deviation = mul_ceil(params.spread_z, mul_ceil(self.volatility, age.sqrt())?)?;
        Ok(params.min_spread.max(self.confidence).max(deviation.min(params.max_spread)))
    }
}

/// The range of a block around a price, and the spread of an order at this moment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Band {
    /// Relative spread, without the distance to the end of the block's range.
    pub spread: Decimal256,
    /// Lower end of the block's price range over the price, at most one, rounded down.
    pub range_low: Decimal256,
    /// Upper end of the block's price range over the price, at least one, rounded up.
    pub range_high: Decimal256,
}

impl Band {
    /// A missing end of the range is the price itself.
    fn new(price: Decimal256, low: Decimal256, high: Decimal256, spread: Decimal256) -> ballast_math::Result<Band> {
        let low = if low.is_zero() { price } else { low.min(price) };
        Ok(Band { spread, range_low: div_floor(low, price)?, range_high: div_ceil(high.max(price), price)? })
    }

    fn without_range(self) -> Band {
        Band { range_low: Decimal256::one(), range_high: Decimal256::one(), ..self }
    }

    fn below(&self) -> ballast_math::Result<Decimal256> {
        mul_floor(self.range_low, sub_or_zero(Decimal256::one(), self.spread)).map(|end| end.max(MIN_END))
    }

    fn above(&self) -> ballast_math::Result<Decimal256> {
        mul_ceil(self.range_high, add(Decimal256::one(), self.spread)?)
    }
}

/// What base counts for when it pays a debt, before the minimum spread and the conversion charge.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Paying {
    /// Over the collateral price.
    at: Decimal256,
    /// The lowest of it in this block over it, at most one, rounded down.
    low: Decimal256,
}

impl Paying {
    /// The index price, in a market of one price.
    fn index(band: &Band) -> Paying {
        Paying { at: Decimal256::one(), low: band.range_low }
    }

    /// A price, and its lowest in this block, over the collateral price. A missing lowest one is the price itself.
    fn new(price: Decimal256, low: Decimal256, collateral: Decimal256) -> ballast_math::Result<Paying> {
        let low = if low.is_zero() { price } else { low.min(price) };
        Ok(Paying { at: div_floor(price, collateral)?, low: div_floor(low, price)? })
    }

    /// The same price where the collateral price is this many times as high; where it is not above that, it moves along.
    fn at_corner(self, of_collateral: Decimal256) -> ballast_math::Result<Paying> {
        let one = Decimal256::one();
        let at = if self.at > one { div_floor(self.at, of_collateral)?.max(one) } else { self.at };
        Ok(Paying { at, ..self })
    }

    fn without_range(self) -> Paying {
        Paying { low: Decimal256::one(), ..self }
    }
}

/// The prices of a block, in the form that calculations need.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Marks {
    /// The price of positions.
    pub index: Price,
    /// The price of base as margin.
    pub collateral: Price,
    /// Around the index price.
    pub index_band: Band,
    /// Around the collateral price; the upper end of its range is what the coin is redeemed for.
    pub collateral_band: Band,
    /// Minimum spread; a payment in base is valued at the collateral price less this.
    pub min_spread: Decimal256,
    /// What the margin coin is redeemed for over what it sells for, at least one, rounded up.
    pub redemption: Decimal256,
    /// The discount of the margin coin that has lasted: the smaller of today's and its mean.
    pub lasting_discount: Decimal256,
    /// What base pays: what it certainly sells for, or after [`Marks::at_lasting`] what it lastingly sells for.
    paying: Paying,
    /// What it lastingly sells for.
    lasting: Paying,
    /// Relative half-widths of the confidence intervals of both prices; zero if liquidations are judged at the prices
    /// alone.
    pub confidence: Confidence,
}

/// Relative half-widths of the confidence intervals.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Confidence {
    /// Of the index price.
    pub index: Decimal256,
    /// Of the collateral price.
    pub collateral: Decimal256,
}

impl Marks {
    /// From a response of the market. A missing end of the range is the price itself.
    ///
    /// # Errors
    /// For prices out of range, such as the zero before the first price.
    pub fn new(
        prices: &Prices,
        min_spread: Decimal256,
        base_decimals: u8,
        quote_decimals: u8,
    ) -> ballast_math::Result<Marks> {
        let (index, collateral) = (prices.index, prices.collateral);
        let index_band = Band::new(index, prices.index_low, prices.index_high, prices.spread)?;
        let (one, zero) = (Decimal256::one(), Decimal256::zero());
        let (collateral_band, redemption, lasting_discount, [paying, lasting]) = match &prices.collateral_range {
            None => (index_band, one, zero, [Paying::index(&index_band); 2]),
            Some(range) => {
                let band = Band::new(collateral, range.low, range.high, range.spread)?;
                let redemption = div_ceil(range.redemption, collateral)?.max(one);
                let certain = Paying::new(range.certain(collateral)?, range.low, collateral)?;
                let lasting = Paying::new(range.lasting(collateral)?, range.lasting_low, collateral)?;
                (band, redemption, range.discount.min(range.mean_discount), [certain, lasting])
            }
        };
        Ok(Marks {
            index: Price::new(index, base_decimals, quote_decimals)?,
            collateral: Price::new(collateral, base_decimals, quote_decimals)?,
            index_band,
            collateral_band,
            min_spread,
            redemption,
            lasting_discount,
            paying,
            lasting,
            confidence: Confidence::default(),
        })
    }

    /// With the confidence intervals in which a liquidation is judged.
    pub fn with_confidence(self, confidence: Confidence) -> Marks {
        Marks { confidence, ..self }
    }

    /// For payments that a position's owner did not choose: base counts for what it lastingly sells for.
    #[must_use]
    pub fn at_lasting(self) -> Marks {
        Marks { paying: self.lasting, ..self }
    }

    /// What an order that buys (long) or sells (short) pays on top of the fee, relative to its value at the index: the
    /// spread, and the distance to the end of the range that is worse for it.
    pub fn order_spread(&self, direction: Direction) -> ballast_math::Result<Decimal256> {
        let band = self.index_band;
        let way = match direction {
            Direction::Long => sub(band.range_high, Decimal256::one())?,
            Direction::Short => sub(Decimal256::one(), band.range_low)?,
        };
        add(band.spread, way)
    }

    /// Lower end of the band of the index.
    pub fn index_low(&self) -> ballast_math::Result<Price> {
        self.index.times_floor(self.index_band.below()?)
    }

    /// Upper end of the band of the index.
    pub fn index_high(&self) -> ballast_math::Result<Price> {
        self.index.times_ceil(self.index_band.above()?)
    }

    /// Lower end of the band of the collateral price.
    pub fn collateral_low(&self) -> ballast_math::Result<Price> {
        self.collateral.times_floor(self.collateral_band.below()?)
    }

    /// Upper end of the band of the collateral price.
    pub fn collateral_high(&self) -> ballast_math::Result<Price> {
        self.collateral.times_ceil(self.collateral_band.above()?)
    }

    /// The price at which base pays a debt in quote: what it counts for at the low end of the block's range, less the
    /// minimum spread and the conversion charge. Age and confidence do not lower it: they widen the spread for trades,
    /// not for payments. The range does lower it: paying a loss in base sells that base, which otherwise could be sold
    /// at the top of a block and won back in quote at its bottom.
    pub fn paying(&self, conversion_charge: Decimal256) -> ballast_math::Result<Price> {
        let (spread, charge) = (self.min_spread, conversion_charge);
        let kept = mul_floor(sub_or_zero(Decimal256::one(), spread), sub_or_zero(Decimal256::one(), charge))?;
        let low = mul_floor(self.paying.at, self.paying.low)?;
        self.collateral.times_floor(mul_floor(low, kept)?.max(MIN_END))
    }

    /// What base counts for when it pays, without the block's range, spread and charge; at least what it sells for, so
    /// that the cost of paying in base is told in full.
    ///
    /// # Errors
    /// If a number overflows.
    pub fn payment_price(&self) -> ballast_math::Result<Price> {
        self.collateral.times_floor(self.paying.at.max(Decimal256::one()))
    }

    /// What the margin coin lastingly sells for over its price here, at least one, rounded up.
    pub(crate) fn lasting_over_sold(&self) -> Decimal256 {
        match self.lasting.at {
            at if at > Decimal256::one() => at.saturating_add(Decimal256::raw(1)),
            _ => Decimal256::one(),
        }
    }

    /// Without the block's ranges, for actions that a position's owner did not choose.
    pub(crate) fn without_range(self) -> Marks {
        let (index_band, collateral_band) = (self.index_band.without_range(), self.collateral_band.without_range());
        let (paying, lasting) = (self.paying.without_range(), self.lasting.without_range());
        Marks { index_band, collateral_band, paying, lasting, ..self }
    }

    /// Both worths of the margin coin, each with what the block's range and the spread add to it: what it sells for, and
    /// what it is redeemed for. One of them where they are equal.
    pub(crate) fn worths(&self) -> ballast_math::Result<Vec<Marks>> {
        if self.redemption <= Decimal256::one() {
            return Ok(vec![*self]);
        }
        let range_high = div_ceil(self.collateral_band.range_high, self.redemption)?.max(Decimal256::one());
        let collateral_band = Band { range_high, ..self.collateral_band };
        let redeemed = self.collateral.times_ceil(self.redemption)?;
        let lasting = Paying { at: div_floor(self.lasting.at, self.redemption)?, ..self.lasting };
        Ok(vec![Marks { collateral_band, ..*self }, Marks { collateral: redeemed, collateral_band, lasting, ..*self }])
    }

    /// With the collateral price at twice the upper end of its range.
    pub(crate) fn with_unknown_collateral(self) -> ballast_math::Result<Marks> {
        let twice = add(self.collateral_band.range_high, self.collateral_band.range_high)?;
        let confidence = Confidence { collateral: Decimal256::zero(), ..self.confidence };
        let collateral_band = self.collateral_band.without_range();
        let paying = Paying::index(&collateral_band);
        let collateral = self.collateral.times_ceil(twice)?;
        Ok(Marks { collateral, collateral_band, paying, lasting: paying, confidence, ..self })
    }

    /// The corners of both confidence intervals; none if neither has a width. Prices that are equal, with equal
    /// intervals, are one price and move together.
    pub(crate) fn confidence_corners(&self) -> ballast_math::Result<Vec<Marks>> {
        let Confidence { index, collateral } = self.confidence;
        if index.is_zero() && collateral.is_zero() {
            return Ok(vec![]);
        }
        let one_price = index == collateral && self.index == self.collateral;
        let [index_ends, collateral_ends] = [ends(index)?, ends(collateral)?];
        let mut corners = vec![];
        for (i, of_index) in index_ends.into_iter().enumerate() {
            for (c, of_collateral) in collateral_ends.into_iter().enumerate() {
                if !one_price || i == c {
                    corners.push(Marks {
                        index: self.index.times_floor(of_index)?,
                        collateral: self.collateral.times_floor(of_collateral)?,
                        lasting: self.lasting.at_corner(of_collateral)?,
                        ..*self
                    });
                }
            }
        }
        Ok(corners)
    }

    /// Value of a purse at the collateral price.
    pub fn value(&self, purse: Purse) -> ballast_math::Result<Money> {
        self.collateral.value(purse.base)?.plus(Money::from_amount(purse.quote))
    }
}

/// Both ends of a confidence interval over its price.
fn ends(confidence: Decimal256) -> ballast_math::Result<[Decimal256; 2]> {
    let low = sub_or_zero(Decimal256::one(), confidence).max(MIN_END);
    Ok([low, add(Decimal256::one(), confidence)?])
}

/// Value of `amount`, rounded up at the 18th digit: for the debt of a short, and for charges.
pub(crate) fn value_ceil(price: &Price, amount: Uint128) -> ballast_math::Result<Money> {
    let floor = price.value(amount)?;
    // If the value buys back the whole amount, it is exact.
    if price.amount_floor(floor)? >= amount {
        return Ok(floor);
    }
    floor.plus(SMALLEST)
}

/// One in the 18th digit below a unit of quote.
const SMALLEST: Money = Money::new(cosmwasm_std::SignedDecimal256::raw(1));
