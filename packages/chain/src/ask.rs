//! Which node to trust.
//!
//! A node that restarts, lags, has no index or limits its rate still responds, but not with the state of the chain. So
//! each node is checked before it is queried, the next node is used if a response is about the node itself, and
//! responses older than this client's last transaction are ignored.

use std::cell::Cell;
use std::time::{Duration, Instant};

use serde_json::{json, Value};

use crate::waiting::{tell, Waiting};
use crate::{patiently, Answer, Client, Error, Head, Result};

/// How long a check of a node stays valid.
const LOOK_AGAIN: Duration = Duration::from_secs(10);
/// A node whose last block is older than this, in seconds, is used only if no other is better.
const OLD_BLOCK: u64 = 60;
/// Blocks that a node may be ahead of the others, or of its own last block, to be trusted.
const AHEAD: u64 = 200;
/// No chain has that many blocks, and a transaction could not use it as its timeout height.
const NO_HEIGHT: u64 = 1 << 31;

/// What a client remembers about its nodes.
#[derive(Debug, Default)]
pub(crate) struct Seen {
    /// When the current node was last found to be good.
    good: Cell<Option<Instant>>,
    /// Last block of the current node at the last check.
    pub(crate) height: Cell<u64>,
    /// Last height that was compared with the other nodes.
    agreed: Cell<Option<u64>>,
    /// Height of the last transaction; older responses are ignored.
    pub(crate) sent_at: Cell<u64>,
    /// Maximum height of nodes that make no blocks, in a round.
    stalled: Cell<Option<u64>>,
    /// Height from which nodes that make no blocks are accepted.
    settle_for: Cell<Option<u64>>,
    /// The height at which the user was told that a node seems to make no blocks.
    old_at: Cell<Option<u64>>,
    /// Whether the user was told that this machine's clock is wrong.
    clock_told: Cell<bool>,
}

impl Seen {
    /// What to tell about a node with an old block if there is no better one: first that it may have stopped, and once
    /// its height grows, that it has not.
    fn said_of_old(&self, height: u64, age: u64) -> Option<(&'static str, String)> {
        let Some(first) = self.old_at.get() else {
            self.old_at.set(Some(height));
            return Some(("no_blocks", format!("{}; there is no better node", old_block(height, age))));
        };
        let grows = height > first && !self.clock_told.replace(true);
        grows.then(|| ("clock", format!("makes blocks, and this machine's clock is {age} s away from their time")))
    }
}

impl Client {
    /// Retries for as long as the client's patience lasts, with each node once per round.
    pub(crate) fn patiently<T>(&self, mut attempt: impl FnMut() -> Result<T>) -> Result<T> {
        let waiting = Waiting::begin(self.waiting.get(), "a node");
        patiently(self.patience, &self.stop, || {
            let answer = self.round(&mut attempt);
            if let Err(Error::Network(text)) = &answer {
                waiting.note(text);
            }
            answer
        })
    }

    /// Tries one node after the other until one can speak for the chain. If none of them makes blocks, uses the highest
    /// one.
    pub(crate) fn round<T>(&self, mut attempt: impl FnMut() -> Result<T>) -> Result<T> {
        self.seen.stalled.set(None);
        let answer = self.each_node(&mut attempt);
        let (Err(_), Some(height)) = (&answer, self.seen.stalled.take()) else { return answer };
        self.seen.settle_for.set(Some(height));
        let answer = self.each_node(&mut attempt);
        self.seen.settle_for.set(None);
        answer
    }

    fn each_node<T>(&self, attempt: &mut impl FnMut() -> Result<T>) -> Result<T> {
        let mut failure: Option<Error> = None;
        for _ in 0..self.transport.nodes().max(1) {
            match attempt() {
                // A wrong chain or a missing account is only trusted if all nodes say so.
                Err(error @ (Error::Network(_) | Error::User(_))) => {
                    self.turn();
                    if !matches!(failure, Some(Error::Network(_))) {
                        failure = Some(error);
                    }
                }
                other => return other,
            }
        }
        Err(failure.unwrap_or_else(|| Error::network("no node answers")))
    }

