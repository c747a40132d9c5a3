//! Orders.

use ballast_types::market::{Adjust, Costs, ExecuteMsg, Leverage, LiquidationPrice, MarginOut, MarketParams, Settle};
use cosmwasm_std::{coin, Int128, Uint128};
use perp_engine::EngineError;

use crate::market::*;

const S100: i128 = 100 * ONE as i128;

#[test]
fn a_short_on_coin_margin_pays_fee_and_spread_in_coins_rounded_up() {
    let mut chain = Chain::new();
    let before = chain.wallet("alice");
    let done = chain.trade("alice", -S100, base(50 * ONE));

    // 100 ATOM at 10: 1,000 dollars; fee 0.05 % = 0.5, spread 0.02 % = 0.2 dollars.
    assert_eq!((done.costs.fee.u128(), done.costs.spread.u128()), (500_000, 200_000));
    // 0.7 dollars at 10 * (1 - 0.0002) * (1 - 0.001) = 9.988002: 70,084.0880... units, rounded up.
    assert_eq!(done.after.margin, base(50 * ONE - 70_085));
    // Value of these at 10: 700,850, so the conversion cost 850.
    assert_eq!(done.costs.conversion.u128(), 850);
    assert_eq!(done.after.size, Int128::new(-S100));
    assert_eq!(done.after.entry_value.u128(), 1_000 * ONE);
    assert_eq!(done.after.price_pnl, money("0"));
    assert_eq!(chain.wallet("alice"), before.minus(base(50 * ONE)).unwrap());
    // A quarter of the fee's part (5/7 of 70,085 = 50,060.7; a quarter 12,515.1) is insurance's, the rest the pool's.
    assert_eq!(chain.solvency().insurance, base(12_515));
    assert_eq!(chain.solvency().pool, purse(70_085 - 12_515, POOL));
}

#[test]
fn price_pnl_is_size_times_the_price_move_whoever_trades() {
    let mut chain = Chain::new();
    chain.trade("alice", -S100, base(50 * ONE));
    chain.trade("bob", S100, quote(500 * ONE));
    chain.price("12.5");
    assert_eq!(chain.position("alice").position.price_pnl, money("-250000000"));
    assert_eq!(chain.position("bob").position.price_pnl, money("250000000"));
    chain.price("8");
    assert_eq!(chain.position("alice").position.price_pnl, money("200000000"));
    assert_eq!(chain.position("bob").position.price_pnl, money("-200000000"));
}

#[test]
fn mars_2025_12_flow_of_the_same_side_lifts_nobodys_mark_equity_or_liquidation_price() {
    let mut chain = Chain::new();
    chain.trade("alice", S100, quote(500 * ONE));
    chain.trade("bob", -S100, quote(500 * ONE));
    let (alice, bob) = (chain.position("alice"), chain.position("bob"));
    for _ in 0..4 {
        chain.trade("carol", 5 * S100, quote(2_000 * ONE));
    }
    for (before, who) in [(alice, "alice"), (bob, "bob")] {
        let after = chain.position(who);
        assert_eq!(after.position, before.position);
        assert_eq!(after.measures, before.measures);
    }
}

#[test]
fn an_increase_averages_the_entry_and_a_reduce_keeps_it() {
    let mut chain = Chain::new();
    chain.trade("alice", -S100, quote(800 * ONE));
    chain.price("11");
    let done = chain.trade("alice", -S100, quote(0));
    assert_eq!(done.after.entry_value.u128(), 2_100 * ONE);
    // A loss of 0.5 a unit on the 50 closed: 25 dollars, from quote.
    let closed = chain.trade("alice", S100 / 2, quote(0));
    assert_eq!(closed.realised.price_pnl, money("-25000000"));
    assert_eq!(closed.after.entry_value.u128(), 1_575 * ONE);
    // 550 dollars of notional: fee 0.275, spread 0.11.
    let paid = closed.before.margin.minus(closed.after.margin).unwrap();
    assert_eq!(paid, quote(25 * ONE + 275_000 + 110_000));
}

