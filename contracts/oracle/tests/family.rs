//! Which feeds may be computed from which.

use ballast_oracle::ContractError;
use ballast_types::oracle::{ExecuteMsg, FeedConfig, FeedKind, Source};
use cosmwasm_std::Event;
use cw_ownable::OwnershipError;

use crate::support::{attribute, decimal, published, signed, Oracle};

type Result<T> = std::result::Result<T, ContractError>;

fn names(feeds: &[&str]) -> Vec<String> {
    feeds.iter().map(|feed| feed.to_string()).collect()
}

fn product(feeds: &[&str]) -> FeedConfig {
    FeedConfig::price(Source::Product { feeds: names(feeds) })
}

fn lower(feeds: &[&str]) -> FeedConfig {
    FeedConfig::price(Source::Lower { feeds: names(feeds) })
}

fn ratio(feeds: [&str; 2]) -> FeedConfig {
    let [numerator, denominator] = feeds.map(str::to_owned);
    FeedConfig::price(Source::Ratio { numerator, denominator })
}

fn primary(feeds: [&str; 2]) -> FeedConfig {
    let ([primary, secondary], max_difference) = (feeds.map(str::to_owned), decimal("0.01"));
    FeedConfig::price(Source::Primary { primary, secondary, max_difference })
}

fn remove(oracle: &mut Oracle, feed: &str) -> Result<Vec<Event>> {
    oracle.execute("owner", ExecuteMsg::RemoveFeed { feed: feed.into() })
}

/// With the constant prices `a`, `b`, `c` and `d`, and the yearly rate `funding`.
fn constants() -> Oracle {
    let mut oracle = Oracle::new();
    for feed in ["a", "b", "c", "d"] {
        oracle.set(feed, constant()).unwrap();
    }
    oracle.set("funding", FeedConfig::rate(Source::Fixed { value: signed("0.1") })).unwrap();
    oracle
}

fn constant() -> FeedConfig {
    FeedConfig::price(Source::Fixed { value: signed("2") })
}

fn staked(feeds: [&str; 3]) -> FeedConfig {
    let [market, index, rate] = feeds.map(str::to_owned);
    FeedConfig::price(Source::Staked { market, index, rate })
}

/// Of each source one that is computed from others.
fn all() -> [FeedConfig; 5] {
    let two = ["a", "b"];
    [product(&two), lower(&two), ratio(two), primary(two), staked(["a", "b", "c"])]
}

/// What the owner is told who sets `derived` so, as a product, as a lowest, of three feeds as a staked coin's, and of two
/// as a ratio and as a primary with its secondary.
fn refused(oracle: &mut Oracle, feeds: &[&str]) -> ContractError {
    let error = oracle.set("derived", product(feeds)).unwrap_err();
    assert_eq!(oracle.set("derived", lower(feeds)).unwrap_err(), error);
    if let Ok(three) = <[&str; 3]>::try_from(feeds) {
        assert_eq!(oracle.set("derived", staked(three)).unwrap_err(), error);
    }
    if let Ok(two) = <[&str; 2]>::try_from(feeds) {
        assert_eq!(oracle.set("derived", ratio(two)).unwrap_err(), error);
        assert_eq!(oracle.set("derived", primary(two)).unwrap_err(), error);
    }
    error
}

#[test]
fn only_the_owner_sets_and_removes_them() {
    let mut oracle = constants();
    oracle.set("derived", product(&["a", "b"])).unwrap();
    for sender in ["stranger", "guardian", "publisher"] {
        let set = ExecuteMsg::SetFeed { feed: "derived".into(), config: lower(&["a", "b"]) };
        for msg in [set, ExecuteMsg::RemoveFeed { feed: "derived".into() }] {
            assert_eq!(oracle.execute(sender, msg).unwrap_err(), ContractError::Ownership(OwnershipError::NotOwner));
        }
    }
}