    /// Switches to the next node, if there is one.
    pub(crate) fn turn(&self) {
        if self.transport.nodes() > 1 {
            self.transport.turn();
            self.seen.good.set(None);
        }
    }

    /// Calls the current node once, after checking it.
    pub(crate) fn call_once(&self, method: &str, params: &Value) -> Result<Value> {
        self.look_once()?;
        match self.transport.call(method, params.clone())? {
            Answer::Result(result) => Ok(result),
            Answer::Refused(text) if of_the_question(method, &text) => Err(Error::chain(format!("{method}: {text}"))),
            Answer::Refused(text) => Err(self.trouble(&format!("{method}: {text}"))),
        }
    }

    /// Makes sure that the current node can speak for the chain.
    pub(crate) fn look_once(&self) -> Result<()> {
        if self.seen.good.get().is_some_and(|at| at.elapsed() < LOOK_AGAIN) {
            return Ok(());
        }
        self.head_once().map(drop)
    }

    /// The last block of the current node, if it can speak for the chain.
    pub(crate) fn head_once(&self) -> Result<Head> {
        let status = match self.transport.call("status", json!({}))? {
            Answer::Result(status) => status,
            Answer::Refused(text) => return Err(self.trouble(&format!("status: {text}"))),
        };
        let head = self.head_of(&status)?;
        self.seen.good.set(Some(Instant::now()));
        self.seen.height.set(head.height);
        Ok(head)
    }

    /// The same, but only if it is not far above what all others say. For decisions that last.
    pub(crate) fn agreed_head_once(&self) -> Result<Head> {
        let head = self.head_once()?;
        let near = |height: u64| head.height <= height.saturating_add(AHEAD);
        if !self.seen.agreed.get().is_some_and(near) {
            if let Some(others) = self.highest_of_others().filter(|others| !near(*others)) {
                let what = format!("says that the last block is {}, and the other nodes say {others}", head.height);
                return Err(self.trouble(&what));
            }
        }
        self.seen.agreed.set(Some(head.height));
        Ok(head)
    }

    /// Maximum height of the other nodes that can speak for the chain; none if none of them can.
    fn highest_of_others(&self) -> Option<u64> {
        let mut highest = None;
        for _ in 1..self.transport.nodes() {
            self.transport.turn();
            let Ok(Answer::Result(status)) = self.transport.call_briefly("status", json!({})) else { continue };
            let head = self.told_by(&status).ok().filter(|head| head.age() <= OLD_BLOCK);
            highest = highest.max(head.map(|head| head.height));
        }
        self.transport.turn();
        highest
    }

    /// Reads the last block from a node's status, if it belongs to this chain and is in sync.
    fn told_by(&self, status: &Value) -> Result<Head> {
        let text = |path: &str| status.pointer(path).and_then(Value::as_str);
        let Some(id) = text("/node_info/network") else {
            return Err(self.trouble("does not say of which chain it is"));
        };
        if id != self.chain.id {
            let node = self.transport.node();
            return Err(Error::user(format!("{node} is of chain '{id}', not of '{}'", self.chain.id)));
        }
        let height = text("/sync_info/latest_block_height").unwrap_or_default();
        let time = text("/sync_info/latest_block_time").unwrap_or_default().to_owned();
        let head = match height.parse() {
            Ok(number) if number > 0 && number < NO_HEIGHT => Head { height: number, time },
            _ => return Err(self.trouble(&format!("says that its last block is '{height}', which cannot be"))),
        };
        if status.pointer("/sync_info/catching_up").and_then(Value::as_bool) == Some(true) {
            return Err(self.trouble(&format!("is still catching up, at height {height}")));
        }
        Ok(head)
    }

