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

/// A page of positions.
#[wire]
pub struct PositionsResponse {
    /// In order of owner.
    pub positions: Vec<PositionEntry>,
}

/// A position in a list.
#[wire]
pub struct PositionEntry {
    /// Whose.
    pub owner: Addr,
    /// What it is.
    pub position: PositionState,
    /// Equity over notional.
    pub margin_ratio: Option<SignedDecimal256>,
    /// Whether anyone may liquidate it.
    pub liquidatable: bool,
    /// Whether it is a long at its cap, which anyone may close.
    pub at_cap: bool,
}

/// Answer of [`ExecuteMsg::Liquidate`].
#[wire]
pub struct LiquidateResponse {
    /// The position before.
    pub before: PositionState,
    /// The position after.
    pub after: PositionState,
    /// Whether everything was settled first.
    pub settled: bool,
    /// Units closed; zero when settling cured it.
    pub closed: Uint128,
    /// Paid to the liquidator.
    pub reward: Purse,
    /// Deficit that insurance paid, units of quote.
    pub insured: Uint128,
    /// Deficit that the pool bore, units of quote.
    pub bad_debt: Uint128,
}

/// Answer of [`ExecuteMsg::CloseAtCap`].
#[wire]
pub struct CloseAtCapResponse {
    /// Paid to the owner of the long; nothing while margin out is off: then it is the owner's margin.
    pub paid: Purse,
}

/// Answer of [`ExecuteMsg::SettleLoss`].
#[wire]
pub struct SettleLossResponse {
    /// What the pool got out of the margins of all of them together.
    pub paid: Purse,
}

/// Answer of [`ExecuteMsg::PoolDeposit`].
#[wire]
pub struct PoolDepositResponse {
    /// Shares minted.
    pub shares: Uint128,
}

/// Answer of [`ExecuteMsg::PoolRequest`].
#[wire]
pub struct PoolRequestResponse {
    /// From when on, and until when.
    pub request: PoolNotice,
}

/// A provider's request to withdraw.
#[wire]
#[derive(Copy, Eq)]
pub struct PoolNotice {
    /// Shares of it.
    pub shares: Uint128,
    /// When its window begins.
    pub from: Timestamp,
    /// When it lapses, if payment is possible until then: the window stands still while it is not. A time that is not
    /// ahead says that it has lapsed.
    pub until: Timestamp,
}

/// Answer of [`ExecuteMsg::PoolWithdraw`].
#[wire]
pub struct PoolWithdrawResponse {
    /// Paid out.
    pub paid: Purse,
}

/// Answer of [`QueryMsg::Funding`].
#[wire]
pub struct FundingResponse {
    /// The moment that the rest is about.
    pub at: Timestamp,
    /// The rates then.
    pub rates: FundingRates,
    /// Quote that one whole base of long size earns from now until then.
    pub long_per_base: Money,
    /// Quote that one whole base of short size earns from now until then.
    pub short_per_base: Money,
    /// Unsettled funding that the pool then owes at most.
    pub owed: Money,
    /// Slack then: receivers are credited only up to it.
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
    /// Sum of unsettled funding, positive is earned.
    pub funding: Money,
    /// Most that all positions together can claim in funding.
    pub owed: Money,
}

/// Answer of [`QueryMsg::Market`].
#[wire]
pub struct MarketResponse {
    /// Name.
    pub market: String,
    /// The hedged and margin coin.
    pub base: CoinInfo,
    /// The settlement coin.
    pub quote: CoinInfo,
    /// The oracle contract.
    pub oracle: Addr,
    /// Feed of the index.
    pub index_feed: String,
    /// The funding reference.
    pub reference: Reference,
    /// All parameters.
    pub params: MarketParams,
    /// Longs together.
    pub long: SideState,
    /// Shorts together.
    pub short: SideState,
    /// Prices of this block.
    pub prices: Prices,
    /// What is switched off.
    pub status: Status,
    /// The one account whose room is kept free: the vault that this market serves.
    pub hedger: Option<Addr>,
    /// Bounds of the index feed; none while the oracle does not answer.
    pub feed: Option<FeedBounds>,
}

/// Answer of [`QueryMsg::Markets`].
#[wire]
pub struct MarketsResponse {
    /// Names in order.
    pub markets: Vec<String>,
}

/// Answer of [`QueryMsg::Pool`].
#[wire]
pub struct PoolResponse {
    /// Coins of the pool.
    pub pool: Purse,
    /// Shares of all providers.
    pub total_shares: Uint128,
    /// Of these the shares under notice, lapsed requests included until somebody clears them away.
    pub notice: Uint128,
    /// Value of the pool as a deposit counts it, units of quote.
    pub value_high: Money,
    /// Value of the pool as a withdrawal counts it, units of quote.
    pub value_low: Money,
    /// Base for sale.
    pub base_for_sale: BaseForSale,
    /// Shares of the provider asked for.
    pub shares: Uint128,
    /// The request of that provider.
    pub request: Option<PoolNotice>,
    /// When that provider may request at the earliest, once no request is standing.
    pub request_from: Option<Timestamp>,
}

/// Answer of [`QueryMsg::PoolRequests`].
#[wire]
pub struct PoolRequestsResponse {
    /// A page, by provider.
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

/// Answer of [`QueryMsg::Solvency`].
#[wire]
pub struct SolvencyResponse {
    /// Coins of the pool.
    pub pool: Purse,
    /// Coins of insurance.
    pub insurance: Purse,
    /// Margins of all positions together.
    pub margins: Purse,
    /// Coins of the whole contract on the bank in this market's denoms (all markets and donations together).
    pub held: Purse,
    /// Quote that winners may need: shorts' entry values, longs' capped profits, funding owed.
    pub reserve: Money,
    /// Pool quote less reserve.
    pub slack: Money,
    /// Deficits that the pool has borne, units of quote; never falls.
    pub bad_debt: Uint128,
    /// Deficits that insurance has paid, units of quote; never falls.
    pub insured: Uint128,
}

/// Answer of [`QueryMsg::Config`].
#[wire]
pub struct ConfigResponse {
    /// Who may switch actions off.
    pub guardian: Addr,
}
