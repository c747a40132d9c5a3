use ballast_math::{abs, add, div_ceil, div_floor, mul_ceil, mul_floor, sub, sub_or_zero, years, MathError};
use ballast_types::policy::{PolicyParams, Targets};
use ballast_types::venue::Terms;
use cosmwasm_std::{Decimal256, SignedDecimal256};

use crate::companion::venue;
use crate::hedge::Hedge;
use crate::pricing::Pricing;
use crate::venue::Venue;
use crate::{Result, State};

/// The venue's initial margin is multiplied by this, as a cushion for rounding.
pub(crate) const INITIAL_CUSHION: Decimal256 = Decimal256::raw(1_010_000_000_000_000_000);

/// `L*` is at least this multiple of the leverage with all coins posted; otherwise it could not be reached.
pub(crate) const FULL_POSTING_MULTIPLE: Decimal256 = Decimal256::raw(1_100_000_000_000_000_000);

/// The policy's targets in this state.
///
/// # Errors
/// Before the first price, and if a number overflows.
pub fn targets(state: &State, params: &PolicyParams) -> Result<Targets> {
    let aims = Aims::new(state, params)?;
    let levels = aims.levels(&*venue(state)?, &Hedge::of(state))?;
    Ok(aims.targets(levels))
}

/// Leverage with all coins posted and `hedge` of them sold short: `h / (1 - kappa - c*h)`, rounded up.
pub(crate) fn full_posting_leverage(terms: &Terms, hedge: Decimal256) -> Result<Decimal256> {
    let closing = mul_ceil(add(terms.taker_fee, terms.min_spread)?, hedge)?;
    let left = sub(sub(Decimal256::one(), terms.haircut)?, closing)?;
    Ok(div_ceil(hedge, left)?)
}

/// Share of all coins that a hedge at `L*` needs as margin in a calm market with no quote at the venue, and at least
/// what an increase requires: `h * (1/L* + c) / (1 - kappa)`, after an order that cost `max_cost` of NAV. Rounded up.
pub(crate) fn calm_margin(terms: &Terms, params: &PolicyParams, pricing: Pricing) -> Result<Decimal256> {
    let aims = Aims::calm(terms, params, pricing)?;
    let one = Decimal256::one();
    let equity = div_ceil(one, aims.levels_at(SignedDecimal256::zero())?.target)?;
    let initial = mul_ceil(terms.initial_ratio, INITIAL_CUSHION)?;
    let needed = add(equity.max(initial), add(terms.taker_fee, terms.min_spread)?)?;
    let coins = div_ceil(mul_ceil(aims.hedge, needed)?, sub(one, terms.haircut)?)?;
    Ok(div_ceil(coins, sub(one, mul_ceil(aims.hedge, params.max_cost)?)?)?)
}

/// Leverage levels, which depend on the quote at the venue.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Levels {
    pub min: Decimal256,
    pub target: Decimal256,
    pub max: Decimal256,
    pub emergency: Decimal256,
}

/// All targets except leverage levels, which depend on the quote at the venue.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Aims {
    volatility: Decimal256,
    assumed_rise: Decimal256,
    /// Margin ratio that survives the assumed rise and discount with no quote at the venue.
    margin: Decimal256,
    /// What a position needs more of for each unit of quote at the venue, which does not rise with the price as coins do.
    for_gains: Decimal256,
    /// The same for each unit of unsettled loss, which does not fall with the coins; zero unless the assumed discount
    /// takes more than the rise gives.
    for_losses: Decimal256,
    maintenance: Decimal256,
    /// Minimum of `L*`.
    min_target: Decimal256,
    max_low: Decimal256,
    max_high: Decimal256,
    divisor: Decimal256,
    min_share: Decimal256,
    /// `f`.
    pub forecast: SignedDecimal256,
    /// `h*`.
    pub hedge: Decimal256,
    pub hedge_low: Decimal256,
    pub hedge_high: Decimal256,
}

impl Aims {
    pub fn new(state: &State, params: &PolicyParams) -> Result<Aims> {
        let discount = Pricing::of(&state.prices).assumed_discount(params);
        Aims::at(state.prices.volatility, state.forecast.bounded(), discount, &state.terms, params)
    }

    /// At the volatility floor, with no funding.
    pub fn calm(terms: &Terms, params: &PolicyParams, pricing: Pricing) -> Result<Aims> {
        let discount = pricing.assumed_discount(params);
        Aims::at(Decimal256::zero(), SignedDecimal256::zero(), discount, terms, params)
    }