    fn head_of(&self, status: &Value) -> Result<Head> {
        let head = self.told_by(status)?;
        let age = head.age();
        if age > OLD_BLOCK {
            let settled_for = self.seen.settle_for.get().is_some_and(|least| head.height >= least);
            if self.transport.nodes() > 1 && !settled_for {
                self.seen.stalled.set(self.seen.stalled.get().max(Some(head.height)));
                return Err(self.trouble(&old_block(head.height, age)));
            }
            if let Some((event, text)) = self.seen.said_of_old(head.height, age) {
                tell(self.waiting.get(), event, &format!("{} {text}", self.transport.node()));
            }
        }
        Ok(head)
    }

    /// The error for a problem of the current node.
    pub(crate) fn trouble(&self, what: &str) -> Error {
        Error::network(format!("{} {what}", self.transport.node()))
    }

    /// The height of a response; 0 if the node does not say. Refused if it is before the last transaction or far above
    /// the node's own last block.
    pub(crate) fn height_of(&self, response: &Value) -> Result<u64> {
        let height = response.get("height").and_then(Value::as_str).and_then(|height| height.parse().ok()).unwrap_or(0);
        let (sent_at, last) = (self.seen.sent_at.get(), self.seen.height.get());
        if height != 0 && height < sent_at {
            let what = format!("is behind: it answers for height {height}, a transaction was included at {sent_at}");
            return Err(self.trouble(&what));
        }
        if height > last.saturating_add(AHEAD) {
            return Err(self.trouble(&format!("answers for height {height}, and its last block is {last}")));
        }
        self.seen.height.set(last.max(height));
        Ok(height)
    }
}

/// What to tell about a node with an old last block, which may be caused by this machine's clock.
fn old_block(height: u64, age: u64) -> String {
    format!(
        "may make no blocks: by this machine's clock, which may be wrong, the time of its last one, {height}, is {age} s \
         from now"
    )
}

/// Whether an error is about the request and not about the node. Only CometBFT's own words for a missing transaction
/// count, because a gateway that has lost its node also says "not found".
fn of_the_question(method: &str, text: &str) -> bool {
    let text = text.to_lowercase();
    method == "tx" && text.split_once("tx (").is_some_and(|(_, rest)| rest.contains(") not found"))
}

/// Errors of nodes that have just started, have no block yet, or have only newer ones.
pub(crate) fn of_the_node(log: &str) -> bool {
    const WORDS: [&str; 10] = [
        // Signed for this chain and the account's number: a node that just started takes every number for 0.
        "signature verification failed",
        "unknown query path",
        "is not ready; please wait",
        "no blocks",
        "height must be",
        "failed to load state",
        "Block (unix) time must never be empty",
        "nil pointer dereference",
        "context deadline exceeded",
        "context canceled",
    ];
    WORDS.iter().any(|word| log.contains(word))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn of_an_old_block_the_clock_is_said_to_be_wrong_once_the_height_grows() {
        let seen = Seen::default();
        let (event, text) = seen.said_of_old(1_000, 120).unwrap();
        assert_eq!(event, "no_blocks");
        assert!(text.contains("this machine's clock, which may be wrong"), "{text}");
        assert_eq!(seen.said_of_old(1_000, 125), None);
        let (event, text) = seen.said_of_old(1_005, 120).unwrap();
        assert_eq!(
            (event, text.as_str()),
            ("clock", "makes blocks, and this machine's clock is 120 s away from their time")
        );
        assert_eq!(seen.said_of_old(1_010, 120), None);
    }

    #[test]
    fn only_that_there_is_no_such_transaction_is_the_chains_word() {
        assert!(of_the_question("tx", "Internal error tx (AB) not found"));
        assert!(!of_the_question("abci_query", "Internal error tx (AB) not found"));
        for text in [
            "Not Found",
            "Internal error transaction indexing is disabled",
            "Too many requests",
            "Method not found",
            "Invalid params hash is too long",
            "Internal error height must be less than or equal to the current blockchain height",
            "",
        ] {
            assert!(!of_the_question("tx", text), "{text}");
        }
    }

    #[test]
    fn a_contracts_refusal_is_never_taken_for_the_nodes() {
        for log in
            ["Generic error: no shares: query wasm contract failed", "codespace wasm code 22: no such contract: addr"]
        {
            assert!(!of_the_node(log), "{log}");
        }
    }
}
