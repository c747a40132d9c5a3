//! Tests of the client: chain files, nodes with each fault that nodes can have, and the program itself.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::arithmetic_side_effects,
    missing_docs
)]

mod chain_files;
mod examples;
mod hours;
mod loops;
mod node;
mod nodes;
mod ownership;
mod process;
mod sending;
mod staked;
