//! Markets whose margin coin has a price of its own.

use ballast_testkit::{
    decimal, signed, Codes, Collateral, Depositor, Parts, Sanity, Setup, Staked, Step, Suite, World, WorldParams, ATOM,
    MARKET, USDC,
};
use ballast_types::market::{Adjust, MarginOut, OrderSize, PoolResponse, PositionResponse, Settle, SolvencyResponse};
use ballast_types::oracle::Flag;
use ballast_types::vault::VaultPositionResponse;
use cosmwasm_std::{Decimal256, Int128, Uint128};

fn suite(collateral: Collateral) -> Suite {
    let mut setup = Setup { collateral, constant_reference: true, reference: signed("0"), ..Setup::default() };
    setup.market.slope = decimal("0");
    Suite::with(Codes::native(), setup)
}

fn staked(rate: &str, discount: &str) -> Collateral {
    Collateral::Staked(Staked { rate: decimal(rate), discount: decimal(discount) })
}

fn order(delta: i128, settle: Settle) -> Adjust {
    Adjust {
        market: MARKET.into(),
        size: OrderSize::Delta { amount: Int128::new(delta) },
        reduce_only: false,
        settle,
        limit_cost: None,
        margin_out: MarginOut::None,
    }
}

#[test]
fn a_staked_coin_is_worth_what_it_sells_for_and_redeemed_for_more() {
    let mut suite = suite(staked("1.5", "0"));
    let prices = suite.market_state().prices;
    assert_eq!((prices.index, prices.collateral), (decimal("10"), decimal("15")));

    suite.discount("0.04");
    let prices = suite.market_state().prices;
    let range = prices.collateral_range.clone().unwrap();
    assert_eq!((prices.index, prices.collateral, range.redemption), (decimal("10"), decimal("14.4"), decimal("15")));
    assert_eq!(range.discount, decimal("0.04"));
    // 4 % above a mean of next to nothing, where 3 % are usual
    assert_eq!(range.flags, [Flag::Discount]);

    // the rate may grow by 2 % a day
    suite.advance(12 * 3_600);
    suite.redemption_rate("1.51");
    let prices = suite.market_state().prices;
    // 10 * 1.51 * 0.96
    assert_eq!((prices.collateral, prices.collateral_range.unwrap().redemption), (decimal("14.496"), decimal("15.1")));
}

#[test]
fn a_discount_that_makes_the_price_jump_is_confirmed_in_all_feeds_at_once() {
    let mut suite = suite(staked("1", "0"));
    suite.hours(2);
    let before = suite.now();
    suite.discount("0.2");
    assert_eq!(suite.market_state().prices.collateral, decimal("8"));
    // one publication that is held back, and one that confirms it 31 s later
    assert_eq!(suite.now() - before, 5 + 31);
    assert!(suite.collateral_reading().unwrap().flags.is_empty());
}

/// The price at which base is for sale, and the seconds in which the market was open, after half a day in which all prices
/// were published every 45 seconds: they are fresh for 60.
fn after_half_a_day(collateral: Collateral) -> (Decimal256, u64) {
    let mut suite = suite(collateral);
    suite.sanity = Sanity::OnDemand;
    let margin = [suite.base(400 * ATOM)];
    suite.adjust("trader", order(-500 * ATOM as i128, Settle::No), &margin).unwrap();
    suite.jump("11.4");
    suite.adjust("trader", order(0, Settle::Required), &[]).unwrap();
    let look = |suite: &Suite| suite.position(&suite.account("trader"));
    let before = look(&suite);
    for _ in 0..12 * 80 {
        suite.advance(45);
        suite.publish().unwrap();
    }
    suite.check();
    let after = look(&suite);
    (after.base_for_sale.price, after.open_seconds - before.open_seconds)
}

