//! How long a feed has been usable: what is sold by a clock counts only time in which somebody could buy.

use ballast_types::oracle::{ExecuteMsg, FeedConfig, Flag, Source};
use cosmwasm_std::Timestamp;

use crate::support::{priced, published_at, signed, Answer, Oracle, ATOM, HOUR, MINUTE, START};

fn usable(oracle: &Oracle) -> u64 {
    oracle.reading().usable_seconds
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
    // A price of 60 seconds, published every 66.
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
    // Of 0 s, and of 50 s, but the second arrives at 100 s: nobody could use a price from 60 s to 100 s.
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
    assert_eq!((reading.flags, reading.usable_seconds), (vec![Flag::Stale], 1));
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

    // Prices of an hour, and then of a day: it was stale for an hour less ten seconds until this message.
    oracle.wait(2 * HOUR);
    assert_eq!(oracle.flags(), [Flag::Stale]);
    let config = oracle.feed().config;
    oracle.set(ATOM, FeedConfig { max_age: 86_400, ..config }).unwrap();
    oracle.wait(10);
    assert_eq!((oracle.flags(), usable(&oracle)), (vec![], 20 + HOUR));
    oracle.all_publish(&publishers, "10");
    oracle.wait(10);
    assert_eq!(usable(&oracle), 30 + HOUR);
}

#[test]
fn a_contract_counts_as_a_question_finds_it() {
    let mut oracle = Oracle::with_contract(priced("10", Timestamp::from_seconds(START)));
    for seen in 1..=10 {
        oracle.wait(40);
        oracle.source_says("10");
        oracle.observe();
        assert_eq!(usable(&oracle), seen * 40);
    }
    oracle.source_answers(Answer::Error);
    oracle.wait(100);
    oracle.source_says("10");
    assert_eq!(usable(&oracle), 460, "a question tells what an observation would make of it");
    oracle.observe();
    assert_eq!(usable(&oracle), 460);
}

#[test]
fn a_constant_always_is_usable_and_a_rate_tells_nothing() {
    let oracle = Oracle::with(|c| c.source = Source::Fixed { value: signed("1") });
    assert_eq!(oracle.reading().usable_seconds, START);
    let mut oracle = Oracle::with(|c| *c = FeedConfig::rate(c.source.clone()));
    oracle.publish("0.1");
    oracle.wait(HOUR);
    assert_eq!(oracle.readings(&[ATOM])[0].usable_seconds, 0);
}
