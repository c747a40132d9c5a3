use ballast_types::market::{FeedBounds, Terms};
use ballast_types::policy::PolicyParams;
use cosmwasm_std::Decimal256;
use hedge_policy::{PolicyError, Pricing};

use crate::support::*;
use crate::told::validate;

fn refused(change: impl FnOnce(&mut PolicyParams)) -> PolicyError {
    let mut params = PolicyParams::default();
    change(&mut params);
    validate(&params, &default_terms(), None).unwrap_err()
}

fn accepted(change: impl FnOnce(&mut PolicyParams)) {
    let mut params = PolicyParams::default();
    change(&mut params);
    validate(&params, &default_terms(), None).unwrap();
}

#[test]
fn the_defaults_are_within_their_bounds() {
    accepted(|_| {});
}

pub type Set = fn(&mut PolicyParams, Decimal256);

/// Name, setter, min, max.
pub const BOUNDS: [(&str, Set, &str, &str); 21] = [
    ("leverage_buffer", |p, v| p.leverage_buffer = v, "0.005", "0.2"),
    ("volatility_multiple", |p, v| p.volatility_multiple = v, "1", "10"),
    ("jump_floor", |p, v| p.jump_floor = v, "0.05", "2"),
    ("volatility_floor", |p, v| p.volatility_floor = v, "0.1", "3"),
    ("assumed_discount", |p, v| p.assumed_discount = v, "0", "0.6"),
    ("max_leverage_high", |p, v| p.max_leverage_high = v, "1.4", "10"),
    ("target_divisor", |p, v| p.target_divisor = v, "1.2", "4"),
    ("min_leverage_share", |p, v| p.min_leverage_share = v, "0.3", "0.9"),
    ("settle_above", |p, v| p.settle_above = v, "0.05", "0.6"),
    ("settle_below", |p, v| p.settle_below = v, "0.05", "0.6"),
    ("hedge_band", |p, v| p.hedge_band = v, "0.005", "0.2"),
    ("gamma", |p, v| p.gamma = v, "0.5", "20"),
    ("min_variance_hedge", |p, v| p.min_variance_hedge = v, "0.2", "1.2"),
    ("hedge_min", |p, v| p.hedge_min = v, "0", "1"),
    ("quote_buffer", |p, v| p.quote_buffer = v, "0", "0.5"),
    ("min_action", |p, v| p.min_action = v, "0.0005", "0.05"),
    ("max_cost", |p, v| p.max_cost = v, "0.001", "0.05"),
    ("cost_budget", |p, v| p.cost_budget = v, "0.001", "0.1"),
    ("auction_bonus", |p, v| p.auction_bonus = v, "0", "0.02"),
    ("venue_share", |p, v| p.venue_share = v, "0.1", "1"),
    ("exit_cost", |p, v| p.exit_cost = v, "0.001", "0.2"),
];

/// Parameters and terms that fit each other at both ends of each bound: at a cheap venue that may hold all of NAV, or
/// with a hedge so small that a tenth of NAV is enough.
fn roomy(name: &str) -> (PolicyParams, Terms) {
    let mut params = PolicyParams { venue_share: dec("1"), ..PolicyParams::default() };
    if name == "venue_share" {
        (params.hedge_min, params.min_variance_hedge, params.hedge_max) = (dec("0.2"), dec("0.2"), dec("0.2"));
        params.target_divisor = dec("1.2");
    }
    if name == "min_variance_hedge" {
        (params.hedge_min, params.hedge_max, params.max_leverage_low) = (dec("0"), dec("1.2"), dec("1.65"));
    }
    if name == "min_action" {
        params.hedge_band = dec("0.05");
    }
    (params, Terms { taker_fee: dec("0.0001"), max_spread: dec("0.0002"), ..default_terms() })
}

#[test]
fn every_hard_bound_holds_on_both_sides() {
    let step = dec("0.000001");
    for (name, set, least, most) in BOUNDS {
        let (roomy, terms) = roomy(name);
        let at = |value| {
            let mut params = roomy.clone();
            set(&mut params, value);
            hedge_policy::validate(&params, &terms, None, Pricing::One)
        };
        at(dec(least)).unwrap();
        at(dec(most)).unwrap();
        let error = at(dec(most) + step).unwrap_err().to_string();
        assert!(error.contains(name), "{name}: {error}");
        if dec(least) > step {
            let error = at(dec(least) - step).unwrap_err().to_string();
            assert!(error.contains(name), "{name}: {error}");
        }
    }
}

