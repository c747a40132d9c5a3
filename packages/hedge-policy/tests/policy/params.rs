use ballast_types::market::Terms;
use ballast_types::policy::PolicyParams;
use hedge_policy::{validate, PolicyError};

use crate::support::*;

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

#[test]
fn every_bound_of_the_design_holds_on_both_sides() {
    type Set = fn(&mut PolicyParams, cosmwasm_std::Decimal256);
    let rows: [(&str, Set, &str, &str); 18] = [
        ("leverage_buffer", |p, v| p.leverage_buffer = v, "0.005", "0.2"),
        ("volatility_multiple", |p, v| p.volatility_multiple = v, "1", "10"),
        ("jump_floor", |p, v| p.jump_floor = v, "0.05", "2"),
        ("volatility_floor", |p, v| p.volatility_floor = v, "0.1", "3"),
        ("max_leverage_high", |p, v| p.max_leverage_high = v, "1.4", "10"),
        ("target_divisor", |p, v| p.target_divisor = v, "1.2", "4"),
        ("min_leverage_share", |p, v| p.min_leverage_share = v, "0.3", "0.9"),
        ("settle_above", |p, v| p.settle_above = v, "0.05", "0.6"),
        ("settle_below", |p, v| p.settle_below = v, "0.05", "0.6"),
        ("hedge_band", |p, v| p.hedge_band = v, "0.005", "0.2"),
        ("gamma", |p, v| p.gamma = v, "0.5", "20"),
        ("hedge_min", |p, v| p.hedge_min = v, "0", "1"),
        ("quote_buffer", |p, v| p.quote_buffer = v, "0", "0.5"),
        ("min_action", |p, v| p.min_action = v, "0.0005", "0.05"),
        ("max_cost", |p, v| p.max_cost = v, "0.0005", "0.05"),
        ("cost_budget", |p, v| p.cost_budget = v, "0.001", "0.2"),
        ("auction_bonus", |p, v| p.auction_bonus = v, "0", "0.02"),
        ("venue_share", |p, v| p.venue_share = v, "0.1", "1"),
    ];
    let step = dec("0.000001");
    for (name, set, least, most) in rows {
        accepted(|p| set(p, dec(least)));
        accepted(|p| set(p, dec(most)));
        let error = refused(|p| set(p, dec(most) + step)).to_string();
        assert!(error.contains(name), "{name}: {error}");
        if dec(least) > step {
            let error = refused(|p| set(p, dec(least) - step)).to_string();
            assert!(error.contains(name), "{name}: {error}");
        }
    }
}

#[test]
fn times_have_bounds_too() {
    accepted(|p| p.reaction_time = 3600);
    refused(|p| p.reaction_time = 3599);
    refused(|p| p.reaction_time = 72 * 3600 + 1);
    refused(|p| p.forecast_half_life = 8 * 3600 - 1);
    refused(|p| p.forecast_half_life = 720 * 3600 + 1);
    refused(|p| p.cost_budget_refill = 24 * 3600 - 1);
    refused(|p| p.cost_budget_refill = 0);
    refused(|p| p.auction_time = u64::MAX);
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
