//! The clock of rule 7's auction, and who may come in, while the venue or the price is closed.

use ballast_testkit::{published, signed, Setup, Suite, ATOM, MARKET, PRICE_FEED};
use ballast_types::market::{ExecuteMsg, MarketAction};
use ballast_types::oracle::PublishedValue;
use ballast_types::policy::{HedgeAction, Rule};
use cosmwasm_std::Timestamp;

use super::codes;

/// A vault with dollars that a fall has paid, which has just opened an auction for them.
fn with_auction(max_age: u64) -> Suite {
    let mut setup = Setup::default();
    setup.price_feed.max_age = max_age;
    let mut suite = Suite::with(codes(), setup);
    suite.deposit("alice", 1_000 * ATOM).unwrap();
    suite.hours(1);
    suite.jump("7.9");
    suite.rebalance().unwrap();
    let opened = suite.rebalance().unwrap();
    assert!(matches!(opened.decision.action, HedgeAction::OpenAuction { .. }), "{:?}", opened.decision);
    assert_eq!(suite.auction().clock, Some(0));
    suite
}

fn pause(suite: &mut Suite, action: MarketAction) {
    let market = suite.market.clone();
    let msg = ExecuteMsg::Pause { market: MARKET.into(), actions: vec![action] };
    suite.exec("guardian", &market, &msg, &[]).unwrap();
}

#[test]
fn the_clock_does_not_run_while_no_margin_may_come_in() {
    let mut suite = with_auction(4 * 3600);
    pause(&mut suite, MarketAction::MarginIn);
    for _ in 0..6 {
        suite.sell_base("seller", ATOM, 1).unwrap_err();
        suite.hours(1);
    }
    // The pause ends by itself after six hours: the first block after it pays next to no bonus.
    suite.advance(5);
    suite.publish().unwrap();
    let offer = suite.auction();
    assert!(offer.clock.is_some_and(|seconds| seconds <= 60), "{offer:?}");
}

/// Prices of one block, the last one as before.
fn range(suite: &mut Suite, low: &str) {
    suite.advance(5);
    for price in [low, "7.9"] {
        suite.set_price(signed(price));
        suite.publish().unwrap();
        suite.adjust_nothing("anybody");
    }
}

#[test]
fn in_a_block_of_several_prices_a_seller_is_paid_at_least_the_price_that_is_shown() {
    for low in ["7.9", "7.89", "7.86"] {
        let mut suite = with_auction(4 * 3600);
        suite.hours(3);
        range(&mut suite, low);
        let offer = suite.auction();
        let sold = suite.sell_base("seller", offer.base.u128(), 1).unwrap();
        let shown = offer.base.mul_floor(cosmwasm_std::Decimal::try_from(offer.price).unwrap());
        assert!(sold.quote.u128() + 20 >= shown.u128(), "{low}: {} and {shown} shown", sold.quote);
    }
}

#[test]
fn in_a_block_in_which_a_hedge_costs_too_much_nothing_is_offered() {
    let mut suite = with_auction(4 * 3600);
    suite.hours(3);
    // 1.3 % of way, where 1 % is allowed.
    range(&mut suite, "7.8");
    assert_eq!(suite.auction().base.u128(), 0);
    suite.advance(5);
    suite.publish().unwrap();
    assert!(suite.auction().base.u128() > 100 * ATOM);
}

/// A price of 60 seconds, published every 66, and in each break a message without coins, to the market or the vault.
#[test]
fn a_message_in_each_short_break_of_the_price_does_not_stop_the_clock() {
    for to_vault in [false, true] {
        let mut suite = with_auction(60);
        for _ in 0..327 {
            suite.publish().unwrap();
            suite.advance(64);
            if to_vault {
                suite.rebalance().unwrap();
            } else {
                suite.adjust_nothing("mallory");
            }
            suite.advance(2);
        }
        suite.publish().unwrap();
        let offer = suite.auction();
        assert!(offer.clock.is_some_and(|seconds| (326 * 60..=327 * 66).contains(&seconds)), "{to_vault} {offer:?}");
    }
}

#[test]
fn one_publisher_of_five_with_old_times_does_not_keep_the_bonus_at_zero() {
    let mut suite = with_auction(60);
    for _ in 0..180 {
        suite.advance(60);
        let (now, honest) = (suite.now(), published(PRICE_FEED, suite.last_price()));
        let names = suite.publishers();
        for (place, name) in names.iter().enumerate() {
            let late = place == names.len() - 1;
            let time = late.then(|| Timestamp::from_seconds(now - 60));
            suite.publish_as(name, vec![PublishedValue { time, ..honest.clone() }]).unwrap();
        }
        assert_eq!(suite.reading().flags, []);
    }
    assert!(suite.auction().clock.is_some_and(|seconds| seconds >= 10_700), "{:?}", suite.auction());
}

#[test]
fn while_nobody_may_reduce_there_are_no_deposits_and_no_fills() {
    let mut suite = with_auction(60);
    pause(&mut suite, MarketAction::Reduce);
    suite.advance(5);
    suite.publish().unwrap();
    assert_ne!(suite.next_action().rule, Some(Rule::IdleQuote));
    suite.sell_base("seller", 10 * ATOM, 1).unwrap_err().says("Reduce");
    suite.deposit("bob", 100 * ATOM).unwrap_err().says("Reduce");
}
