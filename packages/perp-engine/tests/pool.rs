//! Values and shares of the pool.

use ballast_math::{FundingBasis, FundingIndex, Money, Quote, Shares};
use cosmwasm_std::{Int128, Int256, Uint128};
use perp_engine::{apply, deposit, value_high, withdraw, Direction, EngineError, Group, Position};

use crate::world::{dec, money, order, World};
use ballast_math::Purse;

#[test]
fn a_pool_that_owes_more_than_it_has_takes_no_deposits() {
    let mut world = World::new((6, 6), 1, 1);
    world.books.shares = Shares(Uint128::new(1_000_000));
    world.books.short.size = Uint128::new(1_000_000_000);
    world.books.short.entry_value = Uint128::new(20_000_000_000);
    let error = deposit(&world.market(), &world.books, Quote(Uint128::new(5)), None).unwrap_err();
    let EngineError::PoolWorthless { value } = error else { panic!("{error}") };
    // One dollar less 20,000 - 1,000 * 10.002.
    assert_eq!(value, money("-9997000000"));
}

#[test]
fn longs_beyond_their_caps_count_at_most_at_their_caps_for_withdrawals() {
    let mut world = World::new((6, 6), 10_000, 1);
    enter(&mut world, 0, 100_000_000, 1_000_000_000);
    world.price = dec("40");
    // 50 % of 1,000 dollars.
    assert_eq!(world.value_low(), money("9500000000"));
    assert_eq!(value_high(&world.books, &world.market()).unwrap(), money("9500000000"));
}

#[test]
fn the_first_depositor_takes_nothing_from_the_second_at_any_decimals() {
    for decimals in [6u8, 8, 18] {
        let one = 10u128.pow(decimals.into());
        let mut world = World::new((6, decimals), 0, 0);
        world.books = deposit(&world.market(), &world.books, Quote(Uint128::one()), None).unwrap().books;
        // Costs of trades increase the pool like donations.
        world.books.pool.quote += Uint128::new(1_000 * one);
        let second = deposit(&world.market(), &world.books, Quote(Uint128::new(1_000 * one)), None).unwrap();
        world.books = second.books;
        let paid = leave(&world, second.shares);
        let lost = 1_000 * one - paid.quote.u128();
        assert!(lost <= 1_000 * one / 1_000_000, "{decimals}: lost {lost}");
    }
}

#[test]
fn an_order_leaves_the_pool_no_poorer_at_either_end_of_the_band() {
    let mut world = World::new((6, 6), 100_000, 1);
    let before = world.value_low();
    let funds = Purse::base(Uint128::new(80_000_000));
    let done = apply(&world.market(), &world.books, &Position::default(), &order(-100_000_000), funds).unwrap();
    world.books = done.books;
    assert_eq!(done.position.size, Int128::new(-100_000_000));
    let after = world.value_low();
    assert!(after >= before.minus(Money::from_amount(Uint128::one())).unwrap(), "{before} fell to {after}");
}

/// Two providers of 100,000 each and a short of 5,000 coins at 10 with 5,080 of margin, beside 50,000 of somebody else's
/// margin; then the price is 13.
fn with_a_short_that_cannot_pay() -> (World, Shares) {
    let mut world = World::new((6, 6), 0, 3);
    world.params.initial_ratio = dec("0.1");
    let shares = [(); 2].map(|()| {
        let done = deposit(&world.market(), &world.books, Quote(Uint128::new(100_000_000_000)), None).unwrap();
        world.books = done.books;
        done.shares
    });
    for (who, size, margin) in [(0, -5_000_000_000, 5_080_000_000), (1, 0, 50_000_000_000)] {
        let funds = Purse::quote(Uint128::new(margin));
        let done = apply(&world.market(), &world.books, &world.positions[who], &order(size), funds).unwrap();
        (world.books, world.positions[who]) = (done.books, done.position);
    }
    world.price = dec("13");
    (world, shares[0])
}

/// A position without margin, also on the books.
fn enter(world: &mut World, who: usize, size: i128, entry: u128) {
    let (size, entry_value) = (Int128::new(size), Uint128::new(entry));
    world.positions[who] = Position { size, entry_value, ..Position::default() };
    let side = if size.is_negative() { &mut world.books.short } else { &mut world.books.long };
    side.size += size.unsigned_abs();
    side.entry_value += entry_value;
}

