//! Simulates, signs and sends messages, and reads the result of a transaction in a block.

use std::time::Duration;

use cosmrs::proto::cosmos::base::abci::v1beta1::TxMsgData;
use cosmrs::proto::cosmos::tx::v1beta1::{SimulateRequest, SimulateResponse};
use cosmrs::proto::traits::Message;
use cosmrs::tx::{Body, Fee, SignDoc, SignerInfo};
use cosmwasm_std::{Binary, Coin, Decimal, Uint128};
use serde::Deserialize;
use serde_json::{json, Value};
use sha2::{Digest, Sha256};

use crate::deliver::{expected_sequence, Fate, Signed, LOOK};
use crate::{contract_error, Client, Error, Msg, Result, Signer};

/// Number of blocks after which a transaction that was not included can no longer be.
const TIMEOUT_BLOCKS: u64 = 60;
/// Gas of loading a contract (60,000) and querying a price.
const ONE_MORE_CONTRACT: u64 = 75_000;
/// How often a transaction is signed again because another one of the same account came first.
const SEQUENCE_TRIES: u32 = 8;
/// Pause before it is signed again: about a block of a fast chain.
const SEQUENCE_PAUSE: Duration = Duration::from_millis(700);
/// Start of the SDK's error if another transaction of the account came first; the expected sequence follows.
const SEQUENCE_MISMATCH: &str = "account sequence mismatch";

/// Maximum cost of a transaction.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cost {
    /// Gas limit.
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
    /// The attribute's name.
    pub key: String,
    /// The attribute's value.
    #[serde(default)]
    pub value: String,
}

impl From<cosmrs::proto::tendermint::abci::Event> for Event {
    fn from(event: cosmrs::proto::tendermint::abci::Event) -> Self {
        let attributes = event.attributes.into_iter();
        let attributes = attributes.map(|one| Attribute { key: one.key, value: one.value });
        Event { kind: event.r#type, attributes: attributes.collect() }
    }
}

impl Event {
    /// The value of the first attribute with this name.
    pub fn get(&self, key: &str) -> Option<&str> {
        self.attributes.iter().find(|attribute| attribute.key == key).map(|attribute| attribute.value.as_str())
    }
}

/// A transaction that is in a block and succeeded.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sent {
    /// Transaction hash.
    pub hash: String,
    /// Height of the block.
    pub height: u64,
    /// Gas limit.
    pub gas_wanted: u64,
    /// Gas used.
    pub gas_used: u64,
    /// Fee paid.
    pub fee: Coin,
    /// The responses to its messages as protobuf, in order.
    pub answers: Vec<Vec<u8>>,
    /// Its events.
    pub events: Vec<Event>,
}

/// The result of a simulation.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Answers {
    /// The responses to its messages as protobuf, in order.
    pub answers: Vec<Vec<u8>>,
    /// Their events.
    pub events: Vec<Event>,
}

impl Answers {
    /// The typed `data` of the contract's response to message `index`.
    ///
    /// # Errors
    /// [`Error::Chain`] when there is none of this form.
    pub fn data<T: serde::de::DeserializeOwned>(&self, index: usize) -> Result<T> {
        typed(&self.answers, index)
            .map_err(|error| Error::chain(format!("the simulation answered unexpectedly: {error}")))
    }
}

fn typed<T: serde::de::DeserializeOwned>(answers: &[Vec<u8>], index: usize) -> serde_json::Result<T> {
    let answer = answers.get(index).map(Vec::as_slice).unwrap_or_default();
    let answer = cosmrs::proto::cosmwasm::wasm::v1::MsgExecuteContractResponse::decode(answer);
    serde_json::from_slice(&answer.map(|answer| answer.data).unwrap_or_default())
}

impl Client {
    /// Simulates these messages to find their cost.
    ///
    /// # Errors
    /// [`Error::Chain`] with the contract's text when they would fail; those of [`Client::call`].
    pub fn simulate(&self, signer: &Signer, msgs: &[Msg]) -> Result<Cost> {
        self.try_out(signer, msgs).map(|(cost, _)| cost)
    }

    /// Simulates these messages to find their cost and responses.
    ///
    /// # Errors
    /// As [`Client::simulate`].
    pub fn try_out(&self, signer: &Signer, msgs: &[Msg]) -> Result<(Cost, Answers)> {
        let mut sequence = self.account(signer.address())?.sequence;
        for _ in 1..SEQUENCE_TRIES {
            match self.simulate_at(signer, msgs, sequence) {
                // Another transaction of the account is pending: the simulation counts it, but the account does not
                // yet.
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
        let result = answer.result.unwrap_or_default();
        let answers = result.msg_responses.into_iter().map(|answer| answer.value).collect();
        let events = result.events.into_iter().map(Event::from).collect();
        Ok((self.cost(answer.gas_info.unwrap_or_default().gas_used)?, Answers { answers, events }))
    }

    /// Cost of a transaction with this simulated gas, plus the chain file's margin and one more contract.
    ///
    /// A simulation runs at the height of the last block. If that block already used the market, the price is cached,
    /// and the simulation misses the oracle query that the real block pays for.
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
        for _ in 0..SEQUENCE_TRIES {
            let signed = self.sign(signer, msgs, cost)?;
            match self.deliver(signer, &signed)? {
                Fate::Included(tx) => return self.included(&tx, cost),
                Fate::SignAnew(refusal) => refused = refusal,
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

    fn sign(&self, signer: &Signer, msgs: &[Msg], cost: &Cost) -> Result<Signed> {
        let head = self.patiently(|| self.agreed_head_once())?;
        let account = self.account(signer.address())?;
        let last_height = head.height.saturating_add(TIMEOUT_BLOCKS);
        let sequence = account.sequence;
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
}

fn body(signer: &Signer, msgs: &[Msg], last_height: u64) -> Result<Body> {
    let msgs = msgs.iter().map(|msg| msg.to_any(signer.address())).collect::<Result<Vec<_>>>()?;
    let height =
        u32::try_from(last_height).map_err(|_| Error::network(format!("height {last_height} is of no chain")))?;
    Ok(Body::new(msgs, "", height))
}

fn proto_fee(fee: &Coin, gas: u64) -> Result<Fee> {
    let denom = fee.denom.parse().map_err(|error| Error::user(format!("denom '{}': {error}", fee.denom)))?;
    Ok(Fee::from_amount_and_gas(cosmrs::Coin { denom, amount: fee.amount.u128() }, gas))
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

/// Reads the node's response to `tx`.
fn sent(tx: &Value, height: u64, cost: &Cost) -> Result<Sent> {
    let text = |path: &str| tx.pointer(path).and_then(Value::as_str).unwrap_or_default();
    let number = |path: &str| text(path).parse::<u64>().unwrap_or(0);
    let hash = text("/hash").to_owned();
    if tx.pointer("/tx_result/code").and_then(Value::as_u64).unwrap_or(0) != 0 {
        return Err(Error::chain(contract_error(text("/tx_result/log"))));
    }
    // The transaction happened: if this looked like a network error, the caller would send it again.
    let garbled = |error: &dyn std::fmt::Display| Error::MayHaveHappened {
        hash: hash.clone(),
        until: height,
        why: format!("it is in block {height}, and the result that the node tells is garbled: {error}"),
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
    /// The typed `data` of the contract's response to message `index`.
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
