//! Runs the real contracts on an embedded chain, with simulated people.

use std::str::FromStr;

use anyhow::{anyhow, Result};
use ballast_testkit::{
    Codes, Collateral, Depositor, Setup, Staked, Step, Strangers, World, WorldParams as People, WorldSample,
};
use ballast_types::Purse;
use cosmwasm_std::{Decimal, Decimal256, SignedDecimal256};

use crate::app::Watcher;
use crate::date::DAY;
use crate::outcome::{Crowd, Estimates, Outcome, Parts, Sample};
use crate::params::{Settings, WorldParams};
use crate::replay::{self, Events, Exit, Keeper, Stage, Sums};
use crate::tape::{Change, Hour, Margin, Tape};

/// Decimals of a rate on the chain.
const RATE_DIGITS: usize = 18;

/// Replays a tape with the real contracts.
///
/// # Errors
/// If the contracts refuse the set-up, a step that the run depends on, or a redemption.
pub fn replay(tape: &Tape, settings: &Settings, watcher: &dyn Watcher) -> Result<Outcome> {
    let mut stage = RealStage::start(settings, tape).map_err(SetUp)?;
    replay::replay(&mut stage, tape, &settings.world, watcher)
}

/// No system can be set up with these parameters or hours.
#[derive(Debug, thiserror::Error)]
#[error("{0:#}")]
pub struct SetUp(anyhow::Error);

struct RealStage {
    world: World,
    /// Value of all deposits at the first price, units of quote.
    paid_in: f64,
    /// NAV of the first depositor's shares at the start over what they paid, which shows the cost of depositing.
    entered: f64,
    /// Quote of the pool at the start, units.
    pool: f64,
    /// Account names of the depositors.
    depositors: Vec<String>,
    /// The oracle's estimates of how another coin should be hedged, and the time of the last.
    estimates: Estimates,
    estimated: u64,
}

impl RealStage {
    fn start(settings: &Settings, tape: &Tape) -> Result<Self> {
        let first = tape.hours.first().ok_or_else(|| anyhow!("no hours"))?;
        let world = &settings.world;
        let mut setup = Setup::coins(world.base_decimals, world.quote_decimals);
        setup.publishers = world.publishers;
        setup.market = settings.market.clone();
        setup.policy = settings.policy.clone();
        setup.price_feed = settings.price_feed.clone();
        setup.rate_feed = settings.rate_feed.clone();
        setup.hours = tape.closings.as_ref().map(|closings| closings.week.clone());
        let amount = deposit(world, first.collateral())?;
        let depositors: Vec<String> = (1..=world.depositors).map(|number| format!("depositor {number}")).collect();
        let people = People {
            depositors: depositors.iter().map(|name| Depositor { name: name.clone(), amount }).collect(),
            longs: world.longs.into(),
            pool_multiple: world.pool.into(),
            top_up: world.top_up,
            edge: world.edge.into(),
            price_age: world.price_age,
            strangers: world.strangers.into(),
            seed: world.seed.into(),
            closes_after: tape.closings.as_ref().map(|_| tape.bar),
            closings: tape.closings.as_ref().map(|closings| closings.holidays.clone()).unwrap_or_default(),
        };
        let started = World::start(Codes::native(), setup, people, step(first, Keeper::StaysAway)?)?;
        let sample = started.sample();
        let each = amount as f64 * sample.collateral * sample.scale;
        let paid_in = each * f64::from(world.depositors);
        let pool = paid_in * number(world.pool);
        let estimates = Estimates { set: plain(settings.policy.min_variance_hedge), ..Estimates::default() };
        let (entered, estimated) = (sample.nav / each, first.time);
        Ok(RealStage { entered, paid_in, pool, depositors, estimates, estimated, world: started })
    }

    fn estimate(&mut self) {
        let Some(regression) = self.world.suite.regression() else { return };
        self.estimates.returns = regression.returns;
        self.estimates.ratios.extend(regression.ratio.and_then(|ratio| ratio.to_string().parse::<f64>().ok()));
    }

    fn ratio(&self, quote: f64) -> f64 {
        quote / self.paid_in
    }

    fn worth(&self, coins: Purse, sample: &WorldSample) -> f64 {
        coins.base.u128() as f64 * sample.collateral * sample.scale + coins.quote.u128() as f64
    }

    fn held(&self) -> f64 {
        let sample = self.world.sample();
        self.depositors.iter().map(|name| self.worth(self.world.suite.coins(name), sample)).sum()
    }

    fn nav(&self) -> f64 {
        self.world.sample().share_price * self.entered
    }

    /// The parts of what the first depositor's shares are worth, over what they paid: what entering cost is a cost.
    fn parts(&self) -> Parts {
        let parts = self.world.totals.parts.times(self.entered);
        Parts { costs: parts.costs + self.entered - 1.0, ..parts }
    }
}

