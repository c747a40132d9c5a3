//! Liquidity providers.

use ballast_types::market::{ExecuteMsg, MarketAction};
use ballast_types::Purse;
use cosmwasm_std::{coin, Uint128};
use perp_engine::EngineError;

use crate::market::*;

const S100: i128 = 100 * ONE as i128;

#[test]
fn shares_begin_at_a_million_a_unit_and_the_second_provider_gets_the_same() {
    let mut chain = Chain::new();
    // 100,000,000,000 units times the virtual 10^6 shares over the virtual value of 1.
    assert_eq!(chain.pool("lp").shares.u128(), POOL * 1_000_000);
    assert_eq!(chain.fund_pool("bob", POOL / 2).unwrap().shares.u128(), POOL / 2 * 1_000_000);
    assert_eq!(chain.pool("bob").total_shares.u128(), POOL * 3 / 2 * 1_000_000);
}

#[test]
fn a_deposit_sees_traders_losses_in_full_at_the_upper_end_of_the_band_and_a_withdrawal_sees_none_of_them() {
    let mut chain = Chain::new();
    chain.trade("alice", -S100, quote(500 * ONE));
    chain.price("12");
    let pool = chain.pool("lp");
    // Costs of 0.7 less 0.125 for insurance came in. The short's loss at 12.0024 is 200.24.
    let quote = POOL + 575_000;
    assert_eq!(pool.value_high, money(&(quote + 200_240_000).to_string()));
    assert_eq!(pool.value_low, money(&quote.to_string()));
}

#[test]
fn traders_gains_are_the_pools_debt_at_the_worse_end_of_the_band() {
    let mut chain = Chain::new();
    chain.trade("alice", -S100, quote(500 * ONE));
    chain.trade("bob", 2 * S100, quote(500 * ONE));
    chain.price("11");
    let pool = chain.pool("lp");
    let quote = (POOL + 3 * 575_000) as i128;
    // Bob wins 200 at 11, 199.56 at 10.9978, 200.44 at 11.0022; alice loses 100.22 at 11.0022, which nobody withdraws.
    assert_eq!(pool.value_high, money(&(quote - 199_560_000 + 100_220_000).to_string()));
    assert_eq!(pool.value_low, money(&(quote - 200_440_000).to_string()));
}

#[test]
fn a_loss_is_withdrawn_once_it_is_settled() {
    let mut chain = Chain::new();
    chain.trade("alice", -S100, quote(500 * ONE));
    chain.price("13");
    assert_eq!(chain.pool("lp").value_low, money(&(POOL + 575_000).to_string()));
    chain.settle_loss(&["alice"]).unwrap();
    // 300 came in; at 12.9974 the short would win 0.26 again.
    assert_eq!(chain.pool("lp").value_low, money(&(POOL + 575_000 + 299_740_000).to_string()));
}

#[test]
fn a_withdrawal_is_paid_in_kind() {
    let mut chain = Chain::new();
    chain.trade("alice", -S100, base(150 * ONE));
    chain.price("20");
    chain.adjust("alice", settle(), base(0)).unwrap();
    chain.trade("alice", S100, base(0));
    let (pool, before) = (chain.solvency().pool, chain.wallet("lp"));
    let half = chain.pool("lp").shares.checked_div(Uint128::new(2)).unwrap();
    let paid = chain.leave_pool("lp", half).unwrap().paid;
    assert_eq!(chain.wallet("lp"), before.plus(paid).unwrap());
    // Base at 19.996 low over base at 20.004 high: the part is a little less than half.
    let value = |price: f64| pool.base.u128() as f64 * price + pool.quote.u128() as f64;
    let part = 0.5 * value(19.996) / value(20.004);
    for (paid, held) in [(paid.base, pool.base), (paid.quote, pool.quote)] {
        let expected = held.u128() as f64 * part;
        assert!((paid.u128() as f64 - expected).abs() < 3.0, "{paid} instead of {expected}");
    }
}

