//! The vertical axis of a panel: its range, and ticks at round numbers.

use std::ops::Range;

use plotters::coord::ranged1d::{KeyPointHint, NoDefaultFormatting, Ranged, ValueFormatter};

/// Above this ratio of max to min an axis may be logarithmic.
const MAX_LINEAR: f64 = 5.0;
/// Maximum number of ticks on an axis.
const MAX_TICKS: usize = 8;

/// How far below the values an axis may extend for padding.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Floor {
    Zero,
    None,
}

/// A vertical axis.
#[derive(Clone)]
pub(super) struct Scale {
    range: Range<f64>,
    ticks: Vec<f64>,
    decimals: usize,
    logarithmic: bool,
}

impl Scale {
    /// A linear axis, a little wider than the values.
    pub(super) fn linear(values: impl Iterator<Item = f64>, floor: Floor) -> Self {
        let Some((low, high)) = ends(values) else {
            return Scale::even(0.0..1.0);
        };
        let air = ((high - low) * 0.05).max(high.abs() * 0.01).max(1e-6);
        let below = match floor {
            Floor::Zero => (low - air).max(0.0),
            Floor::None => low - air,
        };
        Scale::even(below..high + air)
    }

    /// A linear axis for short runs, a logarithmic one for long runs. All values must be above zero.
    pub(super) fn maybe_logarithmic(values: impl Iterator<Item = f64>) -> Self {
        let values: Vec<f64> = values.collect();
        match ends(values.iter().copied()) {
            Some((low, high)) if low > 0.0 && high > MAX_LINEAR * low => {
                let range = low * 0.95..(high * 1.05).min(f64::MAX);
                Scale { ticks: logarithmic_ticks(&range), decimals: 0, logarithmic: true, range }
            }
            _ => Scale::linear(values.into_iter(), Floor::Zero),
        }
    }

    fn even(range: Range<f64>) -> Self {
        let (step, decimals) = round_step(range.end - range.start);
        let (first, last) = ((range.start / step).ceil() as i64, (range.end / step).floor() as i64);
        let ticks = (first..=last).map(|count| count as f64 * step).collect();
        Scale { range, ticks, decimals, logarithmic: false }
    }

    pub(super) fn logarithmic(&self) -> bool {
        self.logarithmic
    }

    /// The label of a tick, without superfluous digits.
    fn label(&self, tick: f64) -> String {
        match self.logarithmic {
            true => tick.to_string(),
            false => format!("{:.*}", self.decimals, if tick == 0.0 { 0.0 } else { tick }),
        }
    }

    /// Position of a value on the axis, from 0 to 1.
    fn place(&self, value: f64) -> f64 {
        let Range { start, end } = self.range;
        match self.logarithmic {
            true => (value / start).ln() / (end / start).ln(),
            false => (value - start) / (end - start),
        }
    }
}

impl Ranged for Scale {
    type FormatOption = NoDefaultFormatting;
    type ValueType = f64;

    fn map(&self, value: &f64, (from, to): (i32, i32)) -> i32 {
        let (from, to) = (f64::from(from), f64::from(to));
        (from + self.place(*value) * (to - from)).round() as i32
    }

    fn key_points<Hint: KeyPointHint>(&self, hint: Hint) -> Vec<f64> {
        match hint.weight().allow_light_points() {
            true => Vec::new(),
            false => self.ticks.clone(),
        }
    }

    fn range(&self) -> Range<f64> {
        self.range.clone()
    }
}

impl ValueFormatter<f64> for Scale {
    fn format(tick: &f64) -> String {
        tick.to_string()
    }

    fn format_ext(&self, tick: &f64) -> String {
        self.label(*tick)
    }
}

/// Min and max of the finite values.
fn ends(values: impl Iterator<Item = f64>) -> Option<(f64, f64)> {
    values.filter(|value| value.is_finite()).fold(None, |ends, value| match ends {
        None => Some((value, value)),
        Some((low, high)) => Some((low.min(value), high.max(value))),
    })
}

/// The smallest of 1, 2 and 5 times a power of ten that gives at most [`MAX_TICKS`] steps, and the decimals it needs.
fn round_step(span: f64) -> (f64, usize) {
    let power = (span / MAX_TICKS as f64).log10().floor() as i32;
    let candidates = [(1, power), (2, power), (5, power), (1, power.saturating_add(1))];
    let step = |(digit, power): (u8, i32)| exactly(&digit.to_string(), power);
    let fits = |candidate: &(u8, i32)| step(*candidate) * MAX_TICKS as f64 >= span;
    let found = candidates.into_iter().find(fits).unwrap_or((1, power.saturating_add(1)));
    (step(found), usize::try_from(found.1.saturating_neg()).unwrap_or(0))
}

