//! The rescue step before a redemption, a message that the vault sends to itself.

use ballast_types::market::{AdjustResponse, OrderSize};
use ballast_types::policy::{HedgeAction, Rule};
use ballast_types::vault::{ExtensionQueryMsg, QueryMsg, RedeemResponse};
use ballast_types::{Money, Purse};
use ballast_vault::ContractError;
use cosmwasm_std::{Int128, Uint128};

use crate::redeem::{part, with_alice, SOME};
use crate::suite::{answer, money, purse, short, Suite, ONE};
use crate::venue::Answer;

/// At 13.5 leverage is 4.5, above 3.63: rule 3 posts coins.
fn in_need(suite: &mut Suite) {
    suite.price("13.5");
}

#[test]
fn a_redemption_rescues_the_hedge_first_where_that_is_due() {
    let (mut suite, alice) = with_alice();
    in_need(&mut suite);
    let (supply, idle, margin) = (suite.supply(), suite.position().idle, suite.scripted().position.margin);
    let size = suite.scripted().position.size;
    // The preview covers both steps.
    let amount = Uint128::new(supply / 10);
    let shown: Purse = suite.ask_extension(ExtensionQueryMsg::PreviewRedeem { amount }).unwrap();
    assert_eq!(suite.ask::<Uint128>(QueryMsg::PreviewRedeem { amount }), Ok(shown.base));

    let answer = suite.redeem(&alice, supply / 10);
    assert_eq!(answer.paid, shown);

    let orders = suite.scripted().orders;
    let [_, (rescue, posted), (exit, _)] = &orders[..] else { panic!("{orders:?}") };
    assert_eq!(rescue.size, OrderSize::Delta { amount: Int128::zero() });
    assert!(rescue.reduce_only && !posted.base.is_zero());
    assert!(matches!(exit.size, OrderSize::Part(_)));
    assert!(suite.snapshot().0.iter().all(|(key, _)| !key.ends_with(b"leaving")), "nobody is leaving any more");
    // The posted coins belong to everybody: the redeemer's part of them is paid from the purse.
    let closed = size.unsigned_abs() - suite.scripted().position.size.unsigned_abs();
    let loss = (closed.u128() * 7 / 2).div_ceil(27) * 2; // 3.5 a unit, at 13.5
    let whole = idle.base + margin.base;
    let expected = part(whole, supply / 10, supply) - loss;
    assert!(answer.paid.base.u128().abs_diff(expected) <= 3, "{} and {expected}", answer.paid.base);
    suite.assert_books();
}

#[test]
fn a_rescue_that_fails_does_not_stop_the_redemption() {
    let (mut suite, alice) = with_alice();
    in_need(&mut suite);
    let (supply, idle) = (suite.supply(), suite.position().idle);
    suite.script(|script| script.deltas = Some(Answer::Fail));
    let result = suite.try_redeem(&alice, supply / 10);
    let events = format!("{:?}", result.as_ref().map(|response| &response.events));
    crate::suite::data::<ballast_types::vault::RedeemResponse>(result);
    assert!(events.contains("ballast-vault/rescue_failed"), "{events}");
    // The books have the coins back that were to be posted.
    assert_eq!(suite.position().idle.base.u128(), idle.base.u128() - part(idle.base, supply / 10, supply));
    suite.assert_books();
}

/// Responses that make the rescue fail: each of them undoes only the rescue.
fn failing(suite: &Suite) -> Vec<(&'static str, Answer)> {
    let script = suite.scripted();
    let told = |change: &dyn Fn(&mut AdjustResponse)| {
        let mut told = answer(script.position, script.position, &script.prices);
        told.after.margin.base += Uint128::new(20 * ONE);
        change(&mut told);
        Answer::Told(Box::new(told))
    };
    vec![
        ("refused by the venue", Answer::Fail),
        ("no answer", Answer::Empty),
        ("a garbled one", Answer::Garbage),
        ("more sent back than was sent", Answer::Boast),
        // Nothing is traded: four units of base at 13.5 and eight of quote are all that rounding explains.
        ("too dear", told(&|told| told.costs.fee = 63u128.into())),
        ("margin gone", told(&|told| told.after.margin.base = script.position.margin.base - Uint128::one())),
        // 73.5 of 100 coins hedged, where it was all of them.
        ("hedge gone", told(&|told| told.after.size = Int128::new(-73_500_000))),
    ]
}

