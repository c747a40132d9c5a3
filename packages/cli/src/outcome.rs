//! The result of a run: one sample for each step, and totals. Statistics, report and picture use nothing else.

use std::collections::BTreeMap;
use std::time::Duration;

use serde::Serialize;

pub use ballast_testkit::Parts;

use crate::stats::Point;

/// The state after one step, after keepers and others have acted. Ratios to the start are relative to the value of all
/// deposits at the first price.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Sample {
    /// Seconds since 1970.
    pub time: u64,
    /// Index price, quote per base.
    pub price: f64,
    /// What the margin coin is worth: the index price, unless it is a staked coin or another one.
    pub collateral: f64,
    /// Coins for which a staked coin is redeemed; one for others.
    pub redemption_rate: f64,
    /// How much less a staked coin sells for than it is redeemed for; negative if more, zero for others.
    pub discount: f64,
    /// Net asset value of a share, relative to what was paid for it.
    pub nav: f64,
    /// Where it comes from: together `nav - 1`.
    pub parts: Parts,
    /// Venue leverage; infinite when equity is zero or below, zero without a position.
    pub leverage: f64,
    /// Leverage below which margin is withdrawn.
    pub leverage_min: f64,
    /// Leverage above which margin is added.
    pub leverage_max: f64,
    /// Short over coins.
    pub hedge_ratio: f64,
    /// The current yearly reference rate, positive if longs pay; zero if there is none.
    pub reference: f64,
    /// Funding that the vault has received so far (negative: paid), relative to the start.
    pub funding: f64,
    /// Value of a pool share, relative to what was paid for it.
    pub pool: f64,
    /// The same for a provider who hedges the pool's position elsewhere and earns the reference there.
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

/// Counts of what strangers and liquidity providers did since the start.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
pub struct Crowd {
    /// Orders of strangers.
    pub orders: u64,
    /// Orders of strangers that the market refused.
    pub refused: u64,
    /// Strangers liquidated.
    pub liquidated: u64,
    /// Longs that were closed at their profit cap.
    pub closed_at_cap: u64,
    /// Providers who left the pool.
    pub providers_left: u64,
    /// Providers who wanted to leave and were not paid within their window.
    pub providers_unpaid: u64,
}

/// Which coin is the margin.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Coin {
    /// The coin of the prices.
    #[default]
    Index,
    /// A staked one.
    Staked,
    /// Another one, hedged with the perpetual of a relative.
    Own,
}

/// The oracle's estimates of the hedge of least variance, one a day.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Estimates {
    /// What the policy starts from: its `min_variance_hedge`.
    pub set: f64,
    /// In order.
    pub ratios: Vec<f64>,
    /// Hourly returns of both feeds that the last one counts.
    pub returns: u64,
}

/// The outcome of a run, even if it was interrupted.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Outcome {
    /// One at the start, after the first deposit, and one after each step.
    pub samples: Vec<Sample>,
    /// What everybody was paid in the end, relative to the start: coins at the last price, and quote. `None` if nobody
    /// redeemed.
    pub redeemed: Option<f64>,
    /// Seconds of a bar: the usual time between two steps.
    pub bar: u64,
    /// Seconds between two calls of a keeper, at least the length of a bar.
    pub keeper_every: u64,
    /// Age of the price in seconds when keepers and others acted.
    pub price_age: u64,
    /// Liquidations of the vault, including partial ones.
    pub liquidations: u64,
    /// Actions of keepers, in order.
    pub actions: Vec<Action>,
    /// Funding received (negative: paid), relative to the start.
    pub funding: f64,
    /// Fees, spread and conversion charges of the vault's own trades, relative to the start. Deposits and redemptions
    /// are not included.
    pub costs: f64,
    /// Gain or loss from hedging less or more than all coins, relative to the start.
    pub tilt: f64,
    /// The margin coin.
    pub coin: Coin,
    /// If that is another one: how it should be hedged.
    pub estimates: Option<Estimates>,
    /// Value of all deposits at the first price, whole quote.
    pub paid_in: f64,
    /// What providers added to the pool later, minus withdrawals, over its quote at the start.
    pub topped_up: f64,
    /// What strangers and liquidity providers did.
    pub crowd: Crowd,
    /// Number of invariant checks.
    pub checks: u64,
    /// Broken invariants, in words.
    pub broken: Vec<String>,
    /// What people were refused during the run, in words.
    pub refused: Vec<String>,
    /// Smallest units left in the vault after everybody redeemed.
    pub left_base: u128,
    /// Smallest units left in the vault after everybody redeemed.
    pub left_quote: u128,
    /// Duration of the steps.
    pub elapsed: Duration,
    /// Whether the run was stopped early.
    pub interrupted: bool,
}

impl Outcome {
    /// Number of actions by rule.
    pub fn rebalances(&self) -> BTreeMap<u8, u64> {
        let mut counts = BTreeMap::new();
        for action in &self.actions {
            let count: &mut u64 = counts.entry(action.rule).or_default();
            *count = count.saturating_add(1);
        }
        counts
    }

    /// The hedged path: what was paid in, NAV of a share after each step, and what was paid out in the end. So it
    /// includes the costs of depositing and redeeming.
    pub fn hedged(&self) -> Vec<Point> {
        let paid_in = self.samples.first().map(|sample| Point { time: sample.time, nav: 1.0 });
        let mut path: Vec<Point> = paid_in.into_iter().chain(self.path(|sample| sample.nav)).collect();
        if let Some((last, nav)) = path.last().copied().zip(self.redeemed) {
            path.push(Point { time: last.time, nav });
        }
        path
    }

    /// Where the whole result comes from, up to the final payout: together its growth.
    pub fn parts(&self) -> Parts {
        let Some(last) = self.samples.last() else { return Parts::default() };
        let leaving = self.redeemed.map_or(0.0, |redeemed| redeemed - last.nav);
        Parts { costs: last.parts.costs + leaving, ..last.parts }
    }

    /// The path of holding the coins without a hedge.
    pub fn unhedged(&self) -> Vec<Point> {
        let start = self.samples.first().map_or(1.0, |sample| sample.collateral);
        self.path(|sample| sample.collateral / start)
    }

    /// The path of one figure.
    pub fn path(&self, figure: impl Fn(&Sample) -> f64) -> Vec<Point> {
        self.samples.iter().map(|sample| Point { time: sample.time, nav: figure(sample) }).collect()
    }
}
