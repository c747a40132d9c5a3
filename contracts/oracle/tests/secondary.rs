//! A price with a second opinion.

use ballast_oracle::ContractError;
use ballast_types::oracle::{FeedConfig, Flag, PriceUse, PublishedValue, Source};

use crate::support::{decimal, priced, published_wide, signed, Answer, Oracle, MINUTE, START};

fn with_second(max_difference: &str) -> FeedConfig {
    let max_difference = decimal(max_difference);
    FeedConfig::price(Source::Primary { primary: "first".into(), secondary: "second".into(), max_difference })
}

/// `both` is `first` with the second opinion `second`, at most 1 % apart.
fn both(first: &str, second: &str) -> Oracle {
    let mut oracle = Oracle::with_published(&[("first", first), ("second", second)]);
    oracle.set("both", with_second("0.01")).unwrap();
    oracle
}

/// The same, with a primary of which the contract "source" says this.
fn of_contract(answer: Answer) -> Oracle {
    let mut oracle = Oracle::with_published(&[("second", "100.5")]);
    oracle.source_answers(answer);
    let address = oracle.address("source");
    oracle.set("first", FeedConfig::price(Source::Contract { address })).unwrap();
    oracle.set("both", with_second("0.01")).unwrap();
    oracle
}

fn say_wide(oracle: &mut Oracle, feed: &str, value: &str, confidence: &str) {
    oracle.try_publish("publisher", PublishedValue { feed: feed.into(), ..published_wide(value, confidence) }).unwrap();
}

/// Value and flags of `both`.
#[track_caller]
fn assert_is(oracle: &Oracle, value: &str, flags: &[Flag]) {
    let reading = oracle.price("both");
    assert_eq!((reading.value, &reading.flags[..]), (signed(value), flags));
}

#[test]
fn while_both_are_near_each_other_it_is_the_primary() {
    for second in ["99", "100", "101"] {
        let oracle = both("100", second);
        assert_is(&oracle, "100", &[]);
        assert_eq!(oracle.price("both").confidence, decimal("0"));
    }
    for second in ["98.999999999999999999", "101.000000000000000001"] {
        assert_is(&both("100", second), "100", &[Flag::Uncertain]);
    }
}

#[test]
fn further_apart_it_serves_only_what_reduces_risk() {
    for second in ["105", "96"] {
        let oracle = both("100", second);
        let reading = oracle.price("both");
        assert_eq!((reading.value, &reading.flags[..]), (signed("100"), &[Flag::Uncertain][..]));
        let serves = |price_use: PriceUse| price_use.allowed_by(&reading.flags);
        assert!([PriceUse::Reduce, PriceUse::Liquidate, PriceUse::MarginIn].into_iter().all(serves));
        let refused = [PriceUse::Increase, PriceUse::Settle, PriceUse::MarginOut, PriceUse::Pool, PriceUse::BuyBase];
        assert!(!refused.into_iter().any(serves));
    }
}

#[test]
fn an_interval_that_is_wider_already_stays() {
    let mut oracle = both("100", "100");
    say_wide(&mut oracle, "first", "100", "0.03");
    oracle.say("second", "102");
    let reading = oracle.price("both");
    assert_eq!((reading.confidence, reading.flags), (decimal("0.03"), vec![Flag::Uncertain]));
}

/// An interval that reached the secondary would let whoever makes that one block liquidations, which are judged at the
/// interval's better end, and make every exit dear, which pays for it.
#[test]
fn however_far_off_the_secondary_is_the_interval_is_the_primarys_own() {
    for second in ["102", "200", "1000", "1000000000"] {
        let mut oracle = both("100", second);
        say_wide(&mut oracle, "first", "100", "0.001");
        let reading = oracle.price("both");
        assert_eq!((reading.value, reading.confidence), (signed("100"), decimal("0.001")));
        assert_eq!(reading.flags, [Flag::Uncertain]);
    }
}

#[test]
fn a_primary_with_two_ends_is_compared_at_both() {
    let mut oracle = Oracle::with_constants(&[("a", "2"), ("b", "3"), ("second", "2")]);
    oracle.set("first", FeedConfig::price(Source::Lower { feeds: vec!["a".into(), "b".into()] })).unwrap();
    oracle.set("both", with_second("0.01")).unwrap();
    let reading = oracle.price("both");
    assert_eq!((reading.value, reading.upper), (signed("2"), Some(signed("3"))));
    // 2 is near 2, but a third below 3.
    assert_eq!((reading.confidence, reading.flags), (decimal("0"), vec![Flag::Uncertain]));
}

