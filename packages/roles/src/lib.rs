//! Who may do what in a contract: an owner who changes in two steps, a guardian, and pauses, with and without a clock.
//!
//! This crate has the rules that the contracts share. Messages, events, error texts and where the guardian is stored are each
//! contract's own. The rules in full are in the README.

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
