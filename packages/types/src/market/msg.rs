use ballast_wire::wire;
use cosmwasm_schema::QueryResponses;
use cosmwasm_std::{Addr, SignedDecimal256, Timestamp, Uint128};

use super::*;
use crate::{CoinInfo, Ownership, OwnershipAction, Purse};

/// Instantiates the market contract, without any market.
#[wire]
#[serde(deny_unknown_fields)]
pub struct InstantiateMsg {
    /// Creates and configures markets. Ownership is transferred in two steps.
    pub owner: String,
    /// May switch actions off; the owner by default.
    pub guardian: Option<String>,
}

/// Messages of the market contract. Attaching coins that a message does not accept is an error.
#[wire]
#[serde(deny_unknown_fields)]
pub enum ExecuteMsg {
    /// Owner: create a market. Its coins, oracle and feeds can never be changed.
    CreateMarket(CreateMarket),
    /// Owner: replace the parameters. While positions are open, no parameter may change that affects anybody's equity
    /// or could make anybody liquidatable.
    UpdateParams {
        /// The market.
        market: String,
        /// The complete new parameters.
        params: MarketParams,
    },
    /// Everything a trader does, in one message. Attached coins are added to the margin. Returns [`AdjustResponse`].
    Adjust(Adjust),
    /// Anyone: close a long whose profit has reached its cap and pay the owner. While margin out is off, the payout
    /// stays in the owner's margin. Returns [`CloseAtCapResponse`].
    CloseAtCap {
        /// The market.
        market: String,
        /// Owner of the long.
        owner: String,
    },
    /// Anyone: liquidate an account whose equity is below maintenance. Returns [`LiquidateResponse`].
    Liquidate {
        /// The market.
        market: String,
        /// Owner of the position.
        owner: String,
    },
    /// Anyone: settle positions that owe more than 5 % of their notional, from their own margin and without a fee, so
    /// that the pool has what it is owed before a provider leaves. The hedger's position cannot be settled this way.
    /// Either all are settled or none. Returns [`SettleLossResponse`].
    SettleLoss {
        /// The market.
        market: String,
        /// Owners of the positions, at most 16.
        owners: Vec<String>,
    },
    /// Anyone: deposit the attached quote into the pool and receive shares. Returns [`PoolDepositResponse`].
    PoolDeposit {
        /// The market.
        market: String,
        /// Refuse fewer shares than this.
        min_shares: Option<Uint128>,
    },
    /// Liquidity provider: request a withdrawal. Each account can have one request, no sooner than `pool_bar` after its
    /// last deposit or the lapse or cancellation of its last request. The shares keep earning and losing like others
    /// until they are withdrawn, but caps and limits no longer count them. Returns [`PoolRequestResponse`].
    PoolRequest {
        /// The market.
        market: String,
        /// Shares to withdraw after the notice.
        shares: Uint128,
    },
    /// Cancel the sender's own request. Anyone may cancel a request that has lapsed.
    PoolCancel {
        /// The market.
        market: String,
        /// Owner of the request; the sender by default.
        provider: Option<String>,
    },
    /// Liquidity provider: withdraw requested shares, in kind, within the window of the request. Returns
    /// [`PoolWithdrawResponse`].
    PoolWithdraw {
        /// The market.
        market: String,
        /// Shares to burn; the rest stays requested. The whole request by default.
        shares: Option<Uint128>,
        /// Refuse less than this of either coin.
        min_paid: Option<Purse>,
    },
    /// Anyone: buy base from the pool with the attached quote; what is not needed is refunded. Returns
    /// [`BuyBaseResponse`].
    BuyBase {
        /// The market.
        market: String,
        /// Refuse less base than this.
        min_base: Option<Uint128>,
    },
    /// Guardian or owner: switch actions off. `reduce`, `margin_in`, `margin_out` and `liquidate` come back on by
    /// themselves.
    Pause {
        /// The market.
        market: String,
        /// What to switch off.
        actions: Vec<MarketAction>,
    },
    /// Owner: switch actions on again.
    Resume {
        /// The market.
        market: String,
        /// What to switch on.
        actions: Vec<MarketAction>,
    },
    /// Owner: set the account for which capacity is reserved: the vault that the market serves. Without one nothing is
    /// reserved.
    SetHedger {
        /// The market.
        market: String,
        /// The hedger.
        hedger: Option<String>,
    },
    /// Owner: set the guardian.
    SetGuardian {
        /// The new guardian.
        guardian: String,
    },
    /// Transfer ownership in two steps.
    UpdateOwnership(OwnershipAction),
}

