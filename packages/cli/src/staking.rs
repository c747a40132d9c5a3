//! A staked coin as margin: how many coins it is redeemed for, and when it sells for less.

use std::path::{Path, PathBuf};

use serde::{Serialize, Serializer};
use thiserror::Error;

use crate::data::{Points, Yields, HOURS_PER_YEAR};
use crate::date::{format_day, format_duration, format_time, parse_day, parse_duration, HOUR};

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
    #[error(
        "\"{0}\" is no yearly staking yield: a plain fraction from 0 to {MAX_YIELD}, such as 0.14 for 14 %, or a file of \
         yearly rates"
    )]
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

/// The yearly yield of a staked coin on the command line.
#[derive(Debug, Clone, PartialEq)]
pub enum Yield {
    /// The same at all times.
    Constant(f64),
    /// The rates of a file.
    File(PathBuf),
}

/// What was read from a file, and its name.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct OfFile<T> {
    /// As on the command line.
    pub file: String,
    #[allow(missing_docs)] // its type says it
    #[serde(skip)]
    pub values: T,
}

/// A staked coin.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct Staking {
    /// Yearly yield: a coin that is redeemed for one is redeemed for `1 + yearly` a year later. Zero with rates of a
    /// file.
    pub yearly: f64,
    /// Its discounts in order of time; they do not overlap.
    pub discounts: Vec<Discount>,
    /// Yearly rates instead of a yield.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub rates: Option<OfFile<Yields>>,
    /// What it sells for over what it is redeemed for, instead of discounts.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ratios: Option<OfFile<Points>>,
}

/// What a staked coin is worth in the plain coin.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Staked {
    /// Coins for which it is redeemed.
    pub rate: f64,
    /// How much less it sells for; negative if more.
    pub discount: f64,
}

impl Staked {
    /// The lower of what it sells for and what it is redeemed for, at an index price.
    pub fn worth(&self, index: f64) -> f64 {
        index * self.rate * (1.0 - self.discount.max(0.0))
    }
}

impl Staking {
    /// A staked coin; its rate stays at one.
    ///
    /// # Errors
    /// [`StakingError::Overlap`].
    pub fn new(yearly: f64, discounts: &[Discount]) -> Result<Staking, StakingError> {
        let mut discounts = discounts.to_vec();
        discounts.sort_by_key(|discount| discount.from);
        for pair in discounts.windows(2) {
            let [first, next] = pair else { continue };
            if first.until() > next.from {
                let (until, next) = (format_time(first.until()), format_day(next.from));
                return Err(StakingError::Overlap { first: format_day(first.from), until, next });
            }
        }
        Ok(Staking { yearly, discounts, ..Staking::default() })
    }

    /// What it is worth from a start on, at which it is redeemed for one.
    pub fn from(&self, start: u64) -> Hours<'_> {
        Hours { staking: self, since: start, logarithm: 0.0 }
    }

    /// The logarithm of what one becomes within an hour.
    fn growth(&self, time: u64) -> f64 {
        let of_file = self.rates.as_ref().and_then(|rates| rates.values.growth(time.saturating_mul(1_000)));
        of_file.unwrap_or_else(|| self.yearly.ln_1p() / HOURS_PER_YEAR)
    }

    fn discount(&self, time: u64) -> f64 {
        match &self.ratios {
            Some(ratios) => ratios.values.at(time.saturating_mul(1_000)).map_or(0.0, |ratio| 1.0 - ratio),
            // At most one of them is not zero. The sum of none would be -0, which the chain does not read.
            None => self.discounts.iter().map(|discount| discount.at(time)).fold(0.0, f64::max),
        }
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
            let (day, lasts) = (format_day(discount.from), format_duration(discount.lasts));
            format!(", {:.2} % under its redemption on {day}, closing in {lasts}", discount.depth * 100.0)
        });
        let rates = match &self.rates {
            Some(rates) => format!("the rates of {}", rates.file),
            None => format!("{:+.2} % a year", self.yearly * 100.0),
        };
        let ratios = self.ratios.iter().map(|ratios| format!(", selling at the ratios of {}", ratios.file));
        format!("staked at {rates}{}", discounts.chain(ratios).collect::<String>())
    }
}

/// What a staked coin is worth, hour by hour.
#[derive(Debug, Clone, Copy)]
pub struct Hours<'a> {
    staking: &'a Staking,
    since: u64,
    /// Of its rate.
    logarithm: f64,
}

impl Hours<'_> {
    /// What it is worth at a time, no earlier than the one before. The rate grows each hour.
    pub fn to(&mut self, time: u64) -> Staked {
        while self.since.saturating_add(HOUR) <= time {
            self.logarithm += self.staking.growth(self.since);
            self.since = self.since.saturating_add(HOUR);
        }
        Staked { rate: self.logarithm.exp(), discount: self.staking.discount(time) }
    }
}

/// Parses a yearly yield, or takes the name of a file. Whether a file of that name exists is found out when it is opened.
///
/// # Errors
/// [`StakingError::NoYield`] for a number out of bounds, and for what is neither a number nor the name of a file.
pub fn parse_yield(text: &str) -> Result<Yield, StakingError> {
    let refused = || StakingError::NoYield(text.to_owned());
    match text.parse::<f64>() {
        Ok(given) if (0.0..=MAX_YIELD).contains(&given) => Ok(Yield::Constant(given)),
        Err(_) if names_a_file(text) => Ok(Yield::File(text.into())),
        _ => Err(refused()),
    }
}

/// Whether there is such a file, or the text has a folder or an ending such as `.csv`; a number that was mistyped has none.
fn names_a_file(text: &str) -> bool {
    let path = Path::new(text);
    let ending = path.extension().and_then(|ending| ending.to_str()).unwrap_or_default();
    path.is_file() || text.contains(std::path::is_separator) || ending.starts_with(|first: char| first.is_alphabetic())
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
