use ballast_math::{FundingBasis, FundingIndex, MathError, Money, Price, SECONDS_PER_YEAR};
use cosmwasm_std::{Decimal256, Int256, SignedDecimal256, Uint128};
use proptest::prelude::*;

use crate::model::{
    assert_divides_by_zero, assert_overflow, assert_right, decimal, money, rate, ten, units, whole, Fixed,
    Toward::Minus, Toward::Plus,
};
use crate::nasty;

/// Yearly rates up to 1,000 %, the hard bound of the funding clamp, and sizes of either sign.
fn yearly() -> impl Strategy<Value = SignedDecimal256> {
    let most = 10_000_000_000_000_000_000i128;
    prop_oneof![(-most..=most), (-100_000_000..100_000_000i128)].prop_map(|a| SignedDecimal256::new(Int256::from(a)))
}

proptest! {
    #![proptest_config(nasty::cases())]

    #[test]
    fn a_step_is_right_to_the_last_digit(
        price in nasty::price(),
        base in nasty::decimals(),
        quote in nasty::decimals(),
        rate in yearly(),
        seconds in nasty::seconds(),
        part in nasty::amount(),
        all in nasty::amount(),
    ) {
        let unit = Price::new(price, base, quote).unwrap();
        let step = FundingIndex::step_floor(&unit, rate, seconds, part, all);
        if all.is_zero() {
            assert_divides_by_zero(step);
        } else {
            let unit = price.exact() * whole(ten(quote.into())) / whole(ten(base.into()));
            let years = whole(seconds) / whole(SECONDS_PER_YEAR);
            assert_right(step, &(unit * rate.exact() * years * part.exact() / all.exact()), Minus);
        }
    }

    #[test]
    fn absurd_rates_overflow_and_do_not_panic(price in nasty::price(), rate in nasty::rate(), seconds in nasty::seconds()) {
        let unit = Price::new(price, 18, 6).unwrap();
        if let Ok(step) = FundingIndex::step_floor(&unit, rate, seconds, units(1), units(1)) {
            let exact = price.exact() / whole(ten(12)) * rate.exact() * whole(seconds) / whole(SECONDS_PER_YEAR);
            assert_right(Ok(step), &exact, Minus);
        }
    }

    #[test]
    fn many_steps_are_one_step_within_a_digit_each(
        price in nasty::price(),
        rate in yearly(),
        pieces in prop::collection::vec(0..1_000_000u64, 1..20),
    ) {
        let unit = Price::new(price, 8, 6).unwrap();
        let step = |seconds| FundingIndex::step_floor(&unit, rate, seconds, units(1), units(1)).unwrap();
        let together = step(pieces.iter().sum());
        let summed = pieces.iter().fold(FundingIndex::default(), |sum, &seconds| sum.plus(step(seconds)).unwrap());
        let lost = together.integer() - summed.integer();
        prop_assert!(lost >= 0.into() && lost < pieces.len().into(), "{lost}");
    }

    #[test]
    fn what_a_position_accrued_is_right_to_the_last_digit(
        index in nasty::index(),
        size in nasty::amount(),
        basis in nasty::basis(),
    ) {
        let exact = index.exact() * size.exact() - basis.exact();
        assert_right(index.accrued_floor(size, basis), &exact, Minus);
        assert_right(index.accrued_ceil(size, basis), &exact, Plus);
    }

    #[test]
    fn bases_add_up_exactly(index in nasty::index(), size in nasty::amount(), a in nasty::basis(), b in nasty::basis()) {
        assert_right(index.basis(size), &(index.exact() * size.exact()), Minus);
        assert_right(a.plus(b), &(a.exact() + b.exact()), Minus);
        assert_right(a.minus(b), &(a.exact() - b.exact()), Minus);
    }

    #[test]
    fn indices_add_up_exactly(a in nasty::index(), b in nasty::index()) {
        assert_right(a.plus(b), &(a.exact() + b.exact()), Minus);
        assert_right(Ok(a.or_zero()), &a.exact().max(whole(0)), Minus);
    }

    #[test]
    fn a_part_of_a_basis_rounds_against_who_closes(
        basis in nasty::basis(),
        part in nasty::amount(),
        all in nasty::amount(),
    ) {
        if all.is_zero() {
            assert_divides_by_zero(basis.portion_ceil(part, all));
        } else {
            assert_right(basis.portion_ceil(part, all), &(basis.exact() * part.exact() / all.exact()), Plus);
        }
    }

    #[test]
    fn a_position_closed_in_two_parts_accrues_what_it_accrued_whole_but_for_rounding(
        entered in -1_000_000_000_000i64..1_000_000_000_000,
        now in -1_000_000_000_000i64..1_000_000_000_000,
        size in 1..u64::MAX,
        closed in any::<u64>(),
    ) {
        let (entered, now) = (FundingIndex(Int256::from(entered)), FundingIndex(Int256::from(now)));
        let (size, closed) = (Uint128::from(size), Uint128::from(closed % size));
        let basis = entered.basis(size).unwrap();
        let closed_basis = basis.portion_ceil(closed, size).unwrap();
        let first = now.accrued_floor(closed, closed_basis).unwrap();
        let rest = now.accrued_floor(size - closed, basis.minus(closed_basis).unwrap()).unwrap();
        let lost = now.accrued_floor(size, basis).unwrap().integer() - first.integer() - rest.integer();
        prop_assert!(lost == 0.into() || lost == 1.into(), "{lost}");
    }

    #[test]
    fn a_credit_is_right_to_the_last_digit(credit in nasty::money(), size in nasty::amount()) {
        let step = FundingIndex::credit_floor(credit, size);
        if credit.is_negative() {
            prop_assert_eq!(step, Err(MathError::NegativeAmount { money: credit.to_string() }));
        } else if size.is_zero() {
            assert_divides_by_zero(step);
        } else {
            assert_right(step, &(credit.exact() / size.exact()), Minus);
        }
    }

    #[test]
    fn a_credit_never_pays_out_more_than_was_credited(
        credited in 0..u128::MAX / 1_000_000_000,
        size in nasty::amount(),
    ) {
        let size = size.max(units(1));
        let credit = Money::new(SignedDecimal256::new(Int256::from(Uint128::new(credited))));
        let step = FundingIndex::credit_floor(credit, size).unwrap();
        let paid = step.accrued_floor(size, FundingBasis::default()).unwrap();
        prop_assert!(paid <= credit);
        prop_assert!(credit.exact() - paid.exact() < (size.exact() + whole(ten(18))) / whole(ten(36)));
    }
}

