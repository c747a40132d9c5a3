//! Funding.

use ballast_types::market::{MarketAction, MarketParams, QueryMsg, Reference};
use ballast_types::oracle::Flag;
use cosmwasm_std::{SignedDecimal256, Timestamp};

use crate::market::*;

const S100: i128 = 100 * ONE as i128;
const DAY: u64 = 24 * HOUR;
const YEAR: u64 = 365 * DAY;

/// A market whose reference is 10 % a year, without a slope.
fn ten_percent() -> Chain {
    constant("0.1", params())
}

fn constant(rate: &str, params: MarketParams) -> Chain {
    Chain::with_reference(params, Reference::Constant { rate: signed(rate) })
}

fn feed(params: MarketParams) -> Chain {
    Chain::with_reference(params, Reference::Feed { feed: "atom/funding".into() })
}

fn earned(chain: &Chain, who: &str) -> String {
    chain.position(who).position.funding.to_string()
}

#[test]
fn an_unmatched_short_is_paid_the_pass_through() {
    let mut chain = ten_percent();
    chain.trade("alice", -S100, quote(500 * ONE));
    let rates = chain.funding().rates;
    assert_eq!((rates.rate, rates.short, rates.long), (signed("0.1"), signed("0.05"), signed("-0.1")));
    chain.seconds(YEAR);
    // Half of 10 % on 1,000 dollars.
    assert_eq!(earned(&chain, "alice"), "50000000");
}

#[test]
fn a_matched_side_is_paid_what_the_other_pays() {
    let mut chain = ten_percent();
    chain.trade("alice", -S100, quote(500 * ONE));
    chain.trade("bob", S100, quote(500 * ONE));
    chain.seconds(YEAR);
    assert_eq!((earned(&chain, "alice").as_str(), earned(&chain, "bob").as_str()), ("100000000", "-100000000"));
}

#[test]
fn a_side_matched_in_part_is_paid_in_full_on_that_part() {
    let mut chain = ten_percent();
    chain.trade("alice", -S100, quote(500 * ONE));
    chain.trade("bob", S100 * 2 / 5, quote(500 * ONE));
    chain.seconds(YEAR);
    // 40 matched at 10 %, 60 at 5 %; bob pays 10 % on all of his 400 dollars.
    assert_eq!((earned(&chain, "alice").as_str(), earned(&chain, "bob").as_str()), ("70000000", "-40000000"));
}

#[test]
fn the_pool_receives_in_full_what_an_unmatched_side_owes() {
    let mut chain = constant("-0.1", params());
    chain.trade("alice", -S100, quote(500 * ONE));
    chain.trade("bob", S100 * 2 / 5, quote(500 * ONE));
    chain.seconds(YEAR);
    assert_eq!((earned(&chain, "alice").as_str(), earned(&chain, "bob").as_str()), ("-100000000", "40000000"));
    let pool = chain.solvency().pool.quote;
    let settled = chain.adjust("alice", settle(), quote(0)).unwrap();
    assert_eq!(settled.realised.funding, money("-100000000"));
    chain.adjust("bob", settle(), quote(0)).unwrap();
    assert_eq!((chain.solvency().pool.quote - pool).u128(), 60 * ONE);
}

#[test]
fn skew_adds_its_slope_and_no_more() {
    let sloped = || constant("0", MarketParams::defaults(6));
    let mut chain = sloped();
    chain.trade("alice", -S100, base(50 * ONE));
    // A skew of 1,000 dollars against half of 100,000: 2 % of 2 points, paid by the short.
    assert_eq!(chain.funding().rates.rate, signed("-0.0004"));
    let mut chain = sloped();
    for size in [25, 25, 10] {
        chain.trade("alice", size * S100, base(1_000 * ONE));
        chain.seconds(HOUR);
    }
    assert_eq!(chain.funding().rates.rate, signed("0.02"));
}

#[test]
fn the_reference_is_held_within_its_cap_before_the_slope_is_added() {
    for (rate, held) in [("5", "2"), ("-5", "-2")] {
        let mut chain = constant(rate, params());
        chain.trade("alice", -S100, base(50 * ONE));
        assert_eq!(chain.funding().rates.rate, signed(held));
    }
}

