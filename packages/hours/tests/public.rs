//! Files as venues and tools publish them, each read into the one strict form.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::arithmetic_side_effects
)]

use std::io::Write;

use ballast_hours::{read_bars, read_funding, Bars, DataError, Fault, Funding, Spikes, Unit, HOUR_MS};
use proptest::prelude::*;
use zip::write::SimpleFileOptions;

/// 2020-01-01 00:00 UTC.
const START: u64 = 1_577_836_800_000;

fn bars(text: &str) -> Result<Bars, DataError> {
    read_bars("p", text.as_bytes(), Spikes::Refuse)
}

fn funding(text: &str) -> Result<Funding, DataError> {
    read_funding("f", text.as_bytes(), None)
}

/// Two bars of an hour from the start on: 10, 12, 9, 11 and 11, 13, 10, 12.
#[track_caller]
fn two_bars(text: &str) -> Bars {
    let read = bars(text).unwrap();
    let found: Vec<_> = read.bars.iter().map(|bar| (bar.opens_ms, [bar.open, bar.high, bar.low, bar.close])).collect();
    assert_eq!(found, [(START, [10.0, 12.0, 9.0, 11.0]), (START + HOUR_MS, [11.0, 13.0, 10.0, 12.0])]);
    assert_eq!(read.length_ms, HOUR_MS);
    read
}

/// Payments of 0.01 % and -0.02 % for eight hours each, the first at the start: 10.95 % and -21.9 % a year.
#[track_caller]
fn two_payments(read: &Funding) {
    assert_eq!(read.intervals.len(), 2);
    for (interval, (hour, yearly)) in read.intervals.iter().zip([(0, 0.1095), (8, -0.219)]) {
        assert_eq!((interval.from_ms, interval.to_ms), (START + hour * HOUR_MS - 8 * HOUR_MS, START + hour * HOUR_MS));
        assert!((interval.yearly - yearly).abs() < 1e-12, "{interval:?}");
    }
}

#[track_caller]
fn says(notes: &[String], expected: &str) {
    assert!(notes.iter().any(|note| note.contains(expected)), "no \"{expected}\" in {notes:?}");
}

const ARCHIVE: &str = "\
1577836800000,10,12,9,11,100.5,1577840399999,1000.1,42,50,500,0
1577840400000,11,13,10,12,100.5,1577843999999,1000.1,42,50,500,0
";
const ARCHIVE_HEADER: &str = "open_time,open,high,low,close,volume,close_time,quote_volume,count,taker_buy_volume,\
                              taker_buy_quote_volume,ignore\n";

#[test]
fn an_exchange_archive_of_twelve_columns_is_read_without_a_header() {
    let read = two_bars(ARCHIVE);
    says(&read.notes, "no header and 12 columns: read as exchanges order them, columns 1, 2, 3, 4, 5");
    says(&read.notes, "times in milliseconds since 1970");
}

#[test]
fn an_exchange_archive_of_twelve_columns_is_read_with_a_header() {
    let read = two_bars(&format!("{ARCHIVE_HEADER}{ARCHIVE}"));
    says(&read.notes, "columns open_time, open, high, low, close; ignored: volume, close_time, quote_volume, count, ");
}

#[test]
fn archives_since_2025_have_microseconds() {
    let text = ARCHIVE.replace("00000,1", "00000000,1").replace("9999,1", "9999999,1");
    let read = two_bars(&text);
    says(&read.notes, "times in microseconds since 1970");
}

#[test]
fn a_file_of_two_units_is_refused_at_the_line_where_the_second_begins() {
    let text = ARCHIVE.replace("1577840400000,", "1577840400000000,");
    let error = bars(&text).unwrap_err();
    assert_eq!(error.place.line, 2);
    assert_eq!(error.fault, Fault::MixedTimes { found: Unit::Microseconds, before: Unit::Milliseconds });
    assert_eq!(
        error.to_string(),
        "p, line 2: a time in microseconds since 1970, and those before are in milliseconds since 1970: one unit a file; \
         split it there, or convert one part"
    );
}

