//! Late timestamps, missing and repeated payments, price spikes.

use ballast_hours::{read_bars, read_funding, Bars, DataError, Fault, Funding, Spikes, HOUR_MS};

/// 2020-01-01 00:00 UTC.
const START: u64 = 1_577_836_800_000;

fn at(hour: u64) -> u64 {
    START + hour * HOUR_MS
}

fn rates(rows: &[(u64, &str)]) -> Result<Funding, DataError> {
    let rows: String = rows.iter().map(|(time, rate)| format!("{time},{rate}\n")).collect();
    read_funding("f.csv", format!("timestamp_ms,funding_rate\n{rows}").as_bytes(), None, Spikes::Refuse)
}

/// Payments at these hours after the start.
fn hourly(hours: &[u64], rate: &str) -> Funding {
    rates(&hours.iter().map(|hour| (at(*hour), rate)).collect::<Vec<_>>()).unwrap()
}

/// Start and end of each interval in hours after the start, and the yearly rate.
#[track_caller]
fn intervals(funding: &Funding, expected: &[(i64, i64, f64)]) {
    let hours = |time: u64| (time as i64 - START as i64) as f64 / HOUR_MS as f64;
    let found = funding.intervals.iter();
    let found: Vec<_> =
        found.map(|interval| (hours(interval.from_ms), hours(interval.to_ms), interval.yearly)).collect();
    assert_eq!(found.len(), expected.len(), "{found:?}");
    for (found, expected) in found.iter().zip(expected) {
        assert_eq!((found.0, found.1), (expected.0 as f64, expected.1 as f64), "{found:?}");
        assert!((found.2 - expected.2).abs() < 1e-12, "{found:?} {expected:?}");
    }
}

/// Hours after the start, open, high, low, close.
fn bars(rows: &[(u64, f64, f64, f64, f64)], spikes: Spikes) -> Result<Bars, DataError> {
    let row = |(hour, open, high, low, close): &(u64, f64, f64, f64, f64)| {
        format!("{},{open},{high},{low},{close}\n", at(*hour))
    };
    let rows: String = rows.iter().map(row).collect();
    read_bars("p.csv", format!("timestamp_ms,open,high,low,close\n{rows}").as_bytes(), spikes)
}

#[test]
fn a_funding_row_is_the_yearly_rate_of_the_interval_that_ends_there() {
    // 0.01 % in 8 h is 0.0001 * 1095 = 10.95 % a year; in 4 h twice that, in 2 h four times.
    let funding = hourly(&[0, 8, 16, 24, 28, 32, 36, 38, 40, 42], "0.0001");
    let (eight, four, two) = (0.1095, 0.219, 0.438);
    let expected = [
        (-8, 0, eight),
        (0, 8, eight),
        (8, 16, eight),
        (16, 24, eight),
        (24, 28, four),
        (28, 32, four),
        (32, 36, four),
        (36, 38, two),
        (38, 40, two),
        (40, 42, two),
    ];
    intervals(&funding, &expected);
    // In force since the previous row, and unknown after the last payment.
    assert_eq!(funding.at(at(0) - 8 * HOUR_MS - 1), None);
    assert_eq!(funding.at(at(24)), Some(funding.intervals[4].yearly));
    assert_eq!(funding.at(at(24) - 1), Some(funding.intervals[3].yearly));
    assert_eq!(funding.at(at(42)), None);
    // 8 * 4 hours at 10.95 %, 12 at 21.9 %, 6 at 43.8 %: 875.04 % hours in 50.
    assert_eq!(
        funding.notes,
        ["rates for 2 h to 8 h each, by the rhythm of the payments; +17.52 % a year in the mean"]
    );
}

