//! The events of the oracle: one a change of state, all names in one place. Times are nanoseconds.

use ballast_types::oracle::{FeedConfig, PublisherValue};
use cosmwasm_std::{Addr, Event};

use crate::history::Verdict;

fn event(name: &str) -> Event {
    Event::new(format!("ballast-oracle/{name}")).add_attribute("action", name)
}

/// A new oracle.
pub fn instantiate(owner: &str, guardian: &Addr) -> Event {
    event("instantiate").add_attribute("owner", owner).add_attribute("guardian", guardian)
}

/// A newer version of the code.
pub fn migrate(version: &str) -> Event {
    event("migrate").add_attribute("version", version)
}

/// A feed created or replaced; `restarted` when its history starts anew.
pub fn set_feed(feed: &str, config: &FeedConfig, restarted: bool) -> Event {
    event("set_feed")
        .add_attribute("feed", feed)
        .add_attribute("kind", format!("{:?}", config.kind).to_lowercase())
        .add_attribute("restarted", restarted.to_string())
}

/// A feed forgotten.
pub fn remove_feed(feed: &str) -> Event {
    event("remove_feed").add_attribute("feed", feed)
}

/// A publisher who counts no more; `silenced` of the feed are, from two on it has no value.
pub fn silence(feed: &str, publisher: &Addr, by: &Addr, silenced: usize) -> Event {
    event("silence")
        .add_attribute("feed", feed)
        .add_attribute("publisher", publisher)
        .add_attribute("by", by)
        .add_attribute("silenced", silenced.to_string())
}

/// A publisher who counts again; `silenced` of the feed still do not.
pub fn restore(feed: &str, publisher: &Addr, silenced: usize) -> Event {
    event("restore")
        .add_attribute("feed", feed)
        .add_attribute("publisher", publisher)
        .add_attribute("silenced", silenced.to_string())
}

/// Another guardian.
pub fn set_guardian(guardian: &Addr) -> Event {
    event("set_guardian").add_attribute("guardian", guardian)
}

/// A publisher's value, and what became of the feed's price.
pub fn publish(feed: &str, value: &PublisherValue, verdict: Option<Verdict>) -> Event {
    event("publish")
        .add_attribute("feed", feed)
        .add_attribute("publisher", &value.publisher)
        .add_attribute("value", value.value.to_string())
        .add_attribute("confidence", value.confidence.to_string())
        .add_attribute("time", value.time.nanos().to_string())
        .add_attribute("verdict", word(verdict))
}

/// A source read, and what became of its price.
pub fn observe(feed: &str, verdict: Option<Verdict>) -> Event {
    event("observe").add_attribute("feed", feed).add_attribute("verdict", word(verdict))
}

/// A step of a change of owner.
pub fn update_ownership(owner: Option<&Addr>, pending: Option<&Addr>) -> Event {
    let name = |address: Option<&Addr>| address.map(Addr::to_string).unwrap_or_default();
    event("update_ownership").add_attribute("owner", name(owner)).add_attribute("pending_owner", name(pending))
}

fn word(verdict: Option<Verdict>) -> &'static str {
    match verdict {
        Some(Verdict::Accepted) => "accepted",
        Some(Verdict::HeldBack) => "held_back",
        Some(Verdict::TooWide) => "too_wide",
        None => "not_judged",
    }
}
