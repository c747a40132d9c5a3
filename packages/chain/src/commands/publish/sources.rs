//! Publishes what several HTTP endpoints agree on.

mod board;
mod combine;
mod exact;
mod fault;
mod fetch;
mod file;
mod journal;
mod observe;
mod pointer;
mod poll;
mod thresholds;
mod told;
mod trial;
mod written;

use std::fmt;
use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant};

use ballast_types::oracle::{FeedResponse, PublishedValue, QueryMsg};
use cosmwasm_std::Timestamp;

use super::writer::{Fate, Field, Writer};
use crate::args::PublishArgs;
use crate::log::{self, unix_time, Level};
use crate::session::Session;
use crate::{pause, prometheus, Error, Result};
use board::{Board, Shared};
use combine::Agreed;
use file::Feed;
use journal::Journal;
use poll::{Heard, Poll};
use thresholds::{is_due, Last};

/// Runs `ballast-chain publish --sources FILE` until it is stopped.
///
/// # Errors
/// [`Error::User`] for a file that is wrong; [`Error::Chain`] if the very first values are refused; with `--once` or
/// `--dry-run` [`Error::Network`] where nothing can be published.
pub fn run(session: &Session, args: &PublishArgs, path: &Path) -> Result<()> {
    let every = pause::interval("--every", args.every)?;
    let feeds = file::read(path, &|variable| std::env::var(variable).ok(), args.dry_run)?;
    if args.dry_run {
        return trial::run(session, feeds);
    }
    let late = feeds.iter().find(|feed| feed.heartbeat < every);
    if let Some(Feed { name, heartbeat, .. }) = late {
        let (heartbeat, every) = (heartbeat.as_secs_f64(), every.as_secs_f64());
        return Err(Error::user(format!("feed {name}: heartbeat {heartbeat} is shorter than --every {every}")));
    }
    let feeds = Arc::new(feeds);
    let signer = session.signer("feeder")?;
    let writer = Writer::new(session, signer, args.once)?;
    let board = Shared::new(Board::new(&feeds));
    if let Some(address) = args.metrics {
        let shown = board.clone();
        let stop = session.client.stop().clone();
        let bound = prometheus::serve(address, stop, move || shown.lock().render(unix_time()))?;
        log::line(Level::Info, "listening", &[("metrics", format!("http://{bound}/metrics"))]);
    }
    let poll = Poll::new(Arc::clone(&feeds));
    let states = feeds.iter().map(|_| State::default()).collect();
    let (once, journal) = (args.once, Journal::default());
    let mut feeder = Feeder { session, feeds, poll, writer, every, once, states, journal, board, asked: false };
    match feeder.feed() {
        Ok(()) | Err(Error::Stopped) => {}
        Err(error) => return Err(error),
    }
    feeder.writer.end()
}

/// What is known of a feed at the oracle.
#[derive(Default)]
struct State {
    /// Whether the oracle was queried, and not refused a value since.
    known: bool,
    /// Whether the oracle has it as one of another kind: nothing is published then.
    is_other: bool,
    last: Option<Last>,
}

/// A funding rate is no price: what the file calls one would be published as the other.
fn same_kind(feed: &Feed, response: &FeedResponse) -> Result<()> {
    let Feed { name, kind, .. } = feed;
    let (file, oracle) = (kind.name(), written::Kind::of(response.config.kind));
    match *kind == oracle {
        true => Ok(()),
        false => Err(Error::user(format!(
            "feed {name}: its kind is {file} in the file, but {} at the oracle: correct the file",
            oracle.name()
        ))),
    }
}

struct Feeder<'a> {
    session: &'a Session,
    feeds: Arc<Vec<Feed>>,
    poll: Poll,
    writer: Writer<'a>,
    every: Duration,
    once: bool,
    states: Vec<State>,
    journal: Journal,
    board: Shared,
    /// Whether the user was asked.
    asked: bool,
}

/// A value to publish: its feed's place in the file, and the oracle's entry.
type Entry = (usize, PublishedValue);

