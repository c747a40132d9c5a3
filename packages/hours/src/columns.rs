//! Finds the needed columns of a file, by the names that venues and tools give them or by position.

use crate::fault::Fault;
use crate::rows::{Head, Row};
use crate::shown::shown;

/// Columns that say which coin or venue a row is about, by their plain names.
const WHOSE: [&str; 17] = [
    "symbol",
    "instrument",
    "instrumentid",
    "instrumentname",
    "instid",
    "coin",
    "ticker",
    "tic",
    "pair",
    "market",
    "marketname",
    "contract",
    "contractcode",
    "asset",
    "currency",
    "exchange",
    "s",
];

/// A column of days. It is the time of bars and payments; beside other values, nobody knows when in the day they were known.
const DAY: &str = "date";

/// Which columns a kind of file has. Names are plain ones, see [`plain`]; if a file has several of them, the first in
/// the list counts.
pub struct Kind<const N: usize> {
    /// The header of the strict form.
    pub strict: &'static str,
    pub times: &'static [&'static str],
    /// Names of the time at which a bar ends, for files without an opening time.
    pub closings: &'static [&'static str],
    pub values: [&'static [&'static str]; N],
    /// What errors call each value.
    pub labels: [&'static str; N],
    /// Names of an optional column.
    pub extra: &'static [&'static str],
    /// What errors call it.
    pub extra_label: &'static str,
    /// The column orders that venues use without names, for a number of columns; the most common first.
    pub orders: fn(usize) -> Vec<Order<N>>,
    /// What the column names together say about times and values.
    pub signs: fn(&[String]) -> Result<Stamp, Fault>,
    /// Whether values may have a percent sign.
    pub percent: bool,
    pub check: fn(&Row<N>) -> Result<(), Fault>,
    /// Whether rows without column names (how many columns; oldest row first) make more sense with the first and last
    /// value swapped.
    pub is_turned: fn(usize, &[Row<N>]) -> bool,
}

/// An order of columns without names: positions from 0.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Order<const N: usize> {
    /// Its name in texts for people.
    pub called: &'static str,
    /// The day, if the time has none.
    pub day: Option<usize>,
    pub time: usize,
    pub values: [usize; N],
    pub extra: Option<usize>,
    /// Another number that comes before the values.
    pub number: Option<usize>,
}

/// Which time of a bar its timestamp is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stamp {
    /// Its open, as at nearly all venues.
    Opening,
    /// Its close.
    Close,
    /// Its close; and its open is the previous close, which may be outside of low and high.
    BitMex,
}

impl<const N: usize> Kind<N> {
    /// Whether a table may be of this kind: by the names of its columns, or by how many there are.
    pub fn fits(&self, head: &Head) -> bool {
        match head {
            Head::Names(names) => {
                let plain: Vec<String> = names.iter().map(|name| self::plain(name)).collect();
                self.values.iter().all(|wanted| wanted.iter().any(|name| plain.iter().any(|one| one == name)))
            }
            Head::Width(width) => !(self.orders)(*width).is_empty(),
        }
    }

    /// Adds the expected header to an error about a file without one.
    pub fn expecting(&self, fault: Fault) -> Fault {
        match fault {
            Fault::NoTable { found, .. } => Fault::NoTable { found, expected: self.strict },
            Fault::Prefixed { venue, .. } => Fault::Prefixed { venue, expected: self.strict },
            Fault::Unnamed { venue, .. } => Fault::Unnamed { venue, expected: self.strict },
            other => other,
        }
    }
}

/// The position of each column, from 0.
#[derive(Debug, PartialEq, Eq)]
pub struct Columns<const N: usize> {
    /// The day, if the time has none.
    pub day: Option<usize>,
    pub time: usize,
    pub values: [usize; N],
    pub extra: Option<usize>,
    /// Another number, in an order without names.
    pub number: Option<usize>,
    /// The columns that say which coin or venue a row is about.
    pub whose: Vec<usize>,
    pub stamp: Stamp,
    /// Whether the name of the first value says that it is in percent.
    pub percent: bool,
    /// The assumed order, if the columns have no names.
    pub order: Option<&'static str>,
}

impl<const N: usize> Columns<N> {
    /// The possible readings: one by names, one or more by position.
    pub fn choose(head: &Head, kind: &Kind<N>) -> Result<Vec<Self>, Fault> {
        match head {
            Head::Names(names) => Ok(vec![Columns::by_name(names, kind)?]),
            Head::Width(width) => {
                let orders = (kind.orders)(*width);
                if orders.is_empty() {
                    return Err(Fault::NoHeader { found: *width, expected: kind.strict });
                }
                Ok(orders.into_iter().map(Columns::by_place).collect())
            }
        }
    }

    fn by_place(order: Order<N>) -> Self {
        let Order { called, day, time, values, extra, number } = order;
        let (stamp, whose) = (Stamp::Opening, vec![]);
        Columns { day, time, values, extra, number, whose, stamp, percent: false, order: Some(called) }
    }

