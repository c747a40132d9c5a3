use ballast_math::{MathError, Money};
use cosmwasm_std::{Decimal256, Int128, SignedDecimal256};
use thiserror::Error;

/// Why there is no answer. Numbers are boxed: see [`MathError`].
#[derive(Error, Debug, Clone, PartialEq)]
#[non_exhaustive]
pub enum PolicyError {
    /// Something does not fit its type.
    #[error(transparent)]
    Math(#[from] MathError),
    /// The market has not accepted a price yet: nothing has a value.
    #[error("the market has no price yet")]
    NoPrice {},
    /// The position is a long: this policy only hedges coins.
    #[error("the position is a long of {size}: only shorts are managed")]
    Long {
        /// Its size.
        size: Box<Int128>,
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
    /// Two parameters in the wrong order, or that do not fit each other or the venue.
    #[error("{low_name} ({low}) must not be above {high_name} ({high})")]
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
    /// What a deposit would post passes the cap on the share of NAV at the venue.
    #[error("{share} of NAV would be at the venue: at most {max} may be")]
    VenueShare {
        /// Share that would be there.
        share: Box<SignedDecimal256>,
        /// The cap.
        max: Box<Decimal256>,
    },
    /// `L_max` could come closer to `L*` than the policy needs.
    #[error("max_leverage_low is {value}: hedging {hedge_max} of the coins at this venue needs at least {needed}")]
    LeverageTooLow {
        /// The parameter.
        value: Box<Decimal256>,
        /// Greatest hedge ratio.
        hedge_max: Box<Decimal256>,
        /// Least value that leaves `L_max >= 1.1 * L*`.
        needed: Box<Decimal256>,
    },
    /// `L_max` could lie where the venue already liquidates.
    #[error("max_leverage_low is {value}: maintenance and buffer leave no more than {most}")]
    LeverageTooHigh {
        /// The parameter.
        value: Box<Decimal256>,
        /// Leverage at which equity is maintenance plus buffer.
        most: Box<Decimal256>,
    },
    /// A stress test of a price at or below zero.
    #[error("a price change of {price_change} leaves no price: it must be above -1")]
    NoPriceLeft {
        /// The change asked for.
        price_change: Box<SignedDecimal256>,
    },
    /// The venue would refuse the order: the margin does not cover what it owes.
    #[error("the margin does not cover what the order owes")]
    Uncovered {},
    /// The venue would refuse the order: the reserve does not allow the settlement.
    #[error("settling would leave slack of {slack}")]
    Unreserved {
        /// Slack that it would leave, units of quote.
        slack: Box<Money>,
    },
    /// The order closes more than there is.
    #[error("cannot close {closed} of a short of {size}")]
    TooLarge {
        /// Units to be closed.
        closed: Box<cosmwasm_std::Uint128>,
        /// Units there are.
        size: Box<cosmwasm_std::Uint128>,
    },
}

/// Result of this crate.
pub type Result<T, E = PolicyError> = std::result::Result<T, E>;
