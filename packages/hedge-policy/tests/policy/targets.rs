use ballast_math::Money;
use ballast_types::market::{Leverage, LiquidationPrice};
use ballast_types::policy::PolicyParams;
use cosmwasm_std::{Decimal256, Uint128};
use hedge_policy::PolicyError;

use crate::support::*;
use crate::told::{hedge_state, nav, nav_at, targets};

/// Equal up to the digits that were worked out by hand.
fn close(value: Decimal256, expected: &str) {
    let expected = dec(expected);
    assert!(value.abs_diff(expected) < dec("0.000001"), "{value} is not {expected}");
}

#[test]
fn at_the_defaults_the_floors_alone_give_3_63_and_2_07() {
    // 1/L_max = 0.025 + 0.02 + 0.3/1.3 = 717/2600; L* = L_max/1.75; L_min = 0.65 L*;
    // emergency: 2/(717/2600 + 0.025) = 5200/782.
    let t = targets(&calm(), &PolicyParams::default()).unwrap();
    close(t.leverage_max, "3.626220362");
    close(t.leverage_target, "2.072125921");
    close(t.leverage_min, "1.346881849");
    close(t.leverage_emergency, "6.649616368");
    assert_eq!(t.assumed_rise, dec("0.3"));
    assert_eq!(t.volatility, dec("0.5"));
}

#[test]
fn quote_at_the_venue_lowers_the_levels_because_it_does_not_rise_with_the_price() {
    // g = 0.25: 1/L_max = 0.045 + 0.3/1.3*1.25 = 0.333461538.
    let mut state = calm();
    state.position.margin.quote = Uint128::new(2_500 * COIN);
    close(targets(&state, &PolicyParams::default()).unwrap().leverage_max, "2.998846597");
    // The same from unsettled funding.
    let mut state = calm();
    state.position.funding = money(2_500_000_000);
    close(targets(&state, &PolicyParams::default()).unwrap().leverage_max, "2.998846597");
}

#[test]
fn unsettled_losses_do_not_raise_the_levels() {
    let mut state = calm();
    state.position.funding = money(-2_500_000_000);
    close(targets(&state, &PolicyParams::default()).unwrap().leverage_max, "3.626220362");
}

#[test]
fn a_wild_market_lowers_leverage_down_to_what_all_coins_posted_allow() {
    // sigma 1000 %: x = 4*10*sqrt(8/8760) = 1.2087958; x/(1+x) = 0.5472647; L_max = 1/0.5922647 = 1.688434.
    // L_max/1.75 = 0.965 lies below 1.1/(1 - 0.1 - 0.0007) = 1.1/0.8993.
    let mut state = calm();
    state.prices.volatility = dec("10");
    let t = targets(&state, &PolicyParams::default()).unwrap();
    close(t.assumed_rise, "1.2087958");
    assert!(t.leverage_max.abs_diff(dec("1.688434")) < dec("0.00001"), "{}", t.leverage_max);
    close(t.leverage_target, "1.223173579");
    // sigma 2000 %: x = 2.41761; 1/L_max = 0.045 + 0.7074 > 1/1.4.
    state.prices.volatility = dec("20");
    assert_eq!(targets(&state, &PolicyParams::default()).unwrap().leverage_max, dec("1.4"));
}

#[test]
fn a_quiet_market_never_raises_leverage_above_its_bound() {
    // 1/(0.025 + 0.005 + 0.05/1.05) = 12.9.
    let params = PolicyParams {
        jump_floor: dec("0.05"),
        leverage_buffer: dec("0.005"),
        volatility_floor: dec("0.1"),
        volatility_multiple: dec("1"),
        ..PolicyParams::default()
    };
    let mut state = calm();
    state.prices.volatility = dec("0.1");
    assert_eq!(targets(&state, &params).unwrap().leverage_max, dec("4"));
}

#[test]
fn the_hedge_gives_way_only_to_funding_that_it_would_pay() {
    // gamma*sigma^2 = 3*0.25 = 0.75, at sigma 1: 3.
    for (reference, paid, volatility, hedge) in [
        ("0", "0", "0.5", "1"),
        ("0.5", "0.4", "0.5", "1"),
        ("-0.06", "-0.06", "0.5", "0.92"),
        ("-0.15", "0.3", "0.5", "0.8"),
        ("-0.9", "-0.9", "0.5", "0.8"),
        ("-0.3", "-0.3", "1", "0.9"),
        // Volatility below its floor counts as the floor.
        ("-0.06", "-0.06", "0.1", "0.92"),
        // The reference rate is limited by the rate that was paid.
        ("0.2", "-0.06", "0.5", "0.92"),
    ] {
        let mut state = calm();
        state.prices.volatility = dec(volatility);
        state.forecast.reference_mean = signed(reference);
        state.forecast.paid_mean = signed(paid);
        let t = targets(&state, &PolicyParams::default()).unwrap();
        assert_eq!(t.hedge_target, dec(hedge), "{reference} {paid} {volatility}");
        assert_eq!(t.hedge_low, dec(hedge) - dec("0.03"));
        assert_eq!(t.hedge_high, dec(hedge) + dec("0.03"));
    }
}