    fn at(
        volatility: Decimal256,
        forecast: SignedDecimal256,
        discount: Decimal256,
        terms: &Terms,
        params: &PolicyParams,
    ) -> Result<Aims> {
        let volatility = volatility.max(params.volatility_floor);
        let assumed_rise = assumed_rise(volatility, params)?;
        let hedge = hedge_target(forecast, volatility, params)?;
        let posted = full_posting_leverage(terms, hedge)?;
        let one = Decimal256::one();
        let (risen, left) = (add(one, assumed_rise)?, sub(one, discount)?);
        let needed = add(kept_ratio(terms, params, discount)?, div_ceil(assumed_rise, risen)?)?;
        Ok(Aims {
            volatility,
            assumed_rise,
            margin: div_ceil(needed, left)?,
            for_gains: sub_or_zero(one, div_floor(div_floor(one, risen)?, left)?),
            for_losses: sub_or_zero(div_ceil(div_ceil(one, risen)?, left)?, one),
            maintenance: terms.maintenance_ratio,
            min_target: mul_ceil(FULL_POSTING_MULTIPLE, posted)?,
            max_low: params.max_leverage_low,
            max_high: params.max_leverage_high,
            divisor: params.target_divisor,
            min_share: params.min_leverage_share,
            forecast,
            hedge,
            hedge_low: sub_or_zero(hedge, params.hedge_band),
            hedge_high: add(hedge, params.hedge_band)?,
        })
    }

    /// The levels for a hedge, with its quote at the venue:
    /// `L_max = clamp(1/(g + (mu + b + c*d + (x - g)/(1 + x))/(1 - d)), lo, hi)`. After a rise of `x` and a fall of
    /// `C/P` by `d` the margin ratio is `(1/L - g)*(1 - d) - (x - g)/(1 + x) - c*d`: coins rise with the price and fall
    /// with the discount, quote and closing cost do neither. Whichever of `g` and zero is worse counts.
    pub fn levels(&self, venue: &dyn Venue, hedge: &Hedge) -> Result<Levels> {
        self.levels_at(venue.quote_share(&hedge.position)?)
    }

    /// The levels if quote at the venue is this share of notional.
    pub fn levels_at(&self, quote_share: SignedDecimal256) -> Result<Levels> {
        let weight = if quote_share.is_negative() { self.for_losses } else { self.for_gains };
        let one = Decimal256::one();
        let margin = add(self.margin, mul_ceil(weight, abs(quote_share))?)?;
        let max = div_floor(one, margin)?.clamp(self.max_low, self.max_high);
        let target = div_floor(max, self.divisor)?.max(self.min_target);
        // Halfway in margin ratio between L_max and maintenance: 1 / ((1/L_max + mu) / 2).
        let ratios = add(div_floor(one, max)?, self.maintenance)?;
        let emergency = div_floor(add(one, one)?, ratios)?;
        Ok(Levels { min: mul_floor(self.min_share, target)?, target, max, emergency })
    }

    pub fn targets(&self, levels: Levels) -> Targets {
        Targets {
            volatility: self.volatility,
            assumed_rise: self.assumed_rise,
            leverage_min: levels.min,
            leverage_target: levels.target,
            leverage_max: levels.max,
            leverage_emergency: levels.emergency,
            funding_forecast: self.forecast,
            hedge_target: self.hedge,
            hedge_low: self.hedge_low,
            hedge_high: self.hedge_high,
        }
    }
}

/// `x = max(z * sigma * sqrt(T), jump)`.
fn assumed_rise(volatility: Decimal256, params: &PolicyParams) -> Result<Decimal256, MathError> {
    let deviation = mul_ceil(volatility, years(params.reaction_time)?.sqrt())?;
    Ok(mul_ceil(params.volatility_multiple, deviation)?.max(params.jump_floor))
}

/// `mu + b + c*d`: what must be left after the assumed rise and discount. The closing cost does not fall with the coins.
pub(crate) fn kept_ratio(terms: &Terms, params: &PolicyParams, discount: Decimal256) -> Result<Decimal256, MathError> {
    let closing = mul_ceil(add(terms.taker_fee, terms.min_spread)?, discount)?;
    add(add(terms.maintenance_ratio, params.leverage_buffer)?, closing)
}

/// `h* = clamp(h_mv + min(0, f / (gamma * sigma^2)), h_min, h_max)`: the hedge of least variance, reduced if shorts pay
/// funding, but never increased if they earn it.
fn hedge_target(f: SignedDecimal256, volatility: Decimal256, params: &PolicyParams) -> Result<Decimal256, MathError> {
    let mut target = params.min_variance_hedge;
    if f.is_negative() {
        let aversion = mul_floor(params.gamma, mul_floor(volatility, volatility)?)?;
        target = sub_or_zero(target, div_floor(abs(f), aversion)?);
    }
    Ok(target.min(params.hedge_max).max(params.hedge_min))
}
