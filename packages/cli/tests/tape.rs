//! Prices, marks and funding brought together, real, generated and irregular.

use ballast_cli::data::{read_bars, read_funding, Bars, Funding, Spikes, HOUR_MS};
use ballast_cli::date::parse_day;
use ballast_cli::generate::{generate, START_MS};
use ballast_cli::stats::{annual_variance, Point};
use ballast_cli::tape::{Change, Irregularities, Tape, TapeError};

const ALWAYS: std::ops::Range<u64> = 0..u64::MAX;
const START: u64 = START_MS / 1_000;

fn bars(hours: &[u64], high: f64) -> Bars {
    let mut text = "timestamp_ms,open,high,low,close\n".to_owned();
    for hour in hours {
        text += &format!("{},10,{high},9,{}\n", START_MS + hour * HOUR_MS, 9.5 + *hour as f64 / 100.0);
    }
    read_bars("bars", text.as_bytes(), Spikes::Refuse).unwrap()
}

/// Payments at hours 8, 16 and 24 of 10.95 %, 21.9 % and -10.95 % a year.
fn funding() -> Funding {
    let mut text = "timestamp_ms,funding_rate\n".to_owned();
    for (hour, rate) in [(8, 0.0001), (16, 0.0002), (24, -0.0001)] {
        text += &format!("{},{rate}\n", START_MS + hour * HOUR_MS);
    }
    read_funding("funding", text.as_bytes(), None, Spikes::Refuse).unwrap()
}

#[test]
fn a_bar_is_known_when_it_closes_and_carries_the_rate_in_force_from_then_on() {
    let all: Vec<u64> = (0..24).collect();
    let tape = Tape::new(&bars(&all, 12.0), None, &funding(), ALWAYS).unwrap();
    assert_eq!(tape.hours.len(), 24);
    assert_eq!(tape.hours[0].time, START + 3_600);
    assert_eq!((tape.hours[3].price, tape.hours[3].high), (9.53, 12.0));
    let rate = |hour: usize| tape.hours[hour].reference.unwrap();
    // The bar of hour 6 closes at 7:00, that of hour 7 at 8:00, where the rate paid at 16:00 begins.
    assert!((rate(6) - 0.1095).abs() < 1e-12);
    assert!((rate(7) - 0.219).abs() < 1e-12);
    assert!((rate(15) + 0.1095).abs() < 1e-12);
    assert_eq!(tape.hours[23].reference, None);
    assert_eq!(tape.irregular, Irregularities::default());
    assert_eq!(tape.irregular.to_string(), "no hour missing or repeated");
}

#[test]
fn liquidation_is_tested_at_the_lower_of_both_highs() {
    let all: Vec<u64> = (0..4).collect();
    let low_mark = Tape::new(&bars(&all, 12.0), Some(&bars(&all, 11.0)), &funding(), ALWAYS).unwrap();
    assert_eq!(low_mark.hours[2].high, 11.0);
    let high_mark = Tape::new(&bars(&all, 12.0), Some(&bars(&all, 13.0)), &funding(), ALWAYS).unwrap();
    assert_eq!(high_mark.hours[2].high, 12.0);
}

#[test]
fn marks_stamped_late_are_joined_to_their_hour() {
    let mark = |late: u64| {
        let row = |hour: u64| format!("{},10,11,9,10\n", START_MS + hour * HOUR_MS + late);
        let text = format!("timestamp_ms,open,high,low,close\n{}{}{}", row(0), row(1), row(2));
        read_bars("mark", text.as_bytes(), Spikes::Refuse).unwrap()
    };
    for late in [0, 7, 60_000] {
        let tape = Tape::new(&bars(&[0, 1, 2], 12.0), Some(&mark(late)), &funding(), ALWAYS).unwrap();
        assert_eq!((tape.irregular.missing_marks, tape.hours[1].high), (0, 11.0), "{late} ms");
    }
    let tape = Tape::new(&bars(&[0, 1, 2], 12.0), Some(&mark(60_001)), &funding(), ALWAYS).unwrap();
    assert_eq!(tape.irregular.missing_marks, 3);
}