/// 10^`exponent`, as the integer inside an index.
fn index_digits(exponent: u32) -> Int256 {
    Int256::from(10i64).pow(exponent)
}

#[test]
fn an_hour_at_a_yearly_87_6_percent_is_a_ten_thousandth_of_the_price() {
    let ten_dollars = Price::new(decimal("10"), 6, 6).unwrap();
    let hour = |yearly: &str, part, all| {
        FundingIndex::step_floor(&ten_dollars, rate(yearly), 3_600, units(part), units(all)).unwrap()
    };
    assert_eq!(hour("0.876", 1, 1), FundingIndex(index_digits(33)));
    assert_eq!(hour("-0.876", 1, 1), FundingIndex(-index_digits(33)));
    assert_eq!(hour("0.876", 1, 4), FundingIndex(Int256::from(25i64) * index_digits(31)));
    assert_eq!(hour("0.876", 0, 4), FundingIndex::default());
    assert_eq!(hour("0", 1, 1), FundingIndex::default());
    // A third of 10^33 is 333...333 and a third; whoever pays it pays one digit more.
    let third = (index_digits(33) - Int256::one()) / Int256::from(3i64);
    assert_eq!(hour("0.876", 1, 3), FundingIndex(third));
    assert_eq!(hour("-0.876", 1, 3), FundingIndex(-third - Int256::one()));
}

#[test]
fn the_least_step_of_a_payer_is_a_digit_and_of_a_receiver_nothing() {
    // 10^-6 dollars, 18 and 6 decimals: 10^-18 a unit; at a rate of 10^-18 for one second of a year: 3e-44.
    let cheap = Price::new(decimal("0.000001"), 18, 6).unwrap();
    let step = |yearly: &str| FundingIndex::step_floor(&cheap, rate(yearly), 1, units(1), units(1)).unwrap();
    assert_eq!(step("0.000000000000000001"), FundingIndex::default());
    assert_eq!(step("-0.000000000000000001"), FundingIndex(Int256::from(-1i64)));
}

