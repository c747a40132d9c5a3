//! Since when a feed has been usable: what is sold by a clock counts only time in which somebody could buy.

use ballast_types::oracle::{ExecuteMsg, FeedConfig, Flag, Source};
use cosmwasm_std::Timestamp;

use crate::support::{priced, published_at, signed, Answer, Oracle, ATOM, HOUR, MINUTE, START};

fn since(oracle: &Oracle) -> u64 {
    oracle.reading().usable_since.seconds()
}

#[test]
fn it_counts_from_the_first_price_and_through_prices_that_never_grow_stale() {
    let mut oracle = Oracle::with_atom();
    oracle.publish("10");
    for _ in 0..200 {
        oracle.wait(MINUTE);
        assert_eq!(oracle.flags(), [], "of exactly the greatest age");
        assert_eq!(since(&oracle), START);
        oracle.publish("10");
    }
    assert_eq!(since(&oracle), START);
}

#[test]
fn a_feed_that_was_silent_for_hours_is_usable_since_it_speaks_again() {
    let mut oracle = Oracle::with_atom();
    oracle.publish("10");
    oracle.wait(61);
    assert_eq!(oracle.flags(), [Flag::Stale]);
    assert_eq!(since(&oracle), START, "its time, while it is not usable");
    oracle.wait(3 * HOUR);
    oracle.publish("10");
    let back = START + 61 + 3 * HOUR;
    assert_eq!(since(&oracle), back);
    oracle.wait(30);
    oracle.publish("10");
    assert_eq!(since(&oracle), back);
}

#[test]
fn a_value_that_arrives_late_closes_no_gap() {
    // Of 0 s, and of 50 s, but the second arrives at 100 s: nobody could use a price from 60 s to 100 s.
    let mut oracle = Oracle::with_atom();
    oracle.publish("10");
    oracle.wait(100);
    let time = Timestamp::from_seconds(START + 50);
    oracle.try_publish("publisher", published_at("10", time)).unwrap();
    assert_eq!(oracle.flags(), []);
    assert_eq!(since(&oracle), START + 100);
}

#[test]
fn a_price_that_is_held_back_breaks_it_until_it_is_confirmed() {
    let mut oracle = Oracle::with_atom();
    oracle.publish("10");
    oracle.wait(20);
    oracle.publish("20");
    assert_eq!((oracle.flags(), since(&oracle)), (vec![Flag::Jump], START + 20), "its time");
    oracle.wait(30);
    oracle.publish("20");
    assert_eq!((oracle.flags(), since(&oracle)), (vec![], START + 50));
    assert_eq!(oracle.reading().confirm_from, None);
    oracle.wait(30);
    oracle.publish("20");
    assert_eq!(since(&oracle), START + 50);
}

#[test]
fn a_price_that_is_held_back_breaks_it_until_it_is_cleared() {
    let mut oracle = Oracle::with_atom();
    oracle.publish("10");
    oracle.wait(20);
    oracle.publish("20");
    assert_eq!(oracle.reading().confirm_from.unwrap().seconds(), START + 50);
    oracle.wait(10);
    oracle.publish("10");
    assert_eq!((oracle.flags(), since(&oracle)), (vec![], START + 30));
    assert_eq!(oracle.reading().confirm_from, None);
}

#[test]
fn a_price_that_waits_is_still_told_when_the_feed_grows_stale() {
    let mut oracle = Oracle::with_atom();
    oracle.publish("10");
    oracle.wait(1);
    oracle.publish("20");
    oracle.wait(HOUR);
    let reading = oracle.reading();
    assert_eq!(reading.flags, [Flag::Stale]);
    assert_eq!(reading.confirm_from.unwrap().seconds(), START + 31);
}

#[test]
fn a_price_too_wide_to_sell_at_breaks_it_until_one_is_not() {
    let mut oracle = Oracle::with(|config| config.max_age = 24 * HOUR);
    oracle.publish("10");
    oracle.wait(MINUTE);
    for hour in 0..6 {
        oracle.publish_wide("10", "0.05");
        let seen = (oracle.flags(), since(&oracle));
        assert_eq!(seen, (vec![Flag::Uncertain], START + 60 + hour * HOUR), "its own time");
        oracle.wait(HOUR);
    }
    oracle.publish("10");
    assert_eq!((oracle.flags(), since(&oracle)), (vec![], START + 60 + 6 * HOUR));
    oracle.wait(MINUTE);
    oracle.publish("10");
    assert_eq!(since(&oracle), START + 60 + 6 * HOUR);
}

#[test]
fn a_wide_price_before_any_other_is_usable_since_its_time() {
    let mut oracle = Oracle::with_atom();
    oracle.publish_wide("10", "0.05");
    oracle.wait(10);
    assert_eq!((oracle.flags(), since(&oracle)), (vec![Flag::Uncertain], START));
}

#[test]
fn who_silences_restores_or_changes_a_feed_breaks_it() {
    let publishers = ["ann", "bob", "cleo"];
    let mut oracle = Oracle::at_10(&publishers, 2, |c| c.max_age = 3600);
    oracle.wait(10);
    let publisher = oracle.address("ann");
    oracle.execute("guardian", ExecuteMsg::Silence { feed: ATOM.into(), publisher: publisher.clone() }).unwrap();
    assert_eq!((oracle.flags(), since(&oracle)), (vec![], START + 10));
    let other = oracle.address("bob");
    oracle.execute("guardian", ExecuteMsg::Silence { feed: ATOM.into(), publisher: other.clone() }).unwrap();
    oracle.wait(10);
    assert_eq!(oracle.flags(), [Flag::Missing]);
    oracle.execute("owner", ExecuteMsg::Restore { feed: ATOM.into(), publisher }).unwrap();
    assert_eq!((oracle.flags(), since(&oracle)), (vec![], START + 20), "there was none for ten seconds");
    oracle.execute("owner", ExecuteMsg::Restore { feed: ATOM.into(), publisher: other }).unwrap();

    oracle.wait(2 * HOUR);
    assert_eq!(oracle.flags(), [Flag::Stale]);
    let config = oracle.feed().config;
    oracle.set(ATOM, FeedConfig { max_age: 86_400, ..config }).unwrap();
    assert_eq!((oracle.flags(), since(&oracle)), (vec![], START + 20 + 2 * HOUR), "stale until this message");
}

#[test]
fn a_contract_is_usable_since_it_was_observed() {
    let mut oracle = Oracle::with_contract(priced("10", Timestamp::from_seconds(START)));
    for _ in 0..10 {
        oracle.wait(40);
        oracle.source_says("10");
        oracle.observe();
        assert_eq!(since(&oracle), START);
    }
    oracle.source_answers(Answer::Error);
    oracle.wait(100);
    oracle.source_says("10");
    assert_eq!(since(&oracle), START + 500, "a question tells what an observation would make of it");
    oracle.observe();
    assert_eq!(since(&oracle), START + 500);
}

#[test]
fn a_constant_always_was_usable_and_a_rate_since_its_time() {
    let oracle = Oracle::with(|c| c.source = Source::Fixed { value: signed("1") });
    assert_eq!(oracle.reading().usable_since, Timestamp::default());
    let mut oracle = Oracle::with(|c| *c = FeedConfig::rate(c.source.clone()));
    oracle.publish("0.1");
    oracle.wait(HOUR);
    assert_eq!(oracle.readings(&[ATOM])[0].usable_since.seconds(), START);
}
