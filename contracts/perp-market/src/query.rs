//! Queries open the same session as a message, but save nothing.

use ballast_math::Purse;
use ballast_types::market::{
    AdjustResponse, BaseForSale, Capacity, ConfigResponse, FundingResponse, Leverage, LiquidationPrice, MarketAction,
    MarketResponse, MarketsResponse, Measures, PoolRequestEntry, PoolRequestsResponse, PoolResponse, PositionEntry,
    PositionResponse, PositionsResponse, PreviewedOrder, QueryMsg, SolvencyResponse,
};
use ballast_types::Money;
use cosmwasm_std::{to_json_binary, Addr, Binary, Deps, Env, Order, Timestamp, Uint128};
use cw_storage_plus::Bound;
use perp_engine::{
    base_for_sale, capacity, funding_at, is_at_cap, is_liquidatable, measures_at, position_state, reserve, slack,
    value_high, value_low, withdrawable, Books, Health, Market, Position,
};

use crate::error::Result;
use crate::execute::adjust;
use crate::oracle::index_bounds;
use crate::session::Session;
use crate::state::{position, strangers, CONFIGS, GUARDIAN, POSITIONS, PROVIDERS, REQUESTS};

const DEFAULT_LIMIT: u32 = 10;
const MAX_LIMIT: u32 = 30;

/// Handles all queries.
pub fn query(deps: Deps, env: Env, msg: QueryMsg) -> Result<Binary> {
    let answer = match msg {
        QueryMsg::Position { market, owner } => to_json_binary(&one_position(deps, env, market, owner)?),
        QueryMsg::Positions { market, start_after, limit } => {
            to_json_binary(&positions(deps, env, market, start_after, limit)?)
        }
        QueryMsg::PreviewOrder { owner, order, funds, after } => {
            to_json_binary(&preview(deps, env, owner, PreviewedOrder { order, funds }, after)?)
        }
        QueryMsg::Funding { market, at } => to_json_binary(&funding(deps, env, market, at)?),
        QueryMsg::Capacity { market } => {
            let mut session = Session::open(deps, &env, market)?;
            session.load_hedger(deps.storage)?;
            to_json_binary(&capacity_of(&session)?)
        }
        QueryMsg::Market { market } => to_json_binary(&one_market(deps, env, market)?),
        QueryMsg::Markets { start_after, limit } => to_json_binary(&markets(deps, start_after, limit)?),
        QueryMsg::Pool { market, provider } => to_json_binary(&pool(deps, env, market, provider)?),
        QueryMsg::PoolRequests { market, start_after, limit } => {
            to_json_binary(&pool_requests(deps, env, market, start_after, limit)?)
        }
        QueryMsg::Solvency { market } => to_json_binary(&solvency(deps, env, market)?),
        QueryMsg::Config {} => to_json_binary(&ConfigResponse { guardian: GUARDIAN.load(deps.storage)? }),
        QueryMsg::Ownership {} => to_json_binary(&cw_ownable::get_ownership(deps.storage)?),
    };
    Ok(answer?)
}

fn one_position(deps: Deps, env: Env, market: String, owner: String) -> Result<PositionResponse> {
    let owner = deps.api.addr_validate(&owner)?;
    let mut session = Session::open(deps, &env, market)?;
    session.serve(&owner);
    session.load_hedger(deps.storage)?;
    let stored = position(deps.storage, &session.name, &owner)?;
    let books = &session.state.books;
    // Before the first price there is no position and nothing has a value, but there may be margin.
    let (position, measures, withdrawable) = match session.market_if_priced()? {
        Some(market) => {
            let position = position_state(books, &stored, &market)?;
            (position, measures_at(&position, &market.marks, &market.terms)?, withdrawable(&position, &market)?)
        }
        None => {
            let free = session.status.allows(MarketAction::MarginOut);
            let margin = if free { stored.margin } else { Purse::EMPTY };
            (adjust::unsized_state(&stored), no_measures(), margin)
        }
    };
    Ok(PositionResponse {
        position,
        measures,
        withdrawable,
        prices: session.prices.clone(),
        terms: session.terms(),
        funding: books.rates(&session.config.params, session.seconds())?,
        capacity: capacity_of(&session)?,
        base_for_sale: for_sale(&session)?,
        status: session.status.clone(),
        open_seconds: session.state.clocks.open_seconds,
    })
}

