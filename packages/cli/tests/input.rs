//! The command line, the parameter file and what they lead to.

use std::fs;
use std::path::{Path, PathBuf};

use ballast_cli::args::{Cli, Command, SimulateArgs};
use ballast_cli::date::format_day;
use ballast_cli::input::{extract, hours, settings};
use ballast_cli::params::{Settings, WorldParams};
use ballast_cli::staking::{Staked, Yield};
use ballast_cli::tape::{Hour, Margin};
use clap::{CommandFactory, Parser};
use cosmwasm_std::{Decimal, Decimal256};

fn simulate(line: &str) -> Result<SimulateArgs, clap::Error> {
    let words = ["ballast", "simulate"].into_iter().chain(line.split_whitespace());
    match Cli::try_parse_from(words)?.command {
        Command::Simulate(args) => Ok(*args),
        _ => panic!("another command"),
    }
}

/// A file of this test alone.
fn file(name: &str, text: &str) -> PathBuf {
    let folder = PathBuf::from(env!("CARGO_TARGET_TMPDIR"));
    let path = folder.join(name);
    fs::write(&path, text).unwrap();
    path
}

#[test]
fn the_command_line_is_well_formed() {
    Cli::command().debug_assert();
}

#[test]
fn every_option_of_the_readme_is_read() {
    let args = simulate(
        "--prices p.csv --funding f.csv --mark m.csv --from 2020-01-01 --to 2020-02-01 --keeper-every 8h --price-age 12 --depositors 10 \
         --slope 0 --pass-through 1 --longs 0 --params p.toml --plot a.svg --json --staking-yield 0.14 \
         --discount 0.2@2022-06-10/14d --discount 0.05@2021-01-04/36h",
    )
    .unwrap();
    assert_eq!((args.from, args.to), (Some(1_577_836_800), Some(1_580_515_200)));
    assert_eq!((args.keeper_every, args.price_age, args.depositors), (Some(28_800), Some(12), Some(10)));
    assert_eq!(
        (args.slope, args.pass_through, args.longs),
        (Some(Decimal::zero()), Some(Decimal::one()), Some(Decimal::zero()))
    );
    assert!(args.json);
    let days: Vec<String> = args.discount.iter().map(|discount| format_day(discount.from)).collect();
    assert_eq!(
        (args.staking_yield, days),
        (Some(Yield::Constant(0.14)), vec!["2022-06-10".to_owned(), "2021-01-04".to_owned()])
    );
}

#[test]
fn the_files_of_the_margin_coin_are_read_as_such() {
    let args = simulate("--prices p.csv --funding-rate 0 --collateral c.csv --closings").unwrap();
    assert_eq!((args.collateral, args.closings), (Some("c.csv".into()), true));
    let rates = file("rates-of-staking.csv", "timestamp_ms,apr_pct\n");
    let args = simulate(&format!("--collateral-ratio r.csv --staking-yield {}", rates.display())).unwrap();
    assert_eq!((args.collateral_ratio, args.staking_yield), (Some("r.csv".into()), Some(Yield::File(rates))));
}

#[test]
fn options_that_exclude_or_need_each_other_say_so() {
    for wrong in [
        "--prices p.csv",
        "--prices p.csv --funding f.csv --funding-rate 0",
        "--prices p.csv --funding-rate x",
        "--prices p.csv --funding-rate nan",
        "--prices p.csv --funding-rate 1001",
        "--prices p.csv --funding-rate 0 --funding-interval 8h",
        "--prices p.csv --funding f.csv --funding-interval 90m",
        "--prices p.csv --funding f.csv --funding-interval 0h",
        "--allow-spikes",
        "--funding f.csv",
        "--mark m.csv",
        "--generate 1 --prices p.csv --funding f.csv",
        "--generate 1 --from 2020-01-01",
        "--hours 100",
        "--generate 1 --hours 1",
        "--from 2020-02-30",
        "--keeper-every 8",
        "--keeper-every 0h",
        "--slope x",
        "--pass-through -0.5",
        "--depositors 1.5",
        "--price-age -1",
        "--staking-yield 14",
        "--staking-yield nowhere",
        "--closings",
        "--collateral c.csv --staking-yield 0.1",
        "--collateral c.csv --discount 0.2@2022-06-10/14d",
        "--collateral c.csv --collateral-ratio r.csv",
        "--collateral-ratio r.csv --discount 0.2@2022-06-10/14d",
        "--discount 0.2",
        "--frobnicate",
    ] {
        assert!(simulate(wrong).is_err(), "{wrong}");
    }
}

