//! The part of a market's state that messages change: sums over positions, purses, funding.

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
    /// What one unit of this side has earned (negative: paid).
    pub index: FundingIndex,
    /// The credits alone: in the net index one position's debt would hide another's claim.
    pub owed_index: FundingIndex,
    /// Sum of the positions' bases for `index`.
    pub funding: FundingBasis,
    /// Sum of the positions' bases for `owed_index`.
    pub owed: FundingBasis,
}

impl Side {
    /// All positions of this side as one group.
    pub fn entries(&self) -> Entries {
        Entries { size: self.size, entry_value: self.entry_value, funding: self.funding }
    }

    /// Sum of unsettled funding, rounded down at the 18th digit.
    pub fn funding_floor(&self) -> ballast_math::Result<Money> {
        self.index.accrued_floor(self.size, self.funding)
    }

    /// The maximum funding that all positions together can claim.
    pub fn owed_ceil(&self) -> ballast_math::Result<Money> {
        self.owed_index.accrued_ceil(self.size, self.owed).map(Money::or_zero)
    }

    /// For responses.
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
    /// The reference rate, clamped, yearly.
    pub reference: SignedDecimal256,
    /// The rate that skew adds, yearly.
    pub slope: SignedDecimal256,
    /// When the reference becomes stale and counts as zero, in seconds; `None` if it is constant.
    pub stale_at: Option<u64>,
    /// Funding has been accrued until this time, in seconds.
    pub accrued_at: u64,
    /// What a unit of short notional has earned since the market was created: yearly rate times years.
    pub short_earned: SignedDecimal256,
}

/// The state of a market except for single positions, prices and switches.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Books {
    /// All longs.
    pub long: Side,
    /// All shorts.
    pub short: Side,
    /// Sum of all margins.
    pub margins: Purse,
    #[allow(missing_docs)]
    pub pool: Purse,
    #[allow(missing_docs)]
    pub insurance: Purse,
    /// Deficits that insurance has paid, units of quote.
    pub insured: Uint128,
    /// Deficits that the pool has borne, units of quote.
    pub bad_debt: Uint128,
    /// Shares of all liquidity providers.
    pub shares: Shares,
    /// How many of these are under notice. Limits that depend on the pool's size do not count them.
    pub notice: Shares,
    /// Mean age of the pool's base, weighted by units, in nanoseconds; only time in which it could be bought counts.
    pub base_age: u64,
    /// Size added recently, which is capped.
    pub added: Added,
    #[allow(missing_docs)]
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
    /// The side of this direction.
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

    /// The pool's quote without the part of the shares under notice, rounded down: the base of caps and of the hedger's
    /// share.
    pub fn remaining_quote(&self) -> ballast_math::Result<Quote> {
        let quote = Quote(self.pool.quote);
        if self.notice.is_zero() {
            return Ok(quote);
        }
        quote.minus(Quote(mul_div_ceil(quote.amount(), self.notice.amount(), self.shares.amount())?))
    }

    /// Whether no position has a size.
    pub fn no_positions(&self) -> bool {
        self.long.size.is_zero() && self.short.size.is_zero()
    }

    /// Value of both sides at the index price.
    pub fn open_notional(&self, marks: &Marks) -> ballast_math::Result<Money> {
        marks.index.value(self.long.size)?.plus(marks.index.value(self.short.size)?)
    }

    /// Adds coins to the pool. Base that arrives lowers the mean age of the pool's base by its share; rounding lowers
    /// it by at most a nanosecond more.
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

/// Whose position a message or query is about.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Party {
    /// Anybody but the hedger; everybody in a market without one.
    #[default]
    Stranger,
    /// The account that the market keeps room for.
    Hedger,
}

/// The market at one moment: everything that the engine needs besides the books.
#[derive(Clone, Debug)]
pub struct Market<'a> {
    #[allow(missing_docs)]
    pub params: &'a MarketParams,
    /// The parameters that determine equity and margin.
    pub terms: Terms,
    /// Prices of this block.
    pub marks: Marks,
    /// Flags of the index price.
    pub flags: &'a [Flag],
    /// Flags of the collateral price; `None` in a market of one price.
    pub collateral_flags: Option<&'a [Flag]>,
    /// What is switched off.
    pub status: &'a Status,
    /// The hedger's position, if the market has a hedger.
    pub hedger: Option<Position>,
    /// Who this order or query comes from.
    pub party: Party,
    /// The block's time, in seconds.
    pub now: u64,
}

impl Market<'_> {
    /// For payments that a position's owner did not choose: see [`Marks::at_lasting`].
    #[must_use]
    pub(crate) fn at_lasting(&self) -> Self {
        Market { marks: self.marks.at_lasting(), ..self.clone() }
    }

    /// Fails unless the action is on and the price may be used for it.
    pub fn permit(&self, action: MarketAction, price_use: PriceUse) -> Result<()> {
        self.permit_action(action)?;
        self.permit_price(price_use)
    }

    /// Fails unless the action is on.
    pub fn permit_action(&self, action: MarketAction) -> Result<()> {
        permit_action(self.status, action)
    }

    /// Fails unless the index price may be used for this.
    pub fn permit_price(&self, price_use: PriceUse) -> Result<()> {
        if !price_use.allowed_by(self.flags) {
            return Err(EngineError::PriceFlagged { price_use, flags: self.flags.to_vec() });
        }
        Ok(())
    }

    /// Fails unless the collateral price may be used for this, where any of these coins is base. Without base nothing
    /// depends on it.
    pub(crate) fn permit_collateral(&self, price_use: PriceUse, purse: Purse) -> Result<()> {
        match self.collateral_flags {
            Some(flags) if !purse.base.is_zero() && !price_use.allowed_by(flags) => {
                Err(EngineError::CollateralFlagged { price_use, flags: flags.to_vec() })
            }
            _ => Ok(()),
        }
    }

    /// The market for a liquidation of this margin. Coins whose price may not be used count at twice what they were
    /// redeemed for last: a unit of them must not stop a liquidation, nor a price that is unknown take what may be
    /// enough.
    pub(crate) fn for_liquidation(&self, margin: Purse) -> ballast_math::Result<Self> {
        let mut market = self.clone();
        if self.permit_collateral(PriceUse::Liquidate, margin).is_err() {
            market.marks = self.marks.with_unknown_collateral()?;
            market.collateral_flags = Some(&[]);
        }
        Ok(market)
    }

    /// Fails unless the price of base may be used for this: the collateral price, if it has a feed of its own.
    pub(crate) fn permit_base_price(&self, price_use: PriceUse) -> Result<()> {
        match self.collateral_flags {
            Some(_) => self.permit_collateral(price_use, Purse::base(Uint128::one())),
            None => self.permit_price(price_use),
        }
    }

    /// Fails unless both prices may be used for this, the collateral price only where any of these coins is base.
    pub(crate) fn permit_prices(&self, price_use: PriceUse, purse: Purse) -> Result<()> {
        self.permit_price(price_use)?;
        self.permit_collateral(price_use, purse)
    }

    /// Whether publishers disagree about the index price or, where there is base, about the collateral price.
    pub(crate) fn is_uncertain(&self, margin: Purse) -> bool {
        let collateral = self.collateral_flags.filter(|_| !margin.base.is_zero()).unwrap_or_default();
        self.flags.iter().chain(collateral).any(|flag| *flag == Flag::Uncertain)
    }
}

/// Fails unless the action is on.
pub(crate) fn permit_action(status: &Status, action: MarketAction) -> Result<()> {
    if !status.allows(action) {
        return Err(EngineError::Paused { action });
    }
    Ok(())
}
