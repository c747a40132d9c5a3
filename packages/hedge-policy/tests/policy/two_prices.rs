//! A margin coin with a price `C` of its own: positions, costs and caps are at the index price `P` of 10, coins at `C`.

use ballast_math::{Base, Money, Price, Purse, Quote};
use ballast_types::market::{FeedBounds, Leverage, Settle};
use ballast_types::oracle::Flag;
use ballast_types::policy::{HedgeAction, PolicyParams, Rule, StressCase, Targets};
use cosmwasm_std::{Decimal256, Int128, SignedDecimal256, Uint128};
use hedge_policy::{validate, Action, PolicyError, Pricing, State};
use proptest::prelude::*;

use crate::support::*;
use crate::told::{deposit_order, hedge_state, nav, nav_at, stress, targets, DepositOrder};

/// Equal up to the digits that were worked out by hand.
fn close(value: Decimal256, expected: &str) {
    assert!(value.abs_diff(dec(expected)) < dec("0.000001"), "{value} is not {expected}");
}

fn default_targets(state: &State) -> Targets {
    targets(state, &PolicyParams::default()).unwrap()
}

mod levels {
    use super::*;

    #[test]
    fn the_assumed_discount_lowers_leverage() {
        // 1/L_max = (0.045 + 0.0007*0.15 + 0.3/1.3)/0.85 = 0.324557918.
        let t = default_targets(&selling_for(calm(), "10"));
        close(t.leverage_max, "3.081114164");
        close(t.leverage_target, "1.760636665");
        close(t.leverage_min, "1.144413832");
        close(t.leverage_emergency, "5.721512499");
        // Where there is one price it cannot fall against itself.
        close(default_targets(&calm()).leverage_max, "3.626220362");
    }

    #[test]
    fn quote_at_the_venue_lowers_the_levels_less_where_coins_are_assumed_to_fall() {
        // g = 0.25: 0.324557918 + 0.25*(1 - 1/(1.3*0.85)) = 0.348313665.
        let mut state = selling_for(calm(), "10");
        state.position.margin.quote = Uint128::new(2_500 * COIN);
        close(default_targets(&state).leverage_max, "2.870976248");
        // Losses are not a help.
        state.position.margin.quote = Uint128::zero();
        state.position.funding = money(-2_500_000_000);
        close(default_targets(&state).leverage_max, "3.081114164");
    }

    #[test]
    fn losses_lower_the_levels_where_the_discount_takes_more_than_the_rise_gives() {
        // 1.3*0.6 = 0.78 of the coins' value is left, and all of the loss: (0.045 + 0.00028 + 0.3/1.3)/0.6 = 0.460081.
        let params = PolicyParams { assumed_discount: dec("0.4"), ..PolicyParams::default() };
        let max = |funding: i128| {
            let mut state = selling_for(calm(), "10");
            state.position.funding = money(funding);
            targets(&state, &params).unwrap().leverage_max
        };
        close(max(0), "2.173525347");
        // Quote does not fall, but it does not count for more than none.
        assert_eq!(max(2_500_000_000), max(0));
        // 0.460081 + 0.25*(1/0.78 - 1).
        close(max(-2_500_000_000), "1.884677092");
    }

    /// A position at `L_max`, with `quote` (of notional) of unsettled funding.
    fn at_max(collateral: Decimal256, quote: SignedDecimal256, params: &PolicyParams) -> State {
        let mut state = selling_for(posted(0), &collateral.to_string());
        state.base_decimals = 12;
        state.position.size = Int128::new(-1_000_000_000_000_000_000);
        state.position.entry_value = Uint128::new(10_000_000_000_000);
        let notional = SignedDecimal256::from_ratio(10_000_000_000_000i128, 1);
        state.position.funding = Money::new(notional * quote);
        let max = SignedDecimal256::try_from(targets(&state, params).unwrap().leverage_max).unwrap();
        // E = 0.9*C*coins + quote - 0.0007*N.
        let coins = notional * (SignedDecimal256::one() / max - quote + signed("0.0007"));
        let counted = Price::new(collateral * dec("0.9"), 12, 6).unwrap();
        state.position.margin.base = counted.amount_ceil(Money::new(coins).or_zero()).unwrap();
        state
    }

