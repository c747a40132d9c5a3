//! What the bench contract is told for a profile written by hand.

use super::*;
use crate::profile::{Contract, Payment};
use cosmwasm_std::coins;
use serde_json::json;

fn frame(contract: usize, entry: Entry, reads: (usize, usize), calls: Vec<Frame>) -> Frame {
    Frame {
        contract,
        entry,
        reads: Area { keys: reads.0, bytes: reads.1 },
        writes: Area::default(),
        removed: 0,
        funds: vec![],
        payments: vec![],
        replied: false,
        calls,
    }
}

fn contract(address: &str, code: u64) -> Contract {
    Contract { address: address.into(), code, holdings: vec![] }
}

fn profile() -> Profile {
    let oracle = || frame(2, Entry::Query, (2, 40), vec![]);
    let order = Frame {
        writes: Area { keys: 2, bytes: 300 },
        funds: coins(60, "uatom"),
        replied: true,
        ..frame(1, Entry::Execute, (0, 0), vec![oracle()])
    };
    let root = Frame {
        removed: 1,
        funds: coins(100, "uatom"),
        payments: vec![
            Payment { to: "alice".into(), coins: coins(5, "uusdc") },
            Payment { to: "market".into(), coins: coins(1, "uatom") },
        ],
        ..frame(0, Entry::Execute, (3, 90), vec![frame(1, Entry::Query, (1, 30), vec![oracle()]), order])
    };
    let mut contracts = vec![contract("vault", 7), contract("market", 9), contract("oracle", 9)];
    contracts[0].holdings = coins(1200, "uatom");
    Profile { contracts, root }
}

fn addresses() -> Vec<String> {
    ["f0", "f1", "f2"].map(String::from).to_vec()
}

#[test]
fn an_instance_for_each_contract_and_a_variant_for_each_code() {
    let plan = Plan::new(&profile());
    let instance = |variant, holdings| Instance { variant, holdings };
    assert_eq!(plan.instances, [instance(0, coins(1200, "uatom")), instance(1, vec![]), instance(1, vec![])]);
    assert!(!plan.makes_first_instance());
}

#[test]
fn what_is_read_is_seeded_in_the_slot_of_its_load() {
    assert_eq!(
        Plan::new(&profile()).fills(&addresses()).unwrap(),
        [
            ("f0".into(), json!({"fill": {"s": 0, "r": {"k": 3, "b": 90}}})),
            ("f1".into(), json!({"fill": {"s": 1, "r": {"k": 1, "b": 30}}})),
            ("f2".into(), json!({"fill": {"s": 2, "r": {"k": 2, "b": 40}}})),
            ("f2".into(), json!({"fill": {"s": 4, "r": {"k": 2, "b": 40}}})),
        ]
    );
}

#[test]
fn the_message_is_the_tree_with_the_instances_in_place_of_the_contracts() {
    let coins_of = |amount: &str, denom: &str| json!([{"amount": amount, "denom": denom}]);
    let msg = json!({"run": {
        "r": {"k": 3, "b": 90},
        "d": 1,
        "q": [{"c": "f1", "l": {"s": 1, "r": {"k": 1, "b": 30}, "q": [{"c": "f2", "l": {"s": 2, "r": {"k": 2, "b": 40}}}]}}],
        "p": [{"t": "alice", "f": coins_of("5", "uusdc")}, {"t": "f1", "f": coins_of("1", "uatom")}],
        "x": [{
            "c": "f1",
            "m": {"s": 3, "w": {"k": 2, "b": 300}, "q": [{"c": "f2", "l": {"s": 4, "r": {"k": 2, "b": 40}}}]},
            "f": coins_of("60", "uatom"),
            "a": "y",
        }],
    }});
    assert_eq!(
        Plan::new(&profile()).message(&addresses()).unwrap(),
        Message::Execute { contract: "f0".into(), msg, funds: coins(100, "uatom") }
    );
}

#[test]
fn a_new_contract_writes_as_it_comes_to_be_and_reads_nothing() {
    let mut root = frame(0, Entry::Instantiate, (1, 8), vec![]);
    root.writes = Area { keys: 2, bytes: 70 };
    let plan = Plan::new(&Profile { contracts: vec![contract("vault", 7)], root });
    assert!(plan.makes_first_instance());
    let nobody = [String::new()];
    assert_eq!(plan.fills(&nobody).unwrap(), []);
    let msg = json!({"w": {"k": 2, "b": 70}});
    assert_eq!(plan.message(&nobody).unwrap(), Message::Instantiate { variant: 0, msg, funds: vec![] });
}

#[test]
fn what_the_bench_contract_cannot_say_is_an_error_with_its_numbers() {
    let plan = Plan::new(&profile());
    assert_eq!(plan.message(&addresses()[..2]), Err(PlanError::Addresses { given: 2, needed: 3 }));

    let mut many = profile();
    many.root.writes = Area { keys: 256, bytes: 9000 };
    let error = Plan::new(&many).message(&addresses()).unwrap_err();
    assert_eq!(error, PlanError::TooMany { what: "keys written", count: 256, most: 255 });

    let mut many = profile();
    many.root.calls = vec![frame(1, Entry::Query, (0, 0), vec![]); 128];
    let error = Plan::new(&many).message(&addresses()).unwrap_err();
    assert_eq!(error, PlanError::TooMany { what: "loads", count: 129, most: 128 });
}

#[test]
fn a_variant_is_the_same_code_with_one_more_custom_section() {
    let wasm = b"\0asm\x01\0\0\0";
    // Id 0; 9 bytes: a length, 7 letters, the number.
    assert_eq!(variant(wasm, 2), b"\0asm\x01\0\0\0\x00\x09\x07variant\x02");
    assert_ne!(variant(wasm, 0), variant(wasm, 1));
}

#[test]
fn a_longer_message_is_not_a_higher_floor() {
    // 500 bytes more at 10 each.
    assert_eq!(at_same_size(100_000, 900, 400), 95_000);
    assert_eq!(at_same_size(100_000, 400, 450), 100_500);
}
