use ballast_types::market::FundingRates;
use ballast_types::policy::PolicyParams;
use ballast_vault::memory::Memory;
use cosmwasm_std::{SignedDecimal256, Timestamp};

use crate::suite::money;

const HALF_LIFE: u64 = 72 * 3600;

fn rates(reference: i64, earned: SignedDecimal256) -> FundingRates {
    FundingRates { reference: SignedDecimal256::percent(reference as _), short_earned: earned, ..Default::default() }
}

fn at(hours: u64) -> Timestamp {
    Timestamp::from_seconds(1_700_000_000 + 3600 * hours)
}

/// The means after these observations: hours, then reference and paid rate in per cent, in force from then on.
fn means(looks: &[(u64, i64, i64)]) -> (f64, f64) {
    let mut memory = Memory::new(at(0));
    let (mut earned, mut last) = (SignedDecimal256::zero(), (0, 0));
    for (hour, reference, paid) in looks {
        let (since, rate): (u64, i64) = last;
        let hours = (hour - since) as i128;
        earned += SignedDecimal256::from_ratio(i128::from(rate) * hours, 100 * 365 * 24);
        memory = memory.observe(at(*hour), &rates(*reference, earned), HALF_LIFE).unwrap();
        last = (*hour, *paid);
    }
    let number = |mean: ballast_math::Mean| mean.0.to_string().parse::<f64>().unwrap();
    (number(memory.reference_mean), number(memory.paid_mean))
}

#[test]
fn a_rate_counts_for_as_long_as_it_was_in_force() {
    // Nothing is known before the first observation; its rates count from then on.
    assert_eq!(means(&[(0, 20, 10)]), (0.0, 0.0));
    // tau = 72 h / ln 2 = 103.87 h: one hour of 20 % is 20 % * 1 / 104.87.
    let (reference, paid) = means(&[(0, 20, 10), (1, -50, 10)]);
    assert!((reference - 0.20 / 104.874_03).abs() < 1e-8, "{reference}");
    assert!((paid - 0.10 / 104.874_03).abs() < 1e-8, "{paid}");
}

#[test]
fn after_one_half_life_of_hourly_looks_half_of_it_is_forgotten() {
    let looks: Vec<_> = (0..=72).map(|hour| (hour, 20, 20)).collect();
    let (reference, _) = means(&looks);
    // An exact exponential gives 10 %; the rational form at steps of an hour forgets a little less.
    assert!((reference - 0.10).abs() < 0.001, "{reference}");
}

#[test]
fn a_rate_that_stood_for_one_block_counts_for_one_block() {
    let honest = means(&[(0, 20, 10), (1, 20, 10), (2, 20, 10), (3, 20, 10)]);
    // Somebody changes the rate paid to a short for one block and pokes the vault in it: down, or up.
    for pushed in [-200, 200] {
        let looks = [(0, 20, 10), (1, 20, 10), (2, 20, pushed), (2, 20, 10), (3, 20, 10)];
        assert_eq!(means(&looks), honest, "{pushed}");
    }
    // In force for all of the hour it counts for all of it: tau = 103.874 h.
    let (_, paid) = means(&[(0, 20, 0), (2, 20, 200), (3, 20, 0)]);
    assert!((paid - 2.0 / 104.874_03).abs() < 1e-7, "{paid}");
}

#[test]
fn one_message_a_block_does_not_raise_what_a_short_was_paid() {
    // The paid rate is 58 % at each observation, and a short earns nothing: the rate was pushed up just for the
    // observation.
    let mut memory = Memory::new(at(0));
    for hour in 0..100 {
        let pushed = SignedDecimal256::percent(58);
        let seen = FundingRates { short: pushed, ..rates(20, SignedDecimal256::zero()) };
        memory = memory.observe(at(hour), &seen, HALF_LIFE).unwrap();
    }
    assert_eq!(memory.paid_mean.0, SignedDecimal256::zero());
}

#[test]
fn looking_twice_at_one_time_is_looking_once() {
    let once = means(&[(0, 20, 10), (5, 30, 15), (9, 30, 15)]);
    let twice = means(&[(0, 20, 10), (5, 30, 15), (5, 30, 15), (9, 30, 15), (9, 30, 15)]);
    assert_eq!(once, twice);
}

#[test]
fn a_stale_reference_counts_as_zero_from_that_moment() {
    let mut memory = Memory::new(at(0));
    let fresh = FundingRates { stale_at: Some(at(2)), ..rates(20, SignedDecimal256::zero()) };
    memory = memory.observe(at(0), &fresh, HALF_LIFE).unwrap();
    let memory = memory.observe(at(10), &rates(0, SignedDecimal256::zero()), HALF_LIFE).unwrap();
    // 20 % for 2 of 10 hours: 20 * 2 / (tau + 2), then tau / (tau + 8) of it.
    let (tau, mean) = (103.874_03, memory.reference_mean.0.to_string().parse::<f64>().unwrap());
    let expected = 0.20 * 2.0 / (tau + 2.0) * tau / (tau + 8.0);
    assert!((mean - expected).abs() < 1e-8, "{mean} and {expected}");
}

#[test]
fn costs_refill_from_the_nav_of_each_moment() {
    let params = PolicyParams::default();
    let (nav, day) = (money("1000000"), 24);
    // A budget of 30,000 refills in 30 days: 1,000 a day.
    let memory = Memory::new(at(0)).spend(at(0), nav, &params, money("2500")).unwrap();
    assert_eq!(memory.spent(at(day), nav, &params).unwrap(), money("1500"));
    assert_eq!(memory.spent(at(3 * day), nav, &params).unwrap(), money("0"));
    let memory = memory.spend(at(day), nav, &params, money("500")).unwrap();
    assert_eq!(memory.spent(at(2 * day), nav, &params).unwrap(), money("1000"));
    // A gain does not refill it, and without NAV nothing is refilled.
    let memory = memory.spend(at(2 * day), nav, &params, money("-700")).unwrap();
    assert_eq!(memory.spent(at(3 * day), money("-5"), &params).unwrap(), money("1000"));
}
