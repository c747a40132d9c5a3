//! When a market is closed, as its bars show it.

use ballast_cli::closings::Closings;
use ballast_cli::data::Bar;
use ballast_cli::tape::{Hour, Irregularities, Margin, Tape};
use ballast_types::oracle::{Closing, Session};
use ballast_types::policy::PolicyParams;
use cosmwasm_std::Timestamp;

/// Monday, 2020-01-06 00:00 UTC.
const MONDAY: u64 = 1_578_268_800;
const HOUR: u64 = 3_600;
const DAY: u64 = 24;

fn bar(hour: u64) -> Bar {
    Bar { opens_ms: (MONDAY + hour * HOUR) * 1_000, open: 10.0, high: 10.0, low: 10.0, close: 10.0 }
}

/// What is known at the close of each bar.
fn hours(bars: &[Bar]) -> Vec<Hour> {
    let hour = |bar: &Bar| Hour {
        time: bar.opens_ms / 1_000 + HOUR,
        price: 10.0,
        high: 10.0,
        reference: Some(0.1),
        margin: Margin::Index,
    };
    bars.iter().map(hour).collect()
}

/// Three weeks from Sunday 23:00 to Friday 22:00, but for these hours.
fn weeks(without: impl Fn(u64) -> bool) -> Vec<Bar> {
    let is_open = |hour: &u64| (hour + 1) % 168 < 5 * DAY - 1 && !without(*hour);
    (0..3 * 168).filter(is_open).map(bar).collect()
}

#[test]
fn the_hours_of_the_week_without_a_bar_are_closed_and_the_session_may_run_on_into_the_next_week() {
    let bars = weeks(|_| false);
    let closings = Closings::of(&bars, HOUR, &hours(&bars)).unwrap();
    // Sunday 23:00 is 6 * 1,440 + 23 * 60 minutes after Monday 00:00, Friday 22:00 is 4 * 1,440 + 22 * 60.
    assert_eq!(closings.week.sessions, [Session { opens: 10_020, closes: 7_080 }]);
    assert_eq!(closings.holidays, []);
    assert_eq!(closings.name(), "open each week from Sun 23:00 to Fri 22:00 (UTC); other closings in this run: 0");
}

#[test]
fn a_pause_of_three_hours_of_trading_is_a_closing_of_its_own_with_the_weekend_beside_it() {
    // Tuesday of the second week from 17:00 to 20:00, and its Friday from 18:00 on; two hours on its Monday are nothing
    let second = |day: u64, from: u64, to: u64| (168 + day * DAY + from)..(168 + day * DAY + to);
    let closed = [second(0, 10, 12), second(1, 17, 20), second(4, 18, 24)];
    let bars = weeks(|hour| closed.iter().any(|closed| closed.contains(&hour)));
    let closings = Closings::of(&bars, HOUR, &hours(&bars)).unwrap();
    let at = |hour: u64| Timestamp::from_seconds(MONDAY + hour * HOUR);
    assert_eq!(
        closings.holidays,
        [
            Closing { from: at(168 + DAY + 17), until: at(168 + DAY + 20) },
            // the next bar opens on Sunday at 23:00
            Closing { from: at(168 + 4 * DAY + 18), until: at(168 + 6 * DAY + 23) },
        ]
    );
    assert!(closings.name().ends_with("other closings in this run: 2, the longest of 53 h"), "{}", closings.name());
}

fn refused(bars: &[Bar], reaction_time: u64) -> Option<String> {
    let policy = PolicyParams { reaction_time, ..PolicyParams::default() };
    let closings = Closings::of(bars, HOUR, &hours(bars)).unwrap();
    closings.check(&policy).err().map(|error| error.to_string())
}

#[test]
fn a_reaction_time_shorter_than_the_weekend_is_refused_in_hours_with_the_line_to_write() {
    let bars = weeks(|_| false);
    // from Friday 22:00 to Sunday 23:00: 49 hours
    assert_eq!(
        refused(&bars, PolicyParams::default().reaction_time).unwrap(),
        "--closings: the longest closing lasts 49 h, and reaction_time is 8 h: it must be at least as long; set \
         `reaction_time = 176400` in [policy] of a file, and pass that with --params"
    );
    assert!(refused(&bars, 176_399).is_some());
    assert_eq!(refused(&bars, 176_400), None);
}

