//! An example of a contract that uses a Ballast vault: a treasury whose members deposit together. It looks at the vault
//! before it acts, and whatever the vault refuses, nobody loses anything: coins go back, claims stay.
//!
//! The README of `packages/client` walks through it.

pub mod contract;
mod error;
pub mod msg;
mod state;
#[cfg(test)]
mod tests;

pub use error::ContractError;
