//! What is printed and drawn, from an outcome made by hand.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::arithmetic_side_effects
)]

use std::collections::BTreeMap;
use std::fs;
use std::path::PathBuf;
use std::sync::atomic::AtomicBool;
use std::time::Duration;

use ballast_cli::app::{simulate, Watcher};
use ballast_cli::args::SimulateArgs;
use ballast_cli::outcome::{Crowd, Outcome, Sample};
use ballast_cli::params::Settings;
use ballast_cli::plot;
use ballast_cli::report::Report;
use ballast_cli::tape::{Irregularities, Tape};
use serde_json::{json, Value};

/// 2020-02-01 00:00 UTC.
const START: u64 = 1_580_515_200;

fn sample(hour: u64, price: f64, nav: f64, leverage: f64) -> Sample {
    Sample {
        time: START + hour * 3_600,
        price,
        nav,
        leverage,
        leverage_min: 1.25,
        leverage_max: 3.5,
        hedge_ratio: 1.0,
        reference: 0.1,
        funding: 0.0,
        pool: 1.0,
        pool_hedged: 1.0,
        slack: 0.5,
    }
}

/// Three hours: price 100, 110, 99; NAV 1, 1.05, 0.9975, of which 1 is paid out.
fn outcome() -> Outcome {
    let mut samples = vec![sample(0, 100.0, 1.0, 2.0), sample(1, 110.0, 1.05, 4.0), sample(2, 99.0, 0.9975, 3.0)];
    samples[1].hedge_ratio = 0.95;
    samples[2].hedge_ratio = 1.05;
    samples[2].slack = 0.25;
    samples[2].pool = 0.5;
    Outcome {
        samples,
        redeemed: Some(1.0),
        bar: 3_600,
        keeper_every: 28_800,
        price_age: 6,
        liquidations: 1,
        rebalances: BTreeMap::from([(3, 2), (5, 1)]),
        funding: 0.0125,
        costs: 0.005,
        tilt: -0.25,
        topped_up: 0.75,
        crowd: Crowd {
            orders: 40,
            refused: 3,
            liquidated: 2,
            closed_at_cap: 1,
            providers_left: 5,
            providers_unpaid: 4,
        },
        checks: 3,
        broken: Vec::new(),
        refused: vec!["2020-02-01 01 h: rebalance: no".to_owned()],
        left_base: 2,
        left_quote: 340_282_366_920_938_463_463_374_607_431_768_211_455,
        elapsed: Duration::from_millis(500),
        interrupted: false,
    }
}

fn report() -> Report {
    Report::new("test", Irregularities { missing_prices: 9, ..Irregularities::default() }, &outcome())
}

fn keys(value: &Value) -> Vec<&str> {
    let mut keys: Vec<&str> = value.as_object().unwrap().keys().map(String::as_str).collect();
    keys.sort_unstable();
    keys
}

fn close(found: &Value, expected: f64) {
    let found = found.as_f64().unwrap();
    assert!((found - expected).abs() < 1e-9 * expected.abs().max(1.0), "{found}, expected {expected}");
}

#[test]
fn the_json_object_has_exactly_the_documented_fields() {
    let text = report().to_json().unwrap().replace("340282366920938463463374607431768211455", "7");
    let value: Value = serde_json::from_str(&text).unwrap();
    let figures = ["annual_return", "annual_volatility", "final_nav", "max_drawdown", "worst_8h"];
    let top = [
        "costs",
        "funding",
        "hedge_ratio",
        "hedged",
        "hours",
        "invariants",
        "keeper_hours",
        "left_after_exit",
        "leverage",
        "liquidations",
        "pool",
        "price_age",
        "rebalances",
        "steps_per_second",
        "strangers",
        "unhedged",
        "variance_reduction",
    ];
    assert_eq!(keys(&value), top);
    assert_eq!(keys(&value["hedged"]), figures);
    assert_eq!(keys(&value["unhedged"]), figures);
    assert_eq!(keys(&value["hedge_ratio"]), ["max", "mean", "min"]);
    assert_eq!(keys(&value["leverage"]), ["hours_above_max", "max", "mean"]);
    assert_eq!(keys(&value["pool"]), ["annual_return", "annual_return_hedged", "min_slack", "topped_up"]);
    let strangers = ["closed_at_cap", "liquidated", "orders", "providers_left", "providers_unpaid", "refused"];
    assert_eq!(keys(&value["strangers"]), strangers);
    assert_eq!(keys(&value["invariants"]), ["broken", "checked"]);
    assert_eq!(keys(&value["left_after_exit"]), ["base", "quote"]);
    assert!(!text.contains('\n'));
}

