//! The scenarios on the contracts as native code, and random histories, which would be slow on the built Wasm.

use ballast_testkit::Codes;
use ballast_tests::treasury::native as treasury_code;

mod random;
mod scenarios;

fn codes() -> Codes {
    Codes::native()
}