fn no_measures() -> Measures {
    Measures {
        notional: Money::ZERO,
        closing_cost: Money::ZERO,
        equity: Money::ZERO,
        secured_equity: Money::ZERO,
        leverage: Leverage::None,
        margin_ratio: None,
        liquidation_price: LiquidationPrice::Never,
    }
}

fn capacity_of(session: &Session) -> Result<Capacity> {
    match session.market_if_priced()? {
        Some(market) => Ok(capacity(&session.state.books, &market)?),
        None => Ok(Capacity::default()),
    }
}

fn for_sale(session: &Session) -> Result<BaseForSale> {
    match session.market_if_priced()? {
        Some(market) => Ok(base_for_sale(&session.state.books, &market)?),
        None => Ok(BaseForSale::default()),
    }
}

fn positions(
    deps: Deps,
    env: Env,
    market: String,
    start_after: Option<String>,
    limit: Option<u32>,
) -> Result<PositionsResponse> {
    let session = Session::open(deps, &env, market)?;
    let market = session.market_if_priced()?;
    let start = start_after.map(|owner| deps.api.addr_validate(&owner)).transpose()?;
    let page = POSITIONS
        .prefix(&session.name)
        .range(deps.storage, start.as_ref().map(Bound::exclusive), None, Order::Ascending)
        .take(page_size(limit));
    let positions = page.map(|entry| {
        let (owner, stored) = entry?;
        listed(owner, &stored, &session.state.books, market.as_ref())
    });
    Ok(PositionsResponse { positions: positions.collect::<Result<_>>()? })
}

fn listed(owner: Addr, stored: &Position, books: &Books, market: Option<&Market<'_>>) -> Result<PositionEntry> {
    // Before the first price there can be margin, but no position.
    let Some(market) = market else {
        let position = adjust::unsized_state(stored);
        return Ok(PositionEntry { owner, position, margin_ratio: None, liquidatable: false, at_cap: false });
    };
    let position = position_state(books, stored, market)?;
    let health = Health::new(&position, &market.marks, &market.terms)?;
    Ok(PositionEntry {
        owner,
        position,
        margin_ratio: health.margin_ratio()?,
        liquidatable: is_liquidatable(books, stored, market)?,
        at_cap: is_at_cap(stored, market)?,
    })
}

fn page_size(limit: Option<u32>) -> usize {
    usize::try_from(limit.unwrap_or(DEFAULT_LIMIT).min(MAX_LIMIT)).unwrap_or_default()
}

fn preview(
    deps: Deps,
    env: Env,
    owner: String,
    order: PreviewedOrder,
    after: Option<PreviewedOrder>,
) -> Result<AdjustResponse> {
    let owner = deps.api.addr_validate(&owner)?;
    let mut session = Session::open(deps, &env, order.order.market.clone())?;
    let mut before = position(deps.storage, &session.name, &owner)?;
    session.serve(&owner);
    session.load_hedger(deps.storage)?;
    if let Some(first) = after {
        let (done, _) = adjust::compute(&session, &before, &first.order, first.funds)?;
        (session.state.books, before) = (done.books, done.position);
    }
    adjust::compute(&session, &before, &order.order, order.funds).map(|(_, answer)| answer)
}

fn funding(deps: Deps, env: Env, market: String, at: Option<Timestamp>) -> Result<FundingResponse> {
    let session = Session::open(deps, &env, market)?;
    let at = at.unwrap_or(session.now).max(session.now);
    let whole_base = Uint128::new(10u128.saturating_pow(session.config.base.decimals.into()));
    let price = session.price()?;
    Ok(funding_at(&session.state.books, price.as_ref(), &session.config.params, whole_base, at)?)
}