/// The densest series of round numbers with at most [`MAX_TICKS`] ticks.
fn logarithmic_ticks(range: &Range<f64>) -> Vec<f64> {
    const SERIES: [&[&str]; 4] = [&["1", "1.5", "2", "3", "4", "5", "7"], &["1", "2", "5"], &["1", "3"], &["1"]];
    let powers = range.start.log10().floor() as i32..=range.end.log10().ceil() as i32;
    let ticks = |series: &[&str]| -> Vec<f64> {
        let all = powers.clone().flat_map(|power| series.iter().map(move |digits| exactly(digits, power)));
        all.filter(|tick| range.contains(tick)).collect()
    };
    if let Some(found) = SERIES.into_iter().map(ticks).find(|ticks| ticks.len() <= MAX_TICKS) {
        return found;
    }
    let decades = ticks(&["1"]);
    let every = decades.len().div_ceil(MAX_TICKS).max(1);
    decades.into_iter().step_by(every).collect()
}

/// Digits times a power of ten, as the number that is printed so.
fn exactly(digits: &str, power: i32) -> f64 {
    format!("{digits}e{power}").parse().unwrap_or(1.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn labels(scale: &Scale) -> Vec<String> {
        scale.ticks.iter().map(|tick| scale.format_ext(tick)).collect()
    }

    #[test]
    fn logarithmic_ticks_are_round_numbers() {
        let years = Scale::maybe_logarithmic([0.05, 1.0, 62.0].into_iter());
        assert!(years.logarithmic());
        assert_eq!(labels(&years), ["0.1", "0.3", "1", "3", "10", "30"]);
        let lost = Scale::maybe_logarithmic([1e-3, 1e12].into_iter());
        assert_eq!(labels(&lost), ["0.001", "0.1", "10", "1000", "100000", "10000000", "1000000000", "100000000000"]);
        let endless = Scale::maybe_logarithmic([1.0, f64::MAX].into_iter());
        assert!((2..=MAX_TICKS).contains(&endless.ticks.len()), "{:?}", endless.ticks);
        let months = Scale::maybe_logarithmic([0.4, 2.2].into_iter());
        assert_eq!(labels(&months), ["0.4", "0.5", "0.7", "1", "1.5", "2"]);
    }

    #[test]
    fn a_logarithmic_axis_gives_a_doubling_the_same_room_everywhere() {
        let scale = Scale { range: 1.0..16.0, ticks: Vec::new(), decimals: 0, logarithmic: true };
        let places: Vec<i32> = [1.0, 2.0, 4.0, 8.0, 16.0].iter().map(|value| scale.map(value, (400, 0))).collect();
        assert_eq!(places, [400, 300, 200, 100, 0]);
        let even = Scale { logarithmic: false, ..scale };
        assert_eq!(even.map(&8.5, (400, 0)), 200);
    }

    #[test]
    fn even_ticks_are_round_numbers() {
        let nav = Scale::maybe_logarithmic([0.41, 1.33].into_iter());
        assert!(!nav.logarithmic());
        assert_eq!(labels(&nav), ["0.4", "0.6", "0.8", "1.0", "1.2"]);
        let rates = Scale::linear([-31.0, 109.0].into_iter(), Floor::None);
        assert_eq!(labels(&rates), ["-20", "0", "20", "40", "60", "80", "100"]);
        let small = Scale::linear([0.99, 1.01].into_iter(), Floor::Zero);
        assert_eq!(labels(&small), ["0.98", "0.99", "1.00", "1.01", "1.02"]);
    }

    #[test]
    fn values_that_do_not_move_or_are_none_still_make_an_axis() {
        for scale in [
            Scale::linear([0.0, 0.0].into_iter(), Floor::Zero),
            Scale::linear([f64::INFINITY].into_iter(), Floor::Zero),
            Scale::maybe_logarithmic(std::iter::empty()),
        ] {
            assert!(scale.range.start < scale.range.end);
            assert!((1..=MAX_TICKS + 1).contains(&scale.ticks.len()), "{:?}", scale.ticks);
        }
    }
}
