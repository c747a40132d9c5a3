//! Caps and the hedger's room: with shares under notice, with negative slack, and on random books.

use ballast_math::{Money, Purse, Shares};
use cosmwasm_std::Uint128;
use perp_engine::{apply, capacity, slack, Books, EngineError, Outcome, Party, Position};
use proptest::prelude::*;

use crate::world::{dec, int, money, order, q, World};

const ONE: u128 = 1_000_000;

fn coins(amount: u128) -> Purse {
    Purse::base(Uint128::new(amount * ONE))
}

/// A pool of 100,000 with a part under notice, and a hedger without a position.
fn served(notice: u128) -> World {
    let mut world = World::new((6, 6), 100_000, 1);
    (world.books.shares, world.books.notice) = (Shares(Uint128::new(100)), Shares(Uint128::new(notice)));
    world.hedger = Some(0);
    world
}

fn trade(world: &World, books: &Books, position: &Position, size: i128) -> Result<Outcome, EngineError> {
    apply(&world.market(), books, position, &order(size * ONE as i128), coins(4_000))
}

#[test]
fn what_is_under_notice_counts_as_gone_for_caps_share_and_strangers_slack() {
    let mut world = served(40);
    // 60,000 remain. A bucket holds a quarter of it, and others may be short a quarter of it (75 % less 50 %).
    let strangers = capacity(&world.books, &world.market()).unwrap();
    assert_eq!(strangers.short.u128(), 1_500 * ONE);
    // Slack is 60,000, of which the hedger's room of 30,000 takes 36,000.
    assert_eq!((strangers.slack, strangers.headroom), (money("100000000000"), money("76000000000")));
    assert_eq!(strangers.long.u128(), 1_500 * ONE);
    // The hedger's share is half of what remains, but its slack counts the whole pool.
    world.party = Party::Hedger;
    let hedgers = capacity(&world.books, &world.market()).unwrap();
    assert_eq!(hedgers.headroom, Money::ZERO);
    // Beyond its share of 30,000: open interest of 45,000, and a bucket of 30,000.
    assert_eq!(hedgers.short.u128(), 4_500 * ONE);
    let position = Position::default();
    trade(&world, &world.books, &position, -3_000).unwrap();
    trade(&world, &world.books, &position, -4_500).unwrap();
    let error = trade(&world, &world.books, &position, -4_501).unwrap_err();
    let (entry_value, max) = (Uint128::new(45_010 * ONE), Uint128::new(45_000 * ONE));
    assert_eq!(error, EngineError::OpenInterestCap { entry_value, max });
}

#[test]
fn within_its_share_the_hedger_counts_the_slack_that_is_there_and_beyond_it_what_remains() {
    // A short of 30,000 by others, 40 of 100 under notice: 70,000 of slack, 30,000 of what remains.
    let mut world = served(40);
    world.books.short.size = Uint128::new(3_000 * ONE);
    world.books.short.entry_value = Uint128::new(30_000 * ONE);
    world.party = Party::Hedger;
    let position = Position::default();
    let done = trade(&world, &world.books, &position, -3_000).unwrap();
    // Open interest of 60,000 exceeds 45,000, and no slack remains: within its share neither matters.
    assert_eq!(slack(&done.books, world.params.long_reserve).unwrap(), money("40000000000"));
    assert!(trade(&world, &world.books, &position, -3_001).is_err());
    world.params.open_interest_cap = dec("3");
    let error = trade(&world, &world.books, &position, -3_001).unwrap_err();
    let (slack, required) = (money("-10000000"), money("12002000000"));
    assert_eq!(error, EngineError::Slack { slack, required });
}

#[test]
fn a_pool_that_is_all_under_notice_has_room_for_nobody_and_lets_everybody_leave() {
    let mut world = served(100);
    let position = Position::default();
    assert_eq!(capacity(&world.books, &world.market()).unwrap().short, Uint128::zero());
    assert!(trade(&world, &world.books, &position, -100).is_err());
    world.books.notice = Shares::ZERO;
    let done = trade(&world, &world.books, &position, -100).unwrap();
    world.books = Books { notice: Shares(Uint128::new(100)), ..done.books };
    trade(&world, &world.books, &done.position, 50).unwrap();
}

