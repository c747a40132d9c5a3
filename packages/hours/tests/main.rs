//! Tests of the reader: what is accepted, what is refused, and with which line.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::arithmetic_side_effects,
    missing_docs
)]

mod data;
mod points;
mod public;
mod rhythm;
mod round_trip;
