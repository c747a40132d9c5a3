//! The system on real chains. scripts/test-chain runs it and sets BALLAST_BIN to the program `ballast-chain`; without
//! it the tests are skipped.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::arithmetic_side_effects,
    missing_docs
)]

mod calm;
mod denied;
mod deployments;
mod gas;
mod leave;
mod network;
mod readme;
mod stage;
mod staked;
mod storm;
mod treasury;

use std::path::Path;

use ballast_chain_tests::table::{over_the_floor, side_by_side};
use cosmwasm_std::{Decimal256, SignedDecimal256, Uint128};
use network::{ballast, Deposited, Network};
use stage::{Stage, WHOLE};
use treasury::Texts;

/// A new network with the system deployed by the command line.
fn deployed(program: &Path, name: &str, port: u16, vm: &str, validators: u8) -> Stage {
    let network = Network::up(program, name, port, vm, validators);
    network.run(&["deploy"]);
    Stage::open(network)
}

#[test]
fn the_whole_story_on_one_validator() {
    let Some(program) = ballast() else { return };
    let stage = deployed(&program, "story", 28456, "3.0", 1);
    deploying_again_does_nothing(&stage);
    let start = storm::close(storm::HOURS.start);
    calm::open(&stage, start);
    let price = calm::move_prices(&stage, start);
    let price = calm::trade(&stage, price);
    calm::leave_partly(&stage, price);
    treasury::story(&stage, price, Texts::Told);
    denied::privileged_messages(&stage);
    denied::bad_input(&stage);
    denied::exit_codes(&stage);
    stage.check();
    client_in_typescript(&stage);
    storm::replay(&stage, price);
    leave::everybody(&stage, storm::close(storm::HOURS.end - 1));
    let rows = gas::rows(&stage, true);
    gas::write("gas", &over_the_floor(&rows));
    gas::near_the_floor(&rows);
}

#[test]
fn a_staked_vault_goes_through_a_rally_and_a_discount() {
    let Some(program) = ballast() else { return };
    let network = Network::up_for(Deposited::Computed, &program, "staked", 30156, "3.0", 1);
    network.run(&["deploy"]);
    let stage = Stage::open(network);
    deploying_again_does_nothing(&stage);
    let price = staked::story(&stage);
    calm::leave_partly(&stage, price);
    leave::everybody(&stage, price);
}

/// Percent that a message may cost more in a market of two prices: where the second is published, and where the oracle
/// computes it from others, which it reads each time.
const MORE: u64 = 8;

#[test]
fn a_market_of_two_prices_costs_little_more() {
    let Some(program) = ballast() else { return };
    let rows = |coin, name| {
        let network = Network::up_for(coin, &program, name, 30356, "3.0", 1);
        network.run(&["deploy"]);
        let stage = Stage::open(network);
        stage.unhurried.set(true);
        let start = Decimal256::percent(1000);
        calm::open(&stage, start);
        walk(&stage, start, start * Decimal256::percent(170));
        calm::leave_partly(&stage, start * Decimal256::percent(170));
        gas::rows(&stage, false)
    };
    let one = rows(Deposited::Index, "one");
    let published = rows(Deposited::Published, "published");
    let computed = rows(Deposited::Computed, "computed");
    let columns = [("one price", one.clone()), ("published", published.clone()), ("computed", computed.clone())];
    gas::write("prices", &side_by_side(&columns));
    gas::within(&one, &published, MORE);
    gas::within(&one, &computed, MORE);
}

/// A second run finds everything in place and sends nothing.
fn deploying_again_does_nothing(stage: &Stage) {
    let before = stage.purse(&stage.address("owner"));
    let gas_before = stage.client.balance(&stage.address("owner"), "ucosm").expect("the bank answers");
    let said = stage.network.run(&["deploy"]);
    assert!(said.contains("values checked, all are those of"), "{said}");
    assert!(!said.contains("done at height"), "a second deployment sent something: {said}");
    let gas_after = stage.client.balance(&stage.address("owner"), "ucosm").expect("the bank answers");
    assert_eq!((stage.purse(&stage.address("owner")), gas_after), (before, gas_before));
}