#[test]
fn a_funding_archive_says_its_intervals_itself() {
    let text =
        "calc_time,funding_interval_hours,last_funding_rate\n1577836800000,8,0.00010000\n1577865600007,8,-0.00020000\n";
    let read = funding(text).unwrap();
    two_payments(&read);
    says(&read.notes, "columns calc_time, last_funding_rate, funding_interval_hours");
    says(&read.notes, "rates for 8 h each, as the file says");
    // Four hours that are said are four hours, also of one payment alone: 0.0001 * 8,760 / 4.
    let one = funding("calc_time,funding_interval_hours,last_funding_rate\n1577836800000,4,0.0001\n").unwrap();
    assert!((one.intervals[0].yearly - 0.219).abs() < 1e-12);
}

#[test]
fn an_interval_that_is_none_is_refused_with_its_line() {
    for (hours, line) in [("0", 2), ("7.5", 2), ("25", 2), ("-8", 2)] {
        let text = format!("calc_time,funding_interval_hours,last_funding_rate\n1577836800000,{hours},0.0001\n");
        let error = funding(&text).unwrap_err();
        assert_eq!((error.place.line, error.fault), (line, Fault::Interval { hours: hours.parse().unwrap() }));
    }
}

#[test]
fn an_interval_may_have_its_unit_and_a_bar_say_in_words_that_it_is_not_over() {
    two_payments(&funding("time,fundingInterval,fundingRate\n1577836800,8h,0.0001\n1577865600,8h,-0.0002\n").unwrap());
    let rows = [(0, "10,12,9,11,true"), (1, "11,13,10,12,true"), (2, "12,12,12,12,false")];
    let rows: String = rows.iter().map(|(hour, row)| format!("{},{row}\n", START + hour * HOUR_MS)).collect();
    two_bars(&format!("start,open,high,low,close,confirm\n{rows}"));
}

#[test]
fn who_reads_stands_over_what_the_file_says() {
    let text = "calc_time,funding_interval_hours,last_funding_rate\n1577836800000,4,0.0001\n1577865600000,4,-0.0002\n";
    two_payments(&read_funding("f", text.as_bytes(), Some(8 * HOUR_MS)).unwrap());
}

#[test]
fn columns_are_found_by_name_in_any_order_and_others_are_said_to_be_ignored() {
    let text =
        "Close,Symbol,Low,High,Open,Volume,Open Time\n11,X,9,12,10,1,1577836800000\n12,X,10,13,11,1,1577840400000\n";
    let read = two_bars(text);
    says(&read.notes, "columns Open Time, Open, High, Low, Close; ignored: Symbol, Volume");
}

#[test]
fn semicolons_tabs_and_quotes_are_read() {
    let text = "timestamp;open;high;low;close\n1577836800;10;12;9;11\n1577840400;11;13;10;12\n";
    let read = two_bars(text);
    says(&read.notes, "fields are separated by semicolons");
    says(&read.notes, "times in seconds since 1970");
    says(&two_bars(&text.replace(';', "\t")).notes, "fields are separated by tabs");
    let quoted = "\"timestamp\",\"open\",\"high\",\"low\",\"close\",\"what, else\"\n\
                  \"1577836800\",\"10\",\"12\",\"9\",\"11\",\"a, b\"\n\"1577840400\",\"11\",\"13\",\"10\",\"12\",\"\"\n";
    two_bars(quoted);
}

#[test]
fn dates_are_read_and_their_zone_is_said() {
    let text = "time,open,high,low,close\n2020-01-01T00:00:00Z,10,12,9,11\n2020-01-01T02:00:00+01:00,11,13,10,12\n";
    says(&two_bars(text).notes, "times as dates with a time zone");
    let text = "Date,Open,High,Low,Close\n2020-01-01 00:00:00,10,12,9,11\n2020-01-01 01:00:00,11,13,10,12\n";
    says(&two_bars(text).notes, "times as dates without a time zone, taken as UTC");
    let text = "<DATE>\t<TIME>\t<OPEN>\t<HIGH>\t<LOW>\t<CLOSE>\n2020.01.01\t00:00:00\t10\t12\t9\t11\n\
                2020.01.01\t01:00:00\t11\t13\t10\t12\n";
    two_bars(text);
    let mixed = "time,open,high,low,close\n2020-01-01T00:00:00Z,10,12,9,11\n2020-01-01T01:00:00,11,13,10,12\n";
    assert_eq!(bars(mixed).unwrap_err().fault, Fault::MixedTimes { found: Unit::Plain, before: Unit::Zoned });
}

