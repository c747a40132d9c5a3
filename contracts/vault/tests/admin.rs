use ballast_types::market::FeedBounds;
use ballast_types::policy::PolicyParams;
use ballast_types::vault::{
    ConfigResponse, ExecuteMsg, ExtensionExecuteMsg, ExtensionQueryMsg, InstantiateMsg, VaultAction,
};
use ballast_types::{Ownership, OwnershipAction};
use ballast_upgrade::{set_storage_version, UpgradeError};
use ballast_vault::ContractError;
use cosmwasm_std::{coins, Addr, Empty, Uint128};
use cw_multi_test::{ContractWrapper, Executor};
use cw_ownable::OwnershipError;
use cw_utils::PaymentError;

use crate::suite::{dec, instantiate_msg, money, vault_error, Suite, BASE, ONE, QUOTE};

fn config(suite: &Suite) -> ConfigResponse {
    suite.ask_extension(ExtensionQueryMsg::Config {}).unwrap()
}

fn all(suite: &Suite) -> Vec<ExtensionExecuteMsg> {
    vec![
        ExtensionExecuteMsg::UpdatePolicy { policy: PolicyParams::default() },
        ExtensionExecuteMsg::SetDepositCap { deposit_cap: Some(Uint128::one()) },
        ExtensionExecuteMsg::Resume { actions: vec![VaultAction::Deposit] },
        ExtensionExecuteMsg::SetGuardian { guardian: suite.bob.to_string() },
        ExtensionExecuteMsg::UpdateOwnership(OwnershipAction::TransferOwnership {
            new_owner: suite.bob.to_string(),
            expiry: None,
        }),
    ]
}

#[test]
fn only_the_owner_configures() {
    let mut suite = Suite::new();
    let (owner, guardian, alice) = (suite.owner.clone(), suite.guardian.clone(), suite.alice.clone());
    let before = suite.snapshot();
    for msg in all(&suite) {
        for who in [&guardian, &alice] {
            let error = vault_error(suite.extension(who, msg.clone(), &[]));
            assert_eq!(error, ContractError::Ownership(OwnershipError::NotOwner), "{msg:?}");
        }
    }
    assert_eq!(suite.snapshot(), before);
    for msg in all(&suite) {
        suite.extension(&owner, msg, &[]).unwrap();
    }
}

#[test]
fn configuration_takes_no_coins() {
    let mut suite = Suite::new();
    let alice = suite.alice.clone();
    let mut messages = all(&suite);
    messages.push(ExtensionExecuteMsg::Pause { actions: vec![] });
    for msg in messages {
        let error = vault_error(suite.extension(&alice, msg.clone(), &coins(1, QUOTE)));
        assert_eq!(error, ContractError::Payment(PaymentError::NonPayable {}), "{msg:?}");
    }
}

#[test]
fn parameters_out_of_bounds_are_refused_at_the_door() {
    let mut suite = Suite::new();
    let owner = suite.owner.clone();
    let policy = PolicyParams { hedge_max: dec("1.3"), ..Default::default() };
    let error = vault_error(suite.extension(&owner, ExtensionExecuteMsg::UpdatePolicy { policy }, &[]));
    assert!(matches!(error, ContractError::Policy(_)), "{error}");
    let policy = PolicyParams { hedge_band: dec("0.05"), ..Default::default() };
    suite.extension(&owner, ExtensionExecuteMsg::UpdatePolicy { policy: policy.clone() }, &[]).unwrap();
    assert_eq!(config(&suite).policy, policy);
}

#[test]
fn guardian_and_owner_may_stop_but_only_the_owner_resumes() {
    let mut suite = Suite::new();
    let (owner, guardian, alice) = (suite.owner.clone(), suite.guardian.clone(), suite.alice.clone());
    let pause = |action| ExtensionExecuteMsg::Pause { actions: vec![action] };
    let error = vault_error(suite.extension(&alice, pause(VaultAction::Deposit), &[]));
    assert_eq!(error, ContractError::NotGuardian { sender: alice.to_string() });
    suite.extension(&guardian, pause(VaultAction::Rebalance), &[]).unwrap();
    suite.extension(&owner, pause(VaultAction::Deposit), &[]).unwrap();
    suite.extension(&guardian, pause(VaultAction::Deposit), &[]).unwrap();
    assert_eq!(config(&suite).stopped, vec![VaultAction::Deposit, VaultAction::Rebalance]);
    let resume = ExtensionExecuteMsg::Resume { actions: vec![VaultAction::Deposit] };
    suite.extension(&owner, resume, &[]).unwrap();
    assert_eq!(config(&suite).stopped, vec![VaultAction::Rebalance]);
}

