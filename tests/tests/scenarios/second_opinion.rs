//! Prices with a second opinion, of which one lies or closes.

use ballast_testkit::{decimal, published, signed, Collateral, Setup, Suite, ATOM, PRICE_FEED, USDC};
use ballast_types::oracle::{ExecuteMsg, FeedConfig, Session, Source, TradingHours};
use ballast_types::Purse;

use super::codes;
use super::strangers::{close, open};

const HOUR: u64 = 3600;
const FRIDAY: u64 = 1_700_258_400;
const SUNDAY: u64 = FRIDAY + 49 * HOUR;
const SESSIONS: [(u32, u32); 5] = [(1380, 2760), (2820, 4200), (4260, 5640), (5700, 7080), (10020, 1320)];

fn setup() -> Setup {
    // A second feed, which nobody publishes here, would be stale.
    let collateral = Collateral::Index;
    let (start, reference) = (FRIDAY - 2 * HOUR, signed("0.1"));
    let mut setup = Setup { start, constant_reference: true, reference, collateral, ..Setup::default() };
    setup.policy.reaction_time = 49 * HOUR;
    setup.market.slope = decimal("0");
    setup
}

fn say(suite: &mut Suite, feed: &str, price: &str) {
    for name in suite.publishers() {
        suite.publish_as(&name, vec![published(feed, signed(price))]).unwrap();
    }
}

fn both(suite: &mut Suite, first: &str, second: &str) {
    say(suite, "second", second);
    say(suite, "first", first);
    let (owner, oracle) = ("owner", suite.oracle.clone());
    suite.exec(owner, &oracle, &ExecuteMsg::Observe { feeds: vec![PRICE_FEED.into()] }, &[]).unwrap();
}

/// A vault of 1,000 coins, Carol and Dave short; the index has a second opinion. All at 10.
fn two(hours: bool) -> Suite {
    let mut suite = Suite::with(codes(), setup());
    suite.deposit("alice", 1_000 * ATOM).unwrap();
    for (who, margin) in [("carol", 170), ("dave", 300)] {
        open(&mut suite, who, -100 * 1_000_000, Purse::quote((margin * USDC).into()));
    }
    let publishers: Vec<String> = suite.publishers().iter().map(|name| suite.account(name).to_string()).collect();
    let oracle = suite.oracle.clone();
    for feed in ["first", "second"] {
        let source = Source::Published { publishers: publishers.clone(), quorum: 3 };
        let msg = ExecuteMsg::SetFeed { feed: feed.into(), config: FeedConfig::price(source) };
        suite.exec("owner", &oracle, &msg, &[]).unwrap();
        say(&mut suite, feed, "10");
    }
    let source =
        Source::Primary { primary: "first".into(), secondary: "second".into(), max_difference: decimal("0.01") };
    let msg = ExecuteMsg::SetFeed { feed: PRICE_FEED.into(), config: FeedConfig::price(source) };
    suite.exec("owner", &oracle, &msg, &[]).unwrap();
    if hours {
        let sessions = SESSIONS.map(|(opens, closes)| Session { opens, closes }).to_vec();
        let hours = Some(TradingHours { sessions, holidays: vec![] });
        suite.exec("owner", &oracle, &ExecuteMsg::SetHours { feed: "first".into(), hours }, &[]).unwrap();
        both(&mut suite, "10", "10");
    }
    assert_eq!(suite.reading().flags, []);
    suite
}

/// At 11.45 Carol's margin of 170 has less than 25 left of 1,145: 2.2 %.
#[test]
fn a_lying_second_opinion_does_not_block_liquidations() {
    for lie in ["23", "115"] {
        let mut suite = two(false);
        suite.advance(60);
        // The lie waits for its confirmation long before it counts.
        both(&mut suite, "10", lie);
        suite.advance(31);
        both(&mut suite, "10", lie);
        suite.advance(5);
        both(&mut suite, "11.45", lie);
        let carol = suite.account("carol");
        suite.liquidate("liquidator", &carol).expect(lie);
    }
}