#[test]
fn a_reaction_time_as_long_as_the_weekend_is_too_short_for_a_longer_holiday() {
    // The second Friday from 18:00 on: four hours more.
    let bars = weeks(|hour| (168 + 4 * DAY + 18..168 + 5 * DAY).contains(&hour));
    let error = refused(&bars, 176_400).unwrap();
    assert!(error.contains("lasts 53 h, and reaction_time is 49 h"), "{error}");
    assert!(error.contains("`reaction_time = 190800`"), "{error}");
    assert_eq!(refused(&bars, 190_800), None);
}

#[test]
fn the_pause_around_the_end_of_the_week_is_one() {
    // From Saturday 00:00 to the end of Sunday: closed for five days, which is what a reaction_time is at most.
    let bars: Vec<Bar> = (5 * DAY..7 * DAY).map(bar).collect();
    assert_eq!(refused(&bars, 120 * HOUR), None);
    assert!(refused(&bars, 119 * HOUR).unwrap().contains("lasts 120 h, and reaction_time is 119 h"));
}

#[test]
fn a_closing_longer_than_any_reaction_time_asks_for_other_bars() {
    // Nothing from the second Monday at 00:00 to its Sunday at 23:00: a week but for an hour.
    let bars = weeks(|hour| (168..168 + 5 * DAY).contains(&hour));
    let error = refused(&bars, 120 * HOUR).unwrap();
    let why =
        "lasts 167 h, and reaction_time is 120 h: it must be at least as long; no reaction_time may be that long, so \
               choose bars without it (--from, --to, another file)";
    assert!(error.ends_with(why), "{error}");
}

#[test]
fn a_market_that_opens_every_day_has_a_session_a_day() {
    let bars: Vec<Bar> = (0..168).filter(|hour| (9..17).contains(&(hour % DAY)) && hour / DAY < 5).map(bar).collect();
    let closings = Closings::of(&bars, HOUR, &hours(&bars)).unwrap();
    let day = |day: u32| Session { opens: day * 1_440 + 540, closes: day * 1_440 + 1_020 };
    assert_eq!(closings.week.sessions, [day(0), day(1), day(2), day(3), day(4)]);
}

#[test]
fn a_market_that_is_open_until_the_end_of_sunday_closes_at_the_end_of_the_week() {
    let bars: Vec<Bar> = (5 * DAY..7 * DAY).map(bar).collect();
    let closings = Closings::of(&bars, HOUR, &hours(&bars)).unwrap();
    assert_eq!(closings.week.sessions, [Session { opens: 7_200, closes: 10_080 }]);
    assert!(closings.name().starts_with("open each week from Sat 00:00 to Sun 24:00"), "{}", closings.name());
}

#[test]
fn bars_that_show_no_closing_are_refused() {
    let always: Vec<Bar> = (0..168).map(bar).collect();
    let error = Closings::of(&always, HOUR, &hours(&always)).unwrap_err().to_string();
    assert_eq!(error, "--closings: the file has a bar in each hour of the week, so it never closes");
    let error = Closings::of(&always, 2 * HOUR, &hours(&always)).unwrap_err().to_string();
    assert_eq!(error, "--closings needs bars of an hour at most: longer ones do not show when a market is closed");
}

#[test]
fn no_rate_begins_while_the_market_is_closed() {
    let bars = weeks(|_| false);
    let change = |hour: u64| ballast_cli::tape::Change { time: MONDAY + hour * HOUR, reference: Some(0.2) };
    // Friday 12:00 and 22:00, Saturday 12:00, Sunday 23:00 and half past
    let half = ballast_cli::tape::Change { time: MONDAY + 6 * DAY * HOUR + 84_600, reference: Some(0.2) };
    let [friday, evening, saturday, sunday] = [4 * DAY + 12, 4 * DAY + 22, 5 * DAY + 12, 6 * DAY + 23].map(change);
    let changes = vec![friday, evening, saturday, sunday, half];
    let irregular = Irregularities::default();
    let tape = Tape { hours: hours(&bars), changes, bar: HOUR, irregular, closings: None };
    // What begins with the opening is known at the first close.
    assert_eq!(tape.with_closings(&bars).unwrap().changes, [friday, evening, half]);
}
