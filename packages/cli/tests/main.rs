//! Tests of the simulator, from its command line and files to what it reports and draws.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::arithmetic_side_effects,
    missing_docs
)]

mod closings;
mod date;
mod input;
mod margin;
mod process;
mod real;
mod replay;
mod report;
mod staking;
mod stats;
mod tape;
