//! A vault of a staked coin through a rally in which that coin falls against the one that it stakes.

use std::time::{Duration, Instant};

use ballast_types::oracle::Flag;
use ballast_types::policy::{Decision, StressResponse};
use ballast_types::vault::{ExtensionQueryMsg, VaultPositionResponse};
use cosmwasm_std::{Decimal256, SignedDecimal256, Uint128};

use crate::calm;
use crate::network::Running;
use crate::stage::{Stage, WHOLE};

/// Longest time that a keeper may need for what is due.
const KEPT_WITHIN: Duration = Duration::from_secs(60);

/// The rally, in three steps of the README's vault: from 10 to 13 dollars.
const RALLY: (u64, u64) = (1_000, 1_300);

/// Deposits, a rally, a discount of 20 % during which deposits wait and redemptions do not, its end, and deposits again.
/// A keeper manages the hedge. Returns the last price.
pub fn story(stage: &Stage) -> Decimal256 {
    let (from, to) = (Decimal256::percent(RALLY.0), Decimal256::percent(RALLY.1));
    calm::open(stage, from);
    assert_eq!(flags(stage), []);
    let mut keeper = stage.network.start(&["keep", "--every", "1"]);
    for price in calm::steps(from, to) {
        publish(stage, price);
        kept(stage, &mut keeper);
    }
    let before = margin(stage);

    stage.discount.set(Decimal256::percent(20));
    publish(stage, to);
    kept(stage, &mut keeper);
    assert_eq!(flags(stage), [Flag::Discount]);
    let (posted, health) = (margin(stage), health(stage));
    assert!(posted > before, "coins lost a fifth of their price and none were posted: {before} before, {posted} after");
    assert!(!health.before.leverage.is_above(health.before.targets.leverage_max), "{health:?}");
    shown(stage);
    stage.network.fails(
        &["deposit", "1statom", "--from", "alice", "--yes"],
        3,
        "the deposited coin sells at a discount",
    );
    redeem_half(stage, "bob");
    assert_eq!(flags(stage), [Flag::Discount]);

    stage.discount.set(Decimal256::zero());
    publish(stage, to);
    kept(stage, &mut keeper);
    assert_eq!(flags(stage), []);
    let shares = stage.shares("alice");
    stage.network.run(&["deposit", "1statom", "--from", "alice", "--yes"]);
    assert!(stage.shares("alice") > shares);
    stage.check();
    keeper.stop();
    to
}

fn publish(stage: &Stage, price: Decimal256) {
    stage.publish("", price, SignedDecimal256::percent(10));
}

fn position(stage: &Stage) -> VaultPositionResponse {
    stage.ask(ExtensionQueryMsg::Position {})
}

fn health(stage: &Stage) -> StressResponse {
    stage.ask(ExtensionQueryMsg::Health {})
}

/// What is wrong with the deposited coin's price.
fn flags(stage: &Stage) -> Vec<Flag> {
    position(stage).venue.prices.collateral_range.expect("a market of two prices").flags
}

/// Coins posted as margin.
fn margin(stage: &Stage) -> Uint128 {
    position(stage).venue.position.margin.base
}

/// Waits until the keeper has left nothing to do.
fn kept(stage: &Stage, keeper: &mut Running) {
    let start = Instant::now();
    loop {
        let due: Decision = stage.ask(ExtensionQueryMsg::NextAction {});
        if due.rule.is_none() {
            return stage.check();
        }
        assert!(keeper.runs() && start.elapsed() < KEPT_WITHIN, "{due:?} is left: {}", keeper.said());
        std::thread::sleep(Duration::from_secs(1));
    }
}

/// The status says what the coin sells for and what waits; 13 * 1.05 and 20 % less.
fn shown(stage: &Stage) {
    let said = stage.network.run(&["status"]);
    for line in ["10.9200 usdc/statom", "13.6500 usdc/statom", "20.00 %, mean of a day", "deposits, rule 4 at a loss"] {
        assert!(said.contains(line), "no '{line}' in {said}");
    }
    let stress = stage.network.run(&["stress", "--price-change", "0.2", "--collateral-change", "-0.1"]);
    assert!(stress.contains("collateral against it -10.00 %") && stress.contains("28.00 %"), "{stress}");
}

/// Half of somebody's shares, for at most their part of all coins.
fn redeem_half(stage: &Stage, who: &str) {
    let (shares, before) = (stage.shares(who), stage.purse(&stage.address(who)));
    let held = position(stage);
    let half = ballast_chain::amount::whole(shares / Uint128::new(2), 12);
    stage.network.run(&["redeem", &half, "--from", who, "--yes"]);
    let paid = stage.purse(&stage.address(who)).base - before.base;
    assert!(paid > Uint128::zero(), "nothing was paid");
    let coins = held.idle.base + held.venue.position.margin.base;
    let part = coins.multiply_ratio(shares, held.shares * Uint128::new(2));
    assert!(paid <= part + Uint128::new(WHOLE / 1_000), "{paid} paid, of which {part} is their part in kind");
    stage.check();
}
