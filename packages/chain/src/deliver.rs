//! Sends a signed transaction and finds out its result.
//!
//! A transaction must never happen twice, and must never be considered lost while it can still happen. So: it has a
//! timeout height; if one node does not show it in a block, the same bytes are sent to the next node; it is signed
//! again only if no node ever accepted it from here, another transaction took its sequence, and all nodes were asked
//! for it; and it is reported as not happened only if on every node the account's sequence is unused at or after the
//! timeout height, in a response that states its own height.

use std::collections::BTreeSet;
use std::time::{Duration, Instant};

use cosmwasm_std::{Binary, HexBinary};
use serde_json::{json, Value};

use crate::ask::of_the_node;
use crate::waiting::{tell, Voice, Waiting};
use crate::{contract_error, Answer, Client, Error, Result, Signer};

/// Pause between two checks for a transaction.
pub(crate) const LOOK: Duration = Duration::from_millis(200);
/// A node whose response takes longer counts as having been unreachable.
const AWAY: Duration = Duration::from_secs(1);
/// After this long without seeing it, the same bytes are sent to the next node.
const SEND_AGAIN: Duration = Duration::from_secs(5);
/// The same if a node said that another transaction of the account came first.
const SEND_DOUBTED_AGAIN: Duration = Duration::from_secs(2);
/// Maximum wait for a transaction, even if blocks keep coming.
const LONGEST_WAIT: Duration = Duration::from_secs(900);
/// Pause after all nodes were too busy to accept it.
const BUSY: Duration = Duration::from_secs(1);
/// The SDK's codes.
const WRONG_SEQUENCE: u64 = 32;
const INSUFFICIENT_FEE: u64 = 13;
const MEMPOOL_FULL: u64 = 20;
const TOO_LARGE: u64 = 21;
const IN_MEMPOOL: u64 = 19;
const PAST_ITS_HEIGHT: u64 = 30;

/// The result of sending once.
pub(crate) enum Fate {
    Included(Value),
    /// It must be signed again, for this reason: it did not happen and cannot happen.
    SignAnew(String),
}

/// What is known about a sent transaction.
#[derive(Default)]
struct Course {
    /// Whether a node may hold it.
    held: bool,
    /// Another transaction came first, if no node has said anything else.
    doubt: Option<String>,
    /// Why it is not in a block yet.
    why: String,
    /// Nodes that refused it because of their own settings.
    refused_by: BTreeSet<String>,
    /// Nodes that expect an earlier sequence.
    behind: BTreeSet<String>,
}

/// When to stop waiting for a transaction: a while after the last new height, and at the latest after [`LONGEST_WAIT`].
struct Clock {
    patience: Duration,
    moved: Duration,
    height: u64,
}

impl Clock {
    fn new(height: u64, patience: Duration) -> Self {
        Clock { patience, moved: Duration::ZERO, height }
    }

    /// Whether to stop waiting, this long after the start and at this height.
    fn is_over(&mut self, now: Duration, height: u64) -> bool {
        if height > self.height {
            (self.height, self.moved) = (height, now);
        }
        now.saturating_sub(self.moved) >= self.patience || now >= LONGEST_WAIT
    }
}

/// A signed transaction.
pub(crate) struct Signed {
    pub(crate) bytes: Vec<u8>,
    pub(crate) hash: Vec<u8>,
    pub(crate) sequence: u64,
    pub(crate) last_height: u64,
}

impl Client {
    /// Sends it until it is in a block, can never be in one, or its result cannot be known.
    pub(crate) fn deliver(&self, signer: &Signer, signed: &Signed) -> Result<Fate> {
        let mut course = Course::default();
        self.pursue(signer, signed, &mut course).map_err(|error| match error {
            Error::Network(why) if course.held => {
                Error::MayHaveHappened { hash: signed.name(), until: signed.last_height, why }
            }
            Error::Stopped if course.held => {
                let (name, until) = (signed.name(), signed.last_height);
                let text = format!("transaction {name} was sent and may still happen, until height {until}: look for it before you try again");
                tell(self.waiting.get(), "left_open", &text);
                Error::Stopped
            }
            other => other,
        })
    }

