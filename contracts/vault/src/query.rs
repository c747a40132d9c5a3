//! Queries. Those that depend on a price are refused while the vault waits for the venue's reply, because books and
//! position do not match until then.

use ballast_math::{mul_div_floor, sub_or_zero, Base, MathError, Money, Purse, Shares};
use ballast_types::policy::{StressCase, StressResponse};
use ballast_types::vault::{
    AuctionResponse, ConfigResponse, ExtensionQueryMsg, QueryMsg, VaultInfoResponse, VaultPositionResponse,
};
use ballast_types::venue::{AdjustResponse, Order, PositionResponse};
use cosmwasm_std::{to_json_binary, Binary, ContractResult, Decimal, Decimal256, Deps, Env, SignedDecimal256, Uint128};
use cw20_base::allowances::query_allowance;
use cw20_base::contract::{query_balance, query_token_info};
use cw20_base::enumerable::query_all_accounts;

use crate::error::ContractError;
use crate::execute::redeem::Rescue;
use crate::execute::{deposit, redeem, token};
use crate::hedge::{checks, Hedge};
use crate::session::Session;
use crate::shares;
use crate::state::{assert_idle, standard_info, Config, Redemption, CONFIG};
use crate::valuation::{Bands, End, PriceAt};

/// Handles all queries.
pub fn query(deps: Deps, env: Env, msg: QueryMsg) -> Result<Binary, ContractError> {
    Ok(match msg {
        QueryMsg::VaultStandardInfo {} => to_json_binary(&standard_info()),
        QueryMsg::Info {} => to_json_binary(&info(deps, &env)?),
        QueryMsg::PreviewDeposit { amount } => to_json_binary(&preview_deposit(deps, &env, Base(amount))?),
        QueryMsg::PreviewRedeem { amount } => to_json_binary(&preview_redeem(deps, &env, Shares(amount), None)?.base),
        QueryMsg::TotalAssets {} => to_json_binary(&total_assets(deps, &env)?),
        QueryMsg::TotalVaultTokenSupply {} => to_json_binary(&token::supply(deps.storage)?),
        QueryMsg::VaultTokenExchangeRate { quote_denom } => to_json_binary(&exchange_rate(deps, &env, quote_denom)?),
        QueryMsg::ConvertToShares { amount } => to_json_binary(&convert_to_shares(deps, &env, Base(amount))?),
        QueryMsg::ConvertToAssets { amount } => to_json_binary(&convert_to_assets(deps, &env, Shares(amount))?),
        QueryMsg::VaultExtension(msg) => return extension(deps, env, msg),
        QueryMsg::Balance { address } => to_json_binary(&query_balance(deps, address)?),
        QueryMsg::TokenInfo {} => to_json_binary(&query_token_info(deps)?),
        QueryMsg::Allowance { owner, spender } => to_json_binary(&query_allowance(deps, owner, spender)?),
        QueryMsg::AllAccounts { start_after, limit } => to_json_binary(&query_all_accounts(deps, start_after, limit)?),
    }?)
}

fn extension(deps: Deps, env: Env, msg: ExtensionQueryMsg) -> Result<Binary, ContractError> {
    Ok(match msg {
        ExtensionQueryMsg::Health {} => to_json_binary(&stress(deps, &env, NO_STRESS)?),
        ExtensionQueryMsg::NextAction {} => {
            let mut scene = Scene::load(deps, &env)?;
            to_json_binary(&scene.hedge()?.next_action()?.decision())
        }
        ExtensionQueryMsg::Auction {} => to_json_binary(&auction(deps, &env)?),
        ExtensionQueryMsg::Stress(case) => to_json_binary(&stress(deps, &env, case)?),
        ExtensionQueryMsg::Position {} => to_json_binary(&position(deps, &env)?),
        ExtensionQueryMsg::PreviewRedeem { amount } => {
            // The extension's `redeem` has bounds, so `exit_cost` does not apply.
            to_json_binary(&preview_redeem(deps, &env, Shares(amount), Some(Base::ZERO))?)
        }
        ExtensionQueryMsg::Config {} => to_json_binary(&config(deps)?),
        ExtensionQueryMsg::Ownership {} => to_json_binary(&cw_ownable::get_ownership(deps.storage)?),
        ExtensionQueryMsg::Attempt(msg) => to_json_binary(&attempt(deps, env, *msg)),
    }?)
}

