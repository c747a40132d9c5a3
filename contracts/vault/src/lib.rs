//! The hedging vault: shares, deposits, redemptions, the hedge and its guard rails.
//!
//! A depositor puts in a coin; the vault keeps it, holds a short perpetual against it at the venue, and posts the coin
//! itself as margin. What is due is decided by [`hedge_policy`]; this contract holds the books, moves the coins, and
//! checks from the venue's answer what became of it.

mod companion;
pub mod contract;
pub mod error;
pub mod events;
pub mod execute;
mod hedge;
#[cfg(test)]
mod kit;
pub mod memory;
mod pending;
mod query;
mod reply;
mod session;
pub mod shares;
pub mod state;
pub mod valuation;

pub use error::ContractError;
