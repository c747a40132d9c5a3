use ballast_types::policy::PolicyParams;
use cosmwasm_std::Uint128;
use hedge_policy::{PolicyError, State};

use crate::support::*;
use crate::told::{deposit_order, fill_order, DepositOrder};

fn deposit(state: &State, amount: u128) -> DepositOrder {
    deposit_order(state, &PolicyParams::default(), Uint128::new(amount)).unwrap()
}

fn pair(short: u128, margin: u128) -> DepositOrder {
    DepositOrder { short: Uint128::new(short), margin: Uint128::new(margin) }
}

#[test]
fn a_deposit_is_hedged_as_the_vault_is_and_stands_at_its_target_alone() {
    // 1,000 of value at L*: 482.596154, closing 0.7, a unit of rounding: 483.296155/9 = 53.699573 coins;
    // the order's 0.7 cost 0.070085 coins at 9.988002.
    assert_eq!(deposit(&calm(), 100 * COIN), pair(100_000_000, 53_769_658));
}

#[test]
fn a_deposit_leaves_the_hedge_ratio_where_it_is_within_its_bounds() {
    assert_eq!(deposit(&with_short(calm(), 980 * COIN), 100 * COIN).short, Uint128::new(98_000_000));
    assert_eq!(deposit(&with_short(calm(), 700 * COIN), 100 * COIN).short, Uint128::new(80_000_000));
    assert_eq!(deposit(&with_short(calm(), 1_020 * COIN), 100 * COIN).short, Uint128::new(100_000_000));
}

#[test]
fn the_first_deposit_is_hedged_at_the_target() {
    let mut state = calm();
    state.idle = base(0);
    state.position = Default::default();
    assert_eq!(deposit(&state, 100 * COIN).short, Uint128::new(100_000_000));
    // f/(gamma*sigma^2) = -0.06/0.75.
    state.forecast.reference_mean = signed("-0.06");
    assert_eq!(deposit(&state, 100 * COIN).short, Uint128::new(92_000_000));
    // The same with coins that nothing hedges.
    state.idle = base(500 * COIN);
    assert_eq!(deposit(&state, 100 * COIN).short, Uint128::new(92_000_000));
}

#[test]
fn a_deposit_posts_what_the_venues_initial_margin_asks_of_the_whole_position() {
    // At 6 of 10 the gain of 4,000 carries leverage but not an increase: 20 coins posted are 108 - 4.2 of secured
    // equity where 6,000 need 909. (805.2 + 181.8 + 0.84 and a unit)/5.4, and 0.84 at 5.9928012.
    let state = at_price(posted(20 * COIN), "6");
    assert_eq!(deposit(&state, 200 * COIN).margin, Uint128::new(182_933_334 + 140_169));
    // Beside a position that has it, a deposit posts for itself alone: 1/L* = 1.75*(0.045 + 5/3*0.3/1.3).
    let own = deposit(&at_price(posted(500 * COIN), "6"), 110 * COIN).margin;
    assert!(own < Uint128::new(92_100_000), "{own}");
}

#[test]
fn never_more_is_posted_than_arrives() {
    let mut state = calm();
    state.prices.volatility = dec("20");
    let order = deposit(&at_price(state, "8"), 1);
    assert!(order.margin <= Uint128::one());
    assert_eq!(deposit(&calm(), 0), pair(0, 0));
}

#[test]
fn a_deposit_pays_the_way_down_to_the_lowest_price_of_the_block() {
    // Fee 0.5, spread 0.2 and 1 % of 1,000: 10.7 cost 1.082107 coins at 9.9 * 0.9998 * 0.999. The highest price does not
    // matter.
    let state = ranged(calm(), "9.9", "10.5");
    assert_eq!(deposit(&state, 100 * COIN), pair(100_000_000, 53_699_573 + 1_082_107));
}

#[test]
fn a_deposit_that_would_lift_the_venues_share_above_its_cap_is_refused() {
    // An empty vault: 53.699574 of 99.93 coins would be there, 53.7372 %.
    let mut state = calm();
    state.idle = base(0);
    state.position = Default::default();
    let with_share = |state: &State, share: &str| {
        let params = PolicyParams { venue_share: dec(share), ..PolicyParams::default() };
        deposit_order(state, &params, Uint128::new(100 * COIN))
    };
    for (share, fits) in [("0.1", false), ("0.53737", false), ("0.53738", true), ("0.9", true)] {
        let order = with_share(&state, share);
        assert_eq!(order.is_ok(), fits, "{share}: {order:?}");
    }
    let error = with_share(&state, "0.1").unwrap_err();
    assert!(matches!(error, PolicyError::VenueShare { .. }), "{error}");
    assert!(error.to_string().contains("0.5373") && error.to_string().contains("0.1"), "{error}");
}

#[test]
fn a_deposit_is_welcome_where_it_lowers_a_share_that_rescues_have_lifted() {
    // After a rise of 30 % with 950 coins posted 12,350 of 10,000 are at the venue: a deposit at 53.7 % brings less.
    let state = at_price(posted(950 * COIN), "13");
    assert_eq!(deposit(&state, 100 * COIN).short, Uint128::new(100_000_000));
}

#[test]
fn a_fill_stays_within_the_venues_share_too() {
    let mut state = calm();
    state.idle = base(0);
    state.position = Default::default();
    let params = PolicyParams { venue_share: dec("0.1"), ..PolicyParams::default() };
    let error = fill_order(&state, &params, Uint128::new(100 * COIN), Uint128::zero()).unwrap_err();
    assert!(matches!(error, PolicyError::VenueShare { .. }), "{error}");
}

#[test]
fn the_quote_that_pays_for_a_fill_does_not_count_for_the_venues_share() {
    // 400 coins for 4,000: (537 + 215.1) * 10 of 14,000 less the cost are 53.7 %. With the quote it were 41.8 %.
    let mut state = calm();
    state.idle.quote = Uint128::new(4_000 * COIN);
    let params = PolicyParams { venue_share: dec("0.5"), ..PolicyParams::default() };
    let fill = |quote: u128| fill_order(&state, &params, Uint128::new(400 * COIN), Uint128::new(quote * COIN));
    let error = fill(4_000).unwrap_err();
    assert!(matches!(error, PolicyError::VenueShare { .. }), "{error}");
    assert!(error.to_string().contains("0.537"), "{error}");
    fill(0).unwrap();
}

#[test]
fn a_fill_is_hedged_at_the_target_whatever_the_hedge_is() {
    let state = with_short(calm(), 900 * COIN);
    let order = fill_order(&state, &PolicyParams::default(), Uint128::new(100 * COIN), Uint128::zero()).unwrap();
    assert_eq!(order, pair(100_000_000, 53_769_658));
}
