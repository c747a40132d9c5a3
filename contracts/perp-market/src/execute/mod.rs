//! Message handlers, one file per group.

pub mod adjust;
pub mod admin;
pub mod buy_base;
pub mod close_at_cap;
pub mod liquidate;
pub mod pool;
pub mod settle_loss;
