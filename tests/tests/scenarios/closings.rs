//! A market that closes for the weekend, as gold's does: from Friday 22:00 to Sunday 23:00 UTC, and for an hour each
//! night.

use ballast_testkit::{decimal, published, signed, Collateral, Setup, Staked, Suite, ATOM, PRICE_FEED, USDC};
use ballast_tests::{near, number, short_of_vault};
use ballast_types::oracle::{Flag, Session, TradingHours};
use ballast_types::policy::{HedgeAction, Rule};
use ballast_types::Purse;

use super::codes;
use super::strangers::{close, open, order};

const HOUR: u64 = 3600;
/// Friday 2023-11-17, 22:00 UTC, and the Sunday after it, 23:00.
const FRIDAY: u64 = 1_700_258_400;
const SUNDAY: u64 = FRIDAY + 49 * HOUR;

/// Minutes from Monday 00:00.
const SESSIONS: [(u32, u32); 5] = [(1380, 2760), (2820, 4200), (4260, 5640), (5700, 7080), (10020, 1320)];

fn hours() -> TradingHours {
    let sessions = SESSIONS.map(|(opens, closes)| Session { opens, closes }).to_vec();
    TradingHours { sessions, holidays: vec![] }
}

/// Two hours before it closes; keepers have 49 h, and time costs nobody anything.
fn setup() -> Setup {
    let mut setup = Setup {
        hours: Some(hours()),
        start: FRIDAY - 2 * HOUR,
        constant_reference: true,
        reference: signed("0"),
        ..Setup::default()
    };
    setup.policy.reaction_time = 49 * HOUR;
    setup.market.slope = decimal("0");
    setup
}

/// A vault of 1,000 coins; Carol and Dave are short 100 each, with 170 and 300 dollars of margin. The last price of
/// Friday is 10.3.
fn friday() -> Suite {
    friday_with(setup())
}

fn friday_with(setup: Setup) -> Suite {
    let mut suite = Suite::with(codes(), setup);
    suite.deposit("alice", 1_000 * ATOM).unwrap();
    for (who, margin) in [("carol", 170), ("dave", 300)] {
        open(&mut suite, who, -100 * 1_000_000, Purse::quote((margin * USDC).into()));
    }
    suite.set_price(signed("10.3"));
    go_to(&mut suite, FRIDAY - 30);
    suite.publish().unwrap();
    suite.adjust_nothing("feeder");
    assert_eq!(suite.reading().flags, []);
    suite
}

fn go_to(suite: &mut Suite, second: u64) {
    suite.advance(second - suite.now());
}

/// All publish this price at this second.
fn publish_at(suite: &mut Suite, second: u64, price: &str) {
    suite.set_price(signed(price));
    go_to(suite, second);
    suite.publish().unwrap();
}

/// It opens at this price, and half a minute later that is confirmed.
fn opens_at(suite: &mut Suite, price: &str) {
    publish_at(suite, SUNDAY, price);
    assert_eq!(suite.reading().flags, [Flag::Jump]);
    publish_at(suite, SUNDAY + 30, price);
    assert_eq!(suite.reading().flags, []);
}

#[track_caller]
fn nobody_is_liquidated(suite: &mut Suite, flag: &str) {
    for who in ["carol", "dave"] {
        let account = suite.account(who);
        suite.liquidate("liquidator", &account).unwrap_err().says(flag);
    }
    let vault = suite.vault.clone();
    suite.liquidate("liquidator", &vault).unwrap_err().says(flag);
}

/// Nobody comes in or out, and nothing trades.
#[track_caller]
fn everybody_waits(suite: &mut Suite, flag: &str) {
    suite.deposit("bob", 10 * ATOM).unwrap_err().says(flag);
    suite.redeem_all("alice").unwrap_err().says(flag);
    suite.adjust("carol", close(), &[]).unwrap_err().says(flag);
    suite.adjust("carol", order(-1_000_000), &[]).unwrap_err().says(flag);
    suite.pool_deposit("bob", 10 * USDC).unwrap_err().says(flag);
    suite.buy_base("bob", 10 * USDC).unwrap_err().says(flag);
}

// ---- over the weekend ----

#[test]
fn over_a_weekend_nobody_is_liquidated_and_exits_wait_with_the_reason() {
    let mut suite = friday();
    let before = (suite.vault_position(), suite.solvency());
    for (second, price) in [(FRIDAY + 1, "10.3"), (FRIDAY + 20 * HOUR, "15"), (SUNDAY - 1, "11.5")] {
        publish_at(&mut suite, second, price);
        assert_eq!(suite.reading().flags, [Flag::Stale]);
        nobody_is_liquidated(&mut suite, "Stale");
        everybody_waits(&mut suite, "Stale");
    }
    let after = suite.vault_position();
    assert_eq!((after.nav, after.venue.position), (before.0.nav, before.0.venue.position));
    assert_eq!(suite.solvency().bad_debt, before.1.bad_debt);
}

