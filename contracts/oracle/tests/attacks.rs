//! Attacks on computed prices, second opinions, redemption rates and trading hours.

use ballast_types::oracle::{Closing, ExecuteMsg, FeedConfig, Flag, Session, Source, TradingHours};
use cosmwasm_std::Timestamp;

use crate::hours::{go_to, gold, DAY, FRIDAY, GOLD, MONDAY, SUNDAY};
use crate::support::{decimal, priced, signed, Oracle, ATOM, HOUR};

fn hours_of(oracle: &mut Oracle, feed: &str, sessions: &[(u32, u32)], holidays: &[(u64, u64)]) {
    let sessions = sessions.iter().map(|(opens, closes)| Session { opens: *opens, closes: *closes }).collect();
    let at = Timestamp::from_seconds;
    let holidays = holidays.iter().map(|(from, until)| Closing { from: at(*from), until: at(*until) }).collect();
    let hours = Some(TradingHours { sessions, holidays });
    oracle.execute("owner", ExecuteMsg::SetHours { feed: feed.into(), hours }).unwrap();
}

/// Gold that was 100 on Friday; on Sunday evening somebody says 112.
fn opened() -> Oracle {
    let mut oracle = gold();
    go_to(&mut oracle, SUNDAY);
    oracle.publish("112");
    oracle
}

fn second_opinion() -> Oracle {
    let mut oracle = Oracle::with_published(&[("first", "100"), ("second", "100")]);
    let source =
        Source::Primary { primary: "first".into(), secondary: "second".into(), max_difference: decimal("0.01") };
    oracle.set("both", FeedConfig::price(source)).unwrap();
    hours_of(&mut oracle, "first", &GOLD, &[]);
    go_to(&mut oracle, FRIDAY - HOUR);
    for _ in 0..2 {
        oracle.wait(30);
        oracle.say("first", "100");
        oracle.say("second", "100");
        oracle.observe_feed("both");
    }
    assert_eq!(oracle.price("both").flags, []);
    oracle
}

#[test]
fn a_primary_that_is_closed_closes_what_is_computed_from_it() {
    let mut oracle = second_opinion();
    go_to(&mut oracle, FRIDAY + 10 * HOUR);
    oracle.say("second", "112");
    assert!(oracle.price("both").flags.contains(&Flag::Stale), "{:?}", oracle.price("both"));
}

#[test]
fn after_a_closing_the_secondary_is_no_way_past_the_confirmation() {
    let mut oracle = second_opinion();
    go_to(&mut oracle, SUNDAY + 1);
    oracle.say("second", "112");
    let flags = oracle.price("both").flags;
    assert!(flags.contains(&Flag::Jump) || flags.contains(&Flag::Stale), "{:?}", oracle.price("both"));
}

/// Anybody observes in each block.
#[test]
fn a_redemption_rate_grows_however_short_blocks_are() {
    for nanos in [650_000_000, 400_000_000] {
        let mut oracle = Oracle::with_contract(priced("1", Timestamp::from_seconds(1_700_000_000)));
        let source = oracle.feed().config.source;
        oracle.set(ATOM, FeedConfig::redemption_rate(source)).unwrap();
        let blocks = 10 * 3600 * 1_000_000_000 / nanos;
        for block in 0..blocks {
            oracle.wait_nanos(nanos);
            oracle.source_says(if block < 2 { "1" } else { "1.004" });
            oracle.observe();
        }
        // 0.1 % a day for ten hours
        let rate = oracle.accepted();
        assert!(rate > decimal("1.0003"), "{rate} after ten hours in blocks of {nanos} ns");
    }
}

#[test]
fn the_same_in_blocks_of_a_second_and_a_half() {
    let mut oracle = Oracle::with_contract(priced("1", Timestamp::from_seconds(1_700_000_000)));
    let source = oracle.feed().config.source;
    oracle.set(ATOM, FeedConfig::redemption_rate(source)).unwrap();
    for _ in 0..12_000 {
        oracle.wait_nanos(1_500_000_000);
        oracle.source_says("1.004");
        oracle.observe();
    }
    let rate = oracle.accepted();
    assert!(rate > decimal("1.0002"), "{rate}");
}

