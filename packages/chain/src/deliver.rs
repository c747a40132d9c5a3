//! Sends a signed transaction, and knows what became of it.
//!
//! A transaction must never happen twice, and never be thought lost while it can still happen. So: it names the last
//! height at which it may be included; the same bytes are sent to the next node when one does not show them in a block;
//! it is signed anew only when no node ever held it from here, another one took its sequence, and every node was asked
//! for it; and that it did not happen is said only where every node has an account whose sequence is unused at or after
//! that height, in an answer that names its own height.

use std::collections::BTreeSet;
use std::time::{Duration, Instant};

use cosmwasm_std::{Binary, HexBinary};
use serde_json::{json, Value};

use crate::ask::of_the_node;
use crate::waiting::{tell, Voice, Waiting};
use crate::{contract_error, Answer, Client, Error, Result, Signer};

/// Pause between two looks for a transaction.
pub(crate) const LOOK: Duration = Duration::from_millis(200);
/// An answer that takes longer comes from a node that was away.
const AWAY: Duration = Duration::from_secs(1);
/// After this long without a sight of it, the same bytes are sent to the next node.
const SEND_AGAIN: Duration = Duration::from_secs(5);
/// The same where a node said that another transaction of the account came first.
const SEND_DOUBTED_AGAIN: Duration = Duration::from_secs(2);
/// Longest wait for a transaction, also where blocks come all the time.
const LONGEST_WAIT: Duration = Duration::from_secs(900);
/// Pause after all nodes were too busy to take it.
const BUSY: Duration = Duration::from_secs(1);
/// The SDK's codes.
const WRONG_SEQUENCE: u64 = 32;
const INSUFFICIENT_FEE: u64 = 13;
const MEMPOOL_FULL: u64 = 20;
const TOO_LARGE: u64 = 21;
const IN_MEMPOOL: u64 = 19;
const PAST_ITS_HEIGHT: u64 = 30;

/// What became of one sending.
pub(crate) enum Fate {
    Included(Value),
    /// It must be signed anew, for this reason: it did not happen and cannot.
    SignAnew(String),
}

/// What is known of a transaction on its way.
#[derive(Default)]
struct Course {
    /// Whether a node may hold it.
    held: bool,
    /// That another transaction came first, as long as this is all that was ever said.
    doubt: Option<String>,
    /// Why it is not there yet.
    why: String,
    /// Nodes that refused it for what is their own.
    refused_by: BTreeSet<String>,
    /// Nodes that expect an earlier sequence.
    behind: BTreeSet<String>,
}

/// When the wait for a transaction ends: a while after the last new height, and anyway some day.
struct Clock {
    patience: Duration,
    moved: Duration,
    height: u64,
}

impl Clock {
    fn new(height: u64, patience: Duration) -> Self {
        Clock { patience, moved: Duration::ZERO, height }
    }

    /// Whether it has ended, so long after its start, at this height.
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
    /// Sends until it is in a block, or never can be, or nobody can tell.
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
            // Blocks past its last height are no reason to wait on; that a node was not tried yet is one.
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

    /// Takes note of how the node of now answered; what it means for the whole, where that is known at once.
    fn hear(&self, heard: Broadcast, signed: &Signed, course: &mut Course) -> Result<Option<Fate>> {
        match heard {
            Broadcast::Held => (course.held, course.doubt) = (true, None),
            // Maybe it arrived: from here on only a look at the chain can tell.
            Broadcast::Unanswered(text) => (course.held, course.doubt, course.why) = (true, None, text),
            Broadcast::NotTaken(text) => course.why = text,
            // Its own inclusion makes a second sending fail.
            _ if course.held => {}
            Broadcast::WrongSequence(_, Some(expected)) if expected < signed.sequence => {
                course.why = self.trouble(&format!("expects the account's sequence {expected}")).to_string();
                course.behind.insert(self.transport.node());
                // It was signed for the sequence of a node that is alone with it.
                if self.nodes() > 1 && course.behind.len() >= self.nodes() {
                    return Ok(Some(Fate::SignAnew(course.why.clone())));
                }
            }
            // Another one came first, or this very one did, from a proxy that sent it twice.
            Broadcast::WrongSequence(refusal, _) => (course.held, course.doubt) = (true, Some(refusal)),
            // These very bytes are under way: whoever sent them, they can happen once.
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

    /// For people only: a log has a line for each transaction anyway.
    fn waiting_for(&self, signed: &Signed) -> Option<Waiting> {
        let what = format!("transaction {} to come into a block", signed.name());
        (self.waiting.get() == Voice::Plain).then(|| Waiting::begin(Voice::Plain, &what))
    }

    /// Looks for it in blocks for a while; the same node goes on being asked while it can tell.
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
                // The node was away, and with it what it held.
                break;
            }
            self.stop.sleep(self.pause(LOOK))?;
        }
        Ok(None)
    }

    /// What the account says of a transaction that no node shows; none while it can still be included. `held` is false
    /// afterwards when it is known that it did not happen.
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
            // Another one has its sequence, so this one can never be included.
            (None, Some(refusal)) if search.told >= self.nodes() => Ok(Some(Fate::SignAnew(refusal.clone()))),
            // A node that is behind may not know yet what took the sequence.
            (None, Some(_)) if search.behind && !over => Ok(None),
            // Indices follow blocks with a delay.
            (None, None) if search.told > 0 && !over => Ok(None),
            _ => Err(Error::network(format!(
                "no node shows it, and the account's sequence went from {} to {} by height {}",
                signed.sequence, account.sequence, account.height
            ))),
        }
    }

    /// Whether every node says that it can never be included: one alone may not have heard of it.
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

    /// Asks every node for it; that it has none counts of a node that is at this height.
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

    /// What it means that a node refused to look at a transaction.
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

    /// It, in a block of the node of now, if it is in one.
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

/// What all nodes together say of a transaction.
struct Search {
    tx: Option<Value>,
    /// How many of them could tell that they have none.
    told: usize,
    /// Whether one of them could not tell yet.
    behind: bool,
}

enum Broadcast {
    Held,
    /// The node had these bytes already.
    Known,
    /// Certainly not: the node is busy, or has no state of the chain.
    NotTaken(String),
    Unanswered(String),
    /// And the sequence that the node expects.
    WrongSequence(String, Option<u64>),
    /// Signed at the height of another node.
    PastItsHeight(String),
    /// For what each node sets for itself: what gas costs at least, and how large a transaction may be.
    RefusedByThisNode(String),
    Refused(String),
}

impl Signed {
    fn name(&self) -> String {
        HexBinary::from(self.hash.as_slice()).to_string().to_uppercase()
    }

    /// Whether an answer to `tx` is of this one: in a block at which it can be, and with a result.
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
        // A lower height of another node is none that is new.
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
