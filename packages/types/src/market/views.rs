use ballast_wire::wire;
use cosmwasm_std::{Addr, SignedDecimal256, Timestamp, Uint128};

use super::*;
use crate::{CoinInfo, Money, Purse};

impl From<&MarketParams> for Terms {
    fn from(params: &MarketParams) -> Self {
        Terms {
            taker_fee: params.taker_fee,
            min_spread: params.min_spread,
            max_spread: params.max_spread,
            maintenance_ratio: params.maintenance_ratio,
            initial_ratio: params.initial_ratio,
            liquidation_fee: params.liquidation_fee,
            haircut: params.haircut,
            conversion_charge: params.conversion_charge,
            headroom: params.headroom,
            long_reserve: params.long_reserve,
            min_position: params.min_position,
        }
    }
}

/// One page of positions.
#[wire]
pub struct PositionsResponse {
    /// Ordered by owner.
    pub positions: Vec<PositionEntry>,
}

/// A position in a list.
#[wire]
pub struct PositionEntry {
    /// Owner of the position.
    pub owner: Addr,
    /// The position.
    pub position: PositionState,
    /// Equity over notional.
    pub margin_ratio: Option<SignedDecimal256>,
    /// Whether anyone may liquidate it.
    pub liquidatable: bool,
    /// Whether it is a long whose profit has reached its cap, which anyone may close.
    pub at_cap: bool,
}

/// Response to [`ExecuteMsg::Liquidate`].
#[wire]
pub struct LiquidateResponse {
    /// The position before.
    pub before: PositionState,
    /// The position after.
    pub after: PositionState,
    /// Whether everything was settled first.
    pub settled: bool,
    /// Units closed; zero if settling was enough.
    pub closed: Uint128,
    /// Paid to the liquidator.
    pub reward: Purse,
    /// Deficit paid by insurance, units of quote.
    pub insured: Uint128,
    /// Deficit borne by the pool, units of quote.
    pub bad_debt: Uint128,
}

/// Response to [`ExecuteMsg::CloseAtCap`].
#[wire]
pub struct CloseAtCapResponse {
    /// Paid to the owner of the long. While margin out is off nothing is paid: the payout stays in the owner's margin.
    pub paid: Purse,
}

/// Response to [`ExecuteMsg::SettleLoss`].
#[wire]
pub struct SettleLossResponse {
    /// Total that the margins paid to the pool.
    pub paid: Purse,
}

/// Response to [`ExecuteMsg::PoolDeposit`].
#[wire]
pub struct PoolDepositResponse {
    /// Shares minted.
    pub shares: Uint128,
}

/// Response to [`ExecuteMsg::PoolRequest`].
#[wire]
pub struct PoolRequestResponse {
    /// The request with its window.
    pub request: PoolNotice,
}

/// A provider's request to withdraw.
#[wire]
#[derive(Copy, Eq)]
pub struct PoolNotice {
    /// Shares requested.
    pub shares: Uint128,
    /// Start of the window.
    pub from: Timestamp,
    /// When the request lapses, if withdrawals stay possible until then: while they are not, the window does not run.
    /// If this time has passed, the request has lapsed.
    pub until: Timestamp,
}

/// Response to [`ExecuteMsg::PoolWithdraw`].
#[wire]
pub struct PoolWithdrawResponse {
    /// Paid out.
    pub paid: Purse,
}

/// Response to [`QueryMsg::Funding`].
#[wire]
pub struct FundingResponse {
    /// The time of all values below.
    pub at: Timestamp,
    /// The rates at that time.
    pub rates: FundingRates,
    /// Quote that one whole base of long size earns until that time.
    pub long_per_base: Money,
    /// Quote that one whole base of short size earns until that time.
    pub short_per_base: Money,
    /// Maximum of unsettled funding that the pool owes at that time.
    pub owed: Money,
    /// Slack at that time: funding is credited only up to it.
    pub slack: Money,
}

