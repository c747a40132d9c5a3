//! One of five publishers lies, is late, or stays away; the other four say the price. Nothing of what it does may move a
//! price, what a trade costs, or how old the price is.

use ballast_testkit::{published, signed, Suite, ATOM, PRICE_FEED, RATE_FEED};
use ballast_types::market::LiquidateResponse;
use ballast_types::oracle::{Flag, PublishedValue};
use ballast_types::Purse;
use cosmwasm_std::{Decimal256, Timestamp};

use super::{codes, strangers};

/// What the liar says instead of an honest value: far above and below, near with a wide interval, and the honest value
/// itself, but of 50 seconds ago.
fn lies(honest: &PublishedValue, now: u64) -> Vec<PublishedValue> {
    let of = |factor: &str, confidence| PublishedValue {
        value: honest.value * signed(factor),
        confidence: Some(Decimal256::percent(confidence)),
        ..honest.clone()
    };
    let late = PublishedValue { time: Some(Timestamp::from_seconds(now - 50)), ..honest.clone() };
    vec![of("3", 0), of("0.1", 0), of("1", 48), of("1", 90), of("1.298", 45), of("0.997", 3), late]
}

/// In a new block a minute later four say the suite's price, and the fifth what `lie` makes of it; it is the first of
/// them or the last.
fn publish_with(suite: &mut Suite, liar_first: bool, lie: impl Fn(&PublishedValue, u64) -> PublishedValue) {
    suite.advance(60);
    let (now, honest) = (suite.now(), published(PRICE_FEED, suite.last_price()));
    let rate = published(RATE_FEED, signed("0.1"));
    let mut names = suite.publishers();
    let liar = names.remove(0);
    let place = if liar_first { 0 } else { names.len() };
    names.insert(place, liar.clone());
    for name in names {
        let value = if name == liar { lie(&honest, now) } else { honest.clone() };
        suite.publish_as(&name, vec![value, rate.clone()]).unwrap();
    }
}

/// The same story with five honest publishers, and with each lie told first and last: all must end alike.
#[track_caller]
fn no_lie_changes<T: PartialEq + std::fmt::Debug>(
    start: impl Fn() -> Suite,
    end: impl Fn(&mut Suite) -> T,
) -> (Suite, T) {
    let mut suite = start();
    publish_with(&mut suite, false, |honest, _| honest.clone());
    let honest = end(&mut suite);
    for lie in 0..7 {
        for liar_first in [true, false] {
            let mut lied_to = start();
            publish_with(&mut lied_to, liar_first, |honest, now| lies(honest, now)[lie].clone());
            assert_eq!(end(&mut lied_to), honest, "lie {lie}, first: {liar_first}");
        }
    }
    (suite, honest)
}

#[test]
fn a_liar_of_five_moves_neither_price_nor_confidence_nor_age() {
    let (suite, reading) = no_lie_changes(|| Suite::new(codes()), |suite| suite.reading());
    assert_eq!((reading.value, reading.confidence), (signed("10"), Decimal256::zero()));
    assert_eq!(reading.time.seconds(), suite.now());
    assert_eq!(reading.flags, []);
}

#[test]
fn a_liar_of_five_takes_nothing_from_who_redeems_without_bounds() {
    let start = || {
        let mut suite = Suite::new(codes());
        suite.deposit("alice", 1_000 * ATOM).unwrap();
        suite.deposit("bob", 1_000 * ATOM).unwrap();
        suite
    };
    let (_, paid) = no_lie_changes(start, |suite| suite.redeem_all("alice").unwrap().paid);
    // entering and leaving cost fee and spread each, well below half a percent together
    assert!(paid.base.u128() > 995 * ATOM && paid.base.u128() < 1_000 * ATOM, "{paid:?}");
}

#[test]
fn a_liar_of_five_takes_nothing_from_who_is_liquidated() {
    // short 100 at 10 with 32.3 coins, then 14.08: of an equity of 0.9 * 454.8 - 408 - 1 = 0.3 settling makes one of
    // 0.9 * 46 - 1 = 40, above the maintenance of 35.2; nothing is closed and nobody else pays
    let start = || {
        let mut suite = strangers::quiet();
        strangers::open(&mut suite, "dave", -100 * 1_000_000, Purse::base((32_300_000u128).into()));
        for price in ["11.4", "12.9", "14.08"] {
            suite.set_price(signed(price));
            suite.hours(1);
        }
        suite
    };
    let (suite, done): (_, LiquidateResponse) = no_lie_changes(start, |suite| {
        let dave = suite.account("dave");
        suite.liquidate("liquidator", &dave).unwrap()
    });
    assert!(done.settled && done.closed.is_zero() && done.reward.is_empty());
    assert!(done.bad_debt.is_zero() && done.insured.is_zero());
    // 408 dollars at 14.08 less the minimum spread of 0.02 % and 0.1 %: 29.012 of 32.3 coins less what opening cost
    let dave = suite.position(&suite.account("dave")).position;
    assert!((3_100_000..3_300_000).contains(&dave.margin.base.u128()), "{dave:?}");
}

#[test]
fn two_of_five_may_stay_away_and_three_may_not() {
    for (away, usable) in [(1, true), (2, true), (3, false)] {
        let mut suite = Suite::new(codes());
        suite.deposit("alice", 1_000 * ATOM).unwrap();
        suite.advance(90);
        for name in suite.publishers().into_iter().skip(away) {
            suite.publish_as(&name, vec![published(PRICE_FEED, signed("10.2"))]).unwrap();
        }
        let flags = suite.reading().flags;
        assert_eq!(flags.is_empty(), usable, "{away} away: {flags:?}");
        match suite.deposit("bob", 100 * ATOM) {
            Ok(_) => assert!(usable, "{away} away"),
            Err(refusal) => {
                assert_eq!(flags, [Flag::Stale]);
                refusal.says("tale");
            }
        }
    }
}
