//! `#[wire]` accepts and refuses the same JSON as `#[cw_serde]`.
#![allow(missing_docs, clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use cosmwasm_std::{from_json, to_json_string};
use proptest::prelude::*;

/// The same types, once with each attribute.
macro_rules! types {
    ($module:ident, $attribute:path) => {
        mod $module {
            use cosmwasm_std::{
                Addr, Binary, Decimal, Decimal256, HexBinary, Int128, SignedDecimal256, Timestamp, Uint128,
            };
            use $attribute as attribute;

            #[attribute]
            #[serde(deny_unknown_fields)]
            pub struct Strict {
                pub amount: Uint128,
                pub name: Option<String>,
                pub inner: Lenient,
                pub list: Vec<Lenient>,
            }

            #[attribute]
            pub struct Lenient {
                pub who: Addr,
                pub small: u8,
                pub signed: i64,
                pub yes: bool,
            }

            #[attribute]
            pub struct Numbers {
                pub plain: Decimal,
                pub wide: Decimal256,
                pub signed: SignedDecimal256,
                pub whole: Int128,
                pub time: Timestamp,
                pub bytes: Binary,
                pub hash: HexBinary,
                pub index: Index,
            }

            #[attribute]
            pub struct Index(pub Int128);

            #[attribute]
            pub enum Kind {
                PlainWord,
                Holds(Lenient),
                Empty {},
                Some { thing: u64, other: Option<Index> },
            }

            #[attribute]
            #[serde(deny_unknown_fields)]
            pub enum Message {
                DoIt { kind: Kind, numbers: Option<Numbers> },
                Hand(Strict),
            }
        }
    };
}

types!(theirs, cosmwasm_schema::cw_serde);
types!(ours, ballast_wire::wire);

/// Either both read it and write the same, or neither reads it.
fn same<A, B>(text: &str) -> bool
where
    A: serde::Serialize + serde::de::DeserializeOwned,
    B: serde::Serialize + serde::de::DeserializeOwned,
{
    let theirs = from_json::<A>(text).map(|value| to_json_string(&value).unwrap());
    let ours = from_json::<B>(text).map(|value| to_json_string(&value).unwrap());
    match (&theirs, &ours) {
        (Ok(theirs), Ok(ours)) => assert_eq!(theirs, ours, "{text}"),
        (Err(_), Err(_)) => {}
        _ => panic!("{text}\ncw_serde: {theirs:?}\nwire: {ours:?}"),
    }
    theirs.is_ok()
}

fn all(text: &str) -> usize {
    let read = [
        same::<theirs::Strict, ours::Strict>(text),
        same::<theirs::Lenient, ours::Lenient>(text),
        same::<theirs::Numbers, ours::Numbers>(text),
        same::<theirs::Index, ours::Index>(text),
        same::<theirs::Kind, ours::Kind>(text),
        same::<theirs::Message, ours::Message>(text),
    ];
    read.into_iter().filter(|read| *read).count()
}

#[test]
fn what_is_right_is_read_and_what_is_wrong_is_refused() {
    let lenient = r#"{"who":"a","small":7,"signed":-3,"yes":true}"#;
    let numbers = r#"{"plain":"1.5","wide":"0.000000000000000001","signed":"-2","whole":"-9","time":"5","bytes":"AQI=","hash":"0aFf","index":"4"}"#;
    let strict = format!(r#"{{"amount":"1","inner":{lenient},"list":[{lenient},{lenient}]}}"#);
    let right = [
        lenient.to_owned(),
        numbers.to_owned(),
        strict.clone(),
        strict.replace(r#""amount""#, r#""name":null,"amount""#),
        lenient.replace('}', r#","more":[{"x":[1,null,"\u00e9\n"]}]}"#),
        r#""-170141183460469231731687303715884105728""#.to_owned(),
        r#""plain_word""#.to_owned(),
        format!(r#"{{"holds":{lenient}}}"#),
        r#"{"empty":{}}"#.to_owned(),
        r#"{"some":{"thing":18446744073709551615,"other":"-1"}}"#.to_owned(),
        format!(r#"{{"do_it":{{"kind":"plain_word","numbers":{numbers}}}}}"#),
        format!(r#"{{"hand":{strict}}}"#),
    ];
    for text in &right {
        assert_eq!(all(text), 1, "{text}");
    }
    let wrong = [
        lenient.replace("7", "256"),
        lenient.replace("7", "-1"),
        lenient.replace("7", "\"7\""),
        lenient.replace("7", "7.5"),
        lenient.replace("-3", "9223372036854775808"),
        lenient.replace("\"yes\":true", "\"yes\":1"),
        lenient.replace("\"yes\":true", "\"yes\":true,\"yes\":true"),
        lenient.replace(",\"yes\":true", ""),
        strict.replace(r#""amount""#, r#""extra":0,"amount""#),
        strict.replace(r#""amount":"1""#, r#""amount":1"#),
        strict.replace(r#""amount":"1""#, r#""amount":"-1""#),
        strict.replace(r#""amount":"1""#, r#""amount":"1","amount":"1""#),
        strict.replace(r#""amount":"1""#, r#""amount":null"#),
        numbers.replace("AQI=", "AQ?"),
        numbers.replace("0aFf", "0aFg"),
        numbers.replace("0aFf", "0aF"),
        numbers.replace("1.5", "1.5.5"),
        r#""Plain_Word""#.to_owned(),
        r#"{"plain_word":null}"#.to_owned(),
        r#"{"plain_word":{}}"#.to_owned(),
        r#""empty""#.to_owned(),
        r#"{"empty":null}"#.to_owned(),
        r#"{"some":{"thing":1},"empty":{}}"#.to_owned(),
        r#"{"some":[1,null]}"#.to_owned(),
        "[]".to_owned(),
        "{}".to_owned(),
        String::new(),
        "null".to_owned(),
        r#"{"do_it":{"kind":"plain_word","extra":1}}"#.to_owned(),
    ];
    for text in &wrong {
        assert_eq!(all(text), 0, "{text}");
    }
}

/// JSON from words that these types know, so that it is often nearly right.
fn json() -> impl Strategy<Value = String> {
    let name = prop::sample::select(vec![
        "amount",
        "name",
        "inner",
        "list",
        "who",
        "small",
        "signed",
        "yes",
        "plain",
        "wide",
        "whole",
        "time",
        "bytes",
        "hash",
        "index",
        "plain_word",
        "holds",
        "empty",
        "some",
        "thing",
        "other",
        "do_it",
        "hand",
        "kind",
        "numbers",
        "more",
    ]);
    let leaf = prop_oneof![
        Just("null".to_owned()),
        Just("true".to_owned()),
        any::<i16>().prop_map(|number| number.to_string()),
        any::<i64>().prop_map(|number| format!("\"{number}\"")),
        prop::sample::select(vec!["\"plain_word\"", "\"1.5\"", "\"a\"", "\"\"", "\"AQI=\""]).prop_map(str::to_owned),
    ];
    leaf.prop_recursive(4, 40, 8, move |inner| {
        let field = (name.clone(), inner.clone()).prop_map(|(name, value)| format!("\"{name}\":{value}"));
        prop_oneof![
            prop::collection::vec(field, 0..8).prop_map(|fields| format!("{{{}}}", fields.join(","))),
            prop::collection::vec(inner, 0..4).prop_map(|items| format!("[{}]", items.join(","))),
        ]
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(20_000))]

    #[test]
    fn any_json_of_known_words_is_taken_alike(text in json()) {
        all(&text);
    }
}
