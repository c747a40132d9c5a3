//! Rules 2 and 3 while the oracle holds a price back. Leverage is computed at the worse of the accepted and the
//! held-back price, and coins are posted for it, but nothing trades at it.

use ballast_math::Purse;
use ballast_types::market::{Leverage, Settle};
use ballast_types::oracle::Flag;
use ballast_types::policy::{PolicyParams, Rule, StressCase};
use cosmwasm_std::Uint128;

use crate::support::*;
use crate::told::{hedge_state, next_action, rescue, stress};

fn posting(margin: Purse) -> Order {
    Order { delta: 0, settle: Settle::No, margin_in: margin, margin_out: Purse::EMPTY }
}

#[test]
fn coins_are_posted_for_a_rise_that_is_held_back() {
    // At 15 equity would be 0.9*15*537 - 5,000 - 10.5 = 2,238.9 of 15,000: 14.93 %, an emergency below 15.04 %. Back to
    // L* take (15,000/2.072126 + 5,010.5)/13.5 = 907.366097 coins.
    let state = held_back(calm(), "15");
    assert_eq!(rule(&state), Some(Rule::Emergency));
    assert_eq!(order(&state), posting(base(370_370_370)));
    assert_eq!(rule(&flagged(calm(), Flag::Jump)), None);
}

#[test]
fn the_block_that_confirms_it_then_finds_nothing_to_liquidate() {
    // 390 coins stand at L = 2.85 at 10, and have 254.5 of equity at 15: 1.7 %, below maintenance.
    let params = PolicyParams::default();
    let ratio = |state| hedge_state(&state, &params).unwrap().margin_ratio.unwrap();
    assert!(ratio(at_price(posted(390 * COIN), "15")) < signed("0.025"));
    let order = order(&held_back(posted(390 * COIN), "15"));
    assert_eq!(order, posting(base(517_366_097)));
    assert!(ratio(at_price(posted(390 * COIN + 517_366_097), "15")) > signed("0.4825"));
}

#[test]
fn above_the_maximum_there_coins_alone_are_posted() {
    // At 12 equity is 0.9*12*450 - 2,000 - 8.4 = 2,851.6 of 12,000: 23.8 %, between 15.0 % and 27.6 %. L* needs
    // (12,000/2.072126 + 2,008.4)/10.8 = 722.180912 coins.
    let mut state = held_back(posted(450 * COIN), "12");
    state.idle.quote = Uint128::new(8_000 * COIN);
    assert_eq!(rule(&state), Some(Rule::LeverageHigh));
    assert_eq!(order(&state), posting(base(272_180_912)));
}

#[test]
fn a_fall_that_is_held_back_changes_nothing() {
    // The accepted price is the worse one: E/notional = 0.9*0.3071 - 0.0007 lies below 1/L_max.
    assert_eq!(rule(&held_back(calm(), "5")), None);
    assert_eq!(order(&held_back(posted(307_100_000), "5")), posting(base(229_895_727)));
}

#[test]
fn nothing_is_traded_or_settled_whatever_lacks() {
    // Too few coins: with a price to trade at, 593 would be bought back.
    for price in ["5", "12"] {
        let mut state = held_back(posted(307_100_000), price);
        state.idle = Purse::new(Uint128::new(100 * COIN), Uint128::new(50 * COIN));
        assert_eq!(order(&state), posting(Purse::new(Uint128::new(100 * COIN), Uint128::new(50 * COIN))), "{price}");
    }
    // No rule that trades is due either, nor the one that brings margin back.
    for state in [with_short(calm(), 1_040 * COIN), at_price(calm(), "4"), posted(900 * COIN)] {
        assert_eq!(rule(&held_back(state, "5")), None);
    }
}

#[test]
fn a_redemption_posts_for_it_as_a_keeper_would() {
    let params = PolicyParams::default();
    for state in [held_back(calm(), "15"), held_back(posted(307_100_000), "5"), held_back(posted(450 * COIN), "12")] {
        assert_eq!(rescue(&state, &params).unwrap().unwrap(), next_action(&state, &params).unwrap());
    }
    assert_eq!(rescue(&held_back(calm(), "5"), &params).unwrap(), None);
}

