//! Configuration and pauses. Nothing here moves coins.

use ballast_math::Money;
use ballast_roles::{assert_guardian, assert_owner, switch_off, switch_on};
use ballast_types::policy::PolicyParams;
use ballast_types::vault::VaultAction;
use ballast_types::OwnershipAction;
use cosmwasm_std::{Addr, DepsMut, Env, MessageInfo, Response, Uint128};
use hedge_policy::Pricing;

use crate::error::ContractError;
use crate::session::Session;
use crate::state::{BOOKS, CONFIG};
use crate::{companion, events};

/// Owner: replaces the parameters of the policy, checked against the market's current terms. The spent part of the cost
/// budget is first computed with the old parameters, so that new ones never free budget at once.
pub fn update_policy(
    deps: DepsMut,
    env: Env,
    info: MessageInfo,
    policy: PolicyParams,
) -> Result<Response, ContractError> {
    assert_owner(deps.storage, &info)?;
    let mut session = Session::open(deps.storage, &env)?;
    let position = session.position(deps.querier)?;
    let market = companion::market(deps.querier, &session.config.venue, &session.config.market)?;
    let pricing = Pricing::with_feed(market.collateral_feed.as_ref());
    hedge_policy::validate(&policy, &position.terms, market.feed.as_ref(), pricing)?;

    // An auction that has ended by the old parameters stays ended.
    let _ = session.hedge(position.clone());
    // Before the first price NAV is unknown, and nothing refills.
    let nav = session.nav(&position.prices, &position.position).unwrap_or(Money::ZERO);
    let Session { config, books, now, .. } = &mut session;
    let spent = books.memory.spent(*now, nav, &config.policy)?;
    books.memory.cost_spent = hedge_policy::carry_spent(spent, nav, &config.policy, &policy)?;
    books.memory.cost_time = *now;
    config.policy = policy;
    // An auction ends if the new parameters leave no quote for it. If that cannot be computed, it goes on.
    let _ = session.hedge(position);
    CONFIG.save(deps.storage, &session.config)?;
    session.close(deps.storage)?;
    Ok(Response::new().add_event(events::update_policy(&info.sender)))
}

/// Owner: replaces the deposit cap.
pub fn set_deposit_cap(
    deps: DepsMut,
    info: MessageInfo,
    deposit_cap: Option<Uint128>,
) -> Result<Response, ContractError> {
    assert_owner(deps.storage, &info)?;

    let mut config = CONFIG.load(deps.storage)?;
    config.deposit_cap = deposit_cap;
    CONFIG.save(deps.storage, &config)?;
    Ok(Response::new().add_event(events::set_deposit_cap(&info.sender, deposit_cap)))
}

/// Guardian or owner: switches actions off.
pub fn pause(deps: DepsMut, info: MessageInfo, actions: Vec<VaultAction>) -> Result<Response, ContractError> {
    let mut config = CONFIG.load(deps.storage)?;
    assert_guardian(deps.storage, &config.guardian, &info)?;

    for action in actions {
        switch_off(&mut config.stopped, action);
    }
    if !config.stopped.is_empty() {
        // Either pause stops fills of the auction, so the clock of the next one starts at zero.
        let mut books = BOOKS.load(deps.storage)?;
        books.memory.auction_started = None;
        BOOKS.save(deps.storage, &books)?;
    }
    CONFIG.save(deps.storage, &config)?;
    Ok(Response::new().add_event(events::pause(&info.sender, &config.stopped)))
}

/// Owner: switches actions on again.
pub fn resume(deps: DepsMut, info: MessageInfo, actions: Vec<VaultAction>) -> Result<Response, ContractError> {
    assert_owner(deps.storage, &info)?;

    let mut config = CONFIG.load(deps.storage)?;
    switch_on(&mut config.stopped, &actions);
    CONFIG.save(deps.storage, &config)?;
    Ok(Response::new().add_event(events::resume(&info.sender, &config.stopped)))
}

/// Owner: sets the guardian.
pub fn set_guardian(deps: DepsMut, info: MessageInfo, guardian: String) -> Result<Response, ContractError> {
    assert_owner(deps.storage, &info)?;

    let mut config = CONFIG.load(deps.storage)?;
    config.guardian = deps.api.addr_validate(&guardian)?;
    CONFIG.save(deps.storage, &config)?;
    Ok(Response::new().add_event(events::set_guardian(&info.sender, &config.guardian)))
}

/// Transfers ownership in two steps; it cannot be renounced.
pub fn update_ownership(
    deps: DepsMut,
    env: Env,
    info: MessageInfo,
    action: OwnershipAction,
) -> Result<Response, ContractError> {
    let ownership = ballast_roles::update_ownership(deps, &env, &info, action)?;
    let (owner, pending): (Option<&Addr>, _) = (ownership.owner.as_ref(), ownership.pending_owner.as_ref());
    Ok(Response::new().add_event(events::update_ownership(&info.sender, owner, pending)))
}
