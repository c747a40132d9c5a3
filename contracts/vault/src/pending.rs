//! What the handlers need to continue when the venue replies.

use ballast_math::{stored_as_list, Base, Quote, Shares};
use ballast_types::policy::{Decision, HedgeAction, Rule};
use ballast_types::venue::Order;
use ballast_types::Purse;
use ballast_wire::{Items, Read, Value};
use cosmwasm_schema::serde::{Serialize, Serializer};
use cosmwasm_std::{Addr, Decimal256, Uint128};

/// An order or purchase at the venue whose reply is pending.
#[derive(Serialize, Read, Clone, Debug, PartialEq)]
#[serde(crate = "cosmwasm_schema::serde", rename_all = "snake_case")]
pub enum Pending {
    /// The hedge of a deposit.
    Deposit(PendingDeposit),
    /// The exit of a redemption.
    Redeem(Redemption),
    /// The order of a rebalance.
    Rebalance(PendingRebalance),
    /// Rule 7 buys base from the venue's pool.
    BuyBase(PendingBuyBase),
    /// The hedge of coins brought to the auction.
    SellBase(PendingSellBase),
}

/// Context of a deposit.
#[derive(Clone, Debug, PartialEq)]
pub struct PendingDeposit {
    /// The depositor.
    pub sender: Addr,
    /// Receives the shares.
    pub recipient: Addr,
    /// Base deposited.
    pub amount: Base,
    /// Part of it that was attached to the order; the rest is already in the books.
    pub attached: Purse,
    /// The sender's bound.
    pub min_shares: Shares,
}

/// Context of a redemption. The shares are already burned.
#[derive(Clone, Debug, PartialEq)]
pub struct Redemption {
    /// Owner of the shares.
    pub sender: Addr,
    /// Receives the coins.
    pub recipient: Addr,
    /// Shares burned.
    pub shares: Shares,
    /// Supply and virtual shares before: the redeemer's part is `shares / whole`.
    pub whole: Shares,
    /// The sender's bound; without any, `exit_cost` limits the cost.
    pub min_base: Option<Base>,
    /// The sender's bound.
    pub min_quote: Option<Quote>,
    /// The redeemer's part of the idle coins that was not sent to the venue.
    pub at_hand: Purse,
    /// Coins attached to the exit.
    pub attached: Purse,
}

impl Redemption {
    /// A redemption of `shares` out of `whole`, with no coins moved yet and no bounds.
    pub fn new(sender: Addr, recipient: Addr, shares: Shares, whole: Shares) -> Redemption {
        let (at_hand, attached) = (Purse::EMPTY, Purse::EMPTY);
        Redemption { sender, recipient, shares, whole, min_base: None, min_quote: None, at_hand, attached }
    }
}

/// Context of a rebalance.
#[derive(Clone, Debug, PartialEq)]
pub struct PendingRebalance {
    /// The rule that was due.
    pub rule: Option<Rule>,
    /// The sender of the message.
    pub sender: Addr,
    /// Idle coins before the order, without the base that it hedges.
    pub idle_before: Purse,
    /// The order, which trades a delta.
    pub order: Order,
    /// Quote sent to the venue's pool before the order; zero without a purchase.
    pub quote_sent: Quote,
    /// Base bought with it.
    pub base_bought: Base,
    /// Quote spent on it.
    pub quote_spent: Quote,
}

impl PendingRebalance {
    /// What was due.
    pub fn decision(&self) -> Decision {
        let action = if self.quote_sent.is_zero() {
            HedgeAction::from(&self.order)
        } else {
            HedgeAction::BuyBase { quote: self.quote_sent.amount() }
        };
        Decision { rule: self.rule, action }
    }
}

/// Context of rule 7's purchase.
#[derive(Clone, Debug, PartialEq)]
pub struct PendingBuyBase {
    /// The rule that was due.
    pub rule: Option<Rule>,
    /// The sender of the message.
    pub sender: Addr,
    /// Quote sent to the pool, already removed from the books.
    pub quote: Quote,
}

