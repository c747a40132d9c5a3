//! `SetFeed` and `RemoveFeed`.

use ballast_oracle::ContractError;
use ballast_types::oracle::{ExecuteMsg, FeedConfig, FeedKind, Flag, QueryMsg, Reading, Source};
use cosmwasm_std::{from_json, Decimal256, StdResult};
use cw_ownable::OwnershipError;

use crate::support::{attribute, decimal, priced, signed, Answer, Oracle, ATOM, HOUR};

fn refused(change: impl FnOnce(&mut FeedConfig)) -> ContractError {
    let mut oracle = Oracle::new();
    let mut config = FeedConfig::price(oracle.publishers(&["publisher"], 1));
    change(&mut config);
    oracle.set(ATOM, config).unwrap_err()
}

fn allowed(change: impl FnOnce(&mut FeedConfig)) {
    Oracle::with(change);
}

fn out_of_bounds(parameter: &'static str, value: &str, min: &str, max: &str) -> ContractError {
    ContractError::OutOfBounds { parameter, value: value.into(), min: min.into(), max: max.into() }
}

#[test]
fn only_the_owner_sets_and_removes_feeds() {
    let mut oracle = Oracle::with_atom();
    let config = FeedConfig::price(oracle.publishers(&["stranger"], 1));
    for msg in [ExecuteMsg::SetFeed { feed: ATOM.into(), config }, ExecuteMsg::RemoveFeed { feed: ATOM.into() }] {
        for sender in ["stranger", "publisher", "creator"] {
            let error = oracle.execute(sender, msg.clone()).unwrap_err();
            assert_eq!(error, ContractError::Ownership(OwnershipError::NotOwner));
        }
    }
}

#[test]
fn a_feed_is_stored_as_it_was_set() {
    let mut oracle = Oracle::new();
    let config = FeedConfig { max_age: 3600, ..FeedConfig::rate(oracle.publishers(&["ann", "bob"], 2)) };
    let events = oracle.set("atom/funding", config.clone()).unwrap();
    assert_eq!(attribute(&events, "action"), "set_feed");
    assert_eq!(attribute(&events, "kind"), "rate");

    let stored: ballast_types::oracle::FeedResponse =
        oracle.query(QueryMsg::Feed { feed: "atom/funding".into() }).unwrap();
    assert_eq!(stored.config, config);
    assert_eq!((stored.published.len(), stored.accepted, stored.held_back), (0, None, None));
}

#[test]
fn the_age_of_a_price_is_between_five_seconds_and_a_day() {
    assert_eq!(refused(|c| c.max_age = 4), out_of_bounds("max_age", "4", "5", "86400"));
    assert_eq!(refused(|c| c.max_age = 86_401), out_of_bounds("max_age", "86401", "5", "86400"));
    allowed(|c| c.max_age = 5);
    allowed(|c| c.max_age = 86_400);
}

#[test]
fn the_age_of_a_rate_is_between_one_hour_and_three_days() {
    let rate = |age| {
        move |c: &mut FeedConfig| {
            c.kind = FeedKind::Rate;
            c.max_age = age;
        }
    };
    assert_eq!(refused(rate(3_599)), out_of_bounds("max_age", "3599", "3600", "259200"));
    assert_eq!(refused(rate(259_201)), out_of_bounds("max_age", "259201", "3600", "259200"));
    allowed(rate(3_600));
    allowed(rate(259_200));
}

#[test]
fn the_confidence_that_needs_no_flag_is_between_a_basis_point_and_ten_percent() {
    let error = |value| out_of_bounds("max_confidence", value, "0.0001", "0.1");
    assert_eq!(refused(|c| c.max_confidence = decimal("0.000099")), error("0.000099"));
    assert_eq!(refused(|c| c.max_confidence = decimal("0.100001")), error("0.100001"));
    allowed(|c| c.max_confidence = decimal("0.0001"));
    allowed(|c| c.max_confidence = decimal("0.1"));
}

#[test]
fn the_jump_bound_is_between_one_and_a_hundred_percent() {
    let error = |value| out_of_bounds("max_jump", value, "0.01", "1");
    assert_eq!(refused(|c| c.max_jump = decimal("0.009")), error("0.009"));
    assert_eq!(refused(|c| c.max_jump = decimal("1.001")), error("1.001"));
    allowed(|c| c.max_jump = decimal("0.01"));
    allowed(|c| c.max_jump = decimal("1"));
}