    proptest! {
        #[test]
        fn at_the_maximum_the_rise_together_with_the_discount_leaves_the_buffer(
            (over, under) in prop_oneof![(1u32..=1_000, Just(1u32)), (1u32..=1_000, Just(1_000u32))],
            quote in -0.6f64..0.6,
            discount in 0u64..=60,
            jump in 5u64..=200,
        ) {
            let quote = SignedDecimal256::permille((quote * 1_000.0) as i64);
            let params = PolicyParams {
                assumed_discount: Decimal256::percent(discount),
                jump_floor: Decimal256::percent(jump),
                volatility_multiple: dec("1"),
                max_leverage_low: dec("1.05"),
                max_leverage_high: dec("10"),
                ..PolicyParams::default()
            };
            let state = at_max(dec("10") * Decimal256::from_ratio(over, under), quote, &params);
            let levels = targets(&state, &params).unwrap();
            let case = StressCase {
                price_change: signed(&levels.assumed_rise.to_string()),
                collateral_change: Some(SignedDecimal256::zero() - signed(&params.assumed_discount.to_string())),
                funding_multiple: SignedDecimal256::zero(),
                hours: 0,
                cost: Decimal256::zero(),
            };
            let ratio = stress(&state, &params, &case).unwrap().before.margin_ratio.unwrap();
            // Maintenance of 2.5 % and the buffer of 2 %.
            prop_assert!(ratio > signed("0.0449999") || levels.leverage_max == params.max_leverage_low, "{}", ratio);
            // Exactly so much, where neither a bound nor the worse of quote and none counts.
            let coins_rise = (dec("1") + levels.assumed_rise) * (dec("1") - params.assumed_discount) >= dec("1");
            let bounded = levels.leverage_max == dec("10")
                || levels.leverage_max == dec("1.05")
                || state.position.margin.base.is_zero();
            if !bounded && (quote.is_zero() || quote.is_negative() != coins_rise) {
                prop_assert!(ratio < signed("0.0450001"), "{}", ratio);
            }
        }
    }
}

mod hedge_target {
    use super::*;

    #[test]
    fn it_starts_from_the_ratio_of_least_variance() {
        let with = |forecast: &str, hedge: &str| {
            let mut state = calm();
            (state.forecast.reference_mean, state.forecast.paid_mean) = (signed(forecast), signed(forecast));
            let params = PolicyParams {
                min_variance_hedge: dec("0.6"),
                hedge_min: dec("0.3"),
                hedge_max: dec("0.9"),
                ..PolicyParams::default()
            };
            assert_eq!(targets(&state, &params).unwrap().hedge_target, dec(hedge), "{forecast}");
        };
        with("0", "0.6");
        // A short that earns does not raise it; one that pays lowers it by 0.06/0.75, down to the minimum.
        with("0.5", "0.6");
        with("-0.06", "0.52");
        with("-0.9", "0.3");
    }

    #[test]
    fn outside_of_the_bounds_of_the_hedge_the_nearer_bound_counts() {
        for (least_variance, hedge) in [("0.5", "0.8"), ("1.2", "1")] {
            let params = PolicyParams { min_variance_hedge: dec(least_variance), ..PolicyParams::default() };
            assert_eq!(validate(&params, &default_terms(), None, Pricing::One), Ok(()));
            assert_eq!(targets(&calm(), &params).unwrap().hedge_target, dec(hedge));
        }
    }
}

mod parameters {
    use super::*;

    fn check(params: &PolicyParams, pricing: Pricing) -> Result<(), PolicyError> {
        validate(params, &default_terms(), None::<&FeedBounds>, pricing)
    }

