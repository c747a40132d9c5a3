//! The real contracts through real hours: the committed extract always, the long files where `BALLAST_DATA` names them.

use std::path::PathBuf;
use std::process::Command;

use serde_json::Value;

/// Runs the program and reads the one object that it prints.
fn simulate(options: &[&str]) -> Value {
    let mut command = Command::new(env!("CARGO_BIN_EXE_ballast"));
    let output = command.args(["simulate", "--json"]).args(options).output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let text = String::from_utf8(output.stdout).unwrap();
    assert_eq!(text.trim_end().lines().count(), 1, "one object and nothing else: {text}");
    serde_json::from_str(&text).unwrap()
}

fn number(report: &Value, path: &str) -> f64 {
    report.pointer(path).and_then(Value::as_f64).unwrap_or_else(|| panic!("no number at {path}"))
}

/// What every run must show: nobody liquidated, nothing broken, everybody paid out but for dust.
#[track_caller]
fn holds(report: &Value) {
    assert_eq!(number(report, "/liquidations"), 0.0, "{report}");
    assert_eq!(number(report, "/invariants/broken"), 0.0, "{report}");
    assert!(number(report, "/invariants/checked") > 0.0);
    for coin in ["base", "quote"] {
        assert!(number(report, &format!("/left_after_exit/{coin}")) < 100.0, "{report}");
    }
}

/// BTC in the days around 2020-03-12, and these options.
fn march_2020(options: &[&str]) -> Value {
    let data = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../tests/data");
    let file = |name: &str| data.join(name).display().to_string();
    let (prices, funding) = (file("btc-spot-1h.csv"), file("btc-funding-8h.csv"));
    let hours = ["--prices", &prices, "--funding", &funding, "--from", "2020-03-05", "--to", "2020-03-20"];
    simulate(&[&hours, options].concat())
}

#[test]
fn the_first_command_shows_a_staked_coin_that_falls_and_a_vault_that_does_not() {
    let report = simulate(&[]);
    holds(&report);
    // ATOM fell from 18 to 5.6 and doubled; stETH sold for 6.5 % less than ETH
    assert!(number(&report, "/unhedged/max_drawdown") < -0.7);
    assert!((-0.07..-0.04).contains(&number(&report, "/hedged/max_drawdown")), "{report}");
    assert!(number(&report, "/hedged/final_nav") > 0.97);
    // a quarter of a year at 17 to 22 %, on coins of half the price and less
    assert!((0.02..0.05).contains(&number(&report, "/result/over_start/staking")));
    assert!(number(&report, "/result/over_start/discount") < 0.0);
}

#[test]
fn the_crash_of_march_2020_halves_the_coin_and_not_the_vault() {
    let report = march_2020(&[]);
    holds(&report);
    // BTC fell from above 9,000 to below 5,000 in these days
    assert!(number(&report, "/unhedged/max_drawdown") < -0.4);
    assert!(number(&report, "/hedged/max_drawdown") > -0.03);
    assert!(number(&report, "/variance_reduction") > 0.99);
}

#[test]
fn keepers_every_eight_hours_are_enough_in_march_2020() {
    let report = march_2020(&["--keeper-every", "8h", "--longs", "0"]);
    holds(&report);
    assert_eq!(number(&report, "/keeper_hours"), 8.0);
    assert!(number(&report, "/hedged/max_drawdown") > -0.05);
}

#[test]
fn the_same_run_gives_the_same_report() {
    let run = || {
        let mut report = simulate(&["--generate", "11", "--hours", "200"]);
        report.as_object_mut().unwrap().remove("steps_per_second");
        report
    };
    assert_eq!(run(), run());
}

