//! The costs of calls.

use std::cell::RefCell;
use std::collections::BTreeSet;
use std::ops::AddAssign;
use std::rc::Rc;

use ballast_gas::prices;

use crate::Artifact;

/// The entry points of a contract.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Entry {
    /// `instantiate`
    Instantiate,
    /// `execute`
    Execute,
    /// `query`
    Query,
    /// `reply`
    Reply,
    /// `migrate`
    Migrate,
}

/// Storage operations, with the gas that a chain charges for them.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Storage {
    /// Reads of single keys.
    pub reads: u64,
    /// Writes of single keys.
    pub writes: u64,
    /// Bytes written, including keys with their prefix.
    pub written: u64,
    /// Removals.
    pub removals: u64,
    /// Records returned by iterators.
    pub steps: u64,
    /// Gas of the chain.
    pub gas: u64,
}

fn stored(key: &[u8], value: &[u8]) -> u64 {
    (prices::KEY_PREFIX + key.len() + value.len()) as u64
}

impl Storage {
    /// Charges a read; for an absent key only the key counts.
    pub(crate) fn read(&mut self, key: &[u8], value: Option<&[u8]>) {
        self.reads += 1;
        self.gas += prices::READ + prices::READ_BYTE * stored(key, value.unwrap_or_default());
    }

    /// Charges a write.
    pub(crate) fn write(&mut self, key: &[u8], value: &[u8]) {
        self.writes += 1;
        self.written += stored(key, value);
        self.gas += prices::WRITE + prices::WRITE_BYTE * stored(key, value);
    }

    /// Charges a removal.
    pub(crate) fn remove(&mut self) {
        self.removals += 1;
        self.gas += prices::REMOVE;
    }

    /// Charges for opening an iterator: a step onto its first record, even if it is never read.
    pub(crate) fn open(&mut self, first: Option<&(Vec<u8>, Vec<u8>)>) {
        self.gas += prices::STEP;
        if let Some((key, value)) = first {
            self.gas += prices::READ_BYTE * stored(key, value);
        }
    }

    /// Charges a step over a record; a step at the end is free.
    pub(crate) fn step(&mut self, record: Option<&(Vec<u8>, Vec<u8>)>) {
        if let Some((key, value)) = record {
            self.steps += 1;
            self.gas += prices::STEP + prices::READ_BYTE * stored(key, value);
        }
    }
}

impl AddAssign for Storage {
    fn add_assign(&mut self, other: Storage) {
        self.reads += other.reads;
        self.writes += other.writes;
        self.written += other.written;
        self.removals += other.removals;
        self.steps += other.steps;
        self.gas += other.gas;
    }
}

/// One call of one contract.
#[derive(Clone, Debug)]
pub struct Call {
    /// The contract.
    pub artifact: Artifact,
    /// Its entry point.
    pub entry: Entry,
    /// Gas of the machine (not of the chain), including addresses, without storage and queries of other contracts.
    pub machine: u64,
    /// Storage.
    pub storage: Storage,
    /// Bytes of the response.
    pub answer: u64,
}

/// All calls since the last [`Ledger::take`], in the order in which they ended. Clones share one list.
#[derive(Clone, Debug, Default)]
pub struct Ledger(Rc<RefCell<Vec<Call>>>);

impl Ledger {
    pub(crate) fn note(&self, call: Call) {
        self.0.borrow_mut().push(call);
    }

    /// Returns the calls so far and empties the ledger.
    pub fn take(&self) -> Vec<Call> {
        self.0.take()
    }
}

/// Gas of the chain for a transaction, without its fixed cost.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Bill {
    /// The machine's work.
    pub machine: u64,
    /// Storage.
    pub storage: Storage,
    /// Codes loaded for the first time.
    pub loads: u64,
    /// Loads of a code that was loaded before.
    pub loads_again: u64,
    /// Reading the responses of contracts.
    pub answers: u64,
}

impl Bill {
    /// The bill of the calls of one transaction.
    pub fn of(calls: &[Call]) -> Bill {
        let mut bill = Bill::default();
        let mut loaded = BTreeSet::new();
        for call in calls {
            bill.machine += call.machine / prices::MACHINE;
            bill.storage += call.storage;
            bill.answers += prices::ANSWER_BYTE * call.answer;
            if loaded.insert(call.artifact) {
                bill.loads += 1;
            } else {
                bill.loads_again += 1;
            }
        }
        bill
    }

    /// The same outside of a transaction, where a chain does not remember what it loaded, so each load counts in full.
    pub fn outside_of_a_transaction(self) -> Bill {
        Bill { loads: self.loads + self.loads_again, loads_again: 0, ..self }
    }

    /// Gas for loads.
    pub fn loading(&self) -> u64 {
        prices::LOAD * self.loads + prices::LOAD_AGAIN * self.loads_again
    }

    /// Total gas.
    pub fn total(&self) -> u64 {
        self.machine + self.storage.gas + self.loading() + self.answers
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_and_writes_are_charged_by_the_byte_with_the_keys_prefix() {
        let mut storage = Storage::default();
        storage.read(b"key", Some(b"value"));
        // 1,000 + 3 * (33 + 3 + 5)
        assert_eq!(storage.gas, 1_123);
        storage.read(b"key", None);
        // 1,000 + 3 * (33 + 3)
        assert_eq!(storage.gas, 1_123 + 1_108);
        storage.write(b"key", b"value");
        // 2,000 + 30 * (33 + 3 + 5)
        assert_eq!((storage.gas, storage.written), (1_123 + 1_108 + 3_230, 41));
        storage.remove();
        assert_eq!(storage.gas, 1_123 + 1_108 + 3_230 + 1_000);
    }

    #[test]
    fn an_iterator_pays_for_its_first_record_when_it_opens_and_again_when_it_passes_it() {
        let record = (b"key".to_vec(), b"value".to_vec());
        let mut storage = Storage::default();
        storage.open(Some(&record));
        storage.step(Some(&record));
        storage.step(None);
        // twice 30 + 3 * 41; the step that finds nothing is free
        assert_eq!((storage.gas, storage.steps), (306, 1));
        let mut storage = Storage::default();
        storage.open(None);
        assert_eq!(storage.gas, 30);
    }

    #[test]
    fn a_code_is_loaded_in_full_once_a_transaction() {
        let call = |artifact, machine| {
            let storage = Storage { gas: 7, ..Storage::default() };
            Call { artifact, entry: Entry::Query, machine, storage, answer: 11 }
        };
        let calls = [call(Artifact::Market, 140_000), call(Artifact::Oracle, 140_001), call(Artifact::Market, 139_999)];
        let bill = Bill::of(&calls);
        assert_eq!((bill.loads, bill.loads_again, bill.loading()), (2, 1, 122_000));
        // rounded down for each call, as the chain does
        assert_eq!(bill.machine, 1 + 1);
        assert_eq!(bill.total(), 2 + 21 + 122_000 + 33);
        assert_eq!(bill.outside_of_a_transaction().total(), 2 + 21 + 180_000 + 33);
    }
}
