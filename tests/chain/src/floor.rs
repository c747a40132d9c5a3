//! From a profile to messages that have the bench contract do the same.
//!
//! One instance of the bench contract stands for each contract of the profile, with the same coins; contracts of different
//! codes are instances of different codes ([`variant`]), because wasmd 0.54 and later charge the full price of a load once
//! per code and transaction. The steps: instantiate what [`Plan::instances`] says, send [`Plan::fills`], then
//! [`Plan::message`], whose gas is the floor. Instances are for one plan: a second one would find its slots filled otherwise.

use crate::frames::Entry;
use crate::gas::PER_TX_BYTE;
use crate::profile::{Area, Frame, Profile};
use ballast_floor::{Answer, Call, ExecuteMsg, Look, Query, Run};
use cosmwasm_std::Coin;
use serde_json::Value;

/// What has to be done to have the bench contract do what a transaction did.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Plan {
    root: Frame,
    contracts: Vec<String>,
    /// The instances to make, one for each contract of the profile.
    pub instances: Vec<Instance>,
}

/// An instance of the bench contract.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Instance {
    /// Of which code: 0, 1, ... as given to [`variant`].
    pub variant: usize,
    /// Instantiated with which coins.
    pub holdings: Vec<Coin>,
}

/// A message to send.
#[derive(Clone, Debug, PartialEq)]
pub enum Message {
    /// To an instance.
    Execute {
        /// Its address.
        contract: String,
        /// The message.
        msg: Value,
        /// Coins to go with it.
        funds: Vec<Coin>,
    },
    /// To make one more instance; with a label as long as that of the profile's.
    Instantiate {
        /// Of which code.
        variant: usize,
        /// The message.
        msg: Value,
        /// Coins to go with it.
        funds: Vec<Coin>,
    },
}

/// What the bench contract cannot do.
#[derive(thiserror::Error, Debug, PartialEq, Eq)]
pub enum PlanError {
    /// More than its messages can say.
    #[error("{count} {what}: the bench contract does at most {most}")]
    TooMany {
        /// Of what.
        what: &'static str,
        /// How many.
        count: usize,
        /// How many it could do.
        most: usize,
    },
    /// Not one address for each contract.
    #[error("{given} addresses for {needed} instances")]
    Addresses {
        /// How many there are.
        given: usize,
        /// How many there should be.
        needed: usize,
    },
    /// Serialisation.
    #[error("the message cannot be written: {0}")]
    Json(String),
}

/// The bench contract's Wasm with a custom section that makes it a code of its own; nothing of it is executed.
pub fn variant(wasm: &[u8], number: u8) -> Vec<u8> {
    const NAME: &[u8] = b"variant";
    let mut changed = wasm.to_vec();
    // Section 0, its length, its name's length, its name, one byte. All lengths are one byte of LEB128.
    changed.extend([0, NAME.len() as u8 + 2, NAME.len() as u8]);
    changed.extend(NAME);
    changed.push(number);
    changed
}

/// What the floor's gas would be in a transaction as long as the measured one: the bench contract's message spells out what
/// the contracts know by themselves.
pub fn at_same_size(floor_gas: u64, floor_tx_bytes: u64, tx_bytes: u64) -> u64 {
    (floor_gas + PER_TX_BYTE * tx_bytes).saturating_sub(PER_TX_BYTE * floor_tx_bytes)
}

impl Plan {
    /// For what a transaction did.
    pub fn new(profile: &Profile) -> Plan {
        let mut codes: Vec<u64> = Vec::new();
        let instances = profile.contracts.iter().map(|contract| {
            let variant = codes.iter().position(|code| *code == contract.code).unwrap_or(codes.len());
            if variant == codes.len() {
                codes.push(contract.code);
            }
            Instance { variant, holdings: contract.holdings.clone() }
        });
        let instances = instances.collect();
        let contracts = profile.contracts.iter().map(|contract| contract.address.clone()).collect();
        Plan { root: profile.root.clone(), contracts, instances }
    }

    /// Whether the first instance comes to be with [`Plan::message`]: it is not to be made before, and its address is not
    /// known ([`Plan::fills`] and [`Plan::message`] take any text for it).
    pub fn makes_first_instance(&self) -> bool {
        self.root.entry == Entry::Instantiate
    }

    /// Contracts and the messages to seed what is read later.
    pub fn fills(&self, addresses: &[String]) -> Result<Vec<(String, Value)>, PlanError> {
        let mut writer = Writer::new(self, addresses)?;
        writer.message(&self.root)?;
        Ok(writer.fills)
    }