fn leave(world: &World, shares: Shares) -> Purse {
    let mut books = world.books;
    books.give_notice(shares).unwrap();
    withdraw(&world.market(), &books, shares, &world.strangers()).unwrap().paid
}

#[test]
fn of_a_hedgers_loss_a_provider_takes_what_its_own_margin_covers_whoever_has_margin_beside_it() {
    let (mut world, shares) = with_a_short_that_cannot_pay();
    world.hedger = Some(0);
    // Costs of 35 less 6.25 for insurance came in. The short owes 15,000 and has 5,045: the pool is worth 205,073.75, and
    // the virtual shares take half a unit of half of it. 106,757 would be half of all that it owes.
    assert_eq!(world.value_low(), money("205073750000"));
    assert_eq!(leave(&world, shares), Purse::quote(Uint128::new(102_536_874_999)));
}

#[test]
fn of_a_strangers_loss_a_provider_takes_nothing_before_it_is_settled() {
    let (world, shares) = with_a_short_that_cannot_pay();
    assert_eq!(world.value_low(), money("200028750000"));
    assert_eq!(leave(&world, shares), Purse::quote(Uint128::new(100_014_374_999)));
    // A deposit counts it in full, at 13.0026: 15,013.
    assert_eq!(value_high(&world.books, &world.market()).unwrap(), money("215041750000"));
}

#[test]
fn a_hedgers_debt_and_a_strangers_claim_on_the_same_side_do_not_hide_each_other() {
    let mut world = World::new((6, 6), 100_000, 2);
    world.hedger = Some(0);
    // 1,000 coins short at 10 and at 16: at 13 the one owes 3,000, the other has won them.
    enter(&mut world, 0, -1_000_000_000, 10_000_000_000);
    enter(&mut world, 1, -1_000_000_000, 16_000_000_000);
    world.positions[0].margin = Purse::new(Uint128::new(100_000_000), Uint128::new(500_000_000));
    world.books.margins = world.positions[0].margin;
    world.price = dec("13");
    // At 12.9974: a claim of 3,002.6; a debt of 2,997.4, of which 500 and nine tenths of 1,299.74 are covered.
    let covered = 500_000_000 + 1_169_766_000;
    let expected = 100_000_000_000i128 - 3_002_600_000 + covered;
    assert_eq!(world.value_low(), money(&expected.to_string()));
    // If its margin covers its debt, all of the debt counts; a hedger's gain counts like anybody's.
    world.positions[0].margin.quote = Uint128::new(5_000_000_000);
    let expected = 100_000_000_000i128 - 3_002_600_000 + 2_997_400_000;
    assert_eq!(world.value_low(), money(&expected.to_string()));
    world.hedger = Some(1);
    let expected = 100_000_000_000i128 - 3_002_600_000;
    assert_eq!(world.value_low(), money(&expected.to_string()));
}

#[test]
fn a_stranger_who_cannot_pay_hides_nothing_of_what_a_winner_beside_it_has_won() {
    for sign in [-1i128, 1] {
        let mut world = World::new((6, 6), 100_000, 2);
        // 1,000 coins entered at 10 and at 16. At 13 the one owes 3,000, which nobody has, and the other has won them.
        for (who, entry) in [(0, 10_000_000_000), (1, 16_000_000_000)] {
            enter(&mut world, who, sign * 1_000_000_000, entry);
        }
        world.price = dec("13");
        // The winner's claim counts at the worse end of the band, the loser's debt not at all.
        assert_eq!(world.value_low(), money("96997400000"), "{sign}");
        // A deposit counts the debt in full: both cancel out except for the band, 0.0026 on each of 1,000 coins.
        assert_eq!(value_high(&world.books, &world.market()).unwrap(), money("100005200000"), "{sign}");
    }
}

fn group(size: i128, entry_value: u128, funding: i128) -> Group {
    let (size, entry_value) = (Int128::new(size), Uint128::new(entry_value));
    let funding = FundingBasis(Int256::from(funding) * Int256::from(10i128.pow(36)));
    Group::of(&Position { size, entry_value, funding, ..Position::default() }).unwrap().unwrap()
}