/// The end-to-end test of the TypeScript client, on this system.
fn client_in_typescript(stage: &Stage) {
    let mut command = std::process::Command::new(network::repository().join("scripts/ts"));
    command.arg("e2e").env("BALLAST_DEPLOYMENT", stage.network.state_file());
    assert!(command.status().expect("scripts/ts runs").success(), "the TypeScript client failed");
    stage.check();
}

/// Moves the price from one level to another in steps that the oracle accepts at once.
fn walk(stage: &Stage, from: Decimal256, to: Decimal256) {
    for price in calm::steps(from, to) {
        stage.publish("", price, SignedDecimal256::percent(10));
        stage.rebalance();
    }
    stage.check();
}

#[test]
fn a_deployment_that_broke_off_is_finished_and_one_that_runs_is_upgraded() {
    let Some(program) = ballast() else { return };
    deployments::broken_off(&Network::up(&program, "broken", 28656, "3.0", 1));
    deployments::unsigned(&Network::up(&program, "unsigned", 28756, "3.0", 1));
    deployments::upgraded(deployed(&program, "upgraded", 28856, "3.0", 1));
}

#[test]
fn what_the_readme_says_works_as_written() {
    let Some(program) = ballast() else { return };
    let stage = deployed(&program, "readme", 28956, "3.0", 1);
    let price = Decimal256::percent(1000);
    calm::open(&stage, price);
    stage.publish("", price, SignedDecimal256::percent(10));
    readme::commands(&stage);
    stage.publish("", price, SignedDecimal256::percent(10));
    readme::messages(&stage);
}

#[test]
fn the_same_bytes_on_three_generations_of_the_vm() {
    let Some(program) = ballast() else { return };
    let mut columns = vec![];
    for (place, vm) in ["3.0", "2.3", "1.5"].into_iter().enumerate() {
        let name = format!("vm{}", vm.replace('.', ""));
        let stage = deployed(&program, &name, 29656 + 100 * place as u16, vm, 1);
        let start = Decimal256::percent(1000);
        calm::open(&stage, start);
        walk(&stage, start, start * Decimal256::percent(170));
        calm::leave_partly(&stage, start * Decimal256::percent(170));
        let texts = if vm == "1.5" { Texts::Hidden } else { Texts::Told };
        treasury::story(&stage, start * Decimal256::percent(170), texts);
        leave::everybody(&stage, start * Decimal256::percent(170));
        columns.push((vm, gas::rows(&stage, false)));
    }
    gas::write("generations", &side_by_side(&columns));
}

#[test]
fn three_of_four_validators_go_on_and_the_fourth_comes_back_to_the_same_state() {
    let Some(program) = ballast() else { return };
    let stage = deployed(&program, "four", 30656, "3.0", 4);
    let price = Decimal256::percent(1000);
    calm::open(&stage, price);
    stage.network.localnet(&["kill-node", "3"]);
    stage.publish("", price, SignedDecimal256::percent(10));
    stage.deposit("", "bob", WHOLE);
    walk(&stage, price, price * Decimal256::percent(170));
    let rebalanced = stage.labelled.borrow().iter().any(|(label, _)| label.contains("rule 3"));
    assert!(rebalanced, "nothing was rebalanced while a validator was away");
    assert!(stage.shares("bob") > Uint128::zero());
    stage.check();
    stage.network.localnet(&["start-node", "3"]);
    let height = stage.client.head().expect("the chain answers").height;
    stage.client.wait_above(height + 1).expect("blocks come");
    let hash = |node: u16| {
        let client = stage.network.client(vec![stage.network.rpc(node)]);
        client.wait_above(height).expect("the node catches up");
        let commit = client.call("commit", serde_json::json!({"height": height.to_string()})).expect("a commit");
        commit.pointer("/signed_header/header/app_hash").expect("a hash").as_str().expect("text").to_owned()
    };
    assert_eq!(hash(0), hash(3), "the node that was away has another state");
}
