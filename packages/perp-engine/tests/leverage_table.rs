//! How far the price may rise until liquidation, by leverage, with coin and with stablecoin margin.

use ballast_math::Purse;
use ballast_types::market::{Leverage, LiquidationPrice, Measures, PositionState, Prices, Terms};
use cosmwasm_std::{Decimal256, Int128, Uint128};
use perp_engine::measures;

use crate::world::{dec, money};

const BTC: u128 = 100_000_000;
const USD: u128 = 1_000_000;

/// Maintenance 3 %, no haircut, no closing cost.
fn terms() -> Terms {
    Terms { maintenance_ratio: dec("0.03"), ..Terms::default() }
}

/// A short of one bitcoin at 10,000 dollars.
fn short(margin: Purse) -> PositionState {
    PositionState {
        size: Int128::new(-(BTC as i128)),
        entry_value: Uint128::new(10_000 * USD),
        margin,
        ..PositionState::default()
    }
}

fn measured(position: &PositionState, terms: &Terms) -> Measures {
    let prices = Prices { index: dec("10000"), collateral: dec("10000"), ..Prices::default() };
    measures(position, &prices, terms, 8, 6).unwrap()
}

#[test]
fn coin_margin_survives_the_rises_of_the_table() {
    // (1 / (1 + mu - 1/L)) - 1: +175, +89, +44 (44.9...: 1/(1.03 - 1/3) = 1.43540), +20 %.
    for (leverage, coins, rise) in [
        ("1.5", 66_666_667, "2.7522"),
        ("2", 50_000_000, "1.8867"),
        ("3", 33_333_334, "1.4354"),
        ("5", 20_000_000, "1.2048"),
    ] {
        let found = measured(&short(Purse::base(Uint128::new(coins))), &terms());
        let LiquidationPrice::Above(price) = found.liquidation_price else { panic!("{leverage}: above") };
        let multiple = price / dec("10000");
        assert!(multiple.abs_diff(dec(rise)) < dec("0.0001"), "{leverage}: {multiple}");
    }
}

#[test]
fn stablecoin_margin_survives_less() {
    // (1 + 1/L) / 1.03 - 1: +62, +46, +29, +16.5 %.
    for (leverage, dollars, rise) in
        [("1.5", 6_667, "1.6181"), ("2", 5_000, "1.4563"), ("3", 3_333, "1.2945"), ("5", 2_000, "1.165")]
    {
        let found = measured(&short(Purse::quote(Uint128::new(dollars * USD))), &terms());
        let LiquidationPrice::Above(price) = found.liquidation_price else { panic!("{leverage}: above") };
        let multiple = price / dec("10000");
        assert!(multiple.abs_diff(dec(rise)) < dec("0.0001"), "{leverage}: {multiple}");
    }
}

#[test]
fn enough_coins_are_never_liquidated_on_the_way_up() {
    // m (1 - kappa) >= s (1 + mu + c): 1.0307 over 0.9 coins.
    let terms = Terms { taker_fee: dec("0.0005"), min_spread: dec("0.0002"), haircut: dec("0.1"), ..terms() };
    let at = |coins: u128| measured(&short(Purse::base(Uint128::new(coins))), &terms).liquidation_price;
    assert_eq!(at(114_522_223), LiquidationPrice::Never);
    assert!(matches!(at(114_522_222), LiquidationPrice::Above(_)));
}

#[test]
fn a_short_that_owes_much_is_liquidated_on_the_way_down() {
    // More coins than the short needs, and a funding debt: a fall lowers the coins' value.
    let position = PositionState { funding: money("-15000000000"), ..short(Purse::base(Uint128::new(2 * BTC))) };
    // 20,000 x - 15,000 + 10,000 - 10,000 x < 300 x below x = 5,000 / 9,700.
    let LiquidationPrice::Below(price) = measured(&position, &terms()).liquidation_price else { panic!("below") };
    assert!(price.abs_diff(dec("5154.6392")) < dec("0.0001"), "{price}");
}

#[test]
fn haircut_and_closing_cost_bring_it_nearer() {
    let terms = Terms { taker_fee: dec("0.0005"), min_spread: dec("0.0002"), haircut: dec("0.1"), ..terms() };
    let found = measured(&short(Purse::base(Uint128::new(BTC / 2))), &terms);
    // 10,000 / (1.0307 - 0.45) = 17,220.6...
    let LiquidationPrice::Above(price) = found.liquidation_price else { panic!("above") };
    assert!(price.abs_diff(dec("17220.5958")) < dec("0.0001"), "{price}");
    assert_eq!(found.equity, money("4493000000"));
}

#[test]
fn leverage_is_infinite_at_no_equity_and_never_zero() {
    let found = measured(&short(Purse::EMPTY), &terms());
    assert_eq!((found.leverage, found.liquidation_price), (Leverage::Infinite, LiquidationPrice::Now));
    let found = measured(&short(Purse::base(Uint128::new(1_000 * BTC))), &terms());
    // One in a thousand, rounded up.
    assert_eq!(found.leverage, Leverage::Finite(dec("0.001")));
    assert_eq!(measured(&PositionState::default(), &terms()).leverage, Leverage::None);
}

#[test]
fn a_long_is_liquidated_below_also_when_it_is_at_its_cap() {
    let terms = Terms { long_reserve: dec("0.5"), ..terms() };
    let long = |entry: u128, pnl: &str| PositionState {
        size: Int128::new(BTC as i128),
        entry_value: Uint128::new(entry * USD),
        margin: Purse::quote(Uint128::new(2_000 * USD)),
        price_pnl: money(pnl),
        ..PositionState::default()
    };
    // 2,000 + P - 10,000 < 0.03 P below 8,000 / 0.97.
    let LiquidationPrice::Below(price) = measured(&long(10_000, "0"), &terms).liquidation_price else { panic!() };
    assert!(price.abs_diff(dec("8247.4226")) < dec("0.0001"), "{price}");
    // Bought at 5,000 and capped at 2,500: below 3,000 / 0.97.
    let LiquidationPrice::Below(price) = measured(&long(5_000, "2500000000"), &terms).liquidation_price else {
        panic!()
    };
    assert!(price.abs_diff(dec("3092.7835")) < dec("0.0001"), "{price}");
}

#[test]
fn scaling_price_and_size_against_each_other_changes_no_value() {
    let terms = Terms { haircut: dec("0.1"), ..terms() };
    let mut equities = vec![];
    for (price, size) in [("0.00001", 1_000_000_000u128), ("10000", 1), ("1", 10_000)] {
        for decimals in [6u8, 8, 18] {
            let units = size * 10u128.pow(decimals.into());
            let position = PositionState {
                size: Int128::new(-i128::try_from(units).unwrap()),
                entry_value: Uint128::new(10_000 * USD),
                margin: Purse::base(Uint128::new(units / 2)),
                ..PositionState::default()
            };
            let index: Decimal256 = dec(price);
            let prices = Prices { index, collateral: index, ..Prices::default() };
            equities.push(measures(&position, &prices, &terms, decimals, 6).unwrap().equity);
        }
    }
    assert!(equities.iter().all(|equity| *equity == equities[0]), "{equities:?}");
}
