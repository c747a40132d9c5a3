//! Checks the declared bounds of the contracts' parameters against the agreed ones, written here by hand.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::arithmetic_side_effects, clippy::panic)]

use std::path::Path;

use ballast_params::{document, keep_table, within_bounds};
use ballast_types::market::{MarketParams, Terms};
use ballast_types::oracle::{FeedConfig, Source};
use ballast_types::parameters::{Outside, Parameter};
use ballast_types::policy::PolicyParams;
use cosmwasm_std::{Decimal256, SignedDecimal256, Uint128};
use hedge_policy::Pricing;
use serde::de::DeserializeOwned;
use serde::Serialize;
use serde_json::Value;

const HOUR: u64 = 3_600;
const DAY: u64 = 86_400;

/// A parameter, its bounds, and the smallest step of its type.
struct Row {
    name: &'static str,
    min: Decimal256,
    max: Decimal256,
    step: Decimal256,
}

fn ratio(name: &'static str, min: &str, max: &str) -> Row {
    Row { name, min: min.parse().unwrap(), max: max.parse().unwrap(), step: Decimal256::raw(1) }
}

fn seconds(name: &'static str, min: u64, max: u64) -> Row {
    let whole = |seconds: u64| Decimal256::from_ratio(seconds, 1u64);
    Row { name, min: whole(min), max: whole(max), step: Decimal256::one() }
}

fn policy() -> Vec<Row> {
    vec![
        ratio("leverage_buffer", "0.005", "0.2"),
        ratio("volatility_multiple", "1", "10"),
        seconds("reaction_time", HOUR, 120 * HOUR),
        ratio("jump_floor", "0.05", "2"),
        ratio("volatility_floor", "0.1", "3"),
        ratio("assumed_discount", "0", "0.6"),
        ratio("max_leverage_low", "1.05", "10"),
        ratio("max_leverage_high", "1.05", "10"),
        ratio("target_divisor", "1.2", "4"),
        ratio("min_leverage_share", "0.3", "0.9"),
        ratio("settle_above", "0.05", "0.6"),
        ratio("settle_below", "0.05", "0.6"),
        ratio("hedge_band", "0.005", "0.2"),
        ratio("gamma", "0.5", "20"),
        seconds("forecast_half_life", 8 * HOUR, 720 * HOUR),
        ratio("min_variance_hedge", "0.2", "1.2"),
        ratio("hedge_min", "0", "1.2"),
        ratio("hedge_max", "0", "1.2"),
        ratio("quote_buffer", "0", "0.5"),
        ratio("min_action", "0.0005", "0.05"),
        ratio("max_cost", "0.001", "0.05"),
        ratio("cost_budget", "0.001", "0.1"),
        seconds("cost_budget_refill", 7 * DAY, 365 * DAY),
        ratio("auction_bonus", "0", "0.02"),
        seconds("auction_time", HOUR, 72 * HOUR),
        ratio("venue_share", "0.1", "1"),
        ratio("exit_cost", "0.001", "0.2"),
    ]
}

fn market() -> Vec<Row> {
    vec![
        ratio("taker_fee", "0", "0.01"),
        ratio("min_spread", "0.0001", "0.01"),
        ratio("spread_z", "0", "5"),
        seconds("spread_latency", 0, 120),
        ratio("max_spread", "0.0002", "0.02"),
        ratio("maintenance_ratio", "0.01", "0.2"),
        ratio("initial_ratio", "0", "0.5"),
        ratio("liquidation_fee", "0.001", "0.05"),
        ratio("jump_buffer", "0.001", "0.1"),
        ratio("haircut", "0", "0.5"),
        ratio("conversion_charge", "0", "0.05"),
        ratio("funding_cap", "0", "10"),
        ratio("slope", "0", "0.5"),
        ratio("pass_through", "0", "1"),
        ratio("headroom", "0", "2"),
        ratio("insurance_target", "0", "0.2"),
        ratio("long_reserve", "0.2", "10"),
        ratio("skew_scale", "0.01", "1"),
        ratio("open_interest_cap", "0.01", "3"),
        ratio("hedger_share", "0", "0.75"),
        ratio("size_added_cap", "0.01", "2"),
        Row { name: "min_position", min: Decimal256::one(), max: Decimal256::MAX, step: Decimal256::one() },
        ratio("base_discount", "0", "0.02"),
        seconds("base_discount_time", HOUR, 72 * HOUR),
        seconds("pool_notice", HOUR, 14 * DAY),
        seconds("pool_window", HOUR, 3 * DAY),
        seconds("pool_bar", 0, 30 * DAY),
        seconds("defence_pause", 300, DAY),
        seconds("defence_pause_cooldown", HOUR, 14 * DAY),
        seconds("liquidation_grace", 0, DAY),
    ]
}

