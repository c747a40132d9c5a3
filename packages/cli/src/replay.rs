//! The loop of a run: hour by hour, with keepers and invariant checks when they are due. In the end everybody redeems.

use std::time::Instant;

use anyhow::{Context, Result};

use crate::app::Watcher;
use crate::date::{format_day, DAY, HOUR};
use crate::outcome::{Action, Coin, Crowd, Estimates, Outcome, Sample};
use crate::params::WorldParams;
use crate::tape::{Change, Hour, Margin, Tape};

/// The system that a run drives: the real contracts with simulated people, or a model of them.
pub trait Stage {
    /// Runs one hour, with or without a keeper.
    ///
    /// # Errors
    /// Errors that end the run. Refusals that people can live with belong in [`Events::refused`].
    fn step(&mut self, hour: &Hour, keeper: Keeper) -> Result<Events>;

    /// Starts another funding rate between two steps; the price stays the same.
    ///
    /// # Errors
    /// Errors that end the run.
    fn change(&mut self, change: &Change) -> Result<()>;

    /// The current state.
    fn sample(&self) -> Sample;

    /// The invariants that are broken now, in words.
    fn broken(&self) -> Vec<String>;

    /// Everybody redeems everything.
    ///
    /// # Errors
    /// If a redemption is refused.
    fn exit(&mut self) -> Result<Exit>;

    /// Totals since the start.
    fn sums(&self) -> Sums;

    /// Estimates of the hedge of least variance, if the margin is another coin than the index's.
    fn estimates(&self) -> Option<Estimates> {
        None
    }
}

/// Whether a keeper comes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Keeper {
    /// It comes and does what is due.
    Comes,
    /// It does not come.
    StaysAway,
}

/// What happened in a step.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Events {
    /// Numbers of the rules that the keeper carried out.
    pub rules: Vec<u8>,
    /// Whether the vault was liquidated.
    pub liquidated: bool,
    /// What somebody was refused, in words.
    pub refused: Vec<String>,
}

/// The result of all redemptions.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Exit {
    /// What a share paid, relative to what was paid for it.
    pub redeemed: f64,
    /// Units of base that stayed in the vault.
    pub left_base: u128,
    /// Units of quote that stayed in the vault.
    pub left_quote: u128,
}

/// Totals since the start, relative to it.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct Sums {
    /// Funding received.
    pub funding: f64,
    /// Fees, spread and conversion paid.
    pub costs: f64,
    /// Gain or loss from hedging less or more than all coins.
    pub tilt: f64,
    /// Value of all deposits at the first price, whole quote.
    pub paid_in: f64,
    /// What providers added to the pool, minus withdrawals, over its quote at the start.
    pub topped_up: f64,
    /// What strangers and liquidity providers did.
    pub crowd: Crowd,
}

/// Drives a stage from the first hour of the tape through all others.
///
/// Keepers and checks have a fixed schedule from the start, so that a gap in the hours delays one of them but does not
/// shift the later ones. A stop ends the loop after the current hour, and everybody redeems.
///
/// # Errors
/// An error of the stage, with the hour.
pub fn replay(stage: &mut dyn Stage, tape: &Tape, world: &WorldParams, watcher: &dyn Watcher) -> Result<Outcome> {
    let began = Instant::now();
    let start = tape.span().0;
    let due = |every: u64, before: u64, now: u64| {
        let turn = |time: u64| time.saturating_sub(start).checked_div(every);
        turn(now) > turn(before)
    };
    // A keeper cannot come more often than there are prices.
    let keeper_every = world.keeper_every.max(tape.bar);
    let mut outcome = Outcome { keeper_every, bar: tape.bar, price_age: world.price_age, ..Outcome::default() };
    outcome.coin = tape.hours.first().map_or(Coin::Index, |hour| match hour.margin {
        Margin::Index => Coin::Index,
        Margin::Staked(_) => Coin::Staked,
        Margin::Own(_) => Coin::Own,
    });
    outcome.samples.push(stage.sample());
    check(stage, start, &mut outcome);
    let mut before = start;
    for (done, hour) in (1..).zip(tape.hours.iter().skip(1)) {
        let keeper = match due(world.keeper_every, before, hour.time) {
            true => Keeper::Comes,
            false => Keeper::StaysAway,
        };
        for change in tape.changes_between(before, hour.time) {
            stage.change(change).with_context(|| when(change.time))?;
        }
        let events = stage.step(hour, keeper).with_context(|| when(hour.time))?;
        note(events, hour.time, &mut outcome);
        outcome.samples.push(stage.sample());
        if due(world.check_every, before, hour.time) {
            check(stage, hour.time, &mut outcome);
        }
        before = hour.time;
        watcher.done(done);
        if watcher.stopped() {
            outcome.interrupted = hour.time < tape.span().1;
            break;
        }
    }
    outcome.elapsed = began.elapsed();
    leave(stage, before, &mut outcome)?;
    Ok(outcome)
}

fn leave(stage: &mut dyn Stage, time: u64, outcome: &mut Outcome) -> Result<()> {
    check(stage, time, outcome);
    let Sums { funding, costs, tilt, paid_in, topped_up, crowd } = stage.sums();
    (outcome.crowd, outcome.paid_in, outcome.estimates) = (crowd, paid_in, stage.estimates());
    (outcome.funding, outcome.costs, outcome.tilt, outcome.topped_up) = (funding, costs, tilt, topped_up);
    let exit = stage.exit().with_context(|| format!("everybody redeems, {}", when(time)))?;
    outcome.redeemed = Some(exit.redeemed);
    (outcome.left_base, outcome.left_quote) = (exit.left_base, exit.left_quote);
    check(stage, time, outcome);
    Ok(())
}

fn check(stage: &dyn Stage, time: u64, outcome: &mut Outcome) {
    outcome.checks = outcome.checks.saturating_add(1);
    outcome.broken.extend(stage.broken().into_iter().map(|broken| format!("{}: {broken}", when(time))));
}

fn note(events: Events, time: u64, outcome: &mut Outcome) {
    outcome.liquidations = outcome.liquidations.saturating_add(u64::from(events.liquidated));
    outcome.actions.extend(events.rules.into_iter().map(|rule| Action { time, rule }));
    outcome.refused.extend(events.refused.into_iter().map(|refused| format!("{}: {refused}", when(time))));
}

fn when(time: u64) -> String {
    let hour = time.checked_rem(DAY).and_then(|seconds| seconds.checked_div(HOUR)).unwrap_or_default();
    format!("{} {hour:02} h", format_day(time))
}
