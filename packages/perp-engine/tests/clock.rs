//! Clocks that run only while something is possible, and the age of the pool's base.

use ballast_math::Purse;
use ballast_types::market::{MarketAction, MarketParams};
use ballast_types::oracle::Flag;
use cosmwasm_std::{Int128, Uint128};
use perp_engine::{apply, base_for_sale, Books, Clocks, Position, Possible};

use crate::world::{dec, order, World};

const BOTH: Possible = Possible { increase: true, withdraw: true };
const NEITHER: Possible = Possible { increase: false, withdraw: false };

/// A clock whose last message was at 100, when everything was possible.
fn running() -> (Clocks, Books) {
    let clocks =
        Clocks { open: true, open_seconds: 5, payable: true, payable_seconds: 7, payable_until: 100, usable: 90 };
    (clocks, Books::default())
}

/// A message of so many seconds after the one at 100, up to which the feed was always usable: 90 seconds in all.
fn message(clocks: &mut Clocks, books: &mut Books, possible: Possible, (last, now): (u64, u64)) {
    clocks.begin(books, &MarketParams::defaults(6), possible, (last, now), now - 10);
}

fn shown(clocks: &Clocks, books: &Books) -> (u64, u64, u64) {
    (clocks.payable_seconds, books.base_age / SECOND, clocks.open_seconds)
}

const SECOND: u64 = 1_000_000_000;

#[test]
fn the_time_between_two_messages_counts_where_it_was_possible_at_both() {
    let (mut clocks, mut books) = running();
    message(&mut clocks, &mut books, BOTH, (100, 130));
    assert_eq!(shown(&clocks, &books), (37, 30, 35));

    // Not now: nothing of it counts, and the next that counts begins where it is possible again.
    let (mut clocks, mut books) = running();
    message(&mut clocks, &mut books, NEITHER, (100, 130));
    clocks.end(NEITHER);
    assert_eq!(shown(&clocks, &books), (7, 0, 5));
    message(&mut clocks, &mut books, BOTH, (130, 150));
    assert_eq!(shown(&clocks, &books), (7, 0, 5));
    clocks.end(BOTH);
    message(&mut clocks, &mut books, BOTH, (150, 160));
    assert_eq!(shown(&clocks, &books), (17, 10, 15));
}

#[test]
fn what_a_message_makes_possible_counts_from_its_end() {
    let (mut clocks, mut books) = running();
    message(&mut clocks, &mut books, BOTH, (100, 130));
    clocks.end(NEITHER);
    message(&mut clocks, &mut books, NEITHER, (130, 140));
    clocks.end(BOTH);
    message(&mut clocks, &mut books, BOTH, (140, 145));
    assert_eq!(shown(&clocks, &books), (42, 35, 40));
}

#[test]
fn a_break_of_the_feed_that_no_message_saw_does_not_count() {
    let (mut clocks, mut books) = running();
    // Usable for ten of the thirty seconds.
    clocks.begin(&mut books, &MarketParams::defaults(6), BOTH, (100, 130), 100);
    assert_eq!(shown(&clocks, &books), (17, 10, 15));
    // For none, by an oracle that remembers less than before; and then as it says again.
    clocks.begin(&mut books, &MarketParams::defaults(6), BOTH, (130, 160), 3);
    assert_eq!(shown(&clocks, &books), (17, 10, 15));
    clocks.begin(&mut books, &MarketParams::defaults(6), BOTH, (160, 170), 13);
    assert_eq!(shown(&clocks, &books), (27, 20, 25));
}

#[test]
fn no_clock_runs_faster_than_time_whatever_the_oracle_says() {
    let (mut clocks, mut books) = running();
    clocks.begin(&mut books, &MarketParams::defaults(6), BOTH, (100, 130), u64::MAX);
    assert_eq!(shown(&clocks, &books), (37, 30, 35));
}

/// Good for 60 of every 66 seconds: six hours of it are ten elevenths of six hours.
#[test]
fn short_breaks_of_the_feed_slow_a_clock_and_do_not_stop_it() {
    let (mut clocks, mut books) = running();
    let mut last = 100;
    for message in 1..=6 {
        let now = 100 + message * 3_600;
        clocks.begin(&mut books, &MarketParams::defaults(6), BOTH, (last, now), 90 + message * 3_600 / 66 * 60);
        last = now;
    }
    assert_eq!(shown(&clocks, &books), (7 + 327 * 60, 327 * 60, 5 + 327 * 60));
}

#[test]
fn each_clock_runs_on_its_own() {
    let (mut clocks, mut books) = running();
    message(&mut clocks, &mut books, Possible { increase: false, withdraw: true }, (100, 130));
    assert_eq!(shown(&clocks, &books), (37, 0, 5));
    let (mut clocks, mut books) = running();
    message(&mut clocks, &mut books, Possible { increase: true, withdraw: false }, (100, 130));
    assert_eq!(shown(&clocks, &books), (7, 30, 35));
}

