//! How long a feed has been usable: auctions that depend on time count only time in which somebody could buy.

use ballast_types::oracle::{ExecuteMsg, FeedConfig, Flag, PublishedValue, Source};
use cosmwasm_std::Timestamp;

use crate::support::{decimal, priced, published_at, published_wide, signed, Oracle, ATOM, HOUR, MINUTE, START};

const FIVE: [&str; 5] = ["ann", "bob", "cleo", "dan", "eve"];

fn usable(oracle: &Oracle) -> u64 {
    oracle.reading().usable_seconds.unwrap_or_default()
}

#[test]
fn it_counts_from_the_first_price_and_through_prices_that_never_grow_stale() {
    let mut oracle = Oracle::with_atom();
    oracle.publish("10");
    for minutes in 1..=200 {
        oracle.wait(MINUTE);
        assert_eq!(oracle.flags(), [], "of exactly the greatest age");
        assert_eq!(usable(&oracle), minutes * MINUTE);
        oracle.publish("10");
    }
    assert_eq!(usable(&oracle), 200 * MINUTE);
}

#[test]
fn a_feed_that_was_silent_for_hours_counts_until_its_last_price_was_too_old() {
    let mut oracle = Oracle::with_atom();
    oracle.publish("10");
    oracle.wait(61);
    assert_eq!((oracle.flags(), usable(&oracle)), (vec![Flag::Stale], 60));
    oracle.wait(3 * HOUR);
    assert_eq!(usable(&oracle), 60);
    oracle.publish("10");
    assert_eq!(usable(&oracle), 60);
    oracle.wait(30);
    oracle.publish("10");
    assert_eq!(usable(&oracle), 90);
}

#[test]
fn short_breaks_take_no_more_than_they_last() {
    // A price is fresh for 60 seconds and published every 66.
    let mut oracle = Oracle::with_atom();
    oracle.publish("10");
    for _ in 0..100 {
        oracle.wait(66);
        oracle.publish("10");
    }
    assert_eq!(usable(&oracle), 6_000);
}

#[test]
fn a_value_that_arrives_late_closes_no_gap() {
    // Values observed at 0 s and 50 s, but the second arrives at 100 s: nobody could use a price from 60 s to 100 s.
    let mut oracle = Oracle::with_atom();
    oracle.publish("10");
    oracle.wait(100);
    let time = Timestamp::from_seconds(START + 50);
    oracle.try_publish("publisher", published_at("10", time)).unwrap();
    assert_eq!((oracle.flags(), usable(&oracle)), (vec![], 60));
    oracle.wait(10);
    assert_eq!(usable(&oracle), 70);
    // That value is too old at 110 s.
    oracle.wait(5);
    assert_eq!((oracle.flags(), usable(&oracle)), (vec![Flag::Stale], 70));
}

#[test]
fn only_whole_seconds_count() {
    let mut oracle = Oracle::with_atom();
    oracle.wait_nanos(300_000_000);
    oracle.publish("10");
    oracle.wait_nanos(900_000_000);
    // From 0.3 to 1.2.
    assert_eq!(usable(&oracle), 0);
    oracle.wait_nanos(800_000_000);
    assert_eq!(usable(&oracle), 1);
}

#[test]
fn it_stands_still_while_a_price_is_held_back_until_it_is_confirmed() {
    let mut oracle = Oracle::with_atom();
    oracle.publish("10");
    oracle.wait(20);
    oracle.publish("20");
    oracle.wait(15);
    assert_eq!((oracle.flags(), usable(&oracle)), (vec![Flag::Jump], 20));
    oracle.wait(15);
    oracle.publish("20");
    assert_eq!((oracle.flags(), usable(&oracle)), (vec![], 20));
    assert_eq!(oracle.reading().confirm_from, None);
    oracle.wait(30);
    oracle.publish("20");
    assert_eq!(usable(&oracle), 50);
}

#[test]
fn it_stands_still_while_a_price_is_held_back_until_it_is_cleared() {
    let mut oracle = Oracle::with_atom();
    oracle.publish("10");
    oracle.wait(20);
    oracle.publish("20");
    assert_eq!(oracle.reading().confirm_from.unwrap().seconds(), START + 50);
    oracle.wait(10);
    oracle.publish("10");
    assert_eq!((oracle.flags(), usable(&oracle)), (vec![], 20));
    assert_eq!(oracle.reading().confirm_from, None);
    oracle.wait(7);
    assert_eq!(usable(&oracle), 27);
}

#[test]
fn a_price_that_waits_is_still_told_when_the_feed_grows_stale() {
    let mut oracle = Oracle::with_atom();
    oracle.publish("10");
    oracle.wait(1);
    oracle.publish("20");
    oracle.wait(HOUR);
    let reading = oracle.reading();
    assert_eq!((reading.flags, reading.usable_seconds), (vec![Flag::Stale], Some(1)));
    assert_eq!(reading.confirm_from.unwrap().seconds(), START + 31);
}

