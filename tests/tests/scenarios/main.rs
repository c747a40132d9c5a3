//! What the whole system does, as sentences.
#![allow(missing_docs)]

mod bad_input;
mod decimals;
mod deposits;
mod donations;
mod liquidations;
mod paths;
mod redemptions;
mod rules;
