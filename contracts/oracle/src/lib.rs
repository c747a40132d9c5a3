//! Price and funding-rate feeds: sources, freshness, confidence, jump breaker, volatility.
//!
//! A feed is a source (`source.rs`) with checks outside of it: what a reading says and what is wrong with it
//! (`reading.rs`), and the history that jumps, average and volatility are measured by (`history.rs`). Messages and
//! queries evaluate feeds by the same functions; only messages save what the history has learned.

pub mod contract;
mod error;
mod events;
mod execute;
mod history;
mod query;
mod reading;
mod source;
mod state;
mod usable;
mod validate;

pub use error::ContractError;
