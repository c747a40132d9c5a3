#![allow(clippy::unwrap_used)]
use std::io::{Read, Write};
use std::net::TcpStream;

use ballast_types::oracle::{AcceptedPrice, Flag};
use cosmwasm_std::{Coin, Decimal256, Uint128};

use super::*;

fn metrics() -> Metrics {
    let seen = Seen {
        leverage: 1.5,
        leverage_max: 2.25,
        margin_ratio: Some(0.6),
        hedge_ratio: 0.98,
        discount: Some(0.2),
        price_age: 3,
        read_at: 1_003,
        nav: 1_250.5,
        share_price: Some(1.01),
    };
    let mut metrics =
        Metrics { up: true, height: 42, seen: Some(seen), liquidations: 2, may_have_happened: 3, ..Metrics::default() };
    metrics.acted(4);
    metrics.acted(4);
    metrics.acted(7);
    metrics
}

fn sample<'a>(text: &'a str, name: &str) -> Option<&'a str> {
    text.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(' '))
}

#[test]
fn every_number_has_its_sample() {
    let text = metrics().render(1_007);
    for (name, value) in [
        ("ballast_up", "1"),
        ("ballast_height", "42"),
        ("ballast_leverage", "1.5"),
        ("ballast_leverage_max", "2.25"),
        ("ballast_margin_ratio", "0.6"),
        ("ballast_hedge_ratio", "0.98"),
        ("ballast_discount", "0.2"),
        ("ballast_oracle_age_seconds", "7"),
        ("ballast_nav", "1250.5"),
        ("ballast_share_price", "1.01"),
        ("ballast_actions_total{rule=\"1\"}", "0"),
        ("ballast_actions_total{rule=\"4\"}", "2"),
        ("ballast_actions_total{rule=\"7\"}", "1"),
        ("ballast_liquidations_total", "2"),
        ("ballast_errors_total{kind=\"chain\"}", "0"),
        ("ballast_errors_total{kind=\"network\"}", "0"),
        ("ballast_errors_total{kind=\"may_have_happened\"}", "3"),
    ] {
        assert_eq!(sample(&text, name), Some(value), "{name}");
    }
}

#[test]
fn a_price_that_is_held_back_and_what_is_left_for_fees_have_samples() {
    let names = ["ballast_oracle_held_back_since_timestamp_seconds", "ballast_oracle_usable_from_timestamp_seconds"];
    let mut metrics = Metrics { price: Some(Price::default()), ..metrics() };
    let text = metrics.render(0);
    assert_eq!(sample(&text, "ballast_oracle_flag{flag=\"jump\"}"), Some("0"));
    assert_eq!(names.map(|name| sample(&text, name)), [None, None]);
    metrics.price = Some(Price {
        flags: vec![Flag::Jump],
        held_back: Some(AcceptedPrice { price: Decimal256::one(), time: Timestamp::from_seconds(970) }),
        usable_from: Some(Timestamp::from_seconds(1_000)),
        opens: None,
    });
    let left = Coin { denom: "ucosm".into(), amount: Uint128::new(2_500_000) };
    metrics.fees = Some(Fees { left, whole: Some(2.5), actions: Some(96) });
    let text = metrics.render(0);
    assert_eq!(sample(&text, "ballast_oracle_flag{flag=\"jump\"}"), Some("1"));
    assert_eq!(sample(&text, "ballast_oracle_flag{flag=\"stale\"}"), Some("0"));
    assert_eq!(names.map(|name| sample(&text, name)), [Some("970"), Some("1000")]);
    assert_eq!(sample(&text, "ballast_fees_left"), Some("2.5"));
    assert_eq!(sample(&text, "ballast_fees_left_actions"), Some("96"));
}

#[test]
fn what_is_not_known_has_no_sample_and_infinity_is_written_as_prometheus_reads_it() {
    let text = Metrics::default().render(0);
    assert_eq!(sample(&text, "ballast_up"), Some("0"));
    assert_eq!(sample(&text, "ballast_leverage"), None);
    assert_eq!(sample(&text, "ballast_last_success_timestamp_seconds"), None);
    let mut metrics = metrics();
    metrics.seen = metrics.seen.map(|seen| Seen { leverage: f64::INFINITY, ..seen });
    assert_eq!(sample(&metrics.render(0), "ballast_leverage"), Some("+Inf"));
}

#[test]
fn each_family_is_announced_once_before_its_samples() {
    let text = metrics().render(0);
    for line in text.lines().filter(|line| !line.starts_with('#')) {
        let family = line.split(['{', ' ']).next().unwrap();
        let head = format!("# TYPE {family} ");
        assert_eq!(text.matches(&head).count(), 1, "{family}");
        assert!(text.find(&head) < text.find(line), "{family}");
    }
}

#[test]
fn the_server_answers_at_metrics_only() {
    let (shared, stop) = (Shared::default(), Stop::default());
    *shared.lock() = metrics();
    let address = shared.serve("127.0.0.1:0".parse().unwrap(), stop.clone()).unwrap();
    let get = |path: &str| {
        let mut stream = TcpStream::connect(address).unwrap();
        write!(stream, "GET {path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n").unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).unwrap();
        answer
    };
    let answer = get("/metrics");
    assert!(answer.starts_with("HTTP/1.1 200 "), "{answer}");
    assert!(answer.contains("text/plain; version=0.0.4"), "{answer}");
    assert!(answer.contains("ballast_height 42\n"), "{answer}");
    assert!(get("/").starts_with("HTTP/1.1 404 "));
    stop.set();
}

#[test]
fn an_address_in_use_is_a_mistake_of_who_starts_it() {
    let taken = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let error = Shared::default().serve(taken.local_addr().unwrap(), Stop::default()).unwrap_err();
    assert_eq!(error.exit_code(), 2);
}