#[test]
fn a_price_that_is_computed_stops_no_clock() {
    // 0.3 % under 11.4, as the base has been for sale for longer than six hours.
    for collateral in [Collateral::Index, Collateral::Equal, staked("1", "0")] {
        assert_eq!(after_half_a_day(collateral), (decimal("11.3658"), 12 * 3600), "{collateral:?}");
    }
    // A lasting discount of 2 % as well, under a redemption price of 14.25.
    let (price, open) = after_half_a_day(staked("1.25", "0.02"));
    assert!(price.abs_diff(decimal("13.92225")) < decimal("0.000001"), "{price}");
    assert_eq!(open, 12 * 3600);
}

#[test]
fn a_request_lapses_where_the_coins_price_is_computed() {
    let mut suite = suite(staked("1.25", "0.02"));
    suite.sanity = Sanity::OnDemand;
    suite.hours(80);
    let shares = suite.pool("lp").shares;
    suite.pool_request("lp", shares).unwrap();
    // A notice of a day and a window of half a day, in which messages are an hour apart.
    for minute in 0..37 * 60 {
        suite.advance(60);
        suite.publish().unwrap();
        if minute % 60 == 0 {
            suite.adjust_nothing("somebody");
        }
    }
    let refused = suite.pool_withdraw("lp", shares).unwrap_err();
    assert!(refused.0.contains("lapsed"), "{refused:?}");
}

#[test]
fn a_coin_that_sells_above_its_redemption_price_has_no_discount() {
    let mut suite = suite(staked("1.25", "0"));
    suite.hours(1);
    // 4 % more than the 12.5 for which it is redeemed
    let market = ballast_testkit::published("staked/quote", signed("13"));
    let index = ballast_testkit::published("base/quote", signed("10"));
    for name in suite.publishers() {
        suite.publish_as(&name, vec![index.clone(), market.clone()]).unwrap();
    }
    let prices = suite.market_state().prices;
    let range = prices.collateral_range.unwrap();
    assert_eq!((prices.collateral, range.redemption, range.high), (decimal("12.5"), decimal("12.5"), decimal("13")));
    assert_eq!((range.discount, range.flags), (decimal("0"), vec![]));
}

#[test]
fn nobody_but_observers_keeps_the_history_of_a_price_that_is_computed() {
    let volatility = |observed: bool| {
        let mut suite = suite(staked("1", "0"));
        for hour in 0..48 {
            suite.advance(3600);
            let index = ballast_testkit::published("base/quote", signed(if hour % 2 == 0 { "10.5" } else { "10" }));
            for name in suite.publishers() {
                suite.publish_as(&name, vec![index.clone()]).unwrap();
            }
            if observed {
                suite.observe().unwrap();
            }
            suite.adjust_nothing("somebody");
        }
        suite.collateral_reading().unwrap().volatility
    };
    // 5 % an hour is 470 % a year; without observers the initial 50 % and one return of two days remain
    assert!(volatility(true) > decimal("2"), "{}", volatility(true));
    assert!(volatility(false) < decimal("0.5"), "{}", volatility(false));
}

/// Everything that a story leaves behind, apart from the second price itself.
type State = (VaultPositionResponse, PositionResponse, SolvencyResponse, PoolResponse, Uint128, ballast_types::Purse);

fn state(suite: &Suite) -> State {
    let mut vault = suite.vault_position();
    vault.venue.prices.collateral_range = None;
    let mut trader = suite.position(&suite.account("trader"));
    trader.prices.collateral_range = None;
    (vault, trader, suite.solvency(), suite.pool("lp"), suite.supply(), suite.coins("alice"))
}

