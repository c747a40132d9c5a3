//! Columns without names: which order they have, and when that cannot be told.

use ballast_hours::{Fault, HOUR_MS};
use proptest::prelude::*;

use super::support::*;

/// Open, high, low, close, volume.
type Candle = [f64; 5];

/// Positions of open, high, low, close and volume (or another number) after the time.
type Places = [usize; 5];

/// Orders in which venues respond without names.
const KNOWN: [(&str, Places); 4] = [
    ("usual", [0, 1, 2, 3, 4]),
    ("Coinbase", [2, 1, 0, 3, 4]),
    ("Bitfinex", [0, 2, 3, 1, 4]),
    ("Gate", [4, 2, 3, 1, 0]),
];

fn written(candles: &[Candle], places: Places) -> String {
    let row = |(index, candle): (usize, &Candle)| {
        let mut cells = [0.0; 5];
        for (place, value) in places.into_iter().zip(candle) {
            cells[place] = *value;
        }
        let cells: Vec<String> = cells.iter().map(f64::to_string).collect();
        format!("{},{}\n", START + index as u64 * HOUR_MS, cells.join(","))
    };
    candles.iter().enumerate().map(row).collect()
}

/// Candles that each open at the previous close.
fn path(volume: std::ops::Range<i32>) -> impl Strategy<Value = Vec<Candle>> {
    let step = (-50i32..50, 0i32..20, 0i32..20, volume);
    (1_000i32..2_000, proptest::collection::vec(step, 5..12)).prop_map(|(start, steps)| {
        let mut open = start;
        let mut candles = vec![];
        for (change, above, below, volume) in steps {
            let close = open + change;
            candles.push([open, open.max(close) + above, open.min(close) - below, close, volume].map(f64::from));
            open = close;
        }
        candles
    })
}

/// Either the file is refused, or its bars are the ones written.
fn is_right_or_refused(candles: &[Candle], places: Places) -> Result<bool, TestCaseError> {
    let Ok(read) = bars(&written(candles, places)) else { return Ok(false) };
    for (bar, candle) in read.bars.iter().zip(candles) {
        prop_assert_eq!(&[bar.open, bar.high, bar.low, bar.close][..], &candle[..4], "{:?}", places);
    }
    Ok(true)
}

fn permutations() -> Vec<Places> {
    let mut all = vec![];
    for number in 0..3_125usize {
        let places: Places = std::array::from_fn(|digit| number / 5usize.pow(digit as u32) % 5);
        if (0..5).all(|place| places.contains(&place)) {
            all.push(places);
        }
    }
    all
}

#[test]
fn there_are_as_many_orders_as_there_must_be() {
    assert_eq!(permutations().len(), 120);
}

proptest! {
    /// No order of columns is mistaken for another. A volume comes first or last: between the prices, one that is
    /// always above them could be a high.
    #[test]
    fn no_order_is_taken_for_another(candles in path(5_000..6_000)) {
        for places in permutations().into_iter().filter(|places| matches!(places[4], 0 | 4)) {
            is_right_or_refused(&candles, places)?;
        }
    }

    /// Nor are those of the venues mistaken if volumes look like prices; if they do not, all of them are read.
    #[test]
    fn no_venue_is_taken_for_another(candles in path(0..3_000), apart in path(5_000..6_000)) {
        for (venue, places) in KNOWN {
            is_right_or_refused(&candles, places)?;
            let is_read = is_right_or_refused(&apart, places)?;
            let fits_two = apart.iter().all(|[open, high, low, close, _]| open == low && close == high);
            prop_assert!(is_read || fits_two, "{}", venue);
        }
    }
}

#[test]
fn the_orders_of_venues_are_told_apart_by_their_bars() {
    let candles = [[10.0, 12.0, 9.0, 11.0, 70.0], [11.0, 13.0, 10.0, 12.0, 70.0], [12.0, 14.0, 8.0, 9.0, 70.0]];
    for (venue, places) in KNOWN {
        let read = bars(&written(&candles, places)).unwrap();
        let found: Vec<_> = read.bars.iter().map(|bar| [bar.open, bar.high, bar.low, bar.close, 70.0]).collect();
        assert_eq!(found, candles, "{venue}");
    }
}

