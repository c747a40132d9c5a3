//! A market whose two feeds have the same value answers what a market of one price does, to the unit.

use ballast_types::vault::QueryMsg;
use cosmwasm_std::{Decimal, Uint128};

use crate::auction::auction;
use crate::rebalance::funding;
use crate::redeem::SOME;
use crate::suite::{dec, Suite, ONE, QUOTE};
use crate::two_prices::suite;
use crate::venue::Script;

/// Both prices as the market's feeds would have them, where the margin coin has the index feed's value.
fn equal(script: &mut Script) {
    let prices = script.prices.clone();
    script.set_collateral(prices.index, prices.index);
    script.collateral(|range| {
        (range.low, range.high) = (prices.index_low, prices.index_high);
        (range.lasting_low, range.lasting_high) = (range.low, range.high);
    });
}

/// All that the vault answers in a story of deposits, redemptions, rules and an auction at moving prices.
fn story(two: bool) -> Vec<String> {
    let mut suite = suite(None);
    let (alice, bob) = (suite.alice.clone(), suite.bob.clone());
    let mut told = vec![];
    let move_to = |suite: &mut Suite, low: &str, price: &str, high: &str, spread: &str| {
        suite.script(|script| {
            script.prices.collateral_range = None;
            script.prices.spread = dec(spread);
            script.set_range(dec(price), dec(low), dec(high));
            if two {
                equal(script);
            }
        })
    };
    let look = |suite: &Suite, told: &mut Vec<String>| {
        let ask = |query: QueryMsg| format!("{:?}", suite.ask::<Uint128>(query));
        let amount = Uint128::new(7_654_321);
        told.push(ask(QueryMsg::TotalAssets {}));
        told.push(ask(QueryMsg::PreviewDeposit { amount }));
        told.push(ask(QueryMsg::ConvertToShares { amount }));
        told.push(ask(QueryMsg::ConvertToAssets { amount: SOME.into() }));
        told.push(ask(QueryMsg::PreviewRedeem { amount: SOME.into() }));
        for denom in ["uatom", QUOTE] {
            let rate = QueryMsg::VaultTokenExchangeRate { quote_denom: denom.into() };
            told.push(format!("{:?}", suite.ask::<Decimal>(rate)));
        }
        told.push(format!("{:?} {:?}", auction(suite), suite.next_action()));
        let position = suite.position();
        told.push(format!("{:?} {:?} {:?}", position.idle, position.nav, position.cost_spent));
    };
    move_to(&mut suite, "10", "10", "10", "0.0002");
    told.push(format!("{:?}", suite.deposit(&alice, 100 * ONE)));
    look(&suite, &mut told);
    move_to(&mut suite, "10.9", "11.37", "11.5", "0.003");
    told.push(format!("{:?}", suite.deposit(&bob, 12_345_678)));
    look(&suite, &mut told);
    told.push(format!("{:?}", suite.redeem(&bob, SOME).paid));
    move_to(&mut suite, "6", "6", "6.1", "0.0002");
    told.push(format!("{:?}", suite.rebalance().decision));
    funding(&mut suite, 10);
    for _ in 0..3 {
        suite.hours(1);
        told.push(format!("{:?}", suite.rebalance().decision));
        look(&suite, &mut told);
    }
    suite.script(|script| script.capacity.short = (30 * ONE).into());
    look(&suite, &mut told);
    told.push(format!("{:?}", suite.sell_base(&alice, 10 * ONE)));
    look(&suite, &mut told);
    told.push(format!("{:?}", suite.redeem(&alice, suite.shares_of(&alice)).paid));
    look(&suite, &mut told);
    told
}

#[test]
fn with_two_feeds_of_equal_value_every_number_is_what_it_is_with_one() {
    let one = story(false);
    assert!(one.iter().any(|told| told.contains("OpenAuction")), "{one:?}");
    assert!(!one.iter().any(|told| told.contains("Err")), "{one:?}");
    assert_eq!(story(true), one);
}
