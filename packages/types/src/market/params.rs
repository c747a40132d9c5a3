use ballast_wire::wire;
use cosmwasm_std::{Decimal256, Uint128};

use crate::parameters;
use crate::parameters::Outside;

parameters! {
    /// Parameters of a market. Ratios are plain (0.01 = 1 %).
    #[wire]
    #[serde(deny_unknown_fields)]
    pub struct MarketParams {
        /// Taker fee on the notional of an order.
        taker_fee: Decimal256 = "0.05 %", "0 %" to "1 %";
        /// Least spread of an order.
        min_spread: Decimal256 = "0.02 %", "0.01 %" to "1 %";
        /// Standard deviations of the price's age that the spread covers.
        spread_z: Decimal256 = "3", "0" to "5";
        /// Age that the spread assumes at least, seconds: what a trader may see before the chain does.
        spread_latency: u64 = "6 seconds", "0 seconds" to "120 seconds";
        /// Most that age and volatility make of the spread, at least `min_spread`; a wide confidence goes beyond.
        max_spread: Decimal256 = "0.3 %", "0.02 %" to "2 %";
        /// Liquidatable below this equity over notional.
        maintenance_ratio: Decimal256 = "2.5 %", "1 %" to "20 %";
        /// Needed to increase or to withdraw margin. At least 1.5 times maintenance, and at least the jump that the index
        /// feed accepts unconfirmed in an hour.
        initial_ratio: Decimal256 = "15 %", "0 %" to "50 %";
        /// Fee of a liquidation on the size closed: half to the liquidator, half to insurance.
        liquidation_fee: Decimal256 = "0.5 %", "0.1 %" to "5 %";
        /// Price move within a block that maintenance must cover besides the costs.
        jump_buffer: Decimal256 = "0.5 %", "0.1 %" to "10 %";
        /// Taken off the value of base margin in equity. At least what paying in base takes off: `min_spread` and
        /// `conversion_charge`.
        haircut: Decimal256 = "10 %", "0 %" to "50 %";
        /// Charge for what is paid in base instead of quote.
        conversion_charge: Decimal256 = "0.1 %", "0 %" to "5 %";
        /// The reference is held within plus and minus this yearly rate.
        funding_cap: Decimal256 = "200 %", "0 %" to "1,000 %";
        /// Yearly rate added at full skew.
        slope: Decimal256 = "2 %", "0 %" to "50 %";
        /// Share of the rate that the pool pays to size which the other side does not match.
        pass_through: Decimal256 = "50 %", "0 %" to "100 %";
        /// Slack that increases and pool withdrawals must leave, over all open notional.
        headroom: Decimal256 = "20 %", "0 %" to "200 %";
        /// Insurance is full at this share of open interest.
        insurance_target: Decimal256 = "2 %", "0 %" to "20 %";
        /// Most that a long can win, over its entry value.
        long_reserve: Decimal256 = "50 %", "20 %" to "1,000 %";
        /// Skew at which the slope is full, over the pool's quote.
        skew_scale: Decimal256 = "50 %", "1 %" to "100 %";
        /// Most entry value of a side, over the pool's quote (less what is under notice, as in all caps).
        open_interest_cap: Decimal256 = "75 %", "1 %" to "300 %";
        /// Part of the pool's quote that is kept for the entry value of the hedger's short.
        hedger_share: Decimal256 = "50 %", "0 %" to "75 %";
        /// Most entry value added to a side in an hour, over the skew scale, counted gross.
        size_added_cap: Decimal256 = "100 %", "1 %" to "200 %";
        /// Most open interest a side, units of base.
        max_open_interest: Uint128 = "No limit";
        /// Least notional of a position after an increase, units of quote; a reduce that would leave less closes the whole,
        /// except the hedger's.
        min_position: Uint128 = "100 whole quote", "1 unit" to "no limit";
        /// Most that base in the pool is sold below the collateral price.
        base_discount: Decimal256 = "0.3 %", "0 %" to "2 %";
        /// Seconds until the discount is full.
        base_discount_time: u64 = "6 h", "1 h" to "72 h";
        /// Seconds between a provider's request and its window.
        pool_notice: u64 = "24 h", "1 h" to "14 d";
        /// Seconds of the window in which a request can be done; it stands still while payment is forbidden.
        pool_window: u64 = "12 h", "1 h" to "3 d";
        /// Seconds from a provider's last deposit, lapse or cancellation to their next request.
        pool_bar: u64 = "3 d", "0 d" to "30 d";
        /// Seconds after which paused `reduce`, `margin_in`, `margin_out` and `liquidate` come back by themselves.
        defence_pause: u64 = "6 h", "5 min" to "24 h";
        /// Seconds after any of them came back during which none can be paused again.
        defence_pause_cooldown: u64 = "24 h", "1 h" to "14 d";
        /// Seconds of no liquidation after `reduce` and `margin_in` came back.
        liquidation_grace: u64 = "1 h", "0 h" to "24 h";
    }
}

impl MarketParams {
    /// The defaults for a settlement coin of `quote_decimals` (18 at most).
    pub fn defaults(quote_decimals: u8) -> MarketParams {
        let declared = MarketParams::declared();
        let whole_quote = Uint128::new(10u128.saturating_pow(quote_decimals.into()));
        MarketParams { min_position: declared.min_position.saturating_mul(whole_quote), ..declared }
    }

    /// The first parameter that is outside of its bounds.
    pub fn first_outside(&self) -> Option<Outside> {
        self.first_outside_of(Self::BOUNDS)
    }
}
