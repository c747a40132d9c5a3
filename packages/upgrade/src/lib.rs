//! Which code and which storage a contract has, and what it may be migrated from.
//!
//! The code's version says what was released, the storage's version says how it is laid out: most releases share one.
//! Both are written at the start and read by `migrate` alone.

use cosmwasm_std::{StdError, StdResult, Storage};
use cw_storage_plus::Item;
use thiserror::Error;

/// The version of a contract's storage; none counts as 0.
pub const STORAGE_VERSION: Item<u32> = Item::new("storage_version");

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
        cw2::set_contract_version(storage, self.name, self.version)?;
        STORAGE_VERSION.save(storage, &self.storage)
    }

    /// Checks that this code can take over the storage that it finds, and stores the code's version.
    ///
    /// # Errors
    /// When another contract or newer code left the storage, or a storage version that this code does not know.
    pub fn migrate(&self, storage: &mut dyn Storage) -> Result<(), UpgradeError> {
        cw2::ensure_from_older_version(storage, self.name, self.version)?;
        let (found, known) = (STORAGE_VERSION.may_load(storage)?.unwrap_or_default(), self.storage);
        if found > known {
            return Err(UpgradeError::NewerStorage { found, known });
        }
        if found < known {
            return Err(UpgradeError::OlderStorage { found, known });
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
    /// Newer code has laid the storage out anew.
    #[error("the storage has version {found}, this code knows none above {known}: migrate to the code that wrote it")]
    NewerStorage {
        /// Version of the storage.
        found: u32,
        /// Version that this code reads and writes.
        known: u32,
    },
    /// Storage of before, from which there is no way to this code.
    #[error(
        "the storage has version {found}, this code cannot bring it to {known}: migrate to a release between first"
    )]
    OlderStorage {
        /// Version of the storage, 0 where none is stored.
        found: u32,
        /// Version that this code reads and writes.
        known: u32,
    },
}