#[test]
fn rates_that_begin_within_a_bar_are_kept_with_their_time() {
    // Bars of 24 h that close at hours 24 and 48; payments every 8 h up to hour 48, the last of a fivefold rate.
    let rows: String = (1..=6).map(|turn| format!("{},0.000{turn}\n", START_MS + turn * 8 * HOUR_MS)).collect();
    let funding =
        read_funding("f", format!("timestamp_ms,funding_rate\n{rows}").as_bytes(), None, Spikes::Refuse).unwrap();
    let tape = Tape::new(&bars(&[0, 24], 12.0), None, &funding, ALWAYS).unwrap();
    assert_eq!((tape.bar, tape.hours.len(), tape.irregular.missing_funding), (24 * 3_600, 2, 0));
    let change = |hour: u64, yearly: f64| Change { time: START + hour * 3_600, reference: Some(yearly) };
    let found = tape.changes_between(START + 24 * 3_600, START + 48 * 3_600);
    assert_eq!(found.len(), 2);
    for (found, expected) in found.iter().zip([change(32, 0.0005 * 1_095.0), change(40, 0.0006 * 1_095.0)]) {
        assert_eq!(found.time, expected.time);
        assert!((found.reference.unwrap() - expected.reference.unwrap()).abs() < 1e-12);
    }
    // Hourly bars need none of that.
    let all: Vec<u64> = (0..40).collect();
    assert_eq!(Tape::new(&bars(&all, 12.0), None, &funding, ALWAYS).unwrap().changes, []);
}

#[test]
fn a_rate_that_begins_just_before_a_step_begins_with_it() {
    // Payments at 07:50, 15:50 and 23:50: the third of a day begins ten minutes before the bar closes.
    let row = |turn: u64| format!("{},0.0001\n", START_MS + turn * 8 * HOUR_MS - 600_000);
    let rows: String = (1..=9).map(row).collect();
    let funding =
        read_funding("f", format!("timestamp_ms,funding_rate\n{rows}").as_bytes(), None, Spikes::Refuse).unwrap();
    let tape = Tape::new(&bars(&[0, 24], 12.0), None, &funding, ALWAYS).unwrap();
    let hours: Vec<f64> = tape.changes.iter().map(|change| (change.time - START) as f64 / 3_600.0).collect();
    assert_eq!(hours, [32.0 - 1.0 / 6.0, 40.0 - 1.0 / 6.0]);
}

#[test]
fn a_gap_in_the_funding_within_bars_of_a_day_counts_its_hours() {
    // Payments at hours 8, 16, 24, then 40 and 48: from hour 24 to hour 32 no rate is known.
    let rows: String = [1, 2, 3, 5, 6].map(|turn| format!("{},0.0001\n", START_MS + turn * 8 * HOUR_MS)).concat();
    let funding =
        read_funding("f", format!("timestamp_ms,funding_rate\n{rows}").as_bytes(), None, Spikes::Refuse).unwrap();
    let hours: Vec<u64> = (0..48).collect();
    let tape = Tape::new(&bars(&hours, 12.0), None, &funding, ALWAYS).unwrap();
    assert_eq!(tape.irregular.missing_funding, 8);
    assert_eq!(tape.hours[23].reference, None);
}

#[test]
fn missing_hours_are_counted_and_the_step_is_longer() {
    let tape =
        Tape::new(&bars(&[0, 1, 2, 5, 6, 8, 9], 12.0), Some(&bars(&[0, 1, 5, 6], 11.0)), &funding(), ALWAYS).unwrap();
    assert_eq!(tape.irregular.missing_prices, 3);
    // Hours 2, 8 and 9 have no mark.
    assert_eq!(tape.irregular.missing_marks, 3);
    assert_eq!(tape.hours[2].high, 12.0);
    assert_eq!(tape.hours[3].time - tape.hours[2].time, 3 * 3_600);
    assert!(tape.irregular.to_string().starts_with("3 missing bars of prices"));
}

#[test]
fn hours_outside_of_the_funding_file_are_left_out() {
    let all: Vec<u64> = (20..30).collect();
    let tape = Tape::new(&bars(&all, 12.0), None, &funding(), ALWAYS).unwrap();
    // The last payment is at 24:00: that close ends the run, those at 25:00 to 30:00 are left out.
    assert_eq!(tape.span(), (START + 21 * 3_600, START + 24 * 3_600));
    assert_eq!((tape.irregular.outside_funding, tape.irregular.missing_funding), (6, 0));
    let late: Vec<u64> = (40..50).collect();
    let error = Tape::new(&bars(&late, 12.0), None, &funding(), ALWAYS).unwrap_err();
    assert_eq!(error, TapeError::NoFunding { hours: 10 });
}

#[test]
fn a_window_takes_the_bars_that_open_in_it() {
    let all: Vec<u64> = (0..72).collect();
    let window = parse_day("2020-01-01").unwrap()..parse_day("2020-01-02").unwrap();
    let tape = Tape::new(&bars(&all, 12.0), None, &funding(), window).unwrap();
    assert_eq!(tape.hours.len(), 24);
    assert_eq!(tape.span(), (START + 3_600, START + 24 * 3_600));
}

