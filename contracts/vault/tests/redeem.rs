use ballast_types::market::{MarginOut, MarketAction, OrderSize, Part, Settle};
use ballast_types::oracle::Flag;
use ballast_types::vault::{ExecuteMsg, ExtensionExecuteMsg, ExtensionQueryMsg, QueryMsg, VaultAction};
use ballast_types::Purse;
use ballast_vault::ContractError;
use cosmwasm_std::{coins, Addr, Int128, Uint128};
use cw_utils::PaymentError;

use crate::suite::{error_text, purse, short, vault_error, Suite, ONE, QUOTE};
use crate::venue::Answer;

const VIRTUAL: u128 = 1_000_000;

/// Alice has deposited 100 coins at 10, hedged completely, at no cost.
pub fn with_alice() -> (Suite, Addr) {
    let mut suite = Suite::new();
    let alice = suite.alice.clone();
    suite.deposit(&alice, 100 * ONE);
    (suite, alice)
}

/// `amount * shares / (supply + virtual)`, rounded down: independent of the project's maths.
pub fn part(amount: Uint128, shares: u128, supply: u128) -> u128 {
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

    // The others keep the other half: of the coins in both places, and of the loss that nobody had to realise.
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
    // The others bear no unit of it.
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
    // More than the supply.
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
    // A share's smallest unit is a millionth of a millionth; even so, its part of the short is rounded up to one unit.
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
    // Liquidated completely, with nothing left.
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
    // A wide confidence interval does not stop a redemption.
    suite.script(|script| script.prices.flags = vec![Flag::Uncertain]);
    suite.redeem(&alice, SOME);
    // Nor does the price of a secondary feed.
    suite.script(|script| script.prices.flags = vec![Flag::Uncertain, Flag::Secondary]);
    suite.redeem(&alice, SOME);
}

pub const SOME: u128 = 1_000_000_000_000;

#[test]
fn the_guardian_cannot_stop_a_redemption() {
    let (mut suite, alice) = with_alice();
    let actions = vec![VaultAction::Deposit, VaultAction::Rebalance];
    suite.extension(&suite.guardian.clone(), ExtensionExecuteMsg::Pause { actions }, &[]).unwrap();
    suite.redeem(&alice, SOME);
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
    // The position is gone with its margin, and only the idle coins are left.
    suite.script(|script| {
        script.position = short(0, 0, Purse::EMPTY);
        script.prices = Default::default();
    });
    // It works even without a price.
    let answer = suite.redeem(&alice, SOME);
    assert!(!answer.paid.base.is_zero());
}
