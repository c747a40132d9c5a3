//! The simulated world: who is in it, and that it is the same each time.

use ballast_testkit::{decimal, signed, Codes, Depositor, Setup, Step, Strangers, World, WorldParams, ATOM};
use ballast_types::oracle::{Closing, Session, TradingHours};
use cosmwasm_std::{Timestamp, Uint128};

const START: u64 = 1_700_000_000;

fn step(place: u64) -> Step {
    let price = decimal("10");
    Step { time: START + place * 4 * 3600, price, high: price, margin: None, reference: signed("0"), keeper: true }
}

/// Runs this many days at 10, in steps of four hours, with alice's 10,000 ATOM; calls `look` after each step.
fn days(days: u64, publishers: u32, params: WorldParams, mut look: impl FnMut(&World)) -> World {
    let setup = Setup { publishers, ..Setup::default() };
    let depositors = vec![Depositor { name: "alice".into(), amount: 10_000 * ATOM }];
    let mut world = World::start(Codes::native(), setup, WorldParams { depositors, ..params }, step(0)).unwrap();
    for place in 1..=days * 6 {
        world.step(step(place)).unwrap();
        look(&world);
    }
    world
}

#[test]
fn a_rough_publisher_of_three_moves_no_price() {
    let (mut wrong, mut fewer) = (0, 0);
    days(30, 3, WorldParams::default(), |world| {
        assert_eq!(world.suite.reading().value, signed("10"));
        let now = world.suite.now() - 6;
        let published = world.suite.price_feed().published;
        wrong += u32::from(published.iter().any(|one| one.time.seconds() == now && one.value != signed("10")));
        fewer += u32::from(published.iter().any(|one| one.time.seconds() != now));
    });
    // of 180 publications 8 % are wrong, 8 % are left out and 4 % late: 14 and 22 expected, deviations of 4
    assert!((3..=28).contains(&wrong), "{wrong} wrong values");
    assert!((6..=38).contains(&fewer), "{fewer} left out or late");
}

#[test]
fn prices_are_as_old_as_the_world_says_when_a_keeper_acts() {
    for age in [0, 6, 20] {
        days(5, 1, WorldParams { price_age: age, ..WorldParams::default() }, |world| {
            assert_eq!(world.suite.now() - world.suite.reading().time.seconds(), age);
            assert_eq!(world.suite.now(), world.sample().time);
        });
    }
}

#[test]
fn strangers_come_and_go_and_so_do_providers() {
    let mut longest = 0;
    let world = days(60, 3, WorldParams::default(), |world| {
        if (world.sample().time - START) % (5 * 86_400) == 0 {
            world.suite.check();
            longest = longest.max(world.suite.market_state().long.size.u128());
        }
    });
    let Strangers { orders, left, stayed, .. } = world.totals.strangers;
    // four of them, a visit every four days: 60; two providers, each gone after about 31 days
    assert!((45..=75).contains(&orders), "{orders} orders");
    assert!((1..=4).contains(&(left + stayed)), "{left} left, {stayed} stayed");
    assert!(longest > 0, "somebody was long");
}

#[test]
fn in_a_calm_world_there_is_nobody_but_the_vault_and_its_provider() {
    let calm = WorldParams { strangers: decimal("0"), longs: decimal("0"), ..WorldParams::default() };
    let world = days(10, 3, calm, |_| {});
    assert_eq!(world.totals.strangers, Strangers::default());
    let state = world.suite.market_state();
    assert_eq!(state.long.size, Uint128::zero());
    let short = world.suite.vault_position().venue.position.size.i128().unsigned_abs();
    assert_eq!(state.short.size, Uint128::new(short));
    assert_eq!(world.suite.pool("lp").shares, world.suite.pool("lp").total_shares);
}

#[test]
fn the_same_seed_gives_the_same_world_and_another_one_another() {
    let margins = |seed| {
        let world = days(10, 3, WorldParams { seed, ..WorldParams::default() }, |_| {});
        (world.suite.vault_position().nav, world.suite.solvency().margins)
    };
    assert_eq!(margins(1), margins(1));
    assert_ne!(margins(1), margins(2));
}

#[test]
fn trading_is_possible_without_a_break_from_the_first_step_to_the_last() {
    // otherwise the pool's base would never age and the vault's auction would never pay a bonus
    let mut seen = vec![];
    days(10, 3, WorldParams::default(), |world| {
        seen.push((world.suite.vault_position().venue.open_seconds, world.suite.now()));
    });
    let (first, last) = (seen[0], seen[seen.len() - 1]);
    assert!(last.1 > first.1);
    assert_eq!(last.0 - first.0, last.1 - first.1);
}

/// NAV of the vault alone after ten days at 10, in steps of this many hours, with yearly references that start at these
/// hours of each day.
fn nav_after_ten_days(hours: u64, references: [(u64, &str); 3]) -> f64 {
    let calm = WorldParams { strangers: decimal("0"), longs: decimal("0"), ..WorldParams::default() };
    let depositors = vec![Depositor { name: "alice".into(), amount: 10_000 * ATOM }];
    let reference = |hour: u64| {
        let begun = references.iter().rev().find(|(begins, _)| *begins <= hour % 24);
        signed(begun.expect("one begins at midnight").1)
    };
    let at = |hour: u64| Step { time: START + hour * 3600, reference: reference(hour), ..step(0) };
    let params = WorldParams { depositors, ..calm };
    let mut world = World::start(Codes::native(), Setup::default(), params, at(0)).unwrap();
    for hour in 1..=240 {
        if hour % hours == 0 {
            world.step(at(hour)).unwrap();
        } else if references.iter().any(|(begins, _)| *begins == hour % 24) {
            world.change_reference(START + hour * 3600, reference(hour)).unwrap();
        }
    }
    world.sample().nav / 100_000e6
}

