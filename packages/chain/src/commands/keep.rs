//! The keeper: does what the vault's policy says is due, liquidates what is liquidatable, clears away requests of liquidity
//! providers that have lapsed, touches the market so that funding goes on, and goes on itself.

mod backoff;
mod fees;
mod metrics;
mod price;
mod requests;
mod reward;
mod touch;

use std::time::{Duration, Instant};

use ballast_types::market::{self, Leverage, LiquidateResponse, MarketResponse, PositionsResponse};
use ballast_types::policy::{Decision, HedgeAction, Rule, StressResponse};
use ballast_types::vault::{ExtensionQueryMsg, RebalanceResponse, VaultPositionResponse};
use cosmwasm_std::Uint128;
use serde_json::json;

use super::rebalance;
use super::system::{float, System};
use crate::args::KeepArgs;
use crate::log::{self, Level};
use crate::readable::readable;
use crate::session::Session;
use crate::waiting::Voice;
use crate::{amount, Answers, Cost, Error, Result, Signer};
use backoff::{Backoff, Task};
use metrics::{Metrics, Seen, Shared};
use reward::{Rate, TooSmall};

/// Most actions of one round: more would be a loop.
const MOST_ACTIONS: usize = 16;
/// Positions on a page: the most that the market gives.
const PAGE: u32 = 30;

/// Runs `ballast chain keep`. Being told to stop is its normal end.
///
/// # Errors
/// [`Error::User`] for a deployment or an account that is not there.
pub fn run(session: &Session, args: &KeepArgs) -> Result<()> {
    session.client.speak(Voice::Log);
    let signer = session.signer("keeper")?;
    session.addresses()?;
    let every = Duration::try_from_secs_f64(args.every).ok().filter(|every| !every.is_zero());
    let every = every.ok_or_else(|| Error::user(format!("--every {}: seconds above zero", args.every)))?;
    let least = args.min_reward.as_deref();
    let least = least.map(|text| amount::parse_of(text, &session.file.coins, &session.file.quote.denom)).transpose()?;
    if session.asks(&signer) {
        session.consent(&signer, &format!("keep as {}: every action costs a fee", signer.address()))?;
    }
    let metrics = Shared::default();
    if let Some(address) = args.metrics {
        let bound = metrics.serve(address, session.client.stop().clone())?;
        log::line(Level::Info, "listening", &[("metrics", format!("http://{bound}/metrics"))]);
    }
    let backoff = Backoff::new(every);
    let start = Instant::now();
    let mut keeper = Keeper {
        session,
        signer,
        args,
        every,
        least,
        system: None,
        metrics,
        backoff,
        start,
        requests_from: Duration::ZERO,
        touched: None,
        away: false,
        low_on_fees: false,
        stuck: None,
    };
    let ended = keeper.keep();
    let seen = keeper.metrics.lock().clone();
    summary(session, &seen)?;
    match ended {
        Ok(()) | Err(Error::Stopped) => Ok(()),
        Err(error) => Err(error),
    }
}

fn summary(session: &Session, seen: &Metrics) -> Result<()> {
    let (actions, liquidations) = (seen.all_actions(), seen.liquidations);
    let (chain, network) = (seen.chain_errors, seen.network_errors);
    session.say(format_args!(
        "{actions} actions, {liquidations} liquidations, {chain} refusals, {network} rounds without a node"
    ))?;
    let by_rule: serde_json::Map<String, serde_json::Value> =
        (1u8..).zip(seen.actions).map(|(rule, count)| (rule.to_string(), count.into())).collect();
    session.answer(&json!({
        "actions": by_rule,
        "liquidations": liquidations,
        "errors": {"chain": chain, "network": network},
        "height": seen.height,
    }))
}

struct Keeper<'a> {
    session: &'a Session,
    signer: Signer,
    args: &'a KeepArgs,
    every: Duration,
    /// Least worth of a reward, units of quote, where one was asked for.
    least: Option<Uint128>,
    system: Option<System>,
    metrics: Shared,
    backoff: Backoff,
    start: Instant,
    /// When to look for lapsed requests again.
    requests_from: Duration,
    touched: Option<touch::Touched>,
    away: bool,
    low_on_fees: bool,
    /// The rule that stands with nothing to do, and why.
    stuck: Option<(Rule, &'static str)>,
}

