use ballast_testkit::{decimal, signed, Setup, Suite, ATOM};
use ballast_tests::{coins_of_vault, near, number, short_of_vault, spread_at, variance, PAYING};
use ballast_types::market::{Adjust, ExecuteMsg, Leverage, MarginOut, MarketAction, OrderSize, Settle};
use ballast_types::policy::{HedgeAction, PolicyParams, Rule};
use ballast_types::vault::{ExecuteMsg as VaultMsg, ExtensionExecuteMsg, RebalanceResponse};
use cosmwasm_std::Int128;

use super::codes;

/// A vault of 1,000 ATOM at 10 and its target leverage.
fn vault() -> Suite {
    let mut suite = Suite::new(codes());
    suite.deposit("alice", 1_000 * ATOM).unwrap();
    suite
}

fn leverage(suite: &Suite) -> f64 {
    match suite.health().before.leverage {
        Leverage::Finite(leverage) => number(leverage),
        other => panic!("leverage {other:?}"),
    }
}

/// One rebalance that must be by this rule, as `next_action` said before.
#[track_caller]
fn does(suite: &mut Suite, rule: Rule) -> HedgeAction {
    let said = suite.next_action();
    let done = suite.rebalance().unwrap();
    assert_eq!(done.decision, said, "next_action says what rebalance does");
    assert_eq!(done.decision.rule, Some(rule));
    done.decision.action
}

#[track_caller]
fn nothing_is_due(suite: &mut Suite) {
    let before = (coins_of_vault(suite), short_of_vault(suite));
    let done = suite.rebalance().unwrap();
    assert_eq!(done.decision.rule, None, "{:?}", done.decision);
    assert_eq!(done.decision.action, HedgeAction::None);
    assert_eq!(before, (coins_of_vault(suite), short_of_vault(suite)));
}

#[test]
fn nothing_is_due_right_after_a_deposit() {
    let mut suite = vault();
    nothing_is_due(&mut suite);
}

#[test]
fn rule_1_without_a_usable_market_nothing_is_traded() {
    let mut suite = vault();
    let market = suite.market.clone();
    let actions = vec![MarketAction::Increase, MarketAction::Reduce];
    let msg = ExecuteMsg::Pause { market: ballast_testkit::MARKET.into(), actions };
    suite.exec("guardian", &market, &msg, &[]).unwrap();
    suite.jump("7.5");
    let before = short_of_vault(&suite);
    suite.keep(6).unwrap();
    assert_eq!(short_of_vault(&suite), before);
    suite.deposit("bob", 100 * ATOM).unwrap_err();
}

#[test]
fn rule_1_a_paused_reduce_brings_spare_margin_home() {
    spare_margin_comes_home_without(MarketAction::Reduce, Rule::SafeMode);
}

/// A paused increase takes growing away and nothing else: it is rule 6, not safe mode, that sees the spare margin.
#[test]
fn rule_6_a_paused_increase_leaves_spare_margin_to_it() {
    spare_margin_comes_home_without(MarketAction::Increase, Rule::LeverageLow);
}

#[track_caller]
fn spare_margin_comes_home_without(action: MarketAction, rule: Rule) {
    let mut suite = vault();
    suite.jump("14");
    does(&mut suite, Rule::LeverageHigh);
    suite.jump("9.9");
    let market = suite.market.clone();
    let msg = ExecuteMsg::Pause { market: ballast_testkit::MARKET.into(), actions: vec![action] };
    suite.exec("guardian", &market, &msg, &[]).unwrap();
    let (size, posted) = (short_of_vault(&suite), suite.vault_position().venue.position.margin.base);
    does(&mut suite, rule);
    assert_eq!(short_of_vault(&suite), size);
    assert!(suite.vault_position().venue.position.margin.base < posted);
    near(leverage(&suite), 2.072, 0.01);
    nothing_is_due(&mut suite);
}

