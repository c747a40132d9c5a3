//! The arbitrageur and the long trader.

use ballast_types::market::{MarginOut, Settle};
use ballast_types::vault::VaultPositionResponse;
use cosmwasm_std::{Decimal256, Uint128};

use super::{order, sample, short_of, HourReport, World};
use crate::suite::Result;

/// The trader trades when it is this far from its target.
const LONG_BAND: f64 = 0.05;

impl World {
    /// Buys the pool's base and fills the vault's auction if the profit is large enough; `price` is what base sells for.
    pub(super) fn arbitrage(
        &mut self,
        position: &VaultPositionResponse,
        price: Decimal256,
        report: &mut HourReport,
    ) -> Result<()> {
        let edge = sample::number(self.params.edge);
        let price = sample::number(price);
        let offer = position.venue.base_for_sale;
        if !offer.amount.is_zero() && sample::number(offer.price) <= price * (1.0 - edge) {
            let quote = self.worth(offer.amount.u128(), offer.price) + 2.0;
            if let Err(refusal) = self.suite.buy_base("arbitrageur", quote as u128) {
                report.refused.push(format!("buy base: {refusal}"));
            }
        }
        let nav = sample::money(position.nav);
        if (position.idle.quote.u128() as f64) < 0.01 * nav {
            return Ok(());
        }
        let auction = self.suite.auction();
        if auction.clock.is_some() && !auction.base.is_zero() && sample::number(auction.price) >= price * (1.0 + edge) {
            match self.suite.sell_base("arbitrageur", auction.base.u128(), 1) {
                Ok(_) => {
                    let after = self.suite.vault_position();
                    self.look_after_order(&after);
                    self.totals.costs += nav - sample::money(after.nav);
                }
                Err(refusal) => report.refused.push(format!("sell base: {refusal}")),
            }
        }
        Ok(())
    }

    /// The trader follows its share of the vault's short, with the whole notional as quote margin.
    pub(super) fn trade_long(&mut self, position: &VaultPositionResponse, price: Decimal256, report: &mut HourReport) {
        if self.params.longs.is_zero() {
            return;
        }
        let trader = self.suite.account("trader");
        let mine = self.suite.position(&trader);
        let size = mine.position.size.i128();
        let target = (short_of(position) as f64 * sample::number(self.params.longs)) as i128;
        let notional = self.worth(target.unsigned_abs(), price);
        let min = position.venue.terms.min_position.u128() as f64;
        let off = (target - size).abs() as f64;
        let margin = sample::money(mine.measures.equity);
        let thin = margin < 0.5 * notional;
        let rich = sample::money(mine.position.price_pnl) > 0.3 * mine.position.entry_value.u128() as f64;
        if (off <= LONG_BAND * target.max(1) as f64 && !thin && !rich) || notional < min {
            return;
        }
        let lacking = (notional - margin).max(0.0) as u128;
        let funds = if thin || size == 0 { vec![self.suite.quote(lacking)] } else { vec![] };
        let funds: Vec<_> = funds.into_iter().filter(|c| c.amount > Uint128::zero()).collect();
        if let Err(refusal) = self.suite.adjust("trader", order(target - size, Settle::IfReserved), &funds) {
            report.refused.push(format!("long: {refusal}"));
        }
    }

    /// The trader closes and withdraws its margin.
    pub(super) fn close_long(&mut self) -> Result<()> {
        let trader = self.suite.account("trader");
        let size = self.suite.position(&trader).position.size.i128();
        if size != 0 {
            self.suite.adjust("trader", order(-size, Settle::No), &[])?;
        }
        let purse = self.suite.position(&trader).position.margin;
        if !purse.is_empty() {
            let mut out = order(0, Settle::No);
            out.margin_out = MarginOut::Exact(purse);
            self.suite.adjust("trader", out, &[])?;
        }
        Ok(())
    }
}