#[test]
fn days_without_an_hour_are_bars_of_a_day() {
    let read =
        bars("Date,Open,High,Low,Close,Adj Close,Volume\n2020-01-01,10,12,9,11,11,5\n2020-01-02,11,13,10,12,12,5\n");
    let read = read.unwrap();
    assert_eq!((read.length_ms, read.bars[1].opens_ms), (24 * HOUR_MS, START + 24 * HOUR_MS));
    says(&read.notes, "bars of 24 h");
}

#[test]
fn a_time_that_is_none_is_refused_with_its_line() {
    for wrong in ["yesterday", "", "-5", "01/02/2020", "157783680000000000"] {
        let text = format!("time,open,high,low,close\n1577836800,10,12,9,11\n{wrong},10,12,9,11\n");
        let error = bars(&text).unwrap_err();
        assert_eq!((error.place.line, error.fault), (3, Fault::NoTime { text: wrong.into() }));
    }
}

#[test]
fn the_newest_line_first_is_turned_around_and_said() {
    let text = "https://www.example.org\nunix,date,symbol,open,high,low,close\n\
                1577840400,2020-01-01 01:00:00,X,11,13,10,12\n1577836800,2020-01-01 00:00:00,X,10,12,9,11\n";
    let read = two_bars(text);
    says(&read.notes, "line 1 is no part of the table: \"https://www.example.org\"");
    says(&read.notes, "the newest line is the first");
    let error = bars("https://www.example.org\n\nunix,first,last\n1577840400,10,11\n").unwrap_err();
    assert_eq!(error.place.line, 3);
    // Lines keep their numbers.
    assert!(read.notes.last().unwrap().contains("line 3"), "{:?}", read.notes);
}

#[test]
fn gzip_and_zip_are_unpacked_whatever_the_file_is_called() {
    let mut gzip = flate2::write::GzEncoder::new(vec![], flate2::Compression::default());
    gzip.write_all(ARCHIVE.as_bytes()).unwrap();
    let read = read_bars("p.csv", gzip.finish().unwrap().as_slice(), Spikes::Refuse).unwrap();
    assert_eq!(read.bars, two_bars(ARCHIVE).bars);
    says(&read.notes, "unpacked with gzip");
    let read = read_bars("p.csv", archive(&["BTCUSDT-1h-2020-01.csv"]).as_slice(), Spikes::Refuse).unwrap();
    assert_eq!(read.bars, two_bars(ARCHIVE).bars);
    says(&read.notes, "unpacked BTCUSDT-1h-2020-01.csv from the archive");
}

fn archive(names: &[&str]) -> Vec<u8> {
    let mut archive = zip::ZipWriter::new(std::io::Cursor::new(vec![]));
    archive.add_directory("folder/", SimpleFileOptions::default()).unwrap();
    for name in names {
        archive.start_file(*name, SimpleFileOptions::default()).unwrap();
        archive.write_all(ARCHIVE.as_bytes()).unwrap();
    }
    archive.finish().unwrap().into_inner()
}

#[test]
fn an_archive_of_several_files_or_a_broken_one_is_refused() {
    for (names, files) in [(&["a.csv", "b.csv"][..], 2), (&[], 0)] {
        let error = read_bars("p.zip", archive(names).as_slice(), Spikes::Refuse).unwrap_err();
        assert_eq!(error.fault, Fault::Archive { files });
    }
    let whole = archive(&["a.csv"]);
    let half = &whole[..whole.len() / 2];
    assert!(matches!(read_bars("p", half, Spikes::Refuse).unwrap_err().fault, Fault::Unreadable(_)));
    assert!(matches!(read_bars("p", &[0x1f, 0x8b, 8, 0][..], Spikes::Refuse).unwrap_err().fault, Fault::Unreadable(_)));
}

