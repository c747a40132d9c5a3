//! What a coin lastingly and certainly sells for, and who pays at which.

use ballast_math::Purse;
use ballast_types::market::{Adjust, CollateralRange, MarginOut, OrderSize, Part, Prices, Settle};
use ballast_types::oracle::Flag;
use cosmwasm_std::{Decimal256, Uint128};
use perp_engine::{apply, liquidate, value_low, Confidence, Market, Marks, Party, SettledLosses};

use crate::two_prices::{coins, short, staked, Watch, ONE};
use crate::world::{dec, order, World};

fn range(redemption: &str, mean: &str) -> CollateralRange {
    CollateralRange { redemption: dec(redemption), mean_discount: dec(mean), ..CollateralRange::default() }
}

#[test]
fn lastingly_a_discount_counts_at_most_as_its_mean_and_certainly_at_least_as_three_points_less() {
    for (sells, mean, lasting, certain) in [
        ("7", "0", "10", "7"),
        ("7", "0.012", "9.88", "7"),
        ("7", "0.3", "7", "7"),
        ("7", "0.33", "7", "7"),
        // one that shrinks: 10 * (1 - (0.35 - 0.03))
        ("7", "0.35", "7", "6.8"),
        ("10", "0.1", "10", "9.3"),
        ("10", "0.03", "10", "10"),
        ("10", "0", "10", "10"),
    ] {
        let range = range("10", mean);
        assert_eq!(range.lasting(dec(sells)).unwrap(), dec(lasting), "{sells} of 10, mean {mean}");
        assert_eq!(range.certain(dec(sells)).unwrap(), dec(certain), "{sells} of 10, mean {mean}");
    }
}

#[test]
fn the_lowest_lasting_price_of_a_block_counts_until_the_next_one() {
    let mut watch = Watch::new("10", "10");
    // Whoever moves what it sells for within a block moves nothing.
    assert_eq!(watch.see(6, "7", "10", &[]).lasting_low, dec("10"));
    assert_eq!(watch.again(6, "10", "10", &[]).lasting_low, dec("10"));
    // What it is redeemed for moves with the index.
    assert_eq!(watch.again(6, "9", "9.5", &[]).lasting_low, dec("9.5"));
    assert_eq!(watch.again(6, "10", "10", &[]).lasting_low, dec("9.5"));
    assert_eq!(watch.again(6, "10", "10.2", &[]).lasting_high, dec("10.2"));
    // A reading that is not accepted starts no price, but a block.
    let range = watch.see(12, "1", "2", &[Flag::Jump]);
    assert_eq!((range.lasting_low, range.lasting_high), (dec("10.2"), dec("10.2")));
}

/// A short of 100 at 10 with 80 coins, now at 12: it owes 200. The coin sells for 14.4, and was never worth less than the
/// 15 for which it is redeemed.
fn suddenly_discounted(party: Party) -> (World, Prices) {
    let world = World { price: dec("12"), ..short(staked(1), coins(80 * ONE, 0)) };
    let mut prices = World { price: dec("12"), ..world.clone() }.prices();
    let range = prices.collateral_range.as_mut().unwrap();
    (range.redemption, range.high, range.lasting_low) = (dec("15"), dec("15"), dec("15"));
    range.mean_discount = Decimal256::zero();
    (World { party, hedger: (party == Party::Hedger).then_some(0), ..world }, prices)
}

fn at<'a>(world: &'a World, prices: &Prices) -> Market<'a> {
    Market { marks: Marks::new(prices, world.params.min_spread, 6, 6).unwrap(), ..world.market() }
}

/// Coins that an order takes from the margin and does not pay out.
fn paid(world: &World, prices: &Prices, order: &Adjust) -> u128 {
    let done = apply(&at(world, prices), &world.books, &world.positions[0], order, Purse::EMPTY).unwrap();
    (world.positions[0].margin.base - done.position.margin.base - done.margin_out.base).u128()
}

#[test]
fn the_hedger_pays_at_the_lasting_price_and_everybody_elses_own_order_at_what_the_coin_sells_for() {
    let close = order(100 * ONE as i128);
    let exit = Adjust {
        size: OrderSize::Part(Part { numerator: Uint128::one(), denominator: Uint128::one() }),
        margin_out: MarginOut::Part,
        ..order(0)
    };
    // 200 and 0.84 of costs at 14.4 * 0.9998 * 0.999 = 14.38272288, and at 15 * 0.9998 * 0.999 = 14.982003.
    let (sold, lasting) = (13_905_573 + 58_404, 13_349_350 + 56_068);
    let (world, prices) = suddenly_discounted(Party::Stranger);
    assert_eq!([&close, &exit].map(|order| paid(&world, &prices, order)), [sold, sold]);
    let (world, prices) = suddenly_discounted(Party::Hedger);
    assert_eq!([&close, &exit].map(|order| paid(&world, &prices, order)), [lasting, sold]);
    let settled = Adjust { settle: Settle::Required, ..order(0) };
    assert_eq!(paid(&world, &prices, &settled), 13_349_350);
}

