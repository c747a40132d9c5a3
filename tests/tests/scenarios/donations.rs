use ballast_testkit::{Suite, ATOM, USDC};
use cosmwasm_std::coin;

use super::codes;

#[test]
fn a_strangers_donation_changes_nobodys_share_and_breaks_nothing_later() {
    let mut suite = Suite::new(codes());
    let shares = suite.deposit("alice", 1_000 * ATOM).unwrap().shares;
    let before = suite.vault_position();

    let vault = suite.vault.clone();
    let market = suite.market.clone();
    for gift in [suite.base(50 * ATOM), suite.quote(70 * USDC), coin(5, "ujunk")] {
        suite.donate(&vault, gift).unwrap();
    }
    for gift in [suite.base(50 * ATOM), suite.quote(70 * USDC)] {
        suite.donate(&market, gift).unwrap();
    }

    let after = suite.vault_position();
    assert_eq!((before.nav, before.idle, before.shares), (after.nav, after.idle, after.shares));
    suite.rebalance().unwrap();
    suite.deposit("bob", 10 * ATOM).unwrap();
    let paid = suite.redeem("alice", shares).unwrap().paid;
    assert!(paid.base.u128() < 1_000 * ATOM, "the gift is nobody's: {paid:?}");
    assert!(suite.purse_of(&vault).base.u128() >= 50 * ATOM);
}

#[test]
fn transferred_shares_redeem_for_the_same() {
    let mut one = Suite::new(codes());
    let shares = one.deposit("alice", 1_000 * ATOM).unwrap().shares;
    let direct = one.redeem("alice", shares).unwrap().paid;

    let mut other = Suite::new(codes());
    let shares = other.deposit("alice", 1_000 * ATOM).unwrap().shares;
    let bob = other.account("bob").to_string();
    let vault = other.vault.clone();
    let msg = ballast_types::vault::ExecuteMsg::Transfer { recipient: bob, amount: shares };
    other.exec("alice", &vault, &msg, &[]).unwrap();
    assert_eq!(other.redeem("bob", shares).unwrap().paid, direct);
}