#[test]
fn no_order_makes_a_negative_slack_worse() {
    // A pool of 900 that owes a short of 1,000.
    let mut world = World::new((6, 6), 100_000, 1);
    let done = trade(&world, &world.books, &Position::default(), -100).unwrap();
    world.books = done.books;
    world.books.pool.quote = Uint128::new(900 * ONE);
    world.price = dec("11");
    let before = slack(&world.books, world.params.long_reserve).unwrap();
    assert_eq!(before, money("-100000000"));
    for party in [Party::Stranger, Party::Hedger] {
        (world.party, world.hedger) = (party, (party == Party::Hedger).then_some(0));
        world.positions[0] = done.position;
        assert!(trade(&world, &world.books, &done.position, -1).is_err());
        let settle = perp_engine::apply(
            &world.market(),
            &world.books,
            &done.position,
            &ballast_types::market::Adjust { settle: ballast_types::market::Settle::Required, ..order(0) },
            Purse::EMPTY,
        );
        assert!(matches!(settle, Err(EngineError::Slack { .. })));
        for price in ["11", "5", "3"] {
            let mut world = world.clone();
            world.price = dec(price);
            let reduced = trade(&world, &world.books, &done.position, 40).unwrap();
            assert!(slack(&reduced.books, world.params.long_reserve).unwrap() >= before, "{price}");
        }
    }
}

/// Random books: strangers and the hedger on either side, a part under notice.
fn books() -> impl Strategy<Value = (u128, u128, u128, u128, u128)> {
    (0u128..=100, 0u128..=9_000, 0u128..=9_000, 0u128..=9_000, 1u128..=120)
}

proptest! {
    /// What `capacity` returns is accepted, and hardly more; after a stranger's maximum the hedger's room is still
    /// there.
    #[test]
    fn capacity_is_what_an_order_may_grow_and_leaves_the_hedger_its_room(
        (notice, long, short, own, price) in books(),
        hedger in any::<bool>(),
        named in any::<bool>(),
        share in 0u64..=75,
    ) {
        let mut world = served(notice);
        world.params.hedger_share = cosmwasm_std::Decimal256::percent(share);
        world.params.min_position = Uint128::one();
        let entry = |size: u128| Uint128::new(size * 10 * ONE);
        let units = |size: u128| Uint128::new(size * ONE);
        world.books.long.size = units(long);
        world.books.long.entry_value = entry(long);
        world.books.short.size = units(short + own);
        world.books.short.entry_value = entry(short + own);
        let held = Position {
            size: -cosmwasm_std::Int128::new((own * ONE) as i128),
            entry_value: entry(own),
            margin: coins(1_000_000),
            ..Position::default()
        };
        world.books.margins = held.margin;
        world.price = cosmwasm_std::Decimal256::from_ratio(price, 6u8);
        let position = if hedger || !named { held } else { Position { margin: held.margin, ..Position::default() } };
        (world.hedger, world.positions[0]) = (named.then_some(0), held);
        world.party = if hedger && named { Party::Hedger } else { Party::Stranger };
        let most = capacity(&world.books, &world.market()).unwrap().short;
        let grow = |size: u128| {
            let order = order(-i128::try_from(size).unwrap());
            apply(&world.market(), &world.books, &position, &order, coins(1_000_000_000))
        };
        if !most.is_zero() {
            let done = grow(most.u128());
            prop_assert!(done.is_ok(), "{most}: {:?}", done.err());
            if let (Party::Stranger, true) = (world.party, named) {
                let mut after = world.clone();
                after.books = done.unwrap().books;
                after.party = Party::Hedger;
                let room = capacity(&after.books, &after.market()).unwrap().short;
                let remaining = int(after.books.remaining_quote().unwrap().amount());
                let unused = (remaining * q(after.params.hedger_share) - int(held.entry_value)).max(int(0));
                prop_assert!(after.value(room) + int(40) >= unused, "{room} for {unused}");
            }
        }
        // A little more than a thousandth above it is refused.
        let over = most.u128() + most.u128() / 1_000 + 10 * ONE;
        prop_assert!(grow(over).is_err(), "{over} of {most}");
    }
}
