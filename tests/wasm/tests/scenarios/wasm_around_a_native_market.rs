//! The other way round: a Wasm vault and a Wasm oracle on either side of a native market.

use ballast_testkit::Codes;
use ballast_wasm_tests::{treasury, wasm, Ledger};
use cosmwasm_std::Empty;
use cw_multi_test::Contract;

#[path = "../../../tests/scenarios/mod.rs"]
mod scenarios;

fn codes() -> Codes {
    Codes { market: Codes::native().market, ..wasm(&Ledger::default()) }
}

fn treasury_code() -> Box<dyn Contract<Empty>> {
    treasury(&Ledger::default())
}
