use ballast_types::market::{FundingRates, Leverage, LiquidationPrice};
use ballast_types::policy::{PolicyParams, Rule, StressCase, StressResponse};
use ballast_types::venue::CollateralRange;
use cosmwasm_std::{Decimal256, Uint128};
use hedge_policy::{PolicyError, State};

use crate::support::*;
use crate::told::{hedge_state, next_action, stress};

fn case(price_change: &str) -> StressCase {
    StressCase {
        collateral_change: None,
        correlation_break: None,
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

mod two_prices {
    use super::*;
    use ballast_types::oracle::Flag;

    fn both(price_change: &str, collateral_change: &str) -> StressCase {
        StressCase { collateral_change: Some(signed(collateral_change)), ..case(price_change) }
    }

    fn answer(state: &State, price_change: &str, collateral_change: &str) -> StressResponse {
        stress(state, &PolicyParams::default(), &both(price_change, collateral_change)).unwrap()
    }

    /// Coins that sell for 12 and are redeemed for 12.5, hedged.
    fn staked() -> State {
        let mut state = selling_for(with_short(posted(700 * COIN), 1_200 * COIN), "12");
        let range = state.prices.collateral_range.as_mut().unwrap();
        (range.low, range.high, range.redemption) = (dec("11.9"), dec("12.6"), dec("12.5"));
        range.lasting_low = dec("11.9");
        (range.discount, range.mean_discount) = (dec("0.04"), dec("0.05"));
        state
    }

    #[test]
    fn no_stress_is_the_health_of_now() {
        let params = PolicyParams::default();
        // Flags are the venue's, whatever the discount.
        let flagged = collateral_flagged(with_short(staked(), 1_300 * COIN), Flag::Discount);
        for state in [staked(), flagged, collateral_flagged(staked(), Flag::Uncertain), selling_for(calm(), "10")] {
            for case in [case("0"), both("0", "0")] {
                let health = stress(&state, &params, &case).unwrap();
                assert_eq!((health.price, health.collateral_price), (dec("10"), state.prices.collateral));
                assert_eq!(health.before, hedge_state(&state, &params).unwrap());
                assert_eq!(health.decision, next_action(&state, &params).unwrap());
            }
        }
        assert_eq!(answer(&staked(), "0", "0").discount, Some(dec("0.04")));
    }

    #[test]
    fn the_collateral_price_moves_by_both_changes() {
        // 12 * 1.25 * 0.8; what coins are redeemed for rises to 15.625: 1 - 12/15.625.
        let stressed = answer(&staked(), "0.25", "-0.2");
        assert_eq!((stressed.price, stressed.collateral_price), (dec("12.5"), dec("12")));
        assert_eq!(stressed.discount, Some(dec("0.232")));
        // 12,000 less 1,200 * 2.5.
        assert_eq!(stressed.before.nav, money(9_000_000_000));
        // A price above what coins are redeemed for is no discount.
        assert_eq!(answer(&staked(), "0", "0.25").discount, Some(dec("0")));
    }

    #[test]
    fn a_correlation_break_moves_the_coin_against_the_index_without_a_discount() {
        let broken = |state: &State, price_change: &str, by: &str| {
            let case = StressCase { correlation_break: Some(signed(by)), ..case(price_change) };
            stress(state, &PolicyParams::default(), &case).unwrap()
        };
        // 12 * 1.25 * 0.8, redeemed for 12.5 * 1.25 * 0.8: the discount of 4 % stays.
        let stressed = broken(&staked(), "0.25", "-0.2");
        assert_eq!((stressed.price, stressed.collateral_price), (dec("12.5"), dec("12")));
        assert_eq!(stressed.discount, Some(dec("0.04")));
        // 12,000 less 1,200 * 2.5.
        assert_eq!(stressed.before.nav, money(9_000_000_000));
        // Coins worth 10.8 are over-hedged by a tenth, which is no discount that rule 5 would wait for.
        assert_eq!(broken(&staked(), "0", "-0.1").decision.rule, Some(Rule::HedgeBand));
        assert_eq!(answer(&staked(), "0", "-0.1").decision.rule, None);
        // All three: 12 * 1.25 * 0.8 * 0.9, redeemed for 12.5.
        let all = StressCase { correlation_break: Some(signed("-0.2")), ..both("0.25", "-0.1") };
        let stressed = stress(&staked(), &PolicyParams::default(), &all).unwrap();
        assert_eq!((stressed.collateral_price, stressed.discount), (dec("10.8"), Some(dec("0.136"))));
        let refused = |state: &State, by: &str| {
            let case = StressCase { correlation_break: Some(signed(by)), ..case("0") };
            hedge_policy::stress(state, &PolicyParams::default(), &case).unwrap_err().to_string()
        };
        assert_eq!(refused(&staked(), "-1"), "a correlation_break of -1 leaves no price: it must be above -1");
        let text = "a correlation_break of -0.2 in a market of one price: leave it out, or change the price";
        assert_eq!(refused(&calm(), "-0.2"), text);
    }

    #[test]
    fn a_discount_that_it_makes_raises_its_flag_and_one_that_it_ends_lowers_it() {
        // At 10.8 coins are worth a hedge of 1,080, so rule 5 would buy: but 13.6 % are far above a mean of 5 %. At 11.58,
        // 7.4 % are not.
        assert_eq!(answer(&staked(), "0", "-0.1").decision.rule, None);
        assert_eq!(answer(&staked(), "0", "-0.035").decision.rule, Some(Rule::HedgeBand));
        let flagged = collateral_flagged(staked(), Flag::Discount);
        assert_eq!(answer(&flagged, "0", "-0.031").decision.rule, Some(Rule::HedgeBand));
        // At 12.48 they are worth a hedge of 1,248, but 0.16 % are as far below that mean.
        assert_eq!(answer(&staked(), "0", "0.04").decision.rule, None);
        // A change of both prices alike changes no discount.
        assert_eq!(answer(&flagged, "0.05", "0").decision, next_action_at(&flagged, "10.5", "12.6"));
        // Other flags stay.
        assert_eq!(answer(&collateral_flagged(staked(), Flag::Uncertain), "0", "0.04").decision.rule, None);
    }

    fn next_action_at(state: &State, index: &str, collateral: &str) -> ballast_types::policy::Decision {
        let collateral = selling_for(at_price(state.clone(), index), collateral);
        next_action(&collateral_flagged(collateral, Flag::Discount), &PolicyParams::default()).unwrap()
    }

    #[test]
    fn payments_are_at_the_low_end_of_the_range_that_moved_along() {
        // 1,300 short of 1,200: at a range from 11.9 to 12 in the block the cost of the trade is paid at 11.9, and a
        // tenth higher at 13.09.
        let state = with_short(staked(), 1_300 * COIN);
        let moved = {
            let mut moved = at_price(state.clone(), "11");
            let mut range = range(&state);
            (range.low, range.high, range.redemption) = (dec("13.09"), dec("13.86"), dec("13.75"));
            range.lasting_low = dec("13.09");
            (moved.prices.collateral, moved.prices.collateral_range) = (dec("13.2"), Some(range));
            moved
        };
        let stressed = answer(&state, "0.1", "0");
        assert_eq!(stressed.decision, next_action(&moved, &PolicyParams::default()).unwrap());
        assert_eq!(stressed.before, hedge_state(&moved, &PolicyParams::default()).unwrap());
    }

    fn range(state: &State) -> CollateralRange {
        state.prices.collateral_range.clone().unwrap()
    }

    #[test]
    fn a_held_back_collateral_price_moves_along() {
        let held = |mut state: State, price: &str| {
            state = collateral_flagged(state, Flag::Jump);
            state.prices.collateral_range.as_mut().unwrap().held_back = Some(dec(price));
            state
        };
        // 5.5 held back against 10: with 10 % less for coins the same as 4.95 against 9.
        let state = selling_for(posted(700 * COIN), "10");
        let stressed = answer(&held(state.clone(), "5.5"), "0", "-0.1");
        let expected = next_action(&held(selling_for(state, "9"), "4.95"), &PolicyParams::default()).unwrap();
        assert_eq!(expected.rule, Some(Rule::LeverageHigh));
        assert_eq!(stressed.decision, expected);
    }

    #[test]
    fn changes_that_leave_no_price_are_refused_with_their_numbers() {
        let refused = |state: &State, price_change: &str, collateral_change: &str| {
            stress(state, &PolicyParams::default(), &both(price_change, collateral_change)).unwrap_err().to_string()
        };
        for change in ["-1", "-1.5"] {
            let text = format!("a collateral_change of {change} leaves no price: it must be above -1");
            assert_eq!(refused(&staked(), "0", change), text);
        }
        // 12 * 0.00000001 and 12 * 10^9 are no prices that a market accepts, nor is 10^10.
        assert!(refused(&staked(), "0", "-0.99999999").contains("0.00000012"));
        assert!(refused(&staked(), "0", "999999999").contains("12000000000"));
        assert!(refused(&staked(), "999999999", "-0.99999").contains("10000000000"));
        assert!(refused(&calm(), "-0.99999999999999999", "0").contains("0.0000000000000001"));
    }

    #[test]
    fn where_there_is_one_price_it_cannot_change_against_itself() {
        let error = hedge_policy::stress(&calm(), &PolicyParams::default(), &both("0", "-0.2")).unwrap_err();
        assert!(matches!(error, PolicyError::OnePrice { .. }), "{error}");
        assert!(error.to_string().contains("-0.2"), "{error}");
        assert_eq!(answer(&calm(), "0.1", "0"), stressed(&calm(), "0.1"));
    }

    #[test]
    fn what_narrows_the_discount_raises_what_coins_pay() {
        // They sell for 20 of 25, as always, and a loss is due; at 20.75 the same.
        let state = |price: &str, discount: &str| {
            let mut state = selling_for(at_price(with_short(posted(900 * COIN), 1_200 * COIN), "16"), price);
            let range = state.prices.collateral_range.as_mut().unwrap();
            (range.high, range.redemption) = (dec("25"), dec("25"));
            (range.lasting_low, range.lasting_high) = (dec(price), dec(price));
            (range.discount, range.mean_discount) = (dec(discount), dec("0.2"));
            state
        };
        let (stressed, there) = (answer(&state("20", "0.2"), "0", "0.0375"), answer(&state("20.75", "0.17"), "0", "0"));
        assert_eq!((stressed.decision, stressed.after.nav), (there.decision, there.after.nav));
    }
}