/// Context of a fill of the auction.
#[derive(Clone, Debug, PartialEq)]
pub struct PendingSellBase {
    /// Brings base and receives quote.
    pub sender: Addr,
    /// Base attached by the sender.
    pub base: Base,
    /// Part of it that was attached to the order; the rest is already in the books.
    pub attached: Purse,
    /// Idle coins before, without the new base: if it is not hedged, the hedge ratio gets worse.
    pub idle_before: Purse,
    /// Bonus over the oracle price.
    pub bonus: Decimal256,
    /// Maximum quote that the auction pays.
    pub excess: Quote,
    /// The sender's bound.
    pub min_quote: Quote,
    /// Maximum cost of hedging.
    pub max_cost: Option<Uint128>,
}

stored_as_list!(PendingDeposit { sender, recipient, amount, attached, min_shares });
stored_as_list!(Redemption { sender, recipient, shares, whole, min_base, min_quote, at_hand, attached });
stored_as_list!(PendingBuyBase { rule, sender, quote });
stored_as_list!(PendingSellBase { sender, base, attached, idle_before, bonus, excess, min_quote, max_cost });

/// Also as a list, with the order's fields flattened.
impl Serialize for PendingRebalance {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let PendingRebalance { rule, sender, idle_before, order, quote_sent, base_bought, quote_spent } = self;
        let Order { settle, attached, limit_cost, .. } = order;
        let (delta, out) = (order.delta(), order.exact_margin_out());
        let list =
            (rule, sender, idle_before, delta, settle, attached, out, limit_cost, quote_sent, base_bought, quote_spent);
        list.serialize(serializer)
    }
}

impl Read for PendingRebalance {
    fn read(value: Value<'_>) -> ballast_wire::Result<Self> {
        let mut items = Items::of(value)?;
        let (rule, sender, idle_before) = (items.take()?, items.take()?, items.take()?);
        let order = Order::trading(items.take()?);
        let order = Order { settle: items.take()?, attached: items.take()?, ..order }.taking(items.take()?);
        let order = Order { limit_cost: items.take()?, ..order };
        let (quote_sent, base_bought, quote_spent) = (items.take()?, items.take()?, items.take()?);
        items.end()?;
        Ok(PendingRebalance { rule, sender, idle_before, order, quote_sent, base_bought, quote_spent })
    }
}

ballast_wire::deserialize_as_read!(PendingRebalance);

#[cfg(test)]
mod tests {
    use super::*;
    use cosmwasm_std::{from_json, to_json_string, Int128};

    #[test]
    fn a_rebalance_is_stored_as_a_list_with_the_fields_of_its_order_among_the_others() {
        let order = Order {
            settle: ballast_types::venue::Settle::Required,
            limit_cost: Some(Uint128::new(9)),
            attached: Purse::base(Uint128::new(3)),
            ..Order::trading(Int128::new(-5))
        };
        let context = PendingRebalance {
            rule: Some(Rule::Settle),
            sender: Addr::unchecked("alice"),
            idle_before: Purse::quote(Uint128::new(8)),
            order: order.taking(Purse::quote(Uint128::new(4))),
            quote_sent: Quote(Uint128::new(1)),
            base_bought: Base(Uint128::new(2)),
            quote_spent: Quote(Uint128::new(6)),
        };
        let purse = |base, quote| format!(r#"{{"base":"{base}","quote":"{quote}"}}"#);
        let (idle, attached, out) = (purse(0, 8), purse(3, 0), purse(0, 4));
        let text = format!(r#"["settle","alice",{idle},"-5","required",{attached},{out},"9","1","2","6"]"#);
        assert_eq!(to_json_string(&context).unwrap(), text);
        assert_eq!(from_json::<PendingRebalance>(text).unwrap(), context);
    }
}
