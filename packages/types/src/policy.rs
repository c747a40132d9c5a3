//! The hedge policy: its parameters, targets and decisions.

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
        /// `b`: margin ratio that must be left above maintenance after the assumed rise.
        leverage_buffer: Decimal256 = "2 %", "0.5 %" to "20 %";
        /// `z`: the assumed rise is this many times the volatility.
        volatility_multiple: Decimal256 = "4", "1" to "10";
        /// `T`: seconds that keepers need to react, at least the longest closing of the market's feeds.
        reaction_time: u64 = "8 h", "1 h" to "120 h";
        /// Minimum assumed rise.
        jump_floor: Decimal256 = "30 %", "5 %" to "200 %";
        /// Minimum assumed yearly volatility.
        volatility_floor: Decimal256 = "50 %", "10 %" to "300 %";
        /// `d`: assumed fall of the collateral price against the index price, together with the rise. Counts only in a
        /// market of two prices. With more than 39 % `venue_share` or `target_divisor` must change, too.
        assumed_discount: Decimal256 = "15 %", "0 %" to "60 %";
        /// Minimum of `L_max`.
        max_leverage_low: Decimal256 = "1.4", "1.05" to "10";
        /// Maximum of `L_max`.
        max_leverage_high: Decimal256 = "4", "1.05" to "10";
        /// `L* = L_max / this`.
        target_divisor: Decimal256 = "1.75", "1.2" to "4";
        /// `L_min = this * L*`.
        min_leverage_share: Decimal256 = "0.65", "0.3" to "0.9";
        /// Settle when unsettled PnL and funding are above this share of notional.
        settle_above: Decimal256 = "25 %", "5 %" to "60 %";
        /// Settle when they are below minus this share of notional.
        settle_below: Decimal256 = "35 %", "5 %" to "60 %";
        /// The hedge ratio may be this far from its target before the vault trades.
        hedge_band: Decimal256 = "3 %", "0.5 %" to "20 %";
        /// `gamma`: risk aversion; the higher, the less funding moves the hedge target.
        gamma: Decimal256 = "3", "0.5" to "20";
        /// Half-life of the funding forecast, seconds.
        forecast_half_life: u64 = "72 h", "8 h" to "720 h";
        /// `h_mv`: the hedge ratio of least variance, from which `h*` starts; 1 if the market's index is the coin's own.
        /// What lies outside of `hedge_min` and `hedge_max` is cut to them.
        min_variance_hedge: Decimal256 = "1", "0.2" to "1.2";
        /// Minimum hedge ratio.
        hedge_min: Decimal256 = "0.8", "0" to "1.2";
        /// Maximum hedge ratio.
        hedge_max: Decimal256 = "1", "0" to "1.2";
        /// When idle quote over NAV is above this, rule 7 spends all of it on coins.
        quote_buffer: Decimal256 = "10 %", "0 %" to "50 %";
        /// Minimum value of an action, over NAV.
        min_action: Decimal256 = "0.5 %", "0.05 %" to "5 %";
        /// Maximum cost of a trade, over the value traded.
        max_cost: Decimal256 = "1 %", "0.1 %" to "5 %";
        /// Maximum cost of keepers' trades, over NAV.
        cost_budget: Decimal256 = "3 %", "0.1 %" to "10 %";
        /// Seconds until a spent cost budget is full again.
        cost_budget_refill: u64 = "30 d", "7 d" to "365 d";
        /// Maximum bonus of the auction.
        auction_bonus: Decimal256 = "0.3 %", "0 %" to "2 %";
        /// Seconds until the bonus reaches its maximum.
        auction_time: u64 = "6 h", "1 h" to "72 h";
        /// Maximum share of NAV at the venue; rules 2 and 3 may exceed it.
        venue_share: Decimal256 = "90 %", "10 %" to "100 %";
        /// Maximum cost of an exit without `min_base` or `min_quote`, over the value that it closes.
        exit_cost: Decimal256 = "2 %", "0.1 %" to "20 %";
    }
}

impl Default for PolicyParams {
    fn default() -> Self {
        PolicyParams::declared()
    }
}

impl PolicyParams {
    /// The first parameter out of bounds.
    pub fn first_outside(&self) -> Option<Outside> {
        self.first_outside_of(Self::BOUNDS)
    }
}

