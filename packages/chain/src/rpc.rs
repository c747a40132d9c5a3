//! JSON-RPC of a CometBFT node over HTTP(S), with as few calls as possible.

use std::sync::atomic::{AtomicBool, AtomicU64, AtomicUsize, Ordering};
use std::sync::Arc;
use std::time::{Duration, Instant};

use serde_json::{json, Value};

use crate::{Error, Result};

/// Maximum wait for a response of a node, and for a connection to it.
const ONE_CALL: Duration = Duration::from_secs(20);
const SHORTEST_CALL: Duration = Duration::from_secs(2);
const ONE_CONNECTION: Duration = Duration::from_secs(5);
/// HTTP status of a rate limit.
const TOO_MANY_REQUESTS: u16 = 429;
/// First pause after a failed call; it doubles up to [`LONGEST_PAUSE`].
const FIRST_PAUSE: Duration = Duration::from_millis(250);
const LONGEST_PAUSE: Duration = Duration::from_secs(8);

/// A node's response to a call.
#[derive(Debug, Clone, PartialEq)]
pub enum Answer {
    /// `result`.
    Result(Value),
    /// `error`: its message and data.
    Refused(String),
}

/// Sends JSON-RPC calls to one of several nodes: HTTP, or a script of a test.
pub trait Transport {
    /// Calls the current node once.
    ///
    /// # Errors
    /// [`Error::Network`] when there is no response, or none in JSON-RPC.
    fn call(&self, method: &str, params: Value) -> Result<Answer>;

    /// The same, but waits only briefly for a response.
    ///
    /// # Errors
    /// As [`Transport::call`].
    fn call_briefly(&self, method: &str, params: Value) -> Result<Answer> {
        self.call(method, params)
    }

    /// Number of nodes.
    fn nodes(&self) -> usize {
        1
    }

    /// Switches to the next node.
    fn turn(&self) {}

    /// The current node, as shown to users.
    fn node(&self) -> String {
        "the node".to_owned()
    }
}

/// HTTP calls of a chain file's nodes.
pub struct Http {
    agent: ureq::Agent,
    brief: ureq::Agent,
    nodes: Vec<String>,
    current: AtomicUsize,
    calls: AtomicU64,
}

impl Http {
    /// A transport for these nodes.
    pub fn new(nodes: Vec<String>) -> Self {
        Http {
            agent: agent(ONE_CALL),
            brief: agent(SHORTEST_CALL),
            nodes,
            current: Default::default(),
            calls: Default::default(),
        }
    }

    /// The same, but each response may take no longer than `patience`.
    #[must_use]
    pub fn within(self, patience: Duration) -> Self {
        Http { agent: agent(patience.clamp(SHORTEST_CALL, ONE_CALL)), ..self }
    }

    fn call_with(&self, agent: &ureq::Agent, method: &str, params: &Value) -> Result<Answer> {
        let node = self.node();
        if node.is_empty() {
            return Err(Error::user(NO_NODE));
        }
        let id = self.calls.fetch_add(1, Ordering::Relaxed);
        let body = json!({"jsonrpc": "2.0", "id": id, "method": method, "params": params}).to_string();
        match post(agent, &node, &body) {
            Ok((TOO_MANY_REQUESTS, _)) => Ok(Answer::Refused("Too many requests (HTTP 429)".to_owned())),
            Ok((status, text)) => parse(&text, id).ok_or_else(|| Error::network(not_rpc(&node, method, status, &text))),
            Err(error) => Err(Error::network(format!("{node} does not answer {method}: {error}"))),
        }
    }
}

impl Transport for Http {
    fn call(&self, method: &str, params: Value) -> Result<Answer> {
        self.call_with(&self.agent, method, &params)
    }

    fn call_briefly(&self, method: &str, params: Value) -> Result<Answer> {
        self.call_with(&self.brief, method, &params)
    }

    fn nodes(&self) -> usize {
        self.nodes.len()
    }

    fn turn(&self) {
        let next = self.current.load(Ordering::Relaxed).saturating_add(1);
        self.current.store(next.checked_rem(self.nodes.len()).unwrap_or(0), Ordering::Relaxed);
    }

    fn node(&self) -> String {
        self.nodes.get(self.current.load(Ordering::Relaxed)).cloned().unwrap_or_default()
    }
}

