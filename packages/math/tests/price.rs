use ballast_math::{MathError, Money, Price, MAX_DECIMALS, MAX_PRICE, MIN_PRICE};
use cosmwasm_std::{Decimal256, Uint128, Uint256};
use proptest::prelude::*;

use crate::model::{
    assert_overflow, assert_right, assert_right_or_overflow, decimal, money, ten, units, whole, Fixed, Fraction,
    Toward::Minus, Toward::Plus,
};
use crate::nasty;

/// Quote units per base unit.
fn per_unit(price: Decimal256, base_decimals: u8, quote_decimals: u8) -> Fraction {
    price.exact() * whole(ten(quote_decimals.into())) / whole(ten(base_decimals.into()))
}

prop_compose! {
    /// A price, and the same as a fraction.
    fn priced()(
        price in nasty::price(),
        base in nasty::decimals(),
        quote in nasty::decimals(),
    ) -> (Price, Fraction) {
        (Price::new(price, base, quote).unwrap(), per_unit(price, base, quote))
    }
}

proptest! {
    #![proptest_config(nasty::cases())]

    #[test]
    fn values_are_right_to_the_unit((price, exact) in priced(), amount in nasty::amount()) {
        let value = amount.exact() * exact;
        assert_right(price.value(amount), &value, Minus);
        assert_right(price.value_floor(amount), &value, Minus);
        assert_right(price.value_ceil(amount), &value, Plus);
    }

    #[test]
    fn amounts_are_right_to_the_unit((price, exact) in priced(), value in nasty::money()) {
        if value.is_negative() {
            let refused = MathError::NegativeAmount { money: value.to_string() };
            prop_assert_eq!(price.amount_floor(value), Err(refused.clone()));
            prop_assert_eq!(price.amount_ceil(value), Err(refused));
        } else {
            let amount = value.exact() / exact;
            assert_right(price.amount_floor(value), &amount, Minus);
            assert_right(price.amount_ceil(value), &amount, Plus);
        }
    }

    #[test]
    fn a_value_never_buys_more_than_it_was_the_value_of((price, _) in priced(), amount in nasty::amount()) {
        if let Ok(value) = price.value(amount) {
            prop_assert!(price.amount_floor(value).unwrap() <= amount);
            prop_assert!(price.amount_ceil(value).unwrap() <= amount);
        }
        if let Ok(value) = price.value_ceil(amount) {
            if let Ok(bought) = price.amount_floor(Money::from_amount(value)) {
                prop_assert!(bought >= amount);
            }
        }
    }

    #[test]
    fn a_moved_price_is_right_to_its_last_digit_and_keeps_the_decimals(
        price in nasty::price(),
        base in nasty::decimals(),
        quote in nasty::decimals(),
        ratio in prop_oneof![nasty::small_ratio(), nasty::ratio()],
        amount in nasty::amount(),
    ) {
        let original = Price::new(price, base, quote).unwrap();
        let exact = price.exact() * ratio.exact();
        for (moved, toward) in [(original.times_floor(ratio), Minus), (original.times_ceil(ratio), Plus)] {
            match moved {
                Err(MathError::PriceOutOfRange { price }) => {
                    prop_assert!(price.is_zero());
                    assert_right(Ok(*price), &exact, toward);
                }
                moved => {
                    assert_right_or_overflow(moved.clone(), &exact, toward);
                    if let Ok(moved) = moved {
                        let value = amount.exact() * per_unit(moved.decimal(), base, quote);
                        assert_right(moved.value(amount), &value, Minus);
                        assert_right(moved.value_ceil(amount), &value, Plus);
                    }
                }
            }
        }
    }

    #[test]
    fn a_band_of_any_accepted_price_exists((price, _) in priced(), spread in 0..1_000_000_000_000_000_000u128) {
        let spread = Decimal256::new(spread.into());
        let low = price.times_floor(Decimal256::one() - spread);
        let high = price.times_ceil(Decimal256::one() + spread).unwrap();
        prop_assert!(high.decimal() >= price.decimal());
        // There is no low end only if the spread leaves less than the last digit of the price.
        match low {
            Ok(low) => prop_assert!(low.decimal() <= price.decimal()),
            Err(_) => prop_assert!(price.decimal().exact() * (Decimal256::one() - spread).exact() < whole(1) / whole(ten(18))),
        }
    }

    #[test]
    fn the_same_coins_are_worth_the_same_whatever_their_decimals(
        price in nasty::price(),
        whole_coins in 0..1_000_000_000u64,
        base in nasty::decimals(),
        quote in nasty::decimals(),
    ) {
        let amount = units(u128::from(whole_coins) * 10u128.pow(base.into()));
        let value = Price::new(price, base, quote).unwrap().value(amount).unwrap();
        let reference = Price::new(price, 0, 0).unwrap().value(whole_coins.into()).unwrap();
        prop_assert_eq!(value.exact(), reference.exact() * whole(ten(quote.into())));
    }

    #[test]
    fn only_accepted_prices_become_prices(price in nasty::ratio(), base in 0..=40u8, quote in 0..=40u8) {
        let accepted = price >= MIN_PRICE && price <= MAX_PRICE;
        let expected = match (accepted, base.max(quote) <= MAX_DECIMALS) {
            (true, true) => {
                prop_assert_eq!(Price::new(price, base, quote).map(|p| p.decimal()), Ok(price));
                return Ok(());
            }
            (true, false) => {
                let decimals = if base > MAX_DECIMALS { base } else { quote };
                MathError::TooManyDecimals { decimals, max: MAX_DECIMALS }
            }
            (false, _) => MathError::PriceOutOfRange { price: Box::new(price) },
        };
        prop_assert_eq!(Price::new(price, base, quote), Err(expected));
    }
}

