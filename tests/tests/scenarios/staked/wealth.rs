//! Who owns how much, in whole quote, with base at one price for everything; plain floats, independent of the project's
//! own maths.

use ballast_testkit::{Suite, MARKET};
use ballast_tests::number;
use ballast_types::market::{PositionEntry, PositionsResponse, QueryMsg};
use ballast_types::Purse;

/// Units in a whole coin, of either.
pub const WHOLE: f64 = 1e6;

/// What everybody has.
#[derive(Clone, Copy, Debug, Default)]
pub struct Wealth {
    pub attacker: f64,
    /// Who holds the vault's shares, except for the attacker.
    pub shareholders: f64,
    /// Who provides to the pool, except for the attacker.
    pub providers: f64,
    /// Who has positions, except for the vault and the attacker.
    pub strangers: f64,
    pub insurance: f64,
}

impl Wealth {
    /// Of these accounts now, with base at this price.
    pub fn of(suite: &Suite, price: f64, attackers: &[&str], strangers: &[&str]) -> Wealth {
        let books = Valuation::new(suite, price);
        let sum = |names: &[&str]| names.iter().map(|name| books.wealth(name)).sum::<f64>();
        Wealth {
            attacker: sum(attackers),
            shareholders: sum(&["alice"]),
            providers: sum(&["lp"]),
            strangers: sum(strangers),
            insurance: books.worth(suite.solvency().insurance),
        }
    }

    pub fn less(self, other: Wealth) -> Wealth {
        Wealth {
            attacker: self.attacker - other.attacker,
            shareholders: self.shareholders - other.shareholders,
            providers: self.providers - other.providers,
            strangers: self.strangers - other.strangers,
            insurance: self.insurance - other.insurance,
        }
    }

    pub fn sum(self) -> f64 {
        self.attacker + self.shareholders + self.providers + self.strangers + self.insurance
    }
}

/// All coins minted, with base at this price.
pub fn minted(suite: &Suite, price: f64) -> f64 {
    let of = |denom: &str| suite.minted().get(denom).copied().unwrap_or_default() as f64 / WHOLE;
    of(&suite.setup.base.denom) * price + of(&suite.setup.quote.denom)
}

/// All positions of the market.
pub fn positions(suite: &Suite) -> Vec<PositionEntry> {
    let msg = QueryMsg::Positions { market: MARKET.into(), start_after: None, limit: Some(30) };
    suite.ask_market::<PositionsResponse>(msg).unwrap().positions
}

/// What pool, vault and positions are worth.
struct Valuation<'a> {
    suite: &'a Suite,
    price: f64,
    positions: Vec<PositionEntry>,
    vault: f64,
    pool: f64,
}

impl Valuation<'_> {
    fn new(suite: &Suite, price: f64) -> Valuation<'_> {
        let mut books = Valuation { suite, price, positions: positions(suite), vault: 0.0, pool: 0.0 };
        let won: f64 = books.positions.iter().map(unsettled).sum();
        books.pool = books.worth(suite.solvency().pool) - won;
        books.vault = books.worth(suite.vault_position().idle) + books.position_of(&suite.vault);
        books
    }

    fn worth(&self, coins: Purse) -> f64 {
        (coins.base.u128() as f64 * self.price + coins.quote.u128() as f64) / WHOLE
    }

    fn position_of(&self, owner: &cosmwasm_std::Addr) -> f64 {
        let own = self.positions.iter().filter(|entry| entry.owner == *owner);
        own.map(|entry| self.worth(entry.position.margin) + unsettled(entry)).sum()
    }

    fn wealth(&self, name: &str) -> f64 {
        let (pool, account) = (self.suite.pool(name), self.suite.account(name));
        let part = |own: u128, all: u128| if own == 0 { 0.0 } else { own as f64 / all as f64 };
        let of_vault = part(self.suite.shares(name).u128(), self.suite.supply().u128());
        let of_pool = part(pool.shares.u128(), pool.total_shares.u128());
        self.worth(self.suite.coins(name)) + self.position_of(&account) + of_vault * self.vault + of_pool * self.pool
    }
}

/// Price PnL and funding, whole quote.
fn unsettled(entry: &PositionEntry) -> f64 {
    (number(entry.position.price_pnl) + number(entry.position.funding)) / WHOLE
}
