//! Yearly rates of staking.

use std::io::Read;

use crate::columns::{Kind, Stamp};
use crate::fault::{DataError, Fault};
use crate::points::{pair, Points, PRICES};
use crate::table::{Table, Unpacked};
use crate::{Spikes, HOURS_PER_YEAR};

/// How a yearly rate is meant.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Paid {
    /// What one becomes in a year, rewards on rewards included.
    #[default]
    Effective,
    /// Of what is staked, a part of the year's rate every hour (APR).
    Hourly,
}

/// Yearly rates as plain fractions, each in force from its time on.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Yields {
    /// The rates.
    pub rates: Points,
    #[allow(missing_docs)] // its type says it
    pub paid: Paid,
}

impl Yields {
    /// The logarithm of what one becomes in an hour from this time on; `None` where no rate is known.
    pub fn growth(&self, time_ms: u64) -> Option<f64> {
        let yearly = self.rates.at(time_ms)?;
        Some(match self.paid {
            Paid::Effective => yearly.ln_1p() / HOURS_PER_YEAR,
            Paid::Hourly => (yearly / HOURS_PER_YEAR).ln_1p(),
        })
    }
}

/// Endings of a column's plain name that say per cent.
const PER_CENT: [&str; 2] = ["pct", "percent"];
/// A part of a column's plain name that says that rewards do not earn rewards.
const SIMPLE: &str = "apr";

/// The columns of yearly rates, and what tools call them.
const KIND: Kind<1> = Kind {
    strict: "timestamp_ms,apr_pct",
    values: [&[
        "aprpct",
        "apypct",
        "aprpercent",
        "apypercent",
        "apr",
        "apy",
        "stakingapr",
        "stakingapy",
        "stakingaprpct",
        "stakingapypct",
        "yieldpct",
        "yieldpercent",
        "ratepct",
        "ratepercent",
        "stakingyield",
        "yield",
        "stakingrate",
        "rate",
    ]],
    labels: ["rate"],
    orders: |width| pair(width, "time, rate"),
    signs: |_| Ok(Stamp::Opening),
    percent: true,
    check: |row| match row.values {
        [value] if !(0.0..=100.0).contains(&value) => Err(Fault::Yield { value }),
        _ => Ok(()),
    },
    ..PRICES
};

/// The rates of a file.
pub fn yields(file: &str, text: impl Read) -> Result<Yields, DataError> {
    let fail = |(place, fault)| DataError { file: file.to_owned(), place, fault };
    let table = Unpacked::of(text).and_then(|unpacked| unpacked.rows(&KIND)).map_err(fail)?;
    let name: String = table.first.to_lowercase().chars().filter(|letter| letter.is_alphanumeric()).collect();
    let (per_cent, why) = is_per_cent(&table, &name).map_err(|fault| fail((table.end, fault)))?;
    let mut rates = Points::of_rows(&table, Spikes::Allow).map_err(fail)?;
    if per_cent {
        rates.points.iter_mut().for_each(|point| point.value /= 100.0);
    }
    let excess = table.rows.iter().find(|row| !per_cent && row.values[0] > 1.0);
    if let Some(row) = excess {
        return Err(fail((row.place, Fault::Yield { value: row.values[0] })));
    }
    let paid = if name.contains(SIMPLE) { Paid::Hourly } else { Paid::Effective };
    let how = match paid {
        Paid::Hourly => "each hour pays its part of one, and that is staked again (APR)",
        Paid::Effective => "each is what a year earns, rewards on rewards included",
    };
    let ((low, high), mean) = (rates.range(), mean(&rates) * 100.0);
    rates.notes.push(format!(
        "yearly rates in {why}, from {:.2} % to {:.2} %, {mean:.2} % in the mean",
        low * 100.0,
        high * 100.0
    ));
    rates.notes.push(how.to_owned());
    Ok(Yields { rates, paid })
}

/// Whether the rates have to be divided by 100, and how that is known.
fn is_per_cent(table: &Table<1>, name: &str) -> Result<(bool, &'static str), Fault> {
    let values = || table.rows.iter().map(|row| row.values[0]).filter(|value| *value > 0.0);
    let (min, max) = (values().fold(f64::INFINITY, f64::min), values().fold(0.0, f64::max));
    match () {
        () if table.first.contains('%') => Ok((false, "per cent, as the name of their column says")),
        () if PER_CENT.iter().any(|ending| name.ends_with(ending)) => {
            Ok((true, "per cent, as the name of their column says"))
        }
        () if max <= 1.0 => Ok((false, "plain fractions, because none is above 1")),
        () if min > 1.0 => Ok((true, "per cent, because all are above 1 and none of a fraction may be")),
        () => Err(Fault::UnclearYield { min, max }),
    }
}

fn mean(rates: &Points) -> f64 {
    let sum: f64 = rates.points.iter().map(|point| point.value).sum();
    sum / (rates.points.len() as f64).max(1.0)
}