#[test]
fn a_gap_of_ten_years_at_the_highest_rate_and_price_does_not_overflow() {
    let dear = Price::new(decimal("1000000000"), 0, 18).unwrap();
    let ten_years = 10 * SECONDS_PER_YEAR;
    let step = FundingIndex::step_floor(&dear, rate("10"), ten_years, Uint128::MAX, Uint128::MAX).unwrap();
    // 10^9 * 10^18 a unit, times 10 a year, times 10 years
    assert_eq!(step, FundingIndex(index_digits(29 + 36)));
    let age_of_the_universe = FundingIndex::step_floor(&dear, rate("-10"), u64::MAX, units(1), units(1));
    assert_overflow(age_of_the_universe.and_then(|step| step.plus(step)?.plus(FundingIndex(Int256::MIN))));
}

#[test]
fn an_empty_side_has_no_step() {
    let price = Price::new(decimal("10"), 6, 6).unwrap();
    assert_divides_by_zero(FundingIndex::step_floor(&price, rate("1"), 1, units(0), units(0)));
    assert_divides_by_zero(FundingIndex::credit_floor(money("1"), units(0)));
}

#[test]
fn a_thousand_units_earn_a_thousand_times_what_the_index_rose() {
    let (entered, now) = (FundingIndex(index_digits(35)), FundingIndex(Int256::from(3i64) * index_digits(35)));
    let basis = entered.basis(units(1_000)).unwrap();
    // 1,000 * (0.3 - 0.1)
    assert_eq!(now.accrued_floor(units(1_000), basis), Ok(money("200")));
    assert_eq!(entered.accrued_floor(units(1_000), now.basis(units(1_000)).unwrap()), Ok(money("-200")));
}

#[test]
fn less_than_a_digit_of_money_rounds_as_named() {
    let up = FundingIndex(Int256::one());
    let down = FundingIndex(Int256::from(-1i64));
    let none = FundingBasis::default();
    let digit = money("0.000000000000000001");
    assert_eq!(up.accrued_floor(units(1), none), Ok(Money::ZERO));
    assert_eq!(up.accrued_ceil(units(1), none), Ok(digit));
    assert_eq!(down.accrued_floor(units(1), none), digit.negated());
    assert_eq!(down.accrued_ceil(units(1), none), Ok(Money::ZERO));
}

#[test]
fn a_position_whose_product_leaves_256_bits_still_answers() {
    // 2 * (2^255 - 1) does not fit; less a basis of 2^255 - 1 it does.
    let most = FundingIndex(Int256::MAX);
    let expected = Money::new(SignedDecimal256::new(Int256::MAX / Int256::from(10i64.pow(18))));
    assert_overflow(most.basis(units(2)));
    assert_eq!(most.accrued_floor(units(2), FundingBasis(Int256::MAX)), Ok(expected));
    // 2^128 * 2^255 / 10^18 fits no money.
    assert_overflow(most.accrued_floor(Uint128::MAX, FundingBasis::default()));
}

#[test]
fn a_credit_of_one_unit_to_three_is_a_third_each() {
    let step = FundingIndex::credit_floor(money("1"), units(3)).unwrap();
    assert_eq!(step, FundingIndex((index_digits(36) - Int256::one()) / Int256::from(3i64)));
    assert_eq!(step.accrued_floor(units(3), FundingBasis::default()), Ok(money("0.999999999999999999")));
    let refused = MathError::NegativeAmount { money: "-1".to_string() };
    assert_eq!(FundingIndex::credit_floor(money("-1"), units(3)), Err(refused));
    assert_eq!(FundingIndex::credit_floor(Money::ZERO, units(3)), Ok(FundingIndex::default()));
}

#[test]
fn a_year_of_decimals_is_a_year() {
    let one = Price::new(Decimal256::one(), 18, 18).unwrap();
    let step = FundingIndex::step_floor(&one, rate("1"), SECONDS_PER_YEAR, units(1), units(1)).unwrap();
    assert_eq!(step, FundingIndex(index_digits(36)));
}

#[test]
fn a_step_over_another_is_rounded_down_and_none_over_nothing() {
    let step = |units: i128| FundingIndex(Int256::from(units));
    let share = |part: i128, whole: i128| step(part).share_floor(step(whole)).unwrap().to_string();
    assert_eq!(share(2, 3), "0.666666666666666666");
    assert_eq!(share(3, 3), "1");
    for (part, whole) in [(0, 3), (3, 0), (-3, 3), (3, -3), (0, 0)] {
        assert_eq!(share(part, whole), "0", "{part} over {whole}");
    }
}
