//! The oracle's events, one for each change of state. Times are nanoseconds.

use ballast_types::oracle::{FeedConfig, FeedKind, PublisherValue, RegressionResponse};
use cosmwasm_std::{Addr, Event};

use crate::history::Verdict;

fn event(name: &str) -> Event {
    Event::new(format!("ballast-oracle/{name}")).add_attribute("action", name)
}

pub fn instantiate(owner: &str, guardian: &Addr) -> Event {
    event("instantiate").add_attribute("owner", owner).add_attribute("guardian", guardian)
}

pub fn migrate(version: &str) -> Event {
    event("migrate").add_attribute("version", version)
}

/// `restarted`: the feed's history starts from scratch.
pub fn set_feed(feed: &str, config: &FeedConfig, restarted: bool) -> Event {
    event("set_feed")
        .add_attribute("feed", feed)
        .add_attribute("kind", kind(config.kind))
        .add_attribute("restarted", restarted.to_string())
}

pub fn remove_feed(feed: &str) -> Event {
    event("remove_feed").add_attribute("feed", feed)
}

/// `silenced`: how many of the feed's publishers are silenced now; with two or more it has no value.
pub fn silence(feed: &str, publisher: &str, by: &Addr, silenced: usize) -> Event {
    event("silence")
        .add_attribute("feed", feed)
        .add_attribute("publisher", publisher)
        .add_attribute("by", by)
        .add_attribute("silenced", silenced.to_string())
}

/// `silenced`: how many of the feed's publishers are still silenced.
pub fn restore(feed: &str, publisher: &str, silenced: usize) -> Event {
    event("restore")
        .add_attribute("feed", feed)
        .add_attribute("publisher", publisher)
        .add_attribute("silenced", silenced.to_string())
}

pub fn set_guardian(guardian: &Addr) -> Event {
    event("set_guardian").add_attribute("guardian", guardian)
}

/// `verdict`: whether the resulting price of the feed was accepted.
pub fn publish(feed: &str, value: &PublisherValue, verdict: Option<Verdict>) -> Event {
    event("publish")
        .add_attribute("feed", feed)
        .add_attribute("publisher", &value.publisher)
        .add_attribute("value", value.value.to_string())
        .add_attribute("confidence", value.confidence.to_string())
        .add_attribute("time", value.time.nanos().to_string())
        .add_attribute("verdict", word(verdict))
}

/// `verdict`: whether the source's price was accepted.
pub fn observe(feed: &str, verdict: Option<Verdict>) -> Event {
    event("observe").add_attribute("feed", feed).add_attribute("verdict", word(verdict))
}

/// The pair is kept from scratch on.
pub fn set_pair(base_feed: &str, index_feed: &str) -> Event {
    pair("set_pair", base_feed, index_feed)
}

pub fn remove_pair(base_feed: &str, index_feed: &str) -> Event {
    pair("remove_pair", base_feed, index_feed)
}

/// A return of both feeds was counted, or the first prices of both noted.
pub fn observe_pair(base_feed: &str, index_feed: &str, now: &RegressionResponse) -> Event {
    pair("observe_pair", base_feed, index_feed)
        .add_attribute("covariance", now.covariance.to_string())
        .add_attribute("variance", now.variance.to_string())
        .add_attribute("returns", now.returns.to_string())
}

fn pair(name: &str, base_feed: &str, index_feed: &str) -> Event {
    event(name).add_attribute("base_feed", base_feed).add_attribute("index_feed", index_feed)
}

pub fn update_ownership(owner: Option<&Addr>, pending: Option<&Addr>) -> Event {
    let name = |address: Option<&Addr>| address.map(Addr::to_string).unwrap_or_default();
    event("update_ownership").add_attribute("owner", name(owner)).add_attribute("pending_owner", name(pending))
}

/// As on the wire.
fn kind(kind: FeedKind) -> &'static str {
    match kind {
        FeedKind::Price => "price",
        FeedKind::Rate => "rate",
        FeedKind::RedemptionRate => "redemption_rate",
    }
}

fn word(verdict: Option<Verdict>) -> &'static str {
    match verdict {
        Some(Verdict::Accepted) => "accepted",
        Some(Verdict::Limited) => "limited",
        Some(Verdict::HeldBack) => "held_back",
        Some(Verdict::TooWide) => "too_wide",
        None => "not_judged",
    }
}
