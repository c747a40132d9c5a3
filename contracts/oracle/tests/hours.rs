//! What trading hours do to a price: gold, closed from Friday 22:00 to Sunday 23:00 UTC and for an hour each night.

use ballast_types::oracle::{ExecuteMsg, FeedConfig, Flag, PublishedValue, QueryMsg, Reading, Source};
use cosmwasm_std::Timestamp;

use crate::support::{
    assert_close, attribute, decimal, priced, published, published_at, signed, Oracle, ATOM, HOUR, MINUTE,
};

/// Monday 2023-11-13, 00:00 UTC.
pub const MONDAY: u64 = 1_699_833_600;
pub const DAY: u64 = 24 * HOUR;
/// When the market closes for the weekend, and when it opens again.
pub const FRIDAY: u64 = MONDAY + 4 * DAY + 22 * HOUR;
pub const SUNDAY: u64 = MONDAY + 6 * DAY + 23 * HOUR;

/// Minutes since Monday 00:00 of gold's sessions.
pub const GOLD: [(u32, u32); 5] = [(1380, 2760), (2820, 4200), (4260, 5640), (5700, 7080), (10020, 1320)];

/// A feed of one publisher with the hours of gold; on Friday at 21:00 it is 100.
pub fn gold() -> Oracle {
    gold_of(|_| ())
}

fn gold_of(change: impl FnOnce(&mut FeedConfig)) -> Oracle {
    let mut oracle = Oracle::with(change);
    oracle.set_hours(&GOLD, &[]).unwrap();
    go_to(&mut oracle, FRIDAY - HOUR);
    oracle.publish("100");
    assert_eq!(oracle.flags(), []);
    oracle
}

pub fn go_to(oracle: &mut Oracle, second: u64) {
    oracle.wait(second - oracle.now().seconds());
}

fn at(second: u64) -> Timestamp {
    Timestamp::from_seconds(second)
}

fn verdict(oracle: &mut Oracle, value: PublishedValue) -> String {
    attribute(&oracle.try_publish("publisher", value).unwrap(), "verdict")
}

/// 112 on Sunday evening, confirmed after half a minute.
fn confirm_112(oracle: &mut Oracle) {
    go_to(oracle, SUNDAY);
    assert_eq!(verdict(oracle, published("112")), "held_back");
    oracle.wait(30);
    assert_eq!(verdict(oracle, published("112")), "accepted");
}

// ---- closed ----

#[test]
fn a_price_is_stale_from_the_moment_at_which_its_market_closes() {
    let mut oracle = gold();
    go_to(&mut oracle, FRIDAY - 10);
    oracle.publish("101");
    assert_eq!(oracle.reading().stale_at, at(FRIDAY), "not 50 s later");
    oracle.wait(10);
    assert_eq!(oracle.flags(), []);
    oracle.wait_nanos(1);
    assert_eq!(oracle.flags(), [Flag::Stale]);
    assert_eq!(oracle.reading().value, signed("101"), "stale, not broken");
}

#[test]
fn what_is_published_while_it_is_closed_is_kept_and_never_accepted() {
    let mut oracle = gold();
    let before = oracle.reading();
    for second in [FRIDAY + 1, FRIDAY + DAY, SUNDAY - 1] {
        go_to(&mut oracle, second);
        assert_eq!(verdict(&mut oracle, published("90")), "not_judged");
        let reading = oracle.reading();
        assert_eq!((reading.value, reading.flags), (signed("90"), vec![Flag::Stale]));
        assert_eq!((reading.average, reading.volatility), (before.average, before.volatility));
    }
    assert_eq!((oracle.accepted(), oracle.held_back()), (decimal("100"), None));
    assert_eq!(oracle.feed().published[0].value, signed("90"));
}

#[test]
fn it_closes_for_an_hour_each_night() {
    let mut oracle = Oracle::with_atom();
    oracle.set_hours(&GOLD, &[]).unwrap();
    for (second, flags) in [
        (MONDAY + DAY + 23 * HOUR, vec![]),
        (MONDAY + 2 * DAY + 22 * HOUR, vec![]),
        (MONDAY + 2 * DAY + 22 * HOUR + 1, vec![Flag::Stale]),
        (MONDAY + 2 * DAY + 23 * HOUR - 1, vec![Flag::Stale]),
        (MONDAY + 2 * DAY + 23 * HOUR, vec![Flag::Jump]),
    ] {
        go_to(&mut oracle, second);
        oracle.publish("100");
        assert_eq!(oracle.flags(), flags, "{second}");
    }
}