#[test]
fn a_gain_is_paid_in_quote_by_the_pool_and_only_that_of_the_closed_part() {
    let mut chain = Chain::new();
    chain.trade("alice", -S100, base(50 * ONE));
    chain.price("8");
    let pool = chain.solvency().pool.quote;
    let closed = chain.trade("alice", S100 / 4, base(0));
    // 25 closed at 2 dollars of profit each; notional 200 dollars costs 0.1 and 0.04, out of the gain.
    assert_eq!(closed.realised.price_pnl, money("50000000"));
    assert_eq!(closed.after.margin.quote.u128(), 50 * ONE - 140_000);
    // Insurance gets a quarter of the fee: 25,000.
    assert_eq!(chain.solvency().pool.quote, pool - Uint128::new(50 * ONE - 140_000 + 25_000));
    assert_eq!(closed.after.price_pnl, money("150000000"));
}

#[test]
fn what_is_owed_is_paid_from_quote_first_and_then_in_base() {
    let mut chain = Chain::new();
    chain.trade("alice", -S100, purse(50 * ONE, 100 * ONE));
    chain.price("12");
    // 100 closed at a loss of 2 dollars each: 200, of which 99.3 are there in quote, the other 100.7 are paid at
    // 12 * 0.9998 * 0.999 = 11.9856024 a coin: 8,401,747.1 units; then 0.84 of costs: 70,084.1; each rounded up.
    let closed = chain.trade("alice", S100, quote(0));
    assert_eq!(closed.before.margin, purse(50 * ONE, 100 * ONE - 700_000));
    assert_eq!(closed.after.margin, base(50 * ONE - 8_401_748 - 70_085));
    // Value at 12 of the base less what it paid.
    assert_eq!(closed.costs.conversion.u128(), 8_401_748 * 12 - 100_700_000 + 70_085 * 12 - 840_000);
}

#[test]
fn a_reduce_that_the_margin_does_not_cover_is_refused_and_changes_nothing() {
    let mut chain = Chain::new();
    chain.trade("alice", -S100, quote(200 * ONE));
    chain.price("13");
    let before = chain.position("alice");
    let error = refused(chain.adjust("alice", delta(S100), quote(0)));
    // 300 dollars lost, 199.3 there.
    let expected = EngineError::MarginUncovered { owed: (300 * ONE).into(), missing: (100 * ONE + 700_000).into() };
    assert_eq!(error, expected);
    assert_eq!(chain.position("alice"), before);
    // Attached coins are margin in: with them it succeeds.
    let done = chain.adjust("alice", delta(S100), quote(102 * ONE)).unwrap();
    assert_eq!(done.after.margin, quote(200 * ONE - 700_000 + 102 * ONE - 300 * ONE - 650_000 - 260_000));
}

#[test]
fn an_increase_needs_the_initial_margin_after_its_costs() {
    let mut chain = Chain::new();
    // 1,000 dollars of notional need 100, and 0.7 of closing cost is in equity; the order costs 0.7.
    let error = refused(chain.adjust("alice", delta(-S100), quote(101 * ONE + 399_999)));
    let secured_equity = money("99999999");
    assert_eq!(error, EngineError::InitialMargin { secured_equity, required: money("100000000") });
    chain.trade("alice", -S100, quote(101 * ONE + 400_000));
}

#[test]
fn base_margin_counts_after_the_haircut() {
    let mut chain = Chain::new();
    chain.trade("alice", -S100, base(50 * ONE));
    let position = chain.position("alice");
    // 49.929915 coins at 10 less 10 %: 449.369235; less 0.7 of closing cost.
    assert_eq!(position.measures.equity, money("448669235"));
    assert_eq!(position.measures.closing_cost, money("700000"));
    // 1,000 / 448.669235, rounded up.
    let Leverage::Finite(leverage) = position.measures.leverage else { panic!("finite") };
    assert_eq!(leverage, dec("2.228813393011000632"));
}