#[test]
fn a_window_without_hours_says_what_the_file_has() {
    let window = parse_day("2021-01-01").unwrap()..parse_day("2021-02-01").unwrap();
    let error = Tape::new(&bars(&[0, 1, 30], 12.0), None, &funding(), window).unwrap_err();
    assert_eq!(
        error.to_string(),
        "no price from 2021-01-01 up to 2021-02-01; the file runs from 2020-01-01 to 2020-01-02"
    );
    let open_ended = parse_day("2021-01-01").unwrap()..u64::MAX;
    let error = Tape::new(&bars(&[0, 1, 30], 12.0), None, &funding(), open_ended).unwrap_err();
    assert_eq!(error.to_string(), "no price from 2021-01-01 on; the file runs from 2020-01-01 to 2020-01-02");
    assert_eq!(Tape::new(&bars(&[0], 12.0), None, &funding(), ALWAYS), Err(TapeError::OneHour));
}

#[test]
fn marks_of_another_length_are_refused() {
    let error = Tape::new(&bars(&[0, 1, 2], 12.0), Some(&bars(&[0, 4, 8], 12.0)), &funding(), ALWAYS).unwrap_err();
    assert_eq!(error, TapeError::MarkLength { mark: 14_400, prices: 3_600 });
}

#[test]
fn marks_of_another_coin_are_refused() {
    let far = |high: f64| {
        let row = |hour: u64| format!("{},0.5,{high},0.4,0.5\n", START_MS + hour * HOUR_MS);
        let text = format!("timestamp_ms,open,high,low,close\n{}{}", row(0), row(1));
        read_bars("mark", text.as_bytes(), Spikes::Refuse).unwrap()
    };
    let error = Tape::new(&bars(&[0, 1], 12.0), Some(&far(0.6)), &funding(), ALWAYS).unwrap_err();
    assert_eq!(
        error.to_string(),
        "the mark closes at 0.5 at 2020-01-01T01:00:00Z, the price at 9.5: marks of another coin or unit would decide who is \
         liquidated"
    );
}

#[test]
fn the_same_seed_gives_the_same_hours_and_another_seed_others() {
    assert_eq!(generate(7, 500), generate(7, 500));
    assert_ne!(generate(7, 500).0, generate(8, 500).0);
    // A longer path begins like the shorter one.
    assert_eq!(generate(7, 500).0.bars[..], generate(7, 900).0.bars[..500]);
}

#[test]
fn generated_hours_pass_the_checks_of_a_file() {
    for seed in 0..5 {
        let (made, rates) = generate(seed, 5_000);
        let mut text = "timestamp_ms,open,high,low,close\n".to_owned();
        for bar in &made.bars {
            text += &format!("{},{},{},{},{}\n", bar.opens_ms, bar.open, bar.high, bar.low, bar.close);
        }
        assert_eq!(read_bars("made", text.as_bytes(), Spikes::Refuse).unwrap().bars, made.bars);
        let tape = Tape::new(&made, None, &rates, ALWAYS).unwrap();
        assert_eq!(tape.irregular, Irregularities::default());
        assert!(tape.hours.iter().all(|hour| hour.reference.is_some()));
    }
}

#[test]
fn generated_decades_stay_within_what_the_contracts_accept_and_move_like_a_coin() {
    let (made, rates) = generate(3, 200_000);
    assert!(made.bars.iter().all(|bar| bar.low > 1e-3 && bar.high < 1e7));
    let path: Vec<Point> = made.bars.iter().map(|bar| Point { time: bar.opens_ms / 1_000, nav: bar.close }).collect();
    let volatility = annual_variance(&path).sqrt();
    assert!((0.5..1.2).contains(&volatility), "{volatility}");
    // Some hours of more than 7 %, from jumps and storms; calm hours move by less than 1 %.
    let jumps = path.windows(2).filter(|pair| (pair[1].nav / pair[0].nav - 1.0).abs() > 0.07).count();
    assert!((30..300).contains(&jumps), "{jumps}");
    // Regimes: the volatility of weeks differs by more than three times.
    let mut weeks: Vec<f64> = path.chunks(168).map(|week| annual_variance(week).sqrt()).collect();
    weeks.sort_by(f64::total_cmp);
    assert!(weeks[weeks.len() * 95 / 100] > 2.5 * weeks[weeks.len() * 5 / 100]);
    // Funding returns to a mean: positive and negative, neither for ever, and far from the clamp on average.
    let mean = rates.intervals.iter().map(|rate| rate.yearly).sum::<f64>() / rates.intervals.len() as f64;
    let negative =
        rates.intervals.iter().filter(|rate| rate.yearly < 0.0).count() as f64 / rates.intervals.len() as f64;
    assert!((0.0..0.3).contains(&mean), "{mean}");
    assert!((0.05..0.6).contains(&negative), "{negative}");
}
