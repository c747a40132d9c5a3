//! Liquidation.

use ballast_types::market::{LiquidationPrice, MarketAction, MarketParams};
use ballast_types::oracle::Flag;
use ballast_types::Purse;
use cosmwasm_std::{Int128, Uint128};
use perp_engine::EngineError;

use crate::market::*;

const S100: i128 = 100 * ONE as i128;

/// A short of 100 at 10 with 100.7 dollars of margin: equity is 1,100.7 - 100.07 P, maintenance 2.5 P, so that it is
/// liquidatable above 1,100.7 / 102.57 = 10.73120795...
fn thin_short() -> Chain {
    let mut chain = Chain::new();
    chain.trade("alice", -S100, quote(101 * ONE + 400_000));
    chain
}

#[test]
fn liquidatable_exactly_below_maintenance() {
    let mut chain = thin_short();
    let LiquidationPrice::Above(price) = chain.position("alice").measures.liquidation_price else { panic!("above") };
    assert_eq!(price, dec("10.731207955542556300"));
    chain.price("10.7312079555");
    let error = refused(chain.liquidate("alice"));
    let EngineError::NotLiquidatable { margin_ratio, maintenance } = error else { panic!("{error}") };
    assert!(margin_ratio >= signed("0.025") && margin_ratio < signed("0.02500001"), "{margin_ratio}");
    assert_eq!(maintenance, dec("0.025"));
    chain.price("10.7312079556");
    assert_eq!(chain.position("alice").measures.liquidation_price, LiquidationPrice::Now);
    chain.liquidate("alice").unwrap();
}

#[test]
fn a_healthy_position_or_none_is_never_liquidated() {
    let mut chain = thin_short();
    assert!(matches!(refused(chain.liquidate("alice")), EngineError::NotLiquidatable { .. }));
    assert!(matches!(refused(chain.liquidate("bob")), EngineError::NotLiquidatable { .. }));
}

#[test]
fn the_least_size_is_closed_that_brings_equity_back_to_the_initial_ratio() {
    let mut chain = thin_short();
    chain.price("10.9");
    let keeper = chain.wallet("keeper");
    let done = chain.liquidate("alice").unwrap();
    assert!(done.settled);
    // Settled, the margin is 10.7. Closing x: 10.7 - 0.0545 x - 0.00763 (100 - x) >= 1.09 (100 - x), so x is at least
    // 99.063 / 1.04313 = 94.96707025...: rounded up to 94,967,071, whose fee of 5,175,705.4 rounded up is within it.
    let closed = done.closed.u128();
    assert_eq!(closed, 94_967_071);
    // Half of the fee, 0.5 % of x * 10.9, is the keeper's.
    let fee = (closed * 109).div_ceil(2_000);
    assert_eq!(done.reward, quote(fee / 2));
    assert_eq!(chain.wallet("keeper"), keeper.plus(done.reward).unwrap());
    // The part of the settled entry is rounded down: one unit.
    assert_eq!(done.after.margin, quote(10_700_000 - 1 - fee));
    assert_eq!((done.insured.u128(), done.bad_debt.u128()), (0, 0));
    let ratio = chain.position("alice").measures.margin_ratio.unwrap();
    assert!(ratio >= signed("0.1") && ratio < signed("0.1000002"), "{ratio}");
    // It is healthy now: nobody can do it again.
    assert!(matches!(refused(chain.liquidate("alice")), EngineError::NotLiquidatable { .. }));
}

#[test]
fn no_less_would_have_done() {
    let mut chain = thin_short();
    chain.price("10.9");
    let done = chain.liquidate("alice").unwrap();
    // Equity less the initial margin after closing x, in hundred-thousandths of a unit of quote.
    let spare = |closed: u128| {
        let rest = 100 * ONE - closed;
        let fee = (closed * 109).div_ceil(2_000);
        let needed = rest * 763 + rest * 109_000;
        (10_700_000 - fee) as i128 * 100_000 - needed as i128
    };
    assert!(spare(done.closed.u128()) >= 0);
    assert!(spare(done.closed.u128() - 1) < 0);
}

