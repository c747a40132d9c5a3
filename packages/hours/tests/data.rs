//! Files that `simulate` accepts, and those that it refuses, with the line in the error.

use ballast_hours::{read_bars, read_funding, DataError, Fault, Spikes};
use proptest::prelude::*;

const HOUR: u64 = 3_600_000;
/// 2020-01-01 00:00 UTC.
const START: u64 = 1_577_836_800_000;

/// A file of bars: when each opens (in hours after the start), and the rest of its line.
fn bars(lines: &[(u64, &str)]) -> String {
    let mut text = "timestamp_ms,open,high,low,close\n".to_owned();
    for (hour, prices) in lines {
        text += &format!("{},{prices}\n", START + hour * HOUR);
    }
    text
}

fn funding(lines: &[(u64, &str)]) -> String {
    let mut text = "timestamp_ms,funding_rate\n".to_owned();
    for (hour, rate) in lines {
        text += &format!("{},{rate}\n", START + hour * HOUR);
    }
    text
}

fn refused(text: &str) -> DataError {
    read_bars("prices.csv", text.as_bytes(), Spikes::Refuse).expect_err("must be refused")
}

const GOOD: &str = "10,12,9,11";

#[test]
fn good_bars_are_read_as_written() {
    let read =
        read_bars("f", bars(&[(0, GOOD), (1, "11,11,11,11"), (2, "1e1, 10.5 ,9.5,10.25")]).as_bytes(), Spikes::Refuse)
            .unwrap();
    assert_eq!(read.bars.len(), 3);
    assert_eq!(read.length_ms, HOUR);
    assert!(read.duplicates.is_empty());
    assert_eq!((read.bars[0].opens_ms, read.bars[0].open, read.bars[0].high), (START, 10.0, 12.0));
    assert_eq!((read.bars[2].low, read.bars[2].close), (9.5, 10.25));
}

#[test]
fn windows_line_ends_and_a_byte_order_mark_are_read() {
    let text = format!("\u{feff}{}", bars(&[(0, GOOD), (1, GOOD)]).replace('\n', "\r\n"));
    assert_eq!(read_bars("f", text.as_bytes(), Spikes::Refuse).unwrap().bars.len(), 2);
}

#[test]
fn what_is_not_a_number_is_refused_with_its_line() {
    for wrong in ["x", "", "nan", "inf", "1e999", "1_000", "0x10"] {
        let error = refused(&bars(&[(0, GOOD), (1, &format!("10,12,9,{wrong}"))]));
        assert_eq!(error.place.line, 3, "{wrong}");
        assert_eq!(error.fault, Fault::NotANumber { column: "close", text: wrong.to_owned() });
    }
    let error = refused(&bars(&[(0, GOOD), (1, "10,12,9,x")]));
    assert_eq!(error.to_string(), "prices.csv, line 3: close \"x\" is not a number");
    let error = refused("timestamp_ms,open,high,low,close\nyesterday,10,12,9,11\n");
    assert_eq!(
        (error.place.line, error.fault),
        (2, Fault::NotANumber { column: "timestamp_ms", text: "yesterday".into() })
    );
}

#[test]
fn prices_that_are_not_positive_are_refused_with_their_line() {
    let error = refused(&bars(&[(0, GOOD), (1, GOOD), (2, "10,12,0,11")]));
    assert_eq!((error.place.line, error.fault), (4, Fault::NotPositive { column: "low", value: 0.0 }));
    let error = refused(&bars(&[(0, "-10,12,9,11")]));
    assert_eq!((error.place.line, error.fault), (2, Fault::NotPositive { column: "open", value: -10.0 }));
}

#[test]
fn prices_that_the_contracts_refuse_are_refused_here() {
    assert_eq!(refused(&bars(&[(0, "1,2000000000,1,1")])).fault, Fault::Price { column: "high", value: 2e9 });
    assert_eq!(refused(&bars(&[(0, "1,1,0.0000001,1")])).fault, Fault::Price { column: "low", value: 1e-7 });
}

#[test]
fn a_high_below_the_low_is_refused_with_its_line() {
    let error = refused(&bars(&[(0, GOOD), (1, "10,9,12,11")]));
    assert_eq!((error.place.line, error.fault), (3, Fault::HighBelowLow { high: 9.0, low: 12.0 }));
}