#[test]
fn a_payment_stamped_seven_milliseconds_late_is_of_its_hour() {
    let funding = rates(&[(at(0), "0.0001"), (at(8) + 7, "0.0004"), (at(16), "0.0002")]).unwrap();
    // 0.04 % in 8 h is 43.8 % a year, and at 08:00 the rate that is paid at 16:00 begins.
    intervals(&funding, &[(-8, 0, 0.1095), (0, 8, 0.438), (8, 16, 0.219)]);
    assert_eq!(funding.at(at(8)), Some(funding.intervals[2].yearly));
    let early = rates(&[(at(0), "0.0001"), (at(8) - 59_000, "0.0001"), (at(16), "0.0001")]).unwrap();
    intervals(&early, &[(-8, 0, 0.1095), (0, 8, 0.1095), (8, 16, 0.1095)]);
}

#[test]
fn one_payment_twice_is_one_payment_and_is_reported() {
    let rows = [(at(0), "0.0001"), (at(8), "0.0004"), (at(8) + 7, "0.0004"), (at(16), "0.0001")];
    let funding = rates(&rows).unwrap();
    intervals(&funding, &[(-8, 0, 0.1095), (0, 8, 0.438), (8, 16, 0.1095)]);
    assert_eq!(funding.duplicates, [at(8)]);
    let said = "repeated payments: 1, the first at line 4, with another rate: 0; the first of each counts";
    assert_eq!(funding.notes[1], said);
}

#[test]
fn the_first_of_a_payment_twice_stays_also_where_the_newest_is_first() {
    let rows = [(at(16), "0.0001"), (at(8), "0.0004"), (at(8), "0.0002"), (at(0), "0.0001")];
    let funding = rates(&rows).unwrap();
    intervals(&funding, &[(-8, 0, 0.1095), (0, 8, 0.438), (8, 16, 0.1095)]);
    let said = "repeated payments: 1, the first at line 4, with another rate: 1; the first of each counts";
    assert!(funding.notes.contains(&said.to_owned()), "{:?}", funding.notes);
}

#[test]
fn stamps_within_half_of_the_shortest_interval_are_one_payment_whatever_their_rate() {
    let minutes = 60_000;
    let rows = [(at(0), "0.0001"), (at(8), "0.0001"), (at(8) + 30 * minutes - 1, "0.5"), (at(16), "0.0001")];
    let funding = rates(&rows).unwrap();
    intervals(&funding, &[(-8, 0, 0.1095), (0, 8, 0.1095), (8, 16, 0.1095)]);
    assert!(funding.notes[1].contains("with another rate: 1"), "{:?}", funding.notes);
    // Venues do pay every hour.
    assert_eq!(hourly(&[0, 8, 9, 10, 11], "0.0001").duplicates, [0u64; 0]);
}

#[test]
fn a_gap_in_hourly_payments_is_reported_and_nothing_is_spread_over_it() {
    let funding = hourly(&[0, 1, 2, 3, 6], "0.0001");
    // 0.01 % an hour is 0.0001 * 8,760 = 87.6 % a year, also after the two payments that are missing.
    let yearly = 0.876;
    intervals(&funding, &[(-1, 0, yearly), (0, 1, yearly), (1, 2, yearly), (2, 3, yearly), (5, 6, yearly)]);
    assert_eq!((funding.at(at(3)), funding.at(at(5) - 1)), (None, None));
    assert_eq!(
        funding.notes[1],
        "payments missing: 2, gaps: 1, the first before line 6, from 2020-01-01 03:00 to 2020-01-01 06:00; no rate is known there"
    );
}

#[test]
fn a_gap_in_payments_of_eight_hours_is_a_gap_too() {
    let funding = hourly(&[0, 8, 32], "0.0001");
    intervals(&funding, &[(-8, 0, 0.1095), (0, 8, 0.1095), (24, 32, 0.1095)]);
    assert!(funding.notes[1].starts_with("payments missing: 2, gaps: 1,"), "{:?}", funding.notes);
    // An hourly file that misses two of eight hours keeps its rhythm.
    let hours = [0, 1, 2, 3, 11, 12, 13, 14];
    assert!((hourly(&hours, "0.0001").intervals[4].yearly - 0.876).abs() < 1e-12);
}

