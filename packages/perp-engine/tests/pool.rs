//! Values and shares of the pool.

use ballast_math::Money;
use cosmwasm_std::{Int128, Uint128};
use perp_engine::{apply, deposit, value_high, value_low, withdraw, EngineError, Position};

use crate::world::{dec, money, order, World};
use ballast_math::Purse;

#[test]
fn a_pool_that_owes_more_than_it_has_takes_no_deposits() {
    let mut world = World::new((6, 6), 1, 1);
    world.books.shares = Uint128::new(1_000_000);
    world.books.short.size = Uint128::new(1_000_000_000);
    world.books.short.entry_value = Uint128::new(20_000_000_000);
    let error = deposit(&world.market(), &world.books, Uint128::new(5), None).unwrap_err();
    let EngineError::PoolWorthless { value } = error else { panic!("{error}") };
    // One dollar less 20,000 - 1,000 * 10.002.
    assert_eq!(value, money("-9997000000"));
}

#[test]
fn longs_beyond_their_caps_count_at_most_at_their_caps_for_withdrawals() {
    let mut world = World::new((6, 6), 10_000, 1);
    world.books.long.size = Uint128::new(100_000_000);
    world.books.long.entry_value = Uint128::new(1_000_000_000);
    world.price = dec("40");
    // 50 % of 1,000 dollars.
    assert_eq!(value_low(&world.books, &world.market()).unwrap(), money("9500000000"));
    assert_eq!(value_high(&world.books, &world.market()).unwrap(), money("9500000000"));
}

#[test]
fn the_first_depositor_takes_nothing_from_the_second_at_any_decimals() {
    for decimals in [6u8, 8, 18] {
        let one = 10u128.pow(decimals.into());
        let mut world = World::new((6, decimals), 0, 0);
        world.books = deposit(&world.market(), &world.books, Uint128::one(), None).unwrap().books;
        // Costs of trades come in as if donated.
        world.books.pool.quote += Uint128::new(1_000 * one);
        let second = deposit(&world.market(), &world.books, Uint128::new(1_000 * one), None).unwrap();
        world.books = second.books;
        let paid = withdraw(&world.market(), &world.books, second.shares).unwrap().paid;
        let lost = 1_000 * one - paid.quote.u128();
        assert!(lost <= 1_000 * one / 1_000_000, "{decimals}: lost {lost}");
    }
}

#[test]
fn an_order_leaves_the_pool_no_poorer_at_either_end_of_the_band() {
    let mut world = World::new((6, 6), 100_000, 1);
    let before = value_low(&world.books, &world.market()).unwrap();
    let funds = Purse::base(Uint128::new(80_000_000));
    let done = apply(&world.market(), &world.books, &Position::default(), &order(-100_000_000), funds).unwrap();
    world.books = done.books;
    assert_eq!(done.position.size, Int128::new(-100_000_000));
    let after = value_low(&world.books, &world.market()).unwrap();
    assert!(after >= before.minus(Money::from_amount(Uint128::one())).unwrap(), "{before} fell to {after}");
}