#[test]
fn usable_seconds_stand_still_from_the_closing_to_the_confirmation() {
    let mut oracle = gold();
    go_to(&mut oracle, FRIDAY - 10);
    oracle.publish("100");
    let before = oracle.reading().usable_seconds.unwrap();
    for second in [FRIDAY, FRIDAY + 40, SUNDAY, SUNDAY + 20] {
        go_to(&mut oracle, second);
        oracle.publish("100");
        assert_eq!(oracle.reading().usable_seconds.unwrap() - before, 10, "{second}");
    }
    go_to(&mut oracle, SUNDAY + 30);
    oracle.publish("100");
    oracle.wait(25);
    assert_eq!(oracle.reading().usable_seconds.unwrap() - before, 10 + 25);
}

// ---- the first price after a closing ----

#[test]
fn the_first_price_is_held_back_however_near_it_is() {
    for (price, later) in [("100", "100"), ("112", "112"), ("180", "175")] {
        let mut oracle = gold();
        go_to(&mut oracle, SUNDAY);
        assert_eq!(oracle.flags(), [Flag::Stale], "open, but that of Friday is no price of today");
        assert_eq!(verdict(&mut oracle, published(price)), "held_back");
        assert_eq!(oracle.flags(), [Flag::Jump]);
        oracle.wait(29);
        assert_eq!(verdict(&mut oracle, published(price)), "held_back", "a second early");
        oracle.wait(1);
        assert_eq!(verdict(&mut oracle, published(later)), "accepted");
        assert_eq!((oracle.flags(), oracle.accepted()), (vec![], decimal(later)));
    }
}

#[test]
fn without_hours_the_same_price_is_accepted_at_once() {
    let mut oracle = Oracle::with_atom();
    go_to(&mut oracle, FRIDAY - HOUR);
    oracle.publish("100");
    go_to(&mut oracle, SUNDAY);
    oracle.publish("112");
    assert_eq!(oracle.flags(), []);
}

#[test]
fn two_values_of_one_block_do_not_confirm_each_other() {
    let mut oracle = gold();
    go_to(&mut oracle, SUNDAY + HOUR);
    for _ in 0..3 {
        assert_eq!(verdict(&mut oracle, published("112")), "held_back");
    }
    assert_eq!(oracle.reading().confirm_from, Some(at(SUNDAY + HOUR + 30)));
}

#[test]
fn what_was_observed_before_the_opening_neither_begins_nor_ends_the_wait() {
    // Values may be an hour old, and these are published when the market is open.
    let mut oracle = gold_of(|config| config.max_age = HOUR);
    go_to(&mut oracle, SUNDAY + MINUTE);
    for time in [FRIDAY, FRIDAY + 1, SUNDAY - MINUTE, SUNDAY - 1] {
        assert_eq!(verdict(&mut oracle, published_at("112", at(time))), "not_judged");
        assert_eq!((oracle.flags(), oracle.held_back()), (vec![Flag::Stale], None), "{time}");
    }
    assert_eq!(verdict(&mut oracle, published_at("112", at(SUNDAY))), "held_back");
    assert_eq!(oracle.feed().held_back.unwrap().time, at(SUNDAY + MINUTE), "when it was seen");
    oracle.wait(40);
    assert_eq!(verdict(&mut oracle, published_at("112", at(SUNDAY + MINUTE + 29))), "held_back");
    assert_eq!(verdict(&mut oracle, published_at("112", at(SUNDAY + MINUTE + 30))), "accepted");
}

#[test]
fn a_price_held_back_before_the_closing_is_not_confirmed_after_it() {
    let mut oracle = gold();
    go_to(&mut oracle, FRIDAY - 10);
    assert_eq!(verdict(&mut oracle, published("130")), "held_back");
    assert_eq!(oracle.reading().confirm_from, Some(at(FRIDAY + 20)));
    for second in [FRIDAY + 1, SUNDAY, SUNDAY + 5] {
        go_to(&mut oracle, second);
        assert_eq!(oracle.reading().confirm_from, None, "nothing confirms it any more");
    }
    assert_eq!(verdict(&mut oracle, published("130")), "held_back");
    assert_eq!(oracle.feed().held_back.unwrap().time, at(SUNDAY + 5), "the wait begins anew");
    oracle.wait(30);
    assert_eq!(verdict(&mut oracle, published("130")), "accepted");
}