#[test]
fn a_price_held_back_after_a_silence_adds_nothing_of_it() {
    let mut oracle = Oracle::with_atom();
    oracle.publish("10");
    oracle.wait(HOUR);
    oracle.publish("20");
    assert_eq!((oracle.flags(), usable(&oracle)), (vec![Flag::Jump], 60));
    oracle.wait(30);
    oracle.publish("20");
    oracle.wait(5);
    assert_eq!((oracle.flags(), usable(&oracle)), (vec![], 65));
}

#[test]
fn it_stands_still_at_prices_too_wide_to_sell_at() {
    let mut oracle = Oracle::with(|config| config.max_age = 24 * HOUR);
    oracle.publish("10");
    oracle.wait(MINUTE);
    for _ in 0..6 {
        oracle.publish_wide("10", "0.05");
        assert_eq!((oracle.flags(), usable(&oracle)), (vec![Flag::Uncertain], 60));
        oracle.wait(HOUR);
    }
    oracle.publish("10");
    assert_eq!((oracle.flags(), usable(&oracle)), (vec![], 60));
    oracle.wait(MINUTE);
    oracle.publish("10");
    assert_eq!(usable(&oracle), 120);
}

#[test]
fn a_jump_confirmed_by_a_wide_price_is_not_usable_yet() {
    let mut oracle = Oracle::with_atom();
    oracle.publish("10");
    oracle.publish("20");
    oracle.wait(30);
    oracle.publish_wide("20", "0.05");
    oracle.wait(30);
    assert_eq!((oracle.flags(), usable(&oracle)), (vec![Flag::Uncertain], 0));
    oracle.publish("20");
    oracle.wait(30);
    assert_eq!((oracle.flags(), usable(&oracle)), (vec![], 30));
}

#[test]
fn a_wide_price_before_any_other_is_not_usable() {
    let mut oracle = Oracle::with_atom();
    oracle.publish_wide("10", "0.05");
    oracle.wait(10);
    assert_eq!((oracle.flags(), usable(&oracle)), (vec![Flag::Uncertain], 0));
}

#[test]
fn who_silences_restores_or_changes_a_feed_stops_it_until_the_next_price() {
    let publishers = ["ann", "bob", "cleo"];
    let mut oracle = Oracle::at_10(&publishers, 2, |c| c.max_age = 3600);
    let [ann, bob] = ["ann", "bob"].map(|name| oracle.address(name));
    let silence = |publisher: &String| ExecuteMsg::Silence { feed: ATOM.into(), publisher: publisher.clone() };
    let restore = |publisher: &String| ExecuteMsg::Restore { feed: ATOM.into(), publisher: publisher.clone() };
    oracle.wait(10);
    oracle.execute("guardian", silence(&ann)).unwrap();
    oracle.wait(10);
    assert_eq!((oracle.flags(), usable(&oracle)), (vec![], 10));
    oracle.all_publish(&["bob", "cleo"], "10");
    oracle.wait(10);
    assert_eq!(usable(&oracle), 20);
    oracle.execute("guardian", silence(&bob)).unwrap();
    oracle.wait(10);
    assert_eq!(oracle.flags(), [Flag::Missing]);
    oracle.execute("owner", restore(&ann)).unwrap();
    oracle.execute("owner", restore(&bob)).unwrap();
    assert_eq!((oracle.flags(), usable(&oracle)), (vec![], 20), "there was none for ten seconds");
    oracle.all_publish(&publishers, "10");
    oracle.wait(10);
    assert_eq!(usable(&oracle), 30);

    // Prices are fresh for an hour, then for a day: it was stale for an hour until this message, which finds a price.
    oracle.wait(2 * HOUR);
    assert_eq!(oracle.flags(), [Flag::Stale]);
    let config = oracle.feed().config;
    oracle.set(ATOM, FeedConfig { max_age: 86_400, ..config }).unwrap();
    oracle.wait(10);
    assert_eq!((oracle.flags(), usable(&oracle)), (vec![], 30 + HOUR));
}

#[test]
fn a_feed_that_is_stale_because_one_of_its_last_quorum_is_counts_no_further() {
    let mut oracle = Oracle::with_quorum(&FIVE, 3);
    let config = oracle.feed().config;
    oracle.set(ATOM, FeedConfig { max_age: HOUR, ..config }).unwrap();
    oracle.all_publish(&["ann", "bob", "cleo"], "10");
    oracle.wait(3_500);
    // The price is as young as the two, and stale with the third.
    oracle.all_publish(&["ann", "bob"], "10");
    assert_eq!(oracle.reading().stale_at, Timestamp::from_seconds(START + HOUR));
    oracle.wait(3_500);
    assert_eq!((oracle.flags(), usable(&oracle)), (vec![Flag::Stale], HOUR));
    oracle.all_publish(&FIVE, "10");
    assert_eq!((oracle.flags(), usable(&oracle)), (vec![], HOUR));
}

