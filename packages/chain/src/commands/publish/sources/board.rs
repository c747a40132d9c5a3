//! Metrics of sources and feeds, for Prometheus.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use cosmwasm_std::{Decimal256, SignedDecimal256, Timestamp};

use super::super::writer::Fate;
use super::fault::Kind;
use super::file::Feed;
use super::observe::Observed;
use super::poll::Heard;
use crate::figures::float;
use crate::prometheus::Text;

/// What is known of a source.
#[derive(Debug, Clone, Default)]
struct SourceSeen {
    name: String,
    /// Whether its last answer counted.
    up: bool,
    /// Its last value that counted.
    last: Option<Observed>,
    answers: u64,
    errors: BTreeMap<Kind, u64>,
}

/// What is known of a feed.
#[derive(Debug, Clone, Default)]
struct FeedSeen {
    name: String,
    sources: Vec<SourceSeen>,
    /// Sources in the last common value, and their spread.
    agreed: Option<(usize, Decimal256)>,
    /// The last value published, and its time.
    published: Option<(SignedDecimal256, Timestamp)>,
}

/// All metrics.
#[derive(Debug, Clone, Default)]
pub struct Board {
    feeds: Vec<FeedSeen>,
    /// Whether a node answered when one was last asked; none before.
    up: Option<bool>,
    refused: u64,
    away: u64,
    unsure: u64,
}

impl Board {
    /// A board without any answer yet.
    pub fn new(feeds: &[Feed]) -> Board {
        let feeds = feeds.iter().map(|feed| {
            let sources = feed.sources.iter();
            let sources = sources.map(|source| SourceSeen { name: source.name.clone(), ..SourceSeen::default() });
            FeedSeen { name: feed.name.clone(), sources: sources.collect(), ..FeedSeen::default() }
        });
        Board { feeds: feeds.collect(), ..Board::default() }
    }

    /// Takes what the sources said in a round.
    pub fn heard(&mut self, heard: &[Heard]) {
        for (feed, heard) in self.feeds.iter_mut().zip(heard) {
            feed.agreed = heard.agreed.as_ref().ok().map(|agreed| (agreed.sources, agreed.spread));
            for (source, said) in feed.sources.iter_mut().zip(&heard.said) {
                source.up = said.is_ok();
                match said {
                    Ok(observed) => {
                        source.last = Some(*observed);
                        source.answers = source.answers.saturating_add(1);
                    }
                    Err(fault) => {
                        let count = source.errors.entry(fault.kind).or_default();
                        *count = count.saturating_add(1);
                    }
                }
            }
        }
    }

    /// Takes what became of a transaction.
    pub fn sent(&mut self, fate: Fate) {
        self.up = Some(fate != Fate::Away);
        let count = match fate {
            Fate::Published => return,
            Fate::Unsure => &mut self.unsure,
            Fate::Refused => &mut self.refused,
            Fate::Away => &mut self.away,
        };
        *count = count.saturating_add(1);
    }

    /// Takes this publisher's last value of a feed.
    pub fn published(&mut self, feed: usize, value: SignedDecimal256, time: Timestamp) {
        if let Some(feed) = self.feeds.get_mut(feed) {
            feed.published = Some((value, time));
        }
    }

    /// The text for Prometheus at this time, seconds since 1970.
    pub fn render(&self, now: u64) -> String {
        let mut text = Text::default();
        self.render_sources(&mut text, now);
        self.render_feeds(&mut text);
        text.gauge("ballast_publisher_up", "Whether a node answered the last time.", self.up.map(flag));
        let help = "Refusals of the chain, times without a node, and transactions that may have happened.";
        text.head("ballast_publisher_errors_total", help, "counter");
        for (kind, count) in [("chain", self.refused), ("network", self.away), ("may_have_happened", self.unsure)] {
            text.sample(&format!("ballast_publisher_errors_total{{kind=\"{kind}\"}}"), count as f64);
        }
        text.into_string()
    }

    fn render_sources(&self, text: &mut Text, now: u64) {
        let each = |text: &mut Text, name: &str, value: &dyn Fn(&SourceSeen) -> Option<f64>| {
            for (feed, source) in self.feeds.iter().flat_map(|feed| feed.sources.iter().map(move |one| (feed, one))) {
                if let Some(value) = value(source) {
                    text.sample(&format!("{name}{{feed=\"{}\",source=\"{}\"}}", feed.name, source.name), value);
                }
            }
        };
        text.head("ballast_source_up", "Whether the source's last answer counted.", "gauge");
        each(text, "ballast_source_up", &|source| Some(flag(source.up)));
        text.head("ballast_source_value", "The source's last value that counted.", "gauge");
        each(text, "ballast_source_value", &|source| source.last.map(|last| float(last.value)));
        text.head("ballast_source_age_seconds", "Age of that value.", "gauge");
        each(text, "ballast_source_age_seconds", &|source| {
            source.last.map(|last| now.saturating_sub(Timestamp::from_nanos(last.time).seconds()) as f64)
        });
        text.head("ballast_source_answers_total", "Answers that counted.", "counter");
        each(text, "ballast_source_answers_total", &|source| Some(source.answers as f64));
        text.head("ballast_source_errors_total", "Answers that did not count, by why.", "counter");
        for feed in &self.feeds {
            for source in &feed.sources {
                for kind in Kind::ALL {
                    let labels = format!("feed=\"{}\",source=\"{}\",kind=\"{}\"", feed.name, source.name, kind.name());
                    let count = source.errors.get(&kind).copied().unwrap_or_default();
                    text.sample(&format!("ballast_source_errors_total{{{labels}}}"), count as f64);
                }
            }
        }
    }

    fn render_feeds(&self, text: &mut Text) {
        let mut each = |name: &str, help: &str, value: &dyn Fn(&FeedSeen) -> Option<f64>| {
            text.head(name, help, "gauge");
            for feed in &self.feeds {
                if let Some(value) = value(feed) {
                    text.sample(&format!("{name}{{feed=\"{}\"}}", feed.name), value);
                }
            }
        };
        let published = |feed: &FeedSeen| feed.published;
        let (value, time) = ("ballast_feed_published_value", "ballast_feed_published_timestamp_seconds");
        each(value, "The last value published.", &|feed| published(feed).map(|(value, _)| float(value)));
        each(time, "When that was observed.", &|feed| published(feed).map(|(_, time)| time.seconds() as f64));
        let used = |feed: &FeedSeen| Some(feed.agreed.map_or(0, |(sources, _)| sources) as f64);
        each("ballast_feed_sources", "Sources that the last common value comes from.", &used);
        let spread = |feed: &FeedSeen| feed.agreed.map(|(_, spread)| float(spread));
        each(
            "ballast_feed_spread",
            "Half of their range, as a part of the value; of a rate as a yearly rate.",
            &spread,
        );
        let quorum = |feed: &FeedSeen| Some(flag(feed.agreed.is_some()));
        each("ballast_feed_quorum", "Whether enough sources agreed in the last round.", &quorum);
    }
}

fn flag(is: bool) -> f64 {
    f64::from(u8::from(is))
}

/// A board shared with the server's thread.
#[derive(Debug, Clone, Default)]
pub struct Shared(Arc<Mutex<Board>>);

impl Shared {
    pub fn new(board: Board) -> Shared {
        Shared(Arc::new(Mutex::new(board)))
    }

    /// Locks the board for reading or changing.
    pub fn lock(&self) -> MutexGuard<'_, Board> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
