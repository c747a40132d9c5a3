//! Days and durations as written on the command line.

use ballast_cli::date::{format_day, format_duration, parse_day, parse_duration, DateError, DAY};

#[test]
fn days_are_seconds_since_1970() {
    // Worked out with another calendar: `date -u -d 2020-02-01 +%s`.
    assert_eq!(parse_day("1970-01-01"), Ok(0));
    assert_eq!(parse_day("2020-02-01"), Ok(1_580_515_200));
    assert_eq!(parse_day("2020-02-29"), Ok(1_582_934_400));
    assert_eq!(parse_day("2020-05-01"), Ok(1_588_291_200));
    assert_eq!(parse_day("2026-12-31"), Ok(1_798_675_200));
    assert_eq!(parse_day("2100-03-01"), Ok(4_107_542_400));
}

#[test]
fn what_is_no_day_is_refused() {
    for wrong in [
        "",
        "2020",
        "2020-2-1",
        "2020-02-30",
        "2021-02-29",
        "2100-02-29",
        "2020-13-01",
        "2020-00-01",
        "2020-01-00",
        "1969-12-31",
    ] {
        assert_eq!(parse_day(wrong), Err(DateError::NoSuchDay(wrong.to_owned())));
    }
    for wrong in ["2020-02-01T00:00", "2020/02/01", "2020-02-01-", "+020-02-01", "2200-01-01", "-2020-02-01"] {
        assert_eq!(parse_day(wrong), Err(DateError::NoSuchDay(wrong.to_owned())));
    }
}

#[test]
fn every_day_is_written_as_it_was_read() {
    let mut before = String::new();
    for day in 0..80_000 {
        let text = format_day(day * DAY + 7);
        assert_eq!(parse_day(&text), Ok(day * DAY));
        assert!(text > before);
        before = text;
    }
}

#[test]
fn durations_are_written_in_their_largest_whole_unit() {
    let pairs =
        [("14d", "14 d"), ("36h", "36 h"), ("24h", "1 d"), ("90m", "90 min"), ("60s", "1 min"), ("61s", "61 s")];
    for (text, written) in pairs {
        assert_eq!(format_duration(parse_duration(text).unwrap()), written);
    }
}

#[test]
fn durations_have_a_unit_and_are_above_zero() {
    assert_eq!(parse_duration("90s"), Ok(90));
    assert_eq!(parse_duration("30m"), Ok(1_800));
    assert_eq!(parse_duration("8h"), Ok(28_800));
    assert_eq!(parse_duration("2d"), Ok(172_800));
    for wrong in
        ["", "h", "8", "0h", "-8h", "8 h", "8hh", "1.5h", "h8", "8w", "99999999999999999999h", "9999999999999999999d"]
    {
        assert_eq!(parse_duration(wrong), Err(DateError::NoDuration(wrong.to_owned())));
    }
}
