//! What wasmd 0.54 and later charge, in gas of the chain: `x/wasm/types/gas_register.go`, `x/wasm/keeper/api.go`, and
//! `KVGasConfig` of the Cosmos SDK's `store/types/gas.go`.

/// Gas of the machine a gas of the chain.
pub const MACHINE: u64 = 140_000;

/// The first load of a code in a transaction.
pub const LOAD: u64 = 60_000;
/// Every later load of it; before wasmd 0.54 this was [`LOAD`] too, but for replies.
pub const LOAD_AGAIN: u64 = 2_000;

/// A byte of a contract's answer.
pub const ANSWER_BYTE: u64 = 1;

/// Into the bytes of an address, back, and both.
pub const CANONICALIZE: u64 = 4;
/// From the bytes of an address to its text.
pub const HUMANIZE: u64 = 5;
/// There and back.
pub const VALIDATE: u64 = CANONICALIZE + HUMANIZE;

/// A key is stored behind a byte for «contract store» and the 32 bytes of the contract's address.
pub const KEY_PREFIX: usize = 33;

/// A read, and each byte of its key and value.
pub const READ: u64 = 1_000;
/// A byte read.
pub const READ_BYTE: u64 = 3;
/// A write, without its bytes.
pub const WRITE: u64 = 2_000;
/// A byte of key or value written.
pub const WRITE_BYTE: u64 = 30;
/// A removal.
pub const REMOVE: u64 = 1_000;
/// A step of an iterator, without the bytes of the record.
pub const STEP: u64 = 30;
