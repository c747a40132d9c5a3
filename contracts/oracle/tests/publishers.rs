//! Several publishers of whom one lies, is silent, late or uncertain: a minority below half changes neither price nor
//! confidence nor age. Exactly half can widen and delay, but never make an unflagged price.

use ballast_types::oracle::{FeedConfig, Flag, PublishedValue, Reading};

use crate::support::{decimal, published, published_at, published_wide, signed, Oracle, ATOM, HOUR, MINUTE, START};

const THREE: [&str; 3] = ["ann", "bob", "mallory"];
const FIVE: [&str; 5] = ["ann", "bob", "cleo", "dan", "mallory"];

fn says(oracle: &mut Oracle, who: &str, value: PublishedValue) -> Reading {
    oracle.try_publish(who, value).unwrap();
    oracle.reading()
}

#[test]
fn the_confidence_of_one_publisher_is_nobody_elses() {
    // At 10; one of three publishes 0.48, then 0.9; one of five 0.45. It used to become the spread for everybody.
    for (publishers, quorum, confidence) in
        [(&THREE[..], 2, "0.48"), (&THREE[..], 2, "0.9"), (&FIVE[..], 3, "0.45"), (&FIVE[..], 3, "0.999")]
    {
        let mut oracle = Oracle::at_10(publishers, quorum, |_| ());
        let before = oracle.reading();
        let after = says(&mut oracle, "mallory", published_wide("10", confidence));
        assert_eq!(after, before, "{confidence} of one of {}", publishers.len());
        assert_eq!((after.confidence, after.flags), (decimal("0"), vec![]));
    }
}

#[test]
fn two_of_five_move_no_confidence_and_three_do() {
    let mut oracle = Oracle::at_10(&FIVE, 3, |_| ());
    says(&mut oracle, "dan", published_wide("10", "0.3"));
    let reading = says(&mut oracle, "mallory", published_wide("10", "0.4"));
    assert_eq!((reading.confidence, reading.flags), (decimal("0"), vec![]));
    let reading = says(&mut oracle, "cleo", published_wide("10", "0.2"));
    assert_eq!((reading.confidence, reading.flags), (decimal("0.2"), vec![Flag::Uncertain]));
}

#[test]
fn an_old_time_of_one_publisher_makes_no_price_old() {
    // The feed allows an age of an hour; one publishes the price of 59 minutes ago. It used to become the age of the
    // feed.
    for (publishers, quorum) in [(&THREE[..], 2), (&FIVE[..], 3)] {
        let mut oracle = Oracle::new();
        let source = oracle.publishers(publishers, quorum);
        oracle.set(ATOM, FeedConfig { max_age: 3600, ..FeedConfig::price(source) }).unwrap();
        oracle.wait(HOUR);
        let old = oracle.now().minus_seconds(59 * MINUTE);
        oracle.try_publish("mallory", published_at("10", old)).unwrap();
        oracle.all_publish(&publishers[..publishers.len() - 1], "10");
        let reading = oracle.reading();
        assert_eq!(reading.time, oracle.now());
        assert_eq!(reading.stale_at, oracle.now().plus_seconds(3600));
        assert_eq!(reading.flags, []);
    }
}

#[test]
fn a_new_time_of_one_publisher_makes_no_price_young() {
    let mut oracle = Oracle::at_10(&FIVE, 3, |_| ());
    oracle.wait(50);
    for who in ["mallory", "dan"] {
        let reading = says(&mut oracle, who, published("10"));
        assert_eq!(reading.time.seconds(), START, "{who}");
    }
    let reading = says(&mut oracle, "cleo", published("10"));
    assert_eq!(reading.time.seconds(), START + 50, "three of five");
}

#[test]
fn a_minority_moves_the_price_no_further_than_the_honest_ones_lie_apart() {
    let mut oracle = Oracle::new();
    let source = oracle.publishers(&FIVE, 3);
    oracle.set(ATOM, FeedConfig::price(source)).unwrap();
    for (who, price) in [("ann", "9.99"), ("bob", "10"), ("cleo", "10.01")] {
        oracle.publish_as(who, price);
    }
    for (one, other, expected) in [
        ("0.000001", "0.000001", "9.99"),
        ("1000000000", "1000000000", "10.01"),
        ("0.000001", "1000000000", "10"),
        ("12.98", "12.98", "10.01"),
    ] {
        oracle.publish_as("dan", one);
        let reading = says(&mut oracle, "mallory", published_wide(other, "0.9"));
        assert_eq!((reading.value, reading.flags), (signed(expected), vec![]), "{one} and {other}");
    }
    // Four of them, dan is silent: the middle two are honest, or one is and the other is next to it.
    let mut oracle = Oracle::with_quorum(&FIVE, 3);
    for (who, price) in [("ann", "9.99"), ("bob", "10"), ("cleo", "10.01"), ("mallory", "1000000000")] {
        oracle.publish_as(who, price);
    }
    let reading = oracle.reading();
    assert_eq!((reading.value, reading.flags), (signed("10.005"), vec![]));
}

