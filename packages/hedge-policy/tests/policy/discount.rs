//! A price of the margin coin that fell suddenly may have been pushed: coins are posted at it, and none is given away.

use ballast_math::Purse;
use ballast_types::market::{MarketAction, Settle};
use ballast_types::oracle::Flag;
use ballast_types::policy::Rule;
use cosmwasm_std::Uint128;
use hedge_policy::State;

use crate::support::*;

fn pushed(state: State, price: &str) -> State {
    collateral_flagged(selling_for(state, price), Flag::Discount)
}

#[test]
fn no_loss_is_settled_at_a_price_that_may_have_been_pushed() {
    let state = at_price(posted(1_000 * COIN), "15.39");
    assert_eq!(rule(&selling_for(state.clone(), "15.39")), Some(Rule::Settle));
    assert_eq!(rule(&pushed(state, "15.39")), None);
    // Not even where fewer coins would suit the hedge: 700 short of 1,000.
    let small = at_price(with_short(posted(1_000 * COIN), 700 * COIN), "15.39");
    assert_ne!(rule(&pushed(small, "15.39")), Some(Rule::Settle));
}

#[test]
fn a_gain_is_settled_without_resizing_the_hedge() {
    // At 4 the gain is 6,000; coins at 3.8 would let the hedge shrink by 50.
    let state = at_price(posted(750 * COIN), "4");
    let free = order(&selling_for(state.clone(), "3.8"));
    assert!(free.delta.abs_diff(50_000_000) < 10_000, "{free:?}");
    let order = order(&pushed(state.clone(), "3.8"));
    assert_eq!(rule(&pushed(state, "3.8")), Some(Rule::Settle));
    assert_eq!((order.delta, order.settle), (0, Settle::Required));
    assert_eq!(order.margin_out.quote, Uint128::new(6_000 * COIN));
}

#[test]
fn the_hedge_does_not_follow_it() {
    for price in ["9", "12"] {
        let state = posted(750 * COIN);
        assert_eq!(rule(&selling_for(state.clone(), price)), Some(Rule::HedgeBand), "{price}");
        assert_eq!(rule(&pushed(state, price)), None, "{price}");
    }
}

#[test]
fn above_the_maximum_coins_are_posted_and_nothing_is_traded() {
    // At 4 all coins are 3,600 - 7 of 10,000: below L_max, but not at L*.
    let order_at = |state: State| (rule(&state), order(&state));
    let (rule_free, free) = order_at(selling_for(calm(), "4"));
    assert_eq!(rule_free, Some(Rule::LeverageHigh));
    assert!(free.delta > 500_000_000, "{free:?}");
    let (rule_pushed, posts) = order_at(pushed(calm(), "4"));
    assert_eq!(rule_pushed, Some(Rule::LeverageHigh));
    let margin_in = base(463_004_273);
    assert_eq!(posts, Order { delta: 0, settle: Settle::No, margin_in, margin_out: Purse::EMPTY });
    // With all of them there, 31.4 % at 3.5 lie above L_max and below the emergency: nothing is left to do.
    assert!(order(&selling_for(posted(1_000 * COIN), "3.5")).delta > 500_000_000);
    assert_eq!(rule(&pushed(posted(1_000 * COIN), "3.5")), None);
}

#[test]
fn an_emergency_that_posting_ends_is_ended_by_posting() {
    // At 3.62: 17.43 % of 10,000 where the emergency begins at 17.48 %, and 32.51 % with all coins.
    let state = pushed(calm(), "3.62");
    assert_eq!(rule(&state), Some(Rule::Emergency));
    assert_eq!((order(&state).delta, order(&state).margin_in), (0, base(463_004_273)));
}

#[test]
fn one_that_posting_does_not_end_is_traded_without_settling() {
    // At 3.5: 0.9*3.5*537 - 7 are 16.8 %, and 31.4 % with all coins. 350 of the short are worth the coins.
    let mut state = pushed(calm(), "3.5");
    // Of this loss only the part of what is closed is paid.
    state.position.funding = money(-100_000_000);
    assert_eq!(rule(&state), Some(Rule::Emergency));
    let order = order(&state);
    assert_eq!(order.settle, Settle::No);
    assert!(order.delta > 640_000_000 && order.delta < 690_000_000, "{order:?}");
}

#[test]
fn a_loss_is_settled_where_nothing_else_helps() {
    // 200 short at 15 have lost 1,000, and 3,400 of funding: 4,590 - 4,400 - 2.1 of 3,000 are 6.3 %. The hedge is not too
    // large, and no margin may come. What pays the loss is no longer margin of which a tenth does not count.
    let mut state = off(at_price(with_short(posted(340 * COIN), 200 * COIN), "15"), &[MarketAction::MarginIn]);
    state.position.funding = money(-3_400_000_000);
    assert_eq!(rule(&pushed(state.clone(), "15")), Some(Rule::Emergency));
    let order = order(&pushed(state, "15"));
    assert_eq!((order.delta, order.settle), (0, Settle::Required));
}
