//! Deposits: hedged in the same transaction; the shares depend on the NAV that the deposit added.

use ballast_math::{Base, Money, Purse, Quote, Shares};
use ballast_types::vault::{DepositResponse, VaultAction};
use ballast_types::venue::{AdjustResponse, Order};
use cosmwasm_std::{to_json_binary, Deps, DepsMut, Env, MessageInfo, Response, Storage, Uint128};

use super::token;
use crate::error::ContractError;
use crate::hedge::checks::{self, Check};
use crate::session::Session;
use crate::state::{Config, Pending, PendingDeposit};
use crate::valuation::Bands;
use crate::{events, shares};

/// A request to deposit.
pub struct Request {
    /// Must equal the attached coins, if given.
    pub amount: Option<Uint128>,
    /// Receives the shares; the sender by default.
    pub recipient: Option<String>,
    /// Minimum number of shares.
    pub min_shares: Shares,
}

/// Accepts the attached base and sends the order that hedges it.
pub fn execute(deps: DepsMut, env: Env, info: MessageInfo, request: Request) -> Result<Response, ContractError> {
    let mut session = Session::open(deps.storage, &env)?;
    let attached = cw_utils::must_pay(&info, &session.config.base.denom)?;
    if let Some(amount) = request.amount.filter(|amount| *amount != attached) {
        return Err(ContractError::AmountMismatch { amount, attached });
    }
    let recipient = match &request.recipient {
        Some(recipient) => deps.api.addr_validate(recipient)?,
        None => info.sender.clone(),
    };
    token::assert_not_vault(&env.contract.address, recipient.as_str())?;

    let amount = Base(attached);
    let order = plan(deps.as_ref(), &mut session, amount)?;
    session.receive(amount.purse())?;
    let context = PendingDeposit {
        sender: info.sender,
        recipient,
        amount,
        attached: order.attached,
        min_shares: request.min_shares,
    };
    session.send(deps.storage, order, Pending::Deposit(context))
}

/// The order that hedges a deposit of `amount`, or why the deposit is refused; also updates the memory. While there are
/// no shares, coins in the books belong to nobody: they are removed from the books, and the first deposit is hedged as
/// if they did not exist.
pub fn plan(deps: Deps, session: &mut Session, amount: Base) -> Result<Order, ContractError> {
    session.config.assert_on(VaultAction::Deposit)?;
    let first = token::supply(deps.storage)?.is_zero();
    if first {
        session.books.idle = Purse::EMPTY;
    }
    let position = session.position(deps.querier)?;
    checks::assert_open(&position.status, &position.prices)?;
    let hedge = session.hedge(position)?;
    hedge.assert_leverage()?;
    let order = if first { hedge.fill_order(amount, Quote::ZERO)? } else { hedge.deposit_order(amount)? };
    hedge.assert_capacity(&order)?;
    Ok(order)
}

/// Mints shares for what the deposit added, computed only from the venue's response.
pub fn finish(
    storage: &mut dyn Storage,
    mut session: Session,
    context: PendingDeposit,
    answer: AdjustResponse,
) -> Result<Response, ContractError> {
    let supply = token::supply(storage)?;
    let before_reply = session.books.idle.minus(answer.refund.plus(answer.margin_out)?)?;
    let with_deposit = before_reply.plus(context.attached)?;
    let before = with_deposit.minus(context.amount.purse())?;
    let (minted, added) = price(&session.config, &answer, [before, session.books.idle], supply)?;
    checks::assert_better(&session, with_deposit, &answer, Check::Leverage)?;
    let shares = minted.amount();
    if minted < context.min_shares {
        return Err(ContractError::TooFewShares { shares, min: context.min_shares.amount() });
    }

    let memory = &mut session.books.memory;
    memory.cost_spent = hedge_policy::scale_spent(memory.cost_spent, supply, supply.plus(minted)?)?;
    if memory.auction_started.is_some() {
        let nav = session.nav(&answer.prices, &answer.after)?;
        session.end_auction(nav)?;
    }
    session.close(storage)?;
    token::mint(storage, &context.recipient, minted)?;

    let data = to_json_binary(&DepositResponse { shares, added })?;
    Ok(Response::new().add_event(events::deposit(&context, minted, added)).set_data(data))
}

/// The shares for a deposit, and the value it added. At each corner of the bands of both prices, the shares are the value
/// added relative to NAV before; the lowest number counts. While there are no shares, NAV before counts as zero. `idle`
/// are the vault's own coins before, without the deposit, and after.
pub fn price(
    config: &Config,
    answer: &AdjustResponse,
    idle: [Purse; 2],
    supply: Shares,
) -> Result<(Shares, Money), ContractError> {
    let bands = Bands::new(&answer.prices, &config.base, &config.quote)?;
    let after = bands.navs(idle[1], &answer.after)?;
    let before = if supply.is_zero() { vec![Money::ZERO; after.len()] } else { bands.navs(idle[0], &answer.before)? };

    let nav = least(&before);
    if !nav.is_positive() && !supply.is_zero() {
        return Err(ContractError::NavNotPositive { nav, supply: supply.amount() });
    }
    let reached = after.iter().copied().max().unwrap_or_default();
    if let Some(cap) = config.deposit_cap.filter(|cap| reached > Money::from_amount(*cap)) {
        return Err(ContractError::DepositCap { nav: reached, cap });
    }
    let gains: Vec<_> =
        after.iter().zip(&before).map(|(after, before)| after.minus(*before)).collect::<Result<_, _>>()?;
    let added = least(&gains);
    if !added.is_positive() {
        return Err(ContractError::NothingAdded { added });
    }
    let whole = shares::whole(supply, config.quote.decimals)?;
    let mut shares = Shares(Uint128::MAX);
    for (gain, before) in gains.iter().zip(before) {
        shares = shares.min(shares::shares_floor(*gain, before, whole)?);
    }
    if shares.is_zero() {
        return Err(ContractError::ZeroShares { added });
    }
    Ok((shares, added))
}

fn least(of: &[Money]) -> Money {
    of.iter().copied().min().unwrap_or_default()
}
