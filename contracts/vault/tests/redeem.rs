use ballast_types::market::{AdjustResponse, MarginOut, MarketAction, OrderSize, Part, Settle};
use ballast_types::oracle::Flag;
use ballast_types::policy::{HedgeAction, Rule};
use ballast_types::vault::{ExecuteMsg, ExtensionExecuteMsg, ExtensionQueryMsg, QueryMsg, RedeemResponse, VaultAction};
use ballast_types::{Money, Purse};
use ballast_vault::ContractError;
use cosmwasm_std::{coins, Addr, Int128, Uint128};
use cw_utils::PaymentError;

use cw_multi_test::Executor;

use crate::suite::{answer, dec, error_text, money, purse, short, vault_error, Suite, ONE, QUOTE};
use crate::venue::Answer;

const VIRTUAL: u128 = 1_000_000;

/// Alice has put in 100 coins at 10, hedged whole; nothing cost anything.
fn with_alice() -> (Suite, Addr) {
    let mut suite = Suite::new();
    let alice = suite.alice.clone();
    suite.deposit(&alice, 100 * ONE);
    (suite, alice)
}

/// `amount * shares / (supply + virtual)`, rounded down: independent of the project's maths.
fn part(amount: Uint128, shares: u128, supply: u128) -> u128 {
    amount.u128() * shares / (supply + VIRTUAL)
}

#[test]
fn half_of_the_shares_after_a_rally_is_half_of_everything() {
    let (mut suite, alice) = with_alice();
    let supply = suite.supply();
    assert_eq!(supply, 1_000_000_000_000_000);
    suite.price("12");
    let (idle, margin) = (suite.position().idle, suite.scripted().position.margin);
    let before = suite.held(&alice);

    let shares = supply / 2;
    let answer = suite.redeem(&alice, shares);

    // The part is a hair less than a half (virtual shares stay): 50,000,000 units are closed, rounded up, with a loss
    // of 2 each: 100,000,000 of quote, which are 8,333,334 coins at 12, out of the part of the purse.
    let own = part(margin.base, shares, supply);
    assert_eq!(suite.scripted().position.size, Int128::new(-50_000_000));
    let expected = part(idle.base, shares, supply) + own - 8_333_334;
    assert_eq!(answer.paid, purse(expected, 0));
    assert_eq!(answer.shares.u128(), shares);
    assert_eq!(suite.held(&alice).base, before.base + answer.paid.base);

    // Who stays has the other half: of the coins in both places, and of the loss that nobody had to realise.
    assert_eq!(suite.scripted().position.margin.base.u128(), margin.base.u128() - own);
    assert_eq!(suite.position().idle.base.u128(), idle.base.u128() - part(idle.base, shares, supply));
    assert_eq!(suite.supply(), supply - shares);
    suite.assert_books();
}

#[test]
fn half_of_the_shares_after_a_crash_pays_half_of_the_gain_in_quote() {
    let (mut suite, alice) = with_alice();
    let supply = suite.supply();
    suite.price("8");
    let shares = supply / 2;
    let answer = suite.redeem(&alice, shares);
    // 50,000,000 units closed with a gain of 2 each; the part is a hair less than a half of 200,000,000.
    assert_eq!(answer.paid.quote, Uint128::new(99_999_999));
    assert_eq!(suite.position().idle.quote, Uint128::one());
    suite.assert_books();
}

#[test]
fn a_redeemer_pays_for_closing_their_part() {
    let (mut suite, alice) = with_alice();
    let supply = suite.supply();
    let (idle, margin) = (suite.position().idle, suite.scripted().position.margin);
    suite.script(|script| {
        script.costs.fee = 250_000u128.into();
        script.charge = purse(25_026, 0);
    });
    let shares = supply / 2;
    let answer = suite.redeem(&alice, shares);
    let own = part(margin.base, shares, supply);
    assert_eq!(answer.paid.base.u128(), part(idle.base, shares, supply) + own - 25_026);
    // Not a unit of it is borne by who stays.
    assert_eq!(suite.scripted().position.margin.base.u128(), margin.base.u128() - own);
}