#[test]
fn deposit_and_withdrawal_at_one_price_gain_nothing() {
    let mut chain = Chain::new();
    chain.trade("alice", -S100, base(150 * ONE));
    chain.price("13");
    let before = chain.wallet("bob");
    let shares = chain.fund_pool("bob", 1_000 * ONE).unwrap().shares;
    chain.seconds(BAR);
    chain.leave_pool("bob", shares).unwrap();
    let after = chain.wallet("bob");
    let base_back = after.base - before.base;
    let value = after.quote.u128() + base_back.u128() * 13;
    assert!(value <= before.quote.u128(), "{value} of {}", before.quote);
    // It paid little for the band and for the open loss, which it does not get back before that is settled.
    // It is a hundredth of the pool, and 300 are open.
    assert!(value > before.quote.u128() - 3 * ONE, "{value} of {}", before.quote);
}

#[test]
fn a_withdrawal_never_touches_reserve_and_headroom() {
    let mut chain = Chain::new();
    chain.set_hedger(Some("alice"));
    chain.trade("alice", -40 * S100, base(5_000 * ONE));
    // 40,000 dollars are reserved for the short and 8,000 are headroom: of 100,000 dollars 52,000 may leave.
    let shares = |part: u128| Some(Uint128::new(POOL * 1_000_000 / 1_000 * part));
    chain.request("lp", Uint128::new(POOL * 1_000_000)).unwrap();
    chain.seconds(NOTICE);
    let error = refused(chain.withdraw("lp", shares(521)));
    assert!(matches!(error, EngineError::Slack { .. }), "{error}");
    chain.withdraw("lp", shares(519)).unwrap();
    assert!(chain.solvency().slack >= money("8000000000"));
    // With no open positions all of it leaves except for the virtual shares' dust.
    chain.trade("alice", 40 * S100, base(0));
    chain.withdraw("lp", None).unwrap();
    let left = chain.solvency().pool;
    assert!(left.base.u128() < 2_000 && left.quote.u128() < 30 * ONE, "{left:?}");
}

#[test]
fn the_first_depositor_cannot_make_shares_too_dear_for_the_second() {
    let mut chain = Chain::without_pool(params(), ballast_types::market::Reference::Constant { rate: signed("0") });
    chain.fund_pool("alice", 1).unwrap();
    chain.donate("alice", &[coin(POOL, QUOTE)]);
    let shares = chain.fund_pool("bob", 1_000 * ONE).unwrap().shares;
    assert_eq!(shares.u128(), 1_000 * ONE * 1_000_000);
    chain.seconds(BAR);
    let paid = chain.leave_pool("bob", shares).unwrap().paid;
    assert!(paid.quote.u128() >= 1_000 * ONE - 1, "{paid:?}");
}

#[test]
fn a_donation_moves_no_share() {
    let mut chain = Chain::new();
    let before = chain.pool("lp");
    chain.donate("bob", &[coin(ONE, BASE), coin(ONE, QUOTE)]);
    assert_eq!(chain.pool("lp"), before);
}

#[test]
fn min_amounts_are_kept() {
    let mut chain = Chain::new();
    let min = Uint128::new(ONE * 1_000_000 + 1);
    let msg = ExecuteMsg::PoolDeposit { market: NAME.into(), min_shares: Some(min) };
    let error = chain.send("bob", &msg, quote(ONE)).unwrap_err();
    assert_eq!(error, ContractError::TooFewShares { shares: min - Uint128::one(), min });
    let shares = Uint128::new(ONE * 1_000_000);
    chain.request("lp", shares).unwrap();
    chain.seconds(NOTICE);
    let (shares, min_paid) = (None, Some(quote(ONE + 1)));
    let msg = ExecuteMsg::PoolWithdraw { market: NAME.into(), shares, min_paid };
    let error = chain.send("lp", &msg, Purse::EMPTY).unwrap_err();
    assert!(matches!(error, ContractError::TooLittle { coin: "quote", .. }), "{error}");
}

