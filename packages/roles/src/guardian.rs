use cosmwasm_std::{Addr, Deps, MessageInfo, Storage};
use cw_storage_plus::Item;

use crate::{assert_owner, Result, RoleError};

/// Where a contract keeps its guardian that has no configuration to keep it in.
pub const GUARDIAN: Item<Addr> = Item::new("guardian");

/// Only the guardian or the owner, and without coins.
///
/// # Errors
/// [`RoleError::Payment`], [`RoleError::NotGuardian`].
pub fn assert_guardian(storage: &dyn Storage, guardian: &Addr, info: &MessageInfo) -> Result<()> {
    cw_utils::nonpayable(info)?;
    if info.sender != *guardian && !cw_ownable::is_owner(storage, &info.sender)? {
        return Err(RoleError::NotGuardian { sender: info.sender.to_string() });
    }
    Ok(())
}

/// Owner: the guardian to be, whom the contract stores.
///
/// # Errors
/// As [`assert_owner`]; an address that is not valid.
pub fn new_guardian(deps: Deps, info: &MessageInfo, guardian: &str) -> Result<Addr> {
    assert_owner(deps.storage, info)?;
    Ok(deps.api.addr_validate(guardian)?)
}