#[test]
fn without_options_a_staked_coin_goes_through_a_crash_and_a_rally() {
    let input = hours(&SimulateArgs::default()).unwrap();
    assert_eq!(input.tape.hours.len(), 2_208);
    // The first bar closes one hour into 2022-05-01, the last at the end of 2022-07-31.
    assert_eq!(input.tape.span(), (1_651_363_200 + 3_600, 1_659_312_000));
    assert_eq!(input.tape.irregular.to_string(), "no hour missing or repeated");
    let prices = || input.tape.hours.iter().map(|hour| hour.price);
    let least = prices().fold(f64::INFINITY, f64::min);
    let place = prices().position(|price| price == least).unwrap();
    let most = prices().skip(place).fold(0.0, f64::max);
    // from 18 to 5.6 and up to 11
    assert!(least < 5.7 && most > 11.0, "{least} {most}");
    let staked = |hour: &Hour| match hour.margin {
        Margin::Staked(staked) => staked,
        other => panic!("{other:?}"),
    };
    let deepest = input.tape.hours.iter().map(|hour| staked(hour).discount).fold(0.0, f64::max);
    assert!((deepest - (1.0 - 0.934_561_34)).abs() < 1e-12, "{deepest}");
    // a quarter of a year at 17 to 22 %
    let rate = staked(input.tape.hours.last().unwrap()).rate;
    assert!((1.04..1.056).contains(&rate), "{rate}");
    assert_eq!(input.name, "built-in staked ATOM with the discount of stETH");
    let plain = hours(&simulate("--staking-yield 0").unwrap()).unwrap();
    assert_eq!(plain.name, "built-in ATOM, staked at +0.00 % a year");
    assert_eq!(staked(plain.tape.hours.last().unwrap()), Staked { rate: 1.0, discount: 0.0 });
}

#[test]
fn what_is_built_in_stays_below_300_kb() {
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../tests/data");
    let names = ["atom-spot-1h.csv", "atom-funding-8h.csv", "atom-staking-1d.csv", "steth-ratio-1d.csv"];
    let total: u64 = names.iter().map(|name| fs::metadata(folder.join(name)).unwrap().len()).sum();
    assert!(total < 300_000, "{total}");
    assert_eq!(extract().unwrap().0.bars.len(), 2_208);
}

const FOUR_BARS: &str = "timestamp_ms,open,high,low,close\n1577836800000,10,12,9,11\n1577840400000,11,12,9,11\n\
                         1577844000000,11,12,9,11\n1577847600000,11,12,9,11\n";

#[test]
fn a_constant_rate_stands_for_a_funding_file() {
    let prices = file("constant.csv", FOUR_BARS).display().to_string();
    for (rate, expected) in [("0", 0.0), ("-0.05", -0.05), ("0.2", 0.2)] {
        let input = hours(&simulate(&format!("--prices {prices} --funding-rate {rate}")).unwrap()).unwrap();
        assert_eq!(input.tape.hours.len(), 4);
        assert!(input.tape.hours.iter().all(|hour| hour.reference == Some(expected)), "{rate}");
        assert_eq!(input.tape.irregular.to_string(), "no hour missing or repeated");
    }
    // Also with the built-in and with generated hours.
    for source in ["--from 2022-06-12 --to 2022-06-13", "--generate 1 --hours 24"] {
        let input = hours(&simulate(&format!("{source} --funding-rate 0.3")).unwrap()).unwrap();
        assert!(input.tape.hours.iter().all(|hour| hour.reference == Some(0.3)), "{source}");
        assert!(input.name.ends_with(", funding of +30.00 % a year at all times"), "{}", input.name);
    }
}

