//! `SetHours` and `AddHolidays`: which tables there may be, and how long a closing they make.

use ballast_oracle::ContractError;
use ballast_types::oracle::{
    Closing, ExecuteMsg, FeedConfig, FeedResponse, Flag, QueryMsg, Session, Source, TradingHours,
};
use cosmwasm_std::Timestamp;
use cw_ownable::OwnershipError;
use proptest::prelude::*;

use crate::hours::GOLD;
use crate::support::{attribute, signed, Oracle, ATOM, HOUR, MINUTE, START};

/// Monday 2023-11-13, 00:00 UTC; [`START`] is the evening of the day after.
const MONDAY: u64 = 1_699_833_600;
const DAY: u64 = 24 * HOUR;
const FRIDAY: u64 = MONDAY + 4 * DAY + 22 * HOUR;
const SUNDAY: u64 = MONDAY + 6 * DAY + 23 * HOUR;
/// The second Friday, at 22:00.
const LATER: u64 = FRIDAY + 7 * DAY;

fn gold() -> Oracle {
    let mut oracle = Oracle::with_atom();
    oracle.set_hours(&GOLD, &[]).unwrap();
    oracle
}

fn closing(from: u64, until: u64) -> Closing {
    Closing { from: Timestamp::from_seconds(from), until: Timestamp::from_seconds(until) }
}

fn add(oracle: &mut Oracle, holidays: &[(u64, u64)]) -> Result<(), ContractError> {
    let holidays = holidays.iter().map(|(from, until)| closing(*from, *until)).collect();
    oracle.execute("owner", ExecuteMsg::AddHolidays { feed: ATOM.into(), holidays }).map(|_| ())
}

fn feed(oracle: &Oracle, name: &str) -> FeedResponse {
    oracle.query(QueryMsg::Feed { feed: name.into() }).unwrap()
}

#[test]
fn only_the_owner_sets_hours_and_holidays() {
    let mut oracle = gold();
    for msg in [
        ExecuteMsg::SetHours { feed: ATOM.into(), hours: None },
        ExecuteMsg::AddHolidays { feed: ATOM.into(), holidays: vec![closing(LATER, LATER + 1)] },
    ] {
        for sender in ["guardian", "publisher", "stranger"] {
            let error = oracle.execute(sender, msg.clone()).unwrap_err();
            assert_eq!(error, ContractError::Ownership(OwnershipError::NotOwner));
        }
        oracle.execute("owner", msg).unwrap();
        oracle.set_hours(&GOLD, &[]).unwrap();
    }
}

#[test]
fn a_table_is_refused_with_its_numbers() {
    let mut oracle = Oracle::with_atom();
    let overlap = |opens, closes, next| ContractError::SessionsOverlap { opens, closes, next };
    let none = |opens, closes| ContractError::NoSession { opens, closes, max: 10_080 };
    for (sessions, expected) in [
        (vec![(10_080, 10)], none(10_080, 10)),
        (vec![(0, 10_081)], none(0, 10_081)),
        (vec![(60, 60)], none(60, 60)),
        (vec![(0, 600), (500, 900)], overlap(0, 600, 500)),
        (vec![(600, 900), (0, 500)], overlap(600, 900, 0)),
        (vec![(9000, 100), (9500, 9600)], overlap(9000, 100, 9500)),
        (vec![(1000, 2000), (9000, 1001)], overlap(9000, 1001, 1000)),
    ] {
        assert_eq!(oracle.set_hours(&sessions, &[]).unwrap_err(), expected);
    }
    for count in [0, 11] {
        let sessions: Vec<_> = (0..count).map(|hour| (hour * 60, hour * 60 + 30)).collect();
        let error = oracle.set_hours(&sessions, &[]).unwrap_err();
        let (value, min, max) = (count.to_string(), "1".to_string(), "10".to_string());
        assert_eq!(error, ContractError::OutOfBounds { parameter: "sessions", value, min, max });
    }
    assert_eq!(feed(&oracle, ATOM).hours, None);
}

