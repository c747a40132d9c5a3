//! Markets that close at night, at weekends and on holidays.

use ballast_types::oracle::Closing;

use super::super::system::duration;
use super::Status;
use crate::figures::{float, time};

/// Whether the market of the index price is open, and until when; none if it never closes.
pub fn row(status: &Status) -> Option<(&'static str, String)> {
    let Closing { from, until } = status.closing?;
    let closed = until.seconds().saturating_sub(from.seconds());
    let words = match from.seconds().checked_sub(status.time) {
        Some(left) => format!("open until {}, in {}, then closed for {}", time(from), duration(left), hours(closed)),
        None => format!("{}, then two prices until it can be used", closed_until(status).unwrap_or_default()),
    };
    Some(("market", words))
}

/// When it opens, if it is closed.
pub fn closed_until(status: &Status) -> Option<String> {
    let Closing { from, until } = status.closing?;
    let left = until.seconds().saturating_sub(status.time);
    (from.seconds() < status.time && left > 0).then(|| format!("CLOSED until {}, in {}", time(until), duration(left)))
}

/// A warning where a closing, such as a new holiday, is longer than the vault's policy counts with.
pub fn too_long(status: &Status) -> Option<(&'static str, String)> {
    let longest = status.market.feed.as_ref()?.longest_closing?;
    let reaction = status.config.policy.reaction_time;
    (longest > reaction).then(|| {
        let (longest, reaction) = (hours(longest), hours(reaction));
        let words = format!(
            "the longest closing to come is {longest}, but the vault counts with keepers who act within {reaction}: \
             raise its reaction_time with update_policy before then"
        );
        ("WARNING", words)
    })
}

/// With what is left of the last hour, so that two that differ look different.
fn hours(seconds: u64) -> String {
    let hours = format!("{:.2}", float(seconds) / 3_600.0);
    format!("{} h", hours.trim_end_matches('0').trim_end_matches('.'))
}
