//! Which code and which storage a contract has, and what it may be migrated from.
//!
//! The code's version says what was released, the storage's version says how it is laid out: most releases share one.
//! Both are written at the start and read by `migrate` alone.

use cosmwasm_std::{StdError, StdResult, Storage};
use thiserror::Error;

const STORAGE_VERSION: &[u8] = b"storage_version";

/// The version of a contract's storage; 0 where none is stored.
pub fn storage_version(storage: &dyn Storage) -> u32 {
    let stored = storage.get(STORAGE_VERSION).and_then(|bytes| bytes.try_into().ok());
    stored.map_or(0, u32::from_be_bytes)
}

/// Stores the version that a contract's storage has from now on: four bytes, the highest first.
pub fn set_storage_version(storage: &mut dyn Storage, version: u32) {
    storage.set(STORAGE_VERSION, &version.to_be_bytes());
}

/// A contract's code, and the storage that it reads and writes.
#[derive(Clone, Copy, Debug)]
pub struct Code {
    /// Name of the contract.
    pub name: &'static str,
    /// Version of the code, as semantic versions are written.
    pub version: &'static str,
    /// Version of the storage's layout, from 1.
    pub storage: u32,
}

impl Code {
    /// Stores what a new contract starts with.
    ///
    /// # Errors
    /// None that a chain's storage gives.
    pub fn install(&self, storage: &mut dyn Storage) -> StdResult<()> {
        set_storage_version(storage, self.storage);
        cw2::set_contract_version(storage, self.name, self.version)
    }

    /// Checks that this code can take over the storage that it finds, and stores the code's version.
    ///
    /// # Errors
    /// When another contract or newer code left the storage, or a storage version that this code does not know.
    pub fn migrate(&self, storage: &mut dyn Storage) -> Result<(), UpgradeError> {
        cw2::ensure_from_older_version(storage, self.name, self.version)?;
        let (found, known) = (storage_version(storage), self.storage);
        if found != known {
            return Err(UpgradeError::UnknownStorage { found, known });
        }
        Ok(())
    }
}

/// Why a contract cannot be migrated to this code.
#[derive(Error, Debug, PartialEq)]
pub enum UpgradeError {
    /// Another contract, newer code, or storage that cannot be read.
    #[error(transparent)]
    Std(#[from] StdError),
    /// The layout of the storage is another one: newer, or older without steps from it.
    #[error("the storage has version {found}, this code knows only {known}: migrate to code that knows both")]
    UnknownStorage {
        /// Version of the storage, 0 where none is stored.
        found: u32,
        /// Version that this code reads and writes.
        known: u32,
    },
}
