//! Price and funding-rate feeds: sources, freshness, confidence, jump breaker, volatility.
//!
//! A feed is a source (`source.rs`; `stork.rs`, and `derived.rs` and `secondary.rs` for prices computed from other feeds) plus checks: the reading and its flags (`reading.rs`), and the history from which
//! jumps, average and volatility are measured (`history.rs`; `pairs.rs` for two feeds together). Messages and queries evaluate feeds with the same
//! functions; only messages save the updated history.

pub mod contract;
mod derived;
mod error;
mod events;
mod execute;
mod family;
mod history;
mod pairs;
mod query;
mod reading;
mod redemption_rate;
mod secondary;
mod source;
mod state;
mod stork;
mod usable;
mod validate;

pub use error::ContractError;