#[test]
fn times_have_bounds_too() {
    accepted(|p| p.reaction_time = 3600);
    accepted(|p| p.reaction_time = 120 * 3600);
    refused(|p| p.reaction_time = 3599);
    refused(|p| p.reaction_time = 120 * 3600 + 1);
    refused(|p| p.forecast_half_life = 8 * 3600 - 1);
    refused(|p| p.forecast_half_life = 720 * 3600 + 1);
    accepted(|p| p.cost_budget_refill = 7 * 24 * 3600);
    accepted(|p| p.cost_budget_refill = 365 * 24 * 3600);
    refused(|p| p.cost_budget_refill = 7 * 24 * 3600 - 1);
    refused(|p| p.cost_budget_refill = 365 * 24 * 3600 + 1);
    refused(|p| p.cost_budget_refill = 0);
    refused(|p| p.auction_time = u64::MAX);
}

/// The error must contain both numbers.
fn tells(error: &PolicyError, parts: &[&str]) {
    let text = error.to_string();
    assert!(matches!(error, PolicyError::Crossed { .. }), "{text}");
    for part in parts {
        assert!(text.contains(part), "{part}: {text}");
    }
}

#[test]
fn the_defaults_fit_the_default_venue_and_feed() {
    validate(&PolicyParams::default(), &default_terms(), Some(&DEFAULT_FEED)).unwrap();
}

/// The default limits of a feed: a confidence of 0.8 % and a jump of 15 %.
const DEFAULT_FEED: FeedBounds =
    FeedBounds { max_confidence: Decimal256::permille(8), max_jump: Decimal256::percent(15), longest_closing: None };

#[test]
fn a_bound_on_cost_below_what_the_venue_costs_is_refused() {
    let with = |max_cost: &str, feed| {
        validate(&PolicyParams { max_cost: dec(max_cost), ..Default::default() }, &default_terms(), feed)
    };
    let exit = |exit_cost: &str| {
        validate(
            &PolicyParams { exit_cost: dec(exit_cost), ..Default::default() },
            &default_terms(),
            Some(&DEFAULT_FEED),
        )
    };
    exit("0.009").unwrap();
    tells(&exit("0.008999").unwrap_err(), &["max_confidence", "0.009", "exit_cost", "0.008999"]);
    // 2 * 0.05 % and 0.3 % of spread are 0.4 %; 0.8 % of confidence make it 0.9 %.
    with("0.004", None).unwrap();
    tells(&with("0.003999", None).unwrap_err(), &["max_spread", "0.004", "max_cost", "0.003999"]);
    with("0.009", Some(&DEFAULT_FEED)).unwrap();
    tells(&with("0.008999", Some(&DEFAULT_FEED)).unwrap_err(), &["max_confidence", "0.009", "max_cost", "0.008999"]);
    // A feed whose confidence is narrower than the spread changes nothing.
    let certain = FeedBounds { max_confidence: dec("0.003"), ..DEFAULT_FEED };
    with("0.004", Some(&certain)).unwrap();
    with("0.003999", Some(&certain)).unwrap_err();
}

#[test]
fn a_reaction_time_shorter_than_the_longest_closing_is_refused() {
    let with = |reaction_time, longest_closing| {
        let feed = FeedBounds { longest_closing, ..DEFAULT_FEED };
        validate(&PolicyParams { reaction_time, ..Default::default() }, &default_terms(), Some(&feed))
    };
    // A weekend of 49 h.
    with(176_400, Some(176_400)).unwrap();
    tells(
        &with(176_399, Some(176_400)).unwrap_err(),
        &["longest_closing (176400) must not be above reaction_time (176399)"],
    );
    tells(&with(28_800, Some(277_200)).unwrap_err(), &["277200", "28800"]);
    with(28_800, None).unwrap();
}

