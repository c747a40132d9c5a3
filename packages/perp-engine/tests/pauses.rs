//! Pauses that end by themselves: none can be made longer, not even in turns.

use ballast_types::market::{MarketAction, MarketParams};
use perp_engine::{EngineError, Pauses};

use MarketAction::{Liquidate, MarginIn, MarginOut, Reduce};

const HOUR: u64 = 3600;
const NOW: u64 = 1_700_000_000;
const TIMED: [MarketAction; 4] = [Reduce, MarginIn, MarginOut, Liquidate];

fn params() -> MarketParams {
    MarketParams::defaults(6)
}

fn off(pauses: &Pauses, at: u64) -> Vec<MarketAction> {
    pauses.status(&params(), at).off
}

#[test]
fn liquidation_is_off_for_seven_hours_and_not_thirteen_by_pausing_margin_in_after_reduce() {
    let mut pauses = Pauses::default();
    pauses.pause(&[Reduce], &params(), NOW).unwrap();
    pauses.pause(&[MarginIn], &params(), NOW + 6 * HOUR - 1).unwrap();
    assert_eq!(off(&pauses, NOW + 6 * HOUR - 1), [Reduce, MarginIn, Liquidate]);
    assert_eq!(off(&pauses, NOW + 6 * HOUR), [Liquidate], "margin in ends with reduce, and the grace runs");
    assert_eq!(off(&pauses, NOW + 7 * HOUR - 1), [Liquidate]);
    assert_eq!(off(&pauses, NOW + 7 * HOUR), []);
    // A second later it would be a new pause, which must wait for the cooldown.
    let from = NOW + 6 * HOUR + 24 * HOUR;
    let error = pauses.pause(&[MarginIn], &params(), NOW + 6 * HOUR).unwrap_err();
    assert_eq!(error, EngineError::DefenceCooldown { action: MarginIn, from });
}

#[test]
fn each_of_the_four_alone_ends_after_six_hours() {
    for action in TIMED {
        let mut pauses = Pauses::default();
        pauses.pause(&[action], &params(), NOW).unwrap();
        assert!(off(&pauses, NOW + 6 * HOUR - 1).contains(&action));
        assert!(!off(&pauses, NOW + 6 * HOUR).contains(&action), "{action:?}");
        // The grace period is for those who could not defend their positions.
        let graced = off(&pauses, NOW + 6 * HOUR) == [Liquidate];
        assert_eq!(graced, matches!(action, Reduce | MarginIn), "{action:?}");
    }
}

#[test]
fn whatever_is_paused_and_resumed_nothing_is_off_for_longer_than_one_pause_in_a_cooldown() {
    // Every pair of pauses and a resume between them, at all hours of two days.
    for first in TIMED {
        for second in TIMED {
            for (resumed, again) in (0..=12u64).flat_map(|r| (0..=30u64).map(move |a| (r, a))) {
                let mut pauses = Pauses::default();
                pauses.pause(&[first], &params(), NOW).unwrap();
                if resumed <= again {
                    pauses.resume(&[first], NOW + resumed * HOUR);
                }
                let _ = pauses.pause(&[second], &params(), NOW + again * HOUR);
                let first_end = if resumed <= again { resumed.min(6) } else { 6 };
                // During the first pause it ends with that; after it, it is refused until a day has passed.
                for hour in first_end.max(again)..=48 {
                    let paused = off(&pauses, NOW + hour * HOUR).contains(&second);
                    let own = again >= first_end + 24 && hour < again + 6;
                    let graced = second == Liquidate && [first_end + 1, 7].iter().any(|end| hour < *end);
                    assert!(!paused || own || graced, "{first:?} {second:?} {resumed} {again} {hour}");
                }
            }
        }
    }
}

#[test]
fn one_that_joins_may_not_have_come_back_a_short_time_ago_itself() {
    let mut pauses = Pauses::default();
    pauses.pause(&[Reduce, MarginOut], &params(), NOW).unwrap();
    pauses.resume(&[Reduce], NOW + HOUR);
    let error = pauses.pause(&[Reduce], &params(), NOW + 2 * HOUR).unwrap_err();
    assert_eq!(error, EngineError::DefenceCooldown { action: Reduce, from: NOW + 25 * HOUR });
    // Another pause joins the current one and ends with it.
    pauses.pause(&[Liquidate], &params(), NOW + 2 * HOUR).unwrap();
    assert_eq!(off(&pauses, NOW + 6 * HOUR - 1), [MarginOut, Liquidate]);
    assert_eq!(off(&pauses, NOW + 6 * HOUR), []);
}

#[test]
fn a_longer_grace_waits_until_it_changes_nothing_of_the_last_pause() {
    let mut pauses = Pauses::default();
    let longer = MarketParams { liquidation_grace: 3 * HOUR, ..params() };
    pauses.keep_grace(&params(), &longer, NOW).unwrap();
    pauses.pause(&[Reduce], &params(), NOW).unwrap();
    // Off until six hours, its grace until seven; with the longer one until nine.
    let refused = Err(EngineError::GraceCounts { from: NOW + 9 * HOUR });
    for hour in [0, 5, 6, 7, 8] {
        assert_eq!(pauses.keep_grace(&params(), &longer, NOW + hour * HOUR), refused, "{hour}");
        pauses.keep_grace(&longer, &params(), NOW + hour * HOUR).unwrap();
        pauses.keep_grace(&longer, &longer, NOW + hour * HOUR).unwrap();
    }
    pauses.keep_grace(&params(), &longer, NOW + 9 * HOUR).unwrap();
}

#[test]
fn at_the_ends_of_the_bounds_it_is_the_same() {
    for (pause, cooldown, grace) in [(300, HOUR, 0), (24 * HOUR, 14 * 24 * HOUR, 24 * HOUR)] {
        let params = MarketParams {
            defence_pause: pause,
            defence_pause_cooldown: cooldown,
            liquidation_grace: grace,
            ..params()
        };
        perp_engine::validate(&params).unwrap();
        let mut pauses = Pauses::default();
        pauses.pause(&[Reduce], &params, NOW).unwrap();
        pauses.pause(&TIMED, &params, NOW + pause - 1).unwrap();
        let off = |pauses: &Pauses, at: u64| pauses.status(&params, at).off;
        assert_eq!(off(&pauses, NOW + pause - 1), TIMED);
        assert_eq!(off(&pauses, NOW + pause + grace), []);
        for action in TIMED {
            assert!(pauses.clone().pause(&[action], &params, NOW + pause + cooldown - 1).is_err());
            assert!(pauses.clone().pause(&[action], &params, NOW + pause + cooldown).is_ok());
        }
    }
}
