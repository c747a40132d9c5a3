//! The budget for the costs of keepers' trades, which scales with the shares.

use ballast_math::{Money, Shares};
use ballast_types::policy::PolicyParams;
use cosmwasm_std::Uint128;
use hedge_policy::{budget_left, carry_spent, refill, scale_spent, State};

use crate::support::*;

const DAY: u64 = 24 * 3600;

fn shares(count: u128) -> Shares {
    Shares(Uint128::new(count))
}

#[test]
fn who_leaves_takes_their_part_of_what_was_spent_along() {
    // 0.107 % of 10,000 spent; 99 % leave: 0.107 % of 100, not 10.7 %.
    assert_eq!(scale_spent(money(10_700_000), shares(100_000), shares(1_000)).unwrap(), money(107_000));
    // A deposit of the same size as the vault doubles it.
    assert_eq!(scale_spent(money(107_000), shares(1_000), shares(2_000)).unwrap(), money(214_000));
}

#[test]
fn a_part_is_rounded_up_and_nobody_leaves_nothing_behind() {
    // 1/3 of a unit: 0.333... at 18 digits, the last one up.
    let third = scale_spent(money(1), shares(3), shares(1)).unwrap();
    assert_eq!(third, Money::new(signed("0.333333333333333334")));
    assert_eq!(scale_spent(money(5), shares(3), shares(0)).unwrap(), Money::ZERO);
    // The first shares start with nothing spent.
    assert_eq!(scale_spent(money(5), shares(0), shares(7)).unwrap(), Money::ZERO);
    assert_eq!(scale_spent(money(5), shares(7), shares(7)).unwrap(), money(5));
}

#[test]
fn leaving_and_coming_back_never_lowers_what_was_spent() {
    let spent = money(1_000_003);
    let there = scale_spent(spent, shares(7_000_000), shares(13)).unwrap();
    assert!(scale_spent(there, shares(13), shares(7_000_000)).unwrap() >= spent);
}

fn with_budget(share: &str, days: u64) -> PolicyParams {
    PolicyParams { cost_budget: dec(share), cost_budget_refill: days * DAY, ..PolicyParams::default() }
}

fn left(spent: Money, params: &PolicyParams) -> Money {
    // NAV is 10,000.
    budget_left(&State { cost_spent: spent, ..calm() }, params).unwrap()
}

#[test]
fn a_larger_budget_gives_nothing_at_once() {
    // 100 of 300 spent; 10 % would be 1,000: 800 of it count as spent, and 200 are left as before.
    let (old, new) = (with_budget("0.03", 30), with_budget("0.1", 30));
    let spent = carry_spent(money(100_000_000), money(10_000_000_000), &old, &new).unwrap();
    assert_eq!(spent, money(800_000_000));
    assert_eq!(left(spent, &new), money(200_000_000));
}

#[test]
fn a_smaller_budget_leaves_what_is_left_as_far_as_it_goes() {
    // 100 of 300 spent: of 250 still 200 are left, of 100 all 100.
    let old = with_budget("0.03", 30);
    for (share, counted, rest) in [("0.025", 50_000_000, 200_000_000), ("0.01", 0, 100_000_000)] {
        let new = with_budget(share, 30);
        let spent = carry_spent(money(100_000_000), money(10_000_000_000), &old, &new).unwrap();
        assert_eq!((spent, left(spent, &new)), (money(counted), money(rest)));
    }
}

#[test]
fn there_and_back_again_changes_nothing() {
    let (narrow, wide) = (with_budget("0.03", 30), with_budget("0.1", 7));
    let nav = money(10_000_000_000);
    let there = carry_spent(money(100_000_000), nav, &narrow, &wide).unwrap();
    assert_eq!(carry_spent(there, nav, &wide, &narrow).unwrap(), money(100_000_000));
}

#[test]
fn what_was_spent_beyond_the_budget_is_none_of_a_larger_one() {
    // 500 of 300 spent, by rescues: of 1,000 nothing is left, and 200 must come back before anything is.
    let (old, new) = (with_budget("0.03", 30), with_budget("0.1", 30));
    let spent = carry_spent(money(500_000_000), money(10_000_000_000), &old, &new).unwrap();
    assert_eq!(spent, money(1_200_000_000));
    assert_eq!(left(spent, &new), Money::ZERO);
    // The same budget changes nothing.
    assert_eq!(carry_spent(money(500_000_000), money(10_000_000_000), &old, &old).unwrap(), money(500_000_000));
}

#[test]
fn no_sequence_of_changes_leaves_more_than_there_was() {
    let mut policy = with_budget("0.03", 30);
    let mut spent = Money::ZERO;
    let mut least = left(spent, &policy);
    for (share, days) in [("0.1", 7), ("0.001", 365), ("0.1", 7), ("0.03", 30), ("0.05", 7), ("0.1", 365)] {
        let new = with_budget(share, days);
        spent = carry_spent(spent, money(10_000_000_000), &policy, &new).unwrap();
        assert!(left(spent, &new) <= least, "{share}");
        least = left(spent, &new);
        policy = new;
    }
    // 0.1 % of 10,000, since that was once all.
    assert_eq!(least, money(10_000_000));
}

#[test]
fn a_changed_budget_refills_at_its_own_rate() {
    // 1,000 in 10 days: 100 a day, however it was spent.
    let (old, new) = (with_budget("0.03", 30), with_budget("0.1", 10));
    let spent = carry_spent(Money::ZERO, money(10_000_000_000), &old, &new).unwrap();
    assert_eq!(left(spent, &new), money(300_000_000));
    let later = refill(spent, DAY, money(10_000_000_000), &new).unwrap();
    assert_eq!(left(later, &new), money(400_000_000));
}

#[test]
fn without_nav_there_is_no_budget_to_carry() {
    let (old, new) = (with_budget("0.03", 30), with_budget("0.1", 30));
    for nav in [0, -5_000_000_000] {
        assert_eq!(carry_spent(money(7), money(nav), &old, &new).unwrap(), money(7));
    }
}
