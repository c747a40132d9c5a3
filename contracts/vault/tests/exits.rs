//! What an exit costs, what stays for the others, and what is paid out.

use ballast_types::market::MarketAction;
use ballast_types::oracle::Flag;
use ballast_types::vault::{ExtensionExecuteMsg, ExtensionQueryMsg, QueryMsg};
use ballast_types::{Money, Purse};
use ballast_vault::ContractError;
use cosmwasm_std::{coins, Addr, Int128, Uint128};
use cw_multi_test::Executor;

use crate::redeem::{part, with_alice, SOME};
use crate::suite::{answer, dec, money, purse, vault_error, Suite, ONE, QUOTE};
use crate::venue::Answer;

/// A short of 100 from 10 with no margin left, against the idle coins, at the price at which NAV is `nav`.
fn lost(suite: &mut Suite, nav: &str) {
    let idle = suite.position().idle.base.u128();
    suite.script(|script| {
        script.position.margin = Purse::EMPTY;
        // Worth idle * 20 + 1,000 - 2,000 at 20; funding makes up for the rest.
        let without = Money::from_amount((idle * 20).into()).minus(Money::from_amount((1_000 * ONE).into())).unwrap();
        script.position.funding = money(nav).minus(without).unwrap();
    });
    suite.price("20");
    assert_eq!(suite.position().nav, money(nav));
}

#[test]
fn once_nav_is_not_positive_a_redemption_pays_its_part_of_the_idle_coins_and_leaves_the_lost_position_alone() {
    for nav in ["0", "-0.000000000000000001", "-452000000"] {
        let (mut suite, alice) = with_alice();
        lost(&mut suite, nav);
        let (supply, idle, before) = (suite.supply(), suite.position().idle, suite.scripted());
        // The redemption does not need the venue.
        suite.script(|script| {
            script.status.off = vec![MarketAction::Reduce, MarketAction::MarginOut];
            script.deltas = Some(Answer::Fail);
        });
        let amount = Uint128::new(supply / 2);
        let previewed: Purse = suite.ask_extension(ExtensionQueryMsg::PreviewRedeem { amount }).unwrap();
        let paid = suite.redeem(&alice, supply / 2).paid;
        assert_eq!(paid, purse(part(idle.base, supply / 2, supply), 0), "{nav}");
        assert_eq!(previewed, paid);
        assert_eq!(suite.scripted().position, before.position, "{nav}");
        assert_eq!(suite.scripted().orders.len(), before.orders.len(), "{nav}");

        // The last share can be redeemed too. Then nothing is left, and nothing can be redeemed.
        suite.redeem(&alice, suite.supply() - 1);
        assert_eq!(vault_error(suite.try_redeem(&alice, 1)), ContractError::ZeroPayout { shares: 1u128.into() });
        suite.assert_books();
    }
}

#[test]
fn a_price_that_is_none_to_reduce_at_does_not_tell_that_a_position_is_lost() {
    let (mut suite, alice) = with_alice();
    lost(&mut suite, "-1");
    suite.script(|script| script.prices.flags = vec![Flag::Jump]);
    let error = vault_error(suite.try_redeem(&alice, SOME));
    assert_eq!(error, ContractError::VenueStuck { off: vec![], flags: vec![Flag::Jump] });
}

#[test]
fn an_exit_without_bounds_that_costs_more_than_the_policy_lets_pass_is_refused_with_its_cost() {
    let (mut suite, alice) = with_alice();
    let shares = suite.supply() / 2;
    // 50,000,000 units are closed at 10: 2 % of that are 10,000,000, for which base pays 10,000,000 / (0.9998 * 0.999) =
    // 10,012,012.41, and 48 units are what rounding may add.
    let (cost, max) = (Uint128::new(10_012_062), Uint128::new(10_012_061));
    let costs = |suite: &mut Suite, fee: u128| {
        suite.script(|script| {
            (script.costs.spread, script.costs.conversion) = (7_000_000u128.into(), 10_000u128.into());
            script.costs.fee = (fee - 7_010_000).into();
        });
    };
    costs(&mut suite, cost.u128());
    let before = suite.snapshot();
    assert_eq!(vault_error(suite.try_redeem(&alice, shares)), ContractError::ExitCost { cost, max });
    assert_eq!(suite.snapshot(), before);
    let with = |min_base: Option<u128>, min_quote: Option<u128>| ExtensionExecuteMsg::Redeem {
        recipient: None,
        amount: shares.into(),
        min_base: min_base.map(Uint128::new),
        min_quote: min_quote.map(Uint128::new),
    };
    let error = vault_error(suite.extension(&alice, with(None, None), &[]));
    assert_eq!(error, ContractError::ExitCost { cost, max });

    // The standard's preview assumes a message without bounds; the extension's suggests the bounds.
    let amount = Uint128::new(shares);
    let refused = suite.ask::<Uint128>(QueryMsg::PreviewRedeem { amount }).unwrap_err();
    assert!(refused.contains("the exit costs 10012062 units of quote, above 10012061"), "{refused}");
    let shown: Purse = suite.ask_extension(ExtensionQueryMsg::PreviewRedeem { amount }).unwrap();

    costs(&mut suite, max.u128());
    let previewed: Uint128 = suite.ask(QueryMsg::PreviewRedeem { amount }).unwrap();
    assert_eq!(previewed, shown.base);
    assert_eq!(suite.redeem(&alice, shares).paid, shown);

    // With an explicit bound, for either coin and at any amount, the default limit on the cost is not applied.
    for msg in [with(Some(1), None), with(None, Some(0))] {
        let (mut suite, alice) = with_alice();
        costs(&mut suite, 400_000_000);
        suite.extension(&alice, msg, &[]).unwrap();
    }
}

