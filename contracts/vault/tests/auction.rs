use ballast_types::market::MarketAction;
use ballast_types::policy::{HedgeAction, Rule};
use ballast_types::vault::{AuctionResponse, ExtensionExecuteMsg, ExtensionQueryMsg, VaultAction};
use ballast_vault::ContractError;
use cosmwasm_std::{coins, Decimal256, Int128, Uint128};
use cw_utils::PaymentError;

use crate::rebalance::{funding, with_idle_quote};
use crate::suite::{answer, dec, error_text, purse, vault_error, Suite, BASE, ONE, QUOTE};
use crate::venue::Answer;

/// At 6, with funding earned and an auction just opened. The spread is 0.02 %, fee 0.05 %, a bonus of 0.3 % in 6 hours.
fn open() -> Suite {
    let mut suite = with_idle_quote();
    funding(&mut suite, 10);
    suite.rebalance();
    suite.hours(1);
    let done = suite.rebalance();
    assert_eq!(done.decision.rule, Some(Rule::IdleQuote));
    assert!(matches!(done.decision.action, HedgeAction::OpenAuction { .. }), "{:?}", done.decision);
    suite
}

fn auction(suite: &Suite) -> AuctionResponse {
    suite.ask_extension(ExtensionQueryMsg::Auction {}).unwrap()
}

#[test]
fn an_auction_is_opened_once_and_offers_all_idle_quote() {
    let mut suite = open();
    let position = suite.position();
    let offer = auction(&suite);
    assert_eq!(offer.started, Some(suite.app.block_info().time));
    assert_eq!(offer.quote, position.idle.quote);
    assert_eq!(suite.rebalance().decision.rule, None);
}

#[test]
fn the_bonus_rises_evenly_and_stops_at_its_greatest() {
    let mut suite = open();
    assert_eq!(auction(&suite).bonus, Decimal256::zero());
    suite.hours(2);
    assert_eq!(auction(&suite).bonus.to_string(), "0.000999999999999999"); // a third of 0.3 %, rounded down
    suite.hours(4);
    assert_eq!(auction(&suite).bonus, dec("0.003"));
    suite.hours(100);
    assert_eq!(auction(&suite).bonus, dec("0.003"));
}

#[test]
fn a_seller_gets_the_low_end_of_the_band_less_the_cost_of_the_hedge_plus_the_bonus() {
    let mut suite = open();
    let alice = suite.alice.clone();
    suite.hours(6);
    suite.script(|script| {
        script.costs.fee = 30_000u128.into();
        script.costs.spread = 12_000u128.into();
        script.costs.conversion = 51u128.into();
    });
    let (before, held, size) = (suite.position(), suite.held(&alice), suite.scripted().position.size);
    let sold = suite.sell_base(&alice, 10 * ONE);
    // 10 coins at 6 * 0.9998 = 59,988,000; 0.3 % of 60,000,000 = 180,000; cost 42,051.
    assert_eq!(sold.quote, Uint128::new(59_988_000 + 180_000 - 42_051));
    assert_eq!(sold.base, Uint128::new(10 * ONE));
    let after = suite.held(&alice);
    assert_eq!((held.base - after.base, after.quote - held.quote), (sold.base, sold.quote));
    // Hedged whole.
    assert_eq!(suite.scripted().position.size, size - Int128::new(10_000_000));
    assert_eq!(suite.position().idle.quote, before.idle.quote - sold.quote);
    // What the vault gave up: the bonus less the spread.
    assert_eq!(suite.position().cost_spent, crate::suite::money("168000"));
    suite.assert_books();
}

#[test]
fn the_price_shown_is_never_more_than_what_is_paid() {
    let mut suite = open();
    let alice = suite.alice.clone();
    suite.hours(3);
    // Fee and spread of 60,000,000 to the unit, paid in base.
    suite.script(|script| {
        script.costs.fee = 30_000u128.into();
        script.costs.spread = 12_000u128.into();
        script.costs.conversion = 51u128.into();
    });
    let price = auction(&suite).price;
    let sold = suite.sell_base(&alice, 10 * ONE);
    let shown = Uint128::new(10 * ONE).mul_floor(cosmwasm_std::Decimal::try_from(price).unwrap());
    assert!(sold.quote >= shown, "{} and {shown}", sold.quote);
    assert!((sold.quote - shown).u128() <= 3, "{} and {shown}", sold.quote);
}

#[test]
fn more_base_than_fits_is_refused_with_the_most_that_does() {
    let mut suite = open();
    let alice = suite.alice.clone();
    suite.hours(6);
    let most = auction(&suite).base;
    let before = suite.snapshot();
    let error = vault_error(suite.try_sell_base(&alice, most.u128() + 1, 0));
    assert_eq!(error, ContractError::AuctionTooLarge { base: most + Uint128::one(), most });
    assert_eq!(suite.snapshot(), before);
    let offered = auction(&suite).quote;
    let sold = suite.sell_base(&alice, most.u128());
    assert!(sold.quote <= offered && (offered - sold.quote).u128() < 7, "{} of {offered}", sold.quote);

    // Nothing is left to sell into, and the clock of the next auction starts anew.
    assert!(matches!(vault_error(suite.try_sell_base(&alice, ONE, 0)), ContractError::NoAuction { .. }));
    suite.rebalance();
    assert_eq!(auction(&suite).started, None);
}

#[test]
fn the_most_that_fits_is_what_the_market_can_hedge() {
    let mut suite = open();
    suite.script(|script| script.capacity.short = (3 * ONE).into());
    assert_eq!(auction(&suite).base, Uint128::new(3 * ONE));
    let error = vault_error(suite.try_sell_base(&suite.alice.clone(), 3 * ONE + 1, 0));
    assert!(matches!(error, ContractError::AuctionTooLarge { .. }), "{error}");
    suite.sell_base(&suite.alice.clone(), 3 * ONE);
}

