//! The same bars and payments in every supported form, and random text that must not cause a panic.

use std::io::Write;

use ballast_hours::{read_bars, read_funding, Bar, Spikes, HOUR_MS};
use proptest::prelude::*;
use proptest::sample::{select, subsequence};
use zip::write::SimpleFileOptions;

/// 2024-12-31 00:00 UTC.
const START: u64 = 1_735_603_200_000;
/// A text with all separators in it.
const EXTRA: &str = "a; b,\tc";

/// How a table is written.
#[derive(Debug, Clone)]
struct Form {
    separator: char,
    unit: Unit,
    /// Names of the columns in their order, if there is a header.
    header: bool,
    order: Vec<usize>,
    newest_first: bool,
    quotes: bool,
    decimal_comma: bool,
    windows: bool,
    utf16: bool,
    pack: Pack,
}

#[derive(Debug, Clone, Copy)]
enum Unit {
    Seconds,
    Milliseconds,
    Microseconds,
    Iso,
    Spaced,
    Zoned,
}

#[derive(Debug, Clone, Copy)]
enum Pack {
    Plain,
    Gzip,
    Zip,
}

impl Unit {
    fn written(self, time_ms: u64) -> String {
        let time = jiff::Timestamp::from_millisecond(time_ms as i64).unwrap();
        match self {
            Unit::Seconds => (time_ms / 1_000).to_string(),
            Unit::Milliseconds => time_ms.to_string(),
            Unit::Microseconds => (time_ms * 1_000).to_string(),
            Unit::Iso => time.strftime("%Y-%m-%dT%H:%M:%SZ").to_string(),
            Unit::Spaced => time.strftime("%Y-%m-%d %H:%M:%S").to_string(),
            Unit::Zoned => time.strftime("%Y-%m-%d %H:%M:%S+00:00").to_string(),
        }
    }
}

/// Any form of a table with this many columns.
fn form(columns: usize) -> impl Strategy<Value = Form> {
    let units = [Unit::Seconds, Unit::Milliseconds, Unit::Microseconds, Unit::Iso, Unit::Spaced, Unit::Zoned];
    let order = Just((0..columns).collect::<Vec<_>>()).prop_shuffle();
    let flags = (any::<bool>(), any::<bool>(), any::<bool>(), any::<bool>(), any::<bool>(), any::<bool>());
    let pack = select(vec![Pack::Plain, Pack::Gzip, Pack::Zip]);
    (select(vec![',', ';', '\t']), select(units.to_vec()), order, flags, pack).prop_map(
        move |(separator, unit, order, (header, newest_first, quotes, decimal_comma, windows, utf16), pack)| Form {
            order: if header { order } else { (0..columns).collect() },
            // Without quotes a comma would end a field.
            decimal_comma: decimal_comma && (quotes || separator != ','),
            separator,
            unit,
            header,
            newest_first,
            quotes,
            windows,
            utf16,
            pack,
        },
    )
}

impl Form {
    /// Rows, oldest first; the first of `names` is the time.
    fn file(&self, names: &[&str], rows: &[(u64, Vec<String>)]) -> Vec<u8> {
        let mut lines: Vec<String> = rows.iter().map(|(time, cells)| self.row(*time, cells)).collect();
        if self.newest_first {
            lines.reverse();
        }
        if self.header {
            let names: Vec<String> = names.iter().map(|name| (*name).to_owned()).collect();
            lines.insert(0, self.line(&names));
        }
        let text: String = lines.iter().map(|line| line.clone() + if self.windows { "\r\n" } else { "\n" }).collect();
        self.packed(&match self.utf16 {
            true => [0xff, 0xfe].into_iter().chain(text.encode_utf16().flat_map(u16::to_le_bytes)).collect(),
            false => text.into_bytes(),
        })
    }

