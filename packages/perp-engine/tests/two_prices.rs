//! A margin coin with a price of its own: what depends on which price, and the discount.

use ballast_math::{Purse, Quote};
use ballast_types::market::{Adjust, CollateralRange, MarginOut, OrderSize, Part, Prices, Settle};
use ballast_types::oracle::{Flag, PriceUse, Reading};
use cosmwasm_std::{Decimal256, SignedDecimal256, Timestamp, Uint128};
use perp_engine::{
    apply, base_for_sale, buy, deposit, liquidate, position_state, withdrawable, CollateralMark, Confidence,
    EngineError, Market, Position, SettledLosses,
};

use crate::marks::reading;
use crate::world::{dec, order, signed, World};

pub const ONE: u128 = 1_000_000;
const START: u64 = 1_700_000_000;

pub fn coins(base: u128, quote: u128) -> Purse {
    Purse::new(Uint128::new(base), Uint128::new(quote))
}

/// A market at an index price of 10 with a coin that sells for 12 and is redeemed for 12.5: a discount of 4 %.
pub fn staked(people: usize) -> World {
    let mut world = World::new((6, 6), 100_000, people);
    world.collateral = Some((dec("1.2"), dec("1.041666666666666667")));
    world
}

/// A short of 100 with this margin.
pub fn short(mut world: World, margin: Purse) -> World {
    let done = apply(&world.market(), &world.books, &Position::default(), &order(-100 * ONE as i128), margin).unwrap();
    (world.books, world.positions[0]) = (done.books, done.position);
    world
}

/// What the coin sells for and is redeemed for.
fn both(sells: &str, redeemed: &str, flags: &[Flag]) -> Reading {
    Reading { upper: Some(signed(redeemed)), ..reading(sells, flags) }
}

fn at(seconds: u64) -> Timestamp {
    Timestamp::from_seconds(START + seconds)
}

pub struct Watch {
    mark: CollateralMark,
    height: u64,
}

impl Watch {
    pub fn new(sells: &str, redeemed: &str) -> Watch {
        let mut watch = Watch { mark: CollateralMark::default(), height: 0 };
        watch.see(0, sells, redeemed, &[]);
        watch
    }

    /// A reading in a new block.
    pub fn see(&mut self, seconds: u64, sells: &str, redeemed: &str, flags: &[Flag]) -> CollateralRange {
        self.height += 1;
        self.again(seconds, sells, redeemed, flags)
    }

    /// A reading in the same block.
    pub fn again(&mut self, seconds: u64, sells: &str, redeemed: &str, flags: &[Flag]) -> CollateralRange {
        let told = both(sells, redeemed, flags);
        self.mark.take(Some(&told), at(seconds), self.height).unwrap();
        let mut prices = Prices::default();
        let params = World::new((6, 6), 0, 0).params;
        self.mark.complete(&mut prices, Some(&told), &params, at(seconds)).unwrap();
        assert_eq!(prices.collateral, self.mark.mark.index);
        prices.collateral_range.unwrap()
    }
}

#[test]
fn the_range_reaches_from_the_lowest_sale_to_the_highest_redemption_of_the_block() {
    let mut watch = Watch::new("12", "12.5");
    let range = watch.again(0, "11.5", "12.4", &[]);
    assert_eq!((range.low, range.high, range.redemption), (dec("11.5"), dec("12.5"), dec("12.4")));
    // 1 - 11.5 / 12.4 = 0.0725806...
    assert_eq!(range.discount, dec("0.072580645161290322"));
    // A price that is not accepted widens nothing, and a new block starts anew.
    let range = watch.again(0, "1", "99", &[Flag::Jump]);
    assert_eq!((range.low, range.high, range.flags), (dec("11.5"), dec("12.5"), vec![Flag::Jump, Flag::Discount]));
    assert_eq!(range.held_back, Some(dec("1")));
    let range = watch.see(6, "11.8", "12.5", &[]);
    assert_eq!((range.low, range.high, range.redemption), (dec("11.8"), dec("12.5"), dec("12.5")));
}

#[test]
fn a_redemption_below_the_sale_is_no_price() {
    let mut watch = Watch::new("12", "12.5");
    let range = watch.see(6, "12", "11.9", &[]);
    assert_eq!((range.redemption, range.flags), (dec("12.5"), vec![Flag::Invalid]));
}

