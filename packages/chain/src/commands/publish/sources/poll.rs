//! Asks all sources of all feeds at the same time.

use std::collections::BTreeMap;
use std::panic::{catch_unwind, AssertUnwindSafe};
use std::sync::mpsc::{channel, Receiver, RecvTimeoutError, Sender};
use std::sync::Arc;
use std::time::{Duration, Instant, SystemTime};

use ureq::Agent;

use super::combine::{combine, Agreed, Said};
use super::fault::{Fault, Kind};
use super::fetch;
use super::file::Feed;
use super::observe::observe;
use crate::{Result, Stop};

/// How often to check for a signal.
const LOOK: Duration = Duration::from_millis(50);
/// How long an answer may be late before its source counts as silent.
const GRACE: Duration = Duration::from_millis(500);

/// A source: its feed's place in the file, and its own.
type Place = (usize, usize);

/// What the sources of a feed said in one round.
pub struct Heard {
    /// In the order of the file.
    pub said: Vec<Said>,
    /// The common value, or why there is none.
    pub agreed: std::result::Result<Agreed, String>,
    /// When all had answered, nanoseconds since 1970.
    pub at: u64,
}

/// Asks sources, each on a thread of its own, so that none waits for another.
pub struct Poll {
    feeds: Arc<Vec<Feed>>,
    agents: BTreeMap<Place, Agent>,
    answers: Receiver<(Place, Said)>,
    tell: Sender<(Place, Said)>,
    /// Sources that have not answered yet.
    busy: Vec<Place>,
    /// Sources that asked to be left alone, until when.
    resting: BTreeMap<Place, Instant>,
}

impl Poll {
    pub fn new(feeds: Arc<Vec<Feed>>) -> Poll {
        let agents = places(&feeds).filter_map(|place| {
            let source = feeds.get(place.0)?.sources.get(place.1)?;
            Some((place, fetch::agent(&source.request)))
        });
        let agents = agents.collect();
        let (tell, answers) = channel();
        Poll { feeds, agents, answers, tell, busy: vec![], resting: BTreeMap::new() }
    }

    /// Asks all sources once, and combines the answers of each feed.
    ///
    /// # Errors
    /// [`crate::Error::Stopped`].
    pub fn round(&mut self, stop: &Stop) -> Result<Vec<Heard>> {
        // Answers that came after their round are too old.
        while let Ok((place, answer)) = self.answers.try_recv() {
            self.answered(place, &answer);
        }
        let mut said = BTreeMap::new();
        let mut asked = vec![];
        for place in places(&Arc::clone(&self.feeds)) {
            match self.silent(place) {
                Some(fault) => drop(said.insert(place, Err(fault))),
                None => {
                    self.ask(place);
                    asked.push(place);
                }
            }
        }
        self.wait(&asked, &mut said, stop)?;
        let at = fetch::nanos(SystemTime::now());
        let heard = (0..).zip(self.feeds.iter()).map(|(number, feed)| {
            let of_this = (0..feed.sources.len()).map(|place| {
                let place = (number, place);
                said.remove(&place).unwrap_or_else(|| Err(Fault::late(self.timeout(place))))
            });
            let mut said: Vec<Said> = of_this.collect();
            let agreed = combine(feed, &mut said, at);
            Heard { said, agreed, at }
        });
        Ok(heard.collect())
    }

    /// Why a source is not asked in this round.
    fn silent(&mut self, place: Place) -> Option<Fault> {
        if self.busy.contains(&place) {
            return Some(Fault::new(Kind::Timeout, "still busy with the round before"));
        }
        let until = *self.resting.get(&place)?;
        let left = until.saturating_duration_since(Instant::now());
        if left.is_zero() {
            self.resting.remove(&place);
            return None;
        }
        Some(Fault::new(Kind::RateLimited, format!("asked to be left alone for {} s more", left.as_secs())))
    }

    fn ask(&mut self, place: Place) {
        let (feeds, tell) = (Arc::clone(&self.feeds), self.tell.clone());
        let agent = self.agents.get(&place).cloned();
        let ask = move || {
            let source = feeds.get(place.0).and_then(|feed| feed.sources.get(place.1));
            // Whatever a source makes the client do, the others go on.
            let said = catch_unwind(AssertUnwindSafe(|| match (source, &agent) {
                (Some(source), Some(agent)) => observe(agent, source),
                _ => Err(Fault::late(Duration::ZERO)),
            }));
            let failed = |_| Err(Fault::new(Kind::Connection, "the client failed"));
            let _ = tell.send((place, said.unwrap_or_else(failed)));
        };
        self.busy.push(place);
        if std::thread::Builder::new().name("source".to_owned()).spawn(ask).is_err() {
            let _ = self.tell.send((place, Err(Fault::new(Kind::Connection, "this machine starts no thread"))));
        }
    }

    /// Waits until all have answered or are late. The client's own timeouts do not end each answer that comes in drops;
    /// such a source is not asked again before that one is over.
    fn wait(&mut self, asked: &[Place], said: &mut BTreeMap<Place, Said>, stop: &Stop) -> Result<()> {
        let start = Instant::now();
        while self.is_awaited(asked, said, start.elapsed()) {
            stop.check()?;
            match self.answers.recv_timeout(LOOK) {
                Ok((place, answer)) => {
                    self.answered(place, &answer);
                    if asked.contains(&place) {
                        said.insert(place, answer);
                    }
                }
                Err(RecvTimeoutError::Timeout) => {}
                Err(RecvTimeoutError::Disconnected) => break,
            }
        }
        stop.check()
    }

    fn is_awaited(&self, asked: &[Place], said: &BTreeMap<Place, Said>, passed: Duration) -> bool {
        let in_time = |place: &Place| passed < self.timeout(*place).saturating_add(GRACE);
        asked.iter().any(|place| !said.contains_key(place) && in_time(place))
    }

    fn timeout(&self, (feed, source): Place) -> Duration {
        let source = self.feeds.get(feed).and_then(|feed| feed.sources.get(source));
        source.map(|source| source.request.timeout).unwrap_or_default()
    }

    fn answered(&mut self, place: Place, answer: &Said) {
        self.busy.retain(|busy| *busy != place);
        let wait = answer.as_ref().err().and_then(|fault| fault.wait);
        if let Some(until) = wait.and_then(|wait| Instant::now().checked_add(wait)) {
            self.resting.insert(place, until);
        }
    }
}

fn places(feeds: &[Feed]) -> impl Iterator<Item = Place> + '_ {
    let of = |(feed, sources): (usize, usize)| (0..sources).map(move |source| (feed, source));
    (0..).zip(feeds.iter().map(|feed| feed.sources.len())).flat_map(of)
}