fn one_market(deps: Deps, env: Env, market: String) -> Result<MarketResponse> {
    let session = Session::open(deps, &env, market)?;
    let (long, short) = (session.state.books.long.state()?, session.state.books.short.state()?);
    let config = session.config;
    let feed = index_bounds(deps.querier, &config);
    Ok(MarketResponse {
        market: session.name,
        base: config.base,
        quote: config.quote,
        oracle: config.oracle,
        index_feed: config.index_feed,
        collateral_feed: config.collateral_feed,
        reference: config.reference,
        params: config.params,
        long,
        short,
        prices: session.prices,
        status: session.status,
        hedger: config.hedger,
        feed,
    })
}

fn markets(deps: Deps, start_after: Option<String>, limit: Option<u32>) -> Result<MarketsResponse> {
    let start = start_after.as_deref().map(Bound::exclusive);
    let names = CONFIGS.keys(deps.storage, start, None, Order::Ascending).take(page_size(limit));
    Ok(MarketsResponse { markets: names.collect::<Result<_, _>>()? })
}

fn pool(deps: Deps, env: Env, market: String, provider: Option<String>) -> Result<PoolResponse> {
    let mut session = Session::open(deps, &env, market)?;
    session.load_hedger(deps.storage)?;
    let books = &session.state.books;
    let provider = provider.map(|provider| deps.api.addr_validate(&provider)).transpose()?;
    let (held, request) = match &provider {
        Some(provider) => {
            let key = (session.name.as_str(), provider);
            (PROVIDERS.may_load(deps.storage, key)?, REQUESTS.may_load(deps.storage, key)?)
        }
        None => (None, None),
    };
    let (clocks, now) = (&session.state.clocks, session.seconds());
    // A lapsed request bars its provider from the lapse on, even if nobody has cleared it yet.
    let lapsed_at = request.and_then(|request| request.lapsed_at(clocks)).unwrap_or_default();
    let bar = session.config.params.pool_bar;
    let (value_high, value_low) = match session.market_if_priced()? {
        Some(market) => {
            (value_high(books, &market)?, value_low(books, &market, &strangers(deps.storage, &session.name)?)?)
        }
        None => (Money::ZERO, Money::ZERO),
    };
    Ok(PoolResponse {
        pool: books.pool,
        total_shares: books.shares.amount(),
        notice: books.notice.amount(),
        value_high,
        value_low,
        base_for_sale: for_sale(&session)?,
        shares: held.map(|held| held.shares.amount()).unwrap_or_default(),
        request: request.map(|request| request.state(clocks, now)),
        request_from: held.map(|held| Timestamp::from_seconds(held.barred_at.max(lapsed_at).saturating_add(bar))),
    })
}

fn pool_requests(
    deps: Deps,
    env: Env,
    market: String,
    start_after: Option<String>,
    limit: Option<u32>,
) -> Result<PoolRequestsResponse> {
    let session = Session::open(deps, &env, market)?;
    let (clocks, now) = (&session.state.clocks, session.seconds());
    let start = start_after.map(|provider| deps.api.addr_validate(&provider)).transpose()?;
    let page = REQUESTS
        .prefix(&session.name)
        .range(deps.storage, start.as_ref().map(Bound::exclusive), None, Order::Ascending)
        .take(page_size(limit));
    let requests = page.map(|entry| {
        let (provider, request) = entry?;
        let lapsed = request.lapsed_at(clocks).is_some();
        Ok(PoolRequestEntry { provider, request: request.state(clocks, now), lapsed })
    });
    Ok(PoolRequestsResponse { requests: requests.collect::<Result<_>>()? })
}

fn solvency(deps: Deps, env: Env, market: String) -> Result<SolvencyResponse> {
    let session = Session::open(deps, &env, market)?;
    let (books, long_reserve) = (&session.state.books, session.config.params.long_reserve);
    let held = |denom: &str| deps.querier.query_balance(&env.contract.address, denom).map(|coin| coin.amount);
    Ok(SolvencyResponse {
        pool: books.pool,
        insurance: books.insurance,
        margins: books.margins,
        held: Purse { base: held(&session.config.base.denom)?, quote: held(&session.config.quote.denom)? },
        reserve: reserve(books, long_reserve)?,
        slack: slack(books, long_reserve)?,
        bad_debt: books.bad_debt,
        insured: books.insured,
    })
}
