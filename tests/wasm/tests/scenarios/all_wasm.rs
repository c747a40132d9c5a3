//! What a chain runs.

use ballast_testkit::Codes;
use ballast_wasm_tests::{wasm, Ledger};

#[path = "../../../tests/scenarios/mod.rs"]
mod scenarios;

fn codes() -> Codes {
    wasm(&Ledger::default())
}
