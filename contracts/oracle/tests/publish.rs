//! `Publish`: who may publish, what is refused, and the median of several publishers.

use ballast_oracle::{contract, ContractError};
use ballast_types::oracle::{ExecuteMsg, FeedConfig, Flag, PublishedValue, QueryMsg, Reading, Source};
use cosmwasm_std::testing::message_info;
use cosmwasm_std::{coins, Addr};

use crate::support::{attribute, decimal, published, published_at, signed, Oracle, ATOM, HOUR, MINUTE, START};

const RATE: &str = "atom/funding";

#[test]
fn a_published_price_is_read_as_it_was_published() {
    let mut oracle = Oracle::with_atom();
    let value = PublishedValue { confidence: Some(decimal("0.002")), ..published("12.5") };
    let events = oracle.try_publish("publisher", value).unwrap();
    assert_eq!(events[0].ty, "ballast-oracle/publish");
    assert_eq!(attribute(&events, "action"), "publish");
    assert_eq!(attribute(&events, "verdict"), "accepted");

    oracle.wait(20);
    let reading = oracle.reading();
    assert_eq!(reading.feed, ATOM);
    assert_eq!(reading.value, signed("12.5"));
    assert_eq!(reading.confidence, decimal("0.002"));
    assert_eq!(reading.average, signed("12.5"));
    assert_eq!(reading.volatility, decimal("0.5"), "assumed before anything was observed");
    assert_eq!(reading.time.seconds(), START);
    assert_eq!(reading.stale_at.seconds(), START + 60);
    assert_eq!(reading.flags, []);
}

#[test]
fn a_price_of_exactly_the_greatest_age_is_fresh_and_a_nanosecond_later_stale() {
    let mut oracle = Oracle::with_atom();
    oracle.publish("10");
    oracle.wait(60);
    assert_eq!(oracle.flags(), []);
    oracle.wait_nanos(1);
    assert_eq!(oracle.flags(), [Flag::Stale]);
    assert_eq!(oracle.reading().value, signed("10"), "stale, not lost");
}

#[test]
fn only_publishers_of_a_feed_publish_it() {
    let mut oracle = Oracle::with_atom();
    for sender in ["stranger", "owner"] {
        let expected = ContractError::NotPublisher { feed: ATOM.into(), sender: oracle.address(sender) };
        assert_eq!(oracle.try_publish(sender, published("10")).unwrap_err(), expected);
    }
}

#[test]
fn a_feed_with_another_source_cannot_be_published() {
    let mut oracle = Oracle::with(|c| c.source = Source::Fixed { value: signed("1") });
    let expected = ContractError::NotPublished { feed: ATOM.into() };
    assert_eq!(oracle.try_publish("publisher", published("10")).unwrap_err(), expected);
}

#[test]
fn a_feed_that_does_not_exist_cannot_be_published() {
    let mut oracle = Oracle::new();
    let expected = ContractError::UnknownFeed { feed: ATOM.into() };
    assert_eq!(oracle.try_publish("publisher", published("10")).unwrap_err(), expected);
}

#[test]
fn a_price_outside_of_the_accepted_range_is_refused_and_changes_nothing() {
    let mut oracle = Oracle::with_atom();
    oracle.publish("10");
    oracle.wait(1);
    for value in ["0", "-10", "0.000000999999999999", "1000000000.000000000000000001"] {
        let before = oracle.dump();
        let error = oracle.try_publish("publisher", published(value)).unwrap_err();
        let (min, max) = (decimal("0.000001"), decimal("1000000000"));
        assert_eq!(error, ContractError::PriceOutOfRange { feed: ATOM.into(), value: signed(value), min, max });
        assert_eq!(oracle.dump(), before);
    }
}

#[test]
fn both_ends_of_the_accepted_range_are_prices() {
    for value in ["0.000001", "1000000000"] {
        let mut oracle = Oracle::with_atom();
        oracle.publish(value);
        assert_eq!(oracle.flags(), []);
        assert_eq!(oracle.reading().value, signed(value));
    }
}

#[test]
fn a_confidence_interval_that_reaches_zero_is_refused() {
    let mut oracle = Oracle::with_atom();
    let value = |confidence| PublishedValue { confidence: Some(decimal(confidence)), ..published("10") };
    let error = oracle.try_publish("publisher", value("1")).unwrap_err();
    assert_eq!(error, ContractError::ConfidenceTooWide { feed: ATOM.into(), confidence: decimal("1") });
    oracle.try_publish("publisher", value("0.999")).unwrap();
    assert_eq!(oracle.flags(), [Flag::Uncertain]);
}

