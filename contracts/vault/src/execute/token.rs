//! The share token: cw20-base without burning. Shares cannot be sent to the vault itself.

use ballast_math::Shares;
use ballast_types::vault::ExecuteMsg;
use cosmwasm_std::{Addr, DepsMut, Env, MessageInfo, Response, StdError, Storage};
use cw20_base::allowances::{
    execute_decrease_allowance, execute_increase_allowance, execute_send_from, execute_transfer_from,
};
use cw20_base::contract::{execute_send, execute_transfer};
use cw20_base::state::{TokenInfo, BALANCES, TOKEN_INFO};

use crate::error::ContractError;

/// Handles cw20 messages; they accept no coins.
pub fn execute(deps: DepsMut, env: Env, info: MessageInfo, msg: ExecuteMsg) -> Result<Response, ContractError> {
    cw_utils::nonpayable(&info)?;
    let vault = env.contract.address.clone();
    Ok(match msg {
        ExecuteMsg::Transfer { recipient, amount } => {
            assert_not_vault(&vault, &recipient)?;
            execute_transfer(deps, env, info, recipient, amount)?
        }
        ExecuteMsg::Send { contract, amount, msg } => {
            assert_not_vault(&vault, &contract)?;
            execute_send(deps, env, info, contract, amount, msg)?
        }
        ExecuteMsg::TransferFrom { owner, recipient, amount } => {
            assert_not_vault(&vault, &recipient)?;
            execute_transfer_from(deps, env, info, owner, recipient, amount)?
        }
        ExecuteMsg::SendFrom { owner, contract, amount, msg } => {
            assert_not_vault(&vault, &contract)?;
            execute_send_from(deps, env, info, owner, contract, amount, msg)?
        }
        ExecuteMsg::IncreaseAllowance { spender, amount, expires } => {
            execute_increase_allowance(deps, env, info, spender, amount, expires)?
        }
        ExecuteMsg::DecreaseAllowance { spender, amount, expires } => {
            execute_decrease_allowance(deps, env, info, spender, amount, expires)?
        }
        ExecuteMsg::Deposit { .. } | ExecuteMsg::Redeem { .. } | ExecuteMsg::VaultExtension(_) => {
            return Err(StdError::generic_err("not a message of the share token").into());
        }
    })
}

/// Shares held by the vault would belong to nobody.
pub fn assert_not_vault(vault: &Addr, recipient: &str) -> Result<(), ContractError> {
    // Bech32 may be written in capitals, but addresses are stored as they were validated.
    if vault.as_str().eq_ignore_ascii_case(recipient) {
        return Err(ContractError::SharesToVault {});
    }
    Ok(())
}

/// The supply of shares.
pub fn supply(storage: &dyn Storage) -> Result<Shares, ContractError> {
    Ok(Shares(TOKEN_INFO.load(storage)?.total_supply))
}

/// Mints shares for `recipient`.
pub fn mint(storage: &mut dyn Storage, recipient: &Addr, shares: Shares) -> Result<(), ContractError> {
    let info = TOKEN_INFO.load(storage)?;
    let total_supply = Shares(info.total_supply).plus(shares)?.amount();
    let held = Shares(BALANCES.may_load(storage, recipient)?.unwrap_or_default());
    TOKEN_INFO.save(storage, &TokenInfo { total_supply, ..info })?;
    Ok(BALANCES.save(storage, recipient, &held.plus(shares)?.amount())?)
}

/// Burns `shares` of `owner`. Returns the supply before.
pub fn burn(storage: &mut dyn Storage, owner: &Addr, shares: Shares) -> Result<Shares, ContractError> {
    let info = TOKEN_INFO.load(storage)?;
    let (supply, amount) = (Shares(info.total_supply), shares.amount());
    let held = BALANCES.may_load(storage, owner)?.unwrap_or_default();
    let balance = held.checked_sub(amount).map_err(|_| ContractError::NotEnoughShares { amount, held })?;
    TOKEN_INFO.save(storage, &TokenInfo { total_supply: supply.minus(shares)?.amount(), ..info })?;
    if balance.is_zero() {
        BALANCES.remove(storage, owner);
    } else {
        BALANCES.save(storage, owner, &balance)?;
    }
    Ok(supply)
}
