//! Entry points and dispatch.

use ballast_types::oracle::{ConfigResponse, ExecuteMsg, InstantiateMsg, QueryMsg};
use ballast_upgrade::Code;
#[cfg(not(feature = "library"))]
use cosmwasm_std::entry_point;
use cosmwasm_std::{to_json_binary, Binary, Deps, DepsMut, Empty, Env, MessageInfo, Response};

use crate::error::ContractError;
use crate::execute::{feeds, guard, hours, observe, owner, pairs, publish};
use crate::state::GUARDIAN;
use crate::{events, query};

const CODE: Code = Code { name: env!("CARGO_PKG_NAME"), version: env!("CARGO_PKG_VERSION"), storage: 1 };

/// Creates an oracle without feeds.
#[cfg_attr(not(feature = "library"), entry_point)]
pub fn instantiate(
    deps: DepsMut,
    _env: Env,
    info: MessageInfo,
    msg: InstantiateMsg,
) -> Result<Response, ContractError> {
    cw_utils::nonpayable(&info)?;

    CODE.install(deps.storage)?;
    let guardian = ballast_roles::set_up(deps.storage, deps.api, &msg.owner, msg.guardian.as_deref())?;
    GUARDIAN.save(deps.storage, &guardian)?;

    Ok(Response::new().add_event(events::instantiate(&msg.owner, &guardian)))
}

/// Handles all messages. None of them accepts coins.
#[cfg_attr(not(feature = "library"), entry_point)]
pub fn execute(deps: DepsMut, env: Env, info: MessageInfo, msg: ExecuteMsg) -> Result<Response, ContractError> {
    cw_utils::nonpayable(&info)?;
    match msg {
        ExecuteMsg::SetFeed { feed, config } => feeds::set(deps, env, info, feed, config),
        ExecuteMsg::RemoveFeed { feed } => feeds::remove(deps, info, feed),
        ExecuteMsg::Publish { values } => publish::execute(deps, env, info, values),
        ExecuteMsg::Observe { feeds } => observe::execute(deps, env, feeds),
        ExecuteMsg::Silence { feed, publisher } => guard::silence(deps, env, info, feed, publisher),
        ExecuteMsg::Restore { feed, publisher } => guard::restore(deps, env, info, feed, publisher),
        ExecuteMsg::SetHours { feed, hours } => hours::set(deps, env, info, feed, hours),
        ExecuteMsg::AddHolidays { feed, holidays } => hours::add_holidays(deps, env, info, feed, holidays),
        ExecuteMsg::SetPair { base_feed, index_feed } => pairs::set(deps, info, base_feed, index_feed),
        ExecuteMsg::RemovePair { base_feed, index_feed } => pairs::remove(deps, info, base_feed, index_feed),
        ExecuteMsg::SetGuardian { guardian } => guard::set_guardian(deps, info, guardian),
        ExecuteMsg::UpdateOwnership(action) => owner::update(deps, env, info, action),
    }
}

/// Handles all queries.
#[cfg_attr(not(feature = "library"), entry_point)]
pub fn query(deps: Deps, env: Env, msg: QueryMsg) -> Result<Binary, ContractError> {
    let answer = match msg {
        QueryMsg::Price { feed } => to_json_binary(&query::price(deps, env, feed)?),
        QueryMsg::Rate { feed } => to_json_binary(&query::rate(deps, env, feed)?),
        QueryMsg::Readings { feeds } => to_json_binary(&query::readings(deps, env, feeds)?),
        QueryMsg::Feed { feed } => to_json_binary(&query::feed(deps, env, feed)?),
        QueryMsg::LongestClosing { feeds } => to_json_binary(&query::longest_closing(deps, env, feeds)?),
        QueryMsg::Feeds { start_after, limit } => to_json_binary(&query::feeds(deps, start_after, limit)?),
        QueryMsg::Regression { base_feed, index_feed } => {
            to_json_binary(&query::regression(deps, base_feed, index_feed)?)
        }
        QueryMsg::Config {} => to_json_binary(&ConfigResponse { guardian: GUARDIAN.load(deps.storage)? }),
        QueryMsg::Ownership {} => to_json_binary(&cw_ownable::get_ownership(deps.storage)?),
    };
    Ok(answer?)
}

/// Migrates from an older version of this contract; a downgrade is refused.
#[cfg_attr(not(feature = "library"), entry_point)]
pub fn migrate(deps: DepsMut, _env: Env, _msg: Empty) -> Result<Response, ContractError> {
    CODE.migrate(deps.storage)?;
    Ok(Response::new().add_event(events::migrate(CODE.version)))
}
