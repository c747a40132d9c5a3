//! The built contracts in the virtual machine that chains use, inside the same embedded chain as the native tests.
//!
//! [`wasm`] gives [`ballast_testkit::Suite`] codes that are Wasm files instead of native functions. Storing one runs
//! the machine's static checks (as `cosmwasm-check` does), with `iterator` as the only capability. A [`Ledger`] keeps
//! what every call cost: gas of the machine and of storage, at wasmd's prices ([`ballast_gas::prices`]).

mod contract;
pub mod gas;
mod host;
mod ledger;
mod machine;

use ballast_testkit::Codes;
use cosmwasm_std::Empty;
use cw_multi_test::Contract;

pub use contract::WasmContract;
pub use ledger::{Bill, Call, Entry, Ledger};
pub use machine::{Artifact, Machine};

/// All three contracts as Wasm, their calls written into `ledger`.
pub fn wasm(ledger: &Ledger) -> Codes {
    let code = |artifact| Box::new(WasmContract::new(artifact, ledger.clone()));
    Codes { oracle: code(Artifact::Oracle), market: code(Artifact::Market), vault: code(Artifact::Vault) }
}

/// The example contract as Wasm.
pub fn treasury(ledger: &Ledger) -> Box<dyn Contract<Empty>> {
    Box::new(WasmContract::new(Artifact::Treasury, ledger.clone()))
}
