//! The market's events, one for each change of state.

use ballast_math::{Purse, Quote, Shares};
use ballast_types::market::{AdjustResponse, MarketAction, PoolNotice};
use ballast_types::Ownership;
use cosmwasm_std::{Addr, Event};
use perp_engine::{Bought, ClosedAtCap, Liquidated, SettledLoss};

fn event(name: &str) -> Event {
    Event::new(format!("ballast-market/{name}")).add_attribute("action", name)
}

fn of(name: &str, market: &str) -> Event {
    event(name).add_attribute("market", market)
}

fn purse(event: Event, name: &str, purse: Purse) -> Event {
    event.add_attribute(format!("{name}_base"), purse.base).add_attribute(format!("{name}_quote"), purse.quote)
}

pub fn instantiate(owner: &str, guardian: &Addr) -> Event {
    event("instantiate").add_attribute("owner", owner).add_attribute("guardian", guardian)
}

pub fn migrate(version: &str) -> Event {
    event("migrate").add_attribute("version", version)
}

pub fn create_market(market: &str, base: &str, quote: &str) -> Event {
    of("create_market", market).add_attribute("base", base).add_attribute("quote", quote)
}

pub fn update_params(market: &str) -> Event {
    of("update_params", market)
}

pub fn adjust(market: &str, owner: &Addr, done: &AdjustResponse) -> Event {
    let event = of("adjust", market)
        .add_attribute("owner", owner)
        .add_attribute("index", done.prices.index.to_string())
        .add_attribute("size_before", done.before.size)
        .add_attribute("size", done.after.size)
        .add_attribute("entry_value", done.after.entry_value)
        .add_attribute("settled", done.settled.to_string())
        .add_attribute("price_pnl", done.realised.price_pnl.to_string())
        .add_attribute("funding", done.realised.funding.to_string())
        .add_attribute("fee", done.costs.fee)
        .add_attribute("spread", done.costs.spread)
        .add_attribute("conversion", done.costs.conversion);
    let event = purse(event, "margin", done.after.margin);
    purse(purse(event, "margin_out", done.margin_out), "refund", done.refund)
}

pub fn liquidate(market: &str, owner: &Addr, liquidator: &Addr, done: &Liquidated) -> Event {
    let event = of("liquidate", market)
        .add_attribute("owner", owner)
        .add_attribute("liquidator", liquidator)
        .add_attribute("settled", done.settled.to_string())
        .add_attribute("closed", done.closed)
        .add_attribute("size", done.position.size)
        .add_attribute("insured", done.insured)
        .add_attribute("bad_debt", done.bad_debt);
    purse(purse(event, "reward", done.reward), "margin", done.position.margin)
}

pub fn close_at_cap(market: &str, owner: &Addr, sender: &Addr, done: &ClosedAtCap) -> Event {
    let event = of("close_at_cap", market)
        .add_attribute("owner", owner)
        .add_attribute("sender", sender)
        .add_attribute("closed", done.closed);
    purse(purse(event, "paid", done.paid), "margin", done.position.margin)
}

pub fn settle_loss(market: &str, owner: &Addr, sender: &Addr, done: &SettledLoss) -> Event {
    let event = of("settle_loss", market)
        .add_attribute("owner", owner)
        .add_attribute("sender", sender)
        .add_attribute("price_pnl", done.realised.price_pnl.to_string())
        .add_attribute("funding", done.realised.funding.to_string());
    purse(purse(event, "paid", done.paid), "margin", done.position.margin)
}

pub fn pool_deposit(market: &str, provider: &Addr, amount: Quote, shares: Shares) -> Event {
    of("pool_deposit", market)
        .add_attribute("provider", provider)
        .add_attribute("amount", amount)
        .add_attribute("shares", shares)
}

pub fn pool_request(market: &str, provider: &Addr, request: &PoolNotice) -> Event {
    of("pool_request", market)
        .add_attribute("provider", provider)
        .add_attribute("shares", request.shares)
        .add_attribute("from", request.from.seconds().to_string())
        .add_attribute("until", request.until.seconds().to_string())
}

/// A request that was cancelled, or cleared after it lapsed.
pub fn pool_cancel(market: &str, provider: &Addr, sender: &Addr, shares: Shares) -> Event {
    of("pool_cancel", market)
        .add_attribute("provider", provider)
        .add_attribute("sender", sender)
        .add_attribute("shares", shares)
}

pub fn pool_withdraw(market: &str, provider: &Addr, shares: Shares, paid: Purse) -> Event {
    let event = of("pool_withdraw", market).add_attribute("provider", provider).add_attribute("shares", shares);
    purse(event, "paid", paid)
}

pub fn buy_base(market: &str, buyer: &Addr, done: &Bought) -> Event {
    of("buy_base", market)
        .add_attribute("buyer", buyer)
        .add_attribute("base", done.base)
        .add_attribute("quote", done.quote)
        .add_attribute("refund", done.refund)
}

pub fn pause(market: &str, sender: &Addr, actions: &[MarketAction]) -> Event {
    of("pause", market).add_attribute("sender", sender).add_attribute("actions", names(actions))
}

pub fn resume(market: &str, sender: &Addr, actions: &[MarketAction]) -> Event {
    of("resume", market).add_attribute("sender", sender).add_attribute("actions", names(actions))
}

fn names(actions: &[MarketAction]) -> String {
    let names: Vec<&str> = actions.iter().map(|action| name(*action)).collect();
    names.join(",")
}

fn name(action: MarketAction) -> &'static str {
    match action {
        MarketAction::Increase => "increase",
        MarketAction::Reduce => "reduce",
        MarketAction::MarginIn => "margin_in",
        MarketAction::MarginOut => "margin_out",
        MarketAction::Liquidate => "liquidate",
        MarketAction::PoolIn => "pool_in",
        MarketAction::PoolOut => "pool_out",
    }
}

pub fn set_hedger(market: &str, hedger: Option<&Addr>) -> Event {
    of("set_hedger", market).add_attribute("hedger", hedger.map(Addr::as_str).unwrap_or_default())
}

pub fn set_guardian(guardian: &Addr) -> Event {
    event("set_guardian").add_attribute("guardian", guardian)
}

pub fn update_ownership(ownership: Ownership<Addr>) -> Event {
    event("update_ownership").add_attributes(ownership.into_attributes())
}
