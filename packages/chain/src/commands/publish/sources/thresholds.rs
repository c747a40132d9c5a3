//! When the next value of a feed is due.

use std::time::{Duration, Instant};

use cosmwasm_std::{SignedDecimal256, Timestamp};

use super::combine::{distance, Agreed};
use super::file::Feed;

/// This publisher's last value of a feed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Last {
    pub value: SignedDecimal256,
    /// The time that it was published with.
    pub time: Timestamp,
    /// When it was sent; none if that was before this machine started.
    pub sent: Option<Instant>,
}

/// Whether to publish: there is no last value, the new one is farther from it than the feed allows, or the next round
/// would be too late for the heartbeat.
pub fn is_due(feed: &Feed, agreed: &Agreed, last: Option<&Last>, now: Instant, every: Duration) -> bool {
    let Some(last) = last else { return true };
    let moved = distance(feed, agreed.value, last.value).map_or(true, |distance| distance > feed.deviation);
    let next = |sent| now.saturating_duration_since(sent).saturating_add(every);
    moved || last.sent.map_or(true, |sent| next(sent) > feed.heartbeat)
}

/// The time to publish with: that of the oldest value, but not later than the chain's last block, from whose future the
/// oracle takes nothing, and not before this publisher's last value, behind which the oracle does not go back.
pub fn time(agreed: &Agreed, head: Option<Timestamp>, last: Option<&Last>) -> Timestamp {
    let observed = Timestamp::from_nanos(agreed.time);
    let known = head.map_or(observed, |head| observed.min(head));
    last.map_or(known, |last| known.max(last.time))
}

#[cfg(test)]
mod tests;
