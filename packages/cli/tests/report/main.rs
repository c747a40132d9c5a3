//! What is printed, written and drawn, from an outcome made by hand.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::arithmetic_side_effects
)]

mod figures;
mod made;
mod picture;
mod running;
mod series;
