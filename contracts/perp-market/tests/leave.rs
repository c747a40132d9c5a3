//! Exits in kind: a part of the position, and the same part of its margin.

use ballast_types::market::{Adjust, MarginOut, MarketAction, Settle};
use ballast_types::oracle::Flag;
use cosmwasm_std::Int128;
use perp_engine::EngineError;

use crate::market::*;

const S100: i128 = 100 * ONE as i128;

#[test]
fn half_leaves_after_a_rally_with_half_of_the_purse_less_its_own_loss_and_costs() {
    let mut chain = Chain::new();
    chain.trade("alice", -S100, base(100 * ONE));
    let margin = 100 * ONE - 70_085;
    chain.price("13");
    let done = chain.adjust("alice", leave(1, 2), base(0)).unwrap();
    // Half of 99,929,915 is 49,964,957. 50 closed: 150 dollars lost, at 13 * 0.9998 * 0.999 = 12.9844026 a coin
    // 11,552,322.04 units; 650 dollars cost 0.325 + 0.13: 35,042.04 units; each rounded up.
    assert_eq!(done.margin_out, base(margin / 2 - 11_552_323 - 35_043));
    assert_eq!(done.after.size, Int128::new(-S100 / 2));
    assert_eq!(done.after.entry_value.u128(), 500 * ONE);
    assert_eq!(done.after.margin, base(margin - margin / 2));
    assert_eq!(done.after.price_pnl, money("-150000000"));
    assert_eq!(done.realised.price_pnl, money("-150000000"));
}

#[test]
fn half_leaves_after_a_crash_with_half_of_the_purse_and_its_own_gain() {
    let mut chain = Chain::new();
    chain.trade("alice", -S100, base(50 * ONE));
    let margin = 50 * ONE - 70_085;
    chain.price("8");
    let before = chain.wallet("alice");
    let done = chain.adjust("alice", leave(1, 2), base(0)).unwrap();
    // 50 closed: 100 dollars won; 400 dollars cost 0.2 + 0.08, out of that.
    assert_eq!(done.margin_out, purse(margin / 2, 100 * ONE - 280_000));
    assert_eq!(chain.wallet("alice"), before.plus(done.margin_out).unwrap());
    assert_eq!(done.after.margin, base(margin - margin / 2));
    assert_eq!(done.after.price_pnl, money("100000000"));
}

#[test]
fn those_who_stay_keep_their_margin_ratio_whoever_leaves_first() {
    let mut chain = Chain::new();
    chain.set_hedger(Some("alice"));
    chain.trade("alice", -S100, purse(33 * ONE + 1, 17 * ONE + 5));
    chain.price("10.777777");
    let mut ratio = chain.position("alice").measures.margin_ratio.unwrap();
    for (numerator, denominator) in [(1, 3), (7, 31), (1, 1_000_003), (123, 124)] {
        chain.adjust("alice", leave(numerator, denominator), base(0)).unwrap();
        let after = chain.position("alice").measures.margin_ratio.unwrap();
        assert!(after >= ratio, "{numerator}/{denominator}: {ratio} fell to {after}");
        ratio = after;
    }
    chain.adjust("alice", leave(1, 1), base(0)).unwrap();
    assert!(chain.positions().is_empty());
}

#[test]
fn what_the_part_of_the_purse_lacks_comes_out_of_attached_coins_and_the_rest_goes_back() {
    let mut chain = Chain::new();
    chain.trade("alice", -S100, quote(300 * ONE + 700_000));
    chain.price("12.9");
    // Half of 300 are 150; 145 lost, and 645 dollars cost 0.3225 + 0.129.
    let done = chain.adjust("alice", leave(1, 2), purse(5 * ONE, 20 * ONE)).unwrap();
    assert_eq!(done.margin_out, quote(5 * ONE - 451_500));
    assert_eq!(done.refund, purse(5 * ONE, 20 * ONE));
    chain.price("14");
    // 150 there; 200 lost, and 700 dollars cost 0.35 + 0.14 for all of the rest.
    let lacking = refused(chain.adjust("alice", leave(1, 1), base(0)));
    let expected = EngineError::MarginUncovered { owed: (200 * ONE).into(), missing: (50 * ONE).into() };
    assert_eq!(lacking, expected);
    let before = chain.wallet("alice");
    let done = chain.adjust("alice", leave(1, 1), purse(5 * ONE, 60 * ONE)).unwrap();
    assert_eq!(done.margin_out, base(0));
    assert_eq!(done.refund, purse(5 * ONE, 10 * ONE - 490_000));
    assert_eq!(chain.wallet("alice"), before.minus(quote(50 * ONE + 490_000)).unwrap());
}

