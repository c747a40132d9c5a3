//! Markets whose margin coin has a price of its own.

use ballast_math::Purse;
use ballast_perp_market::ContractError;
use ballast_types::market::{CreateMarket, ExecuteMsg, LiquidationPrice};
use ballast_types::oracle::{Flag, PriceUse};
use perp_engine::EngineError;

use crate::market::{
    base, dec, delta, leave, no_reference, params, quote, settle, take_out, Chain, Collateral, BAR, COLLATERAL_FEED,
    HOUR, NAME, ONE,
};

const S100: i128 = 100 * ONE as i128;

fn engine(result: Result<impl std::fmt::Debug, ContractError>) -> EngineError {
    match result.unwrap_err() {
        ContractError::Engine(error) => *error,
        ContractError::Position { error, .. } => *error,
        error => panic!("{error}"),
    }
}

#[test]
fn a_margin_coin_that_is_priced_by_the_index_feed_has_no_price_of_its_own() {
    let mut chain = Chain::priced(params(), no_reference(), Collateral::OnePrice);
    let valid = chain.create_msg(params(), no_reference());
    for (market, feed) in [("same", Some("atom/usd")), ("none", None)] {
        let msg = CreateMarket { market: market.into(), collateral_feed: feed.map(Into::into), ..valid.clone() };
        chain.send("owner", &ExecuteMsg::CreateMarket(msg), Purse::EMPTY).unwrap();
        let state = chain.state_of(market);
        assert_eq!((state.collateral_feed, state.prices.collateral_range), (None, None), "{market}");
    }
    assert_eq!(Chain::staked("12", "12.5").state().collateral_feed.as_deref(), Some(COLLATERAL_FEED));
}

#[test]
fn both_feeds_must_fit_the_parameters() {
    let mut chain = Chain::staked("12", "12.5");
    chain.max_jump_of(COLLATERAL_FEED, "0.2");
    let update = ExecuteMsg::UpdateParams { market: NAME.into(), params: params() };
    let error = engine(chain.send("owner", &update, Purse::EMPTY));
    let EngineError::Above { low, high, .. } = error else { panic!("{error}") };
    assert_eq!((*low, *high), (dec("0.2"), dec("0.1")));
    let another = CreateMarket { market: "x".into(), ..chain.create_msg(params(), no_reference()) };
    let error = engine(chain.send("owner", &ExecuteMsg::CreateMarket(another), Purse::EMPTY));
    assert!(matches!(error, EngineError::Above { .. }), "{error}");
}

#[test]
fn the_longest_closing_is_that_of_the_feed_that_closes_for_longer() {
    let mut chain = Chain::staked("12", "12.5");
    assert_eq!(chain.state().feed.unwrap().longest_closing, None);
    for (feed, seconds, longest) in
        [(COLLATERAL_FEED, 3600, 3600), ("atom/usd", 7200, 7200), (COLLATERAL_FEED, 176_400, 176_400)]
    {
        chain.closes(feed, seconds);
        let bounds = chain.state().feed.unwrap();
        assert_eq!((bounds.longest_closing, bounds.max_jump), (Some(longest), dec("0.1")));
    }
}

#[test]
fn before_the_first_collateral_price_nothing_has_a_value() {
    let own = Collateral::Own { sells: "12".into(), redeemed: "12.5".into() };
    let mut chain = Chain::priced(params(), no_reference(), own);
    chain.collateral_flags = vec![Flag::Stale];
    chain.say("10");
    assert_eq!(engine(chain.adjust("alice", delta(-S100), quote(500 * ONE))), EngineError::NoPrice {});
    assert_eq!(engine(chain.fund_pool("lp", ONE)), EngineError::NoPrice {});
    let position = chain.position("alice");
    assert!(position.prices.collateral.is_zero() && position.prices.index == dec("10"));
    chain.collateral_flags = vec![];
    chain.say("10");
    chain.fund_pool("lp", 1_000_000 * ONE).unwrap();
    chain.adjust("alice", delta(-S100), quote(500 * ONE)).unwrap();
}