#[test]
fn a_reference_is_zero_from_the_moment_when_it_is_stale() {
    let mut chain = feed(params());
    chain.reference("0.1", 12 * HOUR, vec![]);
    chain.trade("alice", -S100, quote(500 * ONE));
    chain.seconds(12 * HOUR);
    let half_a_day = earned(&chain, "alice");
    // Half of 10 % on 1,000 dollars for half a day of 365.
    assert!(half_a_day.starts_with("68493.15068493150684"), "{half_a_day}");
    chain.seconds(DAY);
    assert_eq!(earned(&chain, "alice"), half_a_day);
    let rates = chain.funding().rates;
    assert_eq!((rates.reference, rates.rate), (SignedDecimal256::zero(), SignedDecimal256::zero()));
}

#[test]
fn one_accrual_equals_many_also_across_the_moment_when_the_reference_goes_stale() {
    let run = |pieces: u64| {
        let mut chain = feed(params());
        chain.reference("0.0873", 12 * HOUR + 17, vec![]);
        chain.trade("alice", -S100, quote(500 * ONE));
        chain.trade("bob", S100 / 3, quote(500 * ONE));
        for _ in 0..pieces {
            chain.seconds(DAY / pieces);
            chain.adjust("carol", order(), quote(1)).unwrap();
        }
        (chain.position("alice").position.funding, chain.position("bob").position.funding)
    };
    let one = run(1);
    for pieces in [2, 3, 24, 60] {
        let many = run(pieces);
        for (one, many) in [(one.0, many.0), (one.1, many.1)] {
            let off = one.minus(many).unwrap().abs();
            // A hundred million units, 60 roundings down at the 36th digit.
            assert!(many <= one && off < dec("0.00000000000000001"), "{pieces} pieces: {one} and {many}");
        }
    }
}

#[test]
fn the_slope_goes_on_when_the_reference_is_stale() {
    let mut chain = feed(MarketParams::defaults(6));
    chain.reference("0.1", 12 * HOUR, vec![]);
    chain.trade("alice", -S100, base(50 * ONE));
    chain.seconds(DAY);
    // Half a day at 10 % less 0.04 % of slope, half of it passed through; half a day of paying 0.04 %:
    // 1,000 dollars * (0.0996 / 2 - 0.0004) / 730.
    let earned = earned(&chain, "alice");
    assert!(earned.starts_with("67671.23287671232876"), "{earned}");
}

#[test]
fn a_side_without_positions_is_told_what_its_first_unit_would_earn() {
    let mut chain = ten_percent();
    let rates = chain.funding().rates;
    assert_eq!((rates.short, rates.long), (signed("0.05"), signed("-0.1")));
    chain.trade("bob", S100, quote(500 * ONE));
    assert_eq!(chain.funding().rates.short, signed("0.1"));
}

#[test]
fn unsettled_funding_neither_opens_size_nor_leaves() {
    let mut chain = ten_percent();
    chain.trade("alice", -S100, quote(101 * ONE + 400_000));
    chain.seconds(YEAR);
    assert_eq!(earned(&chain, "alice"), "50000000");
    assert_eq!(chain.position("alice").withdrawable, quote(0));
    assert!(chain.adjust("alice", take_out(quote(1)), quote(0)).is_err());
    chain.adjust("alice", settle(), quote(0)).unwrap();
    assert_eq!(chain.position("alice").withdrawable, quote(50 * ONE));
}

#[test]
fn a_reference_with_any_flag_counts_as_zero() {
    for flag in [Flag::Missing, Flag::Stale, Flag::Future, Flag::Uncertain, Flag::Invalid] {
        let mut chain = feed(params());
        chain.reference("0.1", HOUR, vec![flag]);
        chain.trade("alice", -S100, base(50 * ONE));
        assert_eq!(chain.funding().rates.rate, SignedDecimal256::zero(), "{flag:?}");
    }
}

#[test]
fn what_has_accrued_accrued_at_the_price_and_rate_of_before() {
    let mut chain = feed(params());
    chain.reference("0.1", 10 * YEAR, vec![]);
    chain.trade("alice", -S100, quote(500 * ONE));
    chain.seconds(YEAR);
    // Both double at the end of the year.
    chain.reference("0.2", 10 * YEAR, vec![]);
    chain.say("20");
    assert_eq!(earned(&chain, "alice"), "50000000");
    chain.adjust("carol", order(), quote(1)).unwrap();
    chain.seconds(YEAR);
    // Half of 20 % on 2,000 dollars.
    assert_eq!(earned(&chain, "alice"), "250000000");
}

