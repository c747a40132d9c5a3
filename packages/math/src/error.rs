use cosmwasm_std::{Decimal256, Uint256};
use thiserror::Error;

use crate::{MAX_PRICE, MIN_PRICE};

/// The one error of this crate: what did not fit, and what it was.
///
/// Numbers are boxed: every fallible step of the arithmetic returns this type, and each copy of a wide one would be
/// code in the contracts.
#[derive(Error, Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum MathError {
    /// The result of `operation` does not fit its type.
    #[error("{operation} overflows its type")]
    Overflow {
        /// The operation, in words.
        operation: &'static str,
    },
    /// A subtraction of amounts would go below zero.
    #[error("cannot take {taken} from {from}")]
    Negative {
        /// What was there.
        from: Box<Uint256>,
        /// What was to be taken.
        taken: Box<Uint256>,
    },
    /// Negative money was asked to become an amount of coins.
    #[error("{money} is negative and cannot be an amount of coins")]
    NegativeAmount {
        /// The money, in quote units.
        money: String,
    },
    /// Money was divided by negative money, which has no meaning as a ratio.
    #[error("cannot take a ratio to {money}: it is negative")]
    NegativeDivisor {
        /// The divisor, in quote units.
        money: String,
    },
    /// Division by zero in `operation`.
    #[error("{operation} divides by zero")]
    DivideByZero {
        /// The operation, in words.
        operation: &'static str,
    },
    /// A price outside of the accepted range.
    #[error("price {price} is outside of {MIN_PRICE} to {MAX_PRICE} quote per base")]
    PriceOutOfRange {
        /// The price.
        price: Box<Decimal256>,
    },
    /// A coin with more decimals than are supported.
    #[error("a coin of {decimals} decimals is not supported: at most {max}")]
    TooManyDecimals {
        /// Decimals of the coin.
        decimals: u8,
        /// The most that is supported.
        max: u8,
    },
}

impl MathError {
    /// Shorthand for [`MathError::Negative`].
    pub fn negative(from: impl Into<Uint256>, taken: impl Into<Uint256>) -> MathError {
        MathError::Negative { from: Box::new(from.into()), taken: Box::new(taken.into()) }
    }

    /// Shorthand for [`MathError::Overflow`], shaped for `map_err`.
    pub(crate) fn overflow<E>(operation: &'static str) -> impl FnOnce(E) -> MathError {
        move |_| MathError::Overflow { operation }
    }
}

/// Result of this crate.
pub type Result<T, E = MathError> = std::result::Result<T, E>;
