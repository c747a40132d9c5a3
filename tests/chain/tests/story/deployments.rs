//! Deployments that are interrupted, unsigned or upgraded.

use std::path::Path;
use std::process::Stdio;
use std::time::{Duration, Instant};

use ballast_chain::{patiently, Error, State, Stop};
use ballast_types::vault;
use cosmwasm_std::{Binary, HexBinary};
use serde_json::{json, Value};
use sha2::{Digest, Sha256};

use crate::network::{repository, Network};
use crate::stage::{Stage, WHOLE};

/// The program is killed again and again, each time a little later. In the end each contract exists exactly once.
pub fn broken_off(network: &Network) {
    let start = Instant::now();
    for milliseconds in (300u64..).step_by(350) {
        assert!(start.elapsed() < Duration::from_secs(120), "the deployment never comes to an end");
        let mut child = network.command(&["deploy"]).stdout(Stdio::null()).spawn().expect("ballast starts");
        std::thread::sleep(Duration::from_millis(milliseconds));
        if let Some(status) = child.try_wait().expect("a child can be looked at") {
            assert!(status.success(), "the deployment failed after it was broken off");
            break;
        }
        child.kill().expect("a child can be killed");
        child.wait().expect("a child can be waited for");
    }
    network.run(&["deploy"]);
    let stage =
        Stage::open(Network { name: network.name.clone(), port: network.port, program: network.program.clone() });
    // If it was killed after sending and before it read the result, it may have stored a code twice, but it
    // instantiated nothing twice.
    assert_eq!(stage.transactions("MsgInstantiateContract2").len(), 3);
    let position = vault::QueryMsg::VaultExtension(vault::ExtensionQueryMsg::Position {});
    let refusal = stage.client.query_json(&stage.at.vault, &position).expect_err("nothing has a value yet").to_string();
    assert!(refusal.contains("the market has no price yet"), "{refusal}");
    crate::calm::open(&stage, cosmwasm_std::Decimal256::percent(1000));
}

/// Unsigned transactions, signed and sent with the chain's own client, give the same deployment. Here the deployer is
/// not the owner, who is offered the ownership and accepts it.
pub fn unsigned(network: &Network) {
    let folder = repository().join("target/test-chain/unsigned");
    let _ = std::fs::remove_dir_all(&folder);
    let generate = ["deploy", "--generate-only", folder.to_str().expect("a path"), "--deployer", "alice"];
    for files in [&["store-oracle.json", "store-market.json", "store-vault.json"][..], &["set-up.json"]] {
        network.run(&generate);
        for file in files {
            sign_and_send(network, &folder.join(file));
        }
    }
    network.fails(&generate, 3, "ballast-chain accept-ownership");
    network.fails(&["accept-ownership", "--from", "carol"], 2, "run this with");
    network.run(&["accept-ownership"]);
    let said = network.run(&generate);
    assert!(said.contains("values checked, all are those of"), "{said}");
    let state = State::read(&network.state_file(), &network.file().chain.id).expect("the state").expect("it is there");
    state.addresses().expect("a complete deployment");
}

fn sign_and_send(network: &Network, unsigned: &Path) {
    let signed = unsigned.with_extension("signed");
    let paths = (unsigned.to_str().expect("a path"), signed.to_str().expect("a path"));
    let (node, chain) = (network.rpc(0), "ballast-local");
    let key = ["--from", "alice", "--keyring-backend", "test", "--chain-id", chain, "--node", &node];
    network.localnet(&[&["wasmd", "tx", "sign", paths.0, "--output-document", paths.1][..], &key].concat());
    let sent = network.localnet(&["wasmd", "tx", "broadcast", paths.1, "--node", &node, "-o", "json"]);
    let sent: Value = serde_json::from_str(&sent).expect("JSON");
    assert_eq!(sent["code"], 0, "{sent}");
    let hash = HexBinary::from_hex(sent["txhash"].as_str().expect("a hash")).expect("hexadecimal");
    let query = json!({"hash": Binary::from(hash.as_slice()).to_base64(), "prove": false});
    let client = network.client(vec![node]);
    let included = patiently(Duration::from_secs(60), &Stop::default(), || match client.call("tx", query.clone()) {
        Err(Error::Chain(text)) if text.contains("not found") => Err(Error::network(text)),
        answer => answer,
    });
    let included = included.expect("it comes into a block");
    assert_eq!(included["tx_result"]["code"], 0, "{included}");
}

/// Another build of the same version: only the admin can migrate the contracts to it, and the shares stay.
pub fn upgraded(stage: Stage) {
    let network = &stage.network;
    let price = cosmwasm_std::Decimal256::percent(1000);
    crate::calm::open(&stage, price);
    let shares = stage.shares("alice");
    let folder = repository().join("target/test-chain/artifacts");
    std::fs::create_dir_all(&folder).expect("target can be written");
    let mut sums = String::new();
    for name in ["ballast_oracle.wasm", "ballast_perp_market.wasm", "ballast_vault.wasm"] {
        let wasm = std::fs::read(repository().join("artifacts").join(name)).expect("the artifacts");
        let other = ballast_chain_tests::floor::variant(&wasm, 7);
        sums.push_str(&format!("{}  {name}\n", HexBinary::from(Sha256::digest(&other).as_slice())));
        std::fs::write(folder.join(name), other).expect("target can be written");
    }
    std::fs::write(folder.join("checksums.txt"), sums).expect("target can be written");
    let file = std::fs::read_to_string(network.chain_file()).expect("the chain file");
    let line = file.lines().find(|line| line.starts_with("artifacts = ")).expect("a line for the artifacts");
    let file = file.replace(line, &format!("artifacts = \"{}\"", folder.display()));
    std::fs::write(network.chain_file(), file).expect("target can be written");
    network.fails(&["deploy"], 3, "code_hash");
    network.fails(&["upgrade", "--from", "carol"], 3, "unauthorized");
    let said = network.run(&["upgrade"]);
    assert!(said.contains("values checked, all are those of"), "{said}");
    assert_eq!(stage.shares("alice"), shares, "an upgrade changed shares");
    stage.publish("", price, cosmwasm_std::SignedDecimal256::percent(10));
    stage.deposit("", "alice", WHOLE);
    assert!(stage.shares("alice") > shares);
    stage.check();
}
