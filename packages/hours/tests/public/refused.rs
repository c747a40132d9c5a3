//! Files that could be misread: refused, with the line and what to do.

use ballast_hours::{read_bars, Fault, Spikes, HOUR_MS};

use super::support::*;

fn at(hour: u64) -> u64 {
    START + hour * HOUR_MS
}

fn hours(head: &str, count: u64, row: impl Fn(u64) -> String) -> String {
    format!("{head}\n{}", (0..count).map(row).collect::<String>())
}

#[test]
fn bars_of_two_coins_or_venues_in_one_file_are_refused() {
    for column in ["symbol", "Coin", "ticker", "instrument_name", "exchange"] {
        let text = hours(&format!("time,{column},open,high,low,close"), 3, |hour| {
            format!("{0},ATOM,10,11,9,10\n{0},ETH,130,131,129,130\n", at(hour))
        });
        let error = bars(&text).unwrap_err();
        let fault = Fault::ManyNames { column: column.into(), first: "ATOM".into(), second: "ETH".into() };
        assert_eq!((error.place.line, &error.fault), (3, &fault));
        assert!(error.to_string().contains("keep the rows of one of them"), "{error}");
        assert!(bars(&text.replace("ETH,130,131,129,130", "ATOM,10,11,9,10")).is_ok());
        // A row with an empty name belongs to the same coin.
        assert!(bars(&text.replace("ETH,130,131,129,130", ",10,11,9,10")).is_ok());
    }
}

#[test]
fn payments_of_two_coins_in_one_answer_are_refused() {
    for name in ["symbol", "instId", "coin"] {
        let entry = |whose: &str, turn: u64| {
            format!("{{\"{name}\":\"{whose}\",\"fundingTime\":{},\"fundingRate\":\"0.0001\"}}", at(turn * 8))
        };
        let text = format!("[{},{},{}]", entry("BTC", 0), entry("BTC", 1), entry("ATOM", 1));
        let error = funding(&text).unwrap_err();
        assert_eq!(
            (error.place.entry, &error.fault),
            (Some(3), &Fault::ManyNames { column: name.into(), first: "BTC".into(), second: "ATOM".into() })
        );
    }
}

/// Tardis' derivative_ticker repeats the predicted rate until it is paid.
#[test]
fn foreseen_rates_before_a_payment_are_not_taken_for_it() {
    let head = "exchange,symbol,timestamp,local_timestamp,funding_timestamp,funding_rate,predicted_funding_rate";
    let text = hours(head, 32, |hour| {
        let (time, paid) = (at(hour) * 1_000, at((hour / 8 + 1) * 8) * 1_000);
        format!("binance-futures,BTCUSDT,{time},{time},{paid},0.0001,\n")
    });
    let error = funding(&text).unwrap_err();
    assert_eq!(error.fault, Fault::Foreseen { column: "funding_timestamp" });
    assert!(error.to_string().contains("keep the last row before each payment"), "{error}");
}

#[test]
fn a_quote_that_is_never_closed_is_refused_where_it_begins() {
    let file = |marked: &[u64]| {
        hours("time,open,high,low,close,note", 100, |hour| {
            format!("{},10,11,9,10,{}\n", at(hour), if marked.contains(&hour) { "\"5 inch" } else { "x" })
        })
    };
    // Nor a quote that the next one closes, hours later.
    for marked in [&[2][..], &[2, 50]] {
        let error = bars(&file(marked)).unwrap_err();
        assert_eq!((error.place.line, error.fault), (4, Fault::OpenQuote));
    }
    let error = bars("time,open,high,low,close,\"note\n1577836800,10,12,9,11,x\n").unwrap_err();
    assert_eq!((error.place.line, error.fault), (1, Fault::OpenQuote));
    // A quote in the header that the next one closes.
    let error = bars(&file(&[50]).replace(",note", ",\"note")).unwrap_err();
    assert_eq!((error.place.line, error.fault), (1, Fault::OpenQuote));
    assert!(bars(&file(&[]).replace(",x\n", ",5\" wide\n")).is_ok());
}

#[test]
fn a_quoted_row_that_begins_like_a_comment_is_refused() {
    let text = format!(
        "timestamp_ms,open,high,low,close\n{},10,11,9,10\n\"#{}\",10,11,9,10\n{},10,11,9,10\n",
        at(0),
        at(1),
        at(2)
    );
    assert_eq!(bars(&text).unwrap_err().place.line, 3);
}

#[test]
fn a_time_zone_that_would_be_passed_over_is_refused() {
    for wrong in ["2024-01-19T00:00:00[America/New_York]", "2024-01-19 00:00:00-05:00 UTC"] {
        let error = bars(&format!("date,open,high,low,close\n{wrong},10,11,9,10\n")).unwrap_err();
        assert_eq!((error.place.line, error.fault), (2, Fault::NoTime { text: wrong.into() }));
    }
}

/// A reader that rescans all comments for each of them would need an hour for this.
#[test]
fn a_table_below_very_many_comments_is_read() {
    let row = |hour| format!("{},10,11,9,10\n", at(hour));
    let text = "#\n".repeat(200_000) + &hours("time,open,high,low,close", 6, row);
    assert_eq!(bars(&text).unwrap().bars.len(), 6);
}

#[test]
fn a_line_that_is_far_too_long_for_a_row_is_refused() {
    let long = format!("time,open,high,low,close\n{}\n", "1,".repeat(600_000));
    let error = bars(&long).unwrap_err();
    assert_eq!((error.place.line, error.fault), (2, Fault::LongLine { length: 1_200_000, max: 1 << 20 }));
}

#[test]
fn a_complaint_is_one_line_without_what_steers_a_terminal() {
    let text = bars("time,open,\u{202e}high\u{2028}x,low,close\n1,2,3,4,5\n").unwrap_err().to_string();
    assert!(text.contains("\\u{202e}high\\u{2028}x"), "{text:?}");
    let text = read_bars("a\n\u{1b}[2Jb.csv", "x".as_bytes(), Spikes::Refuse).unwrap_err().to_string();
    assert!(text.starts_with("a\\n\\u{1b}[2Jb.csv, line 1:"), "{text:?}");
    let notes =
        two_bars("time,open,high,low,close,\"a\u{202e}\"\n1577836800,10,12,9,11,x\n1577840400,11,13,10,12,x\n").notes;
    says(&notes, "ignored: a\\u{202e}");
}

/// Time, seconds of the bar, previous close, open, high, low, close: in a market at 3600 the seconds look like a price.
#[test]
fn candles_of_phemex_are_refused_at_every_price() {
    let row = |hour: u64| format!("[{},3600,3600,3590,3600,3580,3590,1,1]", at(hour) / 1_000);
    let rows = (0..4).map(row).collect::<Vec<_>>().join(",");
    let error = bars(&format!("{{\"code\":0,\"data\":{{\"rows\":[{rows}]}}}}")).unwrap_err();
    assert_eq!(error.fault, Fault::Prefixed { venue: "Phemex", expected: "timestamp_ms,open,high,low,close" });
}
