//! Hard bounds of a market's parameters, and what must not change under open positions.

use ballast_math::{add, mul_ceil, mul_floor, sub};
use ballast_types::market::{FeedBounds, MarketParams};
use ballast_types::parameters::{max_of, Outside};
use cosmwasm_std::Decimal256;

use crate::{Books, EngineError, Result};

/// An error for the first parameter outside of its bounds, or in the wrong order with another.
pub fn validate(params: &MarketParams) -> Result<()> {
    if let Some(outside) = params.first_outside() {
        return Err(out_of_bounds(outside));
    }
    margins(params)?;
    fits(params)
}

/// `0 < closing cost + liquidation fee + jump buffer < maintenance < initial < 1`, with initial at least 1.5 times
/// maintenance: what is left at maintenance pays the liquidation.
fn margins(params: &MarketParams) -> Result<()> {
    let closing = add(params.taker_fee, params.min_spread)?;
    let spent = add(add(closing, params.liquidation_fee)?, params.jump_buffer)?;
    if spent >= params.maintenance_ratio {
        return Err(EngineError::Crossed {
            low_name: "closing cost, liquidation fee and jump buffer",
            low: Box::new(spent),
            high_name: "maintenance_ratio",
            high: Box::new(params.maintenance_ratio),
        });
    }
    let least = mul_ceil(params.maintenance_ratio, Decimal256::percent(150))?;
    if params.initial_ratio < least {
        let (name, value) = ("initial_ratio", params.initial_ratio);
        return Err(out_of_bounds(Outside { name, value, min: least, max: max_of(name, MarketParams::BOUNDS) }));
    }
    Ok(())
}

/// What must fit beyond the order of the margin ratios: a position whose equity is positive can pay that in base, and the
/// bound of the spread is none below its minimum, and so on.
fn fits(params: &MarketParams) -> Result<()> {
    let one = Decimal256::one();
    let paid = mul_floor(sub(one, params.min_spread)?, sub(one, params.conversion_charge)?)?;
    let counted = sub(one, params.haircut)?;
    not_above(("1 - haircut", counted), ("(1 - min_spread) * (1 - conversion_charge)", paid))?;
    not_above(("min_spread", params.min_spread), ("max_spread", params.max_spread))?;
    // The hedger could not fill a share that leaves no headroom on itself.
    let kept = mul_ceil(params.hedger_share, add(one, params.headroom)?)?;
    not_above(("hedger_share * (1 + headroom)", kept), ("the pool's quote", one))?;
    // Else a new pause could begin before liquidation came back from the last one, or soon after.
    let grace = whole(params.liquidation_grace.saturating_mul(2));
    not_above(("2 * liquidation_grace", grace), ("defence_pause_cooldown", whole(params.defence_pause_cooldown)))
}

/// An error unless the initial margin outlasts the greatest jump that the index feed accepts unconfirmed in an hour: else
/// who is long and short at once leaves the loss of one side to the pool.
pub fn fits_feed(params: &MarketParams, feed: &FeedBounds) -> Result<()> {
    not_above(("the feed's max_jump", feed.max_jump), ("initial_ratio", params.initial_ratio))
}

fn not_above(low: (&'static str, Decimal256), high: (&'static str, Decimal256)) -> Result<()> {
    let ((low_name, low), (high_name, high)) = (low, high);
    if low <= high {
        return Ok(());
    }
    Err(EngineError::Above { low_name, low: Box::new(low), high_name, high: Box::new(high) })
}

fn out_of_bounds(Outside { name, value, min, max }: Outside) -> EngineError {
    EngineError::OutOfBounds { name, value: Box::new(value), min: Box::new(min), max: Box::new(max) }
}

fn whole(value: u64) -> Decimal256 {
    Decimal256::from_ratio(value, 1u64)
}

/// Tests `new` against its bounds and, while positions are open, against what it replaces: nothing that enters equity,
/// the reserve or maintenance may change under them.
pub fn update(old: &MarketParams, new: &MarketParams, books: &Books) -> Result<()> {
    validate(new)?;
    if books.no_positions() {
        return Ok(());
    }
    let frozen = [
        ("taker_fee", old.taker_fee == new.taker_fee),
        ("min_spread", old.min_spread == new.min_spread),
        ("maintenance_ratio", old.maintenance_ratio == new.maintenance_ratio),
        ("haircut", old.haircut == new.haircut),
        ("long_reserve", old.long_reserve == new.long_reserve),
    ];
    match frozen.into_iter().find(|(_, same)| !same) {
        Some((name, _)) => Err(EngineError::Frozen { name }),
        None => Ok(()),
    }
}