impl Keeper<'_> {
    /// Round after round, until told to stop or as many actions were done as were asked for.
    fn keep(&mut self) -> Result<()> {
        loop {
            let outcome = self.round();
            self.note(outcome)?;
            if self.enough() {
                return Ok(());
            }
            self.session.client.stop().sleep(self.every)?;
        }
    }

    /// What a round's end means for the metrics and the log; what ends the keeper comes back.
    fn note(&mut self, outcome: Result<bool>) -> Result<()> {
        match outcome {
            Ok(clean) => {
                let mut metrics = self.metrics.lock();
                metrics.up = true;
                if clean {
                    metrics.last_success = Some(log::unix_time());
                }
                if std::mem::take(&mut self.away) {
                    log::line(Level::Info, "back", &[("height", metrics.height.to_string())]);
                }
            }
            Err(Error::Network(text)) => {
                let mut metrics = self.metrics.lock();
                metrics.up = false;
                metrics.network_errors = metrics.network_errors.saturating_add(1);
                if !std::mem::replace(&mut self.away, true) {
                    log::line(Level::Warn, "away", &[("text", text)]);
                }
            }
            Err(Error::MayHaveHappened { hash, until, why }) => {
                let mut metrics = self.metrics.lock();
                metrics.network_errors = metrics.network_errors.saturating_add(1);
                let fields = [("tx", hash), ("until_height", until.to_string()), ("text", why)];
                log::line(Level::Warn, "may_have_happened", &fields);
            }
            // Once it keeps, nothing that a node says ends it.
            Err(Error::Chain(text)) => {
                self.refused(Task::Look, text);
            }
            Err(Error::User(text)) if self.system.is_some() => {
                self.refused(Task::Look, text);
            }
            Err(error) => return Err(error),
        }
        Ok(())
    }

    /// Everything once; whether nothing was refused.
    fn round(&mut self) -> Result<bool> {
        self.metrics.lock().height = self.session.client.head_at_once()?.height;
        let system = match self.system.take() {
            Some(system) => system,
            None => match System::load(self.session) {
                Ok(system) => {
                    self.tell_start(&system)?;
                    system
                }
                Err(Error::Chain(text)) => return Ok(self.refused(Task::Look, text)),
                Err(error) => return Err(error),
            },
        };
        let outcome = self.round_of(&system);
        self.system = Some(system);
        outcome
    }

    /// Who keeps what, and what there is to pay fees with.
    fn tell_start(&mut self, system: &System) -> Result<()> {
        let fees = self.look_at_fees()?;
        self.low_on_fees = fees.are_low();
        let level = if self.low_on_fees { Level::Warn } else { Level::Info };
        let fields = [
            ("vault", system.at.vault.clone()),
            ("keeper", self.signer.address().to_owned()),
            ("for_fees", self.session.coin(&fees.left)),
            ("pays_for_actions", fees.actions()),
            ("least_reward", self.least_reward(system)),
        ];
        log::line(level, "keeping", &fields);
        Ok(())
    }

    /// What a liquidation must earn, in words.
    fn least_reward(&self, system: &System) -> String {
        let fee = &self.session.client.chain().gas_price.denom;
        let units = &system.units;
        match self.least {
            Some(least) => units.quote(least),
            None if *fee == units.base.denom || *fee == units.quote.denom => "its fee".to_owned(),
            None => format!("none: the fee is in {fee}, see --min-reward"),
        }
    }

    fn round_of(&mut self, system: &System) -> Result<bool> {
        let mut clean = self.watch_price(system)?;
        clean &= self.rebalance(system)?;
        if !self.args.no_liquidations {
            clean &= self.liquidate(system)?;
        }
        clean &= self.clear_lapsed(system)?;
        clean &= self.measure(system)?;
        self.watch_fees()?;
        Ok(clean)
    }

    /// Acts until nothing is due, something is refused, or it is enough.
    fn rebalance(&mut self, system: &System) -> Result<bool> {
        for _ in 0..MOST_ACTIONS {
            if self.enough() {
                return Ok(true);
            }
            let decision: Decision = match system.ask_vault(self.session, ExtensionQueryMsg::NextAction {}) {
                Ok(decision) => decision,
                Err(Error::Chain(text)) => return Ok(self.refused(Task::Look, text)),
                Err(error) => return Err(error),
            };
            self.backoff.done(&Task::Look);
            let Some(rule) = due(&decision) else {
                self.idle(&decision);
                return Ok(true);
            };
            self.stuck = None;
            let task = Task::Rule(rule);
            if !self.backoff.allows(&task, self.start.elapsed()) {
                return Ok(false);
            }
            match self.session.client.execute(&self.signer, &[rebalance::message(system)?]) {
                Ok(sent) => {
                    self.backoff.done(&task);
                    let done: RebalanceResponse = sent.data(0)?;
                    if let Some(rule) = done.decision.rule {
                        self.metrics.lock().acted(rule.number());
                    }
                    log::line(
                        Level::Info,
                        "rebalanced",
                        &[
                            ("rule", done.decision.rule.map_or("none".to_owned(), rebalance::rule_name)),
                            ("outcome", rebalance::outcome(&done, &system.units)),
                            ("height", sent.height.to_string()),
                            ("gas", sent.gas_used.to_string()),
                            ("tx", sent.hash.clone()),
                        ],
                    );
                }
                Err(Error::Chain(text)) => return Ok(self.refused(task, text)),
                Err(error) => return Err(error),
            }
        }
        Ok(true)
    }

    /// Liquidates every account of the market that can be.
    fn liquidate(&mut self, system: &System) -> Result<bool> {
        let mut clean = true;
        let mut start_after = None;
        loop {
            let market = system.config.market.clone();
            let query = market::QueryMsg::Positions { market, start_after, limit: Some(PAGE) };
            let page: PositionsResponse = match self.session.client.query(&system.at.market, &query) {
                Ok(page) => page,
                Err(Error::Chain(text)) => return Ok(self.refused(Task::Look, text)),
                Err(error) => return Err(error),
            };
            for owner in liquidatable(&page) {
                if self.enough() {
                    return Ok(clean);
                }
                clean &= self.liquidate_one(system, owner)?;
            }
            start_after = next_page(&page);
            if start_after.is_none() {
                return Ok(clean);
            }
        }
    }

    fn liquidate_one(&mut self, system: &System, owner: String) -> Result<bool> {
        let task = Task::Liquidate(owner.clone());
        if !self.backoff.allows(&task, self.start.elapsed()) {
            return Ok(false);
        }
        let msg = market::ExecuteMsg::Liquidate { market: system.config.market.clone(), owner: owner.clone() };
        let msgs = [system.market_call(&msg, &[])?];
        let (cost, preview) = match self.session.client.try_out(&self.signer, &msgs) {
            Ok(tried) => tried,
            Err(Error::Chain(text)) => return Ok(self.refused(task, text)),
            Err(error) => return Err(error),
        };
        if let Some(too_small) = self.too_small(system, &preview, &cost)? {
            self.leave(system, task, owner, too_small);
            return Ok(true);
        }
        match self.session.client.send(&self.signer, &msgs, &cost) {
            Ok(sent) => {
                self.backoff.done(&task);
                let done: LiquidateResponse = sent.data(0)?;
                let mut metrics = self.metrics.lock();
                metrics.liquidations = metrics.liquidations.saturating_add(1);
                log::line(
                    Level::Info,
                    "liquidated",
                    &[
                        ("owner", owner),
                        ("closed", system.units.base(done.closed)),
                        ("reward", system.units.purse(done.reward)),
                        ("height", sent.height.to_string()),
                        ("gas", sent.gas_used.to_string()),
                        ("tx", sent.hash.clone()),
                    ],
                );
                Ok(true)
            }
            Err(Error::Chain(text)) => Ok(self.refused(task, text)),
            Err(error) => Err(error),
        }
    }

    /// Whether the reward of a liquidation that was tried out is worth it.
    fn too_small(&self, system: &System, preview: &Answers, cost: &Cost) -> Result<Option<TooSmall>> {
        let reward = preview.data::<LiquidateResponse>(0)?.reward;
        let query = market::QueryMsg::Market { market: system.config.market.clone() };
        let market: MarketResponse = self.session.client.query(&system.at.market, &query)?;
        let rate = Rate { base: market.base, quote: market.quote, price: market.prices.collateral };
        rate.too_small(reward, &cost.fee, self.least).map_err(|error| Error::chain(error.to_string()))
    }

    /// Leaves a liquidation to others for a while, and says so.
    fn leave(&mut self, system: &System, task: Task, owner: String, TooSmall { worth, least }: TooSmall) {
        let pause = self.backoff.refused(task, self.start.elapsed());
        let fields = [
            ("owner", owner),
            ("reward_worth", system.units.quote(worth)),
            ("least", system.units.quote(least)),
            ("again_in", format!("{}s", pause.as_secs_f64())),
        ];
        log::line(Level::Info, "liquidation_left", &fields);
    }

    /// Looks at the vault for the metrics, and for how old its market's reading of the reference is.
    fn measure(&mut self, system: &System) -> Result<bool> {
        let position = system.ask_vault(self.session, ExtensionQueryMsg::Position {});
        let health = position.and_then(|position: VaultPositionResponse| {
            let health: StressResponse = system.ask_vault(self.session, ExtensionQueryMsg::Health {})?;
            Ok((position, health))
        });
        match health {
            Ok((position, health)) => {
                self.metrics.lock().seen = Some(seen(&position, &health, system));
                self.touch(system, &position.venue)
            }
            Err(Error::Chain(text)) => Ok(self.refused(Task::Look, text)),
            Err(error) => Err(error),
        }
    }

    /// Counts and tells a refusal; always false: the round was not clean.
    fn refused(&mut self, task: Task, text: String) -> bool {
        let now = self.start.elapsed();
        let mut metrics = self.metrics.lock();
        metrics.chain_errors = metrics.chain_errors.saturating_add(1);
        let told = self.backoff.allows(&task, now);
        let pause = self.backoff.refused(task.clone(), now);
        // A question that fails each time is told as rarely as an action would be tried.
        if told {
            let what = match task {
                Task::Look => "look".to_owned(),
                Task::Rule(rule) => format!("rule {}", rebalance::rule_name(rule)),
                Task::Liquidate(owner) => format!("liquidate {owner}"),
                Task::Touch => "touch the market".to_owned(),
                Task::Clear(provider) => format!("clear the lapsed request of {provider}"),
            };
            let pause = format!("{}s", pause.as_secs_f64());
            let text = readable(&text, &self.session.file);
            log::line(Level::Warn, "refused", &[("what", what), ("text", text), ("again_in", pause)]);
        }
        false
    }

    fn enough(&self) -> bool {
        let metrics = self.metrics.lock();
        let done = metrics.all_actions().saturating_add(metrics.liquidations);
        self.args.at_most.is_some_and(|most| done >= most)
    }
}