#[test]
fn hyperliquid_2025_03_unsettled_gains_neither_open_size_nor_leave() {
    let mut chain = Chain::new();
    chain.trade("alice", -S100, quote(200 * ONE));
    chain.price("5");
    // 500 dollars of profit; the margin of 199.3 alone carries 500 dollars of notional, and nothing of the profit leaves.
    assert_eq!(chain.position("alice").position.price_pnl, money("500000000"));
    let more = refused(chain.adjust("alice", take_out(quote(150 * ONE)), quote(0)));
    // 49.3 - 0.35 of closing cost against 10 % of 500.
    assert_eq!(more, EngineError::InitialMargin { secured_equity: money("48950000"), required: money("50000000") });
    chain.adjust("alice", take_out(quote(148 * ONE)), quote(0)).unwrap();
    assert!(chain.adjust("alice", delta(-S100), quote(0)).is_err());
    // Once settled, it is margin like any other.
    chain.adjust("alice", settle(), quote(0)).unwrap();
    chain.trade("alice", -S100, quote(0));
}

#[test]
fn unsettled_losses_count_in_full_when_margin_leaves() {
    let mut chain = Chain::new();
    chain.trade("alice", -S100, quote(301 * ONE));
    chain.price("11");
    // 300.3 - 100 - 0.77 = 199.53 against 110: 89.53 may leave.
    assert_eq!(chain.position("alice").withdrawable, quote(89_530_000));
    assert!(chain.adjust("alice", take_out(quote(89_530_001)), quote(0)).is_err());
    let out = chain.adjust("alice", take_out(quote(89_530_000)), quote(0)).unwrap();
    assert_eq!(out.margin_out, quote(89_530_000));
}

#[test]
fn withdrawable_base_can_be_withdrawn_to_the_unit() {
    let mut chain = Chain::new();
    chain.trade("alice", -S100, base(50 * ONE));
    chain.price("10.37");
    let most = chain.position("alice").withdrawable.base;
    assert!(!most.is_zero());
    let more = most + Uint128::one();
    assert!(chain.adjust("alice", take_out(base(more.u128())), quote(0)).is_err());
    chain.adjust("alice", take_out(base(most.u128())), quote(0)).unwrap();
}

#[test]
fn settling_turns_a_gain_into_quote_and_a_loss_into_coins_and_moves_nothing_else() {
    let mut chain = Chain::new();
    chain.trade("alice", -S100, base(50 * ONE));
    chain.price("8");
    let gain = chain.adjust("alice", settle(), quote(0)).unwrap();
    assert!(gain.settled);
    assert_eq!(gain.after.margin.quote.u128(), 200 * ONE);
    assert_eq!((gain.after.entry_value.u128(), gain.after.price_pnl), (800 * ONE, money("0")));
    assert_eq!(gain.costs, Costs::default());
    chain.price("11");
    // 300 lost: 200 from quote, 100 in base at 11 * 0.9998 * 0.999 = 10.9868022: 9,101,829.47 units, rounded up.
    let loss = chain.adjust("alice", settle(), quote(0)).unwrap();
    assert_eq!(loss.before.margin.base - loss.after.margin.base, Uint128::new(9_101_830));
    assert_eq!(loss.after.margin.quote, Uint128::zero());
    assert_eq!(loss.after.entry_value.u128(), 1_100 * ONE);
}

#[test]
fn a_settlement_that_the_reserve_does_not_allow_is_refused_or_left_out() {
    let mut chain = Chain::with({
        let mut wide = params();
        (wide.open_interest_cap, wide.headroom) = (dec("1"), dec("0"));
        (wide.size_added_cap, wide.skew_scale) = (dec("2"), dec("1"));
        wide
    });
    // A short of all the pool: 10,000 ATOM. At 11 it owes 10,000 dollars, and would pay them in coins.
    chain.trade("alice", -100 * S100, base(5_000 * ONE));
    chain.price("11");
    let error = refused(chain.adjust("alice", settle(), quote(0)));
    // Pool 100,000 (the fee came in coins); an entry at 11 reserves 110,000.
    assert_eq!(error, EngineError::Slack { slack: money("-10000000000"), required: money("0") });
    let order = Adjust { settle: Settle::IfReserved, ..take_out(base(ONE)) };
    let done = chain.adjust("alice", order, quote(0)).unwrap();
    assert!(!done.settled);
    assert_eq!(done.margin_out, base(ONE));
    assert_eq!(done.realised, Default::default());
}

