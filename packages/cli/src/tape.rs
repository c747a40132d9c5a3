//! The hours that a run replays: prices, marks and funding joined, with a list of irregularities.

use std::collections::HashMap;
use std::fmt;
use std::ops::Range;

use serde::Serialize;
use thiserror::Error;

use crate::closings::Closings;
use crate::data::{Bar, Bars, Funding, Points};
use crate::date::{format_day, format_time, HOUR};
use crate::staking::{Staked, Staking, StakingError};

/// A rate that begins less than this many seconds before a step begins with the step.
const MIN_BEFORE_A_STEP: u64 = 1_800;

/// One step of a run.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Hour {
    /// Closing time of the bar, seconds since 1970: from now on its close is known.
    pub time: u64,
    /// Close of the bar, quote per base: the index price.
    pub price: f64,
    /// High of the bar, the lower of price and mark: liquidation is checked at this price.
    pub high: f64,
    /// Yearly funding rate from `time` on, positive if longs pay; `None` if the file has none.
    pub reference: Option<f64>,
    /// What the margin coin is.
    pub margin: Margin,
}

/// The margin coin at one time.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub enum Margin {
    /// The coin of the prices.
    #[default]
    Index,
    /// A staked one.
    Staked(Staked),
    /// Another coin, with its price.
    Own(f64),
}

impl Hour {
    /// What the margin coin is worth, quote per base.
    pub fn collateral(&self) -> f64 {
        match self.margin {
            Margin::Index => self.price,
            Margin::Staked(staked) => staked.worth(self.price),
            Margin::Own(price) => price,
        }
    }
}

/// A funding rate that begins between two steps.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Change {
    /// Seconds since 1970.
    pub time: u64,
    /// Yearly rate from `time` on; `None` if the file has none.
    pub reference: Option<f64>,
}

/// Why nothing can be replayed.
#[derive(Debug, Error, PartialEq)]
#[non_exhaustive]
pub enum TapeError {
    /// No bar within the requested days.
    #[error("no price {asked}; the file runs from {first} to {last}")]
    NoHours {
        /// The requested days.
        asked: String,
        /// Day of the first bar of the file.
        first: String,
        /// Day of the last bar of the file.
        last: String,
    },
    /// A step needs two bars.
    #[error("one bar only: a run needs two")]
    OneHour,
    /// The funding file does not cover these hours.
    #[error("no funding rate is known in any of the {hours} hours asked for")]
    NoFunding {
        /// Hours with a price.
        hours: usize,
    },
    /// The marks seem to be of another coin.
    #[error(
        "the mark closes at {mark} at {time}, the price at {price}: marks of another coin or unit would decide who is \
         liquidated"
    )]
    MarkFar {
        /// Time of the mark.
        time: String,
        /// Close of the mark.
        mark: f64,
        /// Close of the price.
        price: f64,
    },
    /// The bars of marks and prices differ in length.
    #[error("bars of the marks last {mark} s, those of the prices {prices} s")]
    MarkLength {
        /// Seconds of a mark bar.
        mark: u64,
        /// Seconds of a price bar.
        prices: u64,
    },
}

/// Irregularities in the hours of a run. None of them stops the run.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
pub struct Irregularities {
    /// Price lines that repeated an hour; the first counts.
    pub duplicate_prices: u64,
    /// Bars missing between two others; the step over them is longer.
    pub missing_prices: u64,
    /// Mark lines that repeated an hour; the first counts.
    pub duplicate_marks: u64,
    /// Bars without a mark; liquidation is checked at the price's high alone.
    pub missing_marks: u64,
    /// Funding lines that repeated a payment; the first counts.
    pub duplicate_funding: u64,
    /// Hours for which no funding rate is known; the reference becomes stale there.
    pub missing_funding: u64,
    /// Bars before the first or after the last funding rate, which are left out.
    pub outside_funding: u64,
    /// Bars before the start or after the end of the margin coin's files, which are left out.
    pub outside_margin: u64,
}

impl fmt::Display for Irregularities {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let parts = [
            (self.duplicate_prices, "repeated price lines (the first of each stays)"),
            (self.missing_prices, "missing bars of prices (one longer step each gap)"),
            (self.duplicate_marks, "repeated mark lines (the first of each stays)"),
            (self.missing_marks, "bars without a mark (tested at the price's high)"),
            (self.duplicate_funding, "repeated funding lines (the first of each stays)"),
            (self.missing_funding, "hours without a funding rate (no reference there)"),
            (self.outside_funding, "bars before the first or after the last funding rate (left out)"),
            (self.outside_margin, "bars outside of the files of the margin coin (left out)"),
        ];
        let mut first = true;
        for (count, what) in parts.into_iter().filter(|(count, _)| *count > 0) {
            write!(out, "{}{count} {what}", if first { "" } else { ", " })?;
            first = false;
        }
        if first {
            write!(out, "no hour missing or repeated")?;
        }
        Ok(())
    }
}

