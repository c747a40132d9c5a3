//! Values from named publishers.

use ballast_types::oracle::{FeedConfig, FeedKind, PublishedValue, PublisherValue, Source};
use cosmwasm_std::{Addr, DepsMut, Env, Event, MessageInfo, Response, Timestamp};

use super::check_count;
use crate::error::ContractError;
use crate::reading::{confidence_in_range, Reader};
use crate::state::{feed_config, Ledger, LEDGERS};
use crate::{events, validate};

/// Publisher: sends new values; all are accepted or none. Each feed's history learns the resulting median.
pub fn execute(
    mut deps: DepsMut,
    env: Env,
    info: MessageInfo,
    values: Vec<PublishedValue>,
) -> Result<Response, ContractError> {
    check_count(values.len())?;

    let mut response = Response::new();
    for value in values {
        response = response.add_event(publish(deps.branch(), env.block.time, &info.sender, value)?);
    }
    Ok(response)
}

fn publish(deps: DepsMut, now: Timestamp, sender: &Addr, published: PublishedValue) -> Result<Event, ContractError> {
    let feed = published.feed.clone();
    let config = feed_config(deps.storage, &feed)?;
    assert_publisher(&feed, &config, sender)?;
    let value = checked(&config, now, sender, published)?;

    let mut ledger = LEDGERS.may_load(deps.storage, &feed)?.unwrap_or_default();
    replace(&mut ledger, &feed, value.clone())?;
    let evaluation = Reader::new(deps.storage, deps.querier, now).evaluate(&feed, &config, &ledger)?;

    ledger.history = evaluation.history;
    LEDGERS.save(deps.storage, &feed, &ledger)?;

    Ok(events::publish(&feed, &value, evaluation.verdict))
}

fn assert_publisher(feed: &str, config: &FeedConfig, sender: &Addr) -> Result<(), ContractError> {
    let Source::Published { publishers, .. } = &config.source else {
        return Err(ContractError::NotPublished { feed: feed.to_string() });
    };
    if !publishers.iter().any(|publisher| publisher == sender.as_str()) {
        return Err(ContractError::NotPublisher { feed: feed.to_string(), sender: sender.to_string() });
    }
    Ok(())
}

/// Checks a value and fills in defaults: the block's time and a confidence of zero.
fn checked(
    config: &FeedConfig,
    now: Timestamp,
    sender: &Addr,
    published: PublishedValue,
) -> Result<PublisherValue, ContractError> {
    let PublishedValue { feed, value, confidence, time } = published;
    validate::value(&feed, config.kind, value)?;
    let confidence = confidence.unwrap_or_default();
    if config.kind == FeedKind::Price && !confidence_in_range(confidence) {
        return Err(ContractError::ConfidenceTooWide { feed, confidence });
    }
    let time = time.unwrap_or(now);
    if time > now {
        return Err(ContractError::FromFuture { feed, time, now });
    }
    Ok(PublisherValue { publisher: sender.clone(), value, confidence, time })
}

/// Replaces the publisher's last value, which must not be newer.
fn replace(ledger: &mut Ledger, feed: &str, value: PublisherValue) -> Result<(), ContractError> {
    match ledger.published.iter_mut().find(|last| last.publisher == value.publisher) {
        Some(last) if value.time < last.time => {
            Err(ContractError::BackInTime { feed: feed.to_string(), time: value.time, last: last.time })
        }
        Some(last) => {
            *last = value;
            Ok(())
        }
        None => {
            ledger.published.push(value);
            Ok(())
        }
    }
}
