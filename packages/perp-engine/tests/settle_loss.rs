//! Settling losses of others.

use ballast_math::{Money, Purse, Shares};
use ballast_types::market::Prices;
use ballast_types::oracle::Flag;
use cosmwasm_std::{Int128, Uint128};
use perp_engine::{apply, slack, EngineError, Position, Result, SettledLoss, SettledLosses};

use crate::world::{dec, money, order, World};

/// A short of 100 coins opened at 10 with this margin, in a pool of this many dollars, at another price.
fn short(pool: u128, margin: Purse, price: &str) -> World {
    let mut world = World::new((6, 6), pool, 1);
    world.books.shares = Shares(Uint128::new(1_000_000));
    let done = apply(&world.market(), &world.books, &Position::default(), &order(-100_000_000), margin).unwrap();
    (world.books, world.positions[0]) = (done.books, done.position);
    world.price = dec(price);
    world
}

fn quote(amount: u128) -> Purse {
    Purse::quote(Uint128::new(amount))
}

fn settle(world: &World) -> Result<(perp_engine::Books, SettledLoss)> {
    let market = world.market();
    let prices = Prices::default();
    let mut losses = SettledLosses::begin(&market, &prices, &world.books)?;
    let done = losses.settle(&world.positions[0])?;
    Ok((losses.finish()?, done))
}

#[test]
fn more_than_five_percent_of_the_notional_is_settled_and_no_less() {
    // 52.63 owed at 10.5263 is a hair below 5 % of 1,052.63; 52.64 of 1,052.64 is above.
    let error = settle(&short(100_000, quote(500_000_000), "10.5263")).unwrap_err();
    assert_eq!(error, EngineError::OwesTooLittle { loss: money("52630000"), min: money("52631500") });
    let world = short(100_000, quote(500_000_000), "10.5264");
    let (books, done) = settle(&world).unwrap();
    assert_eq!((done.realised.price_pnl, done.paid), (money("-52640000"), quote(52_640_000)));
    // 0.7 were the costs of opening.
    assert_eq!(done.position.margin, quote(499_300_000 - 52_640_000));
    assert_eq!((done.position.size, done.position.entry_value), (Int128::new(-100_000_000), 1_052_640_000u128.into()));
    assert_eq!(books.pool, world.books.pool.plus(quote(52_640_000)).unwrap());
    assert_eq!((books.short.entry_value, books.margins), (done.position.entry_value, done.position.margin));
    assert_eq!(books.insurance, world.books.insurance, "no fee");
}

#[test]
fn who_owes_nothing_is_left_alone() {
    for price in ["10", "9"] {
        assert!(matches!(
            settle(&short(100_000, quote(500_000_000), price)),
            Err(EngineError::OwesTooLittle { loss: Money::ZERO, .. })
        ));
    }
    let mut world = short(100_000, quote(500_000_000), "12");
    world.positions[0] = Position { margin: quote(5), ..Position::default() };
    assert!(matches!(settle(&world), Err(EngineError::OwesTooLittle { .. })));
}

#[test]
fn a_loss_that_the_margin_does_not_cover_is_a_liquidation() {
    let error = settle(&short(100_000, quote(200_000_000), "12.5")).unwrap_err();
    assert_eq!(error, EngineError::MarginUncovered { owed: 250_000_000u128.into(), missing: 50_700_000u128.into() });
}

#[test]
fn a_price_with_any_flag_settles_nothing() {
    let mut world = short(100_000, quote(500_000_000), "12");
    for flag in [Flag::Missing, Flag::Invalid, Flag::Future, Flag::Stale, Flag::Jump, Flag::Uncertain] {
        world.flags = vec![flag];
        assert!(matches!(settle(&world), Err(EngineError::PriceFlagged { .. })), "{flag:?}");
    }
}

#[test]
fn a_block_whose_prices_are_wider_apart_than_the_least_spread_settles_nothing() {
    let world = short(100_000, quote(500_000_000), "12");
    let market = world.market();
    let begin = |low: &str, high: &str| {
        let prices = Prices { index_low: dec(low), index_high: dec(high), ..Prices::default() };
        SettledLosses::begin(&market, &prices, &world.books).map(|_| ())
    };
    begin("12", "12.0024").unwrap();
    let (low, high) = (Box::new(dec("12")), Box::new(dec("12.002401")));
    let error = EngineError::WideRange { low, high, widest: Box::new(dec("0.0002")) };
    assert_eq!(begin("12", "12.002401"), Err(error));
}

#[test]
fn what_is_settled_counts_for_a_provider_who_leaves() {
    let mut world = short(100_000, quote(500_000_000), "12");
    let before = world.value_low();
    let (books, done) = settle(&world).unwrap();
    (world.books, world.positions[0]) = (books, done.position);
    let after = world.value_low();
    // 200 came in; what the short would win at the low end, 0.24, is now a claim.
    assert_eq!(after.minus(before).unwrap(), money("199760000"));
}

#[test]
fn it_leaves_what_an_increase_must_leave() {
    // Paid in coins it costs slack: the entry rises by 200, and the quote of the pool does not. Of 1,660 dollars 1,200 are
    // then reserved, and 240 are headroom.
    let margin = Purse::base(Uint128::new(100_000_000));
    let mut world = short(100_000, margin, "12");
    world.books.pool.quote = Uint128::new(1_660_000_000);
    let (books, done) = settle(&world).unwrap();
    assert_eq!(done.paid.quote, Uint128::zero());
    assert_eq!(slack(&books, world.params.long_reserve).unwrap(), money("460000000"));
    // What is under notice counts as gone: 13.3 % of 1,660 are 220.8, more than the 220 to spare; 13.2 % are 219.2.
    for (notice, passes) in [(132_000u128, true), (133_000, false)] {
        let mut world = world.clone();
        world.books.notice = Shares(Uint128::new(notice));
        match settle(&world) {
            Ok(_) => assert!(passes),
            Err(error) => assert!(!passes && matches!(error, EngineError::Slack { .. }), "{error}"),
        }
    }
}

#[test]
fn nobody_gets_nearer_to_liquidation_by_it() {
    // With any sufficient margin in coins and dollars: the charge for paying in coins is less than the haircut that it
    // frees.
    for (base, quote) in [(60u128, 0u128), (40, 150), (20, 400), (0, 500)] {
        let margin = Purse::new(Uint128::new(base * 1_000_000), Uint128::new(quote * 1_000_000));
        let world = short(100_000, margin, "12");
        let (books, done) = settle(&world).unwrap();
        let equity = |books: &perp_engine::Books, position: &Position| {
            let market = world.market();
            let state = perp_engine::position_state(books, position, &market).unwrap();
            perp_engine::measures_at(&state, &market.marks, &market.terms).unwrap().equity
        };
        let (before, after) = (equity(&world.books, &world.positions[0]), equity(&books, &done.position));
        assert!(after >= before, "{before} became {after}");
    }
}