    fn row(&self, time_ms: u64, cells: &[String]) -> String {
        let number = |cell: &String| match self.decimal_comma {
            true => cell.replace('.', ","),
            false => cell.clone(),
        };
        let cells: Vec<String> = std::iter::once(self.unit.written(time_ms)).chain(cells.iter().map(number)).collect();
        self.line(&cells)
    }

    fn line(&self, cells: &[String]) -> String {
        let quoted = |cell: &String| match self.quotes || cell.contains(self.separator) {
            true => format!("\"{cell}\""),
            false => cell.clone(),
        };
        let cells: Vec<String> = self.order.iter().map(|column| quoted(&cells[*column])).collect();
        cells.join(&self.separator.to_string())
    }

    fn packed(&self, bytes: &[u8]) -> Vec<u8> {
        match self.pack {
            Pack::Plain => bytes.to_vec(),
            Pack::Gzip => {
                let mut gzip = flate2::write::GzEncoder::new(vec![], flate2::Compression::default());
                gzip.write_all(bytes).unwrap();
                gzip.finish().unwrap()
            }
            Pack::Zip => {
                let mut archive = zip::ZipWriter::new(std::io::Cursor::new(vec![]));
                archive.start_file("inside.csv", SimpleFileOptions::default()).unwrap();
                archive.write_all(bytes).unwrap();
                archive.finish().unwrap().into_inner()
            }
        }
    }
}

/// Bars with four decimals (so that no comma can separate thousands), each opening at the previous close.
fn path() -> impl Strategy<Value = Vec<Bar>> {
    let step = (-90_000i32..90_000, 1u32..90_000, 1u32..90_000);
    (10_000_000i32..20_000_000, proptest::collection::vec(step, 4..12)).prop_map(|(start, steps)| {
        let mut open = start;
        let steps = steps.into_iter().zip(0u64..).map(|((change, above, below), hour)| {
            let close = open + change;
            let [first, high, low, last] =
                [open, open.max(close) + above as i32, open.min(close) - below as i32, close].map(price);
            open = close;
            Bar { opens_ms: START + hour * HOUR_MS, open: first, high, low, close: last }
        });
        steps.collect()
    })
}

fn price(units: i32) -> f64 {
    f64::from(units) / 10_000.0
}

fn four(value: f64) -> String {
    format!("{value:.4}")
}

fn strict(bars: &[Bar]) -> Vec<u8> {
    let row = |bar: &Bar| format!("{},{},{},{},{}\n", bar.opens_ms, bar.open, bar.high, bar.low, bar.close);
    format!("timestamp_ms,open,high,low,close\n{}", bars.iter().map(row).collect::<String>()).into_bytes()
}

fn has(notes: &[String], part: &str) -> bool {
    notes.iter().any(|note| note.contains(part))
}

