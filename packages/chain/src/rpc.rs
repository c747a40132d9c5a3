//! JSON-RPC of a CometBFT node, over HTTP(S), as few calls of it as are needed.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::Arc;
use std::time::{Duration, Instant};

use serde_json::{json, Value};

use crate::{Error, Result};

/// Longest wait for one answer of a node.
const ONE_CALL: Duration = Duration::from_secs(20);
/// First pause after a failed call; it doubles up to [`LONGEST_PAUSE`].
const FIRST_PAUSE: Duration = Duration::from_millis(250);
const LONGEST_PAUSE: Duration = Duration::from_secs(8);

/// How a node answered a call, if it did.
#[derive(Debug, Clone, PartialEq)]
pub enum Answer {
    /// `result`.
    Result(Value),
    /// `error`: its message and data.
    Refused(String),
}

/// Something that takes one JSON-RPC call to a node: HTTP, or a test's script.
pub trait Transport {
    /// Calls once.
    ///
    /// # Errors
    /// [`Error::Network`] when there is no answer, or none of JSON-RPC.
    fn call(&self, method: &str, params: Value) -> Result<Answer>;
}

/// The nodes of a chain file, asked in turn: the first until it fails, then the next.
pub struct Http {
    agent: ureq::Agent,
    nodes: Vec<String>,
    current: std::sync::atomic::AtomicUsize,
}

impl Http {
    /// Asks these nodes.
    pub fn new(nodes: Vec<String>) -> Self {
        let config = ureq::Agent::config_builder().timeout_global(Some(ONE_CALL)).http_status_as_error(false);
        Http { agent: config.build().new_agent(), nodes, current: Default::default() }
    }

    fn post(&self, node: &str, body: &str) -> std::result::Result<String, ureq::Error> {
        let mut response = self.agent.post(node).header("Content-Type", "application/json").send(body)?;
        response.body_mut().with_config().limit(64 * 1024 * 1024).read_to_string()
    }
}

impl Transport for Http {
    fn call(&self, method: &str, params: Value) -> Result<Answer> {
        let turn = self.current.load(Ordering::Relaxed).checked_rem(self.nodes.len()).unwrap_or(0);
        let node = self.nodes.get(turn).ok_or_else(|| Error::user("the chain file names no RPC node"))?;
        let body = json!({"jsonrpc": "2.0", "id": 1, "method": method, "params": params}).to_string();
        let answer = self
            .post(node, &body)
            .map_err(|error| Error::network(format!("{node} does not answer {method}: {error}")))
            .and_then(|text| parse(&text).ok_or_else(|| Error::network(not_rpc(node, method, &text))));
        if answer.is_err() {
            self.current.store(turn.wrapping_add(1), Ordering::Relaxed);
        }
        answer
    }
}

fn not_rpc(node: &str, method: &str, text: &str) -> String {
    let start: String = text.chars().take(200).collect();
    format!("{node} answers {method} with something that is not JSON-RPC: {start}")
}

fn parse(text: &str) -> Option<Answer> {
    let mut answer: Value = serde_json::from_str(text).ok()?;
    if let Some(error) = answer.get("error").filter(|error| !error.is_null()) {
        let part = |key: &str| error.get(key).and_then(Value::as_str).unwrap_or_default();
        return Some(Answer::Refused(format!("{} {}", part("message"), part("data")).trim().to_owned()));
    }
    answer.get_mut("result").map(|result| Answer::Result(result.take()))
}

/// Told to stop by a signal; waits look at it.
#[derive(Debug, Clone, Default)]
pub struct Stop(Arc<AtomicBool>);

impl Stop {
    /// Stops everything that watches this.
    pub fn set(&self) {
        self.0.store(true, Ordering::Relaxed);
    }

    /// Whether it is time to stop.
    pub fn is_set(&self) -> bool {
        self.0.load(Ordering::Relaxed)
    }

    /// [`Error::Stopped`] once set.
    ///
    /// # Errors
    /// That one.
    pub fn check(&self) -> Result<()> {
        if self.is_set() {
            return Err(Error::Stopped);
        }
        Ok(())
    }

    /// Sleeps, in naps, so that a signal ends it.
    ///
    /// # Errors
    /// [`Error::Stopped`].
    pub fn sleep(&self, time: Duration) -> Result<()> {
        let until = Instant::now().checked_add(time);
        loop {
            self.check()?;
            let left = until.map_or(Duration::ZERO, |until| until.saturating_duration_since(Instant::now()));
            if left.is_zero() {
                return Ok(());
            }
            std::thread::sleep(left.min(Duration::from_millis(100)));
        }
    }
}

/// Repeats `attempt` while it fails with [`Error::Network`], for `patience`, with growing pauses.
///
/// # Errors
/// Those of `attempt`, the last one when patience ends; [`Error::Stopped`].
pub fn patiently<T>(patience: Duration, stop: &Stop, mut attempt: impl FnMut() -> Result<T>) -> Result<T> {
    let start = Instant::now();
    let mut pause = FIRST_PAUSE;
    loop {
        match attempt() {
            Err(Error::Network(_)) if start.elapsed().saturating_add(pause) < patience => stop.sleep(pause)?,
            other => return other,
        }
        pause = pause.saturating_mul(2).min(LONGEST_PAUSE);
    }
}
