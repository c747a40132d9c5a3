//! A publication writes few bytes, and a reading reads few records: a chain charges 30 gas for each byte written, and
//! 1,000 for each record read.

use ballast_types::oracle::{ExecuteMsg, FeedConfig, FeedResponse, QueryMsg, Source};

use crate::support::{decimal, signed, Oracle, ATOM, HOUR, START};

/// The configuration, in which the quorum stands for the source; `[publisher's place, value, confidence, time]`; then
/// the history: the last accepted price, which was certain, none held back, the last sampled price and the anchor
/// before it, the average, the variance (50 % a year at first, so 0.25), the start of the usable period and the seconds
/// before it; nobody silenced.
#[test]
fn the_values_of_a_feed_are_written_without_names() {
    let mut oracle = Oracle::with_atom();
    oracle.publish("10");
    let time = format!("{START}000000000");
    let price = format!(r#"["10","{time}"]"#);
    let until = START + 60;
    let history = format!(r#"[{price},true,null,{price},{price},"10","0.25",[{START},0,{until}]]"#);
    let config = r#"["price",1,60,"0.008","0.15",30,604800,"0.5"]"#;
    let expected = format!(r#"[{config},[[[0,"10","0","{time}"]],{history},[]]]"#);
    assert_eq!(oracle.stored(&key("feeds")), expected);
    let publisher = oracle.address("publisher");
    assert_eq!(oracle.stored(&key("publishers")), format!(r#"["{publisher}"]"#));
}

/// Only a redemption rate has the bound on growth at the end, and a number for its kind: a price is stored as it was before
/// there was any.
#[test]
fn the_bound_on_growth_is_stored_of_redemption_rates_alone() {
    let source = Oracle::new().publishers(&["publisher"], 1);
    let oracle = Oracle::with(|config| *config = FeedConfig::redemption_rate(source));
    let config = r#"[2,1,60,"0.008","0.01",30,604800,"0.5","0.001"]"#;
    assert_eq!(oracle.stored(&key("feeds")), format!("[{config},[[],null,[]]]"));
}

/// The key of what is stored of [`ATOM`] in this map.
fn key(map: &str) -> Vec<u8> {
    [&[0, map.len() as u8], map.as_bytes(), ATOM.as_bytes()].concat()
}

/// No addresses, and no feed twice.
#[test]
fn a_question_reads_one_record_of_each_feed() {
    let mut oracle = Oracle::with_atom();
    for feed in ["market", "rate"] {
        let source = oracle.publishers(&["publisher"], 1);
        oracle.set(feed, FeedConfig::price(source)).unwrap();
    }
    let [market, index, rate] = ["market", ATOM, "rate"].map(str::to_owned);
    oracle.set("staked", FeedConfig::price(Source::Staked { market, index, rate })).unwrap();
    for (feeds, records) in [(&[ATOM][..], 1), (&["staked"], 4), (&[ATOM, "staked"], 4), (&["nowhere"], 1)] {
        assert_eq!(oracle.reads(feeds).0, records, "{feeds:?}");
    }
}

/// Neither another source nor a removal leaves anything behind.
#[test]
fn who_published_is_forgotten_with_the_source() {
    let mut oracle = Oracle::new();
    let empty = oracle.dump();
    let published = || FeedConfig::price(Oracle::new().publishers(&["publisher"], 1));
    oracle.set(ATOM, published()).unwrap();
    oracle.publish("10");
    let config = FeedConfig::price(Source::Contract { address: oracle.address("source") });
    oracle.set(ATOM, config.clone()).unwrap();
    assert_eq!(oracle.feed().config, config);
    assert_eq!(oracle.dump().len(), empty.len() + 1);
    oracle.set(ATOM, published()).unwrap();
    oracle.execute("owner", ExecuteMsg::RemoveFeed { feed: ATOM.into() }).unwrap();
    assert_eq!(oracle.dump(), empty);
}

/// Every field of a configuration comes back as it was set, of every kind of source.
#[test]
fn a_configuration_is_read_as_it_was_written() {
    let mut oracle = Oracle::new();
    let published = oracle.publishers(&["ann", "bob", "cleo"], 2);
    let names = |feeds: &[&str]| feeds.iter().map(|feed| feed.to_string()).collect();
    let [market, index, rate] = ["a", "b", "c"].map(str::to_owned);
    let fixed = Source::Fixed { value: signed("2.5") };
    for (feed, source) in [
        ("a", published.clone()),
        ("b", Source::Contract { address: oracle.address("source") }),
        ("c", fixed.clone()),
        ("product", Source::Product { feeds: names(&["a", "b", "c"]) }),
        ("lower", Source::Lower { feeds: names(&["a", "b"]) }),
        ("staked", Source::Staked { market, index, rate }),
        ("ratio", Source::Ratio { numerator: "a".into(), denominator: "b".into() }),
        ("primary", Source::Primary { primary: "a".into(), secondary: "b".into(), max_difference: decimal("0.02") }),
    ] {
        let config = FeedConfig {
            max_age: 61,
            max_confidence: decimal("0.01"),
            max_jump: decimal("0.2"),
            confirm_after: 31,
            variance_tau: 100_000,
            initial_volatility: decimal("0.6"),
            ..FeedConfig::price(source)
        };
        oracle.set(feed, config.clone()).unwrap();
        let answer: FeedResponse = oracle.query(QueryMsg::Feed { feed: feed.into() }).unwrap();
        assert_eq!(answer.config, config);
    }
    for (feed, source) in [("redeemed", published.clone()), ("constant", fixed.clone())] {
        let config = FeedConfig { max_growth: Some(decimal("0.0015")), ..FeedConfig::redemption_rate(source) };
        oracle.set(feed, config.clone()).unwrap();
        let answer: FeedResponse = oracle.query(QueryMsg::Feed { feed: feed.into() }).unwrap();
        assert_eq!(answer.config, config);
    }
    for source in [published, fixed] {
        oracle.set("funding", FeedConfig::rate(source.clone())).unwrap();
        let answer: FeedResponse = oracle.query(QueryMsg::Feed { feed: "funding".into() }).unwrap();
        assert_eq!(answer.config, FeedConfig::rate(source));
    }
}

/// Every value is read as it was stored, including a price that is held back.
#[test]
fn a_price_held_back_is_read_as_it_was_written() {
    let mut oracle = Oracle::with_atom();
    oracle.publish("10");
    oracle.wait(HOUR);
    oracle.publish("20");
    let feed = oracle.feed();
    let accepted = feed.accepted.unwrap();
    assert_eq!((accepted.price.to_string(), accepted.time.seconds()), ("10".to_string(), START));
    let held_back = feed.held_back.unwrap();
    assert_eq!((held_back.price.to_string(), held_back.time.seconds()), ("20".to_string(), START + HOUR));
    assert_eq!(feed.published[0].value.to_string(), "20");
}