#[test]
fn a_rhythm_that_changes_is_no_gap() {
    let funding = hourly(&[0, 1, 2, 3, 4, 12, 20, 28, 36], "0.0001");
    assert_eq!(funding.notes.len(), 1, "{:?}", funding.notes);
    assert!((funding.intervals[5].yearly - 0.1095).abs() < 1e-12);
}

#[test]
fn a_payment_that_comes_sooner_is_for_the_shorter_time() {
    let funding = hourly(&[0, 8, 16, 20, 24, 32, 40], "0.0001");
    let yearly = [0.1095, 0.1095, 0.1095, 0.219, 0.219, 0.1095, 0.1095];
    for (interval, yearly) in funding.intervals.iter().zip(yearly) {
        assert!((interval.yearly - yearly).abs() < 1e-12, "{interval:?}");
    }
}

#[test]
fn payments_at_half_past_that_are_seconds_late_have_whole_hours_between_them() {
    let rows = [0, 20_000, 5_000].into_iter().zip(0..).map(|(late, turn)| (at(turn * 8) + 1_800_000 + late, "0.0001"));
    let funding = rates(&rows.collect::<Vec<_>>()).unwrap();
    assert!(funding.intervals.iter().all(|interval| (interval.yearly - 0.1095).abs() < 1e-12), "{funding:?}");
    assert_eq!((funding.notes.len(), funding.intervals[2].from_ms), (1, funding.intervals[1].to_ms));
}

#[test]
fn an_interval_is_never_guessed() {
    assert_eq!(rates(&[(at(0), "0.0001")]).unwrap_err().fault, Fault::OnePayment);
    let error = rates(&[(at(0), "0.0001"), (at(24), "0.0001"), (at(48), "0.0001")]).unwrap_err();
    assert_eq!(error.fault, Fault::Rhythm { minutes: 1_440 });
    assert!(error.to_string().contains("--funding-interval"), "{error}");
    let error = rates(&[(at(0), "0"), (at(0) + 5_400_000, "0"), (at(3), "0")]).unwrap_err();
    assert_eq!(error.fault, Fault::Rhythm { minutes: 90 });
}

#[test]
fn who_says_how_long_a_rate_is_for_is_believed() {
    // Rates for eight hours that are paid every hour, 10.95 % a year; two of them are missing, and no rate counts
    // there.
    let rows: String = [0, 1, 2, 3, 6].iter().map(|hour| format!("{},0.0001\n", at(*hour))).collect();
    let text = format!("timestamp_ms,funding_rate\n{rows}");
    let funding = read_funding("f", text.as_bytes(), Some(8 * HOUR_MS), Spikes::Refuse).unwrap();
    let yearly = 0.1095;
    intervals(&funding, &[(-1, 0, yearly), (0, 1, yearly), (1, 2, yearly), (2, 3, yearly), (5, 6, yearly)]);
    assert!(funding.notes[1].starts_with("payments missing: 2, gaps: 1,"), "{:?}", funding.notes);
    let daily = format!("timestamp_ms,funding_rate\n{},0.0001\n", at(0));
    let funding = read_funding("f", daily.as_bytes(), Some(24 * HOUR_MS), Spikes::Refuse).unwrap();
    intervals(&funding, &[(-24, 0, 0.0365)]);
    assert_eq!(funding.notes, ["rates for 24 h each, as given; +3.65 % a year in the mean"]);
}

#[test]
fn a_constant_rate_holds_at_all_times() {
    for (time, rate) in [(0, 0.0), (at(0), -0.05), (u64::MAX - 1, 0.2)] {
        assert_eq!(Funding::constant(rate).at(time), Some(rate));
    }
}

