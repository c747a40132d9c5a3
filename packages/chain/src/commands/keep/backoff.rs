//! When to retry what was refused.

use std::collections::BTreeMap;
use std::time::Duration;

use ballast_types::policy::Rule;

/// Maximum pause after refusals: a keeper with eight hours to react must not sleep for one of them.
const LONGEST: Duration = Duration::from_secs(300);

/// Tasks that can be refused independently.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Task {
    /// A query of a contract.
    Look,
    /// A rule of the policy.
    Rule(Rule),
    /// Liquidation of an account.
    Liquidate(String),
    /// A message that makes the market read the reference again.
    Touch,
    /// A message that continues the history of computed prices.
    Observe,
    /// Cancelling the lapsed request of a provider.
    Clear(String),
}

/// Refusals by task, so that one task does not delay another.
#[derive(Debug, Clone)]
pub struct Backoff {
    first: Duration,
    refused: BTreeMap<Task, (u32, Duration)>,
    /// Transactions that may have happened, with the last height at which they can.
    unsure: BTreeMap<Task, u64>,
}

impl Backoff {
    /// The first refusal of a task causes a pause of `first`, each further one doubles it.
    pub fn new(first: Duration) -> Self {
        Backoff { first, refused: BTreeMap::new(), unsure: BTreeMap::new() }
    }

    /// Whether to try it now, given the time since the start.
    pub fn allows(&self, task: &Task, now: Duration) -> bool {
        !self.unsure.contains_key(task) && self.refused.get(task).map_or(true, |(_, until)| *until <= now)
    }

    /// Records a refusal. Returns the pause.
    pub fn refused(&mut self, task: Task, now: Duration) -> Duration {
        let (count, until) = self.refused.entry(task).or_default();
        let factor = 2u32.checked_pow(*count).unwrap_or(u32::MAX);
        let pause = self.first.saturating_mul(factor).min(LONGEST.max(self.first));
        *count = count.saturating_add(1);
        *until = now.saturating_add(pause);
        pause
    }

    /// Records that it may have happened, or may happen until this height. It is not retried before the chain is past
    /// that height and its state is known.
    pub fn unsure(&mut self, task: Task, until: u64) {
        self.unsure.insert(task, until);
    }

    /// Records that the chain has reached this height.
    pub fn reached(&mut self, height: u64) {
        self.unsure.retain(|_, until| *until >= height);
    }

    /// Records a success.
    pub fn done(&mut self, task: &Task) {
        self.refused.remove(task);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const S: Duration = Duration::from_secs(1);

    #[test]
    fn pauses_double_up_to_five_minutes_and_end_with_a_success() {
        let mut backoff = Backoff::new(S * 15);
        let task = Task::Rule(Rule::Settle);
        assert!(backoff.allows(&task, S));
        let pauses: Vec<u64> = (0..7).map(|_| backoff.refused(task.clone(), S * 100).as_secs()).collect();
        assert_eq!(pauses, [15, 30, 60, 120, 240, 300, 300]);
        assert!(!backoff.allows(&task, S * 399));
        assert!(backoff.allows(&task, S * 400));
        backoff.done(&task);
        assert!(backoff.allows(&task, S * 101));
        assert_eq!(backoff.refused(task, S * 101).as_secs(), 15);
    }

    #[test]
    fn what_may_have_happened_is_tried_again_past_its_last_height_only() {
        let mut backoff = Backoff::new(S);
        let task = Task::Liquidate("a".into());
        backoff.unsure(task.clone(), 1_060);
        for (height, allowed) in [(1_000, false), (1_060, false), (1_061, true)] {
            backoff.reached(height);
            assert_eq!(backoff.allows(&task, S * 1_000), allowed, "{height}");
            assert!(backoff.allows(&Task::Liquidate("b".into()), S));
        }
    }

    #[test]
    fn a_refused_task_holds_up_no_other() {
        let mut backoff = Backoff::new(S * 15);
        backoff.refused(Task::Rule(Rule::HedgeBand), S);
        assert!(backoff.allows(&Task::Rule(Rule::Emergency), S));
        assert!(backoff.allows(&Task::Liquidate("a".into()), S));
        assert!(!backoff.allows(&Task::Rule(Rule::HedgeBand), S * 2));
    }

    #[test]
    fn a_keeper_that_looks_every_hour_does_not_look_more_often_after_a_refusal() {
        let mut backoff = Backoff::new(S * 3_600);
        assert_eq!(backoff.refused(Task::Look, S).as_secs(), 3_600);
        assert_eq!(backoff.refused(Task::Look, S).as_secs(), 3_600);
    }
}
