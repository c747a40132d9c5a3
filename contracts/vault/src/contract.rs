//! Entry points and dispatch.

use ballast_types::vault::{ExecuteMsg, InstantiateMsg, QueryMsg};
use ballast_upgrade::Code;
#[cfg(not(feature = "library"))]
use cosmwasm_std::entry_point;
use cosmwasm_std::{Binary, Deps, DepsMut, Empty, Env, MessageInfo, Reply, Response, Uint128};
use cw20_base::state::{TokenInfo, TOKEN_INFO};
use hedge_policy::Pricing;

use crate::error::ContractError;
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
    crate::execute::execute(deps, env, info, msg)
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