/// Attempts do not nest: each level would make the answer a third longer.
fn attempt(deps: Deps, env: Env, msg: QueryMsg) -> ContractResult<Binary> {
    if matches!(msg, QueryMsg::VaultExtension(ExtensionQueryMsg::Attempt(_))) {
        return ContractResult::Err("an attempt of an attempt: ask for the question itself".into());
    }
    query(deps, env, msg).into()
}

const NO_STRESS: StressCase = StressCase {
    collateral_change: None,
    correlation_break: None,
    price_change: SignedDecimal256::zero(),
    funding_multiple: SignedDecimal256::zero(),
    hours: 0,
    cost: Decimal256::zero(),
};

/// What most queries need, read once; refused while the vault waits for the venue's reply.
struct Scene {
    session: Session,
    position: PositionResponse,
    supply: Shares,
}

impl Scene {
    fn load(deps: Deps, env: &Env) -> Result<Scene, ContractError> {
        assert_idle(deps.storage)?;
        let mut session = Session::open(deps.storage, env)?;
        let position = session.position(deps.querier)?;
        if position.prices.index.is_zero() || position.prices.collateral.is_zero() {
            return Err(hedge_policy::PolicyError::NoPrice {}.into());
        }
        let Session { config, books, now, .. } = &mut session;
        books.observe(*now, &position, &config.policy)?;
        Ok(Scene { session, position, supply: token::supply(deps.storage)? })
    }

    fn hedge(&mut self) -> Result<Hedge<'_>, ContractError> {
        // A second observation at the same time changes nothing.
        self.session.hedge(self.position.clone())
    }

    fn bands(&self) -> Result<Bands, ContractError> {
        let Config { base, quote, .. } = &self.session.config;
        Ok(Bands::new(&self.position.prices, base, quote)?)
    }

    /// NAV at the current prices.
    fn nav(&self) -> Result<Money, ContractError> {
        self.session.nav(&self.position.prices, &self.position.position)
    }

    /// NAV at the corners of the bands.
    fn navs(&self, bands: &Bands) -> Result<Vec<Money>, ContractError> {
        Ok(bands.navs(self.session.books.idle, &self.position.position)?)
    }

    fn whole(&self) -> Result<Shares, ContractError> {
        Ok(shares::whole(self.supply, self.session.config.quote.decimals)?)
    }
}

fn info(deps: Deps, env: &Env) -> Result<VaultInfoResponse, ContractError> {
    let config = CONFIG.load(deps.storage)?;
    Ok(VaultInfoResponse { base_token: config.base.denom, vault_token: env.contract.address.to_string() })
}

fn config(deps: Deps) -> Result<ConfigResponse, ContractError> {
    let Config { venue, market, base, quote, policy, deposit_cap, guardian, stopped } = CONFIG.load(deps.storage)?;
    Ok(ConfigResponse { venue, market, base, quote, policy, deposit_cap, guardian, stopped })
}

/// The shares that a deposit gets in this block, using the venue's preview of its order.
fn preview_deposit(deps: Deps, env: &Env, amount: Base) -> Result<Shares, ContractError> {
    assert_idle(deps.storage)?;
    if amount.is_zero() {
        return Err(ContractError::ZeroAmount {});
    }
    let mut session = Session::open(deps.storage, env)?;
    let order = deposit::plan(deps, &mut session, amount)?;
    let before = session.books.idle;
    let kept = amount.purse().minus(order.attached)?;
    let answer = session.preview(deps.querier, order, None)?;
    let after = before.plus(kept)?.plus(answer.refund)?.plus(answer.margin_out)?;
    Ok(deposit::price(&session.config, &answer, [before, after], token::supply(deps.storage)?)?.0)
}

