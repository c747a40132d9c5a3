use cosmwasm_std::{Decimal256, Uint256};
use thiserror::Error;

/// The one error of this crate: what did not fit, and what it was.
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
        from: Uint256,
        /// What was to be taken.
        taken: Uint256,
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
    #[error("price {price} is outside of {min} to {max} quote per base")]
    PriceOutOfRange {
        /// The price.
        price: Decimal256,
        /// Least accepted price.
        min: Decimal256,
        /// Greatest accepted price.
        max: Decimal256,
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
    /// Shorthand for [`MathError::Overflow`], shaped for `map_err`.
    pub(crate) fn overflow<E>(operation: &'static str) -> impl FnOnce(E) -> MathError {
        move |_| MathError::Overflow { operation }
    }
}

/// Result of this crate.
pub type MathResult<T> = Result<T, MathError>;
