use ballast_math::{MathError, Shares};
use ballast_types::Money;
use ballast_vault::shares::{decimals, shares_floor, value_floor, virtual_shares, whole};
use cosmwasm_std::Uint128;

use crate::suite::money;

fn n(amount: u128) -> Uint128 {
    Uint128::new(amount)
}

fn shares(amount: u128) -> Shares {
    Shares(n(amount))
}

#[test]
fn a_share_has_up_to_six_more_decimals_than_quote_and_at_most_eighteen() {
    for (quote, expected) in [(0, 6), (6, 12), (8, 14), (12, 18), (15, 18), (18, 18)] {
        assert_eq!(decimals(quote), expected, "quote of {quote} decimals");
    }
    for (quote, expected) in [(6, 1_000_000), (8, 1_000_000), (15, 1_000), (18, 1)] {
        assert_eq!(virtual_shares(quote), shares(expected), "quote of {quote} decimals");
    }
}

#[test]
fn the_first_share_costs_one_unit_of_quote_at_any_decimals() {
    // 1,000 whole quote into an empty vault: 1,000 whole shares.
    for quote in [6u8, 8, 18] {
        let unit = 10u128.pow(quote.into());
        let whole = whole(Shares::ZERO, quote).unwrap();
        let minted = shares_floor(Money::from_amount(n(1_000 * unit)), Money::ZERO, whole).unwrap();
        assert_eq!(minted, shares(1_000 * 10u128.pow(decimals(quote).into())), "quote of {quote} decimals");
    }
}

#[test]
fn shares_round_down_once() {
    // 10 * (90 + 10) / (299 + 1) = 3.33
    assert_eq!(shares_floor(money("10"), money("299"), shares(100)).unwrap(), shares(3));
    // 9 * 100 / 300 = 3 exactly; a hair less is 2
    assert_eq!(shares_floor(money("9"), money("299"), shares(100)).unwrap(), shares(3));
    assert_eq!(shares_floor(money("8.999999999999999999"), money("299"), shares(100)).unwrap(), shares(2));
    assert_eq!(shares_floor(money("9"), money("299.000000000000000001"), shares(100)).unwrap(), shares(2));
}

#[test]
fn one_more_share_would_have_been_worth_more_than_what_was_added() {
    // (nav + 1 + added) / (whole + shares) >= (nav + 1) / whole, and not so with one more share.
    let (nav, whole, added) = (123_456_789u128, 987_654_321_000_123u128, 55_555_555u128);
    let shares =
        shares_floor(Money::from_amount(n(added)), Money::from_amount(n(nav)), shares(whole)).unwrap().amount().u128();
    let holds = |shares: u128| (nav + 1 + added) * whole >= (nav + 1) * (whole + shares);
    assert!(holds(shares));
    assert!(!holds(shares + 1));
}

#[test]
fn what_is_not_positive_is_refused_and_what_does_not_fit_is_an_error() {
    assert!(matches!(shares_floor(money("-1"), money("10"), shares(100)), Err(MathError::NegativeAmount { .. })));
    assert!(matches!(shares_floor(money("1"), money("-1"), shares(100)), Err(MathError::NegativeDivisor { .. })));
    assert_eq!(shares_floor(money("0"), money("10"), shares(100)).unwrap(), shares(0));
    let huge = Money::from_amount(Uint128::MAX);
    assert!(matches!(shares_floor(huge, Money::ZERO, Shares(Uint128::MAX)), Err(MathError::Overflow { .. })));
}

#[test]
fn a_trillion_in_eighteen_decimals_still_fits() {
    let unit = 10u128.pow(18);
    let nav = Money::from_amount(n(1_000_000_000 * unit));
    let added = Money::from_amount(n(10_000_000_000 * unit));
    // 1e9 whole shares (and the virtual one) on 1e9 whole quote: ten times as many for ten times as much.
    let minted = shares_floor(added, nav, shares(1_000_000_000 * unit + 1)).unwrap();
    assert_eq!(minted, shares(10_000_000_000 * unit));
}

#[test]
fn a_part_of_nothing_or_of_a_debt_is_worth_nothing() {
    assert_eq!(value_floor(shares(5), money("-7"), shares(10)).unwrap(), Money::ZERO);
    assert_eq!(value_floor(shares(5), money("7"), shares(10)).unwrap(), money("3.5"));
}

#[test]
fn the_first_depositor_cannot_profit_from_lifting_the_price_of_a_share() {
    // The attack: deposit one unit, lift NAV by a million units (by rounding or by leaving parts behind; donations do
    // not count at all), let a victim deposit, redeem. Redemptions pay shares / (supply + virtual) of what is there.
    let v = virtual_shares(6).amount().u128();
    let first = shares_floor(money("1"), Money::ZERO, shares(v)).unwrap().amount().u128();
    assert_eq!(first, 1_000_000);
    let lift = 1_000_000u128;
    let (nav, supply) = (1 + lift, first);

    let victim = 1_500_000u128;
    let got = shares_floor(Money::from_amount(n(victim)), Money::from_amount(n(nav)), shares(supply + v))
        .unwrap()
        .amount()
        .u128();
    // 1,500,000 * 2,000,000 / 1,000,002 = 2,999,994.00
    assert_eq!(got, 2_999_994);
    let (nav, supply) = (nav + victim, supply + got);
    let attacker = nav * first / (supply + v);
    let loss = (1 + lift) - attacker;
    // Half of the lift went to the virtual shares, which nobody can redeem.
    assert!(loss > lift / 3, "the attacker lost only {loss}");
    let victim_out = nav * got / (supply + v);
    assert!(victim - victim_out <= 2, "the victim lost {}", victim - victim_out);
}
