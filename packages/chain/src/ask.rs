//! Which node is believed.
//!
//! A node that restarts, lags, keeps no index or is asked too often still answers, and what it says is then not about the
//! chain. So each node is looked at before it is asked, an answer that is about the node itself makes the next one be
//! asked, and an answer from before the last transaction of this client is none.

use std::cell::Cell;
use std::time::{Duration, Instant};

use serde_json::{json, Value};

use crate::log::unix_time;
use crate::waiting::{tell, Waiting};
use crate::{patiently, Answer, Client, Error, Head, Result};

/// How long a look at a node holds.
const LOOK_AGAIN: Duration = Duration::from_secs(10);
/// A node whose last block is older, in seconds, is asked only where no other is better.
const OLD_BLOCK: u64 = 60;

/// What a client remembers of the nodes it asks.
#[derive(Debug, Default)]
pub(crate) struct Seen {
    /// When the node of now was last found good.
    good: Cell<Option<Instant>>,
    /// Greatest height that any node has told.
    pub(crate) highest: Cell<u64>,
    /// Height of the last transaction: what is older is not believed.
    pub(crate) sent_at: Cell<u64>,
    /// Greatest height of the nodes of a round that make no blocks.
    stalled: Cell<Option<u64>>,
    /// From which height on nodes that make no blocks will do.
    settle_for: Cell<Option<u64>>,
    /// Whether it was said that one does.
    told: Cell<bool>,
}

impl Seen {
    pub(crate) fn at(&self, height: u64) {
        self.highest.set(self.highest.get().max(height));
    }
}

impl Client {
    /// Attempts again and again, as long as a node may stay away; each time each node is asked once.
    pub(crate) fn patiently<T>(&self, mut attempt: impl FnMut() -> Result<T>) -> Result<T> {
        let waiting = Waiting::begin(self.waiting.get(), "a node", self.patience);
        patiently(self.patience, &self.stop, || {
            let answer = self.round(&mut attempt);
            if let Err(Error::Network(text)) = &answer {
                waiting.note(text);
            }
            answer
        })
    }

    /// Attempts with one node after the other until one answers for the chain. Where all that can be asked make no
    /// blocks, the highest of them will do.
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
                // That it is of another chain, or that an account is not there, is believed only where all nodes say so.
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

    /// Asks the next node from now on, if there is one.
    pub(crate) fn turn(&self) {
        if self.transport.nodes() > 1 {
            self.transport.turn();
            self.seen.good.set(None);
        }
    }

    /// One call of the node of now, which is looked at first.
    pub(crate) fn call_once(&self, method: &str, params: &Value) -> Result<Value> {
        self.look_once()?;
        match self.transport.call(method, params.clone())? {
            Answer::Result(result) => Ok(result),
            Answer::Refused(text) if of_the_question(&text) => Err(Error::chain(format!("{method}: {text}"))),
            Answer::Refused(text) => Err(self.trouble(&format!("{method}: {text}"))),
        }
    }

    /// Makes sure that the node of now can speak for the chain.
    pub(crate) fn look_once(&self) -> Result<()> {
        if self.seen.good.get().is_some_and(|at| at.elapsed() < LOOK_AGAIN) {
            return Ok(());
        }
        self.head_once().map(drop)
    }

    /// The last block of the node of now, if it can speak for the chain.
    pub(crate) fn head_once(&self) -> Result<Head> {
        let status = match self.transport.call("status", json!({}))? {
            Answer::Result(status) => status,
            Answer::Refused(text) => return Err(self.trouble(&format!("status: {text}"))),
        };
        let head = self.head_of(&status)?;
        self.seen.good.set(Some(Instant::now()));
        self.seen.at(head.height);
        Ok(head)
    }

    fn head_of(&self, status: &Value) -> Result<Head> {
        let text = |path: &str| status.pointer(path).and_then(Value::as_str).unwrap_or_default().to_owned();
        let id = text("/node_info/network");
        if id != self.chain.id {
            let node = self.transport.node();
            return Err(Error::user(format!("{node} is of chain '{id}', not of '{}'", self.chain.id)));
        }
        let head = Head {
            height: text("/sync_info/latest_block_height").parse().unwrap_or(0),
            time: text("/sync_info/latest_block_time"),
        };
        if status.pointer("/sync_info/catching_up").and_then(Value::as_bool) == Some(true) {
            return Err(self.trouble(&format!("is still catching up, at height {}", head.height)));
        }
        let age = head.seconds().map_or(0, |time| unix_time().saturating_sub(time));
        let will_do = self.seen.settle_for.get().is_some_and(|least| head.height >= least);
        if age > OLD_BLOCK {
            let trouble = self.trouble(&format!("makes no blocks: the last one, {}, is {age} s old", head.height));
            if self.transport.nodes() > 1 && !will_do {
                self.seen.stalled.set(self.seen.stalled.get().max(Some(head.height)));
                return Err(trouble);
            }
            // The chain stands still, or this machine's clock is wrong.
            if !self.seen.told.replace(true) {
                tell(self.waiting.get(), "no_blocks", &format!("{trouble}, and there is no better node"));
            }
        }
        Ok(head)
    }

    /// Something that is wrong with the node of now.
    pub(crate) fn trouble(&self, what: &str) -> Error {
        Error::network(format!("{} {what}", self.transport.node()))
    }

    /// Takes note of the height that an answer is of.
    pub(crate) fn note_height(&self, response: &Value) -> Result<u64> {
        let height = response.get("height").and_then(Value::as_str).and_then(|height| height.parse().ok()).unwrap_or(0);
        let sent_at = self.seen.sent_at.get();
        if height != 0 && height < sent_at {
            let what = format!("is behind: it answers for height {height}, a transaction was included at {sent_at}");
            return Err(self.trouble(&what));
        }
        self.seen.at(height);
        Ok(height)
    }
}

/// Whether a refusal is about what was asked, and not about the node: all others may be of one node alone.
fn of_the_question(text: &str) -> bool {
    let text = text.to_lowercase();
    text.contains("not found") && !text.contains("method not found") || text.starts_with("invalid params")
}

/// What nodes say that have just started, or have no block yet, or only newer ones.
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
    fn only_what_is_about_the_question_is_the_chains_word() {
        for text in ["Internal error tx (AB) not found", "Invalid params hash is too long"] {
            assert!(of_the_question(text), "{text}");
        }
        for text in [
            "Internal error transaction indexing is disabled",
            "Too many requests",
            "Method not found",
            "Internal error height must be less than or equal to the current blockchain height",
            "",
        ] {
            assert!(!of_the_question(text), "{text}");
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
