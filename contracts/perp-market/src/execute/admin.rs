//! Markets, parameters, switches, roles. Nothing here moves coins.

use ballast_math::MAX_DECIMALS;
use ballast_roles::{assert_guardian, assert_owner};
use ballast_types::market::{CreateMarket, MarketAction, MarketParams};
use ballast_types::{CoinInfo, OwnershipAction};
use cosmwasm_std::{Addr, DepsMut, Env, MessageInfo, QuerierWrapper, Response};
use perp_engine::{fits_feed, update, validate, CollateralMark, Position};

use crate::error::{ContractError, Result};
use crate::events;
use crate::oracle::feed_bounds;
use crate::session::Session;
use crate::state::{move_entries, position, MarketConfig, MarketState, CONFIGS, GUARDIAN, STATES};

/// Owner: creates a market.
pub fn create_market(deps: DepsMut, env: Env, info: MessageInfo, msg: CreateMarket) -> Result<Response> {
    assert_owner(deps.storage, &info)?;
    let CreateMarket { market, base, quote, oracle, index_feed, collateral_feed, reference, params } = msg;
    check_name(&market)?;
    check_coins(&base, &quote)?;
    if CONFIGS.has(deps.storage, &market) {
        return Err(ContractError::MarketExists { market });
    }
    validate(&params)?;
    let oracle = deps.api.addr_validate(&oracle)?;
    // A margin coin that is priced by the index feed has no price of its own.
    let collateral_feed = collateral_feed.filter(|feed| *feed != index_feed);
    let collateral = collateral_feed.as_ref().map(|_| CollateralMark::default());
    let mut state = MarketState { collateral, ..MarketState::default() };
    state.books.funding.accrued_at = env.block.time.seconds();
    let event = events::create_market(&market, &base.denom, &quote.denom);
    let config = MarketConfig { base, quote, oracle, index_feed, collateral_feed, reference, params, hedger: None };
    check_feeds(deps.querier, &config, &config.params)?;
    CONFIGS.save(deps.storage, &market, &config)?;
    STATES.save(deps.storage, &market, &state)?;
    Ok(Response::new().add_event(event))
}

/// Whether parameters fit the price feeds of a market.
fn check_feeds(querier: QuerierWrapper, config: &MarketConfig, params: &MarketParams) -> Result<()> {
    for feed in [Some(&config.index_feed), config.collateral_feed.as_ref()].into_iter().flatten() {
        fits_feed(params, &feed_bounds(querier, &config.oracle, feed)?)?;
    }
    Ok(())
}

fn check_name(market: &str) -> Result<()> {
    let allowed = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
    if market.is_empty() || market.len() > 32 || !market.chars().all(allowed) {
        return Err(ContractError::InvalidName { market: market.to_string() });
    }
    Ok(())
}

fn check_coins(base: &CoinInfo, quote: &CoinInfo) -> Result<()> {
    for coin in [base, quote] {
        if coin.denom.is_empty() || coin.decimals > MAX_DECIMALS {
            return Err(ContractError::InvalidCoin { denom: coin.denom.clone(), decimals: coin.decimals });
        }
    }
    if base.denom == quote.denom {
        return Err(ContractError::SameCoins { denom: base.denom.clone() });
    }
    Ok(())
}

/// Owner: replaces the parameters. Funding until now accrues with the old ones.
pub fn update_params(
    deps: DepsMut,
    env: Env,
    info: MessageInfo,
    market: String,
    params: MarketParams,
) -> Result<Response> {
    assert_owner(deps.storage, &info)?;
    let mut session = Session::open(deps.as_ref(), &env, market)?;
    update(&session.config.params, &params, &session.state.books)?;
    session.state.pauses.keep_grace(&session.config.params, &params, session.seconds())?;
    check_feeds(deps.querier, &session.config, &params)?;

    session.config.params = params;
    CONFIGS.save(deps.storage, &session.name, &session.config)?;
    let event = events::update_params(&session.name);
    session.close(deps.storage)?;
    Ok(Response::new().add_event(event))
}

/// Guardian or owner: switches actions off.
pub fn pause(
    deps: DepsMut,
    env: Env,
    info: MessageInfo,
    market: String,
    actions: Vec<MarketAction>,
) -> Result<Response> {
    assert_guardian(deps.storage, &GUARDIAN.load(deps.storage)?, &info)?;
    let mut session = Session::open(deps.as_ref(), &env, market)?;

    let now = session.seconds();
    session.state.pauses.pause(&actions, &session.config.params, now)?;
    let event = events::pause(&session.name, &info.sender, &actions);
    session.close(deps.storage)?;
    Ok(Response::new().add_event(event))
}

/// Owner: switches actions on again.
pub fn resume(
    deps: DepsMut,
    env: Env,
    info: MessageInfo,
    market: String,
    actions: Vec<MarketAction>,
) -> Result<Response> {
    assert_owner(deps.storage, &info)?;
    let mut session = Session::open(deps.as_ref(), &env, market)?;

    let now = session.seconds();
    session.state.pauses.resume(&actions, now);
    let event = events::resume(&session.name, &info.sender, &actions);
    session.close(deps.storage)?;
    Ok(Response::new().add_event(event))
}

/// Owner: sets the account that the market keeps room for.
pub fn set_hedger(deps: DepsMut, info: MessageInfo, market: String, hedger: Option<String>) -> Result<Response> {
    assert_owner(deps.storage, &info)?;
    let hedger = hedger.map(|hedger| deps.api.addr_validate(&hedger)).transpose()?;
    let Some(mut config) = CONFIGS.may_load(deps.storage, &market)? else {
        return Err(ContractError::NoSuchMarket { market });
    };

    if config.hedger != hedger {
        // The sums over strangers do not include the hedger's position.
        let of = |hedger: &Option<Addr>| match hedger {
            Some(hedger) => position(deps.storage, &market, hedger),
            None => Ok(Position::default()),
        };
        let (was, is) = (of(&config.hedger)?, of(&hedger)?);
        move_entries(deps.storage, &market, &Position::default(), &was)?;
        move_entries(deps.storage, &market, &is, &Position::default())?;
    }
    config.hedger = hedger;
    CONFIGS.save(deps.storage, &market, &config)?;
    Ok(Response::new().add_event(events::set_hedger(&market, config.hedger.as_ref())))
}

/// Owner: sets the guardian.
pub fn set_guardian(deps: DepsMut, info: MessageInfo, guardian: String) -> Result<Response> {
    assert_owner(deps.storage, &info)?;

    let guardian = deps.api.addr_validate(&guardian)?;
    GUARDIAN.save(deps.storage, &guardian)?;
    Ok(Response::new().add_event(events::set_guardian(&guardian)))
}

/// Two-step transfer of ownership. It cannot be renounced: nobody could switch anything on again.
pub fn update_ownership(deps: DepsMut, env: Env, info: MessageInfo, action: OwnershipAction) -> Result<Response> {
    let ownership = ballast_roles::update_ownership(deps, &env, &info, action)?;
    Ok(Response::new().add_event(events::update_ownership(ownership)))
}