#[test]
fn rule_2_in_an_emergency_everything_is_put_right_in_one_order() {
    let mut suite = vault();
    // +55 %: margin ratio 0.4833 - 0.55/1.55 = 12.8 %, leverage 7.8; the emergency begins at 6.65
    suite.jump("15.5");
    near(leverage(&suite), 7.79, 0.02);
    near(number(suite.health().before.targets.leverage_emergency), 6.65, 0.01);
    does(&mut suite, Rule::Emergency);
    near(leverage(&suite), 2.07, 0.02);
    near(number(suite.health().before.hedge_ratio), 1.0, 0.031);
    nothing_is_due(&mut suite);
}

#[test]
fn rule_3_leverage_above_its_maximum_is_answered_with_coins_and_no_trade() {
    let mut suite = vault();
    // +30 %: margin ratio 0.4833 - 0.3/1.3 = 25.3 %, leverage 3.96 > 3.63
    suite.jump("13");
    near(leverage(&suite), 3.96, 0.01);
    let size = short_of_vault(&suite);
    let action = does(&mut suite, Rule::LeverageHigh);
    let HedgeAction::Adjust { delta, margin_in, .. } = action else { panic!("{action:?}") };
    assert!(delta.is_zero() && !margin_in.base.is_zero());
    assert_eq!(short_of_vault(&suite), size);
    near(leverage(&suite), 2.072, 0.002);
    nothing_is_due(&mut suite);
}

#[test]
fn rule_3_is_not_due_just_below_the_maximum() {
    let mut suite = vault();
    // +25 %: margin ratio 0.4833 - 0.2 = 28.3 %, leverage 3.53 < 3.63
    suite.jump("12.5");
    near(leverage(&suite), 3.53, 0.01);
    nothing_is_due(&mut suite);
}

#[test]
fn rule_4_large_gains_are_settled_and_come_home_as_quote() {
    let mut suite = vault();
    // -21 %: gain over notional 0.21/0.79 = 26.6 % > 25 %
    suite.jump("7.9");
    does(&mut suite, Rule::Settle);
    let position = suite.vault_position();
    assert!(number(position.venue.position.price_pnl).abs() < 1.0);
    near(position.idle.quote.u128() as f64 / 1e6, 2_100.0, 0.01);
    near(leverage(&suite), 2.07, 0.02);
}

#[test]
fn rule_4_gains_of_a_little_less_stay_unsettled() {
    let mut suite = vault();
    // -19.5 %: 0.195/0.805 = 24.2 %
    suite.jump("8.05");
    nothing_is_due(&mut suite);
}

#[test]
fn rule_4_large_losses_are_settled_in_coins_and_the_short_follows() {
    let mut suite = vault();
    suite.jump("13");
    does(&mut suite, Rule::LeverageHigh);
    // +56 % in all: loss over notional 0.56/1.56 = 35.9 % > 35 %
    suite.hours(1);
    suite.jump("15.6");
    does(&mut suite, Rule::Settle);
    let coins = coins_of_vault(&suite);
    assert!(coins.quote.is_zero());
    // opening cost 0.05 % and a spread of 0.0654 % in coins, the loss of 5,600 dollars 359 coins at 15.6 and 0.12 % for
    // paying in coins; of the rise of 30 % the first hour's variance counts 15 %, so buying back what was sold for the
    // coins that are gone costs 0.05 % and 0.156 %
    let opened = 1_000.0 * (0.0005 + spread_at(0.25)) / PAYING;
    let closing = (0.0005 + spread_at(variance(0.25, 0.15, 1.0))) / PAYING;
    let lost = opened + 5_600.0 / 15.6 / PAYING;
    // what is lost, and the cost of closing as much as is lost in all: x = lost + x * closing
    let lost = lost / (1.0 - closing);
    near(coins.base.u128() as f64 / 1e6, 1_000.0 - lost, 0.000_05);
    near(short_of_vault(&suite) as f64, coins.base.u128() as f64, 0.002);
    nothing_is_due(&mut suite);
}