    #[test]
    fn the_defaults_fit_a_market_of_two_prices() {
        check(&PolicyParams::default(), Pricing::Two).unwrap();
    }

    #[test]
    fn the_venues_share_must_bear_the_margin_for_the_assumed_discount() {
        // (1/1.760637 + 0.0007)/0.9/0.99 = 0.638245 of the coins; with one price 0.5424.
        let with = |share: &str| PolicyParams { venue_share: dec(share), ..PolicyParams::default() };
        check(&with("0.6382"), Pricing::One).unwrap();
        let error = check(&with("0.6382"), Pricing::Two).unwrap_err().to_string();
        assert!(error.contains("0.6382450") && error.contains("venue_share (0.6382)"), "{error}");
        check(&with("0.63825"), Pricing::Two).unwrap();
    }

    #[test]
    fn the_least_maximum_must_survive_the_discount_alone() {
        // (1 - 0.6)/(0.2 + 0.02 + 0.0007*0.6) = 1.814717.
        let terms = ballast_types::venue::Terms { maintenance_ratio: dec("0.2"), ..default_terms() };
        let with = |low: &str| PolicyParams {
            assumed_discount: dec("0.6"),
            max_leverage_low: dec(low),
            venue_share: dec("1"),
            ..PolicyParams::default()
        };
        validate(&with("1.8147"), &terms, None, Pricing::Two).unwrap();
        let error = validate(&with("1.8148"), &terms, None, Pricing::Two).unwrap_err();
        assert!(matches!(error, PolicyError::LeverageTooHigh { .. }), "{error}");
        assert!(error.to_string().contains("1.8148") && error.to_string().contains("1.81471735"), "{error}");
        validate(&with("1.8148"), &terms, None, Pricing::One).unwrap();
    }

    #[test]
    fn a_feed_of_its_own_makes_two_prices() {
        assert_eq!(Pricing::with_feed(Some(&"statom/usd".to_string())), Pricing::Two);
        assert_eq!(Pricing::with_feed(None), Pricing::One);
    }
}

mod measures {
    use super::*;

    #[test]
    fn coins_count_at_their_own_price_and_the_short_at_the_index() {
        // 1,000 coins at 12 against 1,000 short at 10; margin 0.9*12*537 - 7 of 10,000.
        let state = selling_for(posted(537 * COIN), "12");
        let view = hedge_state(&state, &PolicyParams::default()).unwrap();
        assert_eq!(view.nav, money(12_000_000_000));
        assert_eq!(nav(&state).unwrap(), money(12_000_000_000));
        close(view.hedge_ratio, "0.833333333");
        assert_eq!(view.margin_ratio, Some(signed("0.57926")));
        // At an index of 11 and coins at 9: 9,000 less a loss of 1,000.
        let price = |text: &str| Price::new(dec(text), 6, 6).unwrap();
        assert_eq!(nav_at(&state, &price("11"), &price("9")).unwrap(), money(8_000_000_000));
    }

    #[test]
    fn coins_needed_are_counted_at_their_own_price() {
        // At 4: 0.9*4*537 - 7 of 10,000 is 19.26 %. Back at L* of 1.760637: (5,679.763575 - 1,926.2)/3.6 coins.
        let view = hedge_state(&selling_for(posted(537 * COIN), "4"), &PolicyParams::default()).unwrap();
        let Leverage::Finite(leverage) = view.leverage else { panic!("{:?}", view.leverage) };
        close(leverage, "5.191569");
        assert!(view.coins_needed.abs_diff(Uint128::new(1_042_656_549)) < Uint128::new(1_000), "{}", view.coins_needed);
    }

