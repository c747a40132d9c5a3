//! One price over another.

use ballast_types::oracle::{FeedConfig, Flag, Source};

use crate::support::{decimal, signed, Oracle, MINUTE, START};

fn ratio(numerator: &str, denominator: &str) -> FeedConfig {
    FeedConfig::price(Source::Ratio { numerator: numerator.into(), denominator: denominator.into() })
}

#[test]
fn a_ratio_is_rounded_down() {
    let mut oracle = Oracle::with_constants(&[("a", "20"), ("b", "3")]);
    oracle.set("ratio", ratio("a", "b")).unwrap();
    let reading = oracle.price("ratio");
    assert_eq!((reading.value, reading.upper), (signed("6.666666666666666666"), None));
    assert_eq!((reading.confidence, reading.flags), (decimal("0"), vec![]));
}

#[test]
fn its_ends_are_those_of_one_over_the_opposite_ones_of_the_other() {
    let mut oracle = Oracle::with_constants(&[("a", "2"), ("b", "3"), ("c", "0.7")]);
    oracle.set("ends", FeedConfig::price(Source::Lower { feeds: vec!["a".into(), "b".into()] })).unwrap();
    oracle.set("ratio", ratio("ends", "c")).unwrap();
    let reading = oracle.price("ratio");
    // 2 / 0.7 down and 3 / 0.7 up
    assert_eq!((reading.value, reading.upper), (signed("2.857142857142857142"), Some(signed("4.285714285714285715"))));
    oracle.set("ratio", ratio("c", "ends")).unwrap();
    let reading = oracle.price("ratio");
    // 0.7 / 3 down and 0.7 / 2 up
    assert_eq!((reading.value, reading.upper), (signed("0.233333333333333333"), Some(signed("0.35"))));
}

#[test]
fn its_interval_holds_both_of_theirs() {
    let mut oracle = Oracle::with_published(&[("a", "10"), ("b", "4")]);
    oracle.set("ratio", ratio("a", "b")).unwrap();
    for (feed, value) in [("a", "10"), ("b", "4")] {
        let value = ballast_types::oracle::PublishedValue {
            feed: feed.into(),
            ..crate::support::published_wide(value, "0.004")
        };
        oracle.try_publish("publisher", value).unwrap();
    }
    let reading = oracle.price("ratio");
    // 10.04 / 3.984 = 2.52008…, which is 0.008 / 0.996 above 2.5
    assert_eq!((reading.value, reading.confidence), (signed("2.5"), decimal("0.008032128514056225")));
    assert_eq!(reading.flags, [Flag::Uncertain], "together more than 0.8 %");
}

#[test]
fn it_is_as_old_as_the_older_and_has_the_flags_of_both() {
    let mut oracle = Oracle::with_published(&[("a", "10"), ("b", "4")]);
    oracle.set("ratio", ratio("a", "b")).unwrap();
    oracle.wait(10);
    oracle.say("a", "10.5");
    let reading = oracle.price("ratio");
    assert_eq!((reading.value, reading.time.seconds()), (signed("2.625"), START));
    assert_eq!(reading.stale_at.seconds(), START + MINUTE);
    oracle.wait(55);
    oracle.say("a", "20");
    assert_eq!(oracle.price("ratio").flags, [Flag::Stale, Flag::Jump]);
}

#[test]
fn without_one_of_them_it_is_missing_and_out_of_range_it_is_no_price() {
    let mut oracle = Oracle::with_constants(&[("a", "1000000000"), ("b", "0.5"), ("c", "0.000001")]);
    let silent = FeedConfig::price(oracle.publishers(&["publisher"], 1));
    oracle.set("silent", silent).unwrap();
    for (numerator, denominator, flag) in [
        ("a", "silent", Flag::Missing),
        ("silent", "a", Flag::Missing),
        ("a", "b", Flag::Invalid),
        ("a", "c", Flag::Invalid),
        ("c", "a", Flag::Invalid),
    ] {
        oracle.set("ratio", ratio(numerator, denominator)).unwrap();
        assert_eq!(oracle.price("ratio").flags, [flag], "{numerator} over {denominator}");
    }
}

#[test]
fn it_has_a_history_of_its_own() {
    let mut oracle = Oracle::with_published(&[("a", "10"), ("b", "10")]);
    oracle.set("ratio", ratio("a", "b")).unwrap();
    oracle.wait(10);
    oracle.say("a", "11");
    oracle.say("b", "9.5");
    // 11 / 9.5 is 15.8 % above 1, and neither of them jumped.
    assert_eq!(oracle.price("a").flags, []);
    assert_eq!(oracle.price("b").flags, []);
    assert_eq!(oracle.price("ratio").flags, [Flag::Jump]);
}