/// The rule that asks for something now.
fn due(decision: &Decision) -> Option<Rule> {
    decision.rule.filter(|_| decision.action != HedgeAction::None)
}

/// Whose positions of a page anyone may liquidate.
fn liquidatable(page: &PositionsResponse) -> Vec<String> {
    page.positions.iter().filter(|entry| entry.liquidatable).map(|entry| entry.owner.to_string()).collect()
}

/// After whom the next page begins; none after the last page, which is not full.
fn next_page(page: &PositionsResponse) -> Option<String> {
    after_full(&page.positions, |entry| entry.owner.to_string())
}

/// The name of a full page's last entry.
fn after_full<T>(entries: &[T], name: impl Fn(&T) -> String) -> Option<String> {
    entries.last().filter(|_| entries.len() >= PAGE as usize).map(name)
}

fn seen(position: &VaultPositionResponse, health: &StressResponse, system: &System) -> Seen {
    Seen {
        leverage: match health.before.leverage {
            Leverage::None => 0.0,
            Leverage::Finite(ratio) => float(ratio),
            Leverage::Infinite => f64::INFINITY,
        },
        leverage_max: float(health.before.targets.leverage_max),
        margin_ratio: health.before.margin_ratio.map(float),
        hedge_ratio: float(health.before.hedge_ratio),
        price_time: position.venue.prices.time.seconds(),
        nav: system.units.quote_float(position.nav),
        share_price: system.units.share_price(position.nav, position.shares).map(float),
    }
}

#[cfg(test)]
mod tests;
