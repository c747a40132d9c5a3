//! How often funding is paid: which distances between payments are intervals, and which have payments missing in them.
//!
//! A distance that occurs three times in a row is a rhythm, unless a shorter rhythm surrounds it within a week: then
//! payments are missing. So a venue may change from 8 hours to 4 and to 1, but a source that lost every second hour
//! does not look like a rhythm of two hours. Single distances are intervals only if they are no longer than the rhythm
//! beside them.

use crate::clock::{distances, most_common, nearest};
use crate::fault::Fault;
use crate::HOUR_MS;

/// A payment up to a quarter of an hour late still belongs to its hour.
pub const LATE_MS: u64 = HOUR_MS / 4;
/// Venues pay every hour to every eight hours.
const INTERVALS_MS: std::ops::RangeInclusive<u64> = HOUR_MS..=8 * HOUR_MS;
/// This many equal distances in a row are a rhythm.
const IN_A_ROW: usize = 3;
/// No venue changes to a longer interval and back in less time.
const WEEK_MS: u64 = 7 * 24 * HOUR_MS;

/// How far apart payments are, and how far they should be.
pub struct Rhythm {
    /// From each payment to the next, rounded to whole hours if it is nearly that.
    distances: Vec<u64>,
    /// The interval that ends with the later payment.
    intervals: Vec<Option<u64>>,
}

impl Rhythm {
    /// The rhythm of payments at these times.
    pub fn of(times: &[u64]) -> Self {
        let distances: Vec<u64> = distances(times).map(whole_hours).collect();
        let regular = regular(&distances);
        let usual = most_common(distances.iter().copied().filter(may_be_interval));
        let mut intervals = beside(&distances, &regular, usual);
        // From the longest to the shortest, so that the shortest wins.
        for shorter_ms in INTERVALS_MS.step_by(HOUR_MS as usize).collect::<Vec<_>>().into_iter().rev() {
            fill(times, &distances, &regular, shorter_ms, &mut intervals);
        }
        Rhythm { distances, intervals }
    }

    /// The interval that ends with a payment; for the first payment, the interval after it.
    pub fn around(&self, index: usize) -> Option<u64> {
        self.intervals.get(index.saturating_sub(1)).copied().flatten()
    }

    /// The distance to the previous payment, if it may be an interval.
    pub fn since_before(&self, index: usize) -> Option<u64> {
        self.distances.get(index.checked_sub(1)?).copied().filter(may_be_interval)
    }

    /// Why no interval is known.
    pub fn fault(&self) -> Fault {
        match most_common(self.distances.iter().copied()) {
            Some(distance) => {
                Fault::Rhythm { minutes: nearest(distance, 60_000).checked_div(60_000).unwrap_or_default() }
            }
            None => Fault::OnePayment,
        }
    }
}

/// Rounds to whole hours, so that a payment some seconds late does not change the interval.
fn whole_hours(distance: u64) -> u64 {
    let hours = nearest(distance, HOUR_MS);
    if hours.abs_diff(distance) <= LATE_MS {
        hours
    } else {
        distance
    }
}

fn may_be_interval(distance: &u64) -> bool {
    distance.checked_rem(HOUR_MS) == Some(0) && INTERVALS_MS.contains(distance)
}

/// Those distances that occur often enough in a row.
fn regular(distances: &[u64]) -> Vec<Option<u64>> {
    let runs = distances.chunk_by(|before, after| before == after);
    let rhythm = |run: &[u64]| run.first().copied().filter(may_be_interval).filter(|_| run.len() >= IN_A_ROW);
    runs.flat_map(|run| std::iter::repeat(rhythm(run)).take(run.len())).collect()
}

/// Each distance that is regular or no longer than the rhythms beside it; otherwise the shorter of those two rhythms.
fn beside(distances: &[u64], regular: &[Option<u64>], usual: Option<u64>) -> Vec<Option<u64>> {
    let mut last = None;
    let before: Vec<Option<u64>> = regular.iter().map(|one| carry(&mut last, *one)).collect();
    let mut last = None;
    let mut after: Vec<Option<u64>> = regular.iter().rev().map(|one| carry(&mut last, *one)).collect();
    after.reverse();
    let interval = |((distance, before), after): ((&u64, Option<u64>), Option<u64>)| {
        let rhythm = before.into_iter().chain(after).min().or(usual)?;
        Some(if may_be_interval(distance) { rhythm.min(*distance) } else { rhythm })
    };
    let found = distances.iter().zip(before).zip(after).map(interval);
    found.zip(regular).map(|(interval, regular)| regular.or(interval)).collect()
}

fn carry<T: Copy>(last: &mut Option<T>, next: Option<T>) -> Option<T> {
    *last = next.or(*last);
    *last
}

/// Replaces longer distances by a shorter rhythm that surrounds them within a week: payments are missing there.
fn fill(times: &[u64], distances: &[u64], regular: &[Option<u64>], shorter_ms: u64, intervals: &mut [Option<u64>]) {
    let is_shorter = |regular: &Option<u64>| *regular == Some(shorter_ms);
    let mut last = None;
    // For each distance, where the next one in this rhythm starts.
    let pairs = times.iter().zip(regular).rev();
    let mut begins: Vec<Option<u64>> =
        pairs.map(|(from, regular)| carry(&mut last, Some(*from).filter(|_| is_shorter(regular)))).collect();
    begins.reverse();
    let mut ended = None;
    let ends = times.iter().skip(1).zip(regular).map(|(to, regular)| Some(*to).filter(|_| is_shorter(regular)));
    for (((interval, distance), ends), begins) in intervals.iter_mut().zip(distances).zip(ends).zip(begins) {
        carry(&mut ended, ends);
        let is_between = ended.zip(begins).is_some_and(|(from, to)| to.saturating_sub(from) <= WEEK_MS);
        if *distance > shorter_ms && is_between {
            *interval = Some(shorter_ms);
        }
    }
}
