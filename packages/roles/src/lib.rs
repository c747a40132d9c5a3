//! Who may do what in a contract: an owner who is replaced in two steps, a guardian, and pauses with and without a time
//! limit.
//!
//! This crate has the rules that all contracts share. Messages, events, error texts and the storage of the guardian
//! belong to each contract. The README has all rules.

mod error;
mod guardian;
mod owner;
mod switches;
mod timed;

pub use error::{Result, RoleError};
pub use guardian::{assert_guardian, GUARDIAN};
pub use owner::{assert_owner, set_up, update_ownership};
pub use switches::{switch_off, switch_on};
pub use timed::{Cooldown, NextPause, Terms, Timed};
