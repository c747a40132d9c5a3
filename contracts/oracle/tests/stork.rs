//! Contracts of Stork's as sources. How the real one keeps its values is tested in tests/sources.

use ballast_oracle::ContractError;
use ballast_types::oracle::{FeedConfig, Flag, QueryMsg, Reading, Source};
use cosmwasm_std::{from_json, Binary, ContractResult, HexBinary, StdResult, SystemResult, WasmQuery};

use crate::support::{signed, Oracle, ATOM, MINUTE, START};

const ID: &str = "00010203040506070809000102030405060708090001020304050607080900ff";

fn stork(oracle: &Oracle, id: &str) -> FeedConfig {
    let (contract, id) = (oracle.address("stork"), HexBinary::from_hex(id).unwrap());
    FeedConfig::price(Source::Stork { contract, id })
}

/// With the feed [`ATOM`], of which the contract says this.
fn answering(answer: String) -> Oracle {
    let mut oracle = Oracle::new();
    let address = oracle.address("stork");
    oracle.deps().querier.update_wasm(move |query| {
        let WasmQuery::Smart { contract_addr, msg } = query else { panic!("no other query is made") };
        assert_eq!(*contract_addr, address);
        let asked = r#"{"get_latest_canonical_temporal_numeric_value_unchecked":{"id":[0,1,2,3,4,5,6,7,8,9,0,1,2,3,4,5,6,7,8,9,0,1,2,3,4,5,6,7,8,9,0,255]}}"#;
        assert_eq!(msg.as_slice(), asked.as_bytes());
        SystemResult::Ok(ContractResult::Ok(Binary::from(answer.as_bytes())))
    });
    let config = stork(&oracle, ID);
    oracle.set(ATOM, config).unwrap();
    oracle
}

fn value(quantized: &str, nanos: &str) -> String {
    format!(r#"{{"temporal_numeric_value":{{"timestamp_ns":"{nanos}","quantized_value":"{quantized}"}}}}"#)
}

fn now(quantized: &str) -> String {
    value(quantized, &format!("{START}000000000"))
}

#[test]
fn its_value_has_18_decimals_and_a_time_of_its_own() {
    let mut oracle = answering(value("4567890123456789012", &format!("{}999999999", START - 5)));
    assert_eq!(oracle.feed().config, stork(&oracle, ID));
    let reading = oracle.reading();
    assert_eq!((reading.value, reading.flags), (signed("4.567890123456789012"), vec![]));
    assert_eq!(reading.time.nanos(), (START - 5) * 1_000_000_000 + 999_999_999);
    oracle.wait(MINUTE);
    assert_eq!(oracle.flags(), [Flag::Stale]);
}

#[test]
fn no_number_that_it_may_say_is_more_than_a_flag() {
    let most = "170141183460469231731687303715884105727";
    for (quantized, flags) in [
        ("0", vec![Flag::Invalid]),
        ("-1000000000000000000", vec![Flag::Invalid]),
        ("999999999999", vec![Flag::Invalid]),
        ("1000000000000", vec![]),
        ("1000000000000000000000000000", vec![]),
        ("1000000000000000000000000001", vec![Flag::Invalid]),
        (most, vec![Flag::Invalid]),
        ("-170141183460469231731687303715884105728", vec![Flag::Invalid]),
        // beyond what their wire can say
        ("170141183460469231731687303715884105728", vec![Flag::Missing]),
        ("1.5", vec![Flag::Missing]),
    ] {
        assert_eq!(answering(now(quantized)).flags(), flags, "{quantized}");
    }
    let future = answering(value("1000000000000000000", "18446744073709551615"));
    assert_eq!(future.flags(), [Flag::Future]);
    assert_eq!(answering(value("1000000000000000000", "0")).flags(), [Flag::Stale]);
}

#[test]
fn an_answer_of_another_shape_is_missing_and_one_with_more_fields_is_read() {
    for answer in ["", "{}", "null", r#"{"temporal_numeric_value":null}"#, r#"{"temporal_numeric_value":{}}"#] {
        assert_eq!(answering(answer.into()).flags(), [Flag::Missing], "{answer}");
    }
    let more = now("1000000000000000000").replace("{\"timestamp", "{\"more\":[1.5,{}],\"timestamp");
    assert_eq!(answering(more).flags(), []);
}

#[test]
fn an_id_is_64_hexadecimal_digits() {
    let mut oracle = Oracle::new();
    for (id, bytes) in [("", 0), (&ID[2..], 31), ("00".repeat(33).as_str(), 33)] {
        let config = stork(&oracle, id);
        let error = ContractError::InvalidStorkId { bytes, needed: 32 };
        assert_eq!(oracle.set(ATOM, config).unwrap_err(), error);
    }
    let text = ContractError::InvalidStorkId { bytes: 31, needed: 32 }.to_string();
    assert_eq!(text, "an id of Stork is a hash of 32 bytes in hexadecimal digits, not of 31");
    for id in ["0x00", "0", "zz"] {
        let source: StdResult<Source> = from_json(format!(r#"{{"stork":{{"contract":"a","id":"{id}"}}}}"#));
        assert!(source.is_err(), "{id}");
    }
    let (contract, id) = ("nobody".to_owned(), HexBinary::from_hex(ID).unwrap());
    assert!(oracle.set(ATOM, FeedConfig::price(Source::Stork { contract, id })).is_err(), "no address");
}

#[test]
fn a_contract_that_is_not_there_is_missing() {
    let mut oracle = Oracle::new();
    let config = stork(&oracle, ID);
    oracle.deps().querier.update_wasm(|_| SystemResult::Ok(ContractResult::Err("Feed not found".into())));
    oracle.set(ATOM, config).unwrap();
    assert_eq!(oracle.query::<Reading>(QueryMsg::Price { feed: ATOM.into() }).unwrap().flags, [Flag::Missing]);
}