#[test]
fn funding_without_a_header_is_time_and_rate_or_an_exchange_archive() {
    two_payments(&funding("1577836800000,0.0001\n1577865600000,-0.0002\n").unwrap());
    two_payments(&funding("1577836800000,8,0.0001\n1577865600000,8,-0.0002\n").unwrap());
    let error = funding("1577836800000,8,0.0001,x\n").unwrap_err();
    assert_eq!(error.fault, Fault::NoHeader { found: 4, expected: "timestamp_ms,funding_rate" });
}

#[test]
fn rates_with_a_sign_of_per_cent_are_read_and_prices_with_one_are_not() {
    let text = "Time,Symbol,Funding Rate\n2020-01-01 00:00:00,X,0.01%\n2020-01-01 08:00:00,X,-0.0200 %\n";
    let read = funding(text).unwrap();
    two_payments(&read);
    says(&read.notes, "rates in per cent: 2");
    let error = bars(&ARCHIVE.replace(",11,100.5", ",11%,100.5")).unwrap_err();
    assert_eq!(error.fault, Fault::NotANumber { column: "close", text: "11%".into() });
}

#[test]
fn columns_without_names_whose_order_fits_no_bar_are_refused_with_their_line() {
    let error = bars("1577836800,10,12,9,11,1\n1577840400,1,13,10,12,1\n").unwrap_err();
    assert_eq!(
        (error.place.line, error.fault),
        (2, Fault::OutsideOfBar { column: "open", value: 1.0, low: 10.0, high: 13.0 })
    );
}

#[test]
fn a_table_that_is_too_wide_in_one_line_is_refused_there() {
    let error = bars(&format!("{ARCHIVE}1577844000000,10,12,9,11\n")).unwrap_err();
    assert_eq!((error.place.line, error.fault), (3, Fault::Fields { found: 5, expected: 12 }));
}

#[test]
fn binance_answers() {
    let text = r#"[[1577836800000,"10","12","9","11","148.9",1577840399999,"2434.1",308,"1756.8","28.4","0"],
        [1577840400000,"11","13","10","12","148.9",1577843999999,"2434.1",308,"1756.8","28.4","0"]]"#;
    says(&two_bars(text).notes, "no header and 12 columns");
    let text = r#"[{"symbol":"BTCUSDT","fundingTime":1577836800000,"fundingRate":"0.00010000","markPrice":"10"},
        {"symbol":"BTCUSDT","fundingTime":1577865600003,"fundingRate":"-0.00020000","markPrice":"10"}]"#;
    let read = funding(text).unwrap();
    two_payments(&read);
    says(&read.notes, "columns fundingTime, fundingRate; ignored: markPrice, symbol");
}

#[test]
fn okx_answers() {
    let text = r#"{"code":"0","msg":"","data":[
        ["1577844000000","12","12","12","12","1","1","1","0"],
        ["1577840400000","11","13","10","12","1","1","1","1"],
        ["1577836800000","10","12","9","11","1","1","1","1"]]}"#;
    let read = two_bars(text);
    says(&read.notes, "bars not confirmed yet, left out: 1");
    let mark = r#"{"code":"0","msg":"","data":[["1577840400000","11","13","10","12","1"],["1577836800000","10","12","9","11","1"]]}"#;
    two_bars(mark);
    // What was paid, not what was foreseen.
    let text = r#"{"code":"0","msg":"","data":[
        {"fundingRate":"0.5","fundingTime":"1577865600000","instId":"BTC-USDT-SWAP","instType":"SWAP","realizedRate":"-0.0002"},
        {"fundingRate":"0.5","fundingTime":"1577836800000","instId":"BTC-USDT-SWAP","instType":"SWAP","realizedRate":"0.0001"}]}"#;
    let read = funding(text).unwrap();
    two_payments(&read);
    says(&read.notes, "columns fundingTime, realizedRate; ignored: fundingRate, instId, instType");
}