#[test]
fn once_it_is_dismissed_margin_comes_home_again() {
    let posted = posted(536_995_727 + 370_370_370);
    assert_eq!(rule(&held_back(posted.clone(), "15")), None);
    assert_eq!(rule(&posted), Some(Rule::LeverageLow));
    assert_eq!(order(&posted).margin_out, base(370_370_370));
}

#[test]
fn nothing_is_posted_for_a_price_at_which_nothing_would_be_left() {
    // 1,200 short on 1,000 coins, entered at 10: from 59.3942 on the coins do not pay the loss and the closing (see lost.rs).
    let state = || with_short(posted(645 * COIN), 1_200 * COIN);
    for price in ["59.395", "60", "62"] {
        assert_eq!(rule(&held_back(state(), price)), None, "{price}");
    }
    assert_eq!(order(&held_back(state(), "59.394")), posting(base(355 * COIN)));
}

#[test]
fn an_absurd_price_does_not_keep_from_posting_for_the_accepted_one() {
    // 1,200 short with 360 coins: 0.9*3,600 - 8.4 = 3,231.6 of 12,000 at 10, below 27.6 %. L* needs
    // (12,000/2.072126 + 8.4)/9 = 644.394872 coins.
    let state = with_short(posted(360 * COIN), 1_200 * COIN);
    assert_eq!(rule(&state), Some(Rule::LeverageHigh));
    let params = PolicyParams::default();
    for price in ["62", "100", "1000000"] {
        let state = held_back(state.clone(), price);
        assert_eq!(rule(&state), Some(Rule::LeverageHigh), "{price}");
        assert_eq!(order(&state), posting(base(284_394_872)), "{price}");
        assert_eq!(rescue(&state, &params).unwrap().unwrap(), next_action(&state, &params).unwrap());
    }
}

#[test]
fn quote_at_the_venue_is_judged_at_that_price_too() {
    // 2,500 of quote and 360 coins at 15: 0.9*15*360 + 2,500 - 5,010.5 = 2,349.5 of 15,000, and g is zero there:
    // 15.66 % lies between the emergency and 27.6 %. At 10 it is 57.3 %, far from both.
    let mut state = posted(360 * COIN);
    state.position.margin.quote = Uint128::new(2_500 * COIN);
    assert_eq!(rule(&state), None);
    let state = held_back(state, "15");
    assert_eq!(rule(&state), Some(Rule::LeverageHigh));
    // (7,238.942308 - 2,349.5)/13.5 = 362.180912 coins.
    assert_eq!(order(&state), posting(base(362_180_912)));
}

#[test]
fn a_price_that_no_market_accepts_is_none_to_judge_by() {
    for price in ["0", "0.0000009", "1000000001"] {
        assert_eq!(rule(&held_back(calm(), price)), None, "{price}");
        assert_eq!(order(&held_back(posted(307_100_000), price)), posting(base(229_895_727)), "{price}");
    }
}

#[test]
fn a_vault_without_a_position_has_nothing_to_post_for() {
    let mut state = calm();
    state.position = Default::default();
    assert_eq!(rule(&held_back(state, "15")), None);
}

#[test]
fn a_stress_moves_it_along() {
    // The same as at 10 with 15 held back, half as much again: 15 with 22.5 held back.
    let case = StressCase {
        collateral_change: None,
        correlation_break: None,
        price_change: signed("0.5"),
        funding_multiple: signed("0"),
        hours: 0,
        cost: dec("0.0007"),
    };
    let params = PolicyParams::default();
    let answer = stress(&held_back(posted(900 * COIN), "15"), &params, &case).unwrap();
    let there = held_back(at_price(posted(900 * COIN), "15"), "22.5");
    assert_eq!(answer.decision, next_action(&there, &params).unwrap());
    assert_eq!(answer.before, hedge_state(&there, &params).unwrap());
    assert!(matches!(answer.after.leverage, Leverage::Finite(_)));
}

mod two_prices {
    use super::*;
    use cosmwasm_std::Decimal256;
    use hedge_policy::State;

    fn collateral_held_back(state: State, price: &str) -> State {
        let mut state = collateral_flagged(state, Flag::Jump);
        state.prices.collateral_range.as_mut().unwrap().held_back = Some(dec(price));
        state
    }

