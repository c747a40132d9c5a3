//! Times in files: some milliseconds late, and with gaps.

use std::collections::BTreeMap;

use crate::HOUR_MS;

/// Exchanges stamp bars and payments some milliseconds late; a time this near to a whole hour is that hour.
pub const JITTER_MS: u64 = 60_000;

/// Moves a time to the grid if it is near enough.
pub fn snapped(time_ms: u64, grid_ms: u64) -> u64 {
    let nearest = nearest(time_ms, grid_ms);
    let near = grid_ms.checked_div(4).unwrap_or_default().min(JITTER_MS);
    if nearest.abs_diff(time_ms) <= near {
        nearest
    } else {
        time_ms
    }
}

/// The nearest multiple of a step.
pub fn nearest(time_ms: u64, step_ms: u64) -> u64 {
    let half = step_ms.checked_div(2).unwrap_or_default();
    time_ms.saturating_add(half).checked_div(step_ms).unwrap_or_default().saturating_mul(step_ms)
}

/// The most common distance; of two equally common ones the shorter.
pub fn most_common(distances: impl Iterator<Item = u64>) -> Option<u64> {
    counted(distances)
        .into_iter()
        .max_by(|left, right| left.1.cmp(&right.1).then(right.0.cmp(&left.0)))
        .map(|(distance, _)| distance)
}

/// How often each distance occurs.
pub fn counted(distances: impl Iterator<Item = u64>) -> BTreeMap<u64, u64> {
    let mut counts: BTreeMap<u64, u64> = BTreeMap::new();
    for distance in distances {
        let count = counts.entry(distance).or_default();
        *count = count.saturating_add(1);
    }
    counts
}

/// Distances between neighbours.
pub fn distances(times: &[u64]) -> impl Iterator<Item = u64> + '_ {
    times.windows(2).map(|pair| match pair {
        [before, after] => after.saturating_sub(*before),
        _ => 0,
    })
}

/// `1 h`, `15 min`, `1.5 h`, `20 s` and the like.
pub fn length(milliseconds: u64) -> String {
    match milliseconds {
        0..60_000 => format!("{} s", milliseconds as f64 / 1_000.0),
        60_000..HOUR_MS => format!("{} min", milliseconds as f64 / 60_000.0),
        _ => format!("{} h", milliseconds as f64 / HOUR_MS as f64),
    }
}

/// `2020-03-12 10:00`, UTC.
pub fn written(time_ms: u64) -> String {
    as_date(time_ms, "%Y-%m-%d %H:%M")
}

/// `2020-03-12 10:00:00`, UTC, with fractions of a second if there are any.
pub fn written_fully(time_ms: u64) -> String {
    as_date(time_ms, "%Y-%m-%d %H:%M:%S%.f")
}

fn as_date(time_ms: u64, form: &str) -> String {
    let time = i64::try_from(time_ms).ok().and_then(|time| jiff::Timestamp::from_millisecond(time).ok());
    time.map_or_else(|| time_ms.to_string(), |time| time.strftime(form).to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    const MINUTE: u64 = 60_000;

    #[test]
    fn a_minute_beside_an_hour_is_that_hour_and_more_is_not() {
        let hour = 400_000 * HOUR_MS;
        for time in [hour - MINUTE, hour - 1, hour, hour + 7, hour + MINUTE] {
            assert_eq!(snapped(time, HOUR_MS), hour);
        }
        assert_eq!(snapped(hour + MINUTE + 1, HOUR_MS), hour + MINUTE + 1);
    }

    #[test]
    fn on_a_grid_of_minutes_a_minute_later_is_another_time() {
        let hour = 400_000 * HOUR_MS;
        assert_eq!(snapped(hour + MINUTE, MINUTE), hour + MINUTE);
        assert_eq!(snapped(hour + MINUTE + 7, MINUTE), hour + MINUTE);
        assert_eq!(snapped(hour + 15_001, MINUTE), hour + 15_001);
    }

    #[test]
    fn lengths_and_times_are_written_for_people() {
        assert_eq!([length(HOUR_MS), length(15 * MINUTE), length(90 * MINUTE)], ["1 h", "15 min", "1.5 h"]);
        assert_eq!(length(20_000), "20 s");
        assert_eq!(written(1_584_007_200_000), "2020-03-12 10:00");
        assert_eq!(written_fully(1_584_007_200_000), "2020-03-12 10:00:00");
        assert_eq!(written_fully(1_584_007_207_250), "2020-03-12 10:00:07.25");
    }
}
