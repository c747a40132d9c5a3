//! The ballast command line: simulate the vault on real or generated hours.

pub mod app;
pub mod args;
pub mod closings;
pub mod date;
pub mod generate;
pub mod input;
pub mod margin;
pub mod outcome;
pub mod params;
pub mod plot;
pub mod replay;
pub mod report;
pub mod series;
pub mod stage;
pub mod staking;
pub mod stats;
pub mod tape;

pub use ballast_hours as data;