/// A story with profits, losses, payments in base, sales of base, a liquidation and exits; its state after each chapter.
fn story(collateral: Collateral) -> Vec<State> {
    let setup = Setup { collateral, ..Setup::default() };
    let mut suite = Suite::with(Codes::native(), setup);
    let mut states = vec![];
    suite.deposit("alice", 10_000 * ATOM).unwrap();
    suite.deposit("bob", 3_000 * ATOM).unwrap();
    let margin = [suite.base(400 * ATOM)];
    suite.adjust("trader", order(-1_000 * ATOM as i128, Settle::No), &margin).unwrap();
    for price in ["11.4", "13", "14.5", "12", "10", "8.5", "9"] {
        suite.hours(6);
        suite.jump(price);
        suite.keep(6).unwrap();
        let trader = suite.account("trader");
        let _ = suite.liquidate("liquidator", &trader);
        let _ = suite.buy_base("arbitrageur", 500 * USDC);
        states.push(state(&suite));
    }
    suite.redeem_all("alice").unwrap();
    states.push(state(&suite));
    states
}

#[test]
fn two_equal_prices_are_one_price_to_the_unit() {
    let one = story(Collateral::Index);
    for (chapter, (one, two)) in one.into_iter().zip(story(Collateral::Equal)).enumerate() {
        assert_eq!(one, two, "chapter {chapter}");
    }
}

#[test]
fn a_discount_moves_neither_profit_nor_reserve_and_what_is_owed_is_paid_at_it() {
    let after = |discount: &str| {
        let mut suite = suite(staked("1.5", discount));
        let margin = [suite.base(200 * ATOM)];
        suite.adjust("trader", order(-100 * ATOM as i128, Settle::No), &margin).unwrap();
        suite.jump("11");
        let trader = suite.account("trader");
        let before = suite.position(&trader).position;
        let reserve = suite.solvency().reserve;
        suite.adjust("trader", order(0, Settle::Required), &[]).unwrap();
        let paid = before.margin.base - suite.position(&trader).position.margin.base;
        (before.price_pnl, reserve, paid.u128())
    };
    let (dear, cheap) = (after("0"), after("0.2"));
    // 100 coins short from 10 to 11, and an entry value of 1,000
    assert_eq!((dear.0.to_string(), dear.1.to_string()), ("-100000000".to_owned(), "1000000000".to_owned()));
    assert_eq!((cheap.0, cheap.1), (dear.0, dear.1));
    // 100 at 16.5 and at 13.2, less the least spread and the charge; rounded up to a unit, at most one more for each
    for (paid, price) in [(dear.2, 16.5), (cheap.2, 13.2)] {
        let expected = 100e6 / (price * 0.9998 * 0.999);
        assert!((expected..expected + 3.0).contains(&(paid as f64)), "{paid} at {price}, expected {expected}");
    }
}

const START: u64 = 1_700_000_000;

fn step(hour: u64) -> Step {
    let (price, staked) = (decimal("10"), Some(Staked::default()));
    Step { time: START + hour * 3600, price, high: price, staked, reference: signed("0"), keeper: true }
}

/// Alice's 10,000 coins alone in a market without slope, through these steps; the world after them.
fn alone(steps: impl Iterator<Item = Step>) -> World {
    let depositors = vec![Depositor { name: "alice".into(), amount: 10_000 * ATOM }];
    let (longs, strangers) = (decimal("0"), decimal("0"));
    let params = WorldParams { depositors, longs, strangers, ..WorldParams::default() };
    let mut setup = Setup::default();
    setup.market.slope = decimal("0");
    let mut world = World::start(Codes::native(), setup, params, step(0)).unwrap();
    steps.for_each(|step| drop(world.step(step).unwrap()));
    world
}

#[track_caller]
fn near(found: f64, expected: f64, tolerance: f64) {
    assert!((found - expected).abs() <= tolerance, "{found}, expected {expected}");
}

#[test]
fn a_rate_that_grows_by_a_tenth_of_a_percent_is_a_tenth_of_a_percent_of_staking() {
    let rated = |hour| Step { staked: Some(Staked { rate: decimal("1.001"), ..Staked::default() }), ..step(hour) };
    let world = alone((1..=2).map(rated));
    let Parts { staking, funding, discount, tilt, .. } = world.totals.parts;
    near(staking, 0.001, 2e-6);
    for nothing in [funding, discount, tilt] {
        near(nothing, 0.0, 1e-12);
    }
}

