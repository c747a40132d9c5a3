//! A whole Ballast system on an embedded chain in one call, its sanity invariants, and a simulated world.
//!
//! [`Suite::new`] stores three codes, instantiates oracle, market and vault, funds the pool and returns helpers that
//! read as sentences. Codes are passed in, so that Wasm files can replace the native contracts. After every message the
//! sanity invariants are checked ([`invariants`]). [`World`] adds the people that a market needs: providers, an
//! arbitrageur, a trader who goes long, a keeper, depositors.

mod codes;
mod collateral;
pub mod invariants;
mod setup;
mod suite;
mod world;

pub use codes::Codes;
pub use collateral::{Collateral, Staked, COLLATERAL_FEED, REDEMPTION_FEED, STAKED_FEED};
pub use setup::Setup;
pub use suite::{decimal, published, signed, Failed, Sanity, Suite, MARKET, PRICE_FEED, RATE_FEED};
pub use world::{Depositor, HourReport, Parts, Step, Strangers, Totals, World, WorldParams, WorldSample};

/// Units in a whole coin of 6 decimals.
pub const ATOM: u128 = 1_000_000;
/// Units in a dollar of 6 decimals.
pub const USDC: u128 = 1_000_000;
