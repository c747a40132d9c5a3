//! The keeper: does what the vault's policy decides, liquidates positions, cancels lapsed requests of liquidity
//! providers, observes computed prices, and sends the market messages that keep funding going. It runs until it is
//! stopped.

mod backoff;
mod fees;
mod liquidations;
mod metrics;
mod observe;
mod price;
mod requests;
mod reward;
mod touch;

use std::time::{Duration, Instant};

use ballast_types::market::Leverage;
use ballast_types::policy::{Decision, HedgeAction, Rule, StressResponse};
use ballast_types::vault::{ExtensionQueryMsg, RebalanceResponse, VaultPositionResponse};
use cosmwasm_std::Uint128;
use serde_json::json;

use super::rebalance;
use super::system::System;
use crate::args::KeepArgs;
use crate::figures::{float, rule_name};
use crate::log::{self, Level};
use crate::poor::is_poor;
use crate::session::Session;
use crate::waiting::Voice;
use crate::{amount, pause, Error, Result, Sent, Signer};
use backoff::{Backoff, Task};
use metrics::{Metrics, Seen, Shared};

/// Maximum actions of one round: more would be an endless loop.
const MAX_ACTIONS: usize = 16;

/// Runs `ballast-chain keep` until it is stopped.
///
/// # Errors
/// [`Error::User`] for a deployment or an account that is not there.
pub fn run(session: &Session, args: &KeepArgs) -> Result<()> {
    session.client.speak(Voice::Log);
    let signer = session.signer("keeper")?;
    session.addresses()?;
    let every = pause::interval("--every", args.every)?;
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
        counted: None,
        watched: None,
        away: false,
        unsure_actions: 0,
        low_on_fees: false,
        poor: false,
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
    let (chain, network, unsure) = (seen.chain_errors, seen.network_errors, seen.may_have_happened);
    session.say(format_args!(
        "{actions} actions, {liquidations} liquidations, {unsure} transactions that may have happened, {chain} refusals, \
         {network} rounds without a node"
    ))?;
    let by_rule: serde_json::Map<String, serde_json::Value> =
        (1u8..).zip(seen.actions).map(|(rule, count)| (rule.to_string(), count.into())).collect();
    session.answer(&json!({
        "actions": by_rule,
        "liquidations": liquidations,
        "errors": {"chain": chain, "network": network, "may_have_happened": unsure},
        "height": seen.height,
    }))
}

struct Keeper<'a> {
    session: &'a Session,
    signer: Signer,
    args: &'a KeepArgs,
    every: Duration,
    /// Minimum value of a reward in units of quote, if one was given.
    least: Option<Uint128>,
    system: Option<System>,
    metrics: Shared,
    backoff: Backoff,
    start: Instant,
    /// When to check for lapsed requests again.
    requests_from: Duration,
    touched: Option<touch::Touched>,
    /// When the market got a message from this keeper, for its mean discount.
    counted: Option<touch::Counted>,
    /// The market's computed prices and its pair of prices; none before they were looked up.
    watched: Option<observe::Watched>,
    away: bool,
    /// Rebalances and liquidations that may have happened.
    unsure_actions: u64,
    low_on_fees: bool,
    /// Whether it was reported that the account cannot pay a fee.
    poor: bool,
    /// The rule that applies without an action, and why.
    stuck: Option<(Rule, &'static str)>,
}

