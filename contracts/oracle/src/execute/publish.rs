//! Values from named publishers.

use ballast_types::oracle::{FeedConfig, PublishedValue, PublisherValue};
use cosmwasm_std::{Addr, DepsMut, Env, Event, MessageInfo, Response, Timestamp};

use super::check_count;
use crate::error::ContractError;
use crate::reading::{confidence_in_range, Reader};
use crate::state::{self, Ledger, Published, FEEDS};
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
    let mut state = state::load(deps.storage, &feed)?;
    let place = place(&feed, &state.config, &state::publishers(deps.storage, &feed)?, sender)?;
    let value = checked(&state.config, now, sender, published)?;

    replace(&mut state.ledger, &feed, place, &value)?;
    let evaluation = Reader::new(deps.storage, deps.querier, now).stored(&feed, &state)?;

    state.ledger.history = evaluation.history;
    FEEDS.save(deps.storage, &feed, &state)?;

    Ok(events::publish(&feed, &value, evaluation.verdict))
}

/// The sender's place among the publishers.
fn place(feed: &str, config: &FeedConfig, publishers: &[String], sender: &Addr) -> Result<u8, ContractError> {
    if !config.source.is_published() {
        return Err(ContractError::NotPublished { feed: feed.to_string() });
    }
    let not_among_them = || ContractError::NotPublisher { feed: feed.to_string(), sender: sender.to_string() };
    state::place(publishers, sender.as_str()).ok_or_else(not_among_them)
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
    if config.kind.is_price() && !confidence_in_range(confidence) {
        return Err(ContractError::ConfidenceTooWide { feed, confidence });
    }
    let time = time.unwrap_or(now);
    if time > now {
        return Err(ContractError::FromFuture { feed, time, now });
    }
    Ok(PublisherValue { publisher: sender.clone(), value, confidence, time })
}

/// Replaces the publisher's last value, which must not be newer.
fn replace(ledger: &mut Ledger, feed: &str, place: u8, value: &PublisherValue) -> Result<(), ContractError> {
    let PublisherValue { value, confidence, time, .. } = value.clone();
    let value = Published { place, value, confidence, time };
    match ledger.published.iter_mut().find(|last| last.place == place) {
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
