//! Anyone may settle the large losses of others.

use ballast_types::market::ExecuteMsg;
use ballast_types::oracle::Flag;
use perp_engine::EngineError;

use crate::market::*;

const S100: i128 = 100 * ONE as i128;

/// Shorts of 100 coins opened at 10, and a long of 50 opened at 10, now at 11.
fn indebted() -> Chain {
    let mut chain = Chain::new();
    chain.trade("alice", -S100, quote(500 * ONE));
    chain.trade("bob", -S100, base(100 * ONE));
    chain.trade("carol", S100 / 2, quote(500 * ONE));
    chain.price("11");
    chain
}

/// The rule that refused to settle somebody's loss.
#[track_caller]
fn refused_for(chain: &Chain, who: &str, error: ContractError) -> EngineError {
    let ContractError::Position { owner, error } = error else { panic!("{error}") };
    assert_eq!(owner, chain.who(who).to_string());
    *error
}

#[test]
fn anyone_settles_what_several_owe_out_of_their_own_margins_without_a_fee() {
    let mut chain = indebted();
    let (pool, insurance, keeper) = (chain.solvency().pool, chain.solvency().insurance, chain.wallet("keeper"));
    let before = chain.position("bob").position.margin;
    let done = chain.settle_loss(&["alice", "bob"]).unwrap();
    // Alice pays 100 dollars. Bob pays them in coins, at 10.9978 less a thousandth: 9.1018... coins.
    let coins = before.base - chain.position("bob").position.margin.base;
    assert_eq!(done.paid, purse(coins.u128(), 100 * ONE));
    let expected = 100.0 / (10.9978 * 0.999);
    assert!((coins.u128() as f64 / 1e6 - expected).abs() < 0.000_002, "{coins}");
    assert_eq!(chain.position("alice").position.margin, quote(399_300_000));
    for who in ["alice", "bob"] {
        let position = chain.position(who).position;
        assert_eq!((position.size.i128(), position.entry_value.u128()), (-S100, 1_100 * ONE));
    }
    let solvency = chain.solvency();
    assert_eq!(solvency.pool, pool.plus(done.paid).unwrap());
    assert_eq!((solvency.insurance, chain.wallet("keeper")), (insurance, keeper));
}

#[test]
fn all_are_settled_or_none() {
    let mut chain = indebted();
    let before = chain.position("alice");
    let error = chain.settle_loss(&["alice", "carol"]).unwrap_err();
    let rule = refused_for(&chain, "carol", error);
    assert_eq!(rule, EngineError::OwesTooLittle { loss: money("0"), min: money("27500000") });
    assert_eq!(chain.position("alice"), before);
    // Listed twice: the second time there is nothing left to settle.
    let error = chain.settle_loss(&["alice", "alice"]).unwrap_err();
    assert!(matches!(refused_for(&chain, "alice", error), EngineError::OwesTooLittle { .. }));
    let error = chain.settle_loss(&["dave"]).unwrap_err();
    assert!(matches!(refused_for(&chain, "dave", error), EngineError::OwesTooLittle { .. }));
}

#[test]
fn who_cannot_pay_is_refused_with_the_numbers_and_can_be_liquidated() {
    let mut chain = Chain::new();
    chain.trade("alice", -S100, quote(200 * ONE));
    chain.price("12.5");
    let error = chain.settle_loss(&["alice"]).unwrap_err();
    let expected = EngineError::MarginUncovered { owed: 250_000_000u128.into(), missing: 50_700_000u128.into() };
    assert_eq!(refused_for(&chain, "alice", error), expected);
    chain.liquidate("alice").unwrap();
}

#[test]
fn it_needs_a_price_without_any_flag() {
    for flag in [Flag::Uncertain, Flag::Stale, Flag::Jump, Flag::Missing] {
        let mut chain = indebted();
        chain.flags = vec![flag];
        chain.price("11");
        let error = refused(chain.settle_loss(&["alice"]));
        assert!(matches!(error, EngineError::PriceFlagged { .. }), "{error}");
    }
}

#[test]
fn one_message_settles_at_most_sixteen() {
    let mut chain = indebted();
    let error = chain.settle_loss(&["alice"; 17]).unwrap_err();
    assert_eq!(error, ContractError::TooManyPositions { positions: 17, max: 16 });
    // An empty list settles nothing.
    assert_eq!(chain.settle_loss(&[]).unwrap().paid, quote(0));
    let msg = ExecuteMsg::SettleLoss { market: NAME.into(), owners: vec![] };
    assert!(matches!(chain.send("keeper", &msg, quote(1)), Err(ContractError::Payment(_))));
}

#[test]
fn a_long_that_was_settled_reaches_its_cap_from_its_new_entry() {
    let mut chain = Chain::new();
    chain.trade("carol", S100, quote(900 * ONE));
    chain.price("8");
    chain.settle_loss(&["carol"]).unwrap();
    chain.price("12");
    assert_eq!(refused(chain.fund_pool("lp", ONE)), EngineError::LongAtCap {});
    chain.close_at_cap("carol").unwrap();
    chain.fund_pool("lp", ONE).unwrap();
}

/// Two providers, lp with 100,000 and bob with 150,000, and lp's notice is over in so many seconds.
fn with_a_provider_who_is_about_to_leave(seconds: u64) -> Chain {
    let mut chain = Chain::new();
    chain.fund_pool("bob", 150_000 * ONE).unwrap();
    chain.seconds(BAR);
    chain.request("lp", chain.pool("lp").shares).unwrap();
    chain.seconds(NOTICE - seconds);
    chain
}

#[test]
fn who_has_most_of_the_pool_keeps_no_loss_from_being_booked_by_giving_notice() {
    let paid = [false, true].map(|notice| {
        let mut chain = with_a_provider_who_is_about_to_leave(0);
        chain.trade("dave", 37 * S100, quote(10_000 * ONE));
        chain.trade("alice", -25 * S100, quote(20_000 * ONE));
        if notice {
            chain.request("bob", chain.pool("bob").shares).unwrap();
        }
        chain.price("9");
        // It is paid in quote and increases slack.
        let slack = chain.solvency().slack;
        chain.settle_loss(&["dave"]).unwrap();
        assert!(chain.solvency().slack > slack);
        chain.withdraw("lp", None).unwrap().paid
    });
    assert_eq!(paid[0], paid[1]);
}

/// A long and a short of the same size, which no price can hurt. A withdrawal is charged what one of them has won, and
/// gets nothing of what the other has lost before that is settled.
#[test]
fn a_straddle_of_a_provider_behind_a_notice_takes_nothing_from_who_leaves() {
    let mut chain = with_a_provider_who_is_about_to_leave(10);
    let wallets = |chain: &Chain| -> u128 { ["alice", "dave"].iter().map(|who| chain.wallet(who).quote.u128()).sum() };
    let before = wallets(&chain);
    chain.trade("dave", 37 * S100, quote(20_000 * ONE));
    chain.trade("alice", -37 * S100, quote(20_000 * ONE));
    chain.request("bob", chain.pool("bob").shares).unwrap();
    chain.seconds(10);
    chain.price("11.4");
    chain.settle_loss(&["alice"]).unwrap();
    chain.withdraw("lp", None).unwrap();
    chain.cancel("bob", None).unwrap();
    for who in ["dave", "alice"] {
        chain.adjust(who, leave(1, 1), quote(0)).unwrap();
    }
    let bobs = chain.solvency().pool.quote.u128() + wallets(&chain) - before;
    assert!(bobs <= 150_001 * ONE, "bob has {bobs} of 150,000");
}
