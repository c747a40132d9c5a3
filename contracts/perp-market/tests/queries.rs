//! Queries.

use ballast_types::market::*;
use cosmwasm_std::{Int128, Uint128};

use crate::market::*;

const S100: i128 = 100 * ONE as i128;

#[test]
fn a_preview_is_what_the_order_then_answers_and_changes_nothing() {
    let mut chain = Chain::new();
    chain.trade("alice", -S100, purse(50 * ONE, 20 * ONE));
    chain.price("11.3");
    let orders = [
        (delta(-S100), base(40 * ONE)),
        (Adjust { settle: Settle::IfReserved, ..delta(S100 / 7) }, base(0)),
        (settle(), quote(ONE)),
        (take_out(base(ONE)), base(0)),
        (leave(2, 7), quote(3)),
    ];
    for (order, funds) in orders {
        let owner = chain.who("alice").to_string();
        let preview: AdjustResponse =
            chain.ask(QueryMsg::PreviewOrder { owner, order: order.clone(), funds, after: None });
        assert_eq!(chain.position("alice").position, preview.before);
        assert_eq!(chain.adjust("alice", order, funds).unwrap(), preview);
        assert_eq!(chain.position("alice").position, preview.after);
    }
}

#[test]
fn a_preview_of_what_would_be_refused_gives_the_reason() {
    let chain = Chain::new();
    let msg = QueryMsg::PreviewOrder {
        owner: chain.who("alice").to_string(),
        order: delta(-S100),
        funds: base(0),
        after: None,
    };
    let error = chain.app.wrap().query_wasm_smart::<AdjustResponse>(&chain.market, &msg).unwrap_err();
    assert!(error.to_string().contains("margin does not cover"), "{error}");
}

#[test]
fn capacity_is_what_each_side_can_still_grow() {
    for direction in [-1i128, 1] {
        let mut chain = Chain::new();
        chain.trade("alice", -10 * S100, base(1_000 * ONE));
        let capacity: Capacity = chain.ask(QueryMsg::Capacity { market: NAME.into() });
        let most = if direction < 0 { capacity.short } else { capacity.long };
        let most = i128::try_from(most.u128()).unwrap();
        // A bucket holds 25,000 dollars a side, and alice has put 10,000 into one of them.
        assert_eq!(most, if direction < 0 { 15 * S100 } else { 25 * S100 });
        // The order's own fee increases the pool and its caps a little.
        assert!(chain.adjust("bob", delta(direction * (most + S100 / 10)), quote(50_000 * ONE)).is_err());
        chain.adjust("bob", delta(direction * most), quote(50_000 * ONE)).unwrap();
    }
}

#[test]
fn capacity_comes_back_as_the_bucket_drains() {
    let mut slow = params();
    slow.size_added_cap = dec("0.02");
    let mut chain = Chain::with(slow);
    // 2 % of half of 100,000 an hour: a bucket of 500 dollars that drains 500 an hour.
    chain.trade("alice", -S100 / 2, base(50 * ONE));
    let short = |chain: &Chain| chain.ask::<Capacity>(QueryMsg::Capacity { market: NAME.into() }).short.u128();
    assert_eq!(short(&chain), 0);
    chain.seconds(HOUR / 2);
    assert_eq!(short(&chain), 25 * ONE);
    chain.seconds(HOUR / 2);
    assert_eq!(short(&chain), 50 * ONE);
    chain.seconds(24 * HOUR);
    assert_eq!(short(&chain), 50 * ONE);
}

#[test]
fn capacity_is_bounded_by_headroom_too() {
    let mut wide = params();
    wide.open_interest_cap = dec("3");
    (wide.size_added_cap, wide.skew_scale) = (dec("2"), dec("1"));
    let mut chain = Chain::with(wide);
    chain.trade("alice", -50 * S100, base(3_000 * ONE));
    let capacity: Capacity = chain.ask(QueryMsg::Capacity { market: NAME.into() });
    assert_eq!((capacity.slack, capacity.headroom), (money("50000000000"), money("10000000000")));
    // 40,000 spare dollars: over 1.2 times the price for shorts, 0.7 times for longs; two units kept for rounding.
    assert_eq!(capacity.short.u128(), 3_333_333_333);
    assert_eq!(capacity.long.u128(), 5_714_285_714);
    chain.trade("bob", 5_714_285_714, quote(50_000 * ONE));
}

