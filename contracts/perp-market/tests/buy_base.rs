//! Base of the pool, sold to anyone.

use ballast_types::market::{ExecuteMsg, MarketAction};
use ballast_types::oracle::Flag;
use perp_engine::EngineError;

use crate::market::*;

const S100: i128 = 100 * ONE as i128;

/// A pool that has just been paid a loss of 1,000 dollars in coins, at a price of 20.
fn with_base() -> Chain {
    let mut chain = Chain::new();
    chain.trade("alice", -S100, base(150 * ONE));
    chain.price("20");
    chain.adjust("alice", settle(), base(0)).unwrap();
    chain
}

/// Whether the base is asked for at this price, to a ten-millionth.
#[track_caller]
fn asked(chain: &Chain, expected: &str) {
    let price = chain.pool("lp").base_for_sale.price;
    assert!(price.abs_diff(dec(expected)) < dec("0.0000001"), "{price} instead of {expected}");
}

#[test]
fn the_price_falls_evenly_from_the_spread_above_to_the_discount_below() {
    let mut chain = with_base();
    // Of 50,122,647 units 57,570 were there five seconds before: the mean age is 0.006 s, worth 0.00000002.
    asked(&chain, "20.004");
    chain.seconds(3 * HOUR);
    // Half of the way from +0.02 % to -0.3 %.
    asked(&chain, "19.972");
    chain.seconds(3 * HOUR);
    assert_eq!(chain.pool("lp").base_for_sale.price, dec("19.94"));
    chain.seconds(100 * HOUR);
    assert_eq!(chain.pool("lp").base_for_sale.price, dec("19.94"));
}

#[test]
fn it_does_not_age_while_nobody_can_buy_it() {
    let mut chain = with_base();
    chain.pause("guardian", &[MarketAction::Increase]).unwrap();
    chain.seconds(6 * HOUR);
    asked(&chain, "20.004");
    chain.resume("owner", &[MarketAction::Increase]).unwrap();
    chain.seconds(3 * HOUR);
    asked(&chain, "19.972");
    // Nor while the price may not be used, as far as a message saw it,
    chain.adjust("bob", order(), quote(1)).unwrap();
    chain.flags = vec![Flag::Stale];
    chain.broken += 5;
    chain.price("20");
    chain.adjust("bob", order(), quote(1)).unwrap();
    chain.broken += 2 * HOUR;
    chain.seconds(2 * HOUR);
    chain.adjust("bob", order(), quote(1)).unwrap();
    asked(&chain, "19.972");
    // or as far as the oracle says that it could not.
    chain.flags = vec![];
    chain.broken += 5;
    chain.price("20");
    chain.adjust("bob", order(), quote(1)).unwrap();
    chain.broken += HOUR;
    chain.seconds(HOUR);
    chain.price("20");
    chain.seconds(2 * HOUR - 5);
    // Five hours of six.
    asked(&chain, "19.9506666667");
}

#[test]
fn the_clock_of_a_market_runs_while_switch_and_price_are_good() {
    let mut chain = Chain::new();
    // It runs since the first deposit into the pool, which was the first message with a price.
    let now = chain.app.block_info().time.seconds();
    let before = chain.position("vault").open_seconds;
    assert_eq!(before, now - START);
    let shown = |chain: &Chain| chain.position("vault").open_seconds - before;
    chain.seconds(HOUR);
    assert_eq!(shown(&chain), HOUR);
    chain.pause("guardian", &[MarketAction::Increase]).unwrap();
    chain.seconds(HOUR);
    assert_eq!(shown(&chain), HOUR);
    chain.resume("owner", &[MarketAction::Increase]).unwrap();
    chain.seconds(HOUR);
    assert_eq!(shown(&chain), 2 * HOUR);
    // Whatever is wrong with the price, the oracle says how long it was: here for half of two hours.
    chain.flags = vec![Flag::Uncertain];
    chain.seconds(HOUR);
    assert_eq!(shown(&chain), 3 * HOUR);
    chain.broken += HOUR;
    chain.seconds(HOUR);
    chain.trade("bob", 0, quote(1));
    assert_eq!(shown(&chain), 3 * HOUR);
    chain.flags = vec![];
    chain.say("10");
    assert_eq!(shown(&chain), 3 * HOUR);
    // While nothing can be read nothing counts up to that message; after it what the oracle says once it can be read.
    chain.oracle_fails(true);
    chain.seconds(HOUR);
    chain.trade("bob", 0, quote(1));
    assert_eq!(shown(&chain), 3 * HOUR);
    chain.oracle_fails(false);
    chain.seconds(HOUR);
    chain.trade("bob", 0, quote(1));
    assert_eq!(shown(&chain), 4 * HOUR);
    chain.broken += HOUR / 2;
    chain.seconds(HOUR);
    assert_eq!(shown(&chain), 4 * HOUR + HOUR / 2);
}

