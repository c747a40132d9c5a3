use ballast_math::{return_between, signed, signed_return, years, Covariance, Mean, Variance, SECONDS_PER_YEAR};
use cosmwasm_std::{Decimal256, SignedDecimal256, Uint256};
use proptest::prelude::*;

use crate::model::{
    assert_divides_by_zero, assert_overflow, assert_right, assert_right_or_overflow, decimal, rate, ten, whole, Fixed,
    Fraction,
    Toward::{Minus, Plus},
};
use crate::nasty;

const HOUR: u64 = 3_600;
const WEEK: u64 = 168 * HOUR;

fn in_years(seconds: u64) -> Fraction {
    whole(seconds) / whole(SECONDS_PER_YEAR)
}

proptest! {
    #![proptest_config(nasty::cases())]

    #[test]
    fn a_variance_is_right_to_the_last_digit(
        before in nasty::variance(),
        r in prop_oneof![nasty::small_ratio(), nasty::ratio()],
        dt in nasty::seconds(),
        tau in nasty::seconds(),
    ) {
        let after = before.observe(r, dt, tau);
        let total = in_years(dt) + in_years(tau);
        if total == whole(0) {
            prop_assert!(after.is_err());
        } else {
            let exact = (in_years(tau) * before.exact() + r.exact() * r.exact()) / total;
            assert_right_or_overflow(after, &exact, Minus);
        }
    }

    #[test]
    fn every_return_between_accepted_prices_has_a_variance(
        from in nasty::price(),
        to in nasty::price(),
        dt in nasty::seconds(),
        tau in 24 * HOUR..=2_000 * HOUR,
    ) {
        let r = return_between(from, to).unwrap();
        let exact = r.exact() * r.exact() / (in_years(dt) + in_years(tau));
        let after = Variance::default().observe(r, dt, tau);
        prop_assert!(after.is_ok());
        assert_right(after, &exact, Minus);
    }

    #[test]
    fn a_volatility_is_the_root_rounded_down(variance in nasty::variance()) {
        let root = variance.volatility();
        // Above 10^41 the root has fewer than 18 digits, but is never above the true one.
        let digit = if variance.exact() < whole(ten(41)) { whole(1) / whole(ten(18)) } else { whole(1) };
        let next = root.exact() + digit;
        prop_assert!(root.exact() * root.exact() <= variance.exact());
        prop_assert!(&next * &next > variance.exact());
    }

    #[test]
    fn a_square_is_right_and_its_root_leads_back(volatility in nasty::ratio()) {
        let squared = Variance::of_volatility(volatility);
        assert_right(squared.clone(), &(volatility.exact() * volatility.exact()), Minus);
        if volatility >= decimal("0.000000001") && volatility < decimal("1000000000") {
            let lost = volatility - squared.unwrap().volatility();
            // The square was rounded down by at most a digit: its root by that over twice the root, plus its own
            // rounding.
            prop_assert!(lost.exact() * volatility.exact() <= (whole(1) + volatility.exact()) / whole(ten(18)));
        }
    }

    #[test]
    fn a_covariance_is_right_to_the_last_digit(
        before in nasty::covariance(),
        a in prop_oneof![returns(), nasty::rate()],
        b in prop_oneof![returns(), nasty::rate()],
        dt in nasty::seconds(),
        tau in nasty::seconds(),
    ) {
        let after = before.observe(a, b, dt, tau);
        let total = in_years(dt) + in_years(tau);
        if total == whole(0) {
            prop_assert!(after.is_err());
        } else {
            let exact = (in_years(tau) * before.exact() + a.exact() * b.exact()) / total;
            assert_right_or_overflow(after, &exact, Minus);
        }
    }

    #[test]
    fn all_returns_of_accepted_prices_have_a_covariance(
        prices in [nasty::price(), nasty::price(), nasty::price(), nasty::price()],
        dt in nasty::seconds(),
        tau in 24 * HOUR..=2_000 * HOUR,
    ) {
        let a = signed_return(prices[0], prices[1]).unwrap();
        let b = signed_return(prices[2], prices[3]).unwrap();
        let exact = a.exact() * b.exact() / (in_years(dt) + in_years(tau));
        let after = Covariance::default().observe(a, b, dt, tau);
        prop_assert!(after.is_ok());
        assert_right(after, &exact, Minus);
    }

    #[test]
    fn the_covariance_of_returns_with_themselves_is_their_variance(
        before in nasty::small_ratio(),
        r in returns(),
        dt in nasty::seconds(),
        tau in 1..u64::MAX,
    ) {
        let variance = Variance(before).observe(ballast_math::abs(r), dt, tau).unwrap();
        let covariance = Covariance(signed(before).unwrap()).observe(r, r, dt, tau).unwrap();
        prop_assert_eq!(covariance.0, signed(variance.0).unwrap());
        if !variance.0.is_zero() {
            prop_assert_eq!(covariance.over(variance).unwrap(), Some(SignedDecimal256::one()));
        }
    }

    #[test]
    fn a_covariance_is_at_most_the_root_of_both_variances(
        moves in prop::collection::vec((returns(), returns(), HOUR..100 * HOUR), 1..20),
        tau in 24 * HOUR..=2_000 * HOUR,
    ) {
        let (mut covariance, mut one, mut other) = (Covariance::default(), Variance::default(), Variance::default());
        for (a, b, dt) in &moves {
            covariance = covariance.observe(*a, *b, *dt, tau).unwrap();
            one = one.observe(ballast_math::abs(*a), *dt, tau).unwrap();
            other = other.observe(ballast_math::abs(*b), *dt, tau).unwrap();
        }
        // Each step rounds by less than a digit.
        let lost = whole(moves.len() as u64) / whole(ten(18));
        let magnitude = ballast_math::abs(covariance.0).exact();
        let least = if magnitude > lost { magnitude - &lost } else { whole(0) };
        prop_assert!(&least * &least <= (one.exact() + &lost) * (other.exact() + &lost));
    }

    #[test]
    fn a_ratio_of_covariance_and_variance_is_right_to_the_last_digit(
        covariance in nasty::covariance(),
        variance in nasty::variance(),
    ) {
        let ratio = covariance.over(variance).transpose();
        match ratio {
            None => prop_assert!(variance.0.is_zero()),
            Some(ratio) => assert_right(ratio, &(covariance.exact() / variance.exact()), Minus),
        }
    }

    #[test]
    fn a_signed_return_is_right_to_the_last_digit(from in nasty::ratio(), to in nasty::ratio()) {
        if from.is_zero() {
            assert_divides_by_zero(signed_return(from, to));
        } else {
            let toward = if to < from { Plus } else { Minus };
            assert_right_or_overflow(signed_return(from, to), &((to.exact() - from.exact()) / from.exact()), toward);
        }
    }

    #[test]
    fn a_mean_is_right_to_the_last_digit_and_never_overflows(
        before in nasty::mean(),
        x in nasty::rate(),
        dt in nasty::seconds(),
        tau in nasty::seconds(),
    ) {
        let after = before.observe(x, dt, tau);
        let total = whole(tau) + whole(dt);
        if total == whole(0) {
            assert_divides_by_zero(after);
        } else {
            prop_assert!(after.is_ok());
            assert_right(after, &((whole(tau) * before.exact() + whole(dt) * x.exact()) / total), Minus);
        }
    }

    #[test]
    fn a_mean_lies_between_what_it_was_and_what_it_saw(
        before in nasty::mean(),
        x in nasty::rate(),
        dt in nasty::seconds(),
        tau in 1..u64::MAX,
    ) {
        let after = before.observe(x, dt, tau).unwrap().0;
        prop_assert!(before.0.min(x) <= after && after <= before.0.max(x));
    }

    #[test]
    fn a_return_is_right_to_the_last_digit(from in nasty::ratio(), to in nasty::ratio()) {
        if from.is_zero() {
            assert_divides_by_zero(return_between(from, to));
        } else {
            let move_of = to.exact() - from.exact();
            let magnitude = move_of.clone().max(-move_of);
            assert_right(return_between(from, to), &(magnitude / from.exact()), Minus);
        }
    }

    #[test]
    fn years_are_right_to_the_last_digit(seconds in nasty::seconds()) {
        assert_right(years(seconds), &in_years(seconds), Minus);
    }
}

