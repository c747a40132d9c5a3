//! Rule 1: what happens while the venue cannot trade.

use ballast_math::Purse;
use ballast_types::market::{MarketAction, Settle};
use ballast_types::oracle::Flag;
use ballast_types::policy::Rule;

use crate::support::*;

#[test]
fn margin_beyond_the_target_comes_home_when_the_venue_stops_trading() {
    let state = posted(700 * COIN);
    assert_eq!(rule(&state), None);
    let paused = off(state.clone(), &[MarketAction::Reduce]);
    assert_eq!(rule(&paused), Some(Rule::SafeMode));
    // 700 - (10,000/2.072126 + 7)/9, rounded down.
    assert_eq!(
        order(&paused),
        Order { delta: 0, settle: Settle::No, margin_in: Purse::EMPTY, margin_out: base(163_004_273) }
    );
    // While the hedge can still shrink, margin stays within its levels.
    assert_eq!(rule(&off(state, &[MarketAction::Increase])), None);
}

#[test]
fn it_stays_where_margin_cannot_leave_or_the_price_is_unusable() {
    let state = posted(700 * COIN);
    assert_eq!(rule(&off(state.clone(), &[MarketAction::Reduce, MarketAction::MarginOut])), None);
    for flag in [Flag::Missing, Flag::Invalid, Flag::Future, Flag::Stale, Flag::Jump] {
        assert_eq!(rule(&flagged(state.clone(), flag)), None);
    }
}

#[test]
fn nothing_is_traded_for_the_band_or_for_idle_quote() {
    for short in [1_040 * COIN, 960 * COIN] {
        let state = with_short(posted(510 * COIN), short);
        assert_eq!(rule(&state), Some(Rule::HedgeBand));
        assert_eq!(rule(&off(state.clone(), &[MarketAction::Reduce])), None);
        assert_eq!(rule(&flagged(state, Flag::Stale)), None);
    }
    assert_eq!(rule(&flagged(at_price(calm(), "4"), Flag::Jump)), None);
}

#[test]
fn while_only_growing_is_off_a_hedge_that_is_too_large_is_bought_back() {
    let paused = |state| off(state, &[MarketAction::Increase]);
    // 40 coins, and 0.028054 more for the coins that pay the cost of 0.28.
    let state = with_short(posted(510 * COIN), 1_040 * COIN);
    assert_eq!(rule(&paused(state.clone())), Some(Rule::HedgeBand));
    assert_eq!(order(&paused(state)).delta, 40_028_054);
    assert_eq!(rule(&paused(with_short(posted(510 * COIN), 960 * COIN))), None);
}

#[test]
fn while_only_growing_is_off_losses_and_gains_are_settled_and_margin_comes_home() {
    let paused = |state| off(state, &[MarketAction::Increase]);
    // The same as with everything on: 350.6 coins pay the loss and need no hedge any more.
    let losing = at_price(posted(900 * COIN), "15.39");
    assert_eq!(order(&paused(losing.clone())), order(&losing));
    assert_eq!(order(&paused(losing)).delta, 350_894_051);
    assert_eq!(order(&paused(at_price(calm(), "4"))).margin_out, quote(6_000 * COIN));
    assert_eq!(order(&paused(posted(825_800_000))).margin_out, base(288_804_273));
}

#[test]
fn an_emergency_is_still_met_with_what_the_venue_allows() {
    let state = off(at_price(posted(400 * COIN), "15"), &[MarketAction::Increase, MarketAction::Reduce]);
    assert_eq!(rule(&state), Some(Rule::Emergency));
    let order = order(&state);
    assert_eq!((order.delta, order.settle), (0, Settle::No));
    assert!(!order.margin_in.base.is_zero());
}
