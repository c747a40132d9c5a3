//! The messages, one file a family.

pub mod admin;
pub mod auction;
pub mod deposit;
pub mod rebalance;
pub mod redeem;
pub mod token;
