//! What must be refused: each privileged message from somebody without the role, and each kind of bad input.

use ballast_chain::Msg;
use ballast_types::market::{self, MarketAction};
use ballast_types::oracle::{self, FeedConfig, PublishedValue, Source};
use ballast_types::vault::{self, ExtensionExecuteMsg, VaultAction};
use ballast_types::OwnershipAction;
use cosmwasm_std::{coin, coins, SignedDecimal256, Uint128};
use serde_json::json;

use crate::stage::{Stage, WHOLE};

/// Carol, who has no role, sends each privileged message of the three contracts, and the guardian those that are not
/// the guardian's.
pub fn privileged_messages(stage: &Stage) {
    let carol = stage.address("carol");
    let config = || FeedConfig::price(Source::Fixed { value: SignedDecimal256::percent(100) });
    let take_over = || OwnershipAction::TransferOwnership { new_owner: carol.clone(), expiry: None };
    let value = PublishedValue { feed: "atom/usdc".into(), value: config_value(), confidence: None, time: None };
    let not_owner = "not the contract's current owner";
    let feed = || "atom/usdc".to_owned();
    for (msg, says) in [
        (oracle::ExecuteMsg::SetFeed { feed: feed(), config: config() }, not_owner),
        (oracle::ExecuteMsg::RemoveFeed { feed: feed() }, not_owner),
        (oracle::ExecuteMsg::SetPair { base_feed: feed(), index_feed: feed() }, not_owner),
        (oracle::ExecuteMsg::RemovePair { base_feed: feed(), index_feed: feed() }, not_owner),
        (oracle::ExecuteMsg::Publish { values: vec![value] }, "is not a publisher"),
        (oracle::ExecuteMsg::UpdateOwnership(take_over()), not_owner),
        (oracle::ExecuteMsg::UpdateOwnership(OwnershipAction::AcceptOwnership), "pending"),
    ] {
        stage.refused("carol", &stage.at.oracle, &msg, &[], says);
    }
    let market = || stage.file.market.clone();
    let actions = || vec![MarketAction::Increase];
    let params = Box::new(stage.file.market_params.clone());
    let create = market::CreateMarket {
        market: "another".into(),
        base: stage.file.base.clone(),
        quote: stage.file.quote.clone(),
        oracle: stage.at.oracle.clone(),
        index_feed: feed(),
        collateral_feed: None,
        reference: stage.file.reference.clone(),
        params: *params.clone(),
    };
    let neither = "is neither";
    for (msg, says) in [
        (market::ExecuteMsg::CreateMarket(create), not_owner),
        (market::ExecuteMsg::UpdateParams { market: market(), params: *params }, not_owner),
        (market::ExecuteMsg::Pause { market: market(), actions: actions() }, neither),
        (market::ExecuteMsg::Resume { market: market(), actions: actions() }, not_owner),
        (market::ExecuteMsg::SetHedger { market: market(), hedger: Some(carol.clone()) }, not_owner),
        (market::ExecuteMsg::SetGuardian { guardian: carol.clone() }, not_owner),
        (market::ExecuteMsg::UpdateOwnership(take_over()), not_owner),
    ] {
        stage.refused("carol", &stage.at.market, &msg, &[], says);
    }
    let stop = || vec![VaultAction::Deposit];
    for (msg, says) in [
        (ExtensionExecuteMsg::UpdatePolicy { policy: stage.file.policy.clone() }, not_owner),
        (ExtensionExecuteMsg::SetDepositCap { deposit_cap: None }, not_owner),
        (ExtensionExecuteMsg::Pause { actions: stop() }, neither),
        (ExtensionExecuteMsg::Resume { actions: stop() }, not_owner),
        (ExtensionExecuteMsg::SetGuardian { guardian: carol.clone() }, not_owner),
        (ExtensionExecuteMsg::UpdateOwnership(take_over()), not_owner),
    ] {
        stage.refused("carol", &stage.at.vault, &vault::ExecuteMsg::VaultExtension(msg), &[], says);
    }
    let resume = vault::ExecuteMsg::VaultExtension(ExtensionExecuteMsg::Resume { actions: stop() });
    stage.refused("guardian", &stage.at.vault, &resume, &[], not_owner);
    for contract in [&stage.at.oracle, &stage.at.market, &stage.at.vault] {
        let migrate = Msg::Migrate { contract: contract.clone(), code_id: 1, msg: json!({}) };
        stage.refused_msg("carol", migrate, "unauthorized");
    }
}

