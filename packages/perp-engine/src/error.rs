use ballast_math::{MathError, Money, Purse};
use ballast_types::market::MarketAction;
use ballast_types::oracle::{Flag, PriceUse};
use cosmwasm_std::{Decimal256, Int128, SignedDecimal256, Uint128};
use thiserror::Error;

/// Why the engine refuses: always with the numbers that explain it, boxed where they are many.
#[derive(Error, Debug, Clone, PartialEq)]
#[non_exhaustive]
pub enum EngineError {
    /// Something does not fit its type.
    #[error(transparent)]
    Math(#[from] MathError),
    /// The market has not accepted a price yet: nothing has a value.
    #[error("the market has no price yet")]
    NoPrice {},
    /// What is wrong with the price forbids this use of it.
    #[error("the price may not be used for {price_use:?}: it is {flags:?}")]
    PriceFlagged {
        /// The use.
        price_use: PriceUse,
        /// What is wrong with the price.
        flags: Vec<Flag>,
    },
    /// The action is switched off.
    #[error("{action:?} is switched off")]
    Paused {
        /// The action.
        action: MarketAction,
    },
    /// A part that is not a part of a whole.
    #[error("{numerator}/{denominator} is not a part of a whole")]
    NotAPart {
        /// Numerator.
        numerator: Uint128,
        /// Denominator.
        denominator: Uint128,
    },
    /// There is neither size nor margin to take a part of.
    #[error("there is no position")]
    NoPosition {},
    /// A delta that would turn a long into a short or back.
    #[error("a delta of {delta} goes through zero from {size}: close with reduce_only first")]
    ThroughZero {
        /// Size before.
        size: Int128,
        /// The delta.
        delta: Int128,
    },
    /// A reduce-only order that would grow or open a position.
    #[error("a reduce-only delta of {delta} would grow a position of {size}")]
    WouldGrow {
        /// Size before.
        size: Int128,
        /// The delta.
        delta: Int128,
    },
    /// Two choices of an order that exclude each other.
    #[error("{what}")]
    Contradiction {
        /// Which.
        what: &'static str,
    },
    /// Margin (and coins attached) do not cover what an order owes.
    #[error("margin does not cover what is owed: {missing} of {owed} quote are missing, add margin")]
    MarginUncovered {
        /// Owed, units of quote.
        owed: Uint128,
        /// Of it not covered, units of quote.
        missing: Uint128,
    },
    /// More margin was asked for than there is.
    #[error("cannot take {asked:?} out of a margin of {margin:?}")]
    MarginTooSmall {
        /// Asked for.
        asked: Purse,
        /// What there is.
        margin: Purse,
    },
    /// Equity without unsettled gains is below the initial ratio.
    #[error(
        "equity without unsettled gains of {secured_equity} is below the {required} that the initial ratio asks for"
    )]
    InitialMargin {
        /// Equity without unsettled gains, units of quote.
        secured_equity: Money,
        /// Initial ratio times notional, units of quote.
        required: Money,
    },
    /// What leaves would lower the margin ratio of what stays.
    #[error("equity of {equity} would be left where {required} keeps the margin ratio")]
    RatioFalls {
        /// Equity left, units of quote.
        equity: Money,
        /// Equity that keeps the ratio, units of quote.
        required: Money,
    },
    /// A position below the least size.
    #[error("a position of {notional} is below the least of {min}")]
    PositionTooSmall {
        /// Notional, units of quote.
        notional: Money,
        /// Least notional, units of quote.
        min: Uint128,
    },
    /// One side of the market would be too large in value.
    #[error("an entry value of {entry_value} on one side would be above the cap of {max} quote")]
    OpenInterestCap {
        /// Entry value of the side afterwards, units of quote.
        entry_value: Uint128,
        /// Most units of quote now.
        max: Uint128,
    },
    /// One side of the market would be too large in units.
    #[error("open interest of {size} would be above the cap of {max} units")]
    OpenInterestUnits {
        /// Size of the side afterwards, units of base.
        size: Uint128,
        /// Most units of base.
        max: Uint128,
    },
    /// Shorts of others would leave less than the hedger's share below the cap of that side.
    #[error("an entry value of {entry_value} of shorts beside the hedger's would be above their cap of {max} quote")]
    OthersShortCap {
        /// Entry value of all shorts but the hedger's afterwards, units of quote.
        entry_value: Uint128,
        /// Most units of quote now.
        max: Uint128,
    },
    /// A side would grow too fast.
    #[error("an entry value of {added} is more than the {max} quote that may be added now: wait, or add less")]
    SizeAddedCap {
        /// Entry value that the order adds, units of quote.
        added: Uint128,
        /// Most units of quote that may be added now.
        max: Uint128,
    },
    /// The reserve that winners need would not be kept.
    #[error("slack of {slack} would be below the {required} required")]
    Slack {
        /// Pool quote less reserve afterwards, units of quote.
        slack: Money,
        /// What it must be, units of quote.
        required: Money,
    },
    /// An order costs more than its sender allows.
    #[error("the order costs {cost}, more than the limit of {limit}")]
    CostLimit {
        /// Fee, spread and conversion, units of quote.
        cost: Uint128,
        /// The limit, units of quote.
        limit: Uint128,
    },
    /// A healthy position cannot be liquidated.
    #[error("margin ratio {margin_ratio} is not below maintenance {maintenance}")]
    NotLiquidatable {
        /// Equity over notional.
        margin_ratio: SignedDecimal256,
        /// Maintenance ratio.
        maintenance: Decimal256,
    },
    /// Only a long whose profit has reached its cap can be closed by anyone.
    #[error("not a long at its cap: profit of {profit}, capped at {cap}")]
    NotAtCap {
        /// Uncapped profit, units of quote.
        profit: Money,
        /// The cap, units of quote.
        cap: Money,
    },
    /// A long beyond its cap does not grow: its cap would grow with it, and pay what had been lost to it.
    #[error("a long whose profit of {profit} is beyond its cap of {cap} cannot grow: settle it first")]
    BeyondCap {
        /// Uncapped profit, units of quote.
        profit: Money,
        /// The cap, units of quote.
        cap: Money,
    },
    /// Deposits wait while a long is at its cap: the pool cannot be valued from sums.
    #[error("a long is at its cap: close it first")]
    LongAtCap {},
    /// The pool is worth nothing while shares exist.
    #[error("the pool is worth {value}: no deposits")]
    PoolWorthless {
        /// Its value, units of quote.
        value: Money,
    },
    /// So little that it is nothing after rounding.
    #[error("{what} of nothing")]
    Nothing {
        /// Of what.
        what: &'static str,
    },
    /// More shares than are under notice.
    #[error("{asked} shares are more than the {notice} under notice")]
    TooManyShares {
        /// Asked for.
        asked: Uint128,
        /// Shares under notice.
        notice: Uint128,
    },
    /// A withdrawal before its notice is over.
    #[error("shares under notice cannot be withdrawn before {from} (seconds)")]
    UnderNotice {
        /// From when on, in seconds.
        from: u64,
    },
    /// A withdrawal after its window.
    #[error("the request lapsed at {at} (seconds): cancel it and ask again")]
    RequestLapsed {
        /// When, in seconds; at the latest then.
        at: u64,
    },
    /// Others settle only a loss that is large enough.
    #[error("owes {loss}: others settle only what is more than {least}")]
    OwesTooLittle {
        /// Unsettled loss, units of quote.
        loss: Money,
        /// It must be more than this, units of quote.
        least: Money,
    },
    /// The prices of this block are too far apart.
    #[error("this block has prices from {low} to {high}: wait until they are within {widest} of each other")]
    WideRange {
        /// Lowest price of this block.
        low: Box<Decimal256>,
        /// Highest price of this block.
        high: Box<Decimal256>,
        /// Widest range, relative.
        widest: Box<Decimal256>,
    },
    /// What an exit needs was paused recently.
    #[error("{action:?} cannot be paused before {from}: it came back a short time ago")]
    DefenceCooldown {
        /// The action.
        action: MarketAction,
        /// From when on, in seconds.
        from: u64,
    },
    /// A longer grace would keep liquidation off, or switch it off again, for a pause that began under a shorter one.
    #[error("liquidation_grace cannot become longer before {from}: until then it would lengthen the last pause")]
    GraceCounts {
        /// From when on, in seconds.
        from: u64,
    },
    /// A parameter outside of its hard bounds.
    #[error("{name} is {value}: it must be within {min} and {max}")]
    OutOfBounds {
        /// The parameter.
        name: &'static str,
        /// Its value.
        value: Box<Decimal256>,
        /// Least value.
        min: Box<Decimal256>,
        /// Greatest value.
        max: Box<Decimal256>,
    },
    /// Two parameters in the wrong order.
    #[error("{low_name} ({low}) must be below {high_name} ({high})")]
    Crossed {
        /// The one that must be lower.
        low_name: &'static str,
        /// Its value.
        low: Box<Decimal256>,
        /// The one that must be higher.
        high_name: &'static str,
        /// Its value.
        high: Box<Decimal256>,
    },
    /// Two parameters that do not fit each other, although they may be equal.
    #[error("{low_name} ({low}) must not be above {high_name} ({high})")]
    Above {
        /// The one that must not be higher.
        low_name: &'static str,
        /// Its value.
        low: Box<Decimal256>,
        /// The other.
        high_name: &'static str,
        /// Its value.
        high: Box<Decimal256>,
    },
    /// A parameter that open positions depend on.
    #[error("{name} cannot change while positions are open")]
    Frozen {
        /// The parameter.
        name: &'static str,
    },
}

/// Result of this crate.
pub type Result<T, E = EngineError> = std::result::Result<T, E>;