impl Stage for RealStage {
    fn step(&mut self, hour: &Hour, keeper: Keeper) -> Result<Events> {
        let report = self.world.step(step(hour, keeper)?)?;
        if matches!(hour.margin, Margin::Own(_)) && hour.time >= self.estimated.saturating_add(DAY) {
            self.estimated = hour.time;
            self.estimate();
        }
        Ok(Events {
            rules: report.rules.iter().map(|rule| rule.number()).collect(),
            liquidated: report.liquidated,
            refused: report.refused,
        })
    }

    fn change(&mut self, change: &Change) -> Result<()> {
        Ok(self.world.change_reference(change.time, rate(change.reference.unwrap_or_default())?)?)
    }

    fn sample(&self) -> Sample {
        let sample = self.world.sample();
        let totals = &self.world.totals;
        Sample {
            time: sample.time,
            price: sample.price,
            collateral: sample.collateral,
            redemption_rate: sample.redemption_rate,
            discount: sample.discount,
            nav: self.nav(),
            parts: self.parts(),
            leverage: sample.leverage.unwrap_or_default(),
            leverage_min: plain(sample.targets.leverage_min),
            leverage_max: plain(sample.targets.leverage_max),
            hedge_ratio: sample.hedge_ratio,
            reference: sample.reference,
            funding: self.ratio(totals.funding_realised + sample.funding),
            pool: totals.pool_growth,
            pool_hedged: totals.pool_growth_hedged,
            slack: sample.slack_over_notional,
        }
    }

    fn broken(&self) -> Vec<String> {
        self.world.suite.broken()
    }

    fn exit(&mut self) -> Result<Exit> {
        let (nav, before) = (self.world.sample().nav, self.held());
        let left = self.world.exit()?;
        let paid = self.held() - before;
        Ok(Exit { redeemed: self.nav() * paid / nav, left_base: left.base.u128(), left_quote: left.quote.u128() })
    }

    fn estimates(&self) -> Option<Estimates> {
        self.world.suite.regression().map(|_| self.estimates.clone())
    }

    fn sums(&self) -> Sums {
        let (sample, totals) = (self.world.sample(), &self.world.totals);
        Sums {
            funding: self.ratio(totals.funding_realised + sample.funding),
            costs: self.ratio(totals.costs),
            tilt: self.ratio(totals.tilt),
            paid_in: self.paid_in / self.world.suite.setup.whole_quote() as f64,
            topped_up: totals.topped_up / self.pool,
            crowd: crowd(&totals.strangers),
        }
    }
}

/// Converts from the testkit's type.
fn crowd(strangers: &Strangers) -> Crowd {
    let Strangers { orders, refused, liquidated, capped, left, stayed } = *strangers;
    Crowd { orders, refused, liquidated, closed_at_cap: capped, providers_left: left, providers_unpaid: stayed }
}

/// Units of base of one deposit.
fn deposit(world: &WorldParams, price: f64) -> Result<u128> {
    let whole = number(world.deposit) / price;
    let units = whole * 10f64.powi(i32::from(world.base_decimals));
    match (1.0..1e38).contains(&units) {
        true => Ok(units as u128),
        false => Err(anyhow!(
            "a deposit of {} at {price} is no amount of a coin of {} decimals",
            world.deposit,
            world.base_decimals
        )),
    }
}

fn step(hour: &Hour, keeper: Keeper) -> Result<Step> {
    Ok(Step {
        time: hour.time,
        price: price(hour.price)?,
        high: price(hour.high)?,
        margin: match hour.margin {
            Margin::Index => None,
            Margin::Staked(worth) => Some(Collateral::Staked(staked(worth)?)),
            Margin::Own(worth) => Some(Collateral::Own(price(worth)?)),
        },
        reference: rate(hour.reference.unwrap_or_default())?,
        keeper: keeper == Keeper::Comes,
    })
}

/// The testkit's type; twelve decimals are what a feed of rates would have.
fn staked(staked: crate::staking::Staked) -> Result<Staked> {
    let decimal =
        |value: f64| Decimal256::from_str(&format!("{value:.12}")).map_err(|error| anyhow!("{value}: {error}"));
    let discount = decimal(staked.discount.max(0.0))?;
    // Adding zero turns -0 into 0.
    let premium = decimal((-staked.discount).max(0.0) + 0.0)?;
    Ok(Staked { rate: decimal(staked.rate)?, discount, premium })
}

fn price(value: f64) -> Result<Decimal256> {
    Decimal256::from_str(&value.to_string()).map_err(|error| anyhow!("price {value}: {error}"))
}

fn rate(value: f64) -> Result<SignedDecimal256> {
    SignedDecimal256::from_str(&format!("{value:.RATE_DIGITS$}")).map_err(|error| anyhow!("rate {value}: {error}"))
}

fn number(value: Decimal) -> f64 {
    value.to_string().parse().unwrap_or_default()
}

fn plain(value: Decimal256) -> f64 {
    value.to_string().parse().unwrap_or_default()
}