/// The coins that a redemption pays in this block, using the venue's preview of its orders. Like a redemption, it needs
/// no price if there is no position.
fn preview_redeem(deps: Deps, env: &Env, shares: Shares, min_base: Option<Base>) -> Result<Purse, ContractError> {
    assert_idle(deps.storage)?;
    let mut session = Session::open(deps.storage, env)?;
    let supply = token::supply(deps.storage)?;
    if shares.is_zero() {
        return Err(ContractError::ZeroAmount {});
    }
    if shares > supply {
        return Err(ContractError::NotEnoughShares { amount: shares.amount(), held: supply.amount() });
    }
    let vault = &env.contract.address;
    let mut position = session.position(deps.querier)?;
    let mut shared = redeem::shared(&session, &position)?;
    let mut before = None;
    let due = redeem::rescue(&mut session, position.clone()).filter(|_| !shared.size.is_zero());
    if let Some((rescue, answer, after)) = due.and_then(|rescue| rescued(deps, &session, rescue)) {
        (session, position.position, position.prices) = (after, answer.after, answer.prices);
        shared = redeem::shared(&session, &position)?;
        before = Some(rescue);
    }

    let whole = shares::whole(supply, session.config.quote.decimals)?;
    let mut redemption = Redemption { min_base, ..Redemption::new(vault.clone(), vault.clone(), shares, whole) };
    let share = shares::coins_floor(shares, session.books.idle, whole)?;
    let order = redeem::exit(&redemption, share, &shared)?;
    redemption.at_hand = share;
    let paid = match order {
        None => share,
        Some(order) => {
            redemption.at_hand = share.minus(order.attached)?;
            let answer = session.preview(deps.querier, order, before)?;
            checks::assert_exit_cost(&session.config, &redemption, &answer)?;
            redeem::divide(&session.config, &redemption, &answer)?
        }
    };
    redeem::assert_payable(&session.config, &redemption, paid)?;
    Ok(paid)
}

/// The order of a rescue, the venue's response and the vault after it; none if the rescue would fail.
fn rescued(deps: Deps, session: &Session, rescue: Rescue) -> Option<(Order, AdjustResponse, Session)> {
    let Rescue { rule, order } = rescue;
    let answer = session.preview(deps.querier, order.clone(), None).ok()?;
    let (before, mut after) = (session.books.idle, session.clone());
    after.give(order.attached).ok()?;
    after.receive(answer.refund.plus(answer.margin_out).ok()?).ok()?;
    checks::assert_done(&after, (rule, before, order.limit_cost), &answer).ok()?;
    Some((order, answer, after))
}

/// NAV in base at the current prices, rounded down; zero if it is not positive.
fn total_assets(deps: Deps, env: &Env) -> Result<Base, ContractError> {
    let scene = Scene::load(deps, env)?;
    let Config { base, quote, .. } = &scene.session.config;
    let price = PriceAt::new(&scene.position.prices, base, quote, End::Spot)?;
    Ok(Base(price.collateral.amount_floor(scene.nav()?.or_zero())?))
}

/// Shares for `amount` of base without the cost of hedging it. Valued like a deposit, at the worst corner of the bands; at
/// par while there are no shares.
fn convert_to_shares(deps: Deps, env: &Env, amount: Base) -> Result<Shares, ContractError> {
    let scene = Scene::load(deps, env)?;
    let bands = scene.bands()?;
    let mut least = Shares(Uint128::MAX);
    for (at, nav) in bands.corners().iter().zip(scene.navs(&bands)?) {
        let nav = if scene.supply.is_zero() { Money::ZERO } else { nav };
        least = least.min(shares::shares_floor(at.collateral.value(amount.amount())?, nav, scene.whole()?)?);
    }
    Ok(least)
}

/// Base worth `shares` without the cost of closing their hedge, at the worst corner of the bands; at par while there are
/// no shares.
fn convert_to_assets(deps: Deps, env: &Env, shares: Shares) -> Result<Base, ContractError> {
    let scene = Scene::load(deps, env)?;
    let bands = scene.bands()?;
    let mut least = Base(Uint128::MAX);
    for (at, nav) in bands.corners().iter().zip(scene.navs(&bands)?) {
        let nav = if scene.supply.is_zero() { PAR } else { nav };
        let value = shares::value_floor(shares, nav, scene.whole()?)?;
        least = least.min(Base(at.collateral.amount_floor(value)?));
    }
    Ok(least)
}

