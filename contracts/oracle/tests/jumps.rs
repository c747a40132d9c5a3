//! The jump breaker: a price that moved more than 15 % times the root of the hours, from the last accepted price or
//! from the one accepted an hour ago, waits for another that is published 30 seconds later.

use ballast_types::oracle::{FeedConfig, Flag};

use crate::support::{
    assert_close, attribute, decimal, published, published_at, signed, Oracle, ATOM, HOUR, MINUTE, START,
};

#[test]
fn the_first_price_is_accepted() {
    let mut oracle = Oracle::with_atom();
    oracle.publish("1000000000");
    assert_eq!(oracle.flags(), []);
}

#[test]
fn within_an_hour_a_price_may_move_by_exactly_the_bound() {
    for (price, flags) in [
        ("115", vec![]),
        ("115.0000000000001", vec![Flag::Jump]),
        ("85", vec![]),
        ("84.9999999999999", vec![Flag::Jump]),
    ] {
        for wait in [0, 1, HOUR - MINUTE] {
            let mut oracle = Oracle::at_100();
            oracle.wait(wait);
            oracle.publish(price);
            assert_eq!(oracle.flags(), flags, "{price} after {wait} s");
        }
    }
}

#[test]
fn the_bound_grows_with_the_root_of_the_hours() {
    // 15 % times 2 after four hours, times 3 after nine.
    for (hours, within, beyond) in [(4, "130", "130.0000000000001"), (9, "55", "54.9999999999999")] {
        for (price, flags) in [(within, vec![]), (beyond, vec![Flag::Jump])] {
            let mut oracle = Oracle::with_atom();
            oracle.publish("100");
            oracle.wait(hours * HOUR);
            oracle.publish(price);
            assert_eq!(oracle.flags(), flags, "{price} after {hours} h");
        }
    }
}

#[test]
fn after_a_weekend_the_bound_is_that_of_64_hours() {
    // 15 % times 8 = 120 %.
    for (price, flags) in [("219.9", vec![]), ("220", vec![]), ("220.1", vec![Flag::Jump])] {
        let mut oracle = Oracle::with_atom();
        oracle.publish("100");
        oracle.wait(64 * HOUR);
        assert_eq!(oracle.flags(), [Flag::Stale], "closed, not broken");
        oracle.publish(price);
        assert_eq!(oracle.flags(), flags, "{price}");
    }
}

#[test]
fn a_price_that_is_held_back_changes_neither_average_nor_volatility() {
    let mut oracle = Oracle::at_100();
    let before = oracle.reading();
    oracle.wait(HOUR);
    let events = oracle.try_publish("publisher", published("200")).unwrap();
    assert_eq!(attribute(&events, "verdict"), "held_back");
    let after = oracle.reading();
    assert_eq!(after.flags, [Flag::Jump]);
    assert_eq!((after.average, after.volatility), (before.average, before.volatility));
    assert_eq!(oracle.accepted(), decimal("100"));
    assert_eq!(oracle.held_back(), Some(decimal("200")));
}

#[test]
fn a_second_observation_confirms_after_thirty_seconds_and_not_a_second_earlier() {
    for (wait, flags) in [(29, vec![Flag::Jump]), (30, vec![]), (31, vec![])] {
        let mut oracle = Oracle::at_100();
        oracle.publish("120");
        oracle.wait(wait);
        oracle.publish("121");
        assert_eq!(oracle.flags(), flags, "after {wait} s");
        let accepted = if flags.is_empty() { "121" } else { "100" };
        assert_eq!(oracle.accepted(), decimal(accepted));
        assert_eq!(oracle.held_back().is_none(), flags.is_empty());
    }
}