/// Returns as markets have them, of either sign, and far larger ones.
fn returns() -> impl Strategy<Value = SignedDecimal256> {
    (nasty::small_ratio(), any::<bool>()).prop_map(|(magnitude, falls)| {
        let magnitude = signed(magnitude).unwrap();
        if falls {
            -magnitude
        } else {
            magnitude
        }
    })
}

#[test]
fn years_have_8760_hours() {
    assert_eq!(SECONDS_PER_YEAR, 8_760 * HOUR);
    assert_eq!(years(SECONDS_PER_YEAR), Ok(Decimal256::one()));
    assert_eq!(years(0), Ok(Decimal256::zero()));
    // 1/8760 = 0.000114155251141552511...
    assert_eq!(years(HOUR), Ok(decimal("0.000114155251141552")));
}

#[test]
fn returns_are_magnitudes_over_where_they_came_from() {
    for (from, to, expected) in [
        ("100", "110", "0.1"),
        ("110", "100", "0.090909090909090909"),
        ("100", "100", "0"),
        ("100", "0", "1"),
        ("100", "1000", "9"),
        ("3", "2", "0.333333333333333333"),
        ("0.000001", "1000000000", "999999999999999"),
    ] {
        assert_eq!(return_between(decimal(from), decimal(to)), Ok(decimal(expected)), "{from} to {to}");
    }
    assert_divides_by_zero(return_between(Decimal256::zero(), decimal("1")));
    assert_overflow(return_between(Decimal256::new(Uint256::one()), Decimal256::MAX));
}

