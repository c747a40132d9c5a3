//! Prices computed from other feeds: products and lowest prices.

use ballast_types::oracle::{ExecuteMsg, FeedConfig, FeedResponse, Flag, PublishedValue, QueryMsg, Reading, Source};
use cosmwasm_std::{SignedDecimal256, Timestamp};

use crate::support::{assert_close, decimal, priced, published, signed, Answer, Oracle, ATOM, HOUR, MINUTE, START};

const FIVE: [&str; 5] = ["ann", "bob", "cleo", "dan", "eve"];

/// How many ATOM a staked one is redeemed for.
const RATE: &str = "statom/atom";
/// What a staked ATOM sells for.
const MARKET: &str = "statom/market";
/// What a staked ATOM is redeemed for, in USD: ATOM times rate.
const REDEEMED: &str = "statom/redeemed";
/// The lower of both.
const STATOM: &str = "statom/usd";

fn product(feeds: &[&str]) -> Source {
    Source::Product { feeds: feeds.iter().map(|feed| feed.to_string()).collect() }
}

fn lower(feeds: &[&str]) -> Source {
    Source::Lower { feeds: feeds.iter().map(|feed| feed.to_string()).collect() }
}

fn constants(values: &[(&str, &str)]) -> Oracle {
    let mut oracle = Oracle::new();
    for (feed, value) in values {
        oracle.set(feed, FeedConfig::price(Source::Fixed { value: signed(value) })).unwrap();
    }
    oracle
}

fn read(oracle: &Oracle, feed: &str) -> Reading {
    oracle.query(QueryMsg::Price { feed: feed.into() }).unwrap()
}

fn details(oracle: &Oracle, feed: &str) -> FeedResponse {
    oracle.query(QueryMsg::Feed { feed: feed.into() }).unwrap()
}

fn observe(oracle: &mut Oracle, feed: &str) {
    oracle.execute("anyone", ExecuteMsg::Observe { feeds: vec![feed.into()] }).unwrap();
}

fn say(oracle: &mut Oracle, publishers: &[&str], feed: &str, value: &str) {
    for publisher in publishers {
        oracle.try_publish(publisher, PublishedValue { feed: feed.into(), ..published(value) }).unwrap();
    }
}

/// A staked coin: ATOM at 10, a redemption rate of 1.25, and a market at 12, five publishers each.
fn staked() -> Oracle {
    let mut oracle = Oracle::new();
    let config = FeedConfig::price(oracle.publishers(&FIVE, 3));
    oracle.set(ATOM, config.clone()).unwrap();
    oracle.set(RATE, FeedConfig { max_jump: decimal("0.01"), max_age: 24 * HOUR, ..config.clone() }).unwrap();
    oracle.set(MARKET, config).unwrap();
    say(&mut oracle, &FIVE, ATOM, "10");
    say(&mut oracle, &FIVE, RATE, "1.25");
    say(&mut oracle, &FIVE, MARKET, "12");
    oracle.set(REDEEMED, FeedConfig::price(product(&[ATOM, RATE]))).unwrap();
    oracle.set(STATOM, FeedConfig::price(lower(&[MARKET, REDEEMED]))).unwrap();
    oracle
}

#[test]
fn a_staked_coin_is_worth_the_lower_of_market_and_redemption() {
    let mut oracle = staked();
    let redeemed = read(&oracle, REDEEMED);
    assert_eq!((redeemed.value, redeemed.upper, redeemed.flags), (signed("12.5"), None, vec![]));
    let both = read(&oracle, STATOM);
    assert_eq!((both.value, both.upper, both.flags), (signed("12"), Some(signed("12.5")), vec![]));
    assert_eq!(both.feed, STATOM);

    say(&mut oracle, &FIVE, MARKET, "12.9");
    let both = read(&oracle, STATOM);
    assert_eq!((both.value, both.upper, both.flags), (signed("12.5"), Some(signed("12.9")), vec![]));
    assert_eq!(read(&oracle, ATOM).upper, None, "a published price has one end");
}

