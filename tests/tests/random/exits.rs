//! Whatever has happened, everybody can be paid out: the market paused, insolvent or migrated.

use ballast_testkit::{Sanity, Suite, ATOM, MARKET, USDC};
use ballast_tests::number;
use ballast_types::market::{ExecuteMsg as MarketMsg, MarketAction, PositionsResponse, QueryMsg as MarketQuery};
use ballast_types::vault::{ExecuteMsg as VaultMsg, ExtensionExecuteMsg, VaultAction};
use ballast_types::Purse;
use cosmwasm_std::{Empty, Uint128};
use cw_multi_test::Executor;
use proptest::prelude::*;

use super::deeds::{in_the_market, in_the_vault, leave_market, moves, to_market, withdraw, Deed};
use super::{setup, value, wait, ACTIONS, CASES};
use crate::codes;
use crate::scenarios::strangers::open;

/// Depositors, traders and providers, all of whom may do everything; after the last comes the vault.
const USERS: [&str; 6] = ["alice", "bob", "bull", "bear", "lp", "lucy"];

/// A vault that holds a large part of a small pool, a long and a short.
fn stage() -> Suite {
    let mut suite = Suite::with(codes(), ballast_testkit::Setup { pool_quote: 60_000, ..setup() });
    suite.sanity = Sanity::OnDemand;
    suite.deposit("alice", 1_000 * ATOM).unwrap();
    suite.deposit("bob", 700 * ATOM).unwrap();
    open(&mut suite, "bull", 300 * ATOM as i128, Purse::quote((600 * USDC).into()));
    open(&mut suite, "bear", -300 * ATOM as i128, Purse::base((60 * ATOM).into()));
    suite
}

/// The guardian switches off whatever can be switched off.
fn pause(suite: &mut Suite) {
    to_market(suite, "guardian", &MarketMsg::Pause { market: MARKET.into(), actions: ACTIONS.to_vec() });
    let actions = vec![VaultAction::Deposit, VaultAction::Rebalance];
    let (msg, vault) = (VaultMsg::VaultExtension(ExtensionExecuteMsg::Pause { actions }), suite.vault.clone());
    suite.exec("guardian", &vault, &msg, &[]).unwrap();
    assert_eq!(suite.market_state().status.off.len(), ACTIONS.len());
}

/// All three contracts move to the code that they have.
fn migrate(suite: &mut Suite) {
    for contract in [&suite.oracle, &suite.market, &suite.vault].map(Clone::clone) {
        let code = suite.app.contract_data(&contract).unwrap().code_id;
        suite.app.migrate_contract(suite.account("owner"), contract, &Empty {}, code).unwrap();
    }
}

/// Everybody leaves, each with a few messages: depositors and traders with nobody's help once the pauses have run out,
/// providers when the owner has switched withdrawals on again.
fn everybody_leaves(suite: &mut Suite) {
    // six hours until the defence comes back, an hour of grace, and the price
    wait(suite, 8 * 3600);
    for who in USERS {
        redeem(suite, who);
    }
    for who in USERS {
        leave(suite, who);
    }
    close_what_the_vault_left(suite);
    to_market(suite, "owner", &MarketMsg::Resume { market: MARKET.into(), actions: vec![MarketAction::PoolOut] });
    for who in USERS {
        to_market(suite, who, &MarketMsg::PoolCancel { market: MARKET.into(), provider: None });
    }
    wait(suite, 73 * 3600);
    for who in USERS {
        let shares = suite.pool(who).shares;
        if !shares.is_zero() {
            suite.pool_request(who, shares).unwrap();
        }
    }
    wait(suite, 25 * 3600);
    for who in USERS {
        take_part_of_the_pool(suite, who);
    }
}

/// What a provider is paid is their part of what the pool is worth to who leaves, valued at the low end of the band and
/// paid in coins that are valued at the high end: at most twice 0.3 % less.
fn take_part_of_the_pool(suite: &mut Suite, who: &str) {
    let (pool, had) = (suite.pool(who), value(suite, suite.coins(who)));
    let part = number(pool.shares) / (number(pool.total_shares) + 1e6);
    let worth = number(pool.value_low).min(value(suite, pool.pool)) * part;
    withdraw(suite, who);
    let paid = value(suite, suite.coins(who)) - had;
    assert!(paid + two_units(suite) >= worth * 0.99, "{who} is paid {paid} for {worth}");
}

/// Two units of each coin.
fn two_units(suite: &Suite) -> f64 {
    value(suite, Purse::new(2u128.into(), 2u128.into()))
}

