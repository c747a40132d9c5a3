//! No rule undoes another's work: at an unchanged price the policy comes to rest.

use ballast_types::market::{Leverage, PositionState, Prices};
use ballast_types::policy::{Decision, HedgeAction, PolicyParams, Rule, StressCase};
use cosmwasm_std::{Decimal256, SignedDecimal256};
use hedge_policy::{Action, State};
use proptest::prelude::*;

use crate::support::*;
use crate::told::{apply, due, hedge_state, nav, next_action, rescue, stress};
use crate::world::{policies, two_prices, world, World};

type Checked = Result<(), TestCaseError>;

/// What the market charges for a decision: fee, spread, and the distance to the end of the block's range.
fn rate(state: &State, decision: &Decision) -> Decimal256 {
    let prices = &state.prices;
    let sells = match decision.action {
        HedgeAction::Adjust { delta, .. } => delta.is_negative(),
        _ => true,
    };
    let marks = perp_engine::Marks::new(prices, state.terms.min_spread, state.base_decimals, 6).unwrap();
    let direction = if sells { perp_engine::Direction::Short } else { perp_engine::Direction::Long };
    state.terms.taker_fee + marks.order_spread(direction).unwrap()
}

/// Number of orders at the venue. Consecutive purchases count as one: each makes room for the next, because the quote
/// that pays for it is what the pool may then owe. Opening an auction moves nothing and does not count.
fn steps(history: &[Decision]) -> usize {
    let mut steps: Vec<Rule> = history
        .iter()
        .filter(|decision| !matches!(decision.action, HedgeAction::OpenAuction { .. }))
        .filter_map(|decision| decision.rule)
        .collect();
    steps.dedup_by(|a, b| *a == Rule::IdleQuote && *b == Rule::IdleQuote);
    steps.len()
}

/// With the defaults one order of each kind is enough. Without a quote buffer, each purchase lets a smaller part of the
/// quote that is left at the venue come back, until that is less than the minimum action.
fn max_steps(params: &PolicyParams) -> usize {
    if *params == PolicyParams::default() {
        3
    } else {
        12
    }
}

fn told(history: &[Decision]) -> String {
    history.iter().map(|decision| format!("{decision:?}\n")).collect()
}

fn at_an_unchanged_price_the_policy_rests_after_at_most_three_orders(world: &World, params: &PolicyParams) -> Checked {
    let mut state = world.state();
    let mut history = vec![];
    loop {
        let decision = next_action(&state, params).unwrap();
        if decision.rule.is_none() {
            prop_assert_eq!(decision.action, HedgeAction::None);
            break;
        }
        // The venue must accept what the policy decides.
        let after = apply(&state, params, &decision, rate(&state, &decision));
        prop_assert!(after.is_ok(), "{:?} on {:?}: {:?}", decision, state, after);
        state = after.unwrap();
        history.push(decision);
        prop_assert!(steps(&history) <= max_steps(params) && history.len() <= 60, "{}", told(&history));
    }
    Ok(())
}

fn pays_in_full(prices: &Prices) -> bool {
    let low = prices.collateral_range.as_ref().map_or(prices.index_low, |range| range.low);
    low == prices.collateral
}

fn the_venue_takes_every_order_and_does_with_it_what_was_planned(world: &World, params: &PolicyParams) -> Checked {
    let mut bench = world.bench();
    let mut history = vec![];
    loop {
        let state = bench.state();
        let due = due(&state, params).unwrap();
        let decision = due.decision();
        if decision.rule.is_none() {
            break;
        }
        // What base pays less at the low end of a block's range is not allowed for: the next block has another one.
        let limit = match due.action {
            Action::Order(order) if pays_in_full(&state.prices) => order.limit_cost,
            _ => None,
        };
        let planned = apply(&state, params, &decision, rate(&state, &decision)).unwrap();
        history.push(decision.clone());
        let done = bench.execute(params, &decision, limit);
        prop_assert!(done.is_ok(), "{:?} after {}", done, told(&history));
        let after = bench.state();
        prop_assert_eq!(after.idle, planned.idle);
        // The venue stores funding with more digits than it returns.
        let funding = after.position.funding;
        let told_funding = planned.position.funding;
        prop_assert!(funding.minus(told_funding).unwrap().abs() < dec("0.00000000000001"));
        prop_assert_eq!(after.position, PositionState { funding, ..planned.position });
        prop_assert!(steps(&history) <= max_steps(params) && history.len() <= 60, "{}", told(&history));
    }
    Ok(())
}

