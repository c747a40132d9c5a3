//! The hedger's room: the part of the pool that is kept for the account that the market serves.

use ballast_types::market::{Adjust, Capacity, ExecuteMsg, MarketParams, QueryMsg, Settle};
use ballast_types::Purse;
use cosmwasm_std::{Decimal256, Int128, Uint128};
use perp_engine::EngineError;

use crate::market::*;

const S100: i128 = 100 * ONE as i128;

fn capacity(chain: &Chain) -> Capacity {
    chain.ask(QueryMsg::Capacity { market: NAME.into() })
}

/// A market that serves dave: half of its pool of 100,000 is kept for him.
fn served(params: MarketParams) -> Chain {
    let mut chain = Chain::with(params);
    chain.set_hedger(Some("dave"));
    chain
}

/// A stranger filled the cap for 52 dollars and about 4 a day, and the vault could not hedge.
#[test]
fn strangers_at_all_their_caps_leave_the_hedger_its_share_at_once() {
    let mut chain = served(params());
    chain.trade("alice", -25 * S100, base(2_000 * ONE));
    chain.seconds(HOUR);
    // The side's cap less the share: 75,000 - 50,000.
    let error = refused(chain.adjust("alice", delta(-(ONE as i128)), base(0)));
    let (entry_value, max) = (Uint128::new(25_010 * ONE), Uint128::new(25_000 * ONE));
    assert_eq!(error, EngineError::OthersShortCap { entry_value, max });
    // 75,000 of slack less headroom of 5,000 and room of 1.2 * 50,000 leave 10,000, of which a long takes half of its
    // entry value and a fifth: 14,285.71 dollars, two units of quote less for rounding.
    let found = capacity(&chain);
    assert_eq!((found.long.u128(), found.short.u128()), (1_428_571_428, 0));
    assert_eq!((found.slack, found.headroom), (money("75000000000"), money("65000000000")));
    let error = refused(chain.adjust("bob", delta(1_428_571_430), base(2_000 * ONE)));
    assert!(matches!(error, EngineError::Slack { .. }), "{error}");
    chain.trade("bob", 1_428_571_428, base(2_000 * ONE));

    assert_eq!(chain.position("dave").capacity.short.u128(), 5_000 * ONE);
    chain.trade("dave", -50 * S100, base(5_000 * ONE));
    // Room that he gives up stays his, also in the next block, whatever strangers try.
    chain.trade("dave", 25 * S100, base(0));
    for (who, size) in [("alice", -S100), ("bob", S100), ("carol", S100), ("carol", -S100)] {
        assert!(chain.adjust(who, delta(size), base(500 * ONE)).is_err(), "{who} {size}");
    }
    chain.seconds(24 * HOUR);
    assert_eq!((capacity(&chain).long.u128(), capacity(&chain).short.u128()), (0, 0));
    chain.trade("dave", -25 * S100, base(0));
}

#[test]
fn within_its_share_the_hedger_needs_no_cap_and_no_bucket() {
    let narrow = MarketParams {
        open_interest_cap: dec("0.01"),
        size_added_cap: dec("0.01"),
        max_open_interest: Uint128::one(),
        ..params()
    };
    let mut chain = served(narrow);
    assert_eq!(chain.position("dave").capacity.short.u128(), 5_000 * ONE);
    for _ in 0..5 {
        chain.trade("dave", -10 * S100, base(1_000 * ONE));
    }
    assert_eq!(chain.position("dave").capacity.short.u128(), 0);
    // One unit more is beyond it, where the caps apply.
    let error = refused(chain.adjust("dave", delta(-1), base(0)));
    let (entry_value, max) = (Uint128::new(50_000 * ONE + 10), Uint128::new(1_000 * ONE));
    assert_eq!(error, EngineError::OpenInterestCap { entry_value, max });
    // A long does not use its share.
    let mut chain = served(MarketParams { open_interest_cap: dec("0.01"), ..params() });
    assert_eq!(chain.position("dave").capacity.long.u128(), 100 * ONE);
    assert!(chain.adjust("dave", delta(S100 + 1), base(500 * ONE)).is_err());
    chain.trade("dave", S100, base(500 * ONE));
}