/// What `staked` answers where the coin sells for more than it is redeemed for.
#[test]
fn a_premium_is_no_discount_and_widens_the_range() {
    let told = |redemption: Option<&str>| Reading { redemption: redemption.map(signed), ..both("12.5", "13", &[]) };
    let range = |told: Reading| {
        let (mut mark, mut prices) = (CollateralMark::default(), Prices::default());
        mark.take(Some(&told), at(0), 1).unwrap();
        mark.complete(&mut prices, Some(&told), &World::new((6, 6), 0, 0).params, at(0)).unwrap();
        prices.collateral_range.unwrap()
    };
    let premium = range(told(Some("12.5")));
    assert_eq!((premium.low, premium.high, premium.redemption), (dec("12.5"), dec("13"), dec("12.5")));
    assert_eq!((premium.discount, premium.flags), (Decimal256::zero(), vec![]));
    // `lower` does not say which is which: 1 - 12.5/13.
    let lower = range(told(None));
    assert_eq!((lower.redemption, lower.discount), (dec("13"), dec("0.038461538461538461")));
    // Between both ends, 1 - 12.5/12.8, and never beyond one of them.
    for (redemption, kept) in [("12.8", "12.8"), ("0", "12.5"), ("99", "13")] {
        assert_eq!(range(told(Some(redemption))).redemption, dec(kept));
    }
    assert_eq!(range(told(Some("12.8"))).discount, dec("0.0234375"));
}

#[test]
fn a_discount_more_than_three_points_off_its_mean_is_flagged_until_it_has_lasted() {
    let mut watch = Watch::new("10", "10");
    assert_eq!(watch.see(60, "9.7", "10", &[]).flags, []);
    assert_eq!(watch.see(120, "9.69", "10", &[]).flags, [Flag::Discount]);
    // The mean of 24 h counts of each interval the smaller discount: 0, then 3 % for a minute, then 3.1 % for an hour:
    // 0.002 % and 3.1 % / 25.
    let range = watch.see(3_720, "9.69", "10", &[]);
    assert!(range.mean_discount > dec("0.001255") && range.mean_discount < dec("0.001265"), "{}", range.mean_discount);
    assert_eq!(range.flags, []);
    // One that has lasted and is gone is as unusual.
    let mut watch = Watch::new("9", "10");
    assert_eq!(watch.see(60, "9.3", "10", &[]).flags, []);
    assert_eq!(watch.see(120, "9.31", "10", &[]).flags, [Flag::Discount]);
}

#[test]
fn of_a_long_interval_an_hour_counts() {
    let mut watch = Watch::new("10", "10");
    watch.see(60, "7", "10", &[]);
    watch.see(120, "10", "10", &[]);
    // Ten days without a message, between two moments at 30 %.
    watch.see(864_000, "7", "10", &[]);
    let range = watch.see(1_728_000, "7", "10", &[]);
    // 30 % * 1 / 25
    assert!(range.mean_discount > dec("0.0119") && range.mean_discount <= dec("0.012"), "{}", range.mean_discount);
    assert_eq!(range.flags, [Flag::Discount]);
}

#[test]
fn a_discount_at_the_start_is_the_mean() {
    assert_eq!(Watch::new("6", "10").see(60, "6", "10", &[]).flags, []);
}

#[test]
fn pushing_the_price_for_a_moment_moves_the_mean_by_nothing() {
    let mut watch = Watch::new("10", "10");
    for minute in 1..=60 {
        watch.see(minute * 120, "5", "10", &[]);
        let range = watch.see(minute * 120 + 60, "10", "10", &[]);
        assert_eq!(range.mean_discount, Decimal256::zero());
    }
}

#[test]
fn a_push_of_an_hour_cannot_end_its_own_flag() {
    let mut watch = Watch::new("10", "10");
    for minute in 1..=60 {
        assert_eq!(watch.see(minute * 60, "7", "10", &[]).flags, [Flag::Discount], "{minute}");
    }
    // After it the mean is 30 % * (1 - (24 / 25 and more)), about 1.2 %.
    let range = watch.see(3_660, "10", "10", &[]);
    assert!(range.mean_discount > dec("0.011") && range.mean_discount < dec("0.0122"), "{}", range.mean_discount);
    assert_eq!((range.discount, range.flags), (Decimal256::zero(), vec![]));
}

#[test]
fn a_flagged_price_does_not_count_for_the_mean() {
    let mut watch = Watch::new("10", "10");
    watch.see(60, "5", "10", &[Flag::Uncertain]);
    let range = watch.see(86_460, "5", "10", &[Flag::Uncertain]);
    assert_eq!((range.discount, range.mean_discount), (dec("0.5"), Decimal256::zero()));
    assert_eq!(range.flags, [Flag::Uncertain, Flag::Discount]);
    // Nor is it an end of the interval of the next good one.
    assert_eq!(watch.see(86_520, "5", "10", &[]).mean_discount, Decimal256::zero());
}

