//! What changes in a market from message to message: sums over positions, purses, funding.

use ballast_math::{
    mul_div_ceil, mul_div_floor, stored_as_list, FundingBasis, FundingIndex, ListedPurse, Money, Purse, Quote, Shares,
};
use ballast_types::market::{MarketAction, MarketParams, SideState, Status, Terms};
use ballast_types::oracle::{Flag, PriceUse};
use cosmwasm_std::{SignedDecimal256, Uint128};

use crate::added::Added;
use crate::entries::Entries;
use crate::{Direction, EngineError, Marks, Position, Result};

/// One side of a market: sums over its positions, and its funding indices.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Side {
    /// Units of base.
    pub size: Uint128,
    /// Sum of entry values, units of quote.
    pub entry_value: Uint128,
    /// What a unit of this side has earned (negative: paid).
    pub index: FundingIndex,
    /// Of that the credits only: a net sum would hide one position's claim behind another's debt.
    pub owed_index: FundingIndex,
    /// Sum of the positions' bases of `index`.
    pub funding: FundingBasis,
    /// Sum of the positions' bases of `owed_index`.
    pub owed: FundingBasis,
}

impl Side {
    /// Its positions, whatever they were entered at.
    pub fn entries(&self) -> Entries {
        Entries { size: self.size, entry_value: self.entry_value, funding: self.funding }
    }

    /// Sum of unsettled funding, rounded down at the 18th digit.
    pub fn funding_floor(&self) -> ballast_math::Result<Money> {
        self.index.accrued_floor(self.size, self.funding)
    }

    /// Most that all positions together can claim in funding.
    pub fn owed_ceil(&self) -> ballast_math::Result<Money> {
        self.owed_index.accrued_ceil(self.size, self.owed).map(Money::or_zero)
    }

    /// As the wire tells it.
    pub fn state(&self) -> ballast_math::Result<SideState> {
        Ok(SideState {
            size: self.size,
            entry_value: self.entry_value,
            funding: self.funding_floor()?,
            owed: self.owed_ceil()?,
        })
    }
}

/// The funding rate in force, and the moment up to which it has been accrued.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct FundingState {
    /// The reference, clamped, yearly.
    pub reference: SignedDecimal256,
    /// What skew adds, yearly.
    pub slope: SignedDecimal256,
    /// When the reference becomes stale and counts as zero, in seconds; never when constant.
    pub stale_at: Option<u64>,
    /// Up to when funding has been accrued, in seconds.
    pub accrued_at: u64,
    /// What a unit of short notional has earned since the market began: yearly rate times years.
    pub short_earned: SignedDecimal256,
}

/// Everything of a market that is not a single position, a price or a switch.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Books {
    /// Longs together.
    pub long: Side,
    /// Shorts together.
    pub short: Side,
    /// Margins of all positions.
    pub margins: Purse,
    /// The pool.
    pub pool: Purse,
    /// Insurance.
    pub insurance: Purse,
    /// Deficits that insurance has paid, units of quote.
    pub insured: Uint128,
    /// Deficits that the pool has borne, units of quote.
    pub bad_debt: Uint128,
    /// Shares of all liquidity providers.
    pub shares: Shares,
    /// Of these the shares under notice, which count as gone where size is limited by the pool.
    pub notice: Shares,
    /// Mean age of the pool's base, weighted by units, in nanoseconds in which somebody could buy it.
    pub base_age: u64,
    /// Size added of late, which is capped.
    pub added: Added,
    /// Rate and time of funding.
    pub funding: FundingState,
}

stored_as_list!(Side { size, entry_value, index, owed_index, funding, owed });
stored_as_list!(FundingState { reference, slope, stale_at, accrued_at, short_earned });
stored_as_list!(Books {
    long,
    short,
    margins as ListedPurse,
    pool as ListedPurse,
    insurance as ListedPurse,
    insured,
    bad_debt,
    shares,
    notice,
    base_age,
    added,
    funding,
});

impl Books {
    /// One side.
    pub fn side(&self, direction: Direction) -> &Side {
        match direction {
            Direction::Long => &self.long,
            Direction::Short => &self.short,
        }
    }

    pub(crate) fn side_mut(&mut self, direction: Direction) -> &mut Side {
        match direction {
            Direction::Long => &mut self.long,
            Direction::Short => &mut self.short,
        }
    }

    /// Magnitude of longs less shorts, units of base.
    pub fn net(&self) -> Uint128 {
        self.long.size.abs_diff(self.short.size)
    }

    /// Quote of the pool less the part of the shares under notice, rounded down: what caps and shares are parts of.
    pub fn remaining_quote(&self) -> ballast_math::Result<Quote> {
        let quote = Quote(self.pool.quote);
        if self.notice.is_zero() {
            return Ok(quote);
        }
        quote.minus(Quote(mul_div_ceil(quote.amount(), self.notice.amount(), self.shares.amount())?))
    }

    /// Whether there is no position with a size.
    pub fn no_positions(&self) -> bool {
        self.long.size.is_zero() && self.short.size.is_zero()
    }

    /// Value of both sides at the index.
    pub fn open_notional(&self, marks: &Marks) -> ballast_math::Result<Money> {
        marks.index.value(self.long.size)?.plus(marks.index.value(self.short.size)?)
    }

    /// Coins that come into the pool. Base that arrives makes the pool's base younger by its share, and rounding by a
    /// nanosecond at most.
    pub(crate) fn pool_receive(&mut self, purse: Purse) -> ballast_math::Result<()> {
        if !purse.base.is_zero() {
            let base = ballast_math::sum_sizes(self.pool.base, purse.base)?;
            let age = mul_div_floor(self.base_age.into(), self.pool.base, base)?;
            self.base_age = u64::try_from(age.u128()).unwrap_or(self.base_age);
        }
        self.pool = self.pool.plus(purse)?;
        Ok(())
    }
}

/// Whose position a message works on, or a question is about.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Party {
    /// Anybody but the hedger, and everybody in a market without one.
    #[default]
    Stranger,
    /// The one account whose room is kept free.
    Hedger,
}

/// What the engine has to know besides the books: the market at one moment.
#[derive(Clone, Debug)]
pub struct Market<'a> {
    /// Parameters.
    pub params: &'a MarketParams,
    /// Those of them that enter equity and margin.
    pub terms: Terms,
    /// Prices of this block.
    pub marks: Marks,
    /// What is wrong with them.
    pub flags: &'a [Flag],
    /// What is switched off.
    pub status: &'a Status,
    /// The hedger's position; none where the market has no hedger.
    pub hedger: Option<Position>,
    /// Whose order or question this is.
    pub party: Party,
    /// The block's time, in seconds.
    pub now: u64,
}

impl Market<'_> {
    /// An error unless the action is on and the price may be used for it.
    pub fn permit(&self, action: MarketAction, price_use: PriceUse) -> Result<()> {
        self.permit_action(action)?;
        self.permit_price(price_use)
    }

    /// An error unless the action is on.
    pub fn permit_action(&self, action: MarketAction) -> Result<()> {
        permit_action(self.status, action)
    }

    /// An error unless the price may be used so.
    pub fn permit_price(&self, price_use: PriceUse) -> Result<()> {
        if !price_use.allowed_by(self.flags) {
            return Err(EngineError::PriceFlagged { price_use, flags: self.flags.to_vec() });
        }
        Ok(())
    }
}

/// An error unless the action is on.
pub(crate) fn permit_action(status: &Status, action: MarketAction) -> Result<()> {
    if !status.allows(action) {
        return Err(EngineError::Paused { action });
    }
    Ok(())
}
