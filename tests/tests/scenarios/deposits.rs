use ballast_testkit::{Suite, ATOM, USDC};
use ballast_tests::{
    coins_of_vault, down, near, number, order_cost, short_of_vault, spread_at, up, MILLION, ORDER_SPREAD, PAYING,
};

use super::codes;

/// At a price of 10: the low end of the minimum spread is 9.998, and base pays a debt at that less 0.1 %.
const CONVERSION: (u128, u128) = (9_998_000 * 999, 1_000);

/// What a deposit of `coins` into an empty vault at a price of 10 leaves in the vault, and what that is worth at the
/// end of the band that is worse: fee and spread are paid in base.
fn after_first_deposit(coins: u128) -> (u128, u128) {
    let value = coins * 10 * MILLION;
    let paid = up(order_cost(value), MILLION * CONVERSION.1, CONVERSION.0);
    // hedged coin by coin: the short is worth `value` whatever the price; the coins paid away are what is lost, most at
    // the high end of the band
    let lost = paid * 10 * MILLION;
    (coins - paid, value - lost - up(lost, ORDER_SPREAD.0, ORDER_SPREAD.1))
}

#[test]
fn the_first_deposit_is_hedged_coin_by_coin_and_minted_for_what_it_added() {
    let mut suite = Suite::new(codes());
    let minted = suite.deposit("alice", 1_000 * ATOM).unwrap().shares.u128();

    let (coins, worth) = after_first_deposit(1_000 * ATOM);
    assert_eq!(short_of_vault(&suite), 1_000 * ATOM);
    let held = coins_of_vault(&suite);
    assert!(held.base.u128().abs_diff(coins) <= 1, "{} coins, expected {coins}", held.base);
    assert!(held.quote.is_zero());
    // a share of 12 decimals is one dollar of 6 at the start: units of shares are millionths of units of quote
    assert!(minted.abs_diff(worth) <= 2 * 10_006_543, "{minted} shares, expected {worth}");
    assert_eq!(suite.shares("alice").u128(), minted);
    assert_eq!(suite.coins("alice").base.u128(), 0);
}

#[test]
fn a_fresh_position_stands_at_the_target_leverage() {
    let mut suite = Suite::new(codes());
    suite.deposit("alice", 1_000 * ATOM).unwrap();
    let health = suite.health();
    // L_max = 1 / (0.025 + 0.02 + 0.3 / 1.3) = 3.62622 at the floors, L* = L_max / 1.75 = 2.07213
    near(number(health.before.targets.leverage_max), 3.626_220, 1e-6);
    near(number(health.before.targets.leverage_target), 2.072_126, 1e-6);
    let ballast_types::market::Leverage::Finite(leverage) = health.before.leverage else { panic!("no leverage") };
    near(number(leverage), 2.072_126, 1e-3);
    assert_eq!(suite.targets(&suite.vault_position()), health.before.targets, "one policy, on chain and off");
    assert!(health.decision.rule.is_none(), "nothing is due after a deposit: {:?}", health.decision);
}

#[test]
fn ten_depositors_get_shares_in_proportion_to_what_they_add() {
    let mut suite = Suite::new(codes());
    // What is there: shares, coins put in (as much is sold short, at 10), and coins of these that opening has cost.
    let (mut minted, mut short, mut lost) = (0u128, 0u128, 0u128);
    for n in 1..=10u128 {
        let shares = suite.deposit(&format!("depositor {n}"), n * 100 * ATOM).unwrap().shares.u128();

        // At either end of the band what is added is to what was there as its coins are to the coins before, but for
        // rounding: spread up to a unit of quote, coins up to a unit of base. So each gets what it adds at the high
        // end, where the first was minted, the third slightly more than three times the first, which bore three times
        // the third's rounding; the low end takes some hundredths of a unit of quote from those who rounded less.
        let (left, worth) = after_first_deposit(n * 100 * ATOM);
        let (added, cost) = (n * 100 * ATOM, n * 100 * ATOM - left);
        let spread = ORDER_SPREAD.0 as f64 / ORDER_SPREAD.1 as f64;
        let expected = [10.0 * (1.0 - spread), 10.0 * (1.0 + spread)].map(|end| {
            let (adds, was) = (added as f64 * 10.0 - cost as f64 * end, short as f64 * 10.0 - lost as f64 * end);
            adds * (minted as f64 + 1e6) / (was + 1.0)
        });
        // numbers of 16 digits, in the floats of this test too
        near(shares as f64, expected[0].min(expected[1]), 1e-14);
        assert!(shares <= worth && worth - shares < 50_000, "{n} got {shares}, added {worth}");
        (minted, short, lost) = (minted + shares, short + added, lost + cost);
    }
    assert_eq!(suite.supply().u128(), minted);
    assert_eq!(short_of_vault(&suite), 5_500 * ATOM);
}