#[test]
fn the_share_needs_the_reserve_and_headroom_alone() {
    // A share of 75 % and a headroom of a third: the whole pool, to the unit.
    let mut chain = served(MarketParams { hedger_share: dec("0.75"), headroom: dec("0.333333"), ..params() });
    let most = chain.position("dave").capacity.short.u128();
    assert_eq!(most, 7_500 * ONE);
    chain.trade("dave", -75 * S100, base(6_000 * ONE));
    // Slack of 25,000 against 24,999.975 of headroom.
    assert_eq!(chain.solvency().slack, money("25000000000"));
}

#[test]
fn beyond_its_share_its_own_bucket_holds_the_whole_cap_and_its_reductions_drain_it() {
    let mut chain = served(MarketParams { size_added_cap: dec("0.1"), ..params() });
    // Strangers cannot fill it: their bucket holds 2,500 of the 5,000 that an hour may add.
    chain.trade("alice", 250 * ONE as i128, base(500 * ONE));
    chain.trade("dave", -50 * S100, base(5_000 * ONE));
    assert_eq!(chain.position("dave").capacity.short.u128(), 500 * ONE);
    let error = refused(chain.adjust("dave", delta(-500 * ONE as i128 - 1), base(0)));
    assert_eq!(error, EngineError::SizeAddedCap { added: (5_000 * ONE + 10).into(), max: (5_000 * ONE).into() });
    chain.trade("dave", -500 * ONE as i128, base(0));
    assert_eq!(chain.position("dave").capacity.short.u128(), 0);
    // 3,000 closed are 3,000 that he may add again.
    chain.trade("dave", 300 * ONE as i128, base(0));
    assert_eq!(chain.position("dave").capacity.short.u128(), 300 * ONE);
    chain.trade("dave", -300 * ONE as i128, base(0));
    // And half of the cap drains in an hour.
    chain.seconds(HOUR);
    assert_eq!(chain.position("dave").capacity.short.u128(), 250 * ONE);
}

#[test]
fn only_what_is_beyond_the_share_is_counted_however_the_order_is_cut() {
    let mut chain = served(MarketParams { size_added_cap: dec("0.1"), ..params() });
    // 49,000 within, then 6,000 of which 1,000 are: 5,000 fill the bucket.
    chain.trade("dave", -49 * S100, base(5_000 * ONE));
    assert_eq!(chain.position("dave").capacity.short.u128(), 600 * ONE);
    chain.trade("dave", -600 * ONE as i128, base(0));
    assert_eq!(chain.position("dave").capacity.short.u128(), 0);
}

#[test]
fn a_strangers_settlement_leaves_what_their_increase_must_and_the_hedgers_needs_the_reserve_alone() {
    let mut chain = served(params());
    chain.trade("alice", -25 * S100, base(2_500 * ONE));
    chain.price("14");
    // Settled at 14, 35,000 are reserved: 65,000 of slack where a fifth of 35,000 and 60,000 must be left.
    let error = refused(chain.adjust("alice", settle(), base(0)));
    assert_eq!(error, EngineError::Slack { slack: money("65000000000"), required: money("67000000000") });
    let reserved = Adjust { settle: Settle::IfReserved, ..order() };
    assert!(!chain.adjust("alice", reserved, base(0)).unwrap().settled);
    // Without a hedger they may.
    chain.set_hedger(None);
    chain.adjust("alice", settle(), base(0)).unwrap();

    let mut chain = served(MarketParams { headroom: dec("0.9"), ..params() });
    chain.trade("dave", -50 * S100, base(5_000 * ONE));
    chain.price("17");
    // 85,000 reserved, and 15,000 left where headroom on them would be 76,500.
    chain.adjust("dave", settle(), base(0)).unwrap();
    chain.price("21");
    let error = refused(chain.adjust("dave", settle(), base(0)));
    assert_eq!(error, EngineError::Slack { slack: money("-5000000000"), required: money("0") });
}

