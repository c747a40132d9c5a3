//! What a transaction did: a tree of loads of contracts, what each read, wrote and removed, and which coins moved.

use crate::events::{steps, EventError, Step};
use crate::frames::{loads, Entry, FrameError, Load};
use crate::trace::{Kind, Operation};
use ballast_chain::Event;
use cosmwasm_std::{Coin, Uint128};
use std::collections::BTreeMap;

/// A transaction of one message to a contract.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Profile {
    /// The contracts that were loaded, in order of their first load.
    pub contracts: Vec<Contract>,
    /// The message's own load.
    pub root: Frame,
}

/// A contract that took part.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Contract {
    /// Address.
    pub address: String,
    /// Number of its code: contracts of one code share the charge for the first load.
    pub code: u64,
    /// Coins that it had before, of the kinds that were looked at.
    pub holdings: Vec<Coin>,
}

/// A load of a contract, and everything it caused. Replies are loads of their contract too, counted with the message they
/// answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Frame {
    /// Which: a position in [`Profile::contracts`].
    pub contract: usize,
    /// How it came about.
    pub entry: Entry,
    /// Different keys read: their own bytes and those of their values.
    pub reads: Area,
    /// Different keys written.
    pub writes: Area,
    /// Different keys removed.
    pub removed: usize,
    /// Coins that came with it.
    pub funds: Vec<Coin>,
    /// Coins that it sent, not counting those that went with its messages to contracts.
    pub payments: Vec<Payment>,
    /// Whether its sender heard of its end.
    pub replied: bool,
    /// Queries and messages, in order.
    pub calls: Vec<Frame>,
}

/// So many keys, so many bytes; as [`ballast_floor::Area`], without its limits.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Area {
    /// Keys.
    pub keys: usize,
    /// Bytes of keys and values together, without the 33 bytes that wasmd puts before every key of a contract.
    pub bytes: usize,
}

/// Coins to somebody.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Payment {
    /// To whom.
    pub to: String,
    /// Which.
    pub coins: Vec<Coin>,
}

/// What one contract did in the whole transaction.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Totals {
    /// Executions and instantiations.
    pub executions: usize,
    /// Queries.
    pub queries: usize,
    /// Replies.
    pub replies: usize,
    /// Reads, a key counting once a load.
    pub reads: Area,
    /// Writes.
    pub writes: Area,
    /// Removals.
    pub removed: usize,
    /// Transfers out of it, those with messages included.
    pub transfers: usize,
}

