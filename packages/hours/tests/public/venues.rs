//! JSON responses of venues.

use ballast_hours::{Fault, HOUR_MS};

use super::support::*;

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
    // Elsewhere the last column is a volume, and a bar without volume is still a bar.
    let other = mark.replace(",\"1\"]", ",\"5\"]").replacen("\"5\"]", "\"0\"]", 1);
    two_bars(&other);
    // The rate that was paid, not the predicted one.
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
    says(&two_bars(text).notes, "candles in the form of Bybit");
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
    says(&two_bars(text).notes, "read as time, low, high, open, close, as at Coinbase");
    let text = r#"{"candles":[{"start":"1577840400","low":"10","high":"13","open":"11","close":"12","volume":"5"},
        {"start":"1577836800","low":"9","high":"12","open":"10","close":"11","volume":"5"}]}"#;
    two_bars(text);
    // Six columns in the usual order.
    let read = two_bars("[[1577836800000,10,12,9,11,5.5],[1577840400000,11,13,10,12,5.5]]");
    says(&read.notes, "no header and 6 columns: read as exchanges order them, columns 1, 2, 3, 4, 5");
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
    says(&two_bars(text).notes, "JSON, one list per column");
    let text = r#"{"jsonrpc":"2.0","result":[
        {"timestamp":1577836800000,"index_price":10,"prev_index_price":10,"interest_8h":0.5,"interest_1h":0.0001},
        {"timestamp":1577844000000,"index_price":10,"prev_index_price":10,"interest_8h":0.5,"interest_1h":-0.0001}]}"#;
    let read = funding(text).unwrap();
    // 0.01 % an hour is 87.6 % a year; each is for an hour, although the first of two is missing.
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
fn bitmex_and_dydx_answer() {
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
    // It looks like a response of OKX, but the last column is a volume: 0 where nothing was traded.
    two_bars(r#"{"code":"200000","data":[[1577836800000,10,12,9,11,0],[1577840400000,11,13,10,12,0]]}"#);
}

/// BitMEX stamps the bar from 00:00 to 01:00 with 01:00, and opens it at the previous close, wherever that was.
#[test]
fn bitmex_answers_with_times_of_closes() {
    let entry = |time: &str, prices: &str| {
        format!(
            r#"{{"timestamp":"{time}","symbol":"XBTUSD",{prices},"trades":5,"volume":1,"vwap":null,"lastSize":null,"turnover":0,"homeNotional":0,"foreignNotional":1}}"#
        )
    };
    let first = entry("2020-01-01T01:00:00.000Z", r#""open":10,"high":12,"low":9,"close":11"#);
    let second = entry("2020-01-01T02:00:00.000Z", r#""open":11,"high":13,"low":10,"close":12"#);
    let read = two_bars(&format!("[{first},{second}]"));
    says(&read.notes, "times are those of closes, as BitMEX does it: each bar opens 1 h before");
    let outside = entry("2020-01-01T02:00:00.000Z", r#""open":11,"high":13,"low":11.5,"close":12"#);
    let read = bars(&format!("[{second},{first}]").replace(&second, &outside)).unwrap();
    assert_eq!((read.bars[1].open, read.bars[1].low), (11.0, 11.5));
    says(&read.notes, "opens outside of their bars, because BitMEX opens at the previous close: 1");
    let wrong = outside.replace("\"close\":12", "\"close\":14");
    assert!(matches!(
        bars(&format!("[{first},{wrong}]")).unwrap_err().fault,
        Fault::OutsideOfBar { column: "close", .. }
    ));
}

#[test]
fn bitfinex_answers() {
    // Time, open, close, high, low, volume, newest first.
    let text = "[[1577840400000,11,12,13,10,5.5],[1577836800000,10,11,12,9,5.5]]";
    let read = two_bars(text);
    says(&read.notes, "no header and 6 columns: read as time, open, close, high, low, as at Bitfinex and KuCoin");
    says(&read.notes, "no other known order of columns fits the file");
}

#[test]
fn kucoin_answers() {
    let text = r#"{"code":"200000","data":[["1577840400","11","12","13","10","5.5","60"],["1577836800","10","11","12","9","5.5","60"]]}"#;
    let read = two_bars(text);
    says(&read.notes, "candles in the form of KuCoin");
    says(&read.notes, "the newest line is the first");
    // Its futures, in milliseconds: time, open, high, low, close, volume, and the turnover since 2024.
    for more in ["", ",60"] {
        two_bars(&format!(
            r#"{{"code":"200000","data":[[1577836800000,10,12,9,11,5{more}],[1577840400000,11,13,10,12,5{more}]]}}"#
        ));
    }
    let entries = r#"[{"symbol":"XBTUSDTM","fundingRate":-0.0002,"timepoint":1577865600000},{"symbol":"XBTUSDTM","fundingRate":0.0001,"timepoint":1577836800000}]"#;
    two_payments(&funding(&format!(r#"{{"code":"200000","data":{entries}}}"#)).unwrap());
    let list = entries.replace("timepoint", "timePoint");
    two_payments(
        &funding(&format!(r#"{{"success":true,"code":"200000","data":{{"dataList":{list},"hasMore":false}}}}"#))
            .unwrap(),
    );
}

#[test]
fn gate_answers() {
    // Time, quote volume, close, high, low, open, base volume, whether the bar is complete.
    let text = r#"[["1577836800","971519","11","12","9","10","97151","true"],["1577840400","971519","12","13","10","11","97151","true"],
        ["1577844000","5","12.5","13","12","12","97151","false"]]"#;
    let read = two_bars(text);
    says(&read.notes, "candles in the form of Gate");
    says(&read.notes, "bars not confirmed yet, left out: 1");
    // A volume between low and high is not an open.
    two_bars(
        r#"[["1577836800","10.5","11","12","9","10","1","true"],["1577840400","11.5","12","13","10","11","1","true"]]"#,
    );
    // Its archives are tables of six columns.
    says(&two_bars("1577836800,971519,11,12,9,10\n1577840400,971519,12,13,10,11\n").notes, "as at Gate");
    let futures = r#"[{"t":1577836800,"v":97151,"c":"11","h":"12","l":"9","o":"10","sum":"3"},{"t":1577840400,"v":1,"c":"12","h":"13","l":"10","o":"11","sum":"3"}]"#;
    two_bars(futures);
    two_payments(&funding(r#"[{"t":1577865600,"r":"-0.0002"},{"t":1577836800,"r":"0.0001"}]"#).unwrap());
}

#[test]
fn mexc_answers() {
    two_bars(
        r#"[[1577836800000,"10","12","9","11","15","1577840400000","137"],[1577840400000,"11","13","10","12","15","1577844000000","137"]]"#,
    );
    let text = r#"{"success":true,"code":0,"data":{"time":[1577836800,1577840400],"open":[10,11],"close":[11,12],"high":[12,13],
        "low":[9,10],"vol":[1,2],"amount":[1,2],"realOpen":[10,10],"realClose":[11,12],"realHigh":[12,13],"realLow":[9,10]}}"#;
    says(&two_bars(text).notes, "JSON, one list per column");
    let text = r#"{"success":true,"code":0,"data":{"pageSize":20,"totalCount":2,"resultList":[
        {"symbol":"BTC_USDT","fundingRate":-0.0002,"settleTime":1577865600000,"collectCycle":8},
        {"symbol":"BTC_USDT","fundingRate":0.0001,"settleTime":1577836800000,"collectCycle":8}]}}"#;
    let read = funding(text).unwrap();
    two_payments(&read);
    says(&read.notes, "rates for 8 h each, as the file says");
}

#[test]
fn bitget_answers() {
    for more in [r#","5","60""#, r#","5","60","60""#] {
        two_bars(&format!(
            r#"{{"code":"00000","msg":"success","requestTime":1,"data":[["1577836800000","10","12","9","11"{more}],["1577840400000","11","13","10","12"{more}]]}}"#
        ));
    }
    let text = r#"{"code":"00000","msg":"success","requestTime":1,"data":[{"symbol":"BTCUSDT","fundingRate":"-0.0002","fundingTime":"1577865600000"},
        {"symbol":"BTCUSDT","fundingRate":"0.0001","fundingTime":"1577836800000"}]}"#;
    two_payments(&funding(text).unwrap());
}

#[test]
fn htx_answers() {
    let text = r#"{"ch":"market.btcusdt.kline.60min","status":"ok","ts":1629769247172,"data":[
        {"id":1577840400,"open":11,"close":12,"low":10,"high":13,"amount":1,"vol":1,"count":5},
        {"id":1577836800,"open":10,"close":11,"low":9,"high":12,"amount":1,"vol":1,"count":5}]}"#;
    two_bars(text);
    let text = r#"{"status":"ok","data":{"total_page":1,"current_page":1,"total_size":2,"data":[
        {"funding_rate":"0.5","realized_rate":"-0.0002","funding_time":"1577865600000","contract_code":"BTC-USDT"},
        {"funding_rate":"0.5","realized_rate":"0.0001","funding_time":"1577836800000","contract_code":"BTC-USDT"}]},"ts":1}"#;
    two_payments(&funding(text).unwrap());
}