#[test]
fn a_confidence_of_exactly_the_bound_needs_no_flag() {
    let mut oracle = Oracle::with_atom();
    let value = |confidence| PublishedValue { confidence: Some(decimal(confidence)), ..published("10") };
    oracle.try_publish("publisher", value("0.008")).unwrap();
    assert_eq!(oracle.flags(), []);
    oracle.try_publish("publisher", value("0.008000000000000001")).unwrap();
    assert_eq!(oracle.flags(), [Flag::Uncertain]);
}

#[test]
fn an_uncertain_price_is_told_but_teaches_nothing() {
    let mut oracle = Oracle::with_atom();
    oracle.publish("10");
    let before = oracle.reading();
    oracle.wait(2 * HOUR);
    let value = PublishedValue { confidence: Some(decimal("0.05")), ..published("11") };
    let events = oracle.try_publish("publisher", value).unwrap();
    assert_eq!(attribute(&events, "verdict"), "too_wide");
    let reading = oracle.reading();
    assert_eq!((reading.value, reading.flags), (signed("11"), vec![Flag::Uncertain]));
    assert_eq!((reading.average, reading.volatility), (before.average, before.volatility));
    assert_eq!(oracle.accepted(), decimal("10"));

    // If 11 were the sample of two hours ago, the next sample would have a return of zero.
    oracle.wait(1);
    oracle.publish("11");
    assert!(oracle.reading().volatility > before.volatility, "10 % from the price of two hours ago");
}

#[test]
fn a_first_price_that_is_uncertain_is_no_measure_of_the_next() {
    let mut oracle = Oracle::with_atom();
    let value = PublishedValue { confidence: Some(decimal("0.05")), ..published("20") };
    oracle.try_publish("publisher", value).unwrap();
    assert_eq!(oracle.flags(), [Flag::Uncertain]);
    assert_eq!(oracle.feed().accepted, None);
    oracle.wait(1);
    oracle.publish("10");
    assert_eq!(oracle.flags(), []);
    assert_eq!(oracle.accepted(), decimal("10"));
}

#[test]
fn a_value_from_the_future_is_refused() {
    let mut oracle = Oracle::with_atom();
    let (now, time) = (oracle.now(), oracle.now().plus_nanos(1));
    let expected = ContractError::FromFuture { feed: ATOM.into(), time, now };
    assert_eq!(oracle.try_publish("publisher", published_at("10", time)).unwrap_err(), expected);
    oracle.try_publish("publisher", published_at("10", now)).unwrap();
}

#[test]
fn a_publisher_does_not_go_back_in_time_but_may_correct_the_moment() {
    let mut oracle = Oracle::with_atom();
    let last = oracle.now();
    oracle.publish("10");
    oracle.wait(10);
    let time = last.minus_nanos(1);
    let expected = ContractError::BackInTime { feed: ATOM.into(), time, last };
    assert_eq!(oracle.try_publish("publisher", published_at("11", time)).unwrap_err(), expected);

    oracle.try_publish("publisher", published_at("11", last)).unwrap();
    assert_eq!(oracle.reading().value, signed("11"));
    assert_eq!(oracle.feed().published.len(), 1);
}

#[test]
fn each_publisher_has_a_clock_of_its_own() {
    let mut oracle = Oracle::with_quorum(&["ann", "bob"], 2);
    oracle.wait(50);
    oracle.publish_as("ann", "10");
    let earlier = oracle.now().minus_seconds(30);
    oracle.try_publish("bob", published_at("10", earlier)).unwrap();
}

#[test]
fn a_value_that_is_already_stale_is_kept_but_teaches_nothing() {
    let mut oracle = Oracle::with_atom();
    let time = oracle.now().minus_seconds(61);
    let events = oracle.try_publish("publisher", published_at("10", time)).unwrap();
    assert_eq!(attribute(&events, "verdict"), "not_judged");
    assert_eq!(oracle.flags(), [Flag::Stale]);
    assert_eq!(oracle.feed().accepted, None);
}