#[test]
fn after_a_weekend_without_a_move_everybody_is_paid_what_they_were_owed() {
    let mut on_friday = friday();
    let expected = on_friday.redeem_all("alice").unwrap().paid.base.u128() as f64;
    let mut suite = friday();
    opens_at(&mut suite, "10.3");
    near(suite.redeem_all("alice").unwrap().paid.base.u128() as f64, expected, 1e-4);
    for who in ["carol", "dave"] {
        suite.adjust(who, close(), &[]).unwrap();
    }
    assert!(suite.market_state().short.size.is_zero());
}

#[test]
fn a_trader_adds_margin_while_it_is_closed() {
    let mut suite = friday();
    go_to(&mut suite, FRIDAY + 20 * HOUR);
    let margin = [suite.quote(100 * USDC)];
    suite.adjust("carol", order(0), &margin).unwrap();
    assert_eq!(suite.position(&suite.account("carol")).position.margin.quote.u128() / USDC, 268);
    opens_at(&mut suite, "11.536");
    let carol = suite.account("carol");
    suite.liquidate("liquidator", &carol).unwrap_err().says("0.025");
}

#[test]
fn the_vault_posts_margin_while_it_is_closed_and_trades_nothing() {
    let mut suite = friday();
    // +30 % at leverage 2.07, confirmed before it closes: 3.96, above the maximum of 3.63.
    publish_at(&mut suite, FRIDAY - 30, "13");
    publish_at(&mut suite, FRIDAY, "13");
    suite.adjust_nothing("feeder");
    go_to(&mut suite, FRIDAY + 20 * HOUR);
    let size = short_of_vault(&suite);
    let decision = suite.rebalance().unwrap().decision;
    assert_eq!(decision.rule, Some(Rule::LeverageHigh));
    let HedgeAction::Adjust { delta, margin_in, .. } = decision.action else { panic!("{decision:?}") };
    assert!(delta.is_zero() && !margin_in.base.is_zero());
    assert_eq!(short_of_vault(&suite), size);
    assert_eq!(suite.rebalance().unwrap().decision.rule, None, "once is enough");
}

#[test]
fn funding_accrues_over_a_weekend_at_the_last_price() {
    let mut suite = friday_with(Setup { reference: signed("0.1"), ..setup() });
    let before = number(suite.vault_position().venue.position.funding);
    publish_at(&mut suite, SUNDAY - 30, "12");
    // The longs are nobody: the pool pays half of 10 % a year on 1,000 coins at 10.3.
    let earned = number(suite.vault_position().venue.position.funding) - before;
    near(earned, 1_000e6 * 10.3 * 0.05 * 49.0 / 8_760.0, 1e-3);
}

/// Notice is 24 h and the window 12 h: without the closing it would have lapsed on Sunday at 08:00.
#[test]
fn a_providers_window_stands_still_while_it_is_closed() {
    let ends = |hours| {
        let mut setup = Setup { hours, ..setup() };
        setup.market.pool_bar = 0;
        // Published once an hour.
        setup.price_feed.max_age = HOUR;
        let mut suite = Suite::with(codes(), setup);
        suite.deposit("alice", 1_000 * ATOM).unwrap();
        let shares = (suite.pool("lp").shares.u128() / 100).into();
        suite.pool_request("lp", shares).unwrap();
        while suite.now() < SUNDAY - HOUR {
            suite.hours(1);
            suite.adjust_nothing("feeder");
        }
        opens_again(&mut suite);
        suite.pool_withdraw("lp", shares)
    };
    ends(Some(hours())).unwrap();
    ends(None).unwrap_err().says("lapsed");
}

/// It opens at the same price.
fn opens_again(suite: &mut Suite) {
    for second in [SUNDAY, SUNDAY + 30] {
        go_to(suite, second);
        suite.publish().unwrap();
    }
}

// ---- the opening ----

#[test]
fn at_an_opening_with_a_gap_nobody_is_liquidated_before_the_price_is_confirmed() {
    // 12 % above Friday's: Carol has 170 - 153.6 of 1,153.6, less than 2.5 %; Dave has 12 %.
    let mut suite = friday();
    publish_at(&mut suite, SUNDAY, "11.536");
    nobody_is_liquidated(&mut suite, "Jump");
    everybody_waits(&mut suite, "Jump");
    publish_at(&mut suite, SUNDAY + 29, "11.536");
    nobody_is_liquidated(&mut suite, "Jump");
    publish_at(&mut suite, SUNDAY + 30, "11.536");
    for (who, sound) in [("carol", false), ("dave", true)] {
        let account = suite.account(who);
        match suite.liquidate("liquidator", &account) {
            Ok(done) => assert!(!sound && !done.closed.is_zero() && done.bad_debt.is_zero(), "{who}: {done:?}"),
            Err(refusal) => {
                assert!(sound, "{who}");
                refusal.says("0.025");
            }
        }
    }
    suite.redeem_all("alice").unwrap();
    suite.adjust("dave", close(), &[]).unwrap();
}

