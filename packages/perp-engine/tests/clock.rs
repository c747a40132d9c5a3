//! Clocks that run only while something is possible, and the age of the pool's base.

use ballast_math::{Purse, Shares};
use ballast_types::market::{MarketAction, MarketParams};
use ballast_types::oracle::{Flag, Reading};
use cosmwasm_std::{Int128, Uint128};
use perp_engine::{apply, base_for_sale, Books, Clocks, FeedClock, Position, Possible};

use crate::world::{dec, order, World};

const BOTH: Possible = Possible { grow: true, withdraw: true };
const NEITHER: Possible = Possible { grow: false, withdraw: false };

/// A clock after a message at 100, when everything was possible.
fn running() -> (Clocks, Books) {
    let clocks =
        Clocks { open: true, open_seconds: 5, payable: true, payable_seconds: 7, payable_until: 100, feed: usable(90) };
    (clocks, Books::default())
}

/// The oracle's reading of a price that has been usable for this long.
fn usable(seconds: u64) -> FeedClock {
    FeedClock { usable: Some(seconds), fresh_until: None }
}

/// A message this many seconds after the one at 100. Until then the feed was always usable: 90 seconds in total.
fn message(clocks: &mut Clocks, books: &mut Books, possible: Possible, (last, now): (u64, u64)) {
    clocks.begin(books, &MarketParams::defaults(6), possible, (last, now), usable(now - 10), None);
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

    // Not possible now: this time does not count, and counting starts again when it is possible again.
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
    clocks.begin(&mut books, &MarketParams::defaults(6), BOTH, (100, 130), usable(100), None);
    assert_eq!(shown(&clocks, &books), (17, 10, 15));
    // For none, by an oracle that remembers less than before; and then as it says again.
    clocks.begin(&mut books, &MarketParams::defaults(6), BOTH, (130, 160), usable(3), None);
    assert_eq!(shown(&clocks, &books), (17, 10, 15));
    clocks.begin(&mut books, &MarketParams::defaults(6), BOTH, (160, 170), usable(13), None);
    assert_eq!(shown(&clocks, &books), (27, 20, 25));
}

#[test]
fn no_clock_runs_faster_than_time_whatever_the_oracle_says() {
    let (mut clocks, mut books) = running();
    clocks.begin(&mut books, &MarketParams::defaults(6), BOTH, (100, 130), usable(u64::MAX), None);
    assert_eq!(shown(&clocks, &books), (37, 30, 35));
}

/// Usable for 60 of every 66 seconds, so six hours of it count as ten elevenths of six hours.
#[test]
fn short_breaks_of_the_feed_slow_a_clock_and_do_not_stop_it() {
    let (mut clocks, mut books) = running();
    let mut last = 100;
    for message in 1..=6 {
        let now = 100 + message * 3_600;
        clocks.begin(
            &mut books,
            &MarketParams::defaults(6),
            BOTH,
            (last, now),
            usable(90 + message * 3_600 / 66 * 60),
            None,
        );
        last = now;
    }
    assert_eq!(shown(&clocks, &books), (7 + 327 * 60, 327 * 60, 5 + 327 * 60));
}

#[test]
fn each_clock_runs_on_its_own() {
    let (mut clocks, mut books) = running();
    message(&mut clocks, &mut books, Possible { grow: false, withdraw: true }, (100, 130));
    assert_eq!(shown(&clocks, &books), (37, 0, 5));
    let (mut clocks, mut books) = running();
    message(&mut clocks, &mut books, Possible { grow: true, withdraw: false }, (100, 130));
    assert_eq!(shown(&clocks, &books), (7, 30, 35));
}

#[test]
fn a_message_in_a_break_takes_nothing_from_what_was_before_and_after_it() {
    let (mut clocks, mut books) = running();
    // Usable until 120, stale at 126, and usable again from 130 on.
    clocks.begin(&mut books, &MarketParams::defaults(6), BOTH, (100, 126), usable(110), None);
    assert_eq!(shown(&clocks, &books), (27, 20, 25));
    clocks.begin(&mut books, &MarketParams::defaults(6), BOTH, (126, 150), usable(130), None);
    assert_eq!(shown(&clocks, &books), (47, 40, 45));
}

#[test]
fn a_feed_that_does_not_count_counts_as_long_as_the_last_price_is_fresh() {
    let fresh = |until| FeedClock { usable: None, fresh_until: until };
    for (until, counted) in [(Some(120), 20), (Some(500), 30), (Some(90), 0), (None, 0)] {
        let (mut clocks, mut books) = running();
        clocks.feed = fresh(until);
        clocks.begin(&mut books, &MarketParams::defaults(6), BOTH, (100, 130), fresh(None), None);
        assert_eq!(shown(&clocks, &books), (7 + counted, counted, 5 + counted), "{until:?}");
    }
    // A feed that counted before says nothing about the time in between.
    let (mut clocks, mut books) = running();
    clocks.begin(&mut books, &MarketParams::defaults(6), BOTH, (100, 130), fresh(Some(200)), None);
    assert_eq!(shown(&clocks, &books), (7, 0, 5));
}

