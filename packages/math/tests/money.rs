use ballast_math::{MathError, Money};
use cosmwasm_std::{from_json, to_json_string, Decimal256, SignedDecimal256, Uint128, Uint256};
use proptest::prelude::*;

use crate::model::{
    assert_divides_by_zero, assert_overflow, assert_right, decimal, money, rate, units, whole, Fixed, Toward::Minus,
    Toward::Plus,
};
use crate::nasty;

proptest! {
    #![proptest_config(nasty::cases())]

    #[test]
    fn sums_and_signs_are_exact(a in nasty::money(), b in nasty::money()) {
        let zero = whole(0);
        assert_right(a.plus(b), &(a.exact() + b.exact()), Minus);
        assert_right(a.minus(b), &(a.exact() - b.exact()), Minus);
        assert_right(a.negated(), &(-a.exact()), Minus);
        assert_right(a.loss(), &(-a.exact()).max(zero.clone()), Minus);
        assert_right(Ok(a.or_zero()), &a.exact().max(zero.clone()), Minus);
        assert_right(Ok(a.abs()), &a.exact().max(-a.exact()), Minus);
        prop_assert_eq!(a.cmp(&b), a.exact().cmp(&b.exact()));
        prop_assert_eq!(a.is_negative(), a.exact() < zero);
        prop_assert_eq!(a.is_positive(), a.exact() > zero);
        prop_assert_eq!(a.is_zero(), a.exact() == zero);
    }

    #[test]
    fn products_are_right_to_the_last_digit(a in nasty::money(), ratio in nasty::ratio(), signed in nasty::rate()) {
        let exact = a.exact() * ratio.exact();
        assert_right(a.mul_floor(ratio), &exact, Minus);
        assert_right(a.mul_ceil(ratio), &exact, Plus);
        assert_right(a.mul_signed_floor(signed), &(a.exact() * signed.exact()), Minus);
    }

    #[test]
    fn quotients_are_right_to_the_last_digit(a in nasty::money(), ratio in nasty::ratio()) {
        if ratio.is_zero() {
            assert_divides_by_zero(a.div_floor(ratio));
        } else {
            assert_right(a.div_floor(ratio), &(a.exact() / ratio.exact()), Minus);
        }
    }

    #[test]
    fn ratios_of_money_are_right_to_the_last_digit(a in nasty::money(), b in nasty::money()) {
        if b.is_positive() {
            assert_right(a.ratio_floor(b), &(a.exact() / b.exact()), Minus);
        } else if b.is_zero() {
            assert_divides_by_zero(a.ratio_floor(b));
        } else {
            prop_assert_eq!(a.ratio_floor(b), Err(MathError::NegativeDivisor { money: b.to_string() }));
        }
    }

    #[test]
    fn portions_are_right_to_the_last_digit(a in nasty::money(), part in nasty::amount(), all in nasty::amount()) {
        if all.is_zero() {
            assert_divides_by_zero(a.portion_floor(part, all));
            assert_divides_by_zero(a.portion_ceil(part, all));
        } else {
            let exact = a.exact() * part.exact() / all.exact();
            assert_right(a.portion_floor(part, all), &exact, Minus);
            assert_right(a.portion_ceil(part, all), &exact, Plus);
        }
    }

    #[test]
    fn a_portion_of_any_money_exists(a in nasty::money(), part in nasty::amount(), all in nasty::amount()) {
        let (part, all) = (part.min(all), part.max(all).max(units(1)));
        let (floor, ceil) = (a.portion_floor(part, all).unwrap(), a.portion_ceil(part, all).unwrap());
        prop_assert!(floor <= ceil && floor.abs().max(ceil.abs()) <= a.abs());
    }

    #[test]
    fn money_becomes_coins_rounded_once(a in nasty::money(), amount in nasty::amount()) {
        if a.is_negative() {
            let refused = MathError::NegativeAmount { money: a.to_string() };
            prop_assert_eq!(a.amount_floor(), Err(refused.clone()));
            prop_assert_eq!(a.amount_ceil(), Err(refused));
        } else {
            assert_right(a.amount_floor(), &a.exact(), Minus);
            assert_right(a.amount_ceil(), &a.exact(), Plus);
        }
        let coins = Money::from_amount(amount);
        assert_right(Ok(coins), &amount.exact(), Minus);
        prop_assert_eq!(coins.amount_floor(), Ok(amount));
        prop_assert_eq!(coins.amount_ceil(), Ok(amount));
    }

    #[test]
    fn decimals_become_money_unchanged(units in nasty::ratio(), signed in nasty::rate()) {
        assert_right(Money::positive(units), &units.exact(), Minus);
        prop_assert_eq!(Money::new(signed).units(), signed);
    }

    #[test]
    fn money_travels_as_a_decimal_string(a in nasty::money()) {
        let json = to_json_string(&a).unwrap();
        prop_assert_eq!(&json, &format!("\"{a}\""));
        prop_assert_eq!(from_json::<Money>(json).unwrap(), a);
    }
}