/// The current targets of the policy.
#[wire]
#[derive(Copy, Eq)]
pub struct Targets {
    /// Volatility used: the oracle's, but at least `volatility_floor`.
    pub volatility: Decimal256,
    /// `x`: the rise that `L_max` must survive.
    pub assumed_rise: Decimal256,
    /// `L_min`: below it margin is withdrawn.
    pub leverage_min: Decimal256,
    /// `L*`, the target leverage.
    pub leverage_target: Decimal256,
    /// `L_max`: above it margin is added.
    pub leverage_max: Decimal256,
    /// Leverage from which it is an emergency.
    pub leverage_emergency: Decimal256,
    /// Yearly funding forecast; positive if a short earns.
    pub funding_forecast: SignedDecimal256,
    /// `h*`, the target of the hedge ratio.
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
    /// 1: trading at the venue is off or its price unusable; margin that can be withdrawn is withdrawn.
    SafeMode,
    /// 2: emergency.
    Emergency,
    /// 3: leverage is above its maximum.
    LeverageHigh,
    /// 4: unsettled PnL and funding are large.
    Settle,
    /// 5: the hedge ratio is out of its band.
    HedgeBand,
    /// 6: leverage is below its minimum.
    LeverageLow,
    /// 7: idle quote is above its buffer.
    IdleQuote,
}

impl Rule {
    /// All rules, in the order in which they are tried.
    pub const ALL: [Rule; 7] = [
        Rule::SafeMode,
        Rule::Emergency,
        Rule::LeverageHigh,
        Rule::Settle,
        Rule::HedgeBand,
        Rule::LeverageLow,
        Rule::IdleQuote,
    ];

    /// A readable name.
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
        /// Change of the signed size; negative increases the short.
        delta: Int128,
        /// Whether to settle.
        settle: Settle,
        /// Idle coins to add as margin.
        margin_in: Purse,
        /// Margin to withdraw.
        margin_out: Purse,
    },
    /// Buy base from the venue's pool and hedge it.
    BuyBase {
        /// Quote to spend.
        quote: Uint128,
    },
    /// Start an auction of idle quote.
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

/// What the policy decides, and why.
#[wire]
#[derive(Eq)]
pub struct Decision {
    /// The rule that applies; none if nothing is due.
    pub rule: Option<Rule>,
    /// What to do.
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
    /// Price at which the venue would liquidate the position.
    pub liquidation_price: LiquidationPrice,
    /// Value of the short at the index over that of all coins at the collateral price.
    pub hedge_ratio: Decimal256,
    /// Base needed as margin to get back to `L*`; zero while leverage is at most `L_max`.
    pub coins_needed: Uint128,
    /// Whether the idle coins are enough for that.
    pub covered: bool,
    /// The policy's targets in this state.
    pub targets: Targets,
}

/// A scenario for a stress test.
#[wire]
#[serde(deny_unknown_fields)]
#[derive(Eq)]
pub struct StressCase {
    /// Relative change of the price, above -1: 0.3 is a rise of 30 %.
    pub price_change: SignedDecimal256,
    /// Relative change of the collateral price against the index price, above -1: -0.2 is a further discount of 20 %.
    /// Zero by default, and in a market of one price.
    pub collateral_change: Option<SignedDecimal256>,
    /// Multiple of the current funding rate.
    pub funding_multiple: SignedDecimal256,
    /// Hours for which this funding is paid.
    pub hours: u32,
    /// Cost of the policy's trades, over the value traded.
    pub cost: Decimal256,
}

/// Response to a stress test; without any stress it is the health of the vault.
#[wire]
#[derive(Eq)]
pub struct StressResponse {
    /// The assumed index price.
    pub price: Decimal256,
    /// The assumed price of the margin coin; the index price in a market of one price.
    pub collateral_price: Decimal256,
    /// By how much less the margin coin sells than it is redeemed for, over that; none in a market of one price.
    pub discount: Option<Decimal256>,
    /// The hedge before the policy reacts.
    pub before: HedgeState,
    /// What the policy does.
    pub decision: Decision,
    /// The hedge after that.
    pub after: HedgeState,
}
