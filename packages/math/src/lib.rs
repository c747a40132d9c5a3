//! Exact money: prices, purses, signed money, rounding by name, irregular-time statistics.
//!
//! One rounding rule: against whoever acts, in favour of those who stay. Payouts floor, charges ceil, and the
//! function's name says which. cosmwasm-std's `Int256` division and `checked_multiply_ratio` truncate toward zero and
//! its operators panic, so all other crates do their arithmetic with this one.
//!
//! ```
//! use ballast_math::Price;
//! use cosmwasm_std::Uint128;
//!
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! // 12.50 dollars a coin; both coins have 6 decimals.
//! let price = Price::new("12.50".parse()?, 6, 6)?;
//! let value = price.value(Uint128::new(3))?;
//! assert_eq!(value.to_string(), "37.5");
//! assert_eq!(value.amount_floor()?, Uint128::new(37)); // what is paid out
//! assert_eq!(value.amount_ceil()?, Uint128::new(38)); // what is charged
//! # Ok(())
//! # }
//! ```

mod error;
mod index;
mod money;
mod price;
mod purse;
mod ratio;
mod stats;
mod stored;
mod units;

pub use error::{MathError, Result};
pub use index::{FundingBasis, FundingIndex};
pub use money::Money;
pub use price::{Price, MAX_DECIMALS, MAX_PRICE, MIN_PRICE};
pub use purse::Purse;
pub use ratio::{
    abs, add, add_signed, clamp_signed, div_ceil, div_floor, mul_ceil, mul_div_ceil, mul_div_floor, mul_floor,
    mul_signed_floor, negate, signed, sub, sub_or_zero, sub_signed, sub_sizes, sum_sizes, SECONDS_PER_YEAR,
};
pub use stats::{return_between, signed_return, years, Covariance, Mean, Variance};
pub use stored::ListedPurse;
pub use units::{Base, Quote, Shares};
