use ballast_types::market::{FundingRates, MarginOut, MarketAction, OrderSize, Settle};
use ballast_types::policy::{HedgeAction, Rule};
use ballast_types::vault::{ExtensionExecuteMsg, VaultAction};
use ballast_vault::ContractError;
use cosmwasm_std::{coins, Int128, SignedDecimal256, Uint128};
use cw_utils::PaymentError;

use crate::suite::{answer, dec, error_text, money, purse, vault_error, Suite, ONE, QUOTE};
use crate::venue::Answer;

fn with_alice() -> Suite {
    let mut suite = Suite::new();
    suite.deposit(&suite.alice.clone(), 100 * ONE);
    suite
}

/// Sets the reference rate and the rate paid to a short, both yearly.
pub fn funding(suite: &mut Suite, percent: i64) {
    let rate = SignedDecimal256::percent(percent as _);
    let now = suite.app.block_info().time;
    suite.script(|script| {
        let short_earned = script.rates(now).short_earned;
        script.funding_since = now;
        script.funding =
            FundingRates { reference: rate, rate, short: rate, long: rate, short_earned, ..FundingRates::default() }
    });
}

/// After a crash to 6 and settling the gain: much idle quote.
pub fn with_idle_quote() -> Suite {
    let mut suite = with_alice();
    suite.price("6");
    let done = suite.rebalance();
    assert_eq!(done.decision.rule, Some(Rule::Settle));
    assert!(suite.position().idle.quote.u128() > 200 * ONE, "{:?}", suite.position().idle);
    suite
}

#[test]
fn nothing_due_moves_nothing() {
    let mut suite = with_alice();
    let orders = suite.scripted().orders.len();
    let done = suite.rebalance();
    assert_eq!((done.decision.rule, done.decision.action.clone()), (None, HedgeAction::None));
    assert_eq!((done.order, done.base_bought), (None, Uint128::zero()));
    assert_eq!(suite.scripted().orders.len(), orders);
    let error = suite.extension(&suite.bob.clone(), ExtensionExecuteMsg::Rebalance {}, &coins(1, QUOTE));
    assert_eq!(vault_error(error), ContractError::Payment(PaymentError::NonPayable {}));
}

#[test]
fn leverage_above_its_maximum_posts_coins_and_nothing_else() {
    let mut suite = with_alice();
    suite.price("13.5");
    let (idle, announced) = (suite.position().idle, suite.next_action());
    let done = suite.rebalance();
    assert_eq!(done.decision, announced);
    assert_eq!(done.decision.rule, Some(Rule::LeverageHigh));

    let (order, posted) = suite.scripted().orders.pop().unwrap();
    assert_eq!(order.size, OrderSize::Delta { amount: Int128::zero() });
    assert_eq!((order.settle, order.margin_out), (Settle::No, MarginOut::None));
    // Back at L* = 2.072: equity of 1,350 / 2.072 = 651.5, of which 301.5 are there: 350 / (13.5 * 0.9) = 28.8 coins.
    assert!((28_700_000..29_000_000).contains(&posted.base.u128()), "{posted:?}");
    assert_eq!(suite.position().idle, purse(idle.base.u128() - posted.base.u128(), 0));
    suite.assert_books();
    assert_eq!(suite.rebalance().decision.rule, None);
}

#[test]
fn a_crash_is_settled_resized_and_brought_home_in_one_order() {
    let mut suite = with_alice();
    suite.price("6");
    let done = suite.rebalance();
    assert_eq!(done.decision.rule, Some(Rule::Settle));
    let (order, _) = suite.scripted().orders.pop().unwrap();
    assert_eq!(order.settle, Settle::Required);
    assert!(matches!(order.margin_out, MarginOut::Exact(_)));
    // 100 coins short from 10 to 6: 400 of quote, of which what L* does not need came home.
    let order = done.order.unwrap();
    assert!(order.settled);
    assert_eq!(suite.position().idle.quote, order.margin_out.quote);
    assert_eq!(order.margin_out.quote + suite.scripted().position.margin.quote, Uint128::new(400 * ONE));
    suite.assert_books();
    assert_eq!(suite.rebalance().decision.rule, None);
}