impl Feeder<'_> {
    fn feed(&mut self) -> Result<()> {
        let stop = self.session.client.stop();
        loop {
            let start = Instant::now();
            let heard = self.poll.round(stop)?;
            self.board.lock().heard(&heard);
            self.journal.tell(&self.feeds, &heard);
            self.publish(&heard)?;
            if self.once {
                return Ok(());
            }
            stop.sleep(self.every.saturating_sub(start.elapsed()))?;
        }
    }

    /// Publishes what is due.
    fn publish(&mut self, heard: &[Heard]) -> Result<()> {
        let agreed: Vec<(usize, Agreed)> =
            (0..).zip(heard).filter_map(|(place, heard)| Some((place, *heard.agreed.as_ref().ok()?))).collect();
        if agreed.is_empty() && self.once {
            let why = heard.iter().filter_map(|heard| heard.agreed.as_ref().err().cloned());
            return Err(Error::Network(format!("nothing to publish: {}", why.collect::<Vec<_>>().join("; "))));
        }
        if agreed.is_empty() || !self.learn(&agreed)? {
            return Ok(());
        }
        let now = Instant::now();
        let due = |(place, agreed): &(usize, Agreed)| {
            let (Some(feed), Some(state)) = (self.feeds.get(*place), self.states.get(*place)) else { return false };
            !state.is_other && (self.once || is_due(feed, agreed, state.last.as_ref(), now, self.every))
        };
        let due: Vec<_> = agreed.iter().copied().filter(due).collect();
        if due.is_empty() {
            return Ok(());
        }
        let head = if self.once { self.session.client.head() } else { self.session.client.head_at_once() };
        let Some(head) = self.reached(head)? else { return Ok(()) };
        let head = head.seconds().map(Timestamp::from_seconds);
        let entries: Vec<Entry> = due.iter().filter_map(|(place, agreed)| self.entry(*place, agreed, head)).collect();
        if !std::mem::replace(&mut self.asked, true) {
            let values = entries.iter().map(|(_, value)| value.clone()).collect();
            self.writer.ask(&What { feeds: &self.feeds, once: self.once }, values)?;
        }
        self.send(&entries)
    }

    /// An answer of a node; none if no node responds.
    fn reached<T>(&mut self, answer: Result<T>) -> Result<Option<T>> {
        let answer = self.writer.answered(answer)?;
        if answer.is_none() {
            self.board.lock().sent(Fate::Away);
        }
        Ok(answer)
    }

    /// Asks the oracle for this publisher's last values, where they are not known. False if no node responds.
    fn learn(&mut self, agreed: &[(usize, Agreed)]) -> Result<bool> {
        for (place, _) in agreed {
            let Some(feed) = self.feeds.get(*place).map(|feed| feed.name.clone()) else { continue };
            if self.states.get(*place).is_some_and(|state| state.known) {
                continue;
            }
            let client = &self.session.client;
            // Without a node, a loop has other things to do than to wait.
            let there = if self.once { Ok(()) } else { client.head_at_once().map(|_| ()) };
            let query = QueryMsg::Feed { feed };
            let answer = match there.and_then(|()| client.query(self.writer.oracle(), &query)) {
                // Once it publishes, a feed that the oracle has no more holds back no other.
                Err(Error::Chain(_)) if self.asked => continue,
                answer => answer,
            };
            let Some(response) = self.reached(answer)? else { return Ok(false) };
            self.learned(*place, &response)?;
        }
        Ok(true)
    }

    fn learned(&mut self, place: usize, response: &FeedResponse) -> Result<()> {
        let own = response.published.iter().find(|value| value.publisher.as_str() == self.writer.address());
        let (Some(feed), Some(state)) = (self.feeds.get(place), self.states.get_mut(place)) else { return Ok(()) };
        if let Err(why) = same_kind(feed, response) {
            // Once it publishes, it holds back no other.
            if !self.asked {
                return Err(why);
            }
            if !std::mem::replace(&mut state.is_other, true) {
                log::line(Level::Warn, "not_published", &[("feed", feed.name.clone()), ("text", why.to_string())]);
            }
            return Ok(());
        }
        (state.known, state.is_other) = (true, false);
        if let Some(own) = own {
            // By this machine's clock, if it is later than the chain's.
            let age = Duration::from_secs(unix_time().saturating_sub(own.time.seconds()));
            let sent = Instant::now().checked_sub(age);
            state.last = Some(Last { value: own.value, time: own.time, sent });
            self.board.lock().published(place, own.value, own.time);
        }
        warn_if_slow(feed, response.config.max_age);
        Ok(())
    }

    fn entry(&self, place: usize, agreed: &Agreed, head: Option<Timestamp>) -> Option<Entry> {
        let (feed, state) = (self.feeds.get(place)?, self.states.get(place)?);
        let time = thresholds::time(agreed, head, state.last.as_ref());
        let (value, confidence) = (agreed.value, agreed.confidence(feed));
        Some((place, PublishedValue { feed: feed.name.clone(), value, confidence, time: Some(time) }))
    }

    /// Publishes in one transaction, or where that is refused, each feed alone: one that the oracle does not take must
    /// not hold back the others.
    fn send(&mut self, entries: &[Entry]) -> Result<()> {
        match self.send_together(entries) {
            Ok(Fate::Refused) if entries.len() > 1 => self.send_alone(entries),
            Err(Error::Chain(_) | Error::User(_)) if entries.len() > 1 => self.send_alone(entries),
            sent => sent.map(|_| ()),
        }
    }

    fn send_alone(&mut self, entries: &[Entry]) -> Result<()> {
        let mut refusals = vec![];
        let mut published = false;
        for entry in entries {
            match self.send_together(std::slice::from_ref(entry)) {
                Ok(fate) => published |= fate == Fate::Published,
                Err(Error::Chain(text) | Error::User(text)) => {
                    refusals.push((text, fields(std::slice::from_ref(entry))))
                }
                Err(error) => return Err(error),
            }
        }
        match refusals.first() {
            Some((text, _)) if !published => Err(Error::chain(text.clone())),
            _ => {
                for (text, fields) in &refusals {
                    self.writer.refused(text, fields);
                }
                Ok(())
            }
        }
    }

    fn send_together(&mut self, entries: &[Entry]) -> Result<Fate> {
        let values = entries.iter().map(|(_, value)| value.clone()).collect();
        let fate = self.writer.publish(values, &fields(entries))?;
        self.board.lock().sent(fate);
        for (place, value) in entries {
            let Some(state) = self.states.get_mut(*place) else { continue };
            match fate {
                Fate::Published | Fate::Unsure => {
                    let time = value.time.unwrap_or_default();
                    state.last = Some(Last { value: value.value, time, sent: Some(Instant::now()) });
                    self.board.lock().published(*place, value.value, time);
                }
                // Perhaps another process publishes as the same account.
                Fate::Refused => state.known = false,
                Fate::Away => {}
            }
        }
        Ok(fate)
    }
}

