//! Values of coins and shares, and the costs of depositing and redeeming.

use std::fmt::Write as _;

use ballast_types::vault::{ExtensionQueryMsg, VaultPositionResponse};
use ballast_types::Purse;
use cosmwasm_std::Uint128;
use serde::Serialize;
use serde_json::{json, Value};

use super::system::{System, Units};
use crate::figures::{fixed, float};
use crate::session::Session;
use crate::{Event, Result};

/// Price of a whole share while no shares exist, in whole quote.
const PAR: f64 = 1.0;

/// The market's event of an order.
const ORDER: &str = "wasm-ballast-market/adjust";
/// Parts of a cost below this are not mentioned.
const NEGLIGIBLE: f64 = 0.02;

/// Prices at which the net asset value is computed.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Worth {
    /// Whole quote per whole base.
    base: f64,
    /// Whole quote per whole share.
    share: f64,
}

/// Costs of a deposit or redemption.
#[derive(Debug, Clone, PartialEq)]
pub struct Toll {
    /// Value of what is given, whole quote.
    pub given: f64,
    /// The lost part of that value, whole quote.
    pub lost: f64,
    /// The part of the cost that the market charges for the hedge.
    pub hedging: Hedging,
}

/// The market's charges for orders, units of quote.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
pub struct Hedging {
    /// Taker fee.
    pub fee: Uint128,
    /// Spread.
    pub spread: Uint128,
    /// Charge for paying in base.
    pub conversion: Uint128,
}

impl Hedging {
    /// The charges for all orders of this account in a transaction.
    pub fn of(events: &[Event], account: &str) -> Self {
        let orders = events.iter().filter(|event| event.kind == ORDER && event.get("owner") == Some(account));
        orders.fold(Hedging::default(), |sum, order| {
            let more = |sum: Uint128, key| {
                let amount = order.get(key).and_then(|amount| amount.parse::<Uint128>().ok());
                sum.saturating_add(amount.unwrap_or_default())
            };
            Hedging {
                fee: more(sum.fee, "fee"),
                spread: more(sum.spread, "spread"),
                conversion: more(sum.conversion, "conversion"),
            }
        })
    }

    /// Each part in whole quote.
    pub fn render(&self, units: &Units) -> String {
        let parts = [("fee", self.fee), ("spread", self.spread), ("conversion", self.conversion)];
        let parts = parts.map(|(name, amount)| format!("{name} {}", cents(whole(amount, units.quote.decimals))));
        format!("{} {}", parts.join(", "), units.quote_name)
    }

    fn all(&self, units: &Units) -> f64 {
        [self.fee, self.spread, self.conversion].iter().map(|part| whole(*part, units.quote.decimals)).sum()
    }
}

impl Worth {
    /// Queries the vault for the prices.
    ///
    /// # Errors
    /// [`crate::Error::Chain`] with the vault's text, for example before the first price.
    pub fn ask(session: &Session, system: &System) -> Result<Self> {
        let position: VaultPositionResponse = system.ask_vault(session, ExtensionQueryMsg::Position {})?;
        let share = system.units.share_price(position.nav, position.shares);
        Ok(Worth { base: float(position.venue.prices.collateral), share: share.map_or(PAR, float) })
    }

    fn coins(&self, coins: Purse, units: &Units) -> f64 {
        self.base * whole(coins.base, units.base.decimals) + whole(coins.quote, units.quote.decimals)
    }

    fn shares(&self, shares: Uint128, units: &Units) -> f64 {
        self.share * whole(shares, units.share_decimals)
    }

    /// Cost of a deposit: coins in, shares out.
    pub fn deposit(&self, base: Uint128, shares: Uint128, units: &Units) -> Toll {
        Toll::new(self.coins(Purse::base(base), units), self.shares(shares, units))
    }

    /// Cost of a redemption: shares in, coins out.
    pub fn redemption(&self, shares: Uint128, coins: Purse, units: &Units) -> Toll {
        Toll::new(self.shares(shares, units), self.coins(coins, units))
    }
}

impl Toll {
    fn new(given: f64, got: f64) -> Self {
        Toll { given, lost: (given - got).max(0.0), hedging: Hedging::default() }
    }

    /// Adds the market's charges.
    #[must_use]
    pub fn of_which(self, hedging: Hedging) -> Self {
        Toll { hedging, ..self }
    }

    /// The cost in units of quote, as `--json` writes amounts.
    pub fn json(&self, units: &Units) -> Value {
        let amount = |quote: f64| {
            let amount = quote * 10f64.powi(units.quote.decimals.into());
            format!("{amount:.0}").parse::<Uint128>().unwrap_or_default()
        };
        json!({"given": amount(self.given), "lost": amount(self.lost), "hedging": self.hedging})
    }

