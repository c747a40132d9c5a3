//! The ballast command line: simulate the vault on real or generated hours.

pub mod args;
pub mod data;
pub mod date;
pub mod generate;
pub mod input;
pub mod params;
pub mod stats;
pub mod tape;
