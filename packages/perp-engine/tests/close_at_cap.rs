//! Closing longs at their cap, including dust and debts.

use ballast_math::{FundingBasis, Purse, Quote};
use ballast_types::market::MarketAction;
use cosmwasm_std::{Int128, Int256, SignedDecimal256, Uint128};
use perp_engine::{close_at_cap, deposit, is_at_cap, EngineError, Position};

use crate::world::{dec, money, World};

/// A long of one coin of 18 decimals after closing all but one unit and withdrawing its margin: the entry value was
/// rounded up into the closed part.
fn dust() -> World {
    let mut world = World::new((18, 6), 100_000, 1);
    world.positions[0] = Position { size: Int128::one(), ..Position::default() };
    world.books.long.size = Uint128::one();
    // A block of 5 s at 10 % a year: it owes 1.6e-19 units of quote, charged as a unit.
    let (price, params) = (world.index(), world.params.clone());
    world.books.funding.accrued_at = world.now;
    world.books.set_rate(&price, &params, SignedDecimal256::percent(10), None).unwrap();
    world.now += 5;
    world.books.accrue(Some(&price), &params, world.now).unwrap();
    world
}

#[test]
fn dust_at_its_cap_stops_no_pool_deposit_at_18_and_6_decimals() {
    let world = dust();
    let (market, long) = (world.market(), world.positions[0]);
    assert!(is_at_cap(&long, &market).unwrap());
    let amount = Quote(Uint128::new(1_000_000));
    assert_eq!(deposit(&market, &world.books, amount, Some(&long)), Err(EngineError::LongAtCap {}));

    let done = close_at_cap(&market, &world.books, &long).unwrap();
    assert_eq!((done.closed, done.paid, done.position), (Uint128::one(), Purse::EMPTY, Position::default()));
    assert_eq!((done.books.long.size, done.books.pool), (Uint128::zero(), world.books.pool));
    assert_eq!(done.books.bad_debt, Uint128::zero());
    deposit(&market, &done.books, amount, None).unwrap();
}

#[test]
fn dust_whose_margin_is_a_unit_of_either_coin_is_closed_too() {
    for margin in [Purse::quote(Uint128::one()), Purse::base(Uint128::one())] {
        let mut world = dust();
        world.positions[0].margin = margin;
        world.books.margins = margin;
        let done = close_at_cap(&world.market(), &world.books, &world.positions[0]).unwrap();
        // It pays the unit that it owes as far as it can.
        assert_eq!(done.paid, Purse::EMPTY, "{margin:?}");
        assert_eq!((done.books.margins, done.books.pool), (Purse::EMPTY, world.books.pool.plus(margin).unwrap()));
    }
}

/// A long of 100 coins from 10, at 20, that has won its 500 and owes so many units of funding, without margin.
fn owing(funding: u64) -> World {
    let mut world = World::new((6, 6), 100_000, 1);
    let basis = FundingBasis(Int256::from(funding) * Int256::from(10u64).pow(36));
    world.positions[0] = Position {
        size: Int128::new(100_000_000),
        entry_value: Uint128::new(1_000_000_000),
        funding: basis,
        ..Position::default()
    };
    world.books.long.size = Uint128::new(100_000_000);
    world.books.long.entry_value = Uint128::new(1_000_000_000);
    world.books.long.funding = basis;
    world.price = dec("20");
    world
}

#[test]
fn one_unit_that_is_owing_is_the_pools_and_two_are_a_liquidation() {
    let closes = |funding| {
        let world = owing(funding);
        close_at_cap(&world.market(), &world.books, &world.positions[0])
    };
    assert_eq!(closes(499_999_999).unwrap().paid, Purse::quote(Uint128::one()));
    assert_eq!(closes(500_000_000).unwrap().paid, Purse::EMPTY);
    assert_eq!(closes(500_000_001).unwrap().paid, Purse::EMPTY);
    let error = closes(500_000_002).unwrap_err();
    assert_eq!(error, EngineError::MarginUncovered { owed: Uint128::new(2), missing: Uint128::new(2) });
    let world = owing(500_000_002);
    let done = perp_engine::liquidate(&world.market(), &world.books, &world.positions[0]).unwrap();
    assert_eq!((done.closed.u128(), done.bad_debt.u128()), (100_000_000, 2));
}

#[test]
fn while_margin_out_is_off_the_payout_stays_the_owners_margin() {
    let mut world = owing(0);
    let margin = Purse::new(Uint128::new(7), Uint128::new(11));
    world.positions[0].margin = margin;
    world.books.margins = margin;
    world.status.off = vec![MarketAction::MarginOut];
    let done = close_at_cap(&world.market(), &world.books, &world.positions[0]).unwrap();
    let kept = Purse::new(Uint128::new(7), Uint128::new(500_000_011));
    assert_eq!((done.paid, done.position), (Purse::EMPTY, Position { margin: kept, ..Position::default() }));
    assert_eq!(done.books.margins, kept);
    assert_eq!(done.books.pool, world.books.pool.minus(Purse::quote(Uint128::new(500_000_000))).unwrap());
    world.status.off = vec![MarketAction::Reduce];
    assert!(close_at_cap(&world.market(), &world.books, &world.positions[0]).is_err());
}

#[test]
fn below_its_cap_and_short_it_is_not_closed() {
    let mut world = owing(0);
    world.price = dec("14.99999999");
    let error = close_at_cap(&world.market(), &world.books, &world.positions[0]).unwrap_err();
    assert_eq!(error, EngineError::NotAtCap { profit: money("499999999"), cap: money("500000000") });
}