#[test]
fn the_answer_tells_both_ends_the_discount_and_what_is_wrong() {
    let mut chain = Chain::staked("12", "12.5");
    chain.trade("alice", -S100, base(80 * ONE));
    chain.revalue("11.25", "12.5");
    let position = chain.position("alice");
    let range = position.prices.collateral_range.unwrap();
    assert_eq!((position.prices.index, position.prices.collateral), (dec("10"), dec("11.25")));
    assert_eq!((range.low, range.high, range.redemption), (dec("11.25"), dec("12.5"), dec("12.5")));
    assert_eq!((range.discount, range.mean_discount), (dec("0.1"), dec("0.04")));
    assert_eq!((range.flags, position.prices.flags), (vec![Flag::Discount], vec![]));
    // 79.941596 coins at 11.25 less a tenth, less 70 cents.
    assert_eq!(position.measures.equity.to_string(), "808708659.5");
    assert_eq!(position.measures.notional.to_string(), "1000000000");
    // (1,000 less 0) / (100 * 1.0257 - 71.9474364 * 1.125) * 1000: the coin moves in step with the index.
    let LiquidationPrice::Above(price) = position.measures.liquidation_price else { panic!() };
    assert!(price > dec("46.2") && price < dec("46.3"), "{price}");
}

#[test]
fn a_stale_collateral_price_stops_who_has_base_and_nobody_else() {
    let mut chain = Chain::staked("12", "12.5");
    chain.trade("alice", -S100, base(80 * ONE));
    chain.trade("bob", -S100, quote(500 * ONE));
    chain.collateral_flags = vec![Flag::Stale];
    chain.price("10");
    let stale = |price_use| EngineError::CollateralFlagged { price_use, flags: vec![Flag::Stale] };
    assert_eq!(engine(chain.adjust("alice", delta(-S100), base(0))), stale(PriceUse::Increase));
    assert_eq!(engine(chain.adjust("alice", leave(1, 2), base(0))), stale(PriceUse::Reduce));
    assert_eq!(engine(chain.adjust("alice", take_out(base(1)), base(0))), stale(PriceUse::MarginOut));
    // Her coins count twice what they were redeemed for last.
    assert!(matches!(engine(chain.liquidate("alice")), EngineError::NotLiquidatable { .. }));
    // More margin can come in, and who has none of the coin trades on.
    chain.adjust("alice", delta(0), base(ONE)).unwrap();
    chain.adjust("bob", delta(-S100), base(0)).unwrap();
    chain.adjust("bob", leave(1, 2), base(0)).unwrap();
    // A coin of margin makes its price matter.
    assert_eq!(engine(chain.adjust("bob", delta(-S100), base(ONE))), stale(PriceUse::Increase));
    // The pool holds what alice's order cost, in base.
    assert_eq!(engine(chain.fund_pool("lp", ONE)), stale(PriceUse::Pool));
}

#[test]
fn a_stale_index_stops_everybody_though_the_collateral_price_is_good() {
    let mut chain = Chain::staked("12", "12.5");
    chain.trade("bob", -S100, quote(500 * ONE));
    chain.flags = vec![Flag::Stale];
    chain.price("10");
    let error = engine(chain.adjust("bob", delta(-S100), base(0)));
    assert_eq!(error, EngineError::PriceFlagged { price_use: PriceUse::Increase, flags: vec![Flag::Stale] });
    assert!(matches!(engine(chain.liquidate("bob")), EngineError::PriceFlagged { .. }));
}

#[test]
fn a_fall_of_the_coin_alone_makes_a_short_liquidatable_and_a_higher_index_does_not_pay_more_base() {
    let mut chain = Chain::staked("12", "12.5");
    // 20 coins count 216 against 1,000.
    chain.trade("alice", -S100, base(20 * ONE));
    assert!(matches!(engine(chain.liquidate("alice")), EngineError::NotLiquidatable { .. }));
    chain.revalue("1.2", "12.5");
    let done = chain.liquidate("alice").unwrap();
    assert!(!done.closed.is_zero() && done.after.size > done.before.size);
    assert_eq!(done.before.price_pnl, done.after.price_pnl);
}

