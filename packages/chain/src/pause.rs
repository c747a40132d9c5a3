//! Intervals and waits given on the command line.

use std::time::Duration;

use crate::{Error, Result};

/// Minimum time between two rounds: no chain makes blocks faster.
pub(crate) const SHORTEST: Duration = Duration::from_millis(100);
/// Maximum wait: more must be a typing error, and clocks cannot count it.
const YEAR: Duration = Duration::from_secs(365 * 86_400);

/// Parses the seconds of an option as a pause between two rounds.
///
/// # Errors
/// [`Error::User`] when they cannot be one.
pub(crate) fn interval(option: &str, seconds: f64) -> Result<Duration> {
    let time = Duration::try_from_secs_f64(seconds).ok();
    time.filter(|time| *time >= SHORTEST).filter(is_bearable).ok_or_else(|| {
        let (least, most) = (SHORTEST.as_secs_f64(), YEAR.as_secs());
        Error::user(format!("{option} {seconds}: from {least} to {most} seconds (a year) are wanted"))
    })
}

/// Parses the seconds of an option as a maximum wait.
///
/// # Errors
/// [`Error::User`] when they are out of range.
pub(crate) fn wait(option: &str, seconds: u64) -> Result<Duration> {
    Some(Duration::from_secs(seconds)).filter(is_bearable).ok_or_else(|| {
        Error::user(format!("{option} {seconds}: at most {} seconds (a year) are wanted", YEAR.as_secs()))
    })
}

fn is_bearable(time: &Duration) -> bool {
    *time <= YEAR
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_interval_is_a_tenth_of_a_second_to_a_year() {
        for (seconds, millis) in [(0.1, 100), (15.0, 15_000), (31_536_000.0, 31_536_000_000)] {
            assert_eq!(interval("--every", seconds), Ok(Duration::from_millis(millis)));
        }
        for seconds in [0.0, 0.09, -1.0, 31_536_001.0, 1e19, 1e300, f64::NAN, f64::INFINITY] {
            let text = interval("--every", seconds).map_err(|error| error.to_string());
            let expected = format!("--every {seconds}: from 0.1 to 31536000 seconds (a year) are wanted");
            assert_eq!(text, Err(expected));
        }
    }

    #[test]
    fn nothing_is_waited_for_longer_than_a_year() {
        assert_eq!(wait("--patience", 0), Ok(Duration::ZERO));
        assert_eq!(wait("--patience", 31_536_000).map(|time| time.as_secs()), Ok(31_536_000));
        for seconds in [31_536_001, u64::MAX] {
            assert_eq!(wait("--patience", seconds).map_err(|error| error.exit_code()), Err(2));
        }
    }
}
