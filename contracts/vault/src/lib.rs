//! The hedging vault: shares, deposits, redemptions, the hedge and its guard rails.
//!
//! Users deposit a coin. The vault hedges it with a short perpetual at the venue, and uses the coin itself as margin.
//! [`hedge_policy`] decides what to do; this contract keeps the books, moves the coins, and checks the result from the
//! venue's response.

mod companion;
pub mod contract;
pub mod error;
pub mod events;
pub mod execute;
mod hedge;
pub mod memory;
mod pending;
mod query;
mod reply;
mod session;
pub mod shares;
pub mod state;
pub mod valuation;

pub use error::ContractError;
