//! Sends a signed transaction, and knows what became of it.
//!
//! A transaction must never happen twice, and never be thought lost while it can still happen. So: it names the last
//! height at which it may be included; the same bytes are sent to the next node when one does not show them in a block;
//! it is signed anew only when no node ever held it from here; and that it did not happen is said only of an account
//! whose sequence is unused at or after that height, in an answer that names its own height.

use std::time::{Duration, Instant};

use cosmwasm_std::{Binary, HexBinary};
use serde_json::{json, Value};

use crate::ask::of_the_node;
use crate::log::{self, Level};
use crate::waiting::{Voice, Waiting};
use crate::{contract_error, Answer, Client, Error, Result, Signer};

/// Pause between two looks for a transaction.
pub(crate) const LOOK: Duration = Duration::from_millis(200);
/// An answer that takes longer comes from a node that was away.
const AWAY: Duration = Duration::from_secs(1);
/// After this long without a sight of it, the same bytes are sent to the next node.
const SEND_AGAIN: Duration = Duration::from_secs(5);
/// Longest wait for a transaction, also where blocks come all the time.
const LONGEST_WAIT: Duration = Duration::from_secs(900);
/// Pause after all nodes were too busy to take it.
const BUSY: Duration = Duration::from_secs(1);
/// The SDK's codes.
const WRONG_SEQUENCE: u64 = 32;
const MEMPOOL_FULL: u64 = 20;
const IN_MEMPOOL: u64 = 19;
const PAST_ITS_HEIGHT: u64 = 30;

