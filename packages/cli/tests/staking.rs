//! Staked coins: their rate, their discounts, and what is refused.

use ballast_cli::data::{read_ratios, read_yields};
use ballast_cli::staking::{parse_discount, parse_yield, Discount, OfFile, Staking, Yield};
use ballast_cli::tape::{Hour, Irregularities, Margin, Tape};

/// 2022-06-10 00:00 UTC.
const JUNE: u64 = 1_654_819_200;
const DAY: u64 = 86_400;

fn staking(yearly: f64, discounts: &[&str]) -> Staking {
    let discounts: Vec<Discount> = discounts.iter().map(|text| parse_discount(text).unwrap()).collect();
    Staking::new(yearly, &discounts).unwrap()
}

#[test]
fn a_yield_of_a_tenth_makes_eleven_coins_of_ten_in_a_year_hour_by_hour() {
    let staking = staking(0.1, &[]);
    let rate = |seconds: u64| staking.from(JUNE).to(JUNE + seconds).rate;
    assert_eq!(rate(0), 1.0);
    assert!((rate(365 * DAY) - 1.1).abs() < 1e-12);
    assert!((rate(2 * 365 * DAY) - 1.21).abs() < 1e-12);
    // one hour is the 8,760th root, and nothing happens within an hour
    assert!((rate(3_600) - 1.1f64.powf(1.0 / 8_760.0)).abs() < 1e-15);
    assert_eq!(rate(7_199), rate(3_600));
}

#[test]
fn a_discount_falls_at_once_and_closes_evenly() {
    let staking = staking(0.0, &["0.2@2022-06-10/14d", "0.1@2022-06-24/1d"]);
    let discount = |time: u64| staking.from(JUNE - DAY).to(time).discount;
    assert_eq!(discount(JUNE - 1), 0.0);
    assert_eq!(discount(JUNE), 0.2);
    assert!((discount(JUNE + 7 * DAY) - 0.1).abs() < 1e-12);
    assert!((discount(JUNE + 13 * DAY) - 0.2 / 14.0).abs() < 1e-12);
    // the next one begins where this one ends
    assert_eq!(discount(JUNE + 14 * DAY), 0.1);
    assert_eq!(discount(JUNE + 15 * DAY), 0.0);
}

#[test]
fn what_is_no_discount_says_what_is_wrong_and_shows_one() {
    let example =
        "write DEPTH@DAY/TIME, such as 0.2@2022-06-10/14d for 20 % from that day on, closing evenly within 14 days";
    for (text, reason) in [
        ("0.2", "there is no @ before the day"),
        ("0.2@2022-06-10", "there is no / before the time within which it closes"),
        ("20%@2022-06-10/14d", "its depth \"20%\" is not a fraction above 0, at most 0.9"),
        ("0@2022-06-10/14d", "its depth \"0\" is not a fraction above 0, at most 0.9"),
        ("0.95@2022-06-10/14d", "its depth \"0.95\" is not a fraction above 0, at most 0.9"),
        ("nan@2022-06-10/14d", "its depth \"nan\" is not a fraction above 0, at most 0.9"),
        ("0.2@2022-06-31/14d", "\"2022-06-31\" is not a day between 1970-01-01 and 2199-12-31, written YYYY-MM-DD"),
        ("0.2@2022-06-10/14", "\"14\" is not a duration: a whole number above zero and a unit, such as 30m, 8h or 2d"),
    ] {
        let error = parse_discount(text).unwrap_err().to_string();
        assert_eq!(error, format!("\"{text}\" is no discount: {reason}; {example}"));
    }
}

#[test]
fn what_is_no_yield_says_what_one_is() {
    assert_eq!(parse_yield("0.14"), Ok(Yield::Constant(0.14)));
    for text in ["14%", "-0.1", "1.5", "nan", "", "0.14%", "0.14x", "0.14.", "0,14", "nowhere"] {
        let error = parse_yield(text).unwrap_err().to_string();
        let what = "is no yearly staking yield: a plain fraction from 0 to 1, such as 0.14 for 14 %, or a file of yearly rates";
        assert_eq!(error, format!("\"{text}\" {what}"));
    }
}

#[test]
fn a_yield_with_a_folder_or_an_ending_is_the_name_of_a_file() {
    for text in ["nowhere.csv", "rates.csv.gz", "nowhere/rates", "./rates.json", "0.14/rates.csv"] {
        assert_eq!(parse_yield(text), Ok(Yield::File(text.into())));
    }
}

#[test]
fn discounts_that_overlap_are_refused() {
    let discounts = ["0.1@2022-06-20/1d", "0.2@2022-06-10/14d"].map(|text| parse_discount(text).unwrap());
    assert_eq!(
        Staking::new(0.0, &discounts).unwrap_err().to_string(),
        "two discounts overlap: the one of 2022-06-10 lasts until 2022-06-24T00:00:00Z, the next begins on 2022-06-20. \
         End one before the next begins, or write both as one"
    );
}

