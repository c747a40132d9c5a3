//! Whole-system scenarios live in `tests/scenarios`; what they share is here: plain integer arithmetic, independent of
//! the project's own maths, for coins of 6 decimals.

pub mod treasury;

use ballast_testkit::Suite;
use ballast_types::Purse;

/// Millionths: prices and ratios of the scenarios are whole millionths, so that every expectation is integer maths.
pub const MILLION: u128 = 1_000_000;

/// `a * b / c` rounded up.
pub fn up(a: u128, b: u128, c: u128) -> u128 {
    (a * b).div_ceil(c)
}

/// `a * b / c` rounded down.
pub fn down(a: u128, b: u128, c: u128) -> u128 {
    a * b / c
}

/// Spread of an order at a fresh price while volatility is the 50 % that a feed begins with, of 10^18: `z` 3 times 0.5
/// times the root of the latency, 6 s of a year of 31,536,000 s, is 1.5 / sqrt(5,256,000) = 0.000654279903237767.
pub const ORDER_SPREAD: (u128, u128) = (654_279_903_237_767, 10u128.pow(18));

/// What an order of this value, in millionths of a unit, costs at a fresh price and a volatility of 50 %: the fee of
/// 0.05 % and the spread, each rounded up to a unit.
pub fn order_cost(value: u128) -> u128 {
    up(value, 5, 10_000 * MILLION) + up(value, ORDER_SPREAD.0, ORDER_SPREAD.1 * MILLION)
}

/// What base pays of its price for a debt: the minimum spread of 0.02 % and the conversion charge of 0.1 % are kept.
pub const PAYING: f64 = 0.9998 * 0.999;

/// Yearly variance after one more observed return over so many hours, with a `tau` of 168 h.
pub fn variance(before: f64, change: f64, hours: f64) -> f64 {
    (168.0 * before + change * change * 8_760.0) / (168.0 + hours)
}

/// Spread of an order at a fresh price with this yearly variance: `z` 3, a latency of 6 s, within 0.02 % and 0.3 %.
pub fn spread_at(variance: f64) -> f64 {
    (3.0 * variance.sqrt() * (6.0f64 / 31_536_000.0).sqrt()).clamp(0.0002, 0.003)
}

/// Everything in the vault: coins in books and margin.
pub fn coins_of_vault(suite: &Suite) -> Purse {
    let position = suite.vault_position();
    position.idle.plus(position.venue.position.margin).expect("coins add up")
}

/// Size of the vault's short.
pub fn short_of_vault(suite: &Suite) -> u128 {
    suite.vault_position().venue.position.size.i128().min(0).unsigned_abs()
}

/// A decimal or money as a plain number, for comparisons with a tolerance.
pub fn number(value: impl ToString) -> f64 {
    value.to_string().parse().expect("a number")
}

/// Panics unless `actual` is within `tolerance` (relative) of `expected`.
#[track_caller]
pub fn near(actual: f64, expected: f64, tolerance: f64) {
    let off = (actual / expected - 1.0).abs();
    assert!(off <= tolerance, "{actual} is not within {tolerance} of {expected}");
}
