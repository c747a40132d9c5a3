use ballast_math as math;
use ballast_math::MathError;
use cosmwasm_std::{Decimal256, SignedDecimal256, Uint128, Uint256};
use proptest::prelude::*;

use crate::model::{
    assert_divides_by_zero, assert_overflow, assert_right, decimal, rate, units, Fixed, Toward::Minus, Toward::Plus,
};
use crate::nasty;

proptest! {
    #![proptest_config(nasty::cases())]

    #[test]
    fn amounts_times_a_ratio_are_right_to_the_unit(a in nasty::amount(), b in nasty::amount(), c in nasty::amount()) {
        if c.is_zero() {
            assert_divides_by_zero(math::mul_div_floor(a, b, c));
            assert_divides_by_zero(math::mul_div_ceil(a, b, c));
        } else {
            let exact = a.exact() * b.exact() / c.exact();
            assert_right(math::mul_div_floor(a, b, c), &exact, Minus);
            assert_right(math::mul_div_ceil(a, b, c), &exact, Plus);
        }
    }

    #[test]
    fn products_and_quotients_of_ratios_are_right_to_the_last_digit(a in nasty::ratio(), b in nasty::ratio()) {
        let product = a.exact() * b.exact();
        assert_right(math::mul_floor(a, b), &product, Minus);
        assert_right(math::mul_ceil(a, b), &product, Plus);
        if b.is_zero() {
            assert_divides_by_zero(math::div_floor(a, b));
            assert_divides_by_zero(math::div_ceil(a, b));
        } else {
            let quotient = a.exact() / b.exact();
            assert_right(math::div_floor(a, b), &quotient, Minus);
            assert_right(math::div_ceil(a, b), &quotient, Plus);
        }
    }

    #[test]
    fn everyday_ratios_never_overflow(a in nasty::small_ratio(), b in nasty::small_ratio()) {
        prop_assert!(math::mul_ceil(a, b).is_ok());
        prop_assert!(b.is_zero() || math::div_ceil(a, b).is_ok());
    }

    #[test]
    fn sums_and_differences_of_ratios_are_exact(a in nasty::ratio(), b in nasty::ratio()) {
        assert_right(math::add(a, b), &(a.exact() + b.exact()), Minus);
        if a >= b {
            assert_right(math::sub(a, b), &(a.exact() - b.exact()), Minus);
            assert_right(Ok(math::sub_or_zero(a, b)), &(a.exact() - b.exact()), Minus);
        } else {
            prop_assert_eq!(math::sub(a, b), Err(MathError::negative(a.atomics(), b.atomics())));
            prop_assert_eq!(math::sub_or_zero(a, b), Decimal256::zero());
        }
    }

    #[test]
    fn signed_ratios_are_right_to_the_last_digit(a in nasty::rate(), b in nasty::rate()) {
        assert_right(math::add_signed(a, b), &(a.exact() + b.exact()), Minus);
        assert_right(math::sub_signed(a, b), &(a.exact() - b.exact()), Minus);
        assert_right(math::mul_signed_floor(a, b), &(a.exact() * b.exact()), Minus);
        assert_right(math::negate(a), &(-a.exact()), Minus);
        let magnitude = if a.is_negative() { -a.exact() } else { a.exact() };
        assert_right(Ok(math::abs(a)), &magnitude, Minus);
    }

    #[test]
    fn an_unsigned_ratio_keeps_its_value_with_a_sign(a in nasty::ratio()) {
        assert_right(math::signed(a), &a.exact(), Minus);
    }

    #[test]
    fn a_clamped_ratio_lies_between_its_bounds(a in nasty::rate(), b in nasty::rate(), c in nasty::rate()) {
        let (low, high) = (b.min(c), b.max(c));
        let held = math::clamp_signed(a, low, high);
        prop_assert!(low <= held && held <= high);
        prop_assert!(held == a || (a < low && held == low) || (a > high && held == high));
        prop_assert!(low == high || math::clamp_signed(a, high, low) == high, "crossed bounds give the first");
    }

    #[test]
    fn sums_of_amounts_are_exact(a in nasty::amount(), b in nasty::amount()) {
        assert_right(math::sum_sizes(a, b), &(a.exact() + b.exact()), Minus);
    }
}

