//! One module per message, on an embedded chain with a scripted oracle.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::arithmetic_side_effects,
    missing_docs
)]

mod adjust;
mod admin;
mod buy_base;
mod caps;
mod close_at_cap;
mod entries;
mod funding;
mod hedger;
mod leave;
mod liquidate;
mod market;
mod migrate;
mod notice;
mod one_price;
mod pool;
mod prices;
mod queries;
mod settle_loss;
mod stored;
mod two_prices;
