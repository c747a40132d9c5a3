//! The reserve that winners need.

use ballast_math::Money;
use cosmwasm_std::Decimal256;

use crate::books::{Books, Market};
use crate::{EngineError, Result};

/// The most quote that winners may need: entry values of shorts (for a price of zero), capped profits of longs, and
/// funding owed; rounded up.
pub fn reserve(books: &Books, long_reserve: Decimal256) -> ballast_math::Result<Money> {
    let shorts = Money::from_amount(books.short.entry_value);
    let longs = Money::from_amount(books.long.entry_value).mul_ceil(long_reserve)?;
    shorts.plus(longs)?.plus(books.long.owed_ceil()?)?.plus(books.short.owed_ceil()?)
}

/// Pool quote less the reserve that winners need.
pub fn slack(books: &Books, long_reserve: Decimal256) -> ballast_math::Result<Money> {
    Money::from_amount(books.pool.quote).minus(reserve(books, long_reserve)?)
}

/// The slack that increases and pool withdrawals must leave: a fraction of all open notional.
pub fn headroom(books: &Books, market: &Market<'_>) -> ballast_math::Result<Money> {
    books.open_notional(&market.marks)?.mul_ceil(market.params.headroom)
}

/// Fails unless slack is at least `required`.
pub(crate) fn require_slack(books: &Books, market: &Market<'_>, required: Money) -> Result<()> {
    let slack = slack(books, market.params.long_reserve)?;
    if slack < required {
        return Err(EngineError::Slack { slack, required });
    }
    Ok(())
}
