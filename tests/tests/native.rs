//! The scenarios on the contracts as native code, and what would be slow on the built Wasm: random histories, and attacks
//! on a vault in every state.

use ballast_testkit::Codes;
use ballast_tests::treasury::native as treasury_code;

mod attacks;
mod random;
mod scenarios;

fn codes() -> Codes {
    Codes::native()
}