#[test]
fn the_first_hours_of_one_percent_moves() {
    // r^2 * 8760/(168 + 1) = 0.876/169, then 0.876 * (1 - (168/169)^2) = 0.876 * 337/28561
    let first = Variance::default().observe(decimal("0.01"), HOUR, WEEK).unwrap();
    assert_eq!(first.0, decimal("0.005183431952662721"));
    let second = first.observe(decimal("0.01"), HOUR, WEEK).unwrap();
    // = 0.0103361927103392738..., less at most a digit, because the second starts from the first, rounded down.
    assert!(second.0 >= decimal("0.010336192710339272") && second.0 <= decimal("0.010336192710339273"), "{}", second.0);
}

#[test]
fn a_constant_hourly_return_becomes_its_square_times_the_hours_of_a_year() {
    // 0.01^2 * 8760 = 0.876
    let limit = Variance(decimal("0.876"));
    assert_eq!(limit.observe(decimal("0.01"), HOUR, WEEK), Ok(limit), "what it converges to stays");

    let mut from_below = Variance::default();
    let mut from_above = Variance(decimal("9"));
    for _ in 0..2_000 {
        from_below = from_below.observe(decimal("0.01"), HOUR, WEEK).unwrap();
        from_above = from_above.observe(decimal("0.01"), HOUR, WEEK).unwrap();
    }
    // 0.876 * (1 - (168/169)^2000) = 0.8759938672...; the rest of 8.124 above is 5.69e-5.
    assert!(from_below.0 > decimal("0.87599386") && from_below.0 < decimal("0.87599387"), "{}", from_below.0);
    assert!(from_above.0 > decimal("0.87605687") && from_above.0 < decimal("0.87605689"), "{}", from_above.0);
    // sqrt(0.876) = 0.9359487165438072229...
    assert_eq!(limit.volatility(), decimal("0.935948716543807222"));
}