/// Of three, one is silent, one honest at 10, one drifts; blocks are `wait` seconds apart. Returns each block's
/// reading.
fn walk(oracle: &mut Oracle, wait: u64) -> Vec<Reading> {
    let mut read = |price| {
        oracle.wait(wait);
        oracle.publish_as("ann", "10");
        oracle.publish_as("mallory", price);
        oracle.reading()
    };
    ["12.98", "16.4", "20.3", "24.9", "30.1"].map(&mut read).to_vec()
}

#[test]
fn half_of_the_fresh_values_walk_nowhere_without_a_flag() {
    // One of three is silent, the other at 10: the mean with 12.98 is 11.49, which is 13 % from either. It used to be
    // accepted, and the index was at 20.05 after five blocks.
    let mut oracle = Oracle::at_10(&THREE, 2, |_| ());
    oracle.wait(100);
    let before = {
        oracle.all_publish(&["ann", "mallory"], "10");
        oracle.reading()
    };
    let read = walk(&mut oracle, 6);
    let values: Vec<String> = read.iter().map(|reading| reading.value.to_string()).collect();
    assert_eq!(values, ["11.49", "13.2", "15.15", "17.45", "20.05"]);
    assert_eq!(read[0].flags, [Flag::Uncertain]);
    for reading in &read[1..] {
        assert_eq!(reading.flags, [Flag::Jump, Flag::Uncertain], "{}", reading.value);
    }
    assert_eq!(oracle.accepted(), decimal("10"));
    assert_eq!((read[4].average, read[4].volatility), (before.average, before.volatility));

    // When the third is back, so is the price.
    oracle.wait(6);
    oracle.all_publish(&["ann", "bob"], "10");
    let reading = oracle.reading();
    assert_eq!((reading.value, reading.flags), (signed("10"), vec![]));
}

#[test]
fn a_half_that_waits_for_its_confirmation_still_has_the_flag_and_the_honest_price_within_the_interval() {
    let mut oracle = Oracle::at_10(&THREE, 2, |c| c.max_age = 120);
    oracle.wait(121);
    for reading in walk(&mut oracle, 60) {
        assert!(reading.flags.contains(&Flag::Uncertain));
        let least = ballast_math::abs(reading.value) * (decimal("1") - reading.confidence);
        assert!(least <= decimal("10"), "{} less {} is above 10", reading.value, reading.confidence);
    }
    // Back to a quorum of honest ones: half a minute of delay, no more.
    oracle.wait(60);
    oracle.all_publish(&["ann", "bob"], "10");
    assert_eq!(oracle.flags(), [Flag::Jump]);
    oracle.wait(30);
    oracle.all_publish(&["ann", "bob"], "10");
    assert_eq!((oracle.reading().value, oracle.flags()), (signed("10"), vec![]));
}

#[test]
fn a_publisher_who_is_silent_for_hours_is_not_missed() {
    let mut oracle = Oracle::at_10(&FIVE, 3, |_| ());
    for hour in 1..=5 {
        oracle.wait(HOUR);
        oracle.all_publish(&["ann", "bob", "cleo", "dan"], "10");
        let reading = oracle.reading();
        assert_eq!((reading.value, reading.confidence, reading.flags), (signed("10"), decimal("0"), vec![]));
        assert_eq!(reading.time, oracle.now(), "after {hour} h");
    }
}

#[test]
fn two_values_of_one_publisher_in_a_block_count_once() {
    let mut oracle = Oracle::at_10(&FIVE, 3, |_| ());
    oracle.wait(6);
    for price in ["11", "12", "13", "14"] {
        let reading = says(&mut oracle, "mallory", published(price));
        assert_eq!((reading.value, reading.flags), (signed("10"), vec![]));
    }
    assert_eq!(oracle.feed().published.len(), 5);
}

#[test]
fn a_feed_that_was_silent_for_hours_comes_back_by_its_quorum() {
    let mut oracle = Oracle::at_10(&FIVE, 3, |_| ());
    oracle.wait(4 * HOUR);
    // A stale value is returned too, from the three newest: one of 12.9 and two of 10, then the reverse.
    for (who, middle) in [("mallory", "10"), ("ann", "12.9")] {
        let reading = says(&mut oracle, who, published("12.9"));
        assert_eq!((reading.value, reading.flags), (signed(middle), vec![Flag::Stale]), "with {who}");
        oracle.wait(1);
    }
    let reading = says(&mut oracle, "bob", published("12.9"));
    assert_eq!((reading.value, reading.flags), (signed("12.9"), vec![]), "29 % in four hours: the bound is 30 %");
}

/// Two of five are silent forever; a third publishes with an old time and is one of three fresh values.
#[test]
fn one_of_three_fresh_values_makes_the_price_no_older() {
    let five = ["one", "two", "three", "four", "five"];
    let mut oracle = Oracle::at_10(&five, 3, |config| config.max_age = HOUR);
    oracle.wait(2 * HOUR);
    for publisher in &five[..2] {
        oracle.try_publish(publisher, published("10")).unwrap();
    }
    let old = oracle.now().minus_seconds(HOUR - 1);
    oracle.try_publish("three", published_at("10", old)).unwrap();
    let reading = oracle.reading();
    assert_eq!((reading.flags, reading.time), (vec![], oracle.now()));
    // It still becomes stale with the quorum.
    assert_eq!(reading.stale_at, old.plus_seconds(HOUR));
}
