//! What the machine needs from the chain: storage, addresses, and queries of other contracts.

use std::cell::RefCell;
use std::collections::HashMap;
use std::sync::mpsc::{Receiver, Sender};
use std::vec::IntoIter;

use ballast_gas::prices;
use cosmwasm_std::testing::{MockApi, MockStorage};
use cosmwasm_std::{Api as _, StdResult, Storage as _};
use cosmwasm_std_vm::{from_json, Binary, ContractResult, Order, Record, SystemResult};
use cosmwasm_vm::{BackendApi, BackendError, BackendResult, GasInfo, Querier, Storage};

use crate::ledger;

/// A contract's storage: a copy from the start of the call, and a list of changes.
///
/// The machine needs ownership of its storage, but the embedded chain only lends it. A copy solves this in safe code,
/// and is small, because it holds only one contract's records.
///
/// Storage gas is metered here and not reported to the machine, which keeps the machine's own gas separate.
#[derive(Default)]
pub(crate) struct Store {
    records: MockStorage,
    iterators: HashMap<u32, IntoIter<Record>>,
    changes: Vec<Change>,
    // `get` only has `&self`
    meter: RefCell<ledger::Storage>,
}

/// A key and its new value; none if it was removed.
type Change = (Vec<u8>, Option<Vec<u8>>);

impl Store {
    /// A copy of a contract's storage.
    pub(crate) fn copy(of: &dyn cosmwasm_std::Storage) -> Store {
        let mut store = Store::default();
        for (key, value) in of.range(None, None, cosmwasm_std::Order::Ascending) {
            store.records.set(&key, &value);
        }
        store
    }

    /// The storage operations so far.
    pub(crate) fn touched(&self) -> ledger::Storage {
        *self.meter.borrow()
    }

    /// Applies the changes of the call to the chain's storage.
    pub(crate) fn write_back(&self, to: &mut dyn cosmwasm_std::Storage) {
        for (key, value) in &self.changes {
            match value {
                Some(value) => to.set(key, value),
                None => to.remove(key),
            }
        }
    }
}

impl Storage for Store {
    fn get(&self, key: &[u8]) -> BackendResult<Option<Vec<u8>>> {
        let value = self.records.get(key);
        self.meter.borrow_mut().read(key, value.as_deref());
        (Ok(value), GasInfo::free())
    }

    fn set(&mut self, key: &[u8], value: &[u8]) -> BackendResult<()> {
        self.records.set(key, value);
        self.meter.get_mut().write(key, value);
        self.changes.push((key.to_vec(), Some(value.to_vec())));
        (Ok(()), GasInfo::free())
    }

    fn remove(&mut self, key: &[u8]) -> BackendResult<()> {
        self.records.remove(key);
        self.meter.get_mut().remove();
        self.changes.push((key.to_vec(), None));
        (Ok(()), GasInfo::free())
    }

    fn scan(&mut self, start: Option<&[u8]>, end: Option<&[u8]>, order: Order) -> BackendResult<u32> {
        let order = match order {
            Order::Ascending => cosmwasm_std::Order::Ascending,
            Order::Descending => cosmwasm_std::Order::Descending,
        };
        let records: Vec<Record> = self.records.range(start, end, order).collect();
        self.meter.get_mut().open(records.first());
        let id = self.iterators.len() as u32 + 1;
        self.iterators.insert(id, records.into_iter());
        (Ok(id), GasInfo::free())
    }

    fn next(&mut self, id: u32) -> BackendResult<Option<Record>> {
        let Some(iterator) = self.iterators.get_mut(&id) else {
            return (Err(BackendError::iterator_does_not_exist(id)), GasInfo::free());
        };
        let record = iterator.next();
        self.meter.get_mut().step(record.as_ref());
        (Ok(record), GasInfo::free())
    }
}

/// Addresses of the embedded chain, with the gas prices of wasmd.
#[derive(Clone, Default)]
pub(crate) struct Addresses(MockApi);

fn charged<T>(result: StdResult<T>, gas: u64) -> BackendResult<T> {
    let result = result.map_err(|error| BackendError::user_err(error.to_string()));
    (result, GasInfo::with_cost(gas * prices::MACHINE))
}

impl BackendApi for Addresses {
    fn addr_validate(&self, input: &str) -> BackendResult<()> {
        charged(self.0.addr_validate(input).map(drop), prices::VALIDATE)
    }

    fn addr_canonicalize(&self, human: &str) -> BackendResult<Vec<u8>> {
        charged(self.0.addr_canonicalize(human).map(Into::into), prices::CANONICALIZE)
    }

    fn addr_humanize(&self, canonical: &[u8]) -> BackendResult<String> {
        charged(self.0.addr_humanize(&canonical.into()).map(Into::into), prices::HUMANIZE)
    }
}

/// Queries of other contracts and of the bank: the machine runs in its own thread and asks the thread that holds the
/// embedded chain.
pub(crate) struct Questions {
    pub(crate) ask: Sender<Vec<u8>>,
    pub(crate) answer: Receiver<Vec<u8>>,
}

impl Querier for Questions {
    fn query_raw(&self, request: &[u8], _: u64) -> BackendResult<SystemResult<ContractResult<Binary>>> {
        let hung_up = |_| BackendError::unknown("the chain no longer answers");
        let asked = self.ask.send(request.to_vec()).map_err(|e| hung_up(e.to_string()));
        let answer = asked.and_then(|()| self.answer.recv().map_err(|e| hung_up(e.to_string())));
        let answer = answer.and_then(|json| from_json(json).map_err(|e| BackendError::unknown(e.to_string())));
        // the cost of the response is on the bill of the contract that gave it
        (answer, GasInfo::free())
    }
}
