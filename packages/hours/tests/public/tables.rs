//! Tables and archives.

use std::io::Write;

use ballast_hours::{read_bars, read_funding, Fault, Spikes, Unit, HOUR_MS};
use proptest::prelude::*;
use zip::write::SimpleFileOptions;

use super::support::*;

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
        "p, line 2: a time in microseconds since 1970, but those before are in milliseconds since 1970: use one unit per \
         file; split the file here, or convert one part"
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
    // With an interval of four hours given, a single payment is enough: 0.0001 * 8,760 / 4.
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
    two_payments(&read_funding("f", text.as_bytes(), Some(8 * HOUR_MS), Spikes::Refuse).unwrap());
}

#[test]
fn columns_are_found_by_name_in_any_order_and_others_are_said_to_be_ignored() {
    let text =
        "Close,Symbol,Low,High,Open,Volume,Open Time\n11,X,9,12,10,1,1577836800000\n12,X,10,13,11,1,1577840400000\n";
    let read = two_bars(text);
    says(&read.notes, "columns Open Time, Open, High, Low, Close; ignored: Symbol, Volume");
    let read = two_bars(",time,open,high,low,close\n0,1577836800,10,12,9,11\n1,1577840400,11,13,10,12\n");
    says(&read.notes, "ignored: (without a name)");
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
    for wrong in ["yesterday", "", "-5", "2020010113", "157783680000000000"] {
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
    says(&read.notes, "line 1 is not part of the table: \"https://www.example.org\"");
    says(&read.notes, "the newest line is the first");
    let error = bars("https://www.example.org\n\nunix,first,last\n1577840400,10,11\n").unwrap_err();
    assert_eq!(error.place.line, 3);
    // Line numbers stay those of the file.
    assert!(read.notes.last().unwrap().contains("line 3"), "{:?}", read.notes);
}

#[test]
fn titles_above_a_table_are_left_out_and_said() {
    let table = "timestamp;open;high;low;close\n1577836800;10;12;9;11\n1577840400;11;13;10;12\n";
    let read = two_bars(&format!("sep=;\n# hours of a coin\n\n{table}"));
    says(&read.notes, "line 1 is not part of the table: \"sep=;\"");
    says(&read.notes, "comments left out: 1, the first at line 2: \"# hours of a coin\"");
    two_bars(&format!("{}{table}", "a title\n".repeat(4)));
    let five = "a title\n".repeat(5);
    assert!(matches!(bars(&format!("{five}{table}")).unwrap_err().fault, Fault::NoTable { .. }));
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
    says(&read.notes, "rates in percent: 2");
    let error = bars(&ARCHIVE.replace(",11,100.5", ",11%,100.5")).unwrap_err();
    assert_eq!(error.fault, Fault::NotANumber { column: "close", text: "11%".into() });
}

#[test]
fn columns_without_names_whose_order_fits_no_bar_are_refused_with_their_line() {
    let error = bars("1577836800,10,12,9,11,1\n1577840400,1,13,10,12,1\n").unwrap_err();
    assert_eq!(
        error.to_string(),
        "p, line 2: open 1 is outside of low 10 to high 13, if the columns are time, open, high, low, close: they have no \
         names, and no other known order fits the file better; add a first line that names them, such as \
         \"timestamp_ms,open,high,low,close\""
    );
}

#[test]
fn a_table_that_is_too_wide_in_one_line_is_refused_there() {
    let error = bars(&format!("{ARCHIVE}1577844000000,10,12,9,11\n")).unwrap_err();
    assert_eq!((error.place.line, error.fault), (3, Fault::Fields { found: 5, expected: 12 }));
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

/// Years of data in the strict form, if `BALLAST_DATA` is set: nothing to infer, no errors.
#[test]
fn the_long_files_are_read() {
    let Some(folder) = std::env::var_os("BALLAST_DATA").map(std::path::PathBuf::from) else {
        println!("skipped: BALLAST_DATA does not name a folder of price files");
        return;
    };
    let open = |name: &str| std::fs::File::open(folder.join(name)).unwrap();
    let btc = read_bars("btc", open("btc-binance-spot-1h.csv"), Spikes::Refuse).unwrap();
    assert_eq!((btc.bars.len() + btc.duplicates.len(), btc.length_ms), (58_759, HOUR_MS));
    let sol = read_funding("sol", open("sol-binance-funding-8h.csv"), None, Spikes::Refuse).unwrap();
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
            let _ = read_funding("p", bytes.as_slice(), None, Spikes::Refuse);
        }
        let mut bytes = archive(&["a.csv"]);
        let length = bytes.len();
        bytes[place % length] = byte;
        let _ = read_bars("p", bytes.as_slice(), Spikes::Refuse);
    }
}