#[test]
fn rule_5_the_hedge_follows_its_target_down_and_up_again() {
    let mut suite = vault();
    suite.set_reference(signed("-0.4"));
    let mut seen = vec![];
    for rate in ["-0.4", "0.3"] {
        suite.set_reference(signed(rate));
        for _ in 0..80 {
            suite.hours(6);
            suite.adjust_nothing("feeder");
            let before = short_of_vault(&suite);
            for done in suite.keep(6).unwrap() {
                assert_eq!(done.decision.rule, Some(Rule::HedgeBand), "{:?}", done.decision);
                seen.push(short_of_vault(&suite) > before);
            }
        }
    }
    assert!(seen.contains(&false) && seen.contains(&true), "shrunk and grown: {seen:?}");
    let first_growth = seen.iter().position(|grown| *grown).unwrap();
    assert!(seen[first_growth..].iter().all(|grown| *grown), "never to and fro: {seen:?}");
}

#[test]
fn rule_6_spare_margin_comes_home() {
    let mut suite = vault();
    // +40 %: leverage 5.1, coins are posted; back at 10 leverage is 1.30 < 0.65 * 2.07 = 1.35
    suite.jump("14");
    does(&mut suite, Rule::LeverageHigh);
    // within the hour: volatility takes one observation an hour
    suite.jump("10");
    near(leverage(&suite), 1.30, 0.01);
    let size = short_of_vault(&suite);
    does(&mut suite, Rule::LeverageLow);
    assert_eq!(short_of_vault(&suite), size);
    near(leverage(&suite), 2.072, 0.01);
    nothing_is_due(&mut suite);
}

#[test]
fn rule_7_idle_quote_becomes_coins_from_the_pool_first() {
    let mut suite = vault();
    suite.hours(1);
    for price in ["13", "15.6"] {
        suite.hours(1);
        suite.jump(price);
        suite.keep(6).unwrap();
    }
    // the pool now holds the base that the loss was paid in; the crash pays quote
    assert!(suite.pool("lp").pool.base.u128() > 300 * ATOM);
    suite.hours(1);
    suite.jump("12.2");
    does(&mut suite, Rule::Settle);
    let (before, idle) = (coins_of_vault(&suite).base, suite.vault_position().idle.quote);
    let action = does(&mut suite, Rule::IdleQuote);
    assert!(matches!(action, HedgeAction::BuyBase { .. }), "{action:?}");
    let after = coins_of_vault(&suite).base;
    assert!(after > before);
    assert!(suite.vault_position().idle.quote < idle);
    near(number(suite.health().before.hedge_ratio), 1.0, 0.031);
    suite.keep(6).unwrap();
    nothing_is_due(&mut suite);
}

#[test]
fn rule_7_without_base_in_the_pool_an_auction_opens_and_its_bonus_grows() {
    let mut setup = Setup::default();
    setup.price_feed.max_age = 4 * 3600;
    let mut suite = Suite::with(codes(), setup);
    suite.deposit("alice", 1_000 * ATOM).unwrap();
    suite.hours(1);
    suite.jump("7.9");
    does(&mut suite, Rule::Settle);
    let action = does(&mut suite, Rule::IdleQuote);
    assert!(matches!(action, HedgeAction::OpenAuction { .. }), "{action:?}");
    nothing_is_due(&mut suite);

    let fresh = suite.auction();
    assert!(fresh.clock == Some(0) && fresh.bonus.is_zero());
    // the price less the cost of hedging the fill, which is paid in coins; after an hour without a move the spread is
    // 0.0652 %: 7.9 * (1 - (0.0005 + 0.000652) * 1.0012)
    let spread = spread_at(variance(0.25, 0.0, 1.0));
    near(number(fresh.price), 7.9 * (1.0 - (0.0005 + spread) / PAYING), 1e-6);
    // five hours without a price are one more than the feed allows: that one does not count, for nobody could fill
    suite.hours(5);
    near(number(suite.auction().bonus), 0.002, 0.01);
    suite.hours(1);
    near(number(suite.auction().bonus), 0.0025, 0.01);
    suite.hours(4);
    near(number(suite.auction().bonus), 0.003, 1e-9);

    let offer = suite.auction();
    let (size, coins) = (short_of_vault(&suite), coins_of_vault(&suite).base.u128());
    suite.sell_base("seller", offer.base.u128() * 2, 1).unwrap_err().says(&offer.base.to_string());
    let sold = suite.sell_base("seller", offer.base.u128() / 2, 1).unwrap();
    near(number(sold.quote) / number(sold.base), number(offer.price), 0.0005);
    let grown = coins_of_vault(&suite).base.u128() - coins;
    // of the coins brought, the cost of hedging them: the fall of 21 % counts in the variance of the first five hours
    let moved = variance(variance(variance(variance(0.25, 0.0, 1.0), 0.21, 5.01), 0.0, 1.0), 0.0, 4.0);
    near(grown as f64, sold.base.u128() as f64 * (1.0 - (0.0005 + spread_at(moved)) / PAYING), 1e-6);
    near((short_of_vault(&suite) - size) as f64, sold.base.u128() as f64, 0.002);
    let rest = suite.auction().base.u128();
    suite.sell_base("seller", rest, 1).unwrap();
    suite.keep(6).unwrap();
    nothing_is_due(&mut suite);
}