#[test]
fn what_says_nothing_leaves_what_was_said_before() {
    let counts = Reading { usable_seconds: Some(7), ..crate::marks::reading("10", &[]) };
    let other = Reading { usable_seconds: None, ..counts.clone() };
    let before = usable(3);
    for flags in [vec![], vec![Flag::Stale], vec![Flag::Jump], vec![Flag::Uncertain, Flag::Secondary]] {
        assert_eq!(before.next(Some(&counts), &flags), usable(7), "{flags:?}");
        let until = flags.is_empty().then(|| other.stale_at.seconds());
        assert_eq!(before.next(Some(&other), &flags), FeedClock { usable: None, fresh_until: until }, "{flags:?}");
    }
    for flag in [Flag::Missing, Flag::Invalid, Flag::Future] {
        assert_eq!(before.next(Some(&counts), &[flag]), before, "{flag:?}");
        let fresh = FeedClock { usable: None, fresh_until: Some(9) };
        assert_eq!(fresh.next(Some(&other), &[Flag::Uncertain, flag]), FeedClock::default(), "{flag:?}");
    }
    assert_eq!(before.next(None, &[Flag::Missing]), before);
}

#[test]
fn a_withdrawal_is_possible_with_its_switch_and_a_tenth_of_what_is_asked_for_above_reserve_and_headroom() {
    // 100 dollars, of which a short of 50 reserves 50 and needs a fifth more as headroom: 60 are tied up.
    let mut world = World::new((6, 6), 100, 1);
    world.books.shares = Shares(Uint128::new(100));
    world.books.short.size = Uint128::new(5_000_000);
    world.books.short.entry_value = Uint128::new(50_000_000);
    let possible = |world: &World| Possible::of(&world.market(), &world.books).unwrap();
    assert_eq!(possible(&world), Possible { grow: true, withdraw: false }, "no shares are under notice");
    // Requesting more than there is does not keep an option to leave.
    for notice in [1, 100] {
        world.books.notice = Shares(Uint128::new(notice));
        assert_eq!(possible(&world), BOTH);
    }
    // All of a pool of 66.67 is under notice, and 6.67 may leave.
    for (quote, withdraw) in [(66_666_666, false), (66_666_667, true)] {
        world.books.pool.quote = Uint128::new(quote);
        assert_eq!(possible(&world), Possible { grow: true, withdraw }, "{quote}");
    }
    // The feed counts outages of the price.
    world.flags = vec![Flag::Stale];
    assert_eq!(possible(&world), BOTH);
    world.status.off = vec![MarketAction::PoolOut];
    assert_eq!(possible(&world), Possible { grow: true, withdraw: false });
    // A hedge that could not be reduced again must not grow.
    for action in [MarketAction::Increase, MarketAction::MarginIn, MarketAction::Reduce] {
        world.status.off = vec![action];
        assert_eq!(possible(&world), Possible { grow: false, withdraw: true }, "{action:?}");
    }
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
        clocks.begin(&mut world.books, &world.params, BOTH, (last, world.now), usable(world.now), None);
        for _ in 0..6 {
            let done = apply(&world.market(), &world.books, &world.positions[0], &order(1), Purse::EMPTY).unwrap();
            assert!(done.books.pool.base > world.books.pool.base, "it pays in base");
            (world.books, world.positions[0]) = (done.books, done.position);
        }
    }
    assert_eq!(world.positions[0].size, Int128::new(-100_000_000 + 12_960));
    // At most a thousandth of six hours is missing: only some 13,000 units came in, next to 50 million. The price has
    // come down from 20.004 by 0.064 less a thousandth.
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
    // Its loss, fee and spread arrive in at most three parts.
    let lost = world.books.base_age - done.books.base_age;
    assert!((1..=6).contains(&lost), "{lost}");
}

/// Without a limit, one coin that nobody bought for 300 days would make 300 fresh ones a day old.
#[test]
fn base_is_no_older_than_its_discount_takes() {
    let params = MarketParams::defaults(6);
    let (mut clocks, mut books) = running();
    let days = 300 * 24 * 3600;
    clocks.begin(&mut books, &params, BOTH, (100, 100 + days), usable(90 + days), None);
    assert_eq!(books.base_age, 6 * 3600 * SECOND);
}
