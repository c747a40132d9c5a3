//! How long a price computed from other feeds has been usable: never longer than all of these at once.

use ballast_types::oracle::{ExecuteMsg, FeedConfig, Flag, PublishedValue, QueryMsg, Reading, Source};
use cosmwasm_std::Timestamp;
use proptest::prelude::*;

use crate::support::{decimal, priced, published, signed, Oracle, HOUR, MINUTE, START};

const PUBLISHED: [&str; 3] = ["market", "index", "rate"];

/// Seconds after which a published price is stale.
const FRESH: u64 = MINUTE;

fn names<const N: usize>(feeds: [&str; N]) -> Vec<String> {
    feeds.map(str::to_owned).to_vec()
}

fn staked() -> Source {
    let [market, index, rate] = PUBLISHED.map(str::to_owned);
    Source::Staked { market, index, rate }
}

/// A market at 12, an index of 10 and a rate of 1.25, each by one publisher; `staked`, and the nested pair `lower` of
/// `market` and of `product`.
fn usual() -> Oracle {
    let mut oracle = Oracle::new();
    for (feed, value) in PUBLISHED.into_iter().zip(["12", "10", "1.25"]) {
        let source = oracle.publishers(&["publisher"], 1);
        oracle.set(feed, FeedConfig::price(source)).unwrap();
        say(&mut oracle, feed, value);
    }
    set(&mut oracle, "product", Source::Product { feeds: names(["index", "rate"]) });
    set(&mut oracle, "lower", Source::Lower { feeds: names(["market", "product"]) });
    set(&mut oracle, "staked", staked());
    oracle
}

fn set(oracle: &mut Oracle, feed: &str, source: Source) {
    oracle.set(feed, FeedConfig::price(source)).unwrap();
}

fn say(oracle: &mut Oracle, feed: &str, value: &str) {
    oracle.try_publish("publisher", PublishedValue { feed: feed.into(), ..published(value) }).unwrap();
}

/// The three values again, as at first.
fn repeat(oracle: &mut Oracle) {
    PUBLISHED.into_iter().zip(["12", "10", "1.25"]).for_each(|(feed, value)| say(oracle, feed, value));
}

fn read(oracle: &Oracle, feed: &str) -> Reading {
    oracle.query(QueryMsg::Price { feed: feed.into() }).unwrap()
}

fn seconds(oracle: &Oracle, feed: &str) -> u64 {
    read(oracle, feed).usable_seconds.unwrap()
}

/// By how much the seconds of this feed grow.
fn grown(oracle: &mut Oracle, feed: &str, meanwhile: impl FnOnce(&mut Oracle)) -> i128 {
    let before = seconds(oracle, feed);
    meanwhile(oracle);
    i128::from(seconds(oracle, feed)) - i128::from(before)
}

fn observe(oracle: &mut Oracle, feeds: &[&str]) {
    let feeds = feeds.iter().map(|feed| feed.to_string()).collect();
    oracle.execute("anyone", ExecuteMsg::Observe { feeds }).unwrap();
}

#[test]
fn it_grows_with_time_while_all_feeds_are_usable_whether_anybody_observes_it_or_not() {
    for feed in ["product", "lower", "staked"] {
        let mut oracle = usual();
        let grown = grown(&mut oracle, feed, |oracle| {
            for _ in 0..100 {
                oracle.wait(FRESH);
                repeat(oracle);
            }
        });
        assert_eq!(grown, 6_000, "{feed}");
    }
}

#[test]
fn it_stands_still_while_one_feed_is_stale_and_falls_while_several_are() {
    for (silent, expected) in [(0, 3_600), (1, 60), (2, 60 - 3_540), (3, 60 - 2 * 3_540)] {
        let mut oracle = usual();
        let grown = grown(&mut oracle, "staked", |oracle| {
            for _ in 0..60 {
                oracle.wait(FRESH);
                for (feed, value) in PUBLISHED.into_iter().zip(["12", "10", "1.25"]).skip(silent) {
                    say(oracle, feed, value);
                }
            }
        });
        assert_eq!(grown, expected, "{silent} silent");
    }
}

