//! Discounts that are real: they come, last and go, and whoever waits for that takes nothing from the others.

use ballast_testkit::{Suite, ATOM, USDC};
use ballast_tests::{number, PAYING};
use ballast_types::policy::{HedgeAction, Rule};
use ballast_types::vault::{ExecuteMsg, ExtensionExecuteMsg, ExtensionQueryMsg, QueryMsg};
use ballast_types::Purse;
use cosmwasm_std::Uint128;

use crate::scenarios::staked::states::{discounted_for_days, founded, in_state, kept_at, unkept_at, Owned, State};
use crate::scenarios::staked::wealth::Wealth;
use crate::scenarios::staked::{COST_OF_A_PUSH, NOTHING};
use crate::scenarios::strangers::{close, open};

/// A discount that has come to 20 % in days, and has stayed for a week.
fn lasting(suite: &mut Suite) {
    discounted_for_days(suite, &["0.03", "0.06", "0.09", "0.12", "0.15", "0.18", "0.2", "0.2", "0.2", "0.2"]);
}

/// It closes, in two steps that need no confirmation.
fn closes(suite: &mut Suite) {
    for discount in ["0.1", "0"] {
        suite.discount(discount);
        suite.adjust_nothing("anybody");
    }
}

fn truth(suite: &Suite) -> f64 {
    number(suite.last_collateral())
}

fn worth(coins: Purse, price: f64) -> f64 {
    (coins.base.u128() as f64 * price + coins.quote.u128() as f64) / 1e6
}

/// With a bound of its own, so that no cost of leaving is too high.
fn redeem_at_any_cost(suite: &mut Suite, who: &str, amount: Uint128) {
    let (recipient, min_base, min_quote) = (None, Some(Uint128::zero()), None);
    let redeem = ExtensionExecuteMsg::Redeem { amount, recipient, min_base, min_quote };
    let vault = suite.vault.clone();
    suite.exec(who, &vault, &ExecuteMsg::VaultExtension(redeem), &[]).unwrap();
}

/// What a straddle of 300,000 a side has at the end, at the true price: a long with coins as margin that has lost 120,000,
/// and a short. Both are closed while somebody pushes the discount of 20 % away, or not.
fn straddled(pushed: bool) -> f64 {
    let mut suite = founded(NOTHING);
    lasting(&mut suite);
    open(&mut suite, "attacker", 30_000 * ATOM as i128, Purse::base((35_000 * ATOM).into()));
    open(&mut suite, "attacker 2", -(30_000 * ATOM as i128), Purse::quote((150_000 * USDC).into()));
    kept_at(&mut suite, "7.7");
    kept_at(&mut suite, "6");
    let price = truth(&suite);
    if pushed {
        closes(&mut suite);
    }
    for name in ["attacker", "attacker 2"] {
        suite.adjust(name, close(), &[]).unwrap();
    }
    ["attacker", "attacker 2"].map(|name| worth(suite.coins(name), price)).iter().sum()
}

#[test]
fn own_losses_are_not_paid_as_if_a_lasting_discount_were_gone() {
    // At a coin of 6 instead of 4.8, 120,000 would take 5,000 coins less: 24,000.
    let gained = straddled(true) - straddled(false);
    // Three of the 20 points are believed: 120,000 * (1 - 0.80/0.83).
    let most = 120_000.0 * (1.0 - 0.8 / 0.83) / PAYING;
    assert!(gained > 0.0 && gained < most * 1.02, "{gained}, at most {most}");
}

/// What somebody with half of a vault that has lost a third gains by leaving it.
fn left(pushed: bool) -> f64 {
    let mut suite = founded(Owned { pool: 0, vault: 50 });
    lasting(&mut suite);
    for price in ["11.2", "12.5", "13.8", "15.15"] {
        kept_at(&mut suite, price);
    }
    let price = truth(&suite);
    let before = Wealth::of(&suite, price, &["attacker"], &[]);
    if pushed {
        closes(&mut suite);
        let refused = suite.redeem_all("attacker").unwrap_err();
        refused.says("the exit costs");
    }
    let shares = suite.shares("attacker");
    redeem_at_any_cost(&mut suite, "attacker", shares);
    Wealth::of(&suite, price, &["attacker"], &[]).less(before).attacker
}

#[test]
fn a_redemption_does_not_pay_its_loss_as_if_a_lasting_discount_were_gone() {
    let gained = left(true) - left(false);
    assert!(gained < COST_OF_A_PUSH, "{gained}");
}

#[test]
fn after_a_discount_has_closed_nobody_takes_coins_from_the_vault() {
    let mut suite = founded(NOTHING);
    lasting(&mut suite);
    for price in ["11.2", "12.5", "13.8", "15.15"] {
        kept_at(&mut suite, price);
    }
    unkept_at(&mut suite, "15.9");
    suite.adjust_nothing("anybody");
    assert_eq!(suite.next_action().rule, Some(Rule::Settle));
    closes(&mut suite);
    let price = truth(&suite);
    suite.pool_deposit("attacker", 8_000_000 * USDC).unwrap();
    let before = Wealth::of(&suite, price, &["attacker"], &[]);
    // The loss waits, for it may have been pushed away.
    assert_ne!(suite.next_action().rule, Some(Rule::Settle));
    suite.keep(6).unwrap();
    let gained = Wealth::of(&suite, price, &["attacker"], &[]).less(before);
    assert!(gained.attacker < 10.0 && gained.shareholders > -10.0, "{gained:?}");
    for _ in 0..72 {
        suite.hours(1);
        suite.adjust_nothing("keeper");
        suite.keep(6).unwrap();
    }
    // Then it was settled, at what coins sell for: 580,000 or less, at the conversion charge, and trades for the hedge.
    assert!(number(suite.vault_position().venue.position.price_pnl).abs() < 1.0);
    let gained = Wealth::of(&suite, price, &["attacker"], &[]).less(before);
    assert!(gained.shareholders > -580_000.0 * (1.0 / PAYING - 1.0 + 0.004), "{gained:?}");
}