/// Time in which the coin could not be bought does not make it cheaper, whatever the index does.
#[test]
fn the_sale_of_base_counts_the_seconds_of_the_collateral_feed() {
    for (index, collateral, cheaper) in
        [(vec![], vec![], true), (vec![Flag::Stale], vec![], true), (vec![], vec![Flag::Stale], false)]
    {
        let mut chain = Chain::staked("12", "12.5");
        chain.collateral_broken = None;
        chain.trade("alice", -S100, base(80 * ONE));
        chain.price("10.5");
        chain.adjust("alice", leave(1, 1), base(0)).unwrap();
        let price = |chain: &Chain| chain.position("alice").base_for_sale.price;
        let start = price(&chain);
        (chain.flags, chain.collateral_flags) = (index.clone(), collateral.clone());
        // The feed is good for a minute after each word of it.
        for _ in 0..60 {
            chain.seconds(60);
            chain.adjust("bob", delta(0), quote(1)).unwrap();
        }
        (chain.flags, chain.collateral_flags) = (vec![], vec![]);
        chain.say("10.5");
        // An hour of six of 4.32 % of 12.5, or the minute for which the last good word held.
        let fall = start - price(&chain);
        let expected = if cheaper { dec("0.09") } else { dec("0.0015") };
        assert!(fall.abs_diff(expected) < dec("0.0000001"), "{index:?} {collateral:?}: {fall}");
    }
}

#[test]
fn one_unit_of_a_coin_without_a_price_does_not_keep_a_loser_from_liquidation() {
    let mut chain = Chain::staked("12", "12.5");
    chain.trade("bob", -S100, quote(120 * ONE));
    chain.collateral_flags = vec![Flag::Stale];
    chain.price("11.1");
    chain.adjust("bob", delta(0), base(1)).unwrap();
    chain.liquidate("bob").unwrap();
    assert!(chain.solvency().bad_debt.is_zero());
}

#[test]
fn a_loss_of_quote_can_be_settled_while_the_coin_has_no_price() {
    let mut chain = Chain::staked("12", "12.5");
    chain.trade("bob", -S100, quote(500 * ONE));
    chain.trade("alice", -S100, base(80 * ONE));
    chain.collateral_flags = vec![Flag::Stale];
    chain.price("11");
    chain.settle_loss(&["bob"]).unwrap();
    assert!(matches!(engine(chain.settle_loss(&["alice"])), EngineError::CollateralFlagged { .. }));
}

#[test]
fn nobody_is_settled_at_a_coin_price_that_fell_in_this_block() {
    let mut chain = Chain::staked("12", "12");
    chain.trade("bob", -S100, base(100 * ONE));
    chain.price("11");
    chain.adjust("carol", delta(0), quote(1)).unwrap();
    chain.collateral = Collateral::Own { sells: "9".into(), redeemed: "9".into() };
    chain.say("11");
    assert!(matches!(engine(chain.settle_loss(&["bob"])), EngineError::WideRange { .. }));
}

#[test]
fn who_has_no_coin_is_liquidated_alike_whatever_is_said_of_its_price() {
    let at = |flags: Vec<Flag>| {
        let mut chain = Chain::staked("12", "12.5");
        chain.trade("bob", -S100, quote(120 * ONE));
        chain.confidence = dec("0.006");
        chain.collateral_flags = flags;
        chain.price("11.2");
        let done = chain.liquidate("bob").unwrap();
        (done.closed, chain.solvency().insured, chain.solvency().bad_debt)
    };
    assert_eq!(at(vec![]), at(vec![Flag::Uncertain]));
}

