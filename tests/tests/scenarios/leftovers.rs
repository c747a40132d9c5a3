//! What anybody can leave behind stops nobody, ever.

use ballast_testkit::{signed, Setup, Suite, ATOM, USDC};
use ballast_types::Purse;

use super::codes;
use super::strangers::{open, order, quiet, take_home};

#[test]
fn dust_of_a_long_leaves_no_position_and_stops_no_pool_deposit() {
    let setup = Setup { reference: signed("0.5"), ..Setup::coins(18, 6) };
    let mut suite = Suite::with(codes(), setup);
    let coin = 1_000_000_000_000_000_000i128;
    open(&mut suite, "mallory", 20 * coin, Purse::quote((100 * USDC).into()));
    suite.adjust("mallory", order(1 - 20 * coin), &[]).unwrap();
    let left = suite.position(&suite.account("mallory")).position;
    assert!(left.size.is_zero(), "the reduce that would leave dust closes it: {left:?}");
    suite.adjust("mallory", take_home(left.margin), &[]).unwrap();
    suite.hours(24);
    suite.pool_deposit("lp", 1_000 * USDC).unwrap();
}

#[test]
fn margin_without_a_position_goes_home_whatever_the_price() {
    let margin = Purse::new((7 * ATOM).into(), (9 * USDC).into());
    let mut suite = quiet();
    open(&mut suite, "idle one", 0, margin);
    // nobody publishes any more
    suite.advance(3_600);
    suite.adjust("idle one", take_home(margin), &[]).unwrap();
    assert_eq!(suite.coins("idle one"), margin);

    let mut suite = quiet();
    open(&mut suite, "idle one", 0, margin);
    // a jump is held back
    suite.price("16");
    suite.adjust("idle one", take_home(margin), &[]).unwrap();
    assert_eq!(suite.coins("idle one"), margin);
}
