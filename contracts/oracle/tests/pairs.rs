//! `SetPair`, `RemovePair` and the regression that observations update. Expected values are those of exact fractions:
//! `C' = (tau*C + a*b)/(tau + dt)` with `tau` of 168 hours of a year of 8,760, from zero.

use ballast_oracle::ContractError;
use ballast_types::oracle::{
    ExecuteMsg, FeedConfig, FeedKind, Flag, PublishedValue, QueryMsg, Reading, RegressionResponse, Source,
};
use cosmwasm_std::{Event, SignedDecimal256};
use cw_ownable::OwnershipError;

use crate::support::{
    assert_close, attribute, decimal, published, published_at, published_wide, signed, Oracle, ATOM, HOUR, MINUTE,
    START,
};

type Result<T> = std::result::Result<T, ContractError>;

const OSMO: &str = "osmo/usd";
const FIVE: [&str; 5] = ["ann", "bob", "cleo", "dan", "eve"];

fn set(base: &str, index: &str) -> ExecuteMsg {
    ExecuteMsg::SetPair { base_feed: base.into(), index_feed: index.into() }
}

fn remove(base: &str, index: &str) -> ExecuteMsg {
    ExecuteMsg::RemovePair { base_feed: base.into(), index_feed: index.into() }
}

fn ask(oracle: &Oracle) -> Result<RegressionResponse> {
    oracle.query(QueryMsg::Regression { base_feed: OSMO.into(), index_feed: ATOM.into() })
}

fn regression(oracle: &Oracle) -> RegressionResponse {
    ask(oracle).unwrap()
}

/// OSMO hedged with ATOM, each published by "publisher" alone.
fn unpriced() -> Oracle {
    let mut oracle = Oracle::with_atom();
    let config = oracle.feed().config;
    oracle.set(OSMO, config).unwrap();
    oracle.execute("owner", set(OSMO, ATOM)).unwrap();
    oracle
}

/// At 1 and 100, observed.
fn priced() -> Oracle {
    let mut oracle = unpriced();
    say(&mut oracle, "1", "100");
    observe(&mut oracle);
    oracle
}

fn say(oracle: &mut Oracle, osmo: &str, atom: &str) {
    oracle.try_publish("publisher", PublishedValue { feed: OSMO.into(), ..published(osmo) }).unwrap();
    oracle.publish(atom);
}

fn observe(oracle: &mut Oracle) -> Vec<Event> {
    oracle.execute("anyone", ExecuteMsg::Observe { feeds: vec![ATOM.into(), OSMO.into()] }).unwrap()
}

fn an_hour_later(oracle: &mut Oracle, osmo: &str, atom: &str) {
    oracle.wait(HOUR);
    say(oracle, osmo, atom);
    observe(oracle);
}

fn assert_close_to(actual: SignedDecimal256, expected: &str) {
    let off = actual.abs_diff(signed(expected));
    assert!(off <= decimal("0.000000000001"), "{actual} is {off} away from {expected}");
}

#[test]
fn a_coin_that_moves_twice_as_far_as_its_hedge_has_a_ratio_of_two() {
    let mut oracle = priced();
    let before = regression(&oracle);
    assert_eq!((before.covariance, before.variance, before.ratio), (signed("0"), decimal("0"), None));
    assert_eq!((before.returns, before.seconds, before.time.unwrap().seconds()), (0, 0, START));

    // 0.02*0.01*8760/169 = 1.752/169 and 0.876/169
    an_hour_later(&mut oracle, "1.02", "101");
    let first = regression(&oracle);
    assert_eq!((first.covariance, first.variance), (signed("0.010366863905325443"), decimal("0.005183431952662721")));
    assert_close_to(first.ratio.unwrap(), "2");
    assert_eq!((first.returns, first.seconds, first.time.unwrap().seconds()), (1, HOUR, START + HOUR));

    // Then -1 % and +2 %: (168*1.752/169 - 1.752)/169 = -1.752/28561, (168*0.876/169 + 3.504)/169 = 739.344/28561.
    an_hour_later(&mut oracle, "1.0098", "103.02");
    let second = regression(&oracle);
    assert_close_to(second.covariance, "-0.000061342389972339");
    assert_close(second.variance, "0.025886488568327439");
    // -1.752/739.344
    assert_close_to(second.ratio.unwrap(), "-0.002369668246445497");
    assert_eq!((second.returns, second.seconds), (2, 2 * HOUR));
}

