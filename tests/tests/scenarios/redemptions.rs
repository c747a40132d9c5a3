use ballast_testkit::{decimal, Setup, Suite, ATOM, MARKET};
use ballast_tests::{
    coins_of_vault, down, near, number, order_cost, short_of_vault, spread_at, up, variance, MILLION, PAYING,
};
use ballast_types::vault::{ExecuteMsg, ExtensionExecuteMsg, ExtensionQueryMsg, RedeemResponse};
use ballast_types::{market, Purse};
use cosmwasm_std::Uint128;

use super::codes;

/// A system in which time costs nothing: what funding of minutes would add is not part of these sums.
fn quiet() -> Suite {
    let mut setup = Setup { reference: ballast_testkit::signed("0"), ..Setup::default() };
    setup.market.slope = ballast_testkit::decimal("0");
    Suite::with(codes(), setup)
}

/// Redeems half of everything at `price` (in millionths) with everything unsettled since the deposit at 10, and
/// compares with integer arithmetic.
fn half_after(price: u128) {
    let mut suite = quiet();
    let shares = suite.deposit("alice", 1_000 * ATOM).unwrap().shares.u128();
    suite.jump(&format!("{}.{:06}", price / MILLION, price % MILLION));
    // a rescue step posts idle coins at most, which moves nothing between who leaves and who stays
    suite.keep(6).unwrap();
    let before = suite.vault_position();
    let (held, size) = (coins_of_vault(&suite).base.u128(), short_of_vault(&suite));
    let entry = before.venue.position.entry_value.u128();
    assert!(before.venue.position.margin.quote.is_zero() && before.idle.quote.is_zero(), "all unsettled");

    let (part, whole) = (shares / 2, shares + MILLION);
    let paid = suite.redeem("alice", part.into()).unwrap().paid;

    let closed = up(size, part, whole);
    let notional = closed * price / MILLION;
    // the jump is not an hour old: volatility is still what it was
    let costs = order_cost(closed * price);
    let entry_part = down(entry, closed, size);
    let coins = down(held, part, whole);
    let low = price * 9_998 / 10_000;
    if notional > entry_part {
        // what is owed leaves in base at the low end of the minimum spread less the conversion charge of 0.1 %
        let owed = notional - entry_part + costs;
        let base = up(owed, MILLION * 1_000, low * 999);
        assert!(paid.quote.is_zero());
        let expected = coins - base;
        assert!(paid.base.u128().abs_diff(expected) <= 5, "paid {}, expected {expected}", paid.base);
    } else {
        // the gain is quote and pays the cost
        let expected = entry_part - notional - costs;
        assert!(paid.quote.u128().abs_diff(expected) <= 3, "paid {}, expected {expected}", paid.quote);
        assert!(paid.base.u128().abs_diff(coins) <= 2, "paid {}, expected {coins}", paid.base);
    }
    // who stays has exactly the other half
    assert_eq!(short_of_vault(&suite), size - closed);
    assert!(coins_of_vault(&suite).base.u128().abs_diff(held - coins) <= 3);
}

#[test]
fn a_half_redeemed_after_a_rally_is_a_half() {
    half_after(13_000_000);
}

#[test]
fn a_half_redeemed_after_a_small_crash_is_a_half() {
    half_after(8_100_000);
}

#[test]
fn leverage_is_not_higher_after_a_redemption() {
    for price in ["12.9", "11", "9.3", "8.1"] {
        let mut suite = quiet();
        let shares = suite.deposit("alice", 1_000 * ATOM).unwrap().shares.u128();
        suite.deposit("bob", 300 * ATOM).unwrap();
        suite.jump(price);
        suite.keep(6).unwrap();
        let before = suite.vault_position().venue.measures.margin_ratio.unwrap();
        suite.redeem("alice", (shares / 3).into()).unwrap();
        let after = suite.vault_position().venue.measures.margin_ratio.unwrap();
        assert!(after >= before, "margin ratio fell from {before} to {after} at {price}");
    }
}

#[test]
fn a_redemption_in_a_rally_first_rescues_the_hedge() {
    let mut suite = quiet();
    let shares = suite.deposit("alice", 1_000 * ATOM).unwrap().shares.u128();
    suite.jump("13.5");
    let before = suite.health().before;
    let ballast_types::market::Leverage::Finite(leverage) = before.leverage else { panic!("no leverage") };
    assert!(leverage > before.targets.leverage_max, "the scenario needs a rescue");
    suite.redeem("alice", (shares / 10).into()).unwrap();
    let after = suite.health().before;
    let ballast_types::market::Leverage::Finite(leverage) = after.leverage else { panic!("no leverage") };
    assert!(leverage <= after.targets.leverage_max, "leverage {leverage} after");
}

#[test]
fn everybody_redeems_and_the_vault_takes_deposits_again() {
    let mut suite = quiet();
    for name in ["alice", "bob", "carol"] {
        suite.deposit(name, 500 * ATOM).unwrap();
    }
    suite.hours(24);
    suite.jump("11.5");
    suite.keep(6).unwrap();
    for name in ["bob", "alice", "carol"] {
        suite.redeem_all(name).unwrap();
    }
    assert!(suite.supply().is_zero());
    assert!(short_of_vault(&suite) <= 5, "the virtual shares' part of the short at most");
    let dust = coins_of_vault(&suite);
    assert!(dust.base.u128() <= 10 && dust.quote.u128() <= 10, "{dust:?} left");

    suite.hours(1);
    suite.deposit("dave", 500 * ATOM).unwrap();
    // a day without a move, then 15 % in an hour: volatility went from 50 % to 118 %, and the spread to 0.154 %; so
    // opening costs 0.204 % in coins, and closing as much
    let moved = variance(variance(0.25, 0.0, 24.0), 0.15, 1.0);
    let cost = (0.0005 + spread_at(moved)) / PAYING;
    near(number(suite.vault_position().nav), 500.0 * 11.5 * 1e6 * (1.0 - cost), 1e-6);
    let back = suite.redeem_all("dave").unwrap().paid;
    assert!(back.quote.is_zero());
    near(back.base.u128() as f64, 500.0 * ATOM as f64 * (1.0 - 2.0 * cost), 1e-6);
}

