//! The loop of a run, over a stage that only takes notes.

use std::cell::Cell;

use anyhow::{bail, Result};
use ballast_cli::app::Watcher;
use ballast_cli::outcome::{Crowd, Outcome, Parts, Sample};
use ballast_cli::params::WorldParams;
use ballast_cli::replay::{replay, Events, Exit, Keeper, Stage, Sums};
use ballast_cli::tape::{Change, Hour, Irregularities, Margin, Tape};

/// 2020-03-12 00:00 UTC.
const START: u64 = 1_583_971_200;

/// Notes who came; fails or breaks where told (hours after the start).
#[derive(Default)]
struct Notes {
    hour: u64,
    kept: Vec<u64>,
    changed: Vec<(u64, u64)>,
    checked: Cell<u64>,
    breaks_from: Option<u64>,
    fails_at: Option<u64>,
    stuck: bool,
    left: bool,
}

impl Stage for Notes {
    fn step(&mut self, hour: &Hour, keeper: Keeper) -> Result<Events> {
        self.hour = (hour.time - START) / 3_600;
        if self.fails_at == Some(self.hour) {
            bail!("the chain stands still");
        }
        let mut events = Events { liquidated: self.hour == 3, ..Events::default() };
        if keeper == Keeper::Comes {
            self.kept.push(self.hour);
            events.rules = vec![3, 5];
            events.refused = vec!["rebalance: no".to_owned()];
        }
        Ok(events)
    }

    fn change(&mut self, change: &Change) -> Result<()> {
        self.changed.push((self.hour, (change.time - START) / 3_600));
        Ok(())
    }

    fn sample(&self) -> Sample {
        Sample {
            time: START + self.hour * 3_600,
            price: 1.0,
            collateral: 1.0,
            redemption_rate: 1.0,
            discount: 0.0,
            nav: 1.0,
            parts: Parts::default(),
            leverage: 2.0,
            leverage_min: 1.0,
            leverage_max: 3.0,
            hedge_ratio: 1.0,
            reference: 0.0,
            funding: 0.0,
            pool: 1.0,
            pool_hedged: 1.0,
            slack: 1.0,
        }
    }

    fn broken(&self) -> Vec<String> {
        self.checked.set(self.checked.get() + 1);
        let broken = self.breaks_from.is_some_and(|from| self.hour >= from);
        broken.then(|| "26: less than its purses".to_owned()).into_iter().collect()
    }

    fn exit(&mut self) -> Result<Exit> {
        if self.stuck {
            bail!("no way out");
        }
        self.left = true;
        Ok(Exit { redeemed: 0.9, left_base: 1, left_quote: 2 })
    }

    fn sums(&self) -> Sums {
        assert!(!self.left, "sums are read before everybody leaves");
        let crowd = Crowd { orders: 5, ..Crowd::default() };
        Sums { funding: 0.1, costs: 0.2, tilt: 0.3, paid_in: 0.5, topped_up: 0.4, crowd }
    }
}

struct StopAfter(usize, Cell<usize>);

impl Watcher for StopAfter {
    fn done(&self, steps: usize) {
        self.1.set(steps);
    }

    fn stopped(&self) -> bool {
        self.1.get() >= self.0
    }
}

fn tape(hours: impl Iterator<Item = u64>) -> Tape {
    let hour =
        |hour: u64| Hour { time: START + hour * 3_600, price: 1.0, high: 1.0, reference: None, margin: Margin::Index };
    Tape {
        hours: hours.map(hour).collect(),
        changes: vec![],
        bar: 3_600,
        irregular: Irregularities::default(),
        closings: None,
    }
}

fn run(stage: &mut Notes, tape: &Tape, keeper_hours: u64, stop_after: usize) -> Result<Outcome> {
    let world = WorldParams { keeper_every: keeper_hours * 3_600, ..WorldParams::default() };
    replay(stage, tape, &world, &StopAfter(stop_after, Cell::new(0)))
}