#[test]
fn what_was_inferred_from_files_is_said_on_stderr_beside_the_one_object() {
    let path = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join("archive.csv");
    let row = |hour: u64| format!("{},10,10,10,10,1,1,1,1,1,1,0\n", 1_577_836_800 + hour * 3_600);
    std::fs::write(&path, (0..5).map(row).collect::<String>()).unwrap();
    let mut command = Command::new(env!("CARGO_BIN_EXE_ballast"));
    let output = command.args(["simulate", "--json", "--funding-rate", "0", "--prices"]).arg(&path).output().unwrap();
    let (said, object) = (String::from_utf8(output.stderr).unwrap(), String::from_utf8(output.stdout).unwrap());
    let name = path.display();
    let expected = [
        "no header and 12 columns: read as exchanges order them, columns 1, 2, 3, 4, 5",
        "times in seconds since 1970",
        "bars of 1 h",
        "the largest move from close to close is +0.00 %, line 5 (2020-01-01 04:00)",
    ];
    assert_eq!(said, expected.map(|line| format!("{name}: {line}\n")).concat());
    assert_eq!(serde_json::from_str::<Value>(&object).unwrap()["hours"], 4);
}

#[test]
fn bars_of_a_day_earn_what_bars_of_an_hour_earn() {
    let folder = PathBuf::from(env!("CARGO_TARGET_TMPDIR"));
    let write = |name: &str, text: String| {
        let path = folder.join(name);
        std::fs::write(&path, text).unwrap();
        path.display().to_string()
    };
    let start = 1_577_836_800_000u64;
    let hour = 3_600_000;
    // Sixty days at 10, and 0.01 % every eight hours.
    let bars = |every: u64| {
        let row = |place: u64| format!("{},10,10,10,10\n", start + place * every * hour);
        let rows: String = (0..=60 * 24 / every).map(row).collect();
        write(&format!("bars-{every}h.csv"), format!("timestamp_ms,open,high,low,close\n{rows}"))
    };
    let rows: String = (0..=190).map(|place| format!("{},0.0001\n", start + place * 8 * hour)).collect();
    let funding = write("rates-8h.csv", format!("timestamp_ms,funding_rate\n{rows}"));
    let earned = |prices: &str| {
        let report = simulate(&[
            "--prices",
            prices,
            "--funding",
            &funding,
            "--longs",
            "0",
            "--from",
            "2020-01-01",
            "--to",
            "2020-03-01",
        ]);
        holds(&report);
        number(&report, "/funding")
    };
    let (hourly, daily) = (earned(&bars(1)), earned(&bars(24)));
    // 10.95 % a year, half of it passed on, less at most 2 % a year of skew: 3.4 % to 5.5 % a year in sixty days.
    assert!((0.0056..0.0091).contains(&hourly), "{hourly}");
    // The first bar of a day closes a day later, and the three deposits are made a step after each other: 58 days of 60.
    assert!((hourly * 58.0 / 60.0 - daily).abs() < 0.0001, "{hourly} {daily}");
}

/// A file in the folder that the environment names; `None`, and said, if it names none.
fn shared(name: &str) -> Option<String> {
    let Some(folder) = std::env::var_os("BALLAST_DATA").map(PathBuf::from) else {
        println!("skipped: BALLAST_DATA does not name a folder of price files");
        return None;
    };
    Some(folder.join(name).display().to_string())
}

/// Days of a shared file with an independent reason to look at them, the vault alone, a keeper every hour, and these
/// options.
#[track_caller]
fn days(coin: &str, from: &str, to: &str, options: &[&str]) -> Option<Value> {
    let file = |what: &str| shared(&format!("{coin}-binance-{what}.csv"));
    let (prices, funding) = (file("spot-1h")?, file("funding-8h")?);
    let hours = ["--prices", &prices, "--funding", &funding, "--from", from, "--to", to, "--longs", "0"];
    let report = simulate(&[&hours, options].concat());
    holds(&report);
    Some(report)
}

#[track_caller]
fn month(coin: &str, from: &str, to: &str) -> Option<Value> {
    days(coin, from, to, &[])
}

