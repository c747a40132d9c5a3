//! What the vault stores. Balances, allowances and the supply of shares are cw20-base's.

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

/// Configuration: read by most messages, written by few.
pub const CONFIG: Item<Config> = Item::new("config");
/// What changes with most messages.
pub const BOOKS: Item<Books> = Item::new("books");
/// The busy marker: the step at the venue whose reply is awaited, with all that the reply needs.
pub const PENDING: Item<Pending> = Item::new("pending");
/// A redemption that waits for the rescue step before it, which is a message of the vault to itself.
pub const LEAVING: Item<Redemption> = Item::new("leaving");
/// Where the Vault Standard wants it, for raw queries.
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
    /// Deposits are refused once NAV would pass this, units of quote.
    pub deposit_cap: Option<Uint128>,
    /// May stop things.
    pub guardian: Addr,
    /// What is stopped, in order, none twice.
    pub stopped: Vec<VaultAction>,
}

impl Config {
    /// An error while `action` is switched off.
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
    /// Coins of the vault that are not at the venue. What strangers send is not in it.
    pub idle: Purse,
    /// What the policy remembers.
    pub memory: Memory,
}

stored_as_list!(Books { idle, memory });

/// What [`STANDARD_INFO`] holds.
pub fn standard_info() -> VaultStandardInfoResponse {
    VaultStandardInfoResponse { version: VAULT_STANDARD_VERSION.to_string(), extensions: vec!["ballast".to_string()] }
}

/// An error while a step at the venue is under way.
pub fn assert_idle(storage: &dyn Storage) -> Result<(), ContractError> {
    // whether it is there is all that matters: nothing is read
    if PENDING.exists(storage) {
        return Err(ContractError::Busy {});
    }
    Ok(())
}