    #[test]
    fn a_position_is_lost_when_its_coins_at_their_price_do_not_pay_for_closing() {
        // A loss of 5,000 and 10.5 of cost against 1,000 coins: 5.017 of their price at 0.9998 * 0.999.
        let state = |price: &str| selling_for(at_price(posted(400 * COIN), "15"), price);
        assert!(hedge_policy::is_lost(&state("5.0165")).unwrap());
        assert!(!hedge_policy::is_lost(&state("5.0166")).unwrap());
    }

    #[test]
    fn what_orders_pay_is_planned_at_what_the_coin_lastingly_sells_for() {
        // The same, but the coins are redeemed for 10: a discount of half, which is sudden or has lasted.
        for (mean, lasting, lost) in [("0", "10", false), ("0.5", "5.0165", true)] {
            let mut state = selling_for(at_price(posted(400 * COIN), "15"), "5.0165");
            let range = state.prices.collateral_range.as_mut().unwrap();
            (range.redemption, range.high) = (dec("10"), dec("10"));
            (range.mean_discount, range.lasting_low) = (dec(mean), dec(lasting));
            assert_eq!(hedge_policy::is_lost(&state).unwrap(), lost, "{mean}");
        }
    }
}

mod orders {
    use super::*;

    #[test]
    fn a_hedge_follows_what_its_coins_are_worth() {
        // 1,200 to hedge. The cost of 1,400.9 paid in coins at 12 * 0.9998 * 0.999 needs no hedge:
        // 200/(1 + 1.2*0.007/11.985602).
        let sells = order(&selling_for(calm(), "12"));
        assert_eq!(rule(&selling_for(calm(), "12")), Some(Rule::HedgeBand));
        assert!(sells.delta.abs_diff(-199_859_930) < 3, "{}", sells.delta);
        assert_eq!(rule(&selling_for(calm(), "10.3")), None);
        assert_eq!(rule(&selling_for(calm(), "10.31")), Some(Rule::HedgeBand));
        // 950 to hedge are 1.0526.
        let buys = order(&selling_for(posted(650 * COIN), "9.5"));
        assert!(buys.delta.abs_diff(50_000_000) < 50_000, "{}", buys.delta);
    }

    #[test]
    fn a_deposit_is_hedged_and_margined_at_both_prices_however_far_they_are_apart() {
        // A thousand times the index, and a thousandth: short = amount*C/P, margin = (N/1.760637 + 0.0007 N + 1)/(0.9 C)
        // and the cost of 0.07 % of N at C * 0.9998 * 0.999.
        let empty = |price: &str| {
            let mut state = selling_for(calm(), price);
            state.idle = base(0);
            state.position = Default::default();
            state
        };
        let deposit = |price: &str, amount: u128| {
            deposit_order(&empty(price), &PolicyParams::default(), Uint128::new(amount)).unwrap()
        };
        let pair =
            |short: u128, margin: u128| DepositOrder { short: Uint128::new(short), margin: Uint128::new(margin) };
        assert_eq!(deposit("10000", 1_000_000), pair(1_000_000_000, 631_863 + 701));
        assert_eq!(deposit("0.01", 100_000_000_000), pair(100_000_000, 63_186_262_052 + 70_084_087));
    }

    #[test]
    fn roundings_of_base_are_allowed_for_at_its_own_price() {
        // An order that only posts: four units of base and eight of quote.
        for (price, most) in [("0.01", 9), ("4", 24), ("10000", 40_008)] {
            // Margin that no position needs comes home.
            let mut state = selling_for(posted(1_000 * COIN), price);
            (state.position.size, state.position.entry_value) = (Int128::zero(), Uint128::zero());
            state.capacity.short = Uint128::zero();
            let action = hedge_policy::next_action(&state, &PolicyParams::default()).unwrap().action;
            let Action::Order(order) = action else { panic!("no order: {action:?}") };
            assert_eq!(order.limit_cost, Some(Uint128::new(most)), "{price}");
        }
    }

