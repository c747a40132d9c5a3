//! The breaker: a price beyond 15 % times the root of the hours since the last accepted one waits for a second.

use ballast_types::oracle::Flag;

use crate::support::{attribute, decimal, published, published_at, Oracle, ATOM, HOUR, MINUTE, START};

/// At 100, one minute ago.
fn at_100() -> Oracle {
    let mut oracle = Oracle::with_atom();
    oracle.publish("100");
    oracle.wait(MINUTE);
    oracle
}

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
            let mut oracle = at_100();
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
    let mut oracle = at_100();
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
fn a_second_observation_confirms_after_ten_minutes_and_not_a_second_earlier() {
    for (wait, flags) in [(599, vec![Flag::Jump]), (600, vec![]), (601, vec![])] {
        let mut oracle = at_100();
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
fn time_alone_confirms_nothing() {
    let mut oracle = at_100();
    oracle.publish("120");
    oracle.wait(MINUTE);
    assert_eq!(oracle.flags(), [Flag::Jump]);
    oracle.wait(HOUR);
    assert_eq!(oracle.flags(), [Flag::Stale]);
    oracle.observe();
    assert_eq!(oracle.accepted(), decimal("100"));
}

#[test]
fn observations_in_between_do_not_start_the_ten_minutes_anew() {
    let mut oracle = at_100();
    for _ in 0..10 {
        oracle.publish("120");
        assert_eq!(oracle.flags(), [Flag::Jump]);
        oracle.wait(MINUTE);
    }
    oracle.publish("120");
    assert_eq!(oracle.flags(), []);
}

#[test]
fn a_second_observation_on_the_other_side_starts_a_wait_of_its_own() {
    let mut oracle = at_100();
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
    let mut oracle = at_100();
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
    // Both within the age that the feed allows, and ten minutes apart, in one block.
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
fn values_of_one_moment_cannot_walk_away_step_by_step() {
    let mut oracle = at_100();
    oracle.publish("114");
    oracle.publish("129");
    assert_eq!(oracle.flags(), [], "13.2 % from 114");
    oracle.publish("147");
    assert_eq!(oracle.flags(), [Flag::Jump], "14 % from 129, but 28.9 % from what this moment had accepted first");
    assert_eq!(oracle.accepted(), decimal("114"));
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
    let config = ballast_types::oracle::FeedConfig { max_age: 3600, ..oracle.feed().config };
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
fn a_crash_that_is_real_is_followed_after_ten_minutes() {
    let mut oracle = at_100();
    for price in ["80", "75", "70", "66", "62", "60", "58", "55", "52", "50"] {
        oracle.publish(price);
        assert_eq!(oracle.flags(), [Flag::Jump]);
        oracle.wait(MINUTE);
    }
    oracle.publish("49");
    assert_eq!(oracle.flags(), []);
    assert_eq!(oracle.accepted(), decimal("49"));
}
