//! What a hedger says to a venue and hears from it: orders and their answers, the position, prices, terms, funding,
//! capacity, what is switched off. The companion market's own messages are made of these types; another venue's adapter
//! would be too.

use ballast_wire::wire;
use cosmwasm_std::{Decimal256, Int128, SignedDecimal256, Timestamp, Uint128};

use crate::oracle::Flag;
use crate::{Money, Purse};

/// Size of an order.
#[wire]
#[serde(deny_unknown_fields)]
#[derive(Eq)]
pub enum OrderSize {
    /// Change of the signed size: negative sells. Zero trades nothing. A delta through zero is refused unless
    /// `reduce_only`, which stops at zero.
    Delta {
        /// Units of base.
        amount: Int128,
    },
    /// Close this part of the position, rounded up.
    Part(Part),
}

/// A part of a whole, exact: `numerator / denominator`, at most one, the denominator above zero.
#[wire]
#[serde(deny_unknown_fields)]
#[derive(Copy, Eq)]
pub struct Part {
    /// Parts to close.
    pub numerator: Uint128,
    /// Parts in the whole, above zero.
    pub denominator: Uint128,
}

/// Whether an order settles.
#[wire]
#[derive(Copy, Eq)]
pub enum Settle {
    /// Realise only what the closed part realises.
    No,
    /// Settle where the reserve and the price flags allow it, else go on without. A settlement that the margin does not
    /// cover, or that costs too much, is refused.
    IfReserved,
    /// Settle or fail.
    Required,
}

/// Margin to take out.
#[wire]
#[serde(deny_unknown_fields)]
#[derive(Eq)]
pub enum MarginOut {
    /// None.
    None,
    /// These amounts.
    Exact(Purse),
    /// With [`OrderSize::Part`] only: that part of the purse as it was before, plus what the closed part realised,
    /// less its whole cost. What is lacking comes out of attached coins; attached coins that were not needed go
    /// back.
    Part,
}

/// An order, with the coins attached to it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Order {
    /// What to trade.
    pub size: OrderSize,
    /// Never open or grow: a larger delta only closes.
    pub reduce_only: bool,
    /// Whether to settle.
    pub settle: Settle,
    /// Refuse a higher cost, units of quote.
    pub limit_cost: Option<Uint128>,
    /// Margin to take home.
    pub margin_out: MarginOut,
    /// Coins attached: margin in.
    pub attached: Purse,
}

impl Order {
    /// Changes a short by this much: selling grows it, buying never goes beyond closing it. Moves no margin, settles
    /// nothing, and has no limit.
    pub fn trading(delta: Int128) -> Order {
        Order {
            size: OrderSize::Delta { amount: delta },
            reduce_only: !delta.is_negative(),
            settle: Settle::No,
            limit_cost: None,
            margin_out: MarginOut::None,
            attached: Purse::EMPTY,
        }
    }

    /// The same order that takes home `purse` of margin.
    pub fn taking(self, purse: Purse) -> Order {
        let margin_out = if purse.is_empty() { MarginOut::None } else { MarginOut::Exact(purse) };
        Order { margin_out, ..self }
    }

    /// Change of the signed size; zero for a part.
    pub fn delta(&self) -> Int128 {
        match self.size {
            OrderSize::Delta { amount } => amount,
            OrderSize::Part(_) => Int128::zero(),
        }
    }

    /// Margin to take home by amount.
    pub fn exact_margin_out(&self) -> Purse {
        match self.margin_out {
            MarginOut::Exact(purse) => purse,
            MarginOut::None | MarginOut::Part => Purse::EMPTY,
        }
    }
}

/// Answer to an order.
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

/// Answer to a purchase from the venue's pool.
#[wire]
pub struct BuyBaseResponse {
    /// Base bought.
    pub base: Uint128,
    /// Quote paid for it.
    pub quote: Uint128,
    /// Quote sent back.
    pub refund: Uint128,
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

impl Leverage {
    /// Whether it is above a level.
    pub fn is_above(self, level: Decimal256) -> bool {
        match self {
            Leverage::None => false,
            Leverage::Finite(leverage) => leverage > level,
            Leverage::Infinite => true,
        }
    }
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
    /// `taker_fee` of the market's parameters.
    pub taker_fee: Decimal256,
    /// `min_spread` of the market's parameters.
    pub min_spread: Decimal256,
    /// `max_spread` of the market's parameters.
    pub max_spread: Decimal256,
    /// `maintenance_ratio` of the market's parameters.
    pub maintenance_ratio: Decimal256,
    /// `initial_ratio` of the market's parameters.
    pub initial_ratio: Decimal256,
    /// `liquidation_fee` of the market's parameters.
    pub liquidation_fee: Decimal256,
    /// `haircut` of the market's parameters.
    pub haircut: Decimal256,
    /// `conversion_charge` of the market's parameters.
    pub conversion_charge: Decimal256,
    /// `headroom` of the market's parameters.
    pub headroom: Decimal256,
    /// `long_reserve` of the market's parameters.
    pub long_reserve: Decimal256,
    /// `min_position` of the market's parameters.
    pub min_position: Uint128,
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

/// Something that can be switched off.
#[wire]
#[derive(Copy, Eq, PartialOrd, Ord)]
pub enum MarketAction {
    /// Opening and growing positions, and buying base.
    Increase,
    /// Shrinking and closing positions.
    Reduce,
    /// Adding margin.
    MarginIn,
    /// Withdrawing margin.
    MarginOut,
    /// Liquidation.
    Liquidate,
    /// Deposits into the pool.
    PoolIn,
    /// Withdrawals from the pool.
    PoolOut,
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