#[test]
fn receivers_are_credited_up_to_slack_and_funding_says_so() {
    let mut wide = params();
    (wide.open_interest_cap, wide.headroom) = (dec("1"), dec("0"));
    (wide.size_added_cap, wide.skew_scale) = (dec("2"), dec("1"));
    let mut chain = constant("0.5", wide);
    chain.trade("alice", -98 * S100, base(9_000 * ONE));
    // Slack is 2,000 dollars; half of 50 % on 98,000 would be 24,500 a year.
    let slack = chain.solvency().slack;
    assert_eq!(slack, money("2000000000"));
    chain.seconds(YEAR);
    let position = chain.position("alice").position;
    assert!(position.funding <= slack && slack.minus(position.funding).unwrap() < money("0.0001"));
    let funding = chain.funding();
    assert!(!funding.slack.is_negative() && funding.slack < money("0.0001"), "{}", funding.slack);
    assert_eq!((funding.rates.short, funding.rates.long), (signed("0"), signed("-0.5")));
    // She is paid all that she is owed.
    let done = chain.trade("alice", 98 * S100, base(0));
    assert!(done.realised.funding > money("1999999999"));
}

#[test]
fn one_shorts_claim_is_not_hidden_behind_anothers_debt() {
    let mut chain = feed(params());
    chain.reference("-0.1", 10 * YEAR, vec![]);
    chain.trade("alice", -S100, quote(500 * ONE));
    chain.seconds(YEAR);
    chain.reference("0.1", 10 * YEAR, vec![]);
    chain.trade("bob", -S100, quote(500 * ONE));
    chain.seconds(YEAR);
    // Alice paid 100 and earned 50, bob earned 50: together they are at zero, and bob can claim 50.
    assert_eq!((earned(&chain, "alice").as_str(), earned(&chain, "bob").as_str()), ("-50000000", "50000000"));
    let state = chain.state();
    assert_eq!(state.short.funding, money("0"));
    assert_eq!(state.short.owed, money("100000000"));
    assert_eq!(chain.solvency().reserve, money("2100000000"));
}

#[test]
fn accrual_goes_on_while_everything_is_paused() {
    let mut chain = ten_percent();
    chain.trade("alice", -S100, quote(500 * ONE));
    use MarketAction::{Increase, Liquidate, MarginIn, MarginOut, PoolIn, PoolOut, Reduce};
    chain.pause("guardian", &[Increase, Reduce, MarginIn, MarginOut, Liquidate, PoolIn, PoolOut]).unwrap();
    chain.seconds(YEAR / 2);
    chain.resume("owner", &[Increase, MarginOut, Liquidate, PoolIn, PoolOut]).unwrap();
    chain.seconds(YEAR / 2);
    assert_eq!(earned(&chain, "alice"), "50000000");
}

#[test]
fn funding_ahead_is_what_then_is_earned() {
    let mut chain = feed(MarketParams::defaults(6));
    chain.reference("0.1", 12 * HOUR, vec![]);
    chain.trade("alice", -S100, quote(500 * ONE));
    chain.trade("bob", S100 / 2, quote(500 * ONE));
    let at = chain.app.block_info().time.plus_seconds(DAY);
    let ahead: FundingResponse = chain.ask(QueryMsg::Funding { market: NAME.into(), at: Some(at) });
    chain.seconds(DAY);
    assert_eq!(ahead.at, chain.app.block_info().time);
    let close = |whole: Money, position: Money, coins: &str| {
        let expected = whole.mul_floor(dec(coins)).unwrap();
        let off = expected.minus(position).unwrap().abs();
        assert!(off < dec("0.000001"), "{expected} and {position}");
    };
    close(ahead.short_per_base, chain.position("alice").position.funding, "100");
    close(ahead.long_per_base, chain.position("bob").position.funding, "50");
    assert_eq!(ahead.slack, chain.solvency().slack);
}

#[test]
fn the_index_of_an_empty_side_does_not_move() {
    let mut chain = ten_percent();
    chain.trade("alice", -S100, quote(500 * ONE));
    chain.seconds(YEAR);
    chain.trade("bob", S100 / 2, quote(500 * ONE));
    assert_eq!(earned(&chain, "bob"), "0");
}

