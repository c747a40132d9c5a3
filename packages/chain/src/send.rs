//! Signing, sending, and knowing what became of it.
//!
//! A transaction must never happen twice, and never be thought lost while it can still happen. So: it names the last
//! height at which it may be included; the same bytes are sent to the next node when one does not show them in a block;
//! it is signed anew only when no node ever held it from here; and that it did not happen is said only of an account
//! whose sequence is unused at or after that height, in an answer that names its own height.

use std::time::{Duration, Instant};

use cosmrs::proto::cosmos::base::abci::v1beta1::TxMsgData;
use cosmrs::proto::cosmos::tx::v1beta1::{SimulateRequest, SimulateResponse};
use cosmrs::proto::traits::Message;
use cosmrs::tx::{Body, Fee, SignDoc, SignerInfo};
use cosmwasm_std::{Binary, Coin, Decimal, HexBinary, Uint128};
use serde::Deserialize;
use serde_json::{json, Value};
use sha2::{Digest, Sha256};

use crate::ask::of_the_node;
use crate::log::{self, Level};
use crate::{contract_error, Answer, Client, Error, Msg, Result, Signer};

/// Blocks after which a transaction that was not included never can be.
const TIMEOUT_BLOCKS: u64 = 60;
/// Gas of loading a contract (60,000) and having it answer a price.
const ONE_MORE_CONTRACT: u64 = 75_000;
/// Pause between two looks for a transaction.
const LOOK: Duration = Duration::from_millis(200);
/// An answer that takes longer comes from a node that was away.
const AWAY: Duration = Duration::from_secs(1);
/// After this long without a sight of it, the same bytes are sent to the next node.
const SEND_AGAIN: Duration = Duration::from_secs(5);
/// How often a transaction is signed anew because another one of the same account came first.
const SEQUENCE_TRIES: u32 = 8;
/// Longest wait for a transaction, also where blocks come all the time.
const LONGEST_WAIT: Duration = Duration::from_secs(900);
/// Pause after all nodes were too busy to take it.
const BUSY: Duration = Duration::from_secs(1);
/// Pause before it is signed anew: about a block of a fast chain.
const SEQUENCE_PAUSE: Duration = Duration::from_millis(700);
/// How the SDK begins to say that another transaction of the account came first, and which sequence it wants.
const SEQUENCE_MISMATCH: &str = "account sequence mismatch";
/// The SDK's codes.
const WRONG_SEQUENCE: u64 = 32;
const MEMPOOL_FULL: u64 = 20;
const IN_MEMPOOL: u64 = 19;
const PAST_ITS_HEIGHT: u64 = 30;

/// What a transaction will cost at most.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cost {
    /// Gas that it may use.
    pub gas: u64,
    /// Fee, paid whether it succeeds or not.
    pub fee: Coin,
}

/// An event of a transaction.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct Event {
    /// Its type, such as `wasm-ballast-vault/deposit`.
    #[serde(rename = "type")]
    pub kind: String,
    /// Its attributes.
    pub attributes: Vec<Attribute>,
}

/// An attribute of an event.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct Attribute {
    /// Name.
    pub key: String,
    /// Value.
    #[serde(default)]
    pub value: String,
}

impl Event {
    /// Value of the first attribute of this name.
    pub fn get(&self, key: &str) -> Option<&str> {
        self.attributes.iter().find(|attribute| attribute.key == key).map(|attribute| attribute.value.as_str())
    }
}

/// A transaction that is in a block and succeeded.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sent {
    /// Its hash.
    pub hash: String,
    /// Its block.
    pub height: u64,
    /// Gas asked for.
    pub gas_wanted: u64,
    /// Gas used.
    pub gas_used: u64,
    /// Fee paid.
    pub fee: Coin,
    /// The answers of its messages: protobuf, in their order.
    pub answers: Vec<Vec<u8>>,
    /// What it told.
    pub events: Vec<Event>,
}

/// The answers of the messages of a transaction: protobuf, in their order.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Answers(pub Vec<Vec<u8>>);

