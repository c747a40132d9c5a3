//! The cost of trades in a block with more than one price: the distance to the end of the range that is worse for them.

use ballast_math::Purse;
use ballast_types::market::Settle;
use ballast_types::policy::{PolicyParams, Rule, StressCase};

use crate::support::*;
use crate::told::stress;

#[test]
fn a_sale_is_paid_at_the_lowest_price_of_the_block() {
    // 0.05 % + 0.02 % + 0.5 % of 298.3 are paid with 0.171085 coins at 9.95 * 0.9998 * 0.999, which need no hedge:
    // 30.000001 / (1 + 0.057 / 9.938062).
    let state = ranged(with_short(calm(), 969_999_999), "9.95", "10.5");
    assert_eq!(order(&state).delta, -29_828_916);
}

#[test]
fn a_purchase_is_paid_at_the_highest_price_of_the_block() {
    // 0.05 % + 0.02 % + 0.93 % are exactly 1 %: 3.031954 are paid with 0.319537 coins at 9.5 * 0.9998 * 0.999:
    // 30.000001 / (1 - 0.1 / 9.488602).
    let state = |high| ranged(with_short(calm(), 1_030_000_001), "9.5", high);
    assert_eq!(order(&state("10.093")).delta, 30_319_538);
    assert_eq!(rule(&state("10.093001")), None);
    assert_eq!(rule(&ranged(with_short(calm(), 969_999_999), "9.907", "10")), Some(Rule::HedgeBand));
    assert_eq!(rule(&ranged(with_short(calm(), 969_999_999), "9.906999", "10")), None);
}

#[test]
fn the_budget_pays_for_the_way_too() {
    // 303.034 of value: 0.151517 of fee and 2.878823 of spread out of 300.
    let mut state = ranged(with_short(calm(), 1_030_000_001), "10", "10.093");
    state.cost_spent = money(300_000_000 - 3_030_340);
    assert_eq!(rule(&state), Some(Rule::HedgeBand));
    state.cost_spent = money(300_000_000 - 3_030_339);
    assert_eq!(rule(&state), None);
}

#[test]
fn a_rescue_trades_where_its_own_way_is_fair() {
    let state = |low, high| ranged(at_price(posted(400 * COIN), "15"), low, high);
    // It buys: how low the block has been makes that no dearer. The loss of 5,000 is paid in coins at 14.5 * 0.9998 * 0.999,
    // and so many need no hedge: 5,000 / 14.482603 / (1 - 0.0105 / 14.482603).
    let fair = order(&state("14.5", "15"));
    assert_eq!((fair.delta, fair.settle), (345_492_293, Settle::Required));
    // 1 % above: coins are posted, and the loss stays unsettled.
    let dear = order(&state("15", "15.15"));
    assert_eq!((dear.delta, dear.settle, dear.margin_in), (0, Settle::No, base(507_366_097)));
}

#[test]
fn a_rescue_that_would_sell_posts_alone_where_selling_is_dear() {
    // Half of the hedge is left at a margin ratio of 10 %: it would grow back and be margined in one order.
    let mut half = with_short(posted(55_944_445), 500 * COIN);
    half.idle = base(944_055_555);
    assert!(order(&ranged(half.clone(), "10", "10.1")).delta < -499_000_000);
    let dear = order(&ranged(half, "9.9", "10"));
    assert_eq!(dear.delta, 0);
    // (5,000/2.072126 + 3.5)/9 = 268.497863 coins.
    assert_eq!(dear.margin_in, base(268_497_864 - 55_944_445));
}

#[test]
fn where_selling_is_dear_gains_are_settled_without_growing() {
    // 900 short at 4, entered at 10: 5,400 of gain; to grow back to 1,000 would cost 2 %.
    let state = ranged(at_price(with_short(calm(), 900 * COIN), "4"), "3.92", "4");
    let order = order(&state);
    assert_eq!((order.delta, order.settle), (0, Settle::Required));
    assert!(order.margin_out.quote.u128() > 5_000 * COIN);
}

#[test]
fn where_buying_is_dear_a_loss_is_not_settled_without_its_trade() {
    let state = ranged(at_price(posted(900 * COIN), "15.39"), "15.39", "15.55");
    assert_eq!(rule(&state), None);
    let fair = ranged(at_price(posted(900 * COIN), "15.39"), "15.2", "15.39");
    assert_eq!(rule(&fair), Some(Rule::Settle));
}

#[test]
fn moving_margin_has_no_way_to_go() {
    let state = ranged(posted(825_800_000), "5", "20");
    assert_eq!(
        order(&state),
        Order { delta: 0, settle: Settle::No, margin_in: Purse::EMPTY, margin_out: base(288_804_273) }
    );
}

#[test]
fn a_stress_moves_the_range_along() {
    // The order assumes a cost there, but whether a trade is fair is judged by the market's own range.
    let case = StressCase {
        collateral_change: None,
        correlation_break: None,
        price_change: signed("0.5"),
        funding_multiple: signed("0"),
        hours: 0,
        cost: dec("0.0007"),
    };
    let params = PolicyParams::default();
    let dear = stress(&ranged(posted(400 * COIN), "10", "10.1"), &params, &case).unwrap();
    assert_eq!(order_of(&dear.decision).delta, 0);
    let fair = stress(&ranged(posted(400 * COIN), "9.5", "10"), &params, &case).unwrap();
    // The low end is at 14.25 then: 5,000 / 14.232903 / (1 - 0.0105 / 14.232903).
    assert_eq!(order_of(&fair.decision).delta, 351_558_037);
}
