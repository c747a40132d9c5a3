use ballast_testkit::{Suite, ATOM, USDC};
use ballast_types::vault::{ExecuteMsg, ExtensionExecuteMsg};
use cosmwasm_std::{coin, Coin, Uint128};

use super::codes;

/// A refusal must say why and leave supply, books and position as they were.
#[track_caller]
fn refused(suite: &mut Suite, msg: &ExecuteMsg, funds: &[Coin], why: &str) {
    let before = (suite.supply(), suite.vault_position().idle, suite.vault_position().venue.position);
    let vault = suite.vault.clone();
    let alice = suite.account("alice");
    for coin in funds {
        suite.mint(&alice, coin.clone());
    }
    suite.exec("alice", &vault, msg, funds).expect_err("refused").says(why);
    assert_eq!(before, (suite.supply(), suite.vault_position().idle, suite.vault_position().venue.position));
}

fn deposit(amount: u128) -> ExecuteMsg {
    ExecuteMsg::Deposit { amount: amount.into(), recipient: None }
}

fn redeem(amount: u128) -> ExecuteMsg {
    ExecuteMsg::Redeem { amount: amount.into(), recipient: None }
}

#[test]
fn a_deposit_of_the_wrong_coin_is_refused() {
    let mut suite = Suite::new(codes());
    refused(&mut suite, &deposit(ATOM), &[coin(ATOM, "uusdc")], "uatom");
    refused(&mut suite, &deposit(ATOM), &[coin(ATOM, "ujunk")], "uatom");
}

#[test]
fn a_deposit_with_an_extra_coin_is_refused() {
    let mut suite = Suite::new(codes());
    let funds = [coin(100 * ATOM, "uatom"), coin(1, "uusdc")];
    refused(&mut suite, &deposit(100 * ATOM), &funds, "");
}

#[test]
fn a_deposit_of_nothing_is_refused() {
    let mut suite = Suite::new(codes());
    refused(&mut suite, &deposit(0), &[], "");
    let msg = ExecuteMsg::VaultExtension(ExtensionExecuteMsg::Deposit { recipient: None, min_shares: Uint128::zero() });
    refused(&mut suite, &msg, &[], "");
}

#[test]
fn a_deposit_whose_amount_differs_from_the_coins_sent_names_both() {
    let mut suite = Suite::new(codes());
    refused(&mut suite, &deposit(101 * ATOM), &[coin(100 * ATOM, "uatom")], "101000000");
    refused(&mut suite, &deposit(99 * ATOM), &[coin(100 * ATOM, "uatom")], "100000000");
}

#[test]
fn a_deposit_that_would_mint_fewer_shares_than_asked_is_refused() {
    let mut suite = Suite::new(codes());
    let min_shares = Uint128::new(1_000 * USDC * 1_000_000);
    let msg = ExecuteMsg::VaultExtension(ExtensionExecuteMsg::Deposit { recipient: None, min_shares });
    refused(&mut suite, &msg, &[coin(100 * ATOM, "uatom")], &min_shares.to_string());
}

#[test]
fn a_redemption_of_nothing_of_too_much_or_with_coins_is_refused() {
    let mut suite = Suite::new(codes());
    let minted = suite.deposit("alice", 100 * ATOM).unwrap().shares.u128();
    refused(&mut suite, &redeem(0), &[], "");
    refused(&mut suite, &redeem(minted + 1), &[], "");
    refused(&mut suite, &redeem(minted), &[coin(1, "uatom")], "");
}

#[test]
fn a_redemption_below_its_bounds_is_refused_with_the_numbers() {
    let mut suite = Suite::new(codes());
    let shares = suite.deposit("alice", 100 * ATOM).unwrap().shares;
    let bounded = |min_base: u128, min_quote: u128| {
        ExecuteMsg::VaultExtension(ExtensionExecuteMsg::Redeem {
            recipient: None,
            amount: shares,
            min_base: Some(min_base.into()),
            min_quote: Some(min_quote.into()),
        })
    };
    refused(&mut suite, &bounded(100 * ATOM, 0), &[], "100000000");
    refused(&mut suite, &bounded(0, 12_345), &[], "12345");
}

#[test]
fn a_stale_price_refuses_deposits_redemptions_and_trades_and_says_so() {
    let mut suite = Suite::new(codes());
    suite.deposit("alice", 100 * ATOM).unwrap();
    suite.advance(61);
    refused(&mut suite, &deposit(100 * ATOM), &[coin(100 * ATOM, "uatom")], "tale");
    let half = suite.shares("alice").u128() / 2;
    refused(&mut suite, &redeem(half), &[], "tale");
    assert!(suite.rebalance().unwrap().decision.rule.is_none(), "nothing trades on a stale price");
    suite.hours(0);
    suite.redeem("alice", half.into()).unwrap();
}

#[test]
fn shares_cannot_be_sent_to_the_vault_itself() {
    let mut suite = Suite::new(codes());
    suite.deposit("alice", 100 * ATOM).unwrap();
    let vault = suite.vault.to_string();
    let msg = ExecuteMsg::Transfer { recipient: vault.clone(), amount: 1u128.into() };
    refused(&mut suite, &msg, &[], "");
    let msg = ExecuteMsg::Send { contract: vault, amount: 1u128.into(), msg: Default::default() };
    refused(&mut suite, &msg, &[], "");
}