#[test]
fn kraken_futures_and_bitstamp_answer_with_names() {
    two_bars(
        r#"{"candles":[{"time":1577836800000,"open":"10","high":"12","low":"9","close":"11","volume":"1"},
        {"time":1577840400000,"open":"11","high":"13","low":"10","close":"12","volume":"1"}],"more_candles":false}"#,
    );
    two_bars(
        r#"{"data":{"pair":"BTC/USD","ohlc":[{"timestamp":"1577836800","open":"10","high":"12","low":"9","close":"11","volume":"1"},
        {"timestamp":"1577840400","open":"11","high":"13","low":"10","close":"12","volume":"1"}]}}"#,
    );
}

#[test]
fn servers_of_charts_answer_with_a_list_a_column() {
    two_bars(r#"{"s":"ok","t":[1577836800,1577840400],"o":[10,11],"h":[12,13],"l":[9,10],"c":[11,12],"v":[1,2]}"#);
    let error =
        bars(r#"{"s":"ok","t":[1577836800,1577840400],"o":[10,11],"h":[12,13],"l":[9,10],"c":[11]}"#).unwrap_err();
    assert_eq!(error.fault, Fault::NotANumber { column: "close", text: String::new() });
}

#[test]
fn deribit_answers_with_rates_of_eight_hours_too() {
    let text = r#"{"jsonrpc":"2.0","result":{"data":[{"index_price":10,"interest_8h":0.0001,"timestamp":1577836800000},
        {"index_price":10,"interest_8h":0.0002,"timestamp":1577840400000}],"interest_8h":0.0002,"current_interest":0.1}}"#;
    let read = funding(text).unwrap();
    let yearly: Vec<f64> = read.intervals.iter().map(|interval| (interval.yearly * 1e9).round() / 1e9).collect();
    assert_eq!((yearly, read.intervals[1].from_ms), (vec![0.1095, 0.219], START));
}