#[test]
fn the_figures_are_those_worked_out_by_hand() {
    let text = report().to_json().unwrap();
    // The greatest amount that a coin can have is written to the last digit.
    assert!(text.contains("\"quote\":340282366920938463463374607431768211455"));
    let value: Value = serde_json::from_str(&text.replace("340282366920938463463374607431768211455", "7")).unwrap();
    assert_eq!(value["hours"], json!(2));
    close(&value["keeper_hours"], 8.0);
    close(&value["hedged"]["final_nav"], 1.0);
    close(&value["hedged"]["max_drawdown"], 0.9975 / 1.05 - 1.0);
    close(&value["hedged"]["annual_return"], 0.0);
    close(&value["unhedged"]["final_nav"], 0.99);
    close(&value["unhedged"]["max_drawdown"], -0.1);
    // +10 % and -10 %: 0.02 over two hours.
    close(&value["unhedged"]["annual_volatility"], (0.01_f64 * 8_760.0).sqrt());
    // Leverage 4 above 3.5 at the end of the first step alone.
    close(&value["leverage"]["hours_above_max"], 1.0);
    close(&value["leverage"]["mean"], 3.0);
    close(&value["leverage"]["max"], 4.0);
    close(&value["hedge_ratio"]["mean"], 1.0);
    close(&value["hedge_ratio"]["min"], 0.95);
    close(&value["hedge_ratio"]["max"], 1.05);
    close(&value["pool"]["min_slack"], 0.25);
    // Half of the pool lost in two hours leaves nothing of a year.
    close(&value["pool"]["annual_return"], -1.0);
    close(&value["pool"]["annual_return_hedged"], 0.0);
    close(&value["pool"]["topped_up"], 0.75);
    assert_eq!(value["rebalances"], json!({"2": 0, "3": 2, "4": 0, "5": 1, "6": 0, "7": 0}));
    assert_eq!(value["invariants"], json!({"checked": 3, "broken": 0}));
    close(&value["steps_per_second"], 4.0);
}

#[test]
fn entering_and_leaving_are_costs_of_the_hedged_path() {
    let mut outcome = outcome();
    outcome.samples[0].nav = 0.999;
    outcome.redeemed = Some(0.997);
    let report = Report::new("test", Irregularities::default(), &outcome);
    assert!((report.hedged.final_nav - 0.997).abs() < 1e-12);
    assert!((report.hedged.max_drawdown - (0.997 / 1.05 - 1.0)).abs() < 1e-12);
}

#[test]
fn no_samples_and_infinite_leverage_still_make_a_report() {
    let empty = Report::new("test", Irregularities::default(), &Outcome::default());
    let value: Value = serde_json::from_str(&empty.to_json().unwrap()).unwrap();
    assert_eq!(value["hours"], json!(0));
    let mut wiped_out = outcome();
    wiped_out.samples[2].leverage = f64::INFINITY;
    wiped_out.samples[2].nav = -0.1;
    wiped_out.redeemed = None;
    wiped_out.left_quote = 0;
    let value: Value =
        serde_json::from_str(&Report::new("test", Irregularities::default(), &wiped_out).to_json().unwrap()).unwrap();
    assert_eq!(value["leverage"]["max"], Value::Null);
    close(&value["leverage"]["hours_above_max"], 2.0);
    close(&value["hedged"]["annual_return"], -1.0);
    assert!(plot::draw("wiped out", &wiped_out).unwrap().contains("<svg"));
}

#[test]
fn the_table_names_every_figure_and_warns() {
    let text = report().to_string();
    for part in [
        "test, 2020-02-01 to 2020-02-01: 2 h, a keeper every 8 h at prices 6 s old",
        "Bars of 1 h: 9 missing bars of prices",
        "NAV, start = 1              1.0000      0.9900",
        "return a year",
        "volatility a year",
        "deepest drawdown           -5.00 %    -10.00 %",
        "worst 8 hours",
        "variance reduction",
        "liquidations          1",
        "3 (2 emergency: 0, 3 leverage high: 2, 4 settle: 0, 5 hedge band: 1, 6 leverage low: 0, 7 idle quote: 0)",
        "funding               +1.25 % of the start",
        "costs                 -0.50 % of the start",
        "the tilt's part       -25.00 % of the start",
        "mean 1.000, 0.950 to 1.050",
        "mean 3.00, most 4.00, 1 h above its maximum",
        "hedged elsewhere",
        "topped up by +75.00 % of the start, least slack +25.00 % of open notional",
        "strangers             40 orders, 3 refused; 2 liquidations, 1 closed at their cap",
        "providers left        5 times, 4 more could not be paid in time",
        "refused on the way    1",
        "  refused             2020-02-01 01 h: rebalance: no",
        "checked 3 times, 0 broken",
        "2 base,",
        "4 steps a second",
        "earned before 2022",
    ] {
        assert!(text.contains(part), "\"{part}\" is not in\n{text}");
    }
    assert!(!text.contains("Stopped"));
}

