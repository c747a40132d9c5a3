//! What to publish, and when.

use std::fmt;
use std::fs::File;
use std::path::Path;
use std::time::Duration;

use ballast_hours::{read_bars, read_funding, DataError, Funding, Spikes};
use ballast_types::oracle::PublishedValue;
use cosmwasm_std::{Decimal256, SignedDecimal256};

use super::super::system::percent;
use crate::args::PublishArgs;
use crate::error::plainly;
use crate::log::{self, Level};
use crate::{pause, ChainFile, Error, Result};

/// The values published at one time.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct Value {
    /// Whole quote per whole base.
    pub price: Option<SignedDecimal256>,
    /// Yearly.
    pub rate: Option<SignedDecimal256>,
    /// What the deposited coin sells for, whole quote per whole base.
    pub market_price: Option<SignedDecimal256>,
    /// How much of the index it is redeemed for.
    pub redemption_rate: Option<SignedDecimal256>,
}

impl Value {
    /// The entries of the oracle's message, one for each feed.
    pub fn published(&self, file: &ChainFile) -> Vec<PublishedValue> {
        let value = |feed: &str, value| PublishedValue { feed: feed.to_owned(), value, confidence: None, time: None };
        let price = self.price.map(|price| value(&file.price_feed.feed, price));
        let rate = self.rate.zip(file.rate_feed.as_ref()).map(|(rate, feed)| value(&feed.feed, rate));
        let collateral = file.collateral.as_ref();
        let market = collateral.and_then(|collateral| collateral.market_feed.as_ref());
        let redemption = collateral.and_then(|collateral| collateral.rate_feed.as_ref());
        let market = self.market_price.zip(market).map(|(price, feed)| value(&feed.feed, price));
        let redemption = self.redemption_rate.zip(redemption).map(|(rate, feed)| value(&feed.feed, rate));
        [price, rate, redemption, market].into_iter().flatten().collect()
    }

    /// The same with the deposited coin's own values: what it sells for is given, or its discount is.
    fn with_collateral(self, args: &PublishArgs) -> Result<Value> {
        let number = |name: &str, number: Option<Decimal256>| {
            let number = number.map(SignedDecimal256::try_from).transpose();
            number.map_err(|_| Error::user(format!("{name}: the number is too large")))
        };
        let redemption_rate = number("--redemption-rate", args.redemption_rate)?;
        let mut market_price = number("--market-price", args.market_price)?;
        if let (Some(discount), Some(rate), Some(price)) =
            (number("--discount", args.discount)?, redemption_rate, self.price)
        {
            let left = SignedDecimal256::one().checked_sub(discount).ok();
            let sold = left.and_then(|left| price.checked_mul(rate).ok()?.checked_mul(left).ok());
            market_price = Some(sold.ok_or_else(|| Error::user("--discount: price times rate is too large"))?);
        }
        Ok(Value { market_price, redemption_rate, ..self })
    }
}

/// A yearly rate that no venue charges: a hundred times 10 %, the usual mistake.
const BEYOND_VENUES: Decimal256 = Decimal256::percent(1_000);

/// Refuses values that the chain file has no feed for, and a rate that is most likely in another unit.
fn check(args: &PublishArgs, file: &ChainFile) -> Result<()> {
    if file.rate_feed.is_none() && (args.rate.is_some() || args.funding.is_some()) {
        return Err(Error::user("the chain file has no rate feed: its funding reference is a constant"));
    }
    let collateral = file.collateral.as_ref();
    if args.redemption_rate.is_some() && collateral.and_then(|collateral| collateral.rate_feed.as_ref()).is_none() {
        return Err(Error::user("--redemption-rate: the chain file has no rate_feed in [collateral]"));
    }
    let market = collateral.and_then(|collateral| collateral.market_feed.as_ref());
    if (args.market_price.is_some() || args.discount.is_some()) && market.is_none() {
        return Err(Error::user("--market-price, --discount: the chain file has no published price in [collateral]"));
    }
    if args.discount.is_some() && args.price.is_none() && args.prices.is_none() {
        return Err(Error::user("--discount: of which price? Give --price or --prices as well"));
    }
    match args.rate.filter(|rate| rate.abs_diff(SignedDecimal256::zero()) >= BEYOND_VENUES && !args.allow_spikes) {
        None => Ok(()),
        Some(rate) => Err(Error::user(format!(
            "--rate {rate} is {} a year, more than venues charge: 0.1 is 10 %; --allow-spikes publishes it all the same",
            percent(rate)
        ))),
    }
}

/// The values to publish and their timing.
#[derive(Debug, Clone, PartialEq)]
pub struct Plan {
    /// The values in order. A single one is published again and again.
    pub values: Vec<Value>,
    /// The number of the first value in the file.
    pub first_row: usize,
    /// How many times to publish; none means forever.
    pub times: Option<usize>,
    /// Time between two values.
    pub every: Duration,
    /// Whether to publish only once.
    pub once: bool,
}

