//! The price of a staked coin: what it sells for, or what it is redeemed for.

use ballast_types::oracle::{ExecuteMsg, FeedConfig, FeedResponse, Flag, PublishedValue, QueryMsg, Reading, Source};
use cosmwasm_std::{Decimal256, SignedDecimal256, Timestamp};
use proptest::prelude::*;

use crate::support::{decimal, published, signed, Oracle, HOUR, START};

const PUBLISHED: [&str; 3] = ["market", "index", "rate"];

fn staked() -> Source {
    let [market, index, rate] = PUBLISHED.map(str::to_owned);
    Source::Staked { market, index, rate }
}

/// `staked`, and the nested pair that says the same: `lower` of `market` and of `product`.
fn set_both(oracle: &mut Oracle, max_confidence: Decimal256) {
    let config = |source| FeedConfig { max_confidence, ..FeedConfig::price(source) };
    let names = |feeds: [&str; 2]| feeds.map(str::to_owned).to_vec();
    oracle.set("product", config(Source::Product { feeds: names(["index", "rate"]) })).unwrap();
    oracle.set("lower", config(Source::Lower { feeds: names(["market", "product"]) })).unwrap();
    oracle.set("staked", config(staked())).unwrap();
}

/// The three published feeds without values, each by one publisher.
fn silent(max_confidence: Decimal256) -> Oracle {
    let mut oracle = Oracle::new();
    for feed in PUBLISHED {
        let source = oracle.publishers(&["publisher"], 1);
        oracle.set(feed, FeedConfig { max_confidence, ..FeedConfig::price(source) }).unwrap();
    }
    oracle
}

/// A market at 12, an index of 10 and a rate of 1.25.
fn usual() -> Oracle {
    let mut oracle = silent(decimal("0.008"));
    for (feed, value) in PUBLISHED.into_iter().zip(["12", "10", "1.25"]) {
        say(&mut oracle, feed, value);
    }
    oracle.set("staked", FeedConfig::price(staked())).unwrap();
    oracle
}

fn say(oracle: &mut Oracle, feed: &str, value: &str) {
    oracle.try_publish("publisher", PublishedValue { feed: feed.into(), ..published(value) }).unwrap();
}

fn read(oracle: &Oracle, feed: &str) -> Reading {
    oracle.query(QueryMsg::Price { feed: feed.into() }).unwrap()
}

fn observe(oracle: &mut Oracle, feeds: &[&str]) {
    let feeds = feeds.iter().map(|feed| feed.to_string()).collect();
    oracle.execute("anyone", ExecuteMsg::Observe { feeds }).unwrap();
}

#[test]
fn it_is_the_lower_of_market_and_redemption_with_the_higher_beside_it() {
    let mut oracle = usual();
    let reading = read(&oracle, "staked");
    assert_eq!((reading.value, reading.upper, reading.flags), (signed("12"), Some(signed("12.5")), vec![]));
    assert_eq!(reading.redemption, Some(signed("12.5")));
    say(&mut oracle, "market", "12.9");
    let reading = read(&oracle, "staked");
    assert_eq!((reading.value, reading.upper, reading.flags), (signed("12.5"), Some(signed("12.9")), vec![]));
    assert_eq!(reading.redemption, Some(signed("12.5")), "at a premium it is the lower one");
    oracle.wait(61);
    say(&mut oracle, "index", "0.000001");
    say(&mut oracle, "rate", "0.01");
    let reading = read(&oracle, "staked");
    assert_eq!((reading.flags, reading.redemption), (vec![Flag::Invalid, Flag::Stale, Flag::Jump], None));
}

#[test]
fn it_has_a_history_of_its_own() {
    let mut oracle = usual();
    oracle.wait(10);
    say(&mut oracle, "market", "11.6");
    observe(&mut oracle, &["staked"]);
    let feed: FeedResponse = oracle.query(QueryMsg::Feed { feed: "staked".into() }).unwrap();
    let accepted = feed.accepted.unwrap();
    assert_eq!((accepted.price, accepted.time.seconds()), (decimal("11.6"), START + 10));
    assert_eq!((feed.config, feed.published), (FeedConfig::price(staked()), vec![]));

    // 12.6 is 5 % more than 12: too much for a bound of 4 %, and nothing to the market's own.
    oracle.set("staked", FeedConfig { max_jump: decimal("0.04"), ..FeedConfig::price(staked()) }).unwrap();
    say(&mut oracle, "rate", "1.3");
    say(&mut oracle, "market", "12.6");
    observe(&mut oracle, &["staked"]);
    let held = read(&oracle, "staked");
    assert_eq!((held.flags, held.confirm_from.unwrap().seconds()), (vec![Flag::Jump], START + 40));
    assert_eq!(read(&oracle, "market").flags, []);
}