/// What a published price's average does in such blocks.
#[test]
fn an_average_moves_however_short_blocks_are() {
    let mut oracle = Oracle::with_contract(priced("100", Timestamp::from_seconds(1_700_000_000)));
    for _ in 0..9_000 {
        oracle.wait_nanos(400_000_000);
        oracle.source_says("105");
        oracle.observe();
    }
    let average = oracle.reading().average;
    assert!(average > signed("100.01"), "{average}");
}

#[test]
fn no_computed_price_closes_for_longer_than_120_hours() {
    let mut oracle = Oracle::with_published(&[("a", "100"), ("b", "100")]);
    let feeds = vec!["a".to_string(), "b".to_string()];
    oracle.set("product", FeedConfig::price(Source::Product { feeds })).unwrap();
    let start = MONDAY + 14 * DAY;
    hours_of(&mut oracle, "a", &[(0, 10_080)], &[(start, start + 5 * DAY)]);
    let sessions = vec![Session { opens: 0, closes: 10_080 }];
    let holidays = vec![Closing {
        from: Timestamp::from_seconds(start + 5 * DAY),
        until: Timestamp::from_seconds(start + 10 * DAY),
    }];
    let hours = Some(TradingHours { sessions, holidays });
    let refused = oracle.execute("owner", ExecuteMsg::SetHours { feed: "b".into(), hours });
    let feed = ballast_types::oracle::QueryMsg::Feed { feed: "product".into() };
    let told: ballast_types::oracle::FeedResponse = oracle.query(feed).unwrap();
    assert!(refused.is_err(), "accepted; the product closes for {:?} s", told.longest_closing);
}

/// A session in which no price can be confirmed.
#[test]
fn a_table_under_which_no_price_is_ever_confirmed_is_refused() {
    let mut oracle = Oracle::with(|config| config.confirm_after = 3600);
    let sessions: Vec<(u32, u32)> = (0..7).map(|day| (day * 1440, day * 1440 + 60)).collect();
    assert!(oracle.set_hours(&sessions, &[]).is_err(), "open for an hour a day, confirmed after an hour");
}

/// A holiday that was, and a table that is replaced before the first price after it.
#[test]
fn a_table_that_is_replaced_after_a_holiday_still_holds_the_first_price_back() {
    let mut oracle = Oracle::with_atom();
    let noon = MONDAY + 7 * DAY + 12 * HOUR;
    let holiday = [(noon, noon + 24 * HOUR)];
    oracle.set_hours(&[(0, 10_080)], &holiday).unwrap();
    go_to(&mut oracle, noon - 60);
    oracle.publish("100");
    assert_eq!(oracle.flags(), []);
    go_to(&mut oracle, noon + 24 * HOUR);
    oracle.set_hours(&[(0, 10_080)], &[]).unwrap();
    oracle.wait(1);
    oracle.publish("130");
    assert_eq!(oracle.flags(), [Flag::Jump]);
}

/// The same while it lasts: the table of the other half of the year with the holiday of now.
#[test]
fn a_price_that_is_held_back_survives_a_new_table() {
    let mut oracle = opened();
    assert_eq!(oracle.flags(), [Flag::Jump]);
    // Summer: an hour earlier.
    let summer = GOLD.map(|(opens, closes)| (opens - 60, closes - 60));
    oracle.set_hours(&summer, &[]).unwrap();
    oracle.wait(10);
    oracle.publish("112");
    assert_eq!(oracle.flags(), [Flag::Jump]);
    oracle.wait(30);
    oracle.publish("112");
    assert_eq!(oracle.flags(), []);
}

/// Held back in one hour of opening, then the table says that it opens later: waits for that.
#[test]
fn nothing_is_stuck_when_the_table_moves_the_opening() {
    let mut oracle = opened();
    let winter = GOLD.map(|(opens, closes)| (opens + 60 - if opens == 10020 { 120 } else { 0 }, closes + 60));
    let _ = oracle.set_hours(&winter, &[(SUNDAY - HOUR, SUNDAY + 2 * HOUR)]);
    oracle.wait(30);
    oracle.publish("112");
    assert_eq!(oracle.flags(), [Flag::Stale]);
    go_to(&mut oracle, SUNDAY + 2 * HOUR);
    oracle.publish("112");
    assert_eq!(oracle.flags(), [Flag::Jump]);
    oracle.wait(30);
    oracle.publish("112");
    assert_eq!(oracle.flags(), []);
}

