//! What a transaction did: a tree of contract loads, what each read, wrote and removed, and which coins moved.

use std::collections::{BTreeMap, VecDeque};

use anyhow::{anyhow, Context, Result};
use ballast_chain::Event;
use ballast_floor::Payment;
use bech32::Bech32;
use cosmwasm_std::{Coin, Uint128};

use crate::events::{steps, Step};
use crate::frames::{loads, Entry, Load};
use crate::trace::{Kind, Operation};

/// A transaction of one message to a contract.
#[derive(Clone, Debug)]
pub struct Profile {
    /// The loaded contracts, in order of their first load.
    pub contracts: Vec<Contract>,
    /// The loads in order, beginning with that of the message.
    pub loads: Vec<Load>,
}

/// A contract that was loaded.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Contract {
    /// Address.
    pub address: String,
    /// Code id. Contracts of one code share the charge for the first load.
    pub code: u64,
    /// Its balances before the transaction, of the denoms that were read.
    pub holdings: Vec<Coin>,
}

impl Profile {
    /// Builds the profile from the node's trace ([`crate::trace::of_transaction`]) and the events of the same
    /// transaction.
    pub fn new(operations: &[Operation], events: &[Event]) -> Result<Profile> {
        let steps = steps(events)?;
        let (mut executions, mut prefix) = (Vec::new(), None);
        for step in &steps {
            if let Step::Instantiate(address) | Step::Execute(address) = step {
                let decoded = bech32::decode(address).with_context(|| format!("not an address: {address}"))?;
                prefix.get_or_insert(decoded.0);
                executions.push((step.clone(), decoded.1));
            }
        }
        let prefix = prefix.context("the transaction loaded no contract")?;
        let mut loads = loads(operations, &executions)?;
        let mut contracts: Vec<Contract> = Vec::new();
        for load in &mut loads {
            let address = bech32::encode::<Bech32>(prefix, &load.address)?;
            load.name.clone_from(&address);
            if !contracts.iter().any(|contract| contract.address == address) {
                contracts.push(Contract { address, code: load.code, holdings: holdings(operations, &load.address) });
            }
        }
        Walk { loads: &mut loads, started: Vec::new(), waiting: Vec::new() }.through(steps)?;
        Ok(Profile { contracts, loads })
    }

    /// Whether the message instantiates the first contract. If so, its replacement must not be made in advance.
    pub fn instantiates(&self) -> bool {
        self.loads[0].entry == Entry::Instantiate
    }

    /// The queries and messages that a load sent, with their indices in [`Profile::loads`].
    pub(crate) fn calls(&self, load: usize) -> impl Iterator<Item = (usize, &Load)> {
        self.loads.iter().enumerate().filter(move |(_, call)| call.parent == Some(load))
    }
}

/// Assigns the transfers and replies of the events to loads.
struct Walk<'a> {
    loads: &'a mut [Load],
    /// Loads whose execution was already in the events.
    started: Vec<usize>,
    /// Transfers since then, with their senders.
    waiting: Vec<(String, Payment)>,
}

impl Walk<'_> {
    /// Transfers before an execution belong to the previous execution, except for the one that brings the funds.
    fn through(mut self, steps: Vec<Step>) -> Result<()> {
        let ended = |load: &usize| matches!(self.loads[*load].entry, Entry::Execute | Entry::Instantiate);
        let mut executed: VecDeque<usize> = (0..self.loads.len()).filter(ended).collect();
        for step in steps {
            match step {
                Step::Transfer { from, to, coins } => self.waiting.push((from, Payment { t: to, f: coins })),
                Step::Instantiate(_) | Step::Execute(_) => {
                    let Some(load) = executed.pop_front() else { continue };
                    if self.waiting.last().is_some_and(|(from, payment)| self.brings_funds(load, from, payment)) {
                        self.loads[load].funds = self.waiting.pop().map(|(_, payment)| payment.f).unwrap_or_default();
                    }
                    self.pay();
                    self.started.push(load);
                }
                Step::Reply(address) => {
                    self.pay();
                    self.reply(&address)?;
                }
            }
        }
        self.pay();
        Ok(())
    }

    fn brings_funds(&self, load: usize, from: &str, payment: &Payment) -> bool {
        let sender = self.loads[load].parent.map(|parent| self.loads[parent].name.as_str());
        payment.t == self.loads[load].name && sender.map_or(true, |sender| sender == from)
    }

    fn pay(&mut self) {
        for (from, payment) in self.waiting.drain(..) {
            if let Some(&load) = self.started.iter().rev().find(|&&load| self.loads[load].name == from) {
                self.loads[load].payments.push(payment);
            }
        }
    }

    /// Marks the message that this reply belongs to: the latest one of the contract's latest execution that succeeded,
    /// otherwise one that failed.
    fn reply(&mut self, address: &str) -> Result<()> {
        let open = |&load: &usize, sender| self.loads[load].parent == Some(sender) && !self.loads[load].replied;
        let mut senders = self.started.iter().rev().filter(|&&load| self.loads[load].name == address);
        let answered = senders.find_map(|&sender| {
            let ended = self.started.iter().rev().copied().find(|load| open(load, sender));
            let failed = |load: &usize| self.loads[*load].entry == Entry::Failed && open(load, sender);
            ended.or_else(|| (0..self.loads.len()).find(failed))
        });
        let answered = answered.ok_or_else(|| anyhow!("{address} has a reply without a message"))?;
        self.loads[answered].replied = true;
        Ok(())
    }
}

/// Balances at their first read. Key: 2, length of the address, address, denom; value: digits.
fn holdings(operations: &[Operation], address: &[u8]) -> Vec<Coin> {
    let mut prefix = vec![2, u8::try_from(address.len()).unwrap_or(u8::MAX)];
    prefix.extend_from_slice(address);
    let mut found: BTreeMap<String, Uint128> = BTreeMap::new();
    for operation in operations.iter().filter(|operation| operation.store == "bank" && operation.kind == Kind::Read) {
        let Some(denomination) = operation.key.strip_prefix(prefix.as_slice()) else { continue };
        let digits = String::from_utf8_lossy(&operation.value);
        let denomination = String::from_utf8_lossy(denomination).into_owned();
        found.entry(denomination).or_insert_with(|| digits.parse().unwrap_or_default());
    }
    let held = found.into_iter().filter(|(_, amount)| !amount.is_zero());
    held.map(|(denom, amount)| Coin { denom, amount }).collect()
}

#[cfg(test)]
#[path = "profile_tests.rs"]
mod tests;
