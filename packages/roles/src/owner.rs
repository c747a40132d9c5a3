use cosmwasm_std::{Addr, Api, DepsMut, Env, MessageInfo, StdResult, Storage};
use cw_ownable::{Action, Ownership};

use crate::{Result, RoleError};

/// Names the first owner and answers the first guardian, who is the owner where no other is given.
///
/// # Errors
/// An address that is not valid.
pub fn set_up(storage: &mut dyn Storage, api: &dyn Api, owner: &str, guardian: Option<&str>) -> StdResult<Addr> {
    let guardian = api.addr_validate(guardian.unwrap_or(owner))?;
    cw_ownable::initialize_owner(storage, api, Some(owner))?;
    Ok(guardian)
}

/// Only the owner, and without coins.
///
/// # Errors
/// [`RoleError::Payment`], [`RoleError::Ownership`].
pub fn assert_owner(storage: &dyn Storage, info: &MessageInfo) -> Result<()> {
    cw_utils::nonpayable(info)?;
    Ok(cw_ownable::assert_owner(storage, &info.sender)?)
}

/// A step of a transfer: the owner proposes, the new one accepts. Answers who owns it after.
///
/// # Errors
/// [`RoleError::CannotRenounce`], whoever asks; else as [`assert_owner`], or whoever accepts was not proposed.
pub fn update_ownership(deps: DepsMut, env: &Env, info: &MessageInfo, action: Action) -> Result<Ownership<Addr>> {
    cw_utils::nonpayable(info)?;
    if action == Action::RenounceOwnership {
        return Err(RoleError::CannotRenounce);
    }
    Ok(cw_ownable::update_ownership(deps, &env.block, &info.sender, action)?)
}
