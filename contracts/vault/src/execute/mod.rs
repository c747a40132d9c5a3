//! Message handlers, one file per group.

pub mod admin;
pub mod auction;
pub mod deposit;
pub mod rebalance;
pub mod redeem;
pub mod token;
