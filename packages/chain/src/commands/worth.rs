//! What coins and shares are worth now, and so what coming and leaving cost.

use ballast_types::vault::{ExtensionQueryMsg, VaultPositionResponse};
use ballast_types::Purse;
use cosmwasm_std::Uint128;
use serde::Serialize;

use super::system::{fixed, float, percent, System, Units};
use crate::session::Session;
use crate::Result;

/// What a whole share costs while nobody has any, in whole quote.
const PAR: f64 = 1.0;

/// Prices of the vault's books: those at which a net asset value is counted.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Worth {
    /// Whole quote of a whole base.
    base: f64,
    /// Whole quote of a whole share.
    share: f64,
}

/// What is given up on the way in or out.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Toll {
    /// Value of what is given, whole quote.
    pub given: f64,
    /// What of it is lost, whole quote.
    pub lost: f64,
}

impl Worth {
    /// Asks the vault.
    ///
    /// # Errors
    /// [`crate::Error::Chain`] with the vault's text, as before the first price.
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

    /// Coins in, shares out.
    pub fn deposit(&self, base: Uint128, shares: Uint128, units: &Units) -> Toll {
        Toll::new(self.coins(Purse::base(base), units), self.shares(shares, units))
    }

    /// Shares in, coins out.
    pub fn redemption(&self, shares: Uint128, coins: Purse, units: &Units) -> Toll {
        Toll::new(self.shares(shares, units), self.coins(coins, units))
    }
}

impl Toll {
    fn new(given: f64, got: f64) -> Self {
        Toll { given, lost: (given - got).max(0.0) }
    }

    /// Both in quote, and as a part.
    pub fn render(&self, units: &Units) -> String {
        let part = if self.given > 0.0 { self.lost / self.given } else { 0.0 };
        let (given, lost, quote) = (fixed(self.given, 2), fixed(self.lost, 2), &units.quote_name);
        format!("worth {given} {quote} now, of which it costs about {lost} {quote} ({})", percent(part))
    }
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
        assert_eq!(toll.render(&units()), "worth 125.00 usdc now, of which it costs about 0.09 usdc (0.07 %)");
    }

    #[test]
    fn a_redemption_costs_what_its_coins_of_both_kinds_are_worth_less_than_its_shares() {
        // 100 shares at 1.25 are 125 usdc; 9.9 atom at 12.5 are 123.75, with 1 usdc 124.75
        let worth = Worth { base: 12.5, share: 1.25 };
        let coins = Purse::new(Uint128::new(9_900_000), Uint128::new(1_000_000));
        let toll = worth.redemption(Uint128::new(100_000_000_000_000), coins, &units());
        assert_eq!(toll.render(&units()), "worth 125.00 usdc now, of which it costs about 0.25 usdc (0.20 %)");
    }

    #[test]
    fn who_gets_more_than_they_give_pays_nothing() {
        let worth = Worth { base: 10.0, share: PAR };
        assert_eq!(worth.deposit(Uint128::new(1_000_000), Uint128::new(11_000_000_000_000), &units()).lost, 0.0);
        assert_eq!(
            worth.deposit(Uint128::zero(), Uint128::zero(), &units()).render(&units()),
            "worth 0.00 usdc now, of which it costs about 0.00 usdc (0.00 %)"
        );
    }
}