#[test]
fn holidays_end_after_they_begin_and_in_the_future_and_are_twenty_at_most() {
    let mut oracle = gold();
    for (from, until) in [(START + 10, START + 10), (START + 10, START + 9), (START - 10, START)] {
        let error = add(&mut oracle, &[(from, until)]).unwrap_err();
        let Closing { from, until } = closing(from, until);
        assert_eq!(error, ContractError::NoHoliday { from, until, now: oracle.now() });
    }
    add(&mut oracle, &[(START - 10, START + 1)]).unwrap();
    oracle.set_hours(&GOLD, &[]).unwrap();
    let days = |count: u64| (1..=count).map(|day| (START + day * DAY, START + day * DAY + HOUR)).collect::<Vec<_>>();
    add(&mut oracle, &days(20)).unwrap();
    let error = add(&mut oracle, &days(21)).unwrap_err();
    let (value, min, max) = ("21".to_string(), "0".to_string(), "20".to_string());
    assert_eq!(error, ContractError::OutOfBounds { parameter: "holidays", value, min, max });
    let error = oracle.set_hours(&GOLD, &days(21)).unwrap_err();
    assert!(matches!(error, ContractError::OutOfBounds { parameter: "holidays", .. }), "{error}");
}

#[test]
fn only_published_prices_and_those_of_contracts_have_hours() {
    let mut oracle = gold();
    let address = oracle.address("source");
    let named = oracle.publishers(&["publisher"], 1);
    let product = Source::Product { feeds: vec![ATOM.into(), "fixed".into()] };
    for (name, config, allowed) in [
        ("contract", FeedConfig::price(Source::Contract { address }), true),
        ("fixed", FeedConfig::price(Source::Fixed { value: signed("1") }), false),
        ("product", FeedConfig::price(product), false),
        ("rate", FeedConfig::rate(named), false),
    ] {
        oracle.set(name, config).unwrap();
        let hours = Some(feed(&oracle, ATOM).hours.unwrap());
        let result = oracle.execute("owner", ExecuteMsg::SetHours { feed: name.into(), hours });
        match allowed {
            true => assert_eq!(attribute(&result.unwrap(), "sessions"), "5"),
            false => assert_eq!(result.unwrap_err(), ContractError::NoHours { feed: name.into() }),
        }
    }
    let unknown = oracle.execute("owner", ExecuteMsg::SetHours { feed: "gold".into(), hours: None }).unwrap_err();
    assert_eq!(unknown, ContractError::UnknownFeed { feed: "gold".into() });
    let mut plain = Oracle::with_atom();
    let error = add(&mut plain, &[(LATER, LATER + 1)]).unwrap_err();
    assert_eq!(error, ContractError::NoTable { feed: ATOM.into() });
}

// ---- the longest closing ----

#[test]
fn the_longest_closing_counts_the_breaks_that_touch_a_holiday() {
    // Of the second week, so that two holidays beside each other are joined with the weekend.
    let thursday = LATER - DAY;
    for (holidays, hours) in [
        (vec![], 49),
        // From Thursday night, with the break of that night.
        (vec![(thursday + HOUR, LATER)], 73),
        (vec![(thursday + HOUR, LATER), (thursday - DAY + HOUR, thursday)], 97),
        // Monday after the weekend, until the next break ends.
        (vec![(LATER + 49 * HOUR, LATER + 72 * HOUR)], 49 + 24),
        // Alone within the week.
        (vec![(thursday - 10 * HOUR, thursday - 8 * HOUR)], 49),
    ] {
        let mut oracle = gold();
        if !holidays.is_empty() {
            add(&mut oracle, &holidays).unwrap();
        }
        assert_eq!(feed(&oracle, ATOM).longest_closing, Some(hours * HOUR), "{holidays:?}");
    }
}