#[test]
fn signed_returns_fall_below_zero() {
    for (from, to, expected) in
        [("100", "110", "0.1"), ("110", "100", "-0.090909090909090909"), ("3", "2", "-0.333333333333333333")]
    {
        assert_eq!(signed_return(decimal(from), decimal(to)), Ok(rate(expected)), "{from} to {to}");
    }
}

#[test]
fn a_coin_that_moves_twice_as_far_has_a_ratio_of_two() {
    // 0.02*0.01*8760/169 = 1.752/169 and 0.876/169, and with the other sign 1.752/169 below zero, one digit further.
    let variance = Variance::default().observe(decimal("0.01"), HOUR, WEEK).unwrap();
    let with = Covariance::default().observe(rate("0.02"), rate("0.01"), HOUR, WEEK).unwrap();
    assert_eq!(with.0, rate("0.010366863905325443"));
    assert_eq!(Covariance(rate("1.5")).over(Variance(decimal("0.75"))), Ok(Some(rate("2"))));
    let against = Covariance::default().observe(rate("-0.02"), rate("0.01"), HOUR, WEEK).unwrap();
    assert_eq!(against.0, rate("-0.010366863905325444"));
    // 0.010366863905325443/0.005183431952662721 is 2 + 1e-18/0.005183431952662721, which is 2 + 1.929...e-16.
    assert_eq!(with.over(variance), Ok(Some(rate("2.000000000000000192"))));
    assert_eq!(with.over(Variance::default()), Ok(None), "of an index that never moved");
    // A quiet hour forgets one part in 169.
    assert_eq!(Covariance(rate("-1.69")).observe(rate("0"), rate("0.1"), HOUR, WEEK), Ok(Covariance(rate("-1.68"))));
}

#[test]
fn a_quiet_hour_forgets_one_part_in_169() {
    // 1.69 * 168/169 = 1.68
    assert_eq!(Variance(decimal("1.69")).observe(Decimal256::zero(), HOUR, WEEK), Ok(Variance(decimal("1.68"))));
    // as much time as tau: half
    assert_eq!(Variance(decimal("1.69")).observe(Decimal256::zero(), WEEK, WEEK), Ok(Variance(decimal("0.845"))));
}

#[test]
fn one_move_in_many_pieces_within_an_hour_counts_for_less() {
    // 6 % in one piece: 0.0036 * 8760/169 = 31.536/169 = 0.186603550295857988...
    let once = Variance::default().observe(decimal("0.06"), HOUR, WEEK).unwrap();
    assert_eq!(once.0, decimal("0.186603550295857988"));
    // 1 % six times, ten minutes apart: tau is 1008 of these, each adds 0.0001 * 52560/1009 and keeps 1008/1009:
    // 5.256 * (1 - (1008/1009)^6) = 0.0311773...
    let mut pieces = Variance::default();
    for _ in 0..6 {
        pieces = pieces.observe(decimal("0.01"), 600, WEEK).unwrap();
    }
    assert!(pieces.0 > decimal("0.031177") && pieces.0 < decimal("0.031178"), "{}", pieces.0);
}

#[test]
fn a_day_in_one_piece_counts_for_more_than_its_hours() {
    // 24 % at once: 0.0576 * 8760/192 = 2.628; 24 hours of 1 %: 0.876 * (1 - (168/169)^24) = 0.1162...
    let day = Variance::default().observe(decimal("0.24"), 24 * HOUR, WEEK).unwrap();
    assert_eq!(day.0, decimal("2.628"));
    let hours = (0..24).fold(Variance::default(), |v, _| v.observe(decimal("0.01"), HOUR, WEEK).unwrap());
    assert!(hours.0 > decimal("0.1162") && hours.0 < decimal("0.1163"), "{}", hours.0);
}