#[test]
fn a_keeper_every_hour_comes_every_hour() {
    let mut stage = Notes::default();
    let outcome = run(&mut stage, &tape(0..50), 1, usize::MAX).unwrap();
    assert_eq!(stage.kept, (1..50).collect::<Vec<_>>());
    assert_eq!(outcome.samples.len(), 50);
    assert_eq!(outcome.rebalances().into_iter().collect::<Vec<_>>(), [(3, 49), (5, 49)]);
    let first: Vec<(u64, u8)> = outcome.actions.iter().take(3).map(|action| (action.time, action.rule)).collect();
    assert_eq!(first, [(START + 3_600, 3), (START + 3_600, 5), (START + 7_200, 3)]);
    assert_eq!(outcome.refused.len(), 49);
    assert_eq!(outcome.refused[0], "2020-03-12 01 h: rebalance: no");
    assert_eq!(outcome.liquidations, 1);
    assert!(!outcome.interrupted);
}

#[test]
fn a_keeper_every_eight_hours_keeps_to_the_same_hours_over_gaps() {
    let mut stage = Notes::default();
    // Hours 14 to 18 are missing: who should have come at 16 comes at 19, the next at 24 all the same.
    run(&mut stage, &tape((0..14).chain(19..40)), 8, usize::MAX).unwrap();
    assert_eq!(stage.kept, [8, 19, 24, 32]);
}

#[test]
fn rates_change_between_the_steps_that_they_lie_between() {
    let mut stage = Notes::default();
    let change = |hour: u64| Change { time: START + hour * 3_600, reference: Some(0.1) };
    let tape = Tape { changes: vec![change(8), change(16), change(32)], bar: 86_400, ..tape([0, 24, 48].into_iter()) };
    let outcome = run(&mut stage, &tape, 1, usize::MAX).unwrap();
    assert_eq!(stage.changed, [(0, 8), (0, 16), (24, 32)]);
    // A keeper comes no more often than there are prices, and the report must not say otherwise.
    assert_eq!((outcome.keeper_every, outcome.bar), (86_400, 86_400));
}

#[test]
fn invariants_are_checked_at_the_start_daily_at_the_end_and_after_the_exit() {
    let mut stage = Notes::default();
    let outcome = run(&mut stage, &tape(0..50), 1, usize::MAX).unwrap();
    // The start, hours 24 and 48, before the exit and after it.
    assert_eq!((outcome.checks, stage.checked.get()), (5, 5));
    let mut stage = Notes { breaks_from: Some(25), ..Notes::default() };
    let outcome = run(&mut stage, &tape(0..50), 1, usize::MAX).unwrap();
    assert_eq!(outcome.broken.len(), 3);
    assert_eq!(outcome.broken[0], "2020-03-14 00 h: 26: less than its purses");
}

#[test]
fn a_stop_ends_the_loop_and_everybody_still_redeems() {
    let mut stage = Notes::default();
    let outcome = run(&mut stage, &tape(0..50), 1, 7).unwrap();
    assert_eq!(outcome.samples.len(), 8);
    assert!(outcome.interrupted && stage.left);
    assert_eq!((outcome.redeemed, outcome.left_base, outcome.left_quote), (Some(0.9), 1, 2));
    assert_eq!((outcome.funding, outcome.costs, outcome.tilt, outcome.topped_up), (0.1, 0.2, 0.3, 0.4));
    assert_eq!((outcome.crowd.orders, outcome.price_age), (5, 6));
}

#[test]
fn a_stop_in_the_last_hour_interrupts_nothing() {
    let outcome = run(&mut Notes::default(), &tape(0..50), 1, 49).unwrap();
    assert!(!outcome.interrupted);
}

#[test]
fn an_error_names_its_hour() {
    let mut stage = Notes { fails_at: Some(26), ..Notes::default() };
    let error = run(&mut stage, &tape(0..50), 1, usize::MAX).unwrap_err();
    assert_eq!(format!("{error:#}"), "2020-03-13 02 h: the chain stands still");
    let mut stage = Notes { stuck: true, ..Notes::default() };
    let error = run(&mut stage, &tape(0..50), 1, usize::MAX).unwrap_err();
    assert_eq!(format!("{error:#}"), "everybody redeems, 2020-03-14 01 h: no way out");
}