#[test]
fn no_closing_is_longer_than_120_hours() {
    let mut oracle = gold();
    let until = LATER + 49 * HOUR;
    add(&mut oracle, &[(until - 120 * HOUR + 1, LATER)]).unwrap();
    assert_eq!(feed(&oracle, ATOM).longest_closing, Some(120 * HOUR - 1));
    let error = add(&mut oracle, &[(until - 120 * HOUR, LATER)]).unwrap_err();
    let Closing { from, until } = closing(until - 121 * HOUR, until);
    let expected = ContractError::ClosingTooLong { feed: ATOM.into(), from, until, seconds: 435_600, max: 432_000 };
    assert_eq!(error, expected, "the break of Tuesday night touches it");

    // Three days a week: from Wednesday 00:00 to Monday 00:00 are 120 h, and a minute more is too many.
    oracle.set_hours(&[(0, 2880)], &[]).unwrap();
    let error = oracle.set_hours(&[(0, 2879)], &[]).unwrap_err();
    assert!(matches!(error, ContractError::ClosingTooLong { seconds: 432_060, .. }), "{error}");
}

#[test]
fn holidays_that_are_over_are_dropped_once_a_price_has_been_accepted_after_them() {
    let mut oracle = Oracle::with_atom();
    oracle.set_hours(&[(0, 10_080)], &[(START + HOUR, START + 2 * HOUR)]).unwrap();
    oracle.publish("10");
    oracle.wait(3 * HOUR);
    add(&mut oracle, &[(LATER, LATER + DAY)]).unwrap();
    assert_eq!(feed(&oracle, ATOM).hours.unwrap().holidays.len(), 2, "the next price is the first after it");
    oracle.publish("10");
    assert_eq!(oracle.flags(), [Flag::Jump]);
    oracle.wait(30);
    oracle.publish("10");
    add(&mut oracle, &[(LATER + DAY, LATER + 2 * DAY)]).unwrap();
    assert_eq!(feed(&oracle, ATOM).hours.unwrap().holidays, [closing(LATER, LATER + 2 * DAY)], "joined");
}

#[test]
fn the_clock_of_usable_seconds_stops_when_a_closing_is_set() {
    let mut oracle = Oracle::with_atom();
    oracle.set_hours(&[(0, 10_080)], &[]).unwrap();
    oracle.publish("10");
    oracle.wait(10);
    add(&mut oracle, &[(START + 10, START + 40)]).unwrap();
    oracle.wait(20);
    assert_eq!((oracle.flags(), oracle.reading().usable_seconds), (vec![Flag::Stale], Some(10)));
}

// ---- what is told and stored ----

#[test]
fn an_answer_tells_when_it_closes_and_when_it_opens() {
    let mut oracle = gold();
    let night = MONDAY + DAY + 22 * HOUR;
    assert_eq!(feed(&oracle, ATOM).closing, Some(closing(night, night + HOUR)), "it is Tuesday, 22:13");
    oracle.wait(HOUR);
    assert_eq!(feed(&oracle, ATOM).closing, Some(closing(night + DAY, night + DAY + HOUR)));
    oracle.wait(3 * DAY);
    assert_eq!(feed(&oracle, ATOM).closing, Some(closing(FRIDAY, SUNDAY)));
    let hours = feed(&oracle, ATOM).hours.unwrap();
    let sessions = GOLD.map(|(opens, closes)| Session { opens, closes });
    assert_eq!(hours, TradingHours { sessions: sessions.to_vec(), holidays: vec![] });
}

