//! `Observe`, and contracts as sources.

use ballast_oracle::ContractError;
use ballast_types::oracle::{ExecuteMsg, FeedConfig, Flag, QueryMsg, Reading, Source};
use cosmwasm_std::Timestamp;

use crate::support::{attribute, decimal, priced, signed, Answer, Oracle, ATOM, HOUR, START};

fn at(seconds: u64) -> Timestamp {
    Timestamp::from_seconds(seconds)
}

#[test]
fn a_contract_is_read_when_asked() {
    let mut oracle = Oracle::with_contract(priced("10", at(START)));
    oracle.wait(10);
    let json = format!(r#"{{"price":"10.2","time":"{}","confidence":"0.003","more":[]}}"#, at(START + 5).nanos());
    oracle.source_answers(Answer::Json(json));
    let reading = oracle.reading();
    assert_eq!(reading.value, signed("10.2"));
    assert_eq!(reading.confidence, decimal("0.003"));
    assert_eq!(reading.time.seconds(), START + 5);
    assert_eq!(reading.stale_at.seconds(), START + 65);
    assert_eq!(reading.flags, []);
}

#[test]
fn a_question_writes_nothing_and_an_observation_does() {
    let mut oracle = Oracle::with_contract(priced("10", at(START)));
    oracle.wait(HOUR);
    oracle.source_says("11");
    let asked = oracle.reading();
    assert_eq!(oracle.accepted(), decimal("10"));

    let events = oracle.observe();
    assert_eq!(attribute(&events, "action"), "observe");
    assert_eq!(attribute(&events, "verdict"), "accepted");
    assert_eq!(oracle.accepted(), decimal("11"));
    assert_eq!(oracle.reading(), asked, "the question had told what the observation would make of it");
}

#[test]
fn reading_the_same_value_twice_teaches_nothing() {
    let mut oracle = Oracle::with_contract(priced("10", at(START)));
    oracle.wait(HOUR);
    oracle.source_says("11");
    oracle.observe();
    let before = oracle.dump();
    oracle.wait(30);
    oracle.observe();
    assert_eq!(oracle.dump(), before);
}

#[test]
fn a_contract_that_answers_no_price_is_missing() {
    let oracle = Oracle::with_contract(priced("10", at(START)));
    for answer in [
        Answer::NoContract,
        Answer::Error,
        Answer::Json(String::new()),
        Answer::Json("garbage".into()),
        Answer::Json("{}".into()),
        Answer::Json(r#"{"price":"10"}"#.into()),
        Answer::Json(r#"{"price":"ten","time":"1700000000000000000"}"#.into()),
        Answer::Json(r#"{"price":10.5,"time":"1700000000000000000"}"#.into()),
        Answer::Json(format!(r#"{{"price":"1{}","time":"1700000000000000000"}}"#, "0".repeat(90))),
        Answer::Json(r#"{"price":"10","time":"99999999999999999999999"}"#.into()),
        Answer::Json(r#"{"price":"10","time":"1700000000000000000","confidence":"-0.1"}"#.into()),
    ] {
        oracle.source_answers(answer);
        let reading = oracle.reading();
        assert_eq!(reading.flags, [Flag::Missing]);
        assert_eq!((reading.value, reading.volatility), (signed("0"), decimal("0")));
    }
}

#[test]
fn a_price_of_zero_or_below_or_out_of_range_is_invalid_and_teaches_nothing() {
    let mut oracle = Oracle::with_contract(priced("10", at(START)));
    oracle.wait(1);
    let least = "-57896044618658097711785492504343953926634992332820282019728.792003956564819968";
    for price in ["0", "-1", "0.0000009", "1000000001", least] {
        oracle.source_says(price);
        assert_eq!(oracle.flags()[..1], [Flag::Invalid], "{price}");
        let before = oracle.dump();
        let events = oracle.observe();
        assert_eq!(attribute(&events, "verdict"), "not_judged");
        assert_eq!(oracle.dump(), before);
    }
}

#[test]
fn an_interval_that_reaches_zero_is_invalid() {
    let oracle = Oracle::with_contract(Answer::NoContract);
    for confidence in ["1", "115792089237316195423570985008687907853269"] {
        let json = format!(r#"{{"price":"10","time":"{}","confidence":"{confidence}"}}"#, at(START).nanos());
        oracle.source_answers(Answer::Json(json));
        assert_eq!(oracle.flags(), [Flag::Invalid, Flag::Uncertain]);
    }
}

#[test]
fn a_value_from_the_future_is_flagged_by_the_nanosecond_and_teaches_nothing() {
    let mut oracle = Oracle::with_contract(priced("10", at(START)));
    for time in [at(START).plus_nanos(1), Timestamp::from_nanos(u64::MAX)] {
        oracle.source_answers(priced("10.1", time));
        assert_eq!(oracle.flags(), [Flag::Future]);
        oracle.observe();
        assert_eq!(oracle.accepted(), decimal("10"));
    }
}

#[test]
fn an_old_value_is_stale_and_teaches_nothing() {
    let mut oracle = Oracle::with_contract(priced("10", at(START)));
    oracle.wait(100);
    oracle.source_answers(priced("10.1", at(START + 40)));
    assert_eq!(oracle.flags(), [], "60 s are not too old");
    oracle.source_answers(priced("10.1", at(START + 39)));
    assert_eq!(oracle.flags(), [Flag::Stale]);
    oracle.observe();
    assert_eq!(oracle.accepted(), decimal("10"));
    oracle.source_answers(priced("10.1", Timestamp::from_nanos(0)));
    assert_eq!(oracle.flags(), [Flag::Stale]);
}

#[test]
fn a_source_that_goes_back_in_time_does_not_take_the_history_along() {
    let mut oracle = Oracle::with_contract(priced("10", at(START)));
    oracle.wait(40);
    oracle.source_says("10.5");
    oracle.observe();
    oracle.source_answers(priced("9.9", at(START + 20)));
    oracle.observe();
    let accepted = oracle.feed().accepted.unwrap();
    assert_eq!((accepted.price, accepted.time.seconds()), (decimal("10.5"), START + 40));
}

#[test]
fn a_rate_may_come_from_a_contract() {
    let mut oracle = Oracle::with_contract(Answer::NoContract);
    let source = Source::Contract { address: oracle.address("source") };
    oracle.set("funding", FeedConfig::rate(source)).unwrap();
    oracle.source_says("-0.35");
    let reading: Reading = oracle.query(QueryMsg::Rate { feed: "funding".into() }).unwrap();
    assert_eq!((reading.value, reading.flags), (signed("-0.35"), vec![]));
    oracle.source_says("-1000.5");
    let reading: Reading = oracle.query(QueryMsg::Rate { feed: "funding".into() }).unwrap();
    assert_eq!(reading.flags, [Flag::Invalid]);
}

#[test]
fn a_source_that_fails_spoils_no_other_in_the_same_message() {
    let mut oracle = Oracle::with_contract(priced("10", at(START)));
    let source = Source::Contract { address: oracle.address("source") };
    oracle.set("other", FeedConfig::price(source)).unwrap();
    let publisher = oracle.publishers(&["publisher"], 1);
    oracle.set("published", FeedConfig::price(publisher)).unwrap();
    oracle.source_answers(Answer::Error);
    let feeds = vec!["other".into(), "published".into(), ATOM.into()];
    let events = oracle.execute("anyone", ExecuteMsg::Observe { feeds }).unwrap();
    assert_eq!(events.len(), 3);
    assert_eq!(oracle.accepted(), decimal("10"));
}

#[test]
fn observing_a_feed_that_does_not_exist_is_an_error() {
    let mut oracle = Oracle::with_atom();
    let feeds = vec![ATOM.into(), "osmo/usd".into()];
    let error = oracle.execute("anyone", ExecuteMsg::Observe { feeds }).unwrap_err();
    assert_eq!(error, ContractError::UnknownFeed { feed: "osmo/usd".into() });
    let error = oracle.execute("anyone", ExecuteMsg::Observe { feeds: vec![] }).unwrap_err();
    assert_eq!(error, ContractError::NoFeeds {});
    let feeds = vec![ATOM.into(); 31];
    let error = oracle.execute("anyone", ExecuteMsg::Observe { feeds }).unwrap_err();
    assert_eq!(error, ContractError::TooManyFeeds { asked: 31, max: 30 });
}

#[test]
fn observing_lets_the_median_advance_when_values_grow_stale() {
    let mut oracle = Oracle::with_quorum(&["ann", "bob", "cleo"], 2);
    oracle.publish_as("ann", "10");
    oracle.wait(30);
    oracle.all_publish(&["bob", "cleo"], "10.2");
    oracle.publish_as("cleo", "9.9");
    assert_eq!(oracle.reading().value, signed("10"), "of 9.9, 10 and 10.2");
    oracle.wait(31);
    // Ann's is stale; (9.9 + 10.2)/2 = 10.05 is 0.15 from either, which is 1.49 %.
    assert_eq!(oracle.reading().value, signed("10.05"));
    assert_eq!(oracle.flags(), [Flag::Uncertain]);
}