#[test]
fn a_gap_of_ten_years_does_not_overflow() {
    let mut chain = constant("2", params());
    chain.trade("alice", -S100, quote(500 * ONE));
    chain.seconds(10 * YEAR);
    assert_eq!(earned(&chain, "alice"), "10000000000");
    chain.trade("alice", S100, quote(0));
    let far: FundingResponse =
        chain.ask(QueryMsg::Funding { market: NAME.into(), at: Some(Timestamp::from_nanos(u64::MAX)) });
    assert_eq!(far.short_per_base, money("0"));
}

/// The total that a unit of short notional has earned; its earnings over a time are a difference.
fn short_earned(chain: &Chain) -> f64 {
    chain.funding().rates.short_earned.to_string().parse().unwrap()
}

#[test]
fn what_a_short_has_earned_is_its_real_rate_over_time() {
    let close = |found: f64, right: f64| assert!((found - right).abs() < 1e-9, "{found} instead of {right}");
    let mut chain = ten_percent();
    // Three days passed in the set-up: alone, a short would be paid the pass-through.
    let start = short_earned(&chain);
    close(start, 3.0 * 0.05 / 365.0);
    chain.trade("alice", -S100, quote(500 * ONE));
    chain.seconds(YEAR);
    close(short_earned(&chain) - start, 0.05);
    // Two fifths are matched: 0.4 * 10 % + 0.6 * 5 %.
    chain.trade("bob", S100 * 2 / 5, quote(500 * ONE));
    chain.seconds(YEAR / 2);
    close(short_earned(&chain) - start, 0.05 + 0.035);
    // If there are only longs, the first unit of a short is matched.
    chain.trade("alice", S100, quote(0));
    chain.seconds(YEAR / 4);
    close(short_earned(&chain) - start, 0.05 + 0.035 + 0.025);
    // The forecast is what it will be.
    let at = chain.app.block_info().time.plus_seconds(YEAR);
    let ahead: FundingResponse = chain.ask(QueryMsg::Funding { market: NAME.into(), at: Some(at) });
    chain.seconds(YEAR);
    assert_eq!(ahead.rates.short_earned, chain.funding().rates.short_earned);
}

#[test]
fn a_short_that_pays_pays_the_full_rate_whoever_is_there() {
    let mut chain = constant("-0.1", params());
    let start = short_earned(&chain);
    chain.seconds(YEAR);
    assert!((short_earned(&chain) - start + 0.1).abs() < 1e-9);
    chain.trade("alice", -S100, quote(500 * ONE));
    chain.seconds(YEAR);
    assert!((short_earned(&chain) - start + 0.2).abs() < 1e-9);
}

/// One message per block at another rate used to distort the mean of the forecast. The sum weights a rate with the time
/// in which it was in force.
#[test]
fn a_rate_that_stands_for_one_block_weighs_one_block() {
    let mut chain = constant("0.1", MarketParams { pass_through: dec("0"), ..params() });
    chain.trade("alice", -S100, quote(500 * ONE));
    let start = short_earned(&chain);
    for _ in 0..100 {
        // Matched while somebody looks, and alone in between.
        chain.trade("bob", S100, quote(500 * ONE));
        assert_eq!(chain.funding().rates.short, signed("0.1"));
        chain.trade("bob", -S100, quote(0));
        chain.seconds(300);
    }
    assert_eq!(short_earned(&chain), start);
}

#[test]
fn a_reference_that_goes_stale_counts_until_then() {
    let mut chain = feed(params());
    chain.reference("0.1", 12 * HOUR, vec![]);
    chain.trade("alice", -S100, quote(500 * ONE));
    let start = short_earned(&chain);
    chain.seconds(2 * DAY);
    assert!((short_earned(&chain) - start - 0.05 / 730.0).abs() < 1e-12);
}

#[test]
fn what_slack_does_not_allow_is_not_earned() {
    let mut wide = params();
    (wide.open_interest_cap, wide.headroom) = (dec("1"), dec("0"));
    (wide.size_added_cap, wide.skew_scale) = (dec("2"), dec("1"));
    let mut chain = constant("0.5", wide);
    chain.trade("alice", -98 * S100, base(9_000 * ONE));
    let start = short_earned(&chain);
    chain.seconds(YEAR);
    // 2,000 dollars of slack on 98,000 instead of a quarter.
    assert!((short_earned(&chain) - start - 2_000.0 / 98_000.0).abs() < 1e-9);
}

use ballast_types::market::FundingResponse;
use ballast_types::Money;