/// Warns of values that can be older than the oracle takes them, in seconds, before the next ones come.
fn warn_if_slow(feed: &Feed, max_age: u64) {
    let (oldest, heartbeat, max_age) = (feed.max_age, feed.heartbeat, Duration::from_secs(max_age));
    if oldest.saturating_add(heartbeat) < max_age {
        return;
    }
    let [oldest, heartbeat, max_age] = [oldest, heartbeat, max_age].map(|time| time.as_secs_f64());
    let text = format!(
        "values up to {oldest} s old, every {heartbeat} s: the oracle's max_age is {max_age} s, so that they can be \
         stale in between"
    );
    log::line(Level::Warn, "slow", &[("feed", feed.name.clone()), ("text", text)]);
}

fn fields(entries: &[Entry]) -> Vec<Field> {
    let values = entries.iter().map(|(_, value)| format!("{} {}", value.feed, value.value));
    vec![("values", values.collect::<Vec<_>>().join(", "))]
}

/// What the user is asked for.
struct What<'a> {
    feeds: &'a [Feed],
    once: bool,
}

impl fmt::Display for What<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let names = self.feeds.iter().map(|feed| feed.name.as_str()).collect::<Vec<_>>().join(", ");
        match self.once {
            true => write!(f, "{names} once"),
            false => write!(f, "{names} whenever they are due, until told to stop,"),
        }
    }
}
