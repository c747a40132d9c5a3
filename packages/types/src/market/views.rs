use ballast_wire::wire;
use cosmwasm_std::{Addr, Decimal256, Int128, SignedDecimal256, Timestamp, Uint128};

use super::*;
use crate::oracle::Flag;
use crate::{CoinInfo, Money, Purse};

/// What a position is, at the prices beside it.
#[wire]
#[derive(Copy, Default, Eq)]
pub struct PositionState {
    /// Units of base; short < 0.
    pub size: Int128,
    /// What the position was entered at, units of quote.
    pub entry_value: Uint128,
    /// Margin.
    pub margin: Purse,
    /// Unsettled price PnL, a long's up to its cap.
    pub price_pnl: Money,
    /// Unsettled funding; positive is earned.
    pub funding: Money,
}

/// The prices that a market uses in this block.
#[wire]
#[derive(Default)]
pub struct Prices {
    /// Index price, whole quote per whole base. Zero before the first price.
    pub index: Decimal256,
    /// Lowest index price that the market has accepted in this block: what sellers get, less the spread.
    pub index_low: Decimal256,
    /// Highest index price that the market has accepted in this block: what buyers pay, plus the spread.
    pub index_high: Decimal256,
    /// Collateral price, whole quote per whole base of the margin coin.
    pub collateral: Decimal256,
    /// Spread of an order at this moment, without the way to the end of the block's range: the band is
    /// `index_low * (1 - spread)` to `index_high * (1 + spread)`.
    pub spread: Decimal256,
    /// A price that the oracle holds back now: nothing trades at it, but margin may be posted against it.
    pub held_back: Option<Decimal256>,
    /// Yearly volatility of the index.
    pub volatility: Decimal256,
    /// When the price was observed.
    pub time: Timestamp,
    /// What is wrong with the oracle's price of now; the numbers are those of the last accepted price.
    pub flags: Vec<Flag>,
}

/// The parameters of a market that enter equity and margin.
#[wire]
#[derive(Copy, Default, Eq)]
pub struct Terms {
    /// See [`MarketParams::taker_fee`].
    pub taker_fee: Decimal256,
    /// See [`MarketParams::min_spread`].
    pub min_spread: Decimal256,
    /// See [`MarketParams::max_spread`].
    pub max_spread: Decimal256,
    /// See [`MarketParams::maintenance_ratio`].
    pub maintenance_ratio: Decimal256,
    /// See [`MarketParams::initial_ratio`].
    pub initial_ratio: Decimal256,
    /// See [`MarketParams::liquidation_fee`].
    pub liquidation_fee: Decimal256,
    /// See [`MarketParams::haircut`].
    pub haircut: Decimal256,
    /// See [`MarketParams::conversion_charge`].
    pub conversion_charge: Decimal256,
    /// See [`MarketParams::headroom`].
    pub headroom: Decimal256,
    /// See [`MarketParams::long_reserve`].
    pub long_reserve: Decimal256,
    /// See [`MarketParams::min_position`].
    pub min_position: Uint128,
}

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

/// What follows from a position, its prices and its terms.
#[wire]
pub struct Measures {
    /// `|size| * index`.
    pub notional: Money,
    /// Constant rates (taker fee and least spread) times notional.
    pub closing_cost: Money,
    /// Base margin after haircut + quote margin + unsettled PnL and funding - closing cost.
    pub equity: Money,
    /// The same with unsettled gains (price PnL and funding each on its own) at zero, and base margin of a long at most at
    /// what it pays after a fall by the initial ratio: what increases and withdrawals are measured by.
    pub secured_equity: Money,
    /// Notional over equity.
    pub leverage: Leverage,
    /// Equity over notional; none without a position.
    pub margin_ratio: Option<SignedDecimal256>,
    /// Where the index would make the position liquidatable.
    pub liquidation_price: LiquidationPrice,
}

/// Notional over equity.
#[wire]
#[derive(Copy, Eq)]
pub enum Leverage {
    /// No position.
    None,
    /// Rounded up.
    Finite(Decimal256),
    /// Equity of zero or below.
    Infinite,
}

/// The index price at which equity meets maintenance, with the margin coin moving along.
#[wire]
#[derive(Copy, Eq)]
pub enum LiquidationPrice {
    /// At no price.
    Never,
    /// At this price and above.
    Above(Decimal256),
    /// At this price and below.
    Below(Decimal256),
    /// Already.
    Now,
}

