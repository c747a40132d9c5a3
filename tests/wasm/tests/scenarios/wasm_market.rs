//! A Wasm market between a native vault and a native oracle, so all messages and responses between contracts cross
//! over.

use ballast_testkit::Codes;
use ballast_tests::treasury::native as treasury_code;
use ballast_wasm_tests::{wasm, Ledger};

#[path = "../../../tests/scenarios/mod.rs"]
mod scenarios;

fn codes() -> Codes {
    Codes { market: wasm(&Ledger::default()).market, ..Codes::native() }
}
