//! Tests on a real chain, and what their gas is measured against.

pub mod events;
pub mod floor;
pub mod frames;
pub mod gas;
pub mod profile;
pub mod table;
pub mod trace;