#[test]
fn while_a_discount_shrinks_an_own_order_pays_as_if_it_still_were_there_and_says_what_that_costs() {
    // It sells for 15 and has sold for 10 % less: 15 * (1 - 0.07) = 13.95, and 13.95 * 0.9988002 = 13.93326279.
    let settled = Adjust { settle: Settle::Required, ..order(0) };
    for (party, expected) in [(Party::Stranger, 14_354_140), (Party::Hedger, 13_349_350)] {
        let (world, mut prices) = suddenly_discounted(party);
        prices.collateral = dec("15");
        let range = prices.collateral_range.as_mut().unwrap();
        (range.mean_discount, range.low, range.lasting_low) = (dec("0.1"), dec("15"), dec("15"));
        assert_eq!(paid(&world, &prices, &settled), expected);
        let done = apply(&at(&world, &prices), &world.books, &world.positions[0], &settled, Purse::EMPTY).unwrap();
        // What these coins sell for, beyond the 200 that were owed.
        assert_eq!(done.costs.conversion.u128(), expected * 15 - 200_000_000);
    }
}

#[test]
fn a_liquidated_position_pays_at_the_lasting_price() {
    // Coins that sell for 7.5 and are redeemed for 15, against a short of 100 at 10, now at 12:
    // 34.141596 * 7.5 * 0.9 - 200 - 0.84 = 29.62 are 2.47 % of 1,200, below 2.5 %. Settling cures it.
    let world = World { price: dec("12"), ..short(staked(1), coins(34_200_000, 0)) };
    let with = |mean: &str, lasting: &str| {
        let mut prices = world.prices();
        prices.collateral = dec("7.5");
        let range = prices.collateral_range.as_mut().unwrap();
        (range.low, range.redemption, range.high) = (dec("7.5"), dec("15"), dec("15"));
        (range.mean_discount, range.lasting_low) = (dec(mean), dec(lasting));
        prices
    };
    // 200 at 15 * 0.9988002, and at 7.5 * 0.9988002 where the discount has lasted.
    for (mean, lasting, paid) in [("0", "15", 13_349_350), ("0.5", "7.5", 26_698_700)] {
        let done = liquidate(&at(&world, &with(mean, lasting)), &world.books, &world.positions[0]).unwrap();
        assert!(done.settled && done.closed.is_zero() && done.reward.is_empty());
        assert_eq!((world.positions[0].margin.base - done.position.margin.base).u128(), paid);
    }
}

#[test]
fn a_provider_who_leaves_counts_the_hedgers_debt_at_what_the_coins_that_pay_it_sell_for() {
    let (world, prices) = suddenly_discounted(Party::Hedger);
    let low = |prices: &Prices| value_low(&world.books, &at(&world, prices), &[]).unwrap();
    let mut lasting = prices.clone();
    let range = lasting.collateral_range.as_mut().unwrap();
    (range.mean_discount, range.lasting_low) = (dec("0.04"), dec("14.4"));
    // The debt of 200, and 0.02 % of 1,200 at the low end of the band of the index: 199.76, in coins of 14.4 that count
    // for 15.
    let debt = dec("199760000");
    let less = low(&lasting).minus(low(&prices)).unwrap();
    near(less, debt - debt * dec("14.4") / dec("15"));
}

fn near(money: ballast_math::Money, units: Decimal256) {
    let units = ballast_math::Money::positive(units).unwrap();
    let off = money.minus(units).unwrap().abs();
    assert!(off < Decimal256::one(), "{money} is not {units}");
}

#[test]
fn losses_that_others_settle_are_paid_at_the_lasting_price() {
    // 2.9 % less than what it was always redeemed for is no flag.
    let (world, mut prices) = suddenly_discounted(Party::Stranger);
    prices.collateral = dec("14.565");
    prices.collateral_range.as_mut().unwrap().low = dec("14.565");
    let market = at(&world, &prices);
    let settled = SettledLosses::begin(&market, &prices, &world.books).unwrap().settle(&world.positions[0]).unwrap();
    assert_eq!(settled.paid.base.u128(), 13_349_350);
}

#[test]
fn at_the_upper_end_of_an_uncertain_price_a_coin_pays_no_more_than_it_lastingly_sells_for_there() {
    // It sells for 12, is redeemed for 15, and the interval of the 12 reaches up to 15.6: 200 at 15.6 * 0.9988002.
    let (mut world, mut prices) = suddenly_discounted(Party::Stranger);
    prices.collateral = dec("12");
    prices.collateral_range.as_mut().unwrap().low = dec("12");
    world.positions[0].margin = coins(16 * ONE, 0);
    world.books.margins = coins(16 * ONE, 0);
    world.collateral_flags = vec![Flag::Uncertain];
    let market = at(&world, &prices);
    let marks = market.marks.with_confidence(Confidence { index: Decimal256::zero(), collateral: dec("0.3") });
    let done = liquidate(&Market { marks, ..market }, &world.books, &world.positions[0]).unwrap();
    assert_eq!((done.books.pool.base - world.books.pool.base).u128(), 12_835_914);
}
