//! Vaults of a staked coin: who comes with discounted coins, and who leaves in kind, gains nothing from the others.

use ballast_testkit::{decimal, signed, Collateral, Sanity, Setup, Staked, Suite, ATOM};
use ballast_tests::number;
use ballast_types::oracle::Flag;
use proptest::prelude::*;

use super::{setup, CASES};
use crate::codes;

/// What may have happened before somebody comes or goes.
#[derive(Clone, Debug)]
struct Before {
    /// Redemption rate, in per cent.
    rate: u64,
    /// The discount that has lasted, and the change of it since, in thousandths.
    discount: [u64; 2],
    /// Index prices, in hundredths, a day apart.
    prices: Vec<u64>,
    /// Whether keepers came.
    kept: bool,
}

fn before() -> impl Strategy<Value = Before> {
    let discounts = [0u64..=700, 0u64..=30];
    let prices = prop::collection::vec(700u64..=1_400, 0..=3);
    (100u64..=130, discounts, prices, any::<bool>()).prop_map(|(rate, discount, prices, kept)| Before {
        rate,
        discount,
        prices,
        kept,
    })
}

fn staked(rate: u64, thousandths: u64) -> Staked {
    Staked {
        rate: decimal(&format!("{}.{:02}", rate / 100, rate % 100)),
        discount: decimal(&format!("0.{thousandths:03}")),
        ..Staked::default()
    }
}

/// A vault of 100,000 coins after this.
fn system(before: &Before) -> Suite {
    let [lasting, sudden] = before.discount;
    let from = staked(before.rate, lasting);
    let setup = Setup { collateral: Collateral::Staked(from), pool_quote: 4_000_000, ..setup() };
    let mut suite = Suite::with(codes(), setup);
    suite.sanity = Sanity::OnDemand;
    suite.deposit("alice", 100_000 * ATOM).unwrap();
    for price in &before.prices {
        suite.set_price(signed(&format!("{}.{:02}", price / 100, price % 100)));
        suite.hours(24);
        if before.kept {
            suite.keep(6).unwrap();
        }
    }
    suite.set_staked(staked(before.rate, lasting + sudden));
    suite.hours(1);
    suite
}

/// NAV a share, times 1e12, with coins at what they sell for and at what they are redeemed for.
fn a_share(suite: &Suite) -> [f64; 2] {
    let position = suite.vault_position();
    let range = position.venue.prices.collateral_range.unwrap();
    let coins = position.idle.plus(position.venue.position.margin).unwrap();
    let state = &position.venue.position;
    let rest = number(coins.quote) + number(state.price_pnl) + number(state.funding);
    let whole = number(suite.supply()) + 1e6;
    [position.venue.prices.collateral, range.redemption]
        .map(|price| (number(coins.base) * number(price) + rest + 1.0) / whole * 1e12)
}

/// Whether a share is worth at least what it was, at both ends; floats err by less than 1e-12.
fn nobody_lost(before: [f64; 2], after: [f64; 2]) -> bool {
    before.iter().zip(after).all(|(before, after)| after >= before * (1.0 - 1e-11))
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(CASES))]

    #[test]
    fn a_depositor_of_a_discounted_coin_gains_nothing_from_the_others(
        before in before(),
        amount in 1u128..=50_000,
    ) {
        let mut suite = system(&before);
        let (shares, price) = (a_share(&suite), number(suite.vault_position().venue.prices.collateral));
        let flags = suite.vault_position().venue.prices.collateral_range.unwrap().flags;
        let Ok(deposited) = suite.deposit("bob", amount * ATOM) else {
            return Ok(());
        };
        prop_assert!(!flags.contains(&Flag::Discount));
        prop_assert!(nobody_lost(shares, a_share(&suite)), "{shares:?} then {:?}", a_share(&suite));
        // And out again at once.
        let paid = suite.redeem("bob", deposited.shares).unwrap().paid;
        prop_assert!(nobody_lost(shares, a_share(&suite)), "{shares:?} then {:?}", a_share(&suite));
        let worth = number(paid.base) * price + number(paid.quote);
        prop_assert!(worth <= number(amount * ATOM) * price, "{paid:?}");
    }

    #[test]
    fn a_redeemer_in_kind_gains_nothing_from_the_others(
        before in before(),
        sudden in 0u64..=300,
        part in 1u128..=99,
    ) {
        let mut suite = system(&before);
        let [lasting, nudge] = before.discount;
        suite.discount(&format!("0.{:03}", (lasting + nudge + sudden).min(700)));
        // What is due is due without the redeemer: their rescue is no gain of theirs.
        suite.keep(6).unwrap();
        let shares = a_share(&suite);
        let amount = suite.shares("alice").u128() * part / 100;
        let Ok(_) = suite.redeem("alice", amount.into()) else { return Ok(()) };
        prop_assert!(nobody_lost(shares, a_share(&suite)), "{shares:?} then {:?}", a_share(&suite));
    }
}
