//! Names and configurations, checked at the door.

use ballast_math::{MAX_PRICE, MIN_PRICE};
use ballast_types::oracle::{FeedConfig, FeedKind, Source};
use ballast_types::parameters::Outside;
use cosmwasm_std::{Api, SignedDecimal256};

use crate::error::ContractError;
use crate::reading::{price_in_range, rate_in_range, MAX_RATE};

const MAX_NAME: usize = 64;
const MAX_PUBLISHERS: u32 = 15;

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
    if let Some(Outside { name, value, min, max }) = config.first_outside() {
        return Err(out_of_bounds(name, value, (min, max)));
    }
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

fn within(parameter: &'static str, value: u32, (min, max): (u32, u32)) -> Result<(), ContractError> {
    if value < min || value > max {
        return Err(out_of_bounds(parameter, value, (min, max)));
    }
    Ok(())
}

fn out_of_bounds<T: ToString>(parameter: &'static str, value: T, (min, max): (T, T)) -> ContractError {
    ContractError::OutOfBounds { parameter, value: value.to_string(), min: min.to_string(), max: max.to_string() }
}
