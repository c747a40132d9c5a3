//! Traces written by hand, in the form that wasmd's layers give them.

use super::*;

const VAULT: u8 = 0xee;
const MARKET: u8 = 0xaa;
const ORACLE: u8 = 0xcc;

fn operation(store: &str, kind: Kind, key: &[u8], value: usize, layers: usize) -> Operation {
    Operation { store: store.into(), kind, key: key.to_vec(), value: vec![b'x'; value], layers }
}

fn address(contract: u8) -> Vec<u8> {
    vec![contract; 32]
}

fn state(contract: u8, key: &str) -> Vec<u8> {
    [vec![STATE], address(contract), key.into()].concat()
}

fn loaded(contract: u8, layers: usize) -> [Operation; 2] {
    let code = [vec![CODE], u64::from(contract).to_be_bytes().to_vec()].concat();
    [
        operation("wasm", Kind::Read, &[vec![CONTRACT], address(contract)].concat(), 120, layers),
        operation("wasm", Kind::Read, &code, 80, layers),
    ]
}

fn read(contract: u8, key: &str, value: usize, layers: usize) -> [Operation; 1] {
    [operation("wasm", Kind::Read, &state(contract, key), value, layers)]
}

fn write(contract: u8, key: &str, value: usize) -> [Operation; 1] {
    [operation("wasm", Kind::Write, &state(contract, key), value, 1)]
}

fn delete(contract: u8, key: &str) -> [Operation; 1] {
    [operation("wasm", Kind::Delete, &state(contract, key), 0, 1)]
}

fn mark() -> [Operation; 1] {
    [operation("circuit", Kind::Read, b"\x02/cosmwasm.wasm.v1.MsgExecuteContract", 0, 1)]
}

fn executed(contracts: &[u8]) -> Vec<(Step, Vec<u8>)> {
    contracts.iter().map(|contract| (Step::Execute(format!("{contract:x}")), address(*contract))).collect()
}

/// The vault queries the market, which queries the oracle. The vault queries the oracle itself, then sends the market a
/// message, for which the market queries the oracle again. The vault gets a reply, and at the end writes one key and
/// removes one.
fn deposit() -> Vec<Operation> {
    [
        mark().as_slice(),
        &loaded(VAULT, 1),
        &read(VAULT, "config", 40, 1),
        // The layers of the vault and of the query: two. That of the oracle makes three.
        &loaded(MARKET, 2),
        &loaded(ORACLE, 3),
        &read(ORACLE, "price", 20, 3),
        &read(MARKET, "market", 50, 2),
        // The vault's layer holds what the market read through it: only the query's own layer is new.
        &loaded(ORACLE, 1),
        &read(ORACLE, "price", 20, 1),
        &mark(),
        &loaded(MARKET, 1),
        &read(MARKET, "market", 50, 1),
        // Two new layers: those of the message and of its query.
        &loaded(ORACLE, 2),
        &read(ORACLE, "price", 20, 2),
        &write(MARKET, "market", 60),
        &read(VAULT, "late", 0, 1),
        // The market's write again, together with the vault's own.
        &write(MARKET, "market", 60),
        &write(VAULT, "books", 30),
        &delete(VAULT, "pending"),
    ]
    .concat()
}

fn areas(keys: &BTreeMap<Vec<u8>, usize>) -> Vec<(String, usize)> {
    keys.iter().map(|(key, value)| (String::from_utf8(key.clone()).unwrap(), *value)).collect()
}

fn shape(loads: &[Load]) -> Vec<(u8, Entry, Option<usize>)> {
    loads.iter().map(|load| (load.address[0], load.entry, load.parent)).collect()
}

const DEPOSIT: [(u8, Entry, Option<usize>); 6] = [
    (VAULT, Entry::Execute, None),
    (MARKET, Entry::Query, Some(0)),
    (ORACLE, Entry::Query, Some(1)),
    (ORACLE, Entry::Query, Some(0)),
    (MARKET, Entry::Execute, Some(0)),
    (ORACLE, Entry::Query, Some(4)),
];

#[test]
fn who_loaded_whom_follows_from_the_layers() {
    let loads = loads(&deposit(), &executed(&[VAULT, MARKET])).unwrap();
    assert_eq!(shape(&loads), DEPOSIT);
    assert_eq!(loads.iter().map(|load| load.code).collect::<Vec<_>>(), [0xee, 0xaa, 0xcc, 0xcc, 0xaa, 0xcc]);
}

