//! The example contract: members of a treasury deposit together, and whatever the vault refuses, nobody loses anything.

use ballast_testkit::{signed, Suite, ATOM, MARKET, USDC};
use ballast_tests::treasury::{told, ExecuteMsg, Treasury};
use ballast_tests::{near, spread_at, PAYING};
use ballast_types::market::MarketAction;
use ballast_types::vault::{ExtensionExecuteMsg, VaultAction};
use ballast_types::{market, vault, Purse};
use cosmwasm_std::Uint128;

use super::{codes, treasury_code};

/// A treasury whose vault must survive a rise of 30 %.
fn opened() -> (Suite, Treasury) {
    let mut suite = Suite::new(codes());
    let treasury = Treasury::open(&mut suite, treasury_code(), signed("0.3"));
    (suite, treasury)
}

/// With alice in it, who deposited 1,000 coins.
fn with_alice() -> (Suite, Treasury) {
    let (mut suite, treasury) = opened();
    treasury.deposit(&mut suite, "alice", 1_000 * ATOM, 0).unwrap();
    (suite, treasury)
}

/// What is left of `coins` after an order on them: fee of 0.05 % and spread, paid in base.
fn after_order(coins: f64) -> f64 {
    coins * (1.0 - (0.0005 + spread_at(0.25)) / PAYING)
}

fn holds(suite: &Suite, treasury: &Treasury) -> Purse {
    suite.purse_of(&treasury.address)
}

#[test]
fn members_get_the_shares_that_their_own_coins_are_minted_for() {
    let (mut suite, treasury) = with_alice();
    treasury.deposit(&mut suite, "bob", 500 * ATOM, 0).unwrap();

    let (alice, bob) = (treasury.member(&suite, "alice"), treasury.member(&suite, "bob"));
    // a share of 12 decimals is one dollar at the start: 10,000 dollars less the costs, and half of it
    near(alice.shares.u128() as f64, after_order(10_000e12), 1e-5);
    near(bob.shares.u128() as f64, alice.shares.u128() as f64 / 2.0, 1e-3);
    assert_eq!(treasury.vault(&suite).shares, alice.shares + bob.shares);
    assert_eq!(suite.supply(), alice.shares + bob.shares);
    assert_eq!(holds(&suite, &treasury), Purse::EMPTY);
}

#[test]
fn a_member_redeems_and_the_vault_pays_them_directly() {
    let (mut suite, treasury) = with_alice();
    let before = treasury.member(&suite, "alice");
    let half = before.shares / Uint128::new(2);
    let response = treasury.redeem(&mut suite, "alice", half, Some(400 * ATOM)).unwrap();

    let paid = suite.coins("alice");
    near(paid.base.u128() as f64, after_order(after_order(500e6)), 1e-5);
    assert_eq!(told(&response, "redeem", "base"), paid.base.to_string());
    let left = treasury.member(&suite, "alice");
    assert_eq!(left.shares, before.shares - half);
    assert_eq!(treasury.vault(&suite).shares, left.shares);

    // what was previewed is what is paid, in the same block
    treasury.redeem(&mut suite, "alice", left.shares, None).unwrap();
    assert_eq!(suite.coins("alice"), paid.plus(left.pays.unwrap()).unwrap());
}

#[test]
fn a_deposit_that_the_vault_refuses_beforehand_fails_with_its_reason_and_takes_nothing() {
    let (mut suite, treasury) = with_alice();
    treasury.deposit(&mut suite, "bob", ATOM, 0).unwrap();
    let pause = ExtensionExecuteMsg::Pause { actions: vec![VaultAction::Deposit] };
    let vault = suite.vault.clone();
    suite.exec("guardian", &vault, &vault::ExecuteMsg::VaultExtension(pause), &[]).unwrap();

    let refused = treasury.deposit(&mut suite, "bob", 500 * ATOM, 0).unwrap_err();
    refused.says("the vault refuses: Deposit is switched off by the guardian");
    assert_eq!(suite.coins("bob"), Purse::base((500 * ATOM).into()));
    assert_eq!(holds(&suite, &treasury), Purse::EMPTY);
}

