//! What a hedger and a venue tell each other: orders and responses, the position, prices, terms, funding, capacity, and
//! what is switched off. The companion market's own messages use these types; another venue's adapter would convert to
//! them.

use ballast_wire::wire;
use cosmwasm_std::{Decimal256, Int128, SignedDecimal256, Timestamp, Uint128};

use crate::oracle::Flag;
use crate::{Money, Purse};

/// Size of an order.
#[wire]
#[serde(deny_unknown_fields)]
#[derive(Eq)]
pub enum OrderSize {
    /// Change of the signed size: negative sells, zero does not trade. A delta that would cross zero is refused, or
    /// stops at zero if `reduce_only` is set.
    Delta {
        /// Units of base.
        amount: Int128,
    },
    /// Close this part of the position, rounded up.
    Part(Part),
}

/// An exact fraction `numerator / denominator`, at most one.
#[wire]
#[serde(deny_unknown_fields)]
#[derive(Copy, Eq)]
pub struct Part {
    /// Parts to close.
    pub numerator: Uint128,
    /// Parts in the whole, above zero.
    pub denominator: Uint128,
}

/// Whether an order settles all PnL and funding.
#[wire]
#[derive(Copy, Eq)]
pub enum Settle {
    /// Realise only the PnL and funding of the closed part.
    No,
    /// Settle if the reserve and the price flags allow it, otherwise go on without. The order is refused if the margin
    /// does not cover the settlement, or if it costs too much.
    IfReserved,
    /// Settle or fail.
    Required,
}

/// Margin to withdraw.
#[wire]
#[serde(deny_unknown_fields)]
#[derive(Eq)]
pub enum MarginOut {
    /// None.
    None,
    /// These amounts.
    Exact(Purse),
    /// Only with [`OrderSize::Part`]: that part of the margin before the order, plus what the closed part realised,
    /// minus its whole cost. Attached coins pay for any shortfall; the rest of them is refunded.
    Part,
}

/// An order, with the coins attached to it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Order {
    /// What to trade.
    pub size: OrderSize,
    /// Never open or increase a position: a delta larger than the position only closes it.
    pub reduce_only: bool,
    /// Whether to settle.
    pub settle: Settle,
    /// Refuse if the order costs more, units of quote.
    pub limit_cost: Option<Uint128>,
    /// Margin to withdraw.
    pub margin_out: MarginOut,
    /// Attached coins, added to the margin.
    pub attached: Purse,
}

impl Order {
    /// Changes a short by `delta`: selling increases it, buying at most closes it. Moves no margin, does not settle,
    /// and has no limit.
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

    /// The same order, which also withdraws `purse` of margin.
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

    /// Margin to withdraw, if it is given by amount.
    pub fn exact_margin_out(&self) -> Purse {
        match self.margin_out {
            MarginOut::Exact(purse) => purse,
            MarginOut::None | MarginOut::Part => Purse::EMPTY,
        }
    }
}

/// Response to an order.
#[wire]
pub struct AdjustResponse {
    /// The position before the order, with accrued funding, at the prices below.
    pub before: PositionState,
    /// The position after the order, at the same prices.
    pub after: PositionState,
    /// Prices of this block.
    pub prices: Prices,
    /// Parameters that affect equity and margin.
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
    /// Charge for paying in base: value of that base at the collateral price, minus what it paid.
    pub conversion: Uint128,
}

/// What an order realised; positive is a gain of the position.
#[wire]
#[derive(Copy, Default, Eq)]
pub struct Realised {
    /// Price PnL.
    pub price_pnl: Money,
    /// Funding.
    pub funding: Money,
}

/// Response to a purchase from the venue's pool.
#[wire]
pub struct BuyBaseResponse {
    /// Base bought.
    pub base: Uint128,
    /// Quote paid for it.
    pub quote: Uint128,
    /// Quote sent back.
    pub refund: Uint128,
}

/// Everything a hedger needs, in one response.
#[wire]
pub struct PositionResponse {
    /// The position.
    pub position: PositionState,
    /// Equity, leverage and the like.
    pub measures: Measures,
    /// Maximum base, or alternatively maximum quote, that can be withdrawn now.
    pub withdrawable: Purse,
    /// Prices of this block.
    pub prices: Prices,
    /// Parameters that affect equity and margin.
    pub terms: Terms,
    /// Current funding rates.
    pub funding: FundingRates,
    /// How far the market lets the position grow.
    pub capacity: Capacity,
    /// Base for sale.
    pub base_for_sale: BaseForSale,
    /// What is switched off.
    pub status: Status,
    /// Total seconds in which a hedge could grow: increase, margin in and reduce are on, and the price is usable.
    pub open_seconds: u64,
}

