//! The answer of a contract that is not ours may have fields that we do not know, with anything in them.

use ballast_types::oracle::ContractPrice;
use cosmwasm_std::{from_json, SignedDecimal256, Timestamp};

#[test]
fn a_price_is_read_beside_unknown_fields_with_numbers_of_any_kind() {
    let expected =
        ContractPrice { price: SignedDecimal256::percent(1_000), time: Timestamp::from_nanos(5), confidence: None };
    for unknown in ["0.5", "1e9", "340282366920938463463374607431768211455", "-9223372036854775809", "[[1.5],{}]"] {
        let answer = format!(r#"{{"price":"10","time":"5","roundness":{unknown}}}"#);
        assert_eq!(from_json::<ContractPrice>(answer.as_bytes()).unwrap(), expected, "{unknown}");
    }
}