    fn pursue(&self, signer: &Signer, signed: &Signed, course: &mut Course) -> Result<Fate> {
        let start = Instant::now();
        let mut clock = Clock::new(self.seen.height.get(), self.patience);
        let waiting = self.waiting_for(signed);
        for turn in 1.. {
            let heard = self.broadcast(signed)?;
            if let Some(fate) = self.hear(heard, signed, course)? {
                return Ok(fate);
            }
            if course.held {
                if let Some(tx) = self.watch(signed, course)? {
                    return Ok(Fate::Included(tx));
                }
                if let Some(fate) = self.settled(signer, signed, course)? {
                    return Ok(fate);
                }
            } else if usize::checked_rem(turn, self.nodes()) == Some(0) {
                self.stop.sleep(self.pause(BUSY))?;
            }
            if let Some(waiting) = waiting.as_ref().filter(|_| !course.why.is_empty()) {
                waiting.note(&course.why);
            }
            self.turn();
            // Blocks past its timeout height are no reason to go on waiting, but an untried node is.
            let over = clock.is_over(start.elapsed(), self.seen.height.get().min(signed.last_height));
            if over && turn >= self.nodes() {
                break;
            }
        }
        let height = self.seen.height.get();
        let why = if course.why.is_empty() { "no node shows it in a block" } else { &course.why };
        Err(Error::network(format!("{why}; the last block seen is {height}")))
    }

    fn nodes(&self) -> usize {
        self.transport.nodes().max(1)
    }

    /// Records the current node's response, and returns the result if it is already certain.
    fn hear(&self, heard: Broadcast, signed: &Signed, course: &mut Course) -> Result<Option<Fate>> {
        match heard {
            Broadcast::Held => (course.held, course.doubt) = (true, None),
            // It may have arrived: only the chain can tell from now on.
            Broadcast::Unanswered(text) => (course.held, course.doubt, course.why) = (true, None, text),
            Broadcast::NotTaken(text) => course.why = text,
            // If it was included, sending it again fails.
            _ if course.held => {}
            Broadcast::WrongSequence(_, Some(expected)) if expected < signed.sequence => {
                course.why = self.trouble(&format!("expects the account's sequence {expected}")).to_string();
                course.behind.insert(self.transport.node());
                // It was signed with a sequence that only one node has.
                if self.nodes() > 1 && course.behind.len() >= self.nodes() {
                    return Ok(Some(Fate::SignAnew(course.why.clone())));
                }
            }
            // Another transaction came first, or this one did, if a proxy sent it twice.
            Broadcast::WrongSequence(refusal, _) => (course.held, course.doubt) = (true, Some(refusal)),
            // The same bytes are already pending. Whoever sent them, they can only happen once.
            Broadcast::Known => course.held = true,
            Broadcast::PastItsHeight(refusal) => {
                return Ok(Some(match self.find_anywhere(signed, 0)?.tx {
                    Some(tx) => Fate::Included(tx),
                    None => Fate::SignAnew(refusal),
                }));
            }
            Broadcast::RefusedByThisNode(text) => {
                course.refused_by.insert(self.transport.node());
                if course.refused_by.len() >= self.nodes() {
                    return Err(Error::chain(contract_error(&text)));
                }
                course.why = self.trouble(&format!("refuses: {text}")).to_string();
            }
            Broadcast::Refused(text) => return Err(Error::chain(contract_error(&text))),
        }
        Ok(None)
    }

    /// Only for people: a log has a line for each transaction anyway.
    fn waiting_for(&self, signed: &Signed) -> Option<Waiting> {
        let what = format!("transaction {} to come into a block", signed.name());
        (self.waiting.get() == Voice::Plain).then(|| Waiting::begin(Voice::Plain, &what))
    }

    /// Looks for it in blocks for a while, on the same node as long as that can tell.
    fn watch(&self, signed: &Signed, course: &mut Course) -> Result<Option<Value>> {
        let start = Instant::now();
        let time = if course.doubt.is_some() { SEND_DOUBTED_AGAIN } else { SEND_AGAIN };
        while start.elapsed() < self.pause(time) {
            let asked = Instant::now();
            match self.round(|| self.find_once(signed)) {
                Ok(None) => {}
                Err(Error::Network(text) | Error::User(text)) => {
                    course.why = text;
                    return Ok(None);
                }
                found => return found,
            }
            if asked.elapsed() > AWAY {
                // The node was unreachable, and may have lost the transaction.
                break;
            }
            self.stop.sleep(self.pause(LOOK))?;
        }
        Ok(None)
    }

