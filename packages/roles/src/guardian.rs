use cosmwasm_std::{Addr, MessageInfo, Storage};
use cw_ownable::OwnershipError;
use cw_storage_plus::Item;

use crate::{Result, RoleError};

/// The guardian of a contract that does not store it in a configuration.
pub const GUARDIAN: Item<Addr> = Item::new("guardian");

/// Allows only the guardian and the owner, without coins.
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