/// The steps of a run, ordered by time.
#[derive(Debug, Clone, PartialEq)]
pub struct Tape {
    /// At least two.
    pub hours: Vec<Hour>,
    /// Rates that begin within a bar, if bars are longer than the time between two payments.
    pub changes: Vec<Change>,
    /// Seconds of a bar.
    pub bar: u64,
    /// Irregularities in the hours.
    pub irregular: Irregularities,
    /// When the market is closed, if it ever is.
    pub closings: Option<Closings>,
}

impl Tape {
    /// Joins the files over the bars that open within `window` (seconds since 1970, without the end).
    ///
    /// # Errors
    /// [`TapeError`] if fewer than two bars are left, or marks and prices differ in length.
    pub fn new(prices: &Bars, mark: Option<&Bars>, funding: &Funding, window: Range<u64>) -> Result<Self, TapeError> {
        let length = seconds(prices.length_ms);
        if let Some(mark) = mark.filter(|mark| mark.length_ms != prices.length_ms && mark.bars.len() > 1) {
            return Err(TapeError::MarkLength { mark: seconds(mark.length_ms), prices: length });
        }
        let inside = |opens_ms: &u64| window.contains(&seconds(*opens_ms));
        let bars: Vec<&Bar> = prices.bars.iter().filter(|bar| inside(&bar.opens_ms)).collect();
        if bars.is_empty() {
            return Err(no_hours(prices, &window));
        }
        if bars.len() < 2 {
            return Err(TapeError::OneHour);
        }
        let count = |times: &[u64]| times.iter().filter(|time| inside(time)).count() as u64;
        let marks: Option<HashMap<u64, Bar>> =
            mark.map(|mark| mark.bars.iter().map(|bar| (bar.opens_ms, *bar)).collect());
        let mut irregular = Irregularities {
            duplicate_prices: count(&prices.duplicates),
            missing_prices: missing(&bars, prices.length_ms),
            duplicate_marks: mark.map_or(0, |mark| count(&mark.duplicates)),
            duplicate_funding: count(&funding.duplicates),
            ..Irregularities::default()
        };
        let mut hours = Vec::with_capacity(bars.len());
        for bar in bars {
            let closes_ms = bar.opens_ms.saturating_add(prices.length_ms);
            let mark = marks.as_ref().and_then(|marks| marks.get(&bar.opens_ms));
            if let Some(mark) = mark {
                assert_near(mark, bar, seconds(closes_ms))?;
            }
            if marks.is_some() && mark.is_none() {
                irregular.missing_marks = irregular.missing_marks.saturating_add(1);
            }
            let reference = funding.at(closes_ms);
            hours.push(Hour {
                time: seconds(closes_ms),
                price: bar.close,
                high: mark.map_or(bar.high, |mark| mark.high.min(bar.high)),
                reference,
                margin: Margin::Index,
            });
        }
        let priced = hours.len();
        let hours = within_funding(hours)?;
        irregular.outside_funding = priced.saturating_sub(hours.len()) as u64;
        irregular.missing_funding = unknown_hours(&hours, funding);
        Ok(Tape { changes: changes(&hours, funding), bar: length, hours, irregular, closings: None })
    }

    /// The same hours with a staked coin as margin, which is redeemed for one coin at the start.
    ///
    /// # Errors
    /// If a discount lies outside of the hours.
    pub fn with_staking(mut self, staking: &Staking) -> Result<Tape, StakingError> {
        staking.within(self.span())?;
        let mut worth = staking.from(self.span().0);
        for hour in &mut self.hours {
            hour.margin = Margin::Staked(worth.to(hour.time));
        }
        Ok(self)
    }

    /// The same hours with another coin as margin; those for which its price is known.
    pub fn with_collateral(mut self, prices: &Points) -> Tape {
        self.hours.retain_mut(|hour| {
            let price = prices.at(hour.time.saturating_mul(1_000));
            hour.margin = price.map_or(Margin::Index, Margin::Own);
            price.is_some()
        });
        self
    }

