//! The ballast command line: simulate the vault on real or generated hours.

pub mod data;
pub mod date;
