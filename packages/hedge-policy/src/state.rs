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

/// Everything that a decision depends on: what the venue answered, and what the vault keeps.
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
    /// What the venue still takes.
    pub capacity: Capacity,
    /// Base that the venue's pool sells.
    pub base_for_sale: BaseForSale,
    /// What is switched off at the venue.
    pub status: Status,
    /// Funding of this moment.
    pub funding: FundingRates,
    /// Decimals of the hedged coin.
    pub base_decimals: u8,
    /// Decimals of the settlement coin.
    pub quote_decimals: u8,
    /// Means of funding rates.
    pub forecast: Forecast,
    /// Cost of keepers' trades that is not yet refilled, units of quote: see [`refill`].
    pub cost_spent: Money,
    /// Rules that the guardian has stopped; rules 1 to 3 cannot be stopped.
    pub stopped: Vec<Rule>,
    /// The auction of rule 7.
    pub auction: Auction,
}

/// The part of a [`State`] that the venue tells.
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
    /// With the position before or after an order, by the answer to it. That does not tell what the venue still takes: enough
    /// for [`hedge_state`], not for a decision.
    pub fn answered(answer: &AdjustResponse, position: PositionState) -> VenuePart {
        VenuePart { position, prices: answer.prices.clone(), terms: answer.terms, ..VenuePart::default() }
    }
}

/// The part of a [`State`] that the vault keeps itself.
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

/// Means of yearly funding rates; positive = a short earns.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Forecast {
    /// Mean of the reference feed.
    pub reference_mean: SignedDecimal256,
    /// The same mean of what the venue paid to a short.
    pub paid_mean: SignedDecimal256,
}

impl Forecast {
    /// `f`: the reference's mean, bounded above by what was really paid, so that one trade in one block moves neither.
    pub fn bounded(&self) -> SignedDecimal256 {
        self.reference_mean.min(self.paid_mean)
    }
}

/// Whether the clock of rule 7's auction runs.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Auction {
    /// It was not started.
    #[default]
    Closed,
    /// It was started.
    Open,
}

impl State {
    /// From the venue's answer and the vault's own part.
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

/// Net asset value in quote units: all coins, and unsettled PnL and funding, at the index (no haircut, no closing
/// cost).
///
/// # Errors
/// Before the first price, and when a number does not fit its type.
pub fn nav(state: &State) -> Result<Money> {
    Ok(venue(state)?.nav(&Hedge::of(state))?)
}

/// Whether the position is lost: closing all of it, at its cost, would leave nothing of all that there is.
///
/// # Errors
/// Before the first price, for a position that is not a short, and when a number does not fit its type.
pub fn is_lost(state: &State) -> Result<bool> {
    venue(state)?.is_lost(Hedge::of(state))
}

/// Net asset value with all that depends on the price at another one: an end of the band, for instance.
pub fn nav_at(state: &State, price: &Price) -> Result<Money> {
    let hedge = Hedge::of(state);
    let quote = hedge.idle.quote.checked_add(hedge.position.margin.quote);
    let quote = quote.map_err(|_| ballast_math::MathError::Overflow { operation: "a sum of amounts" })?;
    let coins = price.value(hedge.coins()?)?.plus(Money::from_amount(quote))?;
    let pnl = Money::from_amount(hedge.position.entry_value).minus(price.value(hedge.short())?)?;
    Ok(coins.plus(pnl)?.plus(hedge.position.funding)?)
}

/// Hedge ratio: the short over all coins, by value. Zero without a short; without a coin the greatest number there is.
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

/// The hedge as it is now.
///
/// # Errors
/// Before the first price, and when a number does not fit its type.
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