#[test]
fn what_is_observed_is_told_in_an_event() {
    let mut oracle = unpriced();
    assert_eq!(regression(&oracle).time, None);
    assert_eq!(observe(&mut oracle).len(), 2, "no prices yet");
    say(&mut oracle, "1", "100");
    let first = observe(&mut oracle);
    assert_eq!(first[2].ty, "ballast-oracle/observe_pair");
    assert_eq!(attribute(&first[2..], "returns"), "0");
    oracle.wait(HOUR);
    say(&mut oracle, "1.02", "101");
    let second = observe(&mut oracle);
    assert_eq!((second.len(), attribute(&second[2..], "returns")), (3, "1".to_string()));
    assert_eq!(attribute(&second[2..], "covariance"), "0.010366863905325443");
    assert_eq!(observe(&mut oracle).len(), 2, "nothing new");
}

#[test]
fn poking_more_often_changes_nothing() {
    let (mut hourly, mut poked) = (priced(), priced());
    for (osmo, atom) in [("1.02", "101"), ("1.01", "102.5"), ("1.03", "104")] {
        an_hour_later(&mut hourly, osmo, atom);
        for minute in 0..59 {
            poked.wait(MINUTE);
            say(&mut poked, if minute % 2 == 0 { "1.05" } else { "0.98" }, "99");
            observe(&mut poked);
        }
        poked.wait(MINUTE);
        say(&mut poked, osmo, atom);
        for _ in 0..3 {
            observe(&mut poked);
        }
    }
    assert_eq!(regression(&poked), regression(&hourly));
    assert_eq!(regression(&poked).returns, 3);
}

#[test]
fn a_return_is_counted_at_the_full_hour_and_not_before() {
    let mut oracle = priced();
    oracle.wait(HOUR - 1);
    say(&mut oracle, "1.02", "101");
    observe(&mut oracle);
    assert_eq!(regression(&oracle).returns, 0);
    oracle.wait(1);
    observe(&mut oracle);
    assert_eq!(regression(&oracle).returns, 0, "both prices are older");
    oracle.publish("101");
    observe(&mut oracle);
    assert_eq!(regression(&oracle).returns, 0, "one of them is");
    say(&mut oracle, "1.02", "101");
    observe(&mut oracle);
    assert_eq!(regression(&oracle).returns, 1);
}

#[test]
fn a_late_return_counts_over_its_real_time() {
    // 0.02*0.01*8760/(168 + 1.5) = 1.752/169.5
    let mut oracle = priced();
    oracle.wait(90 * MINUTE);
    say(&mut oracle, "1.02", "101");
    observe(&mut oracle);
    let late = regression(&oracle);
    assert_eq!((late.covariance, late.seconds), (signed("0.010336283185840707"), 90 * MINUTE));
    assert_eq!(late.variance, decimal("0.005168141592920353"));
}

#[test]
fn a_return_counts_at_most_as_the_jump_bound_of_its_feed() {
    // -50 % and +100 % held back at 60 minutes, confirmed at 70: each 0.15*sqrt(7/6) over 7/6 hours, so
    // 0.0225*(7/6)*8760/(168 + 7/6) = 229.95/(1015/6) = 1.359310344827586...
    let mut oracle = priced();
    oracle.wait(HOUR);
    say(&mut oracle, "0.5", "200");
    observe(&mut oracle);
    assert_eq!(regression(&oracle).returns, 0, "held back");
    oracle.wait(10 * MINUTE);
    say(&mut oracle, "0.5", "200");
    observe(&mut oracle);
    let bounded = regression(&oracle);
    assert_close_to(bounded.covariance, "-1.359310344827586206");
    assert_close(bounded.variance, "1.359310344827586206");
}