    /// At L* there: `(N/1.760637 - quote + loss + 0.0007 N)/(0.9 C)`, rounded up.
    fn at_target(state: &State, expected: u128) {
        let order = order(state);
        assert_eq!((order.delta, order.settle, order.margin_in.quote), (0, Settle::No, Uint128::zero()));
        let posted = (order.margin_in.base + state.position.margin.base).u128();
        assert!(posted.abs_diff(expected) < 10, "{posted}");
    }

    #[test]
    fn coins_are_posted_for_a_fall_of_the_collateral_price() {
        // At 7: (10,000/1.760637 + 7)/6.3 = 902.660885 coins. 640 of them stand at 40.25 % there, above 32.5 %, 500 not.
        let state = |coins: u128, price| collateral_held_back(selling_for(posted(coins * COIN), "10"), price);
        assert_eq!(rule(&state(640, "7")), None);
        assert_eq!(rule(&state(500, "7")), Some(Rule::LeverageHigh));
        at_target(&state(500, "7"), 902_660_885);
        // A rise is no reason.
        assert_eq!(rule(&state(500, "14")), None);
    }

    #[test]
    fn both_held_back_prices_count_alone_and_together() {
        // Index 12 and collateral 9: at both, (12,000/1.760637 + 2,000 + 8.4)/8.1 = 1,089.397 are more than there are.
        assert_eq!(order(&both_at(700, "12", "9")).margin_in, base(300 * COIN));
        // A fall of the index would pay for the fall of the collateral price: the latter alone is worse.
        at_target(&both_at(500, "8", "7"), 902_660_885);
        // And a rise of both is a rise of the index alone, should the other not be confirmed:
        // (11,000/1.760637 + 1,000 + 7.7)/9 = 806.159992.
        at_target(&both_at(450, "11", "11.5"), 806_159_993);
    }

    fn both_at(coins: u128, index: &str, collateral: &str) -> State {
        collateral_held_back(held_back(selling_for(posted(coins * COIN), "10"), index), collateral)
    }

    #[test]
    fn a_collateral_price_that_is_not_held_back_may_stay_or_move_along() {
        // At an index of 11 coins may still be worth 10: the same 806.159992.
        at_target(&held_back(selling_for(posted(450 * COIN), "10"), "11"), 806_159_993);
        // A gain of 1,000 does more than what coins that moved along would lose: no reason at 9 either.
        assert_eq!(rule(&held_back(selling_for(posted(450 * COIN), "10"), "9")), None);
        // Only coins that carry a loss of more than the notional lose more: 1,800 at 5 are 8,100 - 7,000 - 3.5 of 5,000.
        // (5,000/1.760637 + 7,003.5)/4.5 = 2,187.418175.
        let mut state = selling_for(posted(1_000 * COIN), "10");
        (state.position.margin, state.idle) = (base(1_800 * COIN), base(500 * COIN));
        state.position.funding = money(-12_000_000_000);
        at_target(&held_back(state, "5"), 2_187_418_175);
    }

    #[test]
    fn equal_prices_that_are_held_back_at_the_same_price_are_one() {
        // Together they rise to 15, where nothing is needed that one price would not need; alone the index would be worse.
        let params = PolicyParams { assumed_discount: Decimal256::zero(), ..PolicyParams::default() };
        let together = collateral_held_back(held_back(selling_for(calm(), "10"), "15"), "15");
        let decision = hedge_policy::next_action(&together, &params).unwrap().decision();
        assert_eq!(order_of(&decision), posting(base(370_370_370)));
    }

    #[test]
    fn a_price_at_which_all_is_lost_leaves_the_others_to_judge_by() {
        // At 0.00001 nothing would be left.
        let mut state = collateral_held_back(held_back(selling_for(posted(600 * COIN), "10"), "12"), "0.00001");
        state.idle = base(400 * COIN);
        // (12,000/1.760637 + 2,008.4)/9 = 980.457366 coins: posted for an index of 12 and coins at 10.
        at_target(&state, 980_457_366);
    }

    #[test]
    fn nothing_is_traded_at_a_held_back_collateral_price() {
        let state = collateral_held_back(selling_for(with_short(posted(700 * COIN), 1_100 * COIN), "10"), "9.9");
        assert_eq!(rule(&state), None);
    }
}
