//! What the whole system does, as sentences.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]
#![allow(clippy::arithmetic_side_effects, missing_docs)]

mod bad_input;
mod decimals;
mod deposits;
mod donations;
mod liquidations;
mod paths;
mod redemptions;
mod rules;