#[test]
fn an_order_that_leaves_leverage_too_high_and_higher_than_before_is_undone() {
    let mut suite = with_alice();
    suite.price("13.5");
    let before = suite.scripted().position;
    let snapshot = suite.snapshot();
    let mut after = before;
    after.margin.base -= Uint128::new(ONE);
    let told = answer(before, after, &suite.scripted().prices);
    suite.script(|script| script.next = Some(Answer::Told(Box::new(told))));
    let error = vault_error(suite.try_rebalance());
    assert!(matches!(error, ContractError::LeverageAfter { .. }), "{error}");
    assert_eq!(suite.snapshot(), snapshot);
}

#[test]
fn an_order_that_helps_but_not_enough_stands() {
    let mut suite = with_alice();
    suite.price("13.5");
    let before = suite.scripted().position;
    let mut after = before;
    after.margin.base += Uint128::new(ONE);
    let told = answer(before, after, &suite.scripted().prices);
    suite.script(|script| script.next = Some(Answer::Told(Box::new(told))));
    suite.rebalance();
}

#[test]
fn an_order_that_leaves_the_hedge_further_off_is_undone() {
    let mut suite = with_alice();
    // 90 of 100 are hedged: rule 5.
    suite.script(|script| {
        script.position.size = Int128::new(-90_000_000);
        script.position.entry_value = (900 * ONE).into();
    });
    assert_eq!(suite.next_action().rule, Some(Rule::HedgeBand));
    let before = suite.scripted().position;
    let mut after = before;
    after.size = Int128::new(-85_000_000);
    after.entry_value = (850 * ONE).into();
    let told = answer(before, after, &suite.scripted().prices);
    suite.script(|script| script.next = Some(Answer::Told(Box::new(told))));
    let error = vault_error(suite.try_rebalance());
    let ContractError::HedgeAfter(ratios) = error else { panic!("{error}") };
    assert_eq!((ratios.before, ratios.after), (dec("0.9"), dec("0.85")));
    assert_eq!((ratios.low, ratios.high), (dec("0.97"), dec("1.03")));

    suite.script(|script| script.next = None);
    suite.rebalance();
    // All coins, minus those that the policy expects to pay for the trade.
    let size = suite.scripted().position.size.unsigned_abs().u128();
    assert!((99_990_000..=100_000_000).contains(&size), "{size}");
}

#[test]
fn an_order_dearer_than_its_limit_is_undone_even_if_the_venue_lets_it_pass() {
    let mut suite = with_alice();
    suite.script(|script| {
        script.position.size = Int128::new(-90_000_000);
        script.position.entry_value = (900 * ONE).into();
    });
    let before = suite.scripted().position;
    let mut after = before;
    after.size = Int128::new(-100_000_000);
    after.entry_value = (1_000 * ONE).into();
    let mut told = answer(before, after, &suite.scripted().prices);
    told.costs.spread = (2 * ONE).into();
    suite.script(|script| script.next = Some(Answer::Told(Box::new(told))));
    // The order was for 9,992,996 units: 1 % of 99,929,960, grossed up by 1 / (0.9998 * 0.999) for a payment in base
    // (1,000,499.9999), and four units of base and eight of quote for rounding.
    let error = vault_error(suite.try_rebalance());
    assert_eq!(error, ContractError::CostTooHigh { cost: (2 * ONE).into(), max: 1_000_548u128.into() });
}

#[test]
fn costs_are_counted_and_refill_evenly() {
    let mut suite = with_alice();
    suite.rebalance_at_a_cost();
    assert_eq!(suite.position().cost_spent, money("70000"));
    suite.script(|script| script.charge = purse(0, 0));
    // The budget, 3 % of a NAV of 999.93, is 29,997,900 and refills in 30 days: 41,663.75 an hour.
    suite.hours(1);
    assert_eq!(suite.position().cost_spent, money("28336.25"));
    suite.hours(1);
    assert_eq!(suite.position().cost_spent, money("0"));
}

