use cosmwasm_std::{Decimal256, Uint256};
use thiserror::Error;

use crate::{MAX_PRICE, MIN_PRICE};

/// The error of this crate, with the numbers that caused it.
///
/// Numbers are boxed: every fallible step of the arithmetic returns this type, and copying a wide one each time would
/// add code to the contracts.
#[derive(Error, Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
#[expect(missing_docs, reason = "the text of an error says what happened")]
pub enum MathError {
    /// The result of `operation` does not fit its type.
    #[error("{operation} overflows its type")]
    Overflow {
        /// The operation, in words.
        operation: &'static str,
    },
    /// A subtraction of amounts would go below zero.
    #[error("cannot take {taken} from {from}")]
    Negative { from: Box<Uint256>, taken: Box<Uint256> },
    /// Negative money cannot be paid out or charged.
    #[error("{money} is negative and cannot be an amount of coins")]
    NegativeAmount {
        /// The money, in quote units.
        money: String,
    },
    /// A ratio to negative money has no meaning.
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
    #[error("price {price} is outside of {MIN_PRICE} to {MAX_PRICE} quote per base")]
    PriceOutOfRange { price: Box<Decimal256> },
    #[error("a coin of {decimals} decimals is not supported: at most {max}")]
    TooManyDecimals { decimals: u8, max: u8 },
}

impl MathError {
    /// Shorthand for [`MathError::Negative`].
    pub fn negative(from: impl Into<Uint256>, taken: impl Into<Uint256>) -> MathError {
        MathError::Negative { from: Box::new(from.into()), taken: Box::new(taken.into()) }
    }

    /// [`MathError::Overflow`] for `map_err`.
    pub(crate) fn overflow<E>(operation: &'static str) -> impl FnOnce(E) -> MathError {
        move |_| MathError::Overflow { operation }
    }
}

#[allow(missing_docs)] // the usual alias
pub type Result<T, E = MathError> = std::result::Result<T, E>;
