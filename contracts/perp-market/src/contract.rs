//! Entry points and dispatch.

use ballast_math::{Base, Shares};
use ballast_types::market::{ExecuteMsg, InstantiateMsg, QueryMsg};
use ballast_upgrade::Code;
#[cfg(not(feature = "library"))]
use cosmwasm_std::entry_point;
use cosmwasm_std::{Binary, Deps, DepsMut, Empty, Env, MessageInfo, Response};

use crate::error::Result;
use crate::events;
use crate::execute::{adjust, admin, buy_base, close_at_cap, liquidate, pool, settle_loss};
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
    match msg {
        ExecuteMsg::CreateMarket(msg) => admin::create_market(deps, env, info, msg),
        ExecuteMsg::UpdateParams { market, params } => admin::update_params(deps, env, info, market, params),
        ExecuteMsg::Adjust(order) => adjust::execute(deps, env, info, order),
        ExecuteMsg::CloseAtCap { market, owner } => close_at_cap::execute(deps, env, info, market, owner),
        ExecuteMsg::Liquidate { market, owner } => liquidate::execute(deps, env, info, market, owner),
        ExecuteMsg::SettleLoss { market, owners } => settle_loss::execute(deps, env, info, market, owners),
        ExecuteMsg::PoolDeposit { market, min_shares } => {
            pool::deposit(deps, env, info, market, min_shares.map(Shares))
        }
        ExecuteMsg::PoolRequest { market, shares } => pool::request(deps, env, info, market, Shares(shares)),
        ExecuteMsg::PoolCancel { market, provider } => pool::cancel(deps, env, info, market, provider),
        ExecuteMsg::PoolWithdraw { market, shares, min_paid } => {
            pool::withdraw(deps, env, info, market, shares.map(Shares), min_paid)
        }
        ExecuteMsg::BuyBase { market, min_base } => buy_base::execute(deps, env, info, market, min_base.map(Base)),
        ExecuteMsg::Pause { market, actions } => admin::pause(deps, env, info, market, actions),
        ExecuteMsg::Resume { market, actions } => admin::resume(deps, env, info, market, actions),
        ExecuteMsg::SetHedger { market, hedger } => admin::set_hedger(deps, info, market, hedger),
        ExecuteMsg::SetGuardian { guardian } => admin::set_guardian(deps, info, guardian),
        ExecuteMsg::UpdateOwnership(action) => admin::update_ownership(deps, env, info, action),
    }
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
