//! Runs a Wasm file in place of a native contract.

use std::panic::resume_unwind;
use std::sync::mpsc::channel;
use std::thread;

use anyhow::{anyhow, bail, Result as AnyResult};
use cosmwasm_std::{
    from_json, to_json_vec, Binary, Checksum, ContractResult, Deps, DepsMut, Empty, Env, MessageInfo, Querier, Reply,
    Response,
};
use cosmwasm_vm::{
    call_execute_raw, call_instantiate_raw, call_migrate_raw, call_query_raw, call_reply_raw, Backend, VmResult,
};
use cw_multi_test::Contract;
use serde::de::DeserializeOwned;

use crate::host::{Addresses, Questions, Store};
use crate::ledger::{Call, Entry, Ledger};
use crate::machine::{Artifact, Machine, Running};

/// A built contract that the embedded chain runs as if it were native.
pub struct WasmContract {
    artifact: Artifact,
    ledger: Ledger,
}

/// The arguments of an entry point, in JSON.
struct Arguments {
    entry: Entry,
    env: Vec<u8>,
    /// Sender and coins, if the entry point has them.
    info: Vec<u8>,
    msg: Vec<u8>,
}

/// The result of a call.
struct Done {
    answer: VmResult<Vec<u8>>,
    machine: u64,
    store: Store,
}

impl WasmContract {
    /// The artifact as stored in this process's machine; the costs of its calls are written to `ledger`.
    pub fn new(artifact: Artifact, ledger: Ledger) -> Self {
        WasmContract { artifact, ledger }
    }

    /// Calls an entry point that may write; the writes are kept if it succeeds.
    fn write<T: DeserializeOwned>(
        &self,
        deps: DepsMut,
        entry: Entry,
        env: &Env,
        info: Option<&MessageInfo>,
        msg: Vec<u8>,
    ) -> AnyResult<T> {
        let info = info.map(to_json_vec).transpose()?.unwrap_or_default();
        let arguments = Arguments { entry, env: to_json_vec(env)?, info, msg };
        let done = self.run(arguments, Store::copy(deps.storage), &*deps.querier)?;
        let answer = read(done.answer)?;
        done.store.write_back(deps.storage);
        Ok(answer)
    }

    /// Runs the contract in its own thread, because the machine takes ownership of what it gets, and handles its
    /// queries here, where the embedded chain is.
    fn run(&self, arguments: Arguments, store: Store, querier: &dyn Querier) -> AnyResult<Done> {
        let (artifact, entry) = (self.artifact, arguments.entry);
        let (ask, asked) = channel::<Vec<u8>>();
        let (reply, answer) = channel();
        let backend = Backend { api: Addresses::default(), storage: store, querier: Questions { ask, answer } };
        // both ends of the channels move in: if this side panics they hang up, and the other side ends too
        let done = thread::scope(move |scope| {
            let running = scope.spawn(move || call(artifact, backend, &arguments));
            for request in asked {
                let answer = to_json_vec(&querier.raw_query(&request))?;
                if reply.send(answer).is_err() {
                    break;
                }
            }
            running.join().unwrap_or_else(|panic| resume_unwind(panic))
        })?;
        let answer = done.answer.as_ref().map_or(0, |answer| answer.len() as u64);
        self.ledger.note(Call { artifact, entry, machine: done.machine, storage: done.store.touched(), answer });
        Ok(done)
    }
}

/// One call in a fresh instance.
fn call(artifact: Artifact, backend: Backend<Addresses, Store, Questions>, arguments: &Arguments) -> AnyResult<Done> {
    let mut instance = Machine::get().instance(artifact, backend)?;
    let before = instance.get_gas_left();
    let answer = enter(&mut instance, arguments);
    let machine = before - instance.get_gas_left();
    let backend = instance.recycle().ok_or_else(|| anyhow!("the machine lost the storage"))?;
    Ok(Done { answer, machine, store: backend.storage })
}

fn enter(instance: &mut Running, arguments: &Arguments) -> VmResult<Vec<u8>> {
    let Arguments { entry, env, info, msg } = arguments;
    match entry {
        Entry::Instantiate => call_instantiate_raw(instance, env, info, msg),
        Entry::Execute => call_execute_raw(instance, env, info, msg),
        Entry::Query => call_query_raw(instance, env, msg),
        Entry::Reply => call_reply_raw(instance, env, msg),
        Entry::Migrate => call_migrate_raw(instance, env, msg),
    }
}

/// The contract's response or error, or the machine's error.
fn read<T: DeserializeOwned>(answer: VmResult<Vec<u8>>) -> AnyResult<T> {
    match from_json(answer?)? {
        ContractResult::Ok(answer) => Ok(answer),
        ContractResult::Err(error) => Err(anyhow!(error)),
    }
}

impl Contract<Empty> for WasmContract {
    fn instantiate(&self, deps: DepsMut, env: Env, info: MessageInfo, msg: Vec<u8>) -> AnyResult<Response> {
        self.write(deps, Entry::Instantiate, &env, Some(&info), msg)
    }

    fn execute(&self, deps: DepsMut, env: Env, info: MessageInfo, msg: Vec<u8>) -> AnyResult<Response> {
        self.write(deps, Entry::Execute, &env, Some(&info), msg)
    }

    fn query(&self, deps: Deps, env: Env, msg: Vec<u8>) -> AnyResult<Binary> {
        let arguments = Arguments { entry: Entry::Query, env: to_json_vec(&env)?, info: vec![], msg };
        read(self.run(arguments, Store::copy(deps.storage), &*deps.querier)?.answer)
    }

    fn reply(&self, deps: DepsMut, env: Env, msg: Reply) -> AnyResult<Response> {
        self.write(deps, Entry::Reply, &env, None, to_json_vec(&msg)?)
    }

    fn sudo(&self, _: DepsMut, _: Env, _: Vec<u8>) -> AnyResult<Response> {
        bail!("no contract here has an entry point for the chain itself")
    }

    fn migrate(&self, deps: DepsMut, env: Env, msg: Vec<u8>) -> AnyResult<Response> {
        self.write(deps, Entry::Migrate, &env, None, msg)
    }

    fn checksum(&self) -> Option<Checksum> {
        Some(Machine::get().checksum(self.artifact))
    }
}
