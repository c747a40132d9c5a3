use std::collections::BTreeSet;

use ballast_gas::prices;
use ballast_testkit::{Sanity, Suite, ATOM};
use ballast_types::{market, oracle, vault};
use ballast_wasm_tests::{gas, wasm, Artifact, Bill, Call, Entry, Ledger};
use cosmwasm_schema::QueryResponses;

/// The calls of everything after a first deposit: a redemption an hour later, a rebalance, a price.
fn calls() -> [Vec<Call>; 3] {
    let ledger = Ledger::default();
    let mut suite = Suite::new(wasm(&ledger));
    suite.sanity = Sanity::OnDemand;
    suite.deposit("alice", 1_000 * ATOM).unwrap();
    suite.hours(1);
    ledger.take();
    suite.redeem("alice", 1_000_000_000_000u128.into()).unwrap();
    let redemption = ledger.take();
    suite.rebalance().unwrap();
    let rebalance = ledger.take();
    suite.hours(1);
    [redemption, rebalance, ledger.take()]
}

#[test]
fn the_same_messages_cost_the_same_to_the_last_unit() {
    let bills = || calls().map(|calls| calls.iter().map(|c| (c.machine, c.storage, c.answer)).collect::<Vec<_>>());
    assert_eq!(bills(), bills());
}

#[test]
fn publishing_loads_the_oracle_once_and_nothing_else() {
    let [_, _, price] = calls();
    // Each publisher sends one message.
    let oracle = |call: &Call| matches!(call, Call { artifact: Artifact::Oracle, entry: Entry::Execute, .. });
    assert!(price.len() == 5 && price.iter().all(oracle), "{price:?}");
    let price = &price[..1];
    let bill = Bill::of(price);
    assert_eq!((bill.loads, bill.loads_again, bill.loading()), (1, 0, 60_000));
    assert_eq!(bill.total(), bill.machine + bill.storage.gas + 60_000 + price[0].answer);
}

#[test]
fn a_redemption_loads_each_contract_and_pays_in_full_only_once_for_each() {
    let [redemption, _, _] = calls();
    let bill = Bill::of(&redemption);
    assert_eq!(bill.loads, 3, "{redemption:?}");
    assert_eq!(bill.loads + bill.loads_again, redemption.len() as u64);
    assert_eq!(bill.loading(), 3 * prices::LOAD + (redemption.len() as u64 - 3) * prices::LOAD_AGAIN);
}

#[test]
fn a_rebalance_with_nothing_to_do_moves_nothing_in_the_market() {
    let [_, rebalance, _] = calls();
    let entries: Vec<_> = rebalance.iter().filter(|call| call.entry != Entry::Query).collect();
    assert!(entries.iter().all(|call| call.artifact == Artifact::Vault), "{entries:?}");
}

/// Default gas limit of a query: `SmartQueryGasLimit` of wasmd.
const MAX_FOR_A_QUESTION: u64 = 3_000_000;

#[test]
fn every_question_is_answered_within_what_chains_grant() {
    let rows = gas::questions();
    for row in &rows {
        assert!(row.bill.total() < MAX_FOR_A_QUESTION, "{}: {:?}", row.name, row.bill);
    }
    let asked: BTreeSet<&str> = rows.iter().map(|row| row.name.split([' ', ',']).nth(1).unwrap()).collect();
    for question in questions() {
        assert!(asked.contains(question.as_str()) || question == "vault_extension", "{question} was not asked");
    }
}

/// The names of all queries, from the schemas.
fn questions() -> Vec<String> {
    let schemas = [
        oracle::QueryMsg::response_schemas(),
        market::QueryMsg::response_schemas(),
        vault::QueryMsg::response_schemas(),
        vault::ExtensionQueryMsg::response_schemas(),
    ];
    schemas.into_iter().flat_map(|schema| schema.unwrap().into_keys()).collect()
}

/// Percent that a message may cost more where the second price is published, and where it is computed from others, which
/// the oracle reads each time. Publishing is not compared: it has more values there.
const MORE: [(gas::Prices, u64); 2] = [(gas::Prices::Two, 8), (gas::Prices::Computed, 12)];

#[test]
fn a_second_price_costs_a_message_little_more() {
    let rows = |prices| [gas::of_the_vault(prices), gas::of_the_market(prices)].concat();
    let one = rows(gas::Prices::One);
    for (prices, percent) in MORE {
        let two = rows(prices);
        assert_eq!(one.len(), two.len());
        for (one, two) in one.iter().zip(&two) {
            assert_eq!(one.name, two.name);
            let (less, more) = (one.bill.total(), two.bill.total());
            assert!(more * 100 <= less * (100 + percent), "{prices:?}, {}: {less} and {more}", one.name);
        }
    }
}

/// The number of accesses is exactly the same; bytes and work may grow with the digits of larger amounts.
#[test]
fn what_a_message_costs_does_not_grow_with_the_crowd() {
    let (few, many) = (gas::of_everybody(2), gas::of_everybody(40));
    assert_eq!(few.len(), many.len());
    for (few, many) in few.iter().zip(&many) {
        let accesses = |bill: &Bill| {
            let storage = bill.storage;
            [storage.reads, storage.writes, storage.removals, storage.steps, bill.loads, bill.loads_again]
        };
        assert_eq!(accesses(&few.bill), accesses(&many.bill), "{}", few.name);
        let (few_gas, many_gas) = (few.bill.total(), many.bill.total());
        assert!(many_gas.abs_diff(few_gas) * 100 < few_gas, "{}: {few_gas} with few, {many_gas} with many", few.name);
    }
}
