//! Caps on size, and the room kept for the hedger.
//!
//! All caps are fractions of the pool's quote without what is under notice. They count entry value, so that a rally
//! does not fill them. Size added to a side is counted gross, in a leaky bucket: it holds half of the hourly cap and
//! drains the other half per hour, so that no hour adds more than the cap, whenever it starts. A net count could be
//! evaded by opening both sides and closing one, a fixed window by using it twice around its edge.

use ballast_math::{add, mul_div_floor, mul_floor, MathError, Money, Price};
use ballast_types::market::{Capacity, MarketParams};
use cosmwasm_std::{Decimal256, Uint128};

use crate::books::{Books, Market, Party};
use crate::position::{Direction, Position};
use crate::reserve::{headroom, require_slack, reserve, slack};
use crate::{EngineError, Result};

/// The caps of a market at this moment, units of quote.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Caps {
    open_interest: Uint128,
    /// Room kept for the hedger's short.
    share: Uint128,
    /// How much an hour may add to a side.
    hour: Uint128,
    /// Half of `hour`.
    half: Uint128,
}

impl Caps {
    fn new(books: &Books, params: &MarketParams) -> ballast_math::Result<Caps> {
        let quote = books.remaining_quote()?.money();
        let part = |ratio: Decimal256| quote.mul_floor(ratio)?.amount_floor();
        let hour = part(mul_floor(params.size_added_cap, params.skew_scale)?)?;
        Ok(Caps {
            open_interest: part(params.open_interest_cap)?,
            share: part(params.hedger_share)?,
            hour,
            half: mul_div_floor(hour, Uint128::one(), Uint128::new(2))?,
        })
    }

    /// The cap on all other shorts in a market with a hedger.
    fn others(&self) -> Uint128 {
        self.open_interest.saturating_sub(self.share)
    }

    /// The part of its share that the hedger has not used; zero without a hedger.
    fn unused(&self, market: &Market<'_>) -> Uint128 {
        market.hedger.map(|hedger| self.share.saturating_sub(short_entry(&hedger))).unwrap_or_default()
    }
}

/// Entry value of a short, else zero: the share is for a short only.
fn short_entry(position: &Position) -> Uint128 {
    match Direction::of(position.size) {
        Some(Direction::Short) => position.entry_value,
        _ => Uint128::zero(),
    }
}

/// Pool quote without what is under notice, less the reserve that winners need.
pub(crate) fn remaining_slack(books: &Books, params: &MarketParams) -> ballast_math::Result<Money> {
    books.remaining_quote()?.money().minus(reserve(books, params.long_reserve)?)
}

fn require_remaining(books: &Books, market: &Market<'_>, required: Money) -> Result<()> {
    let slack = remaining_slack(books, market.params)?;
    if slack < required {
        return Err(EngineError::Slack { slack, required });
    }
    Ok(())
}

/// The slack (without quote under notice) that a stranger's increase must leave: headroom on open notional, plus the
/// room that the hedger has not used, with headroom on that.
fn strangers_headroom(books: &Books, market: &Market<'_>) -> ballast_math::Result<Money> {
    let unused = Money::from_amount(Caps::new(books, market.params)?.unused(market));
    headroom(books, market)?.plus(unused.mul_ceil(add(Decimal256::one(), market.params.headroom)?)?)
}

/// Fails unless `books` have the slack that a stranger's increase must leave. Every other action of a stranger that can
/// lower slack must leave as much, except for a reduce.
pub(crate) fn require_strangers_slack(books: &Books, market: &Market<'_>) -> Result<()> {
    require_remaining(books, market, strangers_headroom(books, market)?)
}

/// Fails unless `books` have the slack that a settlement by this party must leave.
pub(crate) fn require_settlement_slack(books: &Books, market: &Market<'_>) -> Result<()> {
    match market.party {
        Party::Hedger => require_slack(books, market, Money::ZERO),
        Party::Stranger => require_strangers_slack(books, market),
    }
}

/// An increase, to be checked against the caps.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Increase {
    pub direction: Direction,
    /// Added entry value, units of quote.
    pub added: Uint128,
    /// The position after it.
    pub position: Position,
}

/// Checks an increase against the caps and the slack that it must leave, on the books after it, and counts it.
pub(crate) fn admit(books: &mut Books, market: &Market<'_>, increase: &Increase) -> Result<()> {
    let caps = Caps::new(books, market.params)?;
    match market.party {
        Party::Hedger => admit_hedger(books, market, increase, &caps),
        Party::Stranger => admit_stranger(books, market, increase, &caps),
    }
}

/// Within its share the hedger has no cap, only the reserve; beyond it, size counts as for anybody else, in its own
/// bucket.
fn admit_hedger(books: &mut Books, market: &Market<'_>, increase: &Increase, caps: &Caps) -> Result<()> {
    let beyond = match increase.direction {
        Direction::Short => short_entry(&increase.position).saturating_sub(caps.share).min(increase.added),
        Direction::Long => increase.added,
    };
    if beyond.is_zero() {
        return require_slack(books, market, headroom(books, market)?);
    }
    check_open_interest(books, market, increase.direction, caps)?;
    books.added.hedger.fill(beyond, market.now, caps.half, caps.hour)?;
    require_remaining(books, market, headroom(books, market)?)
}