#[test]
fn rule_7_waits_while_the_forecast_is_that_shorts_pay() {
    let mut suite = vault();
    suite.set_reference(signed("-0.05"));
    for _ in 0..40 {
        suite.hours(6);
        suite.adjust_nothing("feeder");
        suite.keep(6).unwrap();
    }
    suite.jump("7.9");
    does(&mut suite, Rule::Settle);
    assert!(suite.vault_position().idle.quote.u128() > 1_500 * ballast_testkit::USDC);
    nothing_is_due(&mut suite);
}

#[test]
fn no_rule_undoes_the_work_of_another_in_the_same_hour() {
    let mut suite = vault();
    let prices = ["12", "14", "17", "15", "11", "9", "7", "8.5", "13", "10", "6", "5", "7.5", "10"];
    for price in prices {
        suite.hours(1);
        suite.jump(price);
        let steps = suite.keep(6).unwrap();
        assert!(steps.len() <= 3, "{} steps at {price}", steps.len());
        for (n, step) in steps.iter().enumerate() {
            let kind = std::mem::discriminant(&step.decision.action);
            let again = |other: &RebalanceResponse| {
                other.decision.rule == step.decision.rule && std::mem::discriminant(&other.decision.action) == kind
            };
            assert!(!steps[n + 1..].iter().any(again), "{:?} twice at {price}", step.decision);
        }
        nothing_is_due(&mut suite);
        let health = suite.health().before;
        assert!(leverage(&suite) <= number(health.targets.leverage_max) * 1.000_001);
    }
}

#[test]
fn the_guardian_stops_trading_but_not_the_rules_that_keep_the_hedge_alive() {
    use ballast_types::vault::{ExecuteMsg, ExtensionExecuteMsg, VaultAction};
    let mut suite = vault();
    let contract = suite.vault.clone();
    let stop = ExecuteMsg::VaultExtension(ExtensionExecuteMsg::Pause {
        actions: vec![VaultAction::Rebalance, VaultAction::Deposit],
    });
    suite.exec("alice", &contract, &stop, &[]).unwrap_err();
    suite.exec("guardian", &contract, &stop, &[]).unwrap();
    suite.jump("7.9");
    nothing_is_due(&mut suite);
    suite.deposit("bob", 100 * ATOM).unwrap_err();
    suite.jump("13");
    does(&mut suite, Rule::LeverageHigh);
    let half = suite.shares("alice").u128() / 2;
    suite.redeem("alice", half.into()).unwrap();
}