#[test]
fn the_exit_is_one_order_with_the_redeemers_idle_part_attached() {
    let (mut suite, alice) = with_alice();
    let (supply, idle) = (suite.supply(), suite.position().idle);
    suite.redeem(&alice, supply / 4);
    let (order, attached) = suite.scripted().orders.pop().unwrap();
    let whole = Uint128::new(supply + VIRTUAL);
    assert_eq!(order.size, OrderSize::Part(Part { numerator: (supply / 4).into(), denominator: whole }));
    assert_eq!((order.margin_out, order.settle, order.reduce_only), (MarginOut::Part, Settle::No, true));
    assert_eq!(order.limit_cost, None);
    assert_eq!(attached, purse(part(idle.base, supply / 4, supply), 0));
}

#[test]
fn a_dust_redemption_does_not_take_the_gain_of_a_whole_unit() {
    let (mut suite, alice) = with_alice();
    suite.price("6");
    let before = suite.position();
    // 10,000,011 of 1e15 shares are a part of 1e-8 and a hair: of 400,000,000 of gain that is 4, of the short 1 and a
    // hair, rounded up to 2 units, each with a gain of 4. Of the 8 that they realise, 4 stay with the others.
    let answer = suite.redeem(&alice, 10_000_011);
    assert_eq!(suite.scripted().position.size, Int128::new(-99_999_998));
    assert_eq!(answer.paid.quote, Uint128::new(4));
    let after = suite.position();
    assert_eq!(after.idle.quote, Uint128::new(4));
    // A share is not worth less: (nav + 1) / (shares + 1e6) by cross-multiplication, in millionths of a unit.
    let nav = |nav: ballast_types::Money| nav.amount_floor().unwrap().u128();
    assert!(
        (nav(after.nav) + 1) * (before.shares.u128() + VIRTUAL)
            >= (nav(before.nav) + 1) * (after.shares.u128() + VIRTUAL)
    );
    suite.assert_books();
}

#[test]
fn the_bounds_of_the_redeemer_are_kept() {
    let (mut suite, alice) = with_alice();
    suite.price("8");
    let shares = suite.supply() / 2;
    let paid: Purse = suite.ask_extension(ExtensionQueryMsg::PreviewRedeem { amount: shares.into() }).unwrap();
    let before = suite.snapshot();
    let ask = |min: Purse| ExtensionExecuteMsg::Redeem {
        recipient: None,
        amount: shares.into(),
        min_base: Some(min.base),
        min_quote: Some(min.quote),
    };
    let one = Uint128::one();
    let error = vault_error(suite.extension(&alice, ask(Purse::new(paid.base + one, paid.quote)), &[]));
    let expected = ContractError::TooLittlePaid { denom: "uatom".into(), paid: paid.base, min: paid.base + one };
    assert_eq!(error, expected);
    let error = vault_error(suite.extension(&alice, ask(Purse::new(paid.base, paid.quote + one)), &[]));
    let expected = ContractError::TooLittlePaid { denom: QUOTE.into(), paid: paid.quote, min: paid.quote + one };
    assert_eq!(error, expected);
    assert_eq!(suite.snapshot(), before);
    suite.extension(&alice, ask(paid), &[]).unwrap();
}

#[test]
fn a_preview_gives_what_the_redemption_gives() {
    let (mut suite, alice) = with_alice();
    suite.price("11.37");
    suite.script(|script| script.charge = purse(1_234, 0));
    let shares = 123_456_789_012_345u128;
    let both: Purse = suite.ask_extension(ExtensionQueryMsg::PreviewRedeem { amount: shares.into() }).unwrap();
    let base: Uint128 = suite.ask(QueryMsg::PreviewRedeem { amount: shares.into() }).unwrap();
    assert_eq!(suite.redeem(&alice, shares).paid, both);
    assert_eq!(base, both.base);
    // More than there is.
    let amount = Uint128::new(suite.supply() + 1);
    let refused = suite.ask::<Uint128>(QueryMsg::PreviewRedeem { amount }).unwrap_err();
    assert!(refused.contains("shares asked for"), "{refused}");
}

#[test]
fn nobody_redeems_nothing_or_more_than_they_have_or_with_coins_attached() {
    let (mut suite, alice) = with_alice();
    let bob = suite.bob.clone();
    let (before, supply) = (suite.snapshot(), suite.supply());
    assert_eq!(vault_error(suite.try_redeem(&alice, 0)), ContractError::ZeroAmount {});
    let error = vault_error(suite.try_redeem(&alice, supply + 1));
    assert_eq!(error, ContractError::NotEnoughShares { amount: (supply + 1).into(), held: supply.into() });
    let error = vault_error(suite.try_redeem(&bob, 1));
    assert_eq!(error, ContractError::NotEnoughShares { amount: 1u128.into(), held: 0u128.into() });
    let msg = ExecuteMsg::Redeem { recipient: None, amount: 1u128.into() };
    let error = vault_error(suite.execute(&alice, &msg, &coins(1, QUOTE)));
    assert_eq!(error, ContractError::Payment(PaymentError::NonPayable {}));
    assert_eq!(suite.snapshot(), before);
}