#[test]
fn a_step_of_a_day_earns_the_funding_of_its_hours() {
    let same = [(0, "0.3"), (0, "0.3"), (0, "0.3")];
    let (hourly, daily) = (nav_after_ten_days(1, same), nav_after_ten_days(24, same));
    // 30 % a year, of which the pool passes on half, less its 2 % for skew: more than 10 % a year for ten days
    assert!(hourly > 1.0 - 0.002 + 0.1 * 10.0 / 365.0, "{hourly}");
    assert!((hourly - daily).abs() < 2e-5, "{hourly} {daily}");
}

#[test]
fn rates_that_begin_within_a_step_are_paid_from_then_on() {
    let rates = [(0, "0.6"), (8, "0"), (16, "0")];
    let (hourly, daily) = (nav_after_ten_days(1, rates), nav_after_ten_days(24, rates));
    assert!((hourly - daily).abs() < 2e-5, "{hourly} {daily}");
    let all_day = nav_after_ten_days(24, [(0, "0.6"), (0, "0.6"), (0, "0.6")]);
    assert!(all_day > daily + 0.003, "{all_day} {daily}");
}

#[test]
fn publishers_go_on_over_a_step_of_days() {
    let depositors = vec![Depositor { name: "alice".into(), amount: 10_000 * ATOM }];
    let params = WorldParams { depositors, ..WorldParams::default() };
    let mut world = World::start(Codes::native(), Setup::default(), params, step(0)).unwrap();
    let open = |world: &World| (world.suite.vault_position().venue.open_seconds, world.suite.now());
    let before = open(&world);
    world.step(Step { time: START + 5 * 86_400, ..step(0) }).unwrap();
    let after = open(&world);
    assert_eq!(after.0 - before.0, after.1 - before.1);
}

/// 2023-11-13 00:00 UTC.
const MONDAY: u64 = 1_699_833_600;

/// A market that is open from Monday to Friday at 22:00, with alice's 10,000 ATOM in it since Monday; at the last close
/// before this closing, in hours after the start.
fn before_a_closing(closings: Vec<Closing>, from: u64) -> World {
    let week = Session { opens: 0, closes: 4 * 1_440 + 22 * 60 };
    let mut setup = Setup { publishers: 3, ..Setup::default() };
    setup.hours = Some(TradingHours { sessions: vec![week], holidays: vec![] });
    setup.policy.reaction_time = 77 * 3600;
    let depositors = vec![Depositor { name: "alice".into(), amount: 10_000 * ATOM }];
    let params = WorldParams { depositors, closes_after: Some(3600), closings, ..WorldParams::default() };
    let mut world = World::start(Codes::native(), setup, params, of_week(1)).unwrap();
    for hour in 2..=from {
        let report = world.step(of_week(hour)).unwrap();
        assert!(!report.held_back && report.refused.is_empty(), "{report:?}");
    }
    world
}

fn of_week(hour: u64) -> Step {
    Step { time: MONDAY + hour * 3600, reference: signed("0.876"), ..step(0) }
}

#[test]
fn over_a_closing_nobody_publishes_and_the_first_price_waits_for_another() {
    // it closes on Friday at 22:00, and the first bar after that ends on Monday at 01:00
    let mut world = before_a_closing(vec![], 4 * 24 + 22);
    let open = |world: &World| world.suite.vault_position().venue.open_seconds;
    let before = (open(&world), world.sample().nav);
    let report = world.step(of_week(7 * 24 + 1)).unwrap();
    assert!(report.held_back && report.refused.is_empty() && !report.liquidated, "{report:?}");
    assert!(open(&world) - before.0 <= 6 + 31, "{}", open(&world) - before.0);
    // 0.01 % an hour, of which three quarters reach a short that longs match by half, until the last rate is 12 h old: it
    // was published within the last 8 h. In all 51 hours that would be 0.38 %.
    let grown = world.sample().nav / before.1 - 1.0;
    assert!((0.0002..0.0010).contains(&grown), "{grown}");
    assert!(!world.step(of_week(7 * 24 + 2)).unwrap().held_back);
    world.suite.check();
    world.exit().unwrap();
}

#[test]
fn a_pause_on_a_working_day_is_announced_as_a_holiday() {
    let at = |hour: u64| Timestamp::from_seconds(MONDAY + hour * 3600);
    let holiday = Closing { from: at(34), until: at(58) };
    let world = before_a_closing(vec![holiday], 3);
    assert_eq!(world.suite.price_feed().hours.unwrap().holidays, [holiday]);
    let mut world = before_a_closing(vec![holiday], 34);
    let report = world.step(of_week(59)).unwrap();
    assert!(report.held_back && report.refused.is_empty(), "{report:?}");
    // a week before, and not sooner
    let late = Closing { from: at(8 * 24), until: at(9 * 24) };
    assert_eq!(before_a_closing(vec![late], 22).suite.price_feed().hours.unwrap().holidays, []);
    assert_eq!(before_a_closing(vec![late], 25).suite.price_feed().hours.unwrap().holidays, [late]);
}