#[test]
fn the_cost_of_an_exit_is_held_against_what_it_closes_at_the_price_of_the_order() {
    let (mut suite, alice) = with_alice();
    // The query says 10; by the time of the order 12 is published: 50 coins are 600, and 2 % of that are 12.
    // Base pays 12,000,000 / (0.9998 * 0.999) = 12,014,414.9 for them, the conversion of the loss of 100 is 120,124.1 more,
    // and rounding may add 56.
    suite.script(|script| {
        let mut prices = script.prices.clone();
        (prices.index, prices.index_high, prices.collateral) = (dec("12"), dec("12"), dec("12"));
        script.order_prices = Some(prices);
        script.costs.spread = 12_134_597u128.into();
    });
    let shares = suite.supply() / 2;
    let error = vault_error(suite.try_redeem(&alice, shares));
    let (cost, max) = (12_134_597u128.into(), 12_134_596u128.into());
    assert_eq!(error, ContractError::ExitCost { cost, max });
}

#[test]
fn dust_is_not_refused_for_what_rounding_makes_of_its_cost() {
    let (mut suite, alice) = with_alice();
    // A fee and a spread of one unit each and a conversion of ten: 12 % of the ten units of base that are closed.
    suite.script(|script| {
        (script.costs.fee, script.costs.spread) = (1u128.into(), 1u128.into());
        script.costs.conversion = 10u128.into();
    });
    suite.redeem(&alice, 100_000_000);
    assert_eq!(suite.scripted().position.size, Int128::new(-99_999_990));
}

#[test]
fn margin_without_a_position_goes_home_at_any_price_or_none() {
    let (mut suite, alice) = with_alice();
    suite.script(|script| {
        script.position = Default::default();
        script.position.margin = purse(20 * ONE, 7 * ONE);
        script.prices = Default::default();
        script.prices.flags = vec![Flag::Missing];
    });
    let (supply, shares) = (suite.supply(), suite.supply() / 3);
    let shown: Purse = suite.ask_extension(ExtensionQueryMsg::PreviewRedeem { amount: shares.into() }).unwrap();
    let paid = suite.redeem(&alice, shares).paid;
    assert_eq!(paid.quote.u128(), part(Uint128::new(7 * ONE), shares, supply));
    assert_eq!(shown, paid);
}

#[test]
fn the_fraction_of_a_unit_that_others_lose_is_kept_for_them_and_rounded_up() {
    let (mut suite, alice) = with_alice();
    let supply = suite.supply();
    // A tenth of the shares, a hair less of the whole: of 123 of gain that is 12.29999998770. The part closed, rounded
    // up, realised 12.7, of which the venue pays 12 and the pool keeps the fraction. The others are 0.40000001230 short:
    // a unit of the 12 is theirs.
    let script = suite.scripted();
    let mut told = answer(script.position, script.position, &script.prices);
    told.before.price_pnl = money("123");
    told.realised.price_pnl = money("12.7");
    told.margin_out = purse(1_000, 12);
    suite.script(|script| script.next = Some(Answer::Told(Box::new(told))));
    let vault = suite.vault.clone();
    suite.app.send_tokens(suite.bob.clone(), vault, &coins(12, QUOTE)).unwrap();
    let paid = suite.redeem(&alice, supply / 10).paid;
    assert_eq!(paid.quote, Uint128::new(11));
    assert_eq!(suite.position().idle.quote, Uint128::one());
}

/// Alice has 99 coins in the vault and Bob one, and a keeper's trade has cost 70,000.
fn with_spent_budget() -> (Suite, Addr, Addr) {
    let mut suite = Suite::new();
    let (alice, bob) = (suite.alice.clone(), suite.bob.clone());
    suite.deposit(&alice, 99 * ONE);
    suite.deposit(&bob, ONE);
    assert_eq!((suite.supply(), suite.shares_of(&bob)), (1_000_000_000_000_000, 10_000_000_000_000));
    suite.rebalance_at_a_cost();
    suite.script(|script| (script.costs, script.charge) = Default::default());
    assert_eq!(suite.position().cost_spent, money("70000"));
    (suite, alice, bob)
}

#[test]
fn who_leaves_takes_their_part_of_the_spent_budget_along_and_who_comes_brings_theirs() {
    let (mut suite, alice, bob) = with_spent_budget();
    // 0.007 % of a NAV of 1,000 was spent, and is after 99 % have left: 700 of 10.
    suite.redeem(&alice, suite.shares_of(&alice));
    assert_eq!(suite.position().cost_spent, money("700"));
    // Ten times as many shares, ten times as much.
    let minted = suite.deposit(&alice, 9 * ONE).shares.u128();
    let spent = suite.position().cost_spent;
    let expected = 700.0 * (minted as f64 + 1e13) / 1e13;
    assert!((spent.to_string().parse::<f64>().unwrap() - expected).abs() < 1e-9, "{spent} and {expected}");
    // Nothing of it is left once everybody has left.
    suite.redeem(&alice, suite.shares_of(&alice));
    suite.redeem(&bob, suite.shares_of(&bob));
    suite.deposit(&alice, 100 * ONE);
    assert_eq!(suite.position().cost_spent, Money::ZERO);
}

#[test]
fn many_small_exits_leave_no_more_spent_than_one() {
    let (mut suite, alice, _) = with_spent_budget();
    for _ in 0..9 {
        suite.redeem(&alice, 100_000_000_000_000);
    }
    // A tenth of the shares is left: 7,000, and what 18 digits round nine times.
    let spent = suite.position().cost_spent;
    assert!(spent >= money("7000") && spent < money("7000.000000000000000100"), "{spent}");
}