#[test]
fn an_open_or_close_outside_of_the_bar_is_refused() {
    let error = refused(&bars(&[(0, "13,12,9,11")]));
    assert_eq!(error.fault, Fault::OutsideOfBar { column: "open", value: 13.0, low: 9.0, high: 12.0 });
    let error = refused(&bars(&[(0, "10,12,9,8")]));
    assert_eq!(error.fault, Fault::OutsideOfBar { column: "close", value: 8.0, low: 9.0, high: 12.0 });
}

#[test]
fn a_line_out_of_order_is_refused_whichever_way_the_file_goes() {
    let error = refused(&bars(&[(0, GOOD), (2, GOOD), (1, GOOD), (3, GOOD)]));
    assert_eq!(error.place.line, 4);
    let said = "the time 2020-01-01 01:00:00 is out of order after 2020-01-01 02:00:00 in the line before";
    assert!(error.to_string().contains(said), "{error}");
    assert_eq!(error.fault, Fault::OutOfOrder { found: START + HOUR, before: START + 2 * HOUR });
    let error = refused(&bars(&[(3, GOOD), (1, GOOD), (2, GOOD), (0, GOOD)]));
    assert_eq!(error.place.line, 4);
    assert_eq!(error.fault, Fault::OutOfOrder { found: START + 2 * HOUR, before: START + HOUR });
    let error =
        read_funding("f", funding(&[(0, "0"), (16, "0"), (8, "0")]).as_bytes(), None, Spikes::Refuse).unwrap_err();
    assert_eq!(
        (error.place.line, error.fault),
        (4, Fault::OutOfOrder { found: START + 8 * HOUR, before: START + 16 * HOUR })
    );
}

#[test]
fn a_repeated_hour_keeps_the_first_line_and_is_counted() {
    let read = read_bars(
        "f",
        bars(&[(0, GOOD), (1, "11,11,11,11"), (1, GOOD), (1, GOOD), (2, GOOD)]).as_bytes(),
        Spikes::Refuse,
    )
    .unwrap();
    assert_eq!(read.bars.len(), 3);
    assert_eq!(read.bars[1].high, 11.0);
    assert_eq!(read.duplicates, [START + HOUR, START + HOUR]);
    // A repeated line must be well-formed too, and time must not go back after it.
    assert_eq!(refused(&bars(&[(0, GOOD), (0, "10,9,12,11")])).place.line, 3);
    assert_eq!(refused(&bars(&[(1, GOOD), (1, GOOD), (0, GOOD), (2, GOOD)])).place.line, 4);
}

#[test]
fn the_length_of_bars_is_their_most_common_distance() {
    let read =
        read_bars("f", bars(&[(0, GOOD), (4, GOOD), (5, GOOD), (9, GOOD), (13, GOOD)]).as_bytes(), Spikes::Refuse)
            .unwrap();
    assert_eq!(read.length_ms, 4 * HOUR);
    let single = read_bars("f", bars(&[(0, GOOD)]).as_bytes(), Spikes::Refuse).unwrap();
    assert_eq!(single.length_ms, HOUR);
}

#[test]
fn bars_of_days_apart_are_refused() {
    let error = refused(&bars(&[(0, GOOD), (48, GOOD), (96, GOOD)]));
    assert!(error.to_string().contains("bars are usually 48 h apart, expected one minute to one day"), "{error}");
    assert_eq!(error.fault, Fault::BarLength { milliseconds: 48 * HOUR });
}

#[test]
fn timestamps_in_seconds_or_microseconds_are_refused() {
    let header = "timestamp_ms,open,high,low,close\n";
    assert_eq!(refused(&format!("{header}1577836800,10,12,9,11\n")).fault, Fault::Timestamp { found: 1_577_836_800 });
    let error = refused(&format!("{header}1577836800000000,10,12,9,11\n"));
    assert_eq!(error.fault, Fault::Timestamp { found: 1_577_836_800_000_000 });
    let error = refused(&format!("{header}-5,10,12,9,11\n"));
    assert_eq!(error.fault, Fault::NotANumber { column: "timestamp_ms", text: "-5".into() });
}

#[test]
fn a_foreign_header_is_refused_at_line_one_with_what_was_expected() {
    let error = read_funding("f.csv", bars(&[(0, GOOD)]).as_bytes(), None, Spikes::Refuse).unwrap_err();
    assert_eq!(
        error.to_string(),
        "f.csv, line 1: the header \"timestamp_ms,open,high,low,close\" has no column for funding_rate: expected \
         \"timestamp_ms,funding_rate\", or columns named as venues name them"
    );
    let Fault::Header { missing, .. } = refused("when,open,close\n1,2,3\n").fault else { panic!("another fault") };
    assert_eq!(missing, "the time, high, low");
}