#[test]
fn the_feed_says_after_how_long_another_value_confirms() {
    for confirm_after in [10, HOUR] {
        for (wait, flags) in [(confirm_after - 1, vec![Flag::Jump]), (confirm_after, vec![])] {
            let mut oracle = Oracle::with(|c| c.confirm_after = confirm_after);
            oracle.publish("100");
            oracle.wait(1);
            oracle.publish("150");
            let from = oracle.reading().confirm_from.unwrap();
            assert_eq!(from, oracle.now().plus_seconds(confirm_after), "the answer says from when");
            oracle.wait(wait);
            oracle.publish("150");
            assert_eq!(oracle.flags(), flags, "after {wait} s");
            assert_eq!(oracle.reading().confirm_from.is_none(), flags.is_empty());
        }
    }
}

#[test]
fn time_alone_confirms_nothing() {
    let mut oracle = Oracle::at_100();
    oracle.publish("120");
    oracle.wait(MINUTE);
    assert_eq!(oracle.flags(), [Flag::Jump]);
    oracle.wait(HOUR);
    assert_eq!(oracle.flags(), [Flag::Stale]);
    oracle.observe();
    assert_eq!(oracle.accepted(), decimal("100"));
}

#[test]
fn observations_in_between_do_not_start_the_wait_anew() {
    let mut oracle = Oracle::at_100();
    for price in ["120", "125", "130"] {
        oracle.publish(price);
        assert_eq!(oracle.flags(), [Flag::Jump]);
        assert_eq!(oracle.held_back(), Some(decimal("120")), "the first of those near each other");
        oracle.wait(10);
    }
    oracle.publish("138");
    assert_eq!(oracle.flags(), [], "exactly 15 % from 120");
    assert_eq!(oracle.accepted(), decimal("138"));
}

#[test]
fn one_that_lies_elsewhere_is_held_back_in_its_place_and_waits_from_then_on() {
    let mut oracle = Oracle::at_100();
    oracle.publish("120");
    oracle.wait(30);
    oracle.publish("138.01");
    assert_eq!(oracle.flags(), [Flag::Jump], "15.008 % from 120");
    assert_eq!(oracle.held_back(), Some(decimal("138.01")));
    assert_eq!(oracle.reading().confirm_from, Some(oracle.now().plus_seconds(30)));
    oracle.wait(29);
    oracle.publish("138.01");
    assert_eq!(oracle.flags(), [Flag::Jump]);
    oracle.wait(1);
    oracle.publish("138.01");
    assert_eq!(oracle.flags(), []);
}

#[test]
fn a_second_observation_on_the_other_side_starts_a_wait_of_its_own() {
    let mut oracle = Oracle::at_100();
    oracle.publish("120");
    oracle.wait(10 * MINUTE);
    oracle.publish("80");
    assert_eq!(oracle.flags(), [Flag::Jump]);
    assert_eq!(oracle.held_back(), Some(decimal("80")));
    oracle.wait(9 * MINUTE);
    oracle.publish("120");
    assert_eq!(oracle.held_back(), Some(decimal("120")));
    oracle.wait(10 * MINUTE);
    oracle.publish("125");
    assert_eq!(oracle.flags(), []);
    assert_eq!(oracle.accepted(), decimal("125"));
}

#[test]
fn an_observation_back_within_the_bound_clears_the_one_that_waits() {
    let mut oracle = Oracle::at_100();
    oracle.publish("120");
    oracle.wait(5 * MINUTE);
    oracle.publish("101");
    assert_eq!(oracle.flags(), []);
    assert_eq!(oracle.held_back(), None);
    oracle.wait(5 * MINUTE);
    oracle.publish("120");
    assert_eq!(oracle.flags(), [Flag::Jump], "18.8 % from 101, and nothing is left that it could confirm");
}

#[test]
fn a_backdated_value_is_not_its_own_confirmation() {
    // Both are fresh and ten minutes apart, in one block.
    let mut oracle = Oracle::with(|c| c.max_age = 3600);
    oracle.publish("100");
    oracle.wait(30 * MINUTE);
    let earlier = oracle.now().minus_seconds(15 * MINUTE);
    oracle.try_publish("publisher", published_at("200", earlier)).unwrap();
    oracle.try_publish("publisher", published("200")).unwrap();
    assert_eq!(oracle.flags(), [Flag::Jump]);
    assert_eq!(oracle.feed().held_back.unwrap().time, oracle.now(), "when it was seen, not when it claims to be of");
}