#[test]
fn shares_worth_less_than_one_unit_are_not_taken() {
    let (mut suite, alice) = with_alice();
    let before = suite.snapshot();
    // A share's smallest unit is a millionth of a millionth; the least part of the short is still rounded up to one.
    let error = vault_error(suite.try_redeem(&alice, 1));
    assert_eq!(error, ContractError::ZeroPayout { shares: 1u128.into() });
    assert_eq!(suite.snapshot(), before);
}

#[test]
fn coins_go_to_the_recipient_but_never_to_the_vault_itself() {
    let (mut suite, alice) = with_alice();
    let (bob, vault) = (suite.bob.clone(), suite.vault.clone());
    let before = suite.held(&bob);
    let to = |who: &Addr| ExecuteMsg::Redeem { recipient: Some(who.to_string()), amount: 1_000_000_000u128.into() };
    suite.execute(&alice, &to(&bob), &[]).unwrap();
    assert!(suite.held(&bob).base > before.base);
    assert_eq!(vault_error(suite.execute(&alice, &to(&vault), &[])), ContractError::CoinsToVault {});
}

#[test]
fn the_last_holder_leaves_only_dust_and_the_vault_lives_on() {
    let (mut suite, alice) = with_alice();
    suite.redeem(&alice, suite.supply());
    assert_eq!(suite.supply(), 0);
    let left = suite.position();
    // A part of a million in 1e15 and what was rounded: a unit of either coin in either place.
    assert!(left.idle.base.u128() <= 1 && left.venue.position.margin.base.u128() <= 1, "{left:?}");
    assert!(left.venue.position.size.is_zero());

    // The dust in the vault belongs to nobody. A unit of it that is margin comes with the position: 9.998 at the low end.
    let answer = suite.deposit(&alice, 100 * ONE);
    assert_eq!(answer.shares, Uint128::new(1_000_000_009_998_000));
    let paid = suite.redeem(&alice, answer.shares.u128()).paid;
    assert!((100 * ONE - 4..=100 * ONE).contains(&paid.base.u128()), "{paid:?}");
}

#[test]
fn without_a_position_the_idle_part_is_paid_without_asking_the_venue_for_anything() {
    let (mut suite, alice) = with_alice();
    // Liquidated whole, with nothing left.
    suite.script(|script| script.position = Default::default());
    let (supply, idle, orders) = (suite.supply(), suite.position().idle, suite.scripted().orders.len());
    let answer = suite.redeem(&alice, supply / 3);
    assert_eq!(answer.paid, purse(part(idle.base, supply / 3, supply), 0));
    assert_eq!(suite.scripted().orders.len(), orders);
    suite.assert_books();
}

#[test]
fn margin_that_a_liquidation_left_behind_is_shared_too() {
    let (mut suite, alice) = with_alice();
    suite.script(|script| {
        script.position = Default::default();
        script.position.margin = purse(20 * ONE, 7 * ONE);
    });
    let (supply, idle) = (suite.supply(), suite.position().idle);
    let shares = supply / 3;
    let answer = suite.redeem(&alice, shares);
    let quote = part(Uint128::new(7 * ONE), shares, supply);
    let base = part(idle.base, shares, supply) + part(Uint128::new(20 * ONE), shares, supply);
    assert_eq!(answer.paid, purse(base, quote));
    suite.assert_books();
}

#[test]
fn a_redemption_waits_with_the_reason_while_nobody_may_reduce() {
    let (mut suite, alice) = with_alice();
    suite.script(|script| script.status.off = vec![MarketAction::Reduce]);
    let error = vault_error(suite.try_redeem(&alice, SOME));
    assert_eq!(error, ContractError::VenueStuck { off: vec![MarketAction::Reduce], flags: vec![] });
    suite.script(|script| {
        script.status.off = vec![];
        script.prices.flags = vec![Flag::Stale];
    });
    let error = vault_error(suite.try_redeem(&alice, SOME));
    assert_eq!(error, ContractError::VenueStuck { off: vec![], flags: vec![Flag::Stale] });
    // A wide confidence interval is no reason.
    suite.script(|script| script.prices.flags = vec![Flag::Uncertain]);
    suite.redeem(&alice, SOME);
}

