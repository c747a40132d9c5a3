//! The price of a margin coin that has a feed of its own, and its discount: how much less it sells for than it is
//! redeemed for.

use ballast_math::{abs, div_ceil, signed, stored_as_list, sub_or_zero, Mean};
use ballast_types::market::{CollateralRange, MarketParams, Prices};
use ballast_types::oracle::{Flag, Reading};
use ballast_types::venue::UNUSUAL_DISCOUNT;
use cosmwasm_std::{Decimal256, Timestamp};

use crate::clock::FeedClock;
use crate::marks::Mark;

/// Time constant of the mean discount, seconds.
const MEAN_TIME: u64 = 86_400;

/// Maximum part of an interval that counts for the mean, seconds: what the price was in a longer one nobody knows, so
/// that two moments far apart do not make a discount that lasts.
const LONGEST: u64 = 3_600;

/// The last accepted collateral price, as stored.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct CollateralMark {
    /// What the coin sells for; the range of the block reaches from the lowest of these prices to the highest price for
    /// which it was redeemed, or sold above its redemption price.
    pub mark: Mark,
    /// What it is redeemed for: as the reading says, or else its highest price.
    pub redemption: Decimal256,
    /// The lowest lasting price in this block.
    pub lasting_low: Decimal256,
    /// The highest lasting price in this block.
    pub lasting_high: Decimal256,
    /// Mean of the discount.
    pub mean: Mean,
    /// The discount of the last price that counted for the mean.
    pub counted: Decimal256,
    /// Up to when the mean counts, in seconds; zero before the first price without a flag.
    pub counted_until: u64,
    /// How long the feed has been usable.
    pub clock: FeedClock,
}

stored_as_list!(CollateralMark { mark, redemption, lasting_low, lasting_high, mean, counted, counted_until, clock });

impl CollateralMark {
    /// Takes the oracle's reading, as [`Mark::take`]. A price without a flag ends an interval of the mean, to which the
    /// smaller of the discounts at its two ends counts, for an hour at most: a price that somebody moves for one moment
    /// does not change it.
    ///
    /// # Errors
    /// If a number overflows.
    pub fn take(&mut self, reading: Option<&Reading>, now: Timestamp, height: u64) -> ballast_math::Result<()> {
        let upper = reading.and_then(|reading| reading.upper).map(abs);
        let new_block = self.mark.height != height;
        if self.mark.accept(reading, upper, now, height) {
            let (lower, upper) = (self.mark.index, upper.unwrap_or(self.mark.index));
            let redemption = reading.and_then(|reading| reading.redemption).map_or(upper, abs);
            self.redemption = redemption.min(upper).max(lower);
            if self.mark.flags.is_empty() {
                self.count(now.seconds())?;
            }
        }
        self.clock = self.clock.next(reading, &self.mark.flags);
        let lasting = self.range()?.lasting(self.mark.index)?;
        (self.lasting_low, self.lasting_high) = match new_block {
            true => (lasting, lasting),
            false => (self.lasting_low.min(lasting), self.lasting_high.max(lasting)),
        };
        Ok(())
    }

    fn count(&mut self, now: u64) -> ballast_math::Result<()> {
        let discount = self.discount()?;
        self.mean = match self.counted_until {
            0 => Mean(signed(discount)?),
            last => {
                let seconds = now.saturating_sub(last).min(LONGEST);
                self.mean.observe(signed(self.counted.min(discount))?, seconds, MEAN_TIME)?
            }
        };
        (self.counted, self.counted_until) = (discount, now);
        Ok(())
    }

    /// `1 - sells for / redeemed for`, rounded down; zero before the first price.
    fn discount(&self) -> ballast_math::Result<Decimal256> {
        if self.redemption.is_zero() {
            return Ok(Decimal256::zero());
        }
        discount(self.mark.index, self.redemption)
    }

    /// Writes the collateral price into a market's prices.
    ///
    /// # Errors
    /// If a number overflows.
    pub fn complete(
        &self,
        prices: &mut Prices,
        reading: Option<&Reading>,
        params: &MarketParams,
        now: Timestamp,
    ) -> ballast_math::Result<()> {
        let mut range = self.range()?;
        if is_unusual(range.discount, range.mean_discount) {
            range.flags.push(Flag::Discount);
        }
        range.spread = self.mark.spread(params, now)?;
        range.held_back = self.mark.held_back(reading);
        prices.collateral = self.mark.index;
        prices.collateral_range = Some(range);
        Ok(())
    }

    /// What is known without the market's parameters and the oracle's reading.
    fn range(&self) -> ballast_math::Result<CollateralRange> {
        Ok(CollateralRange {
            low: self.mark.low,
            high: self.mark.high,
            redemption: self.redemption,
            discount: self.discount()?,
            mean_discount: abs(self.mean.0),
            lasting_low: self.lasting_low,
            lasting_high: self.lasting_high,
            time: self.mark.time,
            flags: self.mark.flags.clone(),
            ..CollateralRange::default()
        })
    }
}

/// `1 - sells for / redeemed for`, rounded down; an error if it is redeemed for nothing.
pub fn discount(sells_for: Decimal256, redeemed_for: Decimal256) -> ballast_math::Result<Decimal256> {
    Ok(sub_or_zero(Decimal256::one(), div_ceil(sells_for, redeemed_for)?))
}

/// Whether a discount is so far off its mean that it raises [`Flag::Discount`]: above it, or below it.
pub fn is_unusual(discount: Decimal256, mean: Decimal256) -> bool {
    discount.abs_diff(mean) > UNUSUAL_DISCOUNT
}