#[test]
fn they_are_computed_from_two_or_three_feeds() {
    let mut oracle = constants();
    let error = |value: &str| {
        let (value, min, max) = (value.into(), "2".into(), "3".into());
        ContractError::OutOfBounds { parameter: "feeds", value, min, max }
    };
    assert_eq!(refused(&mut oracle, &[]), error("0"));
    assert_eq!(refused(&mut oracle, &["a"]), error("1"));
    assert_eq!(refused(&mut oracle, &["a", "b", "c", "d"]), error("4"));
    for feeds in [&["a", "b"][..], &["a", "b", "c"]] {
        oracle.set("derived", product(feeds)).unwrap();
        oracle.set("derived", lower(feeds)).unwrap();
    }
}

#[test]
fn each_of_them_exists_and_is_named_once() {
    let mut oracle = constants();
    let unknown = ContractError::UnknownFeed { feed: "nowhere".into() };
    assert_eq!(refused(&mut oracle, &["a", "nowhere"]), unknown);
    for feeds in [["nowhere", "a", "b"], ["a", "nowhere", "b"], ["a", "b", "nowhere"]] {
        assert_eq!(refused(&mut oracle, &feeds), unknown);
    }
    let twice = ContractError::FeedTwice { feed: "derived".into(), factor: "a".into() };
    assert_eq!(refused(&mut oracle, &["a", "b", "a"]), twice);
    assert_eq!(refused(&mut oracle, &["a", "a"]), twice);
    assert_eq!(twice.to_string(), "a is named twice among the feeds of derived");
}

#[test]
fn a_yearly_rate_is_neither_a_factor_nor_computed() {
    let mut oracle = constants();
    let error =
        |feed: &str| ContractError::WrongKind { feed: feed.into(), kind: FeedKind::Rate, asked: FeedKind::Price };
    assert_eq!(refused(&mut oracle, &["a", "funding"]), error("funding"));
    assert_eq!(refused(&mut oracle, &["a", "b", "funding"]), error("funding"));
    for config in all() {
        assert_eq!(oracle.set("derived", FeedConfig::rate(config.source)).unwrap_err(), error("derived"));
    }
}

#[test]
fn no_feed_is_computed_from_itself() {
    let mut oracle = constants();
    oracle.set("derived", product(&["a", "b"])).unwrap();
    let circular = |by: &str| ContractError::Circular { feed: "derived".into(), by: by.into() };
    assert_eq!(refused(&mut oracle, &["a", "derived"]), circular("derived"));
    assert_eq!(refused(&mut oracle, &["a", "b", "derived"]), circular("derived"));

    oracle.set("lowest", lower(&["c", "derived"])).unwrap();
    assert_eq!(refused(&mut oracle, &["a", "lowest"]), circular("lowest"));
    assert_eq!(circular("lowest").to_string(), "derived would be computed from itself: lowest is computed from it");

    // Neither may one that was a constant before, however far up it is named.
    let error = oracle.set("a", product(&["b", "lowest"])).unwrap_err();
    assert_eq!(error, ContractError::Circular { feed: "a".into(), by: "derived".into() });
}

#[test]
fn a_feed_that_does_not_exist_yet_is_not_computed_from_itself_either() {
    let error = refused(&mut constants(), &["a", "derived"]);
    assert_eq!(error, ContractError::Circular { feed: "derived".into(), by: "derived".into() });
}

#[test]
fn a_circle_of_any_two_sources_is_refused() {
    let mut oracle = constants();
    for inner in [ratio(["a", "derived"]), primary(["a", "derived"]), primary(["derived", "a"])] {
        oracle.set("derived", constant()).unwrap();
        oracle.set("inner", inner).unwrap();
        let circular = ContractError::Circular { feed: "derived".into(), by: "inner".into() };
        assert_eq!(refused(&mut oracle, &["b", "inner"]), circular);
        assert_eq!(refused(&mut oracle, &["inner", "b"]), circular);
        remove(&mut oracle, "inner").unwrap();
    }
}

#[test]
fn levels_of_ratios_and_second_opinions_count_like_all_others() {
    let mut oracle = constants();
    oracle.set("second", ratio(["a", "b"])).unwrap();
    oracle.set("third", primary(["c", "second"])).unwrap();
    let error = ContractError::TooDeep { feed: "derived".into(), levels: 4, max: 3 };
    assert_eq!(refused(&mut oracle, &["a", "third"]), error);
    assert_eq!(refused(&mut oracle, &["third", "a"]), error);
    for from_below in [ratio(["c", "d"]), primary(["c", "d"])] {
        let error = ContractError::TooDeep { feed: "a".into(), levels: 4, max: 3 };
        assert_eq!(oracle.set("a", from_below).unwrap_err(), error);
    }
}