    fn by_name(names: &[String], kind: &Kind<N>) -> Result<Self, Fault> {
        let plain: Vec<String> = names.iter().map(|name| self::plain(name)).collect();
        let names_of =
            |wanted: &[&'static str]| wanted.iter().copied().find(|name| plain.iter().any(|one| one == name));
        let find = |wanted: &[&'static str]| names_of(wanted).map(|name| place(&plain, name)).transpose();
        let (opening, closing) = (find(kind.times)?, find(kind.closings)?);
        // Tables written by pandas have the time first, without a name.
        let first = plain.first().filter(|name| matches!(name.as_str(), "" | "unnamed0")).map(|_| 0);
        let time = opening.or(closing).or(first);
        let mut missing: Vec<&str> = if time.is_none() { vec!["the time"] } else { vec![] };
        let mut values = [0; N];
        for ((value, wanted), label) in values.iter_mut().zip(kind.values).zip(kind.labels) {
            match find(wanted)? {
                Some(place) => *value = place,
                None => missing.push(label),
            }
        }
        let (Some(time), true) = (time, missing.is_empty()) else {
            let found = shown(&names.join(","));
            let day = names.iter().zip(&plain).find(|(_, name)| *name == DAY);
            if let (["the time"], Some((day, _))) = (missing.as_slice(), day) {
                return Err(Fault::DayAlone { found, day: shown(day) });
            }
            let missing = missing.join(", ");
            return Err(Fault::Header { found, missing, expected: kind.strict });
        };
        let is_time = plain.get(time).is_some_and(|name| name == "time");
        let day = find(&[DAY])?.filter(|day| *day != time && is_time);
        let stamp = match (kind.signs)(&plain)? {
            Stamp::Opening if opening.is_none() && closing.is_some() => Stamp::Close,
            stamp => stamp,
        };
        let first_value = values.first().and_then(|place| names.get(*place));
        let percent = kind.percent && first_value.is_some_and(|name| name.contains('%'));
        let is_whose = |name: &&str| WHOSE.contains(name);
        let whose = (0..).zip(&plain).filter(|(_, name)| is_whose(&name.as_str())).map(|(place, _)| place).collect();
        Ok(Columns { day, time, values, extra: find(kind.extra)?, number: None, whose, stamp, percent, order: None })
    }

    /// All columns that are read: time, day, values, extra, number.
    pub fn all(&self) -> Vec<usize> {
        std::iter::once(self.time).chain(self.day).chain(self.values).chain(self.extra).chain(self.number).collect()
    }

    /// The name of the first value's column.
    pub fn first(&self, head: &Head) -> String {
        self.values.first().map_or(String::new(), |column| head.name(*column).to_owned())
    }

    /// Whether the venue publishes rows with this fault.
    pub fn accepts(&self, fault: &Fault) -> bool {
        self.stamp == Stamp::BitMex && matches!(fault, Fault::OutsideOfBar { column: "open", .. })
    }

    /// A note on how they are read; none for the strict form.
    pub fn note(&self, head: &Head) -> Option<String> {
        let Some(order) = self.order else { return self.by_names(head) };
        let (width, columns) = (head.width(), self.all());
        let is_usual = columns.windows(2).all(|pair| matches!(pair, [before, after] if before < after));
        let places: Vec<String> = columns.iter().map(|column| column.saturating_add(1).to_string()).collect();
        Some(match is_usual {
            true => {
                format!("no header and {width} columns: read as exchanges order them, columns {}", places.join(", "))
            }
            false => format!("no header and {width} columns: read as {order}"),
        })
    }

    fn by_names(&self, head: &Head) -> Option<String> {
        let columns = self.all();
        let name = |column: &usize| match head.name(*column) {
            "" => "(without a name)",
            name => name,
        };
        let used: Vec<&str> = columns.iter().map(name).collect();
        let others: Vec<usize> = (0..head.width()).filter(|column| !columns.contains(column)).collect();
        let ignored: Vec<&str> = others.iter().map(name).collect();
        let is_strict = ignored.is_empty() && name(&self.time) == "timestamp_ms";
        let rest = if ignored.is_empty() { String::new() } else { format!("; ignored: {}", ignored.join(", ")) };
        (!is_strict).then(|| format!("columns {}{rest}", used.join(", ")))
    }
}

/// The position of a name, which must occur once.
fn place(plain: &[String], name: &str) -> Result<usize, Fault> {
    let mut places = plain.iter().enumerate().filter(|(_, one)| *one == name).map(|(place, _)| place);
    match (places.next(), places.next()) {
        (Some(place), None) => Ok(place),
        _ => Err(Fault::SameName { name: name.to_owned() }),
    }
}

/// A name in lower case without punctuation: `<OPEN>`, `Open Time` and `open_time` become `open`, `opentime` and
/// `opentime`. A single letter keeps its case: Hyperliquid's `t` is the open and `T` the close.
fn plain(name: &str) -> String {
    let letters: String = name.chars().filter(|letter| letter.is_alphanumeric()).collect();
    match letters.len() {
        0..=1 => letters,
        _ => letters.to_lowercase(),
    }
}