#[test]
fn a_jump_is_confirmed_after_ten_seconds_to_an_hour() {
    let error = |value| out_of_bounds("confirm_after", value, "10", "3600");
    assert_eq!(refused(|c| c.confirm_after = 9), error("9"));
    assert_eq!(refused(|c| c.confirm_after = 3_601), error("3601"));
    allowed(|c| c.confirm_after = 10);
    allowed(|c| c.confirm_after = 3_600);
}

#[test]
fn a_feed_with_the_defaults_has_the_bounds_that_the_readme_names() {
    let FeedConfig { max_age, max_confidence, max_jump, confirm_after, variance_tau, initial_volatility, .. } =
        FeedConfig::price(Source::Fixed { value: signed("1") });
    assert_eq!((max_age, max_confidence, max_jump), (60, decimal("0.008"), decimal("0.15")));
    assert_eq!((confirm_after, variance_tau, initial_volatility), (30, 168 * HOUR, decimal("0.5")));
}

#[test]
fn the_memory_of_the_variance_is_between_a_day_and_2000_hours() {
    let error = |value| out_of_bounds("variance_tau", value, "86400", "7200000");
    assert_eq!(refused(|c| c.variance_tau = 24 * HOUR - 1), error("86399"));
    assert_eq!(refused(|c| c.variance_tau = 2_000 * HOUR + 1), error("7200001"));
    allowed(|c| c.variance_tau = 24 * HOUR);
    allowed(|c| c.variance_tau = 2_000 * HOUR);
}

#[test]
fn the_first_volatility_is_between_one_and_three_hundred_percent() {
    let error = |value| out_of_bounds("initial_volatility", value, "0.01", "3");
    assert_eq!(refused(|c| c.initial_volatility = decimal("0.0099")), error("0.0099"));
    assert_eq!(refused(|c| c.initial_volatility = decimal("3.01")), error("3.01"));
    allowed(|c| c.initial_volatility = decimal("0.01"));
    allowed(|c| c.initial_volatility = decimal("3"));
}

#[test]
fn a_quorum_is_a_majority_to_all_of_one_to_fifteen_publishers() {
    let mut oracle = Oracle::new();
    let names: Vec<String> = (0..16).map(|n| format!("publisher-{n}")).collect();
    let names: Vec<&str> = names.iter().map(String::as_str).collect();
    let mut set = |count: usize, quorum| {
        let source = oracle.publishers(&names[..count], quorum);
        oracle.set(ATOM, FeedConfig::price(source)).map(|_| ())
    };
    assert_eq!(set(0, 0).unwrap_err(), out_of_bounds("publishers", "0", "1", "15"));
    assert_eq!(set(16, 1).unwrap_err(), out_of_bounds("publishers", "16", "1", "15"));
    assert_eq!(set(3, 0).unwrap_err(), out_of_bounds("quorum", "0", "1", "3"));
    assert_eq!(set(3, 4).unwrap_err(), out_of_bounds("quorum", "4", "1", "3"));
    for (publishers, quorum) in [(2, 1), (3, 1), (4, 2), (5, 2), (14, 7), (15, 7)] {
        let error = set(publishers as usize, quorum).unwrap_err();
        assert_eq!(error, ContractError::NoMajority { quorum, publishers });
        set(publishers as usize, quorum + 1).unwrap();
    }
    set(1, 1).unwrap();
    set(15, 15).unwrap();
}

#[test]
fn a_publisher_named_twice_would_count_twice_and_is_refused() {
    let mut oracle = Oracle::new();
    let config = FeedConfig::price(oracle.publishers(&["ann", "bob", "ann"], 2));
    let publisher = oracle.address("ann");
    assert_eq!(oracle.set(ATOM, config).unwrap_err(), ContractError::PublisherTwice { publisher });
}

#[test]
fn addresses_are_checked_at_the_door() {
    for source in [
        Source::Published { publishers: vec!["not an address".into()], quorum: 1 },
        Source::Contract { address: "not an address".into() },
    ] {
        let error = refused(|c| c.source = source);
        assert!(matches!(error, ContractError::Std(_)), "{error}");
    }
}