#[test]
fn a_product_is_rounded_down() {
    let mut oracle = constants(&[("a", "10.000000000000000001"), ("b", "1.5"), ("c", "0.5"), ("e", "4")]);
    oracle.set("two", FeedConfig::price(product(&["a", "b"]))).unwrap();
    // 15.0000000000000000015
    assert_eq!(read(&oracle, "two").value, signed("15.000000000000000001"));
    oracle.set("three", FeedConfig::price(product(&["b", "c", "e"]))).unwrap();
    assert_eq!(read(&oracle, "three").value, signed("3"));
}

#[test]
fn the_lowest_of_three_has_the_highest_beside_it() {
    let mut oracle = constants(&[("a", "3"), ("b", "2"), ("c", "5")]);
    oracle.set("lowest", FeedConfig::price(lower(&["a", "b", "c"]))).unwrap();
    let reading = read(&oracle, "lowest");
    assert_eq!((reading.value, reading.upper), (signed("2"), Some(signed("5"))));
}

#[test]
fn both_ends_go_through_a_product_and_a_lowest() {
    let mut oracle = constants(&[("a", "0.5"), ("b", "1.5"), ("c", "1.000000000000000001"), ("d", "1")]);
    oracle.set("ends", FeedConfig::price(lower(&["a", "b"]))).unwrap();
    for feeds in [["ends", "c"], ["c", "ends"]] {
        oracle.set("times", FeedConfig::price(product(&feeds))).unwrap();
        let reading = read(&oracle, "times");
        // 0.5000000000000000005 down and 1.5000000000000000015 up.
        assert_eq!((reading.value, reading.upper), (signed("0.5"), Some(signed("1.500000000000000002"))));
    }
    oracle.set("times", FeedConfig::price(lower(&["ends", "d"]))).unwrap();
    let reading = read(&oracle, "times");
    assert_eq!((reading.value, reading.upper), (signed("0.5"), Some(signed("1.5"))));
}

