//! Figures of a path, worked out by hand.

use ballast_cli::stats::{
    annual_return, annual_variance, max_drawdown, min_variance_hedge, variance_reduction, worst_return, Figures, Point,
};

const HOUR: u64 = 3_600;

/// A path of NAVs at the given hours.
fn path(points: &[(u64, f64)]) -> Vec<Point> {
    points.iter().map(|&(hour, nav)| Point { time: 1_600_000_000 + hour * HOUR, nav }).collect()
}

fn close(found: f64, expected: f64) {
    assert!((found - expected).abs() <= 1e-12 * expected.abs().max(1.0), "{found}, expected {expected}");
}

#[test]
fn a_return_is_compounded_over_a_year() {
    // 10 % in half a year is 1.1^2 - 1 = 21 %; in two years the square root of 1.21 is 1.1.
    close(annual_return(1.1, 4_380.0), 0.21);
    close(annual_return(1.21, 17_520.0), 0.1);
    close(annual_return(1.0, 5.0), 0.0);
}

#[test]
fn nothing_left_is_a_return_of_minus_one_and_no_time_none() {
    close(annual_return(0.0, 10.0), -1.0);
    close(annual_return(-0.5, 10.0), -1.0);
    close(annual_return(1.5, 0.0), 0.0);
}

#[test]
fn variance_is_that_of_hourly_returns_over_a_year() {
    // Returns of +10 % and -10 %: mean 0, squares 0.01 + 0.01 over two hours, so 0.01 * 8760.
    close(annual_variance(&path(&[(0, 1.0), (1, 1.1), (2, 0.99)])), 87.6);
    // Returns of +10 % and 0: mean 5 %, squares twice 0.0025 over two hours.
    close(annual_variance(&path(&[(0, 1.0), (1, 1.1), (2, 1.1)])), 0.0025 * 8760.0);
    // A steady growth has none.
    close(annual_variance(&path(&[(0, 1.0), (1, 1.25), (2, 1.5625)])), 0.0);
}

#[test]
fn a_gap_is_one_return_over_its_time() {
    // +10 % in 1 h, -10 % in 3 h: the mean is 0, the squares 0.02 fall on four hours.
    close(annual_variance(&path(&[(0, 1.0), (1, 1.1), (4, 0.99)])), 0.005 * 8760.0);
    // Growth in proportion to time (simple returns of 2 % an hour) has no variance, however it is cut.
    close(annual_variance(&path(&[(0, 1.0), (1, 1.02), (4, 1.02 * 1.06)])), 0.0);
}

#[test]
fn half_the_returns_are_a_quarter_of_the_variance() {
    let unhedged = path(&[(0, 1.0), (1, 1.1), (2, 0.99)]);
    let hedged = path(&[(0, 1.0), (1, 1.05), (2, 0.9975)]);
    close(variance_reduction(&hedged, &unhedged), 0.75);
    close(variance_reduction(&unhedged, &unhedged), 0.0);
    close(variance_reduction(&unhedged, &path(&[(0, 1.0), (1, 1.0)])), 0.0);
}

#[test]
fn a_drawdown_is_measured_from_the_highest_nav_before() {
    close(max_drawdown(&path(&[(0, 1.0), (1, 1.25), (2, 1.0), (3, 1.5), (4, 1.275)])), -0.2);
    close(max_drawdown(&path(&[(0, 1.0), (1, 1.1)])), 0.0);
    close(max_drawdown(&path(&[(0, 1.0), (1, -0.5)])), -1.5);
}

#[test]
fn the_worst_eight_hours_reach_back_exactly_eight_hours() {
    // One unit down each hour: from hour 1 (99) to hour 9 (91) is -8/99, the worst of the windows.
    let falling: Vec<(u64, f64)> = (0..10).map(|hour| (hour, 100.0 - hour as f64)).collect();
    close(worst_return(&path(&falling), 8 * HOUR), -8.0 / 99.0);
}

#[test]
fn a_short_path_or_a_long_gap_still_has_a_worst_return() {
    close(worst_return(&path(&[(0, 1.0), (1, 0.9)]), 8 * HOUR), -0.1);
    close(worst_return(&path(&[(0, 1.0), (1, 1.0), (30, 0.5), (31, 0.5)]), 8 * HOUR), -0.5);
    close(worst_return(&path(&[(0, 1.0), (1, 1.1)]), 8 * HOUR), 0.1);
    close(worst_return(&path(&[(0, 1.0)]), 8 * HOUR), 0.0);
}

#[test]
fn figures_are_ratios_to_the_first_point() {
    let figures = Figures::of(&path(&[(0, 2.0), (4_380, 2.2)]));
    close(figures.final_nav, 1.1);
    close(figures.annual_return, 0.21);
    close(figures.max_drawdown, 0.0);
    close(figures.worst_8h, 0.1);
    assert_eq!(Figures::of(&[]), Figures::default());
}

#[test]
fn the_hedge_of_least_variance_is_covariance_over_variance() {
    // Returns of +10 %, -10 % of the index, +4 %, 0 % of the coin: covariance 0.1 * 0.02 * 2, variance 0.1^2 * 2.
    let index = path(&[(0, 1.0), (1, 1.1), (2, 0.99)]);
    let held = path(&[(0, 50.0), (1, 52.0), (2, 52.0)]);
    close(min_variance_hedge(&held, &index), 0.2);
    close(min_variance_hedge(&index, &index), 1.0);
    close(min_variance_hedge(&held, &path(&[(0, 1.0), (1, 1.0), (2, 1.0)])), 0.0);
    close(min_variance_hedge(&[], &[]), 0.0);
}
