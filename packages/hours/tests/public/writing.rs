//! Numbers, dates and texts as people and programs write them.

use ballast_hours::{read_bars, Fault, Spikes};

use super::support::*;

#[test]
fn decimal_commas_are_read_in_tables_with_semicolons_tabs_or_quotes() {
    let rows = "1577836800;10,0;12,00;9,0;11\n1577840400;11,0;13,0;10,0;12,0\n";
    let named = format!("timestamp;open;high;low;close\n{rows}");
    // Without a header there are as many commas as semicolons.
    for text in [&named, &named.replace(';', "\t"), rows] {
        says(&two_bars(text).notes, "numbers with a decimal comma");
    }
    says(&two_bars(rows).notes, "fields are separated by semicolons");
    let quoted =
        "timestamp,open,high,low,close\n1577836800,\"10,0\",\"12,0\",\"9,0\",11\n1577840400,\"11,0\",13,10,\"12,0\"\n";
    says(&two_bars(quoted).notes, "numbers with a decimal comma");
    two_payments(&funding("time;fundingRate\n1577836800;0,0001\n1577865600;-0,0002\n").unwrap());
    two_payments(&funding("1577836800;0,01 %\n1577865600;-0,02%\n").unwrap());
}

#[test]
fn commas_between_thousands_are_read_where_a_decimal_point_shows_them() {
    let text = "time,open,high,low,close\n1577836800,\"7,200.5\",\"7,300\",\"7,100.0\",\"7,250\"\n1577840400,7250,\"7,300.0\",7250,7250\n";
    let read = bars(text).unwrap();
    assert_eq!((read.bars[0].open, read.bars[0].high, read.bars[0].close), (7_200.5, 7_300.0, 7_250.0));
    says(&read.notes, "numbers with commas between thousands");
    let german = bars("time;open;high;low;close\n1577836800;7.200,5;7.300,0;7.100,0;7.250,0\n").unwrap();
    assert_eq!((german.bars[0].open, german.bars[0].close), (7_200.5, 7_250.0));
}

/// 7,200 may be 7200 or 7.2.
#[test]
fn a_comma_that_may_be_either_is_refused_at_its_line() {
    let error = bars("time;open;high;low;close\n1577836800;7;8;6;7\n1577840400;7,200;7,300;7,100;7,250\n").unwrap_err();
    assert_eq!((error.place.line, error.fault), (3, Fault::UnclearNumber { text: "7,200".into() }));
    let error =
        bars("time;open;high;low;close\n1577836800;10,5;12;9;11\n1577840400;1,100.5;1200;900;1100\n").unwrap_err();
    assert_eq!((error.place.line, error.fault), (3, Fault::MixedNumbers { text: "1,100.5".into() }));
    let error = bars("time;open;high;low;close\n1577836800;10,5;12;9;11\n1577840400;10.5;12;9;11\n").unwrap_err();
    assert_eq!((error.place.line, error.fault), (3, Fault::NotANumber { column: "open", text: "10.5".into() }));
}

#[test]
fn dates_that_may_begin_with_the_day_or_the_month_are_refused_with_their_line() {
    for wrong in ["01/02/2020", "01.02.2020 00:00:00.000", "1/2/20 3:00", "31-01-2020"] {
        let error = bars(&format!("time,open,high,low,close\n{wrong},10,12,9,11\n")).unwrap_err();
        assert_eq!((error.place.line, &error.fault), (2, &Fault::DayOrMonth { text: wrong.into() }));
        assert!(error.to_string().contains("write dates from the year on, such as 2025-02-01 03:00"), "{error}");
        let error = bars(&format!("{wrong},10,12,9,11\n")).unwrap_err();
        assert_eq!((error.place.line, error.fault), (1, Fault::DayOrMonth { text: wrong.into() }));
    }
}

#[test]
fn tables_of_pandas_have_their_time_in_a_column_without_a_name() {
    let rows = "2020-01-01 00:00:00+00:00,10,12,9,11\n2020-01-01 01:00:00+00:00,11,13,10,12\n";
    says(&two_bars(&format!(",open,high,low,close\n{rows}")).notes, "columns (without a name), open, high, low, close");
    two_bars(&format!("Unnamed: 0,open,high,low,close\n{rows}"));
    let error = bars(",open,high,low,close\n0,10,12,9,11\n").unwrap_err();
    assert_eq!((error.place.line, error.fault), (2, Fault::NoTime { text: "0".into() }));
    let error = bars("symbol,open,high,low,close\nX,10,12,9,11\n").unwrap_err();
    assert!(matches!(error.fault, Fault::Header { missing, .. } if missing == "the time"));
}

#[test]
fn the_opening_is_taken_before_other_times() {
    let text = "timeOpen;timeClose;name;open;high;low;close;volume;timestamp\n\
        2020-01-01T00:00:00.000Z;2020-01-01T00:59:59.999Z;2781;10;12;9;11;1;2020-01-01T00:59:59.999Z\n\
        2020-01-01T01:00:00.000Z;2020-01-01T01:59:59.999Z;2781;11;13;10;12;1;2020-01-01T01:59:59.999Z\n";
    two_bars(text);
}

