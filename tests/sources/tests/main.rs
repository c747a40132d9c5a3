//! One module per kind of contract that the oracle reads.

mod hub;
mod stork;
mod support;
mod tunnel;