/// A position at given prices.
#[wire]
#[derive(Copy, Default, Eq)]
pub struct PositionState {
    /// Units of base; short < 0.
    pub size: Int128,
    /// Value at entry, units of quote.
    pub entry_value: Uint128,
    /// Margin.
    pub margin: Purse,
    /// Unsettled price PnL; for a long at most its cap.
    pub price_pnl: Money,
    /// Unsettled funding; positive means earned.
    pub funding: Money,
}

/// Values derived from a position, prices and terms.
#[wire]
pub struct Measures {
    /// `|size| * index`.
    pub notional: Money,
    /// Taker fee and minimum spread, times notional.
    pub closing_cost: Money,
    /// Base margin after haircut + quote margin + unsettled PnL and funding - closing cost.
    pub equity: Money,
    /// Equity for increases and withdrawals: unsettled gains count as zero (price PnL and funding each on its own), and
    /// base margin of a long counts at most what it would pay after the price fell by the initial ratio.
    pub secured_equity: Money,
    /// Notional over equity.
    pub leverage: Leverage,
    /// Equity over notional; none without a position.
    pub margin_ratio: Option<SignedDecimal256>,
    /// Index price at which the position can be liquidated.
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
    /// Whether it is above `level`.
    pub fn is_above(self, level: Decimal256) -> bool {
        match self {
            Leverage::None => false,
            Leverage::Finite(leverage) => leverage > level,
            Leverage::Infinite => true,
        }
    }
}

/// The index price at which equity falls to maintenance, if the price of the margin coin moves in step.
#[wire]
#[derive(Copy, Eq)]
pub enum LiquidationPrice {
    /// At no price.
    Never,
    /// At this price and above.
    Above(Decimal256),
    /// At this price and below.
    Below(Decimal256),
    /// At the current price.
    Now,
}

/// The prices that a market uses in this block.
#[wire]
#[derive(Default)]
pub struct Prices {
    /// Index price, whole quote per whole base; zero before the first price.
    pub index: Decimal256,
    /// Lowest index price that the market has accepted in this block. Sellers get it minus the spread.
    pub index_low: Decimal256,
    /// Highest index price that the market has accepted in this block. Buyers pay it plus the spread.
    pub index_high: Decimal256,
    /// Collateral price, whole quote per whole base of the margin coin: what it sells for, at most what it is redeemed
    /// for. The index price in a market of one price.
    pub collateral: Decimal256,
    /// Current spread of an order. Prices of orders range from `index_low * (1 - spread)` to `index_high * (1 +
    /// spread)`, the band.
    pub spread: Decimal256,
    /// A price that the oracle holds back now. Nothing trades at it, but margin may be added in case it is confirmed.
    pub held_back: Option<Decimal256>,
    /// Yearly volatility of the index.
    pub volatility: Decimal256,
    /// When the price was observed.
    pub time: Timestamp,
    /// What is wrong with the oracle's current index price; the numbers above are those of the last accepted price.
    pub flags: Vec<Flag>,
    /// More about the collateral price, in a market of two prices: with a feed of its own for the margin coin.
    pub collateral_range: Option<CollateralRange>,
}

impl Prices {
    /// Whether the collateral price, where it has a feed of its own, has this flag.
    pub fn collateral_is(&self, flag: Flag) -> bool {
        self.collateral_flags().contains(&flag)
    }

    /// What is wrong with the collateral price, where it has a feed of its own.
    pub fn collateral_flags(&self) -> &[Flag] {
        self.collateral_range.as_ref().map_or(&[], |range| &range.flags)
    }
}

/// The price of a margin coin that has a feed of its own. A staked coin has two worths: what it sells for, and what it is
/// redeemed for (index price times redemption rate). Both ends are its range; a coin with one worth has them equal. The
/// collateral price is the lower one: at a premium, where the coin sells for more, it is the redemption price.
#[wire]
#[derive(Default)]
pub struct CollateralRange {
    /// Lowest price in this block for which the coin sold.
    pub low: Decimal256,
    /// Highest price in this block for which it was redeemed or, at a premium, sold.
    pub high: Decimal256,
    /// What it is redeemed for now; at least `collateral`.
    pub redemption: Decimal256,
    /// Current spread around it. Its band ranges from `low * (1 - spread)` to `high * (1 + spread)`.
    pub spread: Decimal256,
    /// `1 - collateral / redemption`.
    pub discount: Decimal256,
    /// Exponentially weighted mean of the discount, with a time constant of 24 h; of each interval between two prices the
    /// smaller of both discounts counts.
    pub mean_discount: Decimal256,
    /// The lowest lasting price in this block: see [`CollateralRange::lasting`].
    pub lasting_low: Decimal256,
    /// The highest lasting price in this block.
    pub lasting_high: Decimal256,
    /// A collateral price that the oracle holds back now.
    pub held_back: Option<Decimal256>,
    /// When it was observed.
    pub time: Timestamp,
    /// What is wrong with the oracle's current collateral price, and [`Flag::Discount`]; the numbers above are those of
    /// the last accepted price.
    pub flags: Vec<Flag>,
}

