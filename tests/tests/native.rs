//! The scenarios on the contracts as native code.

use ballast_testkit::Codes;
use ballast_tests::treasury::native as treasury_code;

mod scenarios;

fn codes() -> Codes {
    Codes::native()
}
