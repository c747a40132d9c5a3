//! The hedge policy: its parameters, its targets, and what it says is due.

use ballast_wire::wire;
use cosmwasm_std::{Decimal256, Int128, SignedDecimal256, Uint128};

use crate::parameters::Outside;
use crate::venue::{Leverage, LiquidationPrice, Order, Settle};
use crate::{parameters, Money, Purse};

parameters! {
    /// Parameters of the policy. Ratios are plain (0.01 = 1 %).
    #[wire]
    #[serde(deny_unknown_fields)]
    pub struct PolicyParams {
        /// `b`: margin ratio kept above maintenance after the assumed rise.
        leverage_buffer: Decimal256 = "2 %", "0.5 %" to "20 %";
        /// `z`: multiple of volatility in the assumed rise.
        volatility_multiple: Decimal256 = "4", "1" to "10";
        /// `T`: seconds that keepers need to react.
        reaction_time: u64 = "8 h", "1 h" to "120 h";
        /// Least assumed rise.
        jump_floor: Decimal256 = "30 %", "5 %" to "200 %";
        /// Least assumed yearly volatility.
        volatility_floor: Decimal256 = "50 %", "10 %" to "300 %";
        /// Least `L_max`.
        max_leverage_low: Decimal256 = "1.4", "1.05" to "10";
        /// Greatest `L_max`.
        max_leverage_high: Decimal256 = "4", "1.05" to "10";
        /// `L* = L_max / this`.
        target_divisor: Decimal256 = "1.75", "1.2" to "4";
        /// `L_min = this * L*`.
        min_leverage_share: Decimal256 = "0.65", "0.3" to "0.9";
        /// Settle when unsettled PnL and funding are above this share of notional.
        settle_above: Decimal256 = "25 %", "5 %" to "60 %";
        /// Settle when they are below minus this share of notional.
        settle_below: Decimal256 = "35 %", "5 %" to "60 %";
        /// Distance of the hedge ratio from its target that is left alone.
        hedge_band: Decimal256 = "3 %", "0.5 %" to "20 %";
        /// `gamma`: aversion to variance in the tilt.
        gamma: Decimal256 = "3", "0.5" to "20";
        /// Half-life of the funding forecast, seconds.
        forecast_half_life: u64 = "72 h", "8 h" to "720 h";
        /// Least hedge ratio.
        hedge_min: Decimal256 = "0.8", "0" to "1.2";
        /// Greatest hedge ratio.
        hedge_max: Decimal256 = "1", "0" to "1.2";
        /// Idle quote over NAV above which rule 7 turns all of it into coins.
        quote_buffer: Decimal256 = "10 %", "0 %" to "50 %";
        /// Least action, over NAV.
        min_action: Decimal256 = "0.5 %", "0.05 %" to "5 %";
        /// Most cost of a trade, over the value traded.
        max_cost: Decimal256 = "1 %", "0.1 %" to "5 %";
        /// Most cost of keepers' trades, over NAV.
        cost_budget: Decimal256 = "3 %", "0.1 %" to "10 %";
        /// Seconds in which the cost budget refills.
        cost_budget_refill: u64 = "30 d", "7 d" to "365 d";
        /// Greatest bonus of the auction.
        auction_bonus: Decimal256 = "0.3 %", "0 %" to "2 %";
        /// Seconds until the bonus is full.
        auction_time: u64 = "6 h", "1 h" to "72 h";
        /// Most of NAV at the venue; rules 2 and 3 stand above it.
        venue_share: Decimal256 = "90 %", "10 %" to "100 %";
        /// Most that an exit without bounds of its own may cost, over the value that it closes.
        exit_cost: Decimal256 = "2 %", "0.1 %" to "20 %";
    }
}

impl Default for PolicyParams {
    fn default() -> Self {
        PolicyParams::declared()
    }
}

impl PolicyParams {
    /// The first parameter that is outside of its bounds.
    pub fn first_outside(&self) -> Option<Outside> {
        self.first_outside_of(Self::BOUNDS)
    }
}

/// What the policy aims at now.
#[wire]
#[derive(Copy, Eq)]
pub struct Targets {
    /// Volatility used: the oracle's, floored.
    pub volatility: Decimal256,
    /// `x`: the rise that `L_max` must survive.
    pub assumed_rise: Decimal256,
    /// `L_min`: below it margin comes home.
    pub leverage_min: Decimal256,
    /// `L*`.
    pub leverage_target: Decimal256,
    /// `L_max`: above it coins are posted.
    pub leverage_max: Decimal256,
    /// From here on it is an emergency.
    pub leverage_emergency: Decimal256,
    /// Funding forecast, yearly; positive = a short earns.
    pub funding_forecast: SignedDecimal256,
    /// `h*`.
    pub hedge_target: Decimal256,
    /// Lower end of the band of the hedge ratio.
    pub hedge_low: Decimal256,
    /// Upper end of the band of the hedge ratio.
    pub hedge_high: Decimal256,
}

