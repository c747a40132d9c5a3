//! The table and the object of `--json`.

use ballast_cli::outcome::{Coin, Estimates, Outcome};
use ballast_cli::params::Settings;
use ballast_cli::plot;
use ballast_cli::report::{Document, Report};
use ballast_cli::tape::Irregularities;
use serde_json::{json, Value};

use super::made::{outcome, START};

fn report() -> Report {
    Report::new("test", Irregularities { missing_prices: 9, ..Irregularities::default() }, &outcome())
}

fn json_of(report: &Report) -> String {
    let parameters = Settings::default();
    let notes = ["bars.csv: times in seconds".to_owned()];
    Document { report, notes: &notes, staking: None, parameters: &parameters, series: None }.to_json().unwrap()
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
    let text = json_of(&report()).replace("340282366920938463463374607431768211455", "7");
    let value: Value = serde_json::from_str(&text).unwrap();
    let figures = ["annual_return", "annual_volatility", "final_nav", "max_drawdown", "worst_8h"];
    let top = [
        "bar_hours",
        "broken",
        "costs",
        "entering",
        "from",
        "funding",
        "hedge_ratio",
        "hedged",
        "hours",
        "invariants",
        "irregular",
        "keeper_hours",
        "leaving",
        "left_after_exit",
        "leverage",
        "liquidations",
        "name",
        "notes",
        "parameters",
        "pool",
        "price_age",
        "rebalances",
        "refused",
        "result",
        "steps_per_second",
        "stopped",
        "strangers",
        "tilt",
        "to",
        "unhedged",
        "variance_reduction",
    ];
    assert_eq!(keys(&value), top);
    assert_eq!(keys(&value["hedged"]), figures);
    assert_eq!(keys(&value["unhedged"]), figures);
    assert_eq!(keys(&value["result"]), ["over_start", "paid_in", "quote"]);
    for parts in ["over_start", "quote"] {
        assert_eq!(keys(&value["result"][parts]), ["costs", "discount", "funding", "staking", "tilt"]);
    }
    assert_eq!(keys(&value["hedge_ratio"]), ["max", "mean", "min"]);
    assert_eq!(keys(&value["leverage"]), ["hours_above_max", "max", "mean"]);
    assert_eq!(keys(&value["pool"]), ["annual_return", "annual_return_hedged", "min_slack", "topped_up"]);
    let strangers = ["closed_at_cap", "liquidated", "orders", "providers_left", "providers_unpaid", "refused"];
    assert_eq!(keys(&value["strangers"]), strangers);
    assert_eq!(keys(&value["invariants"]), ["broken", "checked"]);
    assert_eq!(keys(&value["left_after_exit"]), ["base", "quote"]);
    assert_eq!(keys(&value["parameters"]), ["market", "policy", "price_feed", "rate_feed", "world"]);
    assert!(!text.contains('\n'));
}

#[test]
fn the_json_object_says_what_was_replayed_and_with_what() {
    let text = json_of(&report()).replace("340282366920938463463374607431768211455", "7");
    let value: Value = serde_json::from_str(&text).unwrap();
    assert_eq!(value["name"], "test");
    assert_eq!((&value["from"], &value["to"]), (&json!("2020-02-01T00:00:00Z"), &json!("2020-02-01T02:00:00Z")));
    close(&value["bar_hours"], 1.0);
    assert_eq!(value["stopped"], false);
    assert_eq!(value["irregular"]["missing_prices"], 9);
    assert_eq!(value["notes"], json!(["bars.csv: times in seconds"]));
    assert_eq!(value["parameters"]["world"]["depositors"], 3);
    assert_eq!(value["parameters"]["market"]["slope"], "0.02");
    assert_eq!(value["refused"], json!(["2020-02-01 01 h: rebalance: no"]));
    close(&value["tilt"], -0.25);
}

#[test]
fn the_figures_are_those_worked_out_by_hand() {
    let text = json_of(&report());
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
    assert!((report.entering - 0.001).abs() < 1e-12);
    assert!((report.leaving - 0.0005).abs() < 1e-12);
    assert!(report
        .to_string()
        .contains("costs                 -0.50 % of the start; besides, entering -0.10 %, leaving -0.05 %"));
}

/// The same outcome, with its last hour so many hours after the first.
fn lasting(hours: u64) -> Outcome {
    let mut outcome = outcome();
    outcome.samples[2].time = START + hours * 3_600;
    outcome
}

#[test]
fn returns_a_year_are_told_of_runs_of_90_days_and_more() {
    let text = |outcome: &Outcome| Report::new("test", Irregularities::default(), outcome).to_string();
    // A quarter of a year: 1.1 and 0.5 to the fourth are 1.4641 and 0.0625.
    let mut quarter = lasting(2_190);
    quarter.redeemed = Some(1.1);
    (quarter.samples[2].price, quarter.samples[2].collateral) = (50.0, 50.0);
    let said = text(&quarter);
    for part in [
        "return a year             +46.41 %    -93.75 %\n",
        "pool's return a year  -93.75 % as it is, +0.00 % for a provider who hedges elsewhere\n",
    ] {
        assert!(said.contains(part), "\"{part}\" is not in\n{said}");
    }
    let left_out = "return a year         left out: a run of under 90 days says nothing of a year\n";
    let (long, short) = (text(&lasting(90 * 24)), text(&lasting(90 * 24 - 1)));
    assert!(!long.contains("left out") && long.contains("pool's return a year"), "{long}");
    assert!(short.contains(left_out) && !short.contains("pool's return a year"), "{short}");
}

