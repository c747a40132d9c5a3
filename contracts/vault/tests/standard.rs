//! The published Vault Standard as JSON in both directions: the vault reads what the standard's crate writes, and the
//! crate reads what the vault writes.
#![allow(deprecated)]

use ballast_types::vault::{
    ExecuteMsg, ExtensionExecuteMsg, ExtensionQueryMsg, QueryMsg, VaultInfoResponse, VaultStandardInfoResponse,
    VAULT_STANDARD_VERSION,
};
use cosmwasm_std::Uint128;
use cw_vault_standard::{VaultStandardExecuteMsg, VaultStandardQueryMsg};
use serde_json::{from_value, json, to_value, Value};

use crate::suite::{Suite, BASE, ONE};

type StandardExecute = VaultStandardExecuteMsg<Value>;
type StandardQuery = VaultStandardQueryMsg<Never>;

/// An extension that is not part of the standard, which these tests ignore.
#[derive(serde::Serialize, serde::Deserialize, schemars::JsonSchema)]
struct Never {}

#[test]
fn messages_of_the_standard_are_ours() {
    let amount = 5u128;
    let cases: Vec<(StandardExecute, ExecuteMsg)> = vec![
        (
            StandardExecute::Deposit { amount: amount.into(), recipient: None },
            ExecuteMsg::Deposit { amount: amount.into(), recipient: None },
        ),
        (
            StandardExecute::Deposit { amount: amount.into(), recipient: Some("bob".into()) },
            ExecuteMsg::Deposit { amount: amount.into(), recipient: Some("bob".into()) },
        ),
        (
            StandardExecute::Redeem { amount: amount.into(), recipient: Some("bob".into()) },
            ExecuteMsg::Redeem { amount: amount.into(), recipient: Some("bob".into()) },
        ),
        (
            StandardExecute::VaultExtension(json!({ "rebalance": {} })),
            ExecuteMsg::VaultExtension(ExtensionExecuteMsg::Rebalance {}),
        ),
    ];
    for (standard, ours) in cases {
        let json = to_value(&standard).unwrap();
        assert_eq!(json, to_value(&ours).unwrap());
        assert_eq!(from_value::<ExecuteMsg>(json).unwrap(), ours);
        let back: StandardExecute = from_value(to_value(&ours).unwrap()).unwrap();
        assert_eq!(to_value(back).unwrap(), to_value(&standard).unwrap());
    }
}

#[test]
fn questions_of_the_standard_are_ours() {
    let amount = 5u128;
    let cases: Vec<(StandardQuery, QueryMsg)> = vec![
        (StandardQuery::VaultStandardInfo {}, QueryMsg::VaultStandardInfo {}),
        (StandardQuery::Info {}, QueryMsg::Info {}),
        (StandardQuery::PreviewDeposit { amount: amount.into() }, QueryMsg::PreviewDeposit { amount: amount.into() }),
        (StandardQuery::PreviewRedeem { amount: amount.into() }, QueryMsg::PreviewRedeem { amount: amount.into() }),
        (StandardQuery::TotalAssets {}, QueryMsg::TotalAssets {}),
        (StandardQuery::TotalVaultTokenSupply {}, QueryMsg::TotalVaultTokenSupply {}),
        (
            StandardQuery::VaultTokenExchangeRate { quote_denom: BASE.into() },
            QueryMsg::VaultTokenExchangeRate { quote_denom: BASE.into() },
        ),
        (StandardQuery::ConvertToShares { amount: amount.into() }, QueryMsg::ConvertToShares { amount: amount.into() }),
        (StandardQuery::ConvertToAssets { amount: amount.into() }, QueryMsg::ConvertToAssets { amount: amount.into() }),
    ];
    for (standard, ours) in cases {
        let json = to_value(&standard).unwrap();
        assert_eq!(json, to_value(&ours).unwrap());
        assert_eq!(from_value::<QueryMsg>(json).unwrap(), ours);
        let back: StandardQuery = from_value(to_value(&ours).unwrap()).unwrap();
        assert_eq!(to_value(back).unwrap(), to_value(&standard).unwrap());
    }
    let extension = to_value(QueryMsg::VaultExtension(ExtensionQueryMsg::Health {})).unwrap();
    assert_eq!(extension, json!({ "vault_extension": { "health": {} } }));
}

#[test]
fn a_client_of_the_standard_alone_can_use_the_vault() {
    let mut suite = Suite::new();
    suite.deposit(&suite.alice.clone(), 100 * ONE);

    let ask = |query: StandardQuery| -> Value {
        let json = to_value(&query).unwrap();
        suite.app.wrap().query_wasm_smart::<Value>(&suite.vault, &json).unwrap()
    };
    let info: cw_vault_standard::VaultInfoResponse = from_value(ask(StandardQuery::Info {})).unwrap();
    assert_eq!((info.base_token.as_str(), info.vault_token.as_str()), (BASE, suite.vault.as_str()));
    let standard: cw_vault_standard::VaultStandardInfoResponse =
        from_value(ask(StandardQuery::VaultStandardInfo {})).unwrap();
    assert_eq!(standard.version, VAULT_STANDARD_VERSION);
    assert_eq!(ask(StandardQuery::TotalVaultTokenSupply {}), json!(suite.supply().to_string()));
}

#[test]
fn answers_have_the_fields_of_the_standard() {
    let info = VaultInfoResponse { base_token: "a".into(), vault_token: "b".into() };
    let standard = cw_vault_standard::VaultInfoResponse { base_token: "a".into(), vault_token: "b".into() };
    assert_eq!(to_value(&info).unwrap(), to_value(&standard).unwrap());
    let info = VaultStandardInfoResponse { version: "0.4.1".into(), extensions: vec!["x".into()] };
    let standard =
        cw_vault_standard::VaultStandardInfoResponse { version: "0.4.1".into(), extensions: vec!["x".into()] };
    assert_eq!(to_value(&info).unwrap(), to_value(&standard).unwrap());
}

#[test]
fn the_standard_finds_its_version_in_raw_storage() {
    let suite = Suite::new();
    let raw = suite.app.wrap().query_wasm_raw(&suite.vault, b"vault_standard_info".as_slice()).unwrap().unwrap();
    let info: VaultStandardInfoResponse = cosmwasm_std::from_json(raw).unwrap();
    assert_eq!(info.version, "0.4.1");
}

#[test]
fn the_published_crate_is_of_the_version_that_is_claimed() {
    let manifest = include_str!("../Cargo.toml");
    assert!(manifest.contains(&format!("cw-vault-standard = \"{VAULT_STANDARD_VERSION}\"")));
    let _ = Uint128::one();
}