#[test]
fn an_interrupted_run_says_so() {
    let interrupted = Outcome { interrupted: true, ..outcome() };
    let text = Report::new("test", Irregularities::default(), &interrupted).to_string();
    assert!(text.contains("Stopped before the last hour"));
}

#[test]
fn the_picture_has_four_panels_and_stays_small() {
    let svg = plot::draw("A title & more", &outcome()).unwrap();
    assert!(svg.starts_with("<svg") && svg.trim_end().ends_with("</svg>"));
    for part in
        ["A title &amp; more", "NAV, start = 1", "Leverage at the venue", "Short over coins", "Funding", "2020-02-01"]
    {
        assert!(svg.contains(part), "{part}");
    }
    let years: Vec<Sample> = (0..60_000)
        .map(|hour| {
            sample(hour, 100.0 + (hour % 977) as f64, 1.0 + (hour as f64 / 1e6).sin(), 2.0 + (hour % 7) as f64 / 10.0)
        })
        .collect();
    let svg = plot::draw("years", &Outcome { samples: years, ..outcome() }).unwrap();
    assert!(svg.len() < 600_000, "{}", svg.len());
    assert!(plot::draw("nothing", &Outcome::default()).is_err());
}

/// Replays nothing: an outcome with one sample for each hour, until it is stopped.
fn pretend(tape: &Tape, settings: &Settings, watcher: &dyn Watcher) -> anyhow::Result<Outcome> {
    let mut made =
        Outcome { keeper_every: settings.world.keeper_every, elapsed: Duration::from_secs(1), ..Outcome::default() };
    for (done, hour) in tape.hours.iter().enumerate() {
        made.samples.push(Sample { time: hour.time, price: hour.price, ..sample(0, 1.0, 1.0, 2.0) });
        watcher.done(done + 1);
        made.interrupted = watcher.stopped();
        if made.interrupted {
            break;
        }
    }
    Ok(made)
}

fn picture(name: &str) -> PathBuf {
    PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(name)
}

#[test]
fn json_is_one_object_on_one_line_and_nothing_else() {
    let mut out = Vec::new();
    let args = SimulateArgs { json: true, plot: Some(picture("json.svg")), ..SimulateArgs::default() };
    simulate(&args, &pretend, &AtomicBool::new(false), &mut out).unwrap();
    let text = String::from_utf8(out).unwrap();
    assert_eq!(text.lines().count(), 1);
    let value: Value = serde_json::from_str(&text).unwrap();
    // 2,160 hours of bars, of which the first close is the start.
    assert_eq!(value["hours"], json!(2_159));
    assert!(fs::read_to_string(picture("json.svg")).unwrap().contains("built-in BTC"));
}

#[test]
fn a_stop_reports_what_was_done_so_far() {
    let mut out = Vec::new();
    let report = simulate(&SimulateArgs::default(), &pretend, &AtomicBool::new(true), &mut out).unwrap();
    assert_eq!(report.hours, 0);
    assert!(String::from_utf8(out).unwrap().contains("Stopped before the last hour"));
}

#[test]
fn a_broken_invariant_is_reported_and_fails_the_run() {
    let broken = |tape: &Tape, settings: &Settings, watcher: &dyn Watcher| {
        let broken = vec!["26: the market holds less than its purses".to_owned()];
        Ok(Outcome { broken, checks: 5, ..pretend(tape, settings, watcher)? })
    };
    let mut out = Vec::new();
    let error = simulate(&SimulateArgs::default(), &broken, &AtomicBool::new(false), &mut out).unwrap_err();
    assert_eq!(error.to_string(), "1 invariants broken, the first: 26: the market holds less than its purses");
    assert!(String::from_utf8(out).unwrap().contains("checked 5 times, 1 broken"));
}

#[test]
fn a_place_that_cannot_hold_the_picture_is_refused_before_the_run() {
    let never = |_: &Tape, _: &Settings, _: &dyn Watcher| -> anyhow::Result<Outcome> { panic!("must not run") };
    for place in ["/nowhere/at/all.svg", env!("CARGO_TARGET_TMPDIR")] {
        let args = SimulateArgs { plot: Some(place.into()), ..SimulateArgs::default() };
        let error = simulate(&args, &never, &AtomicBool::new(false), &mut Vec::new()).unwrap_err();
        assert_eq!(error.to_string(), format!("cannot write {place}: no such place for a file"));
    }
}
