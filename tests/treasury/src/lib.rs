//! An example of a contract that uses a Ballast vault: a treasury whose members deposit together. It checks the vault
//! before it acts, and if the vault refuses nobody loses anything: coins go back, and claims stay.
//!
//! The README of `packages/client` walks through it.

pub mod contract;
mod error;
pub mod msg;
mod state;
#[cfg(test)]
mod tests;

pub use error::ContractError;
