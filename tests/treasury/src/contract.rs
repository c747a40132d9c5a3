//! Entry points and handlers.

use ballast_client::{deposited, rebalanced, redeemed, Health, Kind, Refusal, StressCase, Vault};
#[cfg(not(feature = "library"))]
use cosmwasm_std::entry_point;
use cosmwasm_std::{
    coin, coins, to_json_binary, Addr, BankMsg, Binary, Decimal256, Deps, DepsMut, Env, Event, MessageInfo,
    QuerierWrapper, Reply, Response, SignedDecimal256, SubMsg, SubMsgResult, Uint128,
};

use crate::msg::{ExecuteMsg, InstantiateMsg, MemberResponse, QueryMsg, VaultResponse};
use crate::state::{add_shares, shares_of, take_shares, Config, Pending, CONFIG, PENDING};
use crate::ContractError;

/// Id of the reply to a deposit or a redemption; [`PENDING`] says which.
const STEP: u64 = 1;
/// Id of the reply to a rebalance.
const REBALANCE: u64 = 2;

/// Creates a treasury on a vault.
#[cfg_attr(not(feature = "library"), entry_point)]
pub fn instantiate(deps: DepsMut, _: Env, info: MessageInfo, msg: InstantiateMsg) -> Result<Response, ContractError> {
    cw_utils::nonpayable(&info)?;
    if msg.rise.is_negative() {
        return Err(ContractError::NoRise { rise: msg.rise });
    }
    let vault = Vault::new(deps.api.addr_validate(&msg.vault)?);
    let base = vault.info(&deps.querier)?.base_token;
    CONFIG.save(deps.storage, &Config { vault, base, rise: msg.rise })?;
    Ok(Response::new())
}

/// Handles all messages; refuses them while the treasury waits for the vault's reply.
#[cfg_attr(not(feature = "library"), entry_point)]
pub fn execute(deps: DepsMut, _: Env, info: MessageInfo, msg: ExecuteMsg) -> Result<Response, ContractError> {
    if PENDING.exists(deps.storage) {
        return Err(ContractError::Busy {});
    }
    match msg {
        ExecuteMsg::Deposit { min_shares } => deposit(deps, info, min_shares),
        ExecuteMsg::Redeem { shares, min_base } => redeem(deps, info, shares, min_base),
        ExecuteMsg::TakeShares { shares } => hand_over(deps, info, shares),
        ExecuteMsg::Rebalance {} => rebalance(deps, info),
    }
}

/// Checks the vault and sends the coins. If the preview is refused, the message fails with the vault's reason.
fn deposit(deps: DepsMut, info: MessageInfo, min_shares: Uint128) -> Result<Response, ContractError> {
    let Config { vault, base, rise } = CONFIG.load(deps.storage)?;
    let amount = cw_utils::must_pay(&info, &base)?;
    assert_safe(&vault, &deps.querier, rise)?;

    let due = match vault.preview_deposit(&deps.querier, amount) {
        Ok(_) => None,
        Err(refusal) if refusal.kind == Kind::LeverageTooHigh => {
            Some(SubMsg::reply_always(vault.rebalance()?, REBALANCE))
        }
        Err(refusal) => return Err(refusal.into()),
    };
    PENDING.save(deps.storage, &Pending::Deposit { member: info.sender, amount })?;
    let step = SubMsg::reply_always(vault.deposit(coin(amount.u128(), base), None, min_shares)?, STEP);
    Ok(Response::new().add_submessages(due).add_submessage(step))
}

/// Members may only deposit while the vault can keep its hedge alive by itself, now and after the rise.
fn assert_safe(vault: &Vault, querier: &QuerierWrapper, rise: SignedDecimal256) -> Result<(), ContractError> {
    for Health { price, before, .. } in [vault.health(querier)?, vault.stress(querier, &after_a(rise))?] {
        if !before.covered || before.nav.is_negative() {
            return Err(ContractError::Unsafe { price, coins_needed: before.coins_needed, nav: before.nav });
        }
    }
    Ok(())
}

/// Overnight, at the current funding rate and a cost of 0.1 % of every trade.
fn after_a(rise: SignedDecimal256) -> StressCase {
    let (funding_multiple, hours, cost) = (SignedDecimal256::one(), 8, Decimal256::permille(1));
    StressCase { collateral_change: None, correlation_break: None, price_change: rise, funding_multiple, hours, cost }
}

/// Redeems shares of the member, whom the vault pays directly. If the vault refuses, the claim is restored.
fn redeem(
    deps: DepsMut,
    info: MessageInfo,
    shares: Uint128,
    min_base: Option<Uint128>,
) -> Result<Response, ContractError> {
    cw_utils::nonpayable(&info)?;
    take_shares(deps.storage, &info.sender, shares)?;
    let vault = CONFIG.load(deps.storage)?.vault;
    let step = vault.redeem(shares, Some(info.sender.as_str()), min_base, None)?;
    PENDING.save(deps.storage, &Pending::Redeem { member: info.sender, shares })?;
    Ok(Response::new().add_submessage(SubMsg::reply_always(step, STEP)))
}