const SOME: u128 = 1_000_000_000_000;

#[test]
fn the_guardian_cannot_stop_a_redemption() {
    let (mut suite, alice) = with_alice();
    let actions = vec![VaultAction::Deposit, VaultAction::Rebalance];
    suite.extension(&suite.guardian.clone(), ExtensionExecuteMsg::Pause { actions }, &[]).unwrap();
    suite.redeem(&alice, SOME);
}

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
    // The preview is of both steps.
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
    // What is posted is everybody's: the redeemer gets their part of it out of the purse.
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
    // The coins that were to be posted are back in the books.
    assert_eq!(suite.position().idle.base.u128(), idle.base.u128() - part(idle.base, supply / 10, supply));
    suite.assert_books();
}

#[test]
fn a_failing_empty_or_garbled_answer_undoes_the_redemption() {
    let (mut suite, alice) = with_alice();
    let (before, held) = (suite.snapshot(), suite.held(&alice));
    let cases = [
        (Answer::Fail, "the venue refuses"),
        (Answer::Empty, "cannot be read"),
        (Answer::Garbage, "cannot be read"),
        (Answer::Boast, "does not add up: refund of base"),
    ];
    for (answer, reason) in cases {
        suite.script(|script| script.next = Some(answer));
        let text = error_text(suite.try_redeem(&alice, SOME));
        assert!(text.contains(reason), "{text}");
        assert_eq!(suite.snapshot(), before);
        assert_eq!(suite.held(&alice), held);
    }
}

#[test]
fn a_vault_that_owes_more_than_it_has_still_pays_what_is_there() {
    let (mut suite, alice) = with_alice();
    // The position is gone with its margin, and the idle coins are all there is.
    suite.script(|script| {
        script.position = short(0, 0, Purse::EMPTY);
        script.prices = Default::default();
    });
    // Not even a price is needed.
    let answer = suite.redeem(&alice, SOME);
    assert!(!answer.paid.base.is_zero());
}

/// What a failing rescue may answer: each undoes it alone.
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
        // As if nobody had tried: each place is left with what the redeemer's part leaves.
        let after = suite.position();
        assert_eq!(after.idle.base.u128(), idle.base.u128() - part(idle.base, supply / 10, supply), "{how}");
        let margin = before.margin.base;
        assert_eq!(after.venue.position.margin.base.u128(), margin.u128() - part(margin, supply / 10, supply), "{how}");
        assert_eq!(after.cost_spent, Money::ZERO, "{how}");
        suite.assert_books();
        // A query cannot be garbled as a message can: where the venue refuses, or tells, the preview knows.
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

/// A short of 100 from 10, with no margin left and the idle coins against it, at a price at which NAV is this.
fn lost(suite: &mut Suite, nav: &str) {
    let idle = suite.position().idle.base.u128();
    suite.script(|script| {
        script.position.margin = Purse::EMPTY;
        // Worth idle * 20 + 1,000 - 2,000 at 20; funding makes up for the rest.
        let without = Money::from_amount((idle * 20).into()).minus(Money::from_amount((1_000 * ONE).into())).unwrap();
        script.position.funding = money(nav).minus(without).unwrap();
    });
    suite.price("20");
    assert_eq!(suite.position().nav, money(nav));
}

#[test]
fn once_nav_is_not_positive_a_redemption_pays_its_part_of_the_idle_coins_and_leaves_the_lost_position_alone() {
    for nav in ["0", "-0.000000000000000001", "-452000000"] {
        let (mut suite, alice) = with_alice();
        lost(&mut suite, nav);
        let (supply, idle, before) = (suite.supply(), suite.position().idle, suite.scripted());
        // Nothing of the venue is needed for it.
        suite.script(|script| {
            script.status.off = vec![MarketAction::Reduce, MarketAction::MarginOut];
            script.deltas = Some(Answer::Fail);
        });
        let amount = Uint128::new(supply / 2);
        let previewed: Purse = suite.ask_extension(ExtensionQueryMsg::PreviewRedeem { amount }).unwrap();
        let paid = suite.redeem(&alice, supply / 2).paid;
        assert_eq!(paid, purse(part(idle.base, supply / 2, supply), 0), "{nav}");
        assert_eq!(previewed, paid);
        assert_eq!(suite.scripted().position, before.position, "{nav}");
        assert_eq!(suite.scripted().orders.len(), before.orders.len(), "{nav}");

        // The last one too; then there is nothing, and nobody is paid nothing.
        suite.redeem(&alice, suite.supply() - 1);
        assert_eq!(vault_error(suite.try_redeem(&alice, 1)), ContractError::ZeroPayout { shares: 1u128.into() });
        suite.assert_books();
    }
}