#[test]
fn the_guardian_can_stop_rules_four_to_seven_but_not_a_rescue() {
    let mut suite = with_alice();
    let guardian = suite.guardian.clone();
    suite.extension(&guardian, ExtensionExecuteMsg::Pause { actions: vec![VaultAction::Rebalance] }, &[]).unwrap();
    suite.price("6");
    assert_eq!(suite.rebalance().decision.rule, None);
    suite.price("13.5");
    assert_eq!(suite.rebalance().decision.rule, Some(Rule::LeverageHigh));
    let owner = suite.owner.clone();
    suite.extension(&owner, ExtensionExecuteMsg::Resume { actions: vec![VaultAction::Rebalance] }, &[]).unwrap();
    suite.price("6");
    assert_eq!(suite.rebalance().decision.rule, Some(Rule::Settle));
}

#[test]
fn a_failing_empty_or_garbled_answer_undoes_the_rebalance() {
    let mut suite = with_alice();
    suite.price("13.5");
    let before = suite.snapshot();
    for (answer, reason) in [
        (Answer::Fail, "the venue refuses"),
        (Answer::Empty, "cannot be read"),
        (Answer::Garbage, "cannot be read"),
        (Answer::Boast, "does not add up: refund of base"),
    ] {
        suite.script(|script| script.next = Some(answer));
        let text = error_text(suite.try_rebalance());
        assert!(text.contains(reason), "{text}");
        assert_eq!(suite.snapshot(), before);
    }
}

#[test]
fn idle_quote_buys_the_pools_base_and_hedges_it_in_the_same_transaction() {
    let mut suite = with_idle_quote();
    funding(&mut suite, 10);
    suite.script(|script| {
        script.base_for_sale.amount = (20 * ONE).into();
        script.base_for_sale.price = dec("5.99");
    });
    // The forecast is the past: each rate counts for as long as it was in force.
    assert_eq!(suite.rebalance().decision.rule, None);
    suite.hours(1);
    let (before, orders) = (suite.position(), suite.scripted().orders.len());
    let size = suite.scripted().position.size;

    let done = suite.rebalance();
    assert_eq!(done.decision.rule, Some(Rule::IdleQuote));
    let HedgeAction::BuyBase { quote } = done.decision.action else { panic!("{:?}", done.decision) };
    assert!(quote <= Uint128::new(20 * 5_990_000 + 1), "{quote}");
    // Buys what the quote pays for at 5.99, to the unit.
    assert_eq!(done.base_bought.u128(), (quote.u128() * 100 / 599).min(20 * ONE));
    let spent = (done.base_bought.u128() * 599).div_ceil(100);
    let (order, attached) = suite.scripted().orders[orders].clone();
    assert_eq!(order.size, OrderSize::Delta { amount: Int128::new(-(done.base_bought.u128() as i128)) });
    assert_eq!(suite.scripted().position.size, size - Int128::new(done.base_bought.u128() as i128));
    let after = suite.position();
    assert_eq!(after.idle.quote.u128(), before.idle.quote.u128() - spent);
    assert_eq!(after.idle.base.u128(), before.idle.base.u128() + done.base_bought.u128() - attached.base.u128());
    suite.assert_books();
    // Below the price: no cost.
    assert_eq!(after.cost_spent, money("0"));
}

#[test]
fn base_dearer_than_the_price_counts_as_cost() {
    let mut suite = with_idle_quote();
    funding(&mut suite, 10);
    suite.rebalance();
    suite.hours(1);
    suite.script(|script| {
        script.base_for_sale.amount = (20 * ONE).into();
        script.base_for_sale.price = dec("6.012");
    });
    let done = suite.rebalance();
    let bought = done.base_bought.u128();
    assert!(bought > 0);
    // 0.012 a unit; the whole quote paid is rounded up.
    let paid = (bought * 6_012).div_ceil(1_000);
    assert_eq!(suite.position().cost_spent, money(&(paid - 6 * bought).to_string()));
}