/// Part of NAV that is gone after an owner alternates between two policies in one block, at one price: by one a short of
/// `hedge` may stand high, so that margin comes home; by the other it stands where rule 2 trades to the other hedge ratio.
fn burnt_by_alternating_policies(taker_fee: &str) -> f64 {
    let mut setup = Setup { reference: signed("0"), ..Setup::default() };
    setup.market.slope = decimal("0");
    setup.market.taker_fee = decimal(taker_fee);
    setup.policy.max_cost = decimal("0.05");
    setup.policy.exit_cost = decimal("0.05");
    let basis = PolicyParams { cost_budget: decimal("0.001"), ..setup.policy.clone() };
    let mut suite = Suite::with(codes(), setup);
    suite.deposit("alice", 1_000 * ATOM).unwrap();
    let start = number(suite.vault_position().nav);

    let policy = |hedge: &str, max: &str| PolicyParams {
        max_leverage_low: decimal(max),
        max_leverage_high: decimal(max),
        target_divisor: decimal("1.2"),
        hedge_min: decimal(hedge),
        hedge_max: decimal(hedge),
        venue_share: decimal("1"),
        ..basis.clone()
    };
    let high = |hedge: &str| PolicyParams {
        leverage_buffer: decimal("0.005"),
        volatility_multiple: decimal("1"),
        reaction_time: 3600,
        jump_floor: decimal("0.05"),
        volatility_floor: decimal("0.1"),
        min_leverage_share: decimal("0.9"),
        ..policy(hedge, "10")
    };
    for _ in 0..40 {
        // At 1.05 all coins posted do not carry a short of 1,000; at 1.4 they carry either.
        for policy in [high("1"), policy("0.3", "1.05"), high("0.3"), policy("1", "1.4")] {
            let vault = suite.vault.clone();
            let msg = VaultMsg::VaultExtension(ExtensionExecuteMsg::UpdatePolicy { policy });
            suite.exec("owner", &vault, &msg, &[]).unwrap();
            suite.rebalance().unwrap();
        }
    }
    1.0 - number(suite.vault_position().nav) / start
}

#[test]
fn policies_that_alternate_burn_no_more_than_the_budget_and_one_rescue_that_needs_its_trade() {
    let lost = burnt_by_alternating_policies("0.0005");
    assert!(lost <= 0.001, "{lost}");
    // A fee of 1 % is dearer than the budget: one way down, of seven tenths, is what the rescue needs, and no way up fits.
    let lost = burnt_by_alternating_policies("0.01");
    let once = 0.7 * (0.01 + spread_at(0.25)) / PAYING;
    assert!(lost <= 1.02 * once, "{lost} of {once}");
}

/// A market whose fee of 1 % is above the hedge band of 0.5 %: what hedging coins costs, paid in coins, lifts the hedge
/// ratio out of its band. 450 coins came late, so that a part of the hedge is younger.
fn with_a_fee_above_the_band() -> Suite {
    let mut setup = Setup::default();
    setup.market.taker_fee = decimal("0.01");
    setup.policy.max_cost = decimal("0.05");
    setup.policy.exit_cost = decimal("0.2");
    setup.policy.cost_budget = decimal("0.1");
    setup.policy.hedge_band = decimal("0.005");
    let mut suite = Suite::with(codes(), setup);
    suite.deposit("alice", 1_000 * ATOM).unwrap();
    suite.keep(6).unwrap();
    suite.deposit("bob", 450 * ATOM).unwrap();
    suite.hours(24);
    suite.keep(6).unwrap();
    suite
}

#[test]
fn an_auction_opens_only_for_fills_that_keep_the_hedge() {
    let mut suite = with_a_fee_above_the_band();
    suite.jump("6");
    suite.keep(6).unwrap();
    // 5,800 of quote are 966 coins, of which 1 % pays for their hedge: half a percent of all, beside what is off already.
    let idle = suite.vault_position().idle.quote;
    assert!(idle.u128() > 5_000 * ATOM, "{idle}");
    assert_eq!(suite.next_action().rule, None);
    assert_eq!(suite.auction().clock, None);
}

#[test]
fn base_of_the_pool_is_due_only_where_its_hedge_is_kept() {
    let mut suite = with_a_fee_above_the_band();
    // A stranger's loss leaves base in the pool.
    suite.hours(1);
    let order = |size: i128| Adjust {
        market: ballast_testkit::MARKET.into(),
        size: OrderSize::Delta { amount: Int128::new(size) },
        reduce_only: false,
        settle: Settle::No,
        limit_cost: None,
        margin_out: MarginOut::None,
    };
    let funds = [suite.base(3_000 * ATOM)];
    suite.adjust("stranger", order(3_500_000_000), &funds).unwrap();
    suite.jump("6");
    suite.adjust("stranger", order(-3_500_000_000), &[]).unwrap();
    // Whatever is due is done: nothing of it is refused.
    suite.keep(8).unwrap();
    assert_eq!(suite.next_action().rule, None);
}
