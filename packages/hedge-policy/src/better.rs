//! What every order must achieve. The policy plans by it, and the vault checks the venue's response by it.

use ballast_types::policy::Targets;
use cosmwasm_std::{Decimal256, SignedDecimal256};

/// Whether the hedge ratio after an order is in its band, or no further from its target than before.
pub fn keeps_hedge(targets: &Targets, before: Decimal256, after: Decimal256) -> bool {
    let target = targets.hedge_target;
    (targets.hedge_low..=targets.hedge_high).contains(&after) || after.abs_diff(target) <= before.abs_diff(target)
}

/// Whether leverage is lower after an order than before. Compares margin ratios (none without a position), because
/// leverage is infinite both times if equity stays below zero.
pub fn lowers_leverage(before: Option<SignedDecimal256>, after: Option<SignedDecimal256>) -> bool {
    match (before, after) {
        (_, None) => true,
        (None, Some(_)) => false,
        (Some(before), Some(after)) => after > before,
    }
}
