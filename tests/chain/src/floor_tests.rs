//! The messages to the bench contract for profiles written by hand.

use super::*;
use crate::frames::Load;
use crate::profile::Contract;
use cosmwasm_std::coins;
use serde_json::{json, Value};

/// `count` keys of two bytes each; keys and values together have `bytes` bytes.
fn keys(count: usize, bytes: usize) -> BTreeMap<Vec<u8>, usize> {
    let key = |number: usize| (number as u16).to_be_bytes().to_vec();
    let first = bytes.saturating_sub(2 * count);
    (0..count).map(|number| (key(number), if number == 0 { first } else { 0 })).collect()
}

fn load(name: &str, entry: Entry, parent: Option<usize>, reads: (usize, usize)) -> Load {
    Load { name: name.into(), entry, parent, reads: keys(reads.0, reads.1), ..Load::default() }
}

fn payment(to: &str, coins: Vec<Coin>) -> Payment {
    Payment { t: to.into(), f: coins }
}

fn contract(address: &str, code: u64) -> Contract {
    Contract { address: address.into(), code, holdings: vec![] }
}

/// The vault queries the market, which queries the oracle; sends it an order, for which it queries the oracle again;
/// and pays.
fn profile() -> Profile {
    let mut contracts = vec![contract("vault", 7), contract("market", 9), contract("oracle", 9)];
    contracts[0].holdings = coins(1200, "uatom");
    let vault = Load {
        removed: [b"pending".to_vec()].into(),
        funds: coins(100, "uatom"),
        payments: vec![payment("alice", coins(5, "uusdc")), payment("market", coins(1, "uatom"))],
        ..load("vault", Entry::Execute, None, (3, 90))
    };
    let order = Load {
        writes: keys(2, 300),
        funds: coins(60, "uatom"),
        replied: true,
        ..load("market", Entry::Execute, Some(0), (0, 0))
    };
    let loads = vec![
        vault,
        load("market", Entry::Query, Some(0), (1, 30)),
        load("oracle", Entry::Query, Some(1), (2, 40)),
        order,
        load("oracle", Entry::Query, Some(3), (2, 40)),
    ];
    Profile { contracts, loads }
}

fn plan(profile: &Profile) -> Result<Plan> {
    Plan::new(profile, &["f0", "f1", "f2"].map(String::from)[..profile.contracts.len()])
}

#[test]
fn an_instance_for_each_contract_and_a_variant_for_each_code() {
    let instance = |variant, holdings| Instance { variant, holdings };
    assert_eq!(instances(&profile()), [instance(0, coins(1200, "uatom")), instance(1, vec![]), instance(1, vec![])]);
    assert!(!profile().instantiates());
}

#[test]
fn what_is_read_is_seeded_in_the_slot_of_its_load() {
    let fill = |to: &str, slot, keys, bytes| (to.into(), ExecuteMsg::Fill { s: slot, r: Area { k: keys, b: bytes } });
    let wanted = [fill("f0", 0, 3, 90), fill("f1", 1, 1, 30), fill("f2", 2, 2, 40), fill("f2", 4, 2, 40)];
    assert_eq!(plan(&profile()).unwrap().fills, wanted);
}

fn coins_of(amount: &str, denom: &str) -> Value {
    json!([{"amount": amount, "denom": denom}])
}

#[test]
fn the_message_is_the_tree_with_the_instances_in_place_of_the_contracts() {
    let msg = json!({
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
    });
    let plan = plan(&profile()).unwrap();
    assert_eq!((json!(plan.run), plan.funds), (msg, coins(100, "uatom")));
}

#[test]
fn a_new_contract_writes_as_it_comes_to_be_and_reads_nothing() {
    let new = Load { writes: keys(2, 70), ..load("vault", Entry::Instantiate, None, (1, 8)) };
    let profile = Profile { contracts: vec![contract("vault", 7)], loads: vec![new] };
    assert!(profile.instantiates());
    let plan = plan(&profile).unwrap();
    assert_eq!((plan.fills.len(), json!(plan.run)), (0, json!({"w": {"k": 2, "b": 70}})));
}

#[test]
fn what_the_bench_contract_cannot_do_is_an_error_with_its_numbers() {
    let refused = |profile: &Profile, why: &str| assert_eq!(plan(profile).unwrap_err().to_string(), why);
    let error = Plan::new(&profile(), &["f0".into()]).unwrap_err().to_string();
    assert_eq!(error, "1 addresses for 3 instances");

    let mut many = profile();
    many.loads[0].writes = keys(256, 9000);
    refused(&many, "256 keys written: the bench contract does at most 255");

    let mut many = profile();
    many.loads.extend(vec![load("oracle", Entry::Query, Some(0), (0, 0)); 124]);
    refused(&many, "129 loads: the bench contract does at most 128");

    let mut maker = profile();
    maker.loads[3].entry = Entry::Instantiate;
    refused(&maker, "market was made by a contract: the bench makes none");
}

/// Other names and codes, the query after the order moved before it, and a failed order that succeeds.
#[test]
fn work_is_the_same_whoever_does_it_and_in_whatever_order_they_ask() {
    let mut measured = profile();
    measured.loads.push(load("market", Entry::Query, Some(0), (1, 7)));
    measured.loads[3].entry = Entry::Failed;
    let mut floor = profile();
    floor.loads.insert(3, load("market", Entry::Query, Some(0), (1, 7)));
    floor.loads[5].parent = Some(4);
    for (contract, (address, code)) in floor.contracts.iter_mut().zip([("f0", 70), ("f1", 90), ("f2", 90)]) {
        for load in floor.loads.iter_mut().filter(|load| load.name == contract.address) {
            load.name = address.into();
        }
        (contract.address, contract.code) = (address.into(), code);
    }
    floor.loads[0].payments[1].t = "f1".into();
    assert_eq!(work(&measured).unwrap(), work(&floor).unwrap());
}

#[test]
fn work_is_not_the_same_where_a_chain_would_charge_for_the_difference() {
    let differs = |change: fn(&mut Profile)| {
        let mut other = profile();
        change(&mut other);
        assert_ne!(work(&other).unwrap(), work(&profile()).unwrap());
    };
    differs(|other| other.loads[3].writes = keys(2, 301));
    differs(|other| other.loads[2].reads = keys(1, 40));
    differs(|other| other.loads[0].removed.clear());
    differs(|other| other.loads[3].replied = false);
    differs(|other| other.loads[0].funds = coins(101, "uatom"));
    differs(|other| other.loads[0].payments[0].t = "bob".into());
    differs(|other| other.loads[4].parent = Some(0));
    differs(|other| other.contracts[0].holdings.clear());
    // Contracts of one code share its first load.
    differs(|other| other.contracts[1].code = 7);

    let alone =
        |entry| Profile { contracts: vec![contract("vault", 7)], loads: vec![load("vault", entry, None, (0, 0))] };
    assert_ne!(work(&alone(Entry::Execute)).unwrap(), work(&alone(Entry::Instantiate)).unwrap());
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
