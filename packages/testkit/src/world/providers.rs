//! Liquidity providers: one keeps the pool at its multiple, others leave now and then and come back.

use ballast_types::market::ExecuteMsg;
use ballast_types::vault::VaultPositionResponse;
use cosmwasm_std::Decimal256;

use super::{sample, HourReport, World};
use crate::suite::{Result, MARKET};

/// The provider who stays and tops up the pool.
const STEADY: &str = "lp";
/// The providers who come and go, and the part of the pool that each provides.
const RESTLESS: [&str; 2] = ["restless lp 1", "restless lp 2"];
const PART: f64 = 0.1;
/// How long one stays in the pool and out of it, in seconds; each time up to half more or less.
const STAYS: f64 = 30.0 * 86_400.0;
const STAYS_AWAY: f64 = 7.0 * 86_400.0;
/// Seconds from the request until a provider may leave, and for how long it tries.
const NOTICE: u64 = 24 * 3600;
const WINDOW: u64 = 12 * 3600;

/// A provider who comes and goes.
#[derive(Clone, Debug)]
pub(super) struct Restless {
    name: &'static str,
    plan: Plan,
}

/// What a provider does next, and when.
#[derive(Clone, Copy, Debug)]
enum Plan {
    Announce(u64),
    Leave(u64),
    Return(u64),
}

impl World {
    /// Provides quote for all deposits at this price before anybody deposits.
    pub(super) fn fund_pool_for_deposits(&mut self, price: Decimal256) -> Result<()> {
        let base: u128 = self.params.depositors.iter().map(|d| d.amount).sum();
        // a thousandth more: the first hour may add a net size of at most half of the pool
        let mut quote = self.worth(base, price) * sample::number(self.params.pool_multiple) * 1.001;
        let each = quote * PART;
        let restless = if self.busy() > 0.0 { &RESTLESS[..] } else { &[] };
        for name in restless {
            self.suite.pool_deposit(name, each as u128)?;
            quote -= each;
            let plan = Plan::Announce(self.later(STAYS, name));
            self.restless.push(Restless { name, plan });
        }
        self.suite.pool_deposit(STEADY, quote as u128)?;
        Ok(())
    }

    /// Restores the pool's quote to its multiple of what the vault hedges.
    pub(super) fn top_up(&mut self, position: &VaultPositionResponse, report: &mut HourReport) -> Result<()> {
        let hedged = sample::money(position.venue.measures.notional);
        let pool = self.suite.pool(STEADY).pool.quote.u128() as f64;
        let lacking = hedged * sample::number(self.params.pool_multiple) - pool;
        if lacking < 0.001 * hedged || lacking < 1.0 {
            return Ok(());
        }
        match self.suite.pool_deposit(STEADY, lacking as u128) {
            Ok(_) => self.totals.topped_up += lacking,
            Err(refusal) => report.refused.push(format!("pool deposit: {refusal}")),
        }
        Ok(())
    }

    /// Providers request to leave, leave, and come back.
    pub(super) fn providers(&mut self, position: &VaultPositionResponse, price: Decimal256) {
        for place in 0..self.restless.len() {
            let Restless { name, plan } = self.restless[place];
            let now = self.suite.now();
            let next = match plan {
                Plan::Announce(at) if now >= at => self.announce(name).then_some(Plan::Leave(now + NOTICE)),
                Plan::Leave(from) if now >= from => self.leave(name, from, price),
                Plan::Return(at) if now >= at => self.come_back(name, position),
                Plan::Announce(_) | Plan::Leave(_) | Plan::Return(_) => None,
            };
            self.restless[place].plan = next.unwrap_or(plan);
        }
    }

    /// Requests withdrawal of all shares of a provider; returns whether the market accepted it.
    fn announce(&mut self, name: &str) -> bool {
        let shares = self.suite.pool(name).shares;
        self.suite.pool_request(name, shares).is_ok()
    }

    /// Withdraws what is under notice.
    fn withdraw(&mut self, name: &str) -> Result<ballast_types::Purse> {
        let shares = self.suite.pool(name).request.map(|request| request.shares).unwrap_or_default();
        Ok(self.suite.pool_withdraw(name, shares)?.paid)
    }

    /// Cancels the request, or clears it if it lapsed.
    fn give_up(&mut self, name: &str) {
        let msg = ExecuteMsg::PoolCancel { market: MARKET.into(), provider: None };
        let market = self.suite.market.clone();
        // if refused, it tries again with the next request
        let _ = self.suite.exec(name, &market, &msg, &[]);
    }

    /// Leaves if the market pays now; else tries again in the next step, and gives up after the window.
    fn leave(&mut self, name: &str, from: u64, price: Decimal256) -> Option<Plan> {
        match self.withdraw(name) {
            Ok(paid) => {
                self.totals.strangers.left += 1;
                self.totals.topped_up -= paid.quote.u128() as f64 + self.worth(paid.base.u128(), price);
                Some(Plan::Return(self.later(STAYS_AWAY, name)))
            }
            Err(_) if self.suite.now() < from + WINDOW => None,
            Err(_) => {
                self.give_up(name);
                self.totals.strangers.stayed += 1;
                Some(Plan::Announce(self.later(STAYS, name)))
            }
        }
    }

    fn come_back(&mut self, name: &str, position: &VaultPositionResponse) -> Option<Plan> {
        let hedged = sample::money(position.venue.measures.notional);
        let quote = hedged * sample::number(self.params.pool_multiple) * PART;
        if quote < 1.0 || self.suite.pool_deposit(name, quote as u128).is_err() {
            return None;
        }
        self.totals.topped_up += quote;
        Some(Plan::Announce(self.later(STAYS, name)))
    }
}
