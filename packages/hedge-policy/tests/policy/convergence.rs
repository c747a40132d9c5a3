//! No rule undoes another's work: at an unchanged price the policy comes to rest.

use ballast_math::{Money, Purse};
use ballast_types::market::{MarketAction, PositionState};
use ballast_types::oracle::Flag;
use ballast_types::policy::{Decision, HedgeAction, PolicyParams, Rule};
use cosmwasm_std::{Decimal256, Int128, SignedDecimal256, Uint128};
use hedge_policy::{apply, hedge_ratio, hedge_state, nav, next_action, rescue, State};
use proptest::prelude::*;

use crate::support::*;

#[derive(Debug, Clone)]
struct World {
    price: u64,
    entry: u64,
    coins: u128,
    hedged: u32,
    posted: u32,
    idle_quote: u32,
    margin_quote: u32,
    funding: i32,
    volatility: u32,
    spread: u32,
    forecast: i32,
    slack: i64,
    capacity: u32,
    pool: u32,
    pool_price: u32,
    spent: u32,
    flag: Option<Flag>,
    off: Vec<MarketAction>,
}

fn world() -> impl Strategy<Value = World> {
    let prices = (1u64..10_000_000, 200u64..4_000, 1_000_000_000u128..1_000_000_000_000, 0u32..2_500, 0u32..=1_000);
    let coins = (
        prop_oneof![3 => Just(0u32), 2 => 0u32..800],
        prop_oneof![3 => Just(0u32), 2 => 0u32..800],
        prop_oneof![3 => Just(0i32), 2 => -600i32..600],
        prop_oneof![3 => Just(500u32), 1 => 100u32..20_000],
        prop_oneof![3 => Just(2u32), 2 => 2u32..80],
        -400i32..400,
    );
    let venue = (
        prop_oneof![3 => Just(1_000_000i64), 2 => -500i64..3_000],
        prop_oneof![2 => Just(10_000u32), 1 => 0u32..800],
        prop_oneof![1 => Just(0u32), 1 => 0u32..500],
        9_900u32..10_100,
        prop_oneof![3 => Just(0u32), 1 => 0u32..400],
    );
    let faults = (
        prop_oneof![
            8 => Just(None),
            1 => Just(Some(Flag::Uncertain)),
            1 => Just(Some(Flag::Stale)),
            1 => Just(Some(Flag::Jump)),
        ],
        prop_oneof![
            8 => Just(vec![]),
            1 => Just(vec![MarketAction::Increase]),
            1 => Just(vec![MarketAction::Reduce]),
            1 => Just(vec![MarketAction::MarginOut]),
            1 => Just(vec![MarketAction::MarginIn]),
        ],
    );
    (prices, coins, venue, faults).prop_map(
        |(
            (price, entry, coins, hedged, posted),
            (idle_quote, margin_quote, funding, volatility, spread, forecast),
            (slack, capacity, pool, pool_price, spent),
            (flag, off),
        )| World {
            price,
            entry,
            coins,
            hedged,
            posted,
            idle_quote,
            margin_quote,
            funding,
            volatility,
            spread,
            forecast,
            slack,
            capacity,
            pool,
            pool_price,
            spent,
            flag,
            off,
        },
    )
}

/// `part` thousandths.
fn thousandths(amount: u128, part: u32) -> Uint128 {
    Uint128::new(amount * u128::from(part) / 1_000)
}

impl World {
    fn state(&self) -> State {
        let mut state = calm();
        let price = Decimal256::from_ratio(self.price, 1_000u64);
        // Coins and quote have the same decimals here.
        let value = |amount: u128| amount * u128::from(self.price) / 1_000;
        let worth = value(self.coins);
        let short = thousandths(self.coins, self.hedged);
        let posted = thousandths(self.coins, self.posted);
        state.idle = Purse::new(Uint128::new(self.coins) - posted, thousandths(worth, self.idle_quote));
        state.position = PositionState {
            size: Int128::new(-i128::try_from(short.u128()).unwrap()),
            entry_value: Uint128::new(value(short.u128()) * u128::from(self.entry) / 1_000),
            margin: Purse::new(posted, thousandths(worth, self.margin_quote)),
            price_pnl: Money::ZERO,
            funding: money(i128::try_from(value(short.u128())).unwrap() * i128::from(self.funding) / 1_000),
        };
        let mut state = at_price(state, &price.to_string());
        state.terms.min_position = Uint128::one();
        state.prices.volatility = Decimal256::permille(self.volatility.into());
        state.prices.spread = Decimal256::bps(self.spread.into());
        let forecast = SignedDecimal256::permille(self.forecast.into());
        state.forecast = hedge_policy::Forecast { reference_mean: forecast, paid_mean: forecast };
        state.capacity.slack = money(i128::try_from(worth).unwrap() * i128::from(self.slack) / 1_000);
        state.capacity.short = thousandths(self.coins, self.capacity);
        state.base_for_sale.amount = thousandths(self.coins, self.pool);
        state.base_for_sale.price = price * Decimal256::bps(self.pool_price.into());
        if state.base_for_sale.price.is_zero() {
            state.base_for_sale.amount = Uint128::zero();
        }
        state.cost_spent = Money::from_amount(thousandths(worth, self.spent) / Uint128::new(10));
        state.prices.flags = self.flag.into_iter().collect();
        state.status.off = self.off.clone();
        state
    }
}

