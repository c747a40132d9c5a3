//! A price that everybody can see is none to trade at.

use ballast_testkit::{signed, Suite, ATOM, USDC};
use ballast_types::Purse;

use super::strangers::{close, open, quiet};

/// A market that has accepted 10 in this block, and then this price in the same block.
fn seen(mut suite: Suite, price: &str) -> Suite {
    suite.advance(5);
    suite.publish().unwrap();
    suite.adjust_nothing("feeder");
    suite.set_price(signed(price));
    suite.publish().unwrap();
    suite
}

#[test]
fn who_trades_after_a_publication_trades_at_it() {
    for (price, direction) in [("10.1", 1), ("9.9", -1)] {
        let mut suite = seen(quiet(), price);
        let brought = 20_000 * USDC;
        let opened = open(&mut suite, "dave", direction * 4_000_000_000, Purse::quote(brought.into())).costs;
        suite.advance(5);
        suite.publish().unwrap();
        let closed = suite.adjust("dave", close(), &[]).unwrap();
        assert!(closed.realised.price_pnl.is_zero(), "{:?} to {price}", closed.realised);
        let costs = [opened, closed.costs].map(|c| c.fee.u128() + c.spread.u128() + c.conversion.u128());
        assert_eq!(suite.coins("dave").quote.u128(), brought - costs[0] - costs[1]);
        assert!(suite.coins("dave").base.is_zero());
    }
}

#[test]
fn who_leaves_after_a_publication_loses_what_it_says() {
    let mut suite = quiet();
    // 40,000 at leverage 4
    open(&mut suite, "dave", 4_000_000_000, Purse::quote((10_000 * USDC).into()));
    let mut suite = seen(suite, "9.2");
    let closed = suite.adjust("dave", close(), &[]).unwrap();
    // 4,000 coins fell by 0.8 dollars
    assert_eq!(closed.realised.price_pnl.to_string(), "-3200000000");
}

#[test]
fn a_pool_deposit_after_a_publication_earns_nothing_by_it() {
    for price in ["10.3", "9.7"] {
        let mut suite = quiet();
        suite.deposit("alice", 20_000 * ATOM).unwrap();
        let mut suite = seen(suite, price);
        suite.pool_deposit("mallory", 900_000 * USDC).unwrap();
        suite.advance(5);
        suite.publish().unwrap();
        suite.adjust_nothing("feeder");
        let pool = suite.pool("mallory");
        let value: f64 = pool.value_low.to_string().parse().unwrap();
        let part = pool.shares.u128() as f64 / pool.total_shares.u128() as f64;
        assert!(value * part <= 900_000e6, "worth {} at {price}", value * part / 1e6);
    }
}

#[test]
fn in_one_block_a_deposit_and_a_redemption_around_a_new_price_take_nothing_from_who_stays() {
    for price in ["10.1", "9.9"] {
        let mut suite = quiet();
        suite.deposit("alice", 1_000 * ATOM).unwrap();
        suite.advance(5);
        suite.publish().unwrap();
        suite.deposit("mallory", 500 * ATOM).unwrap();
        suite.set_price(signed(price));
        suite.publish().unwrap();
        suite.adjust_nothing("feeder");
        let worth = |suite: &Suite| {
            let position = suite.vault_position();
            // (nav + 1) / (supply + virtual), in millionths of millionths
            let nav: f64 = position.nav.to_string().parse().unwrap();
            (nav + 1.0) / (position.shares.u128() as f64 + 1e6)
        };
        let before = worth(&suite);
        suite.redeem_all("mallory").unwrap();
        assert!(worth(&suite) >= before * (1.0 - 1e-12), "a share fell from {before} to {} at {price}", worth(&suite));
        let home = suite.coins("mallory");
        let dollars = home.base.u128() as f64 / 1e6 * price.parse::<f64>().unwrap() + home.quote.u128() as f64 / 1e6;
        assert!(dollars < 500.0 * 10.0, "mallory brought 5,000 and took {dollars}");
    }
}