#[test]
fn a_withdrawal_is_possible_with_its_switch_a_price_without_flags_and_headroom_without_what_is_under_notice() {
    // 100 dollars, of which a short of 50 reserves 50 and a fifth more is headroom: 60 are bound, and a hundredth of all is
    // under notice.
    let mut world = World::new((6, 6), 100, 1);
    world.books.shares = Uint128::new(100);
    world.books.short.size = Uint128::new(5_000_000);
    world.books.short.entry_value = Uint128::new(50_000_000);
    let possible = |world: &World| Possible::of(&world.market(), &world.books).unwrap();
    assert_eq!(possible(&world), Possible { increase: true, withdraw: false }, "no shares are under notice");
    world.books.notice = Uint128::new(1);
    assert_eq!(possible(&world), BOTH);
    world.books.pool.quote = Uint128::new(60_606_060);
    assert_eq!(possible(&world), Possible { increase: true, withdraw: false });
    world.books.pool.quote = Uint128::new(60_606_061);
    assert_eq!(possible(&world), BOTH);
    for flag in [Flag::Missing, Flag::Invalid, Flag::Future, Flag::Stale, Flag::Jump, Flag::Uncertain] {
        world.flags = vec![flag];
        assert_eq!(possible(&world), NEITHER, "{flag:?}");
    }
    world.flags = vec![];
    world.status.off = vec![MarketAction::PoolOut];
    assert_eq!(possible(&world), Possible { increase: true, withdraw: false });
    world.status.off = vec![MarketAction::Increase];
    assert_eq!(possible(&world), Possible { increase: false, withdraw: true });
}

#[test]
fn six_reduces_of_one_unit_a_block_do_not_keep_the_pools_base_young() {
    let mut world = World::new((6, 6), 100_000, 1);
    let funds = Purse::base(Uint128::new(150_000_000));
    let done = apply(&world.market(), &world.books, &Position::default(), &order(-100_000_000), funds).unwrap();
    (world.books, world.positions[0]) = (done.books, done.position);
    world.price = dec("20");
    world.books.pool.base = Uint128::new(50_000_000);
    world.books.base_age = 0;
    let mut clocks = Clocks::default();
    clocks.end(BOTH);
    for _ in 0..2_160 {
        let last = world.now;
        world.now += 10;
        clocks.begin(&mut world.books, &world.params, BOTH, (last, world.now), world.now);
        for _ in 0..6 {
            let done = apply(&world.market(), &world.books, &world.positions[0], &order(1), Purse::EMPTY).unwrap();
            assert!(done.books.pool.base > world.books.pool.base, "it pays in base");
            (world.books, world.positions[0]) = (done.books, done.position);
        }
    }
    assert_eq!(world.positions[0].size, Int128::new(-100_000_000 + 12_960));
    // Of six hours a thousandth at most is missing: all that came in are some 13,000 units beside 50 million. The price
    // has come down from 20.004 by 0.064 less a thousandth.
    let price = base_for_sale(&world.books, &world.market()).unwrap().price;
    assert!(price >= dec("19.94") && price <= dec("19.940064"), "{price}");
}

#[test]
fn base_that_arrives_is_new_and_rounds_to_a_nanosecond() {
    // A unit of dust beside a whole coin of 18 decimals, six hours old.
    let mut world = World::new((18, 6), 100_000, 1);
    world.books.pool.base = Uint128::new(1_000_000_000_000_000_000);
    world.books.base_age = 21_600 * SECOND;
    world.price = dec("1000000000");
    let position = Position {
        size: Int128::new(-1_000),
        entry_value: Uint128::zero(),
        margin: Purse::base(Uint128::new(1_000_000)),
        ..Position::default()
    };
    world.books.short.size = Uint128::new(1_000);
    world.books.margins = position.margin;
    let done = apply(&world.market(), &world.books, &position, &order(1_000), Purse::EMPTY).unwrap();
    let arrived = done.books.pool.base.u128() - world.books.pool.base.u128();
    assert!(arrived > 0 && arrived < 100_000, "{arrived}");
    // The loss of it, its fee and its spread arrive at most at three times.
    let lost = world.books.base_age - done.books.base_age;
    assert!((1..=6).contains(&lost), "{lost}");
}

/// One coin that nobody bought for 300 days would make 300 fresh ones a day old.
#[test]
fn base_is_no_older_than_its_discount_takes() {
    let params = MarketParams::defaults(6);
    let (mut clocks, mut books) = running();
    let days = 300 * 24 * 3600;
    clocks.begin(&mut books, &params, BOTH, (100, 100 + days), 90 + days);
    assert_eq!(books.base_age, 6 * 3600 * SECOND);
}
