//! The policy against numbers worked out by hand, and its promise that no rule undoes another's work.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::arithmetic_side_effects,
    clippy::result_large_err,
    missing_docs
)]

mod better;
mod budget;
mod convergence;
mod discount;
mod held_back;
mod idle_quote;
mod limits;
mod lost;
mod orders;
mod params;
mod range;
mod rescue;
mod rules;
mod safe_mode;
mod seam;
mod stress;
mod support;
mod targets;
mod told;
mod two_prices;
mod world;
