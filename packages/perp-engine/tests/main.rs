//! Compares the engine with numbers worked out by hand, and with rational numbers on random histories.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::arithmetic_side_effects,
    missing_docs
)]

mod caps;
mod clock;
mod close_at_cap;
mod histories;
mod lasting;
mod leverage_table;
mod liquidation;
mod marks;
mod notice;
mod pauses;
mod payment;
mod pool;
mod rounding;
mod settle_loss;
mod two_prices;
mod world;