#[test]
fn settling_alone_cures_a_short_on_coin_margin_because_a_paid_loss_frees_haircut() {
    let mut chain = Chain::new();
    chain.trade("alice", -S100, base(20 * ONE));
    // 0.9 * 19.929915 P + 1,000 - 100.07 P < 2.5 P from 11.8152... on.
    chain.price("11.82");
    let before = chain.position("alice").measures;
    assert_eq!(before.liquidation_price, LiquidationPrice::Now);
    let keeper = chain.wallet("keeper");
    let done = chain.liquidate("alice").unwrap();
    assert_eq!((done.settled, done.closed, done.reward), (true, Uint128::zero(), Purse::EMPTY));
    assert_eq!(done.after.size, Int128::new(-S100));
    // 182 dollars at 11.82 * 0.9998 * 0.999 = 11.80581836...: 15,416,127.45 units.
    assert_eq!(done.after.margin, base(19_929_915 - 15_416_128));
    assert_eq!(chain.wallet("keeper"), keeper);
    assert!(chain.position("alice").measures.margin_ratio > before.margin_ratio);
}

#[test]
fn the_whole_is_closed_when_the_rest_would_be_below_the_least_position() {
    let mut chain = thin_short();
    // Equity of 3.1 at 10.97 would keep less than 10 dollars' worth.
    chain.price("10.992");
    let done = chain.liquidate("alice").unwrap();
    assert_eq!((done.closed.u128(), done.after.size), (100 * ONE, Int128::zero()));
    // Margin 1.5 after the loss of 99.2; the fee of 5.496 takes all of it, half for the keeper.
    assert_eq!((done.reward, done.after.margin), (quote(750_000), Purse::EMPTY));
    assert!(chain.positions().is_empty());
}

#[test]
fn what_is_left_of_the_purse_stays_the_owners_and_is_not_sent_unasked() {
    let mut small = params();
    small.min_position = Uint128::new(990 * ONE);
    let mut chain = Chain::with(small);
    chain.trade("alice", -S100, quote(101 * ONE + 400_000));
    chain.price("10.74");
    let alice = chain.wallet("alice");
    let done = chain.liquidate("alice").unwrap();
    // 100.7 - 74 - 0.5 % of 1,074.
    assert_eq!(done.after.margin, quote(26_700_000 - 5_370_000));
    assert_eq!(chain.wallet("alice"), alice);
    chain.adjust("alice", take_out(quote(21_330_000)), quote(0)).unwrap();
    assert!(chain.positions().is_empty());
}

#[test]
fn margined_a_deficit_is_insurances_then_the_pools_and_counted_at_once_and_once() {
    let mut chain = thin_short();
    chain.price("12");
    let before = chain.solvency();
    assert_eq!(before.insurance, quote(125_000));
    let done = chain.liquidate("alice").unwrap();
    // 200 lost of which 100.7 are there; 99.3 missing.
    assert_eq!(done.closed.u128(), 100 * ONE);
    assert_eq!((done.insured.u128(), done.bad_debt.u128()), (125_000, 99_300_000 - 125_000));
    assert_eq!(done.reward, Purse::EMPTY);
    let after = chain.solvency();
    assert_eq!((after.insured, after.bad_debt), (done.insured, done.bad_debt));
    assert_eq!(after.insurance, Purse::EMPTY);
    assert_eq!(after.pool, before.pool.plus(quote(100_700_000 + 125_000)).unwrap());
    // No stranger's margin, no second payment.
    assert!(chain.liquidate("alice").is_err());
    assert_eq!(chain.solvency(), after);
}