#[test]
fn what_is_worth_knowing_of_a_file_is_said_with_its_name() {
    let prices = file("noted.csv", FOUR_BARS).display().to_string();
    let input = hours(&simulate(&format!("--prices {prices} --funding-rate 0")).unwrap()).unwrap();
    let largest = "the largest move from close to close is +0.00 %, line 5 (2020-01-01 03:00); \
                   to a low -18.18 %, line 5 (2020-01-01 03:00)";
    assert_eq!(input.notes, [format!("{prices}: bars of 1 h"), format!("{prices}: {largest}")]);
    assert_eq!(hours(&SimulateArgs::default()).unwrap().notes, Vec::<String>::new());
}

/// Prices of 2020 and rates of 2025.
#[test]
fn what_was_inferred_is_said_also_where_files_have_no_hours_in_common() {
    let prices = file("apart-p.csv", &FOUR_BARS.replace("timestamp_ms", "time")).display().to_string();
    let rates = "time,fundingRate\n1735689600,0.0001\n1735718400,0.0002\n";
    let funding = file("apart-f.csv", rates).display().to_string();
    let error = hours(&simulate(&format!("--prices {prices} --funding {funding}")).unwrap()).unwrap_err();
    assert_eq!(
        format!("{error:#}"),
        format!(
            "no funding rate is known in any of the 4 hours asked for. What was read:\n\
             {prices}: columns time, open, high, low, close\n\
             {prices}: times in milliseconds since 1970\n\
             {prices}: bars of 1 h\n\
             {prices}: the largest move from close to close is +0.00 %, line 5 (2020-01-01 03:00); \
             to a low -18.18 %, line 5 (2020-01-01 03:00)\n\
             {funding}: columns time, fundingRate\n\
             {funding}: times in seconds since 1970\n\
             {funding}: rates for 8 h each, by the rhythm of the payments; +16.43 % a year in the mean"
        )
    );
    // Nothing is inferred from the built-in hours.
    let error = hours(&simulate("--from 2023-01-01").unwrap()).unwrap_err().to_string();
    assert!(error.ends_with("the file runs from 2022-05-01 to 2022-07-31"), "{error}");
}

/// The same hours, strict and as an exchange archives them since 2025: newest first besides, with marks 7 ms late.
#[test]
fn public_files_give_the_tape_of_the_strict_ones() {
    let tape = |prices: PathBuf, mark: PathBuf, funding: PathBuf| {
        let (prices, mark, funding) = (prices.display(), mark.display(), funding.display());
        hours(&simulate(&format!("--prices {prices} --mark {mark} --funding {funding}")).unwrap()).unwrap().tape
    };
    let rates = "timestamp_ms,funding_rate\n1577836800000,0.0001\n1577865600000,0.0002\n";
    let strict = tape(file("s1.csv", FOUR_BARS), file("s2.csv", FOUR_BARS), file("s3.csv", rates));
    let mut lines: Vec<&str> = FOUR_BARS.lines().skip(1).collect();
    lines.reverse();
    let row = |line: &&str| format!("{},1,1577840399999000,1,1,1,1,0\n", line.replacen("00000,", "00000000,", 1));
    let archive: String = lines.iter().map(row).collect();
    let marks = FOUR_BARS.replace("00000,", "00007,").replace("timestamp_ms", "time");
    let archived =
        "calc_time,funding_interval_hours,last_funding_rate\n1577836800003,8,0.0001\n1577865600000,8,0.0002\n";
    let public = tape(file("p1.csv", &archive), file("p2.csv", &marks), file("p3.csv", archived));
    assert_eq!(public, strict);
    assert_eq!((strict.hours.len(), strict.irregular.missing_marks), (4, 0));
    assert!((strict.hours[0].reference.unwrap() - 0.0002 * 1_095.0).abs() < 1e-12);
}