#[test]
fn bars_stamped_late_open_at_their_hour_and_last_an_hour() {
    let text = |jitter: [u64; 4]| {
        let row = |(hour, late): (u64, u64)| format!("{},10,12,9,11\n", at(hour) + late);
        let rows: String = (0..).zip(jitter).map(row).collect();
        read_bars("p", format!("timestamp_ms,open,high,low,close\n{rows}").as_bytes(), Spikes::Refuse).unwrap()
    };
    let read = text([0, 7, 59_999, 3]);
    assert_eq!(read.length_ms, HOUR_MS);
    assert_eq!(read.bars.iter().map(|bar| bar.opens_ms).collect::<Vec<_>>(), [at(0), at(1), at(2), at(3)]);
    // The same hour twice, 7 ms apart.
    let read = text([0, 0, HOUR_MS, 7]);
    assert_eq!((read.bars.len(), read.duplicates), (3, vec![at(3)]));
}

#[test]
fn bars_of_a_minute_are_not_taken_for_the_hour_beside_them() {
    let rows: String = (55..65).map(|minute| format!("{},10,12,9,11\n", at(0) + minute * 60_000 + 7)).collect();
    let read = read_bars("p", format!("timestamp_ms,open,high,low,close\n{rows}").as_bytes(), Spikes::Refuse).unwrap();
    assert_eq!((read.bars.len(), read.length_ms), (10, 60_000));
    assert_eq!(read.bars[5].opens_ms, at(1));
}

#[test]
fn the_size_of_bars_and_the_largest_move_are_said_with_its_line() {
    let rows = [(0, 10.0, 10.0, 10.0, 10.0), (1, 10.0, 10.0, 8.0, 8.0), (2, 8.0, 9.0, 8.0, 9.0)];
    let said = bars(&rows, Spikes::Refuse).unwrap().notes;
    let largest = "the largest move from close to close is -20.00 %, line 3 (2020-01-01 01:00)";
    assert_eq!(said, ["bars of 1 h", largest]);
}

#[test]
fn bars_that_overlap_are_said() {
    let rows = [0, 4, 8, 9, 13].map(|hour| (hour, 10.0, 10.0, 10.0, 10.0));
    let said = bars(&rows, Spikes::Refuse).unwrap().notes;
    assert_eq!(said[2], "bars that open before the previous one closes: 1");
}

#[test]
fn a_tick_a_hundred_times_off_its_neighbours_is_refused_with_its_line_and_a_way_to_let_it_pass() {
    let mut rows = [0, 1, 2, 3].map(|hour| (hour, 10.0, 12.0, 9.0, 11.0));
    rows[2].2 = 900.0;
    let error = bars(&rows, Spikes::Refuse).unwrap_err();
    assert_eq!(
        (error.place.line, error.fault),
        (4, Fault::Spike { column: "high", value: 900.0, low: 9.0, high: 12.0 })
    );
    let error = bars(&rows, Spikes::Refuse).unwrap_err().to_string();
    assert!(error.contains("line 4") && error.contains("--allow-spikes"), "{error}");
    assert_eq!(bars(&rows, Spikes::Allow).unwrap().bars[2].high, 900.0);
    // 99.9 times is not 100 times.
    rows[2].2 = 899.0;
    assert!(bars(&rows, Spikes::Refuse).is_ok());
    rows[2].2 = 12.0;
    rows[2].3 = 0.12;
    assert_eq!(bars(&rows, Spikes::Refuse).unwrap_err().place.line, 4);
}

#[test]
fn a_slip_in_the_first_or_last_bar_or_over_two_of_them_is_found() {
    let calm = [0, 1, 2, 3].map(|hour| (hour, 10.0, 10.0, 10.0, 10.0));
    let mut first = calm;
    first[0] = (0, 1_000.0, 1_000.0, 1_000.0, 1_000.0);
    assert_eq!(bars(&first, Spikes::Refuse).unwrap_err().place.line, 2);
    let mut last = calm;
    last[3] = (3, 10.0, 10.0, 0.1, 10.0);
    assert_eq!(bars(&last, Spikes::Refuse).unwrap_err().place.line, 5);
    let mut two = calm;
    two[1] = (1, 10.0, 1_000.0, 10.0, 1_000.0);
    two[2] = (2, 1_000.0, 1_000.0, 10.0, 10.0);
    assert_eq!(bars(&two, Spikes::Refuse).unwrap_err().place.line, 3);
}

