//! What a run yields: one sample a step, and the sums over all of them. Statistics, report and picture read nothing else.

use std::collections::BTreeMap;
use std::time::Duration;

use serde::Serialize;

use crate::stats::Point;

/// The state after one step, keepers and others having acted. Ratios to the start are over the worth of all deposits at the first price.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Sample {
    /// Seconds since 1970.
    pub time: u64,
    /// Index price, quote per base.
    pub price: f64,
    /// Net asset value of a share, as a ratio to what was paid for it.
    pub nav: f64,
    /// Venue leverage; infinite when equity is zero or below, zero without a position.
    pub leverage: f64,
    /// Leverage below which margin comes home.
    pub leverage_min: f64,
    /// Leverage above which coins are posted.
    pub leverage_max: f64,
    /// Short over coins.
    pub hedge_ratio: f64,
    /// The reference in force, yearly, positive when longs pay; zero where there is none.
    pub reference: f64,
    /// Funding that the vault received so far (negative: paid), as a ratio to the start.
    pub funding: f64,
    /// Worth of a share of the pool, as a ratio to what was paid for it.
    pub pool: f64,
    /// The same for a provider who is short elsewhere what the pool is long, and collects the reference there.
    pub pool_hedged: f64,
    /// Slack of the pool, over all open notional.
    pub slack: f64,
}

/// What a keeper did.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Action {
    /// The step, seconds since 1970.
    pub time: u64,
    /// Number of the rule.
    pub rule: u8,
}

/// What those did who are neither depositors nor keepers: counts since the start.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
pub struct Crowd {
    /// Orders of strangers.
    pub orders: u64,
    /// Orders that the market refused them.
    pub refused: u64,
    /// Strangers liquidated.
    pub liquidated: u64,
    /// Longs that somebody closed at their cap.
    pub closed_at_cap: u64,
    /// Providers who left the pool.
    pub providers_left: u64,
    /// Providers who wanted to leave and were not paid within their window.
    pub providers_unpaid: u64,
}

/// The outcome of a run, also of one that was interrupted.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Outcome {
    /// One for the start, the first deposit having been made, and one a step.
    pub samples: Vec<Sample>,
    /// What everybody got in the end, as a ratio to the start: coins at the last price and quote. `None` when nobody redeemed.
    pub redeemed: Option<f64>,
    /// Seconds of a bar: the usual time between two steps.
    pub bar: u64,
    /// Seconds between two calls of a keeper, never fewer than those of a bar.
    pub keeper_every: u64,
    /// Seconds by which the price was old when keepers and all others acted.
    pub price_age: u64,
    /// Liquidations of the vault, partial ones included.
    pub liquidations: u64,
    /// Actions of keepers in their order.
    pub actions: Vec<Action>,
    /// Funding received (negative: paid), as a ratio to the start.
    pub funding: f64,
    /// Fees, spread and conversion of the vault's own trades, as a ratio to the start. Entering and leaving are not in it.
    pub costs: f64,
    /// What came of hedging less or more than all coins, as a ratio to the start.
    pub tilt: f64,
    /// What providers added to the pool later on, less what those who left took, over its quote at the start.
    pub topped_up: f64,
    /// What strangers did, and providers who come and go.
    pub crowd: Crowd,
    /// Checks of the invariants.
    pub checks: u64,
    /// What they found broken, in words.
    pub broken: Vec<String>,
    /// What people were refused on the way, in words.
    pub refused: Vec<String>,
    /// Smallest units that are left in the vault after everybody has redeemed.
    pub left_base: u128,
    /// Smallest units that are left in the vault after everybody has redeemed.
    pub left_quote: u128,
    /// Time that the steps took.
    pub elapsed: Duration,
    /// Whether the run was stopped before its last hour.
    pub interrupted: bool,
}

impl Outcome {
    /// Counts of actions by the number of the rule.
    pub fn rebalances(&self) -> BTreeMap<u8, u64> {
        let mut counts = BTreeMap::new();
        for action in &self.actions {
            let count: &mut u64 = counts.entry(action.rule).or_default();
            *count = count.saturating_add(1);
        }
        counts
    }

    /// The hedged path: what was paid in, NAV of a share after each step, and in the end what was really paid out. So the costs of entering
    /// and of leaving are in it.
    pub fn hedged(&self) -> Vec<Point> {
        let paid_in = self.samples.first().map(|sample| Point { time: sample.time, nav: 1.0 });
        let mut path: Vec<Point> = paid_in.into_iter().chain(self.path(|sample| sample.nav)).collect();
        if let Some((last, nav)) = path.last().copied().zip(self.redeemed) {
            path.push(Point { time: last.time, nav });
        }
        path
    }

    /// The path of who merely keeps the coins.
    pub fn unhedged(&self) -> Vec<Point> {
        let start = self.samples.first().map_or(1.0, |sample| sample.price);
        self.path(|sample| sample.price / start)
    }

    /// The path of one figure.
    pub fn path(&self, figure: impl Fn(&Sample) -> f64) -> Vec<Point> {
        self.samples.iter().map(|sample| Point { time: sample.time, nav: figure(sample) }).collect()
    }
}