#[test]
fn sol_in_june_2022_with_the_discount_of_steth_and_a_keeper_every_eight_hours() {
    let Some(ratios) = shared("stetheth-coingecko-ratio-1d.csv") else { return };
    let options = ["--collateral-ratio", &ratios, "--staking-yield", "0.07", "--keeper-every", "8h"];
    if let Some(report) = days("sol", "2022-06-01", "2022-07-01", &options) {
        assert!(number(&report, "/hedged/max_drawdown") > -0.07);
        assert!(number(&report, "/result/over_start/discount") < -0.005);
    }
}

#[test]
fn atom_in_june_2022_with_the_discount_of_steth_and_its_own_rates_of_staking() {
    let (Some(ratios), Some(rates)) =
        (shared("stetheth-coingecko-ratio-1d.csv"), shared("atom-cosmoshub-stakingapr-1d.csv"))
    else {
        return;
    };
    let options = ["--collateral-ratio", &ratios, "--staking-yield", &rates];
    if let Some(report) = days("atom", "2022-06-01", "2022-07-01", &options) {
        // 29 days at some 20 % a year, on a NAV of less than one
        let staking = number(&report, "/result/over_start/staking");
        assert!((0.010..0.017).contains(&staking), "{staking}");
        assert!(number(&report, "/hedged/max_drawdown") > -0.07);
    }
}

#[test]
fn btc_hedged_with_the_perpetual_of_sol_when_that_one_crashed_alone() {
    let Some(held) = shared("btc-binance-spot-1h.csv") else { return };
    let params = std::path::Path::new(env!("CARGO_TARGET_TMPDIR")).join("relative.toml");
    std::fs::write(&params, "[policy]\nmin_variance_hedge = 0.27\nhedge_min = 0.22\nhedge_max = 0.27\n").unwrap();
    let options = ["--collateral", &held, "--params", params.to_str().unwrap()];
    if let Some(report) = days("sol", "2022-11-01", "2022-12-01", &options) {
        let reduction = number(&report, "/variance_reduction");
        assert!((0.3..0.8).contains(&reduction), "{reduction}");
        assert_eq!(number(&report, "/min_variance_hedge/set"), 0.27);
        // an hour a return from the second day on
        assert!((650.0..=720.0).contains(&number(&report, "/min_variance_hedge/returns")), "{report}");
        let [estimated, right] =
            ["estimates/mean", "in_hindsight"].map(|name| number(&report, &format!("/min_variance_hedge/{name}")));
        assert!((estimated - right).abs() < 0.15, "{estimated} and {right}");
        let parts = ["staking", "funding", "costs", "discount", "tilt"];
        let sum: f64 = parts.map(|part| number(&report, &format!("/result/over_start/{part}"))).iter().sum();
        assert!((sum - (number(&report, "/hedged/final_nav") - 1.0)).abs() < 1e-9);
    }
}

#[test]
fn gold_through_its_longest_closing_with_a_keeper_every_eight_hours() {
    let Some(gold) = shared("xauusd-mt5-spot-1h.csv") else { return };
    let params = std::path::Path::new(env!("CARGO_TARGET_TMPDIR")).join("gold.toml");
    let run = |params: &str| {
        let hours = ["--prices", &gold, "--from", "2020-12-14", "--to", "2021-01-11", "--closings"];
        let options = ["--funding-rate", "0.05", "--keeper-every", "8h", "--params", params];
        let mut command = Command::new(env!("CARGO_BIN_EXE_ballast"));
        command.args(["simulate", "--json"]).args(hours).args(options).output().unwrap()
    };
    std::fs::write(&params, "[policy]\nreaction_time = 277200\n").unwrap();
    let output = run(params.to_str().unwrap());
    let said = String::from_utf8(output.stderr).unwrap();
    let week = "open each week from Sun 22:00 to Fri 22:00 (UTC); other closings in this run: 2, the longest of 76 h\n";
    assert!(said.ends_with(week), "{said}");
    let report: Value = serde_json::from_slice(&output.stdout).unwrap();
    holds(&report);
    assert!(number(&report, "/hedged/max_drawdown") > -0.01);

    // Longer than the weekend, but not than the closing around Christmas.
    std::fs::write(&params, "[policy]\nreaction_time = 180000\n").unwrap();
    let output = run(params.to_str().unwrap());
    let why =
        "ballast: --closings: the longest closing lasts 76 h, and reaction_time is 50 h: it must be at least as long; \
               set `reaction_time = 273600` in [policy] of a file, and pass that with --params\n";
    let said = String::from_utf8(output.stderr).unwrap();
    assert!(said.ends_with(why), "{said}");
    assert_eq!(output.status.code(), Some(2));
}

