//! The reserve that winners need, and the caps on size (DESIGN section 4).

use ballast_math::{add, mul_floor, MathError, MathResult, Money, Price};
use ballast_types::market::Capacity;
use cosmwasm_std::{Decimal256, Uint128};

use crate::books::{Books, Market};
use crate::{Direction, EngineError, EngineResult};

/// Quote that winners may need: shorts' entry values (a price of zero), longs' capped profits, funding owed; rounded up.
pub fn reserve(books: &Books, long_reserve: Decimal256) -> MathResult<Money> {
    let shorts = Money::from_amount(books.short.entry_value);
    let longs = Money::from_amount(books.long.entry_value).mul_ceil(long_reserve)?;
    shorts.plus(longs)?.plus(books.long.owed_ceil()?)?.plus(books.short.owed_ceil()?)
}

/// Pool quote less the reserve that winners need.
pub fn slack(books: &Books, long_reserve: Decimal256) -> MathResult<Money> {
    Money::from_amount(books.pool.quote).minus(reserve(books, long_reserve)?)
}

/// Slack that increases and pool withdrawals must leave: a share of all open notional.
pub fn headroom(books: &Books, market: &Market<'_>) -> MathResult<Money> {
    books.open_notional(&market.marks)?.mul_ceil(market.params.headroom)
}

/// An error unless the slack of `after` is at least `required`.
pub(crate) fn require_slack(books: &Books, market: &Market<'_>, required: Money) -> EngineResult<()> {
    let slack = slack(books, market.params.long_reserve)?;
    if slack < required {
        return Err(EngineError::Slack { slack, required });
    }
    Ok(())
}

/// The caps of a market at this moment, in units of base.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Caps {
    open_interest: Uint128,
    net: Uint128,
    window: Uint128,
}

impl Caps {
    fn new(books: &Books, market: &Market<'_>) -> MathResult<Caps> {
        let params = market.params;
        let quote = Money::from_amount(books.pool.quote);
        let units = |share: Decimal256| units_within(&market.marks.index, quote.mul_floor(share)?);
        let added = units(mul_floor(params.net_added_cap, params.skew_scale)?)?;
        Ok(Caps {
            open_interest: units(params.open_interest_cap)?.min(params.max_open_interest),
            net: units(params.net_cap)?.min(params.max_net),
            window: books.window.net.saturating_add(added),
        })
    }
}

/// Units that `value` buys; what does not fit its type is no limit.
fn units_within(price: &Price, value: Money) -> MathResult<Uint128> {
    match price.amount_floor(value) {
        Err(MathError::Overflow { .. }) => Ok(Uint128::MAX),
        units => units,
    }
}

/// The caps, after an increase on one side. Shares of the pool are those of the pool after the order.
pub(crate) fn check_caps(before: &Books, after: &Books, market: &Market<'_>, direction: Direction) -> EngineResult<()> {
    let caps = Caps::new(after, market)?;
    let size = after.side(direction).size;
    if size > caps.open_interest {
        return Err(EngineError::OpenInterestCap { size, max: caps.open_interest });
    }
    // An order that brings the sides together is welcome however far apart they are.
    let net = after.net();
    if net <= before.net() {
        return Ok(());
    }
    if net > caps.net {
        return Err(EngineError::NetCap { size: net, max: caps.net });
    }
    if net > caps.window {
        return Err(EngineError::NetAddedCap { size: net, max: caps.window });
    }
    Ok(())
}

/// How much each side can still grow now.
pub fn capacity(books: &Books, market: &Market<'_>) -> MathResult<Capacity> {
    // As an order would begin: with a new window where the last is an hour old.
    let mut books = *books;
    books.roll_window(market.now);
    let books = &books;
    let slack = slack(books, market.params.long_reserve)?;
    let headroom = headroom(books, market)?;
    // Two units of quote for the rounding of an entry value and of the sum.
    let spare = slack.minus(headroom)?.minus(Money::from_amount(Uint128::new(2)))?.or_zero();
    let caps = Caps::new(books, market)?;
    let grow = |direction, reserved: Decimal256| -> MathResult<Uint128> {
        let by_slack = match add(reserved, market.params.headroom)? {
            rate if rate.is_zero() => Uint128::MAX,
            rate => units_within(&market.marks.index, spare.div_floor(rate)?)?,
        };
        let by_size = caps.open_interest.saturating_sub(books.side(direction).size);
        Ok(by_slack.min(by_size).min(by_net(books, direction, caps.net.min(caps.window))))
    };
    Ok(Capacity {
        long: grow(Direction::Long, market.params.long_reserve)?,
        short: grow(Direction::Short, Decimal256::one())?,
        slack,
        headroom,
    })
}

/// Growth of one side until net size is at its limit, or as large as now on the other side.
fn by_net(books: &Books, direction: Direction, limit: Uint128) -> Uint128 {
    let limit = limit.max(books.net());
    let (own, other) = match direction {
        Direction::Long => (books.long.size, books.short.size),
        Direction::Short => (books.short.size, books.long.size),
    };
    limit.saturating_add(other).saturating_sub(own)
}