/// A settlement that failed for its cost was mistaken for one that failed for slack, and the trade ran without it.
#[test]
fn if_reserved_leaves_a_settlement_out_for_slack_never_for_cost_or_margin() {
    let mut chain = Chain::new();
    chain.trade("alice", -S100, base(50 * ONE));
    chain.price("13");
    let reserved =
        |limit: u128| Adjust { settle: Settle::IfReserved, limit_cost: Some(limit.into()), ..delta(S100 / 2) };
    // 300 lost are paid in coins at 13 * 0.9998 * 0.999 = 12.9844026: 23,104,645 units worth 300.360385; the trade's 0.455
    // are 35,043 units worth 0.455559. Fee, spread and both conversions.
    let cost = 325_000 + 130_000 + 360_385 + 559;
    let error = refused(chain.adjust("alice", reserved(cost - 1), base(0)));
    assert_eq!(error, EngineError::CostLimit { cost: cost.into(), limit: (cost - 1).into() });
    assert!(chain.adjust("alice", reserved(cost), base(0)).unwrap().settled);

    let mut chain = Chain::new();
    chain.trade("alice", -S100, quote(200 * ONE));
    chain.price("13");
    let order = Adjust { settle: Settle::IfReserved, ..delta(S100 / 2) };
    // 300 lost, 199.3 there: without the settlement the half would have been closed.
    let error = refused(chain.adjust("alice", order, base(0)));
    let missing = Uint128::new(100 * ONE + 700_000);
    assert_eq!(error, EngineError::MarginUncovered { owed: (300 * ONE).into(), missing });
    chain.trade("alice", S100 / 2, quote(0));
}

#[test]
fn where_slack_and_cost_both_forbid_a_settlement_the_order_goes_on_without_it() {
    let mut wide = params();
    (wide.open_interest_cap, wide.headroom) = (dec("1"), dec("0"));
    (wide.size_added_cap, wide.skew_scale) = (dec("2"), dec("1"));
    let mut chain = Chain::with(wide);
    chain.trade("alice", -100 * S100, base(5_000 * ONE));
    chain.price("11");
    let order = Adjust { settle: Settle::IfReserved, limit_cost: Some(Uint128::zero()), ..order() };
    assert!(!chain.adjust("alice", order, base(0)).unwrap().settled);
}

#[test]
fn if_reserved_settles_where_it_can() {
    let mut chain = Chain::new();
    chain.trade("alice", -S100, base(50 * ONE));
    chain.price("8");
    let done = chain.adjust("alice", Adjust { settle: Settle::IfReserved, ..order() }, quote(0)).unwrap();
    assert!(done.settled);
}

#[test]
fn an_increase_must_leave_headroom_over_all_open_notional() {
    let mut wide = params();
    wide.open_interest_cap = dec("3");
    (wide.size_added_cap, wide.skew_scale) = (dec("2"), dec("1"));
    let mut chain = Chain::with(wide);
    // A short of value V leaves 100,000 + fees - V, of which 0.2 V must stay: V is at most 83,333.33 and a little.
    let error = refused(chain.adjust("alice", delta(-83 * S100 - 40 * ONE as i128), quote(20_000 * ONE)));
    // Fee 41.7 (three quarters 31.275) and spread 16.68 came in.
    let slack = money("16647955000");
    assert_eq!(error, EngineError::Slack { slack, required: money("16680000000") });
    chain.trade("alice", -83 * S100 - 30 * ONE as i128, quote(20_000 * ONE));
    // A reduce is never refused for lack of slack.
    chain.trade("alice", ONE as i128, quote(0));
}

