//! Finds the contract loads in a trace of layers: which contract was loaded when and by whom, and what each load read
//! and wrote.
//!
//! wasmd runs a transaction's message, each submessage and each query in a new layer above those of its sender; a reply
//! runs in the layer of its contract's execution. So the first read of a key by a load is always in the trace, and the
//! number of layers it passed gives the depth of the load. What a load wrote is in the trace once its layer is
//! committed. Some operations are not in the trace and not counted: reads of a key that the same execution (or one of
//! its replies) has read or written before, writes of a key that it wrote again or removed later, and the writes of a
//! failed submessage. A contract could avoid all of them, so the floor does without.

use std::collections::{BTreeMap, HashSet};

use anyhow::{anyhow, ensure, Context, Error, Result};
use ballast_floor::Payment;
use cosmwasm_std::Coin;

use crate::events::Step;
use crate::trace::{Kind, Operation};

/// First bytes of the keys in the store `wasm`: a code, a contract, a contract's own key.
const CODE: u8 = 1;
const CONTRACT: u8 = 2;
const STATE: u8 = 3;

/// How a contract was loaded.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Entry {
    /// By a message.
    Execute,
    /// By a message that instantiated it.
    Instantiate,
    /// By a message that failed.
    Failed,
    /// By a query.
    #[default]
    Query,
}

/// One load of a contract, including those for its replies. Fields that come from events ([`crate::profile`]) are empty
/// at first.
#[derive(Clone, Debug, Default)]
pub struct Load {
    /// The contract's raw address.
    pub address: Vec<u8>,
    /// The same address as text, from events.
    pub name: String,
    /// Code id.
    pub code: u64,
    /// How it was loaded.
    pub entry: Entry,
    /// The load that sent the message or query.
    pub parent: Option<usize>,
    /// Keys that were read (without the contract's prefix), and the lengths of their values.
    pub reads: BTreeMap<Vec<u8>, usize>,
    /// Keys that were written, and the lengths of their values.
    pub writes: BTreeMap<Vec<u8>, usize>,
    /// Keys that were removed.
    pub removed: HashSet<Vec<u8>>,
    /// Coins attached to the message, from events.
    pub funds: Vec<Coin>,
    /// Coins that it sent, except those attached to its messages to contracts; from events.
    pub payments: Vec<Payment>,
    /// Whether its sender got a reply, from events.
    pub replied: bool,
    /// Keys that its messages have committed to its layer. They are committed again with it.
    pub(crate) committed: HashSet<Vec<u8>>,
}

/// The loads of a transaction of one message, in order. `executions` are the contracts of its events, with their raw
/// addresses.
pub fn loads(operations: &[Operation], executions: &[(Step, Vec<u8>)]) -> Result<Vec<Load>> {
    let mut frames = Frames { entries: entries(operations, executions)?.into_iter(), ..Frames::default() };
    let mut index = 0;
    while let Some(operation) = operations.get(index) {
        let mut next = index + 1;
        match (operation.store.as_str(), operation.kind) {
            ("wasm", Kind::Read) => frames.read(index, operation)?,
            ("wasm", _) => {
                next = end_of_block(operations, index);
                frames.commit(index, &operations[index..next])?;
            }
            _ => {}
        }
        index = next;
    }
    Ok(frames.loads)
}

/// The end of the writes of one layer: keys are committed in order, so a key out of order begins another layer.
fn end_of_block(operations: &[Operation], start: usize) -> usize {
    let same = |pair: &[Operation]| {
        pair[1].store == "wasm" && pair[1].kind != Kind::Read && pair[1].layers == 1 && pair[0].key < pair[1].key
    };
    start + 1 + operations[start..].windows(2).take_while(|pair| same(pair)).count()
}