#[test]
fn outages_one_after_the_other_take_what_they_last_together() {
    let mut oracle = usual();
    let grown = grown(&mut oracle, "lower", |oracle| {
        // The market misses ten seconds, then the rate fifteen.
        oracle.wait(50);
        say(oracle, "index", "10");
        say(oracle, "rate", "1.25");
        oracle.wait(20);
        say(oracle, "market", "12");
        say(oracle, "index", "10");
        oracle.wait(55);
        say(oracle, "rate", "1.25");
        oracle.wait(5);
    });
    assert_eq!(grown, 130 - 10 - 15);
}

#[test]
fn constants_are_always_usable_and_what_a_contract_says_never_counts() {
    let mut oracle = usual();
    for feed in ["one", "two"] {
        set(&mut oracle, feed, Source::Fixed { value: signed("1") });
    }
    set(&mut oracle, "ones", Source::Product { feeds: names(["one", "two"]) });
    set(&mut oracle, "same", Source::Product { feeds: names(["market", "one", "two"]) });
    assert_eq!(grown(&mut oracle, "ones", |oracle| oracle.wait(HOUR)), 3_600);
    repeat(&mut oracle);
    assert_eq!(grown(&mut oracle, "same", |oracle| oracle.wait(HOUR)), 60);

    oracle.source_answers(priced("10", oracle.now()));
    let address = oracle.address("source");
    set(&mut oracle, "source", Source::Contract { address });
    set(&mut oracle, "half", Source::Lower { feeds: names(["one", "source"]) });
    assert_eq!(read(&oracle, "half").usable_seconds, None);
}

/// The product moves by 15.5 %, more than its bound; neither of its feeds does.
#[test]
fn it_stands_still_while_only_the_computed_price_is_held_back() {
    let mut oracle = usual();
    oracle.wait(10);
    let grown = grown(&mut oracle, "product", |oracle| {
        say(oracle, "index", "11");
        say(oracle, "rate", "1.3125");
        oracle.wait(5);
        observe(oracle, &["product"]);
        assert_eq!(read(oracle, "product").flags, [Flag::Jump]);
        oracle.wait(20);
        assert_eq!(read(oracle, "product").flags, [Flag::Jump]);
        oracle.wait(20);
        say(oracle, "index", "11");
        observe(oracle, &["product"]);
        assert_eq!(read(oracle, "product").flags, []);
        oracle.wait(10);
    });
    // Five seconds until somebody saw it, and ten at the end.
    assert_eq!(grown, 15);
}

/// Half-widths of 0.5 % each are within a bound of 0.8 %, but not those of the product.
#[test]
fn it_stands_still_while_only_the_computed_price_is_too_uncertain() {
    for feed in ["product", "staked"] {
        let mut oracle = usual();
        let grown = grown(&mut oracle, feed, |oracle| {
            let confidence = Some(decimal("0.005"));
            for (name, value) in [("index", "10"), ("rate", "1.25")] {
                let value = PublishedValue { feed: name.into(), confidence, ..published(value) };
                oracle.try_publish("publisher", value).unwrap();
            }
            oracle.wait_nanos(300_000_000);
            observe(oracle, &[feed]);
            assert_eq!(read(oracle, feed).flags, [Flag::Uncertain], "{feed}");
            oracle.wait(40);
            repeat(oracle);
            observe(oracle, &[feed]);
            oracle.wait_nanos(700_000_000);
            oracle.wait(7);
        });
        // Of 48 seconds, those in which it was uncertain for a part count as a whole.
        assert_eq!(grown, 7, "{feed}");
    }
}

