//! Paying what is owed: quote first, then base.

use ballast_math::Purse;
use cosmwasm_std::Uint128;
use perp_engine::pay;
use proptest::prelude::*;

use crate::world::{dec, int, q, World};

fn purse(base: u128, quote: u128) -> Purse {
    Purse::new(Uint128::new(base), Uint128::new(quote))
}

#[test]
fn quote_pays_alone_while_it_lasts() {
    let world = World::new((6, 6), 0, 0);
    let mut from = purse(100, 100);
    let payment = pay(&mut from, Uint128::new(100), &world.market().marks, dec("0.001")).unwrap();
    assert_eq!((payment.paid, from), (purse(0, 100), purse(100, 0)));
    assert_eq!((payment.conversion.u128(), payment.missing.u128()), (0, 0));
}

#[test]
fn base_pays_the_rest_at_the_low_price_less_the_charge_rounded_up() {
    let world = World::new((6, 6), 0, 0);
    let mut from = purse(1_000_000, 1);
    // 10 * 0.9998 * 0.999 = 9.988002: 999,999 / 9.988002 = 100,120.02...
    let payment = pay(&mut from, Uint128::new(1_000_000), &world.market().marks, dec("0.001")).unwrap();
    assert_eq!(payment.paid, purse(100_121, 1));
    assert_eq!(payment.conversion.u128(), 1_001_210 - 999_999);
}

#[test]
fn what_no_coin_covers_is_missing() {
    let world = World::new((6, 6), 0, 0);
    let mut from = purse(100_120, 0);
    let payment = pay(&mut from, Uint128::new(1_000_000), &world.market().marks, dec("0.001")).unwrap();
    // 100,120 * 9.988002 = 999,998.76..., rounded down.
    assert_eq!((payment.missing.u128(), from), (2, Purse::EMPTY));
}

#[test]
fn what_the_base_is_worth_is_received_and_only_the_rest_of_a_debt_is_a_deficit() {
    let world = World::new((6, 6), 0, 0);
    // 100,120 units pay 999,998 at 9.988002 and are worth 1,001,200 at 10: no deficit.
    let mut from = purse(100_120, 0);
    let payment = pay(&mut from, Uint128::new(1_000_000), &world.market().marks, dec("0.001")).unwrap();
    assert_eq!((payment.missing.u128(), payment.deficit.u128()), (2, 0));
    // 90,000 units pay 898,920 (898,920.18) and are worth 900,000: of a million 101,080 are missing, 100,000 a deficit.
    let mut from = purse(90_000, 0);
    let payment = pay(&mut from, Uint128::new(1_000_000), &world.market().marks, dec("0.001")).unwrap();
    assert_eq!((payment.missing.u128(), payment.deficit.u128()), (101_080, 100_000));
}

proptest! {
    #[test]
    fn a_payment_never_pays_too_little_and_at_most_a_unit_of_base_too_much(
        base in 0u128..=10u128.pow(24), quote in 0u128..=10u128.pow(15), owed in 0u128..=10u128.pow(16),
        price in 1u64..=10u64.pow(12), decimals in prop::sample::select(vec![(6u8, 6u8), (8, 6), (18, 6), (6, 18), (18, 18)]),
        charge in 0u64..=50,
    ) {
        let mut world = World::new(decimals, 0, 0);
        world.price = dec("0.000001") * cosmwasm_std::Decimal256::from_ratio(price, 1u64);
        // The spread of orders, however wide, does not change what base pays: only the minimum spread counts.
        (world.params.min_spread, world.spread) = (dec("0.0003"), dec("0.9"));
        let charge = cosmwasm_std::Decimal256::permille(charge);
        let mut from = purse(base, quote);
        let payment = pay(&mut from, Uint128::new(owed), &world.market().marks, charge).unwrap();
        prop_assert_eq!(from.plus(payment.paid).unwrap(), purse(base, quote));
        // The paying price, with a tolerance for its 18 digits.
        let paying = |units: Uint128| world.value(units) * (int(1) - q(world.params.min_spread)) * (int(1) - q(charge));
        let covered = int(owed) - int(payment.missing) - int(payment.paid.quote);
        let given = paying(payment.paid.base);
        let digits = int(payment.paid.base) * int(10u128.pow(decimals.1.into())) / int(10u128.pow(decimals.0.into())) / int(10).pow(18);
        prop_assert!(given.clone() + digits.clone() + digits >= covered, "paid {given} for {covered}");
        if payment.missing.is_zero() && !payment.paid.base.is_zero() {
            let one_less = paying(payment.paid.base - Uint128::one());
            prop_assert!(one_less < covered);
        }
        if !payment.missing.is_zero() {
            prop_assert!(from.is_empty());
        }
        // A deficit is what was not received, with base valued at its full price.
        let received = int(payment.paid.quote) + world.value(payment.paid.base);
        let deficit = (int(owed) - received).max(int(0));
        prop_assert!(int(payment.deficit) >= deficit && int(payment.deficit) < deficit + int(1));
        prop_assert!(payment.deficit <= payment.missing);
    }
}
