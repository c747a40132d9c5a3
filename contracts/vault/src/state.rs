//! The vault's storage. Balances, allowances and the supply of shares are stored by cw20-base.

use ballast_math::stored_as_list;
use ballast_types::policy::PolicyParams;
use ballast_types::vault::{VaultAction, VaultStandardInfoResponse, VAULT_STANDARD_VERSION};
use ballast_types::{CoinInfo, Purse};
use ballast_wire::wire;
use cosmwasm_std::{Addr, Storage, Uint128};
use cw_storage_plus::Item;

use crate::error::ContractError;
use crate::memory::Memory;
pub use crate::pending::*;

/// Read by most messages, written by few.
pub const CONFIG: Item<Config> = Item::new("config");
/// Changed by most messages.
pub const BOOKS: Item<Books> = Item::new("books");
/// The busy marker: the order or purchase whose reply is pending, with everything that the reply needs.
pub const PENDING: Item<Pending> = Item::new("pending");
/// A redemption that waits for the rescue, a message of the vault to itself.
pub const LEAVING: Item<Redemption> = Item::new("leaving");
/// For raw queries, at the key that the Vault Standard requires.
pub const STANDARD_INFO: Item<VaultStandardInfoResponse> = Item::new("vault_standard_info");

/// Configuration.
#[wire]
pub struct Config {
    /// The market contract.
    pub venue: Addr,
    /// The market in it.
    pub market: String,
    /// The deposited coin.
    pub base: CoinInfo,
    /// The settlement coin.
    pub quote: CoinInfo,
    /// Parameters of the policy.
    pub policy: PolicyParams,
    /// Deposits are refused if NAV would exceed this, units of quote.
    pub deposit_cap: Option<Uint128>,
    /// May switch actions off.
    pub guardian: Addr,
    /// Actions that are switched off, sorted and without duplicates.
    pub stopped: Vec<VaultAction>,
}

impl Config {
    /// Refuses while `action` is switched off.
    pub fn assert_on(&self, action: VaultAction) -> Result<(), ContractError> {
        if self.stopped.contains(&action) {
            return Err(ContractError::Paused { action });
        }
        Ok(())
    }
}

/// The vault's own books.
#[derive(Clone, Debug, PartialEq)]
pub struct Books {
    /// Coins of the vault that are not at the venue, without donations.
    pub idle: Purse,
    /// What is stored for the policy.
    pub memory: Memory,
}

stored_as_list!(Books { idle, memory });

/// What [`STANDARD_INFO`] holds.
pub fn standard_info() -> VaultStandardInfoResponse {
    VaultStandardInfoResponse { version: VAULT_STANDARD_VERSION.to_string(), extensions: vec!["ballast".to_string()] }
}

/// Refuses while the vault waits for the venue's reply.
pub fn assert_idle(storage: &dyn Storage) -> Result<(), ContractError> {
    // Only its existence matters, so nothing is read.
    if PENDING.exists(storage) {
        return Err(ContractError::Busy {});
    }
    Ok(())
}
