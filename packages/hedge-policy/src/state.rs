use ballast_math::{abs, Money, Price, Purse};
use ballast_types::policy::{HedgeState, PolicyParams, Rule};
use ballast_types::venue::{
    AdjustResponse, BaseForSale, Capacity, FundingRates, PositionResponse, PositionState, Prices, Status, Terms,
};
use cosmwasm_std::{Decimal256, SignedDecimal256, Uint128};

use crate::companion::venue;
use crate::hedge::Hedge;
use crate::targets::Aims;
use crate::venue::Venue;
use crate::Result;

/// Everything that a decision depends on: the venue's response, and what the vault stores.
#[derive(Clone, Debug, PartialEq)]
pub struct State {
    /// Coins in the vault's own books.
    pub idle: Purse,
    /// The position at the venue.
    pub position: PositionState,
    /// Prices of this block.
    pub prices: Prices,
    /// The venue's terms.
    pub terms: Terms,
    /// How far the venue lets the position grow.
    pub capacity: Capacity,
    /// Base that the venue's pool sells.
    pub base_for_sale: BaseForSale,
    /// What is switched off at the venue.
    pub status: Status,
    /// Current funding rates.
    pub funding: FundingRates,
    /// Decimals of the hedged coin.
    pub base_decimals: u8,
    /// Decimals of the settlement coin.
    pub quote_decimals: u8,
    /// Means of funding rates.
    pub forecast: Forecast,
    /// Part of the cost budget that is spent and not refilled yet, units of quote: see [`refill`](crate::refill).
    pub cost_spent: Money,
    /// Rules that the guardian has switched off; rules 1 to 3 cannot be.
    pub stopped: Vec<Rule>,
    /// The auction of rule 7.
    pub auction: Auction,
}

/// The part of a [`State`] that comes from the venue.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct VenuePart {
    /// See [`State::position`].
    pub position: PositionState,
    /// See [`State::prices`].
    pub prices: Prices,
    /// See [`State::terms`].
    pub terms: Terms,
    /// See [`State::capacity`].
    pub capacity: Capacity,
    /// See [`State::base_for_sale`].
    pub base_for_sale: BaseForSale,
    /// See [`State::status`].
    pub status: Status,
    /// See [`State::funding`].
    pub funding: FundingRates,
}

impl From<PositionResponse> for VenuePart {
    fn from(answer: PositionResponse) -> VenuePart {
        let PositionResponse { position, prices, terms, capacity, base_for_sale, status, funding, .. } = answer;
        VenuePart { position, prices, terms, capacity, base_for_sale, status, funding }
    }
}

impl VenuePart {
    /// From the response to an order, with the position before or after it. Capacity is missing, so this is enough for
    /// [`hedge_state`], but not for a decision.
    pub fn answered(answer: &AdjustResponse, position: PositionState) -> VenuePart {
        VenuePart { position, prices: answer.prices.clone(), terms: answer.terms, ..VenuePart::default() }
    }
}

/// The part of a [`State`] that the vault stores itself.
#[derive(Clone, Debug, PartialEq)]
pub struct VaultPart {
    /// See [`State::idle`].
    pub idle: Purse,
    /// See [`State::base_decimals`].
    pub base_decimals: u8,
    /// See [`State::quote_decimals`].
    pub quote_decimals: u8,
    /// See [`State::forecast`].
    pub forecast: Forecast,
    /// See [`State::cost_spent`].
    pub cost_spent: Money,
    /// See [`State::stopped`].
    pub stopped: Vec<Rule>,
    /// See [`State::auction`].
    pub auction: Auction,
}

/// Means of yearly funding rates; positive if a short earns.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Forecast {
    /// Mean of the reference rate.
    pub reference_mean: SignedDecimal256,
    /// Mean of the rate that the venue paid to shorts.
    pub paid_mean: SignedDecimal256,
}

impl Forecast {
    /// `f`: the mean of the reference, but at most the mean that was really paid. A trade in a single block moves
    /// neither.
    pub fn bounded(&self) -> SignedDecimal256 {
        self.reference_mean.min(self.paid_mean)
    }
}

