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
        /// Minimum spread of an order.
        min_spread: Decimal256 = "0.02 %", "0.01 %" to "1 %";
        /// The spread covers this many standard deviations of the price over its age.
        spread_z: Decimal256 = "3", "0" to "5";
        /// Minimum age of the price that the spread assumes, seconds: a trader may see a price this much before the
        /// chain does.
        spread_latency: u64 = "6 seconds", "0 seconds" to "120 seconds";
        /// Maximum spread from age and volatility, at least `min_spread`; a wide confidence interval may exceed it.
        max_spread: Decimal256 = "0.3 %", "0.02 %" to "2 %";
        /// A position can be liquidated when equity over notional is below this.
        maintenance_ratio: Decimal256 = "2.5 %", "1 %" to "20 %";
        /// Equity over notional needed to increase a position or withdraw margin. At least 1.5 times maintenance, and
        /// at least the jump that each feed accepts within an hour without confirmation.
        initial_ratio: Decimal256 = "15 %", "0 %" to "50 %";
        /// Liquidation fee on the closed notional: half goes to the liquidator, half to insurance.
        liquidation_fee: Decimal256 = "0.5 %", "0.1 %" to "5 %";
        /// Price move within one block that maintenance must cover in addition to costs.
        jump_buffer: Decimal256 = "0.5 %", "0.1 %" to "10 %";
        /// Taken off the value of base margin in equity. At least `min_spread` plus `conversion_charge`, which a
        /// payment in base costs.
        haircut: Decimal256 = "10 %", "0 %" to "50 %";
        /// Charge for paying in base instead of quote.
        conversion_charge: Decimal256 = "0.1 %", "0 %" to "5 %";
        /// The reference is clamped to plus and minus this yearly rate.
        funding_cap: Decimal256 = "200 %", "0 %" to "1,000 %";
        /// Yearly rate added at full skew.
        slope: Decimal256 = "2 %", "0 %" to "50 %";
        /// Share of the rate that the pool pays to size that the other side does not match.
        pass_through: Decimal256 = "50 %", "0 %" to "100 %";
        /// Slack that must be left after an increase or a pool withdrawal, over all open notional.
        headroom: Decimal256 = "20 %", "0 %" to "200 %";
        /// Insurance is full at this share of open interest.
        insurance_target: Decimal256 = "2 %", "0 %" to "20 %";
        /// Maximum profit of a long, over its entry value.
        long_reserve: Decimal256 = "50 %", "20 %" to "1,000 %";
        /// Skew at which the slope is full, over the pool's quote.
        skew_scale: Decimal256 = "50 %", "1 %" to "100 %";
        /// Maximum entry value of a side, over the pool's quote (without requested withdrawals, as in all caps).
        open_interest_cap: Decimal256 = "75 %", "1 %" to "300 %";
        /// Part of the pool's quote reserved for the entry value of the hedger's short.
        hedger_share: Decimal256 = "50 %", "0 %" to "75 %";
        /// Maximum entry value added to a side in an hour, over the skew scale. Decreases do not offset it.
        size_added_cap: Decimal256 = "100 %", "1 %" to "200 %";
        /// Maximum open interest on each side, units of base.
        max_open_interest: Uint128 = "No limit";
        /// Minimum notional of a position after an increase, units of quote. A reduce that would leave less closes the
        /// whole position, except the hedger's.
        min_position: Uint128 = "100 whole quote", "1 unit" to "no limit";
        /// Maximum discount to the collateral price at which the pool sells base.
        base_discount: Decimal256 = "0.3 %", "0 %" to "2 %";
        /// Seconds until the discount reaches its maximum.
        base_discount_time: u64 = "6 h", "1 h" to "72 h";
        /// Seconds between a withdrawal request and the start of its window.
        pool_notice: u64 = "24 h", "1 h" to "14 d";
        /// Length of the withdrawal window, seconds. It does not run while withdrawals are impossible.
        pool_window: u64 = "12 h", "1 h" to "3 d";
        /// Seconds that a provider must wait with a request after a deposit, or after a request that lapsed or was
        /// cancelled.
        pool_bar: u64 = "3 d", "0 d" to "30 d";
        /// Seconds until paused `reduce`, `margin_in`, `margin_out` and `liquidate` come back on by themselves.
        defence_pause: u64 = "6 h", "5 min" to "24 h";
        /// Seconds after one of them came back on in which none can be paused again.
        defence_pause_cooldown: u64 = "24 h", "1 h" to "14 d";
        /// Seconds without liquidation after `reduce` and `margin_in` came back on.
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

    /// The first parameter out of bounds.
    pub fn first_outside(&self) -> Option<Outside> {
        self.first_outside_of(Self::BOUNDS)
    }
}
