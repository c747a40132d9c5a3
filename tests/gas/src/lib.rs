//! What both measurements of gas need, once.
//!
//! - The chain is the truth. `tests/chain` reads what a node charged for each message and what the same node charges for
//!   the floor under it; `tests/README.md` has the tables.
//! - The virtual machine is the quick check, without a node: `tests/wasm` runs the same Wasm on an embedded chain and
//!   splits the gas of every message and every question into work, storage, loads and answers; `tests/wasm/gas.md`.
//!
//! The chain's measurement needs one price, that of a transaction's byte; the quick check needs the others, for what the
//! machine does not count by itself.

pub mod prices;
pub mod table;