#[test]
fn a_price_that_is_none_to_reduce_at_does_not_tell_that_a_position_is_lost() {
    let (mut suite, alice) = with_alice();
    lost(&mut suite, "-1");
    suite.script(|script| script.prices.flags = vec![Flag::Jump]);
    let error = vault_error(suite.try_redeem(&alice, SOME));
    assert_eq!(error, ContractError::VenueStuck { off: vec![], flags: vec![Flag::Jump] });
}

#[test]
fn an_exit_without_bounds_that_costs_more_than_the_policy_lets_pass_is_refused_with_its_cost() {
    let (mut suite, alice) = with_alice();
    let shares = suite.supply() / 2;
    // 50,000,000 units are closed at 10: 2 % of that are 10,000,000, and 48 units are what rounding may add.
    let (cost, max) = (Uint128::new(10_000_049), Uint128::new(10_000_048));
    let costs = |suite: &mut Suite, fee: u128| {
        suite.script(|script| {
            (script.costs.spread, script.costs.conversion) = (7_000_000u128.into(), 10_000u128.into());
            script.costs.fee = (fee - 7_010_000).into();
        });
    };
    costs(&mut suite, cost.u128());
    let before = suite.snapshot();
    assert_eq!(vault_error(suite.try_redeem(&alice, shares)), ContractError::ExitCost { cost, max });
    assert_eq!(suite.snapshot(), before);
    let with = |min_base: Option<u128>, min_quote: Option<u128>| ExtensionExecuteMsg::Redeem {
        recipient: None,
        amount: shares.into(),
        min_base: min_base.map(Uint128::new),
        min_quote: min_quote.map(Uint128::new),
    };
    let error = vault_error(suite.extension(&alice, with(None, None), &[]));
    assert_eq!(error, ContractError::ExitCost { cost, max });

    // The standard's preview is of a message without bounds; the extension's shows what bounds would be about.
    let amount = Uint128::new(shares);
    let refused = suite.ask::<Uint128>(QueryMsg::PreviewRedeem { amount }).unwrap_err();
    assert!(refused.contains("the exit costs 10000049 units of quote, above 10000048"), "{refused}");
    let shown: Purse = suite.ask_extension(ExtensionQueryMsg::PreviewRedeem { amount }).unwrap();

    costs(&mut suite, max.u128());
    let previewed: Uint128 = suite.ask(QueryMsg::PreviewRedeem { amount }).unwrap();
    assert_eq!(previewed, shown.base);
    assert_eq!(suite.redeem(&alice, shares).paid, shown);

    // With a bound of one's own, of whichever coin and at whatever it is, the cost is one's own affair.
    for msg in [with(Some(1), None), with(None, Some(0))] {
        let (mut suite, alice) = with_alice();
        costs(&mut suite, 400_000_000);
        suite.extension(&alice, msg, &[]).unwrap();
    }
}

#[test]
fn the_cost_of_an_exit_is_held_against_what_it_closes_at_the_price_of_the_order() {
    let (mut suite, alice) = with_alice();
    // The query says 10; by the time of the order 12 is published: 50 coins are 600, and 2 % of that are 12.
    suite.script(|script| {
        let mut prices = script.prices.clone();
        (prices.index, prices.index_high, prices.collateral) = (dec("12"), dec("12"), dec("12"));
        script.order_prices = Some(prices);
        script.costs.spread = 12_000_057u128.into();
    });
    let shares = suite.supply() / 2;
    let error = vault_error(suite.try_redeem(&alice, shares));
    let (cost, max) = (12_000_057u128.into(), 12_000_056u128.into());
    assert_eq!(error, ContractError::ExitCost { cost, max });
}

#[test]
fn dust_is_not_refused_for_what_rounding_makes_of_its_cost() {
    let (mut suite, alice) = with_alice();
    // A fee and a spread of one unit each and a conversion of ten: 12 % of the ten units of base that are closed.
    suite.script(|script| {
        (script.costs.fee, script.costs.spread) = (1u128.into(), 1u128.into());
        script.costs.conversion = 10u128.into();
    });
    suite.redeem(&alice, 100_000_000);
    assert_eq!(suite.scripted().position.size, Int128::new(-99_999_990));
}

