//! The example of an unsigned transaction in the README.

use std::path::Path;

use ballast_chain::{unsigned, Msg};
use ballast_types::policy::PolicyParams;
use ballast_types::vault::{ExecuteMsg, ExtensionExecuteMsg};
use cosmwasm_std::Coin;
use serde_json::Value;

/// Writes the file anew where `WRITE_TABLES` is set: after a parameter of the policy was added.
#[test]
fn the_example_of_a_changed_policy_has_every_parameter_at_its_default() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("examples/update-policy.json");
    let update = ExtensionExecuteMsg::UpdatePolicy { policy: PolicyParams::default() };
    let msg = Msg::execute("<vault>", &ExecuteMsg::VaultExtension(update), &[]).unwrap();
    let fee = Coin { denom: "ucosm".into(), amount: 15_000u128.into() };
    let expected = unsigned(&[msg], "<owner>", &fee, 600_000).unwrap();
    if std::env::var_os("WRITE_TABLES").is_some() {
        std::fs::write(&path, format!("{expected:#}\n")).unwrap();
    }
    let text = std::fs::read_to_string(&path).unwrap();
    let found: Value = serde_json::from_str(&text).unwrap();
    assert_eq!(found, expected, "WRITE_TABLES=1 cargo test -p ballast-chain examples writes it");
    let message = &found["body"]["messages"][0];
    assert_eq!(message["@type"], "/cosmwasm.wasm.v1.MsgExecuteContract");
    assert!(serde_json::from_value::<ExecuteMsg>(message["msg"].clone()).is_ok());
}
