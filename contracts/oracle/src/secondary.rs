//! A price feed with a second opinion.

use ballast_math::{abs, div_ceil};
use ballast_types::oracle::Flag;
use cosmwasm_std::{Decimal256, SignedDecimal256};

use crate::reading::{raise, Reader};
use crate::source::Observation;
use crate::usable::of_both;

/// The primary, or the secondary where the primary has no value that can be used. It is without a flag only while both
/// are and lie near each other, so its clock of usable time loses what either of them loses.
pub fn observe(
    reader: &mut Reader,
    (primary, secondary): (&str, &str),
    max_difference: Decimal256,
) -> ballast_math::Result<Observation> {
    let (primary, secondary) = (reader.factor(primary), reader.factor(secondary));
    let usable = of_both(primary.usable, secondary.usable, reader.now);
    let sound = primary.sound && secondary.sound;
    let seen = match (is_told(&primary), is_told(&secondary)) {
        // A jump waits for its confirmation: nobody may pass it by.
        (true, _) if primary.flags.contains(&Flag::Jump) => primary,
        (true, _) => compared(primary, &secondary, max_difference)?,
        (false, true) if !primary.flags.contains(&Flag::Jump) => instead(secondary),
        (false, _) => primary,
    };
    Ok(Observation { usable, sound, ..seen })
}

/// Whether there is a price that is neither invalid, from the future nor stale.
fn is_told(seen: &Observation) -> bool {
    !seen.flags.iter().any(|flag| matches!(flag, Flag::Missing | Flag::Invalid | Flag::Future | Flag::Stale))
}

/// The primary, uncertain where the secondary says something else or has a flag. Its interval stays its own: one that
/// reached the secondary would let whoever makes that one block liquidations and make every exit dear.
fn compared(
    mut primary: Observation,
    secondary: &Observation,
    max_difference: Decimal256,
) -> ballast_math::Result<Observation> {
    if !secondary.flags.is_empty() {
        raise(&mut primary.flags, Flag::Uncertain);
        return Ok(primary);
    }
    if primary.flags.is_empty() {
        // The first moment at which it gets a flag without new values.
        primary.stale_at = primary.stale_at.min(secondary.stale_at);
        primary.good_until = primary.stale_at;
    }
    let apart = apart(primary.value, secondary.value)?.max(apart(upper(&primary), upper(secondary))?);
    if apart > max_difference {
        raise(&mut primary.flags, Flag::Uncertain);
    }
    Ok(primary)
}

/// The secondary's price where the primary has none.
fn instead(mut secondary: Observation) -> Observation {
    raise(&mut secondary.flags, Flag::Uncertain);
    raise(&mut secondary.flags, Flag::Secondary);
    secondary
}

fn upper(seen: &Observation) -> SignedDecimal256 {
    seen.upper.unwrap_or(seen.value)
}

/// The distance of two prices as a part of the first, rounded up.
fn apart(from: SignedDecimal256, to: SignedDecimal256) -> ballast_math::Result<Decimal256> {
    let (from, to) = (abs(from), abs(to));
    div_ceil(from.abs_diff(to), from)
}