#[test]
fn a_lying_second_opinion_does_not_make_exits_expensive() {
    let exits = |lie: &str| {
        let mut suite = two(false);
        for _ in 0..2 {
            suite.advance(31);
            both(&mut suite, "10", lie);
        }
        suite.adjust("dave", close(), &[]).unwrap();
        let paid = suite.coins("dave");
        let alice = suite.redeem_all("alice");
        (paid.quote.u128(), alice.expect("she leaves").paid.base.u128())
    };
    let (honest, lie) = (exits("10"), exits("20"));
    assert!(lie.0 * 100 > honest.0 * 95, "dave: {lie:?} instead of {honest:?}");
    assert!(lie.1 * 100 > honest.1 * 95, "alice: {lie:?} instead of {honest:?}");
}

/// The second opinion says 11.5 twice, as long apart as a confirmation takes.
#[track_caller]
fn nobody_is_liquidated_at_what_the_second_says(suite: &mut Suite) {
    for _ in 0..2 {
        suite.advance(31);
        say(suite, "second", "11.5");
    }
    let carol = suite.account("carol");
    suite.liquidate("liquidator", &carol).unwrap_err();
}

#[test]
fn over_a_weekend_a_second_opinion_that_never_closes_liquidates_nobody() {
    let mut suite = two(true);
    suite.advance(FRIDAY + 20 * HOUR - suite.now());
    nobody_is_liquidated_at_what_the_second_says(&mut suite);
}

#[test]
fn before_the_first_price_after_a_closing_is_confirmed_nobody_is_liquidated() {
    let mut suite = two(true);
    suite.advance(FRIDAY + 20 * HOUR - suite.now());
    say(&mut suite, "second", "11.5");
    suite.advance(SUNDAY + 1 - suite.now());
    nobody_is_liquidated_at_what_the_second_says(&mut suite);
}

/// The index closes for 49 h, and the margin coin's market an hour before it opens, for a day: for 72 h nobody can trade.
#[test]
fn the_reaction_time_covers_the_closings_of_both_feeds_together() {
    use ballast_testkit::{COLLATERAL_FEED, MARKET};
    let mut suite = Suite::with(codes(), Setup { collateral: Collateral::Own(decimal("5")), ..setup() });
    let oracle = suite.oracle.clone();
    let index = SESSIONS.map(|(opens, closes)| Session { opens, closes }).to_vec();
    // From Sunday 22:00 to Monday 22:00.
    let margin = vec![Session { opens: 1320, closes: 10_080 - 120 }];
    for (feed, sessions) in [(PRICE_FEED, index), (COLLATERAL_FEED, margin)] {
        let hours = Some(TradingHours { sessions, holidays: vec![] });
        suite.exec("owner", &oracle, &ExecuteMsg::SetHours { feed: feed.into(), hours }, &[]).unwrap();
    }
    let market: ballast_types::market::MarketResponse =
        suite.ask_market(ballast_types::market::QueryMsg::Market { market: MARKET.into() }).unwrap();
    let told = market.feed.unwrap().longest_closing.unwrap();
    assert!(told >= 72 * HOUR, "told {} h, closed together for 72 h", told / HOUR);
}

/// The primary has missed one publication; the secondary is one publisher's, who is long.
#[test]
fn nobody_earns_from_the_pool_at_the_price_of_a_lying_secondary() {
    let mut suite = two(false);
    open(&mut suite, "eve", 1_000 * 1_000_000, Purse::quote((2_000 * USDC).into()));
    suite.advance(40);
    say(&mut suite, "second", "10");
    suite.advance(21);
    say(&mut suite, "second", "11.49");
    let closed = suite.adjust("eve", close(), &[]);
    let home = suite.coins("eve").quote.u128();
    assert!(closed.is_err() || home <= 2_000 * USDC, "eve has {} of 2,000", home / USDC);
}

#[test]
fn nobody_is_liquidated_at_the_price_of_a_lying_secondary_alone() {
    let mut suite = two(false);
    suite.advance(40);
    say(&mut suite, "second", "10");
    suite.advance(21);
    say(&mut suite, "second", "11.49");
    let carol = suite.account("carol");
    let done = suite.liquidate("liquidator", &carol);
    assert!(done.is_err(), "{done:?}");
}