#[test]
fn a_spike_stops_a_run_unless_it_is_let_pass() {
    let text = FOUR_BARS.replace("1577844000000,11,12", "1577844000000,11,1200");
    let prices = file("spike.csv", &text).display().to_string();
    let run = |options: &str| hours(&simulate(&format!("--prices {prices} --funding-rate 0 {options}")).unwrap());
    let error = run("").unwrap_err().to_string();
    assert!(error.contains("spike.csv, line 4: high 1200") && error.contains("--allow-spikes"), "{error}");
    assert_eq!(run("--allow-spikes").unwrap().tape.hours[2].high, 1_200.0);
}

#[test]
fn days_cut_the_hours_and_must_be_in_order() {
    let args = simulate("--from 2022-06-12 --to 2022-06-14").unwrap();
    assert_eq!(hours(&args).unwrap().tape.hours.len(), 48);
    let error = hours(&simulate("--from 2022-06-14 --to 2022-06-14").unwrap()).unwrap_err();
    assert_eq!(error.to_string(), "--from 2022-06-14 is not before --to 2022-06-14");
    let error = hours(&simulate("--from 2023-01-01").unwrap()).unwrap_err();
    assert!(error.to_string().contains("the file runs from 2022-05-01 to 2022-07-31"), "{error}");
}

#[test]
fn generated_hours_are_as_many_as_asked_for() {
    assert_eq!(hours(&simulate("--generate 1 --hours 100").unwrap()).unwrap().tape.hours.len(), 100);
    assert_eq!(hours(&simulate("--generate 1").unwrap()).unwrap().tape.hours.len(), 8_760);
}

#[test]
fn a_malformed_file_is_named_with_its_line() {
    let prices =
        file("bad.csv", "timestamp_ms,open,high,low,close\n1577836800000,10,12,9,11\n1577840400000,10,9,12,11\n");
    let funding = file("good-funding.csv", "timestamp_ms,funding_rate\n1577836800000,0.0001\n");
    let args = SimulateArgs { prices: Some(prices), funding: Some(funding.clone()), ..SimulateArgs::default() };
    let error = hours(&args).unwrap_err().to_string();
    assert!(error.ends_with("bad.csv, line 3: high 9 is below low 12"), "{error}");
    let args =
        SimulateArgs { prices: Some("/nowhere/prices.csv".into()), funding: Some(funding), ..SimulateArgs::default() };
    assert_eq!(hours(&args).unwrap_err().to_string(), "cannot open /nowhere/prices.csv");
}

#[test]
fn the_printed_parameters_are_the_defaults_and_all_are_documented() {
    let text = Settings::default().to_toml().unwrap();
    assert_eq!(Settings::from_toml(&text).unwrap(), Settings::default());
    let mut above = "";
    for line in text.lines() {
        if line.contains(" = ") && !line.starts_with('#') {
            assert!(above.starts_with("# "), "not documented: {line}");
        }
        above = line;
    }
    for line in
        ["[market]", "taker_fee = 0.0005", "[policy]", "gamma = 3", "reaction_time = 28800", "[world]", "longs = 0.5"]
    {
        assert!(text.lines().any(|found| found == line), "{line} is not in\n{text}");
    }
}

#[test]
fn a_file_replaces_what_it_names_and_nothing_else() {
    let settings =
        Settings::from_toml("[market]\ntaker_fee = 0.001\nslope = \"0.05\"\nhaircut = 0\n[world]\ntop_up = false\n")
            .unwrap();
    let mut expected = Settings::default();
    expected.market.taker_fee = Decimal256::permille(1);
    expected.market.slope = Decimal256::percent(5);
    expected.market.haircut = Decimal256::zero();
    expected.world.top_up = false;
    assert_eq!(settings, expected);
    assert_eq!(Settings::from_toml("").unwrap(), Settings::default());
}

#[test]
fn the_least_position_follows_the_decimals_of_the_quote() {
    let settings = Settings::from_toml("[world]\nquote_decimals = 18\n").unwrap();
    // 100 whole quote
    assert_eq!(settings.market.min_position.u128(), 100 * 10u128.pow(18));
    let settings = Settings::from_toml("[world]\nquote_decimals = 18\n[market]\nmin_position = \"7\"\n").unwrap();
    assert_eq!(settings.market.min_position.u128(), 7);
}