/// All shares, at whatever leaving costs. That is refused only where there is nothing to pay.
fn redeem(suite: &mut Suite, who: &str) {
    let amount = suite.shares(who);
    if amount.is_zero() {
        return;
    }
    let min_base = Some(Uint128::zero());
    let msg = ExtensionExecuteMsg::Redeem { recipient: None, amount, min_base, min_quote: None };
    let (msg, vault) = (VaultMsg::VaultExtension(msg), suite.vault.clone());
    let (position, had) = (suite.vault_position(), value(suite, suite.coins(who)));
    let part = number(amount) / (number(position.shares) + 1e6);
    // A rescue costs up to 1 % of what it trades, and so does closing; a debt paid in coins costs 0.12 %.
    let least = (number(position.nav) - 0.03 * number(position.venue.measures.notional)) * part;
    if let Err(refused) = suite.exec(who, &vault, &msg, &[]) {
        let position = suite.vault_position();
        let part = |held: Uint128| held.multiply_ratio(amount, position.shares + Uint128::new(1_000_000));
        let lost = position.venue.measures.equity.is_negative() || position.venue.position.margin.is_empty();
        let nothing = lost && part(position.idle.base).is_zero() && part(position.idle.quote).is_zero();
        assert!(nothing, "{who} cannot redeem {amount} of {position:?}: {refused}");
    }
    let paid = value(suite, suite.coins(who)) - had;
    assert!(paid + two_units(suite) >= least, "{who} is paid {paid}, not {least}, for {amount} of {position:?}");
}

/// Closes a position; one whose margin does not pay for that is liquidated first, by anybody.
fn leave(suite: &mut Suite, who: &str) {
    let owner = suite.account(who);
    let (position, had) = (suite.position(&owner), value(suite, suite.coins(who)));
    let (margin, p) = (value(suite, position.position.margin), &position.position);
    let worth = margin + number(p.price_pnl) + number(p.funding);
    if leave_market(suite, who).is_err() {
        suite.liquidate("liquidator", &owner).unwrap();
        leave_market(suite, who).unwrap();
    }
    // Closing costs up to 0.35 %, or the fee of a liquidation of 0.5 %; a debt paid in coins costs 0.12 %.
    let least = worth - 0.01 * number(position.measures.notional) - 0.002 * margin;
    let paid = value(suite, suite.coins(who)) - had;
    assert!(paid + two_units(suite) >= least, "{who} is paid {paid}, not {least}, for {p:?}");
}

/// What the virtual shares keep, or a position that was lost: anybody may liquidate it.
fn close_what_the_vault_left(suite: &mut Suite) {
    let vault = suite.vault.clone();
    drop(suite.liquidate("liquidator", &vault));
}

/// Any messages of all of them, and prices.
fn deeds() -> impl Strategy<Value = Vec<Deed>> {
    let (in_the_market, in_the_vault) = (in_the_market(USERS.len(), USERS.len() + 1), in_the_vault(USERS.len()));
    prop::collection::vec(prop_oneof![2 => in_the_market, 1 => in_the_vault, 1 => moves()], 20..40)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(CASES / 4))]

    #[test]
    fn every_step_of_a_random_history_keeps_the_invariants(deeds in deeds()) {
        let mut suite = stage();
        suite.sanity = Sanity::EveryStep;
        for deed in &deeds {
            deed.done_by(&mut suite, &USERS);
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(CASES))]

    #[test]
    fn paused_insolvent_or_migrated_everybody_is_paid_out(
        deeds in deeds(),
        shock in prop_oneof![2 => Just(100), 1 => 20u32..=100, 2 => 100u32..=500],
        (paused, migrated) in (any::<bool>(), any::<bool>()),
    ) {
        let mut suite = stage();
        for deed in &deeds {
            deed.done_by(&mut suite, &USERS);
        }
        Deed::Move { percent: shock }.done_by(&mut suite, &USERS);
        if paused {
            pause(&mut suite);
        }
        if migrated {
            migrate(&mut suite);
        }
        everybody_leaves(&mut suite);
        suite.check();
        check_nothing_is_left(&suite);
    }
}

fn check_nothing_is_left(suite: &Suite) {
    let msg = MarketQuery::Positions { market: MARKET.into(), start_after: None, limit: Some(30) };
    let positions = suite.ask_market::<PositionsResponse>(msg).unwrap().positions;
    let dust = |p: &Purse| value(suite, *p) < value(suite, Purse::new(10u128.into(), 10u128.into()));
    for entry in &positions {
        assert!(entry.owner == suite.vault && dust(&entry.position.margin), "{entry:?} is left");
    }
    let vault = suite.vault_position();
    assert!(suite.supply().is_zero(), "{} shares are left", suite.supply());
    assert!(dust(&vault.idle), "{vault:?} is left");
    let pool = suite.pool("lp");
    assert!(pool.total_shares.is_zero(), "{pool:?} is left");
}
