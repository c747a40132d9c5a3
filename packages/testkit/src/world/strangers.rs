//! Strangers in the vault's market: positions that open and close, margin without a position, dust. They act
//! independently of the vault, and the vault and its market must live with them.

use ballast_types::market::{self, Adjust, MarginOut, OrderSize, Part, PositionEntry, PositionsResponse, Settle};
use ballast_types::vault::VaultPositionResponse;
use cosmwasm_std::{Coin, Decimal256, Uint128};

use super::{order, sample, short_of, Step, World};
use crate::suite::{Result, MARKET};

/// Mean seconds between two visits of a stranger; each time up to half more or less.
const VISITS: f64 = 4.0 * 86_400.0;
/// Size of a position over the vault's short.
const SIZE: (f64, f64) = (0.01, 0.06);
/// Margin over notional: leverage of 2.5 to 5.
const MARGIN: (f64, f64) = (0.2, 0.4);
/// The dusty stranger opens a position of the minimum notional times this.
const DUSTY: f64 = 1.5;

/// A trader other than the vault.
#[derive(Clone, Debug)]
pub(super) struct Stranger {
    name: &'static str,
    kind: Kind,
    visits: u64,
}

#[derive(Clone, Copy, Debug)]
enum Kind {
    /// Goes long with margin in quote; later closes and withdraws everything.
    Bull,
    /// Goes short with margin in both coins; later closes and withdraws everything.
    Bear,
    /// Leaves margin of both coins without a position; later withdraws it.
    Idle,
    /// Opens a small long, later reduces it to one unit, later closes that.
    Dusty,
}

/// What strangers did since the start, and providers who come and go.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Strangers {
    /// Orders of strangers.
    pub orders: u64,
    /// Orders of strangers that the market refused.
    pub refused: u64,
    /// Liquidations of strangers.
    pub liquidated: u64,
    /// Longs of strangers that were closed at their cap.
    pub capped: u64,
    /// Providers who left the pool.
    pub left: u64,
    /// Providers who wanted to leave but were not paid within their window.
    pub stayed: u64,
}

impl World {
    /// How often strangers and restless providers act.
    pub(super) fn busy(&self) -> f64 {
        sample::number(self.params.strangers)
    }

    /// A time this many seconds from now, up to half more or less; sooner if people act more often.
    pub(super) fn later(&self, seconds: f64, who: &str) -> u64 {
        let now = self.suite.now();
        now + (self.chance.between(0.5, 1.5, now, who) * seconds / self.busy()) as u64
    }

    /// The strangers of a new world, before their first visits.
    pub(super) fn invite_strangers(&mut self) {
        if self.busy() > 0.0 {
            let all =
                [("bull", Kind::Bull), ("bear", Kind::Bear), ("idle one", Kind::Idle), ("dusty one", Kind::Dusty)];
            self.strangers = all.map(|(name, kind)| Stranger { name, kind, visits: self.later(VISITS, name) }).to_vec();
        }
    }

    /// Lets each stranger act whose time has come.
    pub(super) fn visits(&mut self, vault: &VaultPositionResponse, step: Step) {
        for place in 0..self.strangers.len() {
            let Stranger { name, kind, visits } = self.strangers[place];
            if self.suite.now() < visits {
                continue;
            }
            if let Some((order, funds)) = self.wish(name, kind, vault, step) {
                self.totals.strangers.orders += 1;
                if self.suite.adjust(name, order, &funds).is_err() {
                    self.totals.strangers.refused += 1;
                }
            }
            self.strangers[place].visits = self.later(VISITS, name);
        }
    }

    /// A stranger's next order and the coins for it.
    fn wish(&self, name: &str, kind: Kind, vault: &VaultPositionResponse, step: Step) -> Option<(Adjust, Vec<Coin>)> {
        let mine = self.suite.position(&self.suite.account(name)).position;
        let size = mine.size.i128();
        if matches!(kind, Kind::Dusty) && size > 1 {
            return Some((order(1 - size, Settle::No), vec![]));
        }
        if size != 0 {
            return Some((close(), vec![]));
        }
        if !mine.margin.is_empty() {
            return Some((Adjust { margin_out: MarginOut::Exact(mine.margin), ..order(0, Settle::No) }, vec![]));
        }
        let now = self.suite.now();
        let part = self.chance.between(SIZE.0, SIZE.1, now, name);
        let min = vault.venue.terms.min_position.u128() as f64 * DUSTY;
        let notional = match kind {
            Kind::Dusty => min,
            Kind::Bull | Kind::Bear | Kind::Idle => (self.worth(short_of(vault), step.price) * part).max(min),
        };
        let margin = notional * self.chance.between(MARGIN.0, MARGIN.1, now, "margin");
        let (base, quote) = (self.amount(margin / 2.0, step.collateral()), (margin / 2.0) as u128);
        let both = [self.suite.base(base), self.suite.quote(quote)];
        let brought = |coins: Vec<Coin>| coins.into_iter().filter(|coin| coin.amount > Uint128::zero()).collect();
        let size = i128::try_from(self.amount(notional, step.price)).ok()?;
        Some(match kind {
            Kind::Bull | Kind::Dusty => (order(size, Settle::No), brought(vec![self.suite.quote(margin as u128)])),
            Kind::Bear => (order(-size, Settle::No), brought(both.to_vec())),
            Kind::Idle => (order(0, Settle::No), brought(both.to_vec())),
        })
    }

    /// Cleans up the market: liquidates strangers if possible, and closes longs at their cap.
    pub(super) fn keep_the_market(&mut self) -> Result<()> {
        if self.strangers.is_empty() {
            return Ok(());
        }
        let msg = market::QueryMsg::Positions { market: MARKET.into(), start_after: None, limit: Some(30) };
        let page: PositionsResponse = self.suite.ask_market(msg)?;
        for PositionEntry { owner, liquidatable, at_cap, .. } in page.positions {
            if liquidatable && owner != self.suite.vault && self.suite.liquidate("liquidator", &owner).is_ok() {
                self.totals.strangers.liquidated += 1;
            }
            if at_cap {
                let market = self.suite.market.clone();
                let msg = market::ExecuteMsg::CloseAtCap { market: MARKET.into(), owner: owner.to_string() };
                if self.suite.exec("liquidator", &market, &msg, &[]).is_ok() {
                    self.totals.strangers.capped += 1;
                }
            }
        }
        Ok(())
    }

    /// Units of base that are worth this many units of quote at a price.
    fn amount(&self, quote: f64, price: Decimal256) -> u128 {
        (quote / self.worth(1, price)) as u128
    }
}

/// Closes everything and withdraws the margin.
fn close() -> Adjust {
    let one = Uint128::one();
    Adjust {
        size: OrderSize::Part(Part { numerator: one, denominator: one }),
        margin_out: MarginOut::Part,
        ..order(0, Settle::No)
    }
}
