//! Queries.

use ballast_oracle::{contract, ContractError};
use ballast_types::oracle::{FeedConfig, FeedEntry, FeedKind, FeedsResponse, Flag, QueryMsg, Reading, Source};
use ballast_upgrade::{set_storage_version, UpgradeError};
use cosmwasm_std::{Empty, Timestamp};

use crate::support::{decimal, signed, Answer, Oracle, ATOM, HOUR};

#[test]
fn a_price_is_not_a_rate() {
    let mut oracle = Oracle::with_atom();
    oracle.set("funding", FeedConfig::rate(Source::Fixed { value: signed("0.1") })).unwrap();
    let error = oracle.query::<Reading>(QueryMsg::Rate { feed: ATOM.into() }).unwrap_err();
    let (kind, asked) = (FeedKind::Price, FeedKind::Rate);
    assert_eq!(error, ContractError::WrongKind { feed: ATOM.into(), kind, asked });
    let error = oracle.query::<Reading>(QueryMsg::Price { feed: "funding".into() }).unwrap_err();
    assert_eq!(error, ContractError::WrongKind { feed: "funding".into(), kind: asked, asked: kind });
}

#[test]
fn a_feed_that_does_not_exist_is_an_error_when_asked_for_alone() {
    let oracle = Oracle::new();
    let feed = || ATOM.to_string();
    for msg in [QueryMsg::Price { feed: feed() }, QueryMsg::Rate { feed: feed() }, QueryMsg::Feed { feed: feed() }] {
        let error = oracle.query::<Reading>(msg).unwrap_err();
        assert_eq!(error, ContractError::UnknownFeed { feed: feed() });
    }
}

#[test]
fn one_missing_feed_spoils_no_other_and_answers_come_in_the_order_asked() {
    let mut oracle = Oracle::with_atom();
    oracle.publish("10");
    let source = Source::Contract { address: oracle.address("source") };
    oracle.set("broken", FeedConfig::price(source)).unwrap();
    oracle.source_answers(Answer::Error);
    oracle.set("funding", FeedConfig::rate(Source::Fixed { value: signed("-0.2") })).unwrap();

    let readings = oracle.readings(&["nowhere", "broken", ATOM, "", "funding", ATOM]);
    let names: Vec<&str> = readings.iter().map(|reading| reading.feed.as_str()).collect();
    assert_eq!(names, ["nowhere", "broken", ATOM, "", "funding", ATOM]);
    let flags: Vec<&[Flag]> = readings.iter().map(|reading| reading.flags.as_slice()).collect();
    assert_eq!(flags, [&[Flag::Missing][..], &[Flag::Missing], &[], &[Flag::Missing], &[], &[]]);
    assert_eq!(readings[2].value, signed("10"));
    assert_eq!(readings[4].value, signed("-0.2"));
}

#[test]
fn no_more_than_thirty_feeds_at_once() {
    let oracle = Oracle::new();
    assert_eq!(oracle.readings(&["nowhere"; 30]).len(), 30);
    assert_eq!(oracle.readings(&[]), []);
    let feeds = vec!["nowhere".to_string(); 31];
    let error = oracle.query::<Vec<Reading>>(QueryMsg::Readings { feeds }).unwrap_err();
    assert_eq!(error, ContractError::TooManyFeeds { asked: 31, max: 30 });
}

#[test]
fn a_constant_is_always_fresh_and_does_not_vary() {
    let mut oracle = Oracle::with(|c| c.source = Source::Fixed { value: signed("1") });
    for _ in 0..3 {
        let reading = oracle.reading();
        assert_eq!((reading.value, reading.average), (signed("1"), signed("1")));
        assert_eq!((reading.confidence, reading.volatility), (decimal("0"), decimal("0")));
        assert_eq!(reading.time, oracle.now());
        assert_eq!(reading.stale_at, Timestamp::from_nanos(u64::MAX));
        assert_eq!(reading.flags, []);
        oracle.wait(10 * 8760 * HOUR);
        oracle.observe();
    }
}

#[test]
fn a_feed_shows_what_each_publisher_said_last() {
    let mut oracle = Oracle::with_quorum(&["ann", "bob", "cleo"], 2);
    oracle.publish_as("bob", "10");
    oracle.wait(HOUR);
    oracle.publish_as("ann", "11");
    oracle.publish_as("bob", "11.1");
    let feed = oracle.feed();
    let published: Vec<_> = feed.published.iter().map(|value| (value.publisher.to_string(), value.value)).collect();
    assert_eq!(published, [(oracle.address("bob"), signed("11.1")), (oracle.address("ann"), signed("11"))]);
    assert_eq!(feed.accepted.unwrap().price, decimal("11.05"));
}

#[test]
fn feeds_are_listed_by_name_in_pages() {
    let mut oracle = Oracle::new();
    let fixed = |value| Source::Fixed { value: signed(value) };
    for n in (0..35).rev() {
        oracle.set(&format!("price-{n:02}"), FeedConfig::price(fixed("1"))).unwrap();
    }
    oracle.set("funding", FeedConfig::rate(fixed("0"))).unwrap();
    let page = |start_after: Option<&str>, limit| -> Vec<FeedEntry> {
        let start_after = start_after.map(String::from);
        oracle.query::<FeedsResponse>(QueryMsg::Feeds { start_after, limit }).unwrap().feeds
    };

    let first = page(None, None);
    assert_eq!(first.len(), 10);
    assert_eq!(first[0], FeedEntry { feed: "funding".into(), kind: FeedKind::Rate });
    assert_eq!(first[9], FeedEntry { feed: "price-08".into(), kind: FeedKind::Price });
    assert_eq!(page(Some("price-08"), Some(1))[0].feed, "price-09");
    assert_eq!(page(None, Some(1000)).len(), 30);
    assert_eq!(page(Some("price-34"), None), []);
    assert_eq!(page(None, Some(0)), []);
}

#[test]
fn an_older_version_migrates_and_nothing_is_lost() {
    let mut oracle = Oracle::with_atom();
    oracle.publish("10");
    let before = oracle.reading();
    let env = oracle.env();
    cw2::set_contract_version(&mut oracle.deps().storage, "ballast-oracle", "0.0.1").unwrap();
    contract::migrate(oracle.deps().as_mut(), env, Empty {}).unwrap();
    assert_eq!(oracle.reading(), before);
}

#[test]
fn a_newer_version_or_another_contract_does_not_migrate() {
    for (name, version) in [("ballast-oracle", "99.0.0"), ("ballast-vault", "0.0.1")] {
        let mut oracle = Oracle::new();
        let env = oracle.env();
        cw2::set_contract_version(&mut oracle.deps().storage, name, version).unwrap();
        let error = contract::migrate(oracle.deps().as_mut(), env, Empty {}).unwrap_err();
        assert!(matches!(error, ContractError::Upgrade(UpgradeError::Std(_))), "{error}");
    }
}

#[test]
fn storage_of_a_version_that_the_code_does_not_know_does_not_migrate() {
    let mut oracle = Oracle::new();
    let env = oracle.env();
    contract::migrate(oracle.deps().as_mut(), env.clone(), Empty {}).unwrap();
    for found in [2, 0] {
        set_storage_version(&mut oracle.deps().storage, found);
        let error = contract::migrate(oracle.deps().as_mut(), env.clone(), Empty {}).unwrap_err();
        assert_eq!(error, ContractError::Upgrade(UpgradeError::UnknownStorage { found, known: 1 }));
    }
}
