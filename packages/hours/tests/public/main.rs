//! Files of venues and tools, each read into the strict form.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::arithmetic_side_effects
)]

mod orders;
mod refused;
mod support;
mod tables;
mod venues;
mod writing;