#[test]
fn a_reduce_of_the_hedger_is_exact_and_anybody_elses_leaves_no_dust() {
    let mut chain = served(params());
    for who in ["alice", "dave"] {
        chain.trade(who, -2 * ONE as i128, base(50 * ONE));
    }
    let margin = chain.position("alice").position.margin.base;
    // Three quarters of 20 dollars would leave 5, below the minimum position of 10: all of it is closed, and three quarters of
    // the purse leave. 20 dollars cost a cent and 0.4 cents: 1,401.7 units of coins, rounded up.
    let left = chain.adjust("alice", leave(3, 4), base(0)).unwrap();
    let after = margin.u128() - 1_402;
    assert_eq!((left.after.size, left.margin_out), (Int128::zero(), base(after * 3 / 4)));
    assert_eq!(left.after.margin, base(after - after * 3 / 4));
    let exact = chain.adjust("dave", leave(3, 4), base(0)).unwrap();
    assert_eq!(exact.after.size, Int128::new(-(ONE as i128) / 2));
    assert_eq!(exact.after.margin.base, margin - Uint128::new(margin.u128() * 3 / 4));
    chain.trade("dave", 1, base(0));
    // When he is no longer the hedger, he is like anybody.
    chain.set_hedger(None);
    assert_eq!(chain.trade("dave", 1, base(0)).after.size, Int128::zero());
}

#[test]
fn half_of_a_reduce_that_leaves_the_least_position_leaves_it() {
    let mut chain = Chain::new();
    chain.trade("alice", -2 * ONE as i128, quote(50 * ONE));
    assert_eq!(chain.trade("alice", ONE as i128, quote(0)).after.size, Int128::new(-(ONE as i128)));
    // After a fall it is worth less than that: the next reduce closes all of it.
    chain.price("9");
    let done = chain.adjust("alice", Adjust { reduce_only: true, size: part(1, 100), ..order() }, quote(0)).unwrap();
    assert_eq!(done.after.size, Int128::zero());
}

#[test]
fn the_owner_names_the_hedger_and_everybody_can_see_it() {
    let mut chain = Chain::new();
    assert_eq!(chain.state().hedger, None);
    let hedger = Some(chain.who("dave").to_string());
    let msg = ExecuteMsg::SetHedger { market: NAME.into(), hedger: hedger.clone() };
    for who in ["guardian", "dave"] {
        assert!(matches!(chain.send(who, &msg, Purse::EMPTY), Err(ContractError::Ownership(_))), "{who}");
    }
    assert!(matches!(chain.send("owner", &msg, quote(1)), Err(ContractError::Payment(_))));
    let done = chain.send("owner", &msg, Purse::EMPTY).unwrap();
    let named = done.events.iter().find(|event| event.ty == "wasm-ballast-market/set_hedger").unwrap();
    assert!(named.attributes.iter().any(|a| a.key == "hedger" && Some(&a.value) == hedger.as_ref()));
    assert_eq!(chain.state().hedger, Some(chain.who("dave")));
    let other = ExecuteMsg::SetHedger { market: "none".into(), hedger };
    let error = chain.send("owner", &other, Purse::EMPTY).unwrap_err();
    assert_eq!(error, ContractError::NoSuchMarket { market: "none".into() });
    let wrong = ExecuteMsg::SetHedger { market: NAME.into(), hedger: Some("x".into()) };
    assert!(chain.send("owner", &wrong, Purse::EMPTY).is_err());
    chain.set_hedger(None);
    assert_eq!(chain.state().hedger, None);
}

#[test]
fn without_a_hedger_all_that_would_be_its_share_is_free_for_all() {
    let mut chain = Chain::new();
    for size in [25, 25, 25] {
        chain.trade("alice", -size * S100, base(3_000 * ONE));
        chain.seconds(HOUR);
    }
    assert_eq!(chain.state().short.entry_value.u128(), 75_000 * ONE);
    let free = capacity(&chain);
    assert_eq!(free.short.u128(), 0);
    // A hedger set now finds the room taken, and gets it when others leave.
    chain.set_hedger(Some("dave"));
    assert!(chain.adjust("dave", delta(-30 * S100), base(2_000 * ONE)).is_err());
    chain.trade("alice", 50 * S100, base(0));
    chain.trade("dave", -30 * S100, base(2_000 * ONE));
}

