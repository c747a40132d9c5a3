//! Logs what changes at the sources: each fault once, until it is another one or over.

use std::collections::BTreeMap;

use super::fault::Kind;
use super::file::Feed;
use super::poll::Heard;
use crate::log::{self, Level};

/// What was told last.
#[derive(Default)]
pub struct Journal {
    faults: BTreeMap<(usize, usize), Kind>,
    /// Feeds without a quorum.
    without: Vec<usize>,
}

impl Journal {
    /// Logs what is new in a round.
    pub fn tell(&mut self, feeds: &[Feed], heard: &[Heard]) {
        for (number, (feed, heard)) in (0..).zip(feeds.iter().zip(heard)) {
            for (place, (source, said)) in (0..).zip(feed.sources.iter().zip(&heard.said)) {
                let fields = [("feed", feed.name.clone()), ("source", source.name.clone())];
                let key = (number, place);
                match said {
                    Ok(_) if self.faults.remove(&key).is_some() => log::line(Level::Info, "source_back", &fields),
                    Ok(_) => {}
                    Err(fault) => {
                        if self.faults.insert(key, fault.kind) != Some(fault.kind) {
                            let why = [("kind", fault.kind.name().to_owned()), ("text", fault.text.clone())];
                            log::line(Level::Warn, "source_left_out", &[fields, why].concat());
                        }
                    }
                }
            }
            self.tell_quorum(number, feed, heard);
        }
    }

    fn tell_quorum(&mut self, number: usize, feed: &Feed, heard: &Heard) {
        let was_without = self.without.contains(&number);
        let name = ("feed", feed.name.clone());
        match &heard.agreed {
            Err(text) if !was_without => {
                self.without.push(number);
                log::line(Level::Warn, "feed_left_out", &[name, ("text", text.clone())]);
            }
            Ok(agreed) if was_without => {
                self.without.retain(|without| *without != number);
                log::line(Level::Info, "feed_back", &[name, ("sources", agreed.sources.to_string())]);
            }
            _ => {}
        }
    }
}
