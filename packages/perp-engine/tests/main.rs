//! The engine against numbers worked out by hand, and against rational numbers on random histories.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::arithmetic_side_effects,
    missing_docs
)]

mod caps;
mod histories;
mod leverage_table;
mod liquidation;
mod marks;
mod payment;
mod pool;
mod rounding;
mod world;