#[test]
fn a_computed_price_has_the_closings_of_all_its_feeds() {
    let mut oracle = gold();
    let source = oracle.publishers(&["publisher"], 1);
    oracle.set("b", FeedConfig::price(source)).unwrap();
    oracle.set("product", FeedConfig::price(Source::Product { feeds: vec![ATOM.into(), "b".into()] })).unwrap();
    assert_eq!(feed(&oracle, "product").longest_closing, Some(49 * HOUR));
    // From 24 h before gold closes for the weekend until then.
    let holidays = vec![closing(LATER - DAY, LATER)];
    let hours = Some(TradingHours { sessions: vec![Session { opens: 0, closes: 10_080 }], holidays });
    oracle.execute("owner", ExecuteMsg::SetHours { feed: "b".into(), hours }).unwrap();
    assert_eq!(feed(&oracle, "b").longest_closing, Some(24 * HOUR));
    assert_eq!(feed(&oracle, "product").longest_closing, Some(73 * HOUR), "both together");
    assert_eq!(feed(&oracle, "product").hours, None);
    oracle.wait(12 * DAY);
    assert_eq!(feed(&oracle, "b").longest_closing, None, "over");
}

#[test]
fn a_feed_without_hours_is_stored_as_if_there_were_none() {
    let mut oracle = Oracle::with_atom();
    oracle.publish("10");
    let plain = oracle.dump();
    assert_eq!(oracle.reads(&[ATOM]).0, 1);
    oracle.set_hours(&[(0, 10_080)], &[(LATER, LATER + DAY)]).unwrap();
    assert_eq!(oracle.reads(&[ATOM]).0, 2);
    let hours = [&[0, 5], b"hours".as_slice(), ATOM.as_bytes()].concat();
    assert_eq!(oracle.stored(&hours), format!("[[[0,10080]],[[{LATER},{}]]]", LATER + DAY));
    oracle.execute("owner", ExecuteMsg::SetHours { feed: ATOM.into(), hours: None }).unwrap();
    oracle.publish("10");
    assert_eq!(oracle.dump(), plain);
}

#[test]
fn hours_stay_with_another_source_that_may_have_some_and_go_with_the_others() {
    let mut oracle = gold();
    let contract = Source::Contract { address: oracle.address("source") };
    oracle.set(ATOM, FeedConfig::price(contract)).unwrap();
    assert!(oracle.feed().hours.is_some());
    oracle.set(ATOM, FeedConfig::price(Source::Fixed { value: signed("1") })).unwrap();
    assert_eq!((oracle.feed().hours, oracle.flags()), (None, vec![]));
    oracle.set(ATOM, FeedConfig::price(oracle.publishers(&["publisher"], 1))).unwrap();
    assert_eq!(oracle.feed().hours, None);
    oracle.set_hours(&GOLD, &[]).unwrap();
    oracle.execute("owner", ExecuteMsg::RemoveFeed { feed: ATOM.into() }).unwrap();
    assert_eq!(oracle.dump(), Oracle::new().dump());
}

/// Up to four sessions; the last one may run on into the next week.
fn tables() -> impl Strategy<Value = Vec<(u32, u32)>> {
    let minutes = proptest::collection::btree_set(0..10_080u32, 2..9);
    (minutes, any::<bool>()).prop_map(|(minutes, wraps)| {
        let mut minutes: Vec<u32> = minutes.into_iter().collect();
        minutes.truncate(minutes.len() / 2 * 2);
        if wraps {
            minutes.rotate_left(1);
        }
        minutes.chunks(2).map(|pair| (pair[0], pair[1])).collect()
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]

    /// In the middle of each minute, as the table says, also weeks later.
    #[test]
    fn a_new_price_is_stale_exactly_when_its_minute_is_in_no_session(
        table in tables(), waits in proptest::collection::vec(1..3000u64, 8),
    ) {
        let mut oracle = Oracle::with_atom();
        oracle.wait((40 + 30) - 20);
        prop_assume!(oracle.set_hours(&table, &[]).is_ok());
        for wait in waits {
            oracle.wait(wait * MINUTE);
            let minute = ((oracle.now().seconds() - MONDAY) / MINUTE % 10_080) as u32;
            let open = table.iter().any(|(opens, closes)| match opens < closes {
                true => (*opens..*closes).contains(&minute),
                false => minute >= *opens || minute < *closes,
            });
            oracle.publish("10");
            prop_assert_eq!(oracle.flags().contains(&Flag::Stale), !open, "minute {} of {:?}", minute, table);
        }
    }
}