/// What a share is worth in quote, as lenders ask.
fn rate(suite: &Suite) -> f64 {
    let quote_denom = suite.setup.quote.denom.clone();
    number(suite.ask_vault::<cosmwasm_std::Decimal>(QueryMsg::VaultTokenExchangeRate { quote_denom }).unwrap())
}

#[test]
fn who_pushes_a_lasting_discount_away_borrows_no_more_on_shares_and_nobody_lends_more_than_they_pay() {
    let mut suite = founded(Owned { pool: 0, vault: 50 });
    lasting(&mut suite);
    for price in ["11.2", "12.5", "13.8", "15.15"] {
        kept_at(&mut suite, price);
    }
    let before = rate(&suite);
    closes(&mut suite);
    suite.advance(6);
    suite.adjust_nothing("anybody");
    let pushed = rate(&suite);
    // Three of the 20 points are believed, of coins that have lost a third: 1 + 0.03/0.8 * 1.5.
    assert!(pushed / before < 1.06 * 1.01, "{}", pushed / before);
    let (amount, before) = (suite.shares("attacker"), suite.coins("attacker"));
    redeem_at_any_cost(&mut suite, "attacker", amount);
    let paid = worth(suite.coins("attacker").minus(before).unwrap(), truth(&suite));
    let told = amount.u128() as f64 * pushed / 1e6;
    assert!(paid >= told, "{paid} paid, {told} told");
}

#[test]
fn nobody_takes_a_position_on_coins_that_have_suddenly_lost_in_price() {
    let mut suite = founded(NOTHING);
    suite.discount("0.3");
    suite.hours(1);
    suite.adjust_nothing("anybody");
    let order = crate::scenarios::strangers::order(-30_000 * ATOM as i128);
    let coins = suite.base(8_000 * ATOM);
    let refused = suite.adjust("attacker", order.clone(), &[coins]).unwrap_err();
    refused.says("the collateral price may not be used for Increase: it is [Discount]");
    let quote = suite.quote(100_000 * USDC);
    suite.adjust("attacker", order, &[quote]).unwrap();
}

/// Rebalances until nothing is due, redeems and deposits; a preview never says more than is done, and nothing is stuck.
fn goes_on(mut suite: Suite, name: &str, discounts: &[&str]) {
    for discount in discounts {
        suite.advance(600);
        suite.discount(discount);
        suite.adjust_nothing("anybody");
        for _ in 0..13 {
            if suite.next_action().rule.is_some() {
                suite.rebalance().unwrap();
            }
        }
        let due = suite.next_action();
        let opened = matches!(due.action, HedgeAction::OpenAuction { .. });
        assert!(due.rule.is_none() || opened, "{name} at {discount}: {due:?}");

        let amount = suite.shares("alice") / Uint128::new(7);
        let previewed: Purse = suite.ask_extension(ExtensionQueryMsg::PreviewRedeem { amount }).unwrap();
        let before = suite.coins("alice");
        redeem_at_any_cost(&mut suite, "alice", amount);
        let paid = suite.coins("alice").minus(before).unwrap();
        assert!(paid.base >= previewed.base && paid.quote >= previewed.quote, "{name} at {discount}: {paid:?}");

        let amount = Uint128::new(1_000 * ATOM);
        let previewed: Option<Uint128> = suite.ask_vault(QueryMsg::PreviewDeposit { amount }).ok();
        let done = suite.deposit("bob", amount.u128()).ok();
        assert!(done.map(|done| done.shares) >= previewed, "{name} at {discount}: {previewed:?}");
        suite.check();
    }
}

#[test]
fn whatever_discounts_come_and_go_nothing_is_stuck_and_previews_keep_their_word() {
    for state in State::ALL.into_iter().chain([State::Neglected, State::EmergencyDue, State::Lasting]) {
        for discounts in [&["0.1", "0.29", "0.5", "0.2", "0"][..], &["0.6", "0.93", "0.99"], &["0.02", "0.049", "0"]] {
            goes_on(in_state(state, NOTHING), &format!("{state:?}"), discounts);
        }
    }
}

#[test]
fn nor_after_one_that_has_lasted() {
    for prices in [&["9", "7.5"][..], &["11.2", "12.5", "13.8", "15.15", "15.9"], &["12.5", "15", "16.4"]] {
        for discounts in [&["0.17", "0.1", "0"][..], &["0.1", "0", "0.4"], &["0.22", "0.249", "0.05"]] {
            let mut suite = founded(NOTHING);
            lasting(&mut suite);
            for price in prices {
                unkept_at(&mut suite, price);
            }
            suite.adjust_nothing("anybody");
            goes_on(suite, &format!("{prices:?}"), discounts);
        }
    }
}