impl Plan {
    /// Makes a plan from the arguments.
    ///
    /// # Errors
    /// [`Error::User`], with the line number if a file is wrong.
    pub fn read(args: &PublishArgs, file: &ChainFile) -> Result<Self> {
        let every = pause::interval("--every", args.every)?;
        check(args, file)?;
        let Some(prices) = &args.prices else {
            let price = args.price.map(SignedDecimal256::try_from).transpose();
            let price = price.map_err(|_| Error::user("--price: the number is too large"))?;
            let times = args.once.then_some(1);
            let values = vec![Value { price, rate: args.rate, ..Value::default() }.with_collateral(args)?];
            return Ok(Plan { values, first_row: 0, times, every, once: args.once });
        };
        let (first_row, last_row) = args.rows.as_deref().map_or(Ok((0, usize::MAX)), rows)?;
        let mut values = hours(prices, args)?;
        let all = values.len();
        values = values.into_iter().take(last_row.saturating_add(1)).skip(first_row).collect();
        if values.is_empty() {
            return Err(Error::user(format!("--rows: the first is {first_row}, and {} has {all}", prices.display())));
        }
        for value in &mut values {
            *value = Value { rate: args.rate.or(value.rate), ..*value }.with_collateral(args)?;
        }
        Ok(Plan { times: Some(values.len()), values, first_row, every, once: false })
    }

    /// The value to publish at this place.
    pub fn value(&self, place: usize) -> Option<&Value> {
        self.values.get(place).or(self.values.last())
    }

    /// The value's row in the file.
    pub fn row(&self, place: usize) -> usize {
        self.first_row.saturating_add(place)
    }
}

impl fmt::Display for Plan {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let every = self.every.as_secs_f64();
        match self.times {
            Some(1) => write!(f, "one value"),
            Some(times) => write!(f, "{times} values, one every {every} s"),
            None => write!(f, "the same value every {every} s, until told to stop"),
        }
    }
}

/// Parses `100..200`; both ends are included.
fn rows(text: &str) -> Result<(usize, usize)> {
    let parts = text.split_once("..").and_then(|(from, to)| Some((from.parse().ok()?, to.parse().ok()?)));
    let ordered = parts.filter(|(from, to): &(usize, usize)| from <= to);
    ordered.ok_or_else(|| Error::user(format!("--rows '{text}': first and last were expected, such as 100..200")))
}

/// The closes of a file of bars, with the yearly funding rate from each close on, if there is one.
fn hours(prices: &Path, args: &PublishArgs) -> Result<Vec<Value>> {
    let spikes = if args.allow_spikes { Spikes::Allow } else { Spikes::Refuse };
    let bars = read_bars(&prices.display().to_string(), open(prices)?, spikes).map_err(wrong)?;
    tell(prices, &bars.notes);
    let rates = args.funding.as_deref().map(|path| rates(path, args.funding_interval, spikes)).transpose()?;
    let values = bars.bars.iter().map(|bar| {
        let closes_ms = bar.opens_ms.saturating_add(bars.length_ms);
        let rate = rates.as_ref().and_then(|rates| rates.at(closes_ms)).map(decimal).transpose()?;
        Ok(Value { price: Some(decimal(bar.close)?), rate, ..Value::default() })
    });
    let values: Vec<Value> = values.collect::<Result<_>>()?;
    if rates.is_some() && values.iter().all(|value| value.rate.is_none()) {
        return Err(Error::user("the funding file says nothing of the hours of the prices"));
    }
    Ok(values)
}

fn rates(path: &Path, interval_ms: Option<u64>, spikes: Spikes) -> Result<Funding> {
    let funding = read_funding(&path.display().to_string(), open(path)?, interval_ms, spikes).map_err(wrong)?;
    tell(path, &funding.notes);
    Ok(funding)
}

fn open(path: &Path) -> Result<File> {
    File::open(path).map_err(|error| Error::user(format!("cannot open {}: {}", path.display(), plainly(&error))))
}

fn wrong(error: DataError) -> Error {
    Error::user(error.to_string())
}

/// What was inferred from a file.
fn tell(path: &Path, notes: &[String]) {
    for note in notes {
        log::line(Level::Info, "file", &[("name", path.display().to_string()), ("text", note.clone())]);
    }
}

fn decimal(number: f64) -> Result<SignedDecimal256> {
    format!("{number:.12}").parse().map_err(|error| Error::user(format!("{number} is no decimal number: {error}")))
}

/// What to do at a given time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Due {
    /// The value for this moment.
    Value(usize),
    /// Wait this long.
    Wait(Duration),
    /// Nothing more to publish.
    Over,
}

/// What is due this long after the start, if `last` was published last. Values that could not be published in time are
/// skipped, except the last one of all.
pub fn due(elapsed: Duration, every: Duration, times: Option<usize>, last: Option<usize>) -> Due {
    let passed = elapsed.as_nanos().checked_div(every.as_nanos()).and_then(|passed| usize::try_from(passed).ok());
    let end = times.unwrap_or(usize::MAX).saturating_sub(1);
    let place = passed.unwrap_or(usize::MAX).min(end);
    match last {
        Some(last) if last >= end => Due::Over,
        Some(last) if last >= place => {
            let next = u32::try_from(last).unwrap_or(u32::MAX).saturating_add(1);
            Due::Wait(every.saturating_mul(next).saturating_sub(elapsed))
        }
        _ => Due::Value(place),
    }
}

#[cfg(test)]
mod tests;