/// Bars that open at their low and close at their high fit the order of Bitfinex and, as falling bars, that of
/// Coinbase.
#[test]
fn a_file_that_fits_two_orders_is_refused_with_what_to_do() {
    let candles = [[10.0, 12.0, 10.0, 12.0, 5.0], [12.0, 13.0, 12.0, 13.0, 5.0]];
    let error = bars(&written(&candles, KNOWN[2].1)).unwrap_err();
    assert_eq!(
        error.to_string(),
        "p, line 1: the columns have no names and may be time, low, high, open, close, as at Coinbase or time, open, close, \
         high, low, as at Bitfinex and KuCoin: add a first line that names them, such as \
         \"timestamp_ms,open,high,low,close\""
    );
    let text = written(&candles, KNOWN[2].1);
    let read = bars(&format!("time,open,close,high,low,volume\n{text}")).unwrap();
    assert_eq!((read.bars[0].open, read.bars[0].close), (10.0, 12.0));
}

/// Six columns in which a volume lies between low and high may be Gate's, with the volume first, or Bitfinex's.
#[test]
fn a_volume_that_may_be_a_price_is_refused() {
    let error =
        bars(&written(&[[10.0, 12.0, 9.0, 11.0, 10.5], [11.0, 13.0, 10.0, 12.0, 11.5]], KNOWN[3].1)).unwrap_err();
    assert!(matches!(error.fault, Fault::TwoOrders { .. }), "{error}");
}

/// Time, close, high, low, open: every line is also a bar in the usual order, with open and close swapped.
#[test]
fn open_and_close_exchanged_are_noticed_by_the_bars_beside_them() {
    let candles = [[10.0, 12.0, 9.0, 11.0, 70.0], [11.0, 13.0, 10.0, 12.0, 70.0], [12.0, 14.0, 8.0, 9.0, 70.0]];
    let turned = [3, 1, 2, 0, 4];
    let error = bars(&written(&candles, turned)).unwrap_err();
    assert_eq!(
        error.fault,
        Fault::Turned { order: "time, open, high, low, close", expected: "timestamp_ms,open,high,low,close" }
    );
    assert!(error.to_string().contains("add a first line that names them"), "{error}");
    // Newest first as well.
    let mut lines: Vec<String> = written(&candles, turned).lines().map(str::to_owned).collect();
    lines.reverse();
    assert!(matches!(bars(&lines.join("\n")).unwrap_err().fault, Fault::Turned { .. }));
}

/// The error is that of the order that fits the most lines, not of the usual one.
#[test]
fn a_wrong_line_is_found_in_the_order_that_was_meant() {
    let error =
        bars("1577836800000,10,11,12,9,5\n1577840400000,11,12,13,10,5\n1577844000000,12,0,13,10,5\n").unwrap_err();
    assert_eq!((error.place.line, error.fault), (3, Fault::NotPositive { column: "close", value: 0.0 }));
}

#[test]
fn metatrader_writes_the_day_and_the_time_in_two_columns() {
    let read = two_bars("2020.01.01,00:00,10,12,9,11,5\n2020.01.01,01:00,11,13,10,12,5\n");
    says(&read.notes, "read as day, time, open, high, low, close, as MetaTrader writes them");
    two_bars("20200101 000000;10;12;9;11;0\n20200101 010000;11;13;10;12;0\n");
    two_bars("<TICKER>,<PER>,<DATE>,<TIME>,<OPEN>,<HIGH>,<LOW>,<CLOSE>\nX,60,20200101,000000,10,12,9,11\nX,60,20200101,010000,11,13,10,12\n");
}

#[test]
fn three_columns_of_funding_are_told_apart_by_their_hours() {
    two_payments(&funding("1577836800000,0.0001,8\n1577865600000,-0.0002,8\n").unwrap());
    let error = funding("1577836800000,0.0001,7200.5\n1577865600000,-0.0002,7200.5\n").unwrap_err();
    assert!(matches!(error.fault, Fault::InOrder { .. }), "{error}");
}