impl Answers {
    /// The typed `data` that the contract of message `index` answered with.
    ///
    /// # Errors
    /// [`Error::Chain`] when there is none of this form.
    pub fn data<T: serde::de::DeserializeOwned>(&self, index: usize) -> Result<T> {
        typed(&self.0, index).map_err(|error| Error::chain(format!("the simulation answered unexpectedly: {error}")))
    }
}

fn typed<T: serde::de::DeserializeOwned>(answers: &[Vec<u8>], index: usize) -> serde_json::Result<T> {
    let answer = answers.get(index).map(Vec::as_slice).unwrap_or_default();
    let answer = cosmrs::proto::cosmwasm::wasm::v1::MsgExecuteContractResponse::decode(answer);
    serde_json::from_slice(&answer.map(|answer| answer.data).unwrap_or_default())
}

/// What became of one sending.
enum Fate {
    Included(Value),
    /// It must be signed anew, with this sequence at least: no node held it.
    SignAnew {
        refusal: String,
        sequence: u64,
    },
}

/// When the wait for a transaction ends: a while after the last new height, and anyway some day.
struct Clock {
    start: Instant,
    moved: Instant,
    height: u64,
}

impl Clock {
    fn start(height: u64) -> Self {
        Clock { start: Instant::now(), moved: Instant::now(), height }
    }

    fn is_over(&mut self, height: u64, patience: Duration) -> bool {
        if height > self.height {
            (self.height, self.moved) = (height, Instant::now());
        }
        self.moved.elapsed() >= patience || self.start.elapsed() >= LONGEST_WAIT
    }
}

/// A signed transaction.
struct Signed {
    bytes: Vec<u8>,
    hash: Vec<u8>,
    sequence: u64,
    last_height: u64,
}

impl Client {
    /// What these messages would cost, by simulating them on the node.
    ///
    /// # Errors
    /// [`Error::Chain`] with the contract's text when they would fail; those of [`Client::call`].
    pub fn simulate(&self, signer: &Signer, msgs: &[Msg]) -> Result<Cost> {
        self.try_out(signer, msgs).map(|(cost, _)| cost)
    }

    /// What these messages would cost and answer, by simulating them on the node.
    ///
    /// # Errors
    /// As [`Client::simulate`].
    pub fn try_out(&self, signer: &Signer, msgs: &[Msg]) -> Result<(Cost, Answers)> {
        let mut sequence = self.account(signer.address())?.sequence;
        for _ in 1..SEQUENCE_TRIES {
            match self.simulate_at(signer, msgs, sequence) {
                // Another transaction of the account waits for its block: the simulation counts it, the account not yet.
                Err(Error::Chain(text)) if text.contains(SEQUENCE_MISMATCH) => {
                    sequence = match expected_sequence(&text) {
                        Some(expected) => expected,
                        None => self.account(signer.address())?.sequence,
                    };
                    self.stop.sleep(self.pause(LOOK))?;
                }
                other => return other,
            }
        }
        self.simulate_at(signer, msgs, sequence)
    }

    fn simulate_at(&self, signer: &Signer, msgs: &[Msg], sequence: u64) -> Result<(Cost, Answers)> {
        let body = body(signer, msgs, 0)?;
        let fee = self.fee(0)?;
        let auth = SignerInfo::single_direct(Some(signer.key.public_key()), sequence).auth_info(proto_fee(&fee, 0)?);
        let tx = cosmrs::proto::cosmos::tx::v1beta1::TxRaw {
            body_bytes: body.into_bytes().map_err(cannot_encode)?,
            auth_info_bytes: auth.into_bytes().map_err(cannot_encode)?,
            signatures: vec![vec![]],
        };
        #[allow(deprecated)]
        let request = SimulateRequest { tx: None, tx_bytes: tx.encode_to_vec() };
        let answer: SimulateResponse = self.module("/cosmos.tx.v1beta1.Service/Simulate", &request)?;
        let answers = answer.result.unwrap_or_default().msg_responses.into_iter().map(|answer| answer.value);
        Ok((self.cost(answer.gas_info.unwrap_or_default().gas_used)?, Answers(answers.collect())))
    }

