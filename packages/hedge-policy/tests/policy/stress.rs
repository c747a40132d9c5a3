use ballast_types::market::{FundingRates, Leverage, LiquidationPrice};
use ballast_types::policy::{PolicyParams, Rule, StressCase, StressResponse};
use cosmwasm_std::{Decimal256, Uint128};
use hedge_policy::{PolicyError, State};

use crate::support::*;
use crate::told::{hedge_state, next_action, stress};

fn case(price_change: &str) -> StressCase {
    StressCase {
        collateral_change: None,
        price_change: signed(price_change),
        funding_multiple: signed("0"),
        hours: 0,
        cost: dec("0.0007"),
    }
}

fn stressed(state: &State, price_change: &str) -> StressResponse {
    stress(state, &PolicyParams::default(), &case(price_change)).unwrap()
}

#[test]
fn no_stress_is_the_health_of_now() {
    let params = PolicyParams::default();
    for state in [calm(), posted(307_100_000), posted(900 * COIN), at_price(posted(400 * COIN), "15")] {
        let health = stressed(&state, "0");
        assert_eq!(health.price, dec("10").max(state.prices.index));
        assert_eq!(health.before, hedge_state(&state, &params).unwrap());
        assert_eq!(health.decision, next_action(&state, &params).unwrap());
    }
}

#[test]
fn a_stress_is_the_state_that_a_move_of_the_price_leads_to() {
    let params = PolicyParams::default();
    for (change, price) in [("0.3", "13"), ("-0.6", "4"), ("0.9", "19"), ("9", "100")] {
        let answer = stressed(&calm(), change);
        let moved = at_price(calm(), price);
        assert_eq!(answer.price, dec(price));
        assert_eq!(answer.before, hedge_state(&moved, &params).unwrap(), "{change}");
        assert_eq!(answer.decision, next_action(&moved, &params).unwrap(), "{change}");
    }
}

#[test]
fn a_rise_of_90_percent_is_survived_at_the_target_leverage() {
    // The hedge loses 9,000 and the coins gain 9,000.
    let answer = stressed(&calm(), "0.9");
    assert_eq!(answer.before.nav, money(10_000_000_000));
    // 537*19*0.9 - 9,000 - 13.3 = 169.3 of 19,000: below maintenance, so the venue may act before a keeper does;
    // the reaction is tried all the same.
    assert_eq!(answer.before.liquidation_price, LiquidationPrice::Now);
    assert_eq!(answer.decision.rule, Some(Rule::Emergency));
    let Leverage::Finite(after) = answer.after.leverage else { panic!("{:?}", answer.after.leverage) };
    assert!(after <= answer.after.targets.leverage_target + dec("0.0001"), "{after}");
    assert!(answer.after.hedge_ratio.abs_diff(Decimal256::one()) < dec("0.001"));
    // Settling 9,000 in coins costs 0.12 % of it, buying back 474 coins 0.07 %: about 17 together.
    assert!(answer.after.nav > money(9_980_000_000), "{}", answer.after.nav);
    assert!(answer.after.nav < money(9_985_000_000), "{}", answer.after.nav);
}

#[test]
fn the_assumed_rise_from_the_maximum_leaves_maintenance_and_buffer() {
    // L_max is made so: 30 % above leave 2.5 % + 2 %.
    let answer = stressed(&posted(307_188_034), "0.3");
    let ratio = answer.before.margin_ratio.unwrap();
    assert!((ratio - signed("0.045")).abs_diff(signed("0")) < dec("0.0000001"), "{ratio}");
}

#[test]
fn a_crash_of_60_percent_loses_nothing_and_brings_quote_home() {
    let answer = stressed(&calm(), "-0.6");
    assert_eq!(answer.before.nav, money(10_000_000_000));
    assert_eq!(answer.decision.rule, Some(Rule::Settle));
    assert_eq!(answer.after.nav, money(10_000_000_000));
    let Leverage::Finite(after) = answer.after.leverage else { panic!("{:?}", answer.after.leverage) };
    assert!(after.abs_diff(dec("2.072126")) < dec("0.00001"), "{after}");
}

#[test]
fn the_margin_ratio_falls_as_the_price_rises() {
    let mut last = None;
    for change in ["-0.8", "-0.5", "-0.2", "0", "0.1", "0.3", "0.6", "1", "3"] {
        let ratio = stressed(&calm(), change).before.margin_ratio.unwrap();
        if let Some(last) = last {
            assert!(ratio < last, "{change}: {ratio} is not below {last}");
        }
        last = Some(ratio);
    }
}

#[test]
fn funding_is_the_rate_times_multiple_and_hours_at_the_new_price() {
    // A short pays 10 % a year; three times that for 876 hours at 12,000 of notional: 360.
    let mut state = calm();
    state.funding = FundingRates { short: signed("-0.1"), ..FundingRates::default() };
    let case = StressCase { funding_multiple: signed("3"), hours: 876, ..case("0.2") };
    let answer = stress(&state, &PolicyParams::default(), &case).unwrap();
    assert_eq!(answer.before.nav, money(9_640_000_000));
}

#[test]
fn it_says_whether_idle_coins_cover_what_is_needed() {
    // At 13: (13,000/2.072126 + 3,000 + 9.1)/11.7 = 793.405983 of 1,000 coins.
    let answer = stressed(&calm(), "0.3");
    assert_eq!(answer.before.coins_needed, Uint128::new(793_405_983 - 536_995_727));
    assert!(answer.before.covered);
    let mut poor = calm();
    poor.idle = base(200 * COIN);
    assert!(!stressed(&poor, "0.3").before.covered);
}

#[test]
fn a_price_of_nothing_is_refused() {
    for change in ["-1", "-1.5"] {
        let error = stress(&calm(), &PolicyParams::default(), &case(change)).unwrap_err();
        assert!(matches!(error, PolicyError::NoPriceLeft { .. }), "{error}");
    }
}

#[test]
fn a_reaction_that_cannot_be_paid_changes_nothing() {
    // Trading at a cost of 90 % takes more than there is.
    let case = StressCase { cost: dec("0.9"), ..case("0.9") };
    let mut state = calm();
    state.idle = base(400 * COIN);
    let answer = stress(&state, &PolicyParams::default(), &case).unwrap();
    assert_eq!(answer.after, answer.before);
}

#[test]
fn an_empty_vault_can_be_stressed() {
    let mut state = calm();
    state.idle = base(0);
    state.position = Default::default();
    let answer = stressed(&state, "0.5");
    assert_eq!(answer.before, answer.after);
}
