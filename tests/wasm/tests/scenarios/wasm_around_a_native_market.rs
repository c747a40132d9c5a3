//! The other way round: a Wasm vault and a Wasm oracle on either side of a native market.

use ballast_testkit::Codes;
use ballast_wasm_tests::{wasm, Ledger};

#[path = "../../../tests/scenarios/mod.rs"]
mod scenarios;

fn codes() -> Codes {
    Codes { market: Codes::native().market, ..wasm(&Ledger::default()) }
}