#[test]
fn a_first_deposit_below_the_least_position_is_refused_with_the_venues_reason() {
    let (mut suite, treasury) = opened();
    // minimum position: 100 dollars, 10 coins at 10
    let refused = treasury.deposit(&mut suite, "alice", 10 * ATOM - 1, 0).unwrap_err();
    refused.says("a position of 99999990 units of quote is below the minimum of 100000000");
    assert_eq!(suite.coins("alice"), Purse::base((10 * ATOM - 1).into()));
}

#[test]
fn a_deposit_that_the_vault_refuses_while_it_is_made_gives_the_coins_back() {
    let (mut suite, treasury) = with_alice();
    let before = treasury.vault(&suite).shares;
    // 5,000 dollars less costs, and never 5,000: a preview knows no bound, so the vault refuses on the venue's answer
    let response = treasury.deposit(&mut suite, "bob", 500 * ATOM, 5_000 * 10u128.pow(12)).unwrap();

    assert_eq!(told(&response, "deposit_refused", "kind"), "out_of_bounds");
    assert_eq!(suite.coins("bob"), Purse::base((500 * ATOM).into()));
    assert_eq!(treasury.member(&suite, "bob").shares, Uint128::zero());
    assert_eq!(treasury.vault(&suite).shares, before);
    assert_eq!(holds(&suite, &treasury), Purse::EMPTY);
    // nothing is left of the step: the next one works
    treasury.deposit(&mut suite, "bob", 500 * ATOM, 0).unwrap();
}

#[test]
fn a_redemption_that_the_vault_refuses_keeps_the_claim() {
    let (mut suite, treasury) = with_alice();
    let before = treasury.member(&suite, "alice").shares;
    let response = treasury.redeem(&mut suite, "alice", before, Some(1_000 * ATOM)).unwrap();

    assert_eq!(told(&response, "redeem_refused", "kind"), "out_of_bounds");
    assert_eq!(treasury.member(&suite, "alice").shares, before);
    assert_eq!(treasury.vault(&suite).shares, before);
    assert_eq!(suite.coins("alice"), Purse::EMPTY);
    let response = treasury.redeem(&mut suite, "alice", Uint128::zero(), None).unwrap();
    assert_eq!(told(&response, "redeem_refused", "kind"), "too_small");

    treasury.redeem(&mut suite, "alice", before, None).unwrap();
    assert_eq!(treasury.vault(&suite).shares, Uint128::zero());
}

#[test]
fn no_coins_go_into_a_vault_that_would_not_survive_the_rise() {
    let mut suite = Suite::new(codes());
    let careful = Treasury::open(&mut suite, treasury_code(), signed("3"));
    suite.deposit("alice", 1_000 * ATOM).unwrap();
    // At 40 the short of 1,000 from 10 has lost 30,000 dollars: equity of 10,000 or less, where 40,000 at a leverage of two
    // need 20,000.
    let refused = careful.deposit(&mut suite, "bob", 500 * ATOM, 0).unwrap_err();
    refused.says("at a price of 40 the vault would lack");
    assert_eq!(suite.coins("bob"), Purse::base((500 * ATOM).into()));
}

#[test]
fn a_treasury_has_the_vault_rebalance_where_its_leverage_keeps_deposits_out() {
    let (mut suite, treasury) = with_alice();
    // 482.6 coins of margin behind a short of 1,000 from 10: at 13 that is 13,000 / (6,274 - 3,000), 3.97, above 3.63
    suite.jump("13");
    suite.deposit("carol", 100 * ATOM).unwrap_err().says("call rebalance first");
    let response = treasury.deposit(&mut suite, "bob", 500 * ATOM, 0).unwrap();
    assert_eq!(told(&response, "rebalance", "rule"), "3");
    assert!(treasury.member(&suite, "bob").shares > Uint128::zero());
}

#[test]
fn anybody_may_have_the_treasury_rebalance_and_nothing_due_is_told_as_such() {
    let (mut suite, treasury) = with_alice();
    let response = treasury.send(&mut suite, "carol", ExecuteMsg::Rebalance {}, &[]).unwrap();
    assert_eq!(told(&response, "rebalance", "rule"), "none");
}

