use cosmwasm_std::{Addr, Api, DepsMut, Env, MessageInfo, StdResult, Storage};
use cw_ownable::{Action, Ownership};

use crate::{Result, RoleError};

/// Sets the first owner and returns the first guardian, by default the owner.
///
/// # Errors
/// If an address is not valid.
pub fn set_up(storage: &mut dyn Storage, api: &dyn Api, owner: &str, guardian: Option<&str>) -> StdResult<Addr> {
    let guardian = api.addr_validate(guardian.unwrap_or(owner))?;
    cw_ownable::initialize_owner(storage, api, Some(owner))?;
    Ok(guardian)
}

/// Allows only the owner, without coins.
///
/// # Errors
/// [`RoleError::Payment`], [`RoleError::Ownership`].
pub fn assert_owner(storage: &dyn Storage, info: &MessageInfo) -> Result<()> {
    cw_utils::nonpayable(info)?;
    Ok(cw_ownable::assert_owner(storage, &info.sender)?)
}

/// A step of an ownership transfer: the owner proposes, the new owner accepts. Returns the ownership afterwards.
///
/// # Errors
/// [`RoleError::CannotRenounce`] for everybody; those of [`assert_owner`]; if the sender accepts without having been
/// proposed.
pub fn update_ownership(deps: DepsMut, env: &Env, info: &MessageInfo, action: Action) -> Result<Ownership<Addr>> {
    cw_utils::nonpayable(info)?;
    if action == Action::RenounceOwnership {
        return Err(RoleError::CannotRenounce);
    }
    Ok(cw_ownable::update_ownership(deps, &env.block, &info.sender, action)?)
}
