//! Rates at which staked coins are redeemed: they grow slowly, and a fall waits for its confirmation.

use ballast_oracle::ContractError;
use ballast_types::oracle::{ExecuteMsg, FeedConfig, FeedKind, Flag, QueryMsg, Reading, Source};
use cosmwasm_std::Timestamp;

use crate::support::{
    attribute, decimal, priced, published, published_at, published_wide, signed, Oracle, ATOM, HOUR, MINUTE, START,
};

const DAY: u64 = 24 * HOUR;

/// [`ATOM`] is a redemption rate of 1 that may grow by 0.1 % a day, and is fresh for a day.
fn at_1() -> Oracle {
    let mut oracle = Oracle::with(|config| {
        *config = FeedConfig { max_age: DAY, ..FeedConfig::redemption_rate(config.source.clone()) };
    });
    oracle.publish("1");
    oracle
}

/// Value and flags.
#[track_caller]
fn assert_is(oracle: &Oracle, value: &str, flags: &[Flag]) {
    let reading = oracle.reading();
    assert_eq!((reading.value, &reading.flags[..]), (signed(value), flags));
}

#[test]
fn it_is_a_price_for_everybody_who_computes_with_it() {
    let mut oracle = at_1();
    oracle.wait(DAY);
    oracle.publish("1.0005");
    let error = oracle.query::<Reading>(QueryMsg::Rate { feed: ATOM.into() }).unwrap_err();
    let wrong = ContractError::WrongKind { feed: ATOM.into(), kind: FeedKind::RedemptionRate, asked: FeedKind::Rate };
    assert_eq!(error, wrong);
    oracle.set("index", FeedConfig::price(Source::Fixed { value: signed("10") })).unwrap();
    oracle.set("product", FeedConfig::price(Source::Product { feeds: vec!["index".into(), ATOM.into()] })).unwrap();
    let reading = oracle.price("product");
    assert_eq!((reading.value, reading.flags), (signed("10.005"), vec![]));
    let pair = ExecuteMsg::SetPair { base_feed: ATOM.into(), index_feed: "index".into() };
    oracle.execute("owner", pair).unwrap();
    let events = oracle.execute("anyone", ExecuteMsg::Observe { feeds: vec![ATOM.into(), "index".into()] }).unwrap();
    assert_eq!(events.len(), 2, "a constant has no returns");
    oracle.set("moving", FeedConfig::price(oracle.publishers(&["publisher"], 1))).unwrap();
    oracle.say("moving", "10");
    let pair = ExecuteMsg::SetPair { base_feed: ATOM.into(), index_feed: "moving".into() };
    oracle.execute("owner", pair).unwrap();
    let events = oracle.execute("anyone", ExecuteMsg::Observe { feeds: vec![ATOM.into(), "moving".into()] }).unwrap();
    assert_eq!(events.len(), 3, "both feeds, and the pair");
}

#[test]
fn it_grows_by_as_much_as_it_may_and_no_more() {
    for (told, value, verdict) in [
        ("1.0009", "1.0009", "accepted"),
        ("1.001", "1.001", "accepted"),
        ("1.0011", "1.001", "limited"),
        ("5", "1.001", "limited"),
        ("1000000000", "1.001", "limited"),
    ] {
        let mut oracle = at_1();
        oracle.wait(DAY);
        let events = oracle.try_publish("publisher", published(told)).unwrap();
        assert_eq!(attribute(&events, "verdict"), verdict);
        assert_is(&oracle, value, &[]);
        assert_eq!(oracle.accepted(), decimal(value));
    }
}

#[test]
fn it_grows_in_proportion_to_the_time_from_the_first_minute_on() {
    let mut oracle = at_1();
    oracle.wait(MINUTE);
    oracle.publish("2");
    // 0.001 / 1440
    assert_is(&oracle, "1.000000694444444444", &[]);
    oracle.wait(10 * DAY - MINUTE);
    oracle.publish("2");
    // 1.000000694444444444 * (1 + 0.01 - 0.000000694444444444…), down
    let reading = oracle.reading().value;
    assert!(signed("1.01") < reading && reading < signed("1.01000001"), "{reading}");
}

#[test]
fn however_often_it_is_told_in_a_block_or_an_hour_it_grows_no_faster() {
    let mut oracle = at_1();
    for _ in 0..100 {
        oracle.publish("2");
    }
    assert_is(&oracle, "1", &[]);
    for _ in 0..360 {
        oracle.wait(10);
        oracle.publish("2");
    }
    // 0.001 / 24 = 0.0000416666…, and what growth on growth adds in an hour
    let reading = oracle.reading().value;
    assert!(signed("1.0000416666") < reading && reading < signed("1.000041668"), "{reading}");
}