#[test]
fn all_values_of_a_message_are_accepted_or_none() {
    let mut oracle = Oracle::with_atom();
    let source = oracle.publishers(&["publisher"], 1);
    oracle.set(RATE, FeedConfig::rate(source)).unwrap();
    let rate = |value| PublishedValue { feed: RATE.into(), ..published(value) };

    let before = oracle.dump();
    let values = vec![published("10"), rate("1000.5")];
    let error = oracle.execute("publisher", ExecuteMsg::Publish { values }).unwrap_err();
    assert_eq!(
        error,
        ContractError::RateOutOfRange { feed: RATE.into(), value: signed("1000.5"), max: decimal("1000") }
    );
    assert_eq!(oracle.dump(), before);

    let values = vec![published("10"), rate("-0.25")];
    oracle.execute("publisher", ExecuteMsg::Publish { values }).unwrap();
    let readings = oracle.readings(&[ATOM, RATE]);
    assert_eq!((readings[0].value, readings[1].value), (signed("10"), signed("-0.25")));
}

#[test]
fn a_rate_is_checked_for_age_alone() {
    let mut oracle = Oracle::with(|c| *c = FeedConfig::rate(c.source.clone()));
    for value in ["0.1", "-87.6", "0", "350.4"] {
        oracle.wait(MINUTE);
        let value = PublishedValue { confidence: Some(decimal("7")), ..published(value) };
        oracle.try_publish("publisher", value.clone()).unwrap();
        let reading: Reading = oracle.query(QueryMsg::Rate { feed: ATOM.into() }).unwrap();
        assert_eq!(reading.flags, [], "no bound on jumps, none on confidence");
        assert_eq!((reading.value, reading.average), (value.value, value.value));
        assert_eq!(reading.volatility, decimal("0"));
    }
    oracle.wait(12 * HOUR);
    assert_eq!(oracle.readings(&[ATOM])[0].flags, []);
    oracle.wait(1);
    assert_eq!(oracle.readings(&[ATOM])[0].flags, [Flag::Stale]);
}

#[test]
fn a_message_without_values_or_with_too_many_is_refused() {
    let mut oracle = Oracle::with_atom();
    let error = oracle.execute("publisher", ExecuteMsg::Publish { values: vec![] }).unwrap_err();
    assert_eq!(error, ContractError::NoFeeds {});
    let values = vec![published("10"); 31];
    let error = oracle.execute("publisher", ExecuteMsg::Publish { values }).unwrap_err();
    assert_eq!(error, ContractError::TooManyFeeds { asked: 31, max: 30 });
}

#[test]
fn coins_are_refused() {
    let mut oracle = Oracle::with_atom();
    let sender = Addr::unchecked(oracle.address("publisher"));
    let msg = ExecuteMsg::Publish { values: vec![published("10")] };
    let env = oracle.env();
    let error = contract::execute(oracle.deps().as_mut(), env, message_info(&sender, &coins(1, "uatom")), msg);
    assert!(matches!(error.unwrap_err(), ContractError::Payment(_)));
}

// ---- several publishers ----

#[test]
fn there_is_no_value_before_the_quorum() {
    let mut oracle = Oracle::with_quorum(&["ann", "bob", "cleo"], 2);
    assert_eq!(oracle.flags(), [Flag::Missing]);
    oracle.publish_as("ann", "10");
    let reading = oracle.reading();
    assert_eq!(reading.flags, [Flag::Missing]);
    assert_eq!(reading.value, signed("0"), "a missing value says nothing");
    assert_eq!(oracle.feed().accepted, None);

    oracle.publish_as("bob", "10.02");
    assert_eq!(oracle.flags(), []);
    assert_eq!(oracle.accepted(), decimal("10.01"));
}

#[test]
fn of_three_the_one_in_the_middle_counts() {
    for order in [["9", "10", "1000"], ["1000", "9", "10"], ["10", "1000", "9"]] {
        let mut oracle = Oracle::with_quorum(&["ann", "bob", "cleo"], 3);
        for (publisher, price) in ["ann", "bob", "cleo"].into_iter().zip(order) {
            oracle.publish_as(publisher, price);
        }
        assert_eq!(oracle.reading().value, signed("10"));
        assert_eq!(oracle.flags(), [], "an odd one out does not widen the interval");
    }
}

#[test]
fn of_four_the_mean_of_the_two_in_the_middle_counts_and_their_distance_is_uncertainty() {
    let mut oracle = Oracle::with_quorum(&["ann", "bob", "cleo", "dan"], 4);
    for (publisher, price) in [("ann", "8"), ("bob", "10.3"), ("cleo", "9.7"), ("dan", "12")] {
        oracle.publish_as(publisher, price);
    }
    let reading = oracle.reading();
    // (9.7 + 10.3)/2 = 10, which is 0.3 = 3 % from either.
    assert_eq!(reading.value, signed("10"));
    assert_eq!(reading.confidence, decimal("0.03"));
    assert_eq!(reading.flags, [Flag::Uncertain]);
}

