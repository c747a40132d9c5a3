//! Each rule at both sides of its threshold, each reason for a rule not to be due, and the orders that the rules make.
//! Orders were worked out from the formulas with exact fractions, not from this code.

use ballast_math::Purse;
use ballast_types::market::{MarketAction, Settle};
use ballast_types::oracle::Flag;
use ballast_types::policy::{HedgeAction, PolicyParams, Rule};
use cosmwasm_std::{Decimal256, Uint128};

use crate::support::*;

#[test]
fn at_its_targets_a_hedge_is_left_alone() {
    assert_eq!(due(&calm()), ballast_types::policy::Decision { rule: None, action: HedgeAction::None });
}

mod leverage_high {
    use super::*;

    #[test]
    fn coins_are_posted_above_the_maximum_and_not_below() {
        // E/notional = 0.9*m - 0.0007 against 1/L_max = 0.275769: m = 0.307188 of the coins.
        assert_eq!(rule(&posted(307_200_000)), None);
        let state = posted(307_100_000);
        assert_eq!(rule(&state), Some(Rule::LeverageHigh));
        // Back to L*: (10,000/2.072126 + 7)/9 = 536.995727 coins.
        assert_eq!(
            order(&state),
            Order { delta: 0, settle: Settle::No, margin_in: base(229_895_727), margin_out: Purse::EMPTY }
        );
    }

    #[test]
    fn coins_that_do_not_suffice_bring_a_smaller_hedge_as_in_an_emergency() {
        // 407.1 coins for a short of 1,000: back to the coins there are, less the cost of buying 593 back.
        let mut state = posted(307_100_000);
        state.idle = base(100 * COIN);
        assert_eq!(rule(&state), Some(Rule::LeverageHigh));
        assert_eq!(
            order(&state),
            Order { delta: 593_315_821, settle: Settle::IfReserved, margin_in: Purse::EMPTY, margin_out: Purse::EMPTY }
        );
    }

    #[test]
    fn it_stands_above_budget_share_and_least_action_and_needs_no_price_to_trade_at() {
        let mut state = posted(307_100_000);
        state.cost_spent = money(1_000_000_000_000);
        state.stopped = vec![Rule::Settle, Rule::HedgeBand, Rule::LeverageLow, Rule::IdleQuote];
        assert_eq!(rule_with(&state, |p| p.venue_share = dec("0.1")), Some(Rule::LeverageHigh));
        for flag in [Flag::Stale, Flag::Jump, Flag::Missing, Flag::Uncertain] {
            assert_eq!(order(&flagged(state.clone(), flag)).margin_in, base(229_895_727));
        }
        let paused = off(state, &[MarketAction::Increase, MarketAction::Reduce, MarketAction::MarginOut]);
        assert_eq!(order(&paused).margin_in, base(229_895_727));
    }

    #[test]
    fn nothing_is_posted_where_the_venue_takes_no_margin() {
        // No coins can come, so only the hedge could move, and it is where it should be.
        assert_eq!(rule(&off(posted(307_100_000), &[MarketAction::MarginIn])), None);
    }
}

mod emergency {
    use super::*;

    #[test]
    fn it_begins_halfway_to_liquidation_in_margin_ratio() {
        // (717/2600 + 0.025)/2 = 0.150385: m = 0.167872 of the coins.
        assert_eq!(rule(&posted(167_900_000)), Some(Rule::LeverageHigh));
        assert_eq!(rule(&posted(167_800_000)), Some(Rule::Emergency));
    }

    #[test]
    fn after_a_rally_it_settles_shrinks_and_posts_in_one_order() {
        // At 15 the loss of 5,000 costs 5,000/(15*0.9998*0.999) = 333.73 coins; so much less is hedged, and what
        // is left stands at L* with 291.62 more coins.
        let state = at_price(posted(400 * COIN), "15");
        assert_eq!(rule(&state), Some(Rule::Emergency));
        assert_eq!(
            order(&state),
            Order {
                delta: 333_967_807,
                settle: Settle::Required,
                margin_in: base(291_624_249),
                margin_out: Purse::EMPTY
            }
        );
    }

