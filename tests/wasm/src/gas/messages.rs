//! All messages of the table, each in a typical state.

use ballast_testkit::{signed, ATOM, PRICE_FEED, USDC};
use ballast_types::market::{Adjust, MarginOut, OrderSize, Part, Settle};
use ballast_types::oracle::PublishedValue;
use ballast_types::policy::Rule;
use ballast_types::vault::ExecuteMsg;
use ballast_types::Purse;
use cosmwasm_std::Uint128;

use super::{order, Bench, Prices, Row};

/// Deposits, redemptions, transfers and every kind of rebalance.
pub fn of_the_vault(prices: Prices) -> Vec<Row> {
    let mut rows = depositors(prices);
    rows.extend(rallies(prices));
    rows.extend(crashes(prices));
    rows.extend(funding(prices));
    rows
}

fn depositors(prices: Prices) -> Vec<Row> {
    let mut bench = Bench::new(prices);
    bench.bill("deposit, the first of all", |suite| suite.deposit("alice", 1_000 * ATOM));
    bench.suite.hours(1);
    bench.bill("deposit, by somebody new", |suite| suite.deposit("bob", 100 * ATOM));
    bench.suite.hours(1);
    let shares = bench.bill("deposit, by a holder", |suite| suite.deposit("bob", 100 * ATOM)).shares;
    let vault = bench.suite.vault.clone();
    for name in ["transfer of shares, to somebody new", "transfer of shares, to a holder"] {
        let recipient = bench.suite.account("carol").to_string();
        let msg = ExecuteMsg::Transfer { recipient, amount: Uint128::new(shares.u128() / 10) };
        bench.bill(name, |suite| suite.exec("bob", &vault, &msg, &[]));
    }
    bench.suite.hours(1);
    bench.bill("redeem, a part", |suite| suite.redeem("bob", shares));
    for name in ["bob", "carol"] {
        bench.suite.redeem_all(name).expect("a redemption");
    }
    let shares = bench.suite.shares("alice");
    bench.bill("redeem, the last of all", |suite| suite.redeem("alice", shares));
    bench.rows
}

fn rallies(prices: Prices) -> Vec<Row> {
    let mut bench = Bench::hedged(prices);
    bench.bill_rule("rebalance, nothing due", None);
    bench.suite.jump("13");
    bench.bill_rule("rebalance, top-up (rule 3)", Some(Rule::LeverageHigh));
    bench.suite.hours(1);
    bench.suite.jump("15.6");
    bench.bill_rule("rebalance, settle a loss and resize (rule 4)", Some(Rule::Settle));
    bench.suite.hours(1);
    bench.suite.jump("12.2");
    bench.bill_rule("rebalance, settle a gain (rule 4)", Some(Rule::Settle));
    bench.bill_rule("rebalance, buy coins of the pool (rule 7)", Some(Rule::IdleQuote));
    let mut rows = bench.rows;

    let mut bench = Bench::hedged(prices);
    bench.suite.jump("14");
    bench.suite.rebalance().expect("a top-up");
    bench.suite.jump("10");
    bench.bill_rule("rebalance, margin comes home (rule 6)", Some(Rule::LeverageLow));
    rows.extend(bench.rows);

    let mut bench = Bench::hedged(prices);
    bench.suite.jump("15.5");
    bench.bill_rule("rebalance, emergency (rule 2)", Some(Rule::Emergency));
    rows.extend(bench.rows);
    rows
}

/// A withdrawal reads the gains of strangers by the price steps at which they entered: here twenty.
fn pool_out_beside_strangers(bench: &mut Bench) {
    let shares = bench.suite.pool_deposit("lp three", 1_000 * USDC).expect("shares").shares;
    let mut price = 10.0;
    for stranger in 0..20 {
        bench.suite.hours(1);
        bench.suite.jump(&format!("{price:.4}"));
        let coins = i128::try_from(20 * ATOM).expect("small");
        let margin = [bench.suite.quote(200 * USDC)];
        let long = order(coins, Settle::No, MarginOut::None);
        bench.suite.adjust(&format!("stranger {stranger}"), long, &margin).expect("a long");
        price *= 1.04;
    }
    bench.suite.hours(73);
    bench.suite.pool_request("lp three", shares).expect("a request");
    bench.suite.hours(25);
    bench.bill("pool out, beside strangers who entered at 20 prices", |suite| suite.pool_withdraw("lp three", shares));
}

fn crashes(prices: Prices) -> Vec<Row> {
    let mut bench = Bench::hedged(prices);
    bench.suite.jump("7.9");
    bench.suite.rebalance().expect("a settlement");
    bench.bill_rule("rebalance, open an auction (rule 7)", Some(Rule::IdleQuote));
    bench.suite.hours(3);
    let half = bench.suite.auction().base.u128() / 2;
    bench.bill("fill half of an auction", |suite| suite.sell_base("seller", half, 1));
    bench.rows
}

/// Weeks in which shorts pay, until the hedge is due to shrink.
fn funding(prices: Prices) -> Vec<Row> {
    let mut bench = Bench::hedged(prices);
    bench.suite.set_reference(signed("-0.4"));
    for _ in 0..80 {
        bench.suite.hours(6);
        bench.suite.adjust_nothing("feeder");
        if bench.suite.next_action().rule == Some(Rule::HedgeBand) {
            break;
        }
        bench.suite.rebalance().expect("a rebalance");
    }
    bench.bill_rule("rebalance, resize (rule 5)", Some(Rule::HedgeBand));
    bench.rows
}

