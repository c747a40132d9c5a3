//! Readers, and the expected content of most test files.

use ballast_hours::{read_bars, read_funding, Bars, DataError, Funding, Spikes, HOUR_MS};

/// 2020-01-01 00:00 UTC.
pub const START: u64 = 1_577_836_800_000;

pub fn bars(text: &str) -> Result<Bars, DataError> {
    read_bars("p", text.as_bytes(), Spikes::Refuse)
}

pub fn funding(text: &str) -> Result<Funding, DataError> {
    read_funding("f", text.as_bytes(), None, Spikes::Refuse)
}

/// Reads two hourly bars: 10, 12, 9, 11 and 11, 13, 10, 12.
#[track_caller]
pub fn two_bars(text: &str) -> Bars {
    let read = bars(text).unwrap();
    let found: Vec<_> = read.bars.iter().map(|bar| (bar.opens_ms, [bar.open, bar.high, bar.low, bar.close])).collect();
    assert_eq!(found, [(START, [10.0, 12.0, 9.0, 11.0]), (START + HOUR_MS, [11.0, 13.0, 10.0, 12.0])]);
    assert_eq!(read.length_ms, HOUR_MS);
    read
}

/// Reads payments of 0.01 % and -0.02 % for eight hours each, the first at the start: 10.95 % and -21.9 % a year.
#[track_caller]
pub fn two_payments(read: &Funding) {
    assert_eq!(read.intervals.len(), 2);
    for (interval, (hour, yearly)) in read.intervals.iter().zip([(0, 0.1095), (8, -0.219)]) {
        assert_eq!((interval.from_ms, interval.to_ms), (START + hour * HOUR_MS - 8 * HOUR_MS, START + hour * HOUR_MS));
        assert!((interval.yearly - yearly).abs() < 1e-12, "{interval:?}");
    }
}

#[track_caller]
pub fn says(notes: &[String], expected: &str) {
    assert!(notes.iter().any(|note| note.contains(expected)), "no \"{expected}\" in {notes:?}");
}
