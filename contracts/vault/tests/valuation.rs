use ballast_types::market::{CollateralRange, PositionState, Prices};
use ballast_types::{CoinInfo, Money, Purse};
use ballast_vault::valuation::{nav, Bands};

use crate::suite::{dec, money, purse, short};
use crate::venue::coin;

fn prices(price: &str, spread: &str) -> Prices {
    range(price, price, price, spread)
}

/// A price with the lowest and the highest of its block.
fn range(low: &str, price: &str, high: &str, spread: &str) -> Prices {
    Prices {
        index: dec(price),
        index_low: dec(low),
        index_high: dec(high),
        collateral: dec(price),
        spread: dec(spread),
        ..Default::default()
    }
}

fn spot(prices: &Prices, idle: Purse, position: &PositionState) -> Money {
    nav(prices, &coin("base"), &coin("quote"), idle, position).unwrap()
}

fn band(prices: &Prices) -> Bands {
    Bands::new(prices, &coin("base"), &coin("quote")).unwrap()
}

#[test]
fn nav_is_coins_and_quote_in_both_places_and_everything_unsettled() {
    let prices = prices("12", "0.01");
    let mut position = short(90, 900, purse(40, 7));
    position.price_pnl = money("-180");
    position.funding = money("2.5");
    // (60 + 40) * 12 + (5 + 7) - 180 + 2.5
    assert_eq!(spot(&prices, purse(60, 5), &position), money("1034.5"));
    // 10 coins are not sold short: each 0.12 at either end of the band.
    let navs = band(&prices).navs(purse(60, 5), &position).unwrap();
    assert_eq!(navs, [money("1033.3"), money("1035.7")]);
}

/// The prices of a market of two: the margin coin sells for `collateral.1` and has traded between the others.
fn two(index: Prices, collateral: (&str, &str, &str), spread: &str) -> Prices {
    let (low, sold, high) = (dec(collateral.0), dec(collateral.1), dec(collateral.2));
    let range = CollateralRange {
        low,
        high,
        redemption: high,
        spread: dec(spread),
        discount: dec("0"),
        mean_discount: dec("0"),
        lasting_low: low,
        lasting_high: sold,
        held_back: None,
        time: Default::default(),
        flags: vec![],
    };
    Prices { collateral: sold, collateral_range: Some(range), ..index }
}

#[test]
fn two_prices_have_four_corners_each_price_with_its_own_range_and_spread() {
    let prices = two(range("10", "10.5", "12", "0.01"), ("8", "9", "9.5"), "0.02");
    let mut position = short(90, 900, purse(40, 7));
    position.price_pnl = money("-45");
    // 100 coins at 9, and 12 - 45 beside them.
    assert_eq!(spot(&prices, purse(60, 5), &position), money("867"));
    // Coins at 7.84 or 9.69; 90 sold short are 0.6 each more worth at 9.9 than at 10.5, and 1.62 less at 12.12.
    let navs = band(&prices).navs(purse(60, 5), &position).unwrap();
    assert_eq!(navs, [money("805"), money("790.2"), money("990"), money("605.2")]);
}

#[test]
fn equal_prices_with_equal_bands_are_one_price_and_move_together() {
    let one = range("10", "10.5", "12", "0.01");
    let navs = |prices: &Prices| band(prices).navs(purse(60, 5), &short(90, 900, purse(40, 7))).unwrap();
    let equal = two(one.clone(), ("10", "10.5", "12"), "0.01");
    assert_eq!(navs(&equal), navs(&one));
    assert_eq!(navs(&equal).len(), 2);
    // Another spread, range or price is another band.
    for other in [
        two(one.clone(), ("10", "10.5", "12"), "0.02"),
        two(one.clone(), ("9.9", "10.5", "12"), "0.01"),
        two(one.clone(), ("10", "10.5", "12.1"), "0.01"),
        two(one, ("10", "10.4", "12"), "0.01"),
    ] {
        assert_eq!(navs(&other).len(), 4, "{other:?}");
    }
}

#[test]
fn the_band_reaches_from_below_the_lowest_to_above_the_highest_price_of_the_block() {
    let prices = range("10", "10.5", "12", "0.01");
    let mut position = short(90, 900, purse(40, 7));
    position.price_pnl = money("-45");
    // (60 + 40) * 10.5 + (5 + 7) - 45 at the price itself.
    assert_eq!(spot(&prices, purse(60, 5), &position), money("1017"));
    // 10 coins are not sold short: 9.9 and 12.12 instead of 10.5.
    let navs = band(&prices).navs(purse(60, 5), &position).unwrap();
    assert_eq!(navs, [money("1011"), money("1033.2")]);
}

#[test]
fn a_price_so_old_that_its_band_reaches_zero_still_has_a_middle() {
    let old = prices("10", "1");
    assert!(Bands::new(&old, &coin("base"), &coin("quote")).is_err());
    assert_eq!(spot(&old, purse(3, 1), &PositionState::default()), money("31"));
}

#[test]
fn a_vault_that_is_hedged_whole_is_worth_the_same_at_either_end() {
    let prices = prices("12.345678", "0.0123");
    let mut position = short(100, 1000, purse(100, 0));
    position.price_pnl = money("-234.5678");
    let navs = band(&prices).navs(Purse::EMPTY, &position).unwrap();
    assert_eq!(navs, [money("1000"), money("1000")]);
}

#[test]
fn coins_without_a_position_move_with_the_price() {
    let navs = band(&prices("10", "0.001")).navs(purse(100, 3), &PositionState::default()).unwrap();
    assert_eq!(navs, [money("1002"), money("1004")]);
}

#[test]
fn decimals_of_the_two_coins_enter_the_price_and_nothing_else() {
    // One coin of 18 decimals at 10, quote of 6: ten million units.
    let base = CoinInfo { denom: "base".into(), decimals: 18 };
    let one = purse(1_000_000_000_000_000_000, 0);
    let worth = nav(&prices("10", "0"), &base, &coin("quote"), one, &PositionState::default()).unwrap();
    assert_eq!(worth, money("10000000"));
}

#[test]
fn without_a_price_there_is_no_value() {
    assert!(Bands::new(&Prices::default(), &coin("base"), &coin("quote")).is_err());
}
