use ballast_math::{MathError, Purse};
use cosmwasm_std::{coin, Uint128};
use proptest::prelude::*;

use crate::model::{assert_divides_by_zero, assert_overflow, assert_right, units, Fixed, Toward::Minus};
use crate::nasty;

prop_compose! {
    fn purse()(base in nasty::amount(), quote in nasty::amount()) -> Purse {
        Purse::new(base, quote)
    }
}

proptest! {
    #![proptest_config(nasty::cases())]

    #[test]
    fn purses_add_coin_by_coin(a in purse(), b in purse()) {
        match a.plus(b) {
            Ok(both) => {
                assert_right(Ok(both.base), &(a.base.exact() + b.base.exact()), Minus);
                assert_right(Ok(both.quote), &(a.quote.exact() + b.quote.exact()), Minus);
                prop_assert_eq!(both.minus(b), Ok(a));
            }
            Err(error) => {
                prop_assert_eq!(error, MathError::Overflow { operation: "a sum of amounts" });
                prop_assert!(a.base.checked_add(b.base).is_err() || a.quote.checked_add(b.quote).is_err());
            }
        }
    }

    #[test]
    fn a_purse_gives_only_what_is_in_it(a in purse(), b in purse()) {
        let short = [(a.base, b.base), (a.quote, b.quote)].into_iter().find(|(from, taken)| from < taken);
        match short {
            None => prop_assert_eq!(a.minus(b).unwrap().plus(b), Ok(a)),
            Some((from, taken)) => {
                let expected = MathError::negative(from, taken);
                prop_assert_eq!(a.minus(b), Err(expected));
            }
        }
    }

    #[test]
    fn a_portion_is_the_floor_of_each_coin(a in purse(), part in nasty::amount(), all in nasty::amount()) {
        let (part, all) = (part.min(all), part.max(all));
        if all.is_zero() {
            assert_divides_by_zero(a.portion_floor(part, all));
        } else {
            let portion = a.portion_floor(part, all).unwrap();
            assert_right(Ok(portion.base), &(a.base.exact() * part.exact() / all.exact()), Minus);
            assert_right(Ok(portion.quote), &(a.quote.exact() * part.exact() / all.exact()), Minus);
        }
    }
}

#[test]
fn constructors_fill_the_coin_they_name() {
    assert_eq!(Purse::base(units(3)), Purse::new(units(3), units(0)));
    assert_eq!(Purse::quote(units(3)), Purse::new(units(0), units(3)));
    assert!(Purse::EMPTY.is_empty());
    assert_eq!(Purse::default(), Purse::EMPTY);
    assert!(!Purse::base(units(1)).is_empty());
    assert!(!Purse::quote(units(1)).is_empty());
}

#[test]
fn one_coin_past_the_most_is_an_error_in_either_pocket() {
    let full = Purse::new(Uint128::MAX, Uint128::MAX);
    assert_overflow(full.plus(Purse::base(units(1))));
    assert_overflow(full.plus(Purse::quote(units(1))));
    assert_eq!(full.plus(Purse::EMPTY), Ok(full));
    assert_eq!(full.portion_floor(Uint128::MAX, Uint128::MAX), Ok(full));
    assert_overflow(full.portion_floor(units(3), units(2)));
}

#[test]
fn coins_are_sorted_by_denom_without_the_empty_ones() {
    let purse = Purse::new(units(5), units(7));
    assert_eq!(purse.coins("uatom", "uusdc"), vec![coin(5, "uatom"), coin(7, "uusdc")]);
    assert_eq!(purse.coins("wbtc", "uusdc"), vec![coin(7, "uusdc"), coin(5, "wbtc")]);
    assert_eq!(Purse::base(units(5)).coins("uatom", "uusdc"), vec![coin(5, "uatom")]);
    assert_eq!(Purse::quote(units(7)).coins("uatom", "uusdc"), vec![coin(7, "uusdc")]);
    assert!(Purse::EMPTY.coins("uatom", "uusdc").is_empty());
}