    #[test]
    fn idle_quote_goes_first() {
        let mut state = at_price(posted(400 * COIN), "15");
        state.idle.quote = Uint128::new(500 * COIN);
        let order = order(&state);
        assert_eq!(order.delta, 300_571_026);
        assert_eq!(order.margin_in, Purse::new(Uint128::new(276_161_397), Uint128::new(500 * COIN)));
    }

    #[test]
    fn quote_alone_is_posted_where_it_suffices_and_no_more_of_it_than_needed() {
        // q/n*(1 - 1.75*0.3/1.3) = 1.75*717/2600 - (0.9*0.1678 - 0.0007) at n = 10,000.
        let mut state = posted(167_800_000);
        state.idle.quote = Uint128::new(8_000 * COIN);
        // The coins and the quote stand unhedged above 1.03 only if the quote counted as coins: it does not.
        assert_eq!(
            order(&state),
            Order { delta: 0, settle: Settle::IfReserved, margin_in: quote(5_573_664_517), margin_out: Purse::EMPTY }
        );
    }

    #[test]
    fn a_settlement_that_the_reserve_does_not_allow_is_not_asked_for() {
        // A hedge for coins that are not spent stays as large as it is.
        let mut state = at_price(posted(400 * COIN), "15");
        state.capacity.slack = money(-1_000_000_000);
        let order = order(&state);
        assert_eq!((order.delta, order.settle), (0, Settle::No));
        // (15,000/2.072126 + 5,000 + 10.5)/13.5 = 907.366 coins carry the loss as it is.
        assert_eq!(order.margin_in, base(507_366_097));
    }

    #[test]
    fn where_trading_costs_too_much_it_only_posts() {
        // The loss stays unsettled, and the hedge as large as it is: 907.366097 coins carry both.
        let mut state = at_price(posted(400 * COIN), "15");
        state.prices.spread = dec("0.009500001");
        let order = order(&state);
        assert_eq!((order.delta, order.settle), (0, Settle::No));
        assert_eq!(order.margin_in, base(507_366_097));
    }

    #[test]
    fn at_exactly_the_greatest_cost_it_still_trades_and_requires_its_settlement() {
        // Fee 0.05 % and spread 0.95 % are 1 %. The loss of 5,000 costs coins that need no hedge any more: without its
        // settlement the same order would leave a hedge of two thirds.
        let mut state = at_price(posted(400 * COIN), "15");
        state.prices.spread = dec("0.0095");
        let order = order(&state);
        assert_eq!(order.settle, Settle::Required);
        assert!(order.delta > 333_000_000, "{}", order.delta);
    }

    #[test]
    fn a_gain_is_settled_if_the_reserve_allows_and_the_order_stands_without() {
        // 100 coins posted for 1,000 short, and 500 of funding earned: the order is the same either way.
        let mut state = posted(100 * COIN);
        state.position.funding = money(500_000_000);
        assert_eq!(rule(&state), Some(Rule::Emergency));
        state.idle = base(300 * COIN);
        assert_eq!(order(&state).settle, Settle::IfReserved);
    }

    #[test]
    fn without_equity_everything_is_posted() {
        // At 20 the margin of 400 is worth 7,200 and the loss is 10,000.
        let state = at_price(posted(400 * COIN), "20");
        assert_eq!(rule(&state), Some(Rule::Emergency));
        let order = order(&state);
        assert_eq!(order.settle, Settle::Required);
        assert!(order.delta > 500_000_000, "{}", order.delta);
    }