#[test]
fn a_constant_price_is_a_price() {
    for value in ["0", "-1", "0.00000099", "1000000000.1"] {
        let error = refused(|c| c.source = Source::Fixed { value: signed(value) });
        let (min, max) = (decimal("0.000001"), decimal("1000000000"));
        assert_eq!(error, ContractError::PriceOutOfRange { feed: ATOM.into(), value: signed(value), min, max });
    }
    for value in ["0.000001", "1", "1000000000"] {
        allowed(|c| c.source = Source::Fixed { value: signed(value) });
    }
}

#[test]
fn a_constant_rate_is_at_most_a_hundred_thousand_percent_a_year_either_way() {
    let rate = |value: &str| {
        let source = Source::Fixed { value: signed(value) };
        move |c: &mut FeedConfig| *c = FeedConfig::rate(source)
    };
    for value in ["1000.1", "-1000.1"] {
        let expected = ContractError::RateOutOfRange { feed: ATOM.into(), value: signed(value), max: decimal("1000") };
        assert_eq!(refused(rate(value)), expected);
    }
    for value in ["1000", "-1000", "0", "-0.1"] {
        allowed(rate(value));
    }
}

#[test]
fn names_are_short_and_plain() {
    let mut oracle = Oracle::new();
    let config = FeedConfig::price(oracle.publishers(&["publisher"], 1));
    let long = "a".repeat(65);
    for name in ["", "ATOM", "atom usd", "atom.usd", "\u{e9}", "atom/usd\n", &long] {
        let expected = ContractError::InvalidFeedName { feed: name.into(), length: name.chars().count(), max: 64 };
        assert_eq!(oracle.set(name, config.clone()).unwrap_err(), expected);
    }
    for name in ["a", "st-atom_2/usd", &"a".repeat(64)] {
        oracle.set(name, config.clone()).unwrap();
    }
}

#[test]
fn new_bounds_keep_the_history_and_another_kind_of_source_starts_it_anew() {
    let mut oracle = Oracle::with_atom();
    oracle.publish("10");

    let mut config = oracle.feed().config;
    config.max_jump = Decimal256::percent(30);
    let events = oracle.set(ATOM, config.clone()).unwrap();
    assert_eq!(attribute(&events, "restarted"), "false");
    assert_eq!(oracle.accepted(), decimal("10"));
    assert_eq!(oracle.reading().value, signed("10"));

    config.source = Source::Contract { address: oracle.address("source") };
    let events = oracle.set(ATOM, config.clone()).unwrap();
    assert_eq!(attribute(&events, "restarted"), "true");
    assert_eq!(oracle.feed().accepted, None);
    assert_eq!(oracle.feed().published, []);
    assert_eq!(oracle.flags(), [Flag::Missing]);

    config.source = oracle.publishers(&["publisher"], 1);
    oracle.set(ATOM, config).unwrap();
    oracle.publish("20");
    assert_eq!(oracle.flags(), [], "the first price of a kind of source is accepted, however far from another's");
}

#[test]
fn replacing_a_publisher_forgets_nothing() {
    let mut oracle = Oracle::at_10(&["ann", "bob", "cleo"], 2, |_| ());
    // Ten hours alternating between 10 and 11, so that average and volatility have something to forget.
    for price in ["11", "10"].repeat(5) {
        oracle.wait(HOUR);
        oracle.all_publish(&["ann", "bob", "cleo"], price);
    }
    let (before, feed) = (oracle.reading(), oracle.feed());
    assert!(before.volatility > decimal("2"), "{}", before.volatility);

    for quorum in [2, 3] {
        let source = oracle.publishers(&["dan", "bob", "ann"], quorum);
        let events = oracle.set(ATOM, FeedConfig { source, ..feed.config.clone() }).unwrap();
        assert_eq!(attribute(&events, "restarted"), "false");
        assert_eq!(oracle.feed().accepted, feed.accepted);
        let published: Vec<String> = oracle.feed().published.iter().map(|v| v.publisher.to_string()).collect();
        assert_eq!(published, [oracle.address("ann"), oracle.address("bob")], "of those who stay");
    }
    assert_eq!(oracle.flags(), [Flag::Missing], "dan's is needed now");

    oracle.wait(20);
    oracle.all_publish(&["ann", "bob", "dan"], "30");
    let reading = oracle.reading();
    assert_eq!((reading.value, reading.flags), (signed("30"), vec![Flag::Jump]));
    assert_eq!((reading.average, reading.volatility), (before.average, before.volatility));
    assert_eq!(oracle.accepted(), decimal("10"));

    let error = oracle.try_publish("cleo", crate::support::published("30")).unwrap_err();
    assert_eq!(error, ContractError::NotPublisher { feed: ATOM.into(), sender: oracle.address("cleo") });
}

