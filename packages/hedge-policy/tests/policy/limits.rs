//! The limit on an order's cost: 1 % of the value traded (`max_cost`), and the venue's conversion if base pays.

use ballast_math::{Base, Purse, Quote};
use ballast_types::policy::{PolicyParams, Rule};
use ballast_types::venue::{Order, Settle};
use cosmwasm_std::{Int128, Uint128};
use hedge_policy::{Action, State};

use crate::support::{at_price, base, calm, dec, held_back, money, posted, signed, with_short, COIN};
use crate::told::{
    due as next_action, due_rescue as rescue, whole_deposit_order as deposit_order, whole_fill_order as fill_order,
};

/// A debt of one that base pays costs 1 / (0.9998 * 0.999) = 10,000,000 / 9,988,002, rounded up to a unit; four units of
/// base and eight of quote are for roundings.
fn most(value: u128, loss: u128, price: u128) -> u128 {
    let (paid, kept) = (10_000_000, 9_988_002);
    (value / 100 * paid + loss * (paid - kept)).div_ceil(kept) + 4 * price + 8
}

fn order(state: &State) -> Order {
    match next_action(state, &PolicyParams::default()).unwrap().action {
        Action::Order(order) => order,
        other => panic!("no order: {other:?}"),
    }
}

fn limit(order: &Order) -> u128 {
    order.limit_cost.unwrap().u128()
}

#[test]
fn the_hedge_of_coins_that_arrive_is_limited_by_its_value() {
    // 10 of 1,000 are 10.012013 in base, rounded up, and 40 + 8 units.
    let params = PolicyParams::default();
    let amount = Base(Uint128::new(100 * COIN));
    let expected = Order {
        limit_cost: Some(Uint128::new(10_012_061)),
        attached: base(53_769_658),
        ..Order::trading(Int128::new(-100_000_000))
    };
    assert_eq!(deposit_order(&calm(), &params, amount).unwrap(), expected);
    assert_eq!(fill_order(&calm(), &params, amount, Quote::ZERO).unwrap(), expected);
    assert_eq!(most(1_000 * COIN, 0, 10), 10_012_061);
}

#[test]
fn selling_may_grow_the_position_and_buying_only_shrinks_it() {
    let sells = order(&with_short(calm(), 900 * COIN));
    assert!(sells.delta().is_negative() && !sells.reduce_only);
    let buys = order(&with_short(calm(), 1_100 * COIN));
    assert!(!buys.delta().is_negative() && buys.reduce_only);
}

#[test]
fn an_order_that_closes_is_allowed_the_conversion_of_the_part_of_the_loss() {
    // 100 of 1,100 are bought back, and with them 1 of the 11 that are lost in funding.
    let mut state = with_short(posted(540 * COIN), 1_100 * COIN);
    state.position.margin.quote = Uint128::new(100 * COIN);
    state.idle.base = Uint128::new(460 * COIN);
    assert_eq!(limit(&order(&state)), most(1_000 * COIN, 0, 10));
    state.position.funding = money(-11_000_000);
    let order = order(&state);
    assert_eq!((order.delta(), order.settle), (Int128::new(100_000_000), Settle::No));
    assert_eq!(limit(&order), most(1_000 * COIN, 1_000_000, 10));
}

#[test]
fn an_order_that_settles_is_allowed_the_conversion_of_all_losses() {
    // A rise to 15 has lost 5,000.
    let order = order(&at_price(posted(400 * COIN), "15"));
    assert_eq!(order.settle, Settle::Required);
    let value = order.delta().unsigned_abs().u128() * 15;
    assert!(value > 0);
    assert_eq!(limit(&order), most(value, 5_000 * COIN, 15));
}

#[test]
fn an_order_that_only_posts_may_cost_no_more_than_roundings() {
    // The same if coins are posted for a price of 15 that is held back: payments are at 10.
    let posting = held_back(calm(), "15");
    for order in [order(&posting), order(&posted(307_100_000))] {
        assert_eq!((order.delta(), limit(&order)), (Int128::zero(), 48));
    }
    let rescue = rescue(&posting, &PolicyParams::default()).unwrap().unwrap();
    assert_eq!(rescue.rule, Some(Rule::Emergency));
    assert_eq!(rescue.action, Action::Order(order(&posting)));
}

#[test]
fn margin_that_comes_home_is_named_by_amount() {
    // All except the 536.995727 coins of the target leverage.
    let order = order(&posted(900 * COIN));
    assert_eq!(
        order,
        Order { limit_cost: Some(Uint128::new(48)), ..Order::trading(Int128::zero()) }.taking(base(363_004_273))
    );
    assert_eq!(order.attached, Purse::EMPTY);
    let nothing = Order::trading(Int128::zero());
    assert_eq!(nothing.clone().taking(Purse::EMPTY), nothing);
}

#[test]
fn a_purchase_asks_for_the_base_that_its_quote_buys_at_a_price_one_percent_above() {
    // 499.5 / 10.1 = 49.455445 5...
    let mut state = calm();
    state.idle.quote = Uint128::new(2_000 * COIN);
    state.forecast.reference_mean = signed("0.1");
    state.forecast.paid_mean = signed("0.05");
    state.base_for_sale.amount = Uint128::new(50 * COIN);
    state.base_for_sale.price = dec("9.99");
    let due = next_action(&state, &PolicyParams::default()).unwrap();
    let (quote, min_base) = (Quote(Uint128::new(499_500_000)), Base(Uint128::new(49_455_445)));
    assert_eq!(due.action, Action::BuyBase { quote, min_base });
}