/// Whether there is an auction of rule 7.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Auction {
    /// There is none.
    #[default]
    Closed,
    /// There is one.
    Open,
}

impl State {
    /// Combines the venue's part and the vault's part.
    pub fn new(venue: impl Into<VenuePart>, vault: VaultPart) -> State {
        let venue = venue.into();
        State {
            idle: vault.idle,
            position: venue.position,
            prices: venue.prices,
            terms: venue.terms,
            capacity: venue.capacity,
            base_for_sale: venue.base_for_sale,
            status: venue.status,
            funding: venue.funding,
            base_decimals: vault.base_decimals,
            quote_decimals: vault.quote_decimals,
            forecast: vault.forecast,
            cost_spent: vault.cost_spent,
            stopped: vault.stopped,
            auction: vault.auction,
        }
    }
}

/// Net asset value in quote units: all coins at the collateral price, and unsettled PnL and funding (no haircut, no
/// closing cost).
///
/// # Errors
/// Before the first price, and if a number overflows.
pub fn nav(state: &State) -> Result<Money> {
    Ok(venue(state)?.nav(&Hedge::of(state))?)
}

/// Whether the position is lost: after closing it, including costs, no coins would be left at all.
///
/// # Errors
/// Before the first price, for a position that is not a short, and if a number overflows.
pub fn is_lost(state: &State) -> Result<bool> {
    venue(state)?.is_lost(Hedge::of(state))
}

/// Net asset value at other prices, such as ends of their bands.
pub fn nav_at(state: &State, index: &Price, collateral: &Price) -> Result<Money> {
    let hedge = Hedge::of(state);
    let quote = hedge.idle.quote.checked_add(hedge.position.margin.quote);
    let quote = quote.map_err(|_| ballast_math::MathError::Overflow { operation: "a sum of amounts" })?;
    let coins = collateral.value(hedge.coins()?)?.plus(Money::from_amount(quote))?;
    let pnl = Money::from_amount(hedge.position.entry_value).minus(index.value(hedge.short())?)?;
    Ok(coins.plus(pnl)?.plus(hedge.position.funding)?)
}

/// Hedge ratio: the short at the index over all coins at the collateral price. Zero without a short; the maximum number if there are no coins.
pub fn hedge_ratio(state: &State) -> Result<Decimal256> {
    ratio_of(&*venue(state)?, &Hedge::of(state))
}

pub(crate) fn ratio_of(venue: &dyn Venue, hedge: &Hedge) -> Result<Decimal256> {
    let notional = venue.notional(&hedge.position)?;
    let coins = venue.coin_value(hedge)?;
    if notional.is_zero() {
        return Ok(Decimal256::zero());
    }
    if coins.is_zero() {
        return Ok(Decimal256::MAX);
    }
    Ok(abs(notional.ratio_floor(coins)?))
}

/// The current state of the hedge.
///
/// # Errors
/// Before the first price, and if a number overflows.
pub fn hedge_state(state: &State, params: &PolicyParams) -> Result<HedgeState> {
    let venue = &*venue(state)?;
    let hedge = Hedge::of(state);
    let aims = Aims::new(state, params)?;
    let levels = aims.levels(venue, &hedge)?;
    let measures = venue.measures(&hedge.position)?;
    let coins_needed = if measures.leverage.is_above(levels.max) {
        let needed = venue.notional(&hedge.position)?.div_floor(levels.target)?;
        venue.margin_ceil(needed.minus(venue.health(&hedge.position)?.equity)?)?
    } else {
        Uint128::zero()
    };
    Ok(HedgeState {
        nav: venue.nav(&hedge)?,
        leverage: measures.leverage,
        margin_ratio: measures.margin_ratio,
        liquidation_price: measures.liquidation_price,
        hedge_ratio: ratio_of(venue, &hedge)?,
        coins_needed,
        covered: coins_needed <= hedge.idle.base,
        targets: aims.targets(levels),
    })
}