#[test]
fn pnl_and_reserve_are_at_the_index_and_margin_is_at_what_the_coin_sells_for() {
    let world = short(staked(1), coins(80 * ONE, 0));
    let market = world.market();
    let state = position_state(&world.books, &world.positions[0], &market).unwrap();
    // 100 at 10; fee and spread of 0.07 % are 70 cents, paid at 12 * 0.9998 * 0.999: 0.058402 coins for both.
    assert_eq!((state.entry_value.u128(), state.price_pnl.to_string().as_str()), (1_000 * ONE, "0"));
    assert_eq!(world.positions[0].margin.base.u128(), 80 * ONE - 58_404);
    // Withdrawable at 15 %: (79.941596 * 12 * 0.9 - 0.7 - 150) / (12 * 0.9) = 65.987892...
    assert_eq!(withdrawable(&state, &market).unwrap().base.u128(), 65_987_892);
    let mut dearer = world.clone();
    dearer.collateral = Some((dec("1000"), dec("1")));
    let other = position_state(&dearer.books, &dearer.positions[0], &dearer.market()).unwrap();
    assert_eq!((state.entry_value, state.price_pnl), (other.entry_value, other.price_pnl));
}

#[test]
fn a_loss_is_paid_at_the_lowest_sale_of_the_block() {
    let mut world = short(staked(1), coins(80 * ONE, 0));
    world.price = dec("12");
    let leave = Adjust {
        size: OrderSize::Part(Part { numerator: Uint128::one(), denominator: Uint128::one() }),
        margin_out: MarginOut::Part,
        ..order(0)
    };
    let mut prices = world.prices();
    let mut paid = |low: &str| {
        prices.collateral_range.as_mut().unwrap().low = dec(low);
        let marks = perp_engine::Marks::new(&prices, world.params.min_spread, 6, 6).unwrap();
        let market = Market { marks, ..world.market() };
        let done = apply(&market, &world.books, &world.positions[0], &leave, Purse::EMPTY).unwrap();
        world.positions[0].margin.base.u128() - done.margin_out.base.u128()
    };
    // At an index of 12 the coin sells for 14.4: 200 of loss and 0.84 of costs at 14.4 * 0.9998 * 0.999 = 14.38272288 are
    // 13.9055728 and 0.0584034 coins. In a block in which it sold for 7.2 they are 27.8111456 and 0.1168068.
    assert_eq!(paid("14.4"), 13_905_573 + 58_404);
    assert_eq!(paid("7.2"), 27_811_146 + 116_807);
}

#[test]
fn the_pools_base_costs_its_redemption_first_and_in_the_end_that_less_the_lasting_discount() {
    let mut world = staked(0);
    world.books.pool.base = Uint128::new(100 * ONE);
    let price = |world: &World| base_for_sale(&world.books, &world.market()).unwrap().price;
    // 12.5 with a spread of 0.02 %, rounded up.
    let start = price(&world);
    assert!(start >= dec("12.5025") && start < dec("12.50250001"), "{start}");
    world.books.base_age = 6 * 3_600 * 1_000_000_000;
    // 12.5 * (1 - 0.04 - 0.003)
    let end = price(&world);
    assert!(end >= dec("11.9625") && end < dec("11.96250001"), "{end}");
    // With a mean of nothing, today's discount gives nothing away.
    let mut prices = world.prices();
    prices.collateral_range.as_mut().unwrap().mean_discount = Decimal256::zero();
    let marks = perp_engine::Marks::new(&prices, world.params.min_spread, 6, 6).unwrap();
    let market = Market { marks, ..world.market() };
    let end = base_for_sale(&world.books, &market).unwrap().price;
    assert!(end >= dec("12.4625") && end < dec("12.46250001"), "{end}");
}