/// The notes that a form must give.
fn said(form: &Form, notes: &[String]) -> Result<(), TestCaseError> {
    prop_assert_eq!(has(notes, "the newest line is the first"), form.newest_first, "{:?}", notes);
    prop_assert_eq!(has(notes, "numbers with a decimal comma"), form.decimal_comma, "{:?}", notes);
    prop_assert_eq!(has(notes, "fields are separated by"), form.separator != ',', "{:?}", notes);
    prop_assert_eq!(has(notes, "UTF-16"), form.utf16, "{:?}", notes);
    prop_assert_eq!(has(notes, "unpacked with gzip"), matches!(form.pack, Pack::Gzip), "{:?}", notes);
    prop_assert_eq!(has(notes, "unpacked inside.csv"), matches!(form.pack, Pack::Zip), "{:?}", notes);
    prop_assert_eq!(has(notes, "no header and "), !form.header, "{:?}", notes);
    prop_assert!(has(notes, "times "), "{:?}", notes);
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1_000))]

    #[test]
    fn bars_are_the_same_in_every_form_of_a_table(bars in path(), form in form(7)) {
        let names = ["open_time", "Open", "high", "Low", "close", "volume", "what"];
        // Without names, a text column would make it too easy to tell orders apart.
        let last = if form.header { EXTRA } else { "8000000.5" };
        let row = |bar: &Bar| {
            let prices = [bar.open, bar.high, bar.low, bar.close].map(four);
            (bar.opens_ms, prices.into_iter().chain(["7000000.5".to_owned(), last.to_owned()]).collect())
        };
        let file = form.file(&names, &bars.iter().map(row).collect::<Vec<_>>());
        let read = read_bars("f", file.as_slice(), Spikes::Refuse).unwrap();
        prop_assert_eq!(&read.bars, &bars);
        let again = read_bars("f", strict(&bars).as_slice(), Spikes::Refuse).unwrap();
        prop_assert_eq!((&read.bars, read.length_ms), (&again.bars, again.length_ms));
        said(&form, &read.notes)?;
    }

    /// Twelve columns, in milliseconds until 2024 and microseconds since, with and without a header.
    #[test]
    fn bars_are_the_same_in_archives(bars in path(), form in form(12), micro in any::<bool>()) {
        let names = ["open_time", "open", "high", "low", "close", "volume", "close_time", "quote_volume", "count",
            "taker_buy_volume", "taker_buy_quote_volume", "ignore"];
        let unit = if micro { Unit::Microseconds } else { Unit::Milliseconds };
        let form = Form { separator: ',', decimal_comma: false, utf16: false, order: (0..12).collect(), unit, ..form };
        let row = |bar: &Bar| {
            let prices = [bar.open, bar.high, bar.low, bar.close].map(four);
            let closes = unit.written(bar.opens_ms + HOUR_MS - 1);
            let rest = ["100.5", &closes, "1000.1", "42", "50.5", "500.5", "0"].map(str::to_owned);
            (bar.opens_ms, prices.into_iter().chain(rest).collect())
        };
        let file = form.file(&names, &bars.iter().map(row).collect::<Vec<_>>());
        let read = read_bars("f", file.as_slice(), Spikes::Refuse).unwrap();
        prop_assert_eq!(&read.bars, &bars);
        said(&form, &read.notes)?;
    }

    #[test]
    fn payments_are_the_same_in_every_form_of_a_table(
        rates in proptest::collection::vec(-9_999i32..9_999, 2..12),
        form in form(3),
        late in 0u64..1_000,
        hours in select(vec![1u64, 2, 4, 8]),
    ) {
        let rate = |units: &i32| f64::from(*units) / 1_000_000.0;
        let late = if matches!(form.unit, Unit::Milliseconds | Unit::Microseconds) { late } else { 0 };
        let payments: Vec<(u64, f64)> =
            rates.iter().zip(0u64..).map(|(units, turn)| (START + turn * hours * HOUR_MS, rate(units))).collect();
        let row = |(time, rate): &(u64, f64)| (time + late, vec![hours.to_string(), format!("{rate:.6}")]);
        let rows: Vec<_> = payments.iter().map(row).collect();
        let file = form.file(&["calc_time", "funding_interval_hours", "last_funding_rate"], &rows);
        let read = read_funding("f", file.as_slice(), None, Spikes::Refuse).unwrap();
        let lines: String = payments.iter().map(|(time, rate)| format!("{time},{rate}\n")).collect();
        let strict = read_funding("f", format!("timestamp_ms,funding_rate\n{lines}").as_bytes(), None, Spikes::Refuse).unwrap();
        prop_assert_eq!(&read.intervals, &strict.intervals);
        for (interval, (time, rate)) in read.intervals.iter().zip(&payments) {
            prop_assert_eq!((interval.from_ms, interval.to_ms), (time - hours * HOUR_MS, *time));
            prop_assert!((interval.yearly - rate * 8_760.0 / hours as f64).abs() < 1e-12);
        }
        said(&form, &read.notes)?;
    }

    /// Lists and objects: bare, inside a response, one entry per line.
    #[test]
    fn bars_are_the_same_in_json(bars in path(), around in 0usize..3, objects in any::<bool>(), newest_first in any::<bool>()) {
        let entry = |bar: &Bar| {
            let Bar { opens_ms, open, high, low, close } = bar;
            match objects {
                true => format!(r#"{{"v":"1","c":"{close}","t":{opens_ms},"T":{},"l":{low},"h":{high},"o":"{open}"}}"#, opens_ms + 1),
                false => format!(r#"["{opens_ms}",{open},"{high}",{low},"{close}","7000000.5"]"#),
            }
        };
        let mut entries: Vec<String> = bars.iter().map(entry).collect();
        if newest_first {
            entries.reverse();
        }
        let list = entries.join(",");
        let text = match around {
            0 => format!("[{list}]"),
            1 => format!(r#"{{"code":0,"data":{{"symbol":"X","list":[{list}]}}}}"#),
            _ => entries.join("\n"),
        };
        let read = read_bars("f", text.as_bytes(), Spikes::Refuse).unwrap();
        prop_assert_eq!(&read.bars, &bars);
        prop_assert_eq!(has(&read.notes, "the newest line is the first"), newest_first);
    }

    #[test]
    fn no_bytes_make_a_reader_panic(bytes in proptest::collection::vec(any::<u8>(), 0..300), magic in 0usize..6) {
        let magic: &[u8] = [&[][..], &[0x1f, 0x8b], b"PK\x03\x04", &[0xff, 0xfe], &[0xfe, 0xff], &[0xef, 0xbb, 0xbf]][magic];
        let bytes = [magic, &bytes].concat();
        refuses_with_a_line(&bytes)?;
    }

    /// Random text from the words that readers look for.
    #[test]
    fn no_text_makes_a_reader_panic(words in proptest::collection::vec(select(WORDS.to_vec()), 0..60)) {
        refuses_with_a_line(words.concat().as_bytes())?;
    }

    /// Parts of good lines in any order.
    #[test]
    fn no_lines_make_a_reader_panic(lines in subsequence(LINES.to_vec(), 0..LINES.len()).prop_shuffle()) {
        refuses_with_a_line(lines.join("\n").as_bytes())?;
    }
}

fn refuses_with_a_line(bytes: &[u8]) -> Result<(), TestCaseError> {
    let lines = bytes.iter().filter(|byte| **byte == b'\n').count() as u64 + 1;
    let bars = read_bars("f", bytes, Spikes::Refuse).err();
    let funding = read_funding("f", bytes, None, Spikes::Refuse).err();
    for error in bars.into_iter().chain(funding) {
        prop_assert!((1..=lines).contains(&error.place.line), "{}", error);
        prop_assert!(error.to_string().len() < 1_000, "{}", error);
    }
    Ok(())
}

const WORDS: [&str; 42] = [
    "timestamp_ms",
    "time",
    "open",
    "high",
    "low",
    "close",
    "funding_rate",
    "fundingRate",
    "ticks",
    "last",
    "result",
    "code",
    "data",
    "retCode",
    ",",
    ",",
    ";",
    "\t",
    "\n",
    "\n",
    "\r\n",
    "\"",
    "'",
    "[",
    "]",
    "{",
    "}",
    ":",
    "#",
    "%",
    "-",
    ".",
    " ",
    "0",
    "10",
    "1577836800000",
    "1577840400",
    "2020-01-01 00:00",
    "01/02/2020",
    "true",
    "null",
    "\u{feff}",
];

const LINES: [&str; 12] = [
    "time,open,high,low,close",
    "time;fundingRate",
    "1577836800000,10,12,9,11",
    "1577840400000,11,13,10,12,5",
    "1577840400;0,0001",
    "2020-01-01 00:00:00,10,12,9,11",
    "[1577836800000,10,12,9,11]",
    r#"{"t":1577836800000,"r":"0.0001"}"#,
    "# time,open",
    "sep=;",
    "\"1,000.5\",\"10,5\"",
    "",
];
