//! What no random sequence of messages can do. Each case drives a whole system; a sequence that fails is shrunk to the
//! few messages that matter.

use ballast_testkit::{decimal, signed, Setup, Suite};
use ballast_tests::number;
use ballast_types::market::MarketAction;
use ballast_types::Purse;

mod coalitions;
mod deeds;
mod exits;
mod roles;
mod staked;

use super::codes;

/// So many cases each.
const CASES: u32 = 64;

/// All that can be switched off in a market.
const ACTIONS: [MarketAction; 7] = [
    MarketAction::Increase,
    MarketAction::Reduce,
    MarketAction::MarginIn,
    MarketAction::MarginOut,
    MarketAction::Liquidate,
    MarketAction::PoolIn,
    MarketAction::PoolOut,
];

/// One publisher, whose price is fresh for a day: clocks that run only while it is fresh need few publications.
fn setup() -> Setup {
    let mut setup = Setup { publishers: 1, ..Setup::default() };
    setup.price_feed.max_age = 24 * 3600;
    setup
}

/// A system in which time costs next to nothing: no slope, and a reference of zero or close to it.
fn quiet(reference: &str) -> Suite {
    let mut setup = Setup { constant_reference: true, reference: signed(reference), ..setup() };
    setup.market.slope = decimal("0");
    Suite::with(codes(), setup)
}

/// Time in which the price is published again before it is too old.
fn wait(suite: &mut Suite, seconds: u64) {
    let mut left = seconds;
    while left > 0 {
        let step = left.min(20 * 3600);
        suite.advance(step);
        suite.publish().unwrap();
        left -= step;
    }
}

/// Value at the last price, in units of quote.
fn value(suite: &Suite, purse: Purse) -> f64 {
    number(purse.base) * number(suite.last_price()) + number(purse.quote)
}

/// All coins that were minted so far.
fn minted_in(suite: &Suite) -> Purse {
    let of = |denom: &str| suite.minted().get(denom).copied().unwrap_or_default().into();
    Purse::new(of(&suite.setup.base.denom), of(&suite.setup.quote.denom))
}
