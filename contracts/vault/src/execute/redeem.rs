//! Redemptions: in kind, at the redeemer's own cost, and the vault can never switch them off.

use ballast_math::{Base, Purse, Quote, Shares};
use ballast_types::oracle::PriceUse;
use ballast_types::policy::{Decision, Rule};
use ballast_types::vault::RedeemResponse;
use ballast_types::venue::{
    AdjustResponse, MarginOut, Order, OrderSize, Part, PositionResponse, PositionState, Settle,
};
use cosmwasm_std::{
    to_json_binary, BankMsg, Binary, CosmosMsg, DepsMut, Env, Int128, MessageInfo, Response, Storage, SubMsg,
    SubMsgResult, WasmMsg,
};
use hedge_policy::{Action, Due};

use super::token;
use crate::error::ContractError;
use crate::hedge::{self, checks};
use crate::session::Session;
use crate::state::{Config, Pending, Redemption, LEAVING};
use crate::valuation::{End, PriceAt};
use crate::{events, shares};

/// Id of the reply to the rescue before a redemption.
pub const RESCUED: u64 = 2;

/// The message that the vault sends to itself for the rescue.
const REBALANCE: &[u8] = br#"{"vault_extension":{"rebalance":{}}}"#;

/// A request to redeem.
pub struct Request {
    /// Receives the coins; the sender by default.
    pub recipient: Option<String>,
    /// Shares to burn.
    pub amount: Shares,
    /// Minimum amount of base.
    pub min_base: Option<Base>,
    /// Minimum amount of quote.
    pub min_quote: Option<Quote>,
}

/// Burns the shares, tries to rescue the hedge if that is due, and pays the redeemer's part.
pub fn execute(deps: DepsMut, env: Env, info: MessageInfo, request: Request) -> Result<Response, ContractError> {
    cw_utils::nonpayable(&info)?;
    if request.amount.is_zero() {
        return Err(ContractError::ZeroAmount {});
    }
    let recipient = match &request.recipient {
        Some(recipient) => deps.api.addr_validate(recipient)?,
        None => info.sender.clone(),
    };
    if recipient == env.contract.address {
        return Err(ContractError::CoinsToVault {});
    }

    let mut session = Session::open(deps.storage, &env)?;
    let supply = token::burn(deps.storage, &info.sender, request.amount)?;
    let whole = shares::whole(supply, session.config.quote.decimals)?;
    let redemption = Redemption {
        min_base: request.min_base,
        min_quote: request.min_quote,
        ..Redemption::new(info.sender, recipient, request.amount, whole)
    };
    let position = session.position(deps.querier)?;
    let shared = shared(&session, &position)?;
    let Some(rescue) = rescue(&mut session, position).filter(|_| !shared.size.is_zero()) else {
        return leave(deps.storage, session, redemption, &shared);
    };

    // The rescue is a message to the vault itself. It is checked like any rebalance, and if it fails only the rescue is
    // undone.
    session.close(deps.storage)?;
    LEAVING.save(deps.storage, &redemption)?;
    let contract_addr = env.contract.address.into_string();
    let msg = WasmMsg::Execute { contract_addr, msg: Binary::from(REBALANCE), funds: vec![] };
    let event = events::rescue(&Decision { rule: rescue.rule, action: (&rescue.order).into() });
    Ok(Response::new().add_event(event).add_submessage(SubMsg::reply_always(msg, RESCUED)))
}

/// The position of which a redemption closes a part, or why it must wait. If closing it all would leave nothing, the
/// position is lost and counts as none: no more coins go into it, and only idle coins are left to pay out.
pub fn shared(session: &Session, position: &PositionResponse) -> Result<PositionState, ContractError> {
    let collateral_flags = checks::exit_flags(&position.position, &position.prices, session.books.idle)?;
    let priced = [&position.prices.flags, collateral_flags].iter().all(|flags| PriceUse::Reduce.allowed_by(flags));
    if !position.position.size.is_zero() && priced && hedge::is_lost(&session.config, &session.books, position) {
        return Ok(PositionState::default());
    }
    checks::assert_reducible(position, session.books.idle)?;
    Ok(position.position)
}

/// Rule 2 or 3, if due, without increasing the short. If that cannot be computed, nothing is due: a redemption goes on
/// regardless.
pub fn rescue(session: &mut Session, position: PositionResponse) -> Option<Rescue> {
    let Due { rule, action } = session.hedge(position).ok()?.rescue().ok()?;
    match action {
        Action::Order(order) => Some(Rescue { rule, order }),
        Action::None | Action::BuyBase { .. } | Action::OpenAuction { .. } => None,
    }
}

/// A rescue that is due.
pub struct Rescue {
    /// The rule that asks for it.
    pub rule: Option<Rule>,
    /// The order to send.
    pub order: Order,
}

/// Continues the redemption, whether the rescue worked or not.
pub fn after_rescue(deps: DepsMut, env: Env, result: SubMsgResult) -> Result<Response, ContractError> {
    let Some(redemption) = LEAVING.may_load(deps.storage)? else {
        return Err(ContractError::UnexpectedReply { id: RESCUED });
    };
    LEAVING.remove(deps.storage);
    let session = Session::open(deps.storage, &env)?;
    let position = session.position(deps.querier)?;

    let shared = shared(&session, &position)?;
    let response = leave(deps.storage, session, redemption, &shared)?;
    Ok(response.add_events(result.into_result().err().as_deref().map(events::rescue_failed)))
}

