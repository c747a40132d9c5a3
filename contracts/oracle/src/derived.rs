//! Prices computed from other feeds.

use ballast_math::{abs, add, div_ceil, div_floor, mul_ceil, mul_floor, signed, sub};
use ballast_types::oracle::{FeedConfig, Flag};
use cosmwasm_std::{Decimal256, SignedDecimal256, Timestamp};

use crate::reading::{raise, without_history, Reader};
use crate::source::Observation;
use crate::usable::of_both;

/// What a price says of the coin's worth.
struct Worth {
    value: Decimal256,
    /// The higher end; `None` if the value is both.
    upper: Option<Decimal256>,
    confidence: Decimal256,
}

impl Worth {
    fn of(seen: &Observation) -> Worth {
        Worth { value: abs(seen.value), upper: seen.upper.map(abs), confidence: seen.confidence }
    }

    fn upper(&self) -> Decimal256 {
        self.upper.unwrap_or(self.value)
    }

    /// The product: the value rounded down, the higher end up. Both ends of either interval lie in the product's:
    /// `(1 + a)*(1 + b) - 1` is further from it than `1 - (1 - a)*(1 - b)`.
    fn times(self, other: Worth) -> ballast_math::Result<Worth> {
        let one = Decimal256::one();
        let upper = match self.upper.or(other.upper) {
            Some(_) => Some(mul_ceil(self.upper(), other.upper())?),
            None => None,
        };
        let reach = mul_ceil(add(one, self.confidence)?, add(one, other.confidence)?)?;
        Ok(Worth { value: mul_floor(self.value, other.value)?, upper, confidence: sub(reach, one)? })
    }

    /// The quotient: the lower end over the higher one, rounded down, and the other way round, rounded up. Both ends of
    /// either interval lie in the quotient's: `(1 + a)/(1 - b) - 1` is further from it than `1 - (1 - a)/(1 + b)`.
    fn over(self, other: Worth) -> ballast_math::Result<Worth> {
        let upper = match self.upper.or(other.upper) {
            Some(_) => Some(div_ceil(self.upper(), other.value)?),
            None => None,
        };
        let confidence = add(self.confidence, other.confidence)?;
        let confidence = div_ceil(confidence, sub(Decimal256::one(), other.confidence)?)?;
        Ok(Worth { value: div_floor(self.value, other.upper())?, upper, confidence })
    }

    /// The lowest, with the highest beside it.
    fn with(self, other: Worth) -> ballast_math::Result<Worth> {
        Ok(Worth {
            value: self.value.min(other.value),
            upper: Some(self.upper().max(other.upper())),
            confidence: self.confidence.max(other.confidence),
        })
    }
}

/// The product of these feeds.
pub fn product(reader: &mut Reader, feeds: &[String]) -> ballast_math::Result<Option<Observation>> {
    join(reader, feeds, Worth::times)
}

/// The lowest of these feeds.
pub fn lower(reader: &mut Reader, feeds: &[String]) -> ballast_math::Result<Option<Observation>> {
    join(reader, feeds, Worth::with)
}

/// The numerator over the denominator.
pub fn ratio(reader: &mut Reader, numerator: &str, denominator: &str) -> ballast_math::Result<Observation> {
    both(reader.factor(numerator), reader.factor(denominator), Worth::over, reader.now)
}

/// The lower of what a staked coin sells for and what it is redeemed for, the product of index and rate. That is judged
/// by the bounds of this feed, as if it was one itself; nothing remembers it, so it has no jumps of its own.
pub fn staked(
    reader: &mut Reader,
    config: &FeedConfig,
    market: &str,
    (index, rate): (&str, &str),
) -> ballast_math::Result<Observation> {
    let now = reader.now;
    let market = reader.factor(market);
    let mut redeemed = both(reader.factor(index), reader.factor(rate), Worth::times, now)?;
    if !redeemed.flags.contains(&Flag::Missing) {
        redeemed.flags = without_history(&redeemed, config, now);
    }
    let redemption = Some(redeemed.upper.unwrap_or(redeemed.value));
    let seen = both(market, redeemed, Worth::with, now)?;
    // Without a price, `upper` is none either.
    Ok(Observation { redemption: redemption.filter(|_| seen.upper.is_some()), ..seen })
}

fn join(
    reader: &mut Reader,
    feeds: &[String],
    join: fn(Worth, Worth) -> ballast_math::Result<Worth>,
) -> ballast_math::Result<Option<Observation>> {
    let mut joined: Option<Observation> = None;
    for feed in feeds {
        let factor = reader.factor(feed);
        joined = Some(match joined {
            Some(before) => both(before, factor, join, reader.now)?,
            None => factor,
        });
    }
    Ok(joined)
}

/// As old, and stale as soon, as the older of both; with the flags of both. The history's clock is the newer one's, or
/// a price would wait for the slower feed before it teaches anything or is confirmed.
fn both(
    a: Observation,
    b: Observation,
    join: fn(Worth, Worth) -> ballast_math::Result<Worth>,
    now: Timestamp,
) -> ballast_math::Result<Observation> {
    let worth = (Worth::of(&a), Worth::of(&b));
    let mut flags = a.flags;
    for flag in b.flags {
        raise(&mut flags, flag);
    }
    // What is no price is not computed with: a contract may answer with any number.
    let nothing = flags.iter().any(|flag| matches!(flag, Flag::Missing | Flag::Invalid));
    let (value, upper, confidence) = match nothing {
        true => (SignedDecimal256::zero(), None, Decimal256::zero()),
        false => {
            let Worth { value, upper, confidence } = join(worth.0, worth.1)?;
            (signed(value)?, upper.map(signed).transpose()?, confidence)
        }
    };
    Ok(Observation {
        value,
        upper,
        redemption: None,
        confidence,
        time: a.time.min(b.time),
        clock: a.clock.max(b.clock),
        stale_at: a.stale_at.min(b.stale_at),
        good_until: a.good_until.min(b.good_until),
        usable: of_both(a.usable, b.usable, now),
        confirm_from: a.confirm_from.max(b.confirm_from),
        sound: a.sound && b.sound,
        flags,
    })
}
