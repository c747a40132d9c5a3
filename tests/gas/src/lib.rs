//! What both gas measurements need.
//!
//! - The chain has the last word. `tests/chain` reads what a node charges for each message and for the floor under it;
//!   `tests/README.md` has the tables.
//! - The virtual machine is the quick check without a node. `tests/wasm` runs the same Wasm on an embedded chain and
//!   splits the gas of all messages and queries into work, storage, loads and responses; see `tests/wasm/gas.md`.
//!
//! The chain's measurement needs only the price of a transaction's byte; the quick check needs the others, for what the
//! machine does not count itself.

pub mod prices;
pub mod table;