/// What became of one sending.
pub(crate) enum Fate {
    Included(Value),
    /// It must be signed anew, with this sequence at least: no node held it.
    SignAnew {
        refusal: String,
        sequence: u64,
    },
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
        let mut held = false;
        self.pursue(signer, signed, &mut held).map_err(|error| match error {
            Error::Network(why) if held => {
                Error::MayHaveHappened { hash: signed.name(), until: signed.last_height, why }
            }
            Error::Stopped if held => {
                let until = signed.last_height.to_string();
                log::line(Level::Warn, "left_open", &[("tx", signed.name()), ("until_height", until)]);
                Error::Stopped
            }
            other => other,
        })
    }

    fn pursue(&self, signer: &Signer, signed: &Signed, held: &mut bool) -> Result<Fate> {
        let start = Instant::now();
        let mut clock = Clock::new(self.seen.highest.get(), self.patience);
        let waiting = self.waiting_for(signed);
        let mut why = String::new();
        for turn in 1.. {
            match self.broadcast(signed)? {
                Broadcast::Held => *held = true,
                // Maybe it arrived: from here on only a look at the chain can tell.
                Broadcast::Unanswered(text) => (*held, why) = (true, text),
                Broadcast::NotTaken(text) => why = text,
                Broadcast::WrongSequence(_, Some(expected)) if !*held && expected < signed.sequence => {
                    why = self.trouble(&format!("is behind: it expects the account's sequence {expected}")).to_string();
                }
                // Known, but not from here: another process of the account sent the very same. It is not this one's to claim.
                Broadcast::Known(refusal) if !*held => return Ok(Fate::SignAnew { refusal, sequence: 0 }),
                Broadcast::WrongSequence(refusal, expected) if !*held => {
                    return Ok(Fate::SignAnew { refusal, sequence: expected.unwrap_or(0) });
                }
                Broadcast::Refused(text) if !*held => return Err(Error::chain(contract_error(&text))),
                // Its own inclusion makes a second sending fail.
                Broadcast::Known(_) | Broadcast::WrongSequence(..) | Broadcast::Refused(_) => {}
            }
            if *held {
                if let Some(tx) = self.watch(signed, &mut why)? {
                    return Ok(Fate::Included(tx));
                }
                if let Some(fate) = self.settled(signer, signed, held)? {
                    return Ok(fate);
                }
            } else if usize::checked_rem(turn, self.transport.nodes().max(1)) == Some(0) {
                self.stop.sleep(self.pause(BUSY))?;
            }
            if let Some(waiting) = waiting.as_ref().filter(|_| !why.is_empty()) {
                waiting.note(&why);
            }
            self.turn();
            // Blocks past its last height are no reason to wait on; that a node was not tried yet is one.
            let over = clock.is_over(start.elapsed(), self.seen.highest.get().min(signed.last_height));
            if over && turn >= self.transport.nodes() {
                break;
            }
        }
        let height = self.seen.highest.get();
        let why = if why.is_empty() { "no node shows it in a block".to_owned() } else { why };
        Err(Error::network(format!("{why}; the last block seen is {height}")))
    }

    /// For people only: a log has a line for each transaction anyway.
    fn waiting_for(&self, signed: &Signed) -> Option<Waiting> {
        let what = format!("transaction {} to come into a block", signed.name());
        (self.waiting.get() == Voice::Plain).then(|| Waiting::begin(Voice::Plain, &what, self.patience))
    }

    /// Looks for it in blocks for a while; the same node goes on being asked while it can tell.
    fn watch(&self, signed: &Signed, why: &mut String) -> Result<Option<Value>> {
        let start = Instant::now();
        while start.elapsed() < self.pause(SEND_AGAIN) {
            let asked = Instant::now();
            match self.round(|| self.find_once(&signed.hash)) {
                Ok(None) => {}
                Err(Error::Network(text) | Error::User(text)) => {
                    *why = text;
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
    fn settled(&self, signer: &Signer, signed: &Signed, held: &mut bool) -> Result<Option<Fate>> {
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
            if !over {
                return Ok(None);
            }
            *held = false;
            let (hash, last) = (signed.name(), signed.last_height);
            return Err(Error::network(format!(
                "transaction {hash} was not included until height {last} and cannot be any more"
            )));
        }
        let (found, looked) = self.find_anywhere(&signed.hash)?;
        match found {
            Some(tx) => Ok(Some(Fate::Included(tx))),
            // Indices follow blocks with a delay.
            None if looked && !over => Ok(None),
            None => Err(Error::network(format!(
                "no node shows it, and the account's sequence went from {} to {} by height {}",
                signed.sequence, account.sequence, account.height
            ))),
        }
    }

    /// Asks every node; and whether any of them could tell.
    fn find_anywhere(&self, hash: &[u8]) -> Result<(Option<Value>, bool)> {
        let mut looked = false;
        for _ in 0..self.transport.nodes().max(1) {
            match self.find_once(hash) {
                Ok(Some(tx)) => return Ok((Some(tx), true)),
                Ok(None) => looked = true,
                Err(Error::Stopped) => return Err(Error::Stopped),
                Err(_) => {}
            }
            self.turn();
        }
        Ok((None, looked))
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
        let number = answer.get("code").and_then(Value::as_u64).unwrap_or(0);
        let text = |key: &str| answer.get(key).and_then(Value::as_str).unwrap_or_default().to_owned();
        let of_the_sdk = text("codespace") == "sdk";
        let log = text("log");
        Ok(match number {
            0 => Broadcast::Held,
            IN_MEMPOOL if of_the_sdk => Broadcast::Known(SENT_ELSEWHERE.to_owned()),
            MEMPOOL_FULL if of_the_sdk => Broadcast::NotTaken(self.trouble(&log).to_string()),
            WRONG_SEQUENCE if of_the_sdk => {
                let expected = expected_sequence(&log);
                Broadcast::WrongSequence(log, expected)
            }
            // Signed at the height of another node.
            PAST_ITS_HEIGHT if of_the_sdk => Broadcast::WrongSequence(log, Some(signed.sequence)),
            _ if of_the_node(&log) => Broadcast::NotTaken(self.trouble(&format!("refuses: {log}")).to_string()),
            _ => Broadcast::Refused(log),
        })
    }

    /// What it means that a node refused to look at a transaction.
    fn refused_by_the_node(&self, text: String) -> Broadcast {
        let words = text.to_lowercase();
        let says = |part: &str| words.contains(part);
        if says("already exists in cache") {
            Broadcast::Known(SENT_ELSEWHERE.to_owned())
        } else if says("mempool is full") || says("too many requests") || says("rate limit") {
            Broadcast::NotTaken(self.trouble(&text).to_string())
        } else if says("tx too large") {
            Broadcast::Refused(text)
        } else {
            Broadcast::Unanswered(self.trouble(&text).to_string())
        }
    }

    /// A transaction in a block of the node of now, if it is in one.
    fn find_once(&self, hash: &[u8]) -> Result<Option<Value>> {
        match self.call_once("tx", &json!({"hash": Binary::from(hash).to_base64(), "prove": false})) {
            Ok(tx) => Ok(Some(tx)),
            Err(Error::Chain(text)) if text.contains("not found") => Ok(None),
            Err(Error::Chain(text)) => Err(Error::Network(text)),
            Err(error) => Err(error),
        }
    }
}

const SENT_ELSEWHERE: &str = "the very same was just sent by another process";

enum Broadcast {
    Held,
    /// The node had these bytes already.
    Known(String),
    /// Certainly not: the node is busy, or has no state of the chain.
    NotTaken(String),
    Unanswered(String),
    /// And the sequence that the node expects.
    WrongSequence(String, Option<u64>),
    Refused(String),
}

impl Signed {
    fn name(&self) -> String {
        HexBinary::from(self.hash.as_slice()).to_string()
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