fn at_rest_the_assumed_rise_and_discount_leave_maintenance_and_buffer(world: &World, params: &PolicyParams) -> Checked {
    let mut state = world.state();
    for _ in 0..60 {
        let decision = next_action(&state, params).unwrap();
        state = apply(&state, params, &decision, rate(&state, &decision)).unwrap();
    }
    let rest = hedge_state(&state, params).unwrap();
    let targets = rest.targets;
    let Leverage::Finite(leverage) = rest.leverage else { return Ok(()) };
    // The lower bound may be above what the assumed rise allows: it is the minimum leverage that a hedge can have.
    if leverage > targets.leverage_max || targets.leverage_max == params.max_leverage_low {
        return Ok(());
    }
    let two_prices = state.prices.collateral_range.is_some();
    let rise = StressCase {
        collateral_change: two_prices.then(|| SignedDecimal256::zero() - signed(&params.assumed_discount.to_string())),
        correlation_break: None,
        price_change: SignedDecimal256::try_from(targets.assumed_rise).unwrap(),
        funding_multiple: SignedDecimal256::zero(),
        hours: 0,
        cost: Decimal256::zero(),
    };
    let ratio = stress(&state, params, &rise).unwrap().before.margin_ratio.unwrap();
    // 2.5 % and the buffer, except for the last unit of the entry value.
    let kept = SignedDecimal256::try_from(dec("0.0249") + params.leverage_buffer).unwrap();
    prop_assert!(ratio >= kept, "{} {}", ratio, kept);
    Ok(())
}

fn no_order_leaves_leverage_or_hedge_worse_and_out_of_bounds(world: &World, params: &PolicyParams) -> Checked {
    // The vault checks this after each trade: a decision that failed the check would stay due for ever.
    let state = world.state();
    let decision = next_action(&state, params).unwrap();
    let after = apply(&state, params, &decision, rate(&state, &decision)).unwrap();
    let (before, after) = (hedge_state(&state, params).unwrap(), hedge_state(&after, params).unwrap());
    let above = match after.leverage {
        Leverage::None => false,
        Leverage::Finite(leverage) => leverage > after.targets.leverage_max,
        Leverage::Infinite => true,
    };
    prop_assert!(
        decision.rule.is_none() || !above || after.margin_ratio > before.margin_ratio,
        "{:?}: {:#?} {:#?}",
        decision,
        before,
        after
    );
    let targets = after.targets;
    let far = |ratio: Decimal256| ratio.abs_diff(targets.hedge_target);
    let in_band = (targets.hedge_low..=targets.hedge_high).contains(&after.hedge_ratio);
    prop_assert!(
        in_band || far(after.hedge_ratio) <= far(before.hedge_ratio),
        "{:?}: {:#?} {:#?}",
        decision,
        before,
        after
    );
    Ok(())
}

fn a_rescue_never_grows_the_short_and_never_raises_leverage(world: &World, params: &PolicyParams) -> Checked {
    let state = world.state();
    let Some(decision) = rescue(&state, params).unwrap() else { return Ok(()) };
    prop_assert!(order_of(&decision).delta >= 0);
    let after = apply(&state, params, &decision, rate(&state, &decision)).unwrap();
    let ratio = |state: &State| hedge_state(state, params).unwrap().margin_ratio;
    if let (Some(before), Some(after)) = (ratio(&state), ratio(&after)) {
        prop_assert!(after >= before, "{} {}", before, after);
    }
    Ok(())
}

fn an_order_costs_what_it_says_and_nothing_else(world: &World, params: &PolicyParams) -> Checked {
    // NAV falls by the cost of the trade, the conversion of what is paid in coins, and rounding. Coins count for what
    // they pay.
    let state = world.state();
    let decision = next_action(&state, params).unwrap();
    if !matches!(decision.action, HedgeAction::Adjust { .. }) {
        return Ok(());
    }
    let after = apply(&state, params, &decision, rate(&state, &decision)).unwrap();
    let at_payment = |state: &State| {
        let mut state = state.clone();
        if let Some(range) = &state.prices.collateral_range {
            state.prices.collateral = range.lasting(state.prices.collateral).unwrap();
        }
        nav(&state).unwrap()
    };
    prop_assert!(at_payment(&after) <= at_payment(&state));
    Ok(())
}

/// Each property in a market of one price (and of two equal ones, see `told`), and of two.
macro_rules! properties {
    ($worlds:ident, $strategy:ident: $($name:ident),+) => {
        mod $worlds {
            use super::*;

            proptest! {
                #![proptest_config(ProptestConfig::with_cases(1_500))]
                $(
                    #[test]
                    fn $name(world in $strategy(), params in policies()) {
                        super::$name(&world, &params)?;
                    }
                )+
            }
        }
    };
    ($($name:ident),+ $(,)?) => {
        properties!(one_price, world: $($name),+);
        properties!(two_prices, two_prices: $($name),+);
    };
}

properties!(
    at_an_unchanged_price_the_policy_rests_after_at_most_three_orders,
    the_venue_takes_every_order_and_does_with_it_what_was_planned,
    at_rest_the_assumed_rise_and_discount_leave_maintenance_and_buffer,
    no_order_leaves_leverage_or_hedge_worse_and_out_of_bounds,
    a_rescue_never_grows_the_short_and_never_raises_leverage,
    an_order_costs_what_it_says_and_nothing_else,
);
