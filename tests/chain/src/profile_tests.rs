//! Whole transactions, written by hand: trace and events.

use super::*;
use ballast_chain::Attribute;
use cosmwasm_std::{coin, coins};

const VAULT: [u8; 32] = [0xee; 32];
const MARKET: [u8; 32] = [0xaa; 32];

fn name(raw: &[u8]) -> String {
    text("wasm", raw).unwrap()
}

fn alice() -> String {
    name(&[1; 20])
}

fn read(store: &str, key: &[&[u8]], value: &[u8], layers: usize) -> Operation {
    Operation { store: store.into(), kind: Kind::Read, key: key.concat(), value: value.to_vec(), layers }
}

fn write(key: &[&[u8]], value: &[u8]) -> Operation {
    Operation { kind: Kind::Write, ..read("wasm", key, value, 1) }
}

fn event(kind: &str, attributes: &[(&str, &str)]) -> Event {
    let attributes = attributes.iter().map(|(key, value)| Attribute { key: (*key).into(), value: (*value).into() });
    Event { kind: kind.into(), attributes: attributes.collect() }
}

fn transfer(from: &str, to: &str, amount: &str) -> Event {
    event("transfer", &[("recipient", to), ("sender", from), ("amount", amount)])
}

fn contract(kind: &str, raw: &[u8]) -> Event {
    event(kind, &[("_contract_address", &name(raw))])
}

/// Alice sends 100 to the vault, which sends 60 of it on with a message to the market, which pays 5 to alice; the vault
/// hears of it and pays 1 to the market.
fn operations() -> Vec<Operation> {
    let mark = || read("circuit", &[b"/cosmwasm.wasm.v1.MsgExecuteContract"], b"", 1);
    vec![
        mark(),
        read("wasm", &[&[2], &VAULT], b"info", 1),
        read("wasm", &[&[1], &7u64.to_be_bytes()], b"code", 1),
        read("bank", &[&[2, 32], &VAULT, b"uatom"], b"1200", 1),
        read("wasm", &[&[3], &VAULT, b"config"], b"0123456789", 1),
        mark(),
        read("wasm", &[&[2], &MARKET], b"info", 2),
        read("wasm", &[&[1], &8u64.to_be_bytes()], b"code", 2),
        // What the vault has now; its first reading counts. The market has none.
        read("bank", &[&[2, 32], &VAULT, b"uatom"], b"1300", 1),
        read("bank", &[&[2, 32], &MARKET, b"uatom"], b"", 2),
        write(&[&[3], &MARKET, b"pool"], b"12345"),
        write(&[&[3], &MARKET, b"pool"], b"12345"),
        write(&[&[3], &VAULT, b"books"], b"1234567"),
    ]
}

fn events() -> Vec<Event> {
    vec![
        transfer(&alice(), "fees", "9ucosm"),
        event("tx", &[("fee", "9ucosm")]),
        transfer(&alice(), &name(&VAULT), "100uatom"),
        contract("execute", &VAULT),
        transfer(&name(&VAULT), &name(&MARKET), "60uatom"),
        contract("execute", &MARKET),
        transfer(&name(&MARKET), &alice(), "5uatom"),
        contract("reply", &VAULT),
        transfer(&name(&VAULT), &name(&MARKET), "1uatom"),
    ]
}

#[test]
fn a_transaction_is_a_tree_of_loads_with_their_storage_and_coins() {
    let profile = Profile::new(&operations(), &events()).unwrap();
    let market = Frame {
        contract: 1,
        entry: Entry::Execute,
        reads: Area::default(),
        writes: Area { keys: 1, bytes: 4 + 5 },
        removed: 0,
        funds: coins(60, "uatom"),
        payments: vec![Payment { to: alice(), coins: coins(5, "uatom") }],
        replied: true,
        calls: vec![],
    };
    let vault = Frame {
        contract: 0,
        entry: Entry::Execute,
        reads: Area { keys: 1, bytes: 6 + 10 },
        writes: Area { keys: 1, bytes: 5 + 7 },
        removed: 0,
        funds: coins(100, "uatom"),
        payments: vec![Payment { to: name(&MARKET), coins: coins(1, "uatom") }],
        replied: false,
        calls: vec![market],
    };
    assert_eq!(profile.root, vault);
    assert_eq!(
        profile.contracts,
        [
            Contract { address: name(&VAULT), code: 7, holdings: vec![coin(1200, "uatom")] },
            Contract { address: name(&MARKET), code: 8, holdings: vec![] }
        ]
    );
}

#[test]
fn totals_count_loads_replies_and_transfers_by_contract() {
    let totals = Profile::new(&operations(), &events()).unwrap().totals();
    let vault = Totals {
        executions: 1,
        replies: 1,
        reads: Area { keys: 1, bytes: 16 },
        writes: Area { keys: 1, bytes: 12 },
        transfers: 2,
        ..Totals::default()
    };
    let market = Totals { executions: 1, writes: Area { keys: 1, bytes: 9 }, transfers: 1, ..Totals::default() };
    assert_eq!(totals, [vault, market]);
}

#[test]
fn a_transaction_without_contracts_has_no_profile() {
    let error = Profile::new(&operations(), &events()[..2]).unwrap_err();
    assert!(matches!(error, ProfileError::NoContract), "{error}");
}

#[test]
fn a_reply_to_nothing_is_an_error() {
    let events = [contract("execute", &VAULT), contract("execute", &MARKET), contract("reply", &MARKET)];
    let error = Profile::new(&operations(), &events).unwrap_err();
    assert!(matches!(error, ProfileError::Reply(_)), "{error}");
}

#[test]
fn work_is_the_same_whoever_does_it() {
    let profile = Profile::new(&operations(), &events()).unwrap();
    let mut other = profile.clone();
    for (contract, (address, code)) in other.contracts.iter_mut().zip([("f0", 70), ("f1", 80)]) {
        (contract.address, contract.code) = (address.into(), code);
    }
    other.root.payments[0].to = "f1".into();
    assert_ne!(profile, other);
    assert_eq!(profile.work(), other.work());

    other.root.writes.bytes += 1;
    assert_ne!(profile.work(), other.work());
}

#[test]
fn contracts_of_one_code_are_not_the_same_work_as_contracts_of_two() {
    let profile = Profile::new(&operations(), &events()).unwrap();
    let mut shared = profile.clone();
    shared.contracts[1].code = shared.contracts[0].code;
    assert_ne!(profile.work(), shared.work());
}