/// The primary is silent for two minutes, and the secondary is one publisher's, or a contract's, who lies.
#[test]
fn the_vault_loses_nothing_to_a_lying_secondary() {
    for lie in ["13", "15", "20", "7"] {
        let mut suite = two(false);
        let before = suite.vault_position().nav;
        suite.advance(100);
        for _ in 0..2 {
            suite.advance(31);
            say(&mut suite, "second", lie);
            let oracle = suite.oracle.clone();
            suite.exec("keeper", &oracle, &ExecuteMsg::Observe { feeds: vec![PRICE_FEED.into()] }, &[]).unwrap();
        }
        let _ = suite.keep(10);
        let vault = suite.vault.clone();
        let liquidated = suite.liquidate("liquidator", &vault);
        for _ in 0..2 {
            suite.advance(31);
            both(&mut suite, "10", "10");
        }
        suite.adjust_nothing("feeder");
        let after = suite.vault_position().nav;
        assert!(liquidated.is_err(), "{lie}");
        let (before, after) = (ballast_tests::number(before), ballast_tests::number(after));
        assert!(after > before * 0.99, "{lie}: {before} {after}");
    }
}

#[test]
fn a_second_opinion_a_few_per_cent_off_does_not_make_exits_expensive() {
    let mut suite = two(false);
    both(&mut suite, "10", "10.8");
    let dave = suite.adjust("dave", close(), &[]).map(|done| done.costs);
    let alice = suite.redeem_all("alice");
    assert!(dave.is_ok_and(|costs| costs.spread.u128() < 10_000_000), "of 1,000 dollars");
    assert!(alice.is_ok());
}

/// The second opinion is off by a decimal point.
#[test]
fn a_lying_second_opinion_stops_no_funding() {
    let earned = |lie: &str| {
        let mut suite = two(false);
        for _ in 0..2 {
            suite.advance(31);
            both(&mut suite, "10", lie);
        }
        suite.adjust_nothing("feeder");
        let before = ballast_tests::number(suite.vault_position().venue.position.funding);
        for _ in 0..(24 * 60) {
            suite.advance(60);
            if suite.now() % 600 < 60 {
                both(&mut suite, "10", lie);
            }
        }
        both(&mut suite, "10", lie);
        suite.adjust_nothing("feeder");
        ballast_tests::number(suite.vault_position().venue.position.funding) - before
    };
    let (honest, lie) = (earned("10"), earned("100"));
    assert!(lie > 0.9 * honest, "a day's funding of the vault: {lie} instead of {honest}");
}

#[test]
fn a_lying_second_opinion_makes_no_bad_debt() {
    for lie in ["10.5", "105"] {
        let mut suite = two(false);
        let mut price = 10.0;
        let carol = suite.account("carol");
        while price < 13.0 {
            price += 0.25;
            suite.advance(60);
            let told = if lie == "105" { "105".to_owned() } else { format!("{price:.2}") };
            for _ in 0..2 {
                both(&mut suite, &format!("{price:.2}"), &told);
                suite.advance(31);
            }
            both(&mut suite, &format!("{price:.2}"), &told);
            let _ = suite.liquidate("liquidator", &carol);
        }
        for _ in 0..2 {
            both(&mut suite, "13", "13");
            suite.advance(31);
        }
        both(&mut suite, "13", "13");
        let done = suite.liquidate("liquidator", &carol);
        let bad_debt = done.map(|done| done.bad_debt.u128()).unwrap_or_default();
        assert_eq!(bad_debt, 0, "second opinion {lie}");
    }
}

#[test]
fn a_guardian_who_silences_two_publishers_liquidates_nobody() {
    let mut suite = two(false);
    let oracle = suite.oracle.clone();
    suite.advance(40);
    say(&mut suite, "second", "11.49");
    both(&mut suite, "10", "11.49");
    for name in ["publisher", "publisher 2"] {
        let publisher = suite.account(name).to_string();
        suite.exec("guardian", &oracle, &ExecuteMsg::Silence { feed: "first".into(), publisher }, &[]).unwrap();
    }
    let carol = suite.account("carol");
    let done = suite.liquidate("liquidator", &carol);
    assert!(done.is_err(), "{:?} {done:?}", suite.reading().flags);
}