/// Both factors with hours of their own, at depth 3: everything is confirmed in the end, whoever observes when.
#[test]
fn different_hours_of_factors_end() {
    let mut oracle = Oracle::with_published(&[("a", "100"), ("b", "1"), ("c", "1")]);
    let feeds = |names: [&str; 2]| names.map(str::to_owned).to_vec();
    oracle.set("ab", FeedConfig::price(Source::Product { feeds: feeds(["a", "b"]) })).unwrap();
    let staked = Source::Staked { market: "ab".into(), index: "a".into(), rate: "c".into() };
    oracle.set("all", FeedConfig::price(staked)).unwrap();
    hours_of(&mut oracle, "a", &GOLD, &[]);
    // Closed from 22:30 to 23:30 each day.
    let nights: Vec<(u32, u32)> = (0..7).map(|day| (day * 1440 + 1410, (day + 1) * 1440 + 1350)).collect();
    let nights: Vec<(u32, u32)> = nights.into_iter().map(|(opens, closes)| (opens, closes % 10_080)).collect();
    hours_of(&mut oracle, "b", &nights, &[]);
    go_to(&mut oracle, FRIDAY - HOUR);
    let mut seconds = 0;
    let mut last_fine = FRIDAY - HOUR;
    for _ in 0..(4 * 24 * 60) {
        oracle.wait(60);
        for (feed, value) in [("a", "100"), ("b", "1"), ("c", "1")] {
            oracle.say(feed, value);
        }
        oracle.observe_feed("ab");
        oracle.observe_feed("all");
        let reading = oracle.price("all");
        let now = oracle.now().seconds();
        if reading.flags.is_empty() {
            last_fine = now;
        }
        let usable = reading.usable_seconds.unwrap();
        assert!(seconds == 0 || usable <= seconds + 60, "a jump of {} s at {}", usable - seconds, now - FRIDAY);
        seconds = usable;
        assert!(now - last_fine < 50 * HOUR + 300, "{:?} at {}", reading.flags, now - FRIDAY);
    }
    assert!(oracle.price("all").flags.is_empty());
}

/// Extremes: nothing panics.
#[test]
fn holidays_and_hours_at_both_ends_of_time() {
    let mut oracle = Oracle::with_atom();
    oracle.publish("100");
    let most = u64::MAX / 1_000_000_000;
    for holiday in
        [(most - 1, most), (0, u64::MAX / 1_000_000_000), (1, 2), (most, most), (1_700_000_000, 1_700_432_000)]
    {
        let _ = oracle.set_hours(&[(0, 10_080)], &[holiday]);
        assert!(oracle.feed().longest_closing.unwrap_or_default() <= 120 * HOUR, "{holiday:?}");
        let _ = oracle.reading();
    }
    let ends = TradingHours {
        sessions: vec![Session { opens: 0, closes: 10_080 }],
        holidays: vec![Closing { from: Timestamp::from_nanos(u64::MAX - 1), until: Timestamp::from_nanos(u64::MAX) }],
    };
    let _ = oracle.execute("owner", ExecuteMsg::SetHours { feed: ATOM.into(), hours: Some(ends) });
    assert!(oracle.feed().longest_closing.unwrap_or_default() <= 120 * HOUR);
    for sessions in
        [vec![(10_079, 0)], vec![(0, 1)], vec![(10_079, 10_080)], vec![(10_079, 10_078)], vec![(u32::MAX, u32::MAX)]]
    {
        let _ = oracle.set_hours(&sessions, &[]);
        assert!(oracle.feed().longest_closing.unwrap_or_default() <= 120 * HOUR, "{sessions:?}");
        oracle.wait(60);
        oracle.publish("100");
        let _ = oracle.reading();
    }
    // None of them is in the way of an ordinary week.
    oracle.set_hours(&GOLD, &[]).unwrap();
    assert_eq!(oracle.feed().longest_closing, Some(49 * HOUR));
}

