//! Longs at their cap.

use ballast_types::market::{Adjust, MarketAction, MarketParams, Settle};
use ballast_types::oracle::Flag;
use perp_engine::EngineError;

use crate::market::*;

const S100: i128 = 100 * ONE as i128;

#[test]
fn a_longs_profit_is_capped_and_at_the_cap_anyone_may_close_it_at_that_payout() {
    let mut chain = Chain::new();
    chain.trade("bob", S100, quote(500 * ONE));
    chain.price("14.999999");
    let error = refused(chain.close_at_cap("bob"));
    let expected = EngineError::NotAtCap { profit: money("499999900"), cap: money("500000000") };
    assert_eq!(error, expected);
    chain.price("20");
    assert_eq!(chain.position("bob").position.price_pnl, money("500000000"));
    let before = chain.wallet("bob");
    let paid = chain.close_at_cap("bob").unwrap().paid;
    // Margin 499.3 and 500 of profit, no fee, no spread; straight to bob.
    assert_eq!(paid, quote(999_300_000));
    assert_eq!(chain.wallet("bob"), before.plus(paid).unwrap());
    assert!(chain.positions().is_empty());
    // It can open again.
    chain.trade("bob", S100, quote(500 * ONE));
}

#[test]
fn at_exactly_the_cap_it_can_be_closed() {
    let mut chain = Chain::new();
    chain.trade("bob", S100, purse(7 * ONE, 500 * ONE));
    chain.price("15");
    assert!(chain.positions()[0].at_cap);
    assert_eq!(chain.close_at_cap("bob").unwrap().paid, purse(7 * ONE, 999_300_000));
}

#[test]
fn a_long_beyond_its_cap_cannot_lift_the_cap_by_growing() {
    let mut chain = Chain::new();
    chain.trade("bob", S100, quote(2_000 * ONE));
    chain.price("20");
    // Grown by as much again its entry would be 3,000 and its cap 1,500, of which 1,000 would be profit at once.
    let error = refused(chain.adjust("bob", delta(S100), quote(0)));
    assert_eq!(error, EngineError::BeyondCap { profit: money("1000000000"), cap: money("500000000") });
    let settled = Adjust { settle: Settle::Required, ..delta(S100) };
    let done = chain.adjust("bob", settled, quote(0)).unwrap();
    assert_eq!(done.realised.price_pnl, money("500000000"));
    assert_eq!(done.after.entry_value.u128(), 4_000 * ONE);
}

#[test]
fn only_longs_can_be_at_their_cap() {
    let mut chain = Chain::new();
    chain.trade("alice", -S100, quote(500 * ONE));
    chain.price("1");
    assert!(matches!(refused(chain.close_at_cap("alice")), EngineError::NotAtCap { .. }));
    assert!(matches!(refused(chain.close_at_cap("carol")), EngineError::NotAtCap { .. }));
}

#[test]
fn pool_deposits_wait_while_any_long_is_at_its_cap() {
    let mut chain = Chain::new();
    chain.trade("alice", S100, quote(900 * ONE));
    chain.price("12");
    chain.trade("bob", S100, quote(900 * ONE));
    // Alice averages up and down again: the index of longs follows every change of entry.
    chain.trade("alice", S100, quote(0));
    chain.trade("alice", -S100, quote(0));
    // Alice's entry is 11 now; bob's 12. Caps are at 16.5 and 18.
    chain.price("16.4");
    chain.fund_pool("lp", ONE).unwrap();
    chain.price("16.5");
    assert_eq!(refused(chain.fund_pool("lp", ONE)), EngineError::LongAtCap {});
    chain.close_at_cap("alice").unwrap();
    chain.fund_pool("lp", ONE).unwrap();
    chain.price("18");
    assert_eq!(refused(chain.fund_pool("lp", ONE)), EngineError::LongAtCap {});
    chain.trade("bob", -S100, quote(0));
    chain.fund_pool("lp", ONE).unwrap();
}

#[test]
fn while_margin_out_is_off_nothing_is_paid_out_and_the_payout_is_margin() {
    use MarketAction::{Increase, MarginOut, PoolOut};
    let mut chain = Chain::new();
    // 1,000 coins at 10: costs of 7 leave 1,984 of margin, and the cap is 5,000.
    chain.trade("bob", 10 * S100, quote(1_991 * ONE));
    chain.pause("guardian", &[MarginOut, Increase, PoolOut]).unwrap();
    chain.price("20");
    let before = chain.wallet("bob");
    assert_eq!(chain.close_at_cap("bob").unwrap().paid, quote(0));
    assert_eq!(chain.wallet("bob"), before);
    let position = chain.position("bob").position;
    assert_eq!((position.size.i128(), position.margin), (0, quote(6_984 * ONE)));
    // Deposits into the pool continue, and bob withdraws it once he may.
    chain.fund_pool("lp", ONE).unwrap();
    let home = take_out(quote(6_984 * ONE));
    assert_eq!(refused(chain.adjust("bob", home.clone(), quote(0))), EngineError::Paused { action: MarginOut });
    chain.seconds(6 * HOUR);
    chain.adjust("bob", home, quote(0)).unwrap();
    assert_eq!(chain.wallet("bob"), before.plus(quote(6_984 * ONE)).unwrap());
}

#[test]
fn dust_at_its_cap_is_closed_and_pool_deposits_go_on() {
    let mut chain = Chain::with_reference(params(), ballast_types::market::Reference::Constant { rate: signed("0.1") });
    // All but one unit is closed, and all margin but a unit leaves: with funding to pay, that unit does not cover it.
    chain.trade("bob", S100, quote(500 * ONE));
    chain.trade("bob", 1 - S100, quote(0));
    let margin = chain.position("bob").withdrawable.quote;
    if !margin.is_zero() {
        chain.adjust("bob", take_out(quote(margin.u128())), quote(0)).unwrap();
    }
    for price in ["10", "15", "20"] {
        chain.price(price);
        let at_cap = chain.positions().iter().any(|entry| entry.at_cap);
        assert_eq!(chain.close_at_cap("bob").is_ok(), at_cap);
        chain.fund_pool("lp", ONE).unwrap();
    }
}

/// Closing a long at its cap sells nothing and pays no spread: so it is at its cap only if all prices of the block
/// agree.
#[test]
fn a_round_trip_through_the_cap_in_one_block_earns_nothing() {
    let mut chain = Chain::with(MarketParams { long_reserve: dec("0.2"), ..MarketParams::defaults(6) });
    chain.price("10");
    chain.trade("alice", 2_000 * ONE as i128, quote(10_000 * ONE));
    chain.say("12");
    assert!(matches!(refused(chain.close_at_cap("alice")), EngineError::NotAtCap { .. }));
    assert!(!chain.positions()[0].at_cap);
    chain.fund_pool("bob", ONE).unwrap();
    chain.price("12");
    chain.close_at_cap("alice").unwrap();
}

/// Half of the publishers say 16.1, the others 14: 15.05 with a half-width of 7 %. For everybody honest she has won 4,000.
#[test]
fn a_long_is_not_closed_at_its_cap_where_publishers_disagree() {
    let mut chain = Chain::new();
    chain.trade("alice", 10 * 100 * ONE as i128, quote(2_000 * ONE));
    chain.confidence = dec("0.07");
    chain.flags = vec![Flag::Uncertain];
    chain.price("15.05");
    assert!(matches!(refused(chain.close_at_cap("alice")), EngineError::NotAtCap { .. }));
    // 16.2 less 7 % is 15.07.
    chain.price("16.2");
    chain.close_at_cap("alice").unwrap();
}
