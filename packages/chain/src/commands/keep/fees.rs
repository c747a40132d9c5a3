//! How many actions a keeper can still pay for.

use cosmwasm_std::{Coin, Uint128};

use super::Keeper;
use crate::figures::float;
use crate::log::{self, Level};
use crate::{amount, Result};

/// Gas of the most expensive action, with a margin: buying coins with idle quote.
const ACTION_GAS: u64 = 620_000;
/// An account that can pay for fewer actions is nearly empty: a rough day can take as many.
const LOW: u64 = 100;

/// What is left.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Fees {
    /// The coin in which fees are paid.
    pub left: Coin,
    /// The same in whole coins; none if the chain file does not define the coin.
    pub whole: Option<f64>,
    /// Number of actions that it pays for; none if they are free.
    pub actions: Option<u64>,
}

impl Fees {
    fn new(left: Coin, decimals: Option<u8>, fee: Uint128) -> Self {
        let actions = left.amount.checked_div(fee).ok();
        let actions = actions.map(|actions| u64::try_from(actions.u128()).unwrap_or(u64::MAX));
        let whole = decimals.map(|decimals| float(amount::whole(left.amount, decimals)));
        Fees { left, whole, actions }
    }

    /// Whether somebody should send more.
    pub fn are_low(&self) -> bool {
        self.actions.is_some_and(|actions| actions < LOW)
    }

    /// What is left, in words.
    pub fn actions(&self) -> String {
        self.actions.map_or("without end".to_owned(), |actions| actions.to_string())
    }
}

impl Keeper<'_> {
    /// Queries the bank and updates the metrics.
    pub(super) fn look_at_fees(&self) -> Result<Fees> {
        let client = &self.session.client;
        let denom = client.chain().gas_price.denom.clone();
        let amount = client.balance(self.signer.address(), &denom)?;
        let decimals = self.session.file.coins.values().find(|coin| coin.denom == denom).map(|coin| coin.decimals);
        let fees = Fees::new(Coin { denom, amount }, decimals, client.cost(ACTION_GAS)?.fee.amount);
        self.metrics.lock().fees = Some(fees.clone());
        Ok(fees)
    }

    /// Warns once when fees run low, and again if it happens after a refill.
    pub(super) fn watch_fees(&mut self) -> Result<()> {
        let fees = self.look_at_fees()?;
        let low = fees.are_low();
        if low && !self.low_on_fees {
            let fields = [
                ("account", self.signer.address().to_owned()),
                ("for_fees", self.session.coin(&fees.left)),
                ("pays_for_actions", fees.actions()),
            ];
            log::line(Level::Warn, "low_on_fees", &fields);
        }
        self.low_on_fees = low;
        self.poor &= low;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Units of six decimals at a fee of 25,000 an action.
    fn fees(units: u128) -> Fees {
        Fees::new(Coin { denom: "ucosm".into(), amount: units.into() }, Some(6), Uint128::new(25_000))
    }

    #[test]
    fn what_is_left_is_counted_in_whole_actions() {
        assert_eq!(fees(0).actions, Some(0));
        assert_eq!(fees(49_999).actions, Some(1));
        assert_eq!(fees(2_500_000).actions, Some(100));
        assert_eq!(fees(2_500_000).whole, Some(2.5));
    }

    #[test]
    fn below_a_hundred_actions_an_account_is_nearly_empty() {
        assert!(fees(0).are_low() && fees(2_499_999).are_low());
        assert!(!fees(2_500_000).are_low());
        let free = Fees::new(Coin { denom: "ucosm".into(), amount: Uint128::zero() }, Some(6), Uint128::zero());
        assert!(!free.are_low());
        assert_eq!(free.actions(), "without end");
    }
}
