//! A staked coin as margin: how many coins it is redeemed for, and when it sells for less.

use serde::{Serialize, Serializer};
use thiserror::Error;

use crate::data::HOURS_PER_YEAR;
use crate::date::{format_day, format_time, parse_day, parse_duration, HOUR};

/// The highest yearly yield: rates of decades stay within what the contracts accept.
const MAX_YIELD: f64 = 1.0;
/// The deepest discount.
const MAX_DEPTH: f64 = 0.9;
/// A discount as the command line takes it.
const EXAMPLE: &str = "0.2@2022-06-10/14d for 20 % from that day on, closing evenly within 14 days";

/// What is wrong with a yield or a discount.
#[derive(Debug, Error, PartialEq)]
#[non_exhaustive]
pub enum StakingError {
    /// Not a number within bounds.
    #[error("\"{0}\" is no yearly staking yield: a plain fraction from 0 to {MAX_YIELD}, such as 0.14 for 14 %")]
    NoYield(String),
    /// Not of the form DEPTH@DAY/TIME, or one of the three is wrong.
    #[error("\"{text}\" is no discount: {reason}; write DEPTH@DAY/TIME, such as {EXAMPLE}")]
    NoDiscount {
        /// What was given.
        text: String,
        /// What is wrong with it.
        reason: String,
    },
    /// Two discounts at one time.
    #[error(
        "two discounts overlap: the one of {first} lasts until {until}, the next begins on {next}. End one before the \
         next begins, or write both as one"
    )]
    Overlap {
        /// Day on which the first begins.
        first: String,
        /// Time at which it is closed.
        until: String,
        /// Day on which the second begins.
        next: String,
    },
    /// A discount that would change nothing.
    #[error(
        "the discount of {day} lasts until {until}; the hours of this run are from {from} to {to}: choose a day within \
         them, or other hours (--from, --to)"
    )]
    Outside {
        /// Day on which it begins.
        day: String,
        /// Time at which it is closed.
        until: String,
        /// First hour.
        from: String,
        /// Last hour.
        to: String,
    },
}

/// How much less a staked coin sells for than it is redeemed for, over a time.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Discount {
    /// By how much the price falls at once.
    pub depth: f64,
    /// When it falls, seconds since 1970.
    #[serde(serialize_with = "as_time")]
    pub from: u64,
    /// Seconds within which the discount closes evenly.
    pub lasts: u64,
}

impl Discount {
    fn until(&self) -> u64 {
        self.from.saturating_add(self.lasts)
    }

    /// What is left of it; zero before and after.
    fn at(&self, time: u64) -> f64 {
        match time.checked_sub(self.from) {
            Some(passed) if passed < self.lasts => self.depth * (1.0 - passed as f64 / self.lasts as f64),
            _ => 0.0,
        }
    }
}

/// A staked coin.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct Staking {
    /// Yearly yield: a coin that is redeemed for one is redeemed for `1 + yearly` a year later.
    pub yearly: f64,
    /// Its discounts in order of time; they do not overlap.
    pub discounts: Vec<Discount>,
}

/// What a staked coin is worth in the plain coin.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Staked {
    /// Coins for which it is redeemed.
    pub rate: f64,
    /// How much less it sells for.
    pub discount: f64,
}

impl Staking {
    /// A staked coin, if either was asked for; without a yield the rate stays at one.
    ///
    /// # Errors
    /// [`StakingError::Overlap`].
    pub fn new(yearly: Option<f64>, discounts: &[Discount]) -> Result<Option<Staking>, StakingError> {
        if yearly.is_none() && discounts.is_empty() {
            return Ok(None);
        }
        let mut discounts = discounts.to_vec();
        discounts.sort_by_key(|discount| discount.from);
        for pair in discounts.windows(2) {
            let [first, next] = pair else { continue };
            if first.until() > next.from {
                let (until, next) = (format_time(first.until()), format_day(next.from));
                return Err(StakingError::Overlap { first: format_day(first.from), until, next });
            }
        }
        Ok(Some(Staking { yearly: yearly.unwrap_or_default(), discounts }))
    }

    /// What it is worth at a time of a run that starts with a rate of one. The rate grows each hour.
    pub fn at(&self, start: u64, time: u64) -> Staked {
        let hours = time.saturating_sub(start).checked_div(HOUR).unwrap_or_default();
        let rate = (1.0 + self.yearly).powf(hours as f64 / HOURS_PER_YEAR);
        // At most one of them is not zero. The sum of none would be -0, which the chain does not read.
        Staked { rate, discount: self.discounts.iter().map(|discount| discount.at(time)).fold(0.0, f64::max) }
    }

    /// Every discount changes something in a run from the first to the last of these times.
    ///
    /// # Errors
    /// [`StakingError::Outside`].
    pub fn within(&self, (from, to): (u64, u64)) -> Result<(), StakingError> {
        let outside = |discount: &&Discount| discount.from > to || discount.until() <= from;
        let Some(discount) = self.discounts.iter().find(outside) else { return Ok(()) };
        Err(StakingError::Outside {
            day: format_day(discount.from),
            until: format_time(discount.until()),
            from: format_time(from),
            to: format_time(to),
        })
    }

    /// In the heading of a report.
    pub fn name(&self) -> String {
        let discounts = self.discounts.iter().map(|discount| {
            let (day, lasts) = (format_day(discount.from), span(discount.lasts));
            format!(", {:.2} % under its redemption on {day}, closing in {lasts}", discount.depth * 100.0)
        });
        format!("staked at {:+.2} % a year{}", self.yearly * 100.0, discounts.collect::<String>())
    }
}

/// A time in its largest whole unit.
fn span(seconds: u64) -> String {
    let units = [(24 * HOUR, "d"), (HOUR, "h"), (60, "min")];
    let whole = units.into_iter().find(|(unit, _)| seconds.checked_rem(*unit) == Some(0));
    let (unit, name) = whole.unwrap_or((1, "s"));
    format!("{} {name}", seconds.checked_div(unit).unwrap_or_default())
}

/// Parses a yearly yield.
///
/// # Errors
/// [`StakingError::NoYield`].
pub fn parse_yield(text: &str) -> Result<f64, StakingError> {
    let given = text.parse::<f64>().ok().filter(|given| (0.0..=MAX_YIELD).contains(given));
    given.ok_or_else(|| StakingError::NoYield(text.to_owned()))
}

/// Parses a discount such as `0.2@2022-06-10/14d`.
///
/// # Errors
/// [`StakingError::NoDiscount`].
pub fn parse_discount(text: &str) -> Result<Discount, StakingError> {
    parts_of(text).map_err(|reason| StakingError::NoDiscount { text: text.to_owned(), reason })
}

fn parts_of(text: &str) -> Result<Discount, String> {
    let (depth, rest) = text.split_once('@').ok_or("there is no @ before the day")?;
    let (day, time) = rest.split_once('/').ok_or("there is no / before the time within which it closes")?;
    let given = depth.parse::<f64>().ok().filter(|given| *given > 0.0 && *given <= MAX_DEPTH);
    let depth = given.ok_or_else(|| format!("its depth \"{depth}\" is not a fraction above 0, at most {MAX_DEPTH}"))?;
    let from = parse_day(day).map_err(|error| error.to_string())?;
    let lasts = parse_duration(time).map_err(|error| error.to_string())?;
    Ok(Discount { depth, from, lasts })
}

fn as_time<S: Serializer>(seconds: &u64, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_str(&format_time(*seconds))
}