#[test]
fn where_the_primary_is_stale_it_is_the_secondary_for_what_reduces_risk() {
    let mut oracle = both("100", "100.5");
    oracle.wait(40);
    oracle.say("second", "100.6");
    assert_is(&oracle, "100", &[]);
    oracle.wait(21);
    assert_is(&oracle, "100.6", &[Flag::Uncertain, Flag::Secondary]);
    let reading = oracle.price("both");
    assert_eq!((reading.time.seconds(), reading.stale_at.seconds()), (START + 40, START + 40 + MINUTE));
    assert!(PriceUse::Reduce.allowed_by(&reading.flags) && PriceUse::Liquidate.allowed_by(&reading.flags));
    assert!(!PriceUse::Increase.allowed_by(&reading.flags) && !PriceUse::MarginOut.allowed_by(&reading.flags));
    oracle.say("first", "100");
    assert_is(&oracle, "100", &[]);
}

#[test]
fn where_the_primary_is_missing_invalid_or_from_the_future_it_is_the_secondary() {
    let now = cosmwasm_std::Timestamp::from_seconds(START);
    for answer in
        [Answer::NoContract, Answer::Error, priced("0", now), priced("-5", now), priced("100", now.plus_seconds(1))]
    {
        let oracle = of_contract(priced("100", now));
        assert_is(&oracle, "100", &[]);
        oracle.source_answers(answer.clone());
        assert_is(&oracle, "100.5", &[Flag::Uncertain, Flag::Secondary]);
        // Before there was a price on which both agreed, the secondary is nothing to go by.
        assert_ne!(of_contract(answer).price("both").value, signed("100.5"));
    }
}

/// The secondary is no way past a jump.
#[test]
fn a_primary_that_is_held_back_stays_held_back() {
    let mut oracle = both("100", "100");
    oracle.wait(10);
    oracle.say("first", "120");
    let from = START + 10 + 30;
    assert_is(&oracle, "120", &[Flag::Jump]);
    assert_eq!(oracle.price("both").confirm_from.unwrap().seconds(), from);
    oracle.say("second", "114");
    assert_is(&oracle, "120", &[Flag::Jump]);
}

/// Held back by one of the feeds from which it is computed, and stale by another.
#[test]
fn a_primary_that_is_held_back_and_stale_stays_so_too() {
    let mut oracle = Oracle::with_published(&[("a", "100"), ("b", "1"), ("second", "100")]);
    oracle.set("first", FeedConfig::price(Source::Product { feeds: vec!["a".into(), "b".into()] })).unwrap();
    oracle.set("both", with_second("0.01")).unwrap();
    oracle.wait(61);
    oracle.say("second", "100");
    assert_is(&oracle, "100", &[Flag::Uncertain, Flag::Secondary]);
    oracle.say("a", "120");
    assert_is(&oracle, "120", &[Flag::Stale, Flag::Jump]);
}

#[test]
fn a_primary_that_is_uncertain_stays_so() {
    let mut oracle = both("100", "100");
    say_wide(&mut oracle, "first", "100.3", "0.02");
    assert_is(&oracle, "100.3", &[Flag::Uncertain]);
    assert_eq!(oracle.price("both").confidence, decimal("0.02"));
}

/// A dead second opinion stops nobody from leaving.
#[test]
fn without_a_second_opinion_the_primary_is_uncertain() {
    let mut oracle = both("100", "100");
    oracle.wait(61);
    oracle.say("first", "100.2");
    assert_is(&oracle, "100.2", &[Flag::Uncertain]);
    assert_eq!(oracle.price("both").confidence, decimal("0"));
    assert_eq!(oracle.price("both").stale_at.seconds(), START + 61 + MINUTE);

    for second in ["130", "100"] {
        let mut oracle = both("100", "100");
        say_wide(&mut oracle, "second", second, "0.02");
        let expected = if second == "130" { vec![Flag::Jump, Flag::Uncertain] } else { vec![Flag::Uncertain] };
        assert_eq!(oracle.price("second").flags, expected);
        assert_is(&oracle, "100", &[Flag::Uncertain]);
        assert_eq!(oracle.price("both").confidence, decimal("0"), "what it says does not count");
    }
}

#[test]
fn where_neither_has_a_price_it_is_what_the_primary_is() {
    let mut oracle = both("100", "100");
    oracle.wait(61);
    assert_is(&oracle, "100", &[Flag::Stale]);
    let mut oracle = of_contract(Answer::NoContract);
    oracle.wait(61);
    assert_eq!(oracle.price("both").flags, [Flag::Missing]);
}