#[test]
fn a_price_that_falls_to_a_hundredth_and_stays_there_is_no_slip() {
    let rows = [(0, 10.0, 10.0, 10.0, 10.0), (1, 10.0, 10.0, 0.05, 0.05), (2, 0.05, 0.05, 0.05, 0.05)];
    let read = bars(&rows, Spikes::Refuse).unwrap();
    assert!(read.notes[1].contains("-99.50 %"), "{:?}", read.notes);
}

#[test]
fn one_bar_alone_has_no_neighbours() {
    assert_eq!(bars(&[(0, 10.0, 10.0, 10.0, 10.0)], Spikes::Refuse).unwrap().bars.len(), 1);
}

/// Bars around a price of 10, one percent high and low, with one of them replaced.
#[track_caller]
fn spike_in_line(line: u64, others: &[(u64, [f64; 4])]) {
    let bar = |hour: u64| {
        let other = others.iter().find(|(place, _)| *place == hour).map(|(_, bar)| *bar);
        let [open, high, low, close] = other.unwrap_or([10.0, 10.1, 9.9, 10.0]);
        (hour, open, high, low, close)
    };
    let error = bars(&(0..6).map(bar).collect::<Vec<_>>(), Spikes::Refuse).unwrap_err();
    assert!(matches!(error.fault, Fault::Spike { .. }), "{error}");
    assert_eq!(error.place.line, line);
}

#[test]
fn a_slip_of_two_decimal_places_at_the_ends_is_found_in_every_column() {
    spike_in_line(7, &[(5, [10.0, 1_000.0, 9.9, 10.0])]);
    spike_in_line(7, &[(5, [10.0, 1_000.0, 9.9, 1_000.0])]);
    spike_in_line(7, &[(5, [10.0, 10.1, 0.1, 10.0])]);
    spike_in_line(2, &[(0, [10.0, 10.1, 0.1, 0.1])]);
    spike_in_line(2, &[(0, [1_000.0, 1_000.0, 10.0, 10.0])]);
}

#[test]
fn a_slip_of_two_decimal_places_is_found_while_the_price_rises() {
    let rise = [
        (1, [9.95, 10.0, 9.95, 10.0]),
        (2, [10.0, 1_000.0, 10.0, 10.1]),
        (3, [10.1, 10.2, 10.05, 10.2]),
        (4, [10.2; 4]),
    ];
    spike_in_line(4, &rise);
}

#[test]
fn a_price_that_rises_to_a_thousand_times_bar_by_bar_is_no_slip() {
    let rise = |hour: u64| {
        (hour, 2f64.powi(hour as i32), 2f64.powi(hour as i32 + 1), 2f64.powi(hour as i32), 2f64.powi(hour as i32 + 1))
    };
    assert_eq!(bars(&(0..11).map(rise).collect::<Vec<_>>(), Spikes::Refuse).unwrap().bars.len(), 11);
    // It may do so within the second bar, too.
    let rows =
        [(0, 10.0, 10.0, 10.0, 10.0), (1, 10.0, 2_000.0, 10.0, 2_000.0), (2, 2_000.0, 2_000.0, 2_000.0, 2_000.0)];
    assert!(bars(&rows, Spikes::Refuse).is_ok());
}

/// The sum of all payments: each yearly rate times the time that it is in force.
fn earned(funding: &Funding) -> f64 {
    let hours = |from: u64, to: u64| (to - from) as f64 / HOUR_MS as f64;
    funding.intervals.iter().map(|one| one.yearly * hours(one.from_ms, one.to_ms) / 8_760.0).sum()
}

#[track_caller]
fn has_note(notes: &[String], expected: &str) {
    assert!(notes.iter().any(|note| note.contains(expected)), "no \"{expected}\" in {notes:?}");
}

