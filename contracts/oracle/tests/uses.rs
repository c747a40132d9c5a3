//! The table of flags and uses, row by row.

use ballast_types::oracle::{Flag, PriceUse};

const FLAGS: [Flag; 7] =
    [Flag::Missing, Flag::Invalid, Flag::Future, Flag::Stale, Flag::Jump, Flag::Uncertain, Flag::Secondary];

/// Every use: one without a row does not compile.
fn row(price_use: PriceUse) -> [bool; 7] {
    match price_use {
        //                     missing invalid future stale jump uncertain
        PriceUse::Increase => [false, false, false, false, false, false, false],
        PriceUse::Settle => [false, false, false, false, false, false, false],
        PriceUse::MarginOut => [false, false, false, false, false, false, false],
        PriceUse::Pool => [false, false, false, false, false, false, false],
        PriceUse::BuyBase => [false, false, false, false, false, false, false],
        PriceUse::Reduce => [false, false, false, false, false, true, true],
        PriceUse::Liquidate => [false, false, false, false, false, true, true],
        PriceUse::MarginIn => [true, true, true, true, true, true, true],
    }
}

const USES: [PriceUse; 8] = [
    PriceUse::Increase,
    PriceUse::Reduce,
    PriceUse::Settle,
    PriceUse::MarginIn,
    PriceUse::MarginOut,
    PriceUse::Liquidate,
    PriceUse::Pool,
    PriceUse::BuyBase,
];

#[test]
fn each_use_tolerates_exactly_the_flags_of_its_row() {
    for price_use in USES {
        for (flag, tolerated) in FLAGS.into_iter().zip(row(price_use)) {
            assert_eq!(price_use.tolerates(flag), tolerated, "{price_use:?} with {flag:?}");
            assert_eq!(price_use.allowed_by(&[flag]), tolerated);
        }
    }
}

#[test]
fn a_price_without_flags_serves_everything() {
    assert!(USES.into_iter().all(|price_use| price_use.allowed_by(&[])));
}

#[test]
fn one_flag_that_is_not_tolerated_suffices() {
    assert!(!PriceUse::Reduce.allowed_by(&[Flag::Stale, Flag::Uncertain]));
    assert!(!PriceUse::Reduce.allowed_by(&[Flag::Jump, Flag::Secondary]));
    assert!(PriceUse::MarginIn.allowed_by(&FLAGS));
}
