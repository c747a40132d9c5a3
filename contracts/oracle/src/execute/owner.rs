//! Two-step ownership.

use ballast_types::OwnershipAction;
use cosmwasm_std::{DepsMut, Env, MessageInfo, Response};

use crate::error::ContractError;
use crate::events;

/// Proposes or accepts; renouncing is refused.
pub fn update(deps: DepsMut, env: Env, info: MessageInfo, action: OwnershipAction) -> Result<Response, ContractError> {
    if action == OwnershipAction::RenounceOwnership {
        return Err(ContractError::CannotRenounce {});
    }

    let after = cw_ownable::update_ownership(deps, &env.block, &info.sender, action)?;

    Ok(Response::new().add_event(events::update_ownership(after.owner.as_ref(), after.pending_owner.as_ref())))
}