/// Shares are a cw20 token, so members may also hold them themselves.
fn hand_over(deps: DepsMut, info: MessageInfo, shares: Uint128) -> Result<Response, ContractError> {
    cw_utils::nonpayable(&info)?;
    take_shares(deps.storage, &info.sender, shares)?;
    let vault = CONFIG.load(deps.storage)?.vault;
    Ok(Response::new().add_message(vault.transfer(info.sender.as_str(), shares)?))
}

fn rebalance(deps: DepsMut, info: MessageInfo) -> Result<Response, ContractError> {
    cw_utils::nonpayable(&info)?;
    let vault = CONFIG.load(deps.storage)?.vault;
    Ok(Response::new().add_submessage(SubMsg::reply_always(vault.rebalance()?, REBALANCE)))
}

/// Handles the vault's reply.
#[cfg_attr(not(feature = "library"), entry_point)]
pub fn reply(deps: DepsMut, _: Env, reply: Reply) -> Result<Response, ContractError> {
    if reply.id == REBALANCE {
        return after_rebalance(reply.result);
    }
    let Some(pending) = PENDING.may_load(deps.storage)? else {
        return Err(ContractError::UnexpectedReply { id: reply.id });
    };
    PENDING.remove(deps.storage);
    match pending {
        Pending::Deposit { member, amount } => after_deposit(deps, member, amount, reply.result),
        Pending::Redeem { member, shares } => after_redeem(deps, member, shares, reply.result),
    }
}

/// If the vault refused, it took nothing: the coins are here, and go back.
fn after_deposit(
    deps: DepsMut,
    member: Addr,
    amount: Uint128,
    result: SubMsgResult,
) -> Result<Response, ContractError> {
    match deposited(result)? {
        Ok(minted) => {
            add_shares(deps.storage, &member, minted.shares)?;
            Ok(Response::new().add_event(event("deposit", member).add_attribute("shares", minted.shares)))
        }
        Err(refusal) => {
            let coins = coins(amount.u128(), CONFIG.load(deps.storage)?.base);
            let back = BankMsg::Send { to_address: member.to_string(), amount: coins };
            Ok(Response::new().add_message(back).add_event(refused(event("deposit_refused", member), &refusal)))
        }
    }
}

/// If the vault refused, the shares have not moved, so the claim is restored.
fn after_redeem(deps: DepsMut, member: Addr, shares: Uint128, result: SubMsgResult) -> Result<Response, ContractError> {
    match redeemed(result)? {
        Ok(done) => {
            let event = event("redeem", member).add_attribute("base", done.paid.base);
            Ok(Response::new().add_event(event.add_attribute("quote", done.paid.quote)))
        }
        Err(refusal) => {
            add_shares(deps.storage, &member, shares)?;
            Ok(Response::new().add_event(refused(event("redeem_refused", member), &refusal)))
        }
    }
}

/// Continues whether the rebalance worked or not: the vault refuses the deposit if it still has to.
fn after_rebalance(result: SubMsgResult) -> Result<Response, ContractError> {
    let event = Event::new("treasury/rebalance");
    let event = match rebalanced(result)? {
        Ok(done) => {
            event.add_attribute("rule", done.rule().map_or_else(|| "none".into(), |rule| rule.number().to_string()))
        }
        Err(refusal) => refused(event, &refusal),
    };
    Ok(Response::new().add_event(event))
}

fn event(name: &str, member: impl Into<String>) -> Event {
    Event::new(format!("treasury/{name}")).add_attribute("member", member)
}

fn refused(event: Event, refusal: &Refusal) -> Event {
    event.add_attribute("kind", refusal.kind.name()).add_attribute("reason", &refusal.text)
}

/// Handles all queries.
#[cfg_attr(not(feature = "library"), entry_point)]
pub fn query(deps: Deps, env: Env, msg: QueryMsg) -> Result<Binary, ContractError> {
    Ok(match msg {
        QueryMsg::Member { address } => to_json_binary(&member(deps, address)?)?,
        QueryMsg::Vault {} => to_json_binary(&seen(deps, &env)?)?,
    })
}

fn member(deps: Deps, address: String) -> Result<MemberResponse, ContractError> {
    let shares = shares_of(deps.storage, &deps.api.addr_validate(&address)?)?;
    let vault = CONFIG.load(deps.storage)?.vault;
    if shares.is_zero() {
        return Ok(MemberResponse { shares, worth: Some(Uint128::zero()), pays: Some(Default::default()) });
    }
    // The claim is told also while the vault cannot say what it is worth.
    let worth = vault.to_assets(&deps.querier, shares).ok();
    Ok(MemberResponse { shares, worth, pays: vault.preview_redeem(&deps.querier, shares).ok() })
}

fn seen(deps: Deps, env: &Env) -> Result<VaultResponse, ContractError> {
    let Config { vault, rise, .. } = CONFIG.load(deps.storage)?;
    let querier = &deps.querier;
    let coins = vault.coins(querier)?;
    let coin = Uint128::new(10u128.saturating_pow(coins.base.decimals.into()));
    Ok(VaultResponse {
        token: deps.api.addr_validate(&vault.info(querier)?.vault_token)?,
        coins,
        shares: vault.balance(querier, env.contract.address.as_str())?,
        shares_per_coin: vault.to_shares(querier, coin)?,
        health: vault.health(querier)?,
        stressed: vault.stress(querier, &after_a(rise))?,
        due: vault.due(querier)?,
    })
}
