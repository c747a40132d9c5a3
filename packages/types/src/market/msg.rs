use ballast_wire::wire;
use cosmwasm_schema::QueryResponses;
use cosmwasm_std::{Addr, SignedDecimal256, Timestamp, Uint128};

use super::*;
use crate::{CoinInfo, Ownership, OwnershipAction, Purse};

/// Instantiates the market contract, without any market.
#[wire]
#[serde(deny_unknown_fields)]
pub struct InstantiateMsg {
    /// Creates and configures markets; two-step transfer.
    pub owner: String,
    /// May switch actions off; the owner where not given.
    pub guardian: Option<String>,
}

/// Messages of the market contract. Coins attached that a message does not take are an error.
#[wire]
#[serde(deny_unknown_fields)]
pub enum ExecuteMsg {
    /// Owner: open a market. Its coins, oracle and feeds never change.
    CreateMarket(CreateMarket),
    /// Owner: replace the parameters. While positions are open, nothing that enters anybody's equity or makes
    /// anybody liquidatable may change.
    UpdateParams {
        /// The market.
        market: String,
        /// All parameters anew.
        params: MarketParams,
    },
    /// One message for a trader's whole step. Coins attached are margin in. Answers [`AdjustResponse`].
    Adjust(Adjust),
    /// Anyone: close a long whose profit has reached its cap, at that payout, which stays the owner's margin while
    /// margin out is off. Answers [`CloseAtCapResponse`].
    CloseAtCap {
        /// The market.
        market: String,
        /// Whose long.
        owner: String,
    },
    /// Anyone: liquidate an account whose equity is below maintenance. Answers [`LiquidateResponse`].
    Liquidate {
        /// The market.
        market: String,
        /// Whose position.
        owner: String,
    },
    /// Anyone: settle positions that owe more than 5 % of their notional, out of their own margin and without any fee, so
    /// that the pool has what it is owed before a provider leaves. Never the hedger's. All or none. Answers
    /// [`SettleLossResponse`].
    SettleLoss {
        /// The market.
        market: String,
        /// Whose positions, at most 16.
        owners: Vec<String>,
    },
    /// Anyone: add the attached quote to the pool for shares of it. Answers [`PoolDepositResponse`].
    PoolDeposit {
        /// The market.
        market: String,
        /// Refuse fewer shares than this.
        min_shares: Option<Uint128>,
    },
    /// A liquidity provider: give notice of a withdrawal. One request an account, at the earliest `pool_bar` after its
    /// last deposit, lapse or cancellation. The shares earn and lose like others until they are withdrawn; caps and
    /// shares of the pool count them as gone. Answers [`PoolRequestResponse`].
    PoolRequest {
        /// The market.
        market: String,
        /// Shares to withdraw after the notice.
        shares: Uint128,
    },
    /// Take back the sender's own request; or, anyone, clear away somebody else's that has lapsed.
    PoolCancel {
        /// The market.
        market: String,
        /// Whose request; the sender's where not given.
        provider: Option<String>,
    },
    /// A liquidity provider: take out shares under notice, in kind, within the window of the request. Answers
    /// [`PoolWithdrawResponse`].
    PoolWithdraw {
        /// The market.
        market: String,
        /// Shares to give up, the rest stays requested; all of the request where not given.
        shares: Option<Uint128>,
        /// Refuse less than this of either coin.
        min_paid: Option<Purse>,
    },
    /// Anyone: buy base from the pool with the attached quote; what is not needed goes back. Answers
    /// [`BuyBaseResponse`].
    BuyBase {
        /// The market.
        market: String,
        /// Refuse less base than this.
        min_base: Option<Uint128>,
    },
    /// Guardian or owner: switch actions off. `reduce`, `margin_in`, `margin_out` and `liquidate` come back by themselves.
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
    /// Owner: name the account whose room is kept free, the vault that the market serves; none keeps no room.
    SetHedger {
        /// The market.
        market: String,
        /// The hedger.
        hedger: Option<String>,
    },
    /// Owner: name another guardian.
    SetGuardian {
        /// The new guardian.
        guardian: String,
    },
    /// Two-step ownership.
    UpdateOwnership(OwnershipAction),
}

