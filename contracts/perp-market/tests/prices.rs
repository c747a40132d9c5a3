//! The action table: which flags of the price allow which action.

use ballast_types::oracle::Flag;
use ballast_types::Purse;
use perp_engine::EngineError;

use crate::market::*;

const S100: i128 = 100 * ONE as i128;

/// A market with a position, base in its pool, and a flagged price.
fn flagged(flag: Flag) -> Chain {
    let mut chain = Chain::new();
    chain.trade("alice", -S100, purse(50 * ONE, 0));
    chain.seconds(24 * HOUR);
    chain.flags = vec![flag];
    chain.price("10");
    chain
}

#[track_caller]
fn is_flagged<T: std::fmt::Debug>(result: Result<T, ContractError>, flag: Flag) {
    match refused(result) {
        EngineError::PriceFlagged { flags, .. } | EngineError::CollateralFlagged { flags, .. } => {
            assert_eq!(flags, vec![flag]);
        }
        other => panic!("refused for something else: {other}"),
    }
}

/// All that an oracle raises.
const ALL: [Flag; 7] =
    [Flag::Missing, Flag::Invalid, Flag::Future, Flag::Stale, Flag::Jump, Flag::Uncertain, Flag::Secondary];

#[test]
fn increases_settlements_withdrawals_and_pool_flows_need_a_price_without_flags() {
    for flag in ALL {
        let mut chain = flagged(flag);
        is_flagged(chain.adjust("alice", delta(-S100 / 10), base(0)), flag);
        is_flagged(chain.adjust("alice", settle(), base(0)), flag);
        is_flagged(chain.adjust("alice", take_out(base(1)), base(0)), flag);
        is_flagged(chain.fund_pool("lp", ONE), flag);
        is_flagged(chain.leave_pool("lp", 1u128.into()), flag);
        is_flagged(chain.buy_base("bob", ONE), flag);
        assert_eq!(chain.position("alice").withdrawable, Purse::EMPTY);
    }
}

#[test]
fn a_reduce_tolerates_a_wide_confidence_and_nothing_else() {
    for flag in [Flag::Missing, Flag::Invalid, Flag::Future, Flag::Stale, Flag::Jump] {
        is_flagged(flagged(flag).adjust("alice", delta(S100 / 2), base(0)), flag);
    }
    // A secondary feed's price is one of these.
    for flag in [Flag::Uncertain, Flag::Secondary] {
        flagged(flag).adjust("alice", delta(S100 / 2), base(0)).unwrap();
    }
}

#[test]
fn margin_can_be_added_whatever_is_wrong_with_the_price() {
    for flag in ALL {
        flagged(flag).adjust("alice", order(), base(ONE)).unwrap();
    }
}

#[test]
fn if_reserved_goes_on_without_settling_at_a_flagged_price() {
    let mut chain = flagged(Flag::Uncertain);
    let order = Adjust { settle: Settle::IfReserved, ..delta(S100 / 2) };
    assert!(!chain.adjust("alice", order, base(0)).unwrap().settled);
}

#[test]
fn an_oracle_that_fails_is_a_missing_price_and_margin_can_still_be_added() {
    let mut chain = Chain::new();
    chain.trade("alice", -S100, base(50 * ONE));
    chain.price("11");
    chain.oracle_fails(true);
    chain.adjust("alice", order(), base(ONE)).unwrap();
    let prices = chain.state().prices;
    assert_eq!((prices.index, prices.flags), (dec("10"), vec![Flag::Missing]));
    is_flagged(chain.adjust("alice", delta(S100), base(0)), Flag::Missing);
    is_flagged(chain.liquidate("alice"), Flag::Missing);
    chain.oracle_fails(false);
    chain.adjust("alice", delta(S100), base(0)).unwrap();
}

#[test]
fn a_price_of_zero_below_zero_out_of_range_or_from_the_future_is_flagged_whatever_the_oracle_says() {
    for price in ["0", "-10", "0.0000009", "1000000001"] {
        let mut chain = Chain::new();
        chain.trade("alice", -S100, base(50 * ONE));
        chain.price(price);
        assert_eq!(chain.state().prices.flags, vec![Flag::Invalid], "{price}");
        is_flagged(chain.adjust("alice", delta(S100), base(0)), Flag::Invalid);
    }
    let mut chain = Chain::new();
    chain.price("10");
    let now = chain.app.block_info().time;
    chain.app.update_block(|block| block.time = now.minus_seconds(1));
    assert_eq!(chain.state().prices.flags, vec![Flag::Future]);
}

