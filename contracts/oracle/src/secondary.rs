//! A price feed with a second opinion.

use ballast_math::{abs, div_ceil, signed};
use ballast_types::oracle::Flag;
use cosmwasm_std::{Decimal256, SignedDecimal256, Timestamp};

use crate::history::History;
use crate::reading::{raise, Reader};
use crate::source::Observation;
use crate::usable::of_both;

/// The widest interval that still says something.
const WIDEST: Decimal256 = Decimal256::percent(99);

/// The primary, or the secondary where the primary has no value that can be used. It is without a flag only while both
/// are and lie near each other, so its clock of usable time loses what either of them loses. Its market is closed when that
/// of either is.
pub fn observe(
    reader: &mut Reader,
    (primary, secondary): (&str, &str),
    max_difference: Decimal256,
    history: Option<&History>,
) -> ballast_math::Result<Observation> {
    let (primary, secondary) = (reader.factor(primary), reader.factor(secondary));
    let usable = of_both(primary.usable, secondary.usable, reader.now);
    let sound = primary.sound && secondary.sound;
    let closings = primary.closings.clone().and(secondary.closings.clone());
    let last = history.map(|history| history.accepted.price);
    let seen = match (is_told(&primary), last.filter(|_| stands_in(&primary, &secondary, reader.now))) {
        // A jump waits for its confirmation: nobody may pass it by.
        (true, _) if primary.flags.contains(&Flag::Jump) => primary,
        (true, _) => compared(primary, &secondary, max_difference)?,
        (false, Some(last)) => instead(secondary, last)?,
        (false, None) => primary,
    };
    Ok(Observation { usable, sound, closings, ..seen })
}

/// Whether the secondary has a price for a primary that is silent or broken. Never past a jump, nor past a closing of the
/// primary's market and the confirmation after it.
fn stands_in(primary: &Observation, secondary: &Observation, now: Timestamp) -> bool {
    let closed = primary.closings.any_between(primary.time, now);
    is_told(secondary) && !primary.flags.contains(&Flag::Jump) && !closed
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

/// The secondary's price where the primary has none, with an interval that reaches the last price on which this feed could
/// rely: what one feed alone says makes nobody richer, and nobody is liquidated for it.
fn instead(mut secondary: Observation, last: Decimal256) -> ballast_math::Result<Observation> {
    let moved = apart(secondary.value, signed(last)?)?;
    secondary.confidence = secondary.confidence.max(moved).min(WIDEST);
    raise(&mut secondary.flags, Flag::Uncertain);
    raise(&mut secondary.flags, Flag::Secondary);
    Ok(secondary)
}

fn upper(seen: &Observation) -> SignedDecimal256 {
    seen.upper.unwrap_or(seen.value)
}

/// The distance of two prices as a part of the first, rounded up.
fn apart(from: SignedDecimal256, to: SignedDecimal256) -> ballast_math::Result<Decimal256> {
    let (from, to) = (abs(from), abs(to));
    div_ceil(from.abs_diff(to), from)
}