#[test]
fn too_few_or_too_many_fields_are_refused_with_their_line() {
    let error = refused(&bars(&[(0, GOOD), (1, "10,12,9")]));
    assert_eq!((error.place.line, error.fault), (3, Fault::Fields { found: 4, expected: 5 }));
    let error = refused(&bars(&[(0, "10,12,9,11,7")]));
    assert_eq!((error.place.line, error.fault), (2, Fault::Fields { found: 6, expected: 5 }));
}

#[test]
fn an_empty_file_is_refused() {
    let header = refused("timestamp_ms,open,high,low,close\n");
    assert_eq!(
        (header.to_string().as_str(), header.fault),
        ("prices.csv, line 1: the file has no line after the header", Fault::Empty)
    );
    for text in ["", "\n", " \r\n\n"] {
        assert_eq!(refused(text).to_string(), "prices.csv, line 1: the file is empty");
    }
    assert_eq!(
        read_funding("f", "timestamp_ms,funding_rate\n".as_bytes(), None, Spikes::Refuse).unwrap_err().fault,
        Fault::Empty
    );
}

#[test]
fn bytes_that_are_no_text_are_refused_with_their_line() {
    let mut text = bars(&[(0, GOOD)]).into_bytes();
    text.extend([0xff, 0xfe, b'\n']);
    let error = read_bars("f", text.as_slice(), Spikes::Refuse).unwrap_err();
    assert_eq!(error.place.line, 3);
    assert!(matches!(error.fault, Fault::Unreadable(_)));
}

#[test]
fn empty_lines_are_skipped_and_counted_as_lines() {
    let text = bars(&[(0, GOOD), (1, GOOD)]).replace("\n1577840400000", "\n\n\n1577840400000");
    assert_eq!(read_bars("f", text.as_bytes(), Spikes::Refuse).unwrap().bars.len(), 2);
    let text = format!("{text}{},10,9,12,11", START + 2 * HOUR);
    let error = refused(&text);
    assert_eq!(error.place.line, 6);
    assert!(matches!(error.fault, Fault::HighBelowLow { .. }));
}

#[test]
fn funding_that_is_no_number_or_above_the_whole_position_is_refused() {
    let error =
        read_funding("f.csv", funding(&[(0, "0.0001"), (8, "NaN")]).as_bytes(), None, Spikes::Refuse).unwrap_err();
    assert_eq!((error.place.line, error.fault), (3, Fault::NotANumber { column: "funding_rate", text: "NaN".into() }));
    let error = read_funding("f.csv", funding(&[(0, "1.5")]).as_bytes(), None, Spikes::Refuse).unwrap_err();
    assert_eq!((error.place.line, error.fault), (2, Fault::Rate { value: 1.5 }));
}

#[test]
fn a_foreign_first_line_is_cut_in_the_complaint() {
    let error = refused(&"x".repeat(1_000_000)).to_string();
    assert!(error.len() < 300, "{}", error.len());
}

proptest! {
    #[test]
    fn no_bytes_make_the_reader_panic_and_every_complaint_has_a_line(bytes in proptest::collection::vec(any::<u8>(), 0..300)) {
        let lines = bytes.iter().filter(|byte| **byte == b'\n').count() as u64 + 1;
        if let Err(error) = read_bars("f", bytes.as_slice(), Spikes::Refuse) {
            prop_assert!((1..=lines).contains(&error.place.line));
        }
    }

    #[test]
    fn damage_to_one_field_is_found_in_its_line(line in 0usize..20, column in 0usize..5, text in "[a-z;/ -]{0,6}") {
        let mut rows: Vec<Vec<String>> = (0..20u64)
            .map(|hour| format!("{},10,12,9,11", START + hour * HOUR).split(',').map(str::to_owned).collect())
            .collect();
        rows[line][column] = text;
        let rows: Vec<String> = rows.into_iter().map(|row| row.join(",")).collect();
        let error = refused(&format!("timestamp_ms,open,high,low,close\n{}\n", rows.join("\n")));
        prop_assert_eq!(error.place.line, line as u64 + 2);
    }
}