/// One side of a market.
#[wire]
#[derive(Copy, Default, Eq)]
pub struct SideState {
    /// Units of base.
    pub size: Uint128,
    /// Sum of entry values, units of quote.
    pub entry_value: Uint128,
    /// Sum of unsettled funding; positive means earned.
    pub funding: Money,
    /// Maximum funding that all positions together can claim.
    pub owed: Money,
}

/// Response to [`QueryMsg::Market`].
#[wire]
pub struct MarketResponse {
    /// Name of the market.
    pub market: String,
    /// The hedged and margin coin.
    pub base: CoinInfo,
    /// The settlement coin.
    pub quote: CoinInfo,
    /// The oracle contract.
    pub oracle: Addr,
    /// Feed of the index.
    pub index_feed: String,
    /// Feed of the margin coin's own price; none in a market of one price.
    pub collateral_feed: Option<String>,
    /// The funding reference.
    pub reference: Reference,
    /// All parameters.
    pub params: MarketParams,
    /// All longs together.
    pub long: SideState,
    /// All shorts together.
    pub short: SideState,
    /// Prices of this block.
    pub prices: Prices,
    /// What is switched off.
    pub status: Status,
    /// The account for which capacity is reserved: the vault that this market serves.
    pub hedger: Option<Addr>,
    /// Bounds of the index feed, with the longest closing of index and collateral feed; none while the oracle does not
    /// respond.
    pub feed: Option<FeedBounds>,
}

/// Response to [`QueryMsg::Markets`].
#[wire]
pub struct MarketsResponse {
    /// Names in alphabetical order.
    pub markets: Vec<String>,
}

/// Response to [`QueryMsg::Pool`].
#[wire]
pub struct PoolResponse {
    /// Coins in the pool.
    pub pool: Purse,
    /// Shares of all providers.
    pub total_shares: Uint128,
    /// Shares in withdrawal requests, including lapsed requests that nobody has cancelled yet.
    pub notice: Uint128,
    /// Value of the pool for deposits, units of quote.
    pub value_high: Money,
    /// Value of the pool for withdrawals, units of quote.
    pub value_low: Money,
    /// Base for sale.
    pub base_for_sale: BaseForSale,
    /// Shares of the provider given in the query.
    pub shares: Uint128,
    /// The request of that provider.
    pub request: Option<PoolNotice>,
    /// The earliest time of that provider's next request, if none is open.
    pub request_from: Option<Timestamp>,
}

/// Response to [`QueryMsg::PoolRequests`].
#[wire]
pub struct PoolRequestsResponse {
    /// One page, ordered by provider.
    pub requests: Vec<PoolRequestEntry>,
}

/// A provider's request to withdraw.
#[wire]
pub struct PoolRequestEntry {
    /// The provider.
    pub provider: Addr,
    /// Their request.
    pub request: PoolNotice,
    /// Whether it has lapsed: anyone may cancel it.
    pub lapsed: bool,
}

/// Response to [`QueryMsg::Solvency`].
#[wire]
pub struct SolvencyResponse {
    /// Coins in the pool.
    pub pool: Purse,
    /// Coins in the insurance fund.
    pub insurance: Purse,
    /// Margins of all positions together.
    pub margins: Purse,
    /// Bank balance of the contract in this market's denoms, for all markets together and including donations.
    pub held: Purse,
    /// Maximum quote owed to winners: entry values of shorts, capped profits of longs, and funding.
    pub reserve: Money,
    /// Quote in the pool minus the reserve.
    pub slack: Money,
    /// Total deficit borne by the pool so far, units of quote.
    pub bad_debt: Uint128,
    /// Total deficit paid by insurance so far, units of quote.
    pub insured: Uint128,
}

/// Response to [`QueryMsg::Config`].
#[wire]
pub struct ConfigResponse {
    /// May switch actions off.
    pub guardian: Addr,
}