#[test]
fn bybit_answers() {
    let text = r#"{"retCode":0,"retMsg":"OK","result":{"category":"linear","symbol":"BTCUSDT","list":[
        ["1577840400000","11","13","10","12","268611","15.7"],["1577836800000","10","12","9","11","1","1"]]},
        "retExtInfo":{},"time":1672025956592}"#;
    two_bars(text);
    let mark = r#"{"retCode":0,"result":{"list":[["1577840400000","11","13","10","12"],["1577836800000","10","12","9","11"]]}}"#;
    two_bars(mark);
    let text = r#"{"retCode":0,"retMsg":"OK","result":{"category":"linear","list":[
        {"symbol":"BTCUSDT","fundingRate":"-0.0002","fundingRateTimestamp":"1577865600000"},
        {"symbol":"BTCUSDT","fundingRate":"0.0001","fundingRateTimestamp":"1577836800000"}]},"retExtInfo":{}}"#;
    two_payments(&funding(text).unwrap());
}

#[test]
fn kraken_answers() {
    let text = r#"{"error":[],"result":{"XXBTZUSD":[[1577836800,"10","12","9","11","10.5","3.3",23],
        [1577840400,"11","13","10","12","10.5","3.3",23],[1577844000,"12","12","12","12","12","0.1",1]],"last":1577840400}}"#;
    let read = two_bars(text);
    says(&read.notes, "bars not over yet, after \"last\", left out: 1");
    let text = r#"{"rates":[{"timestamp":"2020-01-01T00:00:00Z","fundingRate":1.03,"relativeFundingRate":0.0001},
        {"timestamp":"2020-01-01T08:00:00Z","fundingRate":1.03,"relativeFundingRate":-0.0002}]}"#;
    two_payments(&funding(text).unwrap());
    let two = r#"{"error":[],"result":{"A":[[1577836800,"10","12","9","11","10","3",2]],"B":[[1577836800,"1","1","1","1","1","3",2]]}}"#;
    assert_eq!(bars(two).unwrap_err().fault, Fault::ManyLists { found: 2 });
}

#[test]
fn coinbase_answers() {
    // time, low, high, open, close, volume
    let text = "[[1577840400,10,13,11,12,5.5],[1577836800,9,12,10,11,5.5]]";
    says(&two_bars(text).notes, "the columns are time, low, high, open, close");
    let text = r#"{"candles":[{"start":"1577840400","low":"10","high":"13","open":"11","close":"12","volume":"5"},
        {"start":"1577836800","low":"9","high":"12","open":"10","close":"11","volume":"5"}]}"#;
    two_bars(text);
    // Six columns in the usual order.
    let read = two_bars("[[1577836800000,10,12,9,11,5.5],[1577840400000,11,13,10,12,5.5]]");
    assert!(!read.notes.iter().any(|note| note.contains("low, high")), "{:?}", read.notes);
}

#[test]
fn names_of_columns_are_believed_and_no_other_order_is_tried() {
    let error = bars("time,open,high,low,close\n1577836800,9,12,10,11\n1577840400,10,13,11,12\n").unwrap_err();
    assert_eq!(
        (error.place.line, error.fault),
        (2, Fault::OutsideOfBar { column: "open", value: 9.0, low: 10.0, high: 12.0 })
    );
}

#[test]
fn deribit_answers() {
    let text = r#"{"jsonrpc":"2.0","id":833,"result":{"volume":[1.5,2],"ticks":[1577836800000,1577840400000],"status":"ok",
        "open":[10,11],"low":[9,10],"high":[12,13],"cost":[1,2],"close":[11,12]},"usIn":1,"usOut":2,"testnet":false}"#;
    says(&two_bars(text).notes, "JSON, one list a column");
    let text = r#"{"jsonrpc":"2.0","result":[
        {"timestamp":1577836800000,"index_price":10,"prev_index_price":10,"interest_8h":0.5,"interest_1h":0.0001},
        {"timestamp":1577844000000,"index_price":10,"prev_index_price":10,"interest_8h":0.5,"interest_1h":-0.0001}]}"#;
    let read = funding(text).unwrap();
    // 0.01 % an hour is 87.6 % a year, and for an hour it is, though the first of two is missing.
    let yearly: Vec<f64> = read.intervals.iter().map(|interval| (interval.yearly * 1e9).round() / 1e9).collect();
    assert_eq!(yearly, [0.876, -0.876]);
    assert_eq!(read.intervals[1].from_ms, START + HOUR_MS);
}

