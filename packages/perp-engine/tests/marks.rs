//! Which readings become the price, and the spread around it.

use ballast_types::market::MarketParams;
use ballast_types::oracle::{Flag, Reading};
use cosmwasm_std::{Decimal256, Timestamp};
use perp_engine::Mark;

use crate::world::{dec, signed};

const NOW: Timestamp = Timestamp::from_nanos(1_700_000_000_500_000_000);

fn reading(value: &str, flags: &[Flag]) -> Reading {
    Reading {
        feed: "atom/usd".into(),
        value: signed(value),
        confidence: dec("0.001"),
        average: signed(value),
        volatility: dec("0.8"),
        time: Timestamp::from_seconds(1_700_000_000),
        stale_at: NOW.plus_seconds(60),
        usable_since: Timestamp::from_seconds(1_700_000_000),
        confirm_from: None,
        flags: flags.to_vec(),
    }
}

fn taken(value: &str, flags: &[Flag]) -> Mark {
    let mut mark = Mark { index: dec("5"), height: 1, ..Mark::default() };
    mark.take(Some(&reading(value, flags)), NOW, 7);
    mark
}

#[test]
fn a_good_reading_and_an_uncertain_one_are_accepted() {
    for flags in [&[][..], &[Flag::Uncertain]] {
        let mark = taken("10", flags);
        assert_eq!((mark.index, mark.height, mark.flags.as_slice()), (dec("10"), 7, flags));
    }
}

#[test]
fn every_other_flag_keeps_the_old_numbers_with_the_new_flags() {
    for flag in [Flag::Missing, Flag::Invalid, Flag::Future, Flag::Stale, Flag::Jump] {
        let mark = taken("10", &[flag, Flag::Uncertain]);
        assert_eq!((mark.index, mark.height), (dec("5"), 1), "{flag:?}");
        assert_eq!(mark.flags, [flag, Flag::Uncertain]);
    }
}

#[test]
fn the_spread_is_the_widest_of_least_spread_confidence_and_age_and_at_most_half() {
    let params = MarketParams::defaults(6);
    let mut mark = taken("10", &[]);
    // Half a second of age counts as one: 0.8 / sqrt(31,536,000) = 0.00014245...; confidence is 0.1 %.
    assert_eq!(mark.prices(&params, NOW).unwrap().spread, dec("0.001"));
    mark.confidence = Decimal256::zero();
    assert_eq!(mark.prices(&params, NOW).unwrap().spread, dec("0.0002"));
    let later = NOW.plus_nanos(59_500_000_000);
    // 0.8 * sqrt(60 / 31,536,000) = 0.0011034745181...
    let spread = mark.prices(&params, later).unwrap().spread;
    assert!(spread.abs_diff(dec("0.001103474518")) < dec("0.000000000001"), "{spread}");
    mark.confidence = dec("3");
    assert_eq!(mark.prices(&params, later).unwrap().spread, dec("0.5"));
}

#[test]
fn before_the_first_price_there_is_none_and_no_spread_of_its_age() {
    let mark = Mark::default();
    let prices = mark.prices(&MarketParams::defaults(6), NOW).unwrap();
    assert!(prices.index.is_zero() && prices.spread == dec("0.0002"));
}
