//! Prices of another coin, ratios and yearly rates: when they are known, and what is refused.

use ballast_hours::{read_prices, read_ratios, read_yields, Paid, Point, Points, Spikes};

const HOUR: u64 = 3_600_000;
/// 2020-01-01 00:00 UTC.
const START: u64 = 1_577_836_800_000;

/// Rows under a header; times in hours after the start.
fn table(header: &str, rows: &[(u64, &str)]) -> String {
    let rows: String = rows.iter().map(|(hour, rest)| format!("{},{rest}\n", START + hour * HOUR)).collect();
    format!("{header}\n{rows}")
}

fn prices(text: &str) -> Points {
    read_prices("p.csv", text.as_bytes(), Spikes::Refuse).unwrap()
}

fn refused<T: std::fmt::Debug>(read: Result<T, ballast_hours::DataError>) -> String {
    read.unwrap_err().to_string()
}

#[test]
fn a_row_holds_from_its_time_until_the_next_and_the_last_one_for_as_long() {
    let read = prices(&table("timestamp_ms,price", &[(0, "10"), (24, "11"), (48, "12"), (96, "13")]));
    assert_eq!(read.at(START - 1), None);
    assert_eq!((read.at(START), read.at(START + 24 * HOUR - 1)), (Some(10.0), Some(10.0)));
    assert_eq!((read.at(START + 24 * HOUR), read.at(START + 95 * HOUR)), (Some(11.0), Some(12.0)));
    assert_eq!((read.at(START + 120 * HOUR - 1), read.at(START + 120 * HOUR)), (Some(13.0), None));
    assert_eq!(read.notes, ["a row every 24 h, known at its time"]);
}

#[test]
fn the_close_of_a_bar_is_known_when_the_bar_ends() {
    let read = prices(&table("timestamp_ms,open,high,low,close", &[(0, "10,12,9,11"), (1, "11,14,11,13")]));
    let at = |hour: u64, value| Point { time_ms: START + hour * HOUR, value };
    assert_eq!(read.points, [at(1, 11.0), at(2, 13.0)]);
    assert_eq!((read.at(START + HOUR - 1), read.at(START + HOUR)), (None, Some(11.0)));
    assert_eq!(read.notes.last().unwrap(), "each close is known when its bar ends");
    // Without names: six columns are those of bars, two are a time and a price.
    let bars = prices(table("", &[(0, "10,12,9,11,500"), (1, "11,14,11,13,500")]).trim_start());
    assert_eq!(bars.points, read.points);
    let rows = prices(table("", &[(0, "10"), (1, "11")]).trim_start());
    assert_eq!(rows.points, [at(0, 10.0), at(1, 11.0)]);
}

#[test]
fn a_close_beside_an_opening_time_or_a_day_would_be_known_too_early() {
    for header in ["open_time,close", "date,price", "date,close", "timestamp_ms,close"] {
        let error = refused(read_prices("p.csv", table(header, &[(0, "10")]).as_bytes(), Spikes::Refuse));
        assert!(error.starts_with(&format!("p.csv, line 1: the header \"{header}\" has no column for ")), "{error}");
    }
}

#[test]
fn a_day_is_not_a_time_but_may_be_called_one_if_the_values_were_known_when_it_began() {
    let text = |time: &str| format!("{time},ratio\n2020-01-01,0.98\n2020-01-02,0.97\n");
    for day in ["date", "Date"] {
        assert_eq!(
            refused(read_ratios("r.csv", text(day).as_bytes())),
            format!(
                "r.csv, line 1: the header \"{day},ratio\" has no column for the time, and a day (\"{day}\") is not a time: \
                 call that column \"time\" if each value was known at 00:00 UTC"
            )
        );
    }
    let read = read_ratios("r.csv", text("time").as_bytes()).unwrap();
    assert_eq!((read.at(START - 1), read.at(START), read.at(START + 24 * HOUR)), (None, Some(0.98), Some(0.97)));
    // a ratio that is missing as well is said first
    let error = refused(read_ratios("r.csv", "date,close\n2020-01-01,0.98\n".as_bytes()));
    assert!(error.contains("has no column for the time, ratio: expected"), "{error}");
}

#[test]
fn gaps_and_repeated_rows_are_said_with_their_line() {
    let rows = [(0, "10"), (24, "11"), (24, "12"), (48, "12"), (120, "13"), (144, "13")];
    let read = prices(&table("timestamp_ms,price", &rows));
    assert_eq!(read.at(START + 24 * HOUR), Some(11.0));
    assert_eq!(
        read.notes,
        [
            "a row every 24 h, known at its time",
            "gaps: 1, the longest of 72 h from 2020-01-03 00:00 on, before line 6; the row before holds",
            "repeated rows: 1, the first at line 4; the first of each counts"
        ]
    );
}