/// Quiet for ten days, then one push, whose first reading is only uncertain.
#[test]
fn quiet_time_before_a_push_does_not_count_at_its_discount() {
    let mut chain = Chain::staked("12.5", "12.5");
    chain.seconds(10 * 24 * 3_600);
    chain.collateral_flags = vec![Flag::Uncertain];
    chain.revalue("8.75", "12.5");
    chain.adjust("carol", delta(0), quote(1)).unwrap();
    chain.collateral_flags = vec![];
    chain.price("11");
    chain.adjust("carol", delta(0), quote(1)).unwrap();
    let range = chain.state().prices.collateral_range.unwrap();
    assert!(range.mean_discount.is_zero() && range.flags.contains(&Flag::Discount), "{range:?}");
}

/// Nobody has a position, the pool holds coins that somebody lost, and they have sold for 20 % less than they are redeemed
/// for since long.
#[test]
fn who_leaves_the_pool_in_kind_does_not_bear_the_discount_of_its_coins() {
    let own = Collateral::Own { sells: "12".into(), redeemed: "12".into() };
    let mut chain = Chain::priced(params(), no_reference(), own);
    chain.fund_pool("lp", 20_000 * ONE).unwrap();
    chain.trade("bob", -S100 * 5, base(2_000 * ONE));
    for price in ["11", "12", "13", "14", "16", "18", "20"] {
        chain.price(price);
        chain.adjust("bob", settle(), base(0)).unwrap();
    }
    chain.adjust("bob", leave(1, 1), base(0)).unwrap();
    chain.revalue("9.6", "12");
    chain.seconds(BAR);
    let pool = chain.pool("lp");
    let paid = chain.leave_pool("lp", pool.shares).unwrap().paid;
    // All but what the spread of 0.02 % at either end takes of the coins, some 0.02 % of all at most.
    let part = |paid: u128, held: u128| paid as f64 / held as f64;
    assert!(part(paid.quote.u128(), pool.pool.quote.u128()) > 0.9997, "{paid:?} of {:?}", pool.pool);
    assert!(part(paid.base.u128(), pool.pool.base.u128()) > 0.9997, "{paid:?} of {:?}", pool.pool);
}

/// The market of a staked coin sends a message every hour, as a keeper does.
#[test]
fn a_request_lapses_with_the_seconds_of_both_feeds() {
    let mut chain = Chain::staked("12.5", "12.5");
    chain.seconds(BAR);
    let shares = chain.pool("lp").shares;
    chain.request("lp", shares).unwrap();
    let hours = |chain: &mut Chain, hours: u64| {
        for _ in 0..hours {
            chain.seconds(HOUR);
            chain.adjust("carol", delta(0), quote(1)).unwrap();
        }
    };
    // Of a notice of 24 hours and a window of 12, each feed was unusable for one hour.
    hours(&mut chain, 34);
    chain.broken += HOUR;
    hours(&mut chain, 1);
    chain.collateral_broken = Some(HOUR);
    hours(&mut chain, 1);
    assert!(chain.cancel("dave", Some("lp")).is_err());
    hours(&mut chain, 2);
    chain.cancel("dave", Some("lp")).unwrap();
}

#[test]
fn at_a_premium_there_is_no_discount_and_base_is_sold_at_the_higher_price() {
    let mut chain = Chain::staked("12.5", "12.5");
    chain.trade("alice", -S100, base(80 * ONE));
    chain.price("10.5");
    chain.adjust("alice", leave(1, 1), base(0)).unwrap();
    // 4 % more than it is redeemed for.
    chain.revalue("13", "12.5");
    let position = chain.position("bob");
    let range = position.prices.collateral_range.unwrap();
    assert_eq!((position.prices.collateral, range.redemption, range.high), (dec("12.5"), dec("12.5"), dec("13")));
    assert_eq!((range.discount, range.mean_discount, range.flags), (dec("0"), dec("0"), vec![]));
    assert!(position.base_for_sale.price >= dec("13"), "{}", position.base_for_sale.price);
}