#[test]
fn insurance_pays_in_base_at_the_low_price_when_its_quote_is_gone() {
    let mut chain = Chain::new();
    chain.set_hedger(Some("bob"));
    chain.trade("bob", -40 * S100, base(4_000 * ONE));
    chain.trade("alice", -S100, quote(101 * ONE + 400_000));
    let insurance = chain.solvency().insurance;
    assert!(insurance.base.u128() > 4 * ONE / 10 && insurance.quote.u128() == 125_000, "{insurance:?}");
    chain.price("11.01");
    let done = chain.liquidate("alice").unwrap();
    // 101 lost, 100.7 there: 0.3 missing; 0.125 in quote, 0.175 at 11.01 * 0.9998 = 11.007798: 15,897.9 units.
    assert_eq!((done.insured.u128(), done.bad_debt.u128()), (300_000, 0));
    assert_eq!(chain.solvency().insurance, base(insurance.base.u128() - 15_898));
}

#[test]
fn a_liquidation_is_not_refused_for_slack_but_closes_without_settling() {
    let mut wide = params();
    (wide.open_interest_cap, wide.headroom) = (dec("1"), dec("0"));
    (wide.size_added_cap, wide.skew_scale) = (dec("2"), dec("1"));
    let mut chain = Chain::with(wide);
    // A short of nearly all the pool on coin margin: settling would reserve more than there is.
    chain.trade("alice", -100 * S100, base(2_000 * ONE));
    chain.price("11.83");
    let done = chain.liquidate("alice").unwrap();
    assert!(!done.settled);
    assert!(!done.closed.is_zero() && done.after.size < Int128::zero(), "{done:?}");
    assert_eq!(done.bad_debt, Uint128::zero());
    let ratio = chain.position("alice").measures.margin_ratio.unwrap();
    assert!(ratio >= signed("0.1") && ratio < signed("0.1001"), "{ratio}");
}

#[test]
fn below_zero_equity_the_whole_is_closed_also_where_less_would_free_enough_haircut() {
    let mut wide = params();
    (wide.open_interest_cap, wide.headroom) = (dec("1"), dec("0"));
    (wide.size_added_cap, wide.skew_scale) = (dec("2"), dec("1"));
    let mut chain = Chain::with(wide);
    chain.trade("alice", -100 * S100, base(2_000 * ONE));
    // Equity 0.9 * 1,992.9915 P + 100,000 - 10,007 P is below zero from 12.1746... on; the coins are worth more than
    // the loss, and settling would reserve more than there is.
    chain.price("12.18");
    assert!(chain.position("alice").measures.equity < money("0"));
    let done = chain.liquidate("alice").unwrap();
    assert!(!done.settled);
    assert_eq!((done.after.size, done.bad_debt), (Int128::zero(), Uint128::zero()));
}

#[test]
fn the_fee_comes_from_quote_first_then_from_base() {
    let mut chain = Chain::new();
    chain.trade("alice", -S100, purse(2 * ONE, 91 * ONE + 700_000));
    chain.price("10.9");
    let before = chain.solvency().insurance;
    let done = chain.liquidate("alice").unwrap();
    // Settled: 90 lost, one dollar of quote left, less a unit of rounding. The fee is more than that.
    assert_eq!(done.reward.quote.u128(), 999_999 / 2);
    assert!(!done.reward.base.is_zero() && done.after.margin.quote.is_zero());
    assert!(!done.after.margin.base.is_zero());
    // The odd unit of each coin goes to insurance.
    let paid = base(2 * ONE).minus(base(done.after.margin.base.u128())).unwrap().plus(quote(999_999)).unwrap();
    assert_eq!(chain.solvency().insurance, before.plus(paid).unwrap().minus(done.reward).unwrap());
}

#[test]
fn perp_v1_2022_a_liquidation_moves_nobody_elses_mark_equity_or_margin() {
    let mut chain = thin_short();
    chain.trade("bob", -S100, base(30 * ONE));
    chain.trade("carol", S100, quote(300 * ONE));
    chain.price("12");
    let (bob, carol) = (chain.position("bob"), chain.position("carol"));
    assert!(chain.liquidate("alice").unwrap().bad_debt > Uint128::zero());
    for (before, who) in [(bob, "bob"), (carol, "carol")] {
        let after = chain.position(who);
        assert_eq!((after.position, after.measures), (before.position, before.measures));
    }
}

