use ballast_testkit::{decimal, signed, Depositor, Setup, Step, Suite, World, WorldParams, ATOM};
use ballast_tests::{coins_of_vault, near, number, short_of_vault};
use ballast_types::market::Leverage;

use super::codes;

/// Moves the price by `factor` an hour for `hours` hours with a keeper every hour; leverage stays within its maximum.
fn walk(suite: &mut Suite, hours: u32, factor: f64) {
    let start = number(suite.last_price());
    for hour in 1..=hours {
        suite.set_price(signed(&format!("{:.6}", start * factor.powi(hour as i32))));
        suite.hours(1);
        suite.keep(6).unwrap();
        let health = suite.health();
        assert!(health.decision.rule.is_none(), "hour {hour}: {:?} is still due", health.decision);
        if let Leverage::Finite(leverage) = health.before.leverage {
            assert!(leverage <= health.before.targets.leverage_max, "hour {hour}: leverage {leverage}");
        }
    }
}

#[test]
fn a_rally_of_90_percent_with_a_keeper_every_hour_keeps_the_dollars() {
    let mut suite = Suite::new(codes());
    suite.deposit("alice", 1_000 * ATOM).unwrap();
    let before = number(suite.vault_position().nav);
    // 1.03^22 = 1.916
    walk(&mut suite, 22, 1.03);
    let after = number(suite.vault_position().nav);
    // the short follows the coins within its band of 3 %; trades and settlements cost about 0.1 %
    near(after, before, 0.02);
    assert!(coins_of_vault(&suite).base.u128() < 1_000 * ATOM, "losses were paid in coins");
}

#[test]
fn a_crash_of_60_percent_keeps_the_dollars() {
    let mut suite = Suite::new(codes());
    suite.deposit("alice", 1_000 * ATOM).unwrap();
    let before = number(suite.vault_position().nav);
    // 0.97^30 = 0.401
    walk(&mut suite, 30, 0.97);
    near(number(suite.vault_position().nav), before, 0.02);
    let paid = suite.redeem_all("alice").unwrap().paid;
    let worth = paid.base.u128() as f64 * number(suite.last_price()) + paid.quote.u128() as f64;
    near(worth, before, 0.025);
}

/// A world of one depositor and no longs but strangers', at 10, in which funding pays 10 % a year.
fn world(base: u128) -> World {
    let params = WorldParams {
        depositors: vec![Depositor { name: "alice".into(), amount: base }],
        longs: decimal("0"),
        pool_multiple: decimal("2.2"),
        ..WorldParams::default()
    };
    World::start(codes(), Setup::default(), params, step(0, 10.0)).unwrap()
}

const START: u64 = 1_700_000_000;

fn step(hour: u64, price: f64) -> Step {
    let price = decimal(&format!("{price:.6}"));
    let (time, reference) = (START + hour * 3600, signed("0.1"));
    Step { time, price, high: price, margin: None, reference, keeper: hour % 4 == 0 }
}

#[test]
fn after_a_year_of_rallies_and_crashes_the_vault_still_holds_mostly_coins() {
    let mut world = world(1_000 * ATOM);
    // twelve months: up 60 % in ten days, down 45 % in ten days, back in ten
    let day = |d: u64| match d % 30 {
        d @ 0..=9 => 10.0 * 1.6f64.powf(d as f64 / 10.0),
        d @ 10..=19 => 16.0 * 0.55f64.powf((d - 10) as f64 / 10.0),
        d => 8.8 * (10.0f64 / 8.8).powf((d - 20) as f64 / 10.0),
    };
    for hour in (4..=360 * 24).step_by(4) {
        let (d, within) = (hour / 24, (hour % 24) as f64 / 24.0);
        let price = day(d) * (day(d + 1) / day(d)).powf(within);
        let report = world.step(step(hour, price)).unwrap();
        assert!(!report.liquidated);
        if hour % (30 * 24) == 0 {
            world.suite.check();
        }
    }
    let sample = world.sample();
    let in_coins = sample.coins * sample.price / sample.nav;
    assert!(in_coins > 0.8, "only {in_coins} of NAV is in coins");
    assert!(sample.hedge_ratio > 0.95 && sample.hedge_ratio < 1.05, "hedge ratio {}", sample.hedge_ratio);
    // half of 10 % less up to 2 points is what a short gets from the pool
    assert!(sample.share_price > 1.0, "share price {}", sample.share_price);
    let left = world.exit().unwrap();
    assert!(left.base.u128() < 100 && left.quote.u128() < 100, "{left:?} left");
    assert_eq!(short_of_vault(&world.suite), 0);
}
