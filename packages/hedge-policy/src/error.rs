use ballast_math::{MathError, Money};
use cosmwasm_std::{Decimal256, Int128, SignedDecimal256};
use thiserror::Error;

/// Why the policy cannot decide. Numbers are boxed: see [`MathError`].
#[derive(Error, Debug, Clone, PartialEq)]
#[non_exhaustive]
#[expect(missing_docs, reason = "each text says what happened and what its fields are")]
pub enum PolicyError {
    #[error(transparent)]
    Math(#[from] MathError),
    /// Until the market accepts its first price nothing has a value.
    #[error("the market has no price yet")]
    NoPrice {},
    /// The policy hedges coins, so it only knows shorts.
    #[error("the position is a long of {size}: only shorts are managed")]
    Long { size: Box<Int128> },
    #[error("{name} is {value}: it must be from {min} to {max}")]
    OutOfBounds { name: &'static str, value: Box<Decimal256>, min: Box<Decimal256>, max: Box<Decimal256> },
    #[error("{low_name} ({low}) must not be above {high_name} ({high})")]
    Crossed { low_name: &'static str, low: Box<Decimal256>, high_name: &'static str, high: Box<Decimal256> },
    /// The margin of a deposit would exceed `venue_share`.
    #[error("{share} of NAV would be at the venue: at most {max} may be")]
    VenueShare { share: Box<SignedDecimal256>, max: Box<Decimal256> },
    /// `L_max` could come too close to `L*`.
    #[error("max_leverage_low is {value}: hedging {hedge_max} of the coins at this venue needs at least {needed}")]
    LeverageTooLow { value: Box<Decimal256>, hedge_max: Box<Decimal256>, needed: Box<Decimal256> },
    /// `L_max` could be where the venue already liquidates.
    #[error("max_leverage_low is {value}: maintenance, buffer and the assumed discount leave no more than {most}")]
    LeverageTooHigh { value: Box<Decimal256>, most: Box<Decimal256> },
    #[error("a price change of {price_change} leaves no price: it must be above -1")]
    NoPriceLeft { price_change: Box<SignedDecimal256> },
    #[error("a {name} of {change} leaves no price: it must be above -1")]
    NoCollateralPriceLeft { name: &'static str, change: Box<SignedDecimal256> },
    #[error("a {name} of {change} in a market of one price: leave it out, or change the price")]
    OnePrice { name: &'static str, change: Box<SignedDecimal256> },
    /// The venue would refuse the order.
    #[error("the margin does not cover what the order owes")]
    Uncovered {},
    /// The venue would refuse the order because of its reserve.
    #[error("settling would leave slack of {slack}")]
    Unreserved { slack: Box<Money> },
    #[error("cannot close {closed} of a short of {size}")]
    TooLarge { closed: Box<cosmwasm_std::Uint128>, size: Box<cosmwasm_std::Uint128> },
}

/// Result of this crate.
pub type Result<T, E = PolicyError> = std::result::Result<T, E>;