    #[test]
    fn the_venues_share_counts_coins_at_their_price() {
        // 500 coins at 20 and as many idle, with 10,000 idle quote: 10,000 of 30,000. At the index it would be a quarter.
        // A deposit of 20 coins hedges 40 and posts 0.632 of them: 33.8 %.
        let mut state = with_short(selling_for(posted(500 * COIN), "20"), 2_000 * COIN);
        state.idle.quote = Uint128::new(10_000 * COIN);
        let deposited = |most: &str| {
            let params = PolicyParams { venue_share: dec(most), ..PolicyParams::default() };
            hedge_policy::deposit_order(&state, &params, Base(Uint128::new(20 * COIN)))
        };
        deposited("0.338").unwrap();
        let error = deposited("0.337").unwrap_err().to_string();
        assert!(error.starts_with("0.3372"), "{error}");
    }
}

mod idle_quote {
    use super::*;

    fn rich(collateral: &str) -> State {
        let mut state = selling_for(posted(650 * COIN), collateral);
        // Hedged as it should be: 1,000 of 10 for as much in coins.
        let coins = Decimal256::from_ratio(10_000 * COIN, 1u128) / dec(collateral);
        state.idle = Purse::new(Uint128::try_from(coins.to_uint_floor()).unwrap(), Uint128::new(2_000 * COIN));
        let posted = state.idle.base.multiply_ratio(7u128, 10u128);
        state.idle.base -= posted;
        state.position.margin.base = posted;
        (state.forecast.reference_mean, state.forecast.paid_mean) = (signed("0.1"), signed("0.05"));
        state
    }

    fn selling(collateral: &str, price: &str) -> State {
        let mut state = rich(collateral);
        state.base_for_sale.amount = Uint128::new(50 * COIN);
        state.base_for_sale.price = dec(price);
        state
    }

    #[test]
    fn the_pools_base_is_dear_or_not_by_its_own_price() {
        let auction = HedgeAction::OpenAuction { quote: Uint128::new(2_000 * COIN) };
        assert_eq!(due(&selling("8", "8.08")).action, HedgeAction::BuyBase { quote: Uint128::new(404 * COIN) });
        assert_eq!(due(&selling("8", "8.080001")).action, auction);
        assert_eq!(due(&selling("12", "12.12")).action, HedgeAction::BuyBase { quote: Uint128::new(606 * COIN) });
        assert_eq!(due(&selling("12", "12.120001")).action, auction);
    }

    #[test]
    fn dust_and_the_premium_are_counted_at_its_own_price() {
        // 0.5 % of 12,000 is 60: 7.5 at 8.
        let mut state = selling("8", "8");
        state.base_for_sale.amount = Uint128::new(7_500_000);
        assert_eq!(due(&state).action, HedgeAction::BuyBase { quote: Uint128::new(60 * COIN) });
        state.base_for_sale.amount = Uint128::new(7_499_999);
        assert_eq!(due(&state).action, HedgeAction::OpenAuction { quote: Uint128::new(2_000 * COIN) });
        // 50 coins at 8.08 cost 4 more than they are worth, and to hedge 400 costs 0.28; the budget is 360.
        let mut state = selling("8", "8.08");
        state.cost_spent = money(360_000_000 - 4_280_000);
        assert_eq!(rule(&state), Some(Rule::IdleQuote));
        state.cost_spent = money(360_000_000 - 4_279_999);
        assert_eq!(rule(&state), None);
    }

    #[test]
    fn a_purchase_asks_for_base_at_its_own_price() {
        // 404/8.08 = 50.
        let due = hedge_policy::next_action(&selling("8", "8.08"), &PolicyParams::default()).unwrap();
        let (quote, min_base) = (Quote(Uint128::new(404 * COIN)), Base(Uint128::new(50 * COIN)));
        assert_eq!(due.action, Action::BuyBase { quote, min_base });
    }

    #[test]
    fn coins_are_bought_only_as_far_as_they_can_be_hedged_at_the_index() {
        // 20 at 10 hedge 25 at 8.
        let mut state = selling("8", "8");
        state.capacity.short = Uint128::new(20 * COIN);
        assert_eq!(due(&state).action, HedgeAction::BuyBase { quote: Uint128::new(200 * COIN) });
    }