/// Rows of a feed whose `max_age` may be within `ages`, and its `max_jump` within `jumps`.
fn feed(ages: (u64, u64), jumps: (&str, &str)) -> Vec<Row> {
    vec![
        seconds("max_age", ages.0, ages.1),
        ratio("max_confidence", "0.0001", "0.1"),
        ratio("max_jump", jumps.0, jumps.1),
        seconds("confirm_after", 10, HOUR),
        seconds("variance_tau", 24 * HOUR, 2_000 * HOUR),
        ratio("initial_volatility", "0.01", "3"),
    ]
}

fn fixed() -> Source {
    Source::Fixed { value: SignedDecimal256::one() }
}

/// The same with one parameter replaced.
fn with<T: Serialize + DeserializeOwned>(params: &T, name: &str, value: Decimal256) -> T {
    let mut fields = serde_json::to_value(params).unwrap();
    let slot = &mut fields[name];
    *slot = match slot {
        Value::String(_) => value.to_string().into(),
        _ => value.to_string().parse::<u64>().unwrap().into(),
    };
    serde_json::from_value(fields).unwrap()
}

/// `check` accepts a value at each bound. One step outside, it returns name, value and bounds, and `refused` agrees.
fn hold<T: Serialize + DeserializeOwned>(
    params: &T,
    rows: &[Row],
    check: impl Fn(&T) -> Option<Outside>,
    refused: impl Fn(&T, &Outside),
) {
    for Row { name, min, max, step } in rows {
        let limited = *max < Decimal256::MAX;
        let most = if limited { *max } else { Decimal256::from_ratio(Uint128::MAX, 1u64) };
        for bound in [*min, most] {
            assert_eq!(check(&with(params, name, bound)), None, "{name} at {bound}");
        }
        let below = (!min.is_zero()).then(|| *min - *step);
        let above = limited.then(|| *max + *step);
        for value in below.into_iter().chain(above) {
            let changed = with(params, name, value);
            let outside = Outside { name, value, min: *min, max: *max };
            assert_eq!(check(&changed).as_ref(), Some(&outside));
            refused(&changed, &outside);
        }
    }
}

/// The text of an error of the pure crates.
fn said(Outside { name, value, min, max }: &Outside) -> String {
    format!("{name} is {value}: it must be from {min} to {max}")
}

/// Every declared parameter must have a row here.
fn all_are_tried(declared: &[Parameter], rows: &[Row]) {
    let bounded = declared.iter().filter(|parameter| parameter.bounds.is_some() && parameter.case.is_empty());
    assert_eq!(bounded.map(|row| row.name).collect::<Vec<_>>(), rows.iter().map(|row| row.name).collect::<Vec<_>>());
}

#[test]
fn every_parameter_of_the_policy_is_refused_one_step_outside_of_its_bounds() {
    all_are_tried(PolicyParams::PARAMETERS, &policy());
    let terms = Terms::from(&MarketParams::defaults(6));
    hold(&PolicyParams::default(), &policy(), PolicyParams::first_outside, |params, outside| {
        assert_eq!(hedge_policy::validate(params, &terms, None, Pricing::One).unwrap_err().to_string(), said(outside));
    });
}

#[test]
fn every_parameter_of_a_market_is_refused_one_step_outside_of_its_bounds() {
    all_are_tried(MarketParams::PARAMETERS, &market());
    let defaults = MarketParams::defaults(6);
    hold(&defaults, &market(), MarketParams::first_outside, |params, outside| {
        assert_eq!(perp_engine::validate(params).unwrap_err().to_string(), said(outside));
    });
    for max_open_interest in [Uint128::zero(), Uint128::MAX] {
        assert_eq!(MarketParams { max_open_interest, ..defaults.clone() }.first_outside(), None);
    }
}

/// The error for the bound set by maintenance also states the declared max.
#[test]
fn an_initial_ratio_below_one_and_a_half_times_maintenance_is_refused_with_both_bounds() {
    let initial_ratio = "0.037499999999999999".parse().unwrap();
    let params = MarketParams { initial_ratio, ..MarketParams::defaults(6) };
    let error = perp_engine::validate(&params).unwrap_err().to_string();
    assert_eq!(error, "initial_ratio is 0.037499999999999999: it must be from 0.0375 to 0.5");
}

