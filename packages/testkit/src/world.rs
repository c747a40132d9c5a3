//! A living market around the vault: depositors, liquidity providers who keep the pool at a multiple of what the vault
//! hedges or come and go, an arbitrageur who takes what is cheap, a trader who is long, strangers with positions,
//! margin and dust, a keeper who acts when the price is some seconds old, and publishers of whom one is unreliable.

mod actors;
mod chance;
mod closings;
mod feeders;
mod parts;
mod providers;
mod sample;
mod strangers;

pub use parts::Parts;
pub use sample::WorldSample;
pub use strangers::Strangers;

use ballast_types::market::{Adjust, LiquidationPrice, MarginOut, OrderSize, Settle};
use ballast_types::oracle::Closing;
use ballast_types::policy::{HedgeAction, Rule};
use ballast_types::vault::{RebalanceResponse, VaultPositionResponse};
use ballast_types::Purse;
use cosmwasm_std::{Decimal256, Int128, SignedDecimal256};

use crate::suite::{Result, MARKET};
use crate::{decimal, signed, Codes, Collateral, Sanity, Setup, Suite};
use chance::Chance;
use feeders::Accrual;
use parts::Look;
use providers::Restless;
use strangers::Stranger;

/// Somebody who deposits base at the start and redeems everything at the end.
#[derive(Clone, Debug)]
pub struct Depositor {
    /// Name of the account.
    pub name: String,
    /// Units of base.
    pub amount: u128,
}

/// The parameters of the world.
#[derive(Clone, Debug)]
pub struct WorldParams {
    /// The depositors; one deposits each hour from the start.
    pub depositors: Vec<Depositor>,
    /// Size of the longs over the vault's short.
    pub longs: Decimal256,
    /// The pool's quote over the vault's hedged notional; providers restore it every day.
    pub pool_multiple: Decimal256,
    /// Whether they really restore it.
    pub top_up: bool,
    /// The relative profit at which the arbitrageur acts.
    pub edge: Decimal256,
    /// Age of the price in seconds when the keeper and all others act.
    pub price_age: u64,
    /// How often strangers act, and providers come and go: never at 0, twice as often at 2 as at 1.
    pub strangers: Decimal256,
    /// Seed for what the unreliable publisher and the strangers do.
    pub seed: u64,
    /// Seconds of a bar in a market that closes: between two steps that are further apart it was closed, and nobody
    /// publishes. `None` if it never closes.
    pub closes_after: Option<u64>,
    /// Its closings beside those of the week, in order; the owner of the oracle adds each a week before.
    pub closings: Vec<Closing>,
}

impl Default for WorldParams {
    /// No depositors; everybody else as in the simulator.
    fn default() -> Self {
        WorldParams {
            depositors: vec![],
            longs: decimal("0.5"),
            pool_multiple: decimal("2"),
            top_up: true,
            edge: decimal("0.001"),
            price_age: 6,
            strangers: decimal("1"),
            seed: 1,
            closes_after: None,
            closings: vec![],
        }
    }
}

/// Minimum age at which a price becomes stale. Real publishers do not stop between the prices sent here, which are up
/// to an hour apart. A feed that took that for an outage would stop all clocks that run while trading is possible: the
/// age of the pool's base, the bonus of the vault's auction, and the window of a provider.
const MIN_MAX_AGE: u64 = 2 * 3600;

/// One step of history.
#[derive(Clone, Copy, Debug)]
pub struct Step {
    /// Seconds of the block.
    pub time: u64,
    /// Index price at that time.
    pub price: Decimal256,
    /// Highest price since the last step, at which the vault may be liquidated.
    pub high: Decimal256,
    /// What the margin coin is worth, the same kind of coin in all steps; `None` for what the set-up says.
    pub margin: Option<Collateral>,
    /// Yearly funding reference from now on.
    pub reference: SignedDecimal256,
    /// Whether the keeper acts.
    pub keeper: bool,
}

impl Step {
    /// What the margin coin is worth.
    pub fn collateral(&self) -> Decimal256 {
        let index = signed(&self.price.to_string());
        self.margin.map_or(self.price, |margin| decimal(&margin.worth(index).to_string()))
    }
}

/// What happened in a step.
#[derive(Clone, Debug, Default)]
pub struct HourReport {
    /// The rules that the keeper executed.
    pub rules: Vec<Rule>,
    /// Errors that the keeper, a provider or the trader got.
    pub refused: Vec<String>,
    /// Whether the vault's position was liquidated at the high.
    pub liquidated: bool,
    /// Whether the oracle held the price back until its second observation.
    pub held_back: bool,
}

