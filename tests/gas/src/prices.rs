//! What wasmd charges for what, from its sources and the SDK's: wasmd 0.61.14 (VM 3.0), 0.60.8 (VM 2.3), both on SDK 0.53;
//! wasmd 0.46.0 (VM 1.5) on SDK 0.47.8. Where one number stands, all three agree. The constants are those of the first.
//!
//! | What | Gas |
//! |---|---|
//! | Load of a contract, the first of its code in a transaction (execute, query, instantiate, migrate, sudo) | 60,000 |
//! | Load of a contract whose code was loaded before in the transaction, or is pinned | 2,000; VM 1.5: 60,000 again, pinned 0 |
//! | Load for a reply | 2,000 and the submessage's events, priced as below; VM 1.5: those events alone |
//! | Finding the contract, with every load | reads of the contract's entry and of its code's entry, and 1,000 for asking whether it is pinned; for a reply too, without the last |
//! | Read of a key | 1,000, and 3 a byte of key and value |
//! | Asking whether a key is there, or removing it | 1,000 |
//! | Write of a key, new or old | 2,000, and 30 a byte of key and value |
//! | Step of an iterator, its beginning included | 30, and 3 a byte of key and value |
//! | Every key of a contract | 33 bytes longer than the contract knows: 99 a read, 990 a write |
//! | Event attribute | 10, and 1 a byte of key and value; the first 100 bytes of an answer are free |
//! | Event other than the standard one | 20, and 1 a byte of its type |
//! | Answer of a contract | 1 a byte of its JSON |
//! | Message to a contract | nothing by the byte; parsing it is the contract's own work |
//! | Work in the VM | 1 for 140,000 of the VM's points (VM 1.5: 140,000,000 of its thousandfold finer ones) |
//! | Address to text, from text, checked | 5, 4, 9 (VM 1.5 composes the check of the two: 9) |
//! | Storing a code | 3 a byte of Wasm; 0.15 a byte of the gzip for unpacking it |
//! | Transaction | 10 a byte; 1,000 for a secp256k1 signature; fee, sequence and first public key by the reads and writes they are |
//!
//! Sources: `x/wasm/types/gas_register.go`, `x/wasm/keeper/api.go`, `x/auth/types/params.go`, `store/types/gas.go`
//! (`KVGasConfig`). That a load is cheap the second time: `checkDiscountEligibility` in `x/wasm/keeper/keeper.go`, which goes by
//! the *checksum* of the code: two instances of one code share their first load. wasmd 0.46 has no such thing.

/// Gas of the machine in one gas of the chain.
pub const MACHINE: u64 = 140_000;

/// The first load of a code in a transaction.
pub const LOAD: u64 = 60_000;
/// Every later load of it.
pub const LOAD_AGAIN: u64 = 2_000;

/// A byte of a contract's response.
pub const ANSWER_BYTE: u64 = 1;
/// A byte of a transaction (`TxSizeCostPerByte`).
pub const TX_BYTE: u64 = 10;

/// From an address's text to its bytes.
pub const CANONICALIZE: u64 = 4;
/// From the bytes of an address to its text.
pub const HUMANIZE: u64 = 5;
/// Both of these.
pub const VALIDATE: u64 = CANONICALIZE + HUMANIZE;

/// A key is stored behind a byte for «contract store» and the 32 bytes of the contract's address.
pub const KEY_PREFIX: usize = 33;

/// A read, without its bytes.
pub const READ: u64 = 1_000;
/// A byte of key or value read.
pub const READ_BYTE: u64 = 3;
/// A write, without its bytes.
pub const WRITE: u64 = 2_000;
/// A byte of key or value written.
pub const WRITE_BYTE: u64 = 30;
/// A removal.
pub const REMOVE: u64 = 1_000;
/// A step of an iterator, without the bytes of the record.
pub const STEP: u64 = 30;
