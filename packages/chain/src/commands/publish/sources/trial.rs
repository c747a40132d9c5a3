//! `publish --sources FILE --dry-run`: asks all sources once and shows what would be published. No key, no node.

use std::sync::Arc;
use std::time::Duration;

use cosmwasm_std::Timestamp;
use serde_json::{json, Value};

use super::combine::Said;
use super::file::Feed;
use super::poll::{Heard, Poll};
use crate::figures::time;
use crate::log::{self, Level};
use crate::session::Session;
use crate::{Error, Result};

/// Asks once and shows the answers.
///
/// # Errors
/// [`Error::Network`] if a feed has no value; [`Error::Stopped`].
pub fn run(session: &Session, feeds: Vec<Feed>) -> Result<()> {
    feeds.iter().for_each(|feed| warn(session, feed));
    let feeds = Arc::new(feeds);
    let heard = Poll::new(Arc::clone(&feeds)).round(session.client.stop())?;
    let all = || feeds.iter().zip(&heard);
    for (feed, heard) in all() {
        show(session, feed, heard)?;
    }
    session.answer(&all().map(|(feed, heard)| answer(feed, heard)).collect::<Vec<_>>())?;
    let without: Vec<&str> = all().filter(|(_, heard)| heard.agreed.is_err()).map(|(feed, _)| &*feed.name).collect();
    match without.is_empty() {
        true => Ok(()),
        false => Err(Error::Network(format!("without a value: {}", without.join(", ")))),
    }
}

/// Warns of what the chain file says, as a run does of what the oracle says.
fn warn(session: &Session, feed: &Feed) {
    let published = session.file.feeds().into_iter().filter(|known| known.config.source.is_published());
    let mut published = published.filter(|known| known.feed == feed.name);
    match published.next() {
        Some(known) => super::warn_if_slow(feed, known.config.max_age),
        None => {
            let text = format!("{} has no published feed of this name", session.file.path.display());
            log::line(Level::Warn, "unknown_feed", &[("feed", feed.name.clone()), ("text", text)]);
        }
    }
}

fn show(session: &Session, feed: &Feed, heard: &Heard) -> Result<()> {
    let Feed { name, sources, .. } = feed;
    match &heard.agreed {
        Ok(agreed) => {
            let confidence = agreed.confidence(feed).map_or(String::new(), |part| format!(", confidence {part}"));
            session.say(format_args!(
                "{name}: {}{confidence}, of {}, from {} of {} sources",
                agreed.value,
                time(Timestamp::from_nanos(agreed.time)),
                agreed.sources,
                sources.len()
            ))?;
        }
        Err(why) => session.say(format_args!("{name}: nothing: {why}"))?,
    }
    let width = sources.iter().map(|source| source.name.len()).max().unwrap_or(0);
    for (source, said) in sources.iter().zip(&heard.said) {
        match said {
            Ok(observed) => session.say(format_args!(
                "    {:width$}  {}, {:.1} s old",
                source.name,
                observed.value,
                age(observed.time, heard.at).as_secs_f64()
            ))?,
            Err(fault) => session.say(format_args!("    {:width$}  {fault}", source.name))?,
        }
    }
    Ok(())
}

fn age(time: u64, now: u64) -> Duration {
    Duration::from_nanos(now.saturating_sub(time))
}

fn answer(feed: &Feed, heard: &Heard) -> Value {
    let source = |(name, said): (&String, &Said)| match said {
        Ok(observed) => {
            let age = age(observed.time, heard.at).as_secs_f64();
            json!({"source": name, "value": observed.value, "age": age})
        }
        Err(fault) => json!({"source": name, "error": fault.kind.name(), "text": fault.text}),
    };
    let names = feed.sources.iter().map(|source| &source.name);
    let sources: Vec<Value> = names.zip(&heard.said).map(source).collect();
    match &heard.agreed {
        Ok(agreed) => json!({
            "feed": feed.name,
            "value": agreed.value,
            "confidence": agreed.confidence(feed),
            "time": Timestamp::from_nanos(agreed.time),
            "sources": sources,
        }),
        Err(why) => json!({"feed": feed.name, "value": null, "text": why, "sources": sources}),
    }
}
