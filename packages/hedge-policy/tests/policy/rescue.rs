use ballast_types::market::Settle;
use ballast_types::policy::{HedgeAction, PolicyParams, Rule};
use cosmwasm_std::Int128;

use crate::support::*;
use crate::told::{next_action, rescue};

#[test]
fn a_redeemer_rescues_as_a_keeper_would() {
    let params = PolicyParams::default();
    for state in [posted(307_100_000), posted(167_800_000), at_price(posted(400 * COIN), "15")] {
        let decision = rescue(&state, &params).unwrap().unwrap();
        assert_eq!(decision, next_action(&state, &params).unwrap());
    }
}

#[test]
fn there_is_nothing_to_rescue_below_the_maximum() {
    let params = PolicyParams::default();
    // Not for the band, the unsettled PnL, or excess margin.
    for state in [calm(), with_short(calm(), 900 * COIN), at_price(calm(), "4"), posted(900 * COIN)] {
        assert_eq!(rescue(&state, &params).unwrap(), None);
    }
}

#[test]
fn a_rescue_never_sells_more_short() {
    let mut state = with_short(posted(55_944_445), 500 * COIN);
    state.idle = base(944_055_555);
    let params = PolicyParams::default();
    let keeper = order_of(&next_action(&state, &params).unwrap());
    assert!(keeper.delta < 0);
    let redeemer = rescue(&state, &params).unwrap().unwrap();
    assert_eq!(redeemer.rule, Some(Rule::Emergency));
    let order = order_of(&redeemer);
    assert_eq!(order.delta, 0);
    assert!(!order.margin_in.base.is_zero());
}

#[test]
fn a_rescue_trades_only_within_the_cost_bound() {
    let mut state = at_price(posted(400 * COIN), "15");
    state.prices.spread = dec("0.01");
    let decision = rescue(&state, &PolicyParams::default()).unwrap().unwrap();
    let HedgeAction::Adjust { delta, settle, .. } = decision.action else { panic!("{decision:?}") };
    assert_eq!((delta, settle), (Int128::zero(), Settle::No));
}

#[test]
fn a_rescue_that_posting_alone_completes_trades_only_within_the_budget() {
    // 1,040 short on 170 coins: 0.9 * 1,700 - 7.28 = 1,522.72 of 10,400 is an emergency; the hedge is out of its band.
    let mut state = with_short(posted(170 * COIN), 1_040 * COIN);
    assert!(order(&state).delta >= 40_000_000);
    // The budget of 3 % of 10,000 is spent: coins alone, 10,400 * 717/2600 * 1.75 + 7.28 = 5,026.28 of equity.
    state.cost_spent = money(300_000_000);
    let posting = order(&state);
    assert_eq!((posting.delta, posting.settle), (0, Settle::No));
    assert_eq!(posting.margin_in, base(558_475_556 - 170 * COIN));
    // All coins but these are gone: posting them leaves 0.9 * 3,000 - 7.28 of 10,400, above L_max, and the trade is made.
    state.idle = base(130 * COIN);
    assert!(order(&state).delta > 0);
}

#[test]
fn a_rescue_whose_trade_cannot_keep_the_hedge_only_posts() {
    // Three units short of ten at 10, three tenths, with a loss of 30. Settling it takes four coins and the trade one: of
    // five, one unit is the most that three tenths are, a fifth, out of the band and further off than before.
    let mut state = posted(0);
    state.idle = base(9);
    state.position.margin = base(1);
    state.position.size = Int128::new(-3);
    state.position.entry_value = Default::default();
    state.position.price_pnl = money(-30);
    let params = PolicyParams { hedge_min: dec("0.3"), hedge_max: dec("0.3"), ..PolicyParams::default() };
    let decision = next_action(&state, &params).unwrap();
    assert_eq!(decision.rule, Some(Rule::Emergency));
    // (30 + 30 / 2.0721 + 0.021) / 9 = 4.94 units of margin.
    let posting = order_of(&decision);
    assert_eq!((posting.delta, posting.settle, posting.margin_in), (0, Settle::No, base(4)));
    assert_eq!(rescue(&state, &params).unwrap(), Some(decision));
}
