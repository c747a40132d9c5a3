//! Tests of the vault against a scripted venue, one module for each message.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::arithmetic_side_effects,
    missing_docs
)]

mod admin;
mod auction;
mod busy;
mod deposit;
mod equal_feeds;
mod exits;
mod kit;
mod memory;
mod queries;
mod rebalance;
mod redeem;
mod rescue;
mod shares;
mod standard;
mod stored;
mod suite;
mod token;
mod two_prices;
mod two_prices_auction;
mod valuation;
mod venue;