impl Keeper<'_> {
    /// Runs rounds until stopped, or until the given number of actions is reached.
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

    /// Updates metrics and log after a round. Returns errors that end the keeper.
    fn note(&mut self, outcome: Result<bool>) -> Result<()> {
        match outcome {
            Ok(true) => self.metrics.lock().last_success = Some(log::unix_time()),
            Ok(false) => {}
            Err(Error::Network(text)) => {
                self.is_away(text);
                return Ok(());
            }
            // Once the keeper runs, no response of a node ends it.
            Err(Error::Chain(text)) => {
                self.refused(Task::Look, text);
            }
            Err(Error::User(text)) if self.system.is_some() => {
                self.refused(Task::Look, text);
            }
            Err(error) => return Err(error),
        }
        // A refusal also means that the node is up.
        let mut metrics = self.metrics.lock();
        metrics.up = true;
        if std::mem::take(&mut self.away) {
            log::line(Level::Info, "back", &[("height", metrics.height.to_string())]);
        }
        Ok(())
    }

    /// Counts a round without a node, and logs the first one.
    fn is_away(&mut self, text: String) {
        let mut metrics = self.metrics.lock();
        metrics.up = false;
        metrics.network_errors = metrics.network_errors.saturating_add(1);
        if !std::mem::replace(&mut self.away, true) {
            log::line(Level::Warn, "away", &[("text", text)]);
        }
    }

    /// Runs all tasks once. Returns whether nothing was refused.
    fn round(&mut self) -> Result<bool> {
        let height = self.session.client.head_at_once()?.height;
        self.metrics.lock().height = height;
        self.backoff.reached(height);
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

    /// Logs who keeps which vault, and the balance for fees.
    fn tell_start(&mut self, system: &System) -> Result<()> {
        let fees = self.look_at_fees()?;
        self.low_on_fees = fees.are_low();
        let level = if self.low_on_fees { Level::Warn } else { Level::Info };
        let fields = [
            ("vault", system.at.vault.clone()),
            ("keeper", self.signer.address().to_owned()),
            ("for_fees", self.session.coin(&fees.left)),
            ("pays_for_actions", fees.actions()),
            ("min_reward", self.min_reward(system)),
        ];
        log::line(level, "keeping", &fields);
        if fees.whole.is_none() {
            let text =
                format!("{} is not among the chain file's [coins]: ballast_fees_left is not told", fees.left.denom);
            log::line(Level::Warn, "unknown_coin", &[("text", text)]);
        }
        Ok(())
    }

    /// The minimum reward of a liquidation, in words.
    fn min_reward(&self, system: &System) -> String {
        let fee = &self.session.client.chain().gas_price.denom;
        let units = &system.units;
        match self.least {
            Some(least) => units.quote(least),
            None if *fee == units.base.denom || *fee == units.quote.denom => "its fee".to_owned(),
            None => format!("none: the fee is in {fee}, see --min-reward"),
        }
    }

    fn round_of(&mut self, system: &System) -> Result<bool> {
        let mut clean = self.observe(system)?;
        clean &= self.watch_price(system)?;
        clean &= self.rebalance(system)?;
        if !self.args.no_liquidations {
            clean &= self.liquidate(system)?;
        }
        clean &= self.clear_lapsed(system)?;
        clean &= self.measure(system)?;
        self.watch_fees()?;
        Ok(clean)
    }

    /// Acts until nothing is due, something is refused, or the limits are reached.
    fn rebalance(&mut self, system: &System) -> Result<bool> {
        for _ in 0..MAX_ACTIONS {
            self.session.client.stop().check()?;
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
                    self.rebalanced(system, rule, &sent)?;
                }
                Err(error) => return self.failed(task, error),
            }
        }
        Ok(true)
    }

    /// Counts and logs an action. If its response cannot be read, it counts for the rule that was due.
    fn rebalanced(&mut self, system: &System, due: Rule, sent: &Sent) -> Result<()> {
        let done = sent.data::<RebalanceResponse>(0);
        if let Some(rule) = done.as_ref().map_or(Some(due), |done| done.decision.rule) {
            self.metrics.lock().acted(rule.number());
        }
        let done = done?;
        let fields = [
            ("rule", done.decision.rule.map_or("none".to_owned(), rule_name)),
            ("outcome", rebalance::outcome(&done, &system.units)),
            ("height", sent.height.to_string()),
            ("gas", sent.gas_used.to_string()),
            ("tx", sent.hash.clone()),
        ];
        log::line(Level::Info, "rebalanced", &fields);
        Ok(())
    }

    /// Queries the vault for the metrics, and for the age of the market's reference rate.
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

    /// Counts and logs a refusal. Always returns false, because the round was not clean.
    fn refused(&mut self, task: Task, text: String) -> bool {
        let now = self.start.elapsed();
        let mut metrics = self.metrics.lock();
        metrics.chain_errors = metrics.chain_errors.saturating_add(1);
        let poor = is_poor(&text);
        // An empty account is reported once, whatever it was to pay for.
        let told = self.backoff.allows(&task, now) && !(poor && self.poor);
        self.poor |= poor;
        let pause = self.backoff.refused(task.clone(), now);
        // A query that fails every time is logged as rarely as an action would be retried.
        if told {
            let what = what(task);
            let pause = format!("{}s", pause.as_secs_f64());
            let text = self.session.told(&text);
            log::line(Level::Warn, "refused", &[("what", what), ("text", text), ("again_in", pause)]);
        }
        false
    }

    /// Handles a failed task. Returns false if the round goes on, although not clean. A transaction that may have
    /// happened is not sent again before the chain's state shows whether it did.
    fn failed(&mut self, task: Task, error: Error) -> Result<bool> {
        let (hash, until, why) = match error {
            Error::Chain(text) => return Ok(self.refused(task, text)),
            Error::MayHaveHappened { hash, until, why } => (hash, until, why),
            error => return Err(error),
        };
        if matches!(task, Task::Rule(_) | Task::Liquidate(_)) {
            self.unsure_actions = self.unsure_actions.saturating_add(1);
        }
        let mut metrics = self.metrics.lock();
        metrics.may_have_happened = metrics.may_have_happened.saturating_add(1);
        self.backoff.unsure(task.clone(), until);
        let fields = [("what", what(task)), ("tx", hash), ("until_height", until.to_string()), ("text", why)];
        log::line(Level::Warn, "may_have_happened", &fields);
        Ok(false)
    }

    fn enough(&self) -> bool {
        let metrics = self.metrics.lock();
        let done = metrics.all_actions().saturating_add(metrics.liquidations).saturating_add(self.unsure_actions);
        self.args.at_most.is_some_and(|most| done >= most)
    }
}

/// Describes a task.
fn what(task: Task) -> String {
    match task {
        Task::Look => "look".to_owned(),
        Task::Rule(rule) => format!("rule {}", rule_name(rule)),
        Task::Liquidate(owner) => format!("liquidate {owner}"),
        Task::Touch => "touch the market".to_owned(),
        Task::Observe => "observe computed prices".to_owned(),
        Task::Clear(provider) => format!("clear the lapsed request of {provider}"),
    }
}

/// The rule that asks for an action now.
fn due(decision: &Decision) -> Option<Rule> {
    decision.rule.filter(|_| decision.action != HedgeAction::None)
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
        discount: position.venue.prices.collateral_range.as_ref().map(|range| float(range.discount)),
        price_age: position.time.seconds().saturating_sub(position.venue.prices.time.seconds()),
        read_at: log::unix_time(),
        nav: system.units.quote_float(position.nav),
        share_price: system.units.share_price(position.nav, position.shares).map(float),
    }
}

#[cfg(test)]
mod tests;