#[test]
fn a_publisher_who_returns_has_no_value_until_the_next() {
    let mut oracle = Oracle::at_10(&["ann", "bob", "cleo"], 2, |_| ());
    let config = oracle.feed().config;
    let source = oracle.publishers(&["ann", "bob"], 2);
    oracle.set(ATOM, FeedConfig { source, ..config.clone() }).unwrap();
    oracle.set(ATOM, config).unwrap();
    assert_eq!(oracle.feed().published.len(), 2);
    assert_eq!(oracle.reading().value, signed("10"));
}

#[test]
fn another_contract_is_measured_against_what_the_first_one_said() {
    let mut oracle = Oracle::with_contract(priced("10", cosmwasm_std::Timestamp::from_seconds(crate::support::START)));
    oracle.wait(10);
    oracle.source_says("30");
    let source = Source::Contract { address: oracle.address("another") };
    let config = oracle.feed().config;
    oracle.set(ATOM, FeedConfig { source, ..config }).unwrap();
    assert_eq!(oracle.flags(), [Flag::Jump]);
    assert_eq!(oracle.accepted(), decimal("10"));
    assert_eq!(oracle.held_back(), Some(decimal("30")), "asked at once");
}

#[test]
fn another_kind_starts_anew_too_so_that_a_negative_rate_is_never_a_price() {
    let mut oracle = Oracle::with(|c| *c = FeedConfig::rate(c.source.clone()));
    oracle.publish("-0.1");
    let source = oracle.feed().config.source;
    oracle.set(ATOM, FeedConfig::price(source)).unwrap();
    assert_eq!(oracle.flags(), [Flag::Missing]);
}

#[test]
fn a_contract_is_asked_when_it_becomes_a_source_so_that_its_first_jump_is_seen() {
    let mut oracle = Oracle::with_contract(priced("10", cosmwasm_std::Timestamp::from_seconds(crate::support::START)));
    assert_eq!(oracle.accepted(), decimal("10"));
    oracle.wait(10);
    oracle.source_says("12");
    assert_eq!(oracle.flags(), [Flag::Jump]);
}

#[test]
fn a_contract_that_does_not_answer_yet_may_become_a_source() {
    let oracle = Oracle::with_contract(Answer::NoContract);
    assert_eq!(oracle.flags(), [Flag::Missing]);
    oracle.source_says("10");
    assert_eq!(oracle.flags(), []);
}

#[test]
fn a_removed_feed_is_gone_and_starts_anew_when_it_returns() {
    let mut oracle = Oracle::with_atom();
    oracle.publish("10");
    let config = oracle.feed().config;
    oracle.execute("owner", ExecuteMsg::RemoveFeed { feed: ATOM.into() }).unwrap();

    let unknown = ContractError::UnknownFeed { feed: ATOM.into() };
    assert_eq!(oracle.query::<Reading>(QueryMsg::Price { feed: ATOM.into() }).unwrap_err(), unknown);
    assert_eq!(oracle.execute("owner", ExecuteMsg::RemoveFeed { feed: ATOM.into() }).unwrap_err(), unknown);

    oracle.set(ATOM, config).unwrap();
    assert_eq!(oracle.feed().accepted, None);
    assert_eq!(oracle.flags(), [Flag::Missing]);
}

#[test]
fn messages_with_unknown_fields_are_refused() {
    for json in [
        r#"{"remove_feed":{"feed":"atom/usd","force":true}}"#,
        r#"{"observe":{"feeds":[],"now":true}}"#,
        r#"{"publish":{"values":[{"feed":"atom/usd","value":"1","source":"me"}]}}"#,
        r#"{"burn":{}}"#,
    ] {
        let message: StdResult<ExecuteMsg> = from_json(json);
        assert!(message.is_err(), "{json}");
    }
    let question: StdResult<QueryMsg> = from_json(r#"{"price":{"feed":"atom/usd","at":"1"}}"#);
    assert!(question.is_err());
    let source: StdResult<Source> = from_json(r#"{"fixed":{"value":"1","max_age":5}}"#);
    assert!(source.is_err());
}