    #[test]
    fn a_trade_that_would_only_thin_the_position_is_not_due() {
        // At 15 with 300 coins equity is 4,050 - 5,000 - 10.5, and the venue takes no more margin. To hedge only the
        // 450 coins there are, 825 would be bought back: the same debt of 960, over about a sixth of the notional.
        let mut state = off(at_price(posted(300 * COIN), "15"), &[MarketAction::MarginIn]);
        state.idle = base(150 * COIN);
        state.prices.flags = vec![Flag::Uncertain];
        assert_eq!(rule(&state), None);
    }

    #[test]
    fn a_liquidated_half_is_margined_and_hedged_again_in_one_order() {
        // 500 of 1,000 left at a margin ratio of 10 %: (500 + 3.5)/9 coins.
        let mut state = with_short(posted(55_944_445), 500 * COIN);
        state.idle = base(944_055_555);
        let order = order(&state);
        assert_eq!(rule(&state), Some(Rule::Emergency));
        assert!(order.delta < -499_000_000, "{}", order.delta);
        // Not if the venue does not let it grow.
        let small = off(state, &[MarketAction::Increase]);
        assert_eq!(super::order(&small).delta, 0);
    }
}

mod settle {
    use super::*;

    #[test]
    fn gains_of_more_than_a_quarter_of_notional_come_home() {
        // At 8 the gain is 2,000 of 8,000.
        assert_eq!(rule(&at_price(calm(), "8")), None);
        assert_eq!(rule(&at_price(calm(), "7.999")), Some(Rule::Settle));
    }

    #[test]
    fn after_a_crash_of_60_percent_all_quote_comes_home_and_the_hedge_stays() {
        // 6,000 of gain; the coins posted are as much of the short as before.
        let state = at_price(calm(), "4");
        assert_eq!(rule(&state), Some(Rule::Settle));
        assert_eq!(
            order(&state),
            Order { delta: 0, settle: Settle::Required, margin_in: Purse::EMPTY, margin_out: quote(6_000 * COIN) }
        );
    }

    #[test]
    fn losses_of_more_than_35_percent_are_paid_in_coins_that_need_no_hedge_any_more() {
        // At 15.38 the loss is 34.98 %, at 15.39 it is 35.02 % and costs 350.6 coins.
        assert_eq!(rule(&at_price(posted(900 * COIN), "15.38")), None);
        let state = at_price(posted(900 * COIN), "15.39");
        assert_eq!(rule(&state), Some(Rule::Settle));
        assert_eq!(
            order(&state),
            Order {
                delta: 350_894_051,
                settle: Settle::Required,
                margin_in: Purse::EMPTY,
                margin_out: base(200_538_828)
            }
        );
    }

    #[test]
    fn it_waits_for_a_price_without_flags_a_fair_cost_the_reserve_and_the_budget() {
        let state = at_price(posted(900 * COIN), "15.39");
        assert_eq!(rule(&flagged(state.clone(), Flag::Uncertain)), None);
        let mut dear = state.clone();
        dear.prices.spread = dec("0.009500001");
        assert_eq!(rule(&dear), None);
        dear.prices.spread = dec("0.0095");
        assert_eq!(rule(&dear), Some(Rule::Settle));
        let mut unreserved = state.clone();
        unreserved.capacity.slack = money(-1_000_000_000);
        assert_eq!(rule(&unreserved), None);
        // 3 % of the NAV of 10,000.
        let mut spent = state.clone();
        spent.cost_spent = money(300_000_000);
        assert_eq!(rule(&spent), None);
        let mut stopped = state;
        stopped.stopped = vec![Rule::Settle];
        assert_eq!(rule(&stopped), None);
    }

    #[test]
    fn a_gain_comes_home_also_where_a_trade_would_be_dear() {
        // Nothing is traded here, and only a trade can be too expensive.
        let mut state = at_price(calm(), "4");
        state.prices.spread = dec("0.05");
        assert_eq!(order(&state).margin_out, quote(6_000 * COIN));
    }