/// Orders, liquidation, the pool.
pub fn of_the_market(prices: Prices) -> Vec<Row> {
    let mut bench = Bench::hedged(prices);
    let coins = i128::try_from(100 * ATOM).expect("small");
    let margin = [bench.suite.quote(500 * USDC)];
    let open = order(coins, Settle::No, MarginOut::None);
    bench.bill("order, open a long", |suite| suite.adjust("dave", open, &margin));
    bench.suite.hours(1);
    bench.suite.jump("10.2");
    let settle = order(0, Settle::Required, MarginOut::None);
    bench.bill("order, settle a gain", |suite| suite.adjust("dave", settle, &[]));
    bench.suite.hours(1);
    let reduce = order(-coins / 2, Settle::No, MarginOut::None);
    bench.bill("order, reduce by half", |suite| suite.adjust("dave", reduce, &[]));
    let withdraw = order(0, Settle::No, MarginOut::Exact(Purse::quote((10 * USDC).into())));
    bench.bill("order, withdraw margin", |suite| suite.adjust("dave", withdraw, &[]));
    bench.suite.hours(1);
    let all = Part { numerator: Uint128::one(), denominator: Uint128::one() };
    let close = Adjust { size: OrderSize::Part(all), ..order(0, Settle::No, MarginOut::Part) };
    bench.bill("order, close and take the margin", |suite| suite.adjust("dave", close, &[]));
    bench.suite.hours(25);
    let shares = bench.bill("pool in, by somebody new", |suite| suite.pool_deposit("lp two", 1_000 * USDC)).shares;
    bench.suite.hours(73);
    bench.bill("pool request", |suite| suite.pool_request("lp two", shares));
    bench.suite.hours(25);
    bench.bill("pool out", |suite| suite.pool_withdraw("lp two", shares));
    pool_out_beside_strangers(&mut bench);
    let mut rows = bench.rows;

    let mut bench = Bench::hedged(prices);
    // +105 %: settled margin is below maintenance, a part must be closed
    bench.suite.jump("20.5");
    let vault = bench.suite.vault.clone();
    let done = bench.bill("liquidate a part of a position", |suite| suite.liquidate("liquidator", &vault));
    assert!(!done.closed.is_zero() && !done.after.size.is_zero(), "{done:?}");
    bench.suite.hours(1);
    bench.bill("buy base of the pool", |suite| suite.buy_base("carol", 100 * USDC));
    rows.extend(bench.rows);
    rows
}

/// Prices.
pub fn of_the_oracle(prices: Prices) -> Vec<Row> {
    let mut bench = Bench::hedged(prices);
    let price = || PublishedValue { feed: PRICE_FEED.into(), value: signed("10.1"), confidence: None, time: None };
    bench.suite.advance(30);
    bench.bill("publish a price, within the hour", |suite| suite.publish_values(vec![price()]));
    bench.suite.advance(3_600);
    bench.bill("publish a price, after an hour", |suite| suite.publish_values(vec![price()]));
    bench.suite.advance(3_600);
    bench.bill("publish a price and a rate, after an hour", |suite| suite.publish());
    bench.rows
}

/// The same messages in a crowd of this many holders, traders and providers.
pub fn of_everybody(crowd: u32) -> Vec<Row> {
    let mut bench = Bench::crowded(crowd);
    bench.suite.jump("10.1");
    let shares = bench.bill("deposit", |suite| suite.deposit("bob", 100 * ATOM)).shares;
    let vault = bench.suite.vault.clone();
    let recipient = bench.suite.account("carol").to_string();
    let msg = ExecuteMsg::Transfer { recipient, amount: 1u128.into() };
    bench.bill("transfer", |suite| suite.exec("bob", &vault, &msg, &[]));
    bench.bill("redeem", |suite| suite.redeem("bob", Uint128::new(shares.u128() / 2)));
    bench.bill("rebalance", |suite| suite.rebalance());
    let margin = [bench.suite.quote(500 * USDC)];
    let coins = i128::try_from(100 * ATOM).expect("small");
    let long = order(coins, Settle::No, MarginOut::None);
    bench.bill("open", |suite| suite.adjust("dave", long, &margin));
    let close = order(-coins, Settle::No, MarginOut::None);
    bench.bill("close", |suite| suite.adjust("dave", close, &[]));
    let shares = bench.bill("pool in", |suite| suite.pool_deposit("lp two", 1_000 * USDC)).shares;
    bench.suite.hours(73);
    bench.bill("pool request", |suite| suite.pool_request("lp two", shares));
    bench.suite.hours(25);
    bench.bill("pool out", |suite| suite.pool_withdraw("lp two", shares));
    bench.bill("publish", |suite| suite.publish());
    bench.suite.jump("13");
    bench.bill_rule("top-up", Some(Rule::LeverageHigh));
    // 15 % of margin with what opening costs, and a fall by as much less what liquidation needs
    let margin = [bench.suite.quote(201 * USDC)];
    let long = order(coins, Settle::No, MarginOut::None);
    bench.suite.adjust("erin", long, &margin).expect("a long");
    bench.suite.jump("11.25");
    let erin = bench.suite.account("erin");
    bench.bill("liquidate", |suite| suite.liquidate("liquidator", &erin));
    bench.rows
}