#[test]
fn before_the_first_price_queries_answer_and_nothing_can_be_done() {
    let mut chain = Chain::without_pool(params(), Reference::Constant { rate: signed("0.1") });
    chain.flags = vec![Flag::Stale];
    chain.price("10");
    let position = chain.position("alice");
    assert_eq!((position.prices.index, position.prices.flags.clone()), (dec("0"), vec![Flag::Stale]));
    assert_eq!(position.position, Default::default());
    assert_eq!(refused(chain.adjust("alice", delta(-S100), quote(500 * ONE))), EngineError::NoPrice {});
    assert_eq!(refused(chain.fund_pool("lp", ONE)), EngineError::NoPrice {});
    assert_eq!(refused(chain.liquidate("alice")), EngineError::NoPrice {});
    assert!(chain.positions().is_empty());
    assert_eq!(chain.pool("lp").total_shares.u128(), 0);
}

#[test]
fn margin_without_a_position_comes_and_goes_whatever_the_price_also_before_the_first() {
    let mut chain = Chain::without_pool(params(), Reference::Constant { rate: signed("0.1") });
    for fails in [false, true] {
        chain.oracle_fails(fails);
        chain.flags = vec![Flag::Stale];
        if !fails {
            chain.price("10");
        }
        let before = chain.wallet("alice");
        let added = chain.adjust("alice", order(), purse(7 * ONE, 5)).unwrap();
        assert_eq!((added.after.margin, added.after.size.i128()), (purse(7 * ONE, 5), 0));
        let position = chain.position("alice");
        assert_eq!((position.position.margin, position.withdrawable), (purse(7 * ONE, 5), purse(7 * ONE, 5)));
        assert_eq!(chain.positions().len(), 1);
        let taken = chain.adjust("alice", take_out(purse(3 * ONE, 5)), base(0)).unwrap();
        assert_eq!((taken.margin_out, taken.after.margin), (purse(3 * ONE, 5), base(4 * ONE)));
        // In kind, and with a settlement although there is nothing to settle.
        let settled = Adjust { settle: Settle::Required, ..take_out(base(ONE)) };
        assert!(chain.adjust("alice", settled, base(0)).unwrap().settled);
        assert_eq!(chain.adjust("alice", leave(1, 1), quote(9)).unwrap().refund, quote(9));
        assert_eq!(chain.wallet("alice"), before);
        assert!(chain.positions().is_empty());
    }
    let more = refused(chain.adjust("alice", take_out(base(1)), base(0)));
    assert_eq!(more, EngineError::MarginTooSmall { asked: base(1), margin: base(0) });
}

#[test]
fn what_a_liquidation_left_goes_home_at_any_price_and_needs_its_switch_alone() {
    for flag in [Flag::Missing, Flag::Invalid, Flag::Future, Flag::Stale, Flag::Jump, Flag::Uncertain] {
        let mut chain = Chain::new();
        chain.trade("alice", -S100, quote(500 * ONE));
        chain.flags = vec![Flag::Uncertain];
        chain.price("10");
        // Closed at an uncertain price, with margin out in the same order: no position needs it any more.
        let closed = Adjust { margin_out: MarginOut::Exact(quote(ONE)), ..delta(S100) };
        chain.adjust("alice", closed, base(0)).unwrap();
        chain.flags = vec![flag];
        chain.price("10");
        let margin = chain.position("alice").position.margin;
        assert_eq!(chain.position("alice").withdrawable, margin);
        chain.pause("guardian", &[MarketAction::Reduce, MarketAction::Increase]).unwrap();
        chain.adjust("alice", take_out(quote(ONE)), base(0)).unwrap();
        chain.adjust("alice", leave(1, 2), base(0)).unwrap();
        chain.pause("guardian", &[MarketAction::MarginOut]).unwrap();
        assert_eq!(chain.position("alice").withdrawable, Purse::EMPTY);
        let off = EngineError::Paused { action: MarketAction::MarginOut };
        assert_eq!(refused(chain.adjust("alice", take_out(quote(1)), base(0))), off);
        assert_eq!(refused(chain.adjust("alice", leave(1, 2), base(0))), off);
    }
}

use ballast_types::market::{Adjust, MarginOut, MarketAction, Reference, Settle};