#[test]
fn open_interest_is_capped_in_entry_value_and_in_units() {
    let mut small = params();
    small.max_open_interest = Uint128::new(150 * ONE);
    let mut chain = Chain::with(small);
    chain.trade("alice", -S100, base(50 * ONE));
    let error = refused(chain.adjust("bob", delta(-S100), base(50 * ONE)));
    assert_eq!(error, EngineError::OpenInterestUnits { size: (200 * ONE).into(), max: (150 * ONE).into() });
    chain.trade("bob", -S100 / 2, base(50 * ONE));

    let mut half = params();
    half.open_interest_cap = dec("0.01");
    let mut chain = Chain::with(half);
    // 1 % of 100,000 (the fee comes in coins).
    let error = refused(chain.adjust("alice", delta(-S100 - 1), base(50 * ONE)));
    let max = Uint128::new(1_000 * ONE);
    assert_eq!(error, EngineError::OpenInterestCap { entry_value: max + Uint128::new(10), max });
    chain.trade("alice", -S100 / 2, base(50 * ONE));
    // A rally does not fill it: at 13 the other half is 38.46 coins and not 27.
    chain.price("13");
    let half = 500 * ONE as i128 / 13;
    assert!(chain.adjust("alice", delta(-half - 2), base(0)).is_err());
    chain.trade("alice", -half, base(0));
}

#[test]
fn insurance_takes_its_quarter_of_the_fee_until_it_is_full() {
    let mut chain = Chain::with(MarketParams { insurance_target: dec("0.000125"), ..params() });
    chain.trade("alice", -S100, quote(500 * ONE));
    // A quarter of 0.5; 0.0125 % of 1,000 dollars: full, and more than full with half of that open.
    assert_eq!(chain.solvency().insurance, quote(125_000));
    chain.trade("alice", S100 / 2, quote(0));
    assert_eq!(chain.solvency().insurance, quote(125_000));
    chain.trade("alice", -2 * S100, quote(0));
    // 2,500 dollars open: a quarter of the fee of 1.
    assert_eq!(chain.solvency().insurance, quote(125_000 + 250_000));
}

#[test]
fn a_position_is_not_opened_below_the_least_size_and_a_reduce_that_would_leave_less_closes_it() {
    let mut chain = Chain::new();
    let error = refused(chain.adjust("alice", delta(-999_999), quote(50 * ONE)));
    assert_eq!(error, EngineError::PositionTooSmall { notional: money("9999990"), min: (10 * ONE).into() });
    chain.trade("alice", -3 * ONE as i128, quote(50 * ONE));
    assert_eq!(chain.trade("alice", 2 * ONE as i128, quote(0)).after.size, Int128::new(-(ONE as i128)));
    // A unit less than one coin is left: the whole is closed, at the cost of the whole.
    let done = chain.trade("alice", 1, quote(0));
    assert_eq!((done.after.size, done.costs.fee.u128()), (Int128::zero(), 5_000));
}

#[test]
fn a_delta_through_zero_is_refused_unless_reduce_only_which_stops_there() {
    let mut chain = Chain::new();
    chain.trade("alice", -S100, quote(500 * ONE));
    let error = refused(chain.adjust("alice", delta(2 * S100), quote(0)));
    assert_eq!(error, EngineError::ThroughZero { size: Int128::new(-S100), delta: Int128::new(2 * S100) });
    let reduce = Adjust { reduce_only: true, ..delta(2 * S100) };
    let done = chain.adjust("alice", reduce, quote(0)).unwrap();
    assert_eq!(done.after.size, Int128::zero());
}

#[test]
fn a_reduce_only_order_never_opens_or_grows() {
    let mut chain = Chain::new();
    let reduce = |amount| Adjust { reduce_only: true, ..delta(amount) };
    assert!(matches!(refused(chain.adjust("alice", reduce(-S100), quote(500 * ONE))), EngineError::WouldGrow { .. }));
    chain.trade("alice", -S100, quote(500 * ONE));
    assert!(matches!(refused(chain.adjust("alice", reduce(-1), quote(0))), EngineError::WouldGrow { .. }));
}

#[test]
fn limit_cost_holds_fee_spread_and_conversion_together() {
    let mut chain = Chain::new();
    let limited = |limit: u128| Adjust { limit_cost: Some(limit.into()), ..delta(-S100) };
    let error = refused(chain.adjust("alice", limited(700_849), base(50 * ONE)));
    assert_eq!(error, EngineError::CostLimit { cost: 700_850u128.into(), limit: 700_849u128.into() });
    chain.adjust("alice", limited(700_850), base(50 * ONE)).unwrap();
}