    #[test]
    fn it_is_not_due_where_the_trade_that_it_makes_necessary_would_be_left_out() {
        // 800 short at 10.53: the loss of 424 is above 5 % of 8,424, and takes about 40 of 1,000 coins: 0.833 of them
        // hedged, where 0.8 is aimed at and 0.83 allowed. To buy 32 back is less than an action of 5 % of NAV.
        let mut state = at_price(with_short(posted(900 * COIN), 800 * COIN), "10.53");
        state.forecast.reference_mean = signed("-0.15");
        let coarse = |p: &mut PolicyParams| {
            p.settle_below = dec("0.05");
            p.min_action = dec("0.05");
        };
        assert_eq!(rule_with(&state, coarse), Some(Rule::LeverageLow));
        // A smaller minimum action lets it settle.
        let fine = |p: &mut PolicyParams| p.settle_below = dec("0.05");
        assert_eq!(rule_with(&state, fine), Some(Rule::Settle));
    }

    #[test]
    fn where_margin_cannot_leave_gains_are_settled_and_stay() {
        let state = off(at_price(calm(), "4"), &[MarketAction::MarginOut]);
        assert_eq!(
            order(&state),
            Order { delta: 0, settle: Settle::Required, margin_in: Purse::EMPTY, margin_out: Purse::EMPTY }
        );
    }
}

mod hedge_band {
    use super::*;

    #[test]
    fn too_large_a_hedge_is_bought_back_to_the_target() {
        let hedged = |short| with_short(calm(), short);
        assert_eq!(rule(&hedged(1_030_000_000)), None);
        assert_eq!(rule(&hedged(1_030_000_001)), Some(Rule::HedgeBand));
        // 30 coins, and 0.021 more for the coins that pay the cost of 0.21.
        assert_eq!(
            order(&hedged(1_030_000_001)),
            Order { delta: 30_021_042, settle: Settle::No, margin_in: Purse::EMPTY, margin_out: Purse::EMPTY }
        );
    }

    #[test]
    fn too_small_a_hedge_is_sold_up_to_the_target() {
        let hedged = |short| with_short(calm(), short);
        assert_eq!(rule(&hedged(970_000_000)), None);
        assert_eq!(rule(&hedged(969_999_999)), Some(Rule::HedgeBand));
        assert_eq!(order(&hedged(969_999_999)).delta, -29_978_990);
        assert_eq!(order(&hedged(969_999_999)).margin_in, Purse::EMPTY);
    }

    #[test]
    fn coins_come_with_it_where_leverage_would_pass_its_maximum() {
        // L is 3.564 with 960 short and would be 3.714 with 1,000.
        let state = with_short(posted(300 * COIN), 960 * COIN);
        assert_eq!(
            order(&state),
            Order { delta: -39_971_985, settle: Settle::No, margin_in: base(237_008_698), margin_out: Purse::EMPTY }
        );
    }

    #[test]
    fn margin_that_a_smaller_hedge_leaves_idle_comes_home_with_it() {
        // 2,000 short on 1,000 coins, 900 of them posted: L falls from 2.47 to 1.24.
        let state = with_short(posted(900 * COIN), 2_000 * COIN);
        assert_eq!(
            order(&state),
            Order { delta: 1_000_701_333, settle: Settle::No, margin_in: Purse::EMPTY, margin_out: base(362_679_553) }
        );
    }

    #[test]
    fn a_vault_without_a_position_opens_one_at_its_target() {
        let mut state = calm();
        state.idle = base(1_000 * COIN);
        state.position = Default::default();
        assert_eq!(
            order(&state),
            Order { delta: -999_299_649, settle: Settle::No, margin_in: base(537_319_993), margin_out: Purse::EMPTY }
        );
        // Not below the venue's minimum position.
        state.terms.min_position = Uint128::new(10_000 * COIN);
        assert_eq!(rule(&state), None);
    }