#[test]
fn positions_and_markets_are_paged() {
    let mut chain = Chain::new();
    for who in ["alice", "bob", "carol"] {
        chain.trade(who, -S100, base(50 * ONE));
    }
    let page = |start_after: Option<String>, limit| -> Vec<PositionEntry> {
        chain.ask::<PositionsResponse>(QueryMsg::Positions { market: NAME.into(), start_after, limit }).positions
    };
    let all = page(None, None);
    assert_eq!(all.len(), 3);
    let first = page(None, Some(2));
    assert_eq!(first, all[..2]);
    assert_eq!(page(Some(first[1].owner.to_string()), Some(2)), all[2..]);
    assert!(page(None, Some(0)).is_empty());
    let names = |start_after: Option<String>| -> Vec<String> {
        chain.ask::<MarketsResponse>(QueryMsg::Markets { start_after, limit: Some(1) }).markets
    };
    assert_eq!(names(None), [NAME]);
    assert!(names(Some(NAME.into())).is_empty());
}

#[test]
fn positions_tell_who_can_be_liquidated() {
    let mut chain = Chain::new();
    chain.trade("alice", -S100, quote(110 * ONE));
    chain.trade("bob", -S100, quote(900 * ONE));
    chain.price("10.9");
    let liquidatable: Vec<(String, bool)> =
        chain.positions().into_iter().map(|p| (p.owner.to_string(), p.liquidatable)).collect();
    for (owner, is) in liquidatable {
        assert_eq!(is, owner == chain.who("alice").as_str());
    }
}

#[test]
fn an_empty_position_answers_with_everything_else() {
    let chain = Chain::new();
    let answer = chain.position("alice");
    assert_eq!(answer.position, PositionState::default());
    assert_eq!((answer.measures.leverage, answer.measures.margin_ratio), (Leverage::None, None));
    assert_eq!(answer.measures.liquidation_price, LiquidationPrice::Never);
    assert_eq!(answer.terms, Terms::from(&params()));
    assert_eq!(answer.prices.index, dec("10"));
    assert!(answer.capacity.short > Uint128::zero());
}

#[test]
fn solvency_tells_coins_held_beside_the_purses_that_they_cover() {
    let mut chain = Chain::new();
    chain.trade("alice", -S100, purse(50 * ONE, ONE));
    let solvency = chain.solvency();
    let books = solvency.pool.plus(solvency.insurance).unwrap().plus(solvency.margins).unwrap();
    assert_eq!(solvency.held, books);
    assert_eq!(solvency.reserve, money("1000000000"));
    let config: ConfigResponse = chain.ask(QueryMsg::Config {});
    assert_eq!(config.guardian, chain.who("guardian"));
}

#[test]
fn closing_all_leaves_exactly_pool_and_insurance() {
    let mut chain = Chain::new();
    let people = [
        ("alice", -S100, purse(50 * ONE, 0)),
        ("bob", S100 / 3, quote(500 * ONE)),
        ("carol", -7_777_777, base(40 * ONE)),
    ];
    for (who, amount, funds) in people {
        chain.trade(who, amount, funds);
        chain.price("10.111111");
    }
    chain.price("9.7");
    for (who, amount, _) in people {
        chain.trade(who, -amount, quote(0));
        let margin = chain.position(who).position.margin;
        chain.adjust(who, take_out(margin), quote(0)).unwrap();
    }
    let (state, solvency) = (chain.state(), chain.solvency());
    assert_eq!((state.long, state.short), (SideState::default(), SideState::default()));
    assert!(chain.positions().is_empty() && solvency.margins.is_empty());
    assert_eq!(solvency.held, solvency.pool.plus(solvency.insurance).unwrap());
    assert_eq!(chain.position("alice").position.size, Int128::zero());
}