#[test]
fn a_short_file_has_the_rhythm_of_its_shortest_distance() {
    let funding = hourly(&[0, 3, 4], "0.0001");
    intervals(&funding, &[(-1, 0, 0.876), (2, 3, 0.876), (3, 4, 0.876)]);
    has_note(&funding.notes, "payments missing: 2, gaps: 1");
}

#[test]
fn every_second_hour_missing_for_a_while_is_a_gap_and_no_other_interval() {
    let hours: Vec<u64> = (0..500).chain([501, 503, 505, 507]).chain(508..1_000).collect();
    let funding = hourly(&hours, "0.0001");
    assert!(funding.intervals.iter().all(|one| (one.yearly - 0.876).abs() < 1e-9), "{:?}", funding.notes);
    has_note(&funding.notes, "payments missing: 4, gaps: 4, the first before line 502,");
    // Longer than the rhythm before and after it, with hours in between.
    let hours: Vec<u64> = (0..9).chain([10, 12, 14, 15, 16, 18, 20, 22]).chain(23..40).collect();
    let funding = hourly(&hours, "0.0001");
    assert!(funding.intervals.iter().all(|one| (one.yearly - 0.876).abs() < 1e-9), "{:?}", funding.notes);
}

#[test]
fn a_venue_that_pays_less_often_for_a_week_and_more_is_believed() {
    let hours: Vec<u64> = (0..20).chain((1..=22).map(|turn| 19 + turn * 8)).chain(196..220).collect();
    let funding = hourly(&hours, "0.0001");
    assert_eq!(funding.notes.len(), 1, "{:?}", funding.notes);
    assert!((funding.intervals[30].yearly - 0.1095).abs() < 1e-12);
}

#[test]
fn hourly_payments_61_seconds_late_now_and_then_are_all_paid() {
    let late = |hour: u64| (at(hour) + if hour % 2 == 0 { 61_000 } else { 0 }, "0.0001");
    let funding = rates(&(0..24).map(late).collect::<Vec<_>>()).unwrap();
    assert_eq!((funding.intervals.len(), funding.duplicates.len()), (24, 0));
    assert!((earned(&funding) - 0.0024).abs() < 3e-6, "{} of 0.0024", earned(&funding));
    let said = "payments more than a minute off their hour: 12, the first at line 2; each counts from its own time";
    assert_eq!(funding.notes[1..], [said]);
}

fn with_column(rows: &[(u64, u64)]) -> Result<Funding, DataError> {
    let rows: String = rows.iter().map(|(hour, hours)| format!("{},{hours},0.0001\n", at(*hour))).collect();
    let text = format!("calc_time,funding_interval_hours,last_funding_rate\n{rows}");
    read_funding("f", text.as_bytes(), None, Spikes::Refuse)
}

#[test]
fn a_column_of_intervals_that_the_payments_contradict_is_refused() {
    let error = with_column(&[0, 4, 8, 12, 16].map(|hour| (hour, 8))).unwrap_err();
    assert_eq!(error.fault, Fault::IntervalColumn { said: "8 h".into(), paid: "4 h".into() });
    assert!(error.place.line == 3 && error.to_string().contains("--funding-interval"), "{error}");
}

#[test]
fn a_payment_that_comes_sooner_than_its_column_says_is_said_and_paid_for_its_time() {
    let funding = with_column(&[(0, 8), (8, 8), (16, 8), (20, 8), (24, 4), (28, 4)]).unwrap();
    // Six payments of 0.01 %, whatever interval each is for.
    assert!((earned(&funding) - 0.0006).abs() < 1e-12, "{}", earned(&funding));
    has_note(&funding.notes, "payments sooner than the file says: 1, the first at line 5 after 4 h instead of 8 h");
}