#[test]
fn comments_are_left_out_wherever_they_are_and_lines_keep_their_numbers() {
    let text = "# hours, of a coin; by hand\n#\ntime,open,high,low,close\n1577836800,10,12,9,11\n# a gap, perhaps\n1577840400,11,13,10,12\n";
    let read = two_bars(text);
    says(&read.notes, "comments left out: 3, the first at line 1: \"# hours, of a coin; by hand\"");
    says(&read.notes, "line 6 (2020-01-01 01:00)");
    let error = bars(&format!("{text}# end\n1577844000,10,9,12,11\n")).unwrap_err();
    assert_eq!((error.place.line, error.fault), (8, Fault::HighBelowLow { high: 9.0, low: 12.0 }));
    // NumPy names the columns in a comment.
    two_bars("# time,open,high,low,close\n1577836800,10,12,9,11\n1577840400,11,13,10,12\n");
    two_bars("# time,close,high,low,open\n1577836800,11,12,9,10\n1577840400,12,13,10,11\n");
}

#[test]
fn a_header_that_comes_again_is_left_out_and_said() {
    let header = "time,open,high,low,close\r\n";
    let read = two_bars(&format!("{header}1577836800,10,12,9,11\r\n{header}1577840400,11,13,10,12\r\n\r\n\r\n"));
    says(&read.notes, "lines that repeat the header, left out: 1");
    says(&read.notes, "line 4 (2020-01-01 01:00)");
    let error = bars("time,open,high,low,close\n1577836800,10,12,9,11\ntime,open,low,high,close\n").unwrap_err();
    assert_eq!((error.place.line, error.fault), (3, Fault::NoTime { text: "time".into() }));
}

#[test]
fn two_columns_of_one_name_are_refused() {
    let error = bars("time,open,high,low,close,open,high,low,close\n1577836800,10,12,9,11,1,1,1,1\n").unwrap_err();
    assert_eq!((error.place.line, error.fault), (1, Fault::SameName { name: "open".into() }));
}

#[test]
fn utf_16_is_read_and_other_bytes_are_refused() {
    let text = "time,open,high,low,close\r\n1577836800,10,12,9,11\r\n1577840400,11,13,10,12\r\n";
    let little: Vec<u8> = [0xff, 0xfe].into_iter().chain(text.encode_utf16().flat_map(u16::to_le_bytes)).collect();
    let big: Vec<u8> = [0xfe, 0xff].into_iter().chain(text.encode_utf16().flat_map(u16::to_be_bytes)).collect();
    for bytes in [little, big] {
        let read = read_bars("p", bytes.as_slice(), Spikes::Refuse).unwrap();
        assert_eq!(read.bars, two_bars(text).bars);
        says(&read.notes, "UTF-16");
    }
    let without_mark: Vec<u8> = text.encode_utf16().flat_map(u16::to_le_bytes).collect();
    let error = read_bars("p", without_mark.as_slice(), Spikes::Refuse).unwrap_err();
    assert!(matches!(&error.fault, Fault::Unreadable(why) if why.contains("unpack or convert it first")), "{error}");
}

#[test]
fn rates_in_per_cent_are_known_by_their_sign_or_their_name_and_never_both_ways() {
    let read = funding("time,Funding Rate (%)\n1577836800,0.01\n1577865600,-0.02\n").unwrap();
    two_payments(&read);
    says(&read.notes, "rates in percent, as the name of their column says");
    two_payments(&funding("time,Funding Rate (%)\n1577836800,0.01%\n1577865600,-0.02%\n").unwrap());
    for (first, second) in [("0.01%", "-0.02"), ("0.01", "-0.02%")] {
        let error = funding(&format!("time,fundingRate\n1577836800,{first}\n1577865600,{second}\n")).unwrap_err();
        assert_eq!((error.place.line, error.fault), (3, Fault::MixedPercent { text: second.into() }));
    }
}

#[test]
fn notes_and_complaints_are_one_short_line_whatever_is_in_the_file() {
    let odd = format!("time,open,high,low,close,\"a\nb\u{1b}[2J{}\"\n1577836800,10,12,9,11,x\n", "y".repeat(10_000));
    for note in bars(&odd).unwrap().notes {
        assert!(!note.contains(char::is_control) && note.len() < 600, "{note}");
    }
    let long = bars(&format!("time,open,high,low,close\n1577836800,10,12,9,{}\n", "z\u{1b}".repeat(10_000)))
        .unwrap_err()
        .to_string();
    assert!(!long.contains(char::is_control) && long.len() < 300, "{long}");
}

/// `to_json(orient="split")` of pandas.
#[test]
fn names_beside_the_lists_of_an_answer_are_read() {
    let rows = "[1577836800000,10.4,12,9,11,10],[1577840400000,11.4,13,10,12,11]";
    let names = r#"["timestamp","vwap","high","low","close","open"]"#;
    let read = two_bars(&format!(r#"{{"columns":{names},"index":[0,1],"data":[{rows}]}}"#));
    says(&read.notes, "columns named by the list of names beside them");
    two_bars(&format!(r#"{{"dataset":{{"column_names":{names},"data":[{rows}]}}}}"#));
    let without_time =
        r#"{"columns":["open","high","low","close"],"index":["a","b"],"data":[[10,12,9,11],[11,13,10,12]]}"#;
    assert!(matches!(bars(without_time).unwrap_err().fault, Fault::Header { missing, .. } if missing == "the time"));
}