#[test]
fn a_third_rounds_as_named() {
    assert_eq!(math::mul_div_floor(units(7), units(3), units(2)), Ok(units(10)));
    assert_eq!(math::mul_div_ceil(units(7), units(3), units(2)), Ok(units(11)));
    assert_eq!(math::mul_div_ceil(units(8), units(3), units(2)), Ok(units(12)));
    assert_eq!(math::div_floor(decimal("1"), decimal("3")), Ok(decimal("0.333333333333333333")));
    assert_eq!(math::div_ceil(decimal("1"), decimal("3")), Ok(decimal("0.333333333333333334")));
    assert_eq!(math::mul_floor(decimal("0.000000000000000003"), decimal("0.5")), Ok(decimal("0.000000000000000001")));
    assert_eq!(math::mul_ceil(decimal("0.000000000000000003"), decimal("0.5")), Ok(decimal("0.000000000000000002")));
}

#[test]
fn a_negative_product_rounds_away_from_zero() {
    let (digit, half) = (rate("0.000000000000000001"), rate("0.5"));
    let minus_half = rate("-0.5");
    assert_eq!(math::mul_signed_floor(digit, half), Ok(SignedDecimal256::zero()));
    assert_eq!(math::mul_signed_floor(digit, minus_half), Ok(rate("-0.000000000000000001")));
    assert_eq!(math::mul_signed_floor(minus_half, minus_half), Ok(rate("0.25")));
    assert_eq!(math::mul_signed_floor(SignedDecimal256::zero(), minus_half), Ok(SignedDecimal256::zero()));
}

#[test]
fn the_greatest_amount_is_a_result_like_any_other() {
    let most = Uint128::MAX;
    assert_eq!(math::mul_div_floor(most, most, most), Ok(most));
    assert_eq!(math::mul_div_ceil(most, most, most), Ok(most));
    assert_eq!(math::mul_div_floor(most, units(2), units(3)), Ok(units(u128::MAX / 3 * 2)));
    assert_overflow(math::mul_div_floor(most, most, units(u128::MAX - 1)));
    assert_overflow(math::sum_sizes(most, units(1)));
}

#[test]
fn half_a_unit_past_the_greatest_amount_fits_only_rounded_down() {
    // (2^43 - 1)*(2^86 + 2^43 + 1)/2 = (2^129 - 1)/2 = 2^128 - 1/2
    let (a, b) = (units((1 << 43) - 1), units((1 << 86) + (1 << 43) + 1));
    assert_eq!(math::mul_div_floor(a, b, units(2)), Ok(Uint128::MAX));
    assert_overflow(math::mul_div_ceil(a, b, units(2)));
}

#[test]
fn the_least_signed_ratio_is_a_result_like_any_other() {
    let least = SignedDecimal256::MIN;
    assert_eq!(math::mul_signed_floor(least, SignedDecimal256::one()), Ok(least));
    assert_overflow(math::negate(least));
    assert_overflow(math::mul_signed_floor(least, rate("-1")));
    assert_eq!(math::abs(least), Decimal256::new(Uint256::one() << 255));
    assert_overflow(math::signed(Decimal256::new(Uint256::one() << 255)));
    assert_eq!(math::signed(Decimal256::new((Uint256::one() << 255) - Uint256::one())), Ok(SignedDecimal256::MAX));
}

#[test]
fn an_error_says_what_was_there_and_what_was_to_be_taken() {
    let error = math::sub(decimal("0.000000000000000005"), decimal("0.000000000000000007")).unwrap_err();
    assert_eq!(error.to_string(), "cannot take 7 from 5");
}
