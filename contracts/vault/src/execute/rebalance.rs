//! Rebalancing: anyone may call it, it does only what the policy decides, and it fails if the result is not better.

use ballast_math::{Base, Money, Purse, Quote};
use ballast_types::policy::{Decision, Rule};
use ballast_types::vault::RebalanceResponse;
use ballast_types::venue::{AdjustResponse, BuyBaseResponse, Order};
use cosmwasm_std::{to_json_binary, Addr, DepsMut, Env, MessageInfo, Response, Storage};
use hedge_policy::Action;

use crate::error::ContractError;
use crate::events;
use crate::hedge::checks;
use crate::session::Session;
use crate::state::{Config, Pending, PendingBuyBase, PendingRebalance};
use crate::valuation::{End, PriceAt};

/// Does what is due, if anything. The vault itself calls it to rescue the hedge before a redemption.
pub fn execute(deps: DepsMut, env: Env, info: MessageInfo) -> Result<Response, ContractError> {
    cw_utils::nonpayable(&info)?;
    let mut session = Session::open(deps.storage, &env)?;
    let position = session.position(deps.querier)?;
    let hedge = session.hedge(position)?;

    let due = if info.sender == env.contract.address { hedge.rescue()? } else { hedge.next_action()? };

    let decision = due.decision();
    match due.action {
        Action::None => {
            session.close(deps.storage)?;
            done(info.sender, decision, None, Base::ZERO, Money::ZERO)
        }
        Action::OpenAuction { quote } => {
            session.books.memory.auction_started = Some(hedge.open_seconds);
            session.close(deps.storage)?;
            let event = events::auction_opened(&info.sender, quote);
            Ok(done(info.sender, decision, None, Base::ZERO, Money::ZERO)?.add_event(event))
        }
        Action::Order(order) => {
            let purchase = Purchase::default();
            send(deps.storage, session, Step { rule: due.rule, sender: info.sender, order, purchase })
        }
        Action::BuyBase { quote, min_base } => {
            let context = PendingBuyBase { rule: due.rule, sender: info.sender, quote };
            session.buy_base(deps.storage, quote, min_base, Pending::BuyBase(context))
        }
    }
}

/// Hedges the base that rule 7 bought, in the same transaction and at the same price.
pub fn hedge_bought(
    deps: DepsMut,
    mut session: Session,
    context: PendingBuyBase,
    answer: BuyBaseResponse,
) -> Result<Response, ContractError> {
    let (base, refund) = (Base(answer.base), Quote(answer.refund));
    session.receive(refund.purse())?;
    let position = session.position(deps.querier)?;
    let order = session.hedge(position)?.fill_order(base, Quote::ZERO)?;
    let purchase = Purchase {
        sent: context.quote,
        base,
        spent: context.quote.minus(refund)?,
        idle_before: Some(session.books.idle),
    };
    session.receive(base.purse())?;
    send(deps.storage, session, Step { rule: context.rule, sender: context.sender, order, purchase })
}

/// An order and why it is sent.
struct Step {
    rule: Option<Rule>,
    sender: Addr,
    order: Order,
    purchase: Purchase,
}

/// What rule 7 bought from the pool before the order.
#[derive(Default)]
struct Purchase {
    sent: Quote,
    base: Base,
    spent: Quote,
    /// Idle coins before the purchase: base that was just bought must count as an increase when the hedge ratio is
    /// checked.
    idle_before: Option<Purse>,
}

fn send(storage: &mut dyn Storage, session: Session, step: Step) -> Result<Response, ContractError> {
    let context = PendingRebalance {
        rule: step.rule,
        sender: step.sender,
        idle_before: step.purchase.idle_before.unwrap_or(session.books.idle),
        order: step.order.clone(),
        quote_sent: step.purchase.sent,
        base_bought: step.purchase.base,
        quote_spent: step.purchase.spent,
    };
    session.send(storage, step.order, Pending::Rebalance(context))
}

/// Checks the result, using only the venue's response, and counts its cost.
pub fn finish(
    storage: &mut dyn Storage,
    mut session: Session,
    context: PendingRebalance,
    answer: AdjustResponse,
) -> Result<Response, ContractError> {
    checks::assert_done(&session, (context.rule, context.idle_before, context.order.limit_cost), &answer)?;
    let premium = premium(&session.config, &answer, &context)?;
    let cost = session.spend(&answer, premium)?;
    session.close(storage)?;

    let decision = context.decision();
    done(context.sender, decision, Some(answer), context.base_bought, cost)
}

/// What rule 7 paid for base above the price; a discount counts as zero.
fn premium(config: &Config, answer: &AdjustResponse, context: &PendingRebalance) -> Result<Money, ContractError> {
    if context.quote_spent.is_zero() {
        return Ok(Money::ZERO);
    }
    let price = PriceAt::new(&answer.prices, &config.base, &config.quote, End::Spot)?;
    let worth = price.collateral.value(context.base_bought.amount())?;
    Ok(context.quote_spent.money().minus(worth)?.or_zero())
}

fn done(
    sender: Addr,
    decision: Decision,
    order: Option<AdjustResponse>,
    base_bought: Base,
    cost: Money,
) -> Result<Response, ContractError> {
    let event = events::rebalance(&sender, &decision, cost, base_bought);
    let data = to_json_binary(&RebalanceResponse { decision, order, base_bought: base_bought.amount() })?;
    Ok(Response::new().add_event(event).set_data(data))
}
