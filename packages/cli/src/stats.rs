//! Figures of a NAV path. All of them allow steps of any length, because files have gaps.

use serde::Serialize;

use crate::data::HOURS_PER_YEAR;
use crate::date::HOUR;

/// A NAV at a time.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Point {
    /// Seconds since 1970.
    pub time: u64,
    /// Net asset value, as a ratio to the start.
    pub nav: f64,
}

/// The figures of one path.
#[derive(Debug, Clone, Copy, Default, PartialEq, Serialize)]
pub struct Figures {
    /// Last NAV, as a ratio to the start.
    pub final_nav: f64,
    /// Compound yearly return; -1 if nothing was left.
    pub annual_return: f64,
    /// Yearly standard deviation of the returns of the steps.
    pub annual_volatility: f64,
    /// Largest fall below an earlier NAV, a negative fraction.
    pub max_drawdown: f64,
    /// Worst return over eight hours.
    pub worst_8h: f64,
}

impl Figures {
    /// Figures of a path whose first point is the start; zeros for an empty path.
    pub fn of(path: &[Point]) -> Self {
        let (Some(first), Some(last)) = (path.first(), path.last()) else {
            return Figures::default();
        };
        let growth = last.nav / first.nav;
        Figures {
            final_nav: growth,
            annual_return: annual_return(growth, hours_between(first, last)),
            annual_volatility: annual_variance(path).sqrt(),
            max_drawdown: max_drawdown(path),
            worst_8h: worst_return(path, 8 * HOUR),
        }
    }
}

fn hours_between(first: &Point, last: &Point) -> f64 {
    last.time.saturating_sub(first.time) as f64 / HOUR as f64
}

/// Compound yearly return of a growth over some hours: `growth^(8760/hours) - 1`; -1 if nothing is left, 0 over no
/// time.
pub fn annual_return(growth: f64, hours: f64) -> f64 {
    if hours <= 0.0 {
        return 0.0;
    }
    if growth <= 0.0 {
        return -1.0;
    }
    growth.powf(HOURS_PER_YEAR / hours) - 1.0
}

/// Yearly variance of the simple returns of the steps about their mean: `sum (r - m dt)^2 / sum dt` with `m = sum r /
/// sum dt`. A step of
/// several hours counts as one return over that time, so gaps do not distort it.
pub fn annual_variance(path: &[Point]) -> f64 {
    let steps: Vec<(f64, f64)> = path
        .windows(2)
        .filter_map(|pair| match pair {
            [before, after] => Some((after.nav / before.nav - 1.0, hours_between(before, after))),
            _ => None,
        })
        .collect();
    let hours: f64 = steps.iter().map(|(_, hours)| hours).sum();
    if hours <= 0.0 {
        return 0.0;
    }
    let mean = steps.iter().map(|(step, _)| step).sum::<f64>() / hours;
    let squares: f64 = steps.iter().map(|(step, hours)| (step - mean * hours).powi(2)).sum();
    squares / hours * HOURS_PER_YEAR
}

/// `1 - variance of the hedged path / variance of the unhedged`; 0 when the unhedged one did not move.
pub fn variance_reduction(hedged: &[Point], unhedged: &[Point]) -> f64 {
    let risk = annual_variance(unhedged);
    if risk <= 0.0 {
        return 0.0;
    }
    1.0 - annual_variance(hedged) / risk
}

/// The hedge of least variance: covariance of the returns of the steps of two paths of the same times over the variance
/// of the second's; 0 if that did not move.
pub fn min_variance_hedge(held: &[Point], index: &[Point]) -> f64 {
    let both: Vec<(f64, f64)> = returns(held).zip(returns(index)).collect();
    let mean = |part: fn(&(f64, f64)) -> f64| both.iter().map(part).sum::<f64>() / (both.len() as f64).max(1.0);
    let (of_held, of_index) = (mean(|pair| pair.0), mean(|pair| pair.1));
    let sum = |part: &dyn Fn(f64, f64) -> f64| -> f64 {
        both.iter().map(|(held, index)| part(held - of_held, index - of_index)).sum()
    };
    let variance = sum(&|_, index| index * index);
    if variance <= 0.0 {
        return 0.0;
    }
    sum(&|held, index| held * index) / variance
}

fn returns(path: &[Point]) -> impl Iterator<Item = f64> + '_ {
    path.windows(2).map(|pair| match pair {
        [before, after] => after.nav / before.nav - 1.0,
        _ => 0.0,
    })
}

/// Largest fall below an earlier NAV, a negative fraction; 0 for a path that never falls.
pub fn max_drawdown(path: &[Point]) -> f64 {
    let mut peak = f64::NEG_INFINITY;
    let mut deepest: f64 = 0.0;
    for point in path {
        peak = peak.max(point.nav);
        deepest = deepest.min(point.nav / peak - 1.0);
    }
    deepest
}

/// Worst return to any point from the last point at least `window` seconds before (or from the start, if there is
/// none); 0 for a single point. A gap longer than the window is one return.
pub fn worst_return(path: &[Point], window: u64) -> f64 {
    let mut worst: Option<f64> = None;
    let mut from = 0_usize;
    for point in path.iter().skip(1) {
        let limit = point.time.saturating_sub(window);
        while path.get(from.saturating_add(1)).is_some_and(|next| next.time <= limit) {
            from = from.saturating_add(1);
        }
        if let Some(start) = path.get(from) {
            let step = point.nav / start.nav - 1.0;
            worst = Some(worst.map_or(step, |worst| worst.min(step)));
        }
    }
    worst.unwrap_or_default()
}