#[test]
fn the_collateral_price_must_be_good_only_where_there_is_base() {
    for flag in [Flag::Missing, Flag::Invalid, Flag::Future, Flag::Stale, Flag::Jump] {
        for (margin, needed) in [(coins(0, 1_000 * ONE), false), (coins(80 * ONE, 0), true)] {
            let world = World { collateral_flags: vec![flag], ..short(staked(2), margin) };
            let refused = |result: Result<(), EngineError>, price_use| match result {
                Ok(()) => false,
                Err(EngineError::CollateralFlagged { price_use: asked, flags }) => {
                    assert_eq!((asked, flags.as_slice()), (price_use, [flag].as_slice()));
                    true
                }
                Err(error) => panic!("{flag:?}: {error}"),
            };
            let adjust = |order: Adjust| {
                apply(&world.market(), &world.books, &world.positions[0], &order, Purse::EMPTY).map(drop)
            };
            assert_eq!(refused(adjust(order(-(ONE as i128))), PriceUse::Increase), needed);
            assert_eq!(refused(adjust(order(50 * ONE as i128)), PriceUse::Reduce), needed);
            let settle = Adjust { settle: Settle::Required, ..order(0) };
            assert_eq!(refused(adjust(settle), PriceUse::Settle), needed);
            let out = Adjust { margin_out: MarginOut::Exact(coins(0, 0)), ..order(0) };
            assert!(adjust(out).is_ok());
            let purse = if needed { coins(1, 0) } else { coins(0, 1) };
            let out = Adjust { margin_out: MarginOut::Exact(purse), ..order(0) };
            assert_eq!(refused(adjust(out), PriceUse::MarginOut), needed);
            let more = apply(&world.market(), &world.books, &world.positions[0], &order(0), coins(1, 1));
            assert!(more.is_ok(), "margin in needs no price");
            // It is healthy, also with its coins at twice what they were redeemed for last.
            let error = liquidate(&world.market(), &world.books, &world.positions[0]).unwrap_err();
            assert!(matches!(error, EngineError::NotLiquidatable { .. }), "{error}");
        }
    }
}

#[test]
fn the_pool_needs_the_collateral_price_for_its_base_and_the_index_price_for_the_rest() {
    let amount = Quote(Uint128::new(ONE));
    let mut world = World { collateral_flags: vec![Flag::Stale], ..staked(0) };
    assert!(deposit(&world.market(), &world.books, amount, None).is_ok());
    world.books.pool.base = Uint128::new(100 * ONE);
    let error = deposit(&world.market(), &world.books, amount, None).unwrap_err();
    assert_eq!(error, EngineError::CollateralFlagged { price_use: PriceUse::Pool, flags: vec![Flag::Stale] });
    let error = buy(&world.market(), &world.books, amount).unwrap_err();
    assert_eq!(error, EngineError::CollateralFlagged { price_use: PriceUse::BuyBase, flags: vec![Flag::Stale] });
    // Base is sold at its own price: the index does not matter.
    (world.flags, world.collateral_flags) = (vec![Flag::Stale], vec![]);
    assert!(buy(&world.market(), &world.books, amount).is_ok());
    assert!(deposit(&world.market(), &world.books, amount, None).is_err());
}

#[test]
fn an_unusual_discount_stops_what_grows_on_coins_and_the_settling_of_others() {
    let flags = vec![Flag::Discount];
    let mut world = World { collateral_flags: flags.clone(), ..short(staked(1), coins(80 * ONE, 0)) };
    let traded = |amount: i128| {
        apply(&world.market(), &world.books, &world.positions[0], &order(amount * ONE as i128), Purse::EMPTY)
    };
    assert!(traded(10).is_ok() && traded(100).is_ok());
    let refused = EngineError::CollateralFlagged { price_use: PriceUse::Increase, flags: flags.clone() };
    assert_eq!(traded(-10).unwrap_err(), refused);
    // Who has only quote owes at the index alone.
    let quote = short(World { collateral_flags: flags.clone(), ..staked(1) }, coins(0, 1_000 * ONE));
    assert_eq!(quote.positions[0].size.i128(), -100 * ONE as i128);
    world.books.pool.base = Uint128::new(100 * ONE);
    assert!(buy(&world.market(), &world.books, Quote(Uint128::new(ONE))).is_ok());
    assert!(deposit(&world.market(), &world.books, Quote(Uint128::new(ONE)), None).is_ok());
    world.price = dec("11");
    let settled = |world: &World, prices: &Prices| {
        let market = world.market();
        SettledLosses::begin(&market, prices, &world.books).unwrap().settle(&world.positions[0]).map(drop)
    };
    let error = settled(&world, &world.prices()).unwrap_err();
    assert_eq!(error, EngineError::CollateralFlagged { price_use: PriceUse::Settle, flags });
    // A discount that has lasted does not stop it, though the two ends are far apart.
    world.collateral_flags = vec![];
    assert_eq!(settled(&world, &world.prices()), Ok(()));
    // A price that rose or fell within this block does.
    let with = |change: &dyn Fn(&mut CollateralRange)| {
        let mut prices = world.prices();
        change(prices.collateral_range.as_mut().unwrap());
        settled(&world, &prices)
    };
    // At a premium its range is wide all the time.
    assert_eq!(with(&|range| range.high = dec("14")), Ok(()));
    for changed in [with(&|range| range.lasting_low = dec("13.1")), with(&|range| range.lasting_high = dec("14"))] {
        assert!(matches!(changed, Err(EngineError::WideRange { .. })), "{changed:?}");
    }
    // Who has no coins owes at the index alone.
    let quote_only = World { collateral_flags: vec![Flag::Stale], ..short(staked(1), coins(0, 1_000 * ONE)) };
    let dearer = World { price: dec("11"), ..quote_only };
    assert_eq!(settled(&dearer, &dearer.prices()), Ok(()));
}

