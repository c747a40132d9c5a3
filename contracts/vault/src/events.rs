//! The vault's events, one for each change of state.
#![expect(missing_docs, reason = "each function is named after its event")]

use ballast_math::{Base, Money, Purse, Quote, Shares};
use ballast_types::policy::{Decision, HedgeAction};
use ballast_types::vault::VaultAction;
use cosmwasm_std::{Addr, Event, Uint128};

use crate::state::{PendingDeposit, Redemption};

fn event(name: &str) -> Event {
    Event::new(format!("ballast-vault/{name}")).add_attribute("action", name)
}

pub fn instantiate(owner: &str, venue: &Addr, market: &str) -> Event {
    event("instantiate").add_attribute("owner", owner).add_attribute("venue", venue).add_attribute("market", market)
}

pub fn deposit(context: &PendingDeposit, shares: Shares, added: Money) -> Event {
    event("deposit")
        .add_attribute("sender", &context.sender)
        .add_attribute("recipient", &context.recipient)
        .add_attribute("amount", context.amount)
        .add_attribute("posted", context.attached.base)
        .add_attribute("shares", shares)
        .add_attribute("added", added.to_string())
}

pub fn redeem(context: &Redemption, paid: Purse) -> Event {
    event("redeem")
        .add_attribute("sender", &context.sender)
        .add_attribute("recipient", &context.recipient)
        .add_attribute("shares", context.shares)
        .add_attribute("base", paid.base)
        .add_attribute("quote", paid.quote)
}

/// A redemption first tries to rescue the hedge.
pub fn rescue(decision: &Decision) -> Event {
    decided(event("rescue"), decision)
}

/// The rescue failed, and the redemption goes on without it.
pub fn rescue_failed(reason: &str) -> Event {
    event("rescue_failed").add_attribute("reason", reason)
}

pub fn rebalance(sender: &Addr, decision: &Decision, cost: Money, base_bought: Base) -> Event {
    decided(event("rebalance"), decision)
        .add_attribute("sender", sender)
        .add_attribute("cost", cost.to_string())
        .add_attribute("base_bought", base_bought)
}

pub fn auction_opened(sender: &Addr, quote: Quote) -> Event {
    event("open_auction").add_attribute("sender", sender).add_attribute("quote", quote)
}

pub fn sell_base(sender: &Addr, base: Base, quote: Quote) -> Event {
    event("sell_base").add_attribute("sender", sender).add_attribute("base", base).add_attribute("quote", quote)
}

pub fn update_policy(sender: &Addr) -> Event {
    event("update_policy").add_attribute("sender", sender)
}

pub fn set_deposit_cap(sender: &Addr, cap: Option<Uint128>) -> Event {
    let cap = cap.map_or_else(|| "none".to_string(), |cap| cap.to_string());
    event("set_deposit_cap").add_attribute("sender", sender).add_attribute("deposit_cap", cap)
}

pub fn pause(sender: &Addr, stopped: &[VaultAction]) -> Event {
    event("pause").add_attribute("sender", sender).add_attribute("stopped", names(stopped))
}

pub fn resume(sender: &Addr, stopped: &[VaultAction]) -> Event {
    event("resume").add_attribute("sender", sender).add_attribute("stopped", names(stopped))
}

pub fn set_guardian(sender: &Addr, guardian: &Addr) -> Event {
    event("set_guardian").add_attribute("sender", sender).add_attribute("guardian", guardian)
}

pub fn update_ownership(sender: &Addr, owner: Option<&Addr>, pending: Option<&Addr>) -> Event {
    let name = |addr: Option<&Addr>| addr.map_or_else(|| "none".to_string(), ToString::to_string);
    event("update_ownership")
        .add_attribute("sender", sender)
        .add_attribute("owner", name(owner))
        .add_attribute("pending_owner", name(pending))
}

fn decided(event: Event, decision: &Decision) -> Event {
    let rule = decision.rule.map_or_else(|| "none".to_string(), |rule| rule.number().to_string());
    let event = event.add_attribute("rule", rule);
    match &decision.action {
        HedgeAction::None => event,
        HedgeAction::Adjust { delta, margin_in, margin_out, .. } => event
            .add_attribute("delta", delta.to_string())
            .add_attribute("base_in", margin_in.base)
            .add_attribute("quote_in", margin_in.quote)
            .add_attribute("base_out", margin_out.base)
            .add_attribute("quote_out", margin_out.quote),
        HedgeAction::BuyBase { quote } | HedgeAction::OpenAuction { quote } => event.add_attribute("quote", *quote),
    }
}

fn names(actions: &[VaultAction]) -> String {
    let names: Vec<_> = actions
        .iter()
        .map(|action| match action {
            VaultAction::Deposit => "deposit",
            VaultAction::Rebalance => "rebalance",
        })
        .collect();
    names.join(",")
}
