//! Systems whose calls are billed, for the gas table and the gas tests. A quick check; the chain has the last word
//! (`tests/chain`).

mod messages;
mod questions;

use ballast_testkit::{Collateral, Failed, Sanity, Setup, Staked, Suite, ATOM, MARKET, USDC};
use ballast_types::market::{Adjust, MarginOut, OrderSize, Settle};
use ballast_types::policy::Rule;
use cosmwasm_std::{to_json_vec, Addr, Decimal256, Int128, Querier as _, QueryRequest, WasmQuery};
use serde::Serialize;

use crate::{wasm, Artifact, Bill, Ledger};

pub use messages::{of_everybody, of_the_market, of_the_oracle, of_the_vault};
pub use questions::all as questions;

/// Where the margin coin's price comes from. All are as high as the index, so that each message does the same.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Prices {
    /// It is the index.
    One,
    /// It is published.
    Two,
    /// It is the lower of a published price and of the index times a published rate: three feeds more to read.
    Computed,
}

/// A line of the table.
#[derive(Clone, Debug)]
pub struct Row {
    /// The message or query, and its state.
    pub name: String,
    /// What it cost.
    pub bill: Bill,
}

/// A system of Wasm contracts, and the bills so far.
struct Bench {
    suite: Suite,
    rows: Vec<Row>,
    ledger: Ledger,
}

impl Bench {
    /// A system with all defaults and one publisher.
    fn new(prices: Prices) -> Bench {
        let collateral = match prices {
            Prices::One => Collateral::Index,
            Prices::Two => Collateral::Equal,
            Prices::Computed => Collateral::Staked(Staked::default()),
        };
        let mut setup = Setup { publishers: 1, collateral, ..Setup::default() };
        setup.policy.assumed_discount = Decimal256::zero();
        let ledger = Ledger::default();
        let mut suite = Suite::with(wasm(&ledger), setup);
        // queries of the sanity checks are not part of any bill
        suite.sanity = Sanity::OnDemand;
        Bench { suite, rows: vec![], ledger }
    }

    /// A vault of 1,000 ATOM at 10 and its target leverage.
    fn hedged(prices: Prices) -> Bench {
        let mut bench = Bench::new(prices);
        bench.suite.deposit("alice", 1_000 * ATOM).expect("a deposit");
        bench
    }

    /// A hedged vault with this many more holders, in a market with as many traders and providers; one of each comes
    /// per hour.
    fn crowded(crowd: u32) -> Bench {
        let mut bench = Bench::hedged(Prices::One);
        let suite = &mut bench.suite;
        for n in 0..crowd {
            suite.deposit(&format!("holder {n}"), 100 * ATOM).expect("a deposit");
            let (long, margin) = (order(10_000_000, Settle::No, MarginOut::None), [suite.quote(50 * USDC)]);
            suite.adjust(&format!("trader {n}"), long, &margin).expect("a long");
            suite.pool_deposit(&format!("provider {n}"), 1_000 * USDC).expect("a deposit into the pool");
            suite.hours(1);
        }
        bench
    }

    /// Bills one message, in a block in which no contract has read the price yet. Panics if it is refused.
    fn bill<T>(&mut self, name: &str, step: impl FnOnce(&mut Suite) -> Result<T, Failed>) -> T {
        self.suite.advance(5);
        self.ledger.take();
        let answer = step(&mut self.suite).unwrap_or_else(|refusal| panic!("{name}: {refusal}"));
        self.rows.push(Row { name: name.into(), bill: Bill::of(&self.ledger.take()) });
        answer
    }

    /// Bills a `rebalance`, which must apply this rule.
    fn bill_rule(&mut self, name: &str, rule: Option<Rule>) {
        let done = self.bill(name, |suite| suite.rebalance());
        assert_eq!(done.decision.rule, rule, "{name}");
    }

    /// Bills one query under its own name, with a note on what makes it large. Panics if it is refused.
    fn ask(&mut self, artifact: Artifact, question: &impl Serialize, note: &str) {
        let name = format!("{}: {}{note}", artifact.word(), name_of(question));
        let msg = serde_json::to_vec(question).expect("JSON").into();
        let contract_addr = self.address(artifact).to_string();
        let request = QueryRequest::<cosmwasm_std::Empty>::Wasm(WasmQuery::Smart { contract_addr, msg });
        let request = to_json_vec(&request).expect("JSON");
        self.ledger.take();
        let answer = self.suite.app.raw_query(&request).into_result();
        let answer = answer.unwrap_or_else(|refusal| panic!("{name}: {refusal}")).into_result();
        answer.unwrap_or_else(|refusal| panic!("{name}: {refusal}"));
        let bill = Bill::of(&self.ledger.take()).outside_of_a_transaction();
        self.rows.push(Row { name, bill });
    }

    fn address(&self, artifact: Artifact) -> &Addr {
        match artifact {
            Artifact::Oracle => &self.suite.oracle,
            Artifact::Market => &self.suite.market,
            Artifact::Vault => &self.suite.vault,
            Artifact::Treasury => unreachable!("the table is of what is deployed"),
        }
    }
}

/// The name of a message: the only key of its JSON, or the one below `vault_extension`.
fn name_of(msg: &impl Serialize) -> String {
    let json = serde_json::to_value(msg).expect("JSON");
    let only = |json: &serde_json::Value| json.as_object().and_then(|fields| fields.keys().next().cloned());
    match (only(&json), only(&json["vault_extension"])) {
        (_, Some(name)) | (Some(name), None) => name,
        (None, None) => panic!("{json} is no message"),
    }
}

/// An order at the market for this many units of base.
fn order(amount: i128, settle: Settle, margin_out: MarginOut) -> Adjust {
    let size = OrderSize::Delta { amount: Int128::new(amount) };
    Adjust { market: MARKET.into(), size, reduce_only: false, settle, limit_cost: None, margin_out }
}