    #[test]
    fn a_short_without_coins_is_closed() {
        let mut state = calm();
        state.idle = base(0);
        state.position.margin = quote(5_000 * COIN);
        assert_eq!(rule(&state), Some(Rule::HedgeBand));
        let order = order(&state);
        assert_eq!(order.delta, 1_000_000_000);
        // 5,000 less the cost of 7.
        assert_eq!(order.margin_out, quote(4_993 * COIN));
    }

    #[test]
    fn it_grows_within_capacity() {
        let mut state = with_short(calm(), 900 * COIN);
        state.capacity.short = Uint128::new(50 * COIN);
        assert_eq!(order(&state).delta, -50_000_000);
        // 4 coins are less than 0.5 % of NAV.
        state.capacity.short = Uint128::new(4 * COIN);
        assert_eq!(rule(&state), None);
        // Slack of 600 (and four units for roundings) carries 50 coins: each needs 10 and headroom of 2.
        state.capacity.short = Uint128::new(1_000 * COIN);
        state.capacity.slack = money(900_000_004);
        state.capacity.headroom = money(300_000_000);
        assert_eq!(order(&state).delta, -50_000_000);
    }

    #[test]
    fn it_waits_for_cost_budget_and_size() {
        let state = with_short(calm(), 1_030_000_001);
        let mut spread = state.clone();
        spread.prices.spread = dec("0.0095");
        assert_eq!(rule(&spread), Some(Rule::HedgeBand));
        spread.prices.spread = dec("0.009500001");
        assert_eq!(rule(&spread), None);
        // The trade costs 0.150106 + 0.060043 of a budget of 300.
        let mut spent = state.clone();
        spent.cost_spent = money(300_000_000 - 210_149);
        assert_eq!(rule(&spent), Some(Rule::HedgeBand));
        spent.cost_spent = money(300_000_000 - 210_148);
        assert_eq!(rule(&spent), None);
        // 300.2 of 10,000.
        assert_eq!(rule_with(&state, |p| p.min_action = dec("0.03")), Some(Rule::HedgeBand));
        assert_eq!(rule_with(&state, |p| p.min_action = dec("0.0301")), None);
        let mut stopped = state;
        stopped.stopped = vec![Rule::HedgeBand];
        assert_eq!(rule(&stopped), None);
    }

    #[test]
    fn a_wide_confidence_interval_allows_to_buy_back_but_not_to_sell() {
        for flag in [Flag::Uncertain, Flag::Secondary] {
            assert_eq!(rule(&flagged(with_short(calm(), 1_040 * COIN), flag)), Some(Rule::HedgeBand));
            assert_eq!(rule(&flagged(with_short(calm(), 960 * COIN), flag)), None);
        }
    }

    #[test]
    fn posting_for_it_stays_within_the_venues_share() {
        let state = with_short(posted(300 * COIN), 960 * COIN);
        assert_eq!(rule_with(&state, |p| p.venue_share = dec("0.54")), Some(Rule::HedgeBand));
        assert_eq!(rule_with(&state, |p| p.venue_share = dec("0.53")), None);
        // Without coins to post, the share does not matter.
        let state = with_short(calm(), 1_040 * COIN);
        assert_eq!(rule_with(&state, |p| p.venue_share = dec("0.1")), Some(Rule::HedgeBand));
    }

    #[test]
    fn gains_that_are_not_settled_do_not_carry_an_increase() {
        // At 8.5 equity is 0.9*0.38 + 0.1765 - 0.0007 of notional; without the gain of 1,500 it is 0.341.
        // With 120 coins posted it is 0.107 without and 0.284 with the gain: below the venue's 15 %.
        let mut state = at_price(posted(120 * COIN), "8.5");
        state.idle.base += Uint128::new(100 * COIN);
        let order = order(&state);
        let posted_after = 120_000_000 + order.margin_in.base.u128();
        assert!(posted_after * 9 / 10 * 100 >= 1_000_000_000u128 * 15, "{posted_after}");
    }
}

mod leverage_low {
    use super::*;