/// The funding rates of this moment, yearly.
#[wire]
#[derive(Copy, Default, Eq)]
pub struct FundingRates {
    /// The reference, clamped; zero when stale.
    pub reference: SignedDecimal256,
    /// Reference plus slope; longs pay when positive.
    pub rate: SignedDecimal256,
    /// What a unit of long notional earns (negative: pays).
    pub long: SignedDecimal256,
    /// What a unit of short notional earns (negative: pays).
    pub short: SignedDecimal256,
    /// When the reference becomes stale; none for a constant.
    pub stale_at: Option<Timestamp>,
    /// What a unit of short notional has earned since the market began: the sum of `short` times years. The mean rate
    /// over a time is its difference over that time: a rate that stood for one block counts for one block.
    pub short_earned: SignedDecimal256,
}

/// How much more the market takes.
#[wire]
#[derive(Copy, Default, Eq)]
pub struct Capacity {
    /// Units by which the account asked for can grow a long now, within all caps and headroom.
    pub long: Uint128,
    /// Units by which the account asked for can grow a short now, within all caps and headroom.
    pub short: Uint128,
    /// Pool quote less the reserve that winners need.
    pub slack: Money,
    /// Slack that an increase must leave at the open notional of now: headroom, and for anybody but the hedger what the
    /// hedger has not used of its share (and headroom on that) and the quote under notice.
    pub headroom: Money,
}

/// The base that a pool sells.
#[wire]
#[derive(Copy, Default, Eq)]
pub struct BaseForSale {
    /// Units of base.
    pub amount: Uint128,
    /// Price asked now, whole quote per whole base.
    pub price: Decimal256,
}

/// What is switched off.
#[wire]
#[derive(Default)]
pub struct Status {
    /// Actions that are off now, liquidation also when it is off because of another (see `liquidation_from`).
    pub off: Vec<MarketAction>,
    /// When `reduce` comes back by itself.
    pub reduce_from: Option<Timestamp>,
    /// When `margin_in` comes back by itself.
    pub margin_in_from: Option<Timestamp>,
    /// When `margin_out` comes back by itself.
    pub margin_out_from: Option<Timestamp>,
    /// When liquidation is on again after a pause of its own, or one of `reduce` or `margin_in` with the grace after it.
    pub liquidation_from: Option<Timestamp>,
}

impl Status {
    /// Whether this action is on.
    pub fn allows(&self, action: MarketAction) -> bool {
        !self.off.contains(&action)
    }
}

/// Everything a hedger needs, in one answer.
#[wire]
pub struct PositionResponse {
    /// The position.
    pub position: PositionState,
    /// What follows from it.
    pub measures: Measures,
    /// Most base, or else most quote, that could be withdrawn now.
    pub withdrawable: Purse,
    /// Prices of this block.
    pub prices: Prices,
    /// Parameters that enter equity and margin.
    pub terms: Terms,
    /// Funding of this moment.
    pub funding: FundingRates,
    /// What the market still takes.
    pub capacity: Capacity,
    /// Base for sale.
    pub base_for_sale: BaseForSale,
    /// What is switched off.
    pub status: Status,
    /// Seconds in which a hedge could grow (increase, margin in and reduce are on, and the price is usable), all together: a
    /// clock that stands still while it cannot.
    pub open_seconds: u64,
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

/// What an order cost, units of quote.
#[wire]
#[derive(Copy, Default, Eq)]
pub struct Costs {
    /// Taker fee.
    pub fee: Uint128,
    /// Spread.
    pub spread: Uint128,
    /// Conversion charge of what was paid in base: value of that base at the collateral price less what it paid.
    pub conversion: Uint128,
}

/// What was realised: positive went to the position.
#[wire]
#[derive(Copy, Default, Eq)]
pub struct Realised {
    /// Price PnL.
    pub price_pnl: Money,
    /// Funding.
    pub funding: Money,
}

/// Answer of [`ExecuteMsg::Adjust`].
#[wire]
pub struct AdjustResponse {
    /// The position before, after accrual, at the prices below.
    pub before: PositionState,
    /// The position after, at the same prices.
    pub after: PositionState,
    /// Prices of this block.
    pub prices: Prices,
    /// Parameters that enter equity and margin.
    pub terms: Terms,
    /// Whether the order settled.
    pub settled: bool,
    /// What the order realised.
    pub realised: Realised,
    /// What it cost.
    pub costs: Costs,
    /// Margin paid out to the sender.
    pub margin_out: Purse,
    /// Attached coins sent back to the sender.
    pub refund: Purse,
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

/// Answer of [`ExecuteMsg::BuyBase`].
#[wire]
pub struct BuyBaseResponse {
    /// Base bought.
    pub base: Uint128,
    /// Quote paid for it.
    pub quote: Uint128,
    /// Quote sent back.
    pub refund: Uint128,
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

/// Bounds of a price feed that parameters must fit.
#[wire]
#[derive(Copy, Eq)]
pub struct FeedBounds {
    /// Greatest confidence half-width without a flag.
    pub max_confidence: Decimal256,
    /// Greatest jump in an hour that is accepted unconfirmed.
    pub max_jump: Decimal256,
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