#[test]
fn a_time_of_the_past_claims_no_growth() {
    let mut oracle = Oracle::with_quorum(&["ann", "bob", "cleo"], 2);
    let source = oracle.feed().config.source;
    oracle.set(ATOM, FeedConfig { max_age: DAY, ..FeedConfig::redemption_rate(source) }).unwrap();
    oracle.wait(DAY / 2);
    oracle.all_publish(&["ann", "bob"], "1");
    let before = Timestamp::from_seconds(START);
    oracle.try_publish("cleo", published_at("2", before)).unwrap();
    assert_is(&oracle, "1", &[]);
}

/// What the source says is not remembered: only what counted.
#[test]
fn growth_that_was_not_used_is_not_saved_up() {
    let mut oracle = at_1();
    for _ in 0..10 {
        oracle.wait(DAY);
        oracle.publish("1");
    }
    oracle.wait(DAY);
    oracle.publish("1.01");
    assert_is(&oracle, "1.001", &[]);
}

#[test]
fn a_fall_beyond_rounding_is_held_back_until_a_later_value_confirms_it() {
    let mut oracle = at_1();
    oracle.wait(HOUR);
    oracle.publish("0.999999");
    assert_is(&oracle, "0.999999", &[]);

    let mut oracle = at_1();
    oracle.wait(HOUR);
    oracle.publish("0.999998999999999999");
    assert_is(&oracle, "0.999998999999999999", &[Flag::Jump]);
    assert_eq!(oracle.accepted(), decimal("1"));
    oracle.wait(29);
    oracle.publish("0.999998999999999999");
    assert_is(&oracle, "0.999998999999999999", &[Flag::Jump]);
    oracle.wait(1);
    oracle.publish("0.999998999999999999");
    assert_is(&oracle, "0.999998999999999999", &[]);
    assert_eq!(oracle.accepted(), decimal("0.999998999999999999"));
}

#[test]
fn a_fall_that_is_taken_back_is_forgotten() {
    let mut oracle = at_1();
    oracle.wait(MINUTE);
    oracle.publish("0.9");
    assert_is(&oracle, "0.9", &[Flag::Jump]);
    oracle.wait(MINUTE);
    oracle.publish("1");
    assert_is(&oracle, "1", &[]);
    assert_eq!(oracle.held_back(), None);
}

#[test]
fn it_does_not_fall_by_rounding_step_by_step() {
    let mut oracle = at_1();
    oracle.wait(10);
    oracle.publish("0.9999993");
    assert_is(&oracle, "0.9999993", &[]);
    oracle.wait(10);
    oracle.publish("0.9999986");
    assert_is(&oracle, "0.9999986", &[Flag::Jump]);
    // Nor over the hour at which its anchor moves: that is a price of at least an hour ago.
    let mut oracle = at_1();
    for value in ["0.9999997", "0.9999994", "0.9999991"] {
        oracle.wait(25 * MINUTE);
        oracle.publish(value);
        assert_is(&oracle, value, &[]);
    }
    oracle.publish("0.9999983");
    assert_eq!(oracle.flags(), [Flag::Jump], "within a millionth of 0.9999991, but not of what it was an hour ago");
}

/// The price of an hour ago is lower than the last sample: that counts, too.
#[test]
fn nor_does_it_fall_so_below_its_newest_sample() {
    let mut oracle = at_1();
    oracle.wait(HOUR);
    oracle.publish("1.00004");
    oracle.wait(10);
    oracle.publish("1.0000393");
    assert_is(&oracle, "1.0000393", &[]);
    oracle.wait(10);
    oracle.publish("1.0000386");
    assert_is(&oracle, "1.0000386", &[Flag::Jump]);
}

/// A slashing of 5 %: nothing but what reduces nobody's safety goes on until it is confirmed, by a value near it.
#[test]
fn a_slashing_is_confirmed_by_a_value_within_a_percent_of_it() {
    let mut oracle = at_1();
    oracle.wait(HOUR);
    oracle.publish("0.95");
    oracle.wait(30);
    oracle.publish("0.94");
    assert_is(&oracle, "0.94", &[Flag::Jump]);
    assert_eq!(oracle.held_back(), Some(decimal("0.94")), "more than 1 % elsewhere");
    oracle.wait(30);
    oracle.publish("0.945");
    assert_is(&oracle, "0.945", &[]);
    // The price of before is no anchor any more.
    oracle.wait(10);
    oracle.publish("0.945");
    assert_is(&oracle, "0.945", &[]);
    // And from here it grows as slowly as ever.
    oracle.wait(DAY);
    oracle.publish("1");
    assert_is(&oracle, "0.945945", &[]);
}