/// A new market.
#[wire]
#[serde(deny_unknown_fields)]
pub struct CreateMarket {
    /// Name of the market: 1 to 32 characters of `a-z 0-9 -`.
    pub market: String,
    /// The margin coin. The index may be that of another: see `collateral_feed`.
    pub base: CoinInfo,
    /// The settlement coin.
    pub quote: CoinInfo,
    /// The oracle contract.
    pub oracle: String,
    /// Name of the index price feed.
    pub index_feed: String,
    /// Name of the feed of the margin coin's own price, in the same quote; none if base is worth the index price.
    pub collateral_feed: Option<String>,
    /// The funding reference.
    pub reference: Reference,
    /// All parameters.
    pub params: MarketParams,
}

/// An order in a preview, with the coins attached.
#[wire]
#[serde(deny_unknown_fields)]
pub struct PreviewedOrder {
    /// The order.
    pub order: Adjust,
    /// Coins attached.
    pub funds: Purse,
}

/// Where the funding reference comes from.
#[wire]
#[serde(deny_unknown_fields)]
pub enum Reference {
    /// A rate feed of the market's oracle; counts as zero while it is stale.
    Feed {
        /// Name of the feed.
        feed: String,
    },
    /// A constant yearly rate.
    Constant {
        /// The rate; longs pay when positive.
        rate: SignedDecimal256,
    },
}

/// Margin in, settle, trade, margin out, in this order; limits are checked once, at the end.
#[wire]
#[serde(deny_unknown_fields)]
pub struct Adjust {
    /// The market.
    pub market: String,
    /// What to trade.
    pub size: OrderSize,
    /// Never open or increase a position: a delta larger than the position only closes it.
    pub reduce_only: bool,
    /// Whether to realise all unsettled PnL and funding before the trade.
    pub settle: Settle,
    /// Refuse if fee, spread and conversion cost more than this, in quote units.
    pub limit_cost: Option<Uint128>,
    /// Margin to withdraw after the trade.
    pub margin_out: MarginOut,
}

/// Queries of the market contract.
#[wire]
#[serde(deny_unknown_fields)]
#[derive(QueryResponses)]
pub enum QueryMsg {
    /// Everything a hedger needs to know about a position, in one response. Works for an account without a position
    /// too.
    #[returns(PositionResponse)]
    Position {
        /// The market.
        market: String,
        /// Owner of the position.
        owner: String,
    },
    /// Positions by owner, paged.
    #[returns(PositionsResponse)]
    Positions {
        /// The market.
        market: String,
        /// Owners after this one, to get the next page.
        start_after: Option<String>,
        /// Maximum number of results: 10 by default, at most 30.
        limit: Option<u32>,
    },
    /// The response an order would get, computed by the same code.
    #[returns(AdjustResponse)]
    PreviewOrder {
        /// Who would send it.
        owner: String,
        /// The order.
        order: Adjust,
        /// Coins attached.
        funds: Purse,
        /// An order of the same sender to execute first, in the same block. If it is refused, the query fails.
        after: Option<PreviewedOrder>,
    },
    /// Funding now, or at a later time if skew, price and reference stay as they are.
    #[returns(FundingResponse)]
    Funding {
        /// The market.
        market: String,
        /// The time; now by default.
        at: Option<Timestamp>,
    },
    /// How far each side can still grow, for anybody but the hedger.
    #[returns(Capacity)]
    Capacity {
        /// The market.
        market: String,
    },
    /// Everything about a market.
    #[returns(MarketResponse)]
    Market {
        /// The market.
        market: String,
    },
    /// Names of all markets, paged.
    #[returns(MarketsResponse)]
    Markets {
        /// Names after this one, to get the next page.
        start_after: Option<String>,
        /// Maximum number of results: 10 by default, at most 30.
        limit: Option<u32>,
    },
    /// The pool, its value and the base it sells.
    #[returns(PoolResponse)]
    Pool {
        /// The market.
        market: String,
        /// Also return the shares and request of this provider.
        provider: Option<String>,
    },
    /// Withdrawal requests of liquidity providers, by address. A request lapses at its `until`; its shares count as
    /// requested until anyone cancels it.
    #[returns(PoolRequestsResponse)]
    PoolRequests {
        /// The market.
        market: String,
        /// Providers after this one, to get the next page.
        start_after: Option<String>,
        /// Maximum number of results: 10 by default, at most 30.
        limit: Option<u32>,
    },
    /// Whether all winners can be paid, and whether the contract holds the coins of all balances.
    #[returns(SolvencyResponse)]
    Solvency {
        /// The market.
        market: String,
    },
    /// Guardian and owner of the contract.
    #[returns(ConfigResponse)]
    Config {},
    /// The owner, and the pending owner during a transfer.
    #[returns(Ownership<Addr>)]
    Ownership {},
}