#[test]
fn unknown_or_malformed_parameters_are_refused_by_name() {
    let refused = |text: &str| Settings::from_toml(text).unwrap_err().to_string();
    assert_eq!(
        refused("[vault]\nx = 1"),
        "[vault]: no such section, there are market, policy, price_feed, rate_feed, world"
    );
    assert!(refused("[market]\ntakerfee = 1").starts_with("[market] takerfee: no such parameter, there are "));
    assert!(refused("[market]\ntaker_fee = \"x\"").starts_with("[market]: taker_fee: "));
    assert!(refused("[market]\ntaker_fee = -0.1").starts_with("[market]: taker_fee: "));
    assert!(refused("[policy]\nreaction_time = 1.5").starts_with("[policy]: reaction_time: "));
    assert!(refused("taker_fee = 1").contains("no such section"));
    assert!(refused("market = 1").starts_with("[market]: a section was expected"));
    assert!(refused("[market\n").starts_with("not TOML"));
}

#[test]
fn a_parameter_outside_of_its_bounds_is_refused_with_its_section_before_anything_runs() {
    let refused = |text: &str| Settings::from_toml(text).unwrap_err().to_string();
    assert_eq!(refused("[market]\ntaker_fee = 2"), "[market] taker_fee = 2: must be 0 to 0.01");
    assert_eq!(refused("[policy]\nhedge_min = 2"), "[policy] hedge_min = 2: must be 0 to 1.2");
    assert_eq!(refused("[price_feed]\nmax_age = 1"), "[price_feed] max_age = 1: must be 5 to 86400");
    assert_eq!(refused("[rate_feed]\nmax_age = 60"), "[rate_feed] max_age = 60: must be 3600 to 259200");
}

#[test]
fn a_value_with_its_unit_is_refused_with_how_to_write_it() {
    let refused = |text: &str| Settings::from_toml(text).unwrap_err().to_string();
    let percent = refused("[policy]\nleverage_buffer = \"2 %\"");
    assert!(percent.contains("leverage_buffer = \"2 %\": write a plain number, such as 0.02 for 2 %"), "{percent}");
    let hours = refused("[policy]\nreaction_time = \"8h\"");
    assert!(hours.contains("write a whole number without quotes; times are in seconds"), "{hours}");
}

#[test]
fn a_file_sets_the_parameters_of_both_feeds_but_not_who_publishes() {
    let settings = Settings::from_toml("[price_feed]\nmax_jump = 0.1\n[rate_feed]\nmax_age = 7200\n").unwrap();
    assert_eq!((settings.price_feed.max_jump, settings.price_feed.max_age), (Decimal256::percent(10), 60));
    assert_eq!((settings.rate_feed.max_jump, settings.rate_feed.max_age), (Decimal256::percent(15), 7_200));
    let error = Settings::from_toml("[price_feed]\nkind = \"rate\"\n").unwrap_err().to_string();
    let known = "max_age, max_confidence, max_jump, confirm_after, variance_tau, initial_volatility";
    assert_eq!(error, format!("[price_feed] kind: no such parameter, there are {known}"));
}

#[test]
fn the_world_has_bounds() {
    let refused = |line: &str| Settings::from_toml(&format!("[world]\n{line}")).unwrap_err().to_string();
    assert_eq!(refused("depositors = 0"), "[world] depositors = 0: must be 1 to 100");
    assert_eq!(refused("longs = 2.5"), "[world] longs = 2.5: must be 0 to 2");
    assert_eq!(refused("pool = 0"), "[world] pool = 0: must be 0.1 to 100");
    assert_eq!(refused("edge = 0.2"), "[world] edge = 0.2: must be 0 to 0.1");
    assert_eq!(refused("base_decimals = 19"), "[world] base_decimals = 19: must be 0 to 18");
    assert_eq!(refused("publishers = 0"), "[world] publishers = 0: must be 1 to 15");
    assert_eq!(refused("price_age = 51"), "[world] price_age = 51: must be 0 to 50 seconds");
    assert_eq!(refused("strangers = 11"), "[world] strangers = 11: must be 0 to 10");
    assert!(refused("keeper_every = 1").contains("60 to 2592000"));
    assert!(refused("check_every = 1").contains("3600 to 604800"));
    assert!(refused("deposit = 1").contains("1000 to 100000000"));
    assert_eq!(WorldParams::default().validate().unwrap(), WorldParams::default());
}