    /// Uses the account to judge a transaction that no node shows; none while it can still be included. Sets `held` to
    /// false if it certainly did not happen.
    fn settled(&self, signer: &Signer, signed: &Signed, course: &mut Course) -> Result<Option<Fate>> {
        let account = match self.head_at_once().and_then(|_| self.round(|| self.account_once(signer.address()))) {
            Ok(account) => account,
            Err(Error::Stopped) => return Err(Error::Stopped),
            Err(_) => {
                self.stop.sleep(self.pause(BUSY))?;
                return Ok(None);
            }
        };
        let over = account.height >= signed.last_height;
        if account.sequence <= signed.sequence {
            if !over || !self.is_ruled_out(signer, signed, course)? {
                return Ok(None);
            }
            course.held = false;
            let (hash, last) = (signed.name(), signed.last_height);
            return Err(Error::network(format!(
                "transaction {hash} was not included until height {last} and cannot be any more"
            )));
        }
        let search = self.find_anywhere(signed, account.height)?;
        match (search.tx, &course.doubt) {
            (Some(tx), _) => Ok(Some(Fate::Included(tx))),
            // Another transaction used its sequence, so this one can never be included.
            (None, Some(refusal)) if search.told >= self.nodes() => Ok(Some(Fate::SignAnew(refusal.clone()))),
            // A node that lags may not know yet which transaction used the sequence.
            (None, Some(_)) if search.behind && !over => Ok(None),
            // Indexes lag behind blocks.
            (None, None) if search.told > 0 && !over => Ok(None),
            _ => Err(Error::network(format!(
                "no node shows it, and the account's sequence went from {} to {} by height {}",
                signed.sequence, account.sequence, account.height
            ))),
        }
    }

    /// Whether all nodes say that it can never be included: a single node may not know about it.
    fn is_ruled_out(&self, signer: &Signer, signed: &Signed, course: &mut Course) -> Result<bool> {
        for _ in 0..self.nodes() {
            let account = match self.account_once(signer.address()) {
                Ok(account) => account,
                Err(Error::Stopped) => return Err(Error::Stopped),
                Err(error) => {
                    course.why = error.to_string();
                    return Ok(false);
                }
            };
            let unused = account.height >= signed.last_height && account.sequence <= signed.sequence;
            if !unused || matches!(self.find_once(signed), Ok(Some(_))) {
                return Ok(false);
            }
            self.turn();
        }
        Ok(true)
    }

    /// Asks all nodes for it. That it is missing only counts on nodes at this height.
    fn find_anywhere(&self, signed: &Signed, height: u64) -> Result<Search> {
        let (mut told, mut behind) = (0usize, false);
        for _ in 0..self.nodes() {
            match self.find_once(signed) {
                Ok(Some(tx)) => return Ok(Search { tx: Some(tx), told, behind }),
                Ok(None) if self.seen.height.get() < height => behind = true,
                Ok(None) => told = told.saturating_add(1),
                Err(Error::Stopped) => return Err(Error::Stopped),
                Err(_) => {}
            }
            self.turn();
        }
        Ok(Search { tx: None, told, behind })
    }

    fn broadcast(&self, signed: &Signed) -> Result<Broadcast> {
        match self.round(|| self.look_once()) {
            Ok(()) => {}
            Err(Error::Network(text) | Error::User(text)) => return Ok(Broadcast::NotTaken(text)),
            Err(error) => return Err(error),
        }
        let tx = Binary::from(signed.bytes.as_slice()).to_base64();
        let answer = match self.transport.call("broadcast_tx_sync", json!({"tx": tx})) {
            Ok(Answer::Result(answer)) => answer,
            Ok(Answer::Refused(text)) => return Ok(self.refused_by_the_node(text)),
            Err(Error::Network(text)) => return Ok(Broadcast::Unanswered(text)),
            Err(error) => return Err(error),
        };
        let Some(number) = answer.get("code").and_then(Value::as_u64) else {
            return Ok(Broadcast::Unanswered(self.trouble("answers broadcast_tx_sync with nothing").to_string()));
        };
        let text = |key: &str| answer.get(key).and_then(Value::as_str).unwrap_or_default().to_owned();
        let of_the_sdk = text("codespace") == "sdk";
        let log = text("log");
        Ok(match number {
            0 => Broadcast::Held,
            IN_MEMPOOL if of_the_sdk => Broadcast::Known,
            MEMPOOL_FULL if of_the_sdk => Broadcast::NotTaken(self.trouble(&log).to_string()),
            WRONG_SEQUENCE if of_the_sdk => {
                let expected = expected_sequence(&log);
                Broadcast::WrongSequence(log, expected)
            }
            PAST_ITS_HEIGHT if of_the_sdk => Broadcast::PastItsHeight(log),
            INSUFFICIENT_FEE | TOO_LARGE if of_the_sdk => Broadcast::RefusedByThisNode(log),
            _ if of_the_node(&log) => Broadcast::NotTaken(self.trouble(&format!("refuses: {log}")).to_string()),
            _ => Broadcast::Refused(log),
        })
    }