#[test]
fn members_take_their_own_shares_and_nobody_elses() {
    let (mut suite, treasury) = with_alice();
    let held = treasury.member(&suite, "alice").shares;
    let take = |shares| ExecuteMsg::TakeShares { shares };
    treasury.send(&mut suite, "bob", take(Uint128::one()), &[]).unwrap_err().says("the treasury holds 0 for you");
    treasury.redeem(&mut suite, "bob", Uint128::one(), None).unwrap_err().says("the treasury holds 0 for you");
    treasury.send(&mut suite, "alice", take(held + Uint128::one()), &[]).unwrap_err().says("shares asked for");

    treasury.send(&mut suite, "alice", take(held), &[]).unwrap();
    assert_eq!(suite.shares("alice"), held);
    assert_eq!(treasury.member(&suite, "alice").shares, Uint128::zero());
    suite.redeem("alice", held).unwrap();
}

#[test]
fn what_a_treasury_sees_of_its_vault_is_what_the_vault_says() {
    let (mut suite, treasury) = with_alice();
    suite.jump("11");
    let (seen, health) = (treasury.vault(&suite), suite.health());
    assert_eq!(seen.token, suite.vault);
    assert_eq!((seen.coins.base, seen.coins.quote), (suite.setup.base.clone(), suite.setup.quote.clone()));
    assert_eq!((seen.health.before.nav, seen.health.before.leverage), (health.before.nav, health.before.leverage));
    assert_eq!(seen.health.before.hedge_ratio, health.before.hedge_ratio);
    assert_eq!(seen.due.rule, suite.next_action().rule);
    // 11 and 30 % more
    assert_eq!((seen.health.price.to_string(), seen.stressed.price.to_string()), ("11".into(), "14.3".into()));
    // a coin of 11 dollars, in shares of a dollar each but for the costs of alice's deposit
    near(seen.shares_per_coin.u128() as f64, 11e12, 1e-3);
}

#[test]
fn coins_that_the_vault_does_not_take_are_refused_at_the_door() {
    let (mut suite, treasury) = opened();
    let (alice, dollars) = (suite.account("alice"), suite.quote(USDC));
    suite.mint(&alice, dollars.clone());
    let deposit = ExecuteMsg::Deposit { min_shares: Uint128::zero() };
    treasury.send(&mut suite, "alice", deposit, &[dollars]).unwrap_err().says("Must send reserve token 'uatom'");
}

/// The market's guardian switches one thing off.
fn pause_at_the_market(suite: &mut Suite, action: MarketAction) {
    let market = suite.market.clone();
    let pause = market::ExecuteMsg::Pause { market: MARKET.into(), actions: vec![action] };
    suite.exec("guardian", &market, &pause, &[]).unwrap();
}

#[test]
fn a_claim_is_told_while_a_redemption_would_be_refused() {
    let (mut suite, treasury) = with_alice();
    let before = treasury.member(&suite, "alice");
    pause_at_the_market(&mut suite, MarketAction::Reduce);
    let now = treasury.member(&suite, "alice");
    assert_eq!((now.shares, now.pays), (before.shares, None));
}

#[test]
fn a_claim_too_small_to_be_paid_is_told() {
    let (mut suite, treasury) = with_alice();
    let shares = treasury.member(&suite, "alice").shares;
    treasury.redeem(&mut suite, "alice", shares - Uint128::one(), None).unwrap();
    let left = treasury.member(&suite, "alice");
    assert_eq!((left.shares, left.pays), (Uint128::one(), None));
}

#[test]
fn a_redemption_while_the_market_pays_no_margin_out_is_one_to_try_again() {
    let (mut suite, treasury) = with_alice();
    pause_at_the_market(&mut suite, MarketAction::MarginOut);
    let response = treasury.redeem(&mut suite, "alice", Uint128::new(1_000_000_000_000), None).unwrap();
    assert_eq!(told(&response, "redeem_refused", "kind"), "venue_closed");
}