#[test]
fn levana_2023_12_a_stale_price_is_paid_for_by_the_spread() {
    let mut chain = Chain::new();
    (chain.volatility, chain.age) = (dec("0.8"), 30);
    chain.price("10");
    let done = chain.trade("alice", -S100, base(50 * ONE));
    // 3 * 0.8 * sqrt(30 s / 365 d) = 0.00234082294...: 2.340823 dollars on 1,000, rounded up.
    assert_eq!(done.costs.spread.u128(), 2_340_823);
    // At most 0.3 % for age and volatility.
    chain.age = 55;
    chain.price("10");
    assert_eq!(chain.trade("alice", -S100, base(50 * ONE)).costs.spread.u128(), 3 * ONE);
    // A wide confidence counts where it is wider.
    chain.confidence = dec("0.005");
    chain.price("10");
    assert_eq!(chain.trade("alice", -S100, base(0)).costs.spread.u128(), 5 * ONE);
}

#[test]
fn opening_and_closing_loses_exactly_the_costs_also_in_many_pieces() {
    let mut chain = Chain::new();
    chain.price("10.123457");
    let before = chain.wallet("alice");
    let mut costs = 0;
    chain.adjust("alice", order(), quote(5_000 * ONE)).unwrap();
    for amount in [-33_333_333, -33_333_334, -33_333_333, 70_000_001, 29_999_999] {
        let done = chain.trade("alice", amount, quote(0));
        costs += done.costs.fee.u128() + done.costs.spread.u128();
    }
    let left = chain.position("alice").position.margin.quote.u128();
    chain.adjust("alice", take_out(quote(left)), quote(0)).unwrap();
    let lost = before.quote - chain.wallet("alice").quote;
    // One unit for the rounding of each piece's entry and of each realisation, all against alice.
    assert!((costs..=costs + 5).contains(&lost.u128()), "lost {lost}, costs {costs}");
    assert_eq!(chain.position("alice").position, Default::default());
    assert!(chain.positions().is_empty(), "an empty position is forgotten");
}

#[test]
fn coins_that_are_not_margin_are_refused() {
    let mut chain = Chain::new();
    let msg = ExecuteMsg::Adjust(order());
    let error = chain.send_coins("alice", &msg, &[coin(5, "ujunk"), coin(5, BASE)]).unwrap_err();
    assert!(matches!(error, ContractError::WrongCoin { ref denom, .. } if denom == "ujunk"), "{error}");
}

#[test]
fn more_margin_than_there_is_cannot_leave() {
    let mut chain = Chain::new();
    chain.adjust("alice", order(), purse(10, 20)).unwrap();
    let error = refused(chain.adjust("alice", take_out(purse(11, 0)), quote(0)));
    assert_eq!(error, EngineError::MarginTooSmall { asked: base(11), margin: purse(10, 20) });
    let done = chain.adjust("alice", take_out(purse(10, 20)), quote(0)).unwrap();
    assert_eq!(done.margin_out, purse(10, 20));
}

#[test]
fn the_order_is_tested_on_its_end_state_only() {
    let mut chain = Chain::new();
    chain.trade("alice", -S100, quote(150 * ONE));
    // Half closed and half of the margin out in one message: neither would the first half have let the second go.
    let one = Adjust { margin_out: MarginOut::Exact(quote(90 * ONE)), ..delta(S100 / 2) };
    assert!(chain.adjust("alice", take_out(quote(90 * ONE)), quote(0)).is_err());
    chain.adjust("alice", one, quote(0)).unwrap();
}

#[test]
fn a_short_on_coin_margin_posted_in_full_is_never_liquidatable() {
    let mut chain = Chain::new();
    chain.trade("alice", -S100, base(130 * ONE));
    assert_eq!(chain.position("alice").measures.liquidation_price, LiquidationPrice::Never);
}

#[test]
fn a_donation_to_the_contract_is_nobodys() {
    let mut chain = Chain::new();
    chain.trade("alice", -S100, base(50 * ONE));
    let (before, pool) = (chain.position("alice"), chain.pool("lp"));
    chain.donate("bob", &[coin(7 * ONE, BASE), coin(9 * ONE, QUOTE), coin(5, "ujunk")]);
    assert_eq!(chain.position("alice"), before);
    assert_eq!(chain.pool("lp"), pool);
    chain.trade("alice", S100, base(0));
}
