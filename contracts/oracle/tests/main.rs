//! One module per message or query, and some for what observations and publishers do to a feed.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::arithmetic_side_effects,
    missing_docs
)]

mod support;

mod anchors;
mod attacks;
mod computed_clock;
mod derived;
mod family;
mod feeds;
mod foreign_answer;
mod hours;
mod hours_set;
mod jumps;
mod observe;
mod ownership;
mod pairs;
mod publish;
mod publishers;
mod questions;
mod ratio;
mod redemption_rate;
mod secondary;
mod silence;
mod staked;
mod stored;
mod stork;
mod usable;
mod uses;
mod volatility;