#[test]
fn anyone_buys_base_and_what_is_not_needed_goes_back() {
    let mut chain = with_base();
    chain.seconds(6 * HOUR);
    let (pool, bob) = (chain.solvency().pool, chain.wallet("bob"));
    let slack = chain.solvency().slack;
    let done = chain.buy_base("bob", 100 * ONE + 7).unwrap();
    // 100.000007 / 19.94 = 5.01504548..., rounded down; their price rounded up is 99,999,996.52.
    assert_eq!((done.base.u128(), done.quote.u128(), done.refund.u128()), (5_015_045, 99_999_998, 9));
    assert_eq!(chain.wallet("bob"), bob.plus(base(5_015_045)).unwrap().minus(quote(99_999_998)).unwrap());
    assert_eq!(chain.solvency().pool, pool.minus(base(5_015_045)).unwrap().plus(quote(99_999_998)).unwrap());
    assert!(chain.solvency().slack > slack);
    // All that there is, and no more.
    let rest = chain.solvency().pool.base;
    let done = chain.buy_base("bob", 10_000 * ONE).unwrap();
    assert_eq!(done.base, rest);
    assert_eq!(refused(chain.buy_base("bob", ONE)), EngineError::Nothing { what: "base" });
}

#[test]
fn base_that_arrives_makes_the_purse_younger_by_its_share() {
    let mut chain = with_base();
    chain.seconds(6 * HOUR);
    let before = chain.solvency().pool.base.u128();
    chain.price("20");
    // A second loss: bob opens here and settles at 24 in coins.
    chain.trade("bob", -S100, base(150 * ONE));
    chain.price("24");
    chain.adjust("bob", settle(), base(0)).unwrap();
    let after = chain.solvency().pool.base.u128();
    let price = chain.pool("lp").base_for_sale.price;
    // Age: six hours and ten seconds times the old share, within the seconds of the fee between.
    let age = (6 * HOUR + 10) as f64 * before as f64 / after as f64;
    let expected = 24.0 * (1.0002 - 0.0032 * age / (6.0 * HOUR as f64));
    let told: f64 = price.to_string().parse().unwrap();
    assert!((told - expected).abs() < 0.0001, "{told} instead of {expected}");
}

#[test]
fn min_base_wanted_is_kept() {
    let mut chain = with_base();
    let msg = ExecuteMsg::BuyBase { market: NAME.into(), min_base: Some((5 * ONE).into()) };
    let error = chain.send("bob", &msg, quote(100 * ONE)).unwrap_err();
    assert!(matches!(error, ContractError::TooLittle { coin: "base", .. }), "{error}");
}

#[test]
fn it_needs_the_switch_of_an_increase_and_quote() {
    let mut chain = with_base();
    let msg = ExecuteMsg::BuyBase { market: NAME.into(), min_base: None };
    assert!(matches!(chain.send("bob", &msg, base(ONE)), Err(ContractError::Payment(_))));
    assert!(matches!(chain.send("bob", &msg, purse(ONE, ONE)), Err(ContractError::Payment(_))));
    assert!(matches!(chain.send("bob", &msg, quote(0)), Err(ContractError::Payment(_))));
    chain.pause("guardian", &[MarketAction::Increase]).unwrap();
    assert_eq!(refused(chain.buy_base("bob", ONE)), EngineError::Paused { action: MarketAction::Increase });
}

#[test]
fn it_is_sold_although_there_is_no_headroom() {
    let mut wide = params();
    wide.open_interest_cap = dec("3");
    (wide.size_added_cap, wide.skew_scale) = (dec("2"), dec("1"));
    let mut chain = Chain::with(wide);
    chain.trade("alice", -83 * S100, base(5_000 * ONE));
    chain.price("11");
    assert!(chain.adjust("carol", delta(-S100), base(50 * ONE)).is_err());
    chain.buy_base("bob", ONE).unwrap();
}

#[test]
fn base_ages_though_messages_come_in_short_breaks_of_the_price() {
    let mut chain = with_base();
    // Good for 590 of 600 seconds, and a message in each break; six hours take all of the discount.
    for _ in 0..37 {
        chain.seconds(590);
        chain.flags = vec![Flag::Stale];
        chain.seconds(10);
        chain.adjust("dave", order(), quote(1)).unwrap();
        chain.flags = vec![];
        chain.broken += 10;
        chain.say("20");
    }
    asked(&chain, "19.94");
}

/// A block of nothing but time: the oracle says what it said before.
fn silence(chain: &mut Chain, seconds: u64) {
    chain.app.update_block(|block| {
        block.time = block.time.plus_seconds(seconds);
        block.height += 1;
    });
}

#[test]
fn where_the_feed_does_not_count_base_ages_as_long_as_prices_that_were_seen_are_fresh() {
    let mut chain = with_base();
    chain.counts = false;
    chain.say("20");
    let poke = |chain: &mut Chain| chain.adjust("dave", order(), quote(1)).unwrap();
    poke(&mut chain);
    // Six hours in which nobody looked: a minute of them, for which the last price was fresh.
    silence(&mut chain, 6 * HOUR);
    chain.say("20");
    asked(&chain, "20.0038222223");
    // Three hours of fresh prices in all, with messages in short breaks too.
    for _ in 0..179 {
        poke(&mut chain);
        chain.seconds(60);
        chain.flags = vec![Flag::Stale];
        chain.seconds(10);
        poke(&mut chain);
        chain.flags = vec![];
        chain.say("20");
    }
    asked(&chain, "19.972");
}
