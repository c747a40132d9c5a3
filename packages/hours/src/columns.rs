//! Which columns of a file are the ones asked for, by the names that venues and tools give them.

use crate::document::Head;
use crate::fault::Fault;
use crate::separated::shown;
use crate::table::Row;

/// What is asked of a file. Names are plain ones, see [`plain`]; of several that a file has, the first is taken.
pub struct Kind<const N: usize> {
    /// The header of the strict form.
    pub strict: &'static str,
    /// Names of the time.
    pub times: &'static [&'static str],
    /// Names of each value.
    pub values: [&'static [&'static str]; N],
    /// What complaints call each value.
    pub labels: [&'static str; N],
    /// Names of a column that not every file has.
    pub extra: &'static [&'static str],
    /// What complaints call it.
    pub extra_label: &'static str,
    /// Where time, values and extra stand in a file of so many columns without a header.
    pub positions: fn(usize) -> Option<Places<N>>,
    /// Whether values may be written with a sign of per cent.
    pub percent: bool,
    /// Puts the values of a file without a header into another order where they must have that one, and says so.
    pub other_order: fn(&mut [Row<N>]) -> Option<String>,
    /// Whether a row can be used.
    pub check: fn(&Row<N>) -> Result<(), Fault>,
}

/// Places of time, values and extra, from 0.
pub type Places<const N: usize> = (usize, [usize; N], Option<usize>);

impl<const N: usize> Kind<N> {
    /// A complaint about a file that is no table says what was expected.
    pub fn expecting(&self, fault: Fault) -> Fault {
        match fault {
            Fault::NoTable { found, .. } => Fault::NoTable { found, expected: self.strict },
            other => other,
        }
    }
}

/// Columns by their place, from 0.
#[derive(Debug, PartialEq, Eq)]
pub struct Columns<const N: usize> {
    /// Of the time.
    pub time: usize,
    /// Of the day, where the time has none.
    pub day: Option<usize>,
    /// Of each value.
    pub values: [usize; N],
    /// Of what not every file has.
    pub extra: Option<usize>,
    /// Whether nothing but their place says what they are.
    pub is_positional: bool,
}

impl<const N: usize> Columns<N> {
    /// Those of a kind.
    pub fn choose(head: &Head, kind: &Kind<N>) -> Result<Self, Fault> {
        let names = match head {
            Head::Names(names) => names,
            Head::Width(width) => {
                let found = (kind.positions)(*width);
                let (time, values, extra) = found.ok_or(Fault::NoHeader { found: *width, expected: kind.strict })?;
                return Ok(Columns { time, day: None, values, extra, is_positional: true });
            }
        };
        let plain: Vec<String> = names.iter().map(|name| self::plain(name)).collect();
        let find = |wanted: &[&str]| wanted.iter().find_map(|wanted| plain.iter().position(|name| name == wanted));
        let all = std::iter::once(("the time", kind.times)).chain(kind.labels.into_iter().zip(kind.values));
        let missing: Vec<&str> = all.filter(|(_, names)| find(names).is_none()).map(|(label, _)| label).collect();
        let (Some(time), true) = (find(kind.times), missing.is_empty()) else {
            let (found, missing) = (shown(&names.join(",")), missing.join(", "));
            return Err(Fault::Header { found, missing, expected: kind.strict });
        };
        let day = find(&["date"]).filter(|day| *day != time && self::plain(head.name(time)) == "time");
        let values = kind.values.map(|names| find(names).unwrap_or_default());
        Ok(Columns { time, day, values, extra: find(kind.extra), is_positional: false })
    }

    /// All of them: time, day, values, extra.
    pub fn all(&self) -> Vec<usize> {
        std::iter::once(self.time).chain(self.day).chain(self.values).chain(self.extra).collect()
    }

    /// The name of the first value's column.
    pub fn first(&self, head: &Head) -> String {
        self.values.first().map_or(String::new(), |column| head.name(*column).to_owned())
    }

    /// What is said of them; nothing where they are the strict form's.
    pub fn note(&self, head: &Head) -> Option<String> {
        let columns = self.all();
        if self.is_positional {
            let places: Vec<String> = columns.iter().map(|column| column.saturating_add(1).to_string()).collect();
            let width = head.width();
            return Some(format!(
                "no header and {width} columns: read as exchanges order them, columns {}",
                places.join(", ")
            ));
        }
        let name = |column: &usize| head.name(*column);
        let shown = |column: usize| match head.name(column) {
            "" => "(without a name)",
            name => name,
        };
        let ignored: Vec<&str> = (0..head.width()).filter(|column| !columns.contains(column)).map(shown).collect();
        let used: Vec<&str> = columns.iter().map(name).collect();
        let is_strict = ignored.is_empty() && name(&self.time) == "timestamp_ms";
        let rest = if ignored.is_empty() { String::new() } else { format!("; ignored: {}", ignored.join(", ")) };
        (!is_strict).then(|| format!("columns {}{rest}", used.join(", ")))
    }
}

/// A name without its dress: `<OPEN>`, `Open Time` and `open_time` are `open` and `opentime`. A single letter keeps its
/// case: Hyperliquid's `t` is the opening and `T` the close.
fn plain(name: &str) -> String {
    let letters: String = name.chars().filter(|letter| letter.is_alphanumeric()).collect();
    match letters.len() {
        0..=1 => letters,
        _ => letters.to_lowercase(),
    }
}
