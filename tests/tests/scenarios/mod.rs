//! What the whole system does, as sentences; the contracts come from the module around this one, so that the same
//! scenarios run on native code (`tests/native.rs`) and on the built Wasm (`tests/wasm`).
#![allow(missing_docs)]

use super::{codes, treasury_code};

mod auctions;
mod bad_input;
mod blocks;
mod closings;
mod decimals;
mod deposits;
mod donations;
mod leftovers;
mod liquidations;
mod paths;
mod publishers;
mod redemptions;
mod rules;
mod second_opinion;
pub mod staked;
pub mod strangers;
mod treasury;