fn tape(from: u64, hours: u64) -> Tape {
    let hour =
        |hour: u64| Hour { time: from + hour * 3_600, price: 10.0, high: 10.0, reference: None, margin: Margin::Index };
    Tape {
        hours: (0..hours).map(hour).collect(),
        changes: vec![],
        bar: 3_600,
        irregular: Irregularities::default(),
        closings: None,
    }
}

#[test]
fn a_discount_outside_of_the_hours_is_refused() {
    let staking = staking(0.0, &["0.2@2022-06-10/14d"]);
    let refused = |from, hours| tape(from, hours).with_staking(&staking).map(drop).map_err(|error| error.to_string());
    assert_eq!(
        refused(JUNE + 14 * DAY, 3),
        Err("the discount of 2022-06-10 lasts until 2022-06-24T00:00:00Z; the hours of this run are from \
             2022-06-24T00:00:00Z to 2022-06-24T02:00:00Z: choose a day within them, or other hours (--from, --to)"
            .to_owned())
    );
    assert!(refused(JUNE - DAY, 24).is_err());
    // its last hour, and its first
    assert_eq!(refused(JUNE + 14 * DAY - 3_600, 3), Ok(()));
    assert_eq!(refused(JUNE - DAY, 25), Ok(()));
}

#[test]
fn each_hour_of_a_tape_knows_what_the_coin_is_worth() {
    let staked = tape(JUNE - 3_600, 3).with_staking(&staking(0.1, &["0.2@2022-06-10/2h"])).unwrap();
    let worth: Vec<f64> = staked.hours.iter().map(Hour::collateral).collect();
    let hourly = 1.1f64.powf(1.0 / 8_760.0);
    let expected = [10.0, 10.0 * hourly * 0.8, 10.0 * hourly * hourly * 0.9];
    assert!(worth.iter().zip(expected).all(|(found, expected)| (found - expected).abs() < 1e-12), "{worth:?}");
    // without one it is the coin of the prices
    assert_eq!(tape(JUNE, 1).hours[0].collateral(), 10.0);
}

#[test]
fn a_staked_coin_says_what_it_earns_and_sells_for() {
    let discount = parse_discount("0.2@2022-06-10/14d").unwrap();
    assert_eq!(discount, Discount { depth: 0.2, from: JUNE, lasts: 14 * DAY });
    let staking = Staking::new(0.0, &[discount]).unwrap();
    assert_eq!(staking.from(JUNE).to(JUNE + 365 * DAY).rate, 1.0);
    assert_eq!(staking.name(), "staked at +0.00 % a year, 20.00 % under its redemption on 2022-06-10, closing in 14 d");
    let undiscounted = Staking::new(0.0, &[]).unwrap();
    assert!(undiscounted.from(JUNE).to(JUNE).discount.is_sign_positive(), "the chain reads no -0");
}

fn of_file<T>(values: T) -> Option<OfFile<T>> {
    Some(OfFile { file: "f.csv".to_owned(), values })
}

#[test]
fn a_rate_grows_by_the_rates_of_a_file_each_from_its_time_on() {
    let text = format!("timestamp_ms,apr_pct\n{},8.76\n{},17.52\n", JUNE * 1_000, (JUNE + DAY) * 1_000);
    let rates = of_file(read_yields("f.csv", text.as_bytes()).unwrap());
    let staking = Staking { rates, ..Staking::default() };
    let mut worth = staking.from(JUNE);
    let mut rate = |hours: u64| worth.to(JUNE + hours * 3_600).rate;
    // 8.76 % a year are 0.001 % an hour, and from the second day on it is twice as much
    assert!((rate(1) - 1.00001).abs() < 1e-14);
    assert!((rate(24) - 1.00001f64.powi(24)).abs() < 1e-12);
    assert!((rate(26) - 1.00001f64.powi(24) * 1.00002f64.powi(2)).abs() < 1e-12);
    assert_eq!(staking.name(), "staked at the rates of f.csv");
}

#[test]
fn a_ratio_below_one_is_a_discount_and_above_one_a_premium_that_counts_for_nobody() {
    let text = format!("timestamp_ms,ratio\n{},0.9\n{},1.02\n", JUNE * 1_000, (JUNE + DAY) * 1_000);
    let ratios = of_file(read_ratios("f.csv", text.as_bytes()).unwrap());
    let staking = Staking { ratios, yearly: 0.1, ..Staking::default() };
    let staked = tape(JUNE, 25).with_staking(&staking).unwrap();
    let Margin::Staked(worth) = staked.hours[24].margin else { panic!("a staked coin") };
    assert!((worth.discount + 0.02).abs() < 1e-12, "{worth:?}");
    let rate = 1.1f64.powf(24.0 / 8_760.0);
    assert!((staked.hours[0].collateral() - 9.0).abs() < 1e-12);
    assert!((staked.hours[24].collateral() - 10.0 * rate).abs() < 1e-11);
    assert_eq!(staking.name(), "staked at +10.00 % a year, selling at the ratios of f.csv");
}