#[test]
fn hyperliquid_answers() {
    let text = r#"[{"T":1577840399999,"c":"11","h":"12","i":"1h","l":"9","n":189,"o":"10","s":"BTC","t":1577836800000,"v":"0.9"},
        {"T":1577843999999,"c":"12","h":"13","i":"1h","l":"10","n":189,"o":"11","s":"BTC","t":1577840400000,"v":"0.9"}]"#;
    two_bars(text);
    let text = r#"[{"coin":"BTC","fundingRate":"0.0001","premium":"0.5","time":1577836800076},
        {"coin":"BTC","fundingRate":"0.0001","premium":"0.5","time":1577840400012}]"#;
    let read = funding(text).unwrap();
    assert!(read.intervals.iter().all(|interval| (interval.yearly - 0.876).abs() < 1e-12), "{read:?}");
    assert_eq!(read.intervals[1].to_ms, START + HOUR_MS);
}

#[test]
fn other_venues_with_names_of_their_own() {
    let text = r#"[{"timestamp":"2020-01-01T00:00:00.000Z","symbol":"XBTUSD","fundingInterval":"2000-01-01T08:00:00.000Z",
        "fundingRate":0.0001,"fundingRateDaily":0.0003},{"timestamp":"2020-01-01T08:00:00.000Z","symbol":"XBTUSD",
        "fundingInterval":"2000-01-01T08:00:00.000Z","fundingRate":-0.0002,"fundingRateDaily":-0.0006}]"#;
    let read = funding(text).unwrap();
    two_payments(&read);
    says(&read.notes, "rates for 8 h each, as the file says");
    let text = r#"{"historicalFunding":[
        {"ticker":"BTC-USD","rate":"-0.0001","price":"10","effectiveAtHeight":"9","effectiveAt":"2020-01-01T01:00:00.512Z"},
        {"ticker":"BTC-USD","rate":"0.0001","price":"10","effectiveAtHeight":"1","effectiveAt":"2020-01-01T00:00:00.311Z"}]}"#;
    let read = funding(text).unwrap();
    assert_eq!((read.intervals[1].from_ms, read.intervals[1].to_ms), (START, START + HOUR_MS));
    assert!((read.intervals[1].yearly + 0.876).abs() < 1e-12);
    let text = r#"{"candles":[{"startedAt":"2020-01-01T01:00:00.000Z","low":"10","high":"13","open":"11","close":"12"},
        {"startedAt":"2020-01-01T00:00:00.000Z","low":"9","high":"12","open":"10","close":"11"}]}"#;
    two_bars(text);
    // Like an answer of OKX, and another's: the last column is a volume, and of nothing traded it is 0.
    two_bars(r#"{"code":"200000","data":[[1577836800000,10,12,9,11,0],[1577840400000,11,13,10,12,0]]}"#);
}