/// Totals since the start, in units of quote.
#[derive(Clone, Copy, Debug, Default)]
pub struct Totals {
    /// Funding that the vault realised.
    pub funding_realised: f64,
    /// Fee, spread and conversion of the keeper's orders, and the extra cost of coins that the vault bought above the
    /// price.
    pub costs: f64,
    /// Result of the coins that the policy left unhedged on purpose.
    pub tilt: f64,
    /// Quote that providers added after the start, less the value that those who left took with them.
    pub topped_up: f64,
    /// Growth of one unit in the pool.
    pub pool_growth: f64,
    /// Growth of one unit in the pool if its exposure is hedged elsewhere at the reference rate.
    pub pool_growth_hedged: f64,
    /// Where the growth of a share's price comes from.
    pub parts: Parts,
    /// What strangers did, and providers that come and go.
    pub strangers: Strangers,
}

/// A suite with people in it, driven step by step.
pub struct World {
    /// The system.
    pub suite: Suite,
    /// The parameters of the world.
    pub params: WorldParams,
    /// Totals so far.
    pub totals: Totals,
    chance: Chance,
    strangers: Vec<Stranger>,
    restless: Vec<Restless>,
    deposited: usize,
    announced: usize,
    published_at: u64,
    published_reference: Option<(SignedDecimal256, u64)>,
    accrual: Accrual,
    last_top_up: u64,
    last: Option<WorldSample>,
    look: Option<Look>,
    min_slack: f64,
}

impl World {
    /// A system at the price of the first step, still without pool and deposits.
    pub fn start(codes: Codes, mut setup: Setup, params: WorldParams, first: Step) -> Result<World> {
        setup.start = first.time - params.price_age;
        setup.price = first.price;
        setup.collateral = first.margin.unwrap_or(setup.collateral);
        setup.reference = first.reference;
        setup.pool_quote = 0;
        setup.price_feed.max_age = setup.price_feed.max_age.max(MIN_MAX_AGE);
        let (start, seed) = (setup.start, params.seed);
        let mut suite = Suite::try_with(codes, setup)?;
        suite.sanity = Sanity::OnDemand;
        let mut world = World {
            suite,
            params,
            totals: Totals { pool_growth: 1.0, pool_growth_hedged: 1.0, ..Totals::default() },
            chance: Chance::new(seed),
            strangers: vec![],
            restless: vec![],
            deposited: 0,
            announced: 0,
            published_at: start,
            published_reference: Some((first.reference, first.time)),
            accrual: Accrual::new(first.time, first.reference),
            last_top_up: first.time,
            last: None,
            look: None,
            min_slack: f64::INFINITY,
        };
        world.grow_old();
        world.fund_pool_for_deposits(first.collateral())?;
        world.invite_strangers();
        world.next_deposit()?;
        world.observe(first);
        Ok(world)
    }

    /// One step: publishers repeat the last price at least once an hour unless the market was closed, the high is tested for liquidation, the price
    /// is published, then keeper, arbitrageur, trader, strangers and providers act.
    pub fn step(&mut self, step: Step) -> Result<HourReport> {
        let mut report = HourReport::default();
        self.announce_closings(self.suite.now())?;
        match self.closed_until(step) {
            Some(opens) => self.wait_for_opening(opens, &mut report),
            None => self.feed_until(step.time - self.params.price_age)?,
        }
        report.liquidated = self.test_high(step)?;
        report.held_back = self.publish(step)?;
        if let Err(refusal) = self.next_deposit() {
            report.refused.push(format!("deposit: {refusal}"));
        }
        // The mean discount follows what messages see, and keepers send one an hour for it, whatever they find due.
        if self.suite.staked().is_some() {
            self.suite.adjust_nothing("keeper");
        }
        if step.keeper {
            self.look(&self.suite.vault_position());
            self.keeper(&mut report);
            self.keep_the_market()?;
        }
        let position = self.suite.vault_position();
        match step.keeper {
            true => self.look_after_order(&position),
            false => self.look(&position),
        }
        self.arbitrage(&position, step.collateral(), &mut report)?;
        self.trade_long(&position, step.price, &mut report);
        self.visits(&position, step);
        self.providers(&position, step.collateral());
        if self.params.top_up && step.time >= self.last_top_up + 24 * 3600 {
            self.last_top_up = step.time;
            self.top_up(&position, &mut report)?;
        }
        self.observe(step);
        Ok(report)
    }

    /// The state after the last step.
    pub fn sample(&self) -> &WorldSample {
        self.last.as_ref().expect("the start is observed")
    }

    /// The lowest slack of the pool over open notional so far.
    pub fn min_slack(&self) -> f64 {
        self.min_slack
    }

    /// Everybody redeems, one after the other; returns what is left in the vault's books and position.
    pub fn exit(&mut self) -> Result<Purse> {
        self.wait_for_a_price()?;
        self.close_long()?;
        for depositor in self.params.depositors.clone().into_iter().take(self.deposited) {
            if !self.suite.shares(&depositor.name).is_zero() {
                self.suite.redeem_all(&depositor.name)?;
            }
        }
        let left = self.suite.vault_position();
        Ok(left.idle.plus(left.venue.position.margin).expect("what is left is small"))
    }

