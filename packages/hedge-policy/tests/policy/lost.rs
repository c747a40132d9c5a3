//! Once NAV is not positive idle coins are all that is left: none of them is posted.

use ballast_types::policy::{Decision, PolicyParams, Rule};
use hedge_policy::rescue;

use crate::support::*;

/// 1,200 short on 1,000 coins: at 60 the loss is all that the coins are worth.
fn over_hedged(price: &str) -> Decision {
    due(&at_price(with_short(posted(645 * COIN), 1_200 * COIN), price))
}

#[test]
fn coins_are_not_posted_once_nothing_is_left() {
    // At 60 and 60.000001 NAV is 0 and -0.0002, at 62 it is -400.
    for price in ["60", "60.000001", "62"] {
        assert_eq!(over_hedged(price).rule, None, "{price}");
    }
}

#[test]
fn just_above_nothing_all_of_them_are() {
    // At 59.999999 NAV is 59,999.999 - 59,999.9988 = 0.0002.
    let decision = over_hedged("59.999999");
    assert_eq!(decision.rule, Some(Rule::Emergency));
    assert_eq!(order_of(&decision).margin_in, base(355 * COIN));
}

#[test]
fn a_redemption_does_not_post_them_either() {
    let state = at_price(with_short(posted(645 * COIN), 1_200 * COIN), "62");
    assert_eq!(rescue(&state, &PolicyParams::default()).unwrap(), None);
}
