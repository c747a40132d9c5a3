#![allow(clippy::unwrap_used)]
use std::time::Duration;

use super::*;
use crate::commands::publish::sources::file::Request;
use crate::commands::publish::sources::written::Span;

const ARRIVED: u64 = 1_700_000_000_000_000_000;

fn source(value: &str, time: Option<(&str, Unit)>) -> Source {
    let request = Request {
        uri: "http://a.example".parse().unwrap(),
        body: None,
        headers: ureq::http::HeaderMap::new(),
        timeout: Duration::from_secs(1),
        trusted: None,
        lacks: None,
    };
    let time = time.map(|(pointer, unit)| (pointer.to_owned(), unit));
    let factor = Exact::whole(1);
    Source { name: "a".into(), request, value: value.into(), time, inverse: false, factor, interval: None }
}

fn answer(json: &str) -> Answer {
    Answer { json: serde_json::from_str(json).unwrap(), arrived: ARRIVED }
}

fn value(source: &Source, json: &str) -> Result<String, String> {
    read(source, &answer(json)).map(|observed| observed.value.to_string()).map_err(|fault| fault.to_string())
}

#[test]
fn a_number_and_a_string_are_read_exactly_and_anything_else_is_said() {
    let source = source("/d/0/last", None);
    for (json, expected) in [
        (r#"{"d":[{"last":"10.010"}]}"#, Ok("10.01")),
        (r#"{"d":[{"last":10.01}]}"#, Ok("10.01")),
        (r#"{"d":[{"last":1.001e1}]}"#, Ok("10.01")),
        (r#"{"d":[{"last":64123.123456789012345678}]}"#, Ok("64123.123456789012345678")),
        (r#"{"d":[{"last":null}]}"#, Err("no_value: neither a number nor a string at '/d/0/last'")),
        (r#"{"d":[{"last":true}]}"#, Err("no_value: neither a number nor a string at '/d/0/last'")),
        (r#"{"d":[]}"#, Err("no_value: nothing at '/d/0/last'")),
        (r#"{"error":"no such symbol"}"#, Err("no_value: nothing at '/d/0/last'")),
        (r#"{"d":[{"last":"NaN"}]}"#, Err("bad_value: 'NaN' is not a number")),
        (r#"{"d":[{"last":""}]}"#, Err("bad_value: '' is not a number")),
        (r#"{"d":[{"last":"1e60"}]}"#, Err("bad_value: '1e60' is too large")),
        (r#"{"d":[{"last":1e999}]}"#, Err("bad_value: '1e999' is not a number")),
    ] {
        assert_eq!(value(&source, json), expected.map(str::to_owned).map_err(str::to_owned), "{json}");
    }
}

#[test]
fn a_price_is_inverted_and_then_scaled() {
    let mut source = source("/p", None);
    source.inverse = true;
    source.factor = Exact::parse("0.5").unwrap();
    // half of a quarter
    assert_eq!(value(&source, r#"{"p":4}"#), Ok("0.125".to_owned()));
    assert_eq!(value(&source, r#"{"p":"0"}"#), Err("bad_value: '0' has no inverse".to_owned()));
}

#[test]
fn a_rate_of_8_hours_is_1095_times_as_much_a_year() {
    let mut source = source("/r", None);
    source.factor = Exact::whole(1_095);
    assert_eq!(value(&source, r#"{"r":"0.0001"}"#), Ok("0.1095".to_owned()));
    assert_eq!(value(&source, r#"{"r":-2.5e-5}"#), Ok("-0.027375".to_owned()));
}

#[test]
fn an_interval_that_the_answer_has_is_that_of_its_rate() {
    let rate = |unit, json: &str| {
        let interval = Some(("/i".to_owned(), unit));
        value(&Source { interval, ..source("/r", None) }, json)
    };
    // 0.0001 for 4 hours is 0.219 a year.
    assert_eq!(rate(Span::Hours, r#"{"r":0.0001,"i":"4"}"#), Ok("0.219".to_owned()));
    assert_eq!(rate(Span::Seconds, r#"{"r":0.0001,"i":28800}"#), Ok("0.1095".to_owned()));
    assert_eq!(rate(Span::Milliseconds, r#"{"r":0.0001,"i":3600000}"#), Ok("0.876".to_owned()));
    for (json, why) in [
        (r#"{"r":0.0001,"i":"0"}"#, "bad_value: '0' is no interval of 1 to 24 hours"),
        (r#"{"r":0.0001,"i":28800}"#, "bad_value: '28800' is no interval of 1 to 24 hours"),
        (r#"{"r":0.0001,"i":"-8"}"#, "bad_value: '-8' is no interval of 1 to 24 hours"),
        (r#"{"r":0.0001}"#, "no_value: nothing at '/i'"),
    ] {
        assert_eq!(rate(Span::Hours, json), Err(why.to_owned()), "{json}");
    }
}

#[test]
fn times_are_read_in_their_unit() {
    let time = |unit, json: &str| read(&source("/p", Some(("/t", unit))), &answer(json)).map(|observed| observed.time);
    for (unit, json, nanos) in [
        (Unit::Seconds, r#"{"p":1,"t":1699999999}"#, 1_699_999_999_000_000_000),
        (Unit::Seconds, r#"{"p":1,"t":1699999999.25}"#, 1_699_999_999_250_000_000),
        (Unit::Milliseconds, r#"{"p":1,"t":"1699999999123"}"#, 1_699_999_999_123_000_000),
        (Unit::Microseconds, r#"{"p":1,"t":1699999999123456}"#, 1_699_999_999_123_456_000),
        (Unit::Nanoseconds, r#"{"p":1,"t":"1699999999123456789"}"#, 1_699_999_999_123_456_789),
        (Unit::Rfc3339, r#"{"p":1,"t":"2023-11-14T22:13:19.5Z"}"#, 1_699_999_999_500_000_000),
        (Unit::Rfc3339, r#"{"p":1,"t":"2023-11-14T23:13:19+01:00"}"#, 1_699_999_999_000_000_000),
    ] {
        assert_eq!(time(unit, json), Ok(nanos), "{json}");
    }
    for (unit, json) in [
        (Unit::Rfc3339, r#"{"p":1,"t":1699999999}"#),
        (Unit::Rfc3339, r#"{"p":1,"t":"yesterday"}"#),
        (Unit::Seconds, r#"{"p":1,"t":"2023-11-14T22:13:19Z"}"#),
        (Unit::Seconds, r#"{"p":1,"t":-5}"#),
        (Unit::Seconds, r#"{"p":1,"t":1699999999123}"#),
    ] {
        assert_eq!(time(unit, json).unwrap_err().kind, Kind::BadValue, "{json}");
    }
    assert_eq!(time(Unit::Seconds, r#"{"p":1}"#).unwrap_err().kind, Kind::NoValue);
    // Without a time of its own, a value is of the moment in which it arrived.
    assert_eq!(read(&source("/p", None), &answer(r#"{"p":1}"#)).unwrap().time, ARRIVED);
}

#[test]
fn a_key_that_a_server_repeats_is_not_shown() {
    let mut source = source("/p", Some(("/t", Unit::Seconds)));
    source.request.headers.insert("x-key", ureq::http::HeaderValue::from_static("s3cret"));
    let hidden = |length: usize| format!("bad_value: a text of {length} characters that repeats a part of the request");
    let said = value(&source, r#"{"p":"invalid API key s3cret"}"#).unwrap_err();
    assert_eq!(said, format!("{} is not a number", hidden(22)));
    let said = value(&source, r#"{"p":1,"t":"s3cret"}"#).unwrap_err();
    assert_eq!(said, format!("{} is no time in s", hidden(6)));
    source.interval = Some(("/i".to_owned(), Span::Hours));
    let said = value(&source, r#"{"p":1,"i":"s3cret"}"#).unwrap_err();
    assert_eq!(said, format!("{} is no interval of 1 to 24 hours", hidden(6)));
}
