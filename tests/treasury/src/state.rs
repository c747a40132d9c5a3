//! Storage.

use ballast_client::Vault;
use cosmwasm_schema::cw_serde;
use cosmwasm_std::{Addr, SignedDecimal256, StdResult, Storage, Uint128};
use cw_storage_plus::{Item, Map};

use crate::ContractError;

#[cw_serde]
pub(crate) struct Config {
    pub vault: Vault,
    /// The deposited denom.
    pub base: String,
    /// Rise of the price that the vault must survive.
    pub rise: SignedDecimal256,
}

/// The message to the vault whose reply is pending.
#[cw_serde]
pub(crate) enum Pending {
    Deposit { member: Addr, amount: Uint128 },
    Redeem { member: Addr, shares: Uint128 },
}

pub(crate) const CONFIG: Item<Config> = Item::new("config");
pub(crate) const PENDING: Item<Pending> = Item::new("pending");
/// Shares held for each member.
pub(crate) const SHARES: Map<&Addr, Uint128> = Map::new("shares");

pub(crate) fn shares_of(storage: &dyn Storage, member: &Addr) -> StdResult<Uint128> {
    Ok(SHARES.may_load(storage, member)?.unwrap_or_default())
}

/// Adds shares of a member.
pub(crate) fn add_shares(storage: &mut dyn Storage, member: &Addr, shares: Uint128) -> Result<(), ContractError> {
    let held = shares_of(storage, member)?.checked_add(shares)?;
    Ok(SHARES.save(storage, member, &held)?)
}

/// Removes shares of a member, who must have them.
pub(crate) fn take_shares(storage: &mut dyn Storage, member: &Addr, shares: Uint128) -> Result<(), ContractError> {
    let held = shares_of(storage, member)?;
    let left = held.checked_sub(shares).map_err(|_| ContractError::NotYours { asked: shares, held })?;
    Ok(SHARES.save(storage, member, &left)?)
}