    /// The same hours of a market that closes where these bars of the prices have gaps.
    ///
    /// # Errors
    /// If the bars do not show it.
    pub fn with_closings(mut self, prices: &[Bar]) -> anyhow::Result<Tape> {
        self.closings = Some(Closings::of(prices, self.bar, &self.hours)?);
        let (hours, bar) = (&self.hours, self.bar);
        self.changes.retain(|change| {
            let next = hours.get(hours.partition_point(|hour| hour.time < change.time));
            next.is_some_and(|next| change.time > next.time.saturating_sub(bar))
        });
        Ok(self)
    }

    /// The rates that begin between two times.
    pub fn changes_between(&self, after: u64, before: u64) -> &[Change] {
        let from = self.changes.partition_point(|change| change.time <= after);
        let to = self.changes.partition_point(|change| change.time < before);
        self.changes.get(from..to).unwrap_or_default()
    }

    /// First and last time, seconds since 1970.
    pub fn span(&self) -> (u64, u64) {
        let time = |hour: Option<&Hour>| hour.map_or(0, |hour| hour.time);
        (time(self.hours.first()), time(self.hours.last()))
    }
}

/// The hours from the first to the last with a funding rate, and one more, up to which that rate is paid. A hedge
/// without funding would be a different experiment.
fn within_funding(mut hours: Vec<Hour>) -> Result<Vec<Hour>, TapeError> {
    let known = |hour: &Hour| hour.reference.is_some();
    let (Some(first), Some(last)) = (hours.iter().position(known), hours.iter().rposition(known)) else {
        return Err(TapeError::NoFunding { hours: hours.len() });
    };
    hours.truncate(last.saturating_add(2));
    hours.drain(..first);
    if hours.len() < 2 {
        return Err(TapeError::OneHour);
    }
    Ok(hours)
}

/// Marks follow the price closely, even in a crash: half or double the price means another coin.
fn assert_near(mark: &Bar, price: &Bar, closes: u64) -> Result<(), TapeError> {
    let ratio = mark.close / price.close;
    if (0.5..=2.0).contains(&ratio) {
        return Ok(());
    }
    Err(TapeError::MarkFar { time: format_time(closes), mark: mark.close, price: price.close })
}

/// Hours between the first and the last close without a rate in the file; started hours count.
fn unknown_hours(hours: &[Hour], funding: &Funding) -> u64 {
    let (from, to) = (hours.first().map_or(0, |hour| hour.time), hours.last().map_or(0, |hour| hour.time));
    let inside = |time_ms: u64| seconds(time_ms).clamp(from, to);
    let known = funding.intervals.iter().map(|one| inside(one.to_ms).saturating_sub(inside(one.from_ms))).sum();
    to.saturating_sub(from).saturating_sub(known).div_ceil(HOUR)
}

/// The rates that begin between two steps, or end there without a successor; those just before a step begin with it.
fn changes(hours: &[Hour], funding: &Funding) -> Vec<Change> {
    let between = |time: u64| {
        let next = hours.partition_point(|hour| hour.time <= time);
        let before = next.checked_sub(1).and_then(|before| hours.get(before));
        before.is_some_and(|before| before.time < time)
            && hours.get(next).is_some_and(|next| next.time >= time.saturating_add(MIN_BEFORE_A_STEP))
    };
    let ends = funding.intervals.iter().flat_map(|interval| [interval.from_ms, interval.to_ms]);
    let mut times: Vec<u64> = ends.collect();
    times.dedup();
    let times = times.into_iter().filter(|time_ms| between(seconds(*time_ms)));
    times.map(|time_ms| Change { time: seconds(time_ms), reference: funding.at(time_ms) }).collect()
}

fn seconds(milliseconds: u64) -> u64 {
    milliseconds.checked_div(1_000).unwrap_or_default()
}

fn missing(bars: &[&Bar], length_ms: u64) -> u64 {
    let gaps = bars.windows(2).map(|pair| match pair {
        [before, after] => after.opens_ms.saturating_sub(before.opens_ms),
        _ => 0,
    });
    gaps.map(|gap| gap.checked_div(length_ms).unwrap_or_default().saturating_sub(1)).sum()
}

fn no_hours(prices: &Bars, window: &Range<u64>) -> TapeError {
    let day = |bar: Option<&Bar>| format_day(bar.map_or(0, |bar| seconds(bar.opens_ms)));
    let asked = match window.end {
        u64::MAX => format!("from {} on", format_day(window.start)),
        end => format!("from {} up to {}", format_day(window.start), format_day(end)),
    };
    TapeError::NoHours { asked, first: day(prices.bars.first()), last: day(prices.bars.last()) }
}