#[test]
fn margin_without_a_position_goes_home_at_any_price_or_none() {
    let (mut suite, alice) = with_alice();
    suite.script(|script| {
        script.position = Default::default();
        script.position.margin = purse(20 * ONE, 7 * ONE);
        script.prices = Default::default();
        script.prices.flags = vec![Flag::Missing];
    });
    let (supply, shares) = (suite.supply(), suite.supply() / 3);
    let shown: Purse = suite.ask_extension(ExtensionQueryMsg::PreviewRedeem { amount: shares.into() }).unwrap();
    let paid = suite.redeem(&alice, shares).paid;
    assert_eq!(paid.quote.u128(), part(Uint128::new(7 * ONE), shares, supply));
    assert_eq!(shown, paid);
}

#[test]
fn the_fraction_of_a_unit_that_others_lose_is_kept_for_them_and_rounded_up() {
    let (mut suite, alice) = with_alice();
    let supply = suite.supply();
    // A tenth of the shares, a hair less of the whole: of 123 of gain that is 12.29999998770. The part closed, rounded
    // up, realised 12.7, of which the venue pays 12 and the pool keeps the fraction. The others are 0.40000001230 short:
    // a unit of the 12 is theirs.
    let script = suite.scripted();
    let mut told = answer(script.position, script.position, &script.prices);
    told.before.price_pnl = money("123");
    told.realised.price_pnl = money("12.7");
    told.margin_out = purse(1_000, 12);
    suite.script(|script| script.next = Some(Answer::Told(Box::new(told))));
    let vault = suite.vault.clone();
    suite.app.send_tokens(suite.bob.clone(), vault, &coins(12, QUOTE)).unwrap();
    let paid = suite.redeem(&alice, supply / 10).paid;
    assert_eq!(paid.quote, Uint128::new(11));
    assert_eq!(suite.position().idle.quote, Uint128::one());
}

/// Alice has 99 coins in the vault and Bob one, and a keeper's trade has cost 70,000.
fn with_spent_budget() -> (Suite, Addr, Addr) {
    let mut suite = Suite::new();
    let (alice, bob) = (suite.alice.clone(), suite.bob.clone());
    suite.deposit(&alice, 99 * ONE);
    suite.deposit(&bob, ONE);
    assert_eq!((suite.supply(), suite.shares_of(&bob)), (1_000_000_000_000_000, 10_000_000_000_000));
    suite.script(|script| {
        script.position.size = Int128::new(-90_000_000);
        script.position.entry_value = (900 * ONE).into();
        script.costs.fee = 70_000u128.into();
        script.charge = purse(7_000, 0);
    });
    suite.rebalance();
    suite.script(|script| (script.costs, script.charge) = Default::default());
    assert_eq!(suite.position().cost_spent, money("70000"));
    (suite, alice, bob)
}

#[test]
fn who_leaves_takes_their_part_of_the_spent_budget_along_and_who_comes_brings_theirs() {
    let (mut suite, alice, bob) = with_spent_budget();
    // 0.007 % of a NAV of 1,000 was spent, and is after 99 % have left: 700 of 10.
    suite.redeem(&alice, suite.shares_of(&alice));
    assert_eq!(suite.position().cost_spent, money("700"));
    // Ten times as many shares, ten times as much.
    let minted = suite.deposit(&alice, 9 * ONE).shares.u128();
    let spent = suite.position().cost_spent;
    let expected = 700.0 * (minted as f64 + 1e13) / 1e13;
    assert!((spent.to_string().parse::<f64>().unwrap() - expected).abs() < 1e-9, "{spent} and {expected}");
    // Nothing is left of it when nobody is.
    suite.redeem(&alice, suite.shares_of(&alice));
    suite.redeem(&bob, suite.shares_of(&bob));
    suite.deposit(&alice, 100 * ONE);
    assert_eq!(suite.position().cost_spent, Money::ZERO);
}

#[test]
fn many_small_exits_leave_no_more_spent_than_one() {
    let (mut suite, alice, _) = with_spent_budget();
    for _ in 0..9 {
        suite.redeem(&alice, 100_000_000_000_000);
    }
    // A tenth of the shares is left: 7,000, and what 18 digits round nine times.
    let spent = suite.position().cost_spent;
    assert!(spent >= money("7000") && spent < money("7000.000000000000000100"), "{spent}");
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
    // The rescue trades, and the venue says that it left the hedge further off.
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
