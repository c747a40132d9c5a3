//! A pause lasts six hours here, and a day has to pass before the next.

use ballast_roles::{switch_off, switch_on, Cooldown, NextPause, Terms, Timed};

const HOUR: u64 = 3600;
const NOW: u64 = 1_700_000_000;
const TERMS: Terms = Terms { pause: 6 * HOUR, cooldown: 24 * HOUR };

fn ends(time: u64) -> Timed {
    Timed { until: Some(time) }
}

/// Pauses the first of a group.
fn pause(group: &mut [Timed], now: u64) -> Result<(), Cooldown> {
    NextPause::of(group, TERMS, now).begin(&mut group[0])
}

#[test]
fn what_is_off_is_listed_once_and_in_order() {
    let mut off = vec![];
    for action in [5, 1, 3, 1, 5] {
        switch_off(&mut off, action);
    }
    assert_eq!(off, [1, 3, 5]);
}

#[test]
fn what_is_switched_on_is_off_no_more_and_the_rest_stays_off() {
    let mut off = vec![1, 3, 5];
    switch_on(&mut off, &[5, 1, 4]);
    assert_eq!(off, [3]);
}

#[test]
fn a_pause_ends_by_itself() {
    let mut group = [Timed::default(); 2];
    pause(&mut group, NOW).unwrap();
    assert_eq!(group, [ends(NOW + 6 * HOUR), Timed::default()]);
    assert_eq!(group[0].running(NOW + 6 * HOUR - 1), Some(NOW + 6 * HOUR));
    assert_eq!(group[0].running(NOW + 6 * HOUR), None);
}

#[test]
fn a_pause_that_runs_does_not_get_longer() {
    let mut group = [ends(NOW + HOUR), Timed::default()];
    pause(&mut group, NOW).unwrap();
    assert_eq!(group[0], ends(NOW + HOUR));
}

#[test]
fn a_pause_ends_with_the_others_of_its_group() {
    let mut group = [Timed::default(), ends(NOW + HOUR)];
    pause(&mut group, NOW).unwrap();
    assert_eq!(group[0], ends(NOW + HOUR));
}

#[test]
fn none_begins_before_a_day_has_passed_since_the_last_of_its_group() {
    for was in [[ends(NOW), Timed::default()], [Timed::default(), ends(NOW)], [ends(NOW - HOUR), ends(NOW)]] {
        let mut group = was;
        for now in [NOW, NOW + 24 * HOUR - 1] {
            assert_eq!(pause(&mut group, now), Err(Cooldown { from: NOW + 24 * HOUR }), "{was:?} {now}");
            assert_eq!(group, was, "refused, and changed");
        }
        pause(&mut group, NOW + 24 * HOUR).unwrap();
        assert_eq!(group[0], ends(NOW + 30 * HOUR));
    }
}

#[test]
fn one_that_came_back_itself_does_not_join_a_pause_that_runs() {
    let mut group = [ends(NOW), ends(NOW + 5 * HOUR)];
    let error = pause(&mut group, NOW + HOUR).unwrap_err();
    assert_eq!(error, Cooldown { from: NOW + 24 * HOUR });
    assert_eq!(error.to_string(), "cannot be paused again before 1700086400 (seconds)");
}

#[test]
fn one_that_came_back_long_ago_or_never_joins_while_another_runs() {
    for first in [Timed::default(), ends(NOW - 24 * HOUR)] {
        let mut group = [first, ends(NOW + 5 * HOUR)];
        pause(&mut group, NOW).unwrap();
        assert_eq!(group[0], ends(NOW + 5 * HOUR));
    }
}

#[test]
fn a_third_that_came_back_bars_nobody_while_another_runs() {
    let mut group = [Timed::default(), ends(NOW - HOUR), ends(NOW + 5 * HOUR)];
    pause(&mut group, NOW).unwrap();
    assert_eq!(group[0], ends(NOW + 5 * HOUR));
}

#[test]
fn who_resumes_ends_the_pause_now_and_the_cooldown_counts_from_there() {
    let mut group = [ends(NOW + 5 * HOUR), Timed::default()];
    group[0].resume(NOW);
    assert_eq!(group[0], ends(NOW));
    assert_eq!(pause(&mut group, NOW + HOUR), Err(Cooldown { from: NOW + 24 * HOUR }));
}

#[test]
fn to_resume_what_is_over_or_never_was_paused_starts_no_cooldown() {
    let (mut over, mut never) = (ends(NOW), Timed::default());
    over.resume(NOW + HOUR);
    never.resume(NOW + HOUR);
    assert_eq!((over, never), (ends(NOW), Timed::default()));
}

#[test]
fn a_pause_is_stored_as_its_end() {
    for (timed, stored) in [(ends(5), "5"), (Timed::default(), "null")] {
        assert_eq!(cosmwasm_std::to_json_string(&timed).unwrap(), stored);
        assert_eq!(cosmwasm_std::from_json::<Timed>(stored).unwrap(), timed);
    }
}