#[test]
fn sol_january_2021_a_rally_of_half_within_hours() {
    if let Some(report) = month("sol", "2021-01-01", "2021-01-31") {
        assert!(number(&report, "/unhedged/final_nav") > 1.5);
        assert!(number(&report, "/hedged/final_nav") > 0.95);
    }
}

#[test]
fn sol_november_2022_shorts_pay_two_percent_every_two_hours() {
    if let Some(report) = month("sol", "2022-11-01", "2022-12-01") {
        assert!(number(&report, "/unhedged/max_drawdown") < -0.6);
        assert!(number(&report, "/hedged/max_drawdown") > -0.1);
    }
}

#[test]
fn atom_may_2021_a_crash_of_two_thirds() {
    if let Some(report) = month("atom", "2021-05-01", "2021-06-01") {
        assert!(number(&report, "/unhedged/max_drawdown") < -0.6);
        assert!(number(&report, "/hedged/max_drawdown") > -0.05);
    }
}

/// What the program says on stderr, and its exit code.
fn complaint(options: &[&str]) -> (String, Option<i32>) {
    let output = Command::new(env!("CARGO_BIN_EXE_ballast")).arg("simulate").args(options).output().unwrap();
    (String::from_utf8(output.stderr).unwrap(), output.status.code())
}

#[test]
fn parameters_that_the_contracts_refuse_are_named_without_the_message_that_has_them() {
    let (said, code) = complaint(&["--pass-through", "2"]);
    assert_eq!((said.as_str(), code), ("ballast: pass_through is 2: it must be from 0 to 1\n", Some(2)));
}

#[test]
fn the_parameters_of_both_feeds_reach_the_oracle() {
    let file = std::path::Path::new(env!("CARGO_TARGET_TMPDIR")).join("feeds.toml");
    std::fs::write(&file, "[price_feed]\nmax_jump = 0.2\n").unwrap();
    let (said, code) = complaint(&["--params", file.to_str().unwrap()]);
    assert_eq!(
        (said.as_str(), code),
        ("ballast: the feed's max_jump (0.2) must not be above initial_ratio (0.15)\n", Some(2))
    );

    // A rate that is good for an hour alone is stale again and again where the world publishes one an hour.
    std::fs::write(&file, "[rate_feed]\nmax_age = 3600\n").unwrap();
    let funding = |options: &[&str]| {
        let mut command = Command::new(env!("CARGO_BIN_EXE_ballast"));
        command.args(["simulate", "--generate", "1", "--hours", "48", "--json"]).args(options);
        let report: Value = serde_json::from_slice(&command.output().unwrap().stdout).unwrap();
        number(&report, "/funding")
    };
    assert!(funding(&["--params", file.to_str().unwrap()]) < funding(&[]));
}

#[test]
fn what_is_no_ratio_says_what_one_is() {
    for text in ["abc", "-1", "50%"] {
        let (said, code) = complaint(&["--slope", text]);
        assert!(
            said.contains(&format!("\"{text}\" is not a number from 0 up: a plain fraction such as 0.02 for 2 %")),
            "{said}"
        );
        assert_eq!(code, Some(2));
    }
}

#[test]
fn a_keeper_who_comes_less_often_than_asked_is_said() {
    let (said, _) = complaint(&["--generate", "1", "--hours", "3", "--keeper-every", "30m"]);
    assert!(said.contains("a keeper every 0.5 h was asked for; with bars of 1 h it comes every 1 h"), "{said}");
}