#[test]
fn the_accepted_prices_end_where_they_are_said_to_end() {
    assert_eq!(MIN_PRICE, decimal("0.000001"));
    assert_eq!(MAX_PRICE, decimal("1000000000"));
    let digit = Decimal256::new(Uint256::one());
    for edge in [MIN_PRICE, MAX_PRICE] {
        assert!(Price::new(edge, 18, 6).is_ok());
    }
    for outside in [Decimal256::zero(), MIN_PRICE - digit, MAX_PRICE + digit, Decimal256::MAX] {
        let error = Price::new(outside, 18, 6).unwrap_err();
        assert_eq!(error, MathError::PriceOutOfRange { price: Box::new(outside) });
    }
    assert!(Price::new(decimal("1"), 18, 18).is_ok());
    assert_eq!(Price::new(decimal("1"), 19, 6), Err(MathError::TooManyDecimals { decimals: 19, max: 18 }));
    assert_eq!(Price::new(decimal("1"), 6, 19), Err(MathError::TooManyDecimals { decimals: 19, max: 18 }));
}

#[test]
fn two_and_a_half_bitcoin_of_eight_decimals_in_dollars_of_six() {
    let price = Price::new(decimal("54321.123456789"), 8, 6).unwrap();
    // 2.5 * 54,321.123456789 = 135,802.8086419725 dollars
    assert_eq!(price.value(units(250_000_000)), Ok(money("135802808641.9725")));
    assert_eq!(price.value_floor(units(250_000_000)), Ok(units(135_802_808_641)));
    assert_eq!(price.value_ceil(units(250_000_000)), Ok(units(135_802_808_642)));
    // One dollar buys 1/54,321.123456789 = 0.00001840904084... bitcoin.
    assert_eq!(price.amount_floor(money("1000000")), Ok(units(1_840)));
    assert_eq!(price.amount_ceil(money("1000000")), Ok(units(1_841)));
}

#[test]
fn a_cheap_coin_of_eighteen_decimals_loses_nothing() {
    // 0.00000123456789 dollars a coin: a millionth of a dollar is 10^18/1.23456789 units.
    let price = Price::new(decimal("0.00000123456789"), 18, 6).unwrap();
    let million_coins = units(10u128.pow(24));
    assert_eq!(price.value(million_coins), Ok(money("1234567.89")));
    assert_eq!(price.value(units(1)), Ok(money("0.000000000000000001")));
    assert_eq!(price.value_floor(units(1)), Ok(units(0)));
    assert_eq!(price.value_ceil(units(1)), Ok(units(1)));
    // 10^18/1.23456789 = 810,000,007,371,000,067.07...
    assert_eq!(price.amount_floor(money("1")), Ok(units(810_000_007_371_000_067)));
    assert_eq!(price.amount_ceil(money("1")), Ok(units(810_000_007_371_000_068)));
}

#[test]
fn the_greatest_value_is_an_amount_and_one_unit_more_is_not() {
    let two = Price::new(decimal("2"), 6, 6).unwrap();
    assert_eq!(two.value_floor(units(u128::MAX / 2)), Ok(units(u128::MAX - 1)));
    assert_overflow(two.value_floor(units(u128::MAX / 2 + 1)));
    let half = Price::new(decimal("0.5"), 6, 6).unwrap();
    assert_eq!(half.value_ceil(Uint128::MAX), Ok(units(1 << 127)));
    assert_eq!(half.amount_floor(money("1")), Ok(units(2)));
    // Money of (2^128 - 1)/2 buys 2^128 - 1; half a unit more, one too many.
    let most = Money::from_amount(units(u128::MAX / 2)).plus(money("0.5")).unwrap();
    assert_eq!(half.amount_floor(most), Ok(Uint128::MAX));
    assert_overflow(half.amount_floor(most.plus(money("0.5")).unwrap()));
    assert_overflow(half.amount_ceil(most.plus(money("0.000000000000000001")).unwrap()));
}

#[test]
fn what_no_money_holds_is_an_error() {
    // 2^128 units at 10^9 dollars and 18 decimals more: 3.4e65 units, above 5.7e58.
    let price = Price::new(MAX_PRICE, 0, 18).unwrap();
    assert_overflow(price.value(Uint128::MAX));
    assert_overflow(price.value_floor(Uint128::MAX));
    assert_eq!(price.value(units(1)), Ok(Money::from_amount(units(10u128.pow(27)))));
}

#[test]
fn a_band_at_the_edge_reaches_past_the_accepted_prices() {
    let lowest = Price::new(MIN_PRICE, 18, 6).unwrap();
    assert_eq!(lowest.times_floor(decimal("0.99")).unwrap().decimal(), decimal("0.00000099"));
    let highest = Price::new(MAX_PRICE, 18, 6).unwrap();
    assert_eq!(highest.times_ceil(decimal("1.01")).unwrap().decimal(), decimal("1010000000"));
    assert_eq!(
        lowest.times_floor(Decimal256::zero()),
        Err(MathError::PriceOutOfRange { price: Box::new(Decimal256::zero()) })
    );
    assert_overflow(highest.times_ceil(Decimal256::MAX));
    // 1.000000000000000001 * 0.5 ends in half a digit.
    let odd = Price::new(decimal("1.000000000000000001"), 6, 6).unwrap();
    assert_eq!(odd.times_floor(decimal("0.5")).unwrap().decimal(), decimal("0.5"));
    assert_eq!(odd.times_ceil(decimal("0.5")).unwrap().decimal(), decimal("0.500000000000000001"));
}