    /// Interprets that a node refused to process a transaction.
    fn refused_by_the_node(&self, text: String) -> Broadcast {
        let words = text.to_lowercase();
        let says = |part: &str| words.contains(part);
        if says("already exists in cache") {
            Broadcast::Known
        } else if says("mempool is full") || says("too many requests") || says("rate limit") {
            Broadcast::NotTaken(self.trouble(&text).to_string())
        } else if says("tx too large") {
            Broadcast::RefusedByThisNode(text)
        } else {
            Broadcast::Unanswered(self.trouble(&text).to_string())
        }
    }

    /// Finds it in a block of the current node.
    fn find_once(&self, signed: &Signed) -> Result<Option<Value>> {
        match self.call_once("tx", &json!({"hash": Binary::from(signed.hash.as_slice()).to_base64(), "prove": false})) {
            Ok(tx) if signed.is_in(&tx) => Ok(Some(tx)),
            Ok(_) => {
                Err(self.trouble(&format!("tx: answers with something that is not transaction {}", signed.name())))
            }
            Err(Error::Chain(_)) => Ok(None),
            Err(error) => Err(error),
        }
    }
}

/// What all nodes together know about a transaction.
struct Search {
    tx: Option<Value>,
    /// Number of nodes that do not have it.
    told: usize,
    /// Whether one of them could not tell yet.
    behind: bool,
}

enum Broadcast {
    Held,
    /// The node had these bytes already.
    Known,
    /// Certainly not accepted: the node is busy, or has no state.
    NotTaken(String),
    Unanswered(String),
    /// With the sequence that the node expects.
    WrongSequence(String, Option<u64>),
    /// Signed at the height of another node.
    PastItsHeight(String),
    /// Because of the node's own settings: minimum gas price, or maximum size of a transaction.
    RefusedByThisNode(String),
    Refused(String),
}

impl Signed {
    fn name(&self) -> String {
        HexBinary::from(self.hash.as_slice()).to_string().to_uppercase()
    }

    /// Whether a response to `tx` is about this one: in a possible block, and with a result.
    fn is_in(&self, tx: &Value) -> bool {
        let text = |key: &str| tx.get(key).and_then(Value::as_str).unwrap_or_default();
        let height = text("height").parse().unwrap_or(0u64);
        text("hash").eq_ignore_ascii_case(&self.name())
            && (1..=self.last_height).contains(&height)
            && tx.pointer("/tx_result/code").is_some_and(Value::is_u64)
    }
}

/// The 8 of `account sequence mismatch, expected 8, got 7`.
pub(crate) fn expected_sequence(text: &str) -> Option<u64> {
    let (_, rest) = text.split_once("expected ")?;
    rest.split(|c: char| !c.is_ascii_digit()).next()?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    const S: Duration = Duration::from_secs(1);

    #[test]
    fn a_wait_goes_on_while_blocks_come_and_ends_without_them() {
        let mut clock = Clock::new(100, S * 30);
        assert!(!clock.is_over(S * 29, 100));
        assert!(!clock.is_over(S * 29, 101));
        // A lower height of another node does not count as new.
        assert!(!clock.is_over(S * 58, 90));
        assert!(clock.is_over(S * 59, 101));
    }

    #[test]
    fn a_wait_ends_after_a_quarter_of_an_hour_also_where_blocks_come_all_the_time() {
        let mut clock = Clock::new(100, S * 30);
        let over = (1..=90).find(|step| clock.is_over(S * 10 * *step, 100 + u64::from(*step)));
        assert_eq!(over, Some(90));
    }
}