#[test]
fn great_figures_do_not_run_into_those_beside_them() {
    let mut outcome = lasting(90 * 24);
    // a thousand times as much in 90 days: 10^12 and more in a year
    (outcome.samples[2].price, outcome.samples[2].collateral) = (100_000.0, 100_000.0);
    let text = Report::new("test", Irregularities::default(), &outcome).to_string();
    let line = text.lines().find(|line| line.starts_with("return a year")).unwrap();
    assert_eq!(line.matches(" %").count(), 2, "{line}");
    assert!(line.contains(" % +"), "{line}");
}

#[test]
fn no_samples_and_infinite_leverage_still_make_a_report() {
    let empty = Report::new("test", Irregularities::default(), &Outcome::default());
    let value: Value = serde_json::from_str(&json_of(&empty)).unwrap();
    assert_eq!(value["hours"], json!(0));
    let mut wiped_out = outcome();
    wiped_out.samples[2].leverage = f64::INFINITY;
    wiped_out.samples[2].nav = -0.1;
    wiped_out.redeemed = None;
    wiped_out.left_quote = 0;
    let value: Value =
        serde_json::from_str(&json_of(&Report::new("test", Irregularities::default(), &wiped_out))).unwrap();
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
        "return a year         left out",
        "volatility a year",
        "deepest drawdown           -5.00 %    -10.00 %",
        "worst 8 hours",
        "variance reduction",
        "liquidations          1",
        "3 (2 emergency: 0, 3 leverage high: 2, 4 settle: 0, 5 hedge band: 1, 6 leverage low: 0, 7 idle quote: 0)",
        "funding               +1.25 % of the start",
        "costs                 -0.50 % of the start; besides, entering +0.00 %, leaving +0.25 %",
        "tilt                  -25.00 % of the start, by hedging less or more than all coins",
        "mean 1.000, 0.950 to 1.050",
        "mean 3.00, most 4.00, 1 h above its maximum",
        "providers added +75.00 % of the start later on; minimum slack +25.00 % of open notional",
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
    let value: Value =
        serde_json::from_str(&json_of(&Report::new("test", Irregularities::default(), &interrupted))).unwrap();
    assert_eq!(value["stopped"], true);
}

#[test]
fn the_parts_of_the_result_are_together_the_whole_of_it() {
    let value: Value =
        serde_json::from_str(&json_of(&report()).replace("340282366920938463463374607431768211455", "7")).unwrap();
    // The last hour's parts add up to 0.9975 - 1; leaving at 1 gave a quarter of a percent back.
    let over_start = &value["result"]["over_start"];
    let expected = [("staking", 0.04), ("funding", 0.03), ("costs", -0.0075), ("discount", -0.02), ("tilt", -0.0425)];
    for (part, of_start) in expected {
        close(&over_start[part], of_start);
        close(&value["result"]["quote"][part], of_start * 200.0);
    }
    close(&value["result"]["paid_in"], 200.0);
    let sum: f64 = expected.iter().map(|(part, _)| over_start[part].as_f64().unwrap()).sum();
    assert!((sum - (value["hedged"]["final_nav"].as_f64().unwrap() - 1.0)).abs() < 1e-12);
}

#[test]
fn a_run_with_a_staked_coin_says_where_its_result_comes_from() {
    let staked = Outcome { coin: Coin::Staked, redeemed: Some(0.9965), ..outcome() };
    let text = Report::new("test", Irregularities::default(), &staked).to_string();
    for part in [
        "staking               +4.00 % of the start, +8.00 quote\n",
        "funding               +3.00 % of the start, +6.00 quote\n",
        "costs                 -1.10 % of the start, -2.20 quote; of which entering +0.00 %, leaving -0.10 %\n",
        "discount              -2.00 % of the start, -4.00 quote\n",
        "tilt                  -4.25 % of the start, -8.50 quote; the price's move on what was not hedged\n",
        "together              -0.35 %, -0.70 quote on the 200.00 that were paid in\n",
    ] {
        assert!(text.contains(part), "\"{part}\" is not in\n{text}");
    }
    assert!(!text.contains("by hedging less or more"), "{text}");
}

#[test]
fn a_run_with_a_relatives_hedge_says_how_much_was_set_estimated_and_right() {
    let mut outcome = Outcome { coin: Coin::Own, ..outcome() };
    outcome.estimates = Some(Estimates { set: 0.5, ratios: vec![0.25, 0.75, 0.5], returns: 40 });
    // +4 % and 0 % of the coin where the index made +10 % and -10 %
    for (sample, collateral) in outcome.samples.iter_mut().zip([50.0, 52.0, 52.0]) {
        sample.collateral = collateral;
    }
    let report = Report::new("test", Irregularities::default(), &outcome);
    let value: Value =
        serde_json::from_str(&json_of(&report).replace("340282366920938463463374607431768211455", "7")).unwrap();
    let hedge = &value["min_variance_hedge"];
    close(&hedge["in_hindsight"], 0.2);
    assert_eq!((&hedge["set"], &hedge["estimated"], &hedge["returns"]), (&json!(0.5), &json!(0.5), &json!(40)));
    assert_eq!(hedge["estimates"], json!({"mean": 0.5, "min": 0.25, "max": 0.75}));
    let text = report.to_string();
    for part in [
        "min-variance hedge    0.500 set; the oracle's estimate at the end 0.500, mean 0.500, 0.250 to 0.750; in hindsight 0.200\n",
        "against the index     -2.00 % of the start, -4.00 quote\n",
    ] {
        assert!(text.contains(part), "\"{part}\" is not in\n{text}");
    }
    assert!((report.unhedged.final_nav - 1.04).abs() < 1e-12);
}

#[test]
fn holding_a_staked_coin_earns_its_yield() {
    let mut staked = outcome();
    staked.samples[2].collateral = 110.0;
    let report = Report::new("test", Irregularities::default(), &staked);
    assert!((report.unhedged.final_nav - 1.1).abs() < 1e-12);
}