#[test]
fn a_discount_of_two_percent_is_two_percent_lost_until_it_closes() {
    let at = |hour, discount: &str| Step {
        staked: Some(Staked { discount: decimal(discount), ..Staked::default() }),
        ..step(hour)
    };
    let fallen = alone([at(1, "0.02"), at(2, "0.02")].into_iter());
    near(fallen.totals.parts.discount, -0.02, 4e-5);
    let closed = alone([at(1, "0.02"), at(2, "0")].into_iter());
    near(closed.totals.parts.discount, 0.0, 1e-5);
    assert_eq!((closed.totals.parts.staking, closed.totals.parts.tilt), (0.0, 0.0));
}

#[test]
fn funding_of_a_tenth_a_year_is_half_of_it_for_a_vault_alone() {
    // half of the reference reaches an unmatched short: 36.5 % a year for ten days is 1 %
    let paying = |hour: u64| Step { reference: signed("0.365"), ..step(hour) };
    let world = alone((0..=240).map(paying).skip(1));
    near(world.totals.parts.funding, 0.005, 2e-4);
    assert_eq!((world.totals.parts.staking, world.totals.parts.discount), (0.0, 0.0));
}

#[test]
fn the_move_of_the_price_on_coins_without_a_hedge_is_the_tilt() {
    let at = |hour, price: &str| Step { price: decimal(price), high: decimal(price), ..step(hour) };
    let world = alone([at(1, "10.1")].into_iter());
    // All coins that came are hedged, and the fee of 0.05 % and the spread of 0.0654 % were paid with some of them: so
    // much of the hedge has no coins, and loses 1 %.
    near(world.totals.parts.tilt, -0.01 * 0.001_154 / (0.9998 * 0.999), 1e-7);
}

/// Hours of a random staked coin: price moves of up to 3 %, rates that grow, discounts that come at once and go.
fn random(seed: u64, hours: u64) -> Vec<Step> {
    let mut state = seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) | 1;
    let mut next = || {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        (state >> 11) as f64 / (1u64 << 53) as f64
    };
    let (mut price, mut rate, mut discount) = (10.0, 1.0, 0.0);
    let made = |hour| {
        price *= 1.0 + 0.06 * (next() - 0.5);
        rate *= 1.0 + 1e-4 * next();
        discount = if next() < 0.02 { 0.25 * next() } else { discount * 0.9 };
        let high = price * (1.0 + 0.02 * next());
        let reference = signed(&format!("{:.4}", 0.6 * next() - 0.2));
        let staked = Staked { rate: decimal(&format!("{rate:.9}")), discount: decimal(&format!("{discount:.6}")) };
        let (price, high) = (decimal(&format!("{price:.6}")), decimal(&format!("{high:.6}")));
        Step { price, high, reference, staked: Some(staked), keeper: next() < 0.5, ..step(hour) }
    };
    (1..=hours).map(made).collect()
}

#[test]
fn in_random_worlds_the_parts_are_all_that_a_share_gained() {
    for seed in 1..=4 {
        let depositors = vec![Depositor { name: "alice".into(), amount: 10_000 * ATOM }];
        let params = WorldParams { depositors, seed, ..WorldParams::default() };
        let setup = Setup { publishers: 3, ..Setup::default() };
        let mut world = World::start(Codes::native(), setup, params, step(0)).unwrap();
        let (nav, entering) = (world.sample().nav, world.totals.parts.costs);
        for step in random(seed, 300) {
            world.step(step).unwrap();
            let gained = world.sample().share_price - 1.0;
            near(world.totals.parts.sum(), gained, 1e-9);
        }
        world.suite.check();
        let Parts { staking, costs, .. } = world.totals.parts;
        assert!(staking > 0.0 && costs < 0.0, "{:?}", world.totals.parts);
        // what orders say they cost, and what coins cost above their price, is what the shares lost by them
        near(entering - costs, world.totals.costs / nav, 1e-4 * costs.abs());
    }
}
