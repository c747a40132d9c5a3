//! The auction of rule 7, and base of the pool, in a market with a price of its own for the margin coin.

use ballast_types::market::MarketAction;
use ballast_types::oracle::{Flag, PriceUse};
use ballast_types::policy::{HedgeAction, Rule};
use ballast_vault::ContractError;
use cosmwasm_std::{Decimal, Int128, Uint128};

use crate::auction::auction;
use crate::rebalance::funding;
use crate::redeem::SOME;
use crate::suite::{dec, money, vault_error, Suite, ONE};
use crate::two_prices::{discounted, with_alice};

/// At an index of 6 with a coin that sells for 5.7, funding earned, and rule 7 due.
fn with_idle_quote() -> Suite {
    let mut suite = with_alice(["6", "6", "6"], "5.7", "6");
    suite.script(|script| {
        script.prices.spread = dec("0.0002");
        script.collateral(|range| range.spread = dec("0.01"));
    });
    suite.rebalance();
    funding(&mut suite, 10);
    while suite.next_action().rule != Some(Rule::IdleQuote) {
        suite.rebalance();
        suite.hours(1);
        assert!(suite.scripted().orders.len() < 6, "{:?}", suite.next_action());
    }
    suite
}

/// The same, and an auction just opened.
fn auctioning() -> Suite {
    let mut suite = with_idle_quote();
    let action = suite.rebalance().decision.action;
    assert!(matches!(action, HedgeAction::OpenAuction { .. }), "{action:?}");
    suite
}

#[test]
fn a_seller_pays_the_coins_own_spread_where_that_is_more_than_the_cost_of_a_hedge_at_the_index() {
    let mut suite = auctioning();
    let (alice, size) = (suite.alice.clone(), suite.scripted().position.size);
    suite.hours(6);
    // 10 coins at 5.7 are hedged with 9.5 at 6, of which fee and spread are 0.0285 and 0.0114; and 0.12012412 % of that.
    suite.script(|script| {
        script.costs.fee = 28_500u128.into();
        script.costs.spread = 11_400u128.into();
        script.costs.conversion = 48u128.into();
    });
    let price = auction(&suite).price;
    let sold = suite.sell_base(&alice, 10 * ONE);
    assert_eq!(suite.scripted().position.size, size - Int128::new(9_500_000));
    // 5.7 * 0.99 a coin, and 0.3 % of 57; a hedge costs 39,948.
    assert_eq!(sold.quote, Uint128::new(56_430_000 + 171_000));
    let shown = Uint128::new(10 * ONE).mul_floor(Decimal::try_from(price).unwrap());
    assert!(sold.quote >= shown && (sold.quote - shown).u128() <= 3, "{} and {shown}", sold.quote);
}

#[test]
fn the_most_that_fits_is_what_the_market_can_hedge_by_value() {
    let mut suite = auctioning();
    suite.script(|script| script.capacity.short = (3 * ONE).into());
    // 3 at 6 are worth 3.157894736 coins at 5.7.
    assert_eq!(auction(&suite).base, Uint128::new(3_157_894));
    suite.sell_base(&suite.alice.clone(), 3_157_894);
}

#[test]
fn an_auction_goes_on_while_the_market_hedges_a_fill_worth_an_action_in_coins() {
    let mut suite = auctioning();
    // 0.5 % of NAV: hedged with that value at 6, whatever a coin sells for.
    let nav: f64 = suite.position().nav.to_string().parse().unwrap();
    let least = nav * 0.005 / 6.0;
    suite.script(|script| script.capacity.short = Uint128::new((least * 1.01) as u128));
    assert_eq!(auction(&suite).clock, Some(0));
    suite.script(|script| script.capacity.short = Uint128::new((least * 0.98) as u128));
    assert_eq!(auction(&suite).clock, None);
}

#[test]
fn base_of_the_pool_that_is_dearer_than_what_it_sells_for_counts_as_cost() {
    let mut suite = with_idle_quote();
    suite.script(|script| {
        script.base_for_sale.amount = (20 * ONE).into();
        script.base_for_sale.price = dec("5.75");
    });
    let bought = suite.rebalance().base_bought.u128();
    assert!(bought > 0);
    // 0.05 a unit; the whole quote paid is rounded up.
    let (paid, worth) = ((bought * 575).div_ceil(100) * 10, bought * 57);
    assert_eq!(suite.position().cost_spent, money(&format!("{}.{}", (paid - worth) / 10, (paid - worth) % 10)));
}

#[test]
fn all_idle_quote_buys_coins_at_their_own_price() {
    let mut suite = auctioning();
    let offer = auction(&suite);
    // No bonus yet: 5.643 a coin.
    let most = offer.quote.u128() * 1_000 / 5_643;
    assert_eq!(offer.base.u128(), most);
    suite.sell_base(&suite.alice.clone(), most);
}

#[test]
fn while_the_discount_is_unusual_the_auction_takes_nothing_and_its_clock_stands_still() {
    let mut suite = auctioning();
    let alice = suite.alice.clone();
    suite.hours(2);
    suite.rebalance();
    suite.script(discounted);
    suite.hours(3);
    let offer = auction(&suite);
    assert_eq!((offer.clock, offer.base), (Some(2 * 3600), Uint128::zero()));
    let error = vault_error(suite.try_sell_base(&alice, ONE, 0));
    assert_eq!(error, ContractError::Discount { discount: dec("0.08"), mean: dec("0.02") });
    // A message that finds the flag, whoever sends it, is what stops the clock.
    suite.redeem(&alice, SOME);
    suite.hours(30);
    suite.redeem(&alice, SOME);
    suite.script(|script| script.collateral(|range| range.flags = vec![]));
    assert_eq!(auction(&suite).clock, Some(2 * 3600));
    suite.hours(1);
    assert_eq!(auction(&suite).clock, Some(3 * 3600));
    suite.sell_base(&alice, ONE);
}

#[test]
fn a_clock_that_the_venue_has_stopped_too_is_never_behind_its_start() {
    let mut suite = auctioning();
    suite.script(|script| {
        discounted(script);
        script.status.off = vec![MarketAction::Increase];
        script.closed += 4 * 3600;
    });
    suite.hours(4);
    suite.redeem(&suite.alice.clone(), SOME);
    suite.script(|script| {
        script.status.off = vec![];
        script.collateral(|range| range.flags = vec![]);
    });
    suite.hours(1);
    assert_eq!(auction(&suite).clock, Some(3600));
}

#[test]
fn nothing_is_taken_or_promised_at_a_price_of_the_coin_with_a_flag_and_the_auction_waits() {
    let mut suite = auctioning();
    suite.script(|script| script.collateral(|range| range.flags = vec![Flag::Uncertain]));
    assert_eq!((auction(&suite).clock, auction(&suite).base), (Some(0), Uint128::zero()));
    let error = vault_error(suite.try_sell_base(&suite.alice.clone(), ONE, 0));
    let (price_use, flags) = (PriceUse::Increase, vec![Flag::Uncertain]);
    assert_eq!(error, ContractError::CollateralFlagged { price_use, flags });
}