    /// What a transaction of this simulated gas costs, with the chain file's margin on top, and one more contract.
    ///
    /// A simulation runs at the height of the last block. When that block already used the market, its price of the
    /// block is there, and the simulation does not see the question to the oracle that the next block will ask.
    ///
    /// # Errors
    /// [`Error::User`] for a gas price that overflows.
    pub fn cost(&self, gas_used: u64) -> Result<Cost> {
        let gas = times(gas_used.saturating_add(ONE_MORE_CONTRACT), self.chain.gas_adjustment)?;
        Ok(Cost { gas, fee: self.fee(gas)? })
    }

    /// What this much gas costs.
    pub(crate) fn fee(&self, gas: u64) -> Result<Coin> {
        let price = &self.chain.gas_price;
        Ok(Coin { denom: price.denom.clone(), amount: Uint128::from(times(gas, price.amount)?) })
    }

    /// Simulates, signs, sends and waits until the messages are in a block.
    ///
    /// # Errors
    /// [`Error::Chain`] with the contract's text when they fail; [`Error::Network`] when it is known that they did not
    /// happen; [`Error::MayHaveHappened`] when it cannot be told; [`Error::Stopped`].
    pub fn execute(&self, signer: &Signer, msgs: &[Msg]) -> Result<Sent> {
        let cost = self.simulate(signer, msgs)?;
        self.send(signer, msgs, &cost)
    }

    /// Signs, sends and waits until the messages are in a block.
    ///
    /// # Errors
    /// As [`Client::execute`].
    pub fn send(&self, signer: &Signer, msgs: &[Msg], cost: &Cost) -> Result<Sent> {
        let mut refused = String::new();
        let mut least = 0;
        for _ in 0..SEQUENCE_TRIES {
            let signed = self.sign(signer, msgs, cost, least)?;
            match self.deliver(signer, &signed)? {
                Fate::Included(tx) => return self.included(&tx, cost),
                Fate::SignAnew { refusal, sequence } => (refused, least) = (refusal, sequence),
            }
            self.stop.sleep(self.pause(SEQUENCE_PAUSE))?;
        }
        Err(Error::network(format!(
            "{} sends from elsewhere at the same time: {SEQUENCE_TRIES} tries, the last one refused: {refused}",
            signer.address()
        )))
    }

    fn included(&self, tx: &Value, cost: &Cost) -> Result<Sent> {
        let height = tx.get("height").and_then(Value::as_str).and_then(|height| height.parse().ok()).unwrap_or(0);
        self.seen.sent_at.set(height);
        sent(tx, height, cost)
    }

    fn sign(&self, signer: &Signer, msgs: &[Msg], cost: &Cost, least_sequence: u64) -> Result<Signed> {
        self.head()?;
        let account = self.account(signer.address())?;
        let last_height = self.seen.highest.get().saturating_add(TIMEOUT_BLOCKS);
        let sequence = account.sequence.max(least_sequence);
        let body = body(signer, msgs, last_height)?;
        let auth = SignerInfo::single_direct(Some(signer.key.public_key()), sequence)
            .auth_info(proto_fee(&cost.fee, cost.gas)?);
        let id =
            self.chain.id.parse().map_err(|error| Error::user(format!("chain id '{}': {error}", self.chain.id)))?;
        let raw = SignDoc::new(&body, &auth, &id, account.number).and_then(|doc| doc.sign(&signer.key));
        let bytes = raw.and_then(|raw| raw.to_bytes()).map_err(cannot_encode)?;
        let hash = Sha256::digest(&bytes).to_vec();
        Ok(Signed { bytes, hash, sequence, last_height })
    }

