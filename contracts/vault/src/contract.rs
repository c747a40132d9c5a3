//! Entry points and dispatch.

use ballast_math::{Base, Quote, Shares};
use ballast_types::vault::{ExecuteMsg, ExtensionExecuteMsg, InstantiateMsg, QueryMsg};
use ballast_upgrade::Code;
#[cfg(not(feature = "library"))]
use cosmwasm_std::entry_point;
use cosmwasm_std::{Binary, Deps, DepsMut, Empty, Env, MessageInfo, Reply, Response, Uint128};
use cw20_base::state::{TokenInfo, TOKEN_INFO};
use hedge_policy::Pricing;

use crate::error::ContractError;
use crate::execute::{admin, auction, deposit, rebalance, redeem, token};
use crate::memory::Memory;
use crate::state::{assert_idle, standard_info, Books, Config, BOOKS, CONFIG, STANDARD_INFO};
use crate::{companion, events, shares};

const CODE: Code = Code { name: env!("CARGO_PKG_NAME"), version: env!("CARGO_PKG_VERSION"), storage: 1 };

/// Creates a vault on an existing market and uses the market's coins.
#[cfg_attr(not(feature = "library"), entry_point)]
pub fn instantiate(deps: DepsMut, env: Env, info: MessageInfo, msg: InstantiateMsg) -> Result<Response, ContractError> {
    cw_utils::nonpayable(&info)?;
    let venue = deps.api.addr_validate(&msg.venue)?;
    let guardian = ballast_roles::set_up(deps.storage, deps.api, &msg.owner, msg.guardian.as_deref())?;
    let market = companion::market(deps.querier, &venue, &msg.market)?;
    if market.base.denom == market.quote.denom {
        return Err(ContractError::SameCoins { market: msg.market, base: market.base.denom });
    }
    let pricing = Pricing::with_feed(market.collateral_feed.as_ref());
    let token = share_token(msg.name, msg.symbol, market.quote.decimals)?;
    let config = Config {
        venue,
        market: msg.market,
        base: market.base,
        quote: market.quote,
        policy: msg.policy,
        deposit_cap: msg.deposit_cap,
        guardian,
        stopped: vec![],
    };
    let terms = companion::position(deps.querier, &config, &env.contract.address)?.terms;
    hedge_policy::validate(&config.policy, &terms, market.feed.as_ref(), pricing)?;

    CODE.install(deps.storage)?;
    TOKEN_INFO.save(deps.storage, &token)?;
    STANDARD_INFO.save(deps.storage, &standard_info())?;
    CONFIG.save(deps.storage, &config)?;
    BOOKS.save(deps.storage, &Books { idle: Default::default(), memory: Memory::new(env.block.time) })?;

    Ok(Response::new().add_event(events::instantiate(&msg.owner, &config.venue, &config.market)))
}

/// The share token; only the vault itself can mint.
fn share_token(name: String, symbol: String, quote_decimals: u8) -> Result<TokenInfo, ContractError> {
    let decimals = shares::decimals(quote_decimals);
    let token = cw20_base::msg::InstantiateMsg {
        name,
        symbol,
        decimals,
        initial_balances: vec![],
        mint: None,
        marketing: None,
    };
    if token.validate().is_err() {
        return Err(ContractError::InvalidToken { name: token.name, symbol: token.symbol });
    }
    Ok(TokenInfo { name: token.name, symbol: token.symbol, decimals, total_supply: Uint128::zero(), mint: None })
}

/// Handles all messages; refuses them while the vault waits for the venue's reply.
#[cfg_attr(not(feature = "library"), entry_point)]
pub fn execute(deps: DepsMut, env: Env, info: MessageInfo, msg: ExecuteMsg) -> Result<Response, ContractError> {
    assert_idle(deps.storage)?;
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

/// Handles the venue's reply.
#[cfg_attr(not(feature = "library"), entry_point)]
pub fn reply(deps: DepsMut, env: Env, reply: Reply) -> Result<Response, ContractError> {
    crate::reply::reply(deps, env, reply)
}

/// Handles all queries; while the vault waits for the venue's reply it refuses those that depend on a price.
#[cfg_attr(not(feature = "library"), entry_point)]
pub fn query(deps: Deps, env: Env, msg: QueryMsg) -> Result<Binary, ContractError> {
    crate::query::query(deps, env, msg)
}

/// Migrates from an older version of this contract.
#[cfg_attr(not(feature = "library"), entry_point)]
pub fn migrate(deps: DepsMut, _env: Env, _msg: Empty) -> Result<Response, ContractError> {
    assert_idle(deps.storage)?;
    CODE.migrate(deps.storage)?;
    Ok(Response::new())
}