#[test]
fn ownership_moves_in_two_steps_and_is_never_given_up() {
    let mut suite = Suite::new();
    let (owner, alice, bob) = (suite.owner.clone(), suite.alice.clone(), suite.bob.clone());
    let msg = ExtensionExecuteMsg::UpdateOwnership;
    let error = vault_error(suite.extension(&owner, msg(OwnershipAction::RenounceOwnership), &[]));
    assert_eq!(error, ContractError::CannotRenounce {});
    let transfer = OwnershipAction::TransferOwnership { new_owner: bob.to_string(), expiry: None };
    suite.extension(&owner, msg(transfer), &[]).unwrap();
    let cap = ExtensionExecuteMsg::SetDepositCap { deposit_cap: None };
    suite.extension(&bob, cap.clone(), &[]).unwrap_err();
    let error = vault_error(suite.extension(&alice, msg(OwnershipAction::AcceptOwnership), &[]));
    assert_eq!(error, ContractError::Ownership(OwnershipError::NotPendingOwner));
    suite.extension(&bob, msg(OwnershipAction::AcceptOwnership), &[]).unwrap();
    suite.extension(&bob, cap.clone(), &[]).unwrap();
    suite.extension(&owner, cap, &[]).unwrap_err();
    let ownership: Ownership<Addr> = suite.ask_extension(ExtensionQueryMsg::Ownership {}).unwrap();
    assert_eq!(ownership.owner, Some(bob));
}

fn new_vault(suite: &mut Suite, change: impl FnOnce(&mut InstantiateMsg), funds: u128) -> Result<Addr, ContractError> {
    let code = suite.app.store_code(Box::new(
        ContractWrapper::new(
            ballast_vault::contract::execute,
            ballast_vault::contract::instantiate,
            ballast_vault::contract::query,
        )
        .with_migrate(ballast_vault::contract::migrate),
    ));
    let mut msg = instantiate_msg(&suite.owner, &suite.guardian, &suite.venue, PolicyParams::default(), None);
    change(&mut msg);
    let funds = if funds == 0 { vec![] } else { coins(funds, BASE) };
    let admin = Some(suite.owner.to_string());
    let made = suite.app.instantiate_contract(code, suite.alice.clone(), &msg, &funds, "another", admin);
    made.map_err(|error| error.downcast().unwrap())
}

#[test]
fn a_vault_is_refused_with_a_bad_name_bad_parameters_or_coins() {
    let mut suite = Suite::new();
    let error = new_vault(&mut suite, |msg| msg.symbol = "b1".into(), 0).unwrap_err();
    assert_eq!(error, ContractError::InvalidToken { name: "Ballast ATOM".into(), symbol: "b1".into() });
    let error = new_vault(&mut suite, |msg| msg.name = "ab".into(), 0).unwrap_err();
    assert!(matches!(error, ContractError::InvalidToken { .. }));
    let error = new_vault(&mut suite, |msg| msg.policy.min_action = dec("0.5"), 0).unwrap_err();
    assert!(matches!(error, ContractError::Policy(_)));
    let error = new_vault(&mut suite, |_| (), ONE).unwrap_err();
    assert_eq!(error, ContractError::Payment(PaymentError::NonPayable {}));
    new_vault(&mut suite, |msg| msg.venue = "nowhere".into(), 0).unwrap_err();
    new_vault(&mut suite, |msg| msg.owner = "nobody".into(), 0).unwrap_err();
}

