//! `simulate` from its arguments to its files, with a replay that only pretends.

use std::fs;
use std::path::PathBuf;
use std::sync::atomic::AtomicBool;
use std::time::Duration;

use ballast_cli::app::{simulate, Watcher};
use ballast_cli::args::SimulateArgs;
use ballast_cli::outcome::{Outcome, Sample};
use ballast_cli::params::Settings;
use ballast_cli::staking::Yield;
use ballast_cli::tape::Tape;
use resvg::tiny_skia::Pixmap;
use serde_json::{json, Value};

use super::made::sample;

/// Replays nothing: an outcome with one sample for each hour, until it is stopped.
fn pretend(tape: &Tape, settings: &Settings, watcher: &dyn Watcher) -> anyhow::Result<Outcome> {
    let mut made =
        Outcome { keeper_every: settings.world.keeper_every, elapsed: Duration::from_secs(1), ..Outcome::default() };
    for (done, hour) in tape.hours.iter().enumerate() {
        made.samples.push(Sample {
            time: hour.time,
            price: hour.price,
            collateral: hour.price,
            ..sample(0, 1.0, 1.0, 2.0)
        });
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
    // 2,208 hours of bars, of which the first close is the start.
    assert_eq!(value["hours"], json!(2_207));
    assert!(fs::read_to_string(picture("json.svg")).unwrap().contains("built-in staked ATOM"));
}

#[test]
fn files_are_written_as_their_options_say() {
    let mut out = Vec::new();
    let args = SimulateArgs {
        json: true,
        series: true,
        plot: Some(picture("files.png")),
        csv: Some(picture("files.csv")),
        ..SimulateArgs::default()
    };
    simulate(&args, &pretend, &AtomicBool::new(false), &mut out).unwrap();
    Pixmap::load_png(picture("files.png")).unwrap();
    let rows = fs::read_to_string(picture("files.csv")).unwrap();
    let value: Value = serde_json::from_slice(&out).unwrap();
    // The bars, and the line of names.
    assert_eq!(rows.lines().count(), 2_209);
    assert_eq!(value["series"].as_array().unwrap().len(), 2_208);
    assert_eq!(value["parameters"]["world"]["depositors"], 3);
}

#[test]
fn a_picture_of_another_kind_is_refused_before_the_run() {
    let never = |_: &Tape, _: &Settings, _: &dyn Watcher| -> anyhow::Result<Outcome> { panic!("must not run") };
    let args = SimulateArgs { plot: Some(picture("run.jpg")), ..SimulateArgs::default() };
    let error = simulate(&args, &never, &AtomicBool::new(false), &mut Vec::new()).unwrap_err();
    assert!(error.to_string().ends_with("run.jpg: a picture's name ends in .svg or .png"), "{error}");
}

#[test]
fn a_reaction_time_shorter_than_a_closing_is_refused_before_the_run() {
    let never = |_: &Tape, _: &Settings, _: &dyn Watcher| -> anyhow::Result<Outcome> { panic!("must not run") };
    // Two hours of the week, and 166 without a bar.
    let prices = picture("closed.csv");
    fs::write(&prices, "timestamp_ms,open,high,low,close\n1580515200000,1,1,1,1\n1580518800000,1,1,1,1\n").unwrap();
    let args =
        SimulateArgs { prices: Some(prices), funding_rate: Some(0.0), closings: true, ..SimulateArgs::default() };
    let error = simulate(&args, &never, &AtomicBool::new(false), &mut Vec::new()).unwrap_err();
    let why = "--closings: the longest closing lasts 166 h, and reaction_time is 8 h: ";
    assert!(error.to_string().starts_with(why), "{error}");
}

#[test]
fn a_long_name_is_cut_where_it_begins() {
    let prices = picture(&format!("{}.csv", "long-".repeat(40)));
    fs::write(&prices, "timestamp_ms,open,high,low,close\n1580515200000,1,1,1,1\n1580518800000,1,1,1,1\n").unwrap();
    let plot = Some(picture("long.svg"));
    let args = SimulateArgs { prices: Some(prices), funding_rate: Some(0.0), plot, ..SimulateArgs::default() };
    simulate(&args, &pretend, &AtomicBool::new(false), &mut Vec::new()).unwrap();
    let svg = fs::read_to_string(picture("long.svg")).unwrap();
    let title = svg.lines().find(|line| line.contains("hedged 1.000")).unwrap();
    assert!(title.starts_with('…') && title.chars().count() < 130, "{title}");
    assert!(title.contains("+0.00 % a year at all times"), "{title}");
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
fn a_place_that_cannot_hold_a_file_is_refused_before_the_run() {
    let never = |_: &Tape, _: &Settings, _: &dyn Watcher| -> anyhow::Result<Outcome> { panic!("must not run") };
    let folder = env!("CARGO_TARGET_TMPDIR");
    let plot = |place: &str| SimulateArgs { plot: Some(place.into()), ..SimulateArgs::default() };
    let csv = |place: &str| SimulateArgs { csv: Some(place.into()), ..SimulateArgs::default() };
    for (place, args) in
        [("/nowhere/at/all.svg", plot as fn(&str) -> SimulateArgs), ("/nowhere/at/all.csv", csv), (folder, csv)]
    {
        let error = simulate(&args(place), &never, &AtomicBool::new(false), &mut Vec::new()).unwrap_err();
        let error = format!("{error:#}");
        assert!(error.starts_with(&format!("cannot write {place}: ")), "{error}");
        assert!(error.contains("No such file or directory") || error.contains("Is a directory"), "{error}");
    }
    assert!(fs::metadata("/nowhere").is_err());
}

#[test]
fn a_file_of_the_run_is_not_written_over_another() {
    let never = |_: &Tape, _: &Settings, _: &dyn Watcher| -> anyhow::Result<Outcome> { panic!("must not run") };
    let prices = picture("prices.csv");
    fs::write(&prices, "timestamp_ms,open,high,low,close\n1580515200000,1,1,1,1\n1580518800000,1,1,1,1\n").unwrap();
    let folder = prices.parent().unwrap();
    let otherwise = folder.join("..").join(folder.file_name().unwrap()).join("prices.csv");
    let of_prices = SimulateArgs { prices: Some(prices.clone()), funding_rate: Some(0.0), ..SimulateArgs::default() };
    let of_file = |name: &str| {
        let path = picture(name);
        fs::copy(&prices, &path).unwrap();
        Some(path)
    };
    let (coin, ratios, rates) = (of_file("coin.csv"), of_file("ratios.csv"), of_file("rates.csv"));
    let header = "timestamp_ms,apr\n1580515200000,0.1\n1580522400000,0.1\n";
    fs::write(rates.as_ref().unwrap(), header).unwrap();
    let staking_yield = rates.clone().map(Yield::File);
    for args in [
        SimulateArgs { collateral: coin.clone(), csv: coin, ..of_prices.clone() },
        SimulateArgs { collateral_ratio: ratios.clone(), csv: ratios, ..of_prices.clone() },
        SimulateArgs { staking_yield, csv: rates, ..of_prices.clone() },
        SimulateArgs { csv: Some(otherwise), ..of_prices },
        SimulateArgs { csv: Some(picture("both.svg")), plot: Some(picture("both.svg")), ..SimulateArgs::default() },
    ] {
        let error = simulate(&args, &never, &AtomicBool::new(false), &mut Vec::new()).unwrap_err();
        assert!(error.to_string().ends_with("another option names the same file"), "{error}");
    }
    assert!(fs::read_to_string(&prices).unwrap().contains("1580518800000,1"));
    assert!(!picture("both.svg").exists());
}