#[test]
fn the_confidence_is_the_one_in_the_middle_and_of_an_even_number_the_wider() {
    let mut oracle = Oracle::with_quorum(&["ann", "bob", "cleo"], 2);
    for (publisher, confidence) in [("ann", "0.001"), ("bob", "0.004"), ("cleo", "0.002")] {
        let value = PublishedValue { confidence: Some(decimal(confidence)), ..published("10") };
        oracle.try_publish(publisher, value).unwrap();
    }
    assert_eq!(oracle.reading().confidence, decimal("0.002"));

    let mut oracle = Oracle::with_quorum(&["ann", "bob", "cleo", "dan"], 3);
    for (publisher, confidence) in [("ann", "0.006"), ("bob", "0.001"), ("cleo", "0.002"), ("dan", "0.003")] {
        let value = PublishedValue { confidence: Some(decimal(confidence)), ..published("10") };
        oracle.try_publish(publisher, value).unwrap();
    }
    assert_eq!(oracle.reading().confidence, decimal("0.003"));
}

#[test]
fn the_age_is_that_of_the_quorum_and_it_is_stale_when_the_quorum_is_lost() {
    let mut oracle = Oracle::with_quorum(&["ann", "bob", "cleo"], 2);
    oracle.publish_as("ann", "9");
    oracle.wait(20);
    oracle.publish_as("bob", "10");
    oracle.wait(20);
    oracle.publish_as("cleo", "11");

    let reading = oracle.reading();
    assert_eq!(reading.value, signed("10"));
    assert_eq!(reading.time.seconds(), START + 20, "bob's: two of three are at least as fresh");
    assert_eq!(reading.stale_at.seconds(), START + 20 + 60, "when bob's leaves cleo's alone");

    // At exactly 60 s ann's still counts; at 61 s it is the mean of bob's and cleo's, which is 1/21 from either.
    oracle.wait(20);
    assert_eq!(oracle.reading().value, signed("10"));
    oracle.wait(1);
    let reading = oracle.reading();
    assert_eq!(reading.value, signed("10.5"));
    assert_eq!(reading.confidence, decimal("0.047619047619047620"), "rounded up");
    assert_eq!(reading.time.seconds(), START + 20);
    assert_eq!(reading.flags, [Flag::Uncertain]);

    // At 81 s bob's is stale too.
    oracle.wait(20);
    let reading = oracle.reading();
    assert_eq!(reading.flags, [Flag::Stale, Flag::Uncertain]);
    assert_eq!(reading.value, signed("10.5"), "of the two newest");
}

#[test]
fn the_mean_of_two_prices_rounds_down() {
    let mut oracle = Oracle::with_quorum(&["ann", "bob"], 2);
    oracle.publish_as("ann", "10");
    oracle.publish_as("bob", "10.000000000000000001");
    assert_eq!(oracle.reading().value, signed("10"));
}

#[test]
fn half_of_the_publishers_bring_a_rate_to_zero_and_no_further() {
    // If they were silent, the rate would be stale, which means zero too.
    for (one, other, expected) in [
        ("0.1", "0.12", "0.1"),
        ("0.1", "1000", "0.1"),
        ("-0.1", "-1000", "-0.1"),
        ("0.1", "-1000", "0"),
        ("-0.1", "0.2", "0"),
        ("0", "0.2", "0"),
    ] {
        let mut oracle = Oracle::new();
        let source = oracle.publishers(&["ann", "mallory"], 2);
        oracle.set(ATOM, FeedConfig::rate(source)).unwrap();
        oracle.publish_as("ann", one);
        oracle.publish_as("mallory", other);
        let reading = &oracle.readings(&[ATOM])[0];
        assert_eq!((reading.value, reading.average), (signed(expected), signed(expected)), "{one} and {other}");
    }
}

#[test]
fn one_publisher_of_three_cannot_move_the_price_beyond_the_others() {
    let mut oracle = Oracle::with_quorum(&["ann", "bob", "mallory"], 2);
    oracle.publish_as("ann", "10");
    oracle.publish_as("bob", "10.01");
    for absurd in ["0.000001", "1000000000"] {
        oracle.publish_as("mallory", absurd);
        let value = oracle.reading().value;
        assert!(value == signed("10") || value == signed("10.01"), "{value}");
        assert_eq!(oracle.flags(), []);
    }
}
