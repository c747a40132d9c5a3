//! The minimum size that restores equity, compared with a search without bisection.

use ballast_math::Purse;
use ballast_types::market::Terms;
use cosmwasm_std::{Int128, Uint128};
use perp_engine::{apply, liquidate, position_state, Health, Position};
use proptest::prelude::*;

use crate::world::{dec, int, order, q, World};

const ONE: u128 = 1_000_000;

/// A short of 100 with this margin, moved to a price.
fn short(base: u128, quote: u128, price: &str) -> Option<World> {
    let mut world = World::new((6, 6), 100_000, 1);
    let funds = Purse::new(Uint128::new(base), Uint128::new(quote));
    let done = apply(&world.market(), &world.books, &Position::default(), &order(-100 * ONE as i128), funds).ok()?;
    (world.books, world.positions[0]) = (done.books, done.position);
    world.price = dec(price);
    Some(world)
}

fn ratio(world: &World, position: &Position) -> Option<Health> {
    let state = position_state(&world.books, position, &world.market()).unwrap();
    Some(Health::new(&state, &world.market().marks, &Terms::from(&world.params)).unwrap())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]
    #[test]
    fn a_liquidation_cures_with_the_least_size_and_takes_no_more_than_the_margin(
        base in 0u128..=22 * ONE, quote in 0u128..=120 * ONE, cents in 1_000u32..=1_600,
    ) {
        let price = format!("{}.{:02}", cents / 100, cents % 100);
        let Some(world) = short(base, quote, &price) else { return Ok(()) };
        let position = world.positions[0];
        let before = world.worth(&position);
        let Ok(done) = liquidate(&world.market(), &world.books, &position) else {
            let health = ratio(&world, &position).unwrap();
            prop_assert!(!health.is_liquidatable(&Terms::from(&world.params)).unwrap());
            return Ok(());
        };
        let mut after = world.clone();
        after.books = done.books;
        // The margin pays what it can; insurance and the pool bear the rest.
        prop_assert_eq!(after.held().plus(done.reward).unwrap(), world.held());
        let deficit = int(done.insured) + int(done.bad_debt);
        prop_assert!(after.worth(&done.position) + after.purse(done.reward) <= before + deficit.clone());
        prop_assert!(world.purse(done.reward) <= world.purse(position.margin));
        if done.closed == position.size.unsigned_abs() {
            return Ok(());
        }
        prop_assert_eq!(deficit, int(0));
        let health = ratio(&after, &done.position).unwrap();
        if done.closed.is_zero() {
            prop_assert!(!health.is_liquidatable(&Terms::from(&world.params)).unwrap());
            return Ok(());
        }
        let equity = q(health.equity);
        let initial = after.value(done.position.size.unsigned_abs()) * q(world.params.initial_ratio);
        prop_assert!(equity >= initial.clone(), "{} is below {}", equity, initial);
        // It is the minimum: no more is left than a few units of size and the rounding of coins are worth.
        prop_assert!(equity.clone() - initial.clone() <= int(40), "{} is well above {}", equity, initial);
    }
}

#[test]
fn at_maintenance_to_the_unit_it_is_healthy_and_a_unit_below_it_is_not() {
    let world = World::new((6, 6), 100_000, 1);
    let at = |margin: u128| {
        let position = Position {
            size: Int128::new(-100 * ONE as i128),
            entry_value: Uint128::new(1_000 * ONE),
            margin: Purse::quote(Uint128::new(margin)),
            ..Position::default()
        };
        ratio(&world, &position).unwrap().is_liquidatable(&Terms::from(&world.params)).unwrap()
    };
    // 0.7 of closing cost and 25 of maintenance.
    assert_eq!((at(25_700_000), at(25_699_999)), (false, true));
}

#[test]
fn slicing_a_liquidation_earns_no_more_than_one() {
    let mut world = short(0, 151_400_000, "11.25").unwrap();
    let done = liquidate(&world.market(), &world.books, &world.positions[0]).unwrap();
    (world.books, world.positions[0]) = (done.books, done.position);
    assert!(liquidate(&world.market(), &world.books, &world.positions[0]).is_err());
}

#[test]
fn neither_dust_nor_an_empty_purse_nor_an_empty_pool_blocks_it() {
    for size in [1u128, 7, ONE, 1_000 * ONE] {
        let mut world = World::new((6, 6), 0, 1);
        let position = Position {
            size: Int128::new(-i128::try_from(size).unwrap()),
            entry_value: Uint128::new(size * 10),
            ..Position::default()
        };
        world.books.short.size = Uint128::new(size);
        world.books.short.entry_value = position.entry_value;
        world.price = dec("11");
        let done = liquidate(&world.market(), &world.books, &position).unwrap();
        assert_eq!((done.closed.u128(), done.bad_debt.u128()), (size, size));
        assert!(done.reward.is_empty() && done.position.is_empty());
    }
}

#[test]
fn ignoring_the_haircut_that_a_paid_loss_frees_would_close_far_more() {
    // The pool is just large enough for the short, so settling is not possible and closing alone must suffice.
    let mut world = short(20 * ONE, 0, "11.83").unwrap();
    world.books.pool.quote = Uint128::new(1_001 * ONE);
    let done = liquidate(&world.market(), &world.books, &world.positions[0]).unwrap();
    assert!(!done.settled);
    // Equity 0.9 * 19.929915 * 11.83 + 1,000 - 1,183.8281 = 28.366; needed 177.45. Each unit closed pays a loss of 1.83 and
    // a fee of 0.05915 in coins at 0.9988002 of their price, which frees a tenth of it: 0.186...; and takes 1.7745 off what
    // is needed and 0.008281 off the closing cost.
    let counted = |owed: f64| owed / 0.998_800_2 * 0.9;
    let freed = 1.83 - counted(1.83) - counted(0.05915) + 0.008281;
    let expected = (177.45 - 28.366) / (freed + 1.7745);
    let closed = done.closed.u128() as f64 / 1e6;
    assert!((closed - expected).abs() < 0.01, "{closed} instead of {expected}");
}