/// Extreme answers of a contract as each part of the new sources.
#[test]
fn extreme_answers_are_flags() {
    let mut oracle = Oracle::with_contract(priced("1", Timestamp::from_seconds(1_700_000_000)));
    let source = oracle.feed().config.source;
    oracle.set(ATOM, FeedConfig::redemption_rate(source)).unwrap();
    for (feed, value) in [("one", "0.000001"), ("big", "1000000000")] {
        oracle.set(feed, FeedConfig::price(Source::Fixed { value: signed(value) })).unwrap();
    }
    let max_difference = decimal("0.01");
    let mut names = vec![];
    for (name, source) in [
        ("r1", Source::Ratio { numerator: ATOM.into(), denominator: "one".into() }),
        ("r2", Source::Ratio { numerator: "one".into(), denominator: ATOM.into() }),
        ("p1", Source::Primary { primary: ATOM.into(), secondary: "big".into(), max_difference }),
        ("p2", Source::Primary { primary: "one".into(), secondary: ATOM.into(), max_difference }),
        ("s1", Source::Staked { market: "one".into(), index: "big".into(), rate: ATOM.into() }),
    ] {
        oracle.set(name, FeedConfig::price(source.clone())).unwrap();
        let rate = format!("{name}-rate");
        oracle.set(&rate, FeedConfig::redemption_rate(source)).unwrap();
        names.extend([name.to_owned(), rate]);
    }
    names.push(ATOM.into());
    let max = cosmwasm_std::SignedDecimal256::MAX.to_string();
    let min = cosmwasm_std::SignedDecimal256::MIN.to_string();
    for price in ["0", "-1", "0.000001", "1000000000", "0.000000000000000001", &max, &min] {
        for time in [0, 1, 1_700_000_000_000_000_000, u64::MAX - 1, u64::MAX] {
            for confidence in [
                "0",
                "0.999999999999999999",
                "1",
                "115792089237316195423570985008687907853269984665640564039457.584007913129639935",
            ] {
                oracle.source_answers(crate::support::Answer::Json(format!(
                    r#"{{"price":"{price}","time":"{time}","confidence":"{confidence}"}}"#
                )));
                for name in &names {
                    let reading = oracle.price(name);
                    let is_price = signed("0.000001") <= reading.value && reading.value <= signed("1000000000");
                    assert!(is_price || !reading.flags.is_empty(), "{reading:?}");
                    oracle.observe_feed(name);
                }
            }
        }
    }
}

#[test]
fn a_primary_whose_secondary_lies_is_confirmed_after_a_closing() {
    let mut oracle = second_opinion();
    go_to(&mut oracle, SUNDAY);
    for wait in [0, 30] {
        oracle.wait(wait);
        oracle.say("first", "112");
        oracle.say("second", "200");
        oracle.observe_feed("both");
    }
    assert_eq!(oracle.price("first").flags, []);
    assert_eq!(oracle.price("both").flags, [Flag::Uncertain]);
}

#[test]
fn a_new_holiday_elsewhere_does_not_restart_the_confirmation() {
    let mut oracle = opened();
    oracle.wait(15);
    let at = Timestamp::from_seconds;
    let holidays = vec![Closing { from: at(SUNDAY + 30 * DAY), until: at(SUNDAY + 31 * DAY) }];
    oracle.execute("owner", ExecuteMsg::AddHolidays { feed: ATOM.into(), holidays }).unwrap();
    oracle.wait(15);
    oracle.publish("112");
    assert_eq!(oracle.flags(), []);
}

/// A holiday that begins now, overlaps another and the weekend, and is added twice.
#[test]
fn overlapping_holidays_that_begin_now_end() {
    let mut oracle = gold();
    let at = Timestamp::from_seconds;
    let now = oracle.now().seconds();
    let usable = oracle.reading().usable_seconds.unwrap();
    for (from, until) in
        [(now, FRIDAY + HOUR), (now - HOUR, FRIDAY), (SUNDAY - HOUR, SUNDAY + HOUR), (now, FRIDAY + HOUR)]
    {
        let holidays = vec![Closing { from: at(from), until: at(until) }];
        oracle.execute("owner", ExecuteMsg::AddHolidays { feed: ATOM.into(), holidays }).unwrap();
    }
    oracle.wait(1);
    assert_eq!(oracle.flags(), [Flag::Stale]);
    oracle.publish("101");
    assert_eq!(oracle.flags(), [Flag::Stale]);
    go_to(&mut oracle, SUNDAY + HOUR - 1);
    oracle.publish("101");
    assert_eq!(oracle.flags(), [Flag::Stale]);
    assert!(oracle.reading().usable_seconds.unwrap() <= usable + 1);
    go_to(&mut oracle, SUNDAY + HOUR);
    oracle.publish("101");
    assert_eq!(oracle.flags(), [Flag::Jump]);
    oracle.wait(30);
    oracle.publish("101");
    assert_eq!(oracle.flags(), []);
    oracle.wait(10);
    oracle.publish("101");
    assert!(oracle.reading().usable_seconds.unwrap() <= usable + 11);
}

