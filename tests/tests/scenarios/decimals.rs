use ballast_testkit::{Setup, Suite};
use ballast_tests::number;

use super::codes;

/// The same story with coins of other decimals: deposits, a rally, a crash, redemption. Returns NAV per deposit and
/// what was paid, in whole coins.
fn story(base_decimals: u8, quote_decimals: u8) -> Vec<f64> {
    let setup = Setup::coins(base_decimals, quote_decimals);
    let (base, quote) = (setup.whole_base() as f64, setup.whole_quote() as f64);
    let whole = setup.whole_base();
    let mut suite = Suite::with(codes(), setup);
    let mut told = vec![];
    suite.deposit("alice", 1_000 * whole).unwrap();
    suite.deposit("bob", 500 * whole).unwrap();
    told.push(number(suite.vault_position().nav) / quote);
    for price in ["13", "15.6", "12", "9", "10.123456"] {
        suite.hours(1);
        suite.jump(price);
        suite.keep(6).unwrap();
        told.push(number(suite.vault_position().nav) / quote);
    }
    for who in ["alice", "bob"] {
        let paid = suite.redeem_all(who).unwrap().paid;
        told.push(paid.base.u128() as f64 / base);
        told.push(paid.quote.u128() as f64 / quote);
    }
    told
}

#[test]
fn coins_of_6_8_and_18_decimals_tell_the_same_story() {
    let told = story(6, 6);
    for (base, quote) in [(8, 6), (18, 6), (6, 18), (18, 18), (8, 8)] {
        for (one, other) in told.iter().zip(story(base, quote)) {
            // a unit of a coin of 6 decimals is worth up to 1.6e-5 dollars here, and each of some dozens of roundings
            // may move one: together less than a tenth of a millionth of the 15,000 dollars deposited
            let off = (other - one).abs();
            assert!(off < 0.0015, "{other} for {one} with {base} and {quote} decimals");
        }
    }
}
