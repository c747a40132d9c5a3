use ballast_wire::wire;
use cosmwasm_std::{Decimal256, Uint128};

/// Parameters of a market. Ratios are plain (0.01 = 1 %).
#[wire]
#[serde(deny_unknown_fields)]
pub struct MarketParams {
    /// Taker fee on the notional of an order. 0.05 % (0 to 1 %).
    pub taker_fee: Decimal256,
    /// Least spread of an order. 0.02 % (0.01 to 1 %).
    pub min_spread: Decimal256,
    /// Standard deviations of the price's age that the spread covers. 3 (0 to 5).
    pub spread_z: Decimal256,
    /// Age that the spread assumes at least, seconds: what a trader may see before the chain does. 6 s (0 to 120 s).
    pub spread_latency: u64,
    /// Most that age and volatility make of the spread; a wide confidence goes beyond. 0.3 % (0.02 to 2 %, at least
    /// `min_spread`).
    pub max_spread: Decimal256,
    /// Liquidatable below this equity over notional. 2.5 % (1 to 20 %).
    pub maintenance_ratio: Decimal256,
    /// Needed to increase or to withdraw margin. 15 % (1.5 times maintenance to 50 %, at least the jump that the index
    /// feed accepts unconfirmed in an hour).
    pub initial_ratio: Decimal256,
    /// Fee of a liquidation on the size closed: half to the liquidator, half to insurance. 0.5 % (0.1 to 5 %).
    pub liquidation_fee: Decimal256,
    /// Price move within a block that maintenance must cover besides the costs. 0.5 % (0.1 to 10 %).
    pub jump_buffer: Decimal256,
    /// Taken off the value of base margin in equity. 10 % (0 to 50 %, at least what paying in base takes off:
    /// `min_spread` and `conversion_charge`).
    pub haircut: Decimal256,
    /// Charge for what is paid in base instead of quote. 0.1 % (0 to 5 %).
    pub conversion_charge: Decimal256,
    /// The reference is held within plus and minus this yearly rate. 200 % (0 to 1,000 %).
    pub funding_cap: Decimal256,
    /// Yearly rate added at full skew. 2 points (0 to 50).
    pub slope: Decimal256,
    /// Share of the rate that the pool pays to size which the other side does not match. 50 % (0 to 100 %).
    pub pass_through: Decimal256,
    /// Slack that increases and pool withdrawals must leave, over all open notional. 20 % (0 to 200 %).
    pub headroom: Decimal256,
    /// Insurance is full at this share of open interest. 2 % (0 to 20 %).
    pub insurance_target: Decimal256,
    /// Most that a long can win, over its entry value. 50 % (20 to 1,000 %).
    pub long_reserve: Decimal256,
    /// Skew at which the slope is full, over the pool's quote. 50 % (1 to 100 %).
    pub skew_scale: Decimal256,
    /// Most entry value of a side, over the pool's quote (less what is under notice, as in all caps). 75 % (1 to 300 %).
    pub open_interest_cap: Decimal256,
    /// Part of the pool's quote that is kept for the entry value of the hedger's short. 50 % (0 to 75 %).
    pub hedger_share: Decimal256,
    /// Most entry value added to a side in an hour, over the skew scale, counted gross. 100 % (1 to 200 %).
    pub size_added_cap: Decimal256,
    /// Most open interest a side, units of base.
    pub max_open_interest: Uint128,
    /// Least notional of a position after an increase, units of quote; a reduce that would leave less closes the whole,
    /// except the hedger's. 100 whole quote (above 0).
    pub min_position: Uint128,
    /// Most that base in the pool is sold below the collateral price. 0.3 % (0 to 2 %).
    pub base_discount: Decimal256,
    /// Seconds until the discount is full. 6 h (1 to 72 h).
    pub base_discount_time: u64,
    /// Seconds between a provider's request and its window. 24 h (1 h to 14 d).
    pub pool_notice: u64,
    /// Seconds of the window in which a request can be done; it stands still while payment is forbidden. 12 h (1 h to
    /// 3 d).
    pub pool_window: u64,
    /// Seconds from a provider's last deposit, lapse or cancellation to their next request. 3 d (0 to 30 d).
    pub pool_bar: u64,
    /// Seconds after which paused `reduce`, `margin_in`, `margin_out` and `liquidate` come back by themselves. 6 h (5 min
    /// to 24 h).
    pub defence_pause: u64,
    /// Seconds after any of them came back during which none can be paused again. 24 h (1 h to 14 d).
    pub defence_pause_cooldown: u64,
    /// Seconds of no liquidation after `reduce` and `margin_in` came back. 1 h (0 to 24 h).
    pub liquidation_grace: u64,
}

impl MarketParams {
    /// The defaults for a settlement coin of `quote_decimals` (18 at most).
    pub fn defaults(quote_decimals: u8) -> MarketParams {
        MarketParams {
            taker_fee: Decimal256::bps(5),
            min_spread: Decimal256::bps(2),
            spread_z: Decimal256::percent(300),
            spread_latency: 6,
            max_spread: Decimal256::permille(3),
            maintenance_ratio: Decimal256::permille(25),
            initial_ratio: Decimal256::percent(15),
            liquidation_fee: Decimal256::permille(5),
            jump_buffer: Decimal256::permille(5),
            haircut: Decimal256::percent(10),
            conversion_charge: Decimal256::permille(1),
            funding_cap: Decimal256::percent(200),
            slope: Decimal256::percent(2),
            pass_through: Decimal256::percent(50),
            headroom: Decimal256::percent(20),
            insurance_target: Decimal256::percent(2),
            long_reserve: Decimal256::percent(50),
            skew_scale: Decimal256::percent(50),
            open_interest_cap: Decimal256::percent(75),
            hedger_share: Decimal256::percent(50),
            size_added_cap: Decimal256::percent(100),
            max_open_interest: Uint128::MAX,
            min_position: Uint128::from(100u128.saturating_mul(10u128.saturating_pow(quote_decimals.into()))),
            base_discount: Decimal256::permille(3),
            base_discount_time: 6 * 3600,
            pool_notice: 24 * 3600,
            pool_window: 12 * 3600,
            pool_bar: 72 * 3600,
            defence_pause: 6 * 3600,
            defence_pause_cooldown: 24 * 3600,
            liquidation_grace: 3600,
        }
    }
}
