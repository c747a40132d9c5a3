//! The companion perpetual market: several markets in one contract, each with its own pool, marked at
//! the oracle's price.
//!
//! [`contract`] is the table of contents. A message opens a session (`session.rs`), which loads the market, accrues
//! funding at the old rate and price, and accepts the oracle's current price. The handler then calls the pure engine
//! and closes the session, which puts the new rate in force and saves. Queries open the same session and save nothing.

pub mod contract;
mod error;
mod events;
mod execute;
mod oracle;
mod query;
mod session;
mod state;

pub use error::ContractError;
