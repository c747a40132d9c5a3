//! Whole transactions written by hand, each with its trace and events.

use super::*;
use ballast_chain::Attribute;
use cosmwasm_std::{coin, coins};

const VAULT: [u8; 32] = [0xee; 32];
const MARKET: [u8; 32] = [0xaa; 32];

fn name(raw: &[u8]) -> String {
    bech32::encode::<Bech32>(bech32::Hrp::parse_unchecked("wasm"), raw).unwrap()
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

/// Alice sends 100 to the vault, which sends 60 of it on with a message to the market, which pays 5 to alice. The vault
/// gets a reply and pays 1 to the market.
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
        // The first read of the vault's balance counts. The market has none.
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
    let Profile { contracts, loads } = Profile::new(&operations(), &events()).unwrap();
    let [vault, market] = loads.as_slice() else { panic!("{loads:?}") };
    let key = |key: &[u8], value| BTreeMap::from([(key.to_vec(), value)]);
    let paid = |to, amount| vec![Payment { t: to, f: coins(amount, "uatom") }];

    assert_eq!((vault.entry, vault.parent, vault.replied), (Entry::Execute, None, false));
    assert_eq!((&vault.reads, &vault.writes), (&key(b"config", 10), &key(b"books", 7)));
    assert_eq!((&vault.funds, &vault.payments), (&coins(100, "uatom"), &paid(name(&MARKET), 1)));

    assert_eq!((market.entry, market.parent, market.replied), (Entry::Execute, Some(0), true));
    assert_eq!((&market.reads, &market.writes), (&BTreeMap::new(), &key(b"pool", 5)));
    assert_eq!((&market.funds, &market.payments), (&coins(60, "uatom"), &paid(alice(), 5)));

    assert_eq!(
        contracts,
        [
            Contract { address: name(&VAULT), code: 7, holdings: vec![coin(1200, "uatom")] },
            Contract { address: name(&MARKET), code: 8, holdings: vec![] }
        ]
    );
}

#[test]
fn coins_to_somebody_else_do_not_come_with_the_next_message() {
    let paid = transfer(&name(&VAULT), &alice(), "5uatom");
    let events = [contract("execute", &VAULT), paid, contract("execute", &MARKET)];
    let loads = Profile::new(&operations(), &events).unwrap().loads;
    assert_eq!(loads[0].payments, [Payment { t: alice(), f: coins(5, "uatom") }]);
    assert_eq!(loads[1].funds, []);
}

#[test]
fn a_transaction_without_contracts_has_no_profile() {
    let error = Profile::new(&operations(), &events()[..2]).unwrap_err();
    assert_eq!(error.to_string(), "the transaction loaded no contract");
}

#[test]
fn a_reply_to_nothing_is_an_error() {
    let events = [contract("execute", &VAULT), contract("execute", &MARKET), contract("reply", &MARKET)];
    let error = Profile::new(&operations(), &events).unwrap_err();
    assert_eq!(error.to_string(), format!("{} has a reply without a message", name(&MARKET)));
}