#[test]
fn every_load_has_the_keys_that_it_touched_once() {
    let loads = loads(&deposit(), &executed(&[VAULT, MARKET])).unwrap();
    let one = |key: &str, value| vec![(String::from(key), value)];
    assert_eq!(areas(&loads[0].reads), [("config".into(), 40), ("late".into(), 0)]);
    assert_eq!(areas(&loads[0].writes), one("books", 30));
    assert_eq!(loads[0].removed, HashSet::from([b"pending".to_vec()]));
    assert_eq!(areas(&loads[1].reads), one("market", 50));
    assert_eq!(areas(&loads[2].reads), one("price", 20));
    assert_eq!(areas(&loads[3].reads), one("price", 20));
    assert_eq!(areas(&loads[4].reads), one("market", 50));
    assert_eq!(areas(&loads[4].writes), one("market", 60));
    assert!(loads[1].writes.is_empty() && loads[5].writes.is_empty());
}

#[test]
fn who_asks_twice_is_taken_for_the_asker_rather_than_who_is_asked() {
    let operations = [
        mark().as_slice(),
        &loaded(VAULT, 1),
        &loaded(MARKET, 2),
        &loaded(ORACLE, 3),
        // The market's entry is in its own layer and in the vault's: both would be off by one layer.
        &loaded(MARKET, 1),
        &loaded(ORACLE, 2),
    ]
    .concat();
    let parents: Vec<_> = loads(&operations, &executed(&[VAULT])).unwrap().iter().map(|load| load.parent).collect();
    assert_eq!(parents, [None, Some(0), Some(1), Some(0), Some(3)]);
}

#[test]
fn two_messages_to_one_contract_each_wrote_what_they_wrote() {
    let operations = [
        mark().as_slice(),
        &loaded(VAULT, 1),
        &mark(),
        &loaded(MARKET, 2),
        &write(MARKET, "market", 60),
        &mark(),
        // The first message was committed to the vault's layer, which also holds its load.
        &loaded(MARKET, 1),
        &write(MARKET, "market", 61),
        &write(MARKET, "market", 61),
        &write(VAULT, "books", 30),
    ]
    .concat();
    let loads = loads(&operations, &executed(&[VAULT, MARKET, MARKET])).unwrap();
    assert_eq!(areas(&loads[1].writes), [("market".into(), 60)]);
    assert_eq!(areas(&loads[2].writes), [("market".into(), 61)]);
    assert_eq!(areas(&loads[0].writes), [("books".into(), 30)]);
}

#[test]
fn a_message_that_failed_is_a_load_that_wrote_nothing() {
    let operations = [
        mark().as_slice(),
        &loaded(VAULT, 1),
        &mark(),
        &loaded(MARKET, 2),
        &read(MARKET, "market", 50, 2),
        &write(VAULT, "books", 30),
    ]
    .concat();
    let loads = loads(&operations, &executed(&[VAULT])).unwrap();
    assert_eq!(shape(&loads), [(VAULT, Entry::Execute, None), (MARKET, Entry::Failed, Some(0))]);
    assert_eq!(areas(&loads[0].writes), [("books".into(), 30)]);
}

#[test]
fn a_new_contract_is_loaded_by_its_code() {
    let mut operations = loaded(VAULT, 1);
    operations.reverse();
    operations[1].value.clear();
    let operations = [mark().as_slice(), &operations, &write(VAULT, "config", 9)].concat();
    let executions = [(Step::Instantiate("ee".into()), address(VAULT))];
    let loads = loads(&operations, &executions).unwrap();
    assert_eq!(shape(&loads), [(VAULT, Entry::Instantiate, None)]);
    assert_eq!(loads[0].code, 0xee);
    assert_eq!(areas(&loads[0].writes), [("config".into(), 9)]);
}

#[test]
fn what_does_not_fit_is_refused() {
    let refused = |operations: &[Operation], executed: &[(Step, Vec<u8>)], why: &str| {
        let error = loads(operations, executed).unwrap_err().to_string();
        assert!(error.contains(why), "{error}");
    };
    let deep = [mark().as_slice(), &loaded(VAULT, 1), &loaded(MARKET, 3)].concat();
    refused(&deep, &executed(&[VAULT]), "operation 3 of the trace (Read of [02, aa");
    refused(&deep, &executed(&[VAULT]), "in wasm, through 3 layers) fits none of 1 open layers");

    let twice = [mark().as_slice(), &loaded(VAULT, 1), &write(VAULT, "books", 30), &loaded(VAULT, 1)].concat();
    refused(&twice, &executed(&[VAULT]), "operation 4 of the trace begins a second message");

    refused(&loaded(VAULT, 1), &executed(&[VAULT]), "the events have Execute(\"ee\"), which the trace has not");
}