#[test]
fn a_wrong_entry_in_json_is_refused_with_line_and_entry() {
    let text = "[[1577836800000,10,12,9,11,1],\n[1577840400000,11,13,10,\"x\",1]]";
    let error = bars(text).unwrap_err();
    assert_eq!(error.to_string(), "p, line 2, entry 2: close \"x\" is not a number");
    let error = bars("[[1577836800000,10,12,9,11,1],[1577840400000]]").unwrap_err();
    assert_eq!(error.fault, Fault::Fields { found: 1, expected: 6 });
    let error = bars("[[1577836800000,10,12,9,11,1],{\"a\":1}]").unwrap_err();
    assert_eq!(error.fault, Fault::NotAnEntry { found: "{\"a\":1}".into() });
    let error =
        bars(r#"[{"t":1577836800000,"o":1,"h":1,"l":1,"c":1},{"t":1577840400000,"o":1,"h":1,"l":1}]"#).unwrap_err();
    assert_eq!(error.to_string(), "p, line 1, entry 2: close \"\" is not a number");
}

#[test]
fn an_answer_without_a_list_is_shown() {
    let error = bars(r#"{"code":-1121,"msg":"Invalid symbol."}"#).unwrap_err().to_string();
    assert_eq!(
        error,
        "p, line 1: no list of candles or payments in this JSON: {\"code\":-1121,\"msg\":\"Invalid symbol.\"}"
    );
    for empty in ["[]", r#"{"code":"0","data":[],"msg":""}"#, r#"{"error":["EQuery:Unknown asset pair"]}"#] {
        assert!(matches!(bars(empty).unwrap_err().fault, Fault::NoList { .. }), "{empty}");
    }
    let error = bars("[[1577836800000,10,12,9,11,1],\n[15").unwrap_err();
    assert_eq!(error.place.line, 2);
    assert!(matches!(error.fault, Fault::Unreadable(_)));
}

#[test]
fn nothing_is_said_of_the_columns_and_times_of_the_strict_form() {
    let text = format!("timestamp_ms,open,high,low,close\n{START},10,10,10,10\n{},10,10,10,10\n", START + HOUR_MS);
    assert_eq!(bars(&text).unwrap().notes.len(), 2);
    let text = format!("timestamp_ms,funding_rate\n{START},0\n{},0\n", START + 8 * HOUR_MS);
    assert_eq!(
        funding(&text).unwrap().notes,
        ["rates for 8 h each, by the rhythm of the payments; +0.00 % a year in the mean"]
    );
}

/// The strict files of years, where `BALLAST_DATA` names them: nothing to infer, nothing wrong.
#[test]
fn the_long_files_are_read() {
    let Some(folder) = std::env::var_os("BALLAST_DATA").map(std::path::PathBuf::from) else {
        println!("skipped: BALLAST_DATA does not name a folder of price files");
        return;
    };
    let open = |name: &str| std::fs::File::open(folder.join(name)).unwrap();
    let btc = read_bars("btc", open("btc-binance-spot-1h.csv"), Spikes::Refuse).unwrap();
    assert_eq!((btc.bars.len() + btc.duplicates.len(), btc.length_ms), (58_759, HOUR_MS));
    let sol = read_funding("sol", open("sol-binance-funding-8h.csv"), None).unwrap();
    assert_eq!((sol.intervals.len() + sol.duplicates.len(), sol.notes.len()), (6_240, 1));
    says(&sol.notes, "rates for 2 h to 8 h each");
    // On 2025-10-10 it traded at 0.001 for a moment, between 2.9 and 4.
    let four = |spikes| read_bars("atom", open("atom-binance-spot-4h.csv"), spikes);
    let error = four(Spikes::Refuse).unwrap_err();
    assert_eq!(
        (error.place.line, error.fault),
        (6_085, Fault::Spike { column: "low", value: 0.001, low: 2.856, high: 4.01 })
    );
    assert_eq!(four(Spikes::Allow).unwrap().length_ms, 4 * HOUR_MS);
}

const ANSWER: &str =
    r#"{"code":"0","data":[["1577840400000","11","13","10","12","1"],["1577836800000","10","12","9","11","1"]]}"#;

proptest! {
    #[test]
    fn no_damage_makes_a_reader_panic(place in 0usize..200, byte in any::<u8>(), cut in 0usize..200) {
        for text in [ANSWER, ARCHIVE] {
            let mut bytes = text.as_bytes().to_vec();
            let length = bytes.len();
            bytes[place % length] = byte;
            bytes.truncate(length - cut % length);
            let _ = read_bars("p", bytes.as_slice(), Spikes::Refuse);
            let _ = read_funding("p", bytes.as_slice(), None);
        }
        let mut bytes = archive(&["a.csv"]);
        let length = bytes.len();
        bytes[place % length] = byte;
        let _ = read_bars("p", bytes.as_slice(), Spikes::Refuse);
    }
}