fn rate(state: &State) -> Decimal256 {
    state.terms.taker_fee + state.prices.spread
}

/// Orders at the venue, where purchases that follow one another are one: each makes room for the next, because the
/// quote that pays for it is what the pool may then owe. Starting an auction's clock moves nothing.
fn steps(history: &[Decision]) -> usize {
    let mut steps: Vec<Rule> = history
        .iter()
        .filter(|decision| !matches!(decision.action, HedgeAction::OpenAuction { .. }))
        .filter_map(|decision| decision.rule)
        .collect();
    steps.dedup_by(|a, b| *a == Rule::IdleQuote && *b == Rule::IdleQuote);
    steps.len()
}

fn told(history: &[Decision]) -> String {
    history.iter().map(|decision| format!("{decision:?}\n")).collect()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(20_000))]

    #[test]
    fn at_an_unchanged_price_the_policy_rests_after_at_most_three_orders(world in world()) {
        let params = PolicyParams::default();
        let mut state = world.state();
        let mut history = vec![];
        loop {
            let decision = next_action(&state, &params).unwrap();
            if decision.rule.is_none() {
                prop_assert_eq!(decision.action, HedgeAction::None);
                break;
            }
            // What the policy decides is what the venue takes.
            let after = apply(&state, &params, &decision, rate(&state));
            prop_assert!(after.is_ok(), "{:?} on {:?}: {:?}", decision, state, after);
            state = after.unwrap();
            history.push(decision);
            prop_assert!(steps(&history) <= 3 && history.len() <= 60, "{}", told(&history));
        }
    }

    #[test]
    fn every_order_brings_the_hedge_nearer_or_leaves_it_in_its_band(world in world()) {
        let params = PolicyParams::default();
        let state = world.state();
        let decision = next_action(&state, &params).unwrap();
        if !matches!(decision.rule, Some(Rule::HedgeBand | Rule::Settle)) {
            return Ok(());
        }
        let targets = hedge_state(&state, &params).unwrap().targets;
        let after = apply(&state, &params, &decision, rate(&state)).unwrap();
        let far = |ratio: Decimal256| ratio.abs_diff(targets.hedge_target);
        let (old, new) = (hedge_ratio(&state).unwrap(), hedge_ratio(&after).unwrap());
        prop_assert!((targets.hedge_low..=targets.hedge_high).contains(&new) || far(new) < far(old) || decision.rule == Some(Rule::Settle), "{} {}", old, new);
    }

    #[test]
    fn a_rescue_never_grows_the_short_and_never_raises_leverage(world in world()) {
        let params = PolicyParams::default();
        let state = world.state();
        let Some(decision) = rescue(&state, &params).unwrap() else { return Ok(()) };
        prop_assert!(order_of(&decision).delta >= 0);
        let after = apply(&state, &params, &decision, rate(&state)).unwrap();
        let ratio = |state: &State| hedge_state(state, &params).unwrap().margin_ratio;
        // Below zero a smaller notional makes the same debt a larger part.
        if let (Some(before), Some(after)) = (ratio(&state), ratio(&after)) {
            prop_assert!(after >= before || before.is_negative(), "{} {}", before, after);
        }
    }

    #[test]
    fn an_order_costs_what_it_says_and_nothing_else(world in world()) {
        // NAV falls by the cost of the trade, the conversion of what is paid in coins, and roundings.
        let params = PolicyParams::default();
        let state = world.state();
        let decision = next_action(&state, &params).unwrap();
        if !matches!(decision.action, HedgeAction::Adjust { .. }) {
            return Ok(());
        }
        let after = apply(&state, &params, &decision, rate(&state)).unwrap();
        let (before, after) = (nav(&state).unwrap(), nav(&after).unwrap());
        prop_assert!(after <= before);
    }
}