    #[test]
    fn it_waits_for_a_collateral_price_without_flags_even_without_coins() {
        let none = |flag: Option<Flag>| {
            let mut state = rich("10");
            (state.idle.base, state.position) = (Uint128::zero(), Default::default());
            state.prices.collateral_range.as_mut().unwrap().flags = flag.into_iter().collect();
            rule(&state)
        };
        assert_eq!(none(None), Some(Rule::IdleQuote));
        for flag in [Flag::Uncertain, Flag::Discount, Flag::Stale] {
            assert_eq!(none(Some(flag)), None, "{flag:?}");
        }
    }
}

mod flags {
    use super::*;

    /// 1,040 short of 1,000 coins: rule 5 is due.
    fn unhedged() -> State {
        selling_for(with_short(posted(700 * COIN), 1_040 * COIN), "10")
    }

    #[test]
    fn an_unusable_collateral_price_is_safe_mode_where_there_is_base_anywhere() {
        assert_eq!(rule(&unhedged()), Some(Rule::HedgeBand));
        for flag in [Flag::Uncertain, Flag::Secondary] {
            assert_eq!(rule(&collateral_flagged(unhedged(), flag)), Some(Rule::HedgeBand));
        }
        for flag in [Flag::Stale, Flag::Jump, Flag::Missing, Flag::Invalid, Flag::Future] {
            assert_eq!(rule(&collateral_flagged(unhedged(), flag)), None, "{flag:?}");
            // Base in the vault decides about the size as base at the venue does.
            let mut idle = unhedged();
            (idle.idle.base, idle.position.margin) = (Uint128::new(1_000 * COIN), quote(8_000 * COIN));
            assert_eq!(rule(&idle), Some(Rule::HedgeBand));
            assert_eq!(rule(&collateral_flagged(idle, flag)), None, "{flag:?}");
            // A short without a coin is closed whatever a coin costs.
            let mut none = unhedged();
            (none.idle.base, none.position.margin) = (Uint128::zero(), quote(8_000 * COIN));
            assert_eq!(order(&collateral_flagged(none, flag)).delta, 1_040_000_000, "{flag:?}");
        }
    }

    #[test]
    fn in_safe_mode_coins_are_still_posted() {
        // At L*: (10,000/1.760637 + 7)/9 = 631.862622 coins.
        for flag in [Flag::Stale, Flag::Jump, Flag::Missing] {
            let state = collateral_flagged(selling_for(posted(300 * COIN), "10"), flag);
            assert_eq!(rule(&state), Some(Rule::LeverageHigh));
            let order = order(&state);
            assert_eq!((order.delta, order.settle), (0, Settle::No));
            assert_eq!(order.margin_in.quote, Uint128::zero());
            assert!(order.margin_in.base.abs_diff(Uint128::new(331_862_622)) < Uint128::new(3), "{order:?}");
        }
    }

    #[test]
    fn rule_4_waits_for_both_prices_without_flags() {
        let state = selling_for(at_price(posted(1_000 * COIN), "15.39"), "15.39");
        assert_eq!(rule(&state), Some(Rule::Settle));
        assert_eq!(rule(&flagged(state.clone(), Flag::Uncertain)), None);
        assert_eq!(rule(&collateral_flagged(state, Flag::Uncertain)), None);
    }

    #[test]
    fn margin_comes_home_only_where_both_prices_allow_it() {
        let state = selling_for(posted(1_000 * COIN), "10");
        assert_eq!(rule(&state), Some(Rule::LeverageLow));
        assert_eq!(rule(&collateral_flagged(state.clone(), Flag::Discount)), Some(Rule::LeverageLow));
        assert_eq!(rule(&collateral_flagged(state, Flag::Uncertain)), None);
    }
}