#[test]
fn that_nobody_reads_the_notes_is_no_reason_to_stop() {
    let path = std::path::Path::new(env!("CARGO_TARGET_TMPDIR")).join("unread.csv");
    std::fs::write(
        &path,
        "timestamp_ms,open,high,low,close\n1580515200000,1,1,1,1\n1580518800000,1,1,1,1\n1580522400000,1,1,1,1\n",
    )
    .unwrap();
    let mut child = Command::new(env!("CARGO_BIN_EXE_ballast"))
        .args(["simulate", "--funding-rate", "0", "--prices"])
        .arg(&path)
        .stdout(std::process::Stdio::piped())
        .stderr(std::process::Stdio::piped())
        .spawn()
        .unwrap();
    drop(child.stderr.take());
    let output = child.wait_with_output().unwrap();
    assert_eq!(output.status.code(), Some(0));
    assert!(String::from_utf8(output.stdout).unwrap().contains("left after exit"));
}

/// Liquidations in a day at 10 with one wick, in bars of so many minutes.
fn liquidations(minutes: u64, wick: &str) -> f64 {
    let (start, step) = (1_580_515_200_000, minutes * 60_000);
    let at = start + 21 * 3_600_000 - step;
    let row = |time: u64| format!("{time},10,{},9.99,10\n", if time == at { wick } else { "10.01" });
    let rows: String = (0..24 * 60 / minutes).map(|bar| row(start + bar * step)).collect();
    let path = std::path::Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("wick-{minutes}.csv"));
    std::fs::write(&path, format!("timestamp_ms,open,high,low,close\n{rows}")).unwrap();
    number(&simulate(&["--funding-rate", "0.1", "--prices", path.to_str().unwrap()]), "/liquidations")
}

#[test]
fn a_wick_liquidates_in_short_bars_as_in_long_ones() {
    for minutes in [60, 20, 15, 5] {
        assert_eq!(liquidations(minutes, "25"), 1.0, "bars of {minutes} min");
    }
    // The oracle holds a jump back until it is confirmed, and after a minute it is gone: as it would be on a chain.
    assert_eq!(liquidations(1, "25"), 0.0);
}

/// A generated month of a coin with 14 % of staking, and two discounts.
const STAKED: [&str; 10] = [
    "--generate",
    "3",
    "--hours",
    "720",
    "--staking-yield",
    "0.14",
    "--discount",
    "0.2@2020-01-08/10d",
    "--discount",
    "0.05@2020-01-25/36h",
];

#[test]
fn a_staked_coin_earns_its_yield_and_the_report_says_so() {
    let report = simulate(&STAKED);
    assert_eq!(number(&report, "/invariants/broken"), 0.0, "{report}");
    assert_eq!(number(&report, "/staking/yearly"), 0.14);
    assert_eq!(report.pointer("/staking/discounts/0/from").unwrap(), "2020-01-08T00:00:00Z");
    // 719 hours at 14 % a year on a NAV of about 1; less in the ten days when the coins are worth up to 20 % less, and on
    // what the fall of the price has turned into quote
    let (staking, expected) = (number(&report, "/result/over_start/staking"), 1.14f64.powf(719.0 / 8760.0) - 1.0);
    assert!((0.75 * expected..expected).contains(&staking), "{staking}, expected {expected} and less");
}

#[test]
fn the_parts_of_a_staked_run_are_its_result() {
    for options in [
        &STAKED[..],
        &["--generate", "4", "--hours", "300", "--longs", "0", "--keeper-every", "8h", "--staking-yield", "0.07"],
    ] {
        let report = simulate(options);
        let parts = |of: &str| {
            let names = ["staking", "funding", "costs", "discount", "tilt"];
            names.map(|part| number(&report, &format!("/result/{of}/{part}"))).iter().sum::<f64>()
        };
        let gained = number(&report, "/hedged/final_nav") - 1.0;
        assert!((parts("over_start") - gained).abs() < 1e-9, "{} and {gained}", parts("over_start"));
        assert!((parts("quote") - gained * number(&report, "/result/paid_in")).abs() < 1e-3);
    }
}