fn with_confidence(price: &str, confidence: &str, time: Timestamp) -> Answer {
    let time = time.nanos();
    Answer::Json(format!(r#"{{"price":"{price}","time":"{time}","confidence":"{confidence}"}}"#))
}

/// The constant `two`, and the feeds `source` and `again`, which ask the same contract.
fn sourced(first: Answer) -> Oracle {
    let mut oracle = constants(&[("two", "2")]);
    oracle.source_answers(first);
    let source = Source::Contract { address: oracle.address("source") };
    oracle.set("source", FeedConfig::price(source.clone())).unwrap();
    oracle.set("again", FeedConfig { max_confidence: decimal("0.1"), ..FeedConfig::price(source) }).unwrap();
    oracle
}

#[test]
fn the_interval_of_a_product_holds_all_of_its_factors_intervals() {
    let oracle = |confidence| {
        let mut oracle = sourced(with_confidence("10", confidence, Timestamp::from_seconds(START)));
        oracle.set("product", FeedConfig::price(product(&["source", "again"]))).unwrap();
        oracle.set("lower", FeedConfig::price(lower(&["two", "source"]))).unwrap();
        oracle
    };
    // 1.004*1.004 - 1 is more than 0.8 %, which either of them may have.
    let reading = read(&oracle("0.004"), "product");
    assert_eq!((reading.confidence, reading.flags), (decimal("0.008016"), vec![Flag::Uncertain]));
    let reading = read(&oracle("0.003"), "product");
    assert_eq!((reading.confidence, reading.flags), (decimal("0.006009"), vec![]));
    // (1 + 1e-18)^2 - 1 is 2e-18 and a little: rounded up.
    let reading = read(&oracle("0.000000000000000001"), "product");
    assert_eq!(reading.confidence, decimal("0.000000000000000003"));
    // Of a lowest it is the widest, whichever is lower.
    assert_eq!(read(&oracle("0.004"), "lower").confidence, decimal("0.004"));
}

#[test]
fn an_interval_of_a_product_that_reaches_zero_is_invalid() {
    // 1.42*1.42 - 1 = 1.0164
    let mut oracle = sourced(with_confidence("10", "0.42", Timestamp::from_seconds(START)));
    oracle.set("product", FeedConfig::price(product(&["source", "again"]))).unwrap();
    assert_eq!(read(&oracle, "product").flags, [Flag::Invalid, Flag::Uncertain]);
}

#[test]
fn a_flag_of_one_feed_is_a_flag_of_all_that_are_computed_from_it() {
    let mut oracle = sourced(priced("10", Timestamp::from_seconds(START)));
    oracle.set("product", FeedConfig::price(product(&["source", "two"]))).unwrap();
    oracle.set("swapped", FeedConfig::price(product(&["two", "source"]))).unwrap();
    // The contract's price is never the lowest.
    oracle.set("lower", FeedConfig::price(lower(&["source", "two"]))).unwrap();
    oracle.set("above", FeedConfig::price(lower(&["two", "product"]))).unwrap();
    oracle.wait(100);
    let now = oracle.now();
    for (answer, flags) in [
        (priced("10", now), &[][..]),
        (Answer::Error, &[Flag::Missing]),
        (priced("0", now), &[Flag::Invalid]),
        (priced("-1", now), &[Flag::Invalid]),
        (priced("10", now.plus_nanos(1)), &[Flag::Future]),
        (priced("10", now.minus_seconds(60)), &[]),
        (priced("10", now.minus_seconds(61)), &[Flag::Stale]),
        (priced("12", now), &[Flag::Jump]),
        (with_confidence("10", "0.009", now), &[Flag::Uncertain]),
        (with_confidence("12", "0.009", now), &[Flag::Jump, Flag::Uncertain]),
        (with_confidence("0", "0.009", now.minus_seconds(61)), &[Flag::Invalid, Flag::Stale, Flag::Uncertain]),
    ] {
        oracle.source_answers(answer);
        for feed in ["source", "product", "swapped", "lower", "above"] {
            assert_eq!(read(&oracle, feed).flags, flags, "{feed}");
        }
    }
}

/// An interval wider than the feed's own bound counts as uncertain, even where this feed would allow it.
#[test]
fn what_is_uncertain_for_a_factor_is_uncertain_for_the_product() {
    let mut oracle = sourced(with_confidence("10", "0.009", Timestamp::from_seconds(START)));
    let config = FeedConfig { max_confidence: decimal("0.1"), ..FeedConfig::price(product(&["source", "two"])) };
    oracle.set("product", config).unwrap();
    observe(&mut oracle, "product");
    assert_eq!(read(&oracle, "product").flags, [Flag::Uncertain]);
    assert_eq!(details(&oracle, "product").accepted, None, "and is not learned");
}

#[test]
fn a_missing_or_invalid_factor_leaves_no_number() {
    let mut oracle = sourced(Answer::Error);
    let config = FeedConfig::price(oracle.publishers(&["publisher"], 1));
    oracle.set("silent", config).unwrap();
    oracle.set("product", FeedConfig::price(product(&["source", "two"]))).unwrap();
    oracle.set("lower", FeedConfig::price(lower(&["two", "source"]))).unwrap();
    oracle.set("worse", FeedConfig::price(lower(&["two", "source", "silent"]))).unwrap();
    let huge = format!("5{}", "0".repeat(57));
    for (answer, flag) in [(Answer::Error, Flag::Missing), (priced(&huge, oracle.now()), Flag::Invalid)] {
        oracle.source_answers(answer);
        for feed in ["product", "lower"] {
            let reading = read(&oracle, feed);
            assert_eq!((reading.value, reading.upper, reading.flags), (signed("0"), None, vec![flag]));
        }
    }
    assert_eq!(read(&oracle, "worse").flags, [Flag::Missing, Flag::Invalid], "one is missing and one invalid");

    // It spoils no other in the same message.
    let feeds = vec!["product".into(), "lower".into(), "worse".into(), "two".into()];
    assert_eq!(oracle.execute("anyone", ExecuteMsg::Observe { feeds }).unwrap().len(), 4);
}

#[test]
fn both_ends_must_be_prices() {
    let values = [("most", "1000000000"), ("least", "0.000001"), ("one", "1"), ("half", "0.5"), ("two", "2")];
    let mut oracle = constants(&values);
    let mut flags = |feeds: &[&str]| {
        oracle.set("ends", FeedConfig::price(lower(&["one", "most"]))).unwrap();
        oracle.set("product", FeedConfig::price(product(feeds))).unwrap();
        read(&oracle, "product").flags
    };
    assert_eq!(flags(&["most", "one"]), []);
    assert_eq!(flags(&["most", "two"]), [Flag::Invalid]);
    assert_eq!(flags(&["least", "one"]), []);
    assert_eq!(flags(&["least", "half"]), [Flag::Invalid]);
    assert_eq!(flags(&["ends", "one"]), []);
    assert_eq!(flags(&["ends", "two"]), [Flag::Invalid], "the higher end is above the range");
}

#[test]
fn it_is_as_old_as_the_oldest_and_stale_with_the_first() {
    let mut oracle = staked();
    oracle.wait(30);
    say(&mut oracle, &FIVE, MARKET, "12");
    oracle.wait(10);
    let at = |seconds| Timestamp::from_seconds(START + seconds);
    let both = read(&oracle, STATOM);
    assert_eq!((both.time, both.stale_at), (at(0), at(60)), "ATOM's");

    say(&mut oracle, &FIVE, ATOM, "10");
    let both = read(&oracle, STATOM);
    assert_eq!((both.time, both.stale_at), (at(0), at(90)), "observed with the rate, stale with the market's price");
    oracle.wait(50);
    assert_eq!(read(&oracle, STATOM).flags, []);
    oracle.wait(1);
    assert_eq!(read(&oracle, STATOM).flags, [Flag::Stale]);
    assert_eq!(read(&oracle, REDEEMED).flags, [], "which is not computed from it");
}

#[test]
fn two_of_five_publishers_move_nothing() {
    let mut oracle = staked();
    let before = (read(&oracle, REDEEMED), read(&oracle, STATOM));
    for (feed, value) in [(ATOM, "0.01"), (RATE, "100"), (MARKET, "100000")] {
        for liar in ["dan", "eve"] {
            let value = PublishedValue { feed: feed.into(), confidence: Some(decimal("0.9")), ..published(value) };
            oracle.try_publish(liar, value).unwrap();
        }
    }
    observe(&mut oracle, REDEEMED);
    assert_eq!((read(&oracle, REDEEMED), read(&oracle, STATOM)), before);
}

#[test]
fn a_feed_that_two_others_share_is_read_once() {
    let mut oracle = sourced(priced("10", Timestamp::from_seconds(START)));
    oracle.set("product", FeedConfig::price(product(&["source", "two"]))).unwrap();
    oracle.set("lower", FeedConfig::price(lower(&["source", "product"]))).unwrap();
    oracle.asked();
    read(&oracle, "lower");
    assert_eq!(oracle.asked(), 1);
    let readings = oracle.readings(&["source", "lower", "product", "source"]);
    assert_eq!(oracle.asked(), 1);
    let values: Vec<SignedDecimal256> = readings.iter().map(|reading| reading.value).collect();
    assert_eq!(values, ["10", "10", "20", "10"].map(signed));
    assert_eq!(readings[1], read(&oracle, "lower"));
}

#[test]
fn it_learns_from_observations_as_a_contracts_feed_does() {
    let mut oracle = staked();
    oracle.wait(HOUR);
    say(&mut oracle, &FIVE, ATOM, "10.1");
    let asked = read(&oracle, REDEEMED);
    assert_eq!(details(&oracle, REDEEMED).accepted.unwrap().price, decimal("12.5"), "a question writes nothing");
    // 12.5 to 12.625 is one percent: (168*0.25 + 0.0001*8760)/169 = 42.876/169.
    assert_close(asked.volatility, "0.503690522058768065");
    assert_eq!(asked.average, signed("12.5"), "the first price stood for the whole hour");

    observe(&mut oracle, REDEEMED);
    assert_eq!(read(&oracle, REDEEMED), asked);
    assert_eq!(details(&oracle, REDEEMED).accepted.unwrap().price, decimal("12.625"));
    let before = oracle.dump();
    oracle.wait(30);
    observe(&mut oracle, REDEEMED);
    assert_eq!(oracle.dump(), before, "the same values teach nothing more");
}

#[test]
fn it_learns_while_only_one_of_its_feeds_is_published() {
    // The rate is published once a day.
    let mut oracle = staked();
    for price in ["10.1", "10.2", "10.3"] {
        oracle.wait(HOUR);
        say(&mut oracle, &FIVE, ATOM, price);
        observe(&mut oracle, REDEEMED);
    }
    let accepted = details(&oracle, REDEEMED).accepted.unwrap();
    assert_eq!((accepted.price, accepted.time.seconds()), (decimal("12.875"), START + 3 * HOUR));
    assert_eq!(read(&oracle, REDEEMED).time.seconds(), START);
}

#[test]
fn a_constant_does_not_move_its_clock() {
    let mut oracle = constants(&[("two", "2"), ("three", "3")]);
    let source = oracle.publishers(&["publisher"], 1);
    oracle.set(ATOM, FeedConfig { max_age: HOUR, ..FeedConfig::price(source) }).unwrap();
    oracle.publish("10");
    let tight = FeedConfig { max_jump: decimal("0.1"), ..FeedConfig::price(product(&[ATOM, "two"])) };
    oracle.set("product", tight).unwrap();
    oracle.wait(MINUTE);
    oracle.publish("11.2");
    assert_eq!((oracle.flags(), read(&oracle, "product").flags), (vec![], vec![Flag::Jump]), "12 % are 2 too many");
    observe(&mut oracle, "product");
    let held = read(&oracle, "product");
    assert_eq!(held.confirm_from.unwrap().seconds(), START + 90);
    // Nobody publishes: time alone confirms nothing.
    for _ in 0..10 {
        oracle.wait(MINUTE);
        observe(&mut oracle, "product");
        assert_eq!(read(&oracle, "product").flags, [Flag::Jump]);
    }
    oracle.publish("11.2");
    assert_eq!(read(&oracle, "product").flags, []);

    oracle.set("constant", FeedConfig::price(product(&["two", "three"]))).unwrap();
    let constant = read(&oracle, "constant");
    assert_eq!((constant.value, constant.average, constant.volatility), (signed("6"), signed("6"), decimal("0")));
    assert_eq!((constant.time, constant.stale_at.nanos()), (oracle.now(), u64::MAX));
}

#[test]
fn two_moves_within_their_bounds_can_be_a_jump_together() {
    let mut oracle = constants(&[]);
    let config = FeedConfig::price(oracle.publishers(&["publisher"], 1));
    for feed in ["a", "b"] {
        oracle.set(feed, config.clone()).unwrap();
        say(&mut oracle, &["publisher"], feed, "10");
    }
    oracle.set("product", FeedConfig::price(product(&["a", "b"]))).unwrap();
    oracle.set("lower", FeedConfig::price(lower(&["a", "b"]))).unwrap();
    oracle.wait(10);
    // 1.1*1.04 is +14.4 %, 1.1*1.05 +15.5 %.
    say(&mut oracle, &["publisher"], "a", "11");
    say(&mut oracle, &["publisher"], "b", "10.4");
    assert_eq!(read(&oracle, "product").flags, []);
    say(&mut oracle, &["publisher"], "b", "10.5");
    assert_eq!(read(&oracle, "product").flags, [Flag::Jump]);
    assert_eq!(read(&oracle, "lower").flags, [], "5 % more");
    assert_eq!(read(&oracle, "a").flags, []);
}

/// ATOM falls from 10 to 8 at 20 s, which is a jump for the product, too.
fn fallen() -> Oracle {
    let mut oracle = staked();
    oracle.wait(20);
    say(&mut oracle, &FIVE, ATOM, "8");
    oracle
}

#[test]
fn a_factor_that_is_held_back_holds_everything_back() {
    let mut oracle = fallen();
    for feed in [ATOM, REDEEMED, STATOM] {
        let reading = read(&oracle, feed);
        assert_eq!((reading.flags, reading.confirm_from.unwrap().seconds()), (vec![Flag::Jump], START + 50), "{feed}");
    }
    assert_eq!(read(&oracle, REDEEMED).value, signed("10"));
    assert_eq!(read(&oracle, STATOM).upper, Some(signed("12")));
    let accepted = |oracle: &Oracle, feed| details(oracle, feed).accepted.unwrap().price;
    observe(&mut oracle, REDEEMED);
    assert_eq!(accepted(&oracle, REDEEMED), decimal("12.5"));
    // It was a mistake.
    say(&mut oracle, &FIVE, ATOM, "10");
    observe(&mut oracle, REDEEMED);
    assert_eq!((read(&oracle, REDEEMED).flags, details(&oracle, REDEEMED).held_back), (vec![], None));
}

#[test]
fn it_waits_together_with_its_factor_when_somebody_observed_it_meanwhile() {
    let mut oracle = fallen();
    for feed in [REDEEMED, STATOM] {
        observe(&mut oracle, feed);
        assert_eq!(details(&oracle, feed).held_back.unwrap().time.seconds(), START + 20);
    }
    oracle.wait(29);
    say(&mut oracle, &FIVE, ATOM, "8");
    assert_eq!(read(&oracle, STATOM).flags, [Flag::Jump]);
    oracle.wait(1);
    say(&mut oracle, &FIVE, ATOM, "8");
    for feed in [ATOM, REDEEMED, STATOM] {
        assert_eq!(read(&oracle, feed).flags, [], "{feed}");
    }
    observe(&mut oracle, REDEEMED);
    assert_eq!(details(&oracle, REDEEMED).accepted.unwrap().price, decimal("10"));
}

#[test]
fn a_confirmed_factor_makes_it_usable_without_the_owner() {
    // Nobody observed the product while ATOM was held back: it waits from the first observation on.
    let mut oracle = fallen();
    oracle.wait(30);
    say(&mut oracle, &FIVE, ATOM, "8");
    assert_eq!((oracle.flags(), read(&oracle, REDEEMED).flags), (vec![], vec![Flag::Jump]));
    observe(&mut oracle, REDEEMED);
    observe(&mut oracle, STATOM);
    oracle.wait(30);
    say(&mut oracle, &FIVE, ATOM, "8");
    say(&mut oracle, &FIVE, MARKET, "12");
    assert_eq!((read(&oracle, REDEEMED).flags, read(&oracle, STATOM).flags), (vec![], vec![]));
}

#[test]
fn when_two_factors_are_held_back_it_waits_for_the_later_one() {
    let mut oracle = staked();
    oracle.wait(20);
    say(&mut oracle, &FIVE, ATOM, "8");
    oracle.wait(10);
    say(&mut oracle, &FIVE, MARKET, "9");
    for feeds in [[ATOM, MARKET], [MARKET, ATOM]] {
        oracle.set(STATOM, FeedConfig::price(lower(&feeds))).unwrap();
        assert_eq!(read(&oracle, STATOM).confirm_from.unwrap().seconds(), START + 60);
    }
}

/// A price within the feed's own bound is nothing that it waits for.
#[test]
fn what_is_no_jump_for_the_product_waits_for_the_factor_alone() {
    let mut oracle = staked();
    oracle.set(REDEEMED, FeedConfig { max_jump: decimal("0.3"), ..FeedConfig::price(product(&[ATOM, RATE])) }).unwrap();
    oracle.wait(20);
    say(&mut oracle, &FIVE, ATOM, "8");
    observe(&mut oracle, REDEEMED);
    let reading = read(&oracle, REDEEMED);
    assert_eq!((reading.flags, reading.confirm_from.unwrap().seconds()), (vec![Flag::Jump], START + 50), "ATOM's time");
    assert_eq!(details(&oracle, REDEEMED).held_back, None);
    assert_eq!(details(&oracle, REDEEMED).accepted.unwrap().price, decimal("12.5"), "nothing is learned before");
    oracle.wait(30);
    say(&mut oracle, &FIVE, ATOM, "8");
    assert_eq!(read(&oracle, REDEEMED).flags, []);
}

#[test]
fn other_feeds_keep_what_it_has_learned_and_another_source_starts_anew() {
    let mut oracle = staked();
    oracle.wait(10);
    say(&mut oracle, &FIVE, MARKET, "9.9");
    oracle.set(REDEEMED, FeedConfig::price(product(&[MARKET, RATE]))).unwrap();
    assert_eq!(details(&oracle, REDEEMED).accepted.unwrap().price, decimal("12.5"));
    oracle.set(REDEEMED, FeedConfig::price(lower(&[ATOM, RATE]))).unwrap();
    assert_eq!(details(&oracle, REDEEMED).accepted.unwrap().price, decimal("1.25"));
}