/// The virtual value, which backs the virtual shares of an empty vault.
const PAR: Money = Money::new(SignedDecimal256::one());

/// Value of one unit of shares in units of `denom`: NAV at the worst corner of the bands, minus the cost of closing the
/// position there, so that nobody lends against more than a redemption pays. At par while there are no shares.
fn exchange_rate(deps: Deps, env: &Env, denom: String) -> Result<Decimal, ContractError> {
    let scene = Scene::load(deps, env)?;
    let (base, quote) = (&scene.session.config.base.denom, &scene.session.config.quote.denom);
    if denom != *base && denom != *quote {
        return Err(ContractError::UnknownDenom { denom, base: base.clone(), quote: quote.clone() });
    }
    let bands = scene.bands()?;
    let whole = scene.whole()?.amount();
    let (values, whole) = if scene.supply.is_zero() {
        // Enough units to keep par exact in either coin.
        let par = Money::from_amount(PAR_UNITS);
        (vec![par; bands.corners().len()], mul_div_floor(whole, PAR_UNITS, Uint128::one())?)
    } else {
        let cost = scene.exit_cost(&bands)?;
        let left = |nav: Money| Ok(nav.minus(cost)?.or_zero());
        (scene.navs(&bands)?.into_iter().map(left).collect::<Result<_, ContractError>>()?, whole)
    };

    let mut least = Uint128::MAX;
    for (at, value) in bands.corners().iter().zip(values) {
        let amount = if denom == *quote { value.amount_floor()? } else { at.collateral.amount_floor(value)? };
        least = least.min(amount);
    }
    Ok(Decimal::checked_from_ratio(least, whole).map_err(|_| MathError::Overflow { operation: "an exchange rate" })?)
}

const PAR_UNITS: Uint128 = Uint128::new(1_000_000_000_000);

impl Scene {
    /// Maximum cost of closing everything now: fee and spread on the notional, and the conversion charge on what is
    /// owed.
    fn exit_cost(&self, bands: &Bands) -> Result<Money, ContractError> {
        let position = &self.position.position;
        let size = position.size.unsigned_abs();
        let (highest, spot) = (bands.high.index.value(size)?, bands.spot.index.value(size)?);
        // An exit buys, so it costs the distance to the high end of the band, and the fee.
        let trading = highest.minus(spot)?.plus(highest.mul_ceil(self.position.terms.taker_fee)?)?;
        let loss = position.price_pnl.loss()?.plus(position.funding.loss()?)?;
        let owed = trading.plus(loss)?;
        let gross = hedge_policy::conversion_gross(&self.position.terms)?;
        let conversion = owed.mul_ceil(sub_or_zero(gross, Decimal256::one()))?;
        Ok(trading.plus(conversion)?)
    }
}

fn auction(deps: Deps, env: &Env) -> Result<AuctionResponse, ContractError> {
    let mut scene = Scene::load(deps, env)?;
    match scene.hedge()?.offer() {
        Err(ContractError::NoAuction { .. }) => Ok(AuctionResponse {
            clock: None,
            bonus: Decimal256::zero(),
            price: Decimal256::zero(),
            quote: Uint128::zero(),
            base: Uint128::zero(),
        }),
        offer => offer,
    }
}

fn stress(deps: Deps, env: &Env, case: StressCase) -> Result<StressResponse, ContractError> {
    let mut scene = Scene::load(deps, env)?;
    let state = scene.hedge()?.state;
    Ok(hedge_policy::stress(&state, &scene.session.config.policy, &case)?)
}

fn position(deps: Deps, env: &Env) -> Result<VaultPositionResponse, ContractError> {
    let scene = Scene::load(deps, env)?;
    let nav = scene.nav()?;
    let Session { config, books, now, .. } = scene.session;
    Ok(VaultPositionResponse {
        idle: books.idle,
        nav,
        shares: scene.supply.amount(),
        reference_mean: books.memory.reference_mean.0,
        paid_mean: books.memory.paid_mean.0,
        cost_spent: books.memory.spent(now, nav, &config.policy)?,
        time: now,
        venue: scene.position,
    })
}
