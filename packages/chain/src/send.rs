//! Signing, sending, and knowing what became of it.
//!
//! A transaction must never happen twice, and never be thought lost while it can still happen. So: it names the last
//! height at which it may be included; the same bytes are sent again after a node was away; and it is signed anew only
//! when the node refused the very first sending because its sequence was taken, that is, when no node ever held it
//! from here.

use std::time::{Duration, Instant};

use cosmrs::proto::cosmos::base::abci::v1beta1::TxMsgData;
use cosmrs::proto::cosmos::tx::v1beta1::{SimulateRequest, SimulateResponse};
use cosmrs::proto::traits::Message;
use cosmrs::tx::{Body, Fee, SignDoc, SignerInfo};
use cosmwasm_std::{Binary, Coin, Decimal, HexBinary, Uint128};
use serde::Deserialize;
use serde_json::{json, Value};
use sha2::{Digest, Sha256};

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
/// After this long without a sight of it, the same bytes are sent again.
const SEND_AGAIN: Duration = Duration::from_secs(5);
/// How often a transaction is signed anew because another one of the same account came first.
const SEQUENCE_TRIES: u32 = 8;
/// Pause before that: about a block of a fast chain.
const SEQUENCE_PAUSE: Duration = Duration::from_millis(700);
/// How the SDK begins to say that another transaction of the account came first, and which sequence it wants.
const SEQUENCE_MISMATCH: &str = "account sequence mismatch";
/// The SDK's codes.
const WRONG_SEQUENCE: u64 = 32;
const MEMPOOL_FULL: u64 = 20;
const IN_MEMPOOL: u64 = 19;

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
    /// Its sequence was taken before any node held it.
    WrongSequence(String),
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
        let mut sequence = self.account(signer.address())?.1;
        for _ in 1..SEQUENCE_TRIES {
            match self.simulate_at(signer, msgs, sequence) {
                // Another transaction of the account waits for its block: the simulation counts it, the account not yet.
                Err(Error::Chain(text)) if text.contains(SEQUENCE_MISMATCH) => {
                    sequence = match expected_sequence(&text) {
                        Some(expected) => expected,
                        None => self.account(signer.address())?.1,
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
    /// happen, or, saying so with the hash, when it cannot be told; [`Error::Stopped`].
    pub fn execute(&self, signer: &Signer, msgs: &[Msg]) -> Result<Sent> {
        let cost = self.simulate(signer, msgs)?;
        self.send(signer, msgs, &cost)
    }

    /// Signs, sends and waits until the messages are in a block.
    ///
    /// # Errors
    /// As [`Client::execute`].
    pub fn send(&self, signer: &Signer, msgs: &[Msg], cost: &Cost) -> Result<Sent> {
        let mut refusal = String::new();
        for _ in 0..SEQUENCE_TRIES {
            let signed = self.sign(signer, msgs, cost)?;
            match self.deliver(signer, &signed)? {
                Fate::Included(tx) => return sent(&tx, cost),
                Fate::WrongSequence(text) => refusal = text,
            }
            self.stop.sleep(self.pause(SEQUENCE_PAUSE))?;
        }
        Err(Error::network(format!(
            "{} sends from elsewhere at the same time: {SEQUENCE_TRIES} tries, the last one refused: {refusal}",
            signer.address()
        )))
    }

    fn sign(&self, signer: &Signer, msgs: &[Msg], cost: &Cost) -> Result<Signed> {
        let last_height = self.head()?.height.saturating_add(TIMEOUT_BLOCKS);
        let (number, sequence) = self.account(signer.address())?;
        let body = body(signer, msgs, last_height)?;
        let auth = SignerInfo::single_direct(Some(signer.key.public_key()), sequence)
            .auth_info(proto_fee(&cost.fee, cost.gas)?);
        let id =
            self.chain.id.parse().map_err(|error| Error::user(format!("chain id '{}': {error}", self.chain.id)))?;
        let raw = SignDoc::new(&body, &auth, &id, number).and_then(|doc| doc.sign(&signer.key));
        let bytes = raw.and_then(|raw| raw.to_bytes()).map_err(cannot_encode)?;
        let hash = Sha256::digest(&bytes).to_vec();
        Ok(Signed { bytes, hash, sequence, last_height })
    }

    /// Sends until it is in a block, or never can be.
    fn deliver(&self, signer: &Signer, signed: &Signed) -> Result<Fate> {
        let mut held = false;
        let fate = self.pursue(signer, signed, &mut held);
        fate.map_err(|error| match error {
            // Its fate is open: whoever reads this must be able to look.
            Error::Network(text) if held => Error::network(format!(
                "{text}; what became of transaction {} is not known, it can be included until height {}",
                HexBinary::from(signed.hash.as_slice()),
                signed.last_height
            )),
            Error::Stopped if held => {
                let hash = HexBinary::from(signed.hash.as_slice());
                let until = signed.last_height.to_string();
                log::line(Level::Warn, "left_open", &[("tx", hash.to_string()), ("until_height", until)]);
                Error::Stopped
            }
            other => other,
        })
    }

    fn pursue(&self, signer: &Signer, signed: &Signed, held: &mut bool) -> Result<Fate> {
        loop {
            match self.broadcast(signed)? {
                Broadcast::Held => *held = true,
                // Maybe it arrived: from here on only a look at the chain can tell.
                Broadcast::Unanswered => *held = true,
                Broadcast::Full => {}
                // Not from here: another process of the account sent the very same. It is not this one's to claim.
                Broadcast::Known if !*held => {
                    return Ok(Fate::WrongSequence("the very same was just sent by another process".to_owned()));
                }
                Broadcast::WrongSequence(text) if !*held => return Ok(Fate::WrongSequence(text)),
                Broadcast::Refused(text) if !*held => return Err(Error::chain(contract_error(&text))),
                // Its own inclusion makes a second sending fail.
                Broadcast::Known | Broadcast::WrongSequence(_) | Broadcast::Refused(_) => {}
            }
            let until = Instant::now();
            while until.elapsed() < self.pause(SEND_AGAIN) {
                let asked = Instant::now();
                if let Some(tx) = self.find(&signed.hash)? {
                    return Ok(Fate::Included(tx));
                }
                if asked.elapsed() > AWAY {
                    // The node was away, and with it what it held.
                    break;
                }
                self.stop.sleep(self.pause(LOOK))?;
            }
            if self.head()?.height > signed.last_height.saturating_add(1) {
                let fate = self.last_look(signer, signed);
                // It says itself what is known.
                *held = false;
                return fate;
            }
        }
    }

    /// Past the last height of a transaction: it happened by now or never will.
    fn last_look(&self, signer: &Signer, signed: &Signed) -> Result<Fate> {
        if let Some(tx) = self.find(&signed.hash)? {
            return Ok(Fate::Included(tx));
        }
        let hash = HexBinary::from(signed.hash.as_slice());
        let (_, sequence) = self.account(signer.address())?;
        Err(Error::network(if sequence == signed.sequence {
            format!("transaction {hash} was not included until height {} and cannot be any more", signed.last_height)
        } else {
            format!(
                "cannot tell whether transaction {hash} happened: the node does not know it, and the account went on"
            )
        }))
    }

    fn broadcast(&self, signed: &Signed) -> Result<Broadcast> {
        let tx = Binary::from(signed.bytes.as_slice()).to_base64();
        let answer = match self.transport.call("broadcast_tx_sync", json!({"tx": tx})) {
            Ok(Answer::Result(answer)) => answer,
            Ok(Answer::Refused(text)) if text.contains("already exists in cache") => return Ok(Broadcast::Known),
            Ok(Answer::Refused(text)) if text.contains("mempool is full") => return Ok(Broadcast::Full),
            Ok(Answer::Refused(text)) => return Ok(Broadcast::Refused(text)),
            Err(Error::Network(_)) => return Ok(Broadcast::Unanswered),
            Err(error) => return Err(error),
        };
        let number = answer.get("code").and_then(Value::as_u64).unwrap_or(0);
        let text = |key: &str| answer.get(key).and_then(Value::as_str).unwrap_or_default().to_owned();
        let of_the_sdk = text("codespace") == "sdk";
        Ok(match number {
            0 => Broadcast::Held,
            IN_MEMPOOL if of_the_sdk => Broadcast::Known,
            MEMPOOL_FULL if of_the_sdk => Broadcast::Full,
            WRONG_SEQUENCE if of_the_sdk => Broadcast::WrongSequence(text("log")),
            _ => Broadcast::Refused(text("log")),
        })
    }

    /// A transaction in a block, if it is in one.
    fn find(&self, hash: &[u8]) -> Result<Option<Value>> {
        match self.call("tx", json!({"hash": Binary::from(hash).to_base64(), "prove": false})) {
            Ok(tx) => Ok(Some(tx)),
            Err(Error::Chain(text)) if text.contains("not found") => Ok(None),
            Err(error) => Err(error),
        }
    }
}

enum Broadcast {
    Held,
    /// The node had these bytes already.
    Known,
    Full,
    Unanswered,
    WrongSequence(String),
    Refused(String),
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
fn sent(tx: &Value, cost: &Cost) -> Result<Sent> {
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
        height: number("/height"),
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