    /// The message whose gas is the floor.
    pub fn message(&self, addresses: &[String]) -> Result<Message, PlanError> {
        let mut writer = Writer::new(self, addresses)?;
        let run = writer.message(&self.root)?;
        let (contract, funds) = (addresses[self.root.contract].clone(), self.root.funds.clone());
        Ok(if self.makes_first_instance() {
            Message::Instantiate { variant: self.instances[self.root.contract].variant, msg: json(&run)?, funds }
        } else {
            Message::Execute { contract, msg: json(&ExecuteMsg::Run(run))?, funds }
        })
    }
}

/// Numbers the frames in the order in which it comes through them: that is their slot.
struct Writer<'a> {
    plan: &'a Plan,
    addresses: &'a [String],
    frames: usize,
    fills: Vec<(String, Value)>,
}

impl<'a> Writer<'a> {
    fn new(plan: &'a Plan, addresses: &'a [String]) -> Result<Self, PlanError> {
        if addresses.len() != plan.instances.len() {
            return Err(PlanError::Addresses { given: addresses.len(), needed: plan.instances.len() });
        }
        Ok(Writer { plan, addresses, frames: 0, fills: Vec::new() })
    }

    fn message(&mut self, frame: &Frame) -> Result<Run, PlanError> {
        let Look { s, r, .. } = self.own_reads(frame)?;
        let mut run = Run {
            s,
            r,
            w: area("keys written", frame.writes)?,
            d: limited("keys removed", frame.removed)?,
            p: frame.payments.iter().map(|payment| self.payment(payment)).collect(),
            ..Run::default()
        };
        for call in &frame.calls {
            if call.entry == Entry::Query {
                run.q.push(self.query(call)?);
            } else {
                let answer = if call.replied { Answer::Reply } else { Answer::None };
                let contract = self.addresses[call.contract].clone();
                run.x.push(Call { c: contract, m: self.message(call)?, f: call.funds.clone(), a: answer });
            }
        }
        Ok(run)
    }

    fn query(&mut self, frame: &Frame) -> Result<Query, PlanError> {
        let mut look = self.own_reads(frame)?;
        for call in &frame.calls {
            look.q.push(self.query(call)?);
        }
        Ok(Query { c: self.addresses[frame.contract].clone(), l: look })
    }

    fn own_reads(&mut self, frame: &Frame) -> Result<Look, PlanError> {
        let most = usize::from(ballast_floor::SLOTS);
        let slot = u8::try_from(self.frames).ok().filter(|slot| *slot < ballast_floor::SLOTS);
        let slot = slot.ok_or(PlanError::TooMany { what: "loads", count: self.frames + 1, most })?;
        self.frames += 1;
        // Nothing can be seeded in what is not there yet: a new contract's floor goes without reads.
        if frame.reads.keys == 0 || frame.entry == Entry::Instantiate {
            return Ok(Look { s: slot, ..Look::default() });
        }
        let reads = area("keys read", frame.reads)?;
        self.fills.push((self.addresses[frame.contract].clone(), json(&ExecuteMsg::Fill { s: slot, r: reads })?));
        Ok(Look { s: slot, r: reads, q: Vec::new() })
    }

    fn payment(&self, payment: &crate::profile::Payment) -> ballast_floor::Payment {
        let stand_in = self.plan.contracts.iter().position(|contract| *contract == payment.to);
        let to = stand_in.map_or(&payment.to, |position| &self.addresses[position]);
        ballast_floor::Payment { t: to.clone(), f: payment.coins.clone() }
    }
}

fn area(what: &'static str, area: Area) -> Result<ballast_floor::Area, PlanError> {
    let bytes = u32::try_from(area.bytes);
    let bytes = bytes.map_err(|_| PlanError::TooMany { what, count: area.bytes, most: u32::MAX as usize })?;
    Ok(ballast_floor::Area { k: limited(what, area.keys)?, b: bytes })
}

fn limited(what: &'static str, count: usize) -> Result<u8, PlanError> {
    u8::try_from(count).map_err(|_| PlanError::TooMany { what, count, most: usize::from(u8::MAX) })
}

fn json(message: &impl serde::Serialize) -> Result<Value, PlanError> {
    serde_json::to_value(message).map_err(|error| PlanError::Json(error.to_string()))
}

#[cfg(test)]
#[path = "floor_tests.rs"]
mod tests;
