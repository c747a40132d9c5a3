//! Whole-system scenarios live in `tests/scenarios`; what they share is here: plain integer arithmetic, independent of
//! the project's own maths, for coins of 6 decimals.

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
