//! The messages and responses of the Ballast contracts: the one crate that another contract imports.
//!
//! Messages refuse unknown fields; responses never do, so that fields can be added to them. Conventions: `base` is the
//! hedged coin, `quote` the settlement coin, a `size` is units of base (short < 0), prices are whole quote per whole
//! base, rates are yearly, times are seconds unless they are a `Timestamp`.

// Response types of queries appear only in the schema, which is not compiled into Wasm.
#![cfg_attr(target_arch = "wasm32", allow(unused_imports))]

pub mod market;
pub mod oracle;
pub mod parameters;
pub mod policy;
mod reply;
pub mod vault;
pub mod venue;

pub use ballast_math::{Money, Purse};
pub use cw_ownable::{Action as OwnershipAction, Ownership};
pub use reply::answered;

use ballast_wire::wire;

/// A native coin and its decimals.
#[wire]
pub struct CoinInfo {
    /// Bank denom.
    pub denom: String,
    /// Number of decimals of the whole coin, 0 to 18.
    pub decimals: u8,
}
