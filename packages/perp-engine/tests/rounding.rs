//! Every rounding is against whoever acts.

use ballast_math::{Price, Purse};
use cosmwasm_std::{Int128, Uint128};
use perp_engine::{apply, price_pnl, Position};

use crate::world::{dec, money, order, World};

#[test]
fn unsettled_pnl_is_rounded_against_its_owner_at_the_last_digit() {
    // A unit of 10^-18 coins at 1.23456789 is 1.23456789 * 10^-12 units of quote: beyond the 18th digit.
    let price = Price::new(dec("1.23456789"), 18, 6).unwrap();
    let pnl = |size: i128| price_pnl(Int128::new(size), Uint128::zero(), &price, dec("10")).unwrap();
    assert_eq!(pnl(-1), money("-0.000000000001234568"));
    assert_eq!(price_pnl(Int128::new(1), Uint128::one(), &price, dec("10")).unwrap(), money("-0.999999999998765433"));
}

/// Closes one unit of three that were entered at 100, at a price of 40: fee and spread are one unit each.
fn close_one(size: i128) -> (u128, u128) {
    let mut world = World::new((6, 6), 1, 1);
    world.params.min_position = Uint128::one();
    world.price = dec("40");
    let position = Position {
        size: Int128::new(size),
        entry_value: Uint128::new(100),
        margin: Purse::quote(Uint128::new(1_000)),
        ..Position::default()
    };
    let side = if size < 0 { &mut world.books.short } else { &mut world.books.long };
    (side.size, side.entry_value) = (position.size.unsigned_abs(), position.entry_value);
    world.books.margins = position.margin;
    let done = apply(&world.market(), &world.books, &position, &order(-size.signum()), Purse::EMPTY).unwrap();
    (done.position.entry_value.u128(), done.position.margin.quote.u128())
}

#[test]
fn the_entry_of_the_closed_part_is_a_shorts_down_and_a_longs_up() {
    // 33 of 100: a loss of 7. 34 of 100: a gain of 6.
    assert_eq!(close_one(-3), (67, 1_000 - 7 - 2));
    assert_eq!(close_one(3), (66, 1_000 + 6 - 2));
}

#[test]
fn the_entry_of_an_increase_is_a_shorts_down_and_a_longs_up() {
    let mut world = World::new((6, 6), 1_000, 1);
    world.price = dec("10.0000005");
    let opened = |size: i128| {
        let funds = Purse::quote(Uint128::new(20_000_000));
        let done = apply(&world.market(), &world.books, &Position::default(), &order(size), funds).unwrap();
        done.position.entry_value.u128()
    };
    // 10.000001 coins are 100,000,015.0000005 units.
    assert_eq!((opened(-10_000_001), opened(10_000_001)), (100_000_015, 100_000_016));
}