/// An outage of a feed is not also one of the price that is computed from it.
#[test]
fn a_flag_of_a_feed_counts_once_however_often_it_is_observed() {
    let mut oracle = usual();
    let grown = grown(&mut oracle, "staked", |oracle| {
        let wide = PublishedValue { feed: "market".into(), confidence: Some(decimal("0.05")), ..published("12") };
        oracle.try_publish("publisher", wide).unwrap();
        for _ in 0..3 {
            oracle.wait(10);
            observe(oracle, &["product", "lower", "staked"]);
            assert_eq!(read(oracle, "staked").flags, [Flag::Uncertain]);
        }
        repeat(oracle);
        observe(oracle, &["product", "lower", "staked"]);
        oracle.wait(10);
    });
    assert_eq!(grown, 10);
}

/// Timestamps end in the year 2554.
#[test]
fn it_is_above_zero_at_all_times() {
    let mut oracle = usual();
    oracle.wait(u64::MAX / 1_000_000_000 - START);
    assert_eq!(oracle.now(), Timestamp::from_seconds(18_446_744_073));
    // All three were usable for a minute; what was lost since then is lost three times.
    let ceiling = 2 * 18_446_744_073;
    assert_eq!(seconds(&oracle, "staked"), 3 * FRESH + 2 * (ceiling - 18_446_744_073));
    assert_eq!(seconds(&oracle, "lower"), seconds(&oracle, "staked"));
}

/// When a feed is published, in seconds from the start, and whether its interval is too wide then.
type Publication = (u64, bool);

/// The first one at the start, later ones mostly within a minute.
fn publications() -> impl Strategy<Value = Vec<Publication>> {
    let pause = prop_oneof![3 => 1..=FRESH, 1 => FRESH..300];
    prop::collection::vec((pause, prop::bool::weighted(0.1)), 1..12).prop_map(|later| {
        let mut at = 0;
        let later = later.into_iter().map(|(pause, wide)| {
            at += pause;
            (at, wide)
        });
        [(0, false)].into_iter().chain(later).collect()
    })
}

/// Whether the price is usable in the second from this one on.
fn usable_at(second: u64, publications: &[Publication]) -> bool {
    let (at, wide) = publications.iter().rfind(|(at, _)| *at <= second).unwrap();
    !wide && second < at + FRESH
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn it_never_grows_by_more_than_the_time_in_which_all_were_usable(
        feeds in [publications(), publications(), publications()],
        looks in prop::collection::btree_set(1..1_000u64, 1..12),
        observed in any::<bool>(),
    ) {
        let mut oracle = usual();
        let broken = |second: u64| feeds.iter().filter(|feed| !usable_at(second, feed)).count();
        let mut last = ["staked", "lower"].map(|feed| (feed, 0, seconds(&oracle, feed)));
        for second in 1..1_000 {
            oracle.wait(1);
            for ((feed, value), publications) in PUBLISHED.into_iter().zip(["12", "10", "1.25"]).zip(&feeds) {
                if let Some((_, wide)) = publications.iter().find(|(at, _)| *at == second) {
                    let confidence = wide.then(|| decimal("0.05"));
                    let told = PublishedValue { feed: feed.into(), confidence, ..published(value) };
                    oracle.try_publish("publisher", told).unwrap();
                }
            }
            if observed {
                observe(&mut oracle, &["product", "lower", "staked"]);
            }
            if !looks.contains(&second) {
                continue;
            }
            for (feed, since, before) in &mut last {
                let good = (*since..second).filter(|second| broken(*second) == 0).count();
                let overlap = (*since..second).any(|second| broken(second) > 1);
                let now = seconds(&oracle, feed);
                let grown = usize::try_from(now.saturating_sub(*before)).unwrap();
                prop_assert!(grown <= good, "{feed} grew by {grown} in {good} good seconds");
                prop_assert!(overlap || grown == good, "{feed} grew by {grown} in {good} good seconds");
                (*since, *before) = (second, now);
            }
        }
    }
}
