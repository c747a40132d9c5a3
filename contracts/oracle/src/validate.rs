//! Names and configurations, checked at the door.

use std::fmt::Display;

use ballast_math::{MAX_PRICE, MIN_PRICE};
use ballast_types::oracle::{FeedConfig, FeedKind, Source};
use cosmwasm_std::{Api, Decimal256, SignedDecimal256};

use crate::error::ContractError;
use crate::reading::{price_in_range, rate_in_range, MAX_RATE};

const MAX_NAME: usize = 64;
const MAX_PUBLISHERS: u32 = 15;
const HOUR: u64 = 3600;

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
    let ages = match config.kind {
        FeedKind::Price => (5, 86_400),
        FeedKind::Rate => (HOUR, 72 * HOUR),
    };
    within("max_age", config.max_age, ages)?;
    within("max_confidence", config.max_confidence, (Decimal256::bps(1), Decimal256::percent(10)))?;
    within("confirm_after", config.confirm_after, (10, HOUR))?;
    within("max_jump", config.max_jump, (Decimal256::percent(1), Decimal256::one()))?;
    within("variance_tau", config.variance_tau, (24 * HOUR, 2_000 * HOUR))?;
    within("initial_volatility", config.initial_volatility, (Decimal256::percent(1), Decimal256::percent(300)))?;
    source(api, feed, config)
}

fn source(api: &dyn Api, feed: &str, config: &FeedConfig) -> Result<(), ContractError> {
    match &config.source {
        Source::Published { publishers, quorum } => published(api, publishers, *quorum),
        Source::Contract { address } => {
            api.addr_validate(address)?;
            Ok(())
        }
        Source::Fixed { value } => self::value(feed, config.kind, *value),
    }
}

fn published(api: &dyn Api, publishers: &[String], quorum: u32) -> Result<(), ContractError> {
    let count = u32::try_from(publishers.len()).unwrap_or(u32::MAX);
    within("publishers", count, (1, MAX_PUBLISHERS))?;
    within("quorum", quorum, (1, count))?;
    if quorum <= count / 2 {
        return Err(ContractError::NoMajority { quorum, publishers: count });
    }
    let mut sorted = publishers.to_vec();
    sorted.sort_unstable();
    for pair in sorted.windows(2) {
        if let [one, other] = pair {
            if one == other {
                return Err(ContractError::PublisherTwice { publisher: one.clone() });
            }
        }
    }
    for publisher in publishers {
        api.addr_validate(publisher)?;
    }
    Ok(())
}

/// A value that may be one of this kind at all.
pub fn value(feed: &str, kind: FeedKind, value: SignedDecimal256) -> Result<(), ContractError> {
    let feed = feed.to_string();
    match kind {
        FeedKind::Price if !price_in_range(value) => {
            Err(ContractError::PriceOutOfRange { feed, value, min: MIN_PRICE, max: MAX_PRICE })
        }
        FeedKind::Rate if !rate_in_range(value) => Err(ContractError::RateOutOfRange { feed, value, max: MAX_RATE }),
        FeedKind::Price | FeedKind::Rate => Ok(()),
    }
}

fn within<T: PartialOrd + Display>(parameter: &'static str, value: T, (min, max): (T, T)) -> Result<(), ContractError> {
    if value < min || value > max {
        return Err(ContractError::OutOfBounds {
            parameter,
            value: value.to_string(),
            min: min.to_string(),
            max: max.to_string(),
        });
    }
    Ok(())
}