    /// The cost in whole quote, in percent, and part by part.
    pub fn render(&self, units: &Units) -> String {
        let part = if self.given > 0.0 { self.lost / self.given } else { 0.0 };
        let (given, lost, quote) = (fixed(self.given, 2), cents(self.lost), &units.quote_name);
        let percent = fixed(part * 100.0, 3);
        let mut text = format!("worth {given} {quote} now, of which it costs about {lost} {quote} ({percent} %)");
        let hedging = self.hedging.all(units);
        if hedging > 0.0 {
            let _ = write!(text, "\nthe market takes {}", self.hedging.render(units));
        }
        let rest = self.lost - hedging;
        if hedging > 0.0 && rest.abs() > self.lost * NEGLIGIBLE {
            let rest = cents(rest.abs());
            let _ = match self.lost > hedging {
                true => {
                    write!(text, "; the other {rest} {quote} are the price band, which counts against you, or a price that moved meanwhile")
                }
                false => write!(text, "; {rest} {quote} of that are for the hedge of all, not for your part"),
            };
        }
        text
    }
}

/// Whole quote to the hundredth of a cent.
fn cents(quote: f64) -> String {
    fixed(quote, 4)
}

fn whole(units: Uint128, decimals: u8) -> f64 {
    float(units) / 10f64.powi(decimals.into())
}

#[cfg(test)]
mod tests {
    use super::super::system::tests::units;
    use super::*;

    #[test]
    fn a_deposit_costs_what_its_shares_are_worth_less_than_its_coins() {
        // 12.5 atom at 10 are 125 usdc; 124.912 shares at 1 are 0.088 less, which is 0.0704 %
        let worth = Worth { base: 10.0, share: PAR };
        let toll = worth.deposit(Uint128::new(12_500_000), Uint128::new(124_912_000_000_000), &units());
        assert_eq!(toll.render(&units()), "worth 125.00 usdc now, of which it costs about 0.0880 usdc (0.070 %)");
    }

    #[test]
    fn a_cost_in_json_is_in_units_of_quote_throughout() {
        let hedging =
            Hedging { fee: Uint128::new(62_500), spread: Uint128::new(25_000), conversion: Uint128::new(500) };
        let toll = Toll { given: 125.0, lost: 0.088, hedging };
        let hedging = json!({"fee": "62500", "spread": "25000", "conversion": "500"});
        assert_eq!(toll.json(&units()), json!({"given": "125000000", "lost": "88000", "hedging": hedging}));
    }

    #[test]
    fn a_redemption_costs_what_its_coins_of_both_kinds_are_worth_less_than_its_shares() {
        // 100 shares at 1.25 are 125 usdc; 9.9 atom at 12.5 are 123.75, with 1 usdc 124.75
        let worth = Worth { base: 12.5, share: 1.25 };
        let coins = Purse::new(Uint128::new(9_900_000), Uint128::new(1_000_000));
        let toll = worth.redemption(Uint128::new(100_000_000_000_000), coins, &units());
        assert_eq!(toll.render(&units()), "worth 125.00 usdc now, of which it costs about 0.2500 usdc (0.200 %)");
    }

    fn order(owner: &str, [fee, spread, conversion]: [&str; 3]) -> Event {
        let attributes = [("owner", owner), ("fee", fee), ("spread", spread), ("conversion", conversion)];
        let attributes = attributes.map(|(key, value)| crate::Attribute { key: key.into(), value: value.into() });
        Event { kind: "wasm-ballast-market/adjust".into(), attributes: attributes.into() }
    }

    #[test]
    fn what_the_market_takes_is_told_part_by_part_of_the_vaults_orders_only() {
        let ours = order("vault", ["62500", "82000", "100"]);
        let events = [
            ours.clone(),
            order("another", ["70000", "70000", "70000"]),
            Event { kind: "wasm".into(), ..ours.clone() },
        ];
        let hedging = Hedging::of(&events, "vault");
        // 125 usdc in, 124.8554 out; 0.0625 + 0.0820 + 0.0001 = 0.1446
        let worth = Worth { base: 10.0, share: PAR };
        let toll = worth.deposit(Uint128::new(12_500_000), Uint128::new(124_855_400_000_000), &units());
        assert_eq!(
            toll.clone().of_which(hedging).render(&units()),
            "worth 125.00 usdc now, of which it costs about 0.1446 usdc (0.116 %)\n\
             the market takes fee 0.0625, spread 0.0820, conversion 0.0001 usdc"
        );
        let narrow = Hedging::of(&[order("vault", ["62500", "10000", "0"])], "vault");
        let text = toll.clone().of_which(narrow).render(&units());
        assert!(
            text.ends_with(
                "; the other 0.0721 usdc are the price band, which counts against you, or a price that moved meanwhile"
            ),
            "{text}"
        );
    }

    #[test]
    fn who_gets_more_than_they_give_pays_nothing() {
        let worth = Worth { base: 10.0, share: PAR };
        assert_eq!(worth.deposit(Uint128::new(1_000_000), Uint128::new(11_000_000_000_000), &units()).lost, 0.0);
        assert_eq!(
            worth.deposit(Uint128::zero(), Uint128::zero(), &units()).render(&units()),
            "worth 0.00 usdc now, of which it costs about 0.0000 usdc (0.000 %)"
        );
    }
}