/// A discount is unusual while it is more than this above or below its mean.
pub const UNUSUAL_DISCOUNT: Decimal256 = Decimal256::percent(3);

impl CollateralRange {
    /// What the coin lastingly sells for: `collateral`, which is its price now, but a discount above its mean is not
    /// counted yet. At this price, base pays for what a position's owner did not choose, so that whoever moves the
    /// market price for an hour takes nobody's coins.
    ///
    /// # Errors
    /// If a number overflows.
    pub fn lasting(&self, collateral: Decimal256) -> ballast_math::Result<Decimal256> {
        let mean = Decimal256::one().saturating_sub(self.mean_discount);
        Ok(collateral.max(ballast_math::mul_floor(self.redemption, mean)?))
    }

    /// What the coin certainly sells for: `collateral`, which is its price now, but of a discount that lasts three points
    /// are gone at most. At this price, base pays for what a position's owner chose: who pushes a lasting discount away
    /// for a moment pays no debt as if it were gone.
    ///
    /// # Errors
    /// If a number overflows.
    pub fn certain(&self, collateral: Decimal256) -> ballast_math::Result<Decimal256> {
        let lasting = self.mean_discount.saturating_sub(UNUSUAL_DISCOUNT);
        Ok(collateral.min(ballast_math::mul_floor(self.redemption, Decimal256::one().saturating_sub(lasting))?))
    }
}

/// The parameters of a market that affect equity and margin.
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

/// The current yearly funding rates.
#[wire]
#[derive(Copy, Default, Eq)]
pub struct FundingRates {
    /// The clamped reference; zero while it is stale.
    pub reference: SignedDecimal256,
    /// Reference plus slope; longs pay when positive.
    pub rate: SignedDecimal256,
    /// What a unit of long notional earns; negative if it pays.
    pub long: SignedDecimal256,
    /// What a unit of short notional earns; negative if it pays.
    pub short: SignedDecimal256,
    /// When the reference becomes stale; none for a constant.
    pub stale_at: Option<Timestamp>,
    /// What a unit of short notional has earned since the market was created: the integral of `short` over years. Its
    /// change divided by the time gives the mean rate, in which a rate that lasted one block counts for one block.
    pub short_earned: SignedDecimal256,
}

/// How far positions can still grow.
#[wire]
#[derive(Copy, Default, Eq)]
pub struct Capacity {
    /// Units by which the account can increase a long now, within all caps and headroom.
    pub long: Uint128,
    /// Units by which the account can increase a short now, within all caps and headroom.
    pub short: Uint128,
    /// Quote in the pool minus the reserve for winners.
    pub slack: Money,
    /// Slack that an increase must leave at the current open notional. For anybody but the hedger this includes the
    /// unused part of the hedger's share, with headroom on it, and the quote of requested withdrawals.
    pub headroom: Money,
}

/// The base that a pool sells.
#[wire]
#[derive(Copy, Default, Eq)]
pub struct BaseForSale {
    /// Units of base.
    pub amount: Uint128,
    /// Current price, whole quote per whole base.
    pub price: Decimal256,
}

/// What is switched off.
#[wire]
#[derive(Default)]
pub struct Status {
    /// Actions that are off now. Liquidation is also off because of other pauses: see `liquidation_from`.
    pub off: Vec<MarketAction>,
    /// When `reduce` comes back on by itself.
    pub reduce_from: Option<Timestamp>,
    /// When `margin_in` comes back on by itself.
    pub margin_in_from: Option<Timestamp>,
    /// When `margin_out` comes back on by itself.
    pub margin_out_from: Option<Timestamp>,
    /// When liquidation comes back on, after its own pause or after a pause of `reduce` or `margin_in` and the grace
    /// period.
    pub liquidation_from: Option<Timestamp>,
}

impl Status {
    /// Whether this action is on.
    pub fn allows(&self, action: MarketAction) -> bool {
        !self.off.contains(&action)
    }
}

/// What can be switched off.
#[wire]
#[derive(Copy, Eq, PartialOrd, Ord)]
pub enum MarketAction {
    /// Opening and increasing positions, and buying base.
    Increase,
    /// Reducing and closing positions.
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

/// Bounds of a price feed with which parameters must be compatible.
#[wire]
#[derive(Copy, Eq)]
pub struct FeedBounds {
    /// Maximum relative half-width of the confidence interval without a flag.
    pub max_confidence: Decimal256,
    /// Maximum jump in an hour that is accepted without confirmation.
    pub max_jump: Decimal256,
    /// Seconds for which the feed stays closed at the longest, with all holidays known; `None` if it never closes.
    pub longest_closing: Option<u64>,
}