/// The oracle's own tests check the error of each parameter.
#[test]
fn every_parameter_of_a_feed_is_refused_one_step_outside_of_the_bounds_of_its_kind() {
    let (price, rate) = (feed((5, DAY), ("0.01", "1")), feed((HOUR, 72 * HOUR), ("0.01", "1")));
    let mut redemption_rate = feed((5, DAY), ("0.001", "0.1"));
    redemption_rate.push(ratio("max_growth", "0.0001", "0.02"));
    all_are_tried(FeedConfig::PARAMETERS, &price);
    hold(&FeedConfig::price(fixed()), &price, FeedConfig::first_outside, |_, _| {});
    hold(&FeedConfig::rate(fixed()), &rate, FeedConfig::first_outside, |_, _| {});
    hold(&FeedConfig::redemption_rate(fixed()), &redemption_rate, FeedConfig::first_outside, |_, _| {});
}

#[test]
fn a_bound_on_growth_is_refused_where_nothing_grows_and_missed_where_something_does() {
    for config in [FeedConfig::price(fixed()), FeedConfig::rate(fixed())] {
        assert_eq!((config.max_growth, config.first_outside()), (None, None));
        let config = FeedConfig { max_growth: Some(Decimal256::permille(1)), ..config };
        let error = within_bounds("oracle.price", config, FeedConfig::first_outside).unwrap_err().to_string();
        assert_eq!(error, "[oracle.price] max_growth = 0.001: must be left out here");
    }
    let config = FeedConfig { max_growth: None, ..FeedConfig::redemption_rate(fixed()) };
    assert_eq!(config.first_outside().unwrap().name, "max_growth");
}

#[test]
fn of_several_parameters_outside_the_first_is_said() {
    let params = MarketParams { slope: Decimal256::one(), pool_bar: u64::MAX, ..MarketParams::defaults(6) };
    assert_eq!(params.first_outside().unwrap().name, "slope");
    let params = MarketParams { slope: Decimal256::zero(), ..params };
    assert_eq!(params.first_outside().unwrap().name, "pool_bar");
}

#[test]
fn the_documentation_says_meaning_bounds_and_default() {
    let has = |text: &str, lines: &str| assert!(text.contains(lines), "{lines} is not in\n{text}");
    let policy = document("policy", &PolicyParams::default(), PolicyParams::PARAMETERS).unwrap();
    has(
        &policy,
        "# `T`: seconds that keepers need to react, at least the longest closing of the market's feeds. 1 h to 120 h allowed, 8 h by default.\nreaction_time = 28800\n",
    );
    let market = document("market", &MarketParams::defaults(6), MarketParams::PARAMETERS).unwrap();
    has(&market, "# Maximum open interest on each side, units of base. No limit by default.\nmax_open_interest = ");
    has(&market, "1 unit to no limit allowed, 100 whole quote by default.\nmin_position = 100000000\n");
    let feed = document("rate_feed", &FeedConfig::rate(fixed()), FeedConfig::PARAMETERS).unwrap();
    let age = "# Seconds until a value is stale. 5 seconds to 24 h allowed, 60 seconds by default. \
               For a yearly rate 1 h to 72 h allowed, 12 h by default.\nmax_age = 43200\n";
    assert!(feed.starts_with(&format!("[rate_feed]\n{age}# ")), "{feed}");
    assert!(!feed.contains("source") && !feed.contains("max_growth"), "{feed}");
    let redemption = document("rate", &FeedConfig::redemption_rate(fixed()), FeedConfig::PARAMETERS).unwrap();
    let growth =
        "# Maximum growth a day; what lies above counts as that. To be given for a redemption rate, and for nothing else. \
         No limit by default. For a redemption rate 0.01 % to 2 % allowed, 0.1 % by default.\nmax_growth = 0.001\n";
    assert!(redemption.ends_with(growth), "{redemption}");
}

#[test]
fn defaults_are_read_with_their_units() {
    let PolicyParams { min_action, cost_budget_refill, min_leverage_share, .. } = PolicyParams::default();
    assert_eq!((min_action, cost_budget_refill), (Decimal256::permille(5), 30 * DAY));
    assert_eq!(min_leverage_share, Decimal256::percent(65));
    let MarketParams { min_position, max_open_interest, pool_bar, taker_fee, .. } = MarketParams::defaults(18);
    assert_eq!(min_position, Uint128::new(100 * 10u128.pow(18)));
    assert_eq!((max_open_interest, pool_bar, taker_fee), (Uint128::MAX, 3 * DAY, Decimal256::bps(5)));
    assert_eq!((FeedConfig::price(fixed()).max_age, FeedConfig::rate(fixed()).max_age), (60, 12 * HOUR));
}

#[test]
fn the_readmes_of_the_contracts_have_the_declared_parameters() {
    let contracts = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../contracts");
    for (contract, parameters) in [
        ("vault", PolicyParams::PARAMETERS),
        ("perp-market", MarketParams::PARAMETERS),
        ("oracle", FeedConfig::PARAMETERS),
    ] {
        keep_table(&contracts.join(contract).join("README.md"), parameters).unwrap();
    }
}