/// The secondary said 130 all the time: what comes instead of the primary is measured against the last price that was
/// accepted here.
#[test]
fn the_secondary_is_held_back_where_it_would_be_a_jump() {
    let mut oracle = both("100", "130");
    oracle.observe_feed("both");
    assert_is(&oracle, "100", &[Flag::Uncertain]);
    let mut oracle = both("100", "100");
    oracle.wait(7 * MINUTE);
    oracle.say("second", "114");
    assert_is(&oracle, "114", &[Flag::Uncertain, Flag::Secondary]);
    oracle.wait(2 * 3_600);
    oracle.say("second", "130");
    assert_eq!(oracle.price("second").flags, [], "15 % times the root of two hours");
    // 30 % from 100 at the start, which is 15 % times the root of 2.1 hours there
    assert_is(&oracle, "130", &[Flag::Jump, Flag::Uncertain, Flag::Secondary]);
    // It confirms nothing by itself; that is for the primary.
    oracle.observe_feed("both");
    oracle.wait(30);
    oracle.say("second", "130");
    oracle.observe_feed("both");
    assert_is(&oracle, "130", &[Flag::Jump, Flag::Uncertain, Flag::Secondary]);
}

/// So whoever closes at it pays the difference, and a liquidation needs both prices.
#[test]
fn what_the_secondary_alone_says_has_an_interval_back_to_the_last_price() {
    for (said, confidence) in [("110", "0.090909090909090910"), ("90", "0.111111111111111112"), ("100", "0")] {
        let mut oracle = both("100", "100");
        oracle.wait(61);
        oracle.say("second", said);
        let reading = oracle.price("both");
        assert_eq!((reading.value, reading.confidence), (signed(said), decimal(confidence)));
        assert_eq!(reading.flags, [Flag::Uncertain, Flag::Secondary]);
    }
}

#[test]
fn neither_a_disagreement_nor_a_secondary_teaches_it_anything() {
    let mut oracle = both("100", "100");
    oracle.wait(20);
    oracle.say("second", "103");
    oracle.say("first", "101");
    oracle.observe_feed("both");
    let accepted = |oracle: &Oracle| {
        let feed = ballast_types::oracle::QueryMsg::Feed { feed: "both".into() };
        oracle.query::<ballast_types::oracle::FeedResponse>(feed).unwrap().accepted.unwrap().price
    };
    assert_eq!(accepted(&oracle), decimal("100"));
    oracle.wait(50);
    oracle.say("second", "103");
    oracle.wait(20);
    oracle.observe_feed("both");
    assert_is(&oracle, "103", &[Flag::Uncertain, Flag::Secondary]);
    assert_eq!(accepted(&oracle), decimal("100"));
    oracle.say("first", "102.5");
    oracle.observe_feed("both");
    assert_eq!(accepted(&oracle), decimal("102.5"));
}

#[test]
fn its_seconds_are_those_in_which_both_were_usable_and_agreed() {
    let mut oracle = both("100", "100");
    let seconds = |oracle: &Oracle| oracle.price("both").usable_seconds.unwrap();
    let start = seconds(&oracle);
    oracle.wait(50);
    oracle.say("first", "100");
    oracle.wait(50);
    // The secondary was fresh for 60 of 100 seconds.
    assert_eq!(seconds(&oracle) - start, 60);

    let mut oracle = both("100", "100");
    let start = seconds(&oracle);
    oracle.wait(10);
    oracle.say("second", "103");
    oracle.observe_feed("both");
    oracle.wait(20);
    oracle.say("second", "100");
    oracle.observe_feed("both");
    oracle.wait(10);
    assert_eq!(seconds(&oracle) - start, 20);
}

#[test]
fn it_gets_a_flag_with_the_first_of_them() {
    for (first, second) in [(0, 10), (10, 0)] {
        let mut oracle = both("100", "100");
        oracle.wait(10);
        if first > 0 {
            oracle.say("first", "100");
        }
        if second > 0 {
            oracle.say("second", "100");
        }
        let reading = oracle.price("both");
        assert_eq!((reading.time.seconds(), reading.stale_at.seconds()), (START + first, START + MINUTE));
    }
}

#[test]
fn they_may_be_a_tenth_of_a_percent_to_ten_percent_apart() {
    let mut oracle = both("100", "100");
    for (refused, allowed) in [("0.000999", "0.001"), ("0.100001", "0.1")] {
        let (min, max) = ("0.001".into(), "0.1".into());
        let error = ContractError::OutOfBounds { parameter: "max_difference", value: refused.into(), min, max };
        assert_eq!(oracle.set("both", with_second(refused)).unwrap_err(), error);
        oracle.set("both", with_second(allowed)).unwrap();
    }
}