#[test]
fn a_long_is_liquidated_when_the_price_falls() {
    let mut chain = Chain::new();
    // 100.7 + 100 P - 1,000 - 0.07 P < 2.5 P below 899.3 / 97.43 = 9.2302165...
    chain.trade("bob", S100, quote(101 * ONE + 400_000));
    let LiquidationPrice::Below(price) = chain.position("bob").measures.liquidation_price else { panic!("below") };
    assert!(price >= dec("9.230216") && price < dec("9.230217"), "{price}");
    chain.price("9.2303");
    assert!(chain.liquidate("bob").is_err());
    chain.price("9.2302");
    let done = chain.liquidate("bob").unwrap();
    assert!(done.after.size > Int128::zero());
}

#[test]
fn liquidation_is_off_while_nobody_can_defend_and_for_the_grace_after() {
    for action in [MarketAction::Reduce, MarketAction::MarginIn] {
        let mut chain = thin_short();
        chain.pause("guardian", &[action]).unwrap();
        chain.price("10.9");
        let off = EngineError::Paused { action: MarketAction::Liquidate };
        assert_eq!(refused(chain.liquidate("alice")), off);
        // Six hours of pause (five seconds of which are over), one of grace.
        chain.seconds(6 * HOUR - 5);
        assert!(chain.state().status.allows(action));
        assert_eq!(refused(chain.liquidate("alice")), off);
        chain.seconds(HOUR - 1);
        assert_eq!(refused(chain.liquidate("alice")), off);
        chain.seconds(1);
        chain.liquidate("alice").unwrap();
    }
}

#[test]
fn the_guardian_can_switch_liquidation_off_by_itself_and_the_owner_on() {
    let mut chain = thin_short();
    chain.pause("guardian", &[MarketAction::Liquidate]).unwrap();
    chain.price("10.9");
    assert_eq!(refused(chain.liquidate("alice")), EngineError::Paused { action: MarketAction::Liquidate });
    chain.resume("owner", &[MarketAction::Liquidate]).unwrap();
    chain.liquidate("alice").unwrap();
}

#[test]
fn a_pause_of_other_actions_does_not_block_it() {
    let mut chain = thin_short();
    use MarketAction::{Increase, MarginOut, PoolIn, PoolOut};
    chain.pause("guardian", &[Increase, MarginOut, PoolIn, PoolOut]).unwrap();
    chain.price("10.9");
    chain.liquidate("alice").unwrap();
}

#[test]
fn nothing_is_liquidated_at_a_stale_or_jumping_price_but_at_an_uncertain_one() {
    for flag in [Flag::Stale, Flag::Jump, Flag::Missing, Flag::Invalid, Flag::Future] {
        let mut chain = thin_short();
        chain.price("10.9");
        chain.adjust("bob", order(), quote(1)).unwrap();
        chain.flags = vec![flag];
        chain.price("10.9");
        assert!(matches!(refused(chain.liquidate("alice")), EngineError::PriceFlagged { .. }), "{flag:?}");
    }
    for flags in [vec![Flag::Uncertain], vec![Flag::Uncertain, Flag::Secondary]] {
        let mut chain = thin_short();
        chain.flags = flags;
        chain.price("10.9");
        chain.liquidate("alice").unwrap();
    }
}

/// A healthy short: 100 at 10 with 32.3 coins of margin, at 14.08. It owes 408 and holds 454.78.
fn sound_short(confidence: &str, flags: Vec<Flag>) -> Chain {
    let mut chain = Chain::new();
    chain.trade("alice", -S100, base(32_300_000 + 70_085));
    (chain.confidence, chain.flags) = (dec(confidence), flags);
    chain.price("14.08");
    chain
}