/// Why a trace gave no profile.
#[derive(thiserror::Error, Debug)]
pub enum ProfileError {
    /// Events.
    #[error(transparent)]
    Events(#[from] EventError),
    /// Trace.
    #[error(transparent)]
    Frames(#[from] FrameError),
    /// Nothing of a contract in it.
    #[error("the transaction loaded no contract")]
    NoContract,
    /// Not an address.
    #[error("not an address: {0}")]
    Address(String),
    /// A reply that answers nothing.
    #[error("{0} has a reply without a message")]
    Reply(String),
}

impl Profile {
    /// From what the node wrote down ([`crate::trace::of_transaction`]) and the events of the same transaction.
    pub fn new(operations: &[Operation], events: &[Event]) -> Result<Profile, ProfileError> {
        let steps = steps(events)?;
        let prefix = prefix(&steps)?;
        let loads = loads(operations, &executions(&steps)?)?;
        let mut tree = Tree::new(loads, &prefix)?;
        tree.walk(steps)?;
        let contracts = tree.contracts(operations);
        Ok(Profile { root: tree.frame(0, &contracts)?, contracts })
    }

    /// The same without names, as the bench contract can do it: equal for a transaction and its floor, if the floor is right.
    /// Contracts are called by their position and their codes by theirs; a message that failed is one that did not; a new
    /// contract reads nothing ([`crate::floor`]).
    pub fn work(&self) -> Profile {
        let first =
            |code: u64| (0..).zip(&self.contracts).find(|(_, other)| other.code == code).map_or(0, |found| found.0);
        let named = |(index, contract): (usize, &Contract)| Contract {
            address: index.to_string(),
            code: first(contract.code),
            holdings: contract.holdings.clone(),
        };
        Profile {
            contracts: self.contracts.iter().enumerate().map(named).collect(),
            root: self.root.work(&self.contracts),
        }
    }

    /// What each contract did, by its position.
    pub fn totals(&self) -> Vec<Totals> {
        let mut totals = vec![Totals::default(); self.contracts.len()];
        self.root.add_to(&mut totals, None);
        totals
    }
}

impl Frame {
    fn work(&self, contracts: &[Contract]) -> Frame {
        let mut frame = self.clone();
        match frame.entry {
            Entry::Failed => frame.entry = Entry::Execute,
            Entry::Instantiate => frame.reads = Area::default(),
            Entry::Execute | Entry::Query => {}
        }
        for payment in &mut frame.payments {
            if let Some(known) = contracts.iter().position(|contract| contract.address == payment.to) {
                payment.to = known.to_string();
            }
        }
        // The bench contract asks before it sends.
        frame.calls = frame.calls.iter().map(|call| call.work(contracts)).collect();
        frame.calls.sort_by_key(|call| call.entry != Entry::Query);
        frame
    }

    fn add_to(&self, totals: &mut [Totals], sender: Option<usize>) {
        let own = &mut totals[self.contract];
        match self.entry {
            Entry::Query => own.queries += 1,
            Entry::Execute | Entry::Instantiate | Entry::Failed => own.executions += 1,
        }
        own.reads.add(self.reads);
        own.writes.add(self.writes);
        own.removed += self.removed;
        own.transfers += self.payments.len();
        if let Some(sender) = sender {
            totals[sender].transfers += usize::from(!self.funds.is_empty());
            totals[sender].replies += usize::from(self.replied);
        }
        for call in &self.calls {
            call.add_to(totals, Some(self.contract));
        }
    }
}

impl Area {
    fn add(&mut self, other: Area) {
        self.keys += other.keys;
        self.bytes += other.bytes;
    }

    fn of(keys: &BTreeMap<Vec<u8>, usize>) -> Area {
        Area { keys: keys.len(), bytes: keys.iter().map(|(key, value)| key.len() + value).sum() }
    }
}

/// The addresses' first part, as in `wasm1...`.
fn prefix(steps: &[Step]) -> Result<String, ProfileError> {
    let contract = steps.iter().find_map(|step| match step {
        Step::Instantiate(address) | Step::Execute(address) => Some(address),
        Step::Reply(_) | Step::Transfer { .. } => None,
    });
    let address = contract.ok_or(ProfileError::NoContract)?;
    address.rsplit_once('1').map(|(prefix, _)| prefix.into()).ok_or_else(|| ProfileError::Address(address.clone()))
}

fn raw(address: &str) -> Result<Vec<u8>, ProfileError> {
    bech32::decode(address).map(|(_, raw)| raw).map_err(|_| ProfileError::Address(address.into()))
}

fn text(prefix: &str, raw: &[u8]) -> Result<String, ProfileError> {
    let wrong = || ProfileError::Address(format!("{raw:02x?}"));
    let prefix = bech32::Hrp::parse(prefix).map_err(|_| wrong())?;
    bech32::encode::<bech32::Bech32>(prefix, raw).map_err(|_| wrong())
}

fn executions(steps: &[Step]) -> Result<Vec<(Step, Vec<u8>)>, ProfileError> {
    let executed = steps.iter().filter_map(|step| match step {
        Step::Instantiate(address) | Step::Execute(address) => Some((step, address)),
        Step::Reply(_) | Step::Transfer { .. } => None,
    });
    executed.map(|(step, address)| Ok((step.clone(), raw(address)?))).collect()
}

/// Loads, and what the events add to them.
struct Tree {
    loads: Vec<Load>,
    addresses: Vec<String>,
    funds: Vec<Vec<Coin>>,
    payments: Vec<Vec<Payment>>,
    replied: Vec<bool>,
    started: Vec<usize>,
}

impl Tree {
    fn new(loads: Vec<Load>, prefix: &str) -> Result<Tree, ProfileError> {
        let addresses = loads.iter().map(|load| text(prefix, &load.address)).collect::<Result<_, _>>()?;
        let count = loads.len();
        if count == 0 {
            return Err(ProfileError::NoContract);
        }
        Ok(Tree {
            loads,
            addresses,
            funds: vec![Vec::new(); count],
            payments: vec![Vec::new(); count],
            replied: vec![false; count],
            started: Vec::new(),
        })
    }

    /// Transfers before an execution belong to who was executed before, but for the one that brings its funds.
    fn walk(&mut self, steps: Vec<Step>) -> Result<(), ProfileError> {
        let mut executed: std::collections::VecDeque<usize> =
            (0..self.loads.len()).filter(|&load| is_executed(self.loads[load].entry)).collect();
        let mut waiting = Vec::new();
        for step in steps {
            match step {
                Step::Transfer { from, to, coins } => waiting.push((from, Payment { to, coins })),
                Step::Instantiate(_) | Step::Execute(_) => {
                    let Some(load) = executed.pop_front() else { continue };
                    if waiting.last().is_some_and(|(from, payment)| self.brings_funds(load, from, payment)) {
                        self.funds[load] = waiting.pop().map(|(_, payment)| payment.coins).unwrap_or_default();
                    }
                    self.pay(&mut waiting);
                    self.started.push(load);
                }
                Step::Reply(address) => {
                    self.pay(&mut waiting);
                    self.reply(&address)?;
                }
            }
        }
        self.pay(&mut waiting);
        Ok(())
    }

    fn brings_funds(&self, load: usize, from: &str, payment: &Payment) -> bool {
        let sender = self.loads[load].parent.map(|parent| self.addresses[parent].as_str());
        payment.to == self.addresses[load] && sender.map_or(true, |sender| sender == from)
    }

    fn pay(&mut self, waiting: &mut Vec<(String, Payment)>) {
        for (from, payment) in waiting.drain(..) {
            if let Some(&load) = self.started.iter().rev().find(|&&load| self.addresses[load] == from) {
                self.payments[load].push(payment);
            }
        }
    }

    /// Answers the newest message of the contract's newest execution: one that ended well, or else one that failed.
    fn reply(&mut self, address: &str) -> Result<(), ProfileError> {
        let mut senders = self.started.iter().rev().filter(|&&load| self.addresses[load] == *address);
        let open = |&load: &usize, sender: usize| self.loads[load].parent == Some(sender) && !self.replied[load];
        let answered = senders.find_map(|&sender| {
            let ended = self.started.iter().rev().copied().find(|load| open(load, sender));
            let failed =
                || (0..self.loads.len()).find(|load| self.loads[*load].entry == Entry::Failed && open(load, sender));
            ended.or_else(failed)
        });
        self.replied[answered.ok_or_else(|| ProfileError::Reply(address.into()))?] = true;
        Ok(())
    }

    fn contracts(&self, operations: &[Operation]) -> Vec<Contract> {
        let mut contracts: Vec<Contract> = Vec::new();
        for (load, address) in self.loads.iter().zip(&self.addresses) {
            if !contracts.iter().any(|contract| contract.address == *address) {
                let holdings = holdings(operations, &load.address);
                contracts.push(Contract { address: address.clone(), code: load.code, holdings });
            }
        }
        contracts
    }

    fn frame(&self, load: usize, contracts: &[Contract]) -> Result<Frame, ProfileError> {
        let address = &self.addresses[load];
        let contract = contracts.iter().position(|contract| contract.address == *address);
        let own = &self.loads[load];
        let children = (load + 1..self.loads.len()).filter(|&child| self.loads[child].parent == Some(load));
        Ok(Frame {
            contract: contract.ok_or_else(|| ProfileError::Address(address.clone()))?,
            entry: own.entry,
            reads: Area::of(&own.reads),
            writes: Area::of(&own.writes),
            removed: own.removed.len(),
            funds: self.funds[load].clone(),
            payments: self.payments[load].clone(),
            replied: self.replied[load],
            calls: children.map(|child| self.frame(child, contracts)).collect::<Result<_, _>>()?,
        })
    }
}

fn is_executed(entry: Entry) -> bool {
    matches!(entry, Entry::Execute | Entry::Instantiate)
}

/// Balances at their first reading: key 2, length of the address, address, denomination; value: digits.
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
