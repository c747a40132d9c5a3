//! Rule 7: quote above its buffer becomes coins.

use ballast_types::market::MarketAction;
use ballast_types::oracle::Flag;
use ballast_types::policy::{HedgeAction, Rule};
use cosmwasm_std::Uint128;
use hedge_policy::{Auction, State};

use crate::support::*;

fn rich(idle: u128) -> State {
    let mut state = calm();
    state.idle.quote = Uint128::new(idle);
    state.forecast.reference_mean = signed("0.1");
    state.forecast.paid_mean = signed("0.05");
    state
}

fn selling(amount: u128, price: &str) -> State {
    let mut state = rich(2_000 * COIN);
    state.base_for_sale.amount = Uint128::new(amount);
    state.base_for_sale.price = dec(price);
    state
}

fn action(state: &State) -> HedgeAction {
    due(state).action
}

#[test]
fn quote_above_its_buffer_is_offered_for_coins() {
    // NAV 12,000, buffer 1,200: all of 2,000 is offered.
    assert_eq!(due(&rich(2_000 * COIN)).rule, Some(Rule::IdleQuote));
    assert_eq!(action(&rich(2_000 * COIN)), HedgeAction::OpenAuction { quote: Uint128::new(2_000 * COIN) });
    // q = 0.1*(10,000 + q) at q = 1,111.111111 1...
    assert_eq!(rule(&rich(1_111_111_111)), None);
    assert_eq!(rule(&rich(1_111_111_112)), Some(Rule::IdleQuote));
}

#[test]
fn an_auction_that_runs_is_left_to_run() {
    let mut state = rich(2_000 * COIN);
    state.auction = Auction::Open;
    assert_eq!(rule(&state), None);
}

#[test]
fn the_pools_base_comes_first() {
    // All of 50 coins for 499.5; of 300 coins what 2,000 buys: 200.200200 at 9.99 cost 1,999.999998.
    assert_eq!(action(&selling(50 * COIN, "9.99")), HedgeAction::BuyBase { quote: Uint128::new(499_500_000) });
    assert_eq!(action(&selling(300 * COIN, "9.99")), HedgeAction::BuyBase { quote: Uint128::new(1_999_999_998) });
    // The same while an auction runs.
    let mut state = selling(50 * COIN, "9.99");
    state.auction = Auction::Open;
    assert_eq!(action(&state), HedgeAction::BuyBase { quote: Uint128::new(499_500_000) });
}

#[test]
fn dust_and_dear_base_are_left_in_the_pool() {
    // 0.5 % of 12,000 is 60; 1 % over 10 is 10.10.
    let auction = HedgeAction::OpenAuction { quote: Uint128::new(2_000 * COIN) };
    assert_eq!(action(&selling(5_999_999, "9.99")), auction);
    assert_eq!(action(&selling(6_010_000, "10.1")), HedgeAction::BuyBase { quote: Uint128::new(60_701_000) });
    assert_eq!(action(&selling(6_010_000, "10.100001")), auction);
}

#[test]
fn it_waits_until_a_short_earns() {
    let mut state = rich(2_000 * COIN);
    state.forecast.paid_mean = signed("0");
    assert_eq!(rule(&state), None);
    state.forecast.paid_mean = signed("0.01");
    state.forecast.reference_mean = signed("-0.01");
    assert_eq!(rule(&state), None);
}

#[test]
fn coins_are_bought_only_as_far_as_they_can_be_hedged() {
    let mut state = selling(50 * COIN, "9.99");
    state.capacity.short = Uint128::new(20 * COIN);
    assert_eq!(action(&state), HedgeAction::BuyBase { quote: Uint128::new(199_800_000) });
    state.capacity.short = Uint128::new(5 * COIN);
    assert_eq!(rule(&state), None);
    state.base_for_sale = Default::default();
    assert_eq!(rule(&state), None);
}

#[test]
fn it_waits_for_flags_cost_budget_and_the_venues_share() {
    let state = selling(50 * COIN, "9.99");
    assert_eq!(rule(&flagged(state.clone(), Flag::Uncertain)), None);
    let mut dear = state.clone();
    dear.prices.spread = dec("0.0096");
    assert_eq!(rule(&dear), None);
    // Its hedge would be sold at the lowest price of the block: 1 % below.
    assert_eq!(rule(&ranged(state.clone(), "9.9", "10")), None);
    assert_eq!(rule(&ranged(state.clone(), "10", "10.1")), Some(Rule::IdleQuote));
    let mut spent = state.clone();
    spent.cost_spent = money(360_000_000);
    assert_eq!(rule(&spent), None);
    let mut stopped = state.clone();
    stopped.stopped = vec![Rule::IdleQuote];
    assert_eq!(rule(&stopped), None);
    // Its hedge could not be margined.
    assert_eq!(rule(&off(state.clone(), &[MarketAction::MarginIn])), None);
    // 537 + 26.9 coins of 12,000 are 46.99 %.
    assert_eq!(rule_with(&state, |p| p.venue_share = dec("0.4698")), None);
    assert_eq!(rule_with(&state, |p| p.venue_share = dec("0.4699")), Some(Rule::IdleQuote));
}

#[test]
fn without_coins_the_first_ones_are_bought_too() {
    let mut state = rich(1_000 * COIN);
    state.idle.base = Uint128::zero();
    state.position = Default::default();
    assert_eq!(action(&state), HedgeAction::OpenAuction { quote: Uint128::new(1_000 * COIN) });
}