/// From the last usable prices to the next ones, however long that is.
#[test]
fn a_price_with_a_flag_enters_nothing() {
    let mut oracle = priced();
    oracle.wait(HOUR);
    oracle.publish("101");
    oracle.try_publish("publisher", PublishedValue { feed: OSMO.into(), ..published_wide("1.02", "0.05") }).unwrap();
    observe(&mut oracle);
    assert_eq!(regression(&oracle).returns, 0, "uncertain");
    oracle.try_publish("publisher", PublishedValue { feed: OSMO.into(), ..published("1.02") }).unwrap();
    oracle.publish_wide("101", "0.05");
    observe(&mut oracle);
    assert_eq!(regression(&oracle).returns, 0, "the other one");
    oracle.publish("101");
    oracle.wait(61);
    observe(&mut oracle);
    assert_eq!(oracle.flags(), [Flag::Stale]);
    assert_eq!(regression(&oracle).returns, 0, "stale");

    // Two hours after the first prices: 1.752/(168 + 2).
    oracle.wait(HOUR - 61);
    say(&mut oracle, "1.02", "101");
    observe(&mut oracle);
    let after = regression(&oracle);
    assert_eq!((after.returns, after.covariance), (1, signed("0.010305882352941176")));
}

#[test]
fn the_time_of_both_counts_and_not_that_of_the_block() {
    let mut oracle = priced();
    oracle.wait(HOUR + 30);
    say(&mut oracle, "1.02", "101");
    // ATOM's was observed 31 seconds ago, a second before the hour was full.
    let mut other = priced();
    other.wait(HOUR + 30);
    other.try_publish("publisher", PublishedValue { feed: OSMO.into(), ..published("1.02") }).unwrap();
    let time = other.now().minus_seconds(31);
    other.try_publish("publisher", published_at("101", time)).unwrap();
    observe(&mut oracle);
    observe(&mut other);
    assert_eq!((regression(&oracle).returns, regression(&other).returns), (1, 0));
    let time = other.now().minus_seconds(30);
    other.try_publish("publisher", published_at("101", time)).unwrap();
    observe(&mut other);
    assert_eq!(regression(&other).seconds, HOUR);
}

#[test]
fn only_an_observation_of_both_counts() {
    let mut oracle = priced();
    oracle.wait(HOUR);
    say(&mut oracle, "1.02", "101");
    for feeds in [&[ATOM][..], &[OSMO], &[ATOM, ATOM]] {
        let feeds = feeds.iter().map(|feed| feed.to_string()).collect();
        oracle.execute("anyone", ExecuteMsg::Observe { feeds }).unwrap();
    }
    assert_eq!(regression(&oracle).returns, 0);
    // Nor does one of a pair the other way round.
    oracle.execute("owner", set(ATOM, OSMO)).unwrap();
    let feeds = vec![OSMO.into(), OSMO.into(), ATOM.into()];
    oracle.execute("anyone", ExecuteMsg::Observe { feeds }).unwrap();
    assert_eq!(regression(&oracle).returns, 1);
    let other: RegressionResponse =
        oracle.query(QueryMsg::Regression { base_feed: ATOM.into(), index_feed: OSMO.into() }).unwrap();
    assert_eq!(other.returns, 0);
}

#[test]
fn two_of_five_publishers_move_no_ratio() {
    let pair = |liars: &[&str]| {
        let mut oracle = Oracle::new();
        let config = FeedConfig::price(oracle.publishers(&FIVE, 3));
        for feed in [ATOM, OSMO] {
            oracle.set(feed, config.clone()).unwrap();
        }
        oracle.execute("owner", set(OSMO, ATOM)).unwrap();
        for (osmo, atom) in [("1", "100"), ("1.02", "101"), ("1.01", "102")] {
            for publisher in FIVE {
                let lies = liars.contains(&publisher);
                for (feed, price) in [(OSMO, osmo), (ATOM, atom)] {
                    let value = if lies { "1000" } else { price };
                    oracle.try_publish(publisher, PublishedValue { feed: feed.into(), ..published(value) }).unwrap();
                }
            }
            observe(&mut oracle);
            oracle.wait(HOUR);
        }
        regression(&oracle)
    };
    let honest = pair(&[]);
    assert_eq!(honest.returns, 2);
    assert_eq!(pair(&["ann"]), honest);
    assert_eq!(pair(&["dan", "eve"]), honest);
}

#[test]
fn a_price_of_other_feeds_can_be_one_of_the_two() {
    let mut oracle = Oracle::with_atom();
    oracle.publish("100");
    oracle.set("rate", FeedConfig::price(Source::Fixed { value: signed("1.5") })).unwrap();
    let source = Source::Product { feeds: vec![ATOM.into(), "rate".into()] };
    oracle.set(OSMO, FeedConfig::price(source)).unwrap();
    oracle.execute("owner", set(OSMO, ATOM)).unwrap();
    observe(&mut oracle);
    oracle.wait(HOUR);
    oracle.publish("101");
    observe(&mut oracle);
    assert_eq!((regression(&oracle).returns, regression(&oracle).ratio), (1, Some(signed("1"))));
}

