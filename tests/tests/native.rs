//! The scenarios on the contracts as native code.

use ballast_testkit::Codes;

mod scenarios;

fn codes() -> Codes {
    Codes::native()
}