#[test]
fn coin_margin_is_liquidated_where_the_formula_says() {
    // P_liq/P = 1/(1.03 - 1/L) at maintenance 3 %, without haircut and closing cost.
    for (leverage, margin, rise) in [
        ("1.5", 666_666_667, "1.7523"),
        ("2", 500_000_000, "0.8868"),
        ("3", 333_333_334, "0.4354"),
        ("5", 200_000_000, "0.2048"),
    ] {
        let mut state = posted(margin);
        state.terms.maintenance_ratio = dec("0.03");
        state.terms.haircut = Decimal256::zero();
        state.terms.taker_fee = Decimal256::zero();
        state.terms.min_spread = Decimal256::zero();
        let view = hedge_state(&state, &PolicyParams::default()).unwrap();
        let Leverage::Finite(l) = view.leverage else { panic!("{:?}", view.leverage) };
        assert!(l.abs_diff(dec(leverage)) < dec("0.00001"), "{l}");
        let LiquidationPrice::Above(price) = view.liquidation_price else { panic!("{:?}", view.liquidation_price) };
        let expected = dec("10") * (Decimal256::one() + dec(rise));
        assert!(price.abs_diff(expected) < dec("0.001"), "{leverage}: {price} is not {expected}");
    }
}

#[test]
fn all_coins_posted_are_never_liquidated_without_haircut() {
    let mut state = posted(1000 * COIN);
    state.terms.haircut = Decimal256::zero();
    state.terms.maintenance_ratio = Decimal256::zero();
    state.terms.taker_fee = Decimal256::zero();
    state.terms.min_spread = Decimal256::zero();
    let view = hedge_state(&state, &PolicyParams::default()).unwrap();
    assert_eq!(view.liquidation_price, LiquidationPrice::Never);
}

#[test]
fn nav_counts_every_coin_once_without_haircut() {
    // 1,000 coins at 10, 250 idle quote, 30 quote margin, PnL and funding of +7 and -3.
    let mut state = calm();
    state.idle.quote = Uint128::new(250 * COIN);
    state.position.margin.quote = Uint128::new(30 * COIN);
    state.position.funding = money(-3_000_000);
    state.position.entry_value += Uint128::new(7_000_000);
    state.position.price_pnl = money(7_000_000);
    assert_eq!(nav(&state).unwrap(), money(10_284_000_000));
    // At 11 the coins gain 1,000 and the short loses 1,000.
    let eleven = ballast_math::Price::new(dec("11"), 6, 6).unwrap();
    assert_eq!(nav_at(&state, &eleven, &eleven).unwrap(), money(10_284_000_000));
    state.position = Default::default();
    assert_eq!(nav_at(&state, &eleven, &eleven).unwrap(), money(463_004_273 * 11 + 250_000_000));
}

#[test]
fn an_empty_vault_has_nothing_and_aims_all_the_same() {
    let mut state = calm();
    state.idle = base(0);
    state.position = Default::default();
    let view = hedge_state(&state, &PolicyParams::default()).unwrap();
    assert_eq!(view.nav, Money::ZERO);
    assert_eq!(view.leverage, Leverage::None);
    assert_eq!(view.margin_ratio, None);
    assert_eq!(view.hedge_ratio, Decimal256::zero());
    assert_eq!(view.coins_needed, Uint128::zero());
    assert!(view.covered);
    close(view.targets.leverage_max, "3.626220362");
}

#[test]
fn a_short_without_a_coin_is_hedged_without_end() {
    let mut state = calm();
    state.idle = base(0);
    state.position.margin = quote(5_000_000_000);
    let view = hedge_state(&state, &PolicyParams::default()).unwrap();
    assert_eq!(view.hedge_ratio, Decimal256::MAX);
}

#[test]
fn leverage_above_its_maximum_says_how_many_coins_are_needed() {
    // Coins at L*: 536,995,727. At the venue: 307,100,000.
    let view = hedge_state(&posted(307_100_000), &PolicyParams::default()).unwrap();
    assert_eq!(view.coins_needed, Uint128::new(229_895_727));
    assert!(view.covered);
    let mut poor = posted(307_100_000);
    poor.idle = base(229_895_726);
    assert!(!hedge_state(&poor, &PolicyParams::default()).unwrap().covered);
    let view = hedge_state(&posted(307_200_000), &PolicyParams::default()).unwrap();
    assert_eq!(view.coins_needed, Uint128::zero());
}

#[test]
fn before_the_first_price_nothing_has_a_value() {
    let mut state = calm();
    state.prices = Default::default();
    assert_eq!(nav(&state).unwrap_err(), PolicyError::NoPrice {});
    assert_eq!(hedge_state(&state, &PolicyParams::default()).unwrap_err(), PolicyError::NoPrice {});
}

#[test]
fn a_long_is_not_ours_to_manage() {
    let mut state = calm();
    state.position.size = cosmwasm_std::Int128::new(5);
    assert!(matches!(nav(&state).unwrap_err(), PolicyError::Long { .. }));
}