#[test]
fn round_trips_at_constant_price_never_profit() {
    let mut suite = Suite::new(codes());
    suite.deposit("alice", 1_000 * ATOM).unwrap();
    for n in 0..5u128 {
        let amount = (37 + n * 113) * ATOM + n;
        suite.deposit("mallory", amount).unwrap();
        let shares = suite.shares("mallory").u128();
        suite.redeem("mallory", (shares / (n + 2)).into()).unwrap();
        suite.redeem_all("mallory").unwrap();
        let back = suite.coins("mallory");
        assert!(back.quote.is_zero());
        let put_in: u128 = (0..=n).map(|n| (37 + n * 113) * ATOM + n).sum();
        assert!(back.base.u128() < put_in, "{back:?} for {put_in}");
    }
}

#[test]
fn a_redeemer_pays_for_closing_their_part_and_nobody_else_does() {
    let mut suite = Suite::new(codes());
    suite.deposit("alice", 1_000 * ATOM).unwrap();
    suite.deposit("bob", 1_000 * ATOM).unwrap();
    let worth = |suite: &Suite| number(suite.vault_position().nav) / suite.supply().u128() as f64;
    let before = worth(&suite);
    let paid = suite.redeem_all("bob").unwrap().paid.base.u128();
    assert!(worth(&suite) >= before);
    // 1,000 ATOM less opening and closing: a fee of 0.05 % and a spread of 0.0654 % each, paid in base at 0.12 % below
    // the price; alice paid as much for opening, so half of everything is what bob brought less his own costs
    let expected = 1_000.0 * ATOM as f64 * (1.0 - 2.0 * (0.0005 + spread_at(0.25)) / PAYING);
    assert!((paid as f64 - expected).abs() < 100.0, "paid {paid}, expected about {expected}");
}

#[test]
fn a_redemption_goes_through_at_every_price_around_a_nav_of_zero() {
    // 1,200 short of 1,000 coins from 10: NAV is zero at 60, and from 59.4 on what is left does not pay for closing.
    for price in ["57", "59", "59.3", "59.5", "59.7", "59.9", "60.2", "61"] {
        let mut setup = Setup { reference: ballast_testkit::signed("0"), ..Setup::default() };
        setup.market.slope = ballast_testkit::decimal("0");
        (setup.policy.hedge_min, setup.policy.hedge_max) = (decimal("1.2"), decimal("1.2"));
        (setup.policy.max_leverage_low, setup.policy.venue_share) = (decimal("1.7"), decimal("1"));
        let mut suite = Suite::with(codes(), setup);
        let shares = suite.deposit("alice", 1_000 * ATOM).unwrap().shares;
        suite.jump(price);
        let amount = Uint128::new(shares.u128() / 10);
        let previewed: Purse = suite.ask_extension(ExtensionQueryMsg::PreviewRedeem { amount }).unwrap();
        let msg =
            ExtensionExecuteMsg::Redeem { recipient: None, amount, min_base: Some(0u128.into()), min_quote: None };
        let vault = suite.vault.clone();
        let paid: Result<RedeemResponse, _> = suite.ask("alice", &vault, &ExecuteMsg::VaultExtension(msg), &[]);
        assert_eq!(paid.map(|done| done.paid).map_err(|error| format!("{error:#}")), Ok(previewed), "{price}");
    }
}

#[test]
fn the_conversion_that_the_venue_always_takes_stops_no_exit_without_bounds() {
    // 5 % is the most that a market may take. From 14 to 17.5 a loss of a fifth of the value is realised: 1.05 % of it for
    // the conversion, and more for what was settled in coins before.
    let mut setup = Setup::default();
    setup.market.conversion_charge = decimal("0.05");
    let mut suite = Suite::with(codes(), setup);
    suite.deposit("alice", 1_000 * ATOM).unwrap();
    suite.jump("14");
    suite.keep(6).unwrap();
    suite.jump("17.5");
    suite.redeem_all("alice").unwrap();
}

/// The market closes what a reduce would leave below the minimum position, but for its hedger: what the rest of the purse is
/// worth belongs to who stays.
#[test]
fn a_redemption_takes_its_part_from_a_vault_that_is_not_its_markets_hedger_too() {
    let paid = [true, false].map(|hedger| {
        let mut suite = Suite::new(codes());
        suite.deposit("alice", 1_000 * ATOM).unwrap();
        suite.deposit("bob", 9 * ATOM).unwrap();
        if !hedger {
            let market = suite.market.clone();
            let msg = market::ExecuteMsg::SetHedger { market: MARKET.into(), hedger: None };
            suite.exec("owner", &market, &msg, &[]).unwrap();
        }
        let mut leave = |who| {
            suite.advance(5);
            suite.publish().unwrap();
            suite.redeem_all(who).unwrap().paid
        };
        [leave("alice"), leave("bob")].map(|paid| paid.base.u128())
    });
    // What is closed with it costs fee and spread of 9 ATOM, which both bear by their parts.
    for (with, without) in paid[0].into_iter().zip(paid[1]) {
        assert!(with.abs_diff(without) <= with / 500, "{paid:?}");
    }
}