/// The product alone jumps where the lower price stays: nobody remembers it.
#[test]
fn a_product_that_moves_above_the_market_holds_nothing_back() {
    let mut oracle = usual();
    set_both(&mut oracle, decimal("0.008"));
    oracle.wait(10);
    // 1.1*1.05 is +15.5 %.
    say(&mut oracle, "index", "11");
    say(&mut oracle, "rate", "1.3125");
    assert_eq!(read(&oracle, "lower").flags, [Flag::Jump]);
    let reading = read(&oracle, "staked");
    assert_eq!((reading.value, reading.upper, reading.flags), (signed("12"), Some(signed("14.4375")), vec![]));
}

#[test]
fn a_feed_that_it_needs_stays_a_price() {
    let mut oracle = usual();
    for feed in PUBLISHED {
        let error = oracle.execute("owner", ExecuteMsg::RemoveFeed { feed: feed.into() }).unwrap_err();
        assert!(error.to_string().starts_with(&format!("staked is computed from the feed {feed}")), "{error}");
    }
    oracle.execute("owner", ExecuteMsg::RemoveFeed { feed: "staked".into() }).unwrap();
    oracle.execute("owner", ExecuteMsg::RemoveFeed { feed: "rate".into() }).unwrap();
}

/// One publisher's word: an exponent of ten and digits, a confidence, and an age in seconds. None has no value.
type Word = Option<(i32, u32, u32, u64)>;

/// Mostly what a coin may cost, sometimes what makes a product that is no price.
fn word() -> impl Strategy<Value = Word> {
    let exponent = prop_oneof![4 => -1..2i32, 1 => -6..9i32];
    let confidence = prop_oneof![3 => 0..9u32, 1 => 0..999u32];
    let age = prop_oneof![3 => 0..60u64, 1 => 55..70u64];
    prop_oneof![15 => (exponent, 1_000_000..9_999_999u32, confidence, age).prop_map(Some), 1 => Just(None)]
}

/// Publishes it in 1.000000 to 9.999999 times ten to the exponent, a confidence in thousandths.
fn tell(oracle: &mut Oracle, feed: &str, word: Word) {
    let Some((exponent, digits, confidence, age)) = word else { return };
    let atomics = u128::from(digits) * 10u128.pow(u32::try_from(exponent + 12).unwrap());
    let value = SignedDecimal256::try_from(Decimal256::raw(atomics)).unwrap();
    let confidence = Some(Decimal256::permille(confidence.into()));
    let time = Some(Timestamp::from_seconds(oracle.now().seconds() - age));
    let told = PublishedValue { feed: feed.into(), value, confidence, time };
    oracle.try_publish("publisher", told).unwrap();
}

/// But for the redemption price, which the nested pair does not tell.
fn assert_the_same(oracle: &Oracle) {
    let staked = read(oracle, "staked");
    let nested = Reading { feed: "staked".into(), redemption: staked.redemption, ..read(oracle, "lower") };
    assert_eq!(staked, nested);
    let product = read(oracle, "product");
    let told = !staked.flags.iter().any(|flag| matches!(flag, Flag::Missing | Flag::Invalid));
    assert_eq!(staked.redemption, told.then_some(product.value));
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    /// Also when they are old or uncertain, when one is missing, and when their product is no price.
    #[test]
    fn it_reads_exactly_what_the_nested_pair_reads(
        words in [word(), word(), word()],
        moved in [0..80u32, 0..80, 0..80],
        wide in prop_oneof![Just("0.008"), Just("0.1")],
    ) {
        let mut oracle = silent(decimal(wide));
        for (feed, word) in PUBLISHED.into_iter().zip(words) {
            tell(&mut oracle, feed, word);
        }
        set_both(&mut oracle, decimal(wide));
        assert_the_same(&oracle);

        // Four hours later, each of them is up to 8 % higher: a product of two such moves is no jump. Where the first
        // one was old or uncertain, this is the first that is learned.
        oracle.wait(4 * HOUR);
        for ((feed, word), moved) in PUBLISHED.into_iter().zip(words).zip(moved) {
            let moved = word.map(|(exponent, digits, confidence, _)| {
                (exponent, digits + digits / 1_000 * moved, confidence, 0)
            });
            tell(&mut oracle, feed, moved.filter(|(exponent, ..)| *exponent < 8));
        }
        assert_the_same(&oracle);
        observe(&mut oracle, &["product", "lower", "staked"]);
        assert_the_same(&oracle);
    }
}
