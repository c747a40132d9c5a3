//! Two-step ownership.

use ballast_types::OwnershipAction;
use cosmwasm_std::{DepsMut, Env, MessageInfo, Response};

use crate::error::ContractError;
use crate::events;

/// Proposes or accepts; renouncing is refused.
pub fn update(deps: DepsMut, env: Env, info: MessageInfo, action: OwnershipAction) -> Result<Response, ContractError> {
    let after = ballast_roles::update_ownership(deps, &env, &info, action)?;
    Ok(Response::new().add_event(events::update_ownership(after.owner.as_ref(), after.pending_owner.as_ref())))
}
