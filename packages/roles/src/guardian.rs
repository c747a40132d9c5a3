use cosmwasm_std::{Addr, MessageInfo, Storage};
use cw_ownable::OwnershipError;
use cw_storage_plus::Item;

use crate::{Result, RoleError};

/// Where a contract keeps its guardian that has no configuration to keep it in.
pub const GUARDIAN: Item<Addr> = Item::new("guardian");

/// Only the guardian or the owner, and without coins.
///
/// # Errors
/// [`RoleError::Payment`], [`RoleError::NotGuardian`].
pub fn assert_guardian(storage: &dyn Storage, guardian: &Addr, info: &MessageInfo) -> Result<()> {
    cw_utils::nonpayable(info)?;
    if info.sender == *guardian {
        return Ok(());
    }
    match cw_ownable::assert_owner(storage, &info.sender) {
        Err(OwnershipError::NotOwner | OwnershipError::NoOwner) => {
            Err(RoleError::NotGuardian { sender: info.sender.clone().into_string() })
        }
        owner => Ok(owner?),
    }
}
