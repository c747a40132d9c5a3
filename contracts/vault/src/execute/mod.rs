//! Message handlers, one file per group.

pub mod admin;
pub mod auction;
pub mod deposit;
pub mod rebalance;
pub mod redeem;
pub mod token;

use ballast_math::{Base, Quote, Shares};
use ballast_types::vault::{ExecuteMsg, ExtensionExecuteMsg};
use cosmwasm_std::{DepsMut, Env, MessageInfo, Response};

use crate::error::ContractError;

/// Hands each message to its handler.
pub fn execute(deps: DepsMut, env: Env, info: MessageInfo, msg: ExecuteMsg) -> Result<Response, ContractError> {
    match msg {
        ExecuteMsg::Deposit { amount, recipient } => {
            let request = deposit::Request { amount: Some(amount), recipient, min_shares: Shares::ZERO };
            deposit::execute(deps, env, info, request)
        }
        ExecuteMsg::Redeem { recipient, amount } => {
            let (amount, min_base, min_quote) = (Shares(amount), None, None);
            redeem::execute(deps, env, info, redeem::Request { recipient, amount, min_base, min_quote })
        }
        ExecuteMsg::VaultExtension(msg) => extension(deps, env, info, msg),
        ExecuteMsg::Transfer { .. }
        | ExecuteMsg::Send { .. }
        | ExecuteMsg::IncreaseAllowance { .. }
        | ExecuteMsg::DecreaseAllowance { .. }
        | ExecuteMsg::TransferFrom { .. }
        | ExecuteMsg::SendFrom { .. } => token::execute(deps, env, info, msg),
    }
}

fn extension(deps: DepsMut, env: Env, info: MessageInfo, msg: ExtensionExecuteMsg) -> Result<Response, ContractError> {
    match msg {
        ExtensionExecuteMsg::Deposit { recipient, min_shares } => {
            let min_shares = Shares(min_shares);
            deposit::execute(deps, env, info, deposit::Request { amount: None, recipient, min_shares })
        }
        ExtensionExecuteMsg::Redeem { recipient, amount, min_base, min_quote } => {
            let (amount, min_base, min_quote) = (Shares(amount), min_base.map(Base), min_quote.map(Quote));
            redeem::execute(deps, env, info, redeem::Request { recipient, amount, min_base, min_quote })
        }
        ExtensionExecuteMsg::Rebalance {} => rebalance::execute(deps, env, info),
        ExtensionExecuteMsg::SellBase { min_quote } => auction::execute(deps, env, info, Quote(min_quote)),
        ExtensionExecuteMsg::UpdatePolicy { policy } => admin::update_policy(deps, env, info, policy),
        ExtensionExecuteMsg::SetDepositCap { deposit_cap } => admin::set_deposit_cap(deps, info, deposit_cap),
        ExtensionExecuteMsg::Pause { actions } => admin::pause(deps, info, actions),
        ExtensionExecuteMsg::Resume { actions } => admin::resume(deps, info, actions),
        ExtensionExecuteMsg::SetGuardian { guardian } => admin::set_guardian(deps, info, guardian),
        ExtensionExecuteMsg::UpdateOwnership(action) => admin::update_ownership(deps, env, info, action),
    }
}