#[test]
fn only_the_owner_sets_and_removes_pairs() {
    let mut oracle = priced();
    for sender in ["stranger", "guardian", "publisher"] {
        for msg in [set(OSMO, ATOM), remove(OSMO, ATOM)] {
            assert_eq!(oracle.execute(sender, msg).unwrap_err(), ContractError::Ownership(OwnershipError::NotOwner));
        }
    }
    let events = oracle.execute("owner", remove(OSMO, ATOM)).unwrap();
    assert_eq!(attribute(&events, "action"), "remove_pair");
    assert_eq!(attribute(&events, "base_feed"), OSMO);
    let unknown = || ContractError::UnknownPair { base_feed: OSMO.into(), index_feed: ATOM.into() };
    assert_eq!(ask(&oracle).unwrap_err(), unknown());
    assert_eq!(oracle.execute("owner", remove(OSMO, ATOM)).unwrap_err(), unknown());
    assert_eq!(unknown().to_string(), "there is no pair of osmo/usd and atom/usd");
}

#[test]
fn a_pair_that_is_set_again_starts_from_scratch() {
    let mut oracle = priced();
    an_hour_later(&mut oracle, "1.02", "101");
    let events = oracle.execute("owner", set(OSMO, ATOM)).unwrap();
    assert_eq!(attribute(&events, "action"), "set_pair");
    let again = regression(&oracle);
    assert_eq!((again.covariance, again.returns, again.time), (signed("0"), 0, None));
}

#[test]
fn a_pair_is_two_prices() {
    let mut oracle = priced();
    oracle.set("funding", FeedConfig::rate(Source::Fixed { value: signed("0.1") })).unwrap();
    let mut refused = |base, index| oracle.execute("owner", set(base, index)).unwrap_err();
    assert_eq!(refused(ATOM, ATOM), ContractError::PairOfOne { feed: ATOM.into() });
    let unknown = || ContractError::UnknownFeed { feed: "nowhere".into() };
    assert_eq!(refused("nowhere", ATOM), unknown());
    assert_eq!(refused(ATOM, "nowhere"), unknown());
    let (kind, asked) = (FeedKind::Rate, FeedKind::Price);
    let rate = || ContractError::WrongKind { feed: "funding".into(), kind, asked };
    assert_eq!(refused("funding", ATOM), rate());
    assert_eq!(refused(ATOM, "funding"), rate());
}

#[test]
fn ten_pairs_are_kept_and_no_more() {
    let mut oracle = priced();
    let config = oracle.feed().config;
    for n in 1..=10 {
        oracle.set(&format!("feed-{n}"), config.clone()).unwrap();
    }
    for n in 1..=9 {
        oracle.execute("owner", set(&format!("feed-{n}"), ATOM)).unwrap();
    }
    let error = oracle.execute("owner", set("feed-10", ATOM)).unwrap_err();
    assert_eq!(error, ContractError::TooManyPairs { max: 10 });
    oracle.execute("owner", set(OSMO, ATOM)).unwrap();
    oracle.execute("owner", remove("feed-3", ATOM)).unwrap();
    oracle.execute("owner", set("feed-10", ATOM)).unwrap();
}

#[test]
fn a_feed_of_a_pair_stays_a_price() {
    let mut oracle = priced();
    for feed in [ATOM, OSMO] {
        let error = || ContractError::InPair { feed: feed.into(), base_feed: OSMO.into(), index_feed: ATOM.into() };
        let removed = oracle.execute("owner", ExecuteMsg::RemoveFeed { feed: feed.into() });
        assert_eq!(removed.unwrap_err(), error());
        let rate = FeedConfig::rate(Source::Fixed { value: signed("0.1") });
        assert_eq!(oracle.set(feed, rate).unwrap_err(), error());
    }
    oracle.execute("owner", remove(OSMO, ATOM)).unwrap();
    oracle.execute("owner", ExecuteMsg::RemoveFeed { feed: OSMO.into() }).unwrap();
    assert!(oracle.query::<Reading>(QueryMsg::Price { feed: OSMO.into() }).is_err());
}
