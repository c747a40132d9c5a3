//! What a chain runs.

use ballast_testkit::Codes;
use ballast_wasm_tests::{treasury, wasm, Ledger};
use cosmwasm_std::Empty;
use cw_multi_test::Contract;

#[path = "../../../tests/scenarios/mod.rs"]
mod scenarios;

fn codes() -> Codes {
    wasm(&Ledger::default())
}

fn treasury_code() -> Box<dyn Contract<Empty>> {
    treasury(&Ledger::default())
}