#[test]
fn a_rescue_that_fails_in_any_way_is_undone_alone_and_the_redemption_goes_on() {
    for (how, answered) in failing(&{
        let (mut suite, _) = with_alice();
        in_need(&mut suite);
        suite
    }) {
        let (mut suite, alice) = with_alice();
        in_need(&mut suite);
        let (supply, idle, before) = (suite.supply(), suite.position().idle, suite.scripted().position);
        let previewed: Purse =
            suite.ask_extension(ExtensionQueryMsg::PreviewRedeem { amount: (supply / 10).into() }).unwrap();
        assert!(!previewed.is_empty());
        suite.script(|script| script.deltas = Some(answered.clone()));
        let shown = suite.ask_extension::<Purse>(ExtensionQueryMsg::PreviewRedeem { amount: (supply / 10).into() });

        let result = suite.try_redeem(&alice, supply / 10);
        let events = format!("{:?}", result.as_ref().map(|response| &response.events));
        assert!(events.contains("ballast-vault/rescue_failed"), "{how}: {events}");
        let paid = crate::suite::data::<RedeemResponse>(result).paid;
        // As if nobody had tried: each place keeps what is left without the redeemer's part.
        let after = suite.position();
        assert_eq!(after.idle.base.u128(), idle.base.u128() - part(idle.base, supply / 10, supply), "{how}");
        let margin = before.margin.base;
        assert_eq!(after.venue.position.margin.base.u128(), margin.u128() - part(margin, supply / 10, supply), "{how}");
        assert_eq!(after.cost_spent, Money::ZERO, "{how}");
        suite.assert_books();
        // A query cannot be garbled like a message: if the venue refuses, or its response is scripted, the preview
        // knows.
        if !matches!(answered, Answer::Empty | Answer::Garbage | Answer::Boast) {
            assert_eq!(shown.unwrap(), paid, "{how}");
        }
    }
}

#[test]
fn a_rescue_that_costs_what_rounding_explains_stands() {
    let (mut suite, alice) = with_alice();
    in_need(&mut suite);
    let before = suite.scripted().position;
    let mut told = answer(before, before, &suite.scripted().prices);
    told.after.margin.base += Uint128::new(20 * ONE);
    told.costs.fee = 62u128.into();
    suite.script(|script| script.deltas = Some(Answer::Told(Box::new(told))));
    let supply = suite.supply();
    let response = suite.try_redeem(&alice, supply / 10).unwrap();
    assert!(!format!("{:?}", response.events).contains("rescue_failed"));
    // Its cost is the vault's, and nine tenths of it stay with those who do: 62 * 0.9.
    assert_eq!(suite.position().cost_spent, money("55.8"));
}

#[test]
fn a_reply_that_no_redemption_waits_for_is_refused() {
    use cosmwasm_std::testing::{mock_dependencies, mock_env};
    use cosmwasm_std::{Reply, SubMsgResult};
    for id in [1, 2, 3] {
        let result = SubMsgResult::Err("a reason".into());
        let reply = Reply { id, payload: Default::default(), gas_used: 0, result };
        let error = ballast_vault::contract::reply(mock_dependencies().as_mut(), mock_env(), reply).unwrap_err();
        assert_eq!(error, ContractError::UnexpectedReply { id });
    }
}

#[test]
fn the_rescue_before_a_redemption_never_sells_more_short() {
    let (mut suite, alice) = with_alice();
    // 46 coins are idle and 3 are posted for a short of 40: leverage is 15, and a keeper would hedge whole besides.
    suite.script(|script| script.position = short(40 * ONE, 400 * ONE, purse(3 * ONE, 0)));
    let decision = suite.next_action();
    assert_eq!(decision.rule, Some(Rule::Emergency));
    let HedgeAction::Adjust { delta, .. } = decision.action else { panic!("{decision:?}") };
    assert!(delta.is_negative(), "{delta}");

    suite.redeem(&alice, SOME);
    let orders = suite.scripted().orders;
    let [_, (rescue, _), _] = &orders[..] else { panic!("{orders:?}") };
    let OrderSize::Delta { amount } = rescue.size else { panic!("{rescue:?}") };
    assert!(!amount.is_negative() && rescue.reduce_only, "{amount}");
}

#[test]
fn a_preview_leaves_out_a_rescue_that_would_be_undone() {
    let (mut suite, alice) = with_alice();
    suite.script(|script| {
        script.position = short(80 * ONE, 800 * ONE, purse(30 * ONE, 0));
        // Half a coin, whatever is traded.
        script.charge = purse(ONE / 2, 0);
    });
    suite.price("13");
    // The rescue trades, and the venue responds that the hedge is now further from its target.
    let before = suite.scripted().position;
    let mut told = answer(before, before, &suite.scripted().prices);
    told.after.size = Int128::new(-20_000_000);
    told.after.margin.base += Uint128::new(40 * ONE);
    suite.script(|script| script.deltas = Some(Answer::Told(Box::new(told))));
    let amount = Uint128::new(suite.supply() / 10);
    let shown: Purse = suite.ask_extension(ExtensionQueryMsg::PreviewRedeem { amount }).unwrap();
    let response = suite.try_redeem(&alice, amount.u128());
    let events = format!("{:?}", response.as_ref().map(|response| &response.events));
    assert!(events.contains("rescue_failed"), "{events}");
    assert_eq!(crate::suite::data::<RedeemResponse>(response).paid, shown);
}
