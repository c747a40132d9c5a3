//! The horizontal axis of a panel: time, with ticks at round days or hours.

use std::ops::Range;

use plotters::coord::ranged1d::{KeyPointHint, NoDefaultFormatting, Ranged, ValueFormatter};

use crate::date::{format_day, format_time, DAY, HOUR};

/// Maximum number of ticks on an axis.
const MAX_TICKS: u64 = 8;
/// Possible seconds between two ticks.
const STEPS: [u64; 14] = [
    HOUR / 4,
    HOUR,
    3 * HOUR,
    6 * HOUR,
    12 * HOUR,
    DAY,
    2 * DAY,
    5 * DAY,
    10 * DAY,
    30 * DAY,
    91 * DAY,
    182 * DAY,
    365 * DAY,
    5 * 365 * DAY,
];

/// A horizontal axis, seconds since 1970.
pub(super) struct Times {
    range: Range<u64>,
    step: u64,
}

impl Times {
    /// An axis from the first to the last time.
    pub(super) fn new(first: u64, last: u64) -> Self {
        let last = last.max(first.saturating_add(1));
        let span = last.saturating_sub(first);
        let fits = |step: &u64| span.div_ceil(*step) <= MAX_TICKS;
        Times { range: first..last, step: STEPS.into_iter().find(fits).unwrap_or(50 * 365 * DAY) }
    }
}

impl Ranged for Times {
    type FormatOption = NoDefaultFormatting;
    type ValueType = u64;

    fn map(&self, time: &u64, (from, to): (i32, i32)) -> i32 {
        let span = self.range.end.saturating_sub(self.range.start) as f64;
        let place = (*time as f64 - self.range.start as f64) / span;
        let (from, to) = (f64::from(from), f64::from(to));
        (from + place * (to - from)).round() as i32
    }

    fn key_points<Hint: KeyPointHint>(&self, hint: Hint) -> Vec<u64> {
        if hint.weight().allow_light_points() {
            return Vec::new();
        }
        let first = self.range.start.div_ceil(self.step).saturating_mul(self.step);
        let times = std::iter::successors(Some(first), |time| time.checked_add(self.step));
        times.take_while(|time| *time <= self.range.end).collect()
    }

    fn range(&self) -> Range<u64> {
        self.range.clone()
    }
}

impl ValueFormatter<u64> for Times {
    fn format(time: &u64) -> String {
        format_day(*time)
    }

    /// The day, or `MM-DD hh:mm` if ticks are less than a day apart.
    fn format_ext(&self, time: &u64) -> String {
        if self.step >= DAY {
            return format_day(*time);
        }
        let text = format_time(*time);
        text.get(5..16).unwrap_or(&text).replace('T', " ")
    }
}

#[cfg(test)]
mod tests {
    use plotters::coord::ranged1d::BoldPoints;

    use super::*;

    /// 2020-02-01 00:00 UTC.
    const START: u64 = 1_580_515_200;

    fn labels(times: &Times) -> Vec<String> {
        times.key_points(BoldPoints(10)).iter().map(|time| times.format_ext(time)).collect()
    }

    #[test]
    fn two_days_have_hours_and_three_months_have_days() {
        let short = Times::new(START + HOUR, START + 50 * HOUR);
        assert_eq!(labels(&short), ["02-01 12:00", "02-02 00:00", "02-02 12:00", "02-03 00:00"]);
        let long = Times::new(START, START + 60 * DAY);
        assert_eq!(labels(&long)[..2], ["2020-02-08", "2020-02-18"]);
    }

    #[test]
    fn there_are_some_ticks_and_not_too_many_whatever_the_span() {
        for span in [HOUR, 5 * HOUR, DAY, 9 * DAY, 90 * DAY, 2_000 * DAY, 20_000 * DAY] {
            let ticks = labels(&Times::new(START, START + span));
            assert!((1..=9).contains(&ticks.len()), "{span}: {ticks:?}");
            assert!(ticks.windows(2).all(|pair| pair[0] != pair[1]), "{ticks:?}");
        }
    }
}
