use ballast_math::{MathError, Money, Purse};
use ballast_types::market::MarketAction;
use ballast_types::oracle::{Flag, PriceUse};
use cosmwasm_std::{Decimal256, Int128, SignedDecimal256, Uint128};
use thiserror::Error;

/// Why the engine refuses. Amounts are units of quote, times are seconds, unless a field says otherwise; large fields
/// are boxed.
#[derive(Error, Debug, Clone, PartialEq)]
#[non_exhaustive]
#[expect(missing_docs, reason = "each text says what happened and what its fields are")]
pub enum EngineError {
    #[error(transparent)]
    Math(#[from] MathError),
    /// Before the first accepted price nothing has a value.
    #[error("the market has no price yet")]
    NoPrice {},
    #[error("the price may not be used for {price_use:?}: it is {flags:?}")]
    PriceFlagged { price_use: PriceUse, flags: Vec<Flag> },
    /// The same for the price of the margin coin, in a market of two prices.
    #[error("the collateral price may not be used for {price_use:?}: it is {flags:?}")]
    CollateralFlagged { price_use: PriceUse, flags: Vec<Flag> },
    #[error("{action:?} is switched off")]
    Paused { action: MarketAction },
    #[error("the part {numerator}/{denominator} must be from 0 to 1")]
    NotAPart { numerator: Uint128, denominator: Uint128 },
    /// There is neither size nor margin.
    #[error("there is no position")]
    NoPosition {},
    /// A delta that would turn a long into a short, or the reverse.
    #[error("a delta of {delta} goes through zero from {size}: close with reduce_only first")]
    ThroughZero { size: Int128, delta: Int128 },
    /// A reduce-only order that would grow or open a position.
    #[error("a reduce-only delta of {delta} would grow a position of {size}")]
    WouldGrow { size: Int128, delta: Int128 },
    /// Options of an order that exclude each other.
    #[error("{what}")]
    Contradiction { what: &'static str },
    /// Margin and attached coins do not cover what an order owes.
    #[error("margin does not cover what is owed: {missing} of {owed} quote are missing, add margin")]
    MarginUncovered { owed: Uint128, missing: Uint128 },
    /// A withdrawal of more margin than there is.
    #[error("cannot take {asked:?} out of a margin of {margin:?}")]
    MarginTooSmall { asked: Purse, margin: Purse },
    #[error(
        "equity without unsettled gains of {secured_equity} is below the {required} that the initial ratio asks for"
    )]
    InitialMargin {
        secured_equity: Money,
        /// Initial ratio times notional.
        required: Money,
    },
    /// A withdrawal that would lower the margin ratio of the rest.
    #[error("equity of {equity} would be left where {required} keeps the margin ratio")]
    RatioFalls { equity: Money, required: Money },
    #[error("a position of {notional} units of quote is below the minimum of {min}: make it larger")]
    PositionTooSmall { notional: Money, min: Uint128 },
    /// One side of the market would be too large in value.
    #[error("an entry value of {entry_value} on one side would be above the cap of {max} quote")]
    OpenInterestCap { entry_value: Uint128, max: Uint128 },
    /// One side of the market would be too large in units of base.
    #[error("open interest of {size} would be above the cap of {max} units")]
    OpenInterestUnits { size: Uint128, max: Uint128 },
    /// Shorts of others would use the room that is kept for the hedger.
    #[error("an entry value of {entry_value} of shorts beside the hedger's would be above their cap of {max} quote")]
    OthersShortCap { entry_value: Uint128, max: Uint128 },
    /// A side would grow too fast.
    #[error("an entry value of {added} is more than the {max} quote that may be added now: wait, or add less")]
    SizeAddedCap { added: Uint128, max: Uint128 },
    /// The pool would not keep the reserve that winners need.
    #[error("slack of {slack} would be below the {required} required")]
    Slack {
        /// Pool quote less reserve, after the action.
        slack: Money,
        required: Money,
    },
    #[error("the order costs {cost}, more than the limit of {limit}")]
    CostLimit {
        /// Fee, spread and conversion.
        cost: Uint128,
        limit: Uint128,
    },
    #[error("margin ratio {margin_ratio} is not below maintenance {maintenance}")]
    NotLiquidatable { margin_ratio: SignedDecimal256, maintenance: Decimal256 },
    /// Anyone may close a long whose profit has reached its cap, and nothing else.
    #[error("not a long at its cap: profit of {profit}, capped at {cap}")]
    NotAtCap {
        /// Without the cap.
        profit: Money,
        cap: Money,
    },
    /// A long beyond its cap cannot grow: its cap would grow with it and pay out profit that had been cut off.
    #[error("a long whose profit of {profit} is beyond its cap of {cap} cannot grow: settle it first")]
    BeyondCap {
        /// Without the cap.
        profit: Money,
        cap: Money,
    },
    /// Deposits must wait while a long is at its cap: until it is closed, sums cannot value the pool.
    #[error("a long is at its cap: close it first")]
    LongAtCap {},
    /// Shares exist, but the pool is worth nothing.
    #[error("the pool is worth {value}: no deposits")]
    PoolWorthless { value: Money },
    /// An amount that rounds down to zero.
    #[error("the amount is too small: it rounds down to zero {what}")]
    Nothing { what: &'static str },
    #[error("{asked} shares are more than the {notice} under notice")]
    TooManyShares { asked: Uint128, notice: Uint128 },
    #[error("shares under notice cannot be withdrawn before {from} (seconds)")]
    UnderNotice { from: u64 },
    /// A withdrawal after its window.
    #[error("the request lapsed at {at} (seconds): cancel it and ask again")]
    RequestLapsed {
        /// When it lapsed, or earlier.
        at: u64,
    },
    /// Others may settle only large losses.
    #[error("owes {loss}: others may settle only losses above {min}")]
    OwesTooLittle {
        /// The unsettled loss.
        loss: Money,
        min: Money,
    },
    #[error("this block has prices from {low} to {high}: wait until they are within {widest} of each other")]
    WideRange { low: Box<Decimal256>, high: Box<Decimal256>, widest: Box<Decimal256> },
    /// An action that exits need was paused recently.
    #[error("{action:?} cannot be paused before {from}: it came back a short time ago")]
    DefenceCooldown { action: MarketAction, from: u64 },
    /// A longer grace would keep liquidation off, or switch it off again, after a pause that began with a shorter one.
    #[error("liquidation_grace cannot become longer before {from}: until then it would lengthen the last pause")]
    GraceCounts { from: u64 },
    #[error("{name} is {value}: it must be from {min} to {max}")]
    OutOfBounds { name: &'static str, value: Box<Decimal256>, min: Box<Decimal256>, max: Box<Decimal256> },
    #[error("{low_name} ({low}) must be below {high_name} ({high})")]
    Crossed { low_name: &'static str, low: Box<Decimal256>, high_name: &'static str, high: Box<Decimal256> },
    #[error("{low_name} ({low}) must not be above {high_name} ({high})")]
    Above { low_name: &'static str, low: Box<Decimal256>, high_name: &'static str, high: Box<Decimal256> },
    #[error("{name} cannot change while positions are open")]
    Frozen { name: &'static str },
}

#[allow(missing_docs)] // the usual alias
pub type Result<T, E = EngineError> = std::result::Result<T, E>;