#[test]
fn a_coin_whose_price_is_unknown_counts_twice_what_it_was_redeemed_for_and_stops_no_liquidation() {
    let liquidated = |margin: Purse, price: &str, flags: Vec<Flag>| {
        let world = World { price: dec(price), ..short(staked(1), margin) };
        // The coin's last price does not move with the index.
        let collateral = Some((dec("12") / dec(price), dec("1.041666666666666667")));
        let world = World { collateral, collateral_flags: flags, ..world };
        liquidate(&world.market(), &world.books, &world.positions[0])
    };
    let stale = || vec![Flag::Stale];
    // A unit of base beside it does not help.
    // 160 of quote are enough to an index of 11.3.
    for margin in [coins(0, 160 * ONE), coins(1, 160 * ONE)] {
        assert!(liquidated(margin, "11.4", stale()).is_ok(), "{margin:?}");
    }
    // 15 coins count 162 at what they sell for, enough to 11.32; at 25 each they count 337, enough to 13.03.
    let fifteen = coins(15 * ONE, 0);
    assert!(liquidated(fifteen, "11.4", vec![]).is_ok());
    let error = liquidated(fifteen, "13", stale()).unwrap_err();
    assert!(matches!(error, EngineError::NotLiquidatable { .. }), "{error}");
    assert!(liquidated(fifteen, "13.1", stale()).is_ok());
}

#[test]
fn a_liquidation_is_judged_at_the_corners_of_both_intervals() {
    // 15 coins that count 15 * 12 * 0.9 = 162 against a short of 100.
    let world = short(staked(1), coins(15 * ONE, 0));
    let judged = |price: &str, index: &str, collateral: &str| {
        let mut world = world.clone();
        world.price = dec(price);
        world.collateral = Some((dec("12") / dec(price), dec("1")));
        let confidence = Confidence { index: dec(index), collateral: dec(collateral) };
        let market = Market { marks: world.market().marks.with_confidence(confidence), ..world.market() };
        liquidate(&market, &world.books, &world.positions[0]).is_ok()
    };
    // Equity 161.369 + 1,000 - 100 P * 1.0007, maintenance 2.5 %: liquidatable from an index of some 11.321.
    assert!(!judged("11.31", "0", "0") && judged("11.33", "0", "0"));
    // An index that may be 1 % lower, or a coin that may be worth 10 % more, makes it sound.
    assert!(!judged("11.33", "0.01", "0") && !judged("11.33", "0", "0.1"));
    // Each alone is not enough at 11.5, both together are: corners, not ends.
    assert!(judged("11.5", "0.01", "0") && judged("11.5", "0", "0.1") && !judged("11.5", "0.01", "0.1"));
}

#[test]
fn prices_that_are_equal_are_one_price_whose_interval_they_share() {
    let mut world = short(World::new((6, 6), 100_000, 1), coins(20 * ONE, 0));
    world.price = dec("11.4");
    let confidence = Confidence { index: dec("0.01"), collateral: dec("0.01") };
    let liquidated = |world: &World| {
        let market = Market { marks: world.market().marks.with_confidence(confidence), ..world.market() };
        liquidate(&market, &world.books, &world.positions[0])
    };
    let mut two = world.clone();
    two.collateral = Some((dec("1"), dec("1")));
    for cents in 1_100..1_300 {
        world.price = Decimal256::percent(cents);
        two.price = world.price;
        assert_eq!(liquidated(&world), liquidated(&two), "{cents}");
    }
}

#[test]
fn a_collateral_price_of_its_own_moves_no_funding() {
    let mut world = short(staked(1), coins(80 * ONE, 0));
    let params = world.params.clone();
    world.books.funding.accrued_at = world.now;
    world.books.set_rate(&world.index(), &params, SignedDecimal256::percent(10), None).unwrap();
    world.books.accrue(Some(&world.index()), &params, world.now + 31_536_000).unwrap();
    let state = position_state(&world.books, &world.positions[0], &world.market()).unwrap();
    // Half of 10 % (nobody is long) of 1,000 dollars, for a year.
    assert_eq!(state.funding.amount_floor().unwrap().u128(), 50 * ONE);
}