fn admit_stranger(books: &mut Books, market: &Market<'_>, increase: &Increase, caps: &Caps) -> Result<()> {
    check_open_interest(books, market, increase.direction, caps)?;
    if let (Direction::Short, Some(hedger)) = (increase.direction, &market.hedger) {
        let (entry_value, max) = (books.short.entry_value.saturating_sub(short_entry(hedger)), caps.others());
        if entry_value > max {
            return Err(EngineError::OthersShortCap { entry_value, max });
        }
    }
    let bucket = match increase.direction {
        Direction::Long => &mut books.added.long,
        Direction::Short => &mut books.added.short,
    };
    bucket.fill(increase.added, market.now, caps.half, caps.half)?;
    require_strangers_slack(books, market)
}

fn check_open_interest(books: &Books, market: &Market<'_>, direction: Direction, caps: &Caps) -> Result<()> {
    let side = books.side(direction);
    if side.entry_value > caps.open_interest {
        return Err(EngineError::OpenInterestCap { entry_value: side.entry_value, max: caps.open_interest });
    }
    let max = market.params.max_open_interest;
    if side.size > max {
        return Err(EngineError::OpenInterestUnits { size: side.size, max });
    }
    Ok(())
}

/// Counts the entry value that a reduce has closed: only the hedger's makes room in its bucket.
pub(crate) fn count_reduce(books: &mut Books, market: &Market<'_>, closed: Uint128) -> Result<()> {
    if market.party == Party::Hedger {
        let half = Caps::new(books, market.params)?.half;
        books.added.hedger.drain(closed, market.now, half);
    }
    Ok(())
}

/// How much `market.party` can add to each side now.
pub fn capacity(books: &Books, market: &Market<'_>) -> ballast_math::Result<Capacity> {
    let slack = slack(books, market.params.long_reserve)?;
    let remaining = remaining_slack(books, market.params)?;
    let own = headroom(books, market)?;
    // The slack that an increase must leave, here including the quote under notice.
    let headroom = match market.party {
        Party::Hedger => own,
        Party::Stranger => strangers_headroom(books, market)?.plus(slack.minus(remaining)?)?,
    };
    let capacity = Room { books, market, caps: Caps::new(books, market.params)? };
    let (long, short) = match market.party {
        Party::Stranger => {
            let spare = slack.minus(headroom)?;
            (capacity.strangers(Direction::Long, spare)?, capacity.strangers(Direction::Short, spare)?)
        }
        Party::Hedger => {
            let beyond = remaining.minus(own)?;
            (capacity.hedgers_long(beyond)?, capacity.hedgers_short(slack.minus(own)?, beyond)?)
        }
    };
    Ok(Capacity { long, short, slack, headroom })
}

struct Room<'a> {
    books: &'a Books,
    market: &'a Market<'a>,
    caps: Caps,
}

impl Room<'_> {
    fn strangers(&self, direction: Direction, spare: Money) -> ballast_math::Result<Uint128> {
        let (books, market, caps) = (self.books, self.market, &self.caps);
        let (bucket, others) = match (direction, &market.hedger) {
            (Direction::Long, _) => (&books.added.long, Uint128::MAX),
            (Direction::Short, None) => (&books.added.short, Uint128::MAX),
            (Direction::Short, Some(hedger)) => {
                let short = books.short.entry_value.saturating_sub(short_entry(hedger));
                (&books.added.short, caps.others().saturating_sub(short))
            }
        };
        let value = bucket.room(market.now, caps.half, caps.half).min(others);
        self.within_caps(direction, value, spare)
    }

    fn hedgers_long(&self, spare: Money) -> ballast_math::Result<Uint128> {
        let (caps, now) = (&self.caps, self.market.now);
        self.within_caps(Direction::Long, self.books.added.hedger.room(now, caps.half, caps.hour), spare)
    }

    /// The larger of what fits within the share and what passes all caps beyond it.
    fn hedgers_short(&self, spare: Money, beyond: Money) -> ballast_math::Result<Uint128> {
        let (caps, now) = (&self.caps, self.market.now);
        let unused = caps.unused(self.market);
        let within = self.units(unused)?.min(self.by_slack(Direction::Short, spare)?);
        let room = self.books.added.hedger.room(now, caps.half, caps.hour);
        Ok(within.max(self.within_caps(Direction::Short, unused.saturating_add(room), beyond)?))
    }

    /// Units within this entry value, open interest and the spare slack.
    fn within_caps(&self, direction: Direction, value: Uint128, spare: Money) -> ballast_math::Result<Uint128> {
        let side = self.books.side(direction);
        let value = value.min(self.caps.open_interest.saturating_sub(side.entry_value));
        let units = self.market.params.max_open_interest.saturating_sub(side.size);
        Ok(self.units(value)?.min(units).min(self.by_slack(direction, spare)?))
    }

    fn by_slack(&self, direction: Direction, spare: Money) -> ballast_math::Result<Uint128> {
        let reserved = match direction {
            Direction::Long => self.market.params.long_reserve,
            Direction::Short => Decimal256::one(),
        };
        // Two units of quote, for rounding an entry value and the sum.
        let spare = spare.minus(Money::from_amount(Uint128::new(2)))?.or_zero();
        units_within(&self.market.marks.index, spare.div_floor(add(reserved, self.market.params.headroom)?)?)
    }

    fn units(&self, value: Uint128) -> ballast_math::Result<Uint128> {
        units_within(&self.market.marks.index, Money::from_amount(value))
    }
}

/// Units that `value` buys; unlimited if that does not fit its type.
fn units_within(price: &Price, value: Money) -> ballast_math::Result<Uint128> {
    match price.amount_floor(value) {
        Err(MathError::Overflow { .. }) => Ok(Uint128::MAX),
        units => units,
    }
}