#[test]
fn prices_that_no_market_has_are_refused_with_their_line() {
    let read =
        |rows: &[(u64, &str)]| read_prices("p.csv", table("timestamp_ms,price", rows).as_bytes(), Spikes::Refuse);
    assert_eq!(refused(read(&[(0, "10"), (1, "-3")])), "p.csv, line 3: price -3 is not positive");
    assert!(refused(read(&[(0, "10"), (1, "2e9")])).starts_with("p.csv, line 3: price 2000000000 is outside of"));
    let spike = refused(read(&[(0, "10"), (1, "10"), (2, "1000"), (3, "10"), (4, "10")]));
    assert!(spike.starts_with("p.csv, line 4: price 1000 is some 100 times off"), "{spike}");
    let back = refused(read(&[(1, "10"), (0, "10"), (2, "10"), (3, "10")]));
    assert!(back.contains("p.csv, line 3: the time 2020-01-01 00:00:00 is out of order"), "{back}");
    let one = refused(read(&[(0, "10")]));
    assert_eq!(one, "p.csv, line 2: one row only: until when its value holds is unknown, so at least two are needed");
}

#[test]
fn a_ratio_far_from_one_is_no_ratio() {
    let read = |header: &str, rows: &[(u64, &str)]| read_ratios("r.csv", table(header, rows).as_bytes());
    for header in ["timestamp_ms,price", "timestamp,ratio"] {
        assert_eq!(read(header, &[(0, "1.03"), (24, "0.935")]).unwrap().range(), (0.935, 1.03));
    }
    for wrong in ["0.09", "1.51", "-0.5", "0", "2100"] {
        let error = refused(read("timestamp_ms,ratio", &[(0, "1"), (24, wrong)]));
        let what = "is outside of the accepted 0.1 to 1.5: it must be what the staked coin sells for over what it is \
                    redeemed for, so near 1";
        assert_eq!(error, format!("r.csv, line 3: ratio {wrong} {what}"));
    }
    // so is a file of bars whose closes are prices
    let bars = read("timestamp_ms,open,high,low,close", &[(0, "1,1,1,1"), (24, "10,12,9,11")]);
    assert!(refused(bars).starts_with("r.csv, line 3: ratio 11 is outside of"));
}

#[test]
fn yearly_rates_are_per_cent_or_fractions_by_their_name_or_by_their_values() {
    let read = |name: &str, rows: &[(u64, &str)]| {
        let read = read_yields("y.csv", table(&format!("timestamp_ms,{name}"), rows).as_bytes()).unwrap();
        (read.rates.points[0].value, read.paid)
    };
    let per_cent = [(0, "15"), (24, "16")];
    assert_eq!(read("apr_pct", &per_cent), (0.15, Paid::Hourly));
    assert_eq!(read("apr_pct", &[(0, "0.5"), (24, "0.5")]), (0.005, Paid::Hourly));
    assert_eq!(read("APY (%)", &[(0, "0.5"), (24, "16")]), (0.005, Paid::Effective));
    assert_eq!(read("apy", &per_cent), (0.15, Paid::Effective));
    assert_eq!(read("rate", &[(0, "0.15"), (24, "0.16")]), (0.15, Paid::Effective));
    assert_eq!(read("apr", &[(0, "15 %"), (24, "16 %")]), (0.15, Paid::Hourly));
}

#[test]
fn an_apr_is_paid_by_the_hour_and_an_apy_by_the_year() {
    let grown = |name: &str| {
        let text = table(&format!("timestamp_ms,{name}"), &[(0, "0.1"), (24, "0.1")]);
        (read_yields("y.csv", text.as_bytes()).unwrap().growth(START).unwrap() * 8_760.0).exp()
    };
    // 1.1, and 1.1052 with rewards on rewards: e^0.1, nearly
    assert!((grown("apy") - 1.1).abs() < 1e-12);
    assert!((grown("apr") - (1.0f64 + 0.1 / 8_760.0).powi(8_760)).abs() < 1e-9);
}

#[test]
fn rates_that_may_be_either_or_are_none_are_refused() {
    let read = |name: &str, rows: &[(u64, &str)]| {
        refused(read_yields("y.csv", table(&format!("timestamp_ms,{name}"), rows).as_bytes()))
    };
    assert_eq!(
        read("apr", &[(0, "0.5"), (24, "15")]),
        "y.csv, line 3: rates from 0.5 to 15 may be fractions or per cent: call their column \"apr_pct\" or \"apy_pct\" if \
         they are per cent, and divide them by 100 if they are not all written the same way"
    );
    assert_eq!(
        read("apr_pct", &[(0, "15"), (24, "-1")]),
        "y.csv, line 3: a yearly rate of -1 is outside of 0 to 100 %"
    );
    assert_eq!(
        read("apr_pct", &[(0, "15"), (24, "101")]),
        "y.csv, line 3: a yearly rate of 101 is outside of 0 to 100 %"
    );
    let error = read("bonded_pct", &[(0, "15"), (24, "15")]);
    assert!(error.contains("has no column for rate: expected \"timestamp_ms,apr_pct\""), "{error}");
}

#[test]
fn what_was_inferred_of_rates_is_said() {
    let text = "timestamp_ms,apr_pct,bonded_pct\n1577836800000,15,60\n1577923200000,17,61\n";
    assert_eq!(
        read_yields("y.csv", text.as_bytes()).unwrap().rates.notes,
        [
            "columns timestamp_ms, apr_pct; ignored: bonded_pct",
            "a row every 24 h, known at its time",
            "yearly rates in per cent, as the name of their column says, from 15.00 % to 17.00 %, 16.00 % in the mean",
            "each hour pays its part of one, and that is staked again (APR)"
        ]
    );
}