#[test]
fn a_first_price_that_others_do_not_confirm_is_replaced() {
    let mut oracle = gold();
    go_to(&mut oracle, SUNDAY);
    assert_eq!(verdict(&mut oracle, published("150")), "held_back");
    oracle.wait(30);
    assert_eq!(verdict(&mut oracle, published("100")), "held_back", "no bound leads to it from Friday's 100");
    assert_eq!(oracle.held_back(), Some(decimal("100")));
    oracle.wait(30);
    assert_eq!(verdict(&mut oracle, published("101")), "accepted");
}

#[test]
fn the_confirmed_price_is_the_only_anchor_until_it_is_an_hour_old() {
    for (price, flags) in [("95.3", vec![]), ("95", vec![Flag::Jump]), ("100", vec![]), ("129", vec![Flag::Jump])] {
        let mut oracle = gold();
        confirm_112(&mut oracle);
        oracle.wait(MINUTE);
        oracle.publish(price);
        assert_eq!(oracle.flags(), flags, "{price}: 15 % from 112 is 95.2 to 128.8");
    }
}

#[test]
fn a_lying_publisher_at_the_opening_moves_nothing() {
    let all = ["ann", "bob", "cleo", "dan", "mallory"];
    let mut oracle = Oracle::with_quorum(&all, 3);
    // Old values of Friday would be fresh by their age.
    let config = FeedConfig { max_age: DAY, ..FeedConfig::price(oracle.publishers(&all, 3)) };
    oracle.set(ATOM, config).unwrap();
    oracle.set_hours(&GOLD, &[]).unwrap();
    go_to(&mut oracle, MONDAY + DAY + 23 * HOUR);
    oracle.all_publish(&all, "100");
    go_to(&mut oracle, MONDAY + 2 * DAY + 23 * HOUR);
    oracle.publish_as("mallory", "180");
    assert_eq!(oracle.flags(), [Flag::Stale], "one of five is no quorum of today");
    oracle.publish_as("ann", "112");
    assert_eq!(oracle.flags(), [Flag::Stale]);
    oracle.publish_as("bob", "113");
    let reading = oracle.reading();
    assert_eq!((reading.value, reading.flags), (signed("113"), vec![Flag::Jump]), "112, 113, 180; none of yesterday");
    oracle.wait(30);
    oracle.publish_as("mallory", "181");
    assert_eq!(oracle.flags(), [Flag::Jump], "alone mallory confirms nothing");
    oracle.all_publish(&["ann", "bob", "cleo"], "112");
    let reading = oracle.reading();
    assert_eq!((reading.value, reading.flags), (signed("112"), vec![]));
}

// ---- average and volatility ----

#[test]
fn the_return_over_a_closing_counts_in_full_and_its_closed_hours_not_at_all() {
    // An hour on Friday and half a minute on Sunday: (604800*0.25 + 0.12^2*31536000)/(604800 + 3630), and the root.
    let mut oracle = gold();
    confirm_112(&mut oracle);
    assert_close(oracle.reading().volatility, "0.997439649179210150");
}

#[test]
fn a_return_over_a_closing_counts_up_to_the_bound_of_all_its_hours() {
    // 40 %, where an open hour alone may bring 15 %.
    let mut oracle = gold();
    go_to(&mut oracle, SUNDAY);
    oracle.publish("140");
    oracle.wait(30);
    oracle.publish("140");
    assert_close(oracle.reading().volatility, "2.922599981411851174");
}

#[test]
fn the_average_counts_a_price_for_the_time_in_which_its_market_was_open() {
    // 100 for an hour, then 110 for an hour and half a minute: not for the weekend.
    let mut oracle = Oracle::with_atom();
    oracle.set_hours(&GOLD, &[]).unwrap();
    go_to(&mut oracle, FRIDAY - 2 * HOUR);
    oracle.publish("100");
    oracle.wait(HOUR);
    oracle.publish("110");
    confirm_112(&mut oracle);
    assert_close(ballast_math::abs(oracle.reading().average), "100.059661752379074010");
}

#[test]
fn hours_more_than_a_week_ago_are_not_counted_as_open() {
    // Nothing for ten weeks: at most the week before this one and what has passed of this counts.
    let mut oracle = gold();
    oracle.wait(70 * DAY);
    oracle.publish("100");
    oracle.wait(30);
    oracle.publish("100");
    // Since Monday of last week: closed were an hour in each of eight nights, and the weekend.
    let open = 7 * DAY + 4 * DAY + 21 * HOUR + 30 - 8 * HOUR - 49 * HOUR;
    let variance = decimal("151200") / cosmwasm_std::Decimal256::from_ratio(604_800 + open, 1u64);
    assert_close(oracle.reading().volatility, &variance.sqrt().to_string());
}