#[test]
fn nobody_gives_up_more_shares_than_they_have_nor_none() {
    let mut chain = Chain::new();
    let held = chain.pool("lp").shares;
    let (more, nothing) = (held + Uint128::one(), Some(Uint128::zero()));
    let too_many = |shares| ContractError::NotEnoughShares { asked: more, shares };
    assert_eq!(chain.request("lp", more).unwrap_err(), too_many(held));
    assert!(chain.request("carol", Uint128::one()).is_err());
    assert_eq!(refused(chain.request("lp", Uint128::zero())), EngineError::Nothing { what: "shares" });
    let part = held.checked_sub(Uint128::one()).unwrap();
    chain.request("lp", part).unwrap();
    chain.seconds(NOTICE);
    // Only what was requested, although there are more.
    assert_eq!(chain.withdraw("lp", Some(more)).unwrap_err(), too_many(part));
    assert_eq!(refused(chain.withdraw("lp", nothing)), EngineError::Nothing { what: "coins" });
}

#[test]
fn wrong_extra_and_no_coins_are_refused() {
    let mut chain = Chain::new();
    let deposit = ExecuteMsg::PoolDeposit { market: NAME.into(), min_shares: None };
    for funds in [base(ONE), purse(ONE, ONE), Purse::EMPTY] {
        assert!(matches!(chain.send("bob", &deposit, funds), Err(ContractError::Payment(_))), "{funds:?}");
    }
    let (market, one) = (NAME.to_string(), Uint128::one());
    for msg in [
        ExecuteMsg::PoolWithdraw { market: market.clone(), shares: Some(one), min_paid: None },
        ExecuteMsg::PoolRequest { market: market.clone(), shares: one },
        ExecuteMsg::PoolCancel { market, provider: None },
    ] {
        assert!(matches!(chain.send("lp", &msg, quote(1)), Err(ContractError::Payment(_))), "{msg:?}");
    }
}

#[test]
fn both_ways_have_their_switch() {
    let mut chain = Chain::new();
    chain.pause("guardian", &[MarketAction::PoolIn, MarketAction::PoolOut]).unwrap();
    let paused = |action| EngineError::Paused { action };
    assert_eq!(refused(chain.fund_pool("lp", ONE)), paused(MarketAction::PoolIn));
    assert_eq!(refused(chain.leave_pool("lp", Uint128::one())), paused(MarketAction::PoolOut));
}

#[test]
fn drift_2022_05_winners_are_paid_although_losers_have_not_paid_yet() {
    let mut chain = Chain::new();
    // Bob wins from alice, who is far below zero and not liquidated.
    chain.trade("alice", S100, quote(110 * ONE));
    chain.trade("bob", -S100, quote(110 * ONE));
    chain.price("2");
    let done = chain.adjust("bob", delta(S100), quote(0)).unwrap();
    assert_eq!(done.realised.price_pnl, money("800000000"));
    assert!(chain.solvency().slack >= money("0"));
}

/// The band and rounding leave something when the last provider leaves. It goes to insurance, and the next provider
/// owns the pool that they bring, a millionth of a unit per share.
#[test]
fn what_everybody_left_behind_belongs_to_no_provider() {
    let mut chain = Chain::new();
    chain.trade("alice", -20 * S100, base(4_500 * ONE));
    chain.price("20");
    chain.adjust("alice", settle(), Purse::EMPTY).unwrap();
    chain.trade("alice", 20 * S100, Purse::EMPTY);
    let all = chain.pool("lp").total_shares;
    chain.leave_pool("lp", all).unwrap();
    assert_eq!(chain.solvency().pool, Purse::EMPTY);
    let shares = chain.fund_pool("carol", 400 * ONE).unwrap().shares;
    assert_eq!(shares.u128(), 400 * ONE * 1_000_000);
}
