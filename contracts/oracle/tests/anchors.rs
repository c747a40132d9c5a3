//! Jumps are also measured from an anchor: the price accepted an hour ago, or one that was confirmed.

use ballast_types::oracle::Flag;

use crate::support::{attribute, decimal, published, Oracle, HOUR, MINUTE};

#[test]
fn five_steps_of_almost_the_bound_a_second_apart_are_one_jump() {
    let steps = ["11.499", "13.2227", "15.2047", "17.4838", "20.1046"];
    let mut new = Oracle::with_atom();
    new.publish("10");
    let mut old = Oracle::with_atom();
    for _ in 0..=180 {
        old.publish("10");
        old.wait(MINUTE);
    }
    for oracle in [&mut new, &mut old] {
        for (at, price) in steps.into_iter().enumerate() {
            oracle.wait(1);
            oracle.publish(price);
            let flags = if at == 0 { vec![] } else { vec![Flag::Jump] };
            assert_eq!(oracle.flags(), flags, "{price}");
        }
        assert_eq!(oracle.accepted(), decimal("11.499"));
    }
}

#[test]
fn a_walk_of_small_steps_comes_no_further_than_the_bound_an_hour() {
    // Each minute the largest step that passes; a step that would be held back is undone at once.
    let mut oracle = Oracle::with_atom();
    let mut price = decimal("10");
    oracle.publish("10");
    for hour in 1..=6 {
        for _ in 0..60 {
            oracle.wait(MINUTE);
            for step in ["1.149", "1.07", "1.03", "1.01", "1"] {
                let next = price * decimal(step);
                oracle.publish(&next.to_string());
                if oracle.flags().is_empty() {
                    price = next;
                    break;
                }
            }
        }
        let most = (0..=hour).fold(decimal("10"), |most, _| most * decimal("1.15"));
        assert!(price <= most, "{price} after {hour} h, more than {most}");
    }
    assert!(price > decimal("17"), "{price}: an honest rise is not held up");
}

#[test]
fn the_price_of_an_hour_ago_is_the_anchor() {
    let mut oracle = Oracle::with_atom();
    for _ in 0..120 {
        oracle.publish("100");
        oracle.wait(MINUTE);
    }
    // Sampled at 2 h: until 3 h the anchor is the 100 before it, from then on 114.
    oracle.publish("114");
    assert_eq!(oracle.flags(), []);
    oracle.wait(59 * MINUTE);
    oracle.publish("115.1");
    assert_eq!(oracle.flags(), [Flag::Jump], "1 % from 114 but 15.1 % from 100");
    oracle.publish("115");
    assert_eq!(oracle.flags(), []);
    oracle.wait(MINUTE);
    oracle.publish("131");
    assert_eq!(oracle.flags(), [], "13.9 % from 115, 14.9 % from 114");
    assert_eq!(oracle.accepted(), decimal("131"));
}

#[test]
fn a_price_of_two_hours_ago_lets_nothing_pass_that_the_one_of_an_hour_ago_would_not() {
    let mut oracle = Oracle::with_atom();
    oracle.publish("100");
    oracle.wait(6 * MINUTE);
    oracle.publish("86");
    for _ in 0..100 {
        oracle.wait(MINUTE);
        oracle.publish("86");
    }
    // 86 for 100 minutes: 98 is 14 % from it, 112 is 12 % from the 100 of 106 minutes ago and 30 % from 86.
    oracle.wait(1);
    oracle.publish("98");
    assert_eq!(oracle.flags(), []);
    oracle.wait(1);
    oracle.publish("112");
    assert_eq!(oracle.flags(), [Flag::Jump]);
}

#[test]
fn a_price_that_stood_through_hours_of_silence_is_the_anchor_with_its_real_age() {
    // 15 % times the root of four hours.
    let mut oracle = Oracle::with_atom();
    oracle.publish("100");
    oracle.wait(4 * HOUR);
    oracle.publish("130");
    assert_eq!(oracle.flags(), []);
    oracle.wait(1);
    oracle.publish("130");
    assert_eq!(oracle.flags(), [], "nor is it held back when it comes again");
    oracle.publish("149");
    assert_eq!(oracle.flags(), [Flag::Jump], "14.6 % from 130, 49 % from 100");
}

#[test]
fn what_was_accepted_is_not_held_back_when_it_is_asked_for() {
    // 118 at 1.8 h: 4.4 % from the 113 of 0.9 h, 18 % from the 100 that was sampled last; a bound of 1.8 hours would let
    // it pass, and the anchor after it, of an hour, not.
    let mut oracle = Oracle::with_atom();
    for (wait, price, flags) in [(0, "100", vec![]), (54, "113", vec![]), (54, "118", vec![Flag::Jump])] {
        oracle.wait(wait * MINUTE);
        oracle.publish(price);
        assert_eq!(oracle.flags(), flags, "{price}");
    }
    // For any times and prices, the query returns what the message reported.
    let mut oracle = Oracle::with_atom();
    let mut seed: u64 = 7;
    let mut random = |n: u64| {
        seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (seed >> 33) % n
    };
    let mut price = 100_000;
    for _ in 0..2_000 {
        oracle.wait([1, 20, 50 * MINUTE, 80 * MINUTE, 5 * HOUR][random(5) as usize]);
        price = (price * (880 + random(250)) / 1_000).clamp(1_000, 1_000_000);
        let value = published(&price.to_string());
        let verdict = attribute(&oracle.try_publish("publisher", value).unwrap(), "verdict");
        assert_eq!(verdict == "accepted", oracle.flags().is_empty(), "{price}: {verdict}");
    }
}

#[test]
fn a_confirmed_price_is_the_only_anchor_until_it_is_an_hour_old() {
    for (price, flags) in [("92", vec![]), ("92.01", vec![Flag::Jump]), ("68", vec![]), ("67.99", vec![Flag::Jump])] {
        for wait in [1, 20 * MINUTE, 59 * MINUTE] {
            let mut oracle = Oracle::with_atom();
            for _ in 0..110 {
                oracle.publish("100");
                oracle.wait(MINUTE);
            }
            oracle.publish("80");
            oracle.wait(30);
            oracle.publish("80");
            assert_eq!(oracle.flags(), []);
            // The samples' hour ends ten minutes after this: older prices do not count any more.
            oracle.wait(wait);
            oracle.publish("80");
            assert_eq!(oracle.flags(), []);
            oracle.publish(price);
            assert_eq!(oracle.flags(), flags, "{price} after {wait} s");
        }
    }
}

#[test]
fn a_confirmed_price_is_left_behind_after_an_hour() {
    let mut oracle = Oracle::at_100();
    oracle.publish("80");
    oracle.wait(30);
    oracle.publish("80");
    oracle.wait(50 * MINUTE);
    oracle.publish("90");
    assert_eq!(oracle.flags(), [], "12.5 % from 80");
    oracle.wait(9 * MINUTE);
    oracle.publish("100");
    assert_eq!(oracle.flags(), [Flag::Jump], "11 % from 90, 25 % from 80");
    oracle.publish("90");
    oracle.wait(51 * MINUTE);
    oracle.publish("90");
    oracle.wait(10 * MINUTE);
    oracle.publish("100");
    assert_eq!(oracle.flags(), [], "the 90 of an hour ago counts now");
}