/// One publisher's confidence of 0.9 once took all of its margin, and 181 were booked as bad debt although 455 were
/// paid for 408 owed.
#[test]
fn a_wide_confidence_takes_no_sound_margin_and_makes_no_debt() {
    let mut chain = sound_short("0.9", vec![Flag::Uncertain, Flag::Secondary]);
    assert!(chain.liquidate("alice").is_err());
    let mut chain = sound_short("0.9", vec![Flag::Uncertain]);
    let error = refused(chain.liquidate("alice"));
    // At the lower end, 1.408: 0.9 * 45.4784 + 1,000 - 140.8 - 0.09856 over 140.8.
    let EngineError::NotLiquidatable { margin_ratio, .. } = error else { panic!("{error}") };
    assert!(margin_ratio >= signed("6.39227") && margin_ratio < signed("6.39228"), "{margin_ratio}");
    assert!(chain.positions().iter().all(|position| !position.liquidatable));
    // Without it the debt is paid and that cures it: 408 at 14.08 * 0.9998 * 0.999 = 14.063106816 a coin are 29,012,081.1
    // units.
    let mut chain = sound_short("0", vec![]);
    assert!(chain.positions()[0].liquidatable);
    let done = chain.liquidate("alice").unwrap();
    assert_eq!((done.settled, done.closed.u128(), done.bad_debt.u128()), (true, 0, 0));
    assert_eq!(done.after.margin, base(32_300_000 - 29_012_082));
}

/// If the margin covers a debt at the full price, the pool bears no bad debt, even if it does not cover it at the
/// paying price.
#[test]
fn a_deficit_is_what_is_missing_after_what_came_in() {
    let mut chain = Chain::new();
    // 9.97 coins; at 11.107 they are worth 110.737 and pay 110.604 of the 110.7 owed.
    chain.trade("alice", -S100, base(22 * ONE));
    let most = chain.position("alice").withdrawable.base.u128();
    chain.adjust("alice", take_out(base(most)), base(0)).unwrap();
    let margin = chain.position("alice").position.margin.base.u128();
    // 11.19 coins carry the initial 10 %; find the price at which the loss lies between what they pay and what they are
    // worth: (P - 10) * 100 = margin * P * 0.9994 is at P = 1,000 / (100 - 0.9994 * margin).
    let price = 1_000.0 / (100.0 - 0.9994 * margin as f64 / 1e6);
    chain.price(&format!("{price:.6}"));
    let owed = (price - 10.0) * 100.0;
    let (worth, pays) = (margin as f64 / 1e6 * price, margin as f64 / 1e6 * price * 0.9998 * 0.999);
    assert!(pays < owed && owed < worth, "{pays} {owed} {worth}");
    let done = chain.liquidate("alice").unwrap();
    assert_eq!((done.closed.u128(), done.after.margin), (100 * ONE, Purse::EMPTY));
    assert_eq!((done.insured.u128(), done.bad_debt.u128()), (0, 0));
}

#[test]
fn it_is_judged_at_both_ends_of_the_confidence_interval_and_done_at_the_price() {
    // At 10.9 equity is 9.94 where 27.25 are needed; at 10.682, 2 % below, 31.75 where 26.7 are; at 10.791, 1 % below, 20.84.
    let at = |confidence: &str| {
        let mut chain = thin_short();
        chain.confidence = dec(confidence);
        chain.price("10.9");
        chain.liquidate("alice")
    };
    let error = refused(at("0.02"));
    let EngineError::NotLiquidatable { margin_ratio, .. } = error else { panic!("{error}") };
    assert!(margin_ratio > signed("0.0297") && margin_ratio < signed("0.0298"), "{margin_ratio}");
    // Without the flag it is done at the price, exactly as without a confidence interval.
    assert_eq!(at("0.01").unwrap(), at("0").unwrap());
}