/// By hand: name, one step below its bounds, its bounds, one step above.
const WORLD: [(&str, &str, [&str; 2], &str); 12] = [
    ("depositors", "0", ["1", "100"], "101"),
    ("deposit", "999.999999999999999999", ["1000", "100000000"], "100000000.000000000000000001"),
    ("base_decimals", "", ["0", "18"], "19"),
    ("quote_decimals", "", ["0", "18"], "19"),
    ("keeper_every", "59", ["60", "2592000"], "2592001"),
    ("pool", "0.099999999999999999", ["0.1", "100"], "100.000000000000000001"),
    ("edge", "", ["0", "0.1"], "0.100000000000000001"),
    ("longs", "", ["0", "2"], "2.000000000000000001"),
    ("publishers", "0", ["1", "15"], "16"),
    ("price_age", "", ["0", "50"], "51"),
    ("strangers", "", ["0", "10"], "10.000000000000000001"),
    ("check_every", "3599", ["3600", "604800"], "604801"),
];

#[test]
fn every_parameter_of_the_world_is_refused_one_step_outside_of_its_bounds() {
    let bounded = WorldParams::PARAMETERS.iter().filter(|parameter| parameter.bounds.is_some());
    assert_eq!(bounded.map(|row| row.name).collect::<Vec<_>>(), WORLD.map(|(name, ..)| name));
    let defaults = serde_json::to_value(WorldParams::default()).unwrap();
    for (name, below, bounds, above) in WORLD {
        // Quoted, a decimal keeps all of its digits.
        let set = |value: &str| {
            let quote = if defaults[name].is_string() { "\"" } else { "" };
            Settings::from_toml(&format!("[world]\n{name} = {quote}{value}{quote}"))
        };
        for bound in bounds {
            set(bound).unwrap();
        }
        for value in [below, above].into_iter().filter(|value| !value.is_empty()) {
            let error = set(value).unwrap_err().to_string();
            let said = format!("[world] {name} = {value}: must be {} to {}", bounds[0], bounds[1]);
            assert_eq!(error.trim_end_matches(" seconds"), said);
        }
    }
}

#[test]
fn the_readme_has_the_parameters_of_the_world() {
    let readme = Path::new(env!("CARGO_MANIFEST_DIR")).join("README.md");
    ballast_params::keep_table(&readme, WorldParams::PARAMETERS).unwrap();
}

#[test]
fn options_stand_over_the_file() {
    let params =
        file("over.toml", "[market]\nslope = 0.03\npass_through = 0.7\n[world]\nlongs = 0.1\nkeeper_every = 7200\n");
    let args = SimulateArgs { params: Some(params), ..simulate("--slope 0 --longs 0.25 --price-age 0").unwrap() };
    let settings = settings(&args).unwrap();
    assert_eq!(settings.market.slope, Decimal256::zero());
    assert_eq!(settings.market.pass_through, Decimal256::percent(70));
    assert_eq!(settings.world.longs, Decimal::percent(25));
    assert_eq!((settings.world.keeper_every, settings.world.price_age), (7_200, 0));
}

#[test]
fn a_parameter_file_that_is_refused_is_named() {
    let params = file("wrong.toml", "[policy]\ngama = 3\n");
    let path = params.display().to_string();
    let error = settings(&SimulateArgs { params: Some(params), ..SimulateArgs::default() }).unwrap_err();
    assert_eq!(error.to_string(), path);
    assert!(format!("{error:#}").contains("[policy] gama: no such parameter"));
    assert!(settings(&simulate("--depositors 0").unwrap()).is_err());
}
