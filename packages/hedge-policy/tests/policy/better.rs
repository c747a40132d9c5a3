//! What an order must achieve: hedge and leverage stay within their bounds or move towards them.

use ballast_types::policy::{PolicyParams, Targets};
use hedge_policy::{keeps_hedge, lowers_leverage};

use crate::support::*;
use crate::told::targets;

/// A band from 97 to 103 %.
fn band() -> Targets {
    targets(&calm(), &PolicyParams::default()).unwrap()
}

#[test]
fn a_hedge_within_its_band_is_kept_wherever_it_was() {
    for after in ["0.97", "1", "1.03"] {
        assert!(keeps_hedge(&band(), dec("1"), dec(after)), "{after}");
    }
}

#[test]
fn a_hedge_outside_of_its_band_may_not_move_away_from_its_target() {
    for (before, after, kept) in [
        ("0.9", "0.9", true),
        ("0.9", "0.91", true),
        ("0.9", "0.89", false),
        ("0.9", "1.1", true),
        ("0.9", "1.11", false),
        ("1", "0.9699", false),
        ("1", "1.0301", false),
    ] {
        assert_eq!(keeps_hedge(&band(), dec(before), dec(after)), kept, "{before} to {after}");
    }
}

#[test]
fn leverage_is_lower_where_the_margin_ratio_is_higher_or_no_position_is_left() {
    let ratio = |text: &str| Some(signed(text));
    for (before, after, lower) in [
        (ratio("0.2"), ratio("0.21"), true),
        (ratio("0.2"), ratio("0.2"), false),
        (ratio("0.2"), ratio("0.19"), false),
        (ratio("-0.2"), ratio("-0.1"), true),
        (ratio("-0.1"), ratio("-0.2"), false),
        (ratio("0.2"), None, true),
        (None, None, true),
        (None, ratio("5"), false),
    ] {
        assert_eq!(lowers_leverage(before, after), lower, "{before:?} to {after:?}");
    }
}