#[test]
fn a_silenced_publisher_at_an_opening_and_a_minority_confirm_nothing() {
    let names = ["ann", "bob", "cleo", "dan", "eve"];
    let mut oracle = Oracle::with_quorum(&names, 3);
    oracle.set_hours(&GOLD, &[]).unwrap();
    go_to(&mut oracle, FRIDAY - HOUR);
    oracle.all_publish(&names, "100");
    go_to(&mut oracle, SUNDAY);
    oracle.all_publish(&["ann", "bob"], "130");
    assert_eq!(oracle.flags(), [Flag::Stale]);
    oracle.all_publish(&["cleo", "dan", "eve"], "101");
    for _ in 0..20 {
        oracle.wait(7);
        oracle.all_publish(&["ann", "bob"], "130");
    }
    // The three have said nothing for 140 s: stale now.
    assert_ne!(oracle.flags(), []);
}

/// Two of five say 130 right at the opening, three 101 one after the other: what is held back is no mixture that
/// keeps the price from being confirmed.
#[test]
fn a_minority_does_not_restart_the_confirmation_for_ever() {
    let names = ["ann", "bob", "cleo", "dan", "eve"];
    let mut oracle = Oracle::with_quorum(&names, 3);
    oracle.set_hours(&GOLD, &[]).unwrap();
    go_to(&mut oracle, FRIDAY - HOUR);
    oracle.all_publish(&names, "100");
    go_to(&mut oracle, SUNDAY);
    let mut fine = None;
    for round in 0..30 {
        let lie = if round % 2 == 0 { "130" } else { "75" };
        oracle.all_publish(&["ann", "bob"], lie);
        for name in ["cleo", "dan", "eve"] {
            oracle.wait(2);
            oracle.publish_as(name, "101");
        }
        oracle.all_publish(&["ann", "bob"], lie);
        if oracle.flags().is_empty() {
            fine = fine.or(Some(round));
        }
        oracle.wait(4);
    }
    assert!(fine.is_some_and(|round| round < 8), "{fine:?}");
}