/// Removes the redeemer's part from the books, and from the venue if there is a position or margin. Their part of the
/// spent budget is removed too.
fn leave(
    storage: &mut dyn Storage,
    mut session: Session,
    mut redemption: Redemption,
    position: &PositionState,
) -> Result<Response, ContractError> {
    let share = shares::coins_floor(redemption.shares, session.books.idle, redemption.whole)?;
    let supply = shares::supply(redemption.whole, session.config.quote.decimals);
    let spent = &mut session.books.memory.cost_spent;
    *spent = hedge_policy::scale_spent(*spent, supply, supply.minus_or_zero(redemption.shares))?;

    let Some(order) = exit(&redemption, share, position)? else {
        redemption.at_hand = share;
        let response = pay(&session.config, &redemption, share)?;
        session.give(share)?;
        session.close(storage)?;
        return Ok(response);
    };
    redemption.attached = order.attached;
    redemption.at_hand = share.minus(order.attached)?;
    session.give(redemption.at_hand)?;
    session.send(storage, order, Pending::Redeem(redemption))
}

/// The order that withdraws the redeemer's part from the venue; none if there is nothing. `share`, the redeemer's part
/// of the idle coins, is attached to pay what their part of the margin does not cover; the rest is refunded.
pub fn exit(redemption: &Redemption, share: Purse, position: &PositionState) -> Result<Option<Order>, ContractError> {
    if position.size.is_zero() {
        // Margin without a position, left by a liquidation.
        let margin = shares::coins_floor(redemption.shares, position.margin, redemption.whole)?;
        let order = Order::trading(Int128::zero()).taking(margin);
        return Ok(Some(order).filter(|_| !margin.is_empty()));
    }
    let part = Part { numerator: redemption.shares.amount(), denominator: redemption.whole.amount() };
    Ok(Some(Order {
        size: OrderSize::Part(part),
        reduce_only: true,
        settle: Settle::No,
        limit_cost: None,
        margin_out: MarginOut::Part,
        attached: share,
    }))
}

/// Pays the redeemer's coins from the venue and from the idle coins.
pub fn finish(
    storage: &mut dyn Storage,
    mut session: Session,
    context: Redemption,
    answer: AdjustResponse,
) -> Result<Response, ContractError> {
    checks::assert_exit_cost(&session.config, &context, &answer)?;
    let paid = divide(&session.config, &context, &answer)?;
    // Coins from the venue are in the books already; idle coins were removed from them when the order was sent.
    session.receive(context.at_hand)?;
    session.give(paid)?;
    let response = pay(&session.config, &context, paid)?;
    session.close(storage)?;
    Ok(response)
}

/// The redeemer's coins after an exit: their part of the idle coins, refunded coins, and their part of the margin with
/// what it realised.
///
/// The closed part of the position is rounded up to a whole unit. If that unit has a gain, the fraction that is not the
/// redeemer's stays in the vault; otherwise every dust redemption could take the gain of a whole unit. What stays is
/// rounded up, because the venue pays gains in whole units, and the fraction it keeps came from the others' part too.
pub fn divide(config: &Config, context: &Redemption, answer: &AdjustResponse) -> Result<Purse, ContractError> {
    let all = context.at_hand.plus(answer.refund)?.plus(answer.margin_out)?;
    let realised = answer.realised.price_pnl.plus(answer.realised.funding)?.or_zero();
    let unsettled = answer.before.price_pnl.plus(answer.before.funding)?;
    let theirs = shares::value_floor(context.shares, unsettled, context.whole)?;
    let excess = Quote(realised.minus(theirs)?.or_zero().amount_ceil()?);

    let mut kept = excess.min(Quote(all.quote)).purse();
    let lacking = excess.minus_or_zero(Quote(kept.quote));
    if !lacking.is_zero() {
        // The order's cost used up that quote, so the rest stays as base.
        let price = PriceAt::new(&answer.prices, &config.base, &config.quote, End::Low)?.collateral;
        kept.base = price.amount_ceil(lacking.money())?.min(all.base);
    }
    Ok(all.minus(kept)?)
}

/// Refuses to pay nothing, or less than the sender's bounds.
pub fn assert_payable(config: &Config, redemption: &Redemption, paid: Purse) -> Result<(), ContractError> {
    if paid.is_empty() {
        return Err(ContractError::ZeroPayout { shares: redemption.shares.amount() });
    }
    let bounds = [
        (&config.base.denom, paid.base, redemption.min_base.map(Base::amount)),
        (&config.quote.denom, paid.quote, redemption.min_quote.map(Quote::amount)),
    ];
    for (denom, paid, min) in bounds {
        let min = min.unwrap_or_default();
        if paid < min {
            return Err(ContractError::TooLittlePaid { denom: denom.clone(), paid, min });
        }
    }
    Ok(())
}

fn pay(config: &Config, redemption: &Redemption, paid: Purse) -> Result<Response, ContractError> {
    assert_payable(config, redemption, paid)?;
    let coins = paid.coins(&config.base.denom, &config.quote.denom);
    let payment: CosmosMsg = BankMsg::Send { to_address: redemption.recipient.to_string(), amount: coins }.into();
    Ok(Response::new()
        .add_message(payment)
        .add_event(events::redeem(redemption, paid))
        .set_data(to_json_binary(&RedeemResponse { paid, shares: redemption.shares.amount() })?))
}
