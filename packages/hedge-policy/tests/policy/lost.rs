//! Once closing the position would leave nothing, only the idle coins count, and none of them is posted.

use ballast_types::policy::{Decision, PolicyParams, Rule};

use crate::support::*;
use crate::told::rescue;

/// 1,200 short on 1,000 coins: at 60 the loss is all that the coins are worth.
fn over_hedged(price: &str) -> Decision {
    due(&at_price(with_short(posted(645 * COIN), 1_200 * COIN), price))
}

#[test]
fn coins_are_not_posted_once_nothing_is_left() {
    // At 60 NAV is 0, at 62 it is -400. At 59.395 it is 121, and closing 1,200 takes the loss of 59,274 and 0.07 % of
    // 71,274: 59,323.8918, for which 1,000 coins fetch 1,000 * 59.395 * 0.9998 * 0.999 = 59,323.7379.
    for price in ["59.395", "59.999999", "60", "60.000001", "62"] {
        assert_eq!(over_hedged(price).rule, None, "{price}");
    }
}

#[test]
fn just_above_nothing_all_of_them_are() {
    // At 59.394 they fetch 59,322.7391, and closing takes 59,272.8 + 0.07 % of 71,272.8 = 59,322.6910. The rest of 0.0481
    // is worth 811 units of base at 59.3227: as many stay hedged, and of these 0.537 stay there, 436; 375 need not go.
    let decision = over_hedged("59.394");
    assert_eq!(decision.rule, Some(Rule::Emergency));
    assert_eq!(order_of(&decision).margin_in, base(355 * COIN - 375));
}

#[test]
fn a_redemption_does_not_post_them_either() {
    let state = at_price(with_short(posted(645 * COIN), 1_200 * COIN), "62");
    assert_eq!(rescue(&state, &PolicyParams::default()).unwrap(), None);
}
