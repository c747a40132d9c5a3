//! The companion market: several isolated markets in one contract, each with its own pool.

mod msg;
mod params;
mod views;

pub use msg::*;
pub use params::*;
pub use views::*;

pub use crate::venue::*;