#[test]
fn a_rate_that_no_venue_charges_is_refused_with_its_line_and_a_way_to_let_it_pass() {
    let text = |rate: &str| {
        let row = |turn: u64| format!("{},{}\n", at(turn * 8), if turn == 4 { rate } else { "0.0001" });
        format!("timestamp_ms,funding_rate\n{}", (0..10).map(row).collect::<String>())
    };
    for rate in ["0.5", "-0.101"] {
        let error = read_funding("f", text(rate).as_bytes(), None, Spikes::Refuse).unwrap_err();
        assert_eq!((error.place.line, &error.fault), (6, &Fault::RateSpike { value: rate.parse().unwrap(), hours: 8 }));
        assert!(error.to_string().contains("--allow-spikes"), "{error}");
        assert!(read_funding("f", text(rate).as_bytes(), None, Spikes::Allow).is_ok());
    }
    assert!(read_funding("f", text("0.1").as_bytes(), None, Spikes::Refuse).is_ok());
}

#[test]
fn the_largest_move_to_a_high_or_low_is_said_where_it_is_larger() {
    let mut rows = [0, 1, 2, 3].map(|hour| (hour, 10.0, 10.0, 10.0, 10.0));
    rows[2].2 = 500.0;
    let said = bars(&rows, Spikes::Refuse).unwrap().notes;
    has_note(&said, "; to a high +4900.00 %, line 4 (2020-01-01 02:00)");
    rows[3].3 = 0.15;
    let said = bars(&rows, Spikes::Refuse).unwrap().notes;
    has_note(&said, "; to a low -98.50 %, line 5 (2020-01-01 03:00)");
}

#[test]
fn bars_that_come_again_are_said_with_their_line_and_whether_their_prices_differ() {
    let rows = [(0, 10.0, 10.0, 10.0, 10.0), (1, 10.0, 10.0, 10.0, 10.0), (1, 10.0, 10.0, 10.0, 10.0)];
    let said = bars(&rows, Spikes::Refuse).unwrap().notes;
    has_note(&said, "repeated bars: 1, the first at line 4, with other prices: 0; the first of each counts");
    let rows = [(0, 10.0, 11.0, 9.0, 10.0), (0, 20.0, 21.0, 19.0, 20.0), (1, 10.0, 11.0, 9.0, 10.0)];
    let said = bars(&rows, Spikes::Refuse).unwrap().notes;
    has_note(&said, "the first at line 3, with other prices: 1 (the first at line 3); the first of each counts");
}

#[test]
fn bars_that_are_missing_are_said_with_the_first_line_after_them() {
    let rows = [0, 1, 2, 5, 6, 8].map(|hour| (hour, 10.0, 10.0, 10.0, 10.0));
    let said = bars(&rows, Spikes::Refuse).unwrap().notes;
    has_note(&said, "bars missing: 3, gaps: 2, the first before line 5, from 2020-01-01 02:00 to 2020-01-01 05:00");
}

#[test]
fn bars_of_two_lengths_in_one_file_are_refused_where_the_others_begin() {
    let flat = |hours: Vec<u64>| hours.into_iter().map(|hour| (hour, 10.0, 11.0, 9.0, 10.0)).collect::<Vec<_>>();
    let days = |count: u64| (0..count).map(|day| day * 24);
    let error = bars(&flat(days(5).chain(120..150).collect()), Spikes::Refuse).unwrap_err();
    assert_eq!((error.place.line, error.fault), (2, Fault::TwoLengths { usual: "1 h".into(), other: "24 h".into() }));
    let error = bars(&flat(days(9).chain(193..197).collect()), Spikes::Refuse).unwrap_err();
    assert_eq!((error.place.line, error.fault), (10, Fault::TwoLengths { usual: "24 h".into(), other: "1 h".into() }));
    // Missing every second hour does not make bars of two hours.
    let said = bars(&flat((0..20).chain([21, 23, 25, 27]).chain(28..40).collect()), Spikes::Refuse).unwrap().notes;
    has_note(&said, "bars missing: 4, gaps: 4");
}
