#![allow(clippy::unwrap_used)]
use super::*;
use crate::commands::publish::sources::written;

const NOW: u64 = 1_700_000_000_000_000_000;
const S: u64 = 1_000_000_000;

fn feed(kind: written::Kind, quorum: usize) -> Feed {
    Feed {
        name: "atom/usdc".into(),
        kind,
        quorum,
        max_age: Duration::from_secs(60),
        max_deviation: Decimal256::percent(2),
        deviation: Decimal256::zero(),
        heartbeat: Duration::from_secs(30),
        min_confidence: Decimal256::zero(),
        sources: vec![],
    }
}

fn price(quorum: usize) -> Feed {
    feed(written::Kind::Price, quorum)
}

fn rate(quorum: usize) -> Feed {
    feed(written::Kind::FundingRate, quorum)
}

fn of(values: &[&str]) -> Vec<Said> {
    values.iter().map(|value| Ok(Observed { value: value.parse().unwrap(), time: NOW })).collect()
}

fn kinds(said: &[Said]) -> Vec<Option<Kind>> {
    said.iter().map(|said| said.as_ref().err().map(|fault| fault.kind)).collect()
}

fn decimal(text: &str) -> SignedDecimal256 {
    text.parse().unwrap()
}

fn part_of(text: &str) -> Decimal256 {
    text.parse().unwrap()
}

#[test]
fn three_agree_on_the_middle_and_their_spread_is_the_confidence() {
    let mut said = of(&["10.02", "9.99", "10"]);
    let agreed = combine(&price(2), &mut said, NOW).unwrap();
    // (10.02 - 9.99) / 2 / 10
    let expected = Agreed { value: decimal("10"), spread: part_of("0.0015"), time: NOW, sources: 3 };
    assert_eq!(agreed, expected);
    assert_eq!(agreed.confidence(&price(2)), Some(part_of("0.0015")));
    let wide = Feed { min_confidence: part_of("0.01"), ..price(2) };
    assert_eq!(agreed.confidence(&wide), Some(part_of("0.01")));
}

#[test]
fn an_even_number_of_them_agrees_on_the_mean_of_the_middle_two() {
    let agreed = combine(&price(2), &mut of(&["10.1", "10", "9.9", "10.05"]), NOW).unwrap();
    assert_eq!(agreed.value, decimal("10.025"));
    // 0.2 / 2 / 10.025 = 0.00997506234413965087…, rounded up
    assert_eq!(agreed.spread, part_of("0.009975062344139651"));
}

#[test]
fn a_single_source_is_enough_for_a_quorum_of_one_and_has_no_spread() {
    let agreed = combine(&price(1), &mut of(&["10"]), NOW).unwrap();
    assert_eq!((agreed.value, agreed.spread, agreed.sources), (decimal("10"), Decimal256::zero(), 1));
}

#[test]
fn one_liar_of_five_is_dropped_and_said() {
    let mut said = of(&["10", "10.01", "12", "9.99", "10.02"]);
    let agreed = combine(&price(3), &mut said, NOW).unwrap();
    // The median of all is 10.01, that of those left (10 + 10.01) / 2.
    assert_eq!((agreed.value, agreed.sources), (decimal("10.005"), 4));
    assert_eq!(kinds(&said), [None, None, Some(Kind::Outlier), None, None]);
    let fault = said.into_iter().find_map(Result::err).unwrap();
    // 1.99 / 10.01
    assert_eq!(fault.text, "12 is 19.88 % from the median 10.01");
}

#[test]
fn a_value_at_the_bound_counts_and_one_beyond_it_does_not() {
    let mut said = of(&["10", "10", "10.2", "9.8"]);
    assert_eq!(combine(&price(3), &mut said, NOW).map(|agreed| agreed.sources), Ok(4));
    let mut said = of(&["10", "10", "10.200000000000000001", "9.8"]);
    assert_eq!(combine(&price(3), &mut said, NOW).map(|agreed| agreed.sources), Ok(3));
}

#[test]
fn two_groups_far_apart_agree_on_nothing() {
    let mut said = of(&["10", "10.01", "12", "12.01"]);
    let none = "0 of 4 sources usable close to each other, the quorum is 2".to_owned();
    assert_eq!(combine(&price(2), &mut said, NOW), Err(none));
    // The middle one is close to one group only.
    let mut said = of(&["10", "10.01", "10.02", "12", "12.01"]);
    let none = "3 of 5 sources usable close to each other, the quorum is 4".to_owned();
    assert_eq!(combine(&price(4), &mut said, NOW), Err(none));
}