    /// Liquidates the vault's position if the bar's high allows it, together with the lower of what the margin coin was
    /// worth before and after: nobody knows which came first. The oracle accepts a jump at the second observation; a bar
    /// that is too short for two has one, and a jump within it is held back as on a real chain.
    fn test_high(&mut self, step: Step) -> Result<bool> {
        let Some(last) = &self.last else { return Ok(false) };
        let now = self.suite.collateral();
        let lower = step.margin.map_or(now, |margin| now.lower(margin));
        // Margin of half the worth bears no more than a price of twice the height, if it is no more than the notional.
        let fallen = sample::fallen(now, lower, self.suite.last_price());
        let reached = match last.liquidation_price {
            LiquidationPrice::Now => true,
            LiquidationPrice::Above(price) => sample::number(step.high) >= sample::number(price) * fallen,
            LiquidationPrice::Below(_) | LiquidationPrice::Never => false,
        };
        if !reached {
            return Ok(false);
        }
        self.suite.set_price(signed(&step.high.to_string()));
        self.suite.set_collateral(lower);
        for early in self.observations(step.time.saturating_sub(self.suite.now())) {
            self.move_to(step.time - early);
            self.publish_by_all(None)?;
        }
        self.grow_old();
        self.look(&self.suite.vault_position());
        let vault = self.suite.vault.clone();
        let liquidated = self.suite.liquidate("liquidator", &vault).is_ok();
        self.look_after_order(&self.suite.vault_position());
        Ok(liquidated)
    }

    /// How long before the end of a bar its high is published, by the bar's length in seconds.
    fn observations(&self, bar: u64) -> Vec<u64> {
        /// More than the age of any price in a block.
        const MARGIN: u64 = 60;
        let confirmed = self.suite.confirmed_after();
        if bar >= 1500 {
            vec![1300, 600]
        } else if bar >= confirmed + 2 * MARGIN {
            vec![confirmed + MARGIN, MARGIN]
        } else {
            vec![bar / 2]
        }
    }

    fn move_to(&mut self, time: u64) {
        self.suite.advance(time.saturating_sub(self.suite.now()));
    }

    fn keeper(&mut self, report: &mut HourReport) {
        for _ in 0..6 {
            match self.suite.rebalance() {
                Ok(response) => {
                    let Some(rule) = response.decision.rule else { return };
                    self.count(&response);
                    report.rules.push(rule);
                }
                Err(refusal) => {
                    report.refused.push(format!("rebalance: {refusal}"));
                    return;
                }
            }
        }
    }

    /// Counts funding and costs of a keeper's step, including what base cost above the current price.
    fn count(&mut self, response: &RebalanceResponse) {
        let Some(order) = &response.order else { return };
        if let HedgeAction::BuyBase { quote } = response.decision.action {
            let price = order.prices.collateral;
            self.totals.costs += quote.u128() as f64 - self.worth(response.base_bought.u128(), price);
        }
        self.totals.funding_realised += sample::money(order.realised.funding);
        let costs = order.costs;
        self.totals.costs += (costs.fee.u128() + costs.spread.u128() + costs.conversion.u128()) as f64;
    }

    fn observe(&mut self, step: Step) {
        let position = self.suite.vault_position();
        self.look(&position);
        let next = WorldSample::read(self, step, &position);
        let accrued = self.accrual.change(step.time, step.reference);
        self.min_slack = self.min_slack.min(next.slack_over_notional);
        if let Some(last) = self.last.take() {
            next.add_to(&mut self.totals, &last, accrued);
        }
        self.last = Some(next);
    }

    fn next_deposit(&mut self) -> Result<()> {
        let Some(depositor) = self.params.depositors.get(self.deposited).cloned() else { return Ok(()) };
        self.look(&self.suite.vault_position());
        self.suite.deposit(&depositor.name, depositor.amount)?;
        self.look_after_order(&self.suite.vault_position());
        self.deposited += 1;
        Ok(())
    }

    /// Value of an amount of base in units of quote at a price.
    fn worth(&self, base: u128, price: Decimal256) -> f64 {
        sample::number(price) * base as f64 * self.suite.setup.whole_quote() as f64
            / self.suite.setup.whole_base() as f64
    }
}

/// An order of the people around the vault.
fn order(delta: i128, settle: Settle) -> Adjust {
    Adjust {
        market: MARKET.into(),
        size: OrderSize::Delta { amount: Int128::new(delta) },
        reduce_only: false,
        settle,
        limit_cost: None,
        margin_out: MarginOut::None,
    }
}

/// Size of the vault's short, units of base.
fn short_of(position: &VaultPositionResponse) -> u128 {
    position.venue.position.size.i128().min(0).unsigned_abs()
}