/// Drift's rates are dollars per coin: 0.003 per SOL at 150 dollars is 0.002 %, not 0.3 %.
#[test]
fn rates_for_each_coin_are_refused_with_what_to_do() {
    let text = r#"{"fundingRates":[{"ts":"1577836800","fundingRate":"0.003","oraclePriceTwap":"150"},{"ts":"1577840400","fundingRate":"0.003","oraclePriceTwap":"150"}]}"#;
    let error = funding(text).unwrap_err();
    assert_eq!(
        error.to_string(),
        "f, line 1: Drift publishes rates in dollars per coin, as its column \"oraclePriceTwap\" shows: divide each by its \
         price, and save them as \"timestamp_ms,funding_rate\""
    );
}

/// CoinGecko stamps its five columns with the close, other venues stamp the same five with the open.
#[test]
fn five_columns_that_two_venues_stamp_differently_are_refused_with_what_to_do() {
    let error = bars("[[1577836800000,10,12,9,11],[1577840400000,11,13,10,12]]").unwrap_err();
    assert_eq!(error.fault, Fault::Unnamed { venue: "CoinGecko", expected: "timestamp_ms,open,high,low,close" });
    assert!(error.to_string().contains("use a table whose first line names them"), "{error}");
    let closes = two_bars("close_time,open,high,low,close\n1577840400000,10,12,9,11\n1577844000000,11,13,10,12\n");
    says(&closes.notes, "times are those of closes: each bar opens 1 h before");
    two_bars("close_time,open,high,low,close\n1577840399999,10,12,9,11\n1577843999999,11,13,10,12\n");
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
fn json_with_an_entry_a_line_is_read() {
    let text = "{\"t\":1577836800000,\"o\":10,\"h\":12,\"l\":9,\"c\":11}\n{\"t\":1577840400000,\"o\":11,\"h\":13,\"l\":10,\"c\":12}\n";
    says(&two_bars(text).notes, "JSON, one entry per line");
    two_bars("[1577836800,10,12,9,11]\n[1577840400,11,13,10,12]");
    let error = bars(&text.replace("\"c\":12", "\"c\":0")).unwrap_err();
    assert_eq!(error.to_string(), "p, line 2, entry 2: close 0 is not positive");
}

#[test]
fn an_answer_without_a_list_is_shown() {
    let error = bars(r#"{"code":-1121,"msg":"Invalid symbol."}"#).unwrap_err().to_string();
    assert_eq!(
        error,
        "p, line 1: this JSON has no list of candles or payments: {\"code\":-1121,\"msg\":\"Invalid symbol.\"}"
    );
    for empty in ["[]", r#"{"code":"0","data":[],"msg":""}"#, r#"{"error":["EQuery:Unknown asset pair"]}"#] {
        assert!(matches!(bars(empty).unwrap_err().fault, Fault::NoList { .. }), "{empty}");
    }
    let error = bars("[[1577836800000,10,12,9,11,1],\n[15").unwrap_err();
    assert_eq!(error.place.line, 2);
    assert!(matches!(error.fault, Fault::Unreadable(_)));
}