#[test]
fn no_fill_is_taken_or_promised_while_leverage_is_too_high_or_the_venue_is_closed() {
    let mut suite = open();
    let alice = suite.alice.clone();
    assert!(!auction(&suite).base.is_zero());
    suite.script(|script| script.status.off = vec![MarketAction::Increase]);
    assert!(auction(&suite).base.is_zero());
    let error = vault_error(suite.try_sell_base(&alice, ONE, 0));
    assert!(matches!(error, ContractError::VenueClosed { .. }), "{error}");

    // All margin but 16 coins is gone: 16 * 5.4 - 0.4 = 86 of equity on 600.
    suite.script(|script| {
        script.status.off = vec![];
        script.position.margin = purse(16 * ONE, 0);
    });
    assert!(auction(&suite).base.is_zero());
    let error = vault_error(suite.try_sell_base(&alice, ONE, 0));
    assert!(matches!(error, ContractError::LeverageTooHigh { .. }), "{error}");
}

#[test]
fn without_an_auction_nothing_is_bought() {
    let mut suite = Suite::new();
    suite.deposit(&suite.alice.clone(), 100 * ONE);
    let error = vault_error(suite.try_sell_base(&suite.alice.clone(), ONE, 0));
    assert!(matches!(error, ContractError::NoAuction { started: None, .. }), "{error}");
    let none = auction(&suite);
    assert_eq!((none.started, none.quote, none.base), (None, Uint128::zero(), Uint128::zero()));
}

#[test]
fn an_auction_ends_when_a_short_no_longer_earns() {
    let mut suite = open();
    funding(&mut suite, -200);
    suite.hours(1);
    suite.rebalance();
    suite.hours(24);
    let error = vault_error(suite.try_sell_base(&suite.alice.clone(), ONE, 0));
    assert!(matches!(error, ContractError::NoAuction { .. }), "{error}");
    suite.rebalance();
    funding(&mut suite, 200);
    suite.hours(1);
    // Its clock was stopped: nothing is on until it is opened again.
    assert_eq!(auction(&suite).started, None);
}

#[test]
fn the_sellers_bound_is_kept() {
    let mut suite = open();
    let alice = suite.alice.clone();
    let before = suite.snapshot();
    // 10 coins at the low end, no costs, no bonus yet.
    let error = vault_error(suite.try_sell_base(&alice, 10 * ONE, 59_988_001));
    let expected =
        ContractError::TooLittlePaid { denom: QUOTE.into(), paid: 59_988_000u128.into(), min: 59_988_001u128.into() };
    assert_eq!(error, expected);
    assert_eq!(suite.snapshot(), before);
}

#[test]
fn fills_take_base_alone_and_stop_with_deposits() {
    let mut suite = open();
    let (alice, guardian) = (suite.alice.clone(), suite.guardian.clone());
    let sell = || ExtensionExecuteMsg::SellBase { min_quote: Uint128::zero() };
    let error = vault_error(suite.extension(&alice, sell(), &coins(5, QUOTE)));
    assert_eq!(error, ContractError::Payment(PaymentError::MissingDenom(BASE.into())));
    suite.extension(&guardian, ExtensionExecuteMsg::Pause { actions: vec![VaultAction::Deposit] }, &[]).unwrap();
    let error = vault_error(suite.extension(&alice, sell(), &coins(5, BASE)));
    assert_eq!(error, ContractError::Paused { action: VaultAction::Deposit });
}

#[test]
fn a_fill_is_paid_at_the_price_that_the_order_answered_and_never_beyond_the_offer() {
    let mut suite = open();
    let alice = suite.alice.clone();
    let most = auction(&suite).base.u128();
    let mut prices = suite.scripted().prices;
    (prices.index, prices.collateral) = (dec("6.6"), dec("6.6"));
    suite.script(|script| script.order_prices = Some(prices.clone()));
    let before = suite.snapshot();
    let error = vault_error(suite.try_sell_base(&alice, most, 0));
    assert!(matches!(error, ContractError::AuctionTooLarge { .. }), "{error}");
    assert_eq!(suite.snapshot(), before);
    // 10 * 6.6 * 0.9998
    assert_eq!(suite.sell_base(&alice, 10 * ONE).quote, Uint128::new(65_986_800));
}

#[test]
fn a_failing_empty_or_garbled_answer_undoes_the_fill() {
    let mut suite = open();
    let alice = suite.alice.clone();
    let (before, held) = (suite.snapshot(), suite.held(&alice));
    for (answer, reason) in [
        (Answer::Fail, "the venue refuses"),
        (Answer::Empty, "cannot be read"),
        (Answer::Garbage, "cannot be read"),
        (Answer::Boast, "does not add up: refund of base"),
    ] {
        suite.script(|script| script.next = Some(answer));
        let text = error_text(suite.try_sell_base(&alice, ONE, 0));
        assert!(text.contains(reason), "{text}");
        assert_eq!((suite.snapshot(), suite.held(&alice)), (before.clone(), held));
    }
}

#[test]
fn a_fill_that_is_not_hedged_is_undone() {
    let mut suite = open();
    let position = suite.scripted().position;
    let told = answer(position, position, &suite.scripted().prices);
    suite.script(|script| script.next = Some(Answer::Told(Box::new(told))));
    // 100 are sold short; 20 more coins without a hedge leave 100 / 120.
    let error = vault_error(suite.try_sell_base(&suite.alice.clone(), 20 * ONE, 0));
    assert!(matches!(error, ContractError::HedgeAfter(_)), "{error}");
}