/// A new market.
#[wire]
#[serde(deny_unknown_fields)]
pub struct CreateMarket {
    /// Its name: 1 to 32 characters of `a-z 0-9 -`.
    pub market: String,
    /// The hedged coin, which is also the margin coin.
    pub base: CoinInfo,
    /// The settlement coin.
    pub quote: CoinInfo,
    /// The oracle contract.
    pub oracle: String,
    /// Its feed of the index price.
    pub index_feed: String,
    /// The funding reference.
    pub reference: Reference,
    /// All parameters.
    pub params: MarketParams,
}

/// An order with its coins, in a preview.
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
    /// A rate feed of the market's oracle; zero from the moment it is stale.
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

/// A trader's whole step: margin in, settle, trade, margin out, tested once on the end state.
#[wire]
#[serde(deny_unknown_fields)]
pub struct Adjust {
    /// The market.
    pub market: String,
    /// What to trade.
    pub size: OrderSize,
    /// Never open or grow: a larger delta only closes.
    pub reduce_only: bool,
    /// Whether to realise all unsettled PnL and funding first.
    pub settle: Settle,
    /// Refuse a higher cost (fee, spread and conversion) than this, in quote units.
    pub limit_cost: Option<Uint128>,
    /// Margin to take out afterwards.
    pub margin_out: MarginOut,
}

/// Questions to the market contract.
#[wire]
#[serde(deny_unknown_fields)]
#[derive(QueryResponses)]
pub enum QueryMsg {
    /// Everything a hedger needs to know of a position (an empty one too), in one answer.
    #[returns(PositionResponse)]
    Position {
        /// The market.
        market: String,
        /// Whose position.
        owner: String,
    },
    /// Positions by owner, paged.
    #[returns(PositionsResponse)]
    Positions {
        /// The market.
        market: String,
        /// Owners after this one.
        start_after: Option<String>,
        /// At most this many: 10 by default, 30 at most.
        limit: Option<u32>,
    },
    /// What an order would answer, by the order's own code path.
    #[returns(AdjustResponse)]
    PreviewOrder {
        /// Who would send it.
        owner: String,
        /// The order.
        order: Adjust,
        /// Coins attached.
        funds: Purse,
        /// An order of the same sender that would be done before it, in the same block; its refusal is the answer's.
        after: Option<PreviewedOrder>,
    },
    /// Funding now, or at a time ahead with skew, price and reference as they are.
    #[returns(FundingResponse)]
    Funding {
        /// The market.
        market: String,
        /// When; now where not given.
        at: Option<Timestamp>,
    },
    /// How much anybody but the hedger can still grow a side.
    #[returns(Capacity)]
    Capacity {
        /// The market.
        market: String,
    },
    /// A market in full.
    #[returns(MarketResponse)]
    Market {
        /// The market.
        market: String,
    },
    /// Names of all markets, paged.
    #[returns(MarketsResponse)]
    Markets {
        /// Names after this one.
        start_after: Option<String>,
        /// At most this many: 10 by default, 30 at most.
        limit: Option<u32>,
    },
    /// The pool, its value and the base it sells.
    #[returns(PoolResponse)]
    Pool {
        /// The market.
        market: String,
        /// Whose shares to tell besides.
        provider: Option<String>,
    },
    /// Requests of liquidity providers to withdraw, by address. One whose `until` has come has lapsed, and counts as gone
    /// until anyone cancels it.
    #[returns(PoolRequestsResponse)]
    PoolRequests {
        /// The market.
        market: String,
        /// The last provider of the page before.
        start_after: Option<String>,
        /// At most this many; 10 by default, 30 at most.
        limit: Option<u32>,
    },
    /// Whether every winner can be paid, and every purse is covered by coins.
    #[returns(SolvencyResponse)]
    Solvency {
        /// The market.
        market: String,
    },
    /// Guardian and owner of the contract.
    #[returns(ConfigResponse)]
    Config {},
    /// Owner, and the owner to be.
    #[returns(Ownership<Addr>)]
    Ownership {},
}