#[test]
fn without_a_guardian_the_owner_is_it() {
    let mut suite = Suite::new();
    let vault = new_vault(&mut suite, |msg| msg.guardian = None, 0).unwrap();
    let config: ConfigResponse = suite
        .app
        .wrap()
        .query_wasm_smart(&vault, &ballast_types::vault::QueryMsg::VaultExtension(ExtensionQueryMsg::Config {}))
        .unwrap();
    assert_eq!(config.guardian, suite.owner);
    assert_eq!((config.base.denom.as_str(), config.quote.denom.as_str()), (BASE, QUOTE));
}

#[test]
fn migration_takes_this_contract_only_and_never_goes_back() {
    let mut suite = Suite::new();
    let vault = new_vault(&mut suite, |_| (), 0).unwrap();
    let code = suite.app.contract_data(&vault).unwrap().code_id;
    let owner = suite.owner.clone();
    suite.app.migrate_contract(owner.clone(), vault.clone(), &Empty {}, code).unwrap();

    let version = |suite: &mut Suite, name: &str, version: &str| {
        let mut storage = suite.app.contract_storage_mut(&vault);
        cw2::set_contract_version(&mut *storage, name, version).unwrap();
    };
    version(&mut suite, "ballast-vault", "99.0.0");
    suite.app.migrate_contract(owner.clone(), vault.clone(), &Empty {}, code).unwrap_err();
    version(&mut suite, "ballast-oracle", "0.0.1");
    suite.app.migrate_contract(owner.clone(), vault.clone(), &Empty {}, code).unwrap_err();
    version(&mut suite, "ballast-vault", "0.0.1");
    suite.app.migrate_contract(owner, vault, &Empty {}, code).unwrap();
}

#[test]
fn storage_of_a_version_that_the_code_does_not_know_is_refused() {
    let mut suite = Suite::new();
    let vault = new_vault(&mut suite, |_| (), 0).unwrap();
    let code = suite.app.contract_data(&vault).unwrap().code_id;
    let owner = suite.owner.clone();
    for found in [2, 0] {
        set_storage_version(&mut *suite.app.contract_storage_mut(&vault), found);
        let error = suite.app.migrate_contract(owner.clone(), vault.clone(), &Empty {}, code).unwrap_err();
        assert_eq!(
            error.downcast::<ContractError>().unwrap(),
            ContractError::Upgrade(UpgradeError::UnknownStorage { found, known: 1 })
        );
    }
}