#[test]
fn with_a_flagged_confidence_it_is_done_at_the_end_that_favours_the_position() {
    let mut chain = thin_short();
    (chain.confidence, chain.flags) = (dec("0.01"), vec![Flag::Uncertain]);
    chain.price("10.9");
    let done = chain.liquidate("alice").unwrap();
    // At 10.791: settled, the margin is 21.6. Closing x: 21.6 - 0.053955 x - 0.0075537 (100 - x) >= 1.0791 (100 - x), so x
    // is at least 87.06537 / 1.0326987 = 84.30858874...
    assert!(done.settled);
    assert_eq!(done.closed.u128(), 84_308_589);
    // Half of 0.5 % of 84.308589 * 10.791, rounded up: 4.548870 in all.
    assert_eq!(done.reward, quote(4_548_870 / 2));
    assert_eq!(done.after.entry_value.u128() / 1_000, 15_691_411 * 10_791 / 1_000 / 1_000);

    // The upper end is better for a long.
    let mut chain = Chain::new();
    chain.trade("bob", S100, quote(101 * ONE + 400_000));
    (chain.confidence, chain.flags) = (dec("0.005"), vec![Flag::Uncertain]);
    chain.price("9.15");
    let done = chain.liquidate("bob").unwrap();
    // At 9.19575: 80.425 lost.
    assert_eq!(
        done.after.entry_value.u128() / 1_000,
        done.after.size.unsigned_abs().u128() * 919_575 / 100_000 / 1_000
    );
    // A little wider and it is healthy: at 9.25065 equity is 25.123 where 23.127 are needed.
    let mut chain = Chain::new();
    chain.trade("bob", S100, quote(101 * ONE + 400_000));
    (chain.confidence, chain.flags) = (dec("0.011"), vec![Flag::Uncertain]);
    chain.price("9.15");
    assert!(matches!(refused(chain.liquidate("bob")), EngineError::NotLiquidatable { .. }));
}

/// A straddle of 10x with a jump of 14.9 %, which the oracle accepts unconfirmed, took 276 from the pool. The initial
/// ratio survives it, in either coin: the coins of a long fall with its price, so they count for less.
#[test]
fn a_straddle_on_the_greatest_unconfirmed_jump_takes_nothing_from_the_pool() {
    let defaults = MarketParams { slope: dec("0"), ..MarketParams::defaults(6) };
    // 25,000 a side. In quote 15 % and fee and spread, once paid and once kept. In coins at 10 the same, of which a short's
    // count nine tenths, and a long's 0.85 * 0.9998 * 0.999 = 0.84898.
    let least = 25_000 * ONE * 15 / 100 + 35 * ONE;
    let coins = |counted: f64| base((least as f64 / counted / 10.0) as u128 + 2 * ONE);
    for (margins, price) in [
        ([quote(least), quote(least)], "11.5"),
        ([quote(least), quote(least)], "8.5"),
        ([coins(0.84898), coins(0.9)], "11.5"),
        ([coins(0.84898), coins(0.9)], "8.5"),
    ] {
        let mut chain = Chain::with(defaults.clone());
        let before = chain.pool("lp").value_low;
        chain.trade("alice", 25 * S100, margins[0]);
        chain.trade("bob", -25 * S100, margins[1]);
        for who in ["alice", "bob"] {
            let size = if who == "alice" { S100 } else { -S100 };
            assert!(chain.adjust(who, delta(size / 8), base(0)).is_err(), "{who} has more than the initial margin");
        }
        chain.price(price);
        let (loser, winner, close) = if price == "11.5" { ("bob", "alice", -25) } else { ("alice", "bob", 25) };
        let done = chain.liquidate(loser).unwrap();
        assert_eq!((done.insured.u128(), done.bad_debt.u128()), (0, 0), "{margins:?} at {price}");
        chain.trade(winner, close * S100, base(0));
        assert!(chain.pool("lp").value_low >= before, "{margins:?} at {price}");
    }
}
