//! Message handlers, one file per group.

pub mod adjust;
pub mod admin;
pub mod buy_base;
pub mod close_at_cap;
pub mod liquidate;
pub mod pool;
pub mod settle_loss;

use ballast_math::{Base, Shares};
use ballast_types::market::ExecuteMsg;
use cosmwasm_std::{DepsMut, Env, MessageInfo, Response};

use crate::error::Result;

/// Hands each message to its handler.
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