    #[test]
    fn margin_comes_home_below_the_minimum_and_not_above() {
        // 1/L_min = 0.742456: m = 0.825729 of the coins.
        assert_eq!(rule(&posted(825_700_000)), None);
        let state = posted(825_800_000);
        assert_eq!(rule(&state), Some(Rule::LeverageLow));
        assert_eq!(
            order(&state),
            Order { delta: 0, settle: Settle::No, margin_in: Purse::EMPTY, margin_out: base(288_804_273) }
        );
    }

    #[test]
    fn quote_leaves_before_coins() {
        // 537 coins stand at L* with no quote: all of 12,000 quote leaves, and no coin.
        let mut state = calm();
        state.position.margin.quote = Uint128::new(12_000 * COIN);
        assert_eq!(order(&state).margin_out, quote(12_000 * COIN));
    }

    #[test]
    fn margin_without_a_position_comes_home_when_no_hedge_can_be_opened() {
        let mut state = calm();
        state.position.size = Default::default();
        state.position.entry_value = Default::default();
        state.capacity.short = Uint128::zero();
        assert_eq!(rule(&state), Some(Rule::LeverageLow));
        assert_eq!(order(&state).margin_out, base(536_995_727));
    }

    #[test]
    fn it_waits_for_a_clean_price_an_open_door_and_size() {
        let state = posted(825_800_000);
        assert_eq!(rule(&flagged(state.clone(), Flag::Uncertain)), None);
        assert_eq!(rule(&off(state.clone(), &[MarketAction::MarginOut])), None);
        let mut stopped = state.clone();
        stopped.stopped = vec![Rule::LeverageLow];
        assert_eq!(rule(&stopped), None);
        // An expensive trade or a spent budget does not matter: moving margin is free.
        let mut dear = state;
        dear.prices.spread = dec("0.1");
        dear.cost_spent = money(1_000_000_000_000);
        assert_eq!(rule(&dear), Some(Rule::LeverageLow));
    }

    #[test]
    fn a_small_purse_stays_where_it_is() {
        // 4.9 coins of an empty position are less than 0.5 % of 10,000.
        let mut state = calm();
        state.position = Default::default();
        state.capacity.short = Uint128::zero();
        state.position.margin = base(4_900_000);
        state.idle = base(995_100_000);
        assert_eq!(rule(&state), None);
    }
}

#[test]
fn a_vault_with_nothing_has_nothing_to_do() {
    let mut state = calm();
    state.idle = Purse::EMPTY;
    state.position = Default::default();
    assert_eq!(rule(&state), None);
}

#[test]
fn a_vault_worth_nothing_or_less_is_answered() {
    // Closing costs 7, and 1,000 coins fetch 10,000 * 0.9998 * 0.999 = 9,988.002 for it and the debt: 100 units of base
    // are left, none, and with a NAV of one unit, zero, minus one, and far below. Coins go there only for the first.
    for (debt, expected) in [
        (-9_981_001_000, Some(Rule::Emergency)),
        (-9_981_002_000, None),
        (-9_999_999_999, None),
        (-10_000_000_000, None),
        (-10_000_000_001, None),
        (-50_000_000_000, None),
    ] {
        let mut state = calm();
        state.position.funding = money(debt);
        assert_eq!(rule(&state), expected, "{debt}");
        // Once everything is posted, nothing is left to do.
        let mut state = posted(1_000 * COIN);
        state.position.funding = money(debt);
        let decision = due(&state);
        assert!(decision.rule.is_none() || decision.rule == Some(Rule::Emergency), "{decision:?}");
    }
}

#[test]
fn the_bound_on_cost_is_a_rate_of_fee_and_spread() {
    // 0.05 % + 0.95 % = 1 %.
    let mut state = with_short(calm(), 1_040 * COIN);
    state.prices.spread = Decimal256::permille(9) + Decimal256::bps(5);
    assert_eq!(rule(&state), Some(Rule::HedgeBand));
}