#[test]
fn bought_base_that_is_not_hedged_undoes_the_purchase() {
    let mut suite = with_idle_quote();
    funding(&mut suite, 10);
    suite.rebalance();
    suite.hours(1);
    suite.script(|script| {
        script.base_for_sale.amount = (20 * ONE).into();
        script.base_for_sale.price = dec("5.99");
    });
    let (before, position) = (suite.snapshot(), suite.scripted().position);
    let told = answer(position, position, &suite.scripted().prices);
    suite.script(|script| script.next = Some(Answer::Told(Box::new(told))));
    let error = vault_error(suite.try_rebalance());
    assert!(matches!(error, ContractError::HedgeAfter(_)), "{error}");
    assert_eq!(suite.snapshot(), before);
}

#[test]
fn margin_without_a_venue_that_gives_it_back_stays_where_it_is() {
    let mut suite = with_alice();
    suite.price("6");
    suite.script(|script| script.status.off = vec![MarketAction::MarginOut, MarketAction::Reduce]);
    let done = suite.rebalance();
    assert_eq!(done.decision.action, HedgeAction::None);
}

#[test]
fn a_rate_pushed_for_a_block_at_a_time_makes_rule_seven_due_for_nobody() {
    let mut suite = with_idle_quote();
    // Reference 20 %, pass-through 0: a short earns nothing, but for one block an hour somebody longs all of it.
    for _ in 0..24 {
        suite.hours(1);
        let now = suite.app.block_info().time;
        suite.script(|script| {
            script.funding.reference = SignedDecimal256::percent(20);
            script.funding.short = SignedDecimal256::percent(58);
            script.funding_since = now;
        });
        assert_eq!(suite.rebalance().decision.rule, None);
    }
    let position = suite.position();
    assert!(position.reference_mean > SignedDecimal256::zero());
    assert_eq!(position.paid_mean, SignedDecimal256::zero());
}

/// What the venue charges for an order that settles a loss and buys `closed` back at `price` (in millionths), with a fee
/// of 0.05 % and a spread of 0.95 %: the maximum to the digit. All of it is paid in base, at 0.9998 * 0.999 of the price.
fn charged(loss: u128, closed: u128, price: u128) -> u128 {
    const E6: u128 = 1_000_000;
    let in_base = |owed: u128| {
        let base = (owed * E6 * 10_000_000).div_ceil(price * 9_988_002);
        (base * price).div_ceil(E6) - owed
    };
    let part = |rate: u128| (closed * price * rate).div_ceil(E6 * 10_000);
    let (fee, spread) = (part(5), part(95));
    // Settling leaves an entry rounded down: the part that is closed loses another unit.
    fee + spread + in_base(loss) + in_base(1) + in_base(fee + spread)
}

#[test]
fn a_rescue_at_exactly_the_greatest_cost_fits_its_limit() {
    let mut suite = Suite::new();
    let alice = suite.alice.clone();
    suite.deposit(&alice, 100 * ONE + 7);
    let start = suite.scripted().position;
    let (mut tried, mut closest) = (0, u128::MAX);
    for step in 0..200u128 {
        let price = 20_000_003 + step * 7_919;
        let text = format!("{}.{:06}", price / ONE, price % ONE);
        suite.script(|script| {
            script.position = start;
            script.prices.spread = dec("0.0095");
            // Makes the venue refuse, and its error shows the limit.
            script.costs.spread = u64::MAX.into();
        });
        suite.price(&text);
        let HedgeAction::Adjust { delta, settle, .. } = suite.next_action().action else { continue };
        if settle == Settle::No || delta.is_negative() {
            continue;
        }
        tried += 1;
        let loss = suite.scripted().position.price_pnl.loss().unwrap().amount_ceil().unwrap().u128();
        let refused = error_text(suite.try_rebalance());
        let limit: u128 = refused.rsplit("the limit is ").next().unwrap().parse().expect(&refused);
        let cost = charged(loss, delta.unsigned_abs().u128(), price);
        assert!(cost <= limit, "at {text} the order costs {cost}, the limit is {limit}");
        closest = closest.min(limit - cost);
    }
    assert!(tried > 50, "{tried} orders settle and trade");
    assert!(closest < 200, "the limit leaves {closest} units and more");
}
