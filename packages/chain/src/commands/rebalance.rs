//! Sends one action of the vault's policy, if one is due.

use ballast_types::policy::{Decision, HedgeAction, Rule};
use ballast_types::vault::{ExecuteMsg, ExtensionExecuteMsg, ExtensionQueryMsg, RebalanceResponse};
use cosmwasm_std::{Int128, Uint128};
use serde_json::json;

use super::system::{System, Units};
use crate::figures::rule_name;
use crate::session::Session;
use crate::{Msg, Result};

/// Runs `ballast-chain rebalance`.
///
/// # Errors
/// [`crate::Error::Chain`] with the vault's text when it refuses.
pub fn run(session: &Session) -> Result<()> {
    let system = System::load(session)?;
    let decision: Decision = system.ask_vault(session, ExtensionQueryMsg::NextAction {})?;
    if decision.action == HedgeAction::None {
        session.say("nothing is due")?;
        return session.answer(&json!({"decision": decision, "done": null, "transaction": null}));
    }
    let signer = session.signer("keeper")?;
    let what = format!("rebalance: {}", describe(&decision, &system.units));
    let sent = session.confirm_and_send(&signer, &[message(&system)?], &what)?;
    let done: RebalanceResponse = sent.data(0)?;
    session.say(outcome(&done, &system.units))?;
    session.answer(&json!({"decision": decision, "done": done, "transaction": sent.summary()}))
}

/// The message for this.
///
/// # Errors
/// [`crate::Error::User`] when it cannot be encoded as JSON.
pub fn message(system: &System) -> Result<Msg> {
    system.vault_call(&ExecuteMsg::VaultExtension(ExtensionExecuteMsg::Rebalance {}), &[])
}

/// Describes the result.
pub fn outcome(done: &RebalanceResponse, units: &Units) -> String {
    let Some(rule) = done.decision.rule else {
        return "nothing was left to do: somebody else came first, or the price moved back".to_owned();
    };
    let mut parts = vec![format!("rule {} done", rule_name(rule))];
    if let Some(order) = &done.order {
        let costs = [order.costs.fee, order.costs.spread, order.costs.conversion];
        let costs = costs.into_iter().fold(Uint128::zero(), Uint128::saturating_add);
        parts.push(format!("short now {}", units.base(order.after.size.unsigned_abs())));
        parts.push(format!("cost {}", units.quote(costs)));
    }
    if !done.base_bought.is_zero() {
        parts.push(format!("bought {}", units.base(done.base_bought)));
    }
    parts.join(", ")
}

/// A decision with its reason.
pub fn describe(decision: &Decision, units: &Units) -> String {
    match decision.rule {
        Some(rule) => format!("rule {}, {}: {}", rule_name(rule), reason(rule), action(&decision.action, units)),
        None => "nothing is due".to_owned(),
    }
}

/// The reason for a rule's action.
pub const fn reason(rule: Rule) -> &'static str {
    match rule {
        Rule::SafeMode => "the venue is paused or its price unusable",
        Rule::Emergency => "leverage is at the emergency level",
        Rule::LeverageHigh => "leverage is above its maximum",
        Rule::Settle => "much is unsettled",
        Rule::HedgeBand => "the hedge ratio is out of its band",
        Rule::LeverageLow => "leverage is below its minimum",
        Rule::IdleQuote => "idle quote is above its buffer",
    }
}

fn action(action: &HedgeAction, units: &Units) -> String {
    match action {
        HedgeAction::None => "nothing".to_owned(),
        HedgeAction::Adjust { delta, settle, margin_in, margin_out } => {
            let mut parts = vec![];
            if !matches!(settle, ballast_types::market::Settle::No) {
                parts.push("settle".to_owned());
            }
            if !delta.is_zero() {
                let size = units.base(delta.unsigned_abs());
                parts.push(match *delta < Int128::zero() {
                    true => format!("sell {size} short"),
                    false => format!("buy back {size}"),
                });
            }
            if !margin_in.is_empty() {
                parts.push(format!("post {}", units.purse(*margin_in)));
            }
            if !margin_out.is_empty() {
                parts.push(format!("take home {}", units.purse(*margin_out)));
            }
            parts.join(", ")
        }
        HedgeAction::BuyBase { quote } => format!("buy base from the pool for {}", units.quote(*quote)),
        HedgeAction::OpenAuction { quote } => format!("offer {} for coins in an auction", units.quote(*quote)),
    }
}

#[cfg(test)]
mod tests {
    use super::super::system::tests::units;
    use super::*;
    use ballast_types::market::Settle;
    use ballast_types::Purse;

    #[test]
    fn a_decision_says_its_rule_and_every_part_of_its_order() {
        let action = HedgeAction::Adjust {
            delta: Int128::new(-1_500_000),
            settle: Settle::IfReserved,
            margin_in: Purse::base(Uint128::new(2_000_000)),
            margin_out: Purse::EMPTY,
        };
        let decision = Decision { rule: Some(Rule::Emergency), action };
        assert_eq!(
            describe(&decision, &units()),
            "rule 2 (emergency), leverage is at the emergency level: settle, sell 1.5 atom short, post 2 atom"
        );
        let action = HedgeAction::Adjust {
            delta: Int128::new(250_000),
            settle: Settle::No,
            margin_in: Purse::EMPTY,
            margin_out: Purse::new(Uint128::new(1), Uint128::new(7_000_000_000)),
        };
        let decision = Decision { rule: Some(Rule::HedgeBand), action };
        assert_eq!(
            describe(&decision, &units()),
            "rule 5 (hedge band), the hedge ratio is out of its band: buy back 0.25 atom, take home 0.000001 atom and 7,000 usdc"
        );
        assert_eq!(describe(&Decision { rule: None, action: HedgeAction::None }, &units()), "nothing is due");
    }

    #[test]
    fn an_answer_without_a_rule_did_nothing() {
        let decision = Decision { rule: None, action: HedgeAction::None };
        let done = RebalanceResponse { decision, order: None, base_bought: Uint128::zero() };
        assert!(outcome(&done, &units()).starts_with("nothing was left to do"));
        let decision =
            Decision { rule: Some(Rule::IdleQuote), action: HedgeAction::BuyBase { quote: Uint128::new(5) } };
        let done = RebalanceResponse { decision, order: None, base_bought: Uint128::new(3_000_000) };
        assert_eq!(outcome(&done, &units()), "rule 7 (idle quote) done, bought 3 atom");
    }
}