#[test]
fn without_memory_a_variance_is_the_last_return_and_without_time_it_adds() {
    assert_eq!(Variance(decimal("5")).observe(decimal("0.01"), HOUR, 0), Ok(Variance(decimal("0.876"))));
    // V + r^2/tau = 1 + 0.0001 * 8760/168 = 1 + 0.876/168 = 1.005214285714285714...
    assert_eq!(Variance(decimal("1")).observe(decimal("0.01"), 0, WEEK).unwrap().0, decimal("1.005214285714285714"));
    assert_divides_by_zero(Variance(decimal("1")).observe(decimal("0.01"), 0, 0));
}

#[test]
fn what_no_variance_holds_is_an_error() {
    assert_overflow(Variance::default().observe(Decimal256::MAX, HOUR, WEEK));
    assert_overflow(Variance(Decimal256::MAX).observe(decimal("1"), 0, WEEK));
    assert_eq!(Variance(Decimal256::MAX).observe(Decimal256::zero(), 0, u64::MAX), Ok(Variance(Decimal256::MAX)));
    assert_overflow(Variance::of_volatility(Decimal256::MAX));
}

#[test]
fn volatilities_are_roots() {
    for (variance, volatility) in [
        ("0", "0"),
        ("0.25", "0.5"),
        ("2", "1.414213562373095048"),
        ("9", "3"),
        ("0.000000000000000001", "0.000000001"),
        ("0.000000000000000002", "0.000000001414213562"),
    ] {
        assert_eq!(Variance(decimal(variance)).volatility(), decimal(volatility), "{variance}");
    }
    assert_eq!(Variance::of_volatility(decimal("0.5")), Ok(Variance(decimal("0.25"))));
}

#[test]
fn a_mean_weighs_what_it_was_by_tau_and_what_it_saw_by_time() {
    for (mean, x, hours, tau_hours, expected) in [
        // (72*0.3 - 8*0.1)/80 = 20.8/80
        ("0.3", "-0.1", 8, 72, "0.26"),
        ("0", "0.1", 72, 72, "0.05"),
        ("0.1", "0.1", 1, 72, "0.1"),
        ("-0.1", "-0.1", 5, 72, "-0.1"),
        // no time, nothing seen
        ("0.3", "9", 0, 72, "0.3"),
        // no memory
        ("0.3", "9", 1, 0, "9"),
        // 1/3 and -1/3, rounded toward minus infinity
        ("0", "1", 1, 2, "0.333333333333333333"),
        ("0", "-1", 1, 2, "-0.333333333333333334"),
        ("1", "-1", 1, 2, "0.333333333333333333"),
        ("-1", "1", 1, 2, "-0.333333333333333334"),
    ] {
        let after = Mean(rate(mean)).observe(rate(x), hours * HOUR, tau_hours * HOUR).unwrap();
        assert_eq!(after.0, rate(expected), "{mean}, then {x} for {hours} of {tau_hours}");
    }
    assert_divides_by_zero(Mean::default().observe(rate("1"), 0, 0));
}

#[test]
fn a_mean_of_the_extremes_is_no_overflow() {
    let (least, most) = (SignedDecimal256::MIN, SignedDecimal256::MAX);
    assert_eq!(Mean(most).observe(most, u64::MAX, u64::MAX), Ok(Mean(most)));
    assert_eq!(Mean(least).observe(least, u64::MAX, u64::MAX), Ok(Mean(least)));
    // (-2^255 + 2^255 - 1)/2 = -1/2 of the last digit
    assert_eq!(Mean(least).observe(most, 1, 1), Ok(Mean(rate("-0.000000000000000001"))));
}

#[test]
fn one_block_moves_a_mean_of_three_days_by_next_to_nothing() {
    // 1,000 % for six seconds in a mean of 72 h: 10 * 6/(259200 + 6) = 60/259206
    let after = Mean::default().observe(rate("10"), 6, 72 * HOUR).unwrap();
    assert_eq!(after.0, rate("0.000231476123237888"));
}