#[test]
fn what_is_no_price_is_no_rate_either() {
    let mut oracle = Oracle::with_contract(priced("1", Timestamp::from_seconds(START)));
    let source = oracle.feed().config.source;
    oracle.set(ATOM, FeedConfig::redemption_rate(source)).unwrap();
    oracle.wait(MINUTE);
    for nonsense in ["0", "-1", "1000000001"] {
        oracle.source_says(nonsense);
        assert_eq!(oracle.flags(), [Flag::Invalid], "{nonsense}");
    }
    oracle.source_says("3");
    // 0.001 / 1440 more than one
    assert_is(&oracle, "1.000000694444444444", &[]);
}

#[test]
fn a_rate_with_a_wide_interval_is_limited_too_and_teaches_nothing() {
    let mut oracle = at_1();
    oracle.wait(DAY);
    oracle.try_publish("publisher", published_wide("2", "0.009")).unwrap();
    assert_is(&oracle, "1.001", &[Flag::Uncertain]);
    assert_eq!(oracle.accepted(), decimal("1"));
}

#[test]
fn both_ends_are_limited() {
    let mut oracle = Oracle::with_published(&[("a", "1"), ("b", "1.1")]);
    let lower = Source::Lower { feeds: vec!["a".into(), "b".into()] };
    oracle.set(ATOM, FeedConfig::redemption_rate(lower)).unwrap();
    oracle.wait(30);
    oracle.say("a", "1.05");
    oracle.say("b", "1.1");
    let reading = oracle.reading();
    // 0.001 * 30 / 86400
    let most = signed("1.000000347222222222");
    assert_eq!((reading.value, reading.upper, reading.flags), (most, Some(most), vec![]));
}

#[test]
fn its_bounds_are_tighter_than_those_of_a_price() {
    let FeedConfig { kind, max_jump, max_growth, max_age, .. } =
        FeedConfig::redemption_rate(Source::Fixed { value: signed("1") });
    assert_eq!(
        (kind, max_jump, max_growth, max_age),
        (FeedKind::RedemptionRate, decimal("0.01"), Some(decimal("0.001")), 60)
    );
    let mut oracle = at_1();
    let config = oracle.feed().config;
    let outside = |parameter, value: &str, min: &str, max: &str| ContractError::OutOfBounds {
        parameter,
        value: value.into(),
        min: min.into(),
        max: max.into(),
    };
    for (refused, allowed) in [("0.00009", "0.0001"), ("0.0201", "0.02")] {
        let with = |max_growth| FeedConfig { max_growth: Some(decimal(max_growth)), ..config.clone() };
        let error = oracle.set(ATOM, with(refused)).unwrap_err();
        assert_eq!(error, outside("max_growth", refused, "0.0001", "0.02"));
        oracle.set(ATOM, with(allowed)).unwrap();
    }
    for (refused, allowed) in [("0.0009", "0.001"), ("0.101", "0.1")] {
        let with = |max_jump| FeedConfig { max_jump: decimal(max_jump), ..config.clone() };
        let error = oracle.set(ATOM, with(refused)).unwrap_err();
        assert_eq!(error, outside("max_jump", refused, "0.001", "0.1"));
        oracle.set(ATOM, with(allowed)).unwrap();
    }
    let error = oracle.set(ATOM, FeedConfig { max_growth: None, ..config }).unwrap_err();
    assert_eq!(error, outside("max_growth", "no limit", "0.0001", "0.02"));
}

#[test]
fn no_other_feed_has_a_bound_on_growth() {
    for (kind, plain) in [
        (FeedKind::Price, FeedConfig::price(Source::Fixed { value: signed("1") })),
        (FeedKind::Rate, FeedConfig::rate(Source::Fixed { value: signed("1") })),
    ] {
        assert_eq!(plain.max_growth, None);
        let config = FeedConfig { max_growth: Some(decimal("0.001")), ..plain };
        let error = Oracle::new().set(ATOM, config).unwrap_err();
        assert_eq!(error, ContractError::NoRedemptionRate { feed: ATOM.into(), kind });
    }
    let error = ContractError::NoRedemptionRate { feed: ATOM.into(), kind: FeedKind::Price };
    let text = "max_growth bounds a redemption rate, and the feed atom/usd is a Price: leave it out";
    assert_eq!(error.to_string(), text);
}

#[test]
fn a_price_that_becomes_a_redemption_rate_starts_from_scratch() {
    let mut oracle = Oracle::with_atom();
    oracle.publish("5");
    oracle.set("two", FeedConfig::price(Source::Fixed { value: signed("2") })).unwrap();
    oracle.set("product", FeedConfig::price(Source::Product { feeds: vec!["two".into(), ATOM.into()] })).unwrap();
    let source = oracle.feed().config.source;
    let events = oracle.set(ATOM, FeedConfig::redemption_rate(source)).unwrap();
    assert_eq!(
        (attribute(&events, "kind"), attribute(&events, "restarted")),
        ("redemption_rate".into(), "true".into())
    );
    oracle.publish("1");
    assert_is(&oracle, "1", &[]);
    assert_eq!(oracle.price("product").value, signed("2"), "still computed from it");
}