    /// Sends until it is in a block, or never can be, or nobody can tell.
    fn deliver(&self, signer: &Signer, signed: &Signed) -> Result<Fate> {
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
        let mut clock = Clock::start(self.seen.highest.get());
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
            // Blocks past its last height are no reason to wait on.
            if clock.is_over(self.seen.highest.get().min(signed.last_height), self.patience) {
                break;
            }
            self.turn();
        }
        let height = self.seen.highest.get();
        let why = if why.is_empty() { "no node shows it in a block".to_owned() } else { why };
        Err(Error::network(format!("{why}; the last block seen is {height}")))
    }

    /// Looks for it in blocks for a while; the same node goes on being asked while it can tell.
    fn watch(&self, signed: &Signed, why: &mut String) -> Result<Option<Value>> {
        let start = Instant::now();
        while start.elapsed() < self.pause(SEND_AGAIN) {
            let asked = Instant::now();
            match self.round(|| self.find_once(&signed.hash)) {
                Ok(None) => {}
                Err(Error::Network(text)) => {
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
            Err(Error::Network(text)) => return Ok(Broadcast::NotTaken(text)),
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

fn body(signer: &Signer, msgs: &[Msg], last_height: u64) -> Result<Body> {
    let msgs = msgs.iter().map(|msg| msg.to_any(signer.address())).collect::<Result<Vec<_>>>()?;
    let height = u32::try_from(last_height).map_err(|_| Error::chain(format!("height {last_height} is too great")))?;
    Ok(Body::new(msgs, "", height))
}

fn proto_fee(fee: &Coin, gas: u64) -> Result<Fee> {
    let denom = fee.denom.parse().map_err(|error| Error::user(format!("denom '{}': {error}", fee.denom)))?;
    Ok(Fee::from_amount_and_gas(cosmrs::Coin { denom, amount: fee.amount.u128() }, gas))
}

/// The 8 of `account sequence mismatch, expected 8, got 7`.
fn expected_sequence(text: &str) -> Option<u64> {
    let (_, rest) = text.split_once("expected ")?;
    rest.split(|c: char| !c.is_ascii_digit()).next()?.parse().ok()
}

/// `number * factor`, rounded up.
fn times(number: u64, factor: Decimal) -> Result<u64> {
    let product =
        Uint128::from(number).checked_mul_ceil(factor).ok().and_then(|product| u64::try_from(product.u128()).ok());
    product.ok_or_else(|| Error::user(format!("{number} times {factor} is too large for gas or its fee")))
}

fn cannot_encode(error: impl std::fmt::Display) -> Error {
    Error::user(format!("cannot encode the transaction: {error}"))
}

/// Reads the node's answer to `tx`.
fn sent(tx: &Value, height: u64, cost: &Cost) -> Result<Sent> {
    let text = |path: &str| tx.pointer(path).and_then(Value::as_str).unwrap_or_default();
    let number = |path: &str| text(path).parse::<u64>().unwrap_or(0);
    let hash = text("/hash").to_owned();
    if tx.pointer("/tx_result/code").and_then(Value::as_u64).unwrap_or(0) != 0 {
        return Err(Error::chain(contract_error(text("/tx_result/log"))));
    }
    let garbled = |error: &dyn std::fmt::Display| {
        Error::network(format!("transaction {hash} happened, its result is garbled: {error}"))
    };
    let data = Binary::from_base64(text("/tx_result/data")).map_err(|error| garbled(&error))?;
    let data = TxMsgData::decode(data.as_slice()).map_err(|error| garbled(&error))?;
    let events = tx.pointer("/tx_result/events").cloned().unwrap_or_else(|| json!([]));
    Ok(Sent {
        height,
        gas_wanted: number("/tx_result/gas_wanted"),
        gas_used: number("/tx_result/gas_used"),
        fee: cost.fee.clone(),
        answers: data.msg_responses.into_iter().map(|answer| answer.value).collect(),
        events: serde_json::from_value(events).map_err(|error| garbled(&error))?,
        hash,
    })
}

impl Sent {
    /// The typed `data` that the contract of message `index` answered with.
    ///
    /// # Errors
    /// [`Error::Chain`] when there is none of this form.
    pub fn data<T: serde::de::DeserializeOwned>(&self, index: usize) -> Result<T> {
        typed(&self.answers, index)
            .map_err(|error| Error::chain(format!("transaction {} answered unexpectedly: {error}", self.hash)))
    }

    /// Where it is and what it cost, for `--json`.
    pub fn summary(&self) -> Value {
        json!({
            "hash": self.hash,
            "height": self.height,
            "gas_wanted": self.gas_wanted,
            "gas_used": self.gas_used,
            "fee": self.fee,
        })
    }
}