#[test]
fn the_part_that_is_closed_is_rounded_up_and_the_part_of_the_purse_down() {
    let mut chain = Chain::new();
    chain.trade("alice", -S100, purse(40 * ONE, 100 * ONE));
    let done = chain.adjust("alice", leave(1, 3), base(0)).unwrap();
    assert_eq!(done.after.size, Int128::new(-66_666_666));
    // Of 40,000,000 base 13,333,333 leave; the quote pays 333.33334 dollars' 166,667 and 66,667 of costs.
    assert_eq!(done.margin_out.base.u128(), 13_333_333);
    assert_eq!(done.margin_out.quote.u128(), 33_100_000 - 166_667 - 66_667);
    assert_eq!(done.costs.fee.u128(), 166_667);
}

#[test]
fn a_purse_without_a_size_leaves_in_parts_too() {
    let mut chain = Chain::new();
    chain.adjust("alice", order(), purse(10, 21)).unwrap();
    let done = chain.adjust("alice", leave(1, 2), base(0)).unwrap();
    assert_eq!(done.margin_out, purse(5, 10));
    assert_eq!(refused(chain.adjust("bob", leave(1, 2), base(0))), EngineError::NoPosition {});
}

#[test]
fn a_part_leaves_while_the_reserve_allows_no_settlement_and_no_increase() {
    let mut wide = params();
    (wide.open_interest_cap, wide.headroom) = (dec("1"), dec("0"));
    (wide.size_added_cap, wide.skew_scale) = (dec("2"), dec("1"));
    let mut chain = Chain::with(wide);
    chain.trade("alice", -100 * S100, base(8_000 * ONE));
    chain.price("13");
    assert!(chain.adjust("alice", settle(), base(0)).is_err());
    chain.adjust("alice", leave(1, 2), base(0)).unwrap();
}

#[test]
fn choices_that_exclude_each_other_are_refused() {
    let mut chain = Chain::new();
    chain.trade("alice", -S100, base(50 * ONE));
    let settled = Adjust { settle: Settle::Required, ..leave(1, 2) };
    assert!(matches!(refused(chain.adjust("alice", settled, base(0))), EngineError::Contradiction { .. }));
    let by_delta = Adjust { margin_out: MarginOut::Part, ..delta(1) };
    assert!(matches!(refused(chain.adjust("alice", by_delta, base(0))), EngineError::Contradiction { .. }));
    for (numerator, denominator) in [(1, 0), (2, 1)] {
        let error = refused(chain.adjust("alice", leave(numerator, denominator), base(0)));
        assert!(matches!(error, EngineError::NotAPart { .. }), "{error}");
    }
    // `if_reserved` is `no` here.
    let reserved = Adjust { settle: Settle::IfReserved, ..leave(1, 2) };
    assert!(!chain.adjust("alice", reserved, base(0)).unwrap().settled);
}

#[test]
fn an_exit_in_kind_needs_the_price_of_a_reduce_and_the_switches_of_reduce_and_margin_out() {
    let mut chain = Chain::new();
    chain.trade("alice", -S100, base(50 * ONE));
    chain.flags = vec![Flag::Uncertain];
    chain.price("10");
    chain.adjust("alice", leave(1, 4), base(0)).unwrap();
    chain.flags = vec![Flag::Jump];
    chain.price("10");
    assert!(matches!(refused(chain.adjust("alice", leave(1, 4), base(0))), EngineError::PriceFlagged { .. }));
    chain.flags = vec![];
    chain.price("10");
    chain.pause("guardian", &[MarketAction::MarginIn]).unwrap();
    chain.adjust("alice", leave(1, 4), quote(ONE)).unwrap();
    chain.pause("guardian", &[MarketAction::MarginOut]).unwrap();
    let error = refused(chain.adjust("alice", leave(1, 4), base(0)));
    assert_eq!(error, EngineError::Paused { action: MarketAction::MarginOut });
}

#[test]
fn limit_cost_bounds_an_exit_in_kind() {
    let mut chain = Chain::new();
    chain.trade("alice", -S100, quote(200 * ONE));
    let limited = |limit: u128| Adjust { limit_cost: Some(limit.into()), ..leave(1, 2) };
    let error = refused(chain.adjust("alice", limited(349_999), base(0)));
    assert_eq!(error, EngineError::CostLimit { cost: 350_000u128.into(), limit: 349_999u128.into() });
    chain.adjust("alice", limited(350_000), base(0)).unwrap();
}

/// One publisher's confidence of 0.48 took 93 % of a redemption: the spread was charged on the trade and again on the
/// coins that paid for it. In the market, an exit pays it once, on what is closed.
#[test]
fn a_wide_confidence_costs_an_exit_its_spread_once() {
    let mut chain = Chain::new();
    chain.trade("alice", -S100, base(100 * ONE + 70_085));
    (chain.confidence, chain.flags) = (dec("0.48"), vec![Flag::Uncertain]);
    chain.price("10");
    let done = chain.adjust("alice", leave(1, 1), base(0)).unwrap();
    // 0.5 and 480 dollars at 10 * 0.9998 * 0.999 = 9.988002 are 48,107,719.6 units; at 5.1948 they were 92.5 coins.
    assert_eq!((done.costs.fee.u128(), done.costs.spread.u128()), (500_000, 480 * ONE));
    assert_eq!(done.margin_out, base(100 * ONE - 48_107_720));
}