fn post(agent: &ureq::Agent, node: &str, body: &str) -> std::result::Result<(u16, String), ureq::Error> {
    let mut response = agent.post(node).header("Content-Type", "application/json").send(body)?;
    let status = response.status().as_u16();
    Ok((status, response.body_mut().with_config().limit(64 * 1024 * 1024).read_to_string()?))
}

fn agent(one_call: Duration) -> ureq::Agent {
    let config = ureq::Agent::config_builder()
        .timeout_global(Some(one_call))
        .timeout_connect(Some(ONE_CONNECTION))
        .http_status_as_error(false);
    config.build().new_agent()
}

const NO_NODE: &str = "there is no node to ask: name one in [chain] rpc of the chain file, or with --node";

/// Refuses invalid addresses of nodes.
///
/// # Errors
/// [`Error::User`] that shows what an address can look like.
pub fn check_nodes(nodes: &[String]) -> Result<()> {
    if nodes.is_empty() {
        return Err(Error::user(NO_NODE));
    }
    for node in nodes {
        let uri: Option<ureq::http::Uri> = node.parse().ok();
        let there = uri.filter(|uri| matches!(uri.scheme_str(), Some("http" | "https")) && uri.host().is_some());
        if there.is_none() {
            return Err(Error::user(format!(
                "'{node}' is no address of a node: give the URL of its RPC, such as http://127.0.0.1:26657"
            )));
        }
    }
    Ok(())
}

fn not_rpc(node: &str, method: &str, status: u16, text: &str) -> String {
    let start: String = text.chars().take(200).collect();
    format!("{node} answers {method} with something that is no answer to it in JSON-RPC (HTTP {status}): {start}")
}

/// Parses the response to the call with this id. Errors may lack the id, as those of gateways do; results must have it.
fn parse(text: &str, id: u64) -> Option<Answer> {
    let mut answer: Value = serde_json::from_str(text).ok()?;
    let named = answer.get("id").filter(|id| !id.is_null());
    if named.is_some_and(|named| named.as_u64() != Some(id)) {
        return None;
    }
    let is_named = named.is_some();
    if let Some(error) = answer.get("error").filter(|error| !error.is_null()) {
        let part = |key: &str| error.get(key).and_then(Value::as_str).unwrap_or_default();
        return Some(Answer::Refused(format!("{} {}", part("message"), part("data")).trim().to_owned()));
    }
    answer.get_mut("result").filter(|_| is_named).map(|result| Answer::Result(result.take()))
}

/// The stop signal, which ends waits.
#[derive(Debug, Clone, Default)]
pub struct Stop(Arc<AtomicBool>);

impl Stop {
    /// Stops everything that watches this.
    pub fn set(&self) {
        self.0.store(true, Ordering::Relaxed);
    }

    /// Whether to stop.
    pub fn is_set(&self) -> bool {
        self.0.load(Ordering::Relaxed)
    }

    /// [`Error::Stopped`] once set.
    ///
    /// # Errors
    /// [`Error::Stopped`].
    pub fn check(&self) -> Result<()> {
        if self.is_set() {
            return Err(Error::Stopped);
        }
        Ok(())
    }

    /// Sleeps in short naps, so that a signal can end it.
    ///
    /// # Errors
    /// [`Error::Stopped`].
    pub fn sleep(&self, time: Duration) -> Result<()> {
        let until = Instant::now().checked_add(time);
        loop {
            self.check()?;
            // A time beyond the clock's range never comes.
            let left = until.map_or(Duration::MAX, |until| until.saturating_duration_since(Instant::now()));
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
        let left = patience.saturating_sub(start.elapsed());
        match attempt() {
            Err(Error::Network(_)) if !left.is_zero() => stop.sleep(pause.min(left))?,
            other => return other,
        }
        pause = pause.saturating_mul(2).min(LONGEST_PAUSE);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_result_must_name_the_call_that_it_answers_and_an_error_may_name_none() {
        assert_eq!(parse(r#"{"id": 5, "result": 1}"#, 5), Some(Answer::Result(json!(1))));
        for text in [r#"{"id": 4, "result": 1}"#, r#"{"id": "5", "result": 1}"#, r#"{"result": 1}"#] {
            assert_eq!(parse(text, 5), None, "{text}");
        }
        for text in [r#"{"error": {"message": "busy"}}"#, r#"{"id": null, "error": {"message": "busy"}}"#] {
            assert_eq!(parse(text, 5), Some(Answer::Refused("busy".into())), "{text}");
        }
        assert_eq!(parse(r#"{"id": 4, "error": {"message": "busy"}}"#, 5), None);
    }
}