#[test]
fn three_levels_of_feeds_are_allowed_and_four_are_not() {
    let mut oracle = constants();
    oracle.set("second", product(&["a", "b"])).unwrap();
    oracle.set("third", lower(&["c", "second"])).unwrap();
    let error = |feed: &str, levels| ContractError::TooDeep { feed: feed.into(), levels, max: 3 };
    assert_eq!(refused(&mut oracle, &["a", "third"]), error("derived", 4));
    assert_eq!(refused(&mut oracle, &["a", "b", "third"]), error("derived", 4));
    let text = "derived would stand in a chain of 4 feeds that are each computed from the next: at most 3";
    assert_eq!(error("derived", 4).to_string(), text);

    // From below: a constant at the end of such a chain becomes a product.
    assert_eq!(oracle.set("a", product(&["c", "d"])).unwrap_err(), error("a", 4));
    oracle.set("c", product(&["b", "d"])).unwrap();
    // From the middle: the product of constants becomes one of products.
    oracle.set("other", product(&["b", "d"])).unwrap();
    assert_eq!(oracle.set("second", lower(&["a", "other"])).unwrap_err(), error("second", 4));
    // Without the third, there is room.
    remove(&mut oracle, "third").unwrap();
    oracle.set("second", lower(&["a", "other"])).unwrap();
}

#[test]
fn a_feed_stays_while_another_is_computed_from_it() {
    let mut oracle = constants();
    oracle.set("derived", product(&["a", "b"])).unwrap();
    oracle.set("lowest", lower(&["c", "derived"])).unwrap();
    let in_use = |feed: &str, by: &str| ContractError::InUse { feed: feed.into(), by: by.into() };
    assert_eq!(remove(&mut oracle, "b").unwrap_err(), in_use("b", "derived"));
    assert_eq!(remove(&mut oracle, "derived").unwrap_err(), in_use("derived", "lowest"));
    let text = "lowest is computed from the feed derived, which must stay a price: change or remove lowest first";
    assert_eq!(in_use("derived", "lowest").to_string(), text);
    remove(&mut oracle, "d").unwrap();

    oracle.set("lowest", lower(&["a", "c"])).unwrap();
    remove(&mut oracle, "derived").unwrap();
    remove(&mut oracle, "b").unwrap();
}

#[test]
fn a_price_does_not_become_a_rate_while_another_is_computed_from_it() {
    let mut oracle = constants();
    oracle.set("derived", product(&["a", "b"])).unwrap();
    let rate = || FeedConfig::rate(Source::Fixed { value: signed("0.1") });
    let error = oracle.set("a", rate()).unwrap_err();
    assert_eq!(error, ContractError::InUse { feed: "a".into(), by: "derived".into() });
    oracle.set("c", rate()).unwrap();

    // Another source or other bounds are its owner's choice.
    let published = oracle.publishers(&["publisher"], 1);
    oracle.set("a", FeedConfig::price(published)).unwrap();
    oracle.set("a", FeedConfig { max_age: 90, ..constant() }).unwrap();
    remove(&mut oracle, "derived").unwrap();
    oracle.set("a", rate()).unwrap();
}

#[test]
fn they_have_no_publishers() {
    let mut oracle = constants();
    for config in all() {
        let events = oracle.set("derived", config).unwrap();
        assert_eq!(attribute(&events, "restarted"), "true");
        let (feed, publisher) = (String::from("derived"), oracle.address("ann"));
        let error = ContractError::NotPublished { feed: feed.clone() };
        let value = ballast_types::oracle::PublishedValue { feed: feed.clone(), ..published("2") };
        assert_eq!(oracle.try_publish("ann", value).unwrap_err(), error);
        let msg = ExecuteMsg::Silence { feed: feed.clone(), publisher: publisher.clone() };
        assert_eq!(oracle.execute("guardian", msg).unwrap_err(), error);
        let msg = ExecuteMsg::Restore { feed, publisher };
        assert_eq!(oracle.execute("owner", msg).unwrap_err(), error);
    }
}