#[test]
fn a_deposit_never_lowers_what_a_share_is_worth() {
    let mut suite = Suite::new(codes());
    suite.deposit("alice", 1_000 * ATOM).unwrap();
    for price in ["10.9", "9.5", "8.3", "9.1"] {
        suite.hours(1);
        suite.price(price);
        let (nav, supply) = (suite.vault_position().nav, suite.supply());
        suite.deposit("bob", 77 * ATOM + 1).unwrap();
        let (nav_after, supply_after) = (suite.vault_position().nav, suite.supply());
        // Q = (nav + 1) / (supply + 10^6), compared by cross-multiplication in whole units of quote
        let before = (number(nav) + 1.0) / (supply.u128() as f64 + 1e6);
        let after = (number(nav_after) + 1.0) / (supply_after.u128() as f64 + 1e6);
        assert!(after >= before * (1.0 - 1e-15), "Q fell from {before} to {after} at {price}");
    }
}

#[test]
fn a_deposit_follows_the_hedge_ratio_that_the_vault_has() {
    let mut suite = Suite::new(codes());
    // funding that shorts pay: after weeks of -30 % a year the target falls below 1
    suite.set_reference(ballast_testkit::signed("-0.3"));
    suite.deposit("alice", 1_000 * ATOM).unwrap();
    for _ in 0..60 {
        suite.hours(12);
        suite.adjust_nothing("feeder");
        suite.keep(3).unwrap();
    }
    let before = suite.health().before.hedge_ratio;
    assert!(number(before) < 0.95, "hedge ratio {before}");
    suite.deposit("bob", 500 * ATOM).unwrap();
    near(number(suite.health().before.hedge_ratio), number(before), 1e-3);
}

#[test]
fn the_deposit_cap_is_a_cap_on_nav() {
    let setup =
        ballast_testkit::Setup { deposit_cap: Some((15_000 * USDC).into()), ..ballast_testkit::Setup::default() };
    let mut suite = Suite::with(codes(), setup);
    suite.deposit("alice", 1_000 * ATOM).unwrap();
    suite.deposit("bob", 600 * ATOM).unwrap_err().says("15000000000");
    suite.deposit("bob", 400 * ATOM).unwrap();
}

#[test]
fn a_deposit_below_the_least_position_is_refused_with_its_reason() {
    let mut suite = Suite::new(codes());
    // minimum position: 100 whole quote, 10 coins at 10
    let refusal = suite.deposit("alice", 10 * ATOM - 1).unwrap_err();
    refusal.says("a position of 99999990 units of quote is below the minimum of 100000000");
    assert!(suite.supply().is_zero());
    suite.deposit("alice", 10 * ATOM).unwrap();
}

#[test]
fn an_attacker_who_deposits_first_and_donates_takes_nothing_from_the_next() {
    let mut suite = Suite::new(codes());
    // the minimum that a vault without a position takes
    let spent = 10 * ATOM;
    suite.deposit("mallory", spent).unwrap();
    let vault = suite.vault.clone();
    let gift = suite.base(1_000 * ATOM);
    suite.donate(&vault, gift).unwrap();
    let gift = suite.quote(10_000 * USDC);
    suite.donate(&vault, gift).unwrap();

    let minted = suite.deposit("victim", 1_000 * ATOM).unwrap();
    let (_, worth) = after_first_deposit(1_000 * ATOM);
    near(minted.shares.u128() as f64, worth as f64, 1e-5);

    let back = suite.redeem_all("mallory").unwrap().paid;
    assert!(back.base.u128() + down(back.quote.u128(), 1, 10) < spent, "mallory got {back:?} for {spent}");
    let back = suite.redeem_all("victim").unwrap().paid;
    // the victim pays opening and closing, a fee of 0.05 % and a spread of 0.0654 % each, in coins, and nothing else
    let costs = 2.0 * (0.0005 + spread_at(0.25)) / PAYING;
    near(back.base.u128() as f64, 1_000.0 * ATOM as f64 * (1.0 - costs), 1e-6);
}
