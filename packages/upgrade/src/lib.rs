//! Versions of a contract's code and storage, and what it may be migrated from.
//!
//! The code version identifies a release, the storage version its layout; most releases share one layout. Both are
//! written when a contract is created, and only `migrate` reads them.

use cosmwasm_std::{StdError, StdResult, Storage};
use thiserror::Error;

const STORAGE_VERSION: &[u8] = b"storage_version";

/// The version of a contract's storage; 0 if none is stored.
pub fn storage_version(storage: &dyn Storage) -> u32 {
    let stored = storage.get(STORAGE_VERSION).and_then(|bytes| bytes.try_into().ok());
    stored.map_or(0, u32::from_be_bytes)
}

/// Stores the version of a contract's storage as four bytes, big-endian.
pub fn set_storage_version(storage: &mut dyn Storage, version: u32) {
    storage.set(STORAGE_VERSION, &version.to_be_bytes());
}

/// A contract's code, and the layout of its storage.
#[derive(Clone, Copy, Debug)]
pub struct Code {
    /// Name of the contract.
    pub name: &'static str,
    /// Semantic version of the code.
    pub version: &'static str,
    /// Version of the storage layout, from 1.
    pub storage: u32,
}

impl Code {
    /// Stores the versions of a new contract.
    ///
    /// # Errors
    /// None on a chain.
    pub fn install(&self, storage: &mut dyn Storage) -> StdResult<()> {
        set_storage_version(storage, self.storage);
        cw2::set_contract_version(storage, self.name, self.version)
    }

    /// Checks that this code can use the existing storage, and stores the code version.
    ///
    /// # Errors
    /// If the storage belongs to another contract or newer code, or this code does not know its version.
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
    /// The storage has another layout: newer, or older without a migration.
    #[error("the storage has version {found}, this code knows only {known}: migrate to code that knows both")]
    UnknownStorage {
        /// Version of the storage; 0 if none is stored.
        found: u32,
        /// Version that this code reads and writes.
        known: u32,
    },
}