// ---- other sources ----

#[test]
fn a_contract_is_observed_twice_after_a_closing() {
    let mut oracle = Oracle::with_contract(priced("100", at(FRIDAY - 30)));
    oracle.set_hours(&GOLD, &[]).unwrap();
    go_to(&mut oracle, FRIDAY - 20);
    oracle.source_says("100");
    oracle.observe();
    assert_eq!(oracle.flags(), []);
    go_to(&mut oracle, SUNDAY - 1);
    oracle.source_says("112");
    oracle.observe();
    assert_eq!(oracle.flags(), [Flag::Stale]);
    oracle.wait(31);
    assert_eq!(oracle.flags(), [Flag::Stale], "it still tells what it observed before the opening");
    oracle.source_says("112");
    oracle.observe();
    assert_eq!(oracle.flags(), [Flag::Jump]);
    oracle.wait(30);
    oracle.source_says("112");
    assert_eq!(oracle.flags(), [], "a question sees what an observation would accept");
    oracle.observe();
    assert_eq!(oracle.accepted(), decimal("112"));
}

/// Gold, euros that never close, and prices computed from both.
fn computed() -> Oracle {
    let mut oracle = gold();
    let source = oracle.publishers(&["publisher"], 1);
    oracle.set("eur", FeedConfig::price(source)).unwrap();
    say(&mut oracle, "eur", "2");
    let names = |feeds: [&str; 2]| feeds.map(str::to_owned).to_vec();
    oracle.set("product", FeedConfig::price(Source::Product { feeds: names(["eur", ATOM]) })).unwrap();
    oracle.set("lower", FeedConfig::price(Source::Lower { feeds: names(["product", "eur"]) })).unwrap();
    oracle
}

fn say(oracle: &mut Oracle, feed: &str, value: &str) {
    oracle.try_publish("publisher", PublishedValue { feed: feed.into(), ..published(value) }).unwrap();
}

fn read(oracle: &Oracle, feed: &str) -> Reading {
    oracle.query(QueryMsg::Price { feed: feed.into() }).unwrap()
}

fn observe(oracle: &mut Oracle) {
    let feeds = vec!["product".to_string(), "lower".to_string()];
    oracle.execute("anyone", ExecuteMsg::Observe { feeds }).unwrap();
}

#[test]
fn a_computed_price_closes_with_its_feeds_and_is_confirmed_with_them() {
    let mut oracle = computed();
    go_to(&mut oracle, FRIDAY + HOUR);
    say(&mut oracle, "eur", "2");
    observe(&mut oracle);
    for feed in ["product", "lower"] {
        assert_eq!(read(&oracle, feed).flags, [Flag::Stale], "{feed}");
    }
    go_to(&mut oracle, SUNDAY);
    for (wait, flags) in [(0, vec![Flag::Jump]), (30, vec![])] {
        oracle.wait(wait);
        oracle.publish("112");
        say(&mut oracle, "eur", "2");
        observe(&mut oracle);
        for feed in ["product", "lower"] {
            assert_eq!(read(&oracle, feed).flags, flags, "{feed} after {wait} s");
        }
    }
    assert_eq!(read(&oracle, "product").value, signed("224"));
}

#[test]
fn a_computed_price_that_nobody_observed_after_a_closing_waits_for_two_observations_of_its_own() {
    let mut oracle = computed();
    go_to(&mut oracle, SUNDAY);
    oracle.publish("112");
    oracle.wait(30);
    oracle.publish("112");
    say(&mut oracle, "eur", "2");
    assert_eq!(oracle.flags(), []);
    for (wait, flags) in [(0, vec![Flag::Jump]), (30, vec![])] {
        oracle.wait(wait);
        say(&mut oracle, "eur", "2");
        observe(&mut oracle);
        assert_eq!(read(&oracle, "product").flags, flags);
    }
}

#[test]
fn the_volatility_of_a_computed_price_counts_no_closed_hours_either() {
    let mut oracle = computed();
    go_to(&mut oracle, SUNDAY);
    for wait in [0, 30] {
        oracle.wait(wait);
        oracle.publish("112");
        say(&mut oracle, "eur", "2");
        observe(&mut oracle);
    }
    assert_eq!(read(&oracle, "product").volatility, oracle.reading().volatility);
}
