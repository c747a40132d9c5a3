//! Which readings are accepted as the price, and the spread around it.

use ballast_types::market::{MarketParams, Prices};
use ballast_types::oracle::{Flag, Reading};
use cosmwasm_std::{Decimal256, Timestamp};
use perp_engine::{Direction, Mark, Marks};

use crate::world::{dec, signed, World};

const NOW: Timestamp = Timestamp::from_nanos(1_700_000_000_500_000_000);

pub fn reading(value: &str, flags: &[Flag]) -> Reading {
    Reading {
        feed: "atom/usd".into(),
        value: signed(value),
        upper: None,
        redemption: None,
        confidence: dec("0.001"),
        average: signed(value),
        volatility: dec("0.8"),
        time: Timestamp::from_seconds(1_700_000_000),
        stale_at: NOW.plus_seconds(60),
        usable_seconds: Some(3_600),
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
fn a_good_reading_and_an_uncertain_one_are_accepted_and_so_is_one_of_a_secondary_feed() {
    for flags in [&[][..], &[Flag::Uncertain], &[Flag::Uncertain, Flag::Secondary]] {
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
fn the_spread_is_the_widest_of_least_spread_confidence_and_age_which_has_a_bound() {
    let params = MarketParams::defaults(6);
    let mut mark = taken("10", &[]);
    // Half a second of age counts as the latency of six: 3 * 0.8 * sqrt(6 / 31,536,000) = 0.00104684784517...;
    // confidence is 0.1 %.
    let spread = mark.prices(&params, NOW).unwrap().spread;
    assert!(spread.abs_diff(dec("0.001046847845")) < dec("0.000000000001"), "{spread}");
    mark.volatility = Decimal256::zero();
    assert_eq!(mark.prices(&params, NOW).unwrap().spread, dec("0.001"));
    mark.confidence = Decimal256::zero();
    assert_eq!(mark.prices(&params, NOW).unwrap().spread, dec("0.0002"));
    mark.volatility = dec("0.8");
    let later = |seconds: u64| NOW.plus_nanos(seconds * 1_000_000_000 - 500_000_000);
    // 2.4 * sqrt(30 / 31,536,000) = 0.00234082314...
    let spread = mark.prices(&params, later(30)).unwrap().spread;
    assert!(spread.abs_diff(dec("0.0023408229447")) < dec("0.0000000001"), "{spread}");
    // A minute makes 0.33 %: the limit is 0.3 %. A wide confidence interval exceeds it.
    assert_eq!(mark.prices(&params, later(60)).unwrap().spread, dec("0.003"));
    mark.confidence = dec("0.9");
    assert_eq!(mark.prices(&params, later(60)).unwrap().spread, dec("0.9"));
}

#[test]
fn latency_and_multiple_at_both_ends_of_their_bounds() {
    let mut mark = taken("10", &[]);
    mark.confidence = Decimal256::zero();
    let spread = |latency: u64, z: &str| {
        let params = MarketParams { spread_latency: latency, spread_z: dec(z), ..MarketParams::defaults(6) };
        mark.prices(&params, NOW).unwrap().spread
    };
    // Without latency the age of half a second counts as one second: 2.4 / sqrt(31,536,000) = 0.000427374...
    assert!(spread(0, "3").abs_diff(dec("0.00042737384")) < dec("0.0000000001"));
    assert_eq!(spread(120, "5"), dec("0.003"));
    assert_eq!(spread(120, "0"), dec("0.0002"));
}

#[test]
fn a_confidence_interval_that_reaches_zero_is_no_price() {
    for (confidence, flags) in
        [("0.999999999999999999", vec![]), ("1", vec![Flag::Invalid]), ("7", vec![Flag::Invalid])]
    {
        let mut mark = Mark { index: dec("5"), height: 1, ..Mark::default() };
        let told = Reading { confidence: dec(confidence), ..reading("10", &[]) };
        mark.take(Some(&told), NOW, 7);
        assert_eq!(mark.flags, flags, "{confidence}");
        assert_eq!(mark.index, if mark.flags.is_empty() { dec("10") } else { dec("5") });
    }
}

#[test]
fn a_band_and_an_interval_have_a_lower_end_however_wide_they_are() {
    let mut world = World::new((18, 6), 0, 0);
    (world.price, world.spread) = (dec("0.000001"), dec("0.999999999999999999"));
    let marks = world.market().marks;
    // A millionth of a price of a millionth.
    assert_eq!(marks.index_low().unwrap().decimal(), dec("0.000000000001"));
    assert_eq!(marks.index_high().unwrap().decimal(), dec("0.000002"));
}

#[test]
fn the_range_begins_with_the_first_price_of_a_block_and_widens_with_each_further_one() {
    let mut mark = taken("10", &[]);
    let range = |mark: &Mark| {
        let prices = mark.prices(&MarketParams::defaults(6), NOW).unwrap();
        (prices.index.to_string(), prices.index_low.to_string(), prices.index_high.to_string())
    };
    let told = |index: &str, low: &str, high: &str| (index.to_string(), low.to_string(), high.to_string());
    assert_eq!(range(&mark), told("10", "10", "10"));
    mark.take(Some(&reading("10.1", &[])), NOW, 7);
    assert_eq!(range(&mark), told("10.1", "10", "10.1"));
    mark.take(Some(&reading("9.8", &[Flag::Uncertain])), NOW, 7);
    assert_eq!(range(&mark), told("9.8", "9.8", "10.1"));
    // A price that is not accepted does not widen the range.
    mark.take(Some(&reading("20", &[Flag::Jump])), NOW, 7);
    mark.take(None, NOW, 7);
    assert_eq!(range(&mark), told("9.8", "9.8", "10.1"));
    // A new block without a price has no range from the previous one; its first price starts a new range.
    mark.take(Some(&reading("20", &[Flag::Jump])), NOW, 8);
    assert_eq!(range(&mark), told("9.8", "9.8", "9.8"));
    mark.take(Some(&reading("11", &[])), NOW, 8);
    assert_eq!(range(&mark), told("11", "11", "11"));
}

#[test]
fn the_band_is_the_range_with_the_spread_and_an_order_pays_the_way_to_its_worse_end() {
    let prices = Prices {
        index: dec("10"),
        index_low: dec("9.2"),
        index_high: dec("10.1"),
        collateral: dec("10"),
        spread: dec("0.001"),
        ..Prices::default()
    };
    let marks = Marks::new(&prices, dec("0.0002"), 6, 6).unwrap();
    assert_eq!(marks.order_spread(Direction::Long).unwrap(), dec("0.011"));
    assert_eq!(marks.order_spread(Direction::Short).unwrap(), dec("0.081"));
    let ends = [marks.index_low(), marks.index_high(), marks.collateral_low(), marks.collateral_high()];
    let ends = ends.map(|end| end.unwrap().decimal());
    assert_eq!(ends, [dec("9.1908"), dec("10.1101"), dec("9.1908"), dec("10.1101")]);
    // Paying in base uses the low end of the range and the minimum spread: 9.2 * 0.9998 * 0.999.
    assert_eq!(marks.paying(dec("0.001")).unwrap().decimal(), dec("9.18896184"));
}

#[test]
fn a_price_is_held_back_for_its_jump_and_for_nothing_worse() {
    for (flags, held) in [
        (vec![Flag::Jump], true),
        (vec![Flag::Jump, Flag::Uncertain], true),
        (vec![Flag::Jump, Flag::Uncertain, Flag::Secondary], true),
        (vec![Flag::Jump, Flag::Stale], false),
        (vec![Flag::Uncertain], false),
        (vec![], false),
    ] {
        let mut mark = Mark { index: dec("5"), height: 1, ..Mark::default() };
        let told = reading("10", &flags);
        mark.take(Some(&told), NOW, 7);
        assert_eq!(mark.held_back(Some(&told)), held.then(|| dec("10")), "{flags:?}");
    }
    // Out of range, or from the future: margin cannot be valued.
    for told in [reading("-10", &[Flag::Jump]), Reading { time: NOW.plus_seconds(1), ..reading("10", &[Flag::Jump]) }] {
        let mut mark = Mark { index: dec("5"), height: 1, ..Mark::default() };
        mark.take(Some(&told), NOW, 7);
        assert_eq!(mark.held_back(Some(&told)), None);
    }
}

#[test]
fn before_the_first_price_there_is_none_and_no_spread_of_its_age() {
    let mark = Mark::default();
    let prices = mark.prices(&MarketParams::defaults(6), NOW).unwrap();
    assert!(prices.index.is_zero() && prices.spread == dec("0.0002"));
}