fn config_value() -> SignedDecimal256 {
    SignedDecimal256::percent(100)
}

/// Wrong coins, amounts too small, messages too late, and messages that do not parse.
pub fn bad_input(stage: &Stage) {
    let deposit = |amount| vault::ExecuteMsg::Deposit { amount: Uint128::new(amount), recipient: None };
    let vault = &stage.at.vault;
    stage.refused("alice", vault, &deposit(WHOLE), &coins(WHOLE, "uusdc"), "uatom");
    stage.refused("alice", vault, &deposit(WHOLE), &[], "No funds sent");
    stage.refused("alice", vault, &deposit(WHOLE), &coins(WHOLE - 1, "uatom"), "amount says 1000000, but 999999");
    stage.refused("alice", vault, &deposit(WHOLE), &[coin(WHOLE, "uatom"), coin(1, "uusdc")], "more than one denom");
    let order = market::Adjust {
        market: stage.file.market.clone(),
        size: market::OrderSize::Delta { amount: 1.into() },
        reduce_only: false,
        settle: market::Settle::No,
        limit_cost: None,
        margin_out: market::MarginOut::None,
    };
    let order = market::ExecuteMsg::Adjust(order);
    stage.refused("alice", &stage.at.market, &order, &coins(WHOLE, "uusdc"), "is below the minimum of");
    let bound = ExtensionExecuteMsg::Deposit { recipient: None, min_shares: Uint128::MAX };
    let bound = vault::ExecuteMsg::VaultExtension(bound);
    stage.refused("alice", vault, &bound, &coins(WHOLE, "uatom"), "fewer than the minimum of");
    let everything = vault::ExecuteMsg::Redeem { recipient: None, amount: stage.shares("alice") + Uint128::one() };
    stage.refused("alice", vault, &everything, &[], "shares asked for, there are");
    stage.refused("alice", vault, &json!({"deposit": {"amount": "1", "recipients": null}}), &[], "unknown field");
    stage.refused("alice", vault, &json!({"drain": {}}), &[], "unknown variant");
    stage.refused("alice", vault, &json!({"deposit": {"amount": "-1", "recipient": null}}), &[], "invalid digit");
    too_late(stage);
    let pool = market::ExecuteMsg::PoolDeposit { market: "nowhere".into(), min_shares: None };
    stage.refused("lp", &stage.at.market, &pool, &coins(WHOLE, "uusdc"), "there is no market nowhere");
}

/// An expired allowance cannot be spent.
fn too_late(stage: &Stage) {
    let height = stage.client.head().expect("the chain answers").height + 3;
    let allow = vault::ExecuteMsg::IncreaseAllowance {
        spender: stage.address("bob"),
        amount: Uint128::new(5),
        expires: Some(cw20::Expiration::AtHeight(height)),
    };
    stage.send("allowance of shares", "alice", &stage.at.vault, &allow, &[]);
    stage.client.wait_above(height).expect("blocks come");
    let spend = vault::ExecuteMsg::TransferFrom {
        owner: stage.address("alice"),
        recipient: stage.address("bob"),
        amount: Uint128::one(),
    };
    stage.refused("bob", &stage.at.vault, &spend, &[], "expired");
}

/// The command line has an exit code for each of the three kinds of failure.
pub fn exit_codes(stage: &Stage) {
    let network = &stage.network;
    network.fails(&["deposit", "1.2345678atom", "--from", "alice", "--yes"], 2, "7 digits after the point");
    network.fails(&["deposit", "1usdc", "--from", "alice", "--yes"], 2, "atom is wanted");
    network.fails(&["deposit", "1atom", "--yes"], 2, "--from");
    network.fails(&["deposit", "100000atom", "--from", "alice", "--yes"], 3, "deposit less");
    let nowhere = ["status", "--node", "http://127.0.0.1:1", "--patience", "1"];
    network.fails(&nowhere, 4, "does not answer");
}
