//! Names and configurations, checked at the door.

use ballast_math::{MAX_PRICE, MIN_PRICE};
use ballast_types::oracle::{FeedConfig, FeedKind, Source};
use ballast_types::parameters::{first_outside, Bound, Outside};
use cosmwasm_std::{Api, Decimal256, SignedDecimal256};

use crate::error::ContractError;
use crate::reading::{price_in_range, rate_in_range, MAX_RATE};

const MAX_NAME: usize = 64;
const MAX_PUBLISHERS: u32 = 15;
const MAX_FACTORS: u32 = 3;
const NO_LIMIT: &str = "no limit";
/// Bytes of a hash.
const STORK_ID: usize = 32;
const MAX_DIFFERENCE: Bound = Bound::new("max_difference", "1 %", "0.1 %", "10 %");

/// 1 to 64 characters of `a-z 0-9 / _ -`.
pub fn name(feed: &str) -> Result<(), ContractError> {
    let known = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || matches!(c, '/' | '_' | '-');
    if feed.is_empty() || feed.len() > MAX_NAME || !feed.chars().all(known) {
        let length = feed.chars().count();
        return Err(ContractError::InvalidFeedName { feed: feed.to_string(), length, max: MAX_NAME });
    }
    Ok(())
}

/// Every bound of a configuration, and the addresses in it.
pub fn config(api: &dyn Api, feed: &str, config: &FeedConfig) -> Result<(), ContractError> {
    if config.kind != FeedKind::RedemptionRate && config.max_growth.is_some() {
        return Err(ContractError::NoRedemptionRate { feed: feed.to_string(), kind: config.kind });
    }
    none_outside(config.first_outside())?;
    source(api, feed, config)
}

fn source(api: &dyn Api, feed: &str, config: &FeedConfig) -> Result<(), ContractError> {
    match &config.source {
        Source::Published { publishers, quorum } => published(api, publishers, *quorum),
        Source::Contract { address } => {
            api.addr_validate(address)?;
            Ok(())
        }
        Source::Stork { contract, id } => {
            api.addr_validate(contract)?;
            match id.len() {
                STORK_ID => Ok(()),
                bytes => Err(ContractError::InvalidStorkId { bytes, needed: STORK_ID }),
            }
        }
        Source::Fixed { value } => self::value(feed, config.kind, *value),
        Source::Primary { max_difference, .. } => {
            none_outside(first_outside(&[max_difference], &[MAX_DIFFERENCE]))?;
            factors(feed, config.kind, &config.source.feeds())
        }
        Source::Product { .. } | Source::Lower { .. } | Source::Ratio { .. } | Source::Staked { .. } => {
            factors(feed, config.kind, &config.source.feeds())
        }
    }
}

fn published(api: &dyn Api, publishers: &[String], quorum: u32) -> Result<(), ContractError> {
    let count = u32::try_from(publishers.len()).unwrap_or(u32::MAX);
    within("publishers", count, 1, MAX_PUBLISHERS)?;
    within("quorum", quorum, 1, count)?;
    if quorum <= count / 2 {
        return Err(ContractError::NoMajority { quorum, publishers: count });
    }
    if let Some(publisher) = twice(publishers) {
        return Err(ContractError::PublisherTwice { publisher: publisher.clone() });
    }
    for publisher in publishers {
        api.addr_validate(publisher)?;
    }
    Ok(())
}

/// Two or three feeds, each named once. Whether they exist and what they are is checked in `family.rs`.
fn factors(feed: &str, kind: FeedKind, feeds: &[&str]) -> Result<(), ContractError> {
    is_price(feed, kind)?;
    within("feeds", u32::try_from(feeds.len()).unwrap_or(u32::MAX), 2, MAX_FACTORS)?;
    match twice(feeds) {
        Some(factor) => Err(ContractError::FeedTwice { feed: feed.to_string(), factor: factor.to_string() }),
        None => Ok(()),
    }
}

/// Only prices are computed from other feeds, and only from prices.
pub fn is_price(feed: &str, kind: FeedKind) -> Result<(), ContractError> {
    match kind.is_price() {
        true => Ok(()),
        false => Err(ContractError::WrongKind { feed: feed.to_string(), kind, asked: FeedKind::Price }),
    }
}

/// The first name that stands in the list before.
fn twice<T: PartialEq>(names: &[T]) -> Option<&T> {
    names
        .iter()
        .enumerate()
        .find(|(place, name)| names.iter().take(*place).any(|earlier| earlier == *name))
        .map(|(_, name)| name)
}

/// A value that may be one of this kind at all.
pub fn value(feed: &str, kind: FeedKind, value: SignedDecimal256) -> Result<(), ContractError> {
    let feed = feed.to_string();
    match kind.is_price() {
        true if !price_in_range(value) => {
            Err(ContractError::PriceOutOfRange { feed, value, min: MIN_PRICE, max: MAX_PRICE })
        }
        false if !rate_in_range(value) => Err(ContractError::RateOutOfRange { feed, value, max: MAX_RATE }),
        _ => Ok(()),
    }
}

fn within(name: &'static str, count: u32, min: u32, max: u32) -> Result<(), ContractError> {
    none_outside(first_outside(&[&u64::from(count)], &[Bound::whole(name, min, max)]))
}

fn none_outside(outside: Option<Outside>) -> Result<(), ContractError> {
    let Some(Outside { name, value, min, max }) = outside else { return Ok(()) };
    let value = if value == Decimal256::MAX { NO_LIMIT.to_string() } else { value.to_string() };
    let (min, max) = (min.to_string(), max.to_string());
    Err(ContractError::OutOfBounds { parameter: name, value, min, max })
}
