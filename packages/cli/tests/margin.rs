//! Files of the margin coin: which hours they leave, and what is wrong with them.

use std::path::PathBuf;
use std::sync::atomic::{AtomicU64, Ordering};

use ballast_cli::args::{Cli, Command};
use ballast_cli::input::{hours, Input};
use ballast_cli::tape::Margin;
use clap::Parser;

/// 2020-01-01 00:00 UTC.
const START: u64 = 1_577_836_800;

fn file(name: &str, text: &str) -> String {
    let path = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(name);
    std::fs::write(&path, text).unwrap();
    path.display().to_string()
}

/// Bars of 2020-01-01 at 10, and the options. Each call has a file of its own, because tests run at the same time.
fn input(options: &str) -> anyhow::Result<Input> {
    let row = |hour: u64| format!("{},10,10,10,10\n", (START + hour * 3_600) * 1_000);
    let bars: String = (0..24).map(row).collect();
    static CALLS: AtomicU64 = AtomicU64::new(0);
    let name = format!("margin-prices-{}.csv", CALLS.fetch_add(1, Ordering::Relaxed));
    let prices = file(&name, &format!("timestamp_ms,open,high,low,close\n{bars}"));
    let line = format!("ballast simulate --prices {prices} --funding-rate 0 {options}");
    let Command::Simulate(args) = Cli::try_parse_from(line.split_whitespace())?.command else { panic!("simulate") };
    hours(&args)
}

fn rows(name: &str, header: &str, rows: &[(u64, &str)]) -> String {
    let rows: String =
        rows.iter().map(|(hour, value)| format!("{},{value}\n", (START + hour * 3_600) * 1_000)).collect();
    file(name, &format!("{header}\n{rows}"))
}

#[test]
fn each_hour_has_the_last_price_of_the_margin_coin_that_was_known() {
    let coin = rows("coin.csv", "timestamp_ms,price", &[(2, "500"), (4, "600"), (6, "700")]);
    let input = input(&format!("--collateral {coin}")).unwrap();
    // The first bar closes at 1 h and the second at 2 h, when the first price is known; the last holds until 8 h.
    let found: Vec<(u64, f64)> =
        input.tape.hours.iter().map(|hour| ((hour.time - START) / 3_600, hour.collateral())).collect();
    assert_eq!(found, [(2, 500.0), (3, 500.0), (4, 600.0), (5, 600.0), (6, 700.0), (7, 700.0)]);
    assert_eq!(input.tape.hours[0].margin, Margin::Own(500.0));
    assert_eq!(input.tape.irregular.outside_margin, 18);
    assert_eq!(input.tape.irregular.to_string(), "18 bars outside of the files of the margin coin (left out)");
    assert!(input.name.ends_with(&format!(" as the hedge of {coin}")), "{}", input.name);
    assert!(input.notes.contains(&format!("{coin}: a row every 2 h, known at its time")), "{:?}", input.notes);
}

#[test]
fn the_hours_of_a_staked_coin_are_those_that_both_of_its_files_have() {
    let rates = rows("rates.csv", "timestamp_ms,apr_pct", &[(0, "15"), (10, "15")]);
    let ratios = rows("ratios.csv", "timestamp_ms,ratio", &[(5, "0.98"), (15, "0.96")]);
    let input = input(&format!("--staking-yield {rates} --collateral-ratio {ratios}")).unwrap();
    let hour = |time: u64| (time - START) / 3_600;
    assert_eq!((hour(input.tape.span().0), hour(input.tape.span().1)), (5, 19));
    assert_eq!(input.tape.irregular.outside_margin, 9);
    // redeemed for one at the start
    let Margin::Staked(first) = input.tape.hours[0].margin else { panic!("a staked coin") };
    assert_eq!(first.rate, 1.0);
    assert!((first.discount - 0.02).abs() < 1e-12);
}

#[test]
fn files_that_have_no_hours_in_common_are_refused_with_what_they_have() {
    let coin = rows("late.csv", "timestamp_ms,price", &[(24, "500"), (48, "600")]);
    let error = format!("{:#}", input(&format!("--collateral {coin}")).unwrap_err());
    let what =
        "says something from 2020-01-02T00:00:00Z until 2020-01-04T00:00:00Z: of the 24 bars asked for, 1 close \
                in that time, and a run needs two. What was read:\n";
    assert!(error.starts_with(&format!("{coin} {what}")), "{error}");
}

#[test]
fn what_is_wrong_in_a_file_of_the_margin_coin_is_said_with_its_line() {
    let coin = rows("minus.csv", "timestamp_ms,price", &[(0, "500"), (1, "-1")]);
    assert_eq!(
        input(&format!("--collateral {coin}")).unwrap_err().to_string(),
        format!("{coin}, line 3: price -1 is not positive")
    );
    let ratios = rows("far.csv", "timestamp_ms,ratio", &[(0, "1"), (1, "20")]);
    let error = input(&format!("--collateral-ratio {ratios}")).unwrap_err().to_string();
    assert!(error.starts_with(&format!("{ratios}, line 3: ratio 20 is outside of the accepted 0.1 to 1.5")), "{error}");
    let rates = rows("debts.csv", "timestamp_ms,apr_pct", &[(0, "15"), (1, "-15")]);
    let error = input(&format!("--staking-yield {rates}")).unwrap_err().to_string();
    assert_eq!(error, format!("{rates}, line 3: a yearly rate of -15 is outside of 0 to 100 %"));
}

#[test]
fn a_file_of_rates_that_does_not_exist_is_said_not_to_exist() {
    let error = format!("{:#}", input("--staking-yield nowhere.csv").unwrap_err());
    assert_eq!(error, "cannot open nowhere.csv: No such file or directory (os error 2)");
}