#[test]
fn what_is_published_is_as_old_as_it_says_it_is() {
    let mut oracle = Oracle::at_100();
    oracle.publish("120");
    let held = oracle.now();
    oracle.wait(40);
    oracle.try_publish("publisher", published_at("120", held.plus_seconds(29))).unwrap();
    assert_eq!(oracle.flags(), [Flag::Jump], "seen 40 s later, but of 29 s later");
    oracle.try_publish("publisher", published_at("120", held.plus_seconds(30))).unwrap();
    assert_eq!(oracle.flags(), []);
}

#[test]
fn a_quorum_confirms_and_one_of_it_does_not() {
    let all = ["ann", "bob", "cleo"];
    let mut oracle = Oracle::at_10(&all, 2, |_| ());
    oracle.wait(MINUTE);
    oracle.all_publish(&all, "12");
    assert_eq!(oracle.flags(), [Flag::Jump]);
    oracle.wait(40);
    oracle.publish_as("ann", "12");
    assert_eq!(oracle.flags(), [Flag::Jump], "only ann has spoken again");
    oracle.publish_as("bob", "12");
    assert_eq!(oracle.flags(), []);
    assert_eq!(oracle.accepted(), decimal("12"));
}

#[test]
fn values_of_one_moment_cannot_walk_away_step_by_step() {
    let mut oracle = Oracle::at_100();
    oracle.publish("114");
    oracle.publish("129");
    assert_eq!(oracle.flags(), [Flag::Jump], "13.2 % from 114, but 29 % from 100");
    assert_eq!(oracle.accepted(), decimal("114"));
    oracle.publish("114");
    assert_eq!((oracle.flags(), oracle.held_back()), (vec![], None), "back within the bound, also in the same moment");
}

// ---- confirmed with a wide interval ----

#[test]
fn a_wide_price_that_is_confirmed_is_what_jumps_are_measured_from_but_no_statistic() {
    let mut oracle = Oracle::with_atom();
    oracle.publish("100");
    oracle.wait(HOUR);
    oracle.publish("100");
    let before = oracle.reading();
    oracle.wait(MINUTE);
    oracle.publish_wide("130", "0.05");
    assert_eq!(oracle.flags(), [Flag::Jump, Flag::Uncertain]);
    assert_eq!(oracle.accepted(), decimal("100"));
    oracle.wait(30);
    oracle.publish_wide("130", "0.05");
    let reading = oracle.reading();
    assert_eq!((reading.value, reading.flags), (signed("130"), vec![Flag::Uncertain]), "flag and all");
    assert_eq!((reading.average, reading.volatility), (before.average, before.volatility));
    assert_eq!((oracle.accepted(), oracle.held_back()), (decimal("130"), None));

    oracle.wait(1);
    oracle.publish("112");
    assert_eq!(oracle.flags(), [], "13.8 % from 130");
    oracle.publish("110.4");
    assert_eq!(oracle.flags(), [Flag::Jump], "15.1 % from 130");
}

#[test]
fn the_time_of_a_wide_price_counts_in_no_average() {
    let mut oracle = Oracle::with_atom();
    oracle.publish("100");
    oracle.wait(MINUTE);
    oracle.publish_wide("130", "0.05");
    oracle.wait(30);
    oracle.publish_wide("130", "0.05");
    oracle.wait(HOUR);
    oracle.publish("130");
    assert_eq!(oracle.reading().average, signed("100"), "an hour of 130, wide");
    oracle.wait(HOUR);
    oracle.publish("130");
    // (168*100 + 130)/169
    assert_close(ballast_math::abs(oracle.reading().average), "100.177514792899408284");
}