#[test]
fn too_few_answers_are_no_quorum() {
    let mut said = of(&["10", "10.01"]);
    said.push(Err(Fault::new(Kind::Timeout, "no answer")));
    assert_eq!(combine(&price(3), &mut said, NOW), Err("2 of 3 sources usable, the quorum is 3".to_owned()));
    assert_eq!(combine(&price(1), &mut [], NOW), Err("0 of 0 sources usable, the quorum is 1".to_owned()));
}

#[test]
fn what_cannot_be_a_price_does_not_count() {
    let mut said = of(&["0", "-10", "0.000000999999999999", "1000000000.000000000000000001", "10"]);
    assert_eq!(combine(&price(1), &mut said, NOW).map(|agreed| agreed.value), Ok(decimal("10")));
    assert_eq!(
        kinds(&said),
        [Some(Kind::BadValue), Some(Kind::BadValue), Some(Kind::BadValue), Some(Kind::BadValue), None]
    );
    let fault = said.into_iter().find_map(Result::err).unwrap();
    assert_eq!(fault.text, "0: the oracle takes 0.000001 to 1000000000");
}

#[test]
fn a_rate_may_be_negative_or_zero_and_is_compared_in_points() {
    // 2 points a year
    let mut said = of(&["-0.01", "0", "0.01", "0.05"]);
    let agreed = combine(&rate(3), &mut said, NOW).unwrap();
    // The median of all is 0.005; 0.05 is 4.5 points from it.
    assert_eq!((agreed.value, agreed.spread, agreed.sources), (decimal("0"), part_of("0.01"), 3));
    assert_eq!(agreed.confidence(&rate(3)), None);
    assert_eq!(kinds(&said), [None, None, None, Some(Kind::Outlier)]);
    let mut said = of(&["1000.1", "-1000", "1000"]);
    let _ = combine(&rate(1), &mut said, NOW);
    assert_eq!(said.first().map(|said| said.as_ref().err().map(|fault| fault.kind)), Some(Some(Kind::BadValue)));
}

#[test]
fn what_is_old_or_from_the_future_does_not_count_and_the_oldest_of_the_rest_is_the_time() {
    let mut said = of(&["10", "10", "10", "10"]);
    for (said, time) in said.iter_mut().zip([NOW - 60 * S, NOW - 60 * S - 1, NOW + 5 * S, NOW + 5 * S + 1]) {
        *said = Ok(Observed { value: decimal("10"), time });
    }
    let agreed = combine(&price(2), &mut said, NOW).unwrap();
    assert_eq!((agreed.sources, agreed.time), (2, NOW - 60 * S));
    assert_eq!(kinds(&said), [None, Some(Kind::Stale), None, Some(Kind::Future)]);
    // A clock that is a little ahead counts as now.
    let mut said = vec![Ok(Observed { value: decimal("10"), time: NOW + S })];
    assert_eq!(combine(&price(1), &mut said, NOW).map(|agreed| agreed.time), Ok(NOW));
    // What is dropped for its distance has no say in the time.
    let mut said = of(&["10", "10", "13"]);
    *said.last_mut().unwrap() = Ok(Observed { value: decimal("13"), time: NOW - 50 * S });
    assert_eq!(combine(&price(2), &mut said, NOW).map(|agreed| agreed.time), Ok(NOW));
}

#[test]
fn prices_that_differ_by_more_than_themselves_are_not_published() {
    let feed = Feed { max_deviation: part_of("0.999"), ..price(2) };
    // The mean is 5.000001, of which both are nearly all away, so nearly that is the spread: below 1.
    assert!(combine(&feed, &mut of(&["9.9", "0.1"]), NOW).is_ok());
    // Without the lowest, the median falls: (19 - 1) / 2 / 1.5 = 6.
    let mut said = of(&["1", "1", "2", "19", "19"]);
    let feed = Feed { max_deviation: part_of("0.99"), ..price(2) };
    assert_eq!(combine(&feed, &mut said, NOW).map(|agreed| agreed.sources), Ok(3));
}
