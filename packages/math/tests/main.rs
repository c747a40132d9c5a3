//! Checks every result against arithmetic on fractions of any size: it must be exact to the unit in the direction of
//! its name, or a named error. `PROPTEST_CASES` scales the number of cases.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::arithmetic_side_effects,
    missing_docs
)]

mod index;
mod model;
mod money;
mod nasty;
mod price;
mod purse;
mod ratio;
mod stats;
mod units;
