#![allow(clippy::unwrap_used, clippy::arithmetic_side_effects)]
use cosmwasm_std::Decimal256;

use super::*;
use crate::commands::publish::sources::written::Kind;

const S: Duration = Duration::from_secs(1);

fn feed(kind: Kind) -> Feed {
    Feed {
        name: "atom/usdc".into(),
        kind,
        quorum: 1,
        max_age: S * 60,
        max_deviation: Decimal256::percent(2),
        deviation: Decimal256::percent(1),
        heartbeat: S * 60,
        min_confidence: Decimal256::zero(),
        sources: vec![],
    }
}

fn agreed(value: &str) -> Agreed {
    Agreed { value: value.parse().unwrap(), spread: Decimal256::zero(), time: 100_000_000_000, sources: 3 }
}

/// Whether a value is due so long after the last, in rounds of 10 seconds.
fn due(kind: Kind, last: &str, value: &str, after: u32) -> bool {
    let sent = Instant::now();
    let last = Last { value: last.parse().unwrap(), time: Timestamp::from_seconds(90), sent: Some(sent) };
    is_due(&feed(kind), &agreed(value), Some(&last), sent.checked_add(S * after).unwrap(), S * 10)
}

#[test]
fn the_first_value_is_due() {
    assert!(is_due(&feed(Kind::Price), &agreed("10"), None, Instant::now(), S));
}

#[test]
fn a_move_beyond_the_threshold_is_due_and_one_up_to_it_is_not() {
    for (value, is) in [("10", false), ("10.1", false), ("9.9", false), ("10.100000000000000001", true), ("9.89", true)]
    {
        assert_eq!(due(Kind::Price, "10", value, 10), is, "{value}");
        assert_eq!(due(Kind::RedemptionRate, "10", value, 10), is, "{value}");
    }
    // A rate moves by points: from 0, too.
    for (last, value, is) in
        [("0", "0.01", false), ("0", "0.011", true), ("-0.005", "0.005", false), ("10", "10.02", true)]
    {
        assert_eq!(due(Kind::FundingRate, last, value, 10), is, "{value}");
    }
}

#[test]
fn a_heartbeat_is_never_missed_for_want_of_a_round() {
    // Rounds are at 40, 50 and 60 seconds: after that of 50, the next is just in time.
    assert!(!due(Kind::Price, "10", "10", 40));
    assert!(!due(Kind::Price, "10", "10", 50));
    assert!(due(Kind::Price, "10", "10", 51));
    assert!(due(Kind::Price, "10", "10", 60));
    // Nor because the machine was started since.
    let last = Last { value: "10".parse().unwrap(), time: Timestamp::from_seconds(90), sent: None };
    assert!(is_due(&feed(Kind::Price), &agreed("10"), Some(&last), Instant::now(), S * 10));
}

#[test]
fn the_time_is_that_of_the_oldest_value_within_what_the_oracle_takes() {
    let seconds = Timestamp::from_seconds;
    let last = |time| Last { value: "10".parse().unwrap(), time: seconds(time), sent: Some(Instant::now()) };
    let of = |head: Option<u64>, last: Option<Last>| time(&agreed("10"), head.map(seconds), last.as_ref()).seconds();
    assert_eq!(of(None, None), 100);
    assert_eq!(of(Some(107), None), 100);
    // Behind the chain's last block.
    assert_eq!(of(Some(97), None), 97);
    // Never back in time.
    assert_eq!(of(Some(107), Some(last(103))), 103);
    assert_eq!(of(Some(107), Some(last(90))), 100);
    assert_eq!(of(Some(97), Some(last(99))), 99);
}