#[test]
fn a_debt_rounds_away_from_zero_down_and_toward_zero_up() {
    let debt = money("-0.000000000000000003");
    assert_eq!(debt.mul_floor(decimal("0.5")), Ok(money("-0.000000000000000002")));
    assert_eq!(debt.mul_ceil(decimal("0.5")), Ok(money("-0.000000000000000001")));
    assert_eq!(debt.div_floor(decimal("2")), Ok(money("-0.000000000000000002")));
    assert_eq!(debt.portion_floor(units(1), units(2)), Ok(money("-0.000000000000000002")));
    assert_eq!(debt.portion_ceil(units(1), units(2)), Ok(money("-0.000000000000000001")));
    assert_eq!(debt.mul_signed_floor(rate("-0.5")), Ok(money("0.000000000000000001")));
    assert_eq!(debt.ratio_floor(money("2")), Ok(rate("-0.000000000000000002")));
    assert_eq!(debt.loss(), Ok(money("0.000000000000000003")));
    assert_eq!(debt.or_zero(), Money::ZERO);
}

#[test]
fn a_payout_of_twelve_and_three_quarters_is_twelve_and_a_charge_thirteen() {
    assert_eq!(money("12.75").amount_floor(), Ok(units(12)));
    assert_eq!(money("12.75").amount_ceil(), Ok(units(13)));
    assert_eq!(money("12").amount_ceil(), Ok(units(12)));
    assert_eq!(Money::ZERO.amount_ceil(), Ok(units(0)));
    let refused = Err(MathError::NegativeAmount { money: "-12.75".to_string() });
    assert_eq!(money("-12.75").amount_floor(), refused);
}

#[test]
fn equity_of_a_fortieth_is_a_leverage_of_forty() {
    assert_eq!(money("1000").ratio_floor(money("25")), Ok(rate("40")));
    assert_eq!(money("25").ratio_floor(money("1000")), Ok(rate("0.025")));
    assert_eq!(money("-1").ratio_floor(money("3")), Ok(rate("-0.333333333333333334")));
    assert_divides_by_zero(money("1").ratio_floor(Money::ZERO));
    let error = money("1").ratio_floor(money("-3.5")).unwrap_err();
    assert_eq!(error.to_string(), "cannot take a ratio to -3.5: it is negative");
}

#[test]
fn one_digit_past_the_most_money_is_an_error() {
    let digit = money("0.000000000000000001");
    let (least, most) = (Money::new(SignedDecimal256::MIN), Money::new(SignedDecimal256::MAX));
    assert_overflow(most.plus(digit));
    assert_overflow(least.minus(digit));
    assert_overflow(least.negated());
    assert_overflow(least.loss());
    assert_eq!(most.plus(least), Ok(money("-0.000000000000000001")));
    assert_eq!(least.mul_floor(Decimal256::one()), Ok(least));
    assert_eq!(least.portion_ceil(Uint128::MAX, Uint128::MAX), Ok(least));
    assert_overflow(most.mul_floor(decimal("1.000000000000000001")));
    assert_overflow(Money::positive(Decimal256::new(Uint256::one() << 255)));
    assert_eq!(least.abs(), Decimal256::new(Uint256::one() << 255));
}

#[test]
fn one_digit_past_the_most_coins_is_only_paid_rounded_down() {
    let most = Money::from_amount(Uint128::MAX);
    let more = most.plus(money("0.000000000000000001")).unwrap();
    assert_eq!(more.amount_floor(), Ok(Uint128::MAX));
    assert_overflow(more.amount_ceil());
    assert_overflow(most.plus(money("1")).unwrap().amount_floor());
}

#[test]
fn the_least_money_can_still_be_named_in_an_error() {
    // -2^255/10^18
    let error = Money::new(SignedDecimal256::MIN).amount_floor().unwrap_err();
    let text =
        "-57896044618658097711785492504343953926634992332820282019728.792003956564819968 is negative and cannot \
                be an amount of coins";
    assert_eq!(error.to_string(), text);
}
