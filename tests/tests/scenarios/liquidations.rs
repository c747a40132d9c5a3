use ballast_testkit::{Suite, ATOM};
use ballast_tests::{coins_of_vault, near, number, short_of_vault, spread_at, PAYING};
use ballast_types::market::{LiquidateResponse, Settle};
use ballast_types::policy::{HedgeAction, Rule};
use cosmwasm_std::Uint128;

use super::codes;

/// A vault at its target leverage of 2.07 that no keeper visits, and then this price.
///
/// Margin is 0.5370 coins a coin of short: (1/2.0721 + 0.0007) / 0.9.
fn neglected(price: &str) -> Suite {
    let mut suite = Suite::new(codes());
    suite.deposit("alice", 1_000 * ATOM).unwrap();
    suite.jump(price);
    suite
}

fn liquidate(suite: &mut Suite) -> LiquidateResponse {
    let vault = suite.vault.clone();
    suite.liquidate("liquidator", &vault).unwrap()
}

#[test]
fn a_healthy_vault_cannot_be_liquidated() {
    // +80 %: margin ratio 0.4826 - 0.8/1.8 = 3.8 %
    let mut suite = neglected("18");
    near(number(suite.vault_position().venue.measures.margin_ratio.unwrap()), 0.0382, 0.003);
    let vault = suite.vault.clone();
    suite.liquidate("liquidator", &vault).unwrap_err().says("0.025");
}

#[test]
fn a_thin_margin_is_cured_by_settling_because_coins_paid_need_no_haircut() {
    // +90 %: margin ratio 0.4826 - 0.9/1.9 = 0.9 %; the loss of 0.474 paid in base frees a haircut of 4.7 %
    let mut suite = neglected("19");
    let done = liquidate(&mut suite);
    assert!(done.settled);
    assert_eq!(done.closed, Uint128::zero());
    assert!(done.reward.is_empty(), "nothing closed, nothing earned");
    assert_eq!(short_of_vault(&suite), 1_000 * ATOM);
    let ratio = number(suite.vault_position().venue.measures.margin_ratio.unwrap());
    // 0.9 * (0.5370 - 0.4737 * 1.0012) - 0.0007
    near(ratio, 0.0558, 0.002);
    let vault = suite.vault.clone();
    suite.liquidate("liquidator", &vault).unwrap_err().says("0.025");
}

#[test]
fn a_partial_liquidation_closes_just_enough() {
    // +105 %: settled ratio 0.9 * (0.5370 - 0.5122 * 1.0012) - 0.0007 = 2.1 %, below 2.5 %
    let mut suite = neglected("20.5");
    let done = liquidate(&mut suite);
    assert!(done.settled && done.insured.is_zero() && done.bad_debt.is_zero());
    let closed = done.closed.u128() as f64 / (1_000.0 * ATOM as f64);
    // smallest x with E - f*x >= (init)(1-x) + closing cost on the rest: E0 = 0.9*(0.53700-0.51281) = 0.02177 per notional;
    // fee 0.5 % paid in base costs 0.9 * 1.0012 of itself: 0.02177 - 0.0045054 x = 0.1507 (1 - x) => x = 0.8819
    near(closed, 0.8819, 0.0005);
    let ratio = number(suite.vault_position().venue.measures.margin_ratio.unwrap());
    assert!((0.15..0.1501).contains(&ratio), "margin ratio after: {ratio}");
    // the fee: half to the liquidator
    let reward = suite.coins("liquidator").base.u128() as f64;
    near(reward, 0.5 * 0.005 * closed * 1_000.0 * ATOM as f64 * 1.0012, 0.001);
}

#[test]
fn without_equity_everything_is_closed_and_what_is_lacking_is_counted_as_bad_debt() {
    // +130 %: the loss is 0.565 of notional, the margin 0.5370
    let mut suite = neglected("23");
    let before = suite.solvency();
    let done = liquidate(&mut suite);
    assert_eq!(done.closed.u128(), 1_000 * ATOM);
    assert_eq!(short_of_vault(&suite), 0);
    assert!(done.after.margin.is_empty(), "all margin went into the loss: {:?}", done.after.margin);
    let after = suite.solvency();
    assert_eq!(after.insured - before.insured, done.insured);
    assert_eq!(after.bad_debt - before.bad_debt, done.bad_debt);
    // deficit: 1,000 * 13 dollars less 537.0 coins, which the pool has received and which are worth 23 each
    let margin = 1_000.0 * (1.0 / 2.072_126 + 0.0007) / 0.9;
    let deficit = 13_000.0 - margin * 23.0;
    near((done.insured + done.bad_debt).u128() as f64 / 1e6, deficit, 0.001);
    assert!(done.insured <= Uint128::new(before.insurance.base.u128() * 23 + before.insurance.quote.u128()));
}

#[test]
fn the_vault_sees_a_liquidation_and_heals() {
    let mut suite = neglected("20.5");
    liquidate(&mut suite);
    let nav = number(suite.vault_position().nav);
    // nobody hedged the way up by rebalancing, yet the short did: NAV is what it was, less fee and conversion
    near(nav, 10_000.0 * 1e6, 0.02);
    let rules = suite.keep(6).unwrap();
    assert!(!rules.is_empty());
    let health = suite.health();
    assert!(health.decision.rule.is_none(), "still due: {:?}", health.decision);
    near(number(health.before.hedge_ratio), 1.0, 0.031);
}

#[test]
fn nothing_is_liquidated_at_a_price_that_is_held_back() {
    let mut suite = Suite::new(codes());
    suite.deposit("alice", 1_000 * ATOM).unwrap();
    suite.price("25");
    let vault = suite.vault.clone();
    suite.liquidate("liquidator", &vault).unwrap_err().says("ump");

    // at 25 the margin ratio would be 0.4826 - 1.5/2.5, below zero: all coins are posted and nothing is traded. With
    // them it would be 0.9 * 0.9988 - 0.0007 - 0.6 = 29.8 %, which is no emergency: the block that confirms may come.
    let idle = suite.vault_position().idle.base;
    let decision = suite.rebalance().unwrap().decision;
    assert_eq!(decision.rule, Some(Rule::Emergency));
    let HedgeAction::Adjust { delta, margin_in, settle, .. } = decision.action else { panic!("{decision:?}") };
    assert_eq!((delta.is_zero(), margin_in.base, settle), (true, idle, Settle::No));
    assert!(suite.rebalance().unwrap().decision.rule.is_none(), "nothing is left to post");
    suite.liquidate("liquidator", &vault).unwrap_err().says("ump");

    suite.price("10");
    assert_eq!(short_of_vault(&suite), 1_000 * ATOM);
    // opening cost 0.05 % and a spread of 0.0654 %, in coins; nothing else was paid
    let opened = (0.0005 + spread_at(0.25)) / PAYING;
    near(coins_of_vault(&suite).base.u128() as f64, 1_000.0 * ATOM as f64 * (1.0 - opened), 1e-6);
}