/// The rules, in the order in which they are tried.
#[wire]
#[derive(Copy, Eq, PartialOrd, Ord)]
pub enum Rule {
    /// 1: the venue is settled or paused; margin that can be withdrawn comes home.
    SafeMode,
    /// 2: emergency.
    Emergency,
    /// 3: leverage above its maximum.
    LeverageHigh,
    /// 4: much is unsettled.
    Settle,
    /// 5: hedge ratio out of its band.
    HedgeBand,
    /// 6: leverage below its minimum.
    LeverageLow,
    /// 7: idle quote above its buffer.
    IdleQuote,
}

impl Rule {
    /// All of them, in the order in which they are tried.
    pub const ALL: [Rule; 7] = [
        Rule::SafeMode,
        Rule::Emergency,
        Rule::LeverageHigh,
        Rule::Settle,
        Rule::HedgeBand,
        Rule::LeverageLow,
        Rule::IdleQuote,
    ];

    /// Its name, for people.
    pub const fn name(self) -> &'static str {
        match self {
            Rule::SafeMode => "safe mode",
            Rule::Emergency => "emergency",
            Rule::LeverageHigh => "leverage high",
            Rule::Settle => "settle",
            Rule::HedgeBand => "hedge band",
            Rule::LeverageLow => "leverage low",
            Rule::IdleQuote => "idle quote",
        }
    }

    /// The number of the rule, 1 to 7.
    pub const fn number(self) -> u8 {
        match self {
            Rule::SafeMode => 1,
            Rule::Emergency => 2,
            Rule::LeverageHigh => 3,
            Rule::Settle => 4,
            Rule::HedgeBand => 5,
            Rule::LeverageLow => 6,
            Rule::IdleQuote => 7,
        }
    }
}

/// What is due.
#[wire]
#[derive(Eq)]
pub enum HedgeAction {
    /// Nothing.
    None,
    /// One order at the venue.
    Adjust {
        /// Change of the signed size: negative sells more short.
        delta: Int128,
        /// Whether to settle.
        settle: Settle,
        /// Idle coins to post with it.
        margin_in: Purse,
        /// Margin to take home with it.
        margin_out: Purse,
    },
    /// Buy base from the venue's pool and hedge it.
    BuyBase {
        /// Quote to spend.
        quote: Uint128,
    },
    /// Offer idle quote for coins: start the auction's clock.
    OpenAuction {
        /// Quote on offer.
        quote: Uint128,
    },
}

impl From<&Order> for HedgeAction {
    fn from(order: &Order) -> Self {
        HedgeAction::Adjust {
            delta: order.delta(),
            settle: order.settle,
            margin_in: order.attached,
            margin_out: order.exact_margin_out(),
        }
    }
}

/// A decision with its reason.
#[wire]
#[derive(Eq)]
pub struct Decision {
    /// The rule that applies; none when nothing is due.
    pub rule: Option<Rule>,
    /// What it asks for.
    pub action: HedgeAction,
}

/// The state of the hedge at one price.
#[wire]
#[derive(Copy, Eq)]
pub struct HedgeState {
    /// Net asset value, units of quote.
    pub nav: Money,
    /// Venue leverage.
    pub leverage: Leverage,
    /// Equity at the venue over notional.
    pub margin_ratio: Option<SignedDecimal256>,
    /// Price at which the venue would liquidate.
    pub liquidation_price: LiquidationPrice,
    /// Short over coins held.
    pub hedge_ratio: Decimal256,
    /// Base that would have to be posted to be back at `L*`; zero when leverage is at or below `L_max`.
    pub coins_needed: Uint128,
    /// Whether idle coins cover that.
    pub covered: bool,
    /// What the policy aims at in this state.
    pub targets: Targets,
}

/// An assumed change of the world.
#[wire]
#[serde(deny_unknown_fields)]
#[derive(Eq)]
pub struct StressCase {
    /// Relative change of the price, above -1: 0.3 is a rise of 30 %.
    pub price_change: SignedDecimal256,
    /// Multiple of today's funding rate.
    pub funding_multiple: SignedDecimal256,
    /// Hours for which that funding is paid.
    pub hours: u32,
    /// Cost of trading in the reaction, over the value traded.
    pub cost: Decimal256,
}

/// Answer of a stress test; with no stress it is the health of the vault.
#[wire]
#[derive(Eq)]
pub struct StressResponse {
    /// Price assumed.
    pub price: Decimal256,
    /// Before the policy reacts.
    pub before: HedgeState,
    /// What the policy would do.
    pub decision: Decision,
    /// After it has.
    pub after: HedgeState,
}