#[test]
fn a_feed_whose_narrow_values_grow_too_old_beside_wide_ones_counts_no_further() {
    let mut oracle = Oracle::with_quorum(&FIVE, 3);
    let config = oracle.feed().config;
    oracle.set(ATOM, FeedConfig { max_age: HOUR, ..config }).unwrap();
    oracle.all_publish(&["ann", "bob"], "10");
    oracle.wait(3_500);
    oracle.publish_as("cleo", "10");
    for wide in ["dan", "eve"] {
        oracle.try_publish(wide, published_wide("10", "0.05")).unwrap();
    }
    assert_eq!((oracle.flags(), usable(&oracle)), (vec![], 0));
    // Ann's and bob's count for a hundred seconds more.
    oracle.wait(101);
    assert_eq!(oracle.flags(), [Flag::Uncertain]);
    oracle.wait(3_000);
    assert_eq!((oracle.flags(), usable(&oracle)), (vec![Flag::Uncertain], 100));
}

#[test]
fn one_publisher_of_five_stops_no_clock_with_old_times() {
    let mut oracle = Oracle::with_quorum(&FIVE, 3);
    oracle.all_publish(&FIVE, "10");
    for _ in 0..100 {
        oracle.wait(6);
        oracle.all_publish(&FIVE[..4], "10");
        // The right price, a minute old: the oldest that counts.
        let time = Timestamp::from_seconds(oracle.now().seconds() - 60);
        let _ = oracle.try_publish("eve", published_at("10", time));
        assert_eq!(oracle.flags(), []);
    }
    assert_eq!(usable(&oracle), 600);
}

#[test]
fn where_an_old_value_holds_the_price_it_is_good_until_that_is_too_old() {
    let publishers = ["ann", "bob", "cleo", "dan"];
    let mut oracle = Oracle::with_quorum(&publishers, 3);
    let config = oracle.feed().config;
    oracle.set(ATOM, FeedConfig { max_confidence: decimal("0.1"), ..config }).unwrap();
    oracle.all_publish(&publishers, "10");
    oracle.wait(50);
    oracle.publish_as("bob", "10");
    // One after the other: the median of 10, 10, 10, 12 is 10, of 10, 10, 12, 12 it is 11.
    oracle.publish_as("cleo", "12");
    oracle.publish_as("dan", "12");
    assert_eq!((oracle.flags(), usable(&oracle)), (vec![], 50));
    // Without ann's, which is a minute old, 12 is the median: 20 % away, so held back.
    oracle.wait(30);
    assert_eq!((oracle.flags(), usable(&oracle)), (vec![Flag::Jump], 60));
}

#[test]
fn a_price_within_the_interval_again_goes_on_though_its_time_is_the_same() {
    let mut oracle = Oracle::with_quorum(&["ann", "bob", "cleo"], 2);
    oracle.all_publish(&["ann", "bob", "cleo"], "10");
    oracle.wait(10);
    let time = Timestamp::from_seconds(START);
    for (width, flags, seconds) in [("0.05", vec![Flag::Uncertain], 10), ("0.001", vec![], 10)] {
        for who in ["ann", "bob"] {
            let value = PublishedValue { time: Some(time), ..published_wide("10", width) };
            oracle.try_publish(who, value).unwrap();
        }
        assert_eq!((oracle.flags(), usable(&oracle)), (flags, seconds), "{width}");
        oracle.wait(10);
    }
    assert_eq!(usable(&oracle), 20);
}

#[test]
fn a_contracts_price_and_rates_count_nothing_and_a_constant_counts_every_second() {
    let mut contract = Oracle::with_contract(priced("10", Timestamp::from_seconds(START)));
    contract.observe();
    assert_eq!((contract.flags(), contract.reading().usable_seconds), (vec![], None));
    let mut constant = Oracle::with(|c| c.source = Source::Fixed { value: signed("1") });
    let before = usable(&constant);
    constant.wait(2 * HOUR);
    assert_eq!(usable(&constant) - before, 2 * HOUR);
    let mut rate = Oracle::with(|c| *c = FeedConfig::rate(c.source.clone()));
    rate.publish("0.1");
    assert_eq!(rate.readings(&[ATOM])[0].usable_seconds, None);
    let rate = Oracle::with(|c| *c = FeedConfig::rate(Source::Fixed { value: signed("0.1") }));
    assert_eq!(rate.readings(&[ATOM])[0].usable_seconds, None);
}