#[test]
fn a_share_of_the_venue_that_the_target_leverage_cannot_live_with_is_refused() {
    let with = |share: &str, terms: &Terms| {
        validate(&PolicyParams { venue_share: dec(share), ..Default::default() }, terms, None)
    };
    // (1/2.072126 + 0.0007)/0.9 = 0.536996 of the coins, of NAV less 1 %: 0.542420.
    with("0.54242", &default_terms()).unwrap();
    tells(&with("0.542419", &default_terms()).unwrap_err(), &["venue_share", "0.542419", "0.5424199"]);
    tells(&with("0.1", &default_terms()).unwrap_err(), &["venue_share", "0.1", "0.5424199"]);
    // Where the venue asks for half of the notional: (0.505 + 0.0007)/0.9/0.99 = 0.5675645.
    let strict = Terms { initial_ratio: dec("0.5"), ..default_terms() };
    with("0.567564", &strict).unwrap_err();
    with("0.567565", &strict).unwrap();
}

#[test]
fn a_wild_floor_of_volatility_needs_more_of_the_venue() {
    // x = 10*3*sqrt(8/8760) = 0.9066: L_max = 1/(0.045 + 0.4755) = 1.9213; over 1.75 that is below 1.1/0.8993, so that
    // 10/11 of the coins are needed, and 1 % of NAV.
    let params = PolicyParams { volatility_multiple: dec("10"), volatility_floor: dec("3"), ..Default::default() };
    tells(&validate(&params, &default_terms(), None).unwrap_err(), &["venue_share", "0.9", "0.918"]);
}

#[test]
fn what_makes_a_rule_due_is_worth_an_action() {
    // 5 % of a hedge of 0.8 is 4 % of NAV.
    let with = |above: &str, below: &str, band: &str, action: &str| {
        let params = PolicyParams {
            settle_above: dec(above),
            settle_below: dec(below),
            hedge_band: dec(band),
            min_action: dec(action),
            ..Default::default()
        };
        validate(&params, &default_terms(), None)
    };
    with("0.05", "0.05", "0.04", "0.04").unwrap();
    tells(&with("0.25", "0.05", "0.05", "0.05").unwrap_err(), &["settle_below", "0.04", "min_action", "0.05"]);
    tells(&with("0.05", "0.35", "0.05", "0.040001").unwrap_err(), &["settle_above", "0.04", "min_action", "0.040001"]);
    tells(&with("0.25", "0.35", "0.03", "0.030001").unwrap_err(), &["hedge_band", "0.03", "min_action", "0.030001"]);
    // A hedge that may be zero has no minimum.
    accepted(|p| p.hedge_min = dec("0"));
    refused(|p| p.hedge_min = dec("0.01"));
}

#[test]
fn the_least_maximum_must_leave_room_above_all_coins_posted() {
    // 1.1 * 1.1 / 0.8993 = 1.345491...
    accepted(|p| p.max_leverage_low = dec("1.3455"));
    let error = refused(|p| p.max_leverage_low = dec("1.3454"));
    assert!(matches!(error, PolicyError::LeverageTooLow { .. }), "{error}");
    // A larger hedge needs more: 1.21 * 1.2 / (0.9 - 0.00084) = 1.615.
    let error = refused(|p| p.hedge_max = dec("1.2"));
    assert!(matches!(error, PolicyError::LeverageTooLow { .. }), "{error}");
    accepted(|p| {
        p.hedge_max = dec("1.2");
        p.max_leverage_low = dec("1.62");
    });
}

#[test]
fn the_least_maximum_must_not_reach_where_the_venue_liquidates() {
    // 1/(0.2 + 0.02) = 4.54.
    let terms = Terms { maintenance_ratio: dec("0.2"), ..default_terms() };
    let with = |low: &str| PolicyParams {
        max_leverage_low: dec(low),
        max_leverage_high: dec("10"),
        ..PolicyParams::default()
    };
    validate(&with("4.5"), &terms, None).unwrap();
    let error = validate(&with("4.6"), &terms, None).unwrap_err();
    assert!(matches!(error, PolicyError::LeverageTooHigh { .. }), "{error}");
}

#[test]
fn bounds_that_cross_are_refused() {
    let error = refused(|p| p.hedge_min = dec("1.1"));
    assert!(matches!(error, PolicyError::Crossed { .. }), "{error}");
    let error = refused(|p| p.max_leverage_high = dec("1.39"));
    assert!(matches!(error, PolicyError::Crossed { .. }), "{error}");
}