#[test]
fn a_preview_knows_whose_order_it_is() {
    let mut chain = served(params());
    chain.trade("alice", -25 * S100, base(2_500 * ONE));
    let preview = |chain: &Chain, who: &str| {
        let owner = chain.who(who).to_string();
        let msg = QueryMsg::PreviewOrder { owner, order: delta(-30 * S100), funds: base(2_000 * ONE), after: None };
        chain.app.wrap().query_wasm_smart::<ballast_types::market::AdjustResponse>(&chain.market, &msg).is_ok()
    };
    assert!(preview(&chain, "dave") && !preview(&chain, "bob"));
}

/// Two providers of 100,000; the hedger short 5,000 at 10 with 8,000 of margin, and 50,000 of a stranger's beside it. Fee
/// and spread of opening are 35: 28.75 of them the pool's. At 13 it owes 15,000 and has 7,965: half of 207,993.75.
#[test]
fn who_leaves_the_pool_takes_of_the_hedgers_loss_what_its_own_margin_covers() {
    for (hedger, owed) in [(Some("dave"), 7_965), (None, 0)] {
        let mut chain = Chain::new();
        let half = chain.fund_pool("bob", POOL).unwrap().shares;
        chain.set_hedger(hedger);
        chain.seconds(BAR);
        chain.trade("dave", -50 * S100, quote(8_000 * ONE));
        chain.adjust("carol", order(), quote(50_000 * ONE)).unwrap();
        chain.request("bob", half).unwrap();
        chain.seconds(NOTICE);
        chain.price("13");
        let paid = chain.withdraw("bob", None).unwrap().paid;
        let right = (200_000 * ONE + 28_750_000 + owed * ONE) / 2;
        assert_eq!(paid.base.u128(), 0);
        assert!((right - 5..=right).contains(&paid.quote.u128()), "{} for {right}", paid.quote);
    }
}

/// The hedger's loss counts in withdrawals from the pool anyway, so others may not settle it.
#[test]
fn nobody_settles_the_hedgers_loss_and_settling_others_leaves_the_hedgers_room() {
    let mut chain = served(params());
    chain.trade("dave", -10 * S100, quote(5_000 * ONE));
    chain.trade("alice", -10 * S100, base(3_000 * ONE));
    chain.price("11");
    let error = chain.settle_loss(&["dave"]).unwrap_err();
    assert_eq!(error, ContractError::IsHedger { owner: chain.who("dave").into_string() });
    chain.settle_loss(&["alice"]).unwrap();
    // Her entry of 11,000 becomes one of 24,000: with dave's 10,000 the reserve is 34,000. Of the slack of 66,000 and some
    // costs, 9,600 are headroom at 24, and 1.2 * 40,000 what dave has not used of his share: together less.
    chain.price("24");
    chain.settle_loss(&["alice"]).unwrap();
    // Whoever has used nothing of the share needs 1.2 * 50,000: with 13,200 of headroom at 33 more than the 57,000 that
    // an entry of 33,000 would leave.
    chain.set_hedger(Some("carol"));
    chain.price("33");
    assert!(matches!(refused(chain.settle_loss(&["alice"])), EngineError::Slack { .. }));
}

#[test]
fn the_pools_base_is_sold_from_the_top_of_the_blocks_range() {
    let mut chain = Chain::new();
    chain.trade("alice", -10 * S100, base(3_000 * ONE));
    chain.price("11");
    chain.settle_loss(&["alice"]).unwrap();
    let asked = |chain: &Chain| chain.position("alice").base_for_sale.price;
    let at_most = |price: Decimal256, right: &str| {
        let young = dec("0.00001");
        assert!(price <= dec(right) && price > dec(right) - young, "{price} for {right}");
    };
    // 11 and the minimum spread, for base that is seconds old.
    let top = asked(&chain);
    at_most(top, "11.0022");
    // A message accepts 11, then 10.9 is published in the same block: base is sold at 11.
    chain.adjust("bob", order(), quote(ONE)).unwrap();
    chain.say("10.9");
    assert!(asked(&chain).abs_diff(top) < dec("0.000000000000001"), "{} for {top}", asked(&chain));
    chain.price("10.9");
    at_most(asked(&chain), "10.90218");
}