/// How each load of the trace began. A message can be recognised because SDK 0.50 and later ask the circuit breaker
/// about its type first. The events tell which of the messages succeeded.
fn entries(operations: &[Operation], executions: &[(Step, Vec<u8>)]) -> Result<Vec<Entry>> {
    let (mut marked, mut found): (bool, Vec<(&[u8], Entry)>) = (false, Vec::new());
    for operation in operations.iter().filter(|operation| operation.kind == Kind::Read) {
        match (operation.store.as_str(), operation.key.split_first()) {
            ("circuit", _) => marked = true,
            ("wasm", Some((&CONTRACT, address))) => {
                found.push((address, if marked { Entry::Failed } else { Entry::Query }));
                marked = false;
            }
            _ => {}
        }
    }
    let mut end = found.len();
    for (step, address) in executions.iter().rev() {
        let load = found[..end].iter().rposition(|load| load.0 == address && load.1 == Entry::Failed);
        end = load.with_context(|| format!("the events have {step:?}, which the trace has not"))?;
        found[end].1 = if matches!(step, Step::Instantiate(_)) { Entry::Instantiate } else { Entry::Execute };
    }
    Ok(found.into_iter().map(|(_, entry)| entry).collect())
}

#[derive(Default)]
struct Frames {
    loads: Vec<Load>,
    layers: Vec<Layer>,
    entries: std::vec::IntoIter<Entry>,
    code: u64,
    ended: bool,
}

/// An open layer: its load, and the keys it holds.
struct Layer {
    load: usize,
    keys: HashSet<Vec<u8>>,
}

impl Frames {
    fn read(&mut self, index: usize, operation: &Operation) -> Result<()> {
        match operation.key.split_first() {
            Some((&CODE, code)) => {
                self.code = code.try_into().map_or(0, u64::from_be_bytes);
                if let Some(load) = self.loads.last_mut().filter(|load| load.code == 0) {
                    load.code = self.code;
                }
            }
            Some((&CONTRACT, address)) => self.open(index, operation, address)?,
            Some((&STATE, _)) => self.read_state(index, operation)?,
            _ => {}
        }
        Ok(())
    }

    /// The innermost of the lowest `depth` layers that holds the key, counted from 1; 0 if none does, so that the read
    /// goes down to the transaction's store.
    fn answered_by(&self, depth: usize, key: &[u8]) -> usize {
        self.layers[..depth].iter().rposition(|layer| layer.keys.contains(key)).map_or(0, |found| found + 1)
    }

    fn open(&mut self, index: usize, operation: &Operation, address: &[u8]) -> Result<()> {
        ensure!(
            !self.ended,
            "operation {index} of the trace begins a second message: measure transactions of one message"
        );
        let entry = self.entries.next().unwrap_or(Entry::Query);
        let sends = |depth: usize| {
            let sender = &self.loads[self.layers[depth - 1].load];
            entry == Entry::Query || sender.entry != Entry::Query
        };
        let fits = |depth: usize| self.answered_by(depth, &operation.key) + operation.layers == depth + 1;
        let depth = match self.layers.len() {
            0 => 0,
            open => {
                // Several layers may fit if they all hold the contract's entry: take the most likely one, and among
                // equals the innermost.
                let senders = (1..=open).rev().filter(|&depth| sends(depth) && fits(depth));
                senders
                    .min_by_key(|&depth| self.surprise(depth, address))
                    .ok_or_else(|| self.unexplained(index, operation))?
            }
        };
        let parent = depth.checked_sub(1).map(|below| self.layers[below].load);
        // The code of a new contract is read before its address, that of an existing one after it.
        let code = if operation.value.is_empty() { self.code } else { 0 };
        self.layers.truncate(depth);
        self.layers.push(Layer { load: self.loads.len(), keys: HashSet::new() });
        self.loads.push(Load { address: address.to_vec(), code, entry, parent, ..Load::default() });
        self.remember(&operation.key);
        Ok(())
    }

    /// How unlikely it is that the load of this layer calls that contract: 0 if it has not called it yet, 2 if the
    /// contract itself is waiting for the result.
    fn surprise(&self, depth: usize, address: &[u8]) -> u8 {
        let sender = self.layers[depth - 1].load;
        let waits = self.layers[..depth].iter().any(|layer| self.loads[layer.load].address == address);
        let asked = self.loads.iter().any(|other| other.parent == Some(sender) && other.address == address);
        match (waits, asked) {
            (true, _) => 2,
            (false, true) => 1,
            (false, false) => 0,
        }
    }