#[test]
fn unknown_messages_and_fields_are_refused() {
    let mut suite = Suite::new();
    let alice = suite.alice.clone();
    for text in [
        r#"{"burn":{"amount":"1"}}"#,
        r#"{"mint":{"recipient":"a","amount":"1"}}"#,
        r#"{"deposit":{"amount":"1","min_shares":"1"}}"#,
        r#"{"vault_extension":{"rebalance":{"now":true}}}"#,
    ] {
        let json: serde_json::Value = serde_json::from_str(text).unwrap();
        suite.app.execute_contract(alice.clone(), suite.vault.clone(), &json, &[]).expect_err(text);
    }
    let _: ExecuteMsg = serde_json::from_str(r#"{"vault_extension":{"rebalance":{}}}"#).unwrap();
}

/// Alice's 100 coins, of which a keeper's trade has cost 70,000: a budget of 3 % of 999.93 is 29,997,900.
fn with_spent_budget() -> Suite {
    let mut suite = Suite::new();
    suite.deposit(&suite.alice.clone(), 100 * ONE);
    suite.rebalance_at_a_cost();
    suite
}

fn update(suite: &mut Suite, change: impl FnOnce(&mut PolicyParams)) {
    let mut policy = config(suite).policy;
    change(&mut policy);
    suite.extension(&suite.owner.clone(), ExtensionExecuteMsg::UpdatePolicy { policy }, &[]).unwrap();
}

#[test]
fn a_larger_budget_gives_nothing_at_once() {
    let mut suite = with_spent_budget();
    assert_eq!(suite.position().cost_spent, money("70000"));
    update(&mut suite, |policy| policy.cost_budget = dec("0.1"));
    // 10 % are 99,993,000; 29,927,900 were left, and are: not a unit more.
    assert_eq!(suite.position().cost_spent, money("70065100"));
    // From now on it refills at the new pace: 99,993,000 in 720 hours.
    suite.hours(72);
    assert_eq!(suite.position().cost_spent, money("60065800"));
}

#[test]
fn what_was_spent_is_settled_by_the_old_parameters_before_new_ones_refill_it() {
    let mut suite = with_spent_budget();
    suite.hours(1);
    // 29,997,900 in 720 hours are 41,663.75 an hour; in 168 hours it would have been all of it.
    update(&mut suite, |policy| policy.cost_budget_refill = 7 * 24 * 3600);
    assert_eq!(suite.position().cost_spent, money("28336.25"));
}

#[test]
fn a_budget_that_goes_down_and_up_again_has_no_more_left_than_before() {
    let mut suite = with_spent_budget();
    update(&mut suite, |policy| policy.cost_budget = dec("0.001"));
    update(&mut suite, |policy| policy.cost_budget = dec("0.03"));
    // At most 0.1 % of 999.93 is left.
    assert!(suite.position().cost_spent >= money("28997970"), "{}", suite.position().cost_spent);
}

#[test]
fn a_policy_can_be_replaced_before_the_first_price_and_when_nav_is_not_positive() {
    let mut suite = Suite::new();
    let prices = suite.scripted().prices;
    suite.script(|script| script.prices = Default::default());
    update(&mut suite, |policy| policy.hedge_band = dec("0.05"));
    suite.script(|script| script.prices = prices);
    suite.deposit(&suite.alice.clone(), 100 * ONE);
    suite.script(|script| script.position.margin = Default::default());
    suite.price("40");
    assert!(suite.position().nav.is_negative());
    update(&mut suite, |policy| policy.hedge_band = dec("0.04"));
    assert_eq!(config(&suite).policy.hedge_band, dec("0.04"));
}

#[test]
fn parameters_must_fit_the_bounds_of_the_venues_feed() {
    let mut suite = Suite::new();
    let owner = suite.owner.clone();
    let policy = crate::suite::policy();
    let bounds = |max_confidence: &str| FeedBounds {
        max_confidence: dec(max_confidence),
        max_jump: dec("0.15"),
        longest_closing: None,
    };
    // Twice the fee of 0.05 % and a confidence of 0.9 % are the greatest cost of 1 %; a hair more is too much.
    suite.script(|script| script.feed = Some(bounds("0.009")));
    suite.extension(&owner, ExtensionExecuteMsg::UpdatePolicy { policy: policy.clone() }, &[]).unwrap();
    suite.script(|script| script.feed = Some(bounds("0.009000000000000001")));
    let error = vault_error(suite.extension(&owner, ExtensionExecuteMsg::UpdatePolicy { policy: policy.clone() }, &[]));
    assert!(error.to_string().contains("max_cost (0.01)"), "{error}");
    let error = new_vault(&mut suite, |msg| msg.policy = policy, 0).unwrap_err();
    assert!(error.to_string().contains("max_cost (0.01)"), "{error}");
}

#[test]
fn the_reaction_time_covers_the_longest_closing_of_the_venues_feeds() {
    let mut suite = Suite::new();
    let owner = suite.owner.clone();
    let policy = |reaction_time| PolicyParams { reaction_time, ..crate::suite::policy() };
    let (max_confidence, max_jump) = (dec("0.008"), dec("0.15"));
    // 77 h, as over a long weekend of gold.
    suite.script(|script| {
        script.feed = Some(FeedBounds { max_confidence, max_jump, longest_closing: Some(277_200) });
    });
    let update = ExtensionExecuteMsg::UpdatePolicy { policy: policy(277_200) };
    suite.extension(&owner, update, &[]).unwrap();
    new_vault(&mut suite, |msg| msg.policy = policy(277_200), 0).unwrap();
    let update = ExtensionExecuteMsg::UpdatePolicy { policy: policy(277_199) };
    let expected = "longest_closing (277200) must not be above reaction_time (277199)";
    let error = vault_error(suite.extension(&owner, update, &[]));
    assert!(error.to_string().contains(expected), "{error}");
    let error = new_vault(&mut suite, |msg| msg.policy = policy(277_199), 0).unwrap_err();
    assert!(error.to_string().contains(expected), "{error}");
}