#[test]
fn a_wide_price_within_the_bound_clears_one_that_waits() {
    let mut oracle = Oracle::at_100();
    oracle.publish("120");
    oracle.wait(10);
    oracle.publish_wide("101", "0.05");
    assert_eq!((oracle.flags(), oracle.held_back()), (vec![Flag::Uncertain], None));
    oracle.wait(20);
    oracle.publish("120");
    assert_eq!(oracle.flags(), [Flag::Jump], "nothing is left that it could confirm");
}

#[test]
fn one_wide_value_confirms_nothing_while_others_are_narrow() {
    let all = ["ann", "bob", "mallory"];
    let mut oracle = Oracle::at_10(&all, 2, |_| ());
    oracle.wait(MINUTE);
    oracle.all_publish(&["ann", "bob"], "10");
    for _ in 0..5 {
        oracle.wait(10);
        let value = ballast_types::oracle::PublishedValue { confidence: Some(decimal("0.9")), ..published("13") };
        oracle.try_publish("mallory", value).unwrap();
        assert_eq!((oracle.reading().value, oracle.flags()), (signed("10"), vec![]));
    }
}

#[test]
fn a_question_judges_a_confirmation_without_writing_it() {
    let mut oracle = Oracle::with_contract(crate::support::priced("100", cosmwasm_std::Timestamp::from_seconds(START)));
    oracle.wait(MINUTE);
    oracle.source_says("120");
    oracle.observe();
    oracle.wait(10 * MINUTE);
    oracle.source_says("122");
    assert_eq!(oracle.flags(), []);
    assert_eq!(oracle.accepted(), decimal("100"));
    oracle.source_says("80");
    assert_eq!(oracle.flags(), [Flag::Jump]);
    assert_eq!(oracle.held_back(), Some(decimal("120")));
}

#[test]
fn a_contract_must_answer_anew_to_confirm() {
    let mut oracle = Oracle::with_contract(crate::support::priced("100", cosmwasm_std::Timestamp::from_seconds(START)));
    let config = FeedConfig { max_age: 3600, ..oracle.feed().config };
    oracle.set(ATOM, config).unwrap();
    oracle.wait(MINUTE);
    oracle.source_says("120");
    oracle.observe();
    oracle.wait(20 * MINUTE);
    oracle.observe();
    assert_eq!(oracle.flags(), [Flag::Jump], "still the same observation");
    oracle.source_says("120");
    oracle.observe();
    assert_eq!(oracle.flags(), []);
}

#[test]
fn the_print_of_a_thousandth_of_october_2025_is_held_back_and_forgotten() {
    // ATOM, 2025-10-10: one exchange printed 0.001 while others traded between 3 and 4.
    let mut oracle = Oracle::with_atom();
    oracle.publish("3.9");
    let before = oracle.reading();
    oracle.wait(MINUTE);
    oracle.publish("0.001");
    assert_eq!(oracle.flags(), [Flag::Jump]);
    oracle.wait(MINUTE);
    oracle.publish("3.5");
    let after = oracle.reading();
    assert_eq!(after.flags, []);
    assert_eq!(after.volatility, before.volatility);
    assert_eq!(oracle.held_back(), None);
}

#[test]
fn a_crash_that_is_real_is_followed_half_a_minute_later_and_frozen_again_at_the_next_bound() {
    // 30 % in 40 minutes and further: 0.75 a minute from 100. 84.25 is the first beyond 15 % of 100; the next minute's
    // 83.5 confirms it. From there 15 % are 70.975, so 70.75 waits, and 70 confirms.
    let mut oracle = Oracle::with_atom();
    let mut waits = vec![];
    for minute in 0..=40 {
        let price = decimal("100") - decimal("0.75") * cosmwasm_std::Decimal256::from_ratio(minute as u64, 1u64);
        oracle.publish(&price.to_string());
        if oracle.flags() == [Flag::Jump] {
            waits.push(price.to_string());
        }
        oracle.wait(MINUTE);
    }
    assert_eq!(waits, ["84.25", "70.75"]);
    assert_eq!(oracle.accepted(), decimal("70"));
}