    fn read_state(&mut self, index: usize, operation: &Operation) -> Result<()> {
        let own = |depth: &usize| own_key(&operation.key, &self.loads[self.layers[depth - 1].load].address).is_some();
        let fits = |depth: &usize| self.answered_by(*depth, &operation.key) + operation.layers == *depth;
        let depths = || (1..=self.layers.len()).rev().filter(own);
        let depth = depths().find(fits).or_else(|| depths().next());
        let depth = depth.ok_or_else(|| self.unexplained(index, operation))?;
        self.layers.truncate(depth);
        self.remember(&operation.key);
        let load = &mut self.loads[self.layers[depth - 1].load];
        if let Some(key) = own_key(&operation.key, &load.address) {
            load.reads.insert(key.to_vec(), operation.value.len());
        }
        Ok(())
    }

    /// A read stores the key in every layer it passes.
    fn remember(&mut self, key: &[u8]) {
        for layer in &mut self.layers {
            layer.keys.insert(key.to_vec());
        }
    }

    fn commit(&mut self, index: usize, block: &[Operation]) -> Result<()> {
        let state: Vec<&Operation> = block.iter().filter(|operation| operation.key.first() == Some(&STATE)).collect();
        if state.is_empty() {
            return Ok(());
        }
        let ends = |depth: &usize| {
            let load = self.layers[depth - 1].load;
            self.loads[load].entry != Entry::Query
                && state.iter().all(|operation| self.writer(load, &operation.key).is_some())
        };
        let depth = (1..=self.layers.len()).rev().find(ends);
        let depth = depth.ok_or_else(|| self.unexplained(index, state[0]))?;
        let ended = self.layers[depth - 1].load;
        for operation in &state {
            if self.loads[ended].committed.contains(&operation.key) {
                continue;
            }
            let Some(writer) = self.writer(ended, &operation.key) else { continue };
            let load = &mut self.loads[writer];
            let Some(key) = own_key(&operation.key, &load.address) else { continue };
            if operation.kind == Kind::Write {
                load.writes.insert(key.to_vec(), operation.value.len());
            } else {
                load.removed.insert(key.to_vec());
            }
        }
        self.layers.truncate(depth - 1);
        self.ended = self.layers.is_empty();
        let keys = || state.iter().map(|operation| operation.key.clone());
        if let Some(below) = self.layers.last_mut() {
            below.keys.extend(keys());
            self.loads[below.load].committed.extend(keys());
        }
        Ok(())
    }

    /// Which load wrote this key: `ancestor` itself, or else the last message below it to the key's contract.
    fn writer(&self, ancestor: usize, key: &[u8]) -> Option<usize> {
        let owns = |load: usize| own_key(key, &self.loads[load].address).is_some();
        if owns(ancestor) {
            return Some(ancestor);
        }
        let messages = (ancestor..self.loads.len()).rev().filter(|&load| self.loads[load].entry != Entry::Query);
        messages.filter(|&load| owns(load)).find(|&load| self.is_below(load, ancestor))
    }

    fn is_below(&self, load: usize, ancestor: usize) -> bool {
        std::iter::successors(Some(load), |&load| self.loads[load].parent).any(|load| load == ancestor)
    }

    fn unexplained(&self, index: usize, operation: &Operation) -> Error {
        let Operation { store, kind, key, layers, .. } = operation;
        let open = self.layers.len();
        anyhow!(
            "operation {index} of the trace ({kind:?} of {key:02x?} in {store}, through {layers} layers) \
             fits none of {open} open layers"
        )
    }
}

/// The key without the contract's prefix; none if it belongs to another contract.
fn own_key<'a>(key: &'a [u8], address: &[u8]) -> Option<&'a [u8]> {
    key.strip_prefix(&[STATE])?.strip_prefix(address)
}

#[cfg(test)]
#[path = "frames_tests.rs"]
mod tests;