#[test]
fn at_the_first_price_the_vault_posts_for_the_worse_of_both_prices_and_trades_nothing() {
    // +30 % of Friday's 10.3 is within what the bound would let pass after 49 hours.
    let mut suite = friday();
    publish_at(&mut suite, SUNDAY, "13.39");
    let size = short_of_vault(&suite);
    let decision = suite.rebalance().unwrap().decision;
    assert_eq!(decision.rule, Some(Rule::LeverageHigh));
    let HedgeAction::Adjust { delta, margin_in, .. } = decision.action else { panic!("{decision:?}") };
    assert!(delta.is_zero() && !margin_in.base.is_zero());
    assert_eq!(short_of_vault(&suite), size);
    // It turns out to be wrong: the margin is there, and nothing was lost.
    publish_at(&mut suite, SUNDAY + 31, "10.3");
    publish_at(&mut suite, SUNDAY + 62, "10.3");
    assert_eq!(suite.reading().flags, []);
    assert_eq!(short_of_vault(&suite), size);
    suite.redeem_all("alice").unwrap();
}

#[test]
fn a_publisher_who_lies_at_the_opening_liquidates_nobody() {
    let mut suite = friday();
    let say = |suite: &mut Suite, name: &str, price: &str| {
        suite.publish_as(name, vec![published(PRICE_FEED, signed(price))]).unwrap();
    };
    let names = suite.publishers();
    go_to(&mut suite, SUNDAY);
    say(&mut suite, &names[0], "20");
    nobody_is_liquidated(&mut suite, "Stale");
    for name in &names[1..] {
        say(&mut suite, name, "10.4");
    }
    suite.advance(30);
    say(&mut suite, &names[0], "20");
    nobody_is_liquidated(&mut suite, "Jump");
    for name in &names[1..] {
        say(&mut suite, name, "10.4");
    }
    suite.observe().unwrap();
    assert_eq!((suite.reading().value, suite.reading().flags), (signed("10.4"), vec![]));
    nobody_is_liquidated(&mut suite, "0.025");
}

#[test]
fn a_wrong_first_price_of_all_publishers_does_nothing_if_they_do_not_repeat_it() {
    let mut suite = friday();
    publish_at(&mut suite, SUNDAY, "20");
    nobody_is_liquidated(&mut suite, "Jump");
    publish_at(&mut suite, SUNDAY + 30, "10.4");
    nobody_is_liquidated(&mut suite, "Jump");
    publish_at(&mut suite, SUNDAY + 60, "10.4");
    assert_eq!(suite.reading().flags, []);
    nobody_is_liquidated(&mut suite, "0.025");
}

#[test]
fn in_one_block_at_the_opening_two_messages_around_a_new_price_earn_nothing() {
    let mut suite = friday();
    publish_at(&mut suite, SUNDAY, "11");
    suite.publish().unwrap();
    everybody_waits(&mut suite, "Jump");
    // In the block that confirms it, before and after a still newer price.
    for (price, direction) in [("11.3", 1), ("10.9", -1)] {
        let mut suite = friday();
        opens_at(&mut suite, "11.1");
        let brought = 20_000 * USDC;
        open(&mut suite, "eve", direction * 4_000_000_000, Purse::quote(brought.into()));
        suite.set_price(signed(price));
        suite.publish().unwrap();
        suite.adjust("eve", close(), &[]).unwrap();
        let home = suite.coins("eve");
        assert!(home.base.is_zero());
        // two fees of 0.05 % of 44,400 at the very least
        assert!(home.quote.u128() < brought - 44 * USDC, "{price}: {home:?}");
    }
}

// ---- two prices ----

#[test]
fn a_staked_coins_price_closes_and_opens_with_its_index() {
    let staked = Staked { rate: decimal("1.2"), discount: decimal("0.01"), ..Staked::default() };
    let mut suite = friday_with(Setup { collateral: Collateral::Staked(staked), ..setup() });
    publish_at(&mut suite, FRIDAY + 20 * HOUR, "11");
    assert_eq!(suite.collateral_reading().unwrap().flags, [Flag::Stale]);
    everybody_waits(&mut suite, "Stale");
    opens_at(&mut suite, "11.536");
    assert_eq!(suite.collateral_reading().unwrap().flags, []);
    suite.redeem_all("alice").unwrap();
}

// ---- the reaction time ----

#[test]
fn a_vault_whose_keepers_react_too_late_for_the_weekend_is_refused() {
    for collateral in [Collateral::Index, Collateral::Staked(Staked::default())] {
        let mut setup = Setup { collateral, ..setup() };
        setup.policy.reaction_time = 49 * HOUR - 1;
        let refusal = Suite::try_with(codes(), setup).err().unwrap();
        refusal.says("longest_closing (176400) must not be above reaction_time (176399)");
    }
}