/// Anything in any order: usable seconds never grow by more than time, and honest publishers end every flag.
#[test]
fn anything_in_any_order_ends_and_jumps_nowhere() {
    for seed in 0..12u64 {
        let mut state = seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) | 1;
        let mut next = move |below: u64| {
            state ^= state << 13;
            state ^= state >> 7;
            state ^= state << 17;
            state % below
        };
        let mut oracle = Oracle::new();
        for feed in ["a", "b", "c"] {
            oracle.set(feed, FeedConfig::price(oracle.publishers(&["publisher"], 1))).unwrap();
            oracle.say(feed, if feed == "c" { "1" } else { "100" });
        }
        let rate = FeedConfig::redemption_rate(oracle.publishers(&["publisher"], 1));
        oracle.set("r", rate).unwrap();
        oracle.say("r", "1");
        let max_difference = decimal("0.02");
        let primary = Source::Primary { primary: "a".into(), secondary: "b".into(), max_difference };
        oracle.set("p", FeedConfig::price(primary)).unwrap();
        let staked = Source::Staked { market: "b".into(), index: "p".into(), rate: "r".into() };
        oracle.set("s", FeedConfig::price(staked)).unwrap();
        let product = Source::Product { feeds: vec!["a".into(), "c".into()] };
        oracle.set("m", FeedConfig::price(product)).unwrap();
        let ratio = Source::Ratio { numerator: "m".into(), denominator: "b".into() };
        oracle.set("q", FeedConfig::price(ratio)).unwrap();
        let computed = ["p", "s", "m", "q"];
        let all = ["a", "b", "c", "r", "p", "s", "m", "q"];
        let mut last: Vec<(u64, Option<u64>)> = vec![];
        let mut steps = 0;
        while steps < 400 {
            steps += 1;
            match next(14) {
                0..=4 => {
                    let feed = ["a", "b", "c", "r"][next(4) as usize];
                    let base = if matches!(feed, "a" | "b") { 100.0 } else { 1.0 };
                    let change = [1.0, 1.0, 1.01, 0.99, 1.05, 1.3, 0.6, 10.0][next(8) as usize];
                    oracle.say(feed, &format!("{:.6}", base * change));
                }
                5..=7 => {
                    let feed = all[next(8) as usize];
                    oracle.observe_feed(feed);
                }
                8 => oracle.wait_nanos(next(3_000_000_000)),
                9 => oracle.wait(next(45)),
                10 => oracle.wait(next(100)),
                11 if next(4) == 0 => oracle.wait(next(200_000)),
                12 if next(3) == 0 => {
                    let feed = ["a", "b", "c"][next(3) as usize];
                    let now = oracle.now().seconds();
                    let holidays = match next(3) {
                        0 => vec![],
                        1 => vec![(now.saturating_sub(next(5_000)), now + 1 + next(100_000))],
                        _ => vec![(now + next(3_000), now + 3_000 + next(50_000))],
                    };
                    let sessions: &[(u32, u32)] = if next(2) == 0 { &GOLD } else { &[(0, 10_080)] };
                    hours_of(&mut oracle, feed, sessions, &holidays);
                }
                13 if next(6) == 0 => {
                    let feed = ["a", "b", "c"][next(3) as usize];
                    oracle.execute("owner", ExecuteMsg::SetHours { feed: feed.into(), hours: None }).unwrap();
                }
                _ => {}
            }
            let now = oracle.now();
            let readings = oracle.readings(&all);
            let told: Vec<(u64, Option<u64>)> =
                readings.iter().map(|one| (now.seconds(), one.usable_seconds)).collect();
            for ((reading, (then, before)), (now, after)) in readings.iter().zip(&last).zip(&told) {
                if let (Some(before), Some(after)) = (before, after) {
                    let passed = now - then;
                    assert!(
                        *after <= before + passed + 2,
                        "seed {seed} step {steps}: {} grew by {} in {passed} s",
                        reading.feed,
                        after - before
                    );
                }
            }
            last = told;
        }
        // Five days of honest publishers and one keeper.
        let mut fine = false;
        for _ in 0..(6 * 24 * 30) {
            oracle.wait(120);
            for (feed, value) in [("a", "100"), ("b", "100"), ("c", "1"), ("r", "1")] {
                oracle.say(feed, value);
            }
            for feed in computed {
                oracle.observe_feed(feed);
            }
            fine = oracle.readings(&all).iter().all(|one| one.flags.is_empty());
            if fine {
                break;
            }
        }
        assert!(
            fine,
            "seed {seed}: {:?}",
            oracle.readings(&all).iter().map(|one| one.flags.clone()).collect::<Vec<_>>()
        );
    }
}

/// "A second opinion that is off by a decimal point must not stop all exits": nor those of a price computed from it.
fn of_primary(source: Source, confidence: &str) -> Vec<Flag> {
    let mut oracle = Oracle::with_published(&[("first", "1"), ("second", "1"), ("other", "10")]);
    let max_difference = decimal("0.01");
    let primary = Source::Primary { primary: "first".into(), secondary: "second".into(), max_difference };
    oracle.set("both", FeedConfig::price(primary)).unwrap();
    oracle.set("computed", FeedConfig::price(source)).unwrap();
    for _ in 0..2 {
        oracle.wait(30);
        oracle.say("first", "1");
        oracle.say("second", "10");
        let wide = crate::support::published_wide("10", confidence);
        let value = ballast_types::oracle::PublishedValue { feed: "other".into(), ..wide };
        oracle.try_publish("publisher", value).unwrap();
        oracle.observe_feed("computed");
    }
    oracle.price("computed").flags
}

#[test]
fn a_ratio_over_a_price_whose_second_opinion_lies_still_serves_exits() {
    let flags = of_primary(Source::Ratio { numerator: "other".into(), denominator: "both".into() }, "0");
    assert_eq!(flags, [Flag::Uncertain]);
}

#[test]
fn a_product_with_a_price_whose_second_opinion_lies_still_serves_exits() {
    let flags = of_primary(Source::Product { feeds: vec!["other".into(), "both".into()] }, "0.006");
    assert_eq!(flags, [Flag::Uncertain]);
}
