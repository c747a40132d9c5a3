//! Entry points and dispatch.

use ballast_types::market::{ExecuteMsg, InstantiateMsg, QueryMsg};
use ballast_upgrade::Code;
#[cfg(not(feature = "library"))]
use cosmwasm_std::entry_point;
use cosmwasm_std::{Binary, Deps, DepsMut, Empty, Env, MessageInfo, Response};

use crate::error::Result;
use crate::events;
use crate::state::GUARDIAN;

const CODE: Code = Code { name: env!("CARGO_PKG_NAME"), version: env!("CARGO_PKG_VERSION"), storage: 1 };

/// Creates the contract without a market.
#[cfg_attr(not(feature = "library"), entry_point)]
pub fn instantiate(deps: DepsMut, _env: Env, info: MessageInfo, msg: InstantiateMsg) -> Result<Response> {
    cw_utils::nonpayable(&info)?;

    CODE.install(deps.storage)?;
    let guardian = ballast_roles::set_up(deps.storage, deps.api, &msg.owner, msg.guardian.as_deref())?;
    GUARDIAN.save(deps.storage, &guardian)?;

    Ok(Response::new().add_event(events::instantiate(&msg.owner, &guardian)))
}

/// Handles all messages.
#[cfg_attr(not(feature = "library"), entry_point)]
pub fn execute(deps: DepsMut, env: Env, info: MessageInfo, msg: ExecuteMsg) -> Result<Response> {
    crate::execute::execute(deps, env, info, msg)
}

/// Handles all queries.
#[cfg_attr(not(feature = "library"), entry_point)]
pub fn query(deps: Deps, env: Env, msg: QueryMsg) -> Result<Binary> {
    crate::query::query(deps, env, msg)
}

/// Migrates from an older version of this contract.
#[cfg_attr(not(feature = "library"), entry_point)]
pub fn migrate(deps: DepsMut, _env: Env, _msg: Empty) -> Result<Response> {
    CODE.migrate(deps.storage)?;
    Ok(Response::new().add_event(events::migrate(CODE.version)))
}
