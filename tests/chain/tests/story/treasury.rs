//! Another contract that uses the vault: the example of the integrator's kit, and how much a real chain tells it of an
//! error.

use ballast_chain::{Msg, Sent};
use ballast_treasury::msg::{ExecuteMsg, InstantiateMsg, MemberResponse, QueryMsg, VaultResponse};
use ballast_types::vault::{ExtensionExecuteMsg, VaultAction};
use ballast_types::Purse;
use cosmwasm_std::{coins, Decimal256, SignedDecimal256, Uint128};

use crate::network::repository;
use crate::stage::{Stage, WHOLE};

/// What a contract's `reply` is told of another contract's error.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Texts {
    /// Only codespace and code: wasmd before 0.51.
    Hidden,
    /// The text, except for errors in a reply.
    Told,
}

/// Bob deposits through the treasury and leaves it. His deposit is refused in each of the three ways.
pub fn story(stage: &Stage, price: Decimal256, texts: Texts) {
    let publish = || stage.publish("", price, SignedDecimal256::percent(10));
    let treasury = instantiated(stage);
    publish();
    stage.rebalance();
    let before = value(stage.purse(&stage.address("bob")), price);
    let deposit = |min_shares| ExecuteMsg::Deposit { min_shares };
    let coins = coins(4 * WHOLE, "uatom");

    stage.send("", "bob", &treasury, &deposit(Uint128::zero()), &coins);
    let shares = member(stage, &treasury).shares;
    assert!(!shares.is_zero());
    assert_eq!(vault_of(stage, &treasury).shares, shares);
    stage.check();

    refused_beforehand(stage, &treasury, &deposit(Uint128::zero()));
    let refused = stage.send("", "bob", &treasury, &deposit(Uint128::MAX), &coins);
    assert_eq!(told(&refused, "deposit_refused"), "hidden", "the vault refuses in its own reply");
    let refused = stage.send("", "bob", &treasury, &redeem(Uint128::zero()), &[]);
    let kind = if texts == Texts::Told { "too_small" } else { "hidden" };
    assert_eq!(told(&refused, "redeem_refused"), kind, "the vault refuses at once");
    assert_eq!(member(stage, &treasury).shares, shares, "refusals cost nobody a claim");

    publish();
    stage.send("", "bob", &treasury, &redeem(shares), &[]);
    assert_eq!(vault_of(stage, &treasury).shares, Uint128::zero());
    assert_eq!(stage.purse(&treasury), Purse::EMPTY, "coins stay with the treasury");
    // In and out: a fee of 0.05 % and a spread of at most 0.3 % each time, and shares at the worse end of a band as
    // wide.
    let (after, paid_in) = (value(stage.purse(&stage.address("bob")), price), value(purse_of_deposit(), price));
    let least = before - paid_in * Decimal256::percent(3);
    assert!(after >= least, "{after} is left of {before} after a deposit of {paid_in}");
    stage.check();
}

/// While deposits are stopped, the preview says so on every chain.
fn refused_beforehand(stage: &Stage, treasury: &str, deposit: &ExecuteMsg) {
    let actions = || vec![VaultAction::Deposit];
    stage.extension("", "guardian", ExtensionExecuteMsg::Pause { actions: actions() }, &[]);
    let reason = "the vault refuses: Deposit is switched off by the guardian";
    stage.refused("bob", treasury, deposit, &coins(4 * WHOLE, "uatom"), reason);
    stage.extension("", "owner", ExtensionExecuteMsg::Resume { actions: actions() }, &[]);
}

fn purse_of_deposit() -> Purse {
    Purse::base(Uint128::new(4 * WHOLE))
}

/// Value in units of quote; both coins have six decimals.
fn value(purse: Purse, price: Decimal256) -> Decimal256 {
    Decimal256::from_ratio(purse.base, 1u128) * price + Decimal256::from_ratio(purse.quote, 1u128)
}

fn redeem(shares: Uint128) -> ExecuteMsg {
    ExecuteMsg::Redeem { shares, min_base: Some(Uint128::zero()) }
}

fn instantiated(stage: &Stage) -> String {
    let wasm = repository().join("target/treasury/z/ballast_treasury.wasm");
    let wasm = std::fs::read(wasm).expect("scripts/build-wasm --example makes the example contract");
    let found = |sent: &Sent, kind: &str, key: &str| {
        let event = sent.events.iter().find(|event| event.kind == kind).unwrap_or_else(|| panic!("no {kind}"));
        event.get(key).unwrap_or_else(|| panic!("no {key} in {kind}")).to_owned()
    };
    let sent = stage.try_send("owner", Msg::Store { wasm }).expect("the chain takes the example");
    let code_id = found(&sent, "store_code", "code_id").parse().expect("a number");
    let msg = InstantiateMsg { vault: stage.at.vault.clone(), rise: SignedDecimal256::percent(5) };
    let msg = Msg::Instantiate {
        code_id,
        admin: String::new(),
        label: "treasury".into(),
        msg: serde_json::to_value(&msg).expect("JSON"),
        salt: b"treasury".to_vec(),
    };
    let sent = stage.try_send("owner", msg).expect("the example is instantiated");
    found(&sent, "instantiate", "_contract_address")
}

fn member(stage: &Stage, treasury: &str) -> MemberResponse {
    stage.client.query(treasury, &QueryMsg::Member { address: stage.address("bob") }).expect("a claim")
}

fn vault_of(stage: &Stage, treasury: &str) -> VaultResponse {
    stage.client.query(treasury, &QueryMsg::Vault {}).expect("what the treasury sees")
}

fn told(sent: &Sent, event: &str) -> String {
    let name = format!("wasm-treasury/{event}");
    let event = sent.events.iter().find(|event| event.kind == name).unwrap_or_else(|| panic!("no {name}: {sent:?}"));
    event.get("kind").expect("a kind").to_owned()
}