#[test]
fn the_positions_of_a_group_were_entered_within_a_thirty_second_part_of_the_price() {
    assert_eq!(Group::of(&Position::default()).unwrap(), None);
    let (long, short) = (group(3, 30, 0), group(-3, 30, 0));
    assert_eq!((long.direction, short.direction, long.price), (Direction::Long, Direction::Short, short.price));
    // A doubling has 32 steps, whatever the price: 10 is 8 times 40/32.
    for (size, entry) in [(1, 10), (1_000_000_000_000_000_000, 10), (3, 30 * 10u128.pow(30))] {
        let at = |part: u128| group(size, entry * part, 0).price;
        assert_eq!((at(2) - at(1), at(4) - at(1), at(64) - at(1)), (32, 64, 192));
    }
    let at = |thousandths: u128| group(1_000, thousandths, 0).price;
    assert_eq!(at(10_000) + 1, at(10_250), "41/32");
    assert_eq!(at(10_000), at(10_249));
    assert_eq!(at(15_999) + 1, at(16_000), "the next doubling");
    // From one end of the range to the other, and a worthless position.
    let (least, most) = (group(i128::MAX, 1, 0).price, group(1, u128::MAX, 0).price);
    assert_eq!((least, most), (32, 8191));
    assert_eq!(group(i128::MIN, 0, 5), Group { direction: Direction::Short, price: 0, funding: 0 });
}

#[test]
fn and_within_a_thirty_second_part_of_it_by_the_funding_index() {
    // Of an entry value of 3,200 a step is 100 of quote, rounded down on either side of zero.
    for (funding, step) in [(0, 0), (99, 0), (100, 1), (-1, -1), (-100, -1), (-101, -2), (3_200, 32)] {
        assert_eq!(group(-7, 3_200, funding).funding, step, "{funding}");
    }
    assert_eq!(group(7, 1, 10i128.pow(30)).funding, i32::MAX);
    assert_eq!(group(7, 1, -(10i128.pow(30))).funding, i32::MIN);
}

/// One owes funding, another with the same entry price has won it: they are not netted, nor is funding that reversed.
#[test]
fn funding_of_one_hides_nothing_of_another_and_what_went_back_is_nobodys_gain() {
    let mut world = World::new((6, 6), 100_000, 2);
    let charge = |world: &mut World, who: usize, size: i128, entry: u128, funding: i128| {
        enter(world, who, size, entry);
        let basis = FundingBasis(Int256::from(funding) * Int256::from(10i128.pow(36)));
        world.positions[who].funding = basis;
        world.books.short.funding = world.books.short.funding.plus(basis).unwrap();
    };
    // The index stands at zero: who was entered above it owes, below it has earned. Both short 1,000 coins at 10.
    charge(&mut world, 0, -1_000_000_000, 10_000_000_000, 5_000_000_000);
    charge(&mut world, 1, -1_000_000_000, 10_000_000_000, 0);
    world.price = dec("9");
    // At 8.9982 each has won 1,001.8 by the price; the first owes 5,000 by funding, which nobody has.
    assert_eq!(world.value_low(), money("98998200000"));
    // A credit of another beside a loss at the price.
    let mut world = World::new((6, 6), 100_000, 2);
    charge(&mut world, 0, -1_000_000_000, 10_000_000_000, -5_000_000_000);
    charge(&mut world, 1, -1_000_000_000, 10_000_000_000, 0);
    world.price = dec("13");
    // At 12.9974 the first has 5,000 less 2,997.4, the second owes 2,997.4.
    assert_eq!(world.value_low(), money("97997400000"));
    // Credited and then charged: by the index of credits both are owed 5,000.
    world.books.short.owed_index = FundingIndex(Int256::from(10i128.pow(36)) * Int256::from(5));
    assert_eq!(world.value_low(), money("97997400000"));
}

#[test]
fn only_shares_under_notice_are_withdrawn_and_then_they_are_no_longer_under_notice() {
    let mut world = World::new((6, 6), 0, 1);
    let done = deposit(&world.market(), &world.books, Quote(Uint128::new(1_000_000)), None).unwrap();
    world.books = done.books;
    let (asked, notice) = (Uint128::new(11), Uint128::new(10));
    world.books.give_notice(Shares(notice)).unwrap();
    let error = withdraw(&world.market(), &world.books, Shares(asked), &[]).unwrap_err();
    assert_eq!(error, EngineError::TooManyShares { asked, notice });
    world.books.give_notice(done.shares.minus(Shares(notice)).unwrap()).unwrap();
    let half = Shares(Uint128::new(done.shares.amount().u128() / 2));
    let left = withdraw(&world.market(), &world.books, half, &[]).unwrap().books;
    assert_eq!((left.notice, left.shares), (half, half));
    // Caps are zero while all shares are under notice.
    assert_eq!(left.remaining_quote().unwrap(), Quote::ZERO);
}
